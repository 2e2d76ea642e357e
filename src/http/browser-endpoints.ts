/** The doors that a browser comes through: authorize, sign-in, logout. Answers are pages and redirects. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Answer, BrowserCall } from '../authorization/answer.js';
import { authorize } from '../authorization/authorize.js';
import { logout } from '../authorization/logout.js';
import { goOn, signIn } from '../authorization/sign-in.js';
import { managementError, NEVER_KEPT } from './bodies.js';
import { browserCallOf, SESSION_COOKIE, serverOf } from './calls.js';
import { asPage, type Endpoint, type Handler, send } from './endpoint.js';

/** The path of the issuer keeps the sessions of two orgs of one process apart. */
function setSessionCookie(reply: FastifyReply, value: string): void {
  const { pathname: path, protocol } = new URL(reply.request.org.issuer);
  const options = { path, httpOnly: true, sameSite: 'lax', secure: protocol === 'https:' } as const;
  if (value === '') reply.clearCookie(SESSION_COOKIE, options);
  else reply.setCookie(SESSION_COOKIE, value, options);
}

/** Sends what the browser is told. */
export function renderAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  if (answer.cookie !== undefined) setSessionCookie(reply, answer.cookie);
  reply.headers({ ...NEVER_KEPT, 'referrer-policy': 'no-referrer' });
  // 303 after a POST, so that the browser does not send the password on.
  if (answer.kind === 'redirect') return reply.redirect(answer.location, reply.request.method === 'POST' ? 303 : 302);
  return asPage(reply).code(answer.status).send(answer.page.markup);
}

function browser(act: (call: BrowserCall) => Promise<Answer>): Handler {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const server = serverOf(request);
    if (server === undefined) return send(reply, managementError('E0000007'));
    return renderAnswer(reply, await act(browserCallOf(request, server)));
  };
}

export const Page = z.string().describe('An HTML page');
const text = z.string().optional();

/** OpenID Connect Core "Authentication Request"; which of them are needed is judged by rules. */
const AuthorizationRequest = z.looseObject({
  ...{ client_id: text, redirect_uri: text, response_type: text, response_mode: text, scope: text, state: text },
  ...{ nonce: text, prompt: text, max_age: text, login_hint: text, code_challenge: text, code_challenge_method: text },
  sessionToken: text.describe('Of the Authentication API: signs in without a page'),
});
/** OpenID Connect RP-Initiated Logout. */
const LogoutRequest = z.looseObject({ id_token_hint: text, post_logout_redirect_uri: text, state: text });
const SignInForm = z.looseObject({ stateToken: text, username: text, password: text });

function page(
  url: string,
  methods: readonly ('GET' | 'POST')[],
  act: (call: BrowserCall) => Promise<Answer>,
  { summary, request }: { readonly summary: string; readonly request: z.ZodType },
): Endpoint {
  const described = { summary, access: 'anybody', handle: browser(act) } as const;
  const operations = {
    GET: { ...described, querystring: request, response: { 200: Page, 302: null, 400: Page } },
    POST: { ...described, body: request, response: { 200: Page, 303: null, 400: Page } },
  };
  const taken = Object.fromEntries(methods.map((method) => [method, operations[method]]));
  return { url, tag: 'Sign-in', shape: 'page', operations: taken };
}

const AUTHORIZATION = { summary: 'Authorization request', request: AuthorizationRequest };
const LOGOUT = { summary: 'RP-initiated logout', request: LogoutRequest };

const GO_ON = page('/signin', ['GET'], goOn, {
  ...{ summary: 'A request that waits goes on', request: z.looseObject({ stateToken: text }) },
});
const SIGN_IN_FORM = page('/signin', ['POST'], signIn, { summary: 'The sign-in form', request: SignInForm });

export const BROWSER_ENDPOINTS: readonly Endpoint[] = [
  ...['/oauth2', '/oauth2/:server'].flatMap((base) => [
    page(`${base}/v1/authorize`, ['GET', 'POST'], authorize, AUTHORIZATION),
    page(`${base}/v1/logout`, ['GET', 'POST'], logout, LOGOUT),
  ]),
  { ...SIGN_IN_FORM, operations: { ...GO_ON.operations, ...SIGN_IN_FORM.operations } },
];
