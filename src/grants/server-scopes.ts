/** Which scopes a server offers: the org's fixed ones, and a custom server's own beside them. */
import { SYSTEM_SCOPES } from '../protocol/urns.js';
import type { Call } from './call.js';

export function offeredScopes(server: Call['server']): readonly string[] {
  return server === 'org' ? SYSTEM_SCOPES : [...SYSTEM_SCOPES, ...server.scopes];
}
