/**
 * The requests of the debugger. Those to this org go through the very routes that everybody's go through, faults, armed cases and
 * logs included; the one to a provider's server goes out by the wire of the probe: bounded, and following no redirect.
 */
import { createHash, randomBytes } from 'node:crypto';
import { findRule } from '../../authorization/rule-tables.js';
import type { TokenSort } from '../../console/claims.js';
import type { Hop, HopToken, Pair } from '../../console/hop.js';
import { makeWire } from '../../probe/wire.js';
import { isJsonObject } from '../../protocol/json-objects.js';
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
  /** Parameters that are shown by the name of a variable. */
  readonly secret?: readonly string[];
}

/** How long a provider's server may take, in milliseconds. */
const PATIENCE = 10_000;

const NOTHING_SHOWN: ClientProof = { headers: [], form: [], shown: { headers: [], form: [] } };

const hidden = (name: string): Pair => [name, `$${name.replaceAll(/[^a-z]/gi, '_').toUpperCase()}`];

function shownForm({ form, proof = NOTHING_SHOWN, secret = [] }: Sending): readonly Pair[] {
  return [...form.map((pair) => (secret.includes(pair[0]) ? hidden(pair[0]) : pair)), ...proof.shown.form];
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(text);
    return isJsonObject(read) ? { ...read } : {};
  } catch {
    return {};
  }
}

/** What the answer says that its `access_token` is. */
function sortOf(name: string, json: Readonly<Record<string, unknown>>): TokenSort {
  if (name === 'id_token') return 'id-token';
  return json.issued_token_type === TOKEN_TYPE.idJag ? 'id-jag' : 'access-token';
}

function tokensIn(json: Readonly<Record<string, unknown>>): readonly HopToken[] {
  return ['access_token', 'id_token'].flatMap((name) => {
    const token = json[name];
    const shown = typeof token === 'string' ? shownToken(keptToken(token), () => false) : 'opaque';
    return shown === 'opaque' ? [] : [{ name, sort: sortOf(name, json), header: shown.header, claims: shown.claims }];
  });
}

/** JSON as it is read best. */
const readable = (text: string, json: object) => (Object.keys(json).length > 0 ? JSON.stringify(json, null, 2) : text);

/** What the org knows of the request beside its answer. */
function known({ org }: ConsoleCall, id: string): Pick<Hop, 'exchange' | 'refusedBy'> {
  const record = org.exchanges.find(id);
  if (!record) return {};
  const { rule, reason } = record;
  const demands = rule === null ? undefined : findRule(rule)?.demands;
  return {
    exchange: `/console/exchanges/${id}`,
    ...(rule !== null && { refusedBy: { rule, demands: demands ?? '', reason } }),
  };
}

const urlEncoded = (pairs: readonly Pair[]) =>
  String(new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])));

const CUT_OFF = 'The answer was cut off before its end: a fault stands in its place.';

/** Sends a request to the org at hand. @param path of its endpoint, at the org */
export async function sendToOrg(call: ConsoleCall, path: string, sending: Omit<Sending, 'url'>): Promise<Went> {
  const { title, method, form, proof = NOTHING_SHOWN } = sending;
  const body = urlEncoded([...form, ...proof.form]);
  const sent = call.request.server.orgsAt.inject({
    method,
    url: method === 'GET' ? `${call.at(path)}?${body}` : call.at(path),
    headers: {
      ...{ 'user-agent': 'mock-okta-xaa console (Try it)' },
      ...(method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...Object.fromEntries(proof.headers),
    },
    ...(method === 'POST' && { payload: body }),
  });
  const url = `${call.org.issuer}${path}`;
  const asked = { title, method, url, headers: proof.shown.headers, form: shownForm({ ...sending, url }) };
  const answer = await sent.catch(() => undefined);
  if (!answer) return { hop: { ...asked, status: 0, answer: CUT_OFF, tokens: [] }, json: {}, location: undefined };
  const json = jsonOf(answer.body);
  const location = answer.headers.location === undefined ? undefined : String(answer.headers.location);
  const shown = location === undefined ? readable(answer.body, json) : `Location: ${location}`;
  const hop: Hop = {
    ...asked,
    ...{ status: answer.statusCode, answer: shown, tokens: tokensIn(json) },
    ...known(call, String(answer.headers['x-okta-request-id'])),
  };
  return { hop, json, location };
}

/** Sends a request to the server that the administrator named. */
export async function sendOut(sending: Sending): Promise<Went> {
  const { title, method, url, form, proof = NOTHING_SHOWN } = sending;
  const wire = makeWire([new URL(url).host], PATIENCE, undefined);
  const headers: readonly Pair[] = [
    ['content-type', 'application/x-www-form-urlencoded'],
    ['accept', 'application/json'],
    ...proof.headers,
  ];
  const answer = await wire.send({ method, url, headers, body: urlEncoded([...form, ...proof.form]) }, false);
  wire.close();
  const json = { ...answer.json };
  const hop: Hop = {
    ...{ title, method, url, headers: proof.shown.headers, form: shownForm(sending) },
    ...{ status: answer.status, answer: answer.problem ?? readable(answer.text, json), tokens: tokensIn(json) },
  };
  return { hop, json, location: undefined };
}

/** RFC 7636 "Client Creates a Code Verifier", with its challenge. */
export function newVerifier(): { readonly verifier: string; readonly challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

export const newState = () => randomBytes(12).toString('hex');
