/** `/api/v1/authorizationServers/{id}/scopes`: the scopes of a custom authorization server, in Okta's shapes. */
import * as z from 'zod';
import { findServer } from '../../admin/authorization-servers.js';
import { isAdminRefusal } from '../../admin/change.js';
import {
  createScope,
  deleteScope,
  findScope,
  type ListedScope,
  replaceScope,
  scopesOf,
} from '../../admin/server-scopes.js';
import type { Endpoint } from '../endpoint.js';
import { MANAGE, READ, ScopeBody, ScopeRequest, SERVERS, scopeBody } from './authorization-server-body.js';
import { arrayReply, listOf, listQuery } from './list.js';
import { endpointsBelow, type ManagementCall, manage } from './operation.js';

const endpoint = endpointsBelow(`${SERVERS}/:authServerId/scopes`, 'Authorization servers');
const answer = (scope: ListedScope, { org, param }: Pick<ManagementCall<unknown, unknown>, 'org' | 'param'>) => ({
  body: scopeBody(org, param('authServerId'), scope),
});
const answers = { 200: ScopeBody };

export const SCOPE_ENDPOINTS: readonly Endpoint[] = [
  endpoint('', {
    GET: manage({
      ...{ summary: 'List the scopes of a server', scope: READ, query: listQuery(200) },
      answers: { 200: z.array(ScopeBody) },
      act(call) {
        const server = findServer(call.view, call.param('authServerId'));
        if (isAdminRefusal(server)) return server;
        return listOf(call, scopesOf(server), {
          body: (scope) => scopeBody(call.org, server.id, scope),
          filtered: ['id', 'name', 'system'],
          q: ({ name }, text) => name.toLowerCase().includes(text),
        });
      },
      answer: arrayReply,
    }),
    POST: manage({
      ...{ summary: 'Create a scope', scope: MANAGE, body: ScopeRequest, answers: { 201: ScopeBody } },
      act: (call) => createScope(call, call.param('authServerId'), call.body),
      answer: (scope, call) => ({ status: 201, ...answer(scope, call) }),
    }),
  }),
  endpoint('/:scopeId', {
    GET: manage({
      ...{ summary: 'Get a scope', scope: READ, answers, answer },
      act: ({ view, param }) => findScope(view, param('authServerId'), param('scopeId')),
    }),
    PUT: manage({
      ...{ summary: 'Replace a scope', scope: MANAGE, body: ScopeRequest, answers, answer },
      act: (call) => replaceScope(call, call.param('authServerId'), call.param('scopeId'), call.body),
    }),
    DELETE: manage({
      ...{ summary: 'Delete a scope', scope: MANAGE, answers: { 204: null } },
      act: (call) => deleteScope(call, call.param('authServerId'), call.param('scopeId')),
      answer: () => ({}),
    }),
  }),
];
