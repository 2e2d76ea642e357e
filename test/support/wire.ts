/** Bytes to a server and the bytes that came back, for what no HTTP client would send. */
import { connect } from 'node:net';

export interface WireAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  readonly raw: string;
}

/** Reads one answer, its body as it stands. */
export function readAnswer(raw: string): WireAnswer {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]);
  return { status, headers: new Map(headers), body: rest.join('\r\n\r\n'), raw };
}

/**
 * Sends the parts one after the other and reads until the server closes, so a server that neither answers nor closes
 * lets the test hang. With `end`, this side closes its half first.
 */
export function sendBytes(issuer: string, parts: readonly (string | Uint8Array)[], end = false): Promise<WireAnswer> {
  const { hostname, port } = new URL(issuer);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const done = () => resolve(readAnswer(Buffer.concat(chunks).toString('latin1')));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => socket.end());
    // A server that has refused may reset what is still on its way.
    socket.on('error', done);
    socket.on('close', done);
    for (const part of parts) socket.write(part);
    if (end) socket.end();
  });
}

/** A request that asks the server to close the connection. */
export function wireRequest(method: string, target: string, headers: Record<string, string> = {}, body = ''): string {
  const all = { Host: 'localhost', Connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/** Sends bytes, then resets the connection: what is left of a client that crashed. */
export function resetAfter(issuer: string, bytes: string): Promise<void> {
  const { hostname, port } = new URL(issuer);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on('close', () => resolve());
    // Long enough for the server to have read the request, however slow the machine.
    socket.write(bytes, () => setTimeout(() => socket.resetAndDestroy(), 50));
  });
}
