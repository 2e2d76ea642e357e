/**
 * Does what faults say: finds the one that a request meets, and makes of the answer on its way out what it is to be. Nothing
 * here changes what the org does; a request whose answer is lost was carried out all the same, unless the fault says before.
 */
import { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as setTimer } from 'node:timers';
import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Fault } from '../edge-cases/faults.js';
import { faultedRecord } from '../grants/exchange-record.js';
import { faultFor, hitting } from '../on-purpose/faults.js';
import { type FaultyAnswer, KEY_SET_FAULTS, METADATA_FAULTS } from '../on-purpose/published-faults.js';
import { milliseconds } from '../protocol/duration.js';
import { dice } from '../protocol/seeded.js';
import type { SigningKey } from '../registry/jwk.js';
import { partyOf, UNKNOWN_PARTY } from '../syslog/event.js';
import { keysOf } from '../tokens/keys.js';
import { NEVER_KEPT } from './bodies.js';
import { originOf, pathOf, serverIdOf, serverOf } from './calls.js';

/** A fault that a request has met. */
export interface MetFault {
  readonly fault: Fault;
  /** How often it was met before: chance goes by that. */
  readonly turn: number;
  /** Id of the fault of a route, or of the armed case. */
  readonly id?: string | undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What the answer meets on its way. */
    fault?: MetFault | undefined;
  }
}

/** Faults in whose place the request is not carried out at all. */
const replacesRequest = ({ status, redirect, reset }: Fault) =>
  status !== undefined || redirect !== undefined || reset === 'before';

/** Where faults are switched off again: the control API, and the console. */
const isSpared = (route: string) => route === '/' || /^\/(?:_mock|console)\//.test(route);

/** Where requests come that the inbox shows. */
const isTokenEndpoint = (route: string) => route.endsWith('/v1/token');

/**
 * Looks for the fault of the route that the request has come to, by its path as the router
 * reads it, counts it, and notes it in the request.
 * @returns whether the request is not to be carried out
 */
export async function meetFault(request: FastifyRequest, route: string): Promise<boolean> {
  const { org, method } = request;
  request.fault = undefined;
  if (isSpared(route) || method === 'HEAD') return false;
  const view = org.store.view();
  const found = faultFor(view, { method, path: decodeURIComponent(pathOf(request)), route }, org.realClock.now());
  if (!found) return false;
  // Who loses the race for the last time looks for the next fault.
  if (await org.store.commit([hitting(found)], org.clock.now(), view)) return meetFault(request, route);
  const { id, fault, hits: turn } = found;
  request.fault = { id, fault, turn };
  org.log.write({
    ...{ eventType: 'mock.fault.hit', result: 'SUCCESS', actor: UNKNOWN_PARTY, origin: originOf(request) },
    ...{ targets: [partyOf('Fault', id)], debug: { fault: JSON.stringify(fault).slice(0, 500) } },
  });
  const replaced = replacesRequest(fault);
  if (replaced && isTokenEndpoint(route) && serverOf(request) !== undefined) {
    const server = serverIdOf(request);
    org.exchanges.write(faultedRecord({ org, origin: originOf(request), server, met: { id, fault } }));
  }
  return replaced;
}

/** Waits; a server that closes waits for nothing. */
async function held({ latency }: Fault, turn: number, end: AbortSignal): Promise<void> {
  if (!latency) return;
  const { fixed, jitter, seed } = latency;
  const length = milliseconds(fixed) + dice(seed, turn)() * milliseconds(jitter);
  await setTimeout(length, undefined, { signal: end }).catch(() => undefined);
}

const BLANKS = Buffer.alloc(65_536, ' ');

/** The body, and blanks behind it. */
function* padded(body: Buffer, size: number): Generator<Buffer> {
  yield body;
  for (let left = size - body.length; left > 0; left -= BLANKS.length) yield BLANKS.subarray(0, left);
}

async function* dripping(body: Buffer, { bytes, every }: NonNullable<Fault['drip']>, closing: AbortSignal) {
  for (let at = 0; at < body.length; at += bytes) {
    if (at > 0) await setTimeout(milliseconds(every), undefined, { signal: closing }).catch(() => undefined);
    yield body.subarray(at, at + bytes);
  }
}

/** Sends the first bytes, and hangs up. */
async function* cutOff(body: Buffer, { raw }: FastifyReply): AsyncGenerator<Buffer> {
  yield body;
  const { socket } = raw;
  while (socket && socket.writableLength > 0) await setTimeout(1);
  socket?.destroy();
}

/** How long a client has to take what is left when the server closes, in milliseconds. */
const PATIENCE = 500;

/** A body as a stream, with the length that it announces. A client that does not read it holds up no closing. */
function streamed(
  reply: FastifyReply,
  parts: Iterable<Buffer> | AsyncIterable<Buffer>,
  length: number,
  closing: AbortSignal,
): Readable {
  const { raw } = reply;
  const cut = () => void setTimer(() => raw.writableFinished || raw.socket?.destroy(), PATIENCE).unref();
  closing.addEventListener('abort', cut);
  raw.on('close', () => closing.removeEventListener('abort', cut));
  reply.header('content-length', length);
  return Readable.from(parts, { objectMode: false });
}

function sendInstead(
  { reply, closing }: Answer,
  { status, headers = {}, body, padTo }: FaultyAnswer,
): string | Readable {
  // Nobody keeps an answer that is not the right one for as long as the right one may be kept.
  if (status !== undefined) reply.headers(NEVER_KEPT);
  reply.code(status ?? reply.statusCode).headers(headers);
  const bytes = Buffer.from(body);
  return padTo === undefined ? body : streamed(reply, padded(bytes, padTo), Math.max(padTo, bytes.length), closing);
}

/** What a request from within the process is told, which has no connection that could be reset. */
const NO_CONNECTION = '(the connection would be reset)';

function hangUp(reply: FastifyReply): string {
  const { socket } = reply.raw;
  if (!(socket instanceof Socket)) {
    reply.code(502);
    return NO_CONNECTION;
  }
  // On a connection by TLS that is all that can be had.
  if ('encrypted' in socket) socket.destroy();
  else socket.resetAndDestroy();
  return '';
}

type Part<N extends keyof Fault> = NonNullable<Fault[N]>;

/** An answer under way. */
interface Answer {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly body: Buffer;
  /** The signing keys of the server at the moment of the answer. */
  readonly keys: readonly SigningKey[];
  /** Where it leads, if it leads elsewhere. */
  readonly leadsTo: string | undefined;
  readonly closing: AbortSignal;
}

type Effects = {
  readonly [N in Exclude<keyof Fault, 'latency' | 'leadsTo'>]-?: (part: Part<N>, answer: Answer) => string | Readable;
};

function keySetInstead(word: Part<'jwks'>, answer: Answer): string | Readable {
  const { request, reply, body, keys, leadsTo } = answer;
  if (reply.statusCode !== 200) return body.toString();
  const edge = request.org.edgeCases.keys();
  return sendInstead(answer, KEY_SET_FAULTS[word]({ text: body.toString(), keys, edge, leadsTo }));
}

const EFFECTS: Effects = {
  status({ code, body, headers }, answer) {
    const isText = typeof body === 'string';
    const type = isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
    const text = isText ? body : JSON.stringify(body);
    return sendInstead(answer, { status: code, headers: { 'content-type': type, ...headers }, body: text });
  },
  redirect: (url, answer) => sendInstead(answer, { status: 302, headers: { location: new URL(url).href }, body: '' }),
  reset: (_, { reply }) => hangUp(reply),
  truncate(length, { reply, body, closing }) {
    const sent = Math.min(length, body.length - 1);
    return streamed(reply, cutOff(body.subarray(0, sent), reply), body.length, closing);
  },
  drip: (drip, { reply, body, closing }) => streamed(reply, dripping(body, drip, closing), body.length, closing),
  contentType: (type, answer) =>
    sendInstead(answer, { headers: { 'content-type': type }, body: answer.body.toString() }),
  oversize: (padTo, answer) => sendInstead(answer, { body: answer.body.toString(), padTo }),
  jwks: keySetInstead,
  metadata: (word, { reply, body, leadsTo }) =>
    reply.statusCode === 200
      ? JSON.stringify(METADATA_FAULTS[word](JSON.parse(body.toString()), leadsTo))
      : body.toString(),
};

/** What the fault makes of the answer. */
function effect(fault: Fault, answer: Answer): string | Readable | Buffer {
  const name = (Object.keys(EFFECTS) as (keyof Effects)[]).find((one) => fault[one] !== undefined);
  if (name === undefined) return answer.body;
  return (EFFECTS[name] as (part: unknown, answer: Answer) => string | Readable)(fault[name], answer);
}

/** Has every answer of the server meet its fault. */
export function letFaultsHit(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const { fault: met } = request;
    request.answered?.();
    if (!met) return payload;
    const { fault, turn } = met;
    const body = Buffer.from((payload as string | undefined) ?? '');
    const keys = keysOf(request.org.store.view(), serverIdOf(request));
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    await held(fault, turn, AbortSignal.any([app.closing, gone.signal]));
    return effect(fault, { request, reply, body, keys, leadsTo: fault.leadsTo, closing: app.closing });
  });
}
