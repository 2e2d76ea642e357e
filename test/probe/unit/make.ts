/**
 * What the files of the probe are tested with: options, a row, an answer and a bench that are all right, each to be made
 * otherwise by what a test says; a small server on loopback; and an identity provider that only remembers.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import type { AddressInfo } from 'node:net';
import timers from 'node:timers/promises';
import type { Test } from 'tap';
import { EdgeCase, type EdgeCaseInput } from '../../../src/edge-cases/edge-case.js';
import type { Bench, Sent } from '../../../src/probe/bench.js';
import type { Idp, Token } from '../../../src/probe/idp.js';
import { ProbeOptions, type ProbeOptionsInput } from '../../../src/probe/options.js';
import type { Answer, Asked, Wire } from '../../../src/probe/wire.js';
import { makeWire } from '../../../src/probe/wire.js';
import { shippedEdgeCaseKeys } from '../../../src/shipped.js';
import { newProofKey } from '../../../src/tokens/bend/client-proofs.js';

export const AS = 'https://as.example';
export const TOKEN_ENDPOINT = 'https://as.example/token';
export const IDP = 'https://idp.example';
export const SECRET = 'the secret:of+the client';

export const options = (more: Partial<ProbeOptionsInput> = {}): ProbeOptions =>
  ProbeOptions.parse({ tokenEndpoint: TOKEN_ENDPOINT, client: { id: 'c-1', secret: SECRET }, ...more });

export const row = (more: Partial<EdgeCaseInput> = {}): EdgeCase =>
  EdgeCase.parse({
    ...{ name: 'a-row', group: 'A1', level: 'MUST', severity: 'high', expect: ['invalid_grant'] },
    ...{ source: ['RFC 7523, JWT Format'], differs: 'In nothing at all.', note: 'It catches nothing.' },
    claims: { set: { sub: 'x' } },
    ...more,
  });

/** An answer; its text is the JSON. */
export const answer = (more: Partial<Answer> = {}): Answer => ({
  ...{ status: 200, headers: {}, text: JSON.stringify(more.json ?? ''), milliseconds: 1 },
  ...more,
});

export const GRANTED = answer({ json: { access_token: 'an-access-token', token_type: 'Bearer' } });
export const REFUSED = answer({ status: 400, json: { error: 'invalid_grant' } });

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JWT that nobody signed: what is decoded is all that counts. */
export const jwtOf = (claims: object) => `${encoded({ alg: 'RS256' })}.${encoded(claims)}.c2lnbmF0dXJl`;

export const tokenOf = (claims: object = {}): Token => ({
  ...{ compact: jwtOf(claims), header: { alg: 'RS256' }, claims },
});

/** A way out that goes nowhere: it keeps what is sent, and answers what the test says. */
export function fakeWire(answers: (asked: Asked, at: number) => Answer = () => GRANTED): Wire & { asked: Asked[] } {
  const asked: Asked[] = [];
  return {
    asked,
    send: async (one) => answers(one, asked.push(one) - 1),
    ...{ count: () => asked.length, allow: () => undefined, allows: () => true, close: () => undefined },
  };
}

/** An identity provider that counts nothing and does nothing, but mints. */
export const fakeIdp = (more: Partial<Idp> = {}): Idp => ({
  issuer: IDP,
  mint: async () => tokenOf({ iss: IDP, jti: 'j-1' }),
  ...{ publish: async () => {}, unpublish: async () => {}, meet: async () => {}, rotate: async () => {} },
  ...{ withdrawOthers: async () => {}, takeBack: async () => {}, tidy: async () => {} },
  fetches: async () => ({ keys: 0, discovery: 0 }),
  ...more,
});

export const TARGET: Bench['target'] = {
  ...{ issuer: AS, tokenEndpoint: TOKEN_ENDPOINT, askedIssuer: AS },
  ...{ mcp: undefined, resource: undefined, scope: 'todo.read' },
  ...{ metadata: undefined, metadataUrl: undefined, namedResource: undefined },
};

const LEARNT: Bench['learnt'] = {
  ...{ singleUse: undefined, subject: undefined, accessToken: undefined, nonce: undefined },
  ...{ oddKeys: false, guarded: undefined },
};

export interface BenchParts extends Partial<Omit<Bench, 'options' | 'target' | 'learnt'>> {
  readonly options?: Partial<ProbeOptionsInput>;
  readonly target?: Partial<Bench['target']>;
  readonly learnt?: Partial<Bench['learnt']>;
}

const proofKey = newProofKey();
const edgeKeys = shippedEdgeCaseKeys();

export function bench(parts: BenchParts = {}): Bench {
  const canary = { url: 'http://127.0.0.1:1', internal: true, visits: () => [], close: async () => {} };
  return {
    ...{ idp: fakeIdp(), wire: fakeWire(), canary, edgeKeys, proofKey, given: {}, restart: undefined },
    ...parts,
    options: options(parts.options),
    target: { ...TARGET, ...parts.target },
    learnt: { ...LEARNT, ...parts.learnt },
  };
}

/** What was sent and came back, for looks. */
export const sent = (more: Partial<Sent> = {}): Sent => ({
  answer: GRANTED,
  exchange: { what: 'x', sent: { method: 'POST', url: TOKEN_ENDPOINT, headers: {}, form: [] }, milliseconds: 1 },
  ...{ token: jwtOf({ a: 1 }), form: [] },
  ...more,
});

/** A request as the small server saw it. */
export interface Came {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

export type Answering = (response: ServerResponse, came: Came, at: number) => unknown;

export interface Small {
  readonly origin: string;
  readonly host: string;
  readonly came: Came[];
}

/** A server on loopback that a test answers with; closed when the test ends. */
export async function small(t: Test, answering: Answering): Promise<Small> {
  const came: Came[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const { method = '', url = '', headers, rawHeaders } = request;
    const at = came.push({ method, url, headers, rawHeaders, body }) - 1;
    answering(response, came[at] as Came, at);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin: `http://${host}`, host, came };
}

/** An answer of JSON. */
export function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** A real way out to those hosts, closed when the test ends. */
export function wireTo(
  t: Test,
  hosts: readonly string[],
  { timeout = 5000, rate = undefined as number | undefined } = {},
) {
  const wire = makeWire(hosts, timeout, rate);
  t.teardown(() => wire.close());
  return wire;
}

/** Nobody sleeps until the test ends: whoever would is told about instead. */
export function withoutSleep(t: Test, slept: (milliseconds: number) => unknown): void {
  const { setTimeout } = timers;
  const become = (value: unknown) => {
    Object.assign(timers, { setTimeout: value });
    syncBuiltinESMExports();
  };
  become(async (milliseconds: number) => void slept(milliseconds));
  t.teardown(() => become(setTimeout));
}
