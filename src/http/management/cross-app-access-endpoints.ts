import type { Org } from '../../org.js';
import type { Endpoint } from '../endpoint.js';

export function crossAppAccessEndpoints(_: Org): Endpoint[] {
  return [];
}
