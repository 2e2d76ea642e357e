/** `/api/v1/authorizationServers`: custom authorization servers and their signing keys, in Okta's shapes. */
import * as z from 'zod';
import {
  createServer,
  deleteServer,
  findServer,
  replaceServer,
  setServerStatus,
} from '../../admin/authorization-servers.js';
import { isAdminRefusal, notFound } from '../../admin/change.js';
import { rotateKeys } from '../../admin/server-keys.js';
import type { Org } from '../../org.js';
import type { Activity } from '../../registry/activity.js';
import { type AuthorizationServer, authorizationServers } from '../../registry/authorization-server.js';
import { kidOf } from '../../registry/jwk.js';
import { keysOf } from '../../tokens/keys.js';
import type { Endpoint } from '../endpoint.js';
import {
  KeyBody,
  keyBodies,
  keyBody,
  MANAGE,
  READ,
  RotateRequest,
  SERVERS,
  ServerBody,
  ServerRequest,
  serverBody,
} from './authorization-server-body.js';
import { arrayReply, listOf, listQuery } from './list.js';
import { endpointsBelow, managementOf } from './operation.js';
import { scopeEndpoints } from './scope-endpoints.js';

function keyEndpoints(org: Org): Endpoint[] {
  const manage = managementOf(org);
  const endpoint = endpointsBelow(`${SERVERS}/:authServerId/credentials`, 'Authorization servers');
  return [
    endpoint('/keys', {
      GET: manage({
        ...{ summary: 'List the signing keys of a server', scope: READ, answers: { 200: z.array(KeyBody) } },
        act: ({ view, param }) => findServer(view, param('authServerId')),
        answer: ({ id }, { view }) => ({ body: keyBodies(org, id, keysOf(view, id)) }),
      }),
    }),
    endpoint('/keys/:keyId', {
      GET: manage({
        ...{ summary: 'Get a signing key of a server', scope: READ, answers: { 200: KeyBody } },
        act({ view, param }) {
          const server = findServer(view, param('authServerId'));
          if (isAdminRefusal(server)) return server;
          const kid = param('keyId');
          return keysOf(view, server.id).find((key) => kidOf(key) === kid) ?? notFound(kid, 'JsonWebKey');
        },
        answer: (key, { param }) => ({ body: keyBody(org, param('authServerId'), key) }),
      }),
    }),
    endpoint('/lifecycle/keyRotate', {
      POST: manage({
        ...{ summary: 'Rotate the signing keys of a server', scope: MANAGE, body: RotateRequest },
        answers: { 200: z.array(KeyBody) },
        act: (call) => rotateKeys(call, call.param('authServerId')),
        answer: (keys, { param }) => ({ body: keyBodies(org, param('authServerId'), keys) }),
      }),
    }),
  ];
}

const endpoint = endpointsBelow(SERVERS, 'Authorization servers');
const answers = { 200: ServerBody };

function allServers(org: Org): Endpoint {
  const manage = managementOf(org);
  const listed = {
    body: (server: AuthorizationServer) => serverBody(org, server),
    q: ({ name, audience }: AuthorizationServer, text: string) =>
      [name, audience].some((one) => one.toLowerCase().includes(text)),
  };
  return endpoint('', {
    GET: manage({
      ...{ summary: 'List authorization servers', scope: READ, query: listQuery(200) },
      answers: { 200: z.array(ServerBody) },
      act: (call) => listOf(call, call.view.list(authorizationServers), listed),
      answer: arrayReply,
    }),
    POST: manage({
      ...{ summary: 'Create an authorization server', scope: MANAGE, body: ServerRequest },
      answers: { 201: ServerBody },
      act: (call) => createServer(call, call.body),
      answer: (server) => ({ status: 201, body: serverBody(org, server) }),
    }),
  });
}

function oneServer(org: Org): Endpoint {
  const manage = managementOf(org);
  const answer = (server: AuthorizationServer) => ({ body: serverBody(org, server) });
  return endpoint('/:authServerId', {
    GET: manage({
      ...{ summary: 'Get an authorization server', scope: READ, answers, answer },
      act: ({ view, param }) => findServer(view, param('authServerId')),
    }),
    PUT: manage({
      ...{ summary: 'Replace an authorization server', scope: MANAGE, body: ServerRequest, answers, answer },
      act: (call) => replaceServer(call, call.param('authServerId'), call.body),
    }),
    DELETE: manage({
      ...{ summary: 'Delete an authorization server', scope: MANAGE, answers: { 204: null } },
      act: (call) => deleteServer(call, call.param('authServerId')),
      answer: () => ({}),
    }),
  });
}

function lifecycle(org: Org, step: string, summary: string, status: Activity): Endpoint {
  return endpoint(`/:authServerId/lifecycle/${step}`, {
    POST: managementOf(org)({
      ...{ summary, scope: MANAGE, answers: { 204: null } },
      act: (call) => setServerStatus(call, call.param('authServerId'), status),
      answer: () => ({}),
    }),
  });
}

export function authorizationServerEndpoints(org: Org): Endpoint[] {
  return [
    allServers(org),
    oneServer(org),
    lifecycle(org, 'activate', 'Activate an authorization server', 'ACTIVE'),
    lifecycle(org, 'deactivate', 'Deactivate an authorization server', 'INACTIVE'),
    ...keyEndpoints(org),
    ...scopeEndpoints(org),
  ];
}
