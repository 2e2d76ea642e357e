import type { Org } from '../../org.js';
import type { Endpoint } from '../endpoint.js';

export function connectionEndpoints(_: Org): Endpoint[] {
  return [];
}
