/** The doors by which an API token begins and ends a session of the console. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { notValid, sentencesOf } from '../../admin/change.js';
import { framed } from '../../console/frame.js';
import { refusedPage } from '../../console/refused.js';
import { signInPage } from '../../console/sign-in.js';
import { findTokenOfEither } from '../api-access.js';
import { NEVER_KEPT } from '../bodies.js';
import { formOf, queryOf } from '../calls.js';
import type { Endpoint, Operation } from '../endpoint.js';
import { CONSOLE_COOKIE, isFromOwnPage } from './access.js';
import { atOf, frameOf, PAGE_HEADERS } from './page.js';

/** One cookie for all orgs of the process: a token of the main one is one of every org. */
function cookieOptions({ orgs }: FastifyRequest) {
  const { protocol } = new URL(orgs.main.issuer);
  return { path: '/', httpOnly: true, sameSite: 'strict', secure: protocol === 'https:' } as const;
}

/** A page of the console, and nothing that another server would take for an address of its own. */
const ownPath = (to: string | undefined) => (to !== undefined && /^\/(?![/\\])[\w/?&=%.+-]*$/.test(to) ? to : '/');

function send(reply: FastifyReply, status: number, to: string, wrong?: readonly string[]) {
  const { request } = reply;
  const page = framed(frameOf(request, { wrong }), signInPage(atOf(request), to));
  return reply.code(status).headers(PAGE_HEADERS).send(page.markup);
}

const WRONG = notValid('token', 'This is no API token of the org, or it has expired.');

async function signIn(request: FastifyRequest, reply: FastifyReply) {
  const { orgs } = request;
  const form = formOf(request);
  const to = ownPath(form.get('to'));
  const token = form.get('token') ?? '';
  const found = findTokenOfEither(request, `SSWS ${token}`);
  if (!found) return send(reply, 401, to, sentencesOf(WRONG));
  reply.setCookie(CONSOLE_COOKIE, orgs.consoleSessions.begin(token, orgs.main.realClock.now()), cookieOptions(request));
  return reply.headers(NEVER_KEPT).redirect(atOf(request)(to), 303);
}

async function signOut(request: FastifyRequest, reply: FastifyReply) {
  request.orgs.consoleSessions.end(request.cookies[CONSOLE_COOKIE]);
  reply.clearCookie(CONSOLE_COOKIE, cookieOptions(request));
  return reply.headers(NEVER_KEPT).redirect(atOf(request)('/console/sign-in'), 303);
}

const open = {
  ...{ access: 'anybody', response: {} },
  async admit(request: FastifyRequest) {
    if (isFromOwnPage(request)) return undefined;
    const page = refusedPage(atOf(request), ['This form was sent by a page of another site.']);
    return { status: 403, body: framed(frameOf(request), page).markup, headers: PAGE_HEADERS };
  },
} as const satisfies Partial<Operation>;

export const SIGN_IN_ENDPOINTS: readonly Endpoint[] = [
  {
    ...{ url: '/console/sign-in', tag: 'Control', shape: 'page' },
    operations: {
      GET: {
        ...{ ...open, summary: 'Page' },
        handle: async (request, reply) => send(reply, 200, ownPath(queryOf(request).get('to'))),
      },
      POST: { ...open, summary: 'Form', handle: signIn },
    },
  },
  {
    ...{ url: '/console/sign-out', tag: 'Control', shape: 'page' },
    operations: { POST: { ...open, summary: 'Form', handle: signOut } },
  },
];
