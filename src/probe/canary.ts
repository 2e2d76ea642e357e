/**
 * The canary: a listener that nobody should ask. It is the attacker whom a token names, with metadata and a key set of the
 * attacker's own, so that a server which asks it takes the token, too, and is caught twice.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that came. */
export interface Visit {
  readonly method: string;
  readonly path: string;
  readonly userAgent: string;
}

export interface Canary {
  /** As the server under test would reach it. */
  readonly url: string;
  /** Whether that is an address of the inside: loopback, or of a private network. */
  readonly internal: boolean;
  /** What came since it was asked last. */
  visits(): readonly Visit[];
  close(): Promise<void>;
}

/** Addresses that no route leads to from outside, and names that no public server has: of containers, of the own network. */
const PRIVATE =
  /^([^.:]+|[^:]+\.(internal|local|localdomain|localhost|lan|home\.arpa)|127\.[\d.]+|10\.[\d.]+|192\.168\.[\d.]+|172\.(1[6-9]|2\d|3[01])\.[\d.]+|169\.254\.[\d.]+|\[(::1|f[cd].*|fe80.*)\])$/;

/** What a listener on all addresses of a kind is reached by. */
const REACHED: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

function originOf(host: string, port: number): string {
  const reached = REACHED[host] ?? host;
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
}

function documentAt(path: string, url: string, jwk: object): object {
  if (path.includes('/.well-known/')) {
    return { issuer: url, jwks_uri: `${url}/keys`, token_endpoint: `${url}/token`, response_types_supported: ['code'] };
  }
  return { keys: [jwk] };
}

/**
 * Listens.
 * @param jwk the attacker's public key
 * @param publicUrl how the server under test reaches it; its own address when absent
 */
export async function openCanary(host: string, jwk: object, publicUrl: string | undefined): Promise<Canary> {
  const seen: Visit[] = [];
  let url = '';
  const server = createServer((request: IncomingMessage, response) => {
    const path = String(request.url);
    seen.push({ method: String(request.method), path, userAgent: String(request.headers['user-agent'] ?? 'unknown') });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(documentAt(path, url, jwk)));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  url = publicUrl?.replace(/\/$/, '') ?? originOf(host, port);
  return {
    url,
    internal: PRIVATE.test(new URL(url).hostname),
    visits: () => seen.splice(0),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
