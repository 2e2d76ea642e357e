/**
 * What an administrator does to the resource connections of an AI agent. A connection copies the Issuer URL of its
 * application; when that changes, the connection must be deleted and made again.
 */
import { newId } from '../protocol/ids.js';
import { agents } from '../registry/ai-agent.js';
import { type ResourceConnection, resourceConnections } from '../registry/resource-connection.js';
import { insert, keep, remove, replace } from '../store/port.js';
import { partyOf, partyOfAgent, partyOfApp, partyOfServer } from '../syslog/event.js';
import type { EventType } from '../syslog/event-types.js';
import { findAgent } from './agent-parts.js';
import { type AdminCall, type AdminRefusal, type ChangeEvent, carryOut, isAdminRefusal, notValid } from './change.js';
import { type ConnectionRequest, keptScopes, requestedTarget, scopesProblem } from './connection-request.js';
import { type FoundConnection, findConnection, targetOfConnection } from './connections.js';

/** What a merge patch says; absent stays, null goes. Scopes and their condition come together. */
export interface ConnectionPatch {
  readonly resourceIndicator?: string | null | undefined;
  readonly clientIdAtResource?: string | null | undefined;
  readonly scopeCondition?: ResourceConnection['scopeCondition'] | undefined;
  readonly scopes?: readonly string[] | undefined;
}

const DUPLICATE = {
  errorSummary: 'the agent has a connection to this resource already; a stale one is deleted first, then made again',
  reason: 'DUPLICATE_CONNECTION',
  location: 'app.orn',
  locationType: 'body',
} as const;

/** What is done to a connection -> its event. */
const EVENTS = {
  create: 'workload_principal.resource_connection.create',
  update: 'workload_principal.resource_connection.update',
  ACTIVE: 'workload_principal.resource_connection.activate',
  INACTIVE: 'workload_principal.resource_connection.deactivate',
  delete: 'workload_principal.resource_connection.delete',
} as const satisfies Readonly<Record<string, EventType>>;
type Done = keyof typeof EVENTS;

function connectionEvent(done: Done, { view, agent, connection }: FoundConnection): ChangeEvent {
  const { app, server } = targetOfConnection(view, connection);
  const ends = [...(app ? [partyOfApp(app)] : []), ...(server ? [partyOfServer(server)] : [])];
  const targets = [partyOfAgent(agent), ...ends, partyOf('ResourceConnection', connection.id)];
  return { eventType: EVENTS[done], targets };
}

/** Connects an agent to a resource. The connection is active at once. */
export function createConnection(call: AdminCall, agentId: string, request: ConnectionRequest) {
  const id = newId('connection');
  return carryOut<FoundConnection>(call, (view, now) => {
    const agent = findAgent(view, agentId);
    if (isAdminRefusal(agent)) return agent;
    const wrong = scopesProblem(request);
    if (wrong !== undefined) return notValid('scopes', wrong);
    const target = requestedTarget(call.org, view, request);
    if (isAdminRefusal(target)) return target;
    if (view.findBy(resourceConnections, 'target', `${agentId}:${target.targetId}`).length > 0) {
      return notValid('connection', DUPLICATE);
    }
    const { kept, ...copied } = target;
    const connection: ResourceConnection = {
      ...{ id, agentId, connectionType: request.connectionType, ...copied },
      resourceIndicator: request.resourceIndicator,
      clientIdAtResource: 'clientIdAtResource' in request ? request.clientIdAtResource : undefined,
      ...{ scopeCondition: request.scopeCondition, scopes: keptScopes(request), status: 'ACTIVE', created: now },
    };
    const value = { view, agent, connection };
    return {
      changes: [keep(agents, agent), kept, insert(resourceConnections, connection)],
      ...{ events: [connectionEvent('create', value)], value },
    };
  });
}

type Edit = (before: ResourceConnection) => ResourceConnection | AdminRefusal;

/** Whether the two say the same; a member that is undefined and one that is absent are the same. */
const isSame = (one: ResourceConnection, other: ResourceConnection) => JSON.stringify(one) === JSON.stringify(other);

/** Where nothing changes, nothing is written and nothing logged. */
function editConnection(call: AdminCall, agentId: string, id: string, done: Done, edit: Edit) {
  return carryOut<FoundConnection>(call, (view) => {
    const found = findConnection(view, agentId, id);
    if (isAdminRefusal(found)) return found;
    const before = found.connection;
    const connection = edit(before);
    if (isAdminRefusal(connection)) return connection;
    if (isSame(before, connection)) return { changes: [], events: [], value: found };
    const value = { ...found, connection };
    return {
      changes: [replace(resourceConnections, before, connection)],
      ...{ events: [connectionEvent(done, value)], value },
    };
  });
}

/** What a member is after a merge patch: absent stays, null goes. */
const merged = <T>(before: T | undefined, patch: T | null | undefined) =>
  patch === undefined ? before : (patch ?? undefined);

function patched(before: ResourceConnection, patch: ConnectionPatch): ResourceConnection | AdminRefusal {
  const { scopeCondition, scopes } = patch;
  if ((scopeCondition === undefined) !== (scopes === undefined)) {
    return notValid('scopes', 'scopes: scopeCondition and scopes are changed together');
  }
  const asked = scopeCondition && scopes ? { scopeCondition, scopes: [...scopes] } : undefined;
  const wrong = asked && scopesProblem(asked);
  if (wrong !== undefined) return notValid('scopes', wrong);
  return {
    ...before,
    resourceIndicator: merged(before.resourceIndicator, patch.resourceIndicator),
    clientIdAtResource: merged(before.clientIdAtResource, patch.clientIdAtResource),
    ...(asked && { scopeCondition: asked.scopeCondition, scopes: keptScopes(asked) }),
  };
}

/** Changes what the patch names. */
export function patchConnection(call: AdminCall, agentId: string, id: string, patch: ConnectionPatch) {
  return editConnection(call, agentId, id, 'update', (before) => patched(before, patch));
}

/** Activates or deactivates a connection. One that is so already stays so, and nothing is logged. */
export function setConnectionStatus(
  call: AdminCall,
  agentId: string,
  id: string,
  status: ResourceConnection['status'],
) {
  return editConnection(call, agentId, id, status, (before) => ({ ...before, status }));
}

/** Deletes a connection, active or not: the agent no longer reaches the resource. */
export function deleteConnection(call: AdminCall, agentId: string, id: string): Promise<undefined | AdminRefusal> {
  return carryOut<undefined>(call, (view) => {
    const found = findConnection(view, agentId, id);
    if (isAdminRefusal(found)) return found;
    return {
      changes: [remove(resourceConnections, found.connection)],
      ...{ events: [connectionEvent('delete', found)], value: undefined },
    };
  });
}
