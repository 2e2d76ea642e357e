/**
 * Custom authorization servers: what an administrator does to them. Scopes, policies and rules stand in the record of
 * their server, so that every change of theirs is a change of it, and none is lost to another.
 */
import { newId } from '../protocol/ids.js';
import type { Activity } from '../registry/activity.js';
import { delegations } from '../registry/ai-agent.js';
import { type AuthorizationServer, authorizationServers } from '../registry/authorization-server.js';
import { type SigningKey, signingKeys } from '../registry/jwk.js';
import { resourceConnections } from '../registry/resource-connection.js';
import { type Change, insert, keep, remove, replace, type View } from '../store/port.js';
import { partyOfServer } from '../syslog/event.js';
import { newSigningKey } from '../tokens/new-signing-key.js';
import {
  type AdminCall,
  type AdminRefusal,
  type ChangeEvent,
  carryOut,
  isAdminRefusal,
  notFound,
  notValid,
} from './change.js';
import { keyRemovals } from './key-history.js';

export type ServerSettings = Pick<AuthorizationServer, 'name' | 'description' | 'audience'>;

/** The server, or that there is none. */
export function findServer(view: View, id: string): AuthorizationServer | AdminRefusal {
  return view.get(authorizationServers, id) ?? notFound(id, 'AuthorizationServer');
}

/** A change of one server, or of what stands in it. */
export interface ServerChange<T> {
  /** The server as it is to be. */
  readonly server: AuthorizationServer;
  /** What is written beside it. */
  readonly more?: readonly Change[];
  readonly events: readonly ChangeEvent[];
  readonly value: T;
}

/** What a change is worked out from, beside the server. `now` in ISO 8601. */
export interface Moment {
  readonly view: View;
  readonly now: string;
}

/** Carries out a change that is worked out, purely, from the server as it stands. */
export function changeServer<T>(
  call: AdminCall,
  id: string,
  work: (server: AuthorizationServer, moment: Moment) => ServerChange<T> | AdminRefusal,
): Promise<T | AdminRefusal> {
  return carryOut(call, (view, now) => {
    const before = findServer(view, id);
    if (isAdminRefusal(before)) return before;
    const change = work(before, { view, now });
    if (isAdminRefusal(change)) return change;
    const { server, more = [], events, value } = change;
    if (server !== before) return { changes: [replace(authorizationServers, before, server), ...more], events, value };
    // What is written beside an unchanged server must not outlive it.
    return { changes: more.length > 0 ? [keep(authorizationServers, before), ...more] : [], events, value };
  });
}

/** Makes a server, with a signing key of its own. */
export async function createServer(
  call: AdminCall,
  settings: ServerSettings,
): Promise<AuthorizationServer | AdminRefusal> {
  const { kid, jwk } = await newSigningKey();
  return carryOut<AuthorizationServer>(call, (_, now) => {
    const server: AuthorizationServer = {
      ...{ id: newId('authorizationServer'), ...settings, status: 'ACTIVE', scopes: [], policies: [] },
      ...{ created: now, lastUpdated: now },
    };
    const event = { eventType: 'oauth2.as.created', targets: [partyOfServer(server)] } as const;
    const key: SigningKey = { id: kid, server: server.id, status: 'ACTIVE', jwk };
    return {
      changes: [insert(authorizationServers, server), insert(signingKeys, key)],
      events: [event],
      value: server,
    };
  });
}

export function replaceServer(
  call: AdminCall,
  id: string,
  settings: ServerSettings,
): Promise<AuthorizationServer | AdminRefusal> {
  return changeServer(call, id, (before, { now }) => {
    const server = { ...before, ...settings, lastUpdated: now };
    return { server, events: [{ eventType: 'oauth2.as.updated', targets: [partyOfServer(server)] }], value: server };
  });
}

/** Activates or deactivates the server; one that is so already stays as it is, and nothing is logged. */
export function setServerStatus(call: AdminCall, id: string, status: Activity): Promise<undefined | AdminRefusal> {
  return changeServer(call, id, (before, { now }) => {
    if (before.status === status) return { server: before, events: [], value: undefined };
    const server = { ...before, status, lastUpdated: now };
    const eventType = status === 'ACTIVE' ? 'oauth2.as.activated' : 'oauth2.as.deactivated';
    return { server, events: [{ eventType, targets: [partyOfServer(server)] }], value: undefined };
  });
}

/** What points at the server, as sentences. */
function usesOf(view: View, id: string): string[] {
  const connections = view.findBy(resourceConnections, 'to', id);
  const callers = view.list(delegations).filter((row) => row.server === id);
  const use = (what: string) => `authServerId: the server is used by ${what}; delete that first`;
  return [
    ...connections.map((row) => use(`the resource connection ${row.id} of the AI agent ${row.agentId}`)),
    ...callers.map((row) => use(`the delegation ${row.id} of the AI agent ${row.agentId}`)),
  ];
}

/** Deletes the server with its own signing keys, unless something points at it. `default` always stays, as at Okta. */
export function deleteServer(call: AdminCall, id: string): Promise<undefined | AdminRefusal> {
  return carryOut(call, (view) => {
    const server = findServer(view, id);
    if (isAdminRefusal(server)) return server;
    if (id === 'default') {
      return notValid('authServerId', 'authServerId: the server "default" cannot be deleted; deactivate it instead');
    }
    const uses = usesOf(view, id);
    if (uses.length > 0) return notValid('authServerId', ...uses);
    const changes = [remove(authorizationServers, server), ...keyRemovals(view, id)];
    const event = { eventType: 'oauth2.as.deleted', targets: [partyOfServer(server)] } as const;
    return { changes, events: [event], value: undefined };
  });
}
