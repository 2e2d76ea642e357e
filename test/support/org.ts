/**
 * A running org for tests, with everything a requester does reduced to a call: sign in, assert, exchange, redeem. Talks
 * HTTP over a real listener, as any client would.
 */
import { readFileSync } from 'node:fs';
import { importJWK, type JWTPayload, SignJWT } from 'jose';
import type { Test } from 'tap';
import { type OrgFileInput, type RunningOrg, type StartOptions, start } from '../../src/index.js';
import { CLIENT_ASSERTION_TYPE, GRANT_TYPE, TOKEN_TYPE } from '../../src/protocol/urns.js';
import { expectOrg } from './self-checks.js';

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8'));

/** A fresh copy of the example org file, to be changed at will. */
export function exampleOrg(): OrgFileInput {
  return fixture('org.json') as OrgFileInput;
}

/** What is where in `fixtures/org.json`. */
export const EXAMPLE = {
  password: 'xaa-Test-1234!',
  apiToken: '00-example-api-token-for-testing-only',
  agentId: 'wlpClaude00000000001',
  linkedAgentId: 'wlpClaudeCode0000001',
  linkedSecret: 'claude-code-client-secret-for-testing-only',
  appId: '0oaClaudeOidc0000001',
  appSecret: 'claude-oidc-client-secret-for-testing-only',
  redirectUri: 'http://127.0.0.1:8976/callback',
  figma: 'https://auth.figma.example',
} as const;

const agentJwk = fixture('keys/claude-agent.jwk.json') as { kid: string; alg: string };
const agentKey = await importJWK(agentJwk, 'RS256');

/** Answer of an endpoint: status, headers, and the body parsed if it is JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests assert on bodies of every shape
  readonly body: any;
}

/** Parameters of a form; several values make several parameters; undefined leaves one out. */
export type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>;

export function formOf(parameters: Parameters): URLSearchParams {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    (value === undefined ? [] : [value].flat()).map((one) => [name, one] as [string, string]),
  );
  return new URLSearchParams(pairs);
}

export const basic = (id: string, secret: string) =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;

/** The two halves of the example OIDC app's Basic credential. */
export const APP_BASIC = basic(EXAMPLE.appId, EXAMPLE.appSecret);

/** A running org, as far as its wire goes. */
export type ListeningOrg = Omit<RunningOrg, 'mint' | 'mintSaml' | 'explain' | 'controlUrl'>;

export interface TestOrg extends ListeningOrg {
  /** Moves the org's clock; it starts at the real time. */
  advance(milliseconds: number): void;
  /** Lines said to the terminal so far. */
  readonly lines: readonly string[];
  fetch(path: string, init?: RequestInit): Promise<Answer>;
  post(path: string, form: Parameters, headers?: Record<string, string>): Promise<Answer>;
  /** The agent's client assertion as form parameters; `claims: { jti: undefined }` leaves a claim out. */
  asAgent(options?: AssertionOptions): Promise<Parameters>;
  /** A sessionToken by the Authentication API. */
  sessionToken(login: string): Promise<string>;
  /** Runs the authorization request headlessly; returns the answer and the parameters that reached the redirect URI. */
  authorize(login: string, more?: Parameters, base?: string): Promise<{ answer: Answer; result: URLSearchParams }>;
  /** Signs a user in to "Claude (OIDC)" and redeems the code. */
  signIn(login: string, scope?: string): Promise<{ id_token: string; access_token: string; refresh_token: string }>;
  /** The example's exchange for Figma by the agent; `more` overrides or, with undefined, drops parameters. */
  exchange(subjectToken: string, more?: Parameters): Promise<Answer>;
  /** Redeems an ID-JAG at the custom authorization server `default`, authenticated as the agent. */
  redeem(idJag: string, more?: Parameters): Promise<Answer>;
  /** The System Log's events, oldest first. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at single members
  events(query?: string): Promise<any[]>;
}

export interface AssertionOptions {
  readonly endpoint?: string;
  readonly claims?: JWTPayload;
  readonly header?: Record<string, unknown>;
  readonly key?: Awaited<ReturnType<typeof importJWK>>;
}

/** The first bytes of a stream that does not end by itself. */
async function firstOf(response: Response): Promise<string> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return Buffer.from(value ?? []).toString();
}

async function answerOf(response: Response): Promise<Answer> {
  const isEndless = response.headers.get('content-type')?.startsWith('text/event-stream') && response.body !== null;
  const text = isEndless ? await firstOf(response) : await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
}

/** A clock that starts at the real time and can be moved. */
export function testClock() {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    advance: (milliseconds: number) => {
      offset += milliseconds;
    },
  };
}

/** Starts an org in memory; close it with `t.teardown(() => org.close())`. */
export async function startTestOrg(options: StartOptions = {}): Promise<TestOrg> {
  const lines: string[] = [];
  const clock = testClock();
  const running = await start({ clock, say: (line) => lines.push(line), ...options });
  if (typeof options.org !== 'string') {
    const file = options.org ?? exampleOrg();
    expectOrg(running.issuer, { file, profile: options.profile ?? file.org?.settings?.profile ?? 'okta' });
  }
  return driving(running, clock, lines);
}

/** The orgs of a test file: each is closed when the file ends, and all are at hand for the look at the secrets. */
export function keepOrgs(t: Test): { readonly orgs: readonly TestOrg[]; readonly keep: (org: TestOrg) => TestOrg } {
  const orgs: TestOrg[] = [];
  return {
    orgs,
    keep(org) {
      t.teardown(() => org.close());
      orgs.push(org);
      return org;
    },
  };
}

/** Everything a requester does, at an org that runs already by that clock. */
export function driving(running: ListeningOrg, clock: ReturnType<typeof testClock>, lines: string[] = []): TestOrg {
  const { issuer } = running;
  const request = async (path: string, init?: RequestInit) =>
    answerOf(await fetch(path.startsWith('/') ? issuer + path : path, { redirect: 'manual', ...init }));
  const org: TestOrg = {
    ...running,
    lines,
    advance: clock.advance,
    fetch: request,
    post: (path, form, headers = {}) => request(path, { method: 'POST', body: formOf(form), headers }),
    async asAgent({ endpoint = '/oauth2/v1/token', claims, header, key = agentKey } = {}) {
      const now = Math.floor(clock.now() / 1000);
      const whole = {
        ...{ iss: EXAMPLE.agentId, sub: EXAMPLE.agentId, aud: issuer + endpoint },
        ...{ iat: now, exp: now + 300, jti: crypto.randomUUID(), ...claims },
      };
      const assertion = await new SignJWT(whole)
        .setProtectedHeader({ alg: 'RS256', kid: agentJwk.kid, ...header })
        .sign(key);
      return { client_assertion_type: CLIENT_ASSERTION_TYPE, client_assertion: assertion };
    },
    async sessionToken(login) {
      const body = JSON.stringify({ username: login, password: EXAMPLE.password });
      const answer = await request('/api/v1/authn', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      return answer.body.sessionToken;
    },
    async authorize(login, more = {}, base = '/oauth2') {
      const query = formOf({
        ...{ client_id: EXAMPLE.appId, redirect_uri: EXAMPLE.redirectUri, response_type: 'code', state: 'state-1' },
        ...{
          scope: 'openid profile email offline_access',
          prompt: 'none',
          sessionToken: await org.sessionToken(login),
        },
        ...more,
      });
      const answer = await request(`${base}/v1/authorize?${query}`);
      const location = answer.headers.get('location');
      return { answer, result: new URL(location ?? 'about:blank').searchParams };
    },
    async signIn(login, scope = 'openid profile email offline_access') {
      const { result } = await org.authorize(login, { scope });
      const form = {
        ...{ grant_type: GRANT_TYPE.authorizationCode, code: result.get('code') ?? undefined },
        redirect_uri: EXAMPLE.redirectUri,
      };
      return (await org.post('/oauth2/v1/token', form, { authorization: APP_BASIC })).body;
    },
    async exchange(subjectToken, more = {}) {
      return org.post('/oauth2/v1/token', {
        ...{ grant_type: GRANT_TYPE.tokenExchange, requested_token_type: TOKEN_TYPE.idJag },
        ...{ subject_token_type: TOKEN_TYPE.idToken, subject_token: subjectToken },
        ...{ audience: EXAMPLE.figma, scope: 'mcp:read' },
        ...(await org.asAgent()),
        ...more,
      });
    },
    async redeem(idJag, more = {}) {
      const endpoint = '/oauth2/default/v1/token';
      const form = {
        grant_type: GRANT_TYPE.jwtBearer,
        assertion: idJag,
        ...(await org.asAgent({ endpoint })),
        ...more,
      };
      return org.post(endpoint, form);
    },
    async events(query = '') {
      const headers = { authorization: `SSWS ${EXAMPLE.apiToken}` };
      return (await request(`/api/v1/logs?limit=1000&${query}`, { headers })).body;
    },
  };
  return org;
}
