/** The control API's doors to the orgs that are made while the process runs. At the main org only. */
import * as z from 'zod';
import { createOrg, deleteOrg, findOrg, OrgRequest, orgShown } from '../control/made-orgs.js';
import type { MadeOrg } from '../orgs.js';
import { control } from './control-operation.js';
import type { Endpoint } from './endpoint.js';

const OrgBody = z.object({
  ...{ id: z.string(), issuer: z.string(), name: z.string(), created: z.string(), expires: z.string().nullable() },
});

const doors = { tag: 'Control', shape: 'management' } as const;

/** An org that was made does not see the others. */
const atMain = { atMainOnly: true } as const;
const changing = { ...atMain, powerful: true } as const;

const answer = (made: MadeOrg) => ({ body: orgShown(made) });

export const ORG_ENDPOINTS: readonly Endpoint[] = [
  {
    url: '/_mock/orgs',
    ...doors,
    operations: {
      GET: control({
        ...{ summary: 'Orgs that were made while this one runs', ...atMain, answers: { 200: z.array(OrgBody) } },
        act: ({ orgs }) => orgs.list(),
        answer: (all) => ({ body: all.map(orgShown) }),
      }),
      POST: control({
        ...{ summary: 'Make an org of its own', ...changing, body: OrgRequest, answers: { 201: OrgBody } },
        act: (call) => createOrg(call, call.orgs, call.body),
        answer: (made) => ({ status: 201, ...answer(made) }),
      }),
    },
  },
  {
    url: '/_mock/orgs/:orgId',
    ...doors,
    operations: {
      GET: control({
        ...{ summary: 'One org that was made', ...atMain, answers: { 200: OrgBody } },
        act: ({ orgs, param }) => findOrg(orgs, param('orgId')),
        answer,
      }),
      DELETE: control({
        ...{ summary: 'Delete an org that was made', ...changing, answers: { 204: null } },
        act: (call) => deleteOrg(call, call.orgs, call.param('orgId')),
        answer: () => ({}),
      }),
    },
  },
];
