/**
 * grant_type=client_credentials over HTTP: every rule broken, what a service app gets at the org and at a custom server,
 * and what may be done with a token that is nobody's but the app's.
 */
import t, { type Test } from 'tap';
import { clientCredentials } from '../../src/grants/client-credentials.js';
import { GRANT_TYPE, TOKEN_TYPE } from '../../src/protocol/urns.js';
import { agents } from '../../src/registry/ai-agent.js';
import { applications } from '../../src/registry/application.js';
import { API_CLIENT, API_CLIENT_JWK, apiAccessToken, asApiClient, askAsApiClient } from '../support/api-client.js';
import { parts } from '../support/forge.js';
import { startJwksServer } from '../support/jwks-server.js';
import { startOpenOrg } from '../support/open-org.js';
import {
  APP_BASIC,
  basic,
  driving,
  EXAMPLE,
  keepOrgs,
  type Parameters,
  startTestOrg,
  type TestOrg,
  testClock,
} from '../support/org.js';
import { editedOrg, oidcIn } from '../support/org-edits.js';
import { assertComplete, assertNotCached, assertRefused, eventsOf, type Row, runRows } from '../support/refusals.js';
import { watchSecrets } from '../support/secret-watch.js';

const watch = watchSecrets(t);
const { orgs, keep } = keepOrgs(t);
const { d, p, q, dp, dq, qi, '//': _, ...publicJwk } = API_CLIENT_JWK as typeof API_CLIENT_JWK & { '//': string };
const jwks = await startJwksServer(t as Test);
jwks.answer.body = JSON.stringify({ keys: [publicJwk] });

const GRANTS = [GRANT_TYPE.clientCredentials, GRANT_TYPE.refreshToken];
const SECRET = 'a-machine-client-secret-for-testing-only';
const SCOPES = ['okta.users.read'];
const [BASIC, PUBLIC, HMAC] = ['0oaBasicMachine00001', '0oaPublicMachine0001', '0oaHmacMachine000001'];
const BY_URI = '0oaJwksUriMachine001';
/** An authorization server with scopes of its own, some of them by the names of those that every server has. */
const MACHINES = '/oauth2/machines';

const org = keep(
  await startTestOrg({
    org: editedOrg((file) => {
      const app = (id: string, oidc: object) =>
        file.applications?.push({ id, label: id, oidc: { grantTypes: [...GRANTS], oktaScopes: SCOPES, ...oidc } });
      app(BASIC, { clientSecret: SECRET });
      app(HMAC, { clientSecret: SECRET, tokenEndpointAuthMethod: 'client_secret_jwt' });
      app(PUBLIC, { tokenEndpointAuthMethod: 'none' });
      app(BY_URI, { tokenEndpointAuthMethod: 'private_key_jwt', jwksUri: jwks.uri });
      const rules = [
        { name: 'Reading only', grantTypes: [GRANT_TYPE.clientCredentials], scopes: ['mcp:read', 'groups'] },
      ];
      const scopes = ['mcp:read', 'mcp:write', 'groups', 'openid', 'offline_access'];
      file.authorizationServers?.push({ id: 'machines', name: 'machines', scopes, policies: [{ name: 'All', rules }] });
    }),
  }),
);

const ask = (scope: string | undefined, more: Parameters = {}) => askAsApiClient(org, scope, more);

/** Asks with the secret, at the custom server unless told otherwise. */
const askByBasic = (scope: string | undefined, base = MACHINES, authorization = basic(BASIC, SECRET)) =>
  org.post(`${base}/v1/token`, { grant_type: GRANT_TYPE.clientCredentials, scope }, { authorization });

const askPublicly = (scope: string, base: string) =>
  org.post(`${base}/v1/token`, { grant_type: GRANT_TYPE.clientCredentials, scope, client_id: PUBLIC });

async function askByHmac(scope: string) {
  const options = { header: { alg: 'HS256', kid: undefined }, key: new TextEncoder().encode(SECRET) };
  return ask(scope, await asApiClient(org, options, HMAC));
}

const row = (title: string, rule: string, breakIt: Row<void>['breakIt']): Row<void> => ({ title, rule, breakIt });

const ROWS: readonly Row<void>[] = [
  row('a secret at the org', 'client-credentials-by-private-key', () => askByBasic('okta.users.read', '/oauth2')),
  row('an HMAC at the org', 'client-credentials-by-private-key', () => askByHmac('okta.users.read')),
  row('a client id alone at the org', 'client-credentials-by-private-key', () => askPublicly('x', '/oauth2')),
  row('a client id alone', 'client-credentials-of-confidential-client', () => askPublicly('mcp:read', MACHINES)),
  row('no scope at the org', 'client-credentials-scope-sent', () => ask(undefined)),
  row('an empty scope', 'client-credentials-scope-sent', () => ask(' ')),
  row('no scope at a custom server', 'client-credentials-scope-sent', () => askByBasic(undefined)),
  ...[
    ...[
      'okta.policies.read',
      'okta.users.read okta.policies.read',
      'okta.users',
      'OKTA.USERS.READ',
      'okta.logs.manage',
    ],
    ...['openid', 'okta.users.read offline_access', 'groups', 'mcp:read', '*', '__proto__'],
  ].map((scope) => row(`${scope} at the org`, 'client-credentials-scope-granted', () => ask(scope))),
  ...['openid', 'mcp:read offline_access', 'email', 'okta.users.read', 'mcp:admin'].map((scope) =>
    row(`${scope} at a custom server`, 'client-credentials-scope-granted', () => askByBasic(scope)),
  ),
  row('a scope that no policy allows', 'client-credentials-policy-allows', () => askByBasic('mcp:read mcp:write')),
];

t.test('every rule refuses', async (t) => {
  assertComplete(t, clientCredentials.rules, ROWS);
  await runRows(t, ROWS, async (t, { rule, breakIt }) => assertRefused(t, org, await breakIt(), rule));
});

t.test('the grant type is for apps that are registered for it, by a policy', async (t) => {
  const agent = await org.asAgent();
  const byAgent = await org.post('/oauth2/v1/token', {
    grant_type: GRANT_TYPE.clientCredentials,
    scope: 'x',
    ...agent,
  });
  await assertRefused(t, org, byAgent, 'grant-type-allowed');
  await assertRefused(t, org, await askByBasic('okta.users.read', '/oauth2', APP_BASIC), 'grant-type-allowed');
  await assertRefused(t, org, await askByBasic('mcp:read', '/oauth2/default'), 'grant-type-in-policy');
});

t.test('an access token at the org: of the app, and nothing beside it', async (t) => {
  const answer = await ask('okta.users.read okta.groups.manage');
  t.equal(answer.status, 200);
  assertNotCached(t, answer);
  const { access_token, ...others } = answer.body;
  t.strictSame(others, { token_type: 'Bearer', expires_in: 3600, scope: 'okta.users.read okta.groups.manage' });
  const { header, claims } = parts(access_token);
  t.strictSame(header.typ, 'application/okta-internal-at+jwt');
  const { jti, iat, exp, ...rest } = claims;
  t.match([jti, exp - iat], [/^AT\.[\w-]{43}$/, 3600]);
  t.strictSame(rest, {
    ...{ ver: 1, iss: org.issuer, aud: org.issuer, sub: API_CLIENT, cid: API_CLIENT },
    scp: ['okta.users.read', 'okta.groups.manage'],
  });
  const [event, ...more] = await eventsOf(org, answer);
  t.strictSame(more, []);
  t.match(event, {
    eventType: 'app.oauth2.token.grant.access_token',
    ...{ actor: { id: API_CLIENT, type: 'PublicClientApp' }, outcome: { result: 'SUCCESS' } },
    debugContext: { debugData: { grantType: 'client_credentials' } },
  });
  t.strictSame(event.target, []);
  t.equal(org.lines.at(-1), 'token (client_credentials): "Okta API client": granted');
});

t.test('a client whose keys stand at its JWKS URI', async (t) => {
  const answer = await ask('okta.users.read', await asApiClient(org, {}, BY_URI));
  t.match([answer.status, parts(answer.body.access_token).claims.sub, jwks.asked], [200, BY_URI, 1]);
});

t.test('an access token at a custom server, by a secret: with its own scopes, by its policy', async (t) => {
  const answer = await askByBasic('mcp:read groups');
  t.strictSame(Object.keys(answer.body), ['token_type', 'expires_in', 'access_token', 'scope']);
  const { jti, iat, exp, ...rest } = parts(answer.body.access_token).claims;
  t.strictSame(rest, {
    ...{
      ver: 1,
      iss: org.issuer + MACHINES,
      aud: 'api://default',
      cid: BASIC,
      scp: ['mcp:read', 'groups'],
      sub: BASIC,
    },
  });
  t.match(await eventsOf(org, answer), [{ eventType: 'app.oauth2.as.token.grant.access_token', actor: { id: BASIC } }]);
});

const introspect = async (token: string, at: TestOrg = org) =>
  (await at.post('/oauth2/v1/introspect', { token }, { authorization: APP_BASIC })).body;

t.test('introspection names no user; userinfo has nobody to tell of', async (t) => {
  const token = await apiAccessToken(org, 'okta.users.read');
  const { exp, iat, jti } = parts(token).claims;
  t.strictSame(await introspect(token), {
    ...{ active: true, client_id: API_CLIENT, token_type: 'Bearer', scope: 'okta.users.read', exp, iat },
    ...{ sub: API_CLIENT, aud: org.issuer, iss: org.issuer, jti },
  });
  const refused = await org.fetch('/oauth2/v1/userinfo', { headers: { authorization: `Bearer ${token}` } });
  t.match(refused, { status: 403, body: { error: 'insufficient_scope' } });
});

t.test('revoked by the app itself', async (t) => {
  const token = await apiAccessToken(org, 'okta.users.read');
  await org.post('/oauth2/v1/revoke', { token }, { authorization: APP_BASIC });
  t.equal((await introspect(token)).active, true, 'another app cannot');
  const endpoint = '/oauth2/v1/revoke';
  const answer = await org.post(endpoint, { token, ...(await asApiClient(org, { endpoint })) });
  t.equal(answer.status, 200);
  t.match(await eventsOf(org, answer), [{ eventType: 'app.oauth2.token.revoke', actor: { id: API_CLIENT } }]);
  t.strictSame(await introspect(token), { active: false });
});

t.test('it dies with the hour', async (t) => {
  const at = keep(await startTestOrg());
  const token = await apiAccessToken(at, 'okta.users.read');
  at.advance(3_590_000);
  t.equal((await introspect(token, at)).active, true);
  at.advance(10_000);
  t.strictSame(await introspect(token, at), { active: false });
});

t.test('it is good while the app is active, and there', async (t) => {
  const clock = testClock();
  const open = await startOpenOrg(undefined, clock.now);
  t.teardown(() => open.close());
  const at = driving(open, clock);
  const token = await apiAccessToken(at, 'okta.users.read');
  const set = (status: 'ACTIVE' | 'INACTIVE') => open.change(applications, API_CLIENT, (app) => ({ ...app, status }));
  await set('INACTIVE');
  t.strictSame(await introspect(token, at), { active: false });
  await assertRefused(t, at, await askAsApiClient(at, 'okta.users.read'), 'client-active');
  await set('ACTIVE');
  t.equal((await introspect(token, at)).active, true);
  await open.remove(applications, API_CLIENT);
  t.strictSame(await introspect(token, at), { active: false });
});

t.test('of an app that was linked to an agent and is gone: the agent has not inherited it', async (t) => {
  const clock = testClock();
  const open = await startOpenOrg(undefined, clock.now);
  t.teardown(() => open.close());
  const at = driving(open, clock);
  const linked = '0oaClaudeCode0000001';
  await open.change(applications, linked, ({ oidc, ...app }) => ({
    ...app,
    ...(oidc && {
      oidc: {
        ...{ ...oidc, grantTypes: [GRANT_TYPE.clientCredentials], oktaScopes: SCOPES, jwks: [] },
        ...{ tokenEndpointAuthMethod: 'private_key_jwt' as const, jwksUri: jwks.uri },
      },
    }),
  }));
  const assertion = await asApiClient(at, {}, EXAMPLE.linkedAgentId);
  const { access_token } = (await askAsApiClient(at, 'okta.users.read', assertion)).body;
  t.equal((await introspect(access_token, at)).active, true);
  await open.change(agents, EXAMPLE.linkedAgentId, (agent) => ({ ...agent, status: 'INACTIVE' as const }));
  t.strictSame(await introspect(access_token, at), { active: false }, 'the two are one client');
  await open.change(agents, EXAMPLE.linkedAgentId, (agent) => ({ ...agent, status: 'ACTIVE' as const }));
  await open.remove(applications, linked);
  t.strictSame(await introspect(access_token, at), { active: false });
});

t.test('nobody exchanges it: there is no user in it', async (t) => {
  const at = keep(
    await startTestOrg({
      org: editedOrg((file) => {
        file.agents?.[0]?.callers?.push({ application: 'Okta API client' });
      }),
    }),
  );
  const token = await apiAccessToken(at, 'okta.users.read');
  const answer = await at.exchange(token, { subject_token_type: TOKEN_TYPE.accessToken });
  await assertRefused(t, at, answer, 'machine-access-delegated');
  const named = await at.exchange(token);
  await assertRefused(t, at, named, 'subject-token-valid');
});

t.test('an app may have the grant beside others', async (t) => {
  const at = keep(
    await startTestOrg({
      org: editedOrg((file) => {
        oidcIn(file).grantTypes?.push(GRANT_TYPE.clientCredentials);
      }),
    }),
  );
  t.equal((await at.signIn('alice@example.com')).access_token.split('.').length, 3);
  const answer = await at.post(
    '/oauth2/v1/token',
    { grant_type: GRANT_TYPE.clientCredentials, scope: 'openid' },
    { authorization: APP_BASIC },
  );
  await assertRefused(t, at, answer, 'client-credentials-by-private-key');
});

t.test('no secret reaches a log', (t) => watch.check(t, orgs));
