/** `/workload-principals/api/v1/delegation-links`: the callers of an AI agent. */
import * as z from 'zod';
import {
  createDelegation,
  delegationServerOrn,
  deleteDelegation,
  type FoundDelegation,
  findDelegation,
  withEnds,
} from '../../admin/delegations.js';
import { agentOrn, applicationOrn } from '../../admin/orns.js';
import type { Org } from '../../org.js';
import { delegations } from '../../registry/ai-agent.js';
import type { Endpoint } from '../endpoint.js';
import { AGENT_API } from './agent-body.js';
import { listOf, listQuery, wrappedReply } from './list.js';
import { endpointsBelow, manage } from './operation.js';

const Orn = z.string().min(1).max(500);

const LinkRequest = z.object({
  from: z.object({
    type: z.literal('OKTA_AUTHORIZATION_SERVER').optional(),
    clientOrn: Orn,
    tokenType: z.string().max(50).optional(),
  }),
  to: z.object({ resourceOrn: Orn, authorizationServerOrn: Orn.optional() }),
});

const LinkBody = z.looseObject({
  id: z.string(),
  from: z.looseObject({ type: z.string(), clientOrn: z.string(), tokenType: z.string() }),
  to: z.looseObject({ resourceOrn: z.string(), authorizationServerOrn: z.string() }),
  created: z.string(),
});

/** A delegation link in Okta's JSON. */
function linkBody(org: Org, { view, link, agent, app }: FoundDelegation) {
  const { id, tokenType, created } = link;
  const authorizationServerOrn = delegationServerOrn(view, link);
  return {
    id,
    from: { type: 'OKTA_AUTHORIZATION_SERVER', clientOrn: applicationOrn(view, app), tokenType },
    to: { resourceOrn: agentOrn(view, agent), authorizationServerOrn },
    created,
    _links: { self: { href: `${org.issuer}${AGENT_API}/delegation-links/${id}` } },
  };
}

const READ = 'okta.aiAgents.read';
const MANAGE = 'okta.aiAgents.manage';
const LINK_ATTRIBUTES = ['to.resourceOrn', 'from.clientOrn', 'from.tokenType', 'id'];

const endpoint = endpointsBelow(`${AGENT_API}/delegation-links`, 'Delegation links');

export const DELEGATION_ENDPOINTS: readonly Endpoint[] = [
  endpoint('', {
    GET: manage({
      ...{ summary: 'List delegation links', scope: READ, query: listQuery(200, 20) },
      answers: { 200: z.looseObject({ data: z.array(LinkBody) }) },
      act: (call) =>
        listOf(call, call.view.list(delegations), {
          body: (link) => linkBody(call.org, withEnds(call.view, link)),
          filtered: LINK_ATTRIBUTES,
        }),
      answer: wrappedReply,
    }),
    POST: manage({
      ...{ summary: 'Add a caller to an AI agent', scope: MANAGE, body: LinkRequest, answers: { 201: LinkBody } },
      act: (call) => createDelegation(call, { ...call.body.from, ...call.body.to }),
      answer: (made, { org }) => ({ status: 201, body: linkBody(org, made) }),
    }),
  }),
  endpoint('/:linkId', {
    GET: manage({
      ...{ summary: 'Get a delegation link', scope: READ, answers: { 200: LinkBody } },
      act: ({ view, param }) => findDelegation(view, param('linkId')),
      answer: (found, { org }) => ({ body: linkBody(org, found) }),
    }),
    DELETE: manage({
      ...{ summary: 'Remove a caller from an AI agent', scope: MANAGE, answers: { 204: null } },
      act: (call) => deleteDelegation(call, call.param('linkId')),
      answer: () => ({}),
    }),
  }),
];
