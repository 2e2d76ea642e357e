/** One request that presents a token: written from what a case changes about it, sent, and kept for the report. */
import type { Patch } from '../edge-cases/edits.js';
import type { RequestEdits } from '../edge-cases/situations.js';
import type { ValueName } from '../edge-cases/values.js';
import { GRANT_TYPE } from '../protocol/urns.js';
import { dpopProof } from '../tokens/bend/client-proofs.js';
import { patched } from '../tokens/bend/members.js';
import type { Known } from '../tokens/bend/written.js';
import { type Bench, type Sent, secondsNow, textIn } from './bench.js';
import { CREDENTIALS, type Credentials, credentialsOf, isLack, type Lack } from './client-credentials.js';
import type { Token } from './idp.js';
import { mcpRequest } from './mcp-request.js';
import { shownExchange } from './shown.js';
import { decisionOf } from './verdict.js';
import type { Asked } from './wire.js';

type Pairs = readonly (readonly [name: string, value: string])[];

/** A request to be sent, the client's part of it fixed: what is to be sent twice is written once. */
export interface Redeeming {
  readonly asked: Asked;
  readonly form: Pairs;
  readonly token: Token;
  /** The same with a nonce that the server has given meanwhile; absent where none belongs. */
  readonly again?: () => Redeeming | Lack;
}

/** What the parameters and the proof of a case may name. */
function knownFor({ idp, target, options, given, edgeKeys }: Bench, token: Token): Known {
  const values: { [N in ValueName]?: string | undefined } = {
    ...given,
    ...{ issuer: idp.issuer, audience: target.issuer, clientId: options.client.id, subject: options.user.sub },
    ...{ email: options.user.email, scope: target.scope ?? '', resource: target.resource },
    ...{ token: token.compact, jti: textIn(token.claims, 'jti') },
  };
  return { now: secondsNow(), values, keys: edgeKeys };
}

function formOf(base: Pairs, patch: Patch | undefined, known: Known): Pairs {
  const members = base.map(([name, value]) => [name, JSON.stringify(value)] as const);
  return patched(members, patch, known).map(([name, json]) => [name, String(JSON.parse(json))] as const);
}

const encoded = (pairs: Pairs) =>
  new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString();

/** The form in the body that the case has. */
function bodyOf(kind: RequestEdits['body'], form: Pairs): { type: string; body: string } {
  if (kind === 'json') return { type: 'application/json', body: JSON.stringify(Object.fromEntries(form)) };
  if (kind === 'multipart') {
    const parts = form.map(
      ([name, value]) => `--probe\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    return { type: 'multipart/form-data; boundary=probe', body: `${parts.join('')}--probe--\r\n` };
  }
  const type = 'application/x-www-form-urlencoded';
  return { type: kind === 'form-with-charset' ? `${type}; charset=UTF-8` : type, body: encoded(form) };
}

function withQuery(url: string, query: Pairs): string {
  if (query.length === 0) return url;
  return `${url}${url.includes('?') ? '&' : '?'}${encoded(query)}`;
}

/** Where the token goes, and how. */
function addressed(url: string, form: Pairs, query: Pairs, headers: Pairs, edits: RequestEdits): Asked {
  const own: Pairs = [['accept', 'application/json'], ...headers, ...Object.entries(edits.headers ?? {})];
  if (edits.method === 'GET') return { method: 'GET', url: withQuery(url, [...form, ...query]), headers: own };
  const inQuery = edits.inQuery ?? [];
  const moved = form.filter(([name]) => inQuery.includes(name));
  const { type, body } = bodyOf(
    edits.body,
    form.filter(([name]) => !inQuery.includes(name)),
  );
  return { method: 'POST', url: withQuery(url, [...query, ...moved]), headers: [['content-type', type], ...own], body };
}

function proofHeaders(url: string, { dpop, method }: RequestEdits, known: Known, bench: Bench): Pairs {
  if (!dpop) return [];
  const { nonce } = bench.learnt;
  const proof = () => dpopProof({ method: method ?? 'POST', url, nonce }, dpop, bench.proofKey, known);
  return Array.from({ length: dpop.copies }, () => ['dpop', proof()] as const);
}

/** Places other than the token endpoint: their address, or what is to be said so that there is one. */
function placeOf(edits: RequestEdits, { options, target }: Bench): { url: string } | Lack {
  const { at } = edits;
  const said = (url: string | undefined, how: string) => (url === undefined ? { lack: how } : { url });
  if (at === 'resource-server') return said(target.mcp, 'the MCP server is not known; say mcp');
  if (at === 'other-ras') return said(options.otherRas, 'no other authorization server is known; say otherRas');
  if (at === 'login-callback') return said(options.loginCallback, 'the login callback is not known; say loginCallback');
  if (at === 'idp-token-endpoint') return { lack: 'it is about the identity provider, and not about your server' };
  if (at === 'token-endpoint-over-http') {
    const isHttps = target.tokenEndpoint.startsWith('https:');
    return isHttps
      ? { url: target.tokenEndpoint.replace(/^https:/, 'http:') }
      : { lack: 'your token endpoint has no TLS at all, which is for tests on one machine only' };
  }
  return { url: target.tokenEndpoint };
}

/** The parameters of a good request. */
function baseOf({ options }: Bench, token: Token, { at }: RequestEdits, { params = [] }: Credentials): Pairs {
  if (at === 'login-callback') return [['id_token', token.compact]];
  const grant: Pairs = [
    ['grant_type', GRANT_TYPE.jwtBearer],
    ['assertion', token.compact],
  ];
  return [...grant, ...Object.entries(options.params), ...params];
}

/** A proof goes with every request to a server that binds all its tokens, unless the case is about its absence. */
function withProof(edits: RequestEdits, { options }: Bench, bare: boolean): RequestEdits {
  const due = (options.conditions['dpop-required'] ?? false) && !bare;
  return edits.dpop || !due ? edits : { ...edits, dpop: { sign: 'client', copies: 1 } };
}

export interface RedeemingOptions {
  /** In what it differs from a good one. */
  readonly edits?: RequestEdits | undefined;
  /** The credentials, if they are others than the edits say. */
  readonly client?: Credentials | undefined;
  /** Without a proof of possession, also where one is due. */
  readonly bare?: boolean;
  /** Another token endpoint. */
  readonly url?: string | undefined;
}

/** The request that presents a token. */
export function redeemingOf(bench: Bench, token: Token, options: RedeemingOptions = {}): Redeeming | Lack {
  const edits = withProof(options.edits ?? {}, bench, options.bare ?? false);
  const place = options.url === undefined ? placeOf(edits, bench) : { url: options.url };
  if (isLack(place)) return place;
  // An ID-JAG where an access token belongs.
  if (edits.at === 'resource-server') return { asked: mcpRequest(place.url, token.compact), form: [], token };
  const credentials =
    options.client ??
    (edits.client ? CREDENTIALS[edits.client](bench, token.compact) : credentialsOf(bench.options.client, bench));
  if (isLack(credentials)) return credentials;
  const known = knownFor(bench, token);
  const form = formOf(baseOf(bench, token, edits, credentials), edits.params, known);
  const headers = [...(credentials.headers ?? []), ...proofHeaders(place.url, edits, known, bench)];
  return {
    asked: addressed(place.url, form, credentials.query ?? [], headers, edits),
    ...{ form, token },
    ...(edits.dpop && !edits.dpop.nonce && { again: () => redeemingOf(bench, token, options) }),
  };
}

/**
 * Sends it.
 * @param what how the report calls it
 * @param patient whether a 429 is waited out, and not taken for the answer
 */
export async function redeem(bench: Bench, what: string, redeeming: Redeeming, patient = true): Promise<Sent> {
  const answer = await bench.wire.send(redeeming.asked, patient);
  bench.learnt.nonce = answer.headers['dpop-nonce'] ?? bench.learnt.nonce;
  const { form, token, asked } = redeeming;
  if (answer.json?.error === 'use_dpop_nonce' && redeeming.again) {
    const { again: _once, ...next } = redeeming.again() as Redeeming;
    return redeem(bench, what, next, patient);
  }
  return { answer, exchange: shownExchange(what, asked, form, token, answer), token: token.compact, form };
}

/** A good token, sent as ever: what every case is held against. */
export async function sendGood(bench: Bench, what: string, token?: Token): Promise<Sent> {
  // The client that the user names has what its way to authenticate needs: the options were checked for that.
  const sent = await redeem(bench, what, redeemingOf(bench, token ?? (await bench.idp.mint({}))) as Redeeming);
  if (decisionOf(sent.answer).kind === 'granted') bench.learnt.accessToken = String(sent.answer.json?.access_token);
  return sent;
}
