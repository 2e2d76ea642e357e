/** From a fastify request to what the rooms below are handed. */
import type { FastifyRequest } from 'fastify';
import type { BrowserCall } from '../authorization/answer.js';
import type { Call } from '../grants/call.js';
import { endpointBase } from '../org.js';
import { type Form, readForm } from '../protocol/form.js';
import { type AuthorizationServer, authorizationServers } from '../registry/authorization-server.js';
import type { Origin } from '../syslog/event.js';
import { withoutHost } from './org-of-request.js';

export const SESSION_COOKIE = 'idx';

/** Names edge cases that a request asks for. */
export const EDGE_CASE_HEADER = 'x-mock-edge-case';

/** A header's value; several of one name as one, empty for none. */
export function headerOf({ headers }: Pick<FastifyRequest, 'headers'>, name: string): string {
  return [headers[name] ?? []].flat().join(',');
}

/** The edge cases that the request asks for: names, separated by commas or blanks. */
export function askedIn(request: Pick<FastifyRequest, 'headers'>): readonly string[] {
  return headerOf(request, EDGE_CASE_HEADER)
    .split(/[\s,]+/)
    .filter(Boolean);
}

/** The form of the body; a body of any other content type was dropped, and is an empty form that says so. */
export function formOf(request: FastifyRequest): Form {
  return (request.body as Form | undefined) ?? readForm('', false);
}

export function queryOf(request: FastifyRequest): Form {
  return readForm(request.url.split('?').slice(1).join('?'));
}

/** The path at the org, without the query. */
export function pathOf({ url }: Pick<FastifyRequest, 'url'>): string {
  return withoutHost(url).split(/[?#]/)[0] as string;
}

export function originOf(request: FastifyRequest): Origin {
  return {
    ip: request.ip,
    userAgent: request.headers['user-agent'] ?? '',
    requestId: request.id,
    path: pathOf(request),
  };
}

/** The id of the server in the path; `org` without one. */
export function serverIdOf({ params }: Pick<FastifyRequest, 'params'>): string {
  return (params as { server?: string }).server ?? 'org';
}

/** The server that the path addresses: `org` without an id; undefined for an id that is no active server. */
export function serverOf({ org, params }: FastifyRequest): 'org' | AuthorizationServer | undefined {
  const { server } = params as { server?: string };
  if (server === undefined) return 'org';
  const found = org.store.view().get(authorizationServers, server);
  return found?.status === 'ACTIVE' ? found : undefined;
}

/** @param endpoint name of the endpoint below `/v1/`, as a client assertion must address it */
export function callOf(request: FastifyRequest, server: Call['server'], endpoint: string): Call {
  const { org } = request;
  return {
    org,
    view: org.store.view(),
    now: org.clock.now(),
    server,
    form: formOf(request),
    query: queryOf(request),
    authorization: request.headers.authorization,
    endpoint: `${endpointBase(org, server === 'org' ? 'org' : server.id)}/v1/${endpoint}`,
    origin: originOf(request),
    rateExceeded: request.rate.exceeded,
    asked: askedIn(request),
    met: request.fault,
  };
}

export function browserCallOf(request: FastifyRequest, server: Call['server']): BrowserCall {
  const { org } = request;
  return {
    org,
    view: org.store.view(),
    now: org.clock.now(),
    server,
    params: request.method === 'POST' ? formOf(request) : queryOf(request),
    sessionCookie: request.cookies[SESSION_COOKIE],
    origin: originOf(request),
  };
}
