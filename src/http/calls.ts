/** From a fastify request to what the rooms below are handed. */
import type { FastifyRequest } from 'fastify';
import type { BrowserCall } from '../authorization/answer.js';
import type { Call } from '../grants/call.js';
import { endpointBase, type Org } from '../org.js';
import { type Form, readForm } from '../protocol/form.js';
import { type AuthorizationServer, authorizationServers } from '../registry/authorization-server.js';
import type { Origin } from '../syslog/event.js';

export const SESSION_COOKIE = 'idx';

/** The form of the body; a body of any other content type was dropped, and is an empty form that says so. */
export function formOf(request: FastifyRequest): Form {
  return (request.body as Form | undefined) ?? readForm('', false);
}

export function queryOf(request: FastifyRequest): Form {
  return readForm(request.url.split('?').slice(1).join('?'));
}

/** The path without the query, and without the host that a client may put before it. */
export function pathOf({ url }: FastifyRequest): string {
  return url.replace(/^https?:\/\/[^/?]*/i, '').split('?')[0] as string;
}

export function originOf(request: FastifyRequest): Origin {
  return {
    ip: request.ip,
    userAgent: request.headers['user-agent'] ?? '',
    requestId: request.id,
    path: pathOf(request),
  };
}

/** The server that the path addresses: `org` without an id; undefined for an id that is no active server. */
export function serverOf(org: Org, request: FastifyRequest): 'org' | AuthorizationServer | undefined {
  const { server } = request.params as { server?: string };
  if (server === undefined) return 'org';
  const found = org.store.view().get(authorizationServers, server);
  return found?.status === 'ACTIVE' ? found : undefined;
}

/** @param endpoint name of the endpoint below `/v1/`, as a client assertion must address it */
export function callOf(org: Org, request: FastifyRequest, server: Call['server'], endpoint: string): Call {
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
  };
}

export function browserCallOf(org: Org, request: FastifyRequest, server: Call['server']): BrowserCall {
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
