/** The doors that a browser comes through: authorize, sign-in, logout. Answers are pages and redirects. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Answer, BrowserCall } from '../authorization/answer.js';
import { authorize } from '../authorization/authorize.js';
import { logout } from '../authorization/logout.js';
import { signIn } from '../authorization/sign-in.js';
import type { Org } from '../org.js';
import { managementError } from './bodies.js';
import { browserCallOf, SESSION_COOKIE, serverOf } from './calls.js';
import { asPage, type Endpoint, type Handler, send } from './endpoint.js';

function setSessionCookie(org: Org, reply: FastifyReply, value: string): void {
  const options = { path: '/', httpOnly: true, sameSite: 'lax', secure: org.issuer.startsWith('https:') } as const;
  if (value === '') reply.clearCookie(SESSION_COOKIE, options);
  else reply.setCookie(SESSION_COOKIE, value, options);
}

function render(org: Org, reply: FastifyReply, answer: Answer): FastifyReply {
  if (answer.cookie !== undefined) setSessionCookie(org, reply, answer.cookie);
  reply.headers({ 'cache-control': 'no-cache, no-store', 'referrer-policy': 'no-referrer' });
  // 303 after a POST, so that the browser does not send the password on.
  if (answer.kind === 'redirect') return reply.redirect(answer.location, reply.request.method === 'POST' ? 303 : 302);
  return asPage(reply).code(answer.status).send(answer.page.markup);
}

function browser(org: Org, act: (call: BrowserCall) => Promise<Answer>): Handler {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const server = serverOf(org, request);
    if (server === undefined) return send(reply, managementError('E0000007'));
    return render(org, reply, await act(browserCallOf(org, request, server)));
  };
}

const Page = z.string().describe('An HTML page');

export function browserEndpoints(org: Org): Endpoint[] {
  const page = (
    url: string,
    methods: readonly ('GET' | 'POST')[],
    act: (call: BrowserCall) => Promise<Answer>,
    summary: string,
  ): Endpoint => {
    const handle = browser(org, act);
    const operation = { summary, access: 'anybody', handle, response: { 200: Page, 302: null, 400: Page } } as const;
    const operations = Object.fromEntries(methods.map((method) => [method, operation]));
    return { url, tag: 'Sign-in', shape: 'page', operations };
  };
  return [
    ...['/oauth2', '/oauth2/:server'].flatMap((base) => [
      page(`${base}/v1/authorize`, ['GET', 'POST'], authorize, 'Authorization request'),
      page(`${base}/v1/logout`, ['GET', 'POST'], logout, 'RP-initiated logout'),
    ]),
    page('/signin', ['POST'], signIn, 'The sign-in form'),
  ];
}
