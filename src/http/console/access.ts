/**
 * Who may use the console: whoever may use the control API. In place of a header, a browser brings the cookie of a session
 * that an API token began; and what changes something must come from a page of this server, said by the browser.
 */
import type { FastifyRequest } from 'fastify';
import { findTokenOfEither } from '../api-access.js';
import { controlRefusal, ownOrigins } from '../control-access.js';

export const CONSOLE_COOKIE = 'console';

/** `sign-in`: an API token is needed. `not-ours`: another site sent the form. `forbidden`: the token does not allow it. */
export type ConsoleRefusal = 'sign-in' | 'not-ours' | 'forbidden';

/** What the browser would say in an `Authorization` header, if it could. */
export function consoleAuthorization({ orgs, cookies }: FastifyRequest): string | undefined {
  const apiToken = orgs.consoleSessions.find(cookies[CONSOLE_COOKIE], orgs.main.realClock.now());
  return apiToken === undefined ? undefined : `SSWS ${apiToken}`;
}

/** Whether the token behind the session only reads. */
export function isReadOnly(request: FastifyRequest): boolean {
  return findTokenOfEither(request, consoleAuthorization(request))?.role === 'READ_ONLY_ADMIN';
}

const REFUSALS: Readonly<Record<number, ConsoleRefusal>> = { 401: 'sign-in', 403: 'forbidden' };

/**
 * Why the browser may not; undefined: it may, and who it is stands in the request.
 * @param powerful the page holds secrets, or the request changes something
 */
export function consoleRefusal(request: FastifyRequest, powerful: boolean): ConsoleRefusal | undefined {
  // Every browser names the page that a form stands on. What comes without is no form of the console.
  if (!isFromOwnPage(request)) return 'not-ours';
  const refused = controlRefusal(request, powerful, consoleAuthorization(request));
  return refused && (REFUSALS[refused.status] as ConsoleRefusal);
}

/** OWASP "Verifying Origin With Standard Headers": who sends a form says where it stands. */
export function isFromOwnPage(request: FastifyRequest): boolean {
  const { method, headers } = request;
  if (headers.origin === undefined) return method === 'GET';
  return ownOrigins(request).includes(headers.origin);
}
