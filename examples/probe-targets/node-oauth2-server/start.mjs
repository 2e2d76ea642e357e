/**
 * Starts node-oauth2-server with its grant for ID-JAGs on Express, as a resource authorization server that is not ours, to be
 * probed: wired as the example that comes with that grant. Prints one line of JSON when it listens.
 *
 *     node start.mjs --issuer http://localhost:8080 --issuer http://localhost:8080/orgs/second --port 9003
 *
 * What it leaves to whoever deploys it is chosen here: the clients, the users, where tokens and used ids are kept, and how a
 * key set is fetched.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import OAuth2Server from '@node-oauth/oauth2-server';
import JwtBearerGrantType from '@node-oauth/oauth2-server/lib/grant-types/jwt-bearer-grant-type.js';
import express from 'express';

const { values: given } = parseArgs({
  options: { issuer: { type: 'string', multiple: true, default: [] }, port: { type: 'string', default: '9003' } },
});
if (given.issuer.length === 0) throw new Error('--issuer is missing: which issuer to trust');

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const SCOPES = ['mcp:read', 'mcp:write'];
const USERS = ['00uProbe000000000001', '00uProbe000000000002'];
const base = `http://localhost:${given.port}`;

const clientOf = (id, grants) => ({ id, secret: `${id}-secret-for-testing-only`, grants });
const clients = [
  clientOf('probed-client', [GRANT]),
  clientOf('other-client', [GRANT]),
  clientOf('grantless-client', ['authorization_code']),
  { id: 'public-client', grants: [GRANT] },
];
const keySets = new Map();
const used = new Set();
const tokens = new Map();

/** At most 100 kB from that very place. Kept for five minutes; asked for again for a kid that it lacks, but not within 30 seconds. */
async function keysOf(issuer, kid) {
  const kept = keySets.get(issuer);
  const age = Date.now() - (kept?.since ?? 0);
  const lacks = kid !== undefined && !kept?.keys.some((key) => key.kid === kid);
  if (age < 30_000 || (age < 300_000 && !lacks)) return kept.keys;
  const text = await (await fetch(`${issuer}/oauth2/v1/keys`, { redirect: 'error' })).text();
  if (text.length > 100_000) throw new Error('the key set is too large');
  const { keys } = JSON.parse(text);
  keySets.set(issuer, { keys, since: Date.now() });
  return keys;
}

const model = {
  getClient: async (id, secret) => clients.find((client) => client.id === id && client.secret === secret),
  saveToken: async (token, client, user) => {
    tokens.set(token.accessToken, user);
    return { ...token, client, user };
  },
  // Those that the server knows; none where none were asked for.
  validateScope: async (_user, _client, scope = []) => {
    const known = scope.filter((one) => SCOPES.includes(one));
    return (scope.length === 0 || known.length > 0) && known;
  },
  getTrustedIssuer: async (issuer) => given.issuer.includes(issuer) && { name: issuer },
  getRequestingIssuerKey: async (issuer, kid) => {
    const keys = await keysOf(issuer, kid).catch(() => []);
    return kid === undefined && keys.length === 1 ? keys[0] : keys.find((key) => key.kid === kid);
  },
  getUserFromIdJagAssertion: async (issuer, sub) => USERS.includes(sub) && { id: `${issuer} ${sub}` },
  validateIdJagPermission: async () => true,
  validateJti: async (jti, issuer) => {
    const key = JSON.stringify([issuer, jti]);
    return !used.has(key) && used.add(key);
  },
};

/** What the grant calls the URI of the token endpoint is compared with aud, which by the draft is the issuer. */
class Grant extends JwtBearerGrantType {
  constructor(options) {
    super({ ...options, tokenEndpointUri: base });
  }
}

const oauth = new OAuth2Server({ model, extendedGrantTypes: { [GRANT]: Grant } });
const app = express();
app.use(express.urlencoded({ extended: false }));

app.post('/token', async ({ headers, method, query, body = {} }, outgoing) => {
  const response = new OAuth2Server.Response({ headers: {} });
  const answer = (status, json) => outgoing.status(status).set(response.headers).json(json);
  try {
    await oauth.token(new OAuth2Server.Request({ headers, method, query, body }), response);
    answer(response.status, response.body);
  } catch (error) {
    answer(error.code ?? 500, { error: error.name, error_description: error.message });
  }
});

/** No MCP server, but what the probe needs of one: it lets in who has a token, and says who that is. */
app.all('/mcp', ({ headers }, outgoing) => {
  const user = tokens.get(headers.authorization?.replace('Bearer ', ''));
  if (user) outgoing.json({ sub: user.id });
  else outgoing.status(401).json({ error: 'invalid_token' });
});

await once(app.listen(Number(given.port), '127.0.0.1'), 'listening');
const [{ id: clientId, secret: clientSecret }] = clients;
console.log(
  JSON.stringify({ issuer: base, mcpUrl: `${base}/mcp`, tokenEndpoint: `${base}/token`, clientId, clientSecret }),
);
