import type { Org } from '../../org.js';
import type { Endpoint } from '../endpoint.js';

export function delegationEndpoints(_: Org): Endpoint[] {
  return [];
}
