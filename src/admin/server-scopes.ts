/** The scopes of a custom authorization server: those that every server has, and its own. */
import { CUSTOM_SCOPES } from '../grants/server-scopes.js';
import { idFromName } from '../protocol/ids.js';
import type { AuthorizationServer, ServerScope } from '../registry/authorization-server.js';
import type { View } from '../store/port.js';
import { partyOf, partyOfServer } from '../syslog/event.js';
import type { EventType } from '../syslog/event-types.js';
import { changeServer, findServer, type Moment, type ServerChange } from './authorization-servers.js';
import { type AdminCall, type AdminRefusal, isAdminRefusal, notFound, notValid } from './change.js';

/** A scope as the API knows it. The id follows from server and name. */
export interface ListedScope extends ServerScope {
  readonly id: string;
  /** Every server has it, and nobody can change it. */
  readonly system: boolean;
}

/** @param name of a scope that the server has, or is to have */
function listed({ id }: AuthorizationServer, { name, description }: ServerScope, system = false): ListedScope {
  return { id: idFromName('scope', `${id} ${name}`), name, description, system };
}

const isSystem = (name: string) => CUSTOM_SCOPES.includes(name);

/** The system's scopes first. An org file may declare one of those for a server, which adds nothing. */
export function scopesOf(server: AuthorizationServer): ListedScope[] {
  const own = server.scopes.filter(({ name }) => !isSystem(name));
  return [
    ...CUSTOM_SCOPES.map((name) => listed(server, { name, description: '' }, true)),
    ...own.map((scope) => listed(server, scope)),
  ];
}

function scopeIn(server: AuthorizationServer, id: string): ListedScope | AdminRefusal {
  return scopesOf(server).find((scope) => scope.id === id) ?? notFound(id, 'OAuth2Scope');
}

export function findScope(view: View, serverId: string, id: string): ListedScope | AdminRefusal {
  const server = findServer(view, serverId);
  return isAdminRefusal(server) ? server : scopeIn(server, id);
}

function scopeEvent(eventType: EventType, server: AuthorizationServer, { id, name }: ListedScope) {
  return { eventType, targets: [partyOf('OAuth2Scope', id, name), partyOfServer(server)] };
}

export function createScope(
  call: AdminCall,
  serverId: string,
  scope: ServerScope,
): Promise<ListedScope | AdminRefusal> {
  return changeServer(call, serverId, (before) => {
    if (scopesOf(before).some(({ name }) => name === scope.name)) {
      return notValid('name', 'name: the server has a scope of this name already');
    }
    const server = { ...before, scopes: [...before.scopes, scope] };
    const value = listed(server, scope);
    return { server, events: [scopeEvent('oauth2.scope.created', server, value)], value };
  });
}

/** A change of a scope that is not the system's. */
function changeOwnScope<T>(
  call: AdminCall,
  serverId: string,
  id: string,
  work: (scope: ListedScope, server: AuthorizationServer, moment: Moment) => ServerChange<T> | AdminRefusal,
): Promise<T | AdminRefusal> {
  return changeServer(call, serverId, (server, moment) => {
    const scope = scopeIn(server, id);
    if (isAdminRefusal(scope)) return scope;
    if (!scope.system) return work(scope, server, moment);
    return notValid('scopeId', `scopeId: "${scope.name}" is a scope of the system, which cannot be changed or deleted`);
  });
}

/** Replaces what describes the scope. Its name stays: rules and connections mean it by that. */
export function replaceScope(
  call: AdminCall,
  serverId: string,
  id: string,
  scope: ServerScope,
): Promise<ListedScope | AdminRefusal> {
  return changeOwnScope(call, serverId, id, ({ name }, before) => {
    if (scope.name !== name) {
      return notValid('name', `name: a scope keeps its name, "${name}"; create another and delete this one`);
    }
    const server = { ...before, scopes: before.scopes.map((one) => (one.name === name ? scope : one)) };
    const value = listed(server, scope);
    return { server, events: [scopeEvent('oauth2.scope.updated', server, value)], value };
  });
}

/** The rules that would be left without a scope: each must name one. */
function rulesOfOnly({ policies }: AuthorizationServer, scope: string): string[] {
  return policies.flatMap(({ name, rules }) =>
    rules
      .filter(({ scopes }) => scopes.includes(scope) && scopes.every((one) => one === scope))
      .map(
        (rule) => `scopeId: it is the only scope of the rule "${rule.name}" of the policy "${name}"; change that first`,
      ),
  );
}

/** Deletes the scope, and takes its name out of the rules that name it beside others. */
export function deleteScope(call: AdminCall, serverId: string, id: string): Promise<undefined | AdminRefusal> {
  return changeOwnScope(call, serverId, id, (scope, before, { now }) => {
    const bare = rulesOfOnly(before, scope.name);
    if (bare.length > 0) return notValid('scopeId', ...bare);
    const policies = before.policies.map((policy) => {
      const rules = policy.rules.map((rule) =>
        rule.scopes.includes(scope.name)
          ? { ...rule, scopes: rule.scopes.filter((name) => name !== scope.name), lastUpdated: now }
          : rule,
      );
      return { ...policy, rules };
    });
    const server = { ...before, policies, scopes: before.scopes.filter(({ name }) => name !== scope.name) };
    return { server, events: [scopeEvent('oauth2.scope.deleted', server, scope)], value: undefined };
  });
}
