import type { Org } from '../../org.js';
import type { Endpoint } from '../endpoint.js';

export function applicationEndpoints(_: Org): Endpoint[] {
  return [];
}
