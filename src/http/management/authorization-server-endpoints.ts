import type { Org } from '../../org.js';
import type { Endpoint } from '../endpoint.js';

export function authorizationServerEndpoints(_: Org): Endpoint[] {
  return [];
}
