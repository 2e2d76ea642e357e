import type { Org } from '../../org.js';
import type { Endpoint } from '../endpoint.js';

export function userEndpoints(_: Org): Endpoint[] {
  return [];
}
