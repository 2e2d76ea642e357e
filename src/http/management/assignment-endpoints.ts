import type { Org } from '../../org.js';
import type { Endpoint } from '../endpoint.js';

export function assignmentEndpoints(_: Org): Endpoint[] {
  return [];
}
