/**
 * Cloudflare's OAuth provider as a resource authorization server with one client, and an MCP resource behind it. What the
 * provider leaves to whoever deploys it is chosen here: which users are let in (all of a trusted issuer, unless a list
 * is given), and with the scopes that the server knows.
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

/** An id that two issuers cannot share; the provider wants it without colons. */
const userIdOf = ({ iss, sub }) => Buffer.from(JSON.stringify([iss, sub])).toString('base64url');

/** What the provider asks for each verified ID-JAG: who it is and what they may do, or null for nobody. */
const claimsMapper = ({ scopes, users }) =>
  async function mapClaims({ claims, requestedScope }) {
    if (users !== undefined && !users.includes(claims.sub)) return null;
    const scope = requestedScope.filter((one) => scopes.includes(one));
    return { userId: userIdOf(claims), scope, props: { sub: claims.sub, email: claims.email } };
  };

function createAuthorizationServer({ issuer, mcpUrl, scopes, users, trusted, onRefusal }) {
  return new OAuthAuthorizationServer({
    issuer,
    resources: [mcpUrl],
    scopesSupported: scopes,
    enterpriseManagedAuthorization: {
      trustedIssuers: async ({ iss }) => trusted.find((one) => one.issuer === iss) ?? null,
      mapClaims: claimsMapper({ scopes, users }),
    },
    // The provider tells its clients little; here the reason of a refusal is told.
    onError: ({ internal }) => onRefusal(internal?.reason),
  });
}

/**
 * @param users the subjects to let in; undefined for every one
 * @param trusted the issuers to trust: `issuer`, `jwksUri` and `algorithms` of each
 * @returns a fetch handler for the whole origin
 */
export async function createProvider({ client, mcpUrl, ...options }) {
  const env = { OAUTH_KV: createKeyValueStore() };
  const authorizationServer = createAuthorizationServer({ mcpUrl, ...options });
  const resourceServer = new OAuthResourceServer({
    resourceMetadata: { resource: mcpUrl, authorization_servers: [options.issuer] },
    validateToken: () => (resource, token) => authorizationServer.validateToken(resource, token, env),
    handler: { fetch: async (_request, _env, ctx) => Response.json({ ...ctx.props, scope: ctx.auth.scope }) },
  });
  await registerClient(authorizationServer, env, client);
  const ofResource = (path) => path === '/mcp' || path.startsWith('/.well-known/oauth-protected-resource');
  return (request) => {
    const role = ofResource(new URL(request.url).pathname) ? resourceServer : authorizationServer;
    // What is not done when the answer goes out is done by and by: the process lives on.
    return role.fetch(request, env, { waitUntil: Promise.resolve.bind(Promise) });
  };
}
