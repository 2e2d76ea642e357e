import type { Org } from '../../org.js';
import type { Endpoint } from '../endpoint.js';

export function applicationCredentialEndpoints(_: Org): Endpoint[] {
  return [];
}
