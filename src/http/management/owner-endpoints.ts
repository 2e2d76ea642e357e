/** `/governance/api/v1/resource-owners`, at Okta on the admin host, here on the org's own: the owners of AI agents. */
import * as z from 'zod';
import { isAdminRefusal, refusal } from '../../admin/change.js';
import { agentOrn, userOrn } from '../../admin/orns.js';
import { changeOwners, findOwners, type Owned, setOwners } from '../../admin/owners.js';
import { displayName } from '../../registry/user.js';
import type { Endpoint } from '../endpoint.js';
import { endpointsBelow, manage } from './operation.js';

const Orn = z.string().min(1).max(500);

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
function ownersBody({ view, agent, owners }: Owned) {
  return {
    resourceOrn: agentOrn(view, agent),
    principals: owners.map((user) => ({ orn: userOrn(view, user), name: displayName(user) })),
  };
}

/** The one filter that the list of owners takes; a resource is its own parent. */
const BY_RESOURCE = /^\s*(?:parentResourceOrn|resourceOrn)\s+eq\s+"([^"\\]{1,500})"\s*$/i;

const OwnersQuery = z.object({ filter: z.string().max(1000) });

const answers = { 200: OwnersBody };
const answer = (owned: readonly Owned[]) => ({ body: { data: owned.map(ownersBody) } });
const endpoint = endpointsBelow('/governance/api/v1', 'Owners');

export const OWNER_ENDPOINTS: readonly Endpoint[] = [
  endpoint('/resource-owners', {
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
  }),
];
