/**
 * Resource connections of an AI agent: which resource it may reach, as which client there, with which scopes. A connection
 * copies the Issuer URL of its application; when that changes, the connection must be deleted and made again.
 */
import { expandIssuer, issuerOf, type Org, storedForms } from '../org.js';
import { newId } from '../protocol/ids.js';
import { type AiAgent, agents } from '../registry/ai-agent.js';
import { type Application, applications } from '../registry/application.js';
import { type AuthorizationServer, authorizationServers } from '../registry/authorization-server.js';
import { type ResourceConnection, resourceConnections } from '../registry/resource-connection.js';
import { type Change, insert, keep, remove, replace, type View } from '../store/port.js';
import { partyOf, partyOfAgent, partyOfApp, partyOfServer } from '../syslog/event.js';
import type { EventType } from '../syslog/event-types.js';
import { findAgent } from './agent-parts.js';
import { type AdminCall, type AdminRefusal, carryOut, isAdminRefusal, notFound, notValid } from './change.js';
import { applicationFromOrn, serverFromOrn } from './orns.js';

type Scopes = Pick<ResourceConnection, 'scopeCondition' | 'scopes'>;

/** What every connection is made with. */
interface Asked extends Scopes {
  readonly resourceIndicator?: string | undefined;
}

/** To an application, by its ORN and its Issuer URL as it is now. */
export interface ApplicationConnectionRequest extends Asked {
  readonly connectionType: 'IDENTITY_ASSERTION_APP_INSTANCE';
  readonly targetOrn: string;
  readonly issuerUrl: string;
  readonly clientIdAtResource?: string | undefined;
}

/** To a custom authorization server of this org, where the agent is known by its own id. */
export interface ServerConnectionRequest extends Asked {
  readonly connectionType: 'IDENTITY_ASSERTION_CUSTOM_AS';
  readonly targetOrn: string;
}

export type ConnectionRequest = ApplicationConnectionRequest | ServerConnectionRequest;

/** What a merge patch says; absent stays, null goes. Scopes and their condition come together. */
export interface ConnectionPatch {
  readonly resourceIndicator?: string | null | undefined;
  readonly clientIdAtResource?: string | null | undefined;
  readonly scopeCondition?: ResourceConnection['scopeCondition'] | undefined;
  readonly scopes?: readonly string[] | undefined;
}

/** What a connection leads to. */
export interface ConnectionTarget {
  readonly app?: Application | undefined;
  readonly server?: AuthorizationServer | undefined;
}

export function targetOfConnection(view: View, { targetId }: Pick<ResourceConnection, 'targetId'>): ConnectionTarget {
  return { app: view.get(applications, targetId), server: view.get(authorizationServers, targetId) };
}

/** The agent's connection with that id. */
export function findConnection(view: View, agentId: string, id: string): ResourceConnection | AdminRefusal {
  const agent = findAgent(view, agentId);
  if (isAdminRefusal(agent)) return agent;
  const found = view.get(resourceConnections, id);
  return found?.agentId === agentId ? found : notFound(id, 'ManagedConnection');
}

export function listConnections(view: View, agentId: string): readonly ResourceConnection[] | AdminRefusal {
  const agent = findAgent(view, agentId);
  return isAdminRefusal(agent) ? agent : view.findBy(resourceConnections, 'agent', agentId);
}

/** `["*"]` goes with ALL_SCOPES, named scopes with the other two. */
function scopesProblem({ scopeCondition, scopes }: Scopes): string | undefined {
  if (scopeCondition !== 'ALL_SCOPES') {
    return scopes.length > 0 && !scopes.includes('*') ? undefined : `scopes: ${scopeCondition} needs names of scopes`;
  }
  return scopes.every((scope) => scope === '*') ? undefined : 'scopes: with ALL_SCOPES they are ["*"]';
}

/** All scopes are kept as none named. */
const keptScopes = ({ scopeCondition, scopes }: Scopes): string[] =>
  scopeCondition === 'ALL_SCOPES' ? [] : [...new Set(scopes)];

type Found = Pick<ResourceConnection, 'targetId' | 'issuerUrl'> & { readonly kept: Change };

/** The application, if it can be connected to: an active one is not demanded, Enable XAA and the Issuer URL are. */
function applicationTarget(org: Org, view: View, request: ApplicationConnectionRequest): Found | AdminRefusal {
  const app = applicationFromOrn(view, request.targetOrn);
  if (!app) return notFound(request.targetOrn, 'AppInstance');
  const { enabled, issuerUrl } = app.xaa;
  if (!enabled) return notValid('app', `app: Enable XAA is off for "${app.label}" (Resource Server)`);
  if (issuerUrl === undefined) return notValid('app', `app: "${app.label}" has no Issuer URL (Resource Server)`);
  if (expandIssuer(org, issuerUrl) !== request.issuerUrl) {
    return notValid('issuerUrl', `issuerUrl: it is not the Issuer URL of "${app.label}", to the byte`);
  }
  return { targetId: app.id, issuerUrl, kept: keep(applications, app) };
}

function serverTarget(org: Org, view: View, request: ServerConnectionRequest): Found | AdminRefusal {
  const server = serverFromOrn(view, request.targetOrn);
  if (!server) return notFound(request.targetOrn, 'AuthorizationServer');
  const issuerUrl = storedForms(org, issuerOf(org, server.id)).at(-1) as string;
  return { targetId: server.id, issuerUrl, kept: keep(authorizationServers, server) };
}

const DUPLICATE = {
  errorSummary: 'the agent has a connection to this resource already; a stale one is deleted first, then made again',
  reason: 'DUPLICATE_CONNECTION',
  location: 'app.orn',
  locationType: 'body',
} as const;

function connectionEvent(view: View, verb: string, agent: AiAgent, connection: ResourceConnection) {
  const { app, server } = targetOfConnection(view, connection);
  const ends = [...(app ? [partyOfApp(app)] : []), ...(server ? [partyOfServer(server)] : [])];
  const eventType = `workload_principal.resource_connection.${verb}` as EventType;
  return { eventType, targets: [partyOfAgent(agent), ...ends, partyOf('ResourceConnection', connection.id)] };
}

/** Connects an agent to a resource. The connection is active at once. */
export function createConnection(call: AdminCall, agentId: string, request: ConnectionRequest) {
  const id = newId('connection');
  return carryOut<ResourceConnection>(call, (view, now) => {
    const agent = findAgent(view, agentId);
    if (isAdminRefusal(agent)) return agent;
    const wrong = scopesProblem(request);
    if (wrong !== undefined) return notValid('scopes', wrong);
    const isApp = request.connectionType === 'IDENTITY_ASSERTION_APP_INSTANCE';
    const target = isApp ? applicationTarget(call.org, view, request) : serverTarget(call.org, view, request);
    if (isAdminRefusal(target)) return target;
    if (view.findBy(resourceConnections, 'target', `${agentId}:${target.targetId}`).length > 0) {
      return notValid('connection', DUPLICATE);
    }
    const { kept, ...copied } = target;
    const connection: ResourceConnection = {
      ...{ id, agentId, connectionType: request.connectionType, ...copied },
      resourceIndicator: request.resourceIndicator,
      clientIdAtResource: isApp ? request.clientIdAtResource : undefined,
      ...{ scopeCondition: request.scopeCondition, scopes: keptScopes(request), status: 'ACTIVE', created: now },
    };
    return {
      changes: [keep(agents, agent), kept, insert(resourceConnections, connection)],
      events: [connectionEvent(view, 'create', agent, connection)],
      value: connection,
    };
  });
}

type Edit = (before: ResourceConnection) => ResourceConnection | AdminRefusal;

function editConnection(call: AdminCall, agentId: string, id: string, verb: string, edit: Edit) {
  return carryOut<ResourceConnection>(call, (view) => {
    const before = findConnection(view, agentId, id);
    if (isAdminRefusal(before)) return before;
    const connection = edit(before);
    if (isAdminRefusal(connection)) return connection;
    if (connection === before) return { changes: [], events: [], value: before };
    const agent = findAgent(view, agentId) as AiAgent;
    return {
      changes: [replace(resourceConnections, before, connection)],
      events: [connectionEvent(view, verb, agent, connection)],
      value: connection,
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
  const verb = status === 'ACTIVE' ? 'activate' : 'deactivate';
  return editConnection(call, agentId, id, verb, (before) =>
    before.status === status ? before : { ...before, status },
  );
}

/** Deletes a connection, active or not: the agent no longer reaches the resource. */
export function deleteConnection(call: AdminCall, agentId: string, id: string): Promise<undefined | AdminRefusal> {
  return carryOut<undefined>(call, (view) => {
    const connection = findConnection(view, agentId, id);
    if (isAdminRefusal(connection)) return connection;
    const agent = findAgent(view, agentId) as AiAgent;
    return {
      changes: [remove(resourceConnections, connection)],
      events: [connectionEvent(view, 'delete', agent, connection)],
      value: undefined,
    };
  });
}

/** The applications that a connection can be made to: *Application instance* of Add Resource Connection. */
export function connectableApplications(view: View): readonly Application[] {
  return view.list(applications).filter(({ xaa }) => xaa.enabled && xaa.issuerUrl !== undefined);
}
