/**
 * The only way out of the probe: one bounded request at a time, to hosts that the user named, without following redirects.
 * It counts, keeps to a rate, and waits when a server asks it to.
 */
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { jsonObjectIn } from '../protocol/json-objects.js';

/** The most bytes of an answer that are read. */
const LARGEST_ANSWER = 1_000_000;
/** How much of a body is sent at once, and for how long is listened before the next; bytes and milliseconds. */
const PART = 65_536;
const PAUSE = 1;
const FIRST_PAUSE = 50;
/** How often, and how long at once, a server that limits the rate is waited for; milliseconds. */
const MOST_WAITS = 5;
const LONGEST_WAIT = 30_000;

export interface Asked {
  readonly method: string;
  readonly url: string;
  /** A name may stand several times. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Buffer | undefined;
}

/** What came back. A `problem` is a sentence: no answer came, or no whole one. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The text as JSON object; absent where it is none. */
  readonly json?: Readonly<Record<string, unknown>> | undefined;
  readonly problem?: string | undefined;
  readonly milliseconds: number;
}

/**
 * RFC 9110 "Via": the request is passed on for somebody who need not sit at this machine. So nothing takes it for one of
 * somebody who does, and who may use the control API without a token.
 */
export const VIA = ['via', '1.1 mock-okta-xaa-console'] as const;

/** A host that nobody named was about to be asked. */
export class HostRefusal extends Error {
  override readonly name = 'HostRefusal';
}

/** The probe was stopped: nothing is sent any more. */
export class WireClosed extends Error {
  override readonly name = 'WireClosed';
}

export interface Wire {
  /**
   * @throws {HostRefusal} when the host is none of those that may be asked; nothing is sent then
   * @throws {WireClosed} once it is closed
   */
  send(asked: Asked, patient?: boolean): Promise<Answer>;
  /** How many requests were sent. */
  readonly count: () => number;
  readonly allow: (url: string) => void;
  readonly allows: (url: string) => boolean;
  /** Ends what is under way, and all that would come. */
  close(): void;
}

function grouped(headers: Asked['headers']): Record<string, string | string[]> {
  const all: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    const before = all[name];
    all[name] = before === undefined ? value : [before, value].flat();
  }
  return all;
}

const headersOf = ({ headers }: IncomingMessage): Answer['headers'] =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]));

async function bodyOf(response: IncomingMessage): Promise<{ text: string; problem?: string }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_ANSWER) {
      response.destroy();
      return { text: '', problem: `Its answer is larger than ${LARGEST_ANSWER} bytes.` };
    }
    chunks.push(chunk);
  }
  return { text: Buffer.concat(chunks).toString('utf8') };
}

const AGENTS = () => ({ 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) });

/** What node is told of a request. */
function optionsOf({ method, headers, body = '' }: Asked, signal: AbortSignal) {
  const length = body.length > 0 && { 'content-length': Buffer.byteLength(body) };
  return { method, signal, headers: { ...grouped(headers), ...length } };
}

/**
 * A connection that was kept, and that the server closed while the request was on its way: it says nothing about the request.
 * Node's documents advise to ask again.
 */
const wasClosedBefore = ({ reusedSocket }: ClientRequest, error: NodeJS.ErrnoException, status: number) =>
  reusedSocket && status === 0 && ['ECONNRESET', 'EPIPE'].includes(String(error.code));

type Agents = ReturnType<typeof AGENTS>;

/**
 * Sends the body. Who finds it too large answers early and hangs up, and what is written after that takes the answer away
 * with it: so a large one goes out in parts, until there is an answer.
 */
async function pour(request: ClientRequest, body: string | Buffer = ''): Promise<void> {
  const answered = new Promise<true>((resolve) => {
    for (const event of ['response', 'close']) request.once(event, () => resolve(true));
  });
  let rest = Buffer.from(body);
  for (let pause = FIRST_PAUSE; rest.length > PART; pause = PAUSE) {
    request.write(rest.subarray(0, PART));
    rest = rest.subarray(PART);
    if (await Promise.race([answered, sleep(pause)])) return;
  }
  request.end(rest.length > 0 ? rest : undefined);
}

/**
 * One request. Resolves in any case: what went wrong on the way is in `problem`.
 * @param agents whose connections are kept; a fresh one, for this request alone, when absent
 */
function ask(asked: Asked, timeout: number, agents: Agents | undefined): Promise<Answer> {
  const began = performance.now();
  const url = new URL(asked.url);
  const secure = url.protocol === 'https:';
  return new Promise((resolve) => {
    let status = 0;
    let headers: Answer['headers'] = {};
    const end = (text: string, problem?: string) =>
      resolve({ status, headers, text, json: jsonObjectIn(text), problem, milliseconds: performance.now() - began });
    const signal = AbortSignal.timeout(timeout);
    const failed = (error: Error) =>
      end('', signal.aborted ? `It did not answer within ${timeout / 1000} s.` : `No answer came: ${error.message}.`);
    const heard = async (response: IncomingMessage) => {
      status = response.statusCode as number;
      headers = headersOf(response);
      await bodyOf(response).then(({ text, problem }) => end(text, problem), failed);
      if (!request.writableEnded) request.destroy();
    };
    let request: ClientRequest;
    try {
      const options = { ...optionsOf(asked, signal), agent: agents?.[secure ? 'https:' : 'http:'] ?? false };
      request = (secure ? requestHttps : requestHttp)(url, options, heard);
      const anew = (error: Error) => wasClosedBefore(request, error, status);
      request.on('error', (error) => (anew(error) ? resolve(ask(asked, timeout, undefined)) : failed(error)));
      pour(request, asked.body);
    } catch (error) {
      // A header that HTTP cannot carry.
      end('', `It cannot be sent: ${(error as Error).message}.`);
    }
  });
}

/** Milliseconds that the server asks to be left alone for; RFC 9110 "Retry-After". */
function waitAsked({ headers }: Answer): number {
  const seconds = Number(headers['retry-after'] ?? 1);
  return Number.isFinite(seconds)
    ? Math.max(seconds * 1000, 100)
    : Math.max(Date.parse(headers['retry-after'] as string) - Date.now(), 100);
}

/** Holds each request back until it is its turn. @param rate requests a second at most */
function turnsAt(rate: number | undefined): () => Promise<void> {
  let next = 0;
  return async () => {
    if (rate === undefined) return;
    const now = performance.now();
    const at = Math.max(next, now);
    next = at + 1000 / rate;
    await sleep(at - now);
  };
}

/** Sends until a server that limits the rate lets it through, or has been waited for long enough. */
async function sentPatiently(send: () => Promise<Answer>): Promise<Answer> {
  let answer = await send();
  for (let waits = 0; answer.status === 429 && waits < MOST_WAITS; waits++) {
    const wait = waitAsked(answer);
    if (!(wait <= LONGEST_WAIT)) return answer;
    await sleep(wait);
    answer = await send();
  }
  return answer;
}

/**
 * @param hosts that may be asked: host and port, as in a URL
 * @param timeout milliseconds that an answer may take
 * @param rate requests a second at most
 * @param more headers that every request has besides
 */
export function makeWire(
  hosts: readonly string[],
  timeout: number,
  rate: number | undefined,
  more: Asked['headers'] = [],
): Wire {
  const agents = AGENTS();
  const allowed = new Set(hosts);
  const inTurn = turnsAt(rate);
  let count = 0;
  let closed = false;
  const send = async (asked: Asked): Promise<Answer> => {
    const { host } = new URL(asked.url);
    if (!allowed.has(host)) {
      throw new HostRefusal(`${host} is not asked: nobody named it. Say --allow-host ${host} if it is yours.`);
    }
    await inTurn();
    if (closed) throw new WireClosed('The probe was stopped.');
    count += 1;
    return ask({ ...asked, headers: [...asked.headers, ...more] }, timeout, agents);
  };
  return {
    send: (asked, patient = true) => (patient ? sentPatiently(() => send(asked)) : send(asked)),
    count: () => count,
    allow: (url) => void allowed.add(new URL(url).host),
    allows: (url) => allowed.has(new URL(url).host),
    close() {
      closed = true;
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}
