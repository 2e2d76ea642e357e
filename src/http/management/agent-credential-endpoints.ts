import type { Org } from '../../org.js';
import type { Endpoint } from '../endpoint.js';

export function agentCredentialEndpoints(_: Org): Endpoint[] {
  return [];
}
