/**
 * Starts Cloudflare's OAuth provider on Node, as a resource authorization server that is not ours, to be probed. Prints
 * one line of JSON when it listens (where it is, and its client), then one for each refusal with the reason.
 *
 *     NODE_EXTRA_CA_CERTS=ca.pem node start.mjs --issuer https://127.0.0.1:8443 --port 9001
 *
 * It trusts https issuers only, so the org must serve TLS, and Node must know the authority of its certificate.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { createProvider } from './provider.mjs';

const { values: given } = parseArgs({
  options: {
    // Trusted issuers, and their key sets in the same order; by default where an Okta org has it.
    issuer: { type: 'string', multiple: true },
    'jwks-uri': { type: 'string', multiple: true, default: [] },
    port: { type: 'string', default: '9001' },
    'client-id': { type: 'string', default: 'probed-client' },
    'client-secret': { type: 'string', default: 'probed-client-secret-for-testing-only' },
    scopes: { type: 'string', default: 'mcp:read' },
    // The subjects to let in, with commas; every one of a trusted issuer by default.
    users: { type: 'string' },
    // ES256 is the other one that the provider knows; its own default is RS256.
    algorithms: { type: 'string', default: 'RS256' },
  },
});

const say = (line) => console.log(JSON.stringify(line));

function trustedIssuers() {
  if (given.issuer === undefined) throw new Error('--issuer is missing: which issuer to trust');
  const algorithms = given.algorithms.split(',');
  return given.issuer.map((issuer, at) => ({
    issuer,
    jwksUri: given['jwks-uri'][at] ?? `${issuer}/oauth2/v1/keys`,
    algorithms,
  }));
}

async function answer(fetchHandler, issuer, incoming, outgoing) {
  const chunks = await incoming.toArray();
  const { method } = incoming;
  const headers = Object.entries(incoming.headersDistinct).flatMap(([name, all]) => all.map((one) => [name, one]));
  const body = chunks.length > 0 && method !== 'GET' ? Buffer.concat(chunks) : undefined;
  const response = await fetchHandler(new Request(new URL(incoming.url, issuer), { method, headers, body }));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

const trusted = trustedIssuers();
const server = createServer().listen(Number(given.port), '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${server.address().port}`;
const mcpUrl = `${issuer}/mcp`;
const client = { clientId: given['client-id'], clientSecret: given['client-secret'] };
const scopes = given.scopes.split(' ');
const onRefusal = (refused) => say({ refused });
const users = given.users?.split(',');
const fetchHandler = await createProvider({ issuer, mcpUrl, scopes, users, client, trusted, onRefusal });
server.on('request', (incoming, outgoing) => {
  answer(fetchHandler, issuer, incoming, outgoing).catch((error) => outgoing.writeHead(500).end(String(error)));
});
say({ issuer, mcpUrl, tokenEndpoint: `${issuer}/oauth/token`, ...client });
