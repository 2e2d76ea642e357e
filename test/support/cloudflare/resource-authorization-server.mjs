/**
 * A Resource Authorization Server and MCP resource that are not ours: Cloudflare's OAuth provider, run by Node in a
 * process of its own. It tells the parent its address and its client; the parent tells it which IdP to trust.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { OAuthAuthorizationServer, OAuthResourceServer } from '@cloudflare/workers-oauth-provider';

/** The part of Workers KV that the provider uses, in memory and without expiry: the process lives for seconds. */
function createKeyValueStore() {
  const values = new Map();
  return {
    get: async (key, as) => {
      const value = values.get(key) ?? null;
      return value !== null && as?.type === 'json' ? JSON.parse(value) : value;
    },
    put: async (key, value) => void values.set(key, value),
    delete: async (key) => void values.delete(key),
    list: async ({ prefix }) => ({
      keys: [...values.keys()].filter((name) => name.startsWith(prefix)).map((name) => ({ name })),
      list_complete: true,
    }),
  };
}

const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${server.address().port}`;
const mcpUrl = `${issuer}/mcp`;
const env = { OAUTH_KV: createKeyValueStore() };
let trusted = null;

const authorizationServer = new OAuthAuthorizationServer({
  issuer,
  resources: [mcpUrl],
  scopesSupported: ['mcp:read'],
  enterpriseManagedAuthorization: {
    trustedIssuers: async ({ iss }) => (iss === trusted?.issuer ? trusted : null),
    mapClaims: async ({ claims, requestedScope }) => ({
      userId: claims.sub,
      scope: requestedScope,
      props: { sub: claims.sub, email: claims.email },
    }),
  },
  // The provider tells its clients little; the reason of a refusal goes to the test.
  onError: ({ internal }) => void process.send({ refused: internal?.reason }),
});

const resourceServer = new OAuthResourceServer({
  resourceMetadata: { resource: mcpUrl, authorization_servers: [issuer] },
  validateToken: () => (resource, token) => authorizationServer.validateToken(resource, token, env),
  handler: { fetch: async (_request, _env, ctx) => Response.json({ ...ctx.props, scope: ctx.auth.scope }) },
});

async function answer(incoming, outgoing) {
  const chunks = await incoming.toArray();
  const { method, headers } = incoming;
  const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined;
  const request = new Request(new URL(incoming.url, issuer), { method, headers, body });
  const role = incoming.url === '/mcp' ? resourceServer : authorizationServer;
  const response = await role.fetch(request, env, { waitUntil: () => {} });
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

server.on('request', (incoming, outgoing) => {
  answer(incoming, outgoing).catch((error) => outgoing.writeHead(500).end(String(error)));
});
process.on('message', (message) => {
  trusted = { issuer: message.issuer, jwksUri: message.jwksUri, algorithms: ['RS256'] };
  process.send({ trusted: trusted.issuer });
});
process.on('disconnect', () => process.exit());

const { clientId, clientSecret } = await authorizationServer.getOAuthApi(env).createClient({
  redirectUris: ['http://127.0.0.1/unused'], // demanded of every client, also of one that never redirects
  grantTypes: ['urn:ietf:params:oauth:grant-type:jwt-bearer'],
  responseTypes: [],
  tokenEndpointAuthMethod: 'client_secret_basic',
});
process.send({ issuer, mcpUrl, tokenEndpoint: `${issuer}/oauth/token`, clientId, clientSecret });
