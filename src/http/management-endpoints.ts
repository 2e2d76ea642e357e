/** The doors of the management API: the Authentication API for headless sign-in, the System Log, and the health check. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { logSignIn, newSessionToken, userWithPassword } from '../authorization/sessions.js';
import { type Org, settingsOf } from '../org.js';
import { isKnown } from '../protocol/rule.js';
import type { LogQuery } from '../syslog/system-log.js';
import { managementError } from './bodies.js';
import { originOf } from './calls.js';
import { apiTokenOf, withControlAccess } from './control-access.js';
import { type Endpoint, type Handler, send } from './endpoint.js';

const ManagementError = z.looseObject({ errorCode: z.string(), errorSummary: z.string() });

const AuthnRequest = z.object({ username: z.string().max(1000), password: z.string().max(1000) });
const AuthnAnswer = z.looseObject({ expiresAt: z.string(), status: z.literal('SUCCESS'), sessionToken: z.string() });

/** `POST /api/v1/authn`: a password for a sessionToken. */
function authn(org: Org): Handler {
  return async (request, reply) => {
    const { username, password } = request.body as z.infer<typeof AuthnRequest>;
    const user = userWithPassword(org.store.view(), username, password);
    if (!user) {
      logSignIn(org, originOf(request), undefined);
      return send(reply, managementError('E0000004'));
    }
    const { token, expiresAt } = await newSessionToken(org, user.id, org.clock.now());
    const { login, firstName, lastName, locale, timezone } = user.profile;
    return reply.header('cache-control', 'no-cache, no-store').send({
      expiresAt: new Date(expiresAt).toISOString(),
      status: 'SUCCESS',
      sessionToken: token,
      _embedded: {
        user: {
          id: user.id,
          passwordChanged: user.created,
          profile: { login, firstName, lastName, locale, timeZone: timezone },
        },
      },
      _links: { cancel: { href: `${org.issuer}/api/v1/authn/cancel`, hints: { allow: ['POST'] } } },
    });
  };
}

/** Lets the request through when it carries an API token of the org: `Authorization: SSWS …`. */
function withApiToken(org: Org, handle: Handler): Handler {
  return async (request, reply) => {
    const known = apiTokenOf(org, request.headers.authorization) === 'known';
    return known ? handle(request, reply) : send(reply, managementError('E0000011'));
  };
}

const timestamp = z.iso
  .datetime({ offset: true })
  .or(z.iso.date())
  .transform((text) => Date.parse(text));

const wholeNumber = z.stringFormat('whole number', /^\d{1,4}$/).transform(Number);

const LogsQuery = z.object({
  since: timestamp.optional(),
  until: timestamp.optional(),
  filter: z.string().optional(),
  q: z.string().max(40).optional(),
  limit: wholeNumber.refine((limit) => limit <= 1000, 'must be 1000 or less').default(100),
  sortOrder: z.enum(['ASCENDING', 'DESCENDING']).default('ASCENDING'),
  after: z.string().optional(),
});

/** Okta's `Link` header: this page, and the next one when there is one. */
function pageLinks(org: Org, request: FastifyRequest, last: string | undefined): string[] {
  const here = new URL(request.url, org.issuer);
  const link = (rel: string) => `<${org.issuer}${here.pathname}${here.search}>; rel="${rel}"`;
  const self = link('self');
  if (last === undefined) return [self];
  here.searchParams.set('after', last);
  return [self, link('next')];
}

const UNREADABLE_FILTER = 'filter: is not a SCIM filter such as: eventType eq "user.session.start"';

/** `GET /api/v1/logs`. A page that is full may have a next one; polling clients follow it until it is empty. */
function logs(org: Org): Handler {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { sortOrder, ...query } = request.query as z.infer<typeof LogsQuery>;
    const asked: LogQuery = { ...query, descending: sortOrder === 'DESCENDING' };
    const page = org.log.query(asked);
    if (!isKnown(page)) return send(reply, managementError('E0000001', [UNREADABLE_FILTER]));
    const { events, more } = page;
    reply.header('link', pageLinks(org, request, more ? events.at(-1)?.uuid : undefined));
    return reply.send(events);
  };
}

const ExchangesQuery = z.object({
  limit: wholeNumber.refine((limit) => limit >= 1 && limit <= 1000, 'must be 1 to 1000').default(100),
});

/** `GET /_mock/exchanges`: the last token requests, the newest first, each with every rule it was judged by. */
function exchanges(org: Org): Handler {
  return async (request, reply) => {
    const { limit } = request.query as z.infer<typeof ExchangesQuery>;
    return reply.header('cache-control', 'no-cache, no-store').send(org.exchanges.last(limit));
  };
}

/** Up, and whose org this is. Open to anyone, for container health checks. */
function health(org: Org): Handler {
  return async (_, reply) =>
    reply.send({ status: 'UP', for: 'testing only', org: settingsOf(org).name, issuer: org.issuer });
}

export function managementEndpoints(org: Org): Endpoint[] {
  return [
    {
      url: '/api/v1/authn',
      shape: 'management',
      methods: { POST: authn(org) },
      schema: {
        summary: 'Sign in without a browser',
        body: AuthnRequest,
        response: { 200: AuthnAnswer, 400: ManagementError, 401: ManagementError },
      },
    },
    {
      url: '/api/v1/logs',
      shape: 'management',
      methods: { GET: withApiToken(org, logs(org)) },
      schema: {
        summary: 'System Log',
        querystring: LogsQuery,
        response: { 200: z.array(z.looseObject({ uuid: z.string() })), 400: ManagementError, 401: ManagementError },
      },
    },
    {
      url: '/_mock/exchanges',
      shape: 'management',
      methods: { GET: withControlAccess(org, exchanges(org)) },
      schema: {
        summary: 'Token requests, each with every rule it was judged by',
        querystring: ExchangesQuery,
        response: {
          200: z.array(z.looseObject({ id: z.string() })),
          ...{ 400: ManagementError, 401: ManagementError, 403: ManagementError },
        },
      },
    },
    {
      url: '/_mock/health',
      shape: 'management',
      methods: { GET: health(org) },
      schema: { summary: 'Health', response: { 200: z.object({ status: z.literal('UP'), issuer: z.url() }) } },
    },
  ];
}
