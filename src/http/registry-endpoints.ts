import type { Org } from '../org.js';
import type { Endpoint } from './endpoint.js';

export function registryEndpoints(_: Org): Endpoint[] {
  return [];
}
