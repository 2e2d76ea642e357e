/** The shapes of an error: OAuth's, the management API's, and a page. Every refusal is rendered here. */
import * as z from 'zod';
import { errorPage } from '../authorization/pages.js';
import type { Refusal } from '../grants/call.js';
import type { Org } from '../org.js';
import { newId } from '../protocol/ids.js';
import { MANAGEMENT_ERRORS, type ManagementError } from '../protocol/management-errors.js';
import type { Judged } from '../protocol/rule.js';
import { sentStatus, wireOf } from '../protocol/wire.js';

/** Headers of an answer that no cache may keep. */
export const NEVER_KEPT = { 'cache-control': 'no-cache, no-store' } as const;

/** Which shape the errors of an endpoint have. */
export type Shape = 'oauth' | 'management' | 'page';

export interface ErrorAnswer {
  readonly status: number;
  readonly body: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sentences, or objects that have one. */
type Causes = readonly (string | { readonly errorSummary: string })[];

/** OAuth's `{error, error_description}`; an org that explains its errors adds a member. */
export const OAuthErrorBody = z
  .looseObject({ error: z.string(), error_description: z.string() })
  .meta({ id: 'OAuthError' });

/** Okta's `{errorCode, errorSummary, errorLink, errorId, errorCauses}`. */
export function managementBody(code: string, summary: string, causes: Causes = []): object {
  return {
    errorCode: code,
    errorSummary: summary,
    errorLink: code,
    errorId: newId('error'),
    errorCauses: causes.map((cause) => (typeof cause === 'string' ? { errorSummary: cause } : cause)),
  };
}

/** @param summary in place of the code's own */
export function managementError(
  code: ManagementError,
  causes: Causes = [],
  summary: string = MANAGEMENT_ERRORS[code].summary,
): ErrorAnswer {
  return { status: MANAGEMENT_ERRORS[code].status, body: managementBody(code, summary, causes) };
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
  const wire = wireOf(refused, org.profile);
  const { error, text, shape } = wire;
  const status = sentStatus(wire, brought.authorization !== undefined || brought.inBody);
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
