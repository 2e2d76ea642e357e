/**
 * TLS on the loopback interface with the test authority of `test/support/tls`: where its files are, and a fetch that
 * trusts it. Node's own fetch takes no authority at run time, so this one goes through `node:https`.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { fileURLToPath } from 'node:url';
import type { Fetch } from './sign-in.js';

const pathOf = (name: string) => fileURLToPath(new URL(`../support/tls/${name}`, import.meta.url));

export const AUTHORITY = pathOf('test-ca.pem');
export const CERTIFICATE = pathOf('loopback.pem');
export const KEY = pathOf('loopback.key.pem');

const ca = readFileSync(AUTHORITY);

/** fetch for https URLs of the loopback interface; never follows a redirect. */
export const fetchLoopback: Fetch = async (url, { method = 'GET', headers = {}, body } = {}) => {
  const outgoing = request(url, { method, ca, headers: Object.fromEntries(new Headers(headers)) });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  const content = Buffer.concat(await incoming.toArray());
  const pairs = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as [string, string]);
  return new Response(content.length > 0 ? content : null, { status: incoming.statusCode ?? 0, headers: pairs });
};
