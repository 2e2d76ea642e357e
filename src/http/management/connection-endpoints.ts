/**
 * `/workload-principals/api/v1/ai-agents/{id}/connections`: the resource connections of an AI agent, and what may be
 * connected (`/potential-connections`).
 */
import * as z from 'zod';
import { type AdminCall, isAdminRefusal, refusal } from '../../admin/change.js';
import {
  createConnection,
  deleteConnection,
  patchConnection,
  setConnectionStatus,
} from '../../admin/connection-changes.js';
import {
  connectableApplications,
  type FoundConnection,
  findConnection,
  listConnections,
} from '../../admin/connections.js';
import { expandIssuer } from '../../org.js';
import type { Application } from '../../registry/application.js';
import { type AuthorizationServer, authorizationServers } from '../../registry/authorization-server.js';
import type { ResourceConnection } from '../../registry/resource-connection.js';
import type { Endpoint } from '../endpoint.js';
import { AGENT_API } from './agent-body.js';
import {
  appPart,
  ConnectionBody,
  ConnectionCreatable,
  ConnectionPatchBody,
  connectionBody,
  connectionRequest,
  serverPart,
} from './connection-body.js';
import { listOf, listQuery, wrappedReply } from './list.js';
import { endpointsBelow, type ManagementCall, manage } from './operation.js';
import { pageQuery } from './paging.js';

const READ = 'okta.aiAgents.read';
const MANAGE = 'okta.aiAgents.manage';
const TAG = 'Resource connections';

const PotentialQuery = z.object({
  ...pageQuery(200, 20),
  filter: z.string().max(1000),
  match: z.string().max(100).optional(),
});
const Potentials = z.looseObject({ data: z.array(z.looseObject({ connectionType: z.string() })) });

/** Which org is asked, and what is in it. */
type Asked = Pick<ManagementCall<unknown, unknown>, 'org' | 'view'>;

/** Something that a connection can be made to, with how it looks in the list. */
interface Potential {
  readonly id: string;
  readonly name: string;
  readonly body: object;
}

function potentialApp({ org, view }: Asked, app: Application): Potential {
  const part = appPart(org, view, app);
  const issuerUrl = expandIssuer(org, app.xaa.issuerUrl as string);
  const connectionType = 'IDENTITY_ASSERTION_APP_INSTANCE';
  const body = { connectionType, app: part, authorizationServer: { issuerUrl }, resourceIndicator: part.orn };
  return { id: app.id, name: app.label, body };
}

function potentialServer({ org, view }: Asked, server: AuthorizationServer): Potential {
  const part = serverPart(org, view, server);
  const connectionType = 'IDENTITY_ASSERTION_CUSTOM_AS';
  return {
    ...{ id: server.id, name: server.name },
    body: { connectionType, authorizationServer: part, resourceIndicator: part.orn },
  };
}

/** Type of connection -> what can be connected to in that way. */
const POTENTIALS: Readonly<Record<string, (asked: Asked) => readonly Potential[]>> = {
  IDENTITY_ASSERTION_APP_INSTANCE: (asked) =>
    connectableApplications(asked.view).map((app) => potentialApp(asked, app)),
  IDENTITY_ASSERTION_CUSTOM_AS: (asked) =>
    asked.view.list(authorizationServers).map((server) => potentialServer(asked, server)),
};

/** The one filter that the list takes. */
const BY_TYPE = /^\s*connectionType\s+eq\s+"(\w+)"\s*$/i;

const POTENTIAL_CONNECTIONS = endpointsBelow(AGENT_API, TAG)('/potential-connections', {
  GET: manage({
    ...{ summary: 'List what an AI agent can be connected to', scope: READ, query: PotentialQuery },
    answers: { 200: Potentials },
    act(call) {
      const type = BY_TYPE.exec(call.query.filter)?.[1] ?? '';
      const potentials = Object.hasOwn(POTENTIALS, type) ? POTENTIALS[type] : undefined;
      if (!potentials) {
        return refusal('E0000031', `filter: connectionType eq one of ${Object.keys(POTENTIALS).join(', ')}`);
      }
      const { limit, after, match } = call.query;
      return listOf({ ...call, query: { limit, after, q: match } }, potentials(call), {
        body: ({ body }) => body,
        q: ({ name }, text) => name.toLowerCase().startsWith(text),
      });
    },
    answer: wrappedReply,
  }),
});

const endpoint = endpointsBelow(`${AGENT_API}/ai-agents/:agentId/connections`, TAG);

/** How a connection is answered. */
const RENDERING = {
  answers: { 200: ConnectionBody },
  answer: (found: FoundConnection, { org }: AdminCall) => ({ body: connectionBody(org, found) }),
};

const CONNECTIONS_OF_AGENT = endpoint('', {
  GET: manage({
    ...{ summary: 'List the resource connections of an AI agent', scope: READ, query: listQuery(200, 20) },
    answers: { 200: z.looseObject({ data: z.array(ConnectionBody) }) },
    act(call) {
      const { org, view } = call;
      const found = listConnections(view, call.param('agentId'));
      if (isAdminRefusal(found)) return found;
      return listOf(call, found, { body: (connection) => connectionBody(org, { view, connection }) });
    },
    answer: wrappedReply,
  }),
  POST: manage({
    ...{ summary: 'Connect an AI agent to a resource', scope: MANAGE, body: ConnectionCreatable },
    answers: { 201: ConnectionBody },
    act: (call) => createConnection(call, call.param('agentId'), connectionRequest(call.body)),
    answer: (made, call) => ({ ...RENDERING.answer(made, call), status: 201 }),
  }),
});

const ONE_CONNECTION = endpoint('/:connectionId', {
  GET: manage({
    ...{ summary: 'Get a resource connection', scope: READ, ...RENDERING },
    act: ({ view, param }) => findConnection(view, param('agentId'), param('connectionId')),
  }),
  PATCH: manage({
    ...{ summary: 'Change a resource connection', scope: MANAGE, body: ConnectionPatchBody, mergePatch: true },
    ...RENDERING,
    act: (call) => patchConnection(call, call.param('agentId'), call.param('connectionId'), call.body),
  }),
  DELETE: manage({
    ...{ summary: 'Delete a resource connection', scope: MANAGE, answers: { 204: null } },
    act: (call) => deleteConnection(call, call.param('agentId'), call.param('connectionId')),
    answer: () => ({}),
  }),
});

function lifecycle(verb: 'Activate' | 'Deactivate', status: ResourceConnection['status']): Endpoint {
  return endpoint(`/:connectionId/lifecycle/${verb.toLowerCase()}`, {
    POST: manage({
      ...{ summary: `${verb} a resource connection`, scope: MANAGE, ...RENDERING },
      act: (call) => setConnectionStatus(call, call.param('agentId'), call.param('connectionId'), status),
    }),
  });
}

export const CONNECTION_ENDPOINTS: readonly Endpoint[] = [
  CONNECTIONS_OF_AGENT,
  ONE_CONNECTION,
  lifecycle('Activate', 'ACTIVE'),
  lifecycle('Deactivate', 'INACTIVE'),
  POTENTIAL_CONNECTIONS,
];
