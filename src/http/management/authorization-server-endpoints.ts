/** `/api/v1/authorizationServers`: custom authorization servers and their signing keys, in Okta's shapes. */
import * as z from 'zod';
import {
  createServer,
  deleteServer,
  findServer,
  replaceServer,
  setServerStatus,
} from '../../admin/authorization-servers.js';
import { type AdminCall, isAdminRefusal, notFound } from '../../admin/change.js';
import { rotateKeys } from '../../admin/server-keys.js';
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
import { endpointsBelow, manage } from './operation.js';
import { SCOPE_ENDPOINTS } from './scope-endpoints.js';

const credentials = endpointsBelow(`${SERVERS}/:authServerId/credentials`, 'Authorization servers');

const KEY_ENDPOINTS: readonly Endpoint[] = [
  credentials('/keys', {
    GET: manage({
      ...{ summary: 'List the signing keys of a server', scope: READ, answers: { 200: z.array(KeyBody) } },
      act: ({ view, param }) => findServer(view, param('authServerId')),
      answer: ({ id }, { org, view }) => ({ body: keyBodies(org, id, keysOf(view, id)) }),
    }),
  }),
  credentials('/keys/:keyId', {
    GET: manage({
      ...{ summary: 'Get a signing key of a server', scope: READ, answers: { 200: KeyBody } },
      act({ view, param }) {
        const server = findServer(view, param('authServerId'));
        if (isAdminRefusal(server)) return server;
        const kid = param('keyId');
        return keysOf(view, server.id).find((key) => kidOf(key) === kid) ?? notFound(kid, 'JsonWebKey');
      },
      answer: (key, { org, param }) => ({ body: keyBody(org, param('authServerId'), key) }),
    }),
  }),
  credentials('/lifecycle/keyRotate', {
    POST: manage({
      ...{ summary: 'Rotate the signing keys of a server', scope: MANAGE, body: RotateRequest },
      answers: { 200: z.array(KeyBody) },
      act: (call) => rotateKeys(call, call.param('authServerId')),
      answer: (keys, { org, param }) => ({ body: keyBodies(org, param('authServerId'), keys) }),
    }),
  }),
];

const endpoint = endpointsBelow(SERVERS, 'Authorization servers');
const answers = { 200: ServerBody };
const answer = (server: AuthorizationServer, { org }: AdminCall) => ({ body: serverBody(org, server) });

const ALL_SERVERS = endpoint('', {
  GET: manage({
    ...{ summary: 'List authorization servers', scope: READ, query: listQuery(200) },
    answers: { 200: z.array(ServerBody) },
    act: (call) =>
      listOf(call, call.view.list(authorizationServers), {
        body: (server) => serverBody(call.org, server),
        q: ({ name, audience }, text) => [name, audience].some((one) => one.toLowerCase().includes(text)),
      }),
    answer: arrayReply,
  }),
  POST: manage({
    ...{ summary: 'Create an authorization server', scope: MANAGE, body: ServerRequest },
    answers: { 201: ServerBody },
    act: (call) => createServer(call, call.body),
    answer: (server, call) => ({ status: 201, ...answer(server, call) }),
  }),
});

const ONE_SERVER = endpoint('/:authServerId', {
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

function lifecycle(step: string, summary: string, status: Activity): Endpoint {
  return endpoint(`/:authServerId/lifecycle/${step}`, {
    POST: manage({
      ...{ summary, scope: MANAGE, answers: { 204: null } },
      act: (call) => setServerStatus(call, call.param('authServerId'), status),
      answer: () => ({}),
    }),
  });
}

export const AUTHORIZATION_SERVER_ENDPOINTS: readonly Endpoint[] = [
  ALL_SERVERS,
  ONE_SERVER,
  lifecycle('activate', 'Activate an authorization server', 'ACTIVE'),
  lifecycle('deactivate', 'Deactivate an authorization server', 'INACTIVE'),
  ...KEY_ENDPOINTS,
  ...SCOPE_ENDPOINTS,
];
