/**
 * Who belongs to an AI agent: its callers (`/workload-principals/api/v1/delegation-links`) and its owners
 * (`/governance/api/v1/resource-owners`, at Okta on the admin host, here on the org's own).
 */
import * as z from 'zod';
import { isAdminRefusal, refusal } from '../../admin/change.js';
import { createDelegation, delegationServerOrn, deleteDelegation, findDelegation } from '../../admin/delegations.js';
import { agentOrn, applicationOrn, userOrn } from '../../admin/orns.js';
import { changeOwners, findOwners, type Owned, setOwners } from '../../admin/owners.js';
import type { Org } from '../../org.js';
import { type Delegation, delegations } from '../../registry/ai-agent.js';
import { type Application, applications } from '../../registry/application.js';
import { displayName } from '../../registry/user.js';
import type { View } from '../../store/port.js';
import type { Endpoint } from '../endpoint.js';
import { AGENT_API } from './agent-body.js';
import { listOf, listQuery, wrappedReply } from './list.js';
import { endpointsBelow, managementOf } from './operation.js';

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
export function linkBody(org: Org, view: View, link: Delegation) {
  const app = view.get(applications, link.appId) as Application;
  const { id, agentId, tokenType, created } = link;
  const authorizationServerOrn = delegationServerOrn(view, link);
  return {
    id,
    from: { type: 'OKTA_AUTHORIZATION_SERVER', clientOrn: applicationOrn(view, app), tokenType },
    to: { resourceOrn: agentOrn(view, { id: agentId }), authorizationServerOrn },
    created,
    _links: { self: { href: `${org.issuer}${AGENT_API}/delegation-links/${id}` } },
  };
}

const OwnersRequest = z.object({ resourceOrns: z.array(Orn).min(1).max(100), principalOrns: z.array(Orn).max(100) });

/** Okta's patch: each step takes one principal away, or adds one. */
const OwnersPatch = z.object({
  resourceOrn: Orn,
  data: z
    .array(z.object({ op: z.enum(['REMOVE', 'ADD']), path: z.literal('/principalOrn'), value: Orn }))
    .min(1)
    .max(100),
});

const OwnersBody = z.looseObject({
  data: z.array(z.looseObject({ resourceOrn: z.string(), principals: z.array(z.looseObject({ orn: z.string() })) })),
});

/** An agent's owners. The shape is ours; Okta's answer is not published. */
function ownersBody(view: View, { agent, owners }: Owned) {
  return {
    resourceOrn: agentOrn(view, agent),
    principals: owners.map((user) => ({ orn: userOrn(view, user), name: displayName(user) })),
  };
}

/** The one filter that the list of owners takes; a resource is its own parent. */
const BY_RESOURCE = /^\s*(?:parentResourceOrn|resourceOrn)\s+eq\s+"([^"\\]{1,500})"\s*$/i;

const OwnersQuery = z.object({ filter: z.string().max(1000) });

const READ = 'okta.aiAgents.read';
const MANAGE = 'okta.aiAgents.manage';
const LINK_ATTRIBUTES = ['to.resourceOrn', 'from.clientOrn', 'from.tokenType', 'id'];

function linkEndpoints(org: Org): Endpoint[] {
  const manage = managementOf(org);
  const endpoint = endpointsBelow(`${AGENT_API}/delegation-links`, 'Delegation links');
  return [
    endpoint('', {
      GET: manage({
        ...{ summary: 'List delegation links', scope: READ, query: listQuery(200, 20) },
        answers: { 200: z.looseObject({ data: z.array(LinkBody) }) },
        act: (call) =>
          listOf(call, call.view.list(delegations), {
            body: (link) => linkBody(org, call.view, link),
            filtered: LINK_ATTRIBUTES,
          }),
        answer: wrappedReply,
      }),
      POST: manage({
        ...{ summary: 'Add a caller to an AI agent', scope: MANAGE, body: LinkRequest, answers: { 201: LinkBody } },
        act: (call) => createDelegation(call, { ...call.body.from, ...call.body.to }),
        answer: (link) => ({ status: 201, body: linkBody(org, org.store.view(), link) }),
      }),
    }),
    endpoint('/:linkId', {
      GET: manage({
        ...{ summary: 'Get a delegation link', scope: READ, answers: { 200: LinkBody } },
        act: ({ view, param }) => findDelegation(view, param('linkId')),
        answer: (link, { view }) => ({ body: linkBody(org, view, link) }),
      }),
      DELETE: manage({
        ...{ summary: 'Remove a caller from an AI agent', scope: MANAGE, answers: { 204: null } },
        act: (call) => deleteDelegation(call, call.param('linkId')),
        answer: () => ({}),
      }),
    }),
  ];
}

function ownerEndpoint(org: Org): Endpoint {
  const manage = managementOf(org);
  const answers = { 200: OwnersBody };
  const answer = (owned: readonly Owned[]) => ({
    body: { data: owned.map((one) => ownersBody(org.store.view(), one)) },
  });
  return endpointsBelow('/governance/api/v1', 'Owners')('/resource-owners', {
    GET: manage({
      ...{ summary: 'List the owners of an AI agent', scope: 'okta.governance.resourceOwner.read' },
      ...{ query: OwnersQuery, answers },
      act({ view, query }) {
        const resourceOrn = BY_RESOURCE.exec(query.filter)?.[1];
        if (resourceOrn === undefined) return refusal('E0000031', 'filter: such as parentResourceOrn eq "orn:…"');
        const owned = findOwners(view, resourceOrn);
        return isAdminRefusal(owned) ? owned : [owned];
      },
      answer,
    }),
    POST: manage({
      ...{ summary: 'Set the owners of AI agents', scope: 'okta.governance.resourceOwner.manage' },
      ...{ body: OwnersRequest, answers },
      act: (call) => setOwners(call, call.body.resourceOrns, call.body.principalOrns),
      answer,
    }),
    PATCH: manage({
      ...{ summary: 'Add or remove owners of an AI agent', scope: 'okta.governance.resourceOwner.manage' },
      ...{ body: OwnersPatch, answers },
      act(call) {
        const { resourceOrn, data } = call.body;
        const valuesOf = (op: string) => data.flatMap((step) => (step.op === op ? [step.value] : []));
        return changeOwners(call, resourceOrn, { added: valuesOf('ADD'), removed: valuesOf('REMOVE') });
      },
      answer,
    }),
  });
}

export function delegationEndpoints(org: Org): Endpoint[] {
  return [...linkEndpoints(org), ownerEndpoint(org)];
}
