import type { Org } from '../../org.js';
import type { Endpoint } from '../endpoint.js';

export function policyEndpoints(_: Org): Endpoint[] {
  return [];
}
