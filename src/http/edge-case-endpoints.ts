/** The control API's doors to edge cases: the catalogue, rows of one's own, and minting a token. */
import * as z from 'zod';
import { addEdgeCases, edgeCasesOf, findEdgeCase, removeEdgeCase } from '../control/edge-cases.js';
import { mint } from '../control/mint.js';
import { MintRequest } from '../control/mint-request.js';
import { isMistake, type Mistake } from '../control/mistake.js';
import { findEdgeCases, type Search } from '../edge-cases/catalogue.js';
import {
  type EdgeCase,
  EdgeCaseList,
  EdgeCaseName,
  GROUPS,
  LEVELS,
  needsOf,
  SEVERITIES,
  VERDICTS,
  verdictOf,
} from '../edge-cases/edge-case.js';
import { oneOf } from '../edge-cases/one-of.js';
import type { Org } from '../org.js';
import { type ErrorAnswer, managementError } from './bodies.js';
import { controlAccess } from './control-access.js';
import { type Endpoint, NEVER_KEPT, type Operation, send } from './endpoint.js';
import { MANAGEMENT_REFUSALS, ManagementErrorBody } from './management/operation.js';

const SearchQuery = z.strictObject({
  ...{
    group: oneOf(GROUPS).optional(),
    level: oneOf(LEVELS).optional(),
    severity: oneOf(SEVERITIES).optional(),
    verdict: oneOf(VERDICTS).optional(),
  },
  q: z.string().min(1).max(100).optional(),
});

const EdgeCaseBody = z.looseObject({
  ...{ name: z.string(), group: z.string(), level: z.string(), severity: z.string(), verdict: z.string() },
  ...{ expect: z.array(z.string()), source: z.array(z.string()), differs: z.string(), note: z.string() },
  needs: z.array(z.string()).describe('What must be given when it is minted.'),
});

/** A row with what follows from it. */
const shown = (row: EdgeCase) => ({ ...row, verdict: verdictOf(row), needs: needsOf(row) });

function mistakeAnswer({ path, mistake }: Mistake): ErrorAnswer {
  return managementError('E0000001', [`${path}: ${mistake}`], `Api validation failed: ${path}`);
}

const noSuch = ({ mistake }: Mistake): ErrorAnswer => managementError('E0000007', [mistake]);

function list(org: Org): Operation {
  return {
    ...{ summary: 'Edge cases by group', ...controlAccess(org), querystring: SearchQuery },
    response: { 200: z.array(EdgeCaseBody), ...MANAGEMENT_REFUSALS },
    async handle(request, reply) {
      const all = await edgeCasesOf(org);
      return reply.headers(NEVER_KEPT).send(findEdgeCases(all.values(), request.query as Search).map(shown));
    },
  };
}

function add(org: Org): Operation {
  return {
    ...{ summary: 'Add edge cases of your own: one row, or a list', ...controlAccess(org, true) },
    body: EdgeCaseList,
    response: { 201: z.array(EdgeCaseBody), ...MANAGEMENT_REFUSALS },
    async handle(request, reply) {
      const added = await addEdgeCases(org, request.body as EdgeCase[]);
      if (isMistake(added)) return send(reply, mistakeAnswer(added));
      return reply.code(201).headers(NEVER_KEPT).send(added.map(shown));
    },
  };
}

const nameOf = (request: { params: unknown }) => (request.params as { name: string }).name;

function one(org: Org): Operation {
  return {
    ...{ summary: 'One edge case', ...controlAccess(org) },
    response: { 200: EdgeCaseBody, ...MANAGEMENT_REFUSALS, 404: ManagementErrorBody },
    async handle(request, reply) {
      const row = await findEdgeCase(org, nameOf(request));
      return isMistake(row) ? send(reply, noSuch(row)) : reply.headers(NEVER_KEPT).send(shown(row));
    },
  };
}

function take(org: Org): Operation {
  return {
    ...{ summary: 'Take away an edge case of your own', ...controlAccess(org, true) },
    response: { 204: null, ...MANAGEMENT_REFUSALS, 404: ManagementErrorBody },
    async handle(request, reply) {
      const refused = await removeEdgeCase(org, nameOf(request));
      if (!refused) return reply.code(204).send();
      return send(reply, refused.path === 'name' ? mistakeAnswer(refused) : noSuch(refused));
    },
  };
}

const MintedBody = z.looseObject({
  ...{ kind: z.string(), token: z.string(), header: z.unknown(), claims: z.unknown() },
  ...{
    verdict: z.string().nullable(),
    expect: z.array(z.string()),
    edgeCases: z.array(z.looseObject({ name: EdgeCaseName })),
  },
});

function minting(org: Org): Operation {
  return {
    ...{ summary: 'A token for whomever, right or wrong on purpose', ...controlAccess(org, true), body: MintRequest },
    response: { 200: MintedBody, ...MANAGEMENT_REFUSALS },
    async handle(request, reply) {
      const minted = await mint(org, request.body as MintRequest);
      return isMistake(minted) ? send(reply, mistakeAnswer(minted)) : reply.headers(NEVER_KEPT).send(minted);
    },
  };
}

export function edgeCaseEndpoints(org: Org): Endpoint[] {
  const control = { tag: 'Control', shape: 'management' } as const;
  return [
    { url: '/_mock/edge-cases', ...control, operations: { GET: list(org), POST: add(org) } },
    { url: '/_mock/edge-cases/:name', ...control, operations: { GET: one(org), DELETE: take(org) } },
    { url: '/_mock/mint', ...control, operations: { POST: minting(org) } },
  ];
}
