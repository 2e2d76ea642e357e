/**
 * grant_type=authorization_code over HTTP: every rule broken, the tokens that a code is good for, and what becomes of them
 * when a code is presented twice.
 */
import { createHash } from 'node:crypto';
import t, { type Test } from 'tap';
import { authorizationCode } from '../../src/grants/authorization-code.js';
import { GRANT_TYPE } from '../../src/protocol/urns.js';
import { users } from '../../src/registry/user.js';
import { orgKey, parts } from '../support/forge.js';
import { startOpenOrg } from '../support/open-org.js';
import {
  type Answer,
  APP_BASIC,
  driving,
  EXAMPLE,
  keepOrgs,
  type Parameters,
  startTestOrg,
  type TestOrg,
  testClock,
} from '../support/org.js';
import { type Edit, editedOrg, oidcIn, serverIn } from '../support/org-edits.js';
import {
  assertComplete,
  assertNotCached,
  assertRefused,
  eventsOf,
  named,
  type Row,
  runRows,
} from '../support/refusals.js';
import { watchSecrets } from '../support/secret-watch.js';

const watch = watchSecrets(t);
const { orgs, keep } = keepOrgs(t);

async function startOrg(edit: Edit = () => {}): Promise<TestOrg> {
  return keep(await startTestOrg({ org: editedOrg(edit) }));
}

const org = await startOrg();
const ALICE = 'alice@example.com';
const CUSTOM = '/oauth2/default';
const VERIFIER = 'a-code-verifier-of-43-characters-at-the-least';
const challengeOf = (verifier: string) => createHash('sha256').update(verifier).digest('base64url');
const PKCE = { code_challenge: challengeOf(VERIFIER), code_challenge_method: 'S256' };
const BASIC = { authorization: APP_BASIC };

async function codeFor(at: TestOrg, more: Parameters = {}, base = '/oauth2'): Promise<string> {
  const { result, answer } = await at.authorize(ALICE, more, base);
  return result.get('code') ?? answer.text;
}

const redeem = (at: TestOrg, code: string | undefined, more: Parameters = {}, headers = BASIC, base = '/oauth2') =>
  at.post(
    `${base}/v1/token`,
    { grant_type: GRANT_TYPE.authorizationCode, code, redirect_uri: EXAMPLE.redirectUri, ...more },
    headers,
  );

type CodeRow = Row<TestOrg> & { readonly own?: boolean };
const row = (title: string, rule: string, breakIt: Row<TestOrg>['breakIt'], own = false): CodeRow => ({
  title,
  rule,
  breakIt,
  own,
});

/** Redeems a good code with other parameters than it takes. */
const withParameters =
  (asked: Parameters, sent: Parameters = {}) =>
  async (at: TestOrg) =>
    redeem(at, await codeFor(at, asked), sent);

const ROWS: readonly CodeRow[] = [
  row('no code', 'code-sent', (at) => redeem(at, undefined)),
  row('an empty code', 'code-sent', (at) => redeem(at, '')),
  row('an unknown code', 'code-known', (at) => redeem(at, 'no-such-authorization-code')),
  row('a code that names a property of every object', 'code-known', (at) => redeem(at, '__proto__')),
  row('a code of the org at a custom server', 'code-of-this-server', async (at) =>
    redeem(at, await codeFor(at), {}, BASIC, CUSTOM),
  ),
  row('a code of a custom server at the org', 'code-of-this-server', async (at) =>
    redeem(at, await codeFor(at, {}, CUSTOM)),
  ),
  row('ix-code-other-client', 'code-of-this-client', async (at) =>
    at.post('/oauth2/v1/token', {
      ...{ grant_type: GRANT_TYPE.authorizationCode, code: await codeFor(at), redirect_uri: EXAMPLE.redirectUri },
      ...{ client_id: EXAMPLE.linkedAgentId, client_secret: EXAMPLE.linkedSecret },
    }),
  ),
  row('ix-code-reused: a code presented twice', 'code-unspent', async (at) => {
    const code = await codeFor(at);
    await redeem(at, code);
    return redeem(at, code);
  }),
  row(
    'ix-code-expired',
    'code-not-expired',
    async (at) => {
      const code = await codeFor(at);
      at.advance(5 * 60_000);
      return redeem(at, code);
    },
    true,
  ),
  row(
    'ix-code-redirect-mismatch: another registered one',
    'code-redirect-uri-same',
    withParameters({}, { redirect_uri: 'http://localhost:8976/callback' }),
  ),
  row('ix-code-redirect-mismatch: none', 'code-redirect-uri-same', withParameters({}, { redirect_uri: undefined })),
  row('ix-pkce-no-verifier', 'pkce-verifier-sent', withParameters(PKCE)),
  row('ix-pkce-unexpected', 'pkce-verifier-expected', withParameters({}, { code_verifier: VERIFIER })),
  row('ix-pkce-mismatch', 'pkce-verifier-matches', withParameters(PKCE, { code_verifier: `${VERIFIER}x` })),
  row(
    'ix-pkce-mismatch: the challenge itself',
    'pkce-verifier-matches',
    withParameters(PKCE, { code_verifier: PKCE.code_challenge }),
  ),
  ...['short', `${'x'.repeat(42)}!`, 'y'.repeat(129)].map((verifier) =>
    row(
      `ix-verifier-malformed: ${verifier.slice(0, 10)}`,
      'pkce-verifier-well-formed',
      withParameters({ ...PKCE, code_challenge: challengeOf(verifier) }, { code_verifier: verifier }),
    ),
  ),
];

/** The same over an org whose users can be changed while it runs. */
async function suspendedMeanwhile(t: Test): Promise<{ at: TestOrg; answer: Answer }> {
  const clock = testClock();
  const open = await startOpenOrg(undefined, clock.now);
  t.teardown(() => open.close());
  const at = driving(open, clock);
  const code = await codeFor(at);
  await open.change(users, '00uAlice000000000001', (user) => ({ ...user, status: 'SUSPENDED' as const }));
  return { at, answer: await redeem(at, code) };
}

t.test('every rule refuses', async (t) => {
  assertComplete(t, authorizationCode.rules, [...ROWS, { rule: 'code-user-active' }]);
  await runRows(t, ROWS, async (t, { rule, breakIt, own }) => {
    const at = own ? await startOrg() : org;
    await assertRefused(t, at, await breakIt(at), rule);
  });
  await t.test('code-user-active | the user was suspended between sign-in and redemption', async (t) => {
    const { at, answer } = await suspendedMeanwhile(t);
    await assertRefused(t, at, answer, 'code-user-active');
  });
});

t.test('a refusal does not spend the code', async (t) => {
  const code = await codeFor(org, PKCE);
  t.equal((await redeem(org, code)).status, 400);
  t.equal((await redeem(org, code, { code_verifier: `${VERIFIER}x` })).status, 400);
  t.equal((await redeem(org, code, { code_verifier: VERIFIER })).status, 200);
});

t.test('a code is good until its last millisecond', async (t) => {
  const own = await startOrg();
  const code = await codeFor(own);
  own.advance(5 * 60_000 - 10_000);
  t.equal((await redeem(own, code)).status, 200);
});

const MEMBERS = ['token_type', 'expires_in', 'access_token', 'scope', 'refresh_token', 'id_token'];

t.test('the answer and its ID token, as Okta writes them', async (t) => {
  const before = Math.floor(Date.now() / 1000);
  const answer = await redeem(org, await codeFor(org, { ...PKCE, nonce: 'n-1' }), { code_verifier: VERIFIER });
  t.equal(answer.status, 200);
  assertNotCached(t, answer);
  const { body } = answer;
  t.same(Object.keys(body), MEMBERS);
  t.match(body, { token_type: 'Bearer', expires_in: 3600, scope: 'openid profile email offline_access' });
  t.match(body.refresh_token, /^[\w-]{43}$/);
  const { header, claims } = parts(body.id_token);
  t.same(Object.entries(header), Object.entries({ kid: (await orgKey()).kid, alg: 'RS256' }), 'no typ');
  const hash = createHash('sha256').update(body.access_token).digest().subarray(0, 16).toString('base64url');
  t.match(claims.updated_at, Number);
  const expected = {
    ...{ sub: '00uAlice000000000001', name: 'Alice Adams', preferred_username: ALICE, given_name: 'Alice' },
    ...{ family_name: 'Adams', locale: 'en_US', zoneinfo: 'America/Los_Angeles', updated_at: claims.updated_at },
    ...{ email: ALICE, email_verified: true, ver: 1, iss: org.issuer, aud: EXAMPLE.appId, iat: claims.iat },
    ...{ exp: claims.iat + 3600, jti: claims.jti, amr: ['pwd'], idp: '00oExampleOrg0000001', nonce: 'n-1' },
    ...{ auth_time: claims.auth_time, at_hash: hash },
  };
  t.equal(JSON.stringify(claims), JSON.stringify(expected));
  t.match(claims.jti, /^ID\.oag\w{17}[\w-]{23}$/);
  t.ok(claims.auth_time >= before && claims.auth_time <= claims.iat);
  const types = (await eventsOf(org, answer)).map((event) => event.eventType);
  t.same(
    types,
    ['access_token', 'refresh_token', 'id_token'].map((type) => `app.oauth2.token.grant.${type}`),
  );
});

t.test(named('ix-rt-no-offline: claims and tokens go by the scopes'), async (t) => {
  const bodyFor = async (scope: string) => (await redeem(org, await codeFor(org, { scope }))).body;
  const openid = await bodyFor('openid');
  t.same(Object.keys(openid), ['token_type', 'expires_in', 'access_token', 'scope', 'id_token']);
  const { claims } = parts(openid.id_token);
  const always = ['sub', 'ver', 'iss', 'aud', 'iat', 'exp', 'jti', 'amr', 'idp', 'auth_time', 'at_hash'];
  t.same(Object.keys(claims), always);
  const email = parts((await bodyFor('openid email')).id_token).claims;
  t.match(email, { email: ALICE, email_verified: true });
  t.notOk('name' in email);
  const profile = parts((await bodyFor('openid profile')).id_token).claims;
  t.notOk('email' in profile);
  t.equal(profile.name, 'Alice Adams');
});

t.test('a client that may not refresh gets no refresh token', async (t) => {
  const own = await startOrg((file) => {
    oidcIn(file).grantTypes = ['authorization_code'];
  });
  const { body } = await redeem(own, await codeFor(own));
  t.equal(body.refresh_token, undefined);
});

t.test('access tokens: of the org, and of a custom server', async (t) => {
  const ofOrg = parts((await redeem(org, await codeFor(org))).body.access_token);
  const kid = (await orgKey()).kid;
  t.same(Object.entries(ofOrg.header), Object.entries({ kid, typ: 'application/okta-internal-at+jwt', alg: 'RS256' }));
  const members = ['ver', 'jti', 'iss', 'aud', 'sub', 'iat', 'exp', 'cid', 'uid', 'scp', 'auth_time'];
  t.same(Object.keys(ofOrg.claims), members);
  t.match(ofOrg.claims, { iss: org.issuer, aud: org.issuer, sub: ALICE, cid: EXAMPLE.appId, scp: Array, jti: /^AT\./ });

  const asked = { scope: 'openid mcp:read' };
  const answer = await redeem(org, await codeFor(org, asked, CUSTOM), {}, BASIC, CUSTOM);
  const ofCustom = parts(answer.body.access_token);
  const issuer = `${org.issuer}${CUSTOM}`;
  t.same(Object.entries(ofCustom.header), Object.entries({ kid: (await orgKey('default')).kid, alg: 'RS256' }));
  const others = ['ver', 'jti', 'iss', 'aud', 'iat', 'exp', 'cid', 'uid', 'scp', 'auth_time', 'sub'];
  t.same(Object.keys(ofCustom.claims), others);
  t.match(ofCustom.claims, { iss: issuer, aud: 'api://default', sub: ALICE, uid: '00uAlice000000000001' });
  t.same(ofCustom.claims.scp, ['openid', 'mcp:read']);
  t.equal(ofCustom.claims.exp - ofCustom.claims.iat, 3600);
  t.match(parts(answer.body.id_token).claims, { iss: issuer, aud: EXAMPLE.appId });
  const [event] = await eventsOf(org, answer);
  t.equal(event?.eventType, 'app.oauth2.as.token.grant.access_token');
});

t.test('the access policy of a custom server must name the grant type', async (t) => {
  const own = await startOrg((file) => {
    serverIn(file).policies = [{ name: 'Others', clients: ['0oaSomebodyElse'], rules: [] }];
  });
  await assertRefused(t, own, await redeem(own, 'x', {}, BASIC, CUSTOM), 'grant-type-in-policy');
});

t.test('a public client redeems with its id and the verifier', async (t) => {
  const own = await startOrg((file) => {
    Object.assign(oidcIn(file), { tokenEndpointAuthMethod: 'none', applicationType: 'native' });
  });
  const code = await codeFor(own, PKCE);
  const answer = await own.post('/oauth2/v1/token', {
    ...{ grant_type: GRANT_TYPE.authorizationCode, code, redirect_uri: EXAMPLE.redirectUri },
    ...{ client_id: EXAMPLE.appId, code_verifier: VERIFIER },
  });
  t.equal(answer.status, 200);
});

const introspect = async (at: TestOrg, token: string) =>
  (await at.post('/oauth2/v1/introspect', { token }, BASIC)).body.active;

t.test(named('ix-code-reused: the tokens of the code are revoked, and the reuse is logged'), async (t) => {
  const code = await codeFor(org);
  const { body } = await redeem(org, code);
  t.equal(await introspect(org, body.access_token), true);
  t.equal(await introspect(org, body.refresh_token), true);
  const other = await org.post('/oauth2/v1/token', {
    ...{ grant_type: GRANT_TYPE.authorizationCode, code, redirect_uri: EXAMPLE.redirectUri },
    ...{ client_id: EXAMPLE.linkedAgentId, client_secret: EXAMPLE.linkedSecret },
  });
  await assertRefused(t, org, other, 'code-of-this-client');
  t.equal(await introspect(org, body.access_token), true, 'another client cannot end them');
  const again = await redeem(org, code);
  const types = (await eventsOf(org, again)).map((event) => event.eventType);
  t.same(types, ['app.oauth2.token.grant', 'app.oauth2.token.detect_reuse']);
  t.equal(await introspect(org, body.access_token), false);
  t.equal(await introspect(org, body.refresh_token), false);
  t.equal((await org.exchange(body.id_token)).body.error, 'invalid_grant', 'nor is the ID token exchanged any more');
  const third = await redeem(org, code);
  t.same((await eventsOf(org, third)).length, 1, 'there is nothing left to revoke');
});

t.test('of twenty redemptions of one code at once, exactly one succeeds', async (t) => {
  const code = await codeFor(org);
  const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(org, code)));
  t.same(answers.map(({ status }) => status).sort(), [200, ...Array.from({ length: 19 }, () => 400)]);
  const winner = answers.find(({ status }) => status === 200);
  t.equal(await introspect(org, winner?.body.access_token), false, 'the others were reuse');
});

t.test('no secret reaches a log', (t) => watch.check(t, orgs));
