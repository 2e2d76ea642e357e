/**
 * The client's side of the wire up to the ID-JAG, in plain fetch: the sign-in that a browser would do, and the exchange.
 */
import { createHash, randomBytes } from 'node:crypto';
import { EXAMPLE } from '../support/org.js';

export const ALICE = { username: 'alice@example.com', password: EXAMPLE.password };

export interface ClientSecret {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The OIDC app "Claude (OIDC)", and the agent that is one client with its linked app. */
export const CLAUDE: ClientSecret = { clientId: EXAMPLE.appId, clientSecret: EXAMPLE.appSecret };
export const LINKED_AGENT: ClientSecret = { clientId: EXAMPLE.linkedAgentId, clientSecret: EXAMPLE.linkedSecret };

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** The header of client_secret_basic; ids and secrets of the example need no form encoding. */
export function basic({ clientId, clientSecret }: ClientSecret): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` };
}

/** Posts a form and answers what came back. */
export async function postForm(
  url: string,
  values: Record<string, string>,
  headers: Record<string, string> = {},
  fetchFn: Fetch = fetch,
) {
  const body = new URLSearchParams(values).toString();
  const response = await fetchFn(url, { method: 'POST', headers: { ...FORM, ...headers }, body });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

/** Proves the password without a browser: a session token, good for one authorization request. */
async function proveSession(issuer: string, fetchFn: Fetch): Promise<string> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const response = await fetchFn(`${issuer}/api/v1/authn`, { method: 'POST', headers, body: JSON.stringify(ALICE) });
  const { sessionToken } = (await response.json()) as { sessionToken?: string };
  if (sessionToken === undefined) throw new Error(`no session token, but status ${response.status}`);
  return sessionToken;
}

/** Alice answers an authorization request of the org; the result is where her browser would be sent. */
export async function authorize(issuer: string, request: string, fetchFn: Fetch = fetch): Promise<URL> {
  const url = new URL(request);
  url.searchParams.set('prompt', 'none');
  url.searchParams.set('sessionToken', await proveSession(issuer, fetchFn));
  const response = await fetchFn(url.href, { redirect: 'manual' });
  const location = response.headers.get('location');
  if (location === null) throw new Error(`no redirect, but status ${response.status}: ${await response.text()}`);
  return new URL(location);
}

/** Alice signs in through this client, with PKCE, at the org's own server (`oauth2`) or at a custom one. */
export async function signIn(
  issuer: string,
  client: ClientSecret,
  { server = 'oauth2', fetchFn = fetch as Fetch }: { server?: string; fetchFn?: Fetch } = {},
) {
  const verifier = randomBytes(32).toString('base64url');
  const request = new URLSearchParams({
    client_id: client.clientId,
    response_type: 'code',
    scope: 'openid profile email',
    redirect_uri: EXAMPLE.redirectUri,
    state: randomBytes(8).toString('hex'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const callback = await authorize(issuer, `${issuer}/${server}/v1/authorize?${request}`, fetchFn);
  const code = callback.searchParams.get('code') ?? '';
  const grant = { grant_type: 'authorization_code', code, redirect_uri: EXAMPLE.redirectUri, code_verifier: verifier };
  const { status, body } = await postForm(`${issuer}/${server}/v1/token`, grant, basic(client), fetchFn);
  if (status !== 200) throw new Error(`sign-in failed at ${callback}: ${JSON.stringify(body)}`);
  return body as Record<'id_token' | 'access_token', string>;
}

/** What every exchange of an ID token for an ID-JAG says. */
export const EXCHANGE = {
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  requested_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
  subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
};
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** The agent exchanges Alice's ID token for an ID-JAG; `target` says for whom: audience, resource, scope. */
export async function exchange(
  issuer: string,
  agent: ClientSecret,
  idToken: string,
  target: Record<string, string>,
  fetchFn: Fetch = fetch,
): Promise<string> {
  const form = { ...EXCHANGE, subject_token: idToken, ...target };
  const { status, body } = await postForm(`${issuer}/oauth2/v1/token`, form, basic(agent), fetchFn);
  if (status !== 200) throw new Error(`the exchange failed: ${JSON.stringify(body)}`);
  return body.access_token ?? '';
}
