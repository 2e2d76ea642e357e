/**
 * grant_type=refresh_token over HTTP: every rule broken, STATIC and ROTATE tokens, the leeway, and what reuse does to the
 * whole family.
 */
import t, { type Test } from 'tap';
import { refreshToken } from '../../src/grants/refresh-token.js';
import { GRANT_TYPE } from '../../src/protocol/urns.js';
import { applications, type OidcSettings } from '../../src/registry/application.js';
import { users } from '../../src/registry/user.js';
import { parts } from '../support/forge.js';
import { startOpenOrg } from '../support/open-org.js';
import {
  APP_BASIC,
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
const BASIC = { authorization: APP_BASIC };
const ALICE = 'alice@example.com';
const DAY = 86_400_000;

/** An org whose app rotates with that leeway; without a leeway it does not rotate. */
async function startOrg(leeway?: number): Promise<TestOrg> {
  const file = editedOrg((edited) => {
    if (leeway !== undefined) oidcIn(edited).refreshToken = { rotationType: 'ROTATE', leeway };
  });
  return keep(await startTestOrg({ org: file }));
}

const org = await startOrg();
const { refresh_token: REFRESH } = await org.signIn(ALICE);

const refresh = (at: TestOrg, token: string | undefined, more: Parameters = {}, base = '/oauth2') =>
  at.post(`${base}/v1/token`, { grant_type: GRANT_TYPE.refreshToken, refresh_token: token, ...more }, BASIC);

const revoke = (at: TestOrg, token: string) => at.post('/oauth2/v1/revoke', { token }, BASIC);

const isActive = async (at: TestOrg, token: string) =>
  (await at.post('/oauth2/v1/introspect', { token }, BASIC)).body.active;

type RefreshRow = Row<TestOrg> & { readonly leeway?: number };
const row = (title: string, rule: string, breakIt: Row<TestOrg>['breakIt'], leeway?: number): RefreshRow => ({
  title,
  rule,
  breakIt,
  ...(leeway !== undefined && { leeway }),
});

const ROWS: readonly RefreshRow[] = [
  row('no refresh token', 'refresh-token-sent', (at) => refresh(at, undefined)),
  row('an unknown one', 'refresh-token-known', (at) => refresh(at, 'no-such-refresh-token')),
  row('an access token', 'refresh-token-known', async (at) => refresh(at, (await at.signIn(ALICE)).access_token)),
  row('one of the org at a custom server', 'refresh-token-known', (at) => refresh(at, REFRESH, {}, '/oauth2/default')),
  row('one of another client', 'refresh-token-of-this-client', (at) =>
    at.post('/oauth2/v1/token', {
      ...{ grant_type: GRANT_TYPE.refreshToken, refresh_token: REFRESH },
      ...{ client_id: EXAMPLE.linkedAgentId, client_secret: EXAMPLE.linkedSecret },
    }),
  ),
  row('a revoked one', 'refresh-token-live', async (at) => {
    const { refresh_token } = await at.signIn(ALICE);
    await revoke(at, refresh_token);
    return refresh(at, refresh_token);
  }),
  row(
    'an expired one',
    'refresh-token-live',
    async (at) => {
      const { refresh_token } = await at.signIn(ALICE);
      at.advance(90 * DAY);
      return refresh(at, refresh_token);
    },
    0,
  ),
  row(
    'ix-rt-grant-rotated: reused after the leeway',
    'refresh-token-not-rotated-out',
    async (at) => {
      const { refresh_token } = await at.signIn(ALICE);
      await refresh(at, refresh_token);
      at.advance(31_000);
      return refresh(at, refresh_token);
    },
    30,
  ),
  row('ix-rt-grant-widen', 'refresh-scope-within-grant', async (at) =>
    refresh(at, (await at.signIn(ALICE, 'openid offline_access')).refresh_token, { scope: 'openid email' }),
  ),
];

t.test('every rule refuses', async (t) => {
  // What an assertion was exchanged for is refused in test/grants/assertion-exchange.test.ts.
  const elsewhere = [{ rule: 'refresh-user-active' }, { rule: 'refresh-token-of-a-sign-in' }];
  assertComplete(t, refreshToken.rules, [...ROWS, ...elsewhere]);
  await runRows(t, ROWS, async (t, { rule, breakIt, leeway }) => {
    const at = leeway === undefined ? org : await startOrg(leeway);
    await assertRefused(t, at, await breakIt(at), rule);
  });
  await t.test('refresh-user-active | suspended since', suspendedSince);
});

async function suspendedSince(t: Test): Promise<void> {
  const clock = testClock();
  const open = await startOpenOrg(undefined, clock.now);
  t.teardown(() => open.close());
  const at = driving(open, clock);
  const { refresh_token, access_token } = await at.signIn(ALICE);
  const setStatus = (status: 'SUSPENDED' | 'ACTIVE') =>
    open.change(users, '00uAlice000000000001', (user) => ({ ...user, status }));
  await setStatus('SUSPENDED');
  await assertRefused(t, at, await refresh(at, refresh_token), 'refresh-user-active');
  t.equal(await isActive(at, access_token), false);
  const exchanged = await at.exchange(refresh_token, {
    subject_token_type: 'urn:ietf:params:oauth:token-type:refresh_token',
  });
  await assertRefused(t, at, exchanged, 'user-active');
  await setStatus('ACTIVE');
  t.equal((await refresh(at, refresh_token)).status, 200, 'and active again');
  t.equal(await isActive(at, access_token), true);
}

t.test('STATIC: the token stays, the other tokens are new', async (t) => {
  const tokens = await org.signIn(ALICE);
  const answer = await refresh(org, tokens.refresh_token);
  t.equal(answer.status, 200);
  assertNotCached(t, answer);
  const members = ['token_type', 'expires_in', 'access_token', 'scope', 'refresh_token', 'id_token'];
  t.same(Object.keys(answer.body), members);
  t.equal(answer.body.refresh_token, tokens.refresh_token);
  t.equal(answer.body.scope, 'openid profile email offline_access');
  const [before, after] = [parts(tokens.id_token).claims, parts(answer.body.id_token).claims];
  t.not(before.jti, after.jti);
  t.equal(before.auth_time, after.auth_time, 'the user did not authenticate again');
  t.equal(await isActive(org, tokens.access_token), true, 'the old access token lives on');
  const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(org, tokens.refresh_token)));
  t.ok(answers.every(({ status }) => status === 200));
  const types = (await eventsOf(org, answer)).map((event) => event.eventType.split('.').at(-1));
  t.same(types, ['access_token', 'refresh_token', 'id_token']);
});

t.test('scope narrows one answer, not the grant', async (t) => {
  const { refresh_token } = await org.signIn(ALICE);
  const narrow = (await refresh(org, refresh_token, { scope: 'profile' })).body;
  t.same([narrow.scope, narrow.id_token], ['profile', undefined]);
  t.same(parts(narrow.access_token).claims.scp, ['profile']);
  t.equal((await refresh(org, refresh_token)).body.scope, 'openid profile email offline_access');
});

t.test('ROTATE: each use gives a new token of the same life', async (t) => {
  const at = await startOrg(0);
  let { refresh_token: token } = await at.signIn(ALICE);
  for (const _ of [1, 2, 3]) {
    at.advance(10 * DAY);
    const { status, body } = await refresh(at, token);
    t.equal(status, 200);
    t.not(body.refresh_token, token);
    token = body.refresh_token;
  }
  at.advance(60 * DAY);
  await assertRefused(t, at, await refresh(at, token), 'refresh-token-live');
});

t.test('within the leeway the old token works, and after it ends the whole family', async (t) => {
  const at = await startOrg(30);
  const first = await at.signIn(ALICE);
  const second = (await refresh(at, first.refresh_token)).body;
  at.advance(20_000);
  const twin = (await refresh(at, first.refresh_token)).body;
  t.not(twin.refresh_token, second.refresh_token);
  at.advance(20_000);
  const reused = await refresh(at, first.refresh_token);
  await assertRefused(t, at, reused, 'refresh-token-not-rotated-out');
  const types = (await eventsOf(at, reused)).map((event) => event.eventType);
  t.same(
    types,
    ['app.oauth2.token.grant', 'app.oauth2.token.detect_reuse'],
    'the leeway counts from the first rotation',
  );
  for (const { access_token, refresh_token } of [first, second, twin]) {
    t.equal(await isActive(at, access_token), false);
    t.equal(await isActive(at, refresh_token), false);
  }
  await assertRefused(t, at, await refresh(at, twin.refresh_token), 'refresh-token-live');
  const exchanged = await at.exchange(first.id_token);
  await assertRefused(t, at, exchanged, 'subject-grant-not-revoked');
});

t.test('without leeway, of twenty uses at once exactly one succeeds', async (t) => {
  const at = await startOrg(0);
  const { refresh_token } = await at.signIn(ALICE);
  const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(at, refresh_token)));
  t.equal(answers.filter(({ status }) => status === 200).length, 1);
  t.ok(answers.every(({ status, body }) => status === 200 || body.error === 'invalid_grant'));
});

t.test('without leeway, a rotated token is spent within the very millisecond', async (t) => {
  const stopped = Date.now();
  const clock = { now: () => stopped, advance: () => {} };
  const open = await startOpenOrg(undefined, clock.now);
  t.teardown(() => open.close());
  await open.change(applications, EXAMPLE.appId, (app) => {
    const oidc = { ...(app.oidc as OidcSettings), refreshToken: { rotationType: 'ROTATE' as const, leeway: 0 } };
    return { ...app, oidc };
  });
  const at = driving(open, clock);
  const { refresh_token } = await at.signIn(ALICE);
  t.equal((await refresh(at, refresh_token)).status, 200);
  await assertRefused(t, at, await refresh(at, refresh_token), 'refresh-token-not-rotated-out');
});

t.test('with a leeway, twenty uses at once all succeed', async (t) => {
  const at = await startOrg(60);
  const { refresh_token } = await at.signIn(ALICE);
  const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(at, refresh_token)));
  t.ok(answers.every(({ status }) => status === 200));
  t.equal(new Set(answers.map(({ body }) => body.refresh_token)).size, 20);
});

t.test('a token of another client is not revoked by its reuse', async (t) => {
  const { refresh_token, access_token } = await org.signIn(ALICE);
  await org.post('/oauth2/v1/revoke', {
    ...{ token: refresh_token, client_id: EXAMPLE.linkedAgentId, client_secret: EXAMPLE.linkedSecret },
  });
  t.equal(await isActive(org, access_token), true);
});

t.test('no secret reaches a log', (t) => watch.check(t, orgs));
