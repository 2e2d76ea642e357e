/** Introspection, revocation and userinfo: what is still good, who may end it, and what they say of a token. */
import t, { type Test } from 'tap';
import { TOKEN_STATE_RULES } from '../../src/grants/token-state.js';
import { REASONS } from '../../src/protocol/reasons.js';
import { GRANT_TYPE } from '../../src/protocol/urns.js';
import { forgeIdJag, orgKey, parts, sign, signAs, tampered } from '../support/forge.js';
import {
  type Answer,
  APP_BASIC,
  EXAMPLE,
  keepOrgs,
  type Parameters,
  startTestOrg,
  type TestOrg,
} from '../support/org.js';
import { editedOrg, oidcIn } from '../support/org-edits.js';
import { assertNotCached, eventsOf } from '../support/refusals.js';
import { watchSecrets } from '../support/secret-watch.js';

const watch = watchSecrets(t);
const { orgs, keep } = keepOrgs(t);

async function startOrg(rotate = false): Promise<TestOrg> {
  return keep(
    await startTestOrg({
      org: editedOrg((file) => {
        if (rotate) oidcIn(file).refreshToken = { rotationType: 'ROTATE', leeway: 60 };
      }),
    }),
  );
}

const org = await startOrg();
const BASIC = { authorization: APP_BASIC };
const LINKED = { client_id: EXAMPLE.linkedAgentId, client_secret: EXAMPLE.linkedSecret };
const ALICE = 'alice@example.com';
const CUSTOM = '/oauth2/default';

const introspect = (token: string | undefined, at = org, base = '/oauth2') =>
  at.post(`${base}/v1/introspect`, { token }, BASIC);
const revoke = (token: string | undefined, at = org, base = '/oauth2') =>
  at.post(`${base}/v1/revoke`, { token }, BASIC);
const userInfo = (token: string, at = org, base = '/oauth2') =>
  at.fetch(`${base}/v1/userinfo`, { headers: { authorization: `Bearer ${token}` } });

async function inactive(t: Test, token: string, at = org, base = '/oauth2'): Promise<void> {
  const answer = await introspect(token, at, base);
  t.same([answer.status, answer.text], [200, '{"active":false}']);
  assertNotCached(t, answer);
}

const passwordGrant = async (scope: string, base: string) =>
  (
    await org.post(
      `${base}/v1/token`,
      { grant_type: GRANT_TYPE.password, username: ALICE, password: EXAMPLE.password, scope },
      BASIC,
    )
  ).body;

t.test('introspection of an access token', async (t) => {
  const { access_token } = await org.signIn(ALICE);
  const answer = await introspect(access_token);
  assertNotCached(t, answer);
  const { exp, iat, jti } = parts(access_token).claims;
  t.same(answer.body, {
    ...{ active: true, client_id: EXAMPLE.appId, username: ALICE, uid: '00uAlice000000000001', token_type: 'Bearer' },
    ...{ scope: 'openid profile email offline_access', exp, iat, sub: ALICE, aud: org.issuer, iss: org.issuer, jti },
  });
});

t.test('introspection of a refresh token', async (t) => {
  const { refresh_token } = await org.signIn(ALICE);
  const { exp, ...others } = (await introspect(refresh_token)).body;
  t.ok(exp > Date.now() / 1000 + 89 * 86_400, 'ninety days');
  t.same(others, {
    ...{ active: true, client_id: EXAMPLE.appId, username: ALICE, uid: '00uAlice000000000001' },
    ...{ scope: 'openid profile email offline_access', sub: ALICE, iss: org.issuer },
  });
});

t.test('at a custom server, tokens of that server only', async (t) => {
  const ofCustom = await passwordGrant('mcp:read openid', CUSTOM);
  const { access_token } = await org.signIn(ALICE);
  t.match((await introspect(ofCustom.access_token, org, CUSTOM)).body, {
    ...{ active: true, iss: `${org.issuer}${CUSTOM}`, aud: 'api://default', scope: 'mcp:read openid' },
  });
  await inactive(t, ofCustom.access_token);
  await inactive(t, access_token, org, CUSTOM);
  const { refresh_token } = await org.signIn(ALICE);
  await inactive(t, refresh_token, org, CUSTOM);
});

t.test('what is no live token of this server is not active, and nothing more is said', async (t) => {
  const { access_token, id_token } = await org.signIn(ALICE);
  const { header, claims } = parts(access_token);
  const { key, kid } = await orgKey('org', 'NEXT');
  const forged = (change: object) => signAs('org', { ...claims, ...change }, header);
  const tokens = [
    ...['garbage', 'a.b.c', '__proto__', 'x'.repeat(100_000), id_token],
    ...[tampered(access_token, { claims: { scp: ['openid', 'admin'] } }), await forgeIdJag(org)],
    ...[await signAs('org', claims, {}), await signAs('default', claims, header)],
    ...[await forged({ exp: 1 }), await forged({ exp: 'never' }), await forged({ jti: 'AT.unknown' })],
    ...[await forged({ jti: 5 }), await forged({ scp: 'openid' }), await forged({ aud: [org.issuer] })],
  ];
  for (const token of tokens) await inactive(t, token);
  t.equal((await introspect(await sign(claims, { ...header, kid }, key))).body.active, true, 'any published key');
});

t.test('tokens expire', async (t) => {
  const at = await startOrg();
  const { access_token, refresh_token } = await at.signIn(ALICE);
  at.advance(3_590_000);
  t.equal((await introspect(access_token, at)).body.active, true);
  at.advance(10_000);
  await inactive(t, access_token, at);
  t.equal((await userInfo(access_token, at)).status, 401);
  t.equal((await introspect(refresh_token, at)).body.active, true);
  at.advance(90 * 86_400_000);
  await inactive(t, refresh_token, at);
});

t.test('a token that was rotated out is not active', async (t) => {
  const at = await startOrg(true);
  const { refresh_token } = await at.signIn(ALICE);
  await at.post('/oauth2/v1/token', { grant_type: GRANT_TYPE.refreshToken, refresh_token }, BASIC);
  await inactive(t, refresh_token, at);
});

t.test('revocation ends all tokens of the grant, whichever is sent, and is logged', async (t) => {
  for (const kind of ['access_token', 'refresh_token'] as const) {
    const tokens = await org.signIn(ALICE);
    const other = await org.signIn(ALICE);
    const answer = await revoke(tokens[kind]);
    t.same([answer.status, answer.text], [200, '']);
    t.equal(answer.headers.get('cache-control'), 'no-cache, no-store');
    await inactive(t, tokens.access_token);
    await inactive(t, tokens.refresh_token);
    t.equal((await userInfo(tokens.access_token)).status, 401);
    t.equal((await introspect(other.access_token)).body.active, true, 'another grant stays');
    t.match(await eventsOf(org, answer), [
      { eventType: 'app.oauth2.token.revoke', outcome: { result: 'SUCCESS' }, actor: { id: EXAMPLE.appId } },
    ]);
    t.equal((await revoke(tokens[kind])).status, 200, 'and once more');
  }
});

t.test('at a custom server, too', async (t) => {
  const { access_token } = await passwordGrant('mcp:read', CUSTOM);
  t.same(await eventsOf(org, await revoke(access_token)), [], 'not at the org');
  const answer = await revoke(access_token, org, CUSTOM);
  t.match(await eventsOf(org, answer), [{ eventType: 'app.oauth2.as.token.revoke' }]);
  await inactive(t, access_token, org, CUSTOM);
});

t.test('revocation of a token of another client, or of no token at all: 200, and nothing happens', async (t) => {
  const { access_token, refresh_token } = await org.signIn(ALICE);
  for (const token of [access_token, refresh_token]) {
    const answer = await org.post('/oauth2/v1/revoke', { token, ...LINKED });
    t.equal(answer.status, 200);
    t.same(await eventsOf(org, answer), []);
    t.equal((await introspect(token)).body.active, true);
  }
  for (const token of ['garbage', 'a.b.c', '__proto__']) {
    const { status, text, headers } = await revoke(token);
    t.same([status, text, headers.get('cache-control')], [200, '', 'no-cache, no-store'], 'with nothing in it');
  }
});

async function refusedBody(t: Test, answer: Answer, reason: keyof typeof REASONS): Promise<void> {
  const { status, error, text } = REASONS[reason];
  t.same([answer.status, answer.text], [status, JSON.stringify({ error, error_description: text })]);
  assertNotCached(t, answer);
}

t.test('both endpoints ask for a client and a token', async (t) => {
  t.same(
    TOKEN_STATE_RULES.map((rule) => rule.name),
    ['token-sent'],
  );
  for (const endpoint of ['/oauth2/v1/introspect', '/oauth2/v1/revoke']) {
    await refusedBody(t, await org.post(endpoint, {}, BASIC), 'missing_token_request_parameter');
    await refusedBody(t, await org.post(endpoint, { token: '' }, BASIC), 'missing_token_request_parameter');
    await refusedBody(t, await org.post(endpoint, { token: 'x' }), 'missing_client_credentials');
    const wrong: Parameters = { ...LINKED, client_secret: 'a-wrong-secret' };
    await refusedBody(t, await org.post(endpoint, { token: 'x', ...wrong }), 'invalid_client_secret');
    const json = { method: 'POST', headers: { ...BASIC, 'content-type': 'application/json' }, body: '{"token":"x"}' };
    await refusedBody(t, await org.fetch(endpoint, json), 'missing_token_request_parameter');
    t.equal((await org.fetch(endpoint)).status, 405);
  }
});

t.test('userinfo gives what the scopes release', async (t) => {
  const of = async (scope: string) => (await userInfo((await org.signIn(ALICE, scope)).access_token)).body;
  t.same(await of('openid'), { sub: '00uAlice000000000001' });
  t.same(await of('openid email'), { sub: '00uAlice000000000001', email: ALICE, email_verified: true });
  t.match(await of('openid profile'), { sub: '00uAlice000000000001', name: 'Alice Adams', preferred_username: ALICE });
  const { access_token } = await org.signIn(ALICE);
  const posted = await org.post('/oauth2/v1/userinfo', { access_token });
  t.match(posted.body, { email: ALICE, name: 'Alice Adams' });
  assertNotCached(t, posted);
  const ofCustom = await passwordGrant('openid email', CUSTOM);
  t.match((await userInfo(ofCustom.access_token, org, CUSTOM)).body, { email: ALICE });
});

t.test('userinfo refuses with a challenge', async (t) => {
  const refusal = async (answer: Answer) => {
    assertNotCached(t, answer);
    t.match(answer.headers.get('www-authenticate'), `Bearer error="${answer.body.error}", error_description="`);
    return [answer.status, answer.body.error, Object.keys(answer.body)];
  };
  const members = ['error', 'error_description'];
  const invalid = [401, 'invalid_token', members];
  const { id_token, refresh_token } = await org.signIn(ALICE);
  for (const token of ['garbage', id_token, refresh_token]) t.same(await refusal(await userInfo(token)), invalid);
  t.same(await refusal(await org.fetch('/oauth2/v1/userinfo')), invalid);
  t.same(await refusal(await org.fetch('/oauth2/v1/userinfo', { headers: BASIC })), invalid);
  const { access_token } = await passwordGrant('profile', '/oauth2');
  t.same(await refusal(await userInfo(access_token)), [403, 'insufficient_scope', members]);
});

t.test('no secret reaches a log', (t) => watch.check(t, orgs));
