/** The doors of the tab *Resource Connections* of an AI agent. */
import * as z from 'zod';
import { type AdminRefusal, isAdminRefusal, notValid } from '../../admin/change.js';
import {
  createConnection,
  deleteConnection,
  patchConnection,
  setConnectionStatus,
} from '../../admin/connection-changes.js';
import type { ConnectionRequest } from '../../admin/connection-request.js';
import { connectableApplications, findConnection, targetOfConnection } from '../../admin/connections.js';
import { applicationOrn, serverOrn } from '../../admin/orns.js';
import type { ConnectionReadiness } from '../../admin/readiness-exchanges.js';
import {
  type ConnectionShown,
  connectionFormPage,
  connectionsTab,
  type TargetOption,
} from '../../console/agent-connections.js';
import { agentPath } from '../../console/agent-frame.js';
import type { Done } from '../../console/notices.js';
import { expandIssuer, issuerOf } from '../../org.js';
import { words } from '../../protocol/form.js';
import { applications } from '../../registry/application.js';
import { authorizationServers } from '../../registry/authorization-server.js';
import {
  ClientIdAtResource,
  type ResourceConnection,
  resourceConnections,
  ScopeCondition,
} from '../../registry/resource-connection.js';
import { type AgentCall, ofAgent } from './agent-call.js';
import { chosen } from './choosing.js';
import { offersOf } from './offers.js';
import { asked, type ConsoleCall, consolePage, type Went } from './page.js';

const idOf = (call: ConsoleCall) => call.param('agentId');
const tabOf = (call: ConsoleCall) => agentPath(idOf(call), 'Resource Connections');

function shown(call: AgentCall, connection: ResourceConnection): ConnectionShown {
  const { view, org, readiness } = call;
  const { app } = targetOfConnection(view, connection);
  const issuerNow = app?.xaa.issuerUrl;
  return {
    connection,
    readiness: readiness.connections.find(({ id }) => id === connection.id) as ConnectionReadiness,
    issuerNow: issuerNow === undefined ? undefined : expandIssuer(org, issuerNow),
    target: app && `/console/applications/${app.id}`,
  };
}

/** @returns those of the agent, as many as a page holds */
function connectionsOf(call: AgentCall) {
  const { rows, others } = chosen(call.view.findBy(resourceConnections, 'agent', call.agent.id), '', () => ['']);
  return { rows: rows.map((one) => shown(call, one)), others };
}

/** Does something to the connection that the form names. */
function toConnection(change: (call: ConsoleCall, agentId: string, id: string) => Promise<unknown>, done: Done) {
  return async (call: ConsoleCall): Promise<Went | AdminRefusal> => {
    const outcome = await change(call, idOf(call), call.value('connection'));
    return isAdminRefusal(outcome) ? outcome : { to: tabOf(call), done };
  };
}

const CONNECTIONS = consolePage({
  url: '/console/ai-agents/:agentId/resource-connections',
  show: (call) =>
    ofAgent(
      call,
      (call) =>
        connectionsTab({
          ...call,
          connections: connectionsOf(call),
          logins: offersOf(call.org, call.view).users,
        }),
      call.query.get('user'),
    ),
  acts: {
    activate: toConnection((...of) => setConnectionStatus(...of, 'ACTIVE'), 'connection-activated'),
    deactivate: toConnection((...of) => setConnectionStatus(...of, 'INACTIVE'), 'connection-deactivated'),
    delete: toConnection(deleteConnection, 'connection-deleted'),
  },
});

/** What both kinds of connection are asked for with. */
const Asked = z.object({
  scopeCondition: ScopeCondition,
  scopes: z.array(z.string().min(1).max(255)).max(100),
  resourceIndicator: z.string().min(1).max(2000).optional(),
  clientIdAtResource: ClientIdAtResource.optional(),
});

const LABELS = {
  scopeCondition: 'Scope Condition',
  scopes: 'Scopes',
  resourceIndicator: 'Resource indicator',
  clientIdAtResource: 'Client ID at resource',
};

const none = (text: string) => (text === '' ? undefined : text);

/** The form by the schema of the API: all scopes are one star there. */
function fieldsAsked({ value }: ConsoleCall) {
  const named = words(value('scopes'));
  const scopeCondition = value('scopeCondition');
  const all = scopeCondition === 'ALL_SCOPES' && named.length === 0;
  return asked(
    Asked,
    {
      ...{ scopeCondition, scopes: all ? ['*'] : named },
      ...{ resourceIndicator: none(value('resourceIndicator')), clientIdAtResource: none(value('clientId')) },
    },
    LABELS,
  );
}

function applicationRequest(call: ConsoleCall, fields: z.infer<typeof Asked>): ConnectionRequest | AdminRefusal {
  const app = call.view.get(applications, call.value('target'));
  if (!app) return notValid('app', 'Application instance: none is chosen. Choose the MCP application to connect.');
  if (fields.clientIdAtResource === undefined) {
    return notValid(
      'clientId',
      'Client ID at resource: it is missing. The provider’s authorization server knows the client by it.',
    );
  }
  const issuerUrl = expandIssuer(call.org, app.xaa.issuerUrl ?? '');
  return {
    connectionType: 'IDENTITY_ASSERTION_APP_INSTANCE',
    targetOrn: applicationOrn(call.view, app),
    issuerUrl,
    ...fields,
  };
}

function serverRequest(
  call: ConsoleCall,
  { clientIdAtResource, ...fields }: z.infer<typeof Asked>,
): ConnectionRequest | AdminRefusal {
  const server = call.view.get(authorizationServers, call.value('target'));
  if (!server) return notValid('server', 'Authorization server: none is chosen.');
  return { connectionType: 'IDENTITY_ASSERTION_CUSTOM_AS', targetOrn: serverOrn(call.view, server), ...fields };
}

function adding(request: typeof applicationRequest) {
  return async (call: ConsoleCall): Promise<Went | AdminRefusal> => {
    const fields = fieldsAsked(call);
    if (isAdminRefusal(fields)) return fields;
    const wanted = request(call, fields);
    if (isAdminRefusal(wanted)) return wanted;
    const outcome = await createConnection(call, idOf(call), wanted);
    return isAdminRefusal(outcome) ? outcome : { to: tabOf(call), done: 'connection-added' };
  };
}

function targetsOf(call: ConsoleCall, kind: 'application' | 'server') {
  const { view, org } = call;
  const all: readonly TargetOption[] =
    kind === 'server'
      ? view.list(authorizationServers).map(({ id, name }) => ({ id, label: name, issuerUrl: issuerOf(org, id) }))
      : connectableApplications(view).map(({ id, label, xaa }) => ({
          id,
          label,
          issuerUrl: expandIssuer(org, xaa.issuerUrl as string),
        }));
  return chosen(all, call.value('q'), ({ label }) => [label]);
}

function addPage(kind: 'application' | 'server', path: string, request: typeof applicationRequest) {
  return consolePage({
    url: `/console/ai-agents/:agentId/resource-connections${path}`,
    show: (call) =>
      ofAgent(call, (call) =>
        connectionFormPage({
          ...call,
          kind,
          path,
          targets: targetsOf(call, kind),
          connection: undefined,
          connectionReadiness: undefined,
        }),
      ),
    acts: { add: adding(request) },
  });
}

const EDIT = consolePage({
  url: '/console/ai-agents/:agentId/resource-connections/:connectionId',
  show: (call) =>
    ofAgent(call, (call) => {
      const found = findConnection(call.view, call.agent.id, call.param('connectionId'));
      if (isAdminRefusal(found)) return found;
      const { connection } = found;
      const kind = connection.connectionType === 'IDENTITY_ASSERTION_APP_INSTANCE' ? 'application' : 'server';
      const { readiness: connectionReadiness } = shown(call, connection);
      return connectionFormPage({
        ...{ ...call, kind, path: `/${connection.id}`, targets: undefined },
        ...{ connection, connectionReadiness },
      });
    }),
  acts: {
    async save(call) {
      const fields = fieldsAsked(call);
      if (isAdminRefusal(fields)) return fields;
      const { resourceIndicator = null, clientIdAtResource = null, ...scopes } = fields;
      const patch = { resourceIndicator, clientIdAtResource, ...scopes };
      const outcome = await patchConnection(call, idOf(call), call.param('connectionId'), patch);
      return isAdminRefusal(outcome) ? outcome : { to: tabOf(call), done: 'connection-saved' };
    },
  },
});

export const AGENT_CONNECTION_PAGES = [
  CONNECTIONS,
  addPage('application', '/add', applicationRequest),
  addPage('server', '/add-server', serverRequest),
  EDIT,
];
