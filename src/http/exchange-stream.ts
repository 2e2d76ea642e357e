/** Exchange records as server-sent events (HTML Standard, "Server-sent events"). */
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { Following } from '../control/exchanges.js';
import type { ExchangeRecord } from '../syslog/exchange-log.js';

/** A comment so often shows either side that the other is there, in milliseconds. */
const HEARTBEAT = 15_000;

/** So many records behind, a reader is cut off: it does not read. That is twice what the log keeps. */
const MOST_BEHIND = 2000;

/** What is told of a record. */
type Told = (record: ExchangeRecord) => unknown;

const whole: Told = (record) => record;

/** How a stream is written otherwise than usual. `heartbeat` in milliseconds. */
interface Writing {
  readonly heartbeat?: number;
  /** Default: all of it. */
  readonly told?: Told;
}

export const STREAM_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' };

/** How long a reader has to take the end of its stream, in milliseconds. */
const PATIENCE = 500;

/**
 * The stream of what is followed. Records become text only as fast as they are read, so that slow readers share them.
 * @param end ends the stream
 */
export function exchangeStream(
  { before, listen }: Following,
  end: AbortSignal,
  { heartbeat = HEARTBEAT, told = whole }: Writing = {},
): Readable {
  const eventOf = (record: ExchangeRecord) =>
    `event: exchange\nid: ${record.id}\ndata: ${JSON.stringify(told(record))}\n\n`;
  const pending: ExchangeRecord[] = [...before];
  let wanted = false;
  const write = () => {
    while (wanted && pending.length > 0) wanted = stream.push(eventOf(pending.shift() as ExchangeRecord));
  };
  const stream = new Readable({
    read() {
      wanted = true;
      write();
    },
    destroy(error, done) {
      stop();
      done(error);
    },
  });
  const leave = listen((record) => {
    pending.push(record);
    if (pending.length > MOST_BEHIND) stream.destroy();
    else write();
  });
  const beat = setInterval(() => {
    if (wanted) wanted = stream.push(':\n\n');
  }, heartbeat);
  const over = () => {
    stop();
    pending.length = 0;
    stream.push(null);
  };
  function stop() {
    clearInterval(beat);
    leave();
    end.removeEventListener('abort', over);
  }
  // The first bytes: without them, who follows would not learn that it does.
  stream.push(': following\n\n');
  if (end.aborted) over();
  else end.addEventListener('abort', over);
  return stream;
}

/** What ends a wait, whoever waits: the server, and the org. */
export const endsOf = ({ server, org }: FastifyRequest): AbortSignal[] => [server.closing, org.ending.signal];

/** The stream as the body of an answer: it ends with the request, and with the server, even if nobody reads it to its end. */
export function streamTo(request: FastifyRequest, following: Following, told: Told = whole): Readable {
  const { method, signal, socket } = request;
  if (method === 'HEAD') return Readable.from([]);
  const closing = AbortSignal.any(endsOf(request));
  const stream = exchangeStream(following, closing, { told });
  const cut = () => {
    const timer = setTimeout(() => socket.destroy(), PATIENCE).unref();
    // Read to its end: the connection may serve somebody else by now.
    stream.on('close', () => clearTimeout(timer));
  };
  closing.addEventListener('abort', cut);
  signal.addEventListener('abort', () => {
    closing.removeEventListener('abort', cut);
    stream.destroy();
  });
  return stream;
}
