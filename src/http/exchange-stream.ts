/** Exchange records as server-sent events (HTML Standard, "Server-sent events"). */
import { Readable } from 'node:stream';
import type { Following } from '../control/exchanges.js';
import type { ExchangeRecord } from '../syslog/exchange-log.js';

/** A comment so often shows either side that the other is there, in milliseconds. */
const HEARTBEAT = 15_000;

/** So many records behind, a reader is cut off: it does not read. That is twice what the log keeps. */
const MOST_BEHIND = 2000;

function eventOf(record: ExchangeRecord): string {
  return `event: exchange\nid: ${record.id}\ndata: ${JSON.stringify(record)}\n\n`;
}

/**
 * The stream of what is followed. Records become text only as fast as they are read, so that slow readers share them.
 * @param end ends the stream
 */
export function exchangeStream({ before, listen }: Following, end: AbortSignal, heartbeat = HEARTBEAT): Readable {
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
