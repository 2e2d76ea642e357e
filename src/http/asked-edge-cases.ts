/**
 * The header by which an ordinary request to the token endpoint asks to come out wrong: `x-mock-edge-case: exp-past`. It is
 * under the guard of the control API; as `Authorization` is the client's there, an API token goes in another header.
 */
import type { FastifyRequest } from 'fastify';
import { type ErrorAnswer, oauthError } from './bodies.js';
import { askedIn, EDGE_CASE_HEADER, headerOf } from './calls.js';
import { controlRefusal } from './control-access.js';

/** Takes what `Authorization` takes at the control API. */
export const TOKEN_HEADER = 'x-mock-authorization';

const REFUSED =
  `The header ${EDGE_CASE_HEADER} belongs to the control API: send it from the machine that the org runs on, to a loopback ` +
  `name, or with an API token (${TOKEN_HEADER}: SSWS ...).`;

/** What the two headers are for. */
export const ASKS =
  'Names of edge cases, separated by commas: the ID-JAG comes out so. For who may use the control API';
export const PROVES = `With ${EDGE_CASE_HEADER}, from another machine: SSWS and an API token`;

/** The most names in one request. */
const MOST = 20;

/** What is wrong with the names themselves, as a sentence. */
export function namesProblem(request: FastifyRequest): string | undefined {
  const count = askedIn(request).length;
  if (count === 0 && request.headers[EDGE_CASE_HEADER] !== undefined) return `The header ${EDGE_CASE_HEADER} is empty.`;
  return count > MOST ? `The header ${EDGE_CASE_HEADER} names more than ${MOST} edge cases.` : undefined;
}

/** Why a request that asks for an edge case may not; undefined: it may, or asks for none. */
export async function refuseAsked(request: FastifyRequest): Promise<ErrorAnswer | undefined> {
  if (request.headers[EDGE_CASE_HEADER] === undefined) return undefined;
  if (!request.controlled) return oauthError(403, 'access_denied', 'This org runs without its control API.');
  const refused = controlRefusal(request, true, headerOf(request, TOKEN_HEADER) || undefined);
  if (refused) return oauthError(refused.status, 'access_denied', REFUSED);
  const problem = namesProblem(request);
  return problem === undefined ? undefined : oauthError(400, 'invalid_request', problem);
}
