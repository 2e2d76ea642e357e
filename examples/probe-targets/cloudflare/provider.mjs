/**
 * Cloudflare's OAuth provider as a resource authorization server with one client, and an MCP resource behind it. What the
 * provider leaves to whoever deploys it is chosen here: every user of a trusted issuer is let in, with the scopes that
 * the server knows.
 */
import { createHash } from 'node:crypto';
import './workers-module.mjs';
import { createKeyValueStore } from './key-value-store.mjs';

const { OAuthAuthorizationServer, OAuthResourceServer } = await import('@cloudflare/workers-oauth-provider');

/** Registers a client as the provider does, then gives it the id and the secret that were asked for. */
async function registerClient(authorizationServer, env, { clientId, clientSecret }) {
  const made = await authorizationServer.getOAuthApi(env).createClient({
    redirectUris: ['http://127.0.0.1/unused'], // demanded of every client, also of one that never redirects
    grantTypes: ['urn:ietf:params:oauth:grant-type:jwt-bearer'],
    responseTypes: [],
    tokenEndpointAuthMethod: 'client_secret_basic',
  });
  const record = await env.OAUTH_KV.get(`client:${made.clientId}`, { type: 'json' });
  await env.OAUTH_KV.delete(`client:${made.clientId}`);
  const hashed = createHash('sha256').update(clientSecret).digest('hex');
  await env.OAUTH_KV.put(`client:${clientId}`, JSON.stringify({ ...record, clientId, clientSecret: hashed }));
}

function createAuthorizationServer({ issuer, mcpUrl, scopes, trusted, onRefusal }) {
  return new OAuthAuthorizationServer({
    issuer,
    resources: [mcpUrl],
    scopesSupported: scopes,
    enterpriseManagedAuthorization: {
      trustedIssuers: async ({ iss }) => trusted.find((one) => one.issuer === iss) ?? null,
      mapClaims: async ({ claims, requestedScope }) => ({
        userId: claims.sub,
        scope: requestedScope.filter((scope) => scopes.includes(scope)),
        props: { sub: claims.sub, email: claims.email },
      }),
    },
    // The provider tells its clients little; here the reason of a refusal is told.
    onError: ({ internal }) => onRefusal(internal?.reason),
  });
}

/**
 * @param trusted the issuers to trust: `issuer`, `jwksUri` and `algorithms` of each
 * @returns a fetch handler for the whole origin
 */
export async function createProvider({ issuer, mcpUrl, scopes, client, trusted, onRefusal }) {
  const env = { OAUTH_KV: createKeyValueStore() };
  const authorizationServer = createAuthorizationServer({ issuer, mcpUrl, scopes, trusted, onRefusal });
  const resourceServer = new OAuthResourceServer({
    resourceMetadata: { resource: mcpUrl, authorization_servers: [issuer] },
    validateToken: () => (resource, token) => authorizationServer.validateToken(resource, token, env),
    handler: { fetch: async (_request, _env, ctx) => Response.json({ ...ctx.props, scope: ctx.auth.scope }) },
  });
  await registerClient(authorizationServer, env, client);
  const ofResource = (path) => path === '/mcp' || path.startsWith('/.well-known/oauth-protected-resource');
  return (request) => {
    const role = ofResource(new URL(request.url).pathname) ? resourceServer : authorizationServer;
    return role.fetch(request, env, { waitUntil: () => {} });
  };
}
