/** The doors of the management API: the Authentication API for headless sign-in, the System Log, and the health check. */
import * as z from 'zod';
import { findEvents, LogsQuery } from '../admin/system-log.js';
import { logSignIn, newSessionToken, userWithPassword } from '../authorization/sessions.js';
import { settingsOf } from '../org.js';
import { managementError, NEVER_KEPT } from './bodies.js';
import { originOf } from './calls.js';
import { type Endpoint, type Handler, type Operation, send } from './endpoint.js';
import { ManagementErrorBody, manage } from './management/operation.js';
import { pageLinks } from './management/paging.js';

const AuthnRequest = z.object({ username: z.string().max(1000), password: z.string().max(1000) });
const AuthnAnswer = z.looseObject({ expiresAt: z.string(), status: z.literal('SUCCESS'), sessionToken: z.string() });

/** `POST /api/v1/authn`: a password for a sessionToken. */
const authn: Handler = async (request, reply) => {
  const { org } = request;
  const { username, password } = request.body as z.infer<typeof AuthnRequest>;
  const user = userWithPassword(org.store.view(), username, password);
  if (!user) {
    logSignIn(org, originOf(request), undefined);
    return send(reply, managementError('E0000004'));
  }
  const { token, expiresAt } = await newSessionToken(org, user.id, org.clock.now());
  const { login, firstName, lastName, locale, timezone } = user.profile;
  return reply.headers(NEVER_KEPT).send({
    expiresAt: new Date(expiresAt).toISOString(),
    status: 'SUCCESS',
    sessionToken: token,
    _embedded: {
      user: {
        id: user.id,
        passwordChanged: user.passwordChanged ?? null,
        profile: { login, firstName, lastName, locale, timeZone: timezone },
      },
    },
    _links: { cancel: { href: `${org.issuer}/api/v1/authn/cancel`, hints: { allow: ['POST'] } } },
  });
};

/** `GET /api/v1/logs`. A page that is full may have a next one; polling clients follow it until it is empty. */
const LOGS: Operation = manage({
  ...{ summary: 'Events of the System Log', scope: 'okta.logs.read', query: LogsQuery },
  answers: { 200: z.array(z.looseObject({ uuid: z.string() })) },
  act: ({ org, query }) => findEvents(org, query),
  answer: ({ events, more }, { org, url }) => ({
    body: events,
    headers: { link: pageLinks(org, url, more ? events.at(-1)?.uuid : undefined) },
  }),
});

const Health = z.object({
  status: z.literal('UP'),
  for: z.literal('testing only'),
  org: z.string().describe('Its name'),
  issuer: z.url(),
});

/** Up, and whose org this is. Open to anyone, for container health checks. */
const health: Handler = async ({ org }, reply) =>
  reply.send({ status: 'UP', for: 'testing only', org: settingsOf(org).name, issuer: org.issuer });

/** Answers at every listener, for container health checks. */
export const HEALTH = '/_mock/health';

export const MANAGEMENT_ENDPOINTS: readonly Endpoint[] = [
  {
    url: '/api/v1/authn',
    ...{ tag: 'Sign-in', shape: 'management' },
    operations: {
      POST: {
        ...{ summary: 'Sign in without a browser', access: 'anybody', handle: authn, body: AuthnRequest },
        response: { 200: AuthnAnswer, 400: ManagementErrorBody, 401: ManagementErrorBody },
      },
    },
  },
  {
    url: '/api/v1/logs',
    ...{ tag: 'System Log', shape: 'management' },
    operations: { GET: LOGS },
  },
  {
    url: HEALTH,
    ...{ tag: 'Control', shape: 'management' },
    operations: {
      GET: {
        ...{ summary: 'Whether the org is up', access: 'anybody', handle: health },
        response: { 200: Health },
      },
    },
  },
];
