/**
 * The requests of the debugger. Those to this org go through the very routes that everybody's go through, faults, armed cases and
 * logs included; the one to a provider's server goes out by the wire of the probe: bounded, and following no redirect.
 */
import { findRule } from '../../authorization/rule-tables.js';
import type { TokenSort } from '../../console/claims.js';
import { type Hop, type HopToken, IN_PLACE_OF, type Pair } from '../../console/hop.js';
import { makeWire, VIA } from '../../probe/wire.js';
import { newSecret } from '../../protocol/ids.js';
import { jsonObjectIn } from '../../protocol/json-objects.js';
import { challengeOf } from '../../protocol/pkce.js';
import { TOKEN_TYPE } from '../../protocol/urns.js';
import { keptToken, shownToken } from '../../tokens/kept-token.js';
import type { ClientProof } from './client-proof.js';
import type { ConsoleCall } from './page.js';

declare module 'fastify' {
  interface FastifyInstance {
    /** The server that the orgs are at: this one, but where the control API has one of its own. */
    readonly orgsAt: FastifyInstance;
  }
}

/** A hop, with what goes on from it and is not shown as such. */
export interface Went {
  readonly hop: Hop;
  readonly json: Readonly<Record<string, unknown>>;
  /** As it came. */
  readonly body: string;
  /** Where the answer leads. */
  readonly location: string | undefined;
}

/** One request, as it is sent. */
export interface Sending {
  readonly title: string;
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly form: readonly Pair[];
  readonly proof?: ClientProof;
}

/** How long a provider's server may take, in milliseconds. */
const PATIENCE = 10_000;

const NO_PROOF: ClientProof = { headers: [], form: [], shown: { headers: [], form: [] }, by: '' };

/** The request as it is shown. A sessionToken is as good as a password. */
function shownOf({ title, method, url, form, proof = NO_PROOF }: Sending) {
  const shown = form.map(([name, value]): Pair => [name, name === 'sessionToken' ? IN_PLACE_OF.sessionToken : value]);
  const { headers, form: more } = proof.shown;
  return { title, method, url, headers, form: [...shown, ...more], proved: proof.by };
}

/** What the answer says that its `access_token` is. */
function sortOf(name: string, json: Readonly<Record<string, unknown>>): TokenSort {
  if (name === 'id_token') return 'id-token';
  return json.issued_token_type === TOKEN_TYPE.idJag ? 'id-jag' : 'access-token';
}

function decoded(name: string, sort: TokenSort, token: unknown): readonly HopToken[] {
  const shown = typeof token === 'string' ? shownToken(keptToken(token), () => false) : 'opaque';
  return shown === 'opaque' ? [] : [{ name, sort, header: shown.header, claims: shown.claims }];
}

/** Those of the answer, and the assertion that the client proved itself by. */
function tokensIn(json: Readonly<Record<string, unknown>>, { proof = NO_PROOF }: Sending): readonly HopToken[] {
  return [
    ...['access_token', 'id_token'].flatMap((name) => decoded(name, sortOf(name, json), json[name])),
    ...decoded('client_assertion', 'client-assertion', proof.assertion),
  ];
}

/** What a page of the org says, without its markup. */
const wordsOf = (page: string) =>
  page
    .replaceAll(/<(style|script)>[\s\S]*?<\/\1>|<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** JSON as it is read best; where there is nothing to read, where the answer leads. */
function readable(text: string, json: object, location: string | undefined): string {
  const body = Object.keys(json).length > 0 ? JSON.stringify(json, null, 2) : text;
  return location === undefined ? body : `Location: ${location}\n\n${body}`.trimEnd();
}

/** What the org knows of the request beside its answer. */
function known({ org }: ConsoleCall, id: string): Pick<Hop, 'exchange' | 'refusedBy'> {
  const record = org.exchanges.find(id);
  if (!record) return {};
  const { rule, reason } = record;
  return {
    exchange: `/console/exchanges/${id}`,
    ...(rule !== null && { refusedBy: { rule, demands: findRule(rule)?.demands, reason: reason as string } }),
  };
}

const urlEncoded = (pairs: readonly Pair[]) =>
  String(new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])));

const NO_ANSWER = `No whole answer came: it was cut off, or took longer than ${PATIENCE / 1000} s. A fault stands in its place.`;

const FORM: Pair = ['content-type', 'application/x-www-form-urlencoded'];

/** Sends a request to the org at hand. @param path of its endpoint, at the org */
export async function sendToOrg(call: ConsoleCall, path: string, asked: Omit<Sending, 'url'>): Promise<Went> {
  const sending = { ...asked, url: `${call.org.issuer}${path}` };
  const { method, form, proof = NO_PROOF } = sending;
  const body = urlEncoded([...form, ...proof.form]);
  const posts = method === 'POST';
  const answer = await call.request.server.orgsAt
    .inject({
      ...{ method, url: posts ? call.at(path) : `${call.at(path)}?${body}`, remoteAddress: call.request.ip },
      headers: Object.fromEntries([
        ['user-agent', 'mock-okta-xaa console (Try it)'],
        VIA,
        ...(posts ? [FORM] : []),
        ...proof.headers,
      ]),
      ...(posts && { payload: body }),
      signal: AbortSignal.timeout(PATIENCE),
    })
    .catch(() => ({ statusCode: 0, headers: {}, body: NO_ANSWER }) as const);
  const headers: Readonly<Record<string, unknown>> = answer.headers;
  const json = jsonObjectIn(answer.body) ?? {};
  const location = typeof headers.location === 'string' ? headers.location : undefined;
  const text = /^<!doctype html>/.test(answer.body) ? wordsOf(answer.body) : answer.body;
  const hop: Hop = {
    ...shownOf(sending),
    ...{ status: answer.statusCode, answer: readable(text, json, location), tokens: tokensIn(json, sending) },
    ...known(call, String(headers['x-okta-request-id'])),
  };
  return { hop, json, body: answer.body, location };
}

/** Sends a request to the server that the administrator named. */
export async function sendOut(sending: Sending): Promise<Hop> {
  const { method, url, form, proof = NO_PROOF } = sending;
  const wire = makeWire([new URL(url).host], PATIENCE, undefined, [VIA]);
  const headers: readonly Pair[] = [FORM, ['accept', 'application/json'], ...proof.headers];
  const answer = await wire.send({ method, url, headers, body: urlEncoded([...form, ...proof.form]) }, false);
  wire.close();
  const json = { ...answer.json };
  const came = answer.problem ?? readable(answer.text, json, answer.headers.location);
  return { ...shownOf(sending), status: answer.status, answer: came, tokens: tokensIn(json, sending) };
}

/** RFC 7636 "Client Creates a Code Verifier", with its challenge. */
export function newVerifier(): { readonly verifier: string; readonly challenge: string } {
  const verifier = newSecret(43);
  return { verifier, challenge: challengeOf(verifier) };
}

export const newState = () => newSecret(24);
