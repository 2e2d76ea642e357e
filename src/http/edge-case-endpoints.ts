/** The control API's doors to edge cases: the catalogue, rows of one's own, and minting a token. */
import * as z from 'zod';
import { addEdgeCases, removeEdgeCase } from '../control/edge-cases.js';
import { mint } from '../control/mint.js';
import { MintRequest } from '../control/mint-request.js';
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
import { edgeCasesOf, findEdgeCase } from '../on-purpose/edge-cases.js';
import { isMistake, type Mistake } from '../protocol/mistake.js';
import { ASKS, namesProblem } from './asked-edge-cases.js';
import { type ErrorAnswer, managementError, NEVER_KEPT } from './bodies.js';
import { askedIn, EDGE_CASE_HEADER } from './calls.js';
import { controlAccess } from './control-access.js';
import { type Endpoint, type Operation, send } from './endpoint.js';
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

const LIST: Operation = {
  ...{ summary: 'Edge cases by group', ...controlAccess(), querystring: SearchQuery },
  response: { 200: z.array(EdgeCaseBody), ...MANAGEMENT_REFUSALS },
  async handle(request, reply) {
    const all = await edgeCasesOf(request.org);
    return reply.headers(NEVER_KEPT).send(findEdgeCases(all.values(), request.query as Search).map(shown));
  },
};

const ADD: Operation = {
  ...{ summary: 'Add edge cases of your own: one row, or a list', ...controlAccess(true) },
  body: EdgeCaseList,
  response: { 201: z.array(EdgeCaseBody), ...MANAGEMENT_REFUSALS },
  async handle(request, reply) {
    const added = await addEdgeCases(request.org, request.body as EdgeCase[]);
    if (isMistake(added)) return send(reply, mistakeAnswer(added));
    return reply.code(201).headers(NEVER_KEPT).send(added.map(shown));
  },
};

const nameOf = (request: { params: unknown }) => (request.params as { name: string }).name;

const ONE: Operation = {
  ...{ summary: 'One edge case', ...controlAccess() },
  response: { 200: EdgeCaseBody, ...MANAGEMENT_REFUSALS, 404: ManagementErrorBody },
  async handle(request, reply) {
    const row = await findEdgeCase(request.org, nameOf(request));
    return isMistake(row) ? send(reply, noSuch(row)) : reply.headers(NEVER_KEPT).send(shown(row));
  },
};

const TAKE: Operation = {
  ...{ summary: 'Take away an edge case of your own', ...controlAccess(true) },
  response: { 204: null, ...MANAGEMENT_REFUSALS, 404: ManagementErrorBody },
  async handle(request, reply) {
    const refused = await removeEdgeCase(request.org, nameOf(request));
    if (!refused) return reply.code(204).send();
    return send(reply, refused.path === 'name' ? mistakeAnswer(refused) : noSuch(refused));
  },
};

const MintedBody = z.looseObject({
  ...{ kind: z.string(), token: z.string(), header: z.unknown(), claims: z.unknown() },
  ...{
    verdict: z.string().nullable(),
    expect: z.array(z.string()),
    edgeCases: z.array(z.looseObject({ name: EdgeCaseName })),
  },
});

const MINT: Operation = {
  ...{ summary: 'A token for whomever, right or wrong on purpose', ...controlAccess(true), body: MintRequest },
  headers: { [EDGE_CASE_HEADER]: ASKS },
  response: { 200: MintedBody, ...MANAGEMENT_REFUSALS },
  async handle(request, reply) {
    const problem = namesProblem(request);
    if (problem !== undefined) return send(reply, managementError('E0000001', [problem]));
    const asked = request.body as MintRequest;
    const minted = await mint(request.org, { ...asked, edgeCases: [...asked.edgeCases, ...askedIn(request)] });
    return isMistake(minted) ? send(reply, mistakeAnswer(minted)) : reply.headers(NEVER_KEPT).send(minted);
  },
};

const CONTROL = { tag: 'Control', shape: 'management' } as const;

export const EDGE_CASE_ENDPOINTS: readonly Endpoint[] = [
  { url: '/_mock/edge-cases', ...CONTROL, operations: { GET: LIST, POST: ADD } },
  { url: '/_mock/edge-cases/:name', ...CONTROL, operations: { GET: ONE, DELETE: TAKE } },
  { url: '/_mock/mint', ...CONTROL, operations: { POST: MINT } },
];
