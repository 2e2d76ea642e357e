/** A client's JWKS URI on loopback, whose answer a test chooses. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';

export interface JwksServer {
  readonly uri: string;
  /** What it answers from here on. */
  answer: { status: number; body: string; headers?: Record<string, string> };
  /** How many requests came. */
  asked: number;
}

export async function startJwksServer(t: Test): Promise<JwksServer> {
  const server = createServer((_, response) => {
    jwks.asked += 1;
    response.writeHead(jwks.answer.status, { 'content-type': 'application/json', ...jwks.answer.headers });
    response.end(jwks.answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  const jwks: JwksServer = { uri, answer: { status: 200, body: '{"keys":[]}' }, asked: 0 };
  return jwks;
}
