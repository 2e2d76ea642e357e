/** Rate limits: the headers of every answer, what is counted together, and what is refused when it was too much. */
import t, { type Test } from 'tap';
import { bucketOf } from '../../src/http/rate-limit.js';
import { type StartOptions, start } from '../../src/index.js';
import { GRANT_TYPE } from '../../src/protocol/urns.js';
import { orgSettings } from '../../src/registry/org-settings.js';
import { apiOf } from '../support/api.js';
import { API_CLIENT, asApiClient } from '../support/api-client.js';
import { startOpenOrg } from '../support/open-org.js';
import { type Answer, APP_BASIC, driving, EXAMPLE, type TestOrg } from '../support/org.js';
import { editedOrg } from '../support/org-edits.js';
import { assertNotCached, assertRefused, eventsOf, named } from '../support/refusals.js';
import { DOCUMENTS, ENDPOINTS } from './doors.js';

/** Twenty and a half seconds into a minute. */
const NOW = Date.parse('2026-03-01T10:00:20.500Z');
const RESET = Date.parse('2026-03-01T10:01:00.000Z') / 1000;
const UNLIMITED = 1_000_000;

/** A clock that stands still until it is moved. */
function stillClock() {
  let at = NOW;
  return {
    now: () => at,
    advance: (milliseconds: number) => {
      at += milliseconds;
    },
  };
}

async function startOrg(t: Test, perMinute?: number, options: StartOptions = {}): Promise<TestOrg> {
  const clock = stillClock();
  const org = editedOrg((file) => {
    if (perMinute !== undefined) file.org = { ...file.org, settings: { rateLimit: { perMinute } } };
  });
  const running = await start({ clock, org, ...options });
  t.teardown(() => running.close());
  return driving(running, clock);
}

const TOKEN = '/oauth2/v1/token';
const BASIC = { authorization: APP_BASIC };
const PASSWORD = {
  ...{ grant_type: GRANT_TYPE.password, username: 'alice@example.com', password: EXAMPLE.password },
  scope: 'openid',
};

const askToken = (org: TestOrg, base = '/oauth2') => org.post(`${base}/v1/token`, PASSWORD, BASIC);
const userInfo = (org: TestOrg, base = '/oauth2') => org.fetch(`${base}/v1/userinfo`);

/** Limit, remaining, reset, and how long to wait if it is said. */
function rateOf({ headers }: Answer): (number | undefined)[] {
  const names = ['x-rate-limit-limit', 'x-rate-limit-remaining', 'x-rate-limit-reset', 'retry-after'];
  return names.flatMap((name) => (headers.has(name) ? [Number(headers.get(name))] : []));
}

t.test('every answer says it, also where nothing is limited', async (t) => {
  const org = await startOrg(t);
  for (const path of [...ENDPOINTS.map((endpoint) => endpoint.path), '/nothing', '/%zz']) {
    const [limit, remaining, ...rest] = rateOf(await org.fetch(path));
    t.strictSame([limit, ...rest], [UNLIMITED, RESET], path);
    t.ok((remaining as number) <= UNLIMITED && (remaining as number) > UNLIMITED - 20, path);
  }
});

t.test('what is counted counts down, and begins anew with the minute of the org', async (t) => {
  const org = await startOrg(t, 10);
  t.strictSame(rateOf(await askToken(org)), [10, 9, RESET]);
  t.strictSame(rateOf(await askToken(org)), [10, 8, RESET]);
  org.advance(39_499);
  t.strictSame(rateOf(await askToken(org)), [10, 7, RESET]);
  org.advance(1);
  t.strictSame(rateOf(await askToken(org)), [10, 9, RESET + 60]);
  org.advance(3_600_000);
  t.strictSame(rateOf(await askToken(org)), [10, 9, RESET + 3660]);
  org.advance(-3_600_000);
  t.strictSame(rateOf(await askToken(org)), [10, 9, RESET + 60], 'also when the clock is turned back');
  const other = await startOrg(t, 10);
  t.strictSame(rateOf(await askToken(other)), [10, 9, RESET], 'another org has counts of its own');
});

t.test(named('ix-rate-limit'), async (t) => {
  for (const profile of ['okta', 'draft'] as const) {
    const org = await startOrg(t, 2, { profile });
    for (const _ of [1, 2]) t.equal((await askToken(org)).status, 200);
    const answer = await askToken(org);
    t.equal(answer.status, 429);
    await assertRefused(t, org, answer, 'rate-limit-kept');
    t.strictSame(rateOf(answer), [2, 0, RESET, 40]);
    t.strictSame([answer.body.error, Object.keys(answer.body)], ['invalid_grant', ['error', 'error_description']]);
    org.advance(39_400);
    t.strictSame(rateOf(await askToken(org)), [2, 0, RESET, 1]);
    org.advance(100);
    t.equal((await askToken(org)).status, 200);
  }
});

t.test('the refusal is in the System Log, with what was asked for', async (t) => {
  const org = await startOrg(t, 1);
  await askToken(org);
  const [event] = await eventsOf(org, await askToken(org));
  t.match(event, {
    ...{ eventType: 'app.oauth2.token.grant', outcome: { result: 'FAILURE', reason: 'user_rate_limited' } },
    debugContext: { debugData: { grantType: 'password', rule: 'rate-limit-kept' } },
  });
});

t.test('the token endpoints are counted together, whichever server is asked', async (t) => {
  const org = await startOrg(t, 8);
  const tokens = [
    () => askToken(org),
    () => org.post('/oauth2/v1/introspect', { token: 'x' }, BASIC),
    () => org.post('/oauth2/v1/revoke', { token: 'x' }, BASIC),
    () => userInfo(org),
    () => askToken(org, '/oauth2/default'),
    () => userInfo(org, '/oauth2/default'),
    () => org.post('/oauth2/v1/tok%65n', PASSWORD, BASIC),
    () => org.post('/oauth2/nowhere/v1/token', PASSWORD, BASIC),
  ];
  const remaining: unknown[] = [];
  for (const ask of tokens) remaining.push(rateOf(await ask())[1]);
  t.strictSame(remaining, [7, 6, 5, 4, 3, 2, 1, 0]);
  for (const ask of tokens.slice(0, 7)) {
    const answer = await ask();
    t.strictSame([answer.status, ...rateOf(answer)], [429, 8, 0, RESET, 40]);
    t.strictSame([answer.body.error, Object.keys(answer.body)], ['invalid_grant', ['error', 'error_description']]);
    t.match(answer.headers.get('cache-control'), /no-store/);
  }
  t.equal((await apiOf(org).get('/api/v1/logs')).status, 200, 'the API has a count of its own');
});

t.test('the management API is counted together, before anybody is asked who he is', async (t) => {
  const org = await startOrg(t, 5);
  const api = apiOf(org);
  const asks = [
    () => api.get('/api/v1/logs'),
    () => api.get('/api/v1/groups'),
    () => api.post('/api/v1/groups', '{'),
    () => apiOf(org, '').get('/api/v1/groups/00gEngineering000001/users'),
    () => api.post('/api/v1/authn', { username: 'x', password: 'x' }),
  ];
  const remaining: unknown[] = [];
  for (const ask of asks) remaining.push(rateOf(await ask())[1]);
  t.strictSame(remaining, [4, 3, 2, 1, 0]);
  for (const ask of asks) {
    const answer = await ask();
    t.strictSame([answer.status, ...rateOf(answer)], [429, 5, 0, RESET, 40]);
    const { errorId, errorSummary, ...rest } = answer.body;
    t.strictSame(rest, { errorCode: 'E0000047', errorLink: 'E0000047', errorCauses: [] });
    t.match([errorId, errorSummary], [/^oae\w{17}$/, 'API call exceeded the rate limit: too many requests.']);
    t.equal(answer.headers.get('www-authenticate'), null);
    t.equal(answer.headers.get('cache-control'), 'no-cache, no-store');
  }
  const head = await org.fetch('/api/v1/logs', { method: 'HEAD' });
  t.equal(head.status, 429);
  t.equal((await askToken(org)).status, 200, 'the token endpoints have a count of their own');
  org.advance(60_000);
  t.equal((await api.get('/api/v1/groups')).status, 200);
});

t.test('every room of the management API is in its count', async (t) => {
  for (const [route, bucket] of [
    ['/api/v1/users/:userId', 'api'],
    ['/workload-principals/api/v1/ai-agents/:agentId', 'api'],
    ['/governance/api/v1/resource-owners', 'api'],
    ['/oauth2/:server/v1/introspect', 'tokens'],
    ['/oauth2/:server/v1/keys', undefined],
    ['/apiary', undefined],
    ['/_mock/api/', undefined],
    [undefined, undefined],
  ] as const) {
    t.equal(bucketOf(route), bucket, `${route}`);
  }
});

t.test(
  'keys, discovery, pages, the control API, and what is not there, are never limited and never counted',
  async (t) => {
    const org = await startOrg(t, 1);
    const free: [path: string, status: number, init?: RequestInit][] = [
      ...DOCUMENTS.map(({ path }): [string, number] => [path, 200]),
      ...['/oauth2/v1/keys', '/oauth2/default/v1/keys', '/_mock/health', '/_mock/exchanges'].map(
        (path): [string, number] => [path, 200],
      ),
      ['/oauth2/v1/authorize', 400],
      ['/oauth2/v1/logout', 400],
      ['/api/v1/nothing', 404],
      [TOKEN, 405],
      [TOKEN, 204, { method: 'OPTIONS', headers: { origin: 'https://app.example' } }],
    ];
    const askAll = async () => {
      for (const [path, status, init] of free) {
        const answer = await org.fetch(path, init);
        t.strictSame([answer.status, ...rateOf(answer)], [status, UNLIMITED, UNLIMITED, RESET], path);
      }
    };
    await askAll();
    t.equal((await askToken(org)).status, 200);
    t.equal((await apiOf(org).get('/api/v1/logs')).status, 200);
    t.equal((await askToken(org)).status, 429);
    t.equal((await apiOf(org).get('/api/v1/logs')).status, 429);
    await askAll();
  },
);

t.test('of many at once, no more than the limit come through', async (t) => {
  const org = await startOrg(t, 5);
  const statuses = (await Promise.all(Array.from({ length: 20 }, () => askToken(org)))).map(({ status }) => status);
  t.strictSame(
    [200, 429].map((status) => statuses.filter((one) => one === status).length),
    [5, 15],
  );
});

t.test('a refused request spends nothing: its assertion is good in the next minute', async (t) => {
  const org = await startOrg(t, 1);
  const form = { grant_type: GRANT_TYPE.clientCredentials, scope: 'okta.users.read', ...(await asApiClient(org)) };
  await askToken(org);
  t.equal((await org.post(TOKEN, form)).status, 429);
  const endpoint = '/oauth2/v1/revoke';
  const revocation = { token: 'x', ...(await asApiClient(org, { endpoint })) };
  t.equal((await org.post(endpoint, revocation)).status, 429);
  org.advance(60_000);
  const answer = await org.post(TOKEN, form);
  t.match(answer, { status: 200, body: { scope: 'okta.users.read' } });
  t.match(await eventsOf(org, answer), [{ actor: { id: API_CLIENT } }]);
  org.advance(60_000);
  t.equal((await org.post(endpoint, revocation)).status, 200);
});

t.test('a browser of another origin can read the refusal', async (t) => {
  const org = await startOrg(t, 1);
  for (const status of [401, 429]) {
    const answer = await org.fetch('/oauth2/v1/userinfo', { headers: { origin: 'https://app.example' } });
    t.equal(answer.status, status);
    t.equal(answer.headers.get('access-control-allow-origin'), 'https://app.example');
  }
  const refused = await askToken(org);
  assertNotCached(t, refused);
  t.equal(refused.headers.get('vary'), 'Origin');
});

t.test('an org that explains says so here, too', async (t) => {
  const org = await startOrg(t, 1, { explainErrors: true });
  await askToken(org);
  t.match((await askToken(org)).body.explanation, { rule: 'rate-limit-kept', broken: ['rate-limit-kept'] });
});

t.test('the limit is the one that the org has when it is asked', async (t) => {
  const clock = stillClock();
  const open = await startOpenOrg(undefined, clock.now);
  t.teardown(() => open.close());
  const org = driving(open, clock);
  const [record] = open.org.store.view().list(orgSettings);
  const limitTo = (rateLimit?: { perMinute: number }) =>
    open.change(orgSettings, record?.id ?? '', (one) => ({ ...one, settings: { ...one.settings, rateLimit } }));
  for (const left of [1, 2, 3]) t.strictSame(rateOf(await askToken(org)), [UNLIMITED, UNLIMITED - left, RESET]);
  await limitTo({ perMinute: 4 });
  t.strictSame(rateOf(await askToken(org)), [4, 0, RESET], 'what came before counts');
  t.equal((await askToken(org)).status, 429);
  await limitTo();
  t.equal((await askToken(org)).status, 200);
});
