/** The shapes of an error: OAuth's, the management API's, and a page. Every refusal is rendered here. */
import { errorPage } from '../authorization/pages.js';
import type { Refusal } from '../grants/call.js';
import type { Org } from '../org.js';
import { newId } from '../protocol/ids.js';
import type { Judged } from '../protocol/rule.js';
import { wireOf } from '../protocol/wire.js';

/** Which shape the errors of an endpoint have. */
export type Shape = 'oauth' | 'management' | 'page';

export interface ErrorAnswer {
  readonly status: number;
  readonly body: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The management API's codes that are in use, with our sentences. */
export const MANAGEMENT_ERRORS = {
  E0000001: { status: 400, summary: 'Api validation failed' },
  E0000003: { status: 400, summary: 'The request body is not well-formed.' },
  E0000004: { status: 401, summary: 'Authentication failed' },
  E0000006: { status: 403, summary: 'You do not have permission to perform the requested action' },
  E0000007: { status: 404, summary: 'Not found: there is nothing at this address.' },
  E0000009: { status: 500, summary: 'Internal error: the org could not complete the request.' },
  E0000011: { status: 401, summary: 'The API token is missing or not valid.' },
  E0000021: { status: 400, summary: 'The Content-Type of the request is not one that this endpoint takes.' },
  E0000022: { status: 405, summary: 'The endpoint does not take this HTTP method.' },
} as const;
export type ManagementError = keyof typeof MANAGEMENT_ERRORS;

/** Okta's `{errorCode, errorSummary, errorLink, errorId, errorCauses}`. */
export function managementBody(code: string, summary: string, causes: readonly string[] = []): object {
  return {
    errorCode: code,
    errorSummary: summary,
    errorLink: code,
    errorId: newId('error'),
    errorCauses: causes.map((errorSummary) => ({ errorSummary })),
  };
}

export function managementError(code: ManagementError, causes: readonly string[] = []): ErrorAnswer {
  const { status, summary } = MANAGEMENT_ERRORS[code];
  return { status, body: managementBody(code, summary, causes) };
}

export function oauthError(status: number, error: string, text: string): ErrorAnswer {
  return { status, body: { error, error_description: text } };
}

/** An error that has no rule: too large, no such method, a failure of the server. */
export function plainError(shape: Shape, status: number, error: string, text: string): ErrorAnswer {
  if (shape === 'oauth') return oauthError(status, error, text);
  return { status, body: errorPage('Mock Okta org', error, text).markup };
}

/** What the request brought to prove who sends it. */
export interface Credentials {
  readonly authorization: string | undefined;
  readonly inBody: boolean;
}

/**
 * A refusal at a token, introspection or revocation endpoint. Okta answers an unknown client in the management API's
 * shape: 401 when it brought credentials, 400 when it brought none.
 */
export function refusalAnswer(org: Org, { refused, judged }: Refusal, brought: Credentials): ErrorAnswer {
  const { error, text, shape, ...wire } = wireOf(refused, org.profile);
  const tried = brought.authorization !== undefined || brought.inBody;
  const status = shape === 'management' && !tried ? 400 : wire.status;
  const body = shape === 'management' ? managementBody(error, text) : { error, error_description: text };
  const challenged = wire.status === 401 && brought.authorization !== undefined;
  return {
    status,
    body: org.explainErrors ? { ...body, explanation: explanation(refused, judged) } : body,
    ...(challenged && { headers: { 'www-authenticate': 'Basic realm="mock-okta-xaa"' } }),
  };
}

/** The extra member of an org that explains: the rule that refused, and every other that is broken, too. */
function explanation({ name, reason, demands, source }: Refusal['refused'], judged: readonly Judged[]): object {
  const broken = judged.filter(({ outcome }) => outcome === 'broken').map(({ rule }) => rule.name);
  return { rule: name, reason, demands, source, broken };
}
