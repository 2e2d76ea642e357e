import type { Org } from '../../org.js';
import type { Endpoint } from '../endpoint.js';

export function agentEndpoints(_: Org): Endpoint[] {
  return [];
}
