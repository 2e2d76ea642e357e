/** Which scopes a server offers: the org's fixed ones, and a custom server's own beside them. */
import { SYSTEM_SCOPES } from '../protocol/urns.js';
import { type AuthorizationServer, scopeNames } from '../registry/authorization-server.js';
import type { Call } from './call.js';

/** What every custom server has; `groups` is the org's alone. */
export const CUSTOM_SCOPES: readonly string[] = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'];

/** The scopes of a custom server that need no user: its own, without those that every server has. */
export function ownScopes(server: AuthorizationServer): readonly string[] {
  return scopeNames(server).filter((scope) => !CUSTOM_SCOPES.includes(scope));
}

export function offeredScopes(server: Call['server']): readonly string[] {
  return server === 'org' ? SYSTEM_SCOPES : [...CUSTOM_SCOPES, ...scopeNames(server)];
}
