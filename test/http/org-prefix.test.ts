/** Two orgs in one server: whatever the second one is asked and answers stays under its prefix, and between them is a wall. */
import { decodeJwt } from 'jose';
import t from 'tap';
import { apiOf, pagesOf, refusedWith } from '../support/api.js';
import { apiAccessToken } from '../support/api-client.js';
import { arrived, browserAt, formIn } from '../support/browser.js';
import { type Answer, APP_BASIC, EXAMPLE, type Parameters, type TestOrg } from '../support/org.js';
import { startTwoOrgs, TWO } from '../support/two-orgs.js';
import { sendBytes, type WireAnswer, wireRequest } from '../support/wire.js';

const ALICE = 'alice@example.com';
const BASIC = { authorization: APP_BASIC };

const { open, main, two } = await startTwoOrgs(t);
const { issuer } = two;
const root = main.issuer;

/** A request that no client would send as it stands. */
const raw = (method: string, target: string, headers: Record<string, string> = {}) =>
  sendBytes(root, [wireRequest(method, target, headers)]);

t.test('discovery, with the prefix first or inserted, of the org and of its servers', async (t) => {
  const custom = `${issuer}/oauth2/default`;
  const documents: [url: string, of: string][] = [
    [`${issuer}/.well-known/openid-configuration`, issuer],
    [`${issuer}/.well-known/oauth-authorization-server`, issuer],
    [`${root}/.well-known/openid-configuration/orgs/two`, issuer],
    [`${root}/.well-known/oauth-authorization-server/orgs/two`, issuer],
    [`${custom}/.well-known/openid-configuration`, custom],
    [`${custom}/.well-known/oauth-authorization-server`, custom],
    [`${issuer}/.well-known/oauth-authorization-server/oauth2/default`, custom],
    [`${root}/.well-known/oauth-authorization-server/orgs/two/oauth2/default`, custom],
  ];
  for (const [url, of] of documents) {
    const { status, body } = await two.fetch(url);
    t.strictSame([status, body?.issuer], [200, of], url);
    const base = of === issuer ? `${issuer}/oauth2` : custom;
    t.match(body, { token_endpoint: `${base}/v1/token`, authorization_endpoint: `${base}/v1/authorize` }, url);
    t.equal(body.jwks_uri, `${base}/v1/keys`);
    t.equal((await two.fetch(body.jwks_uri)).status, 200);
    const asked = await two.fetch(`${url}?client_id=nobody`);
    t.strictSame([asked.status, asked.body.errorCode], [400, 'invalid_client'], 'the query is not lost');
  }
  t.equal((await main.fetch('/.well-known/openid-configuration')).body.issuer, root);
  const missing = await two.fetch(`${root}/.well-known/openid-configuration/orgs/two/oauth2/default`);
  t.strictSame([missing.status, missing.body.errorCode], [404, 'E0000007'], 'as without the prefix');
});

t.test('keys are of the org', async (t) => {
  const keysAt = async (org: TestOrg) => (await org.fetch('/oauth2/default/v1/keys')).body.keys;
  const before = await keysAt(main);
  const rotated = await apiOf(two, `SSWS ${TWO.apiToken}`).post(
    '/api/v1/authorizationServers/default/credentials/lifecycle/keyRotate',
    { use: 'sig' },
  );
  t.equal(rotated.status, 200);
  t.notSame(await keysAt(two), before);
  t.strictSame(await keysAt(main), before);
});

t.test('the token endpoint: sign-in, exchange, redemption', async (t) => {
  const { id_token } = await two.signIn(ALICE);
  t.equal(decodeJwt(id_token).iss, issuer);
  const audience = `${issuer}/oauth2/default`;
  const exchanged = await two.exchange(id_token, { audience });
  t.equal(exchanged.status, 200);
  t.match(decodeJwt(exchanged.body.access_token), { iss: issuer, aud: audience });
  const redeemed = await two.redeem(exchanged.body.access_token);
  t.strictSame([redeemed.status, decodeJwt(redeemed.body.access_token).iss], [200, audience]);
  t.match(await two.exchange(id_token, await main.asAgent()), { status: 401, body: { error: 'invalid_client' } });
  t.match((await main.exchange(id_token)).status, 400, 'an ID token of the one is none of the other');
  t.match((await main.redeem(exchanged.body.access_token)).status, 400, 'nor is its ID-JAG');
  const [event] = (await main.events()).slice(-1);
  t.equal(event.debugContext.debugData.requestUri, '/oauth2/default/v1/token');
  const log = (await apiOf(two, `SSWS ${TWO.apiToken}`).get('/api/v1/logs?limit=1000')).body;
  t.notOk(
    log.some(({ uuid }: { uuid: string }) => uuid === event.uuid),
    'each has a System Log of its own',
  );
});

const GOOD: Parameters = {
  ...{ client_id: EXAMPLE.appId, redirect_uri: EXAMPLE.redirectUri, response_type: 'code' },
  ...{ scope: 'openid', state: 'state-1' },
};
const AUTHORIZE = '/oauth2/v1/authorize';

/** What comes back without a page, when these cookies are sent. */
async function silently(org: TestOrg, cookie: string): Promise<URLSearchParams> {
  return arrived(await browserAt(root).get(org.issuer + AUTHORIZE, { ...GOOD, prompt: 'none' }, { cookie }));
}

t.test('the sign-in form leads to the org, and so does its cookie', async (t) => {
  const browser = browserAt(issuer);
  const page = await browser.get(issuer + AUTHORIZE, GOOD);
  t.equal(formIn(page.text).action, `${issuer}/signin`);
  t.match(page.text, `<title>${TWO.name} - Sign In</title>`);
  const elsewhere = await main.post('/signin', { ...formIn(page.text).fields, username: ALICE, password: 'x' });
  t.equal(elsewhere.status, 400, 'the other org does not know of it');
  const answer = await browser.submit(page.text, ALICE, EXAMPLE.password);
  t.equal(answer.status, 303);
  t.match(answer.headers.get('set-cookie'), /^idx=[\w-]{43}; Path=\/orgs\/two; HttpOnly; SameSite=Lax$/);
  const grant = { grant_type: 'authorization_code', redirect_uri: EXAMPLE.redirectUri };
  const code = arrived(answer).get('code') ?? '';
  t.equal((await main.post('/oauth2/v1/token', { ...grant, code }, BASIC)).body.error, 'invalid_grant');
  const tokens = await two.post('/oauth2/v1/token', { ...grant, code }, BASIC);
  t.equal(tokens.status, 200);

  const atMain = browserAt(root);
  const entered = await atMain.submit((await atMain.get(AUTHORIZE, GOOD)).text, ALICE, EXAMPLE.password);
  t.match(entered.headers.get('set-cookie'), /^idx=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  const [ofTwo, ofMain] = [`idx=${browser.cookie}`, `idx=${atMain.cookie}`];
  t.ok((await silently(two, ofTwo)).get('code'));
  t.ok((await silently(main, ofMain)).get('code'));
  t.equal((await silently(main, ofTwo)).get('error'), 'login_required');
  t.equal((await silently(two, ofMain)).get('error'), 'login_required');
  t.ok((await silently(two, `${ofTwo}; ${ofMain}`)).get('code'), 'a browser sends the longer path first');

  const logout = await browser.get(`${issuer}/oauth2/v1/logout`, { id_token_hint: tokens.body.id_token });
  t.match(logout.headers.get('set-cookie'), /^idx=; Max-Age=0; Path=\/orgs\/two; Expires=Thu, 01 Jan 1970/);
  t.equal((await silently(two, ofTwo)).get('error'), 'login_required');
  t.ok((await silently(main, ofMain)).get('code'), 'who leaves the one stays in the other');
});

t.test('a sessionToken is of the org', async (t) => {
  const sessionToken = await two.sessionToken(ALICE);
  const ask = (org: TestOrg) => org.authorize(ALICE, { sessionToken });
  t.equal((await ask(main)).result.get('error'), 'login_required');
  t.ok((await ask(two)).result.get('code'));
  const json = { 'content-type': 'application/json' };
  const body = JSON.stringify({ username: ALICE, password: EXAMPLE.password });
  const authn = await two.fetch('/api/v1/authn', { method: 'POST', headers: json, body });
  t.equal(authn.body._links.cancel.href, `${issuer}/api/v1/authn/cancel`);
});

t.test('the management API: every link leads on under the prefix', async (t) => {
  const api = apiOf(two, `SSWS ${TWO.apiToken}`);
  const all = await api.get('/api/v1/users');
  const first = await api.get('/api/v1/users?limit=2');
  const [self, next] = (first.headers.get('link') ?? '').split(', ');
  t.equal(self, `<${issuer}/api/v1/users?limit=2>; rel="self"`);
  t.ok(next?.startsWith(`<${issuer}/api/v1/users?limit=2&after=`), `${next}`);
  t.equal(first.body[0]._links.self.href, `${issuer}/api/v1/users/${first.body[0].id}`);
  t.strictSame((await pagesOf(api, '/api/v1/users?limit=2')).flat(), all.body);
  const agents = await api.get('/workload-principals/api/v1/ai-agents?limit=1');
  t.match(agents.body._links.self.href, `${issuer}/workload-principals/api/v1/ai-agents?limit=1`);
  t.equal((await api.get(agents.body._links.next.href)).status, 200);
  const made = await api.post('/workload-principals/api/v1/ai-agents', { profile: { name: 'Made here' } });
  t.ok(made.headers.get('location')?.startsWith(`${issuer}/workload-principals/api/v1/operations/`));
  t.equal((await api.get(made.headers.get('location') as string)).status, 200);
  const named = async (org: TestOrg, token: string) =>
    (await apiOf(org, `SSWS ${token}`).get('/workload-principals/api/v1/ai-agents')).text.includes('Made here');
  t.strictSame([await named(two, TWO.apiToken), await named(main, EXAMPLE.apiToken)], [true, false]);
  const { headers } = await two.fetch('/api/v1/users');
  t.match(headers.get('www-authenticate'), `realm="${issuer}"`);
});

t.test('a credential of one org is none at the other', async (t) => {
  const statusAt = async (org: TestOrg, authorization: string) =>
    (await apiOf(org, authorization).get('/api/v1/users')).status;
  const pairs: [mine: TestOrg, other: TestOrg, token: string][] = [
    [main, two, EXAMPLE.apiToken],
    [two, main, TWO.apiToken],
  ];
  for (const [mine, other, token] of pairs) {
    const bearer = `Bearer ${await apiAccessToken(mine, 'okta.users.read')}`;
    for (const authorization of [`SSWS ${token}`, bearer]) {
      t.strictSame([await statusAt(mine, authorization), await statusAt(other, authorization)], [200, 401]);
    }
    const headers = { authorization: `Bearer ${(await mine.signIn(ALICE)).access_token}` };
    const asked = [mine, other].map((org) => org.fetch('/oauth2/v1/userinfo', { headers }));
    t.strictSame(
      (await Promise.all(asked)).map(({ status }) => status),
      [200, 401],
    );
  }
});

t.test(
  'the control API of every org takes the API token of the main one; that of another org is its own',
  async (t) => {
    const statusAt = async (org: TestOrg, token: string) =>
      (await org.fetch('/_mock/exchanges', { headers: { authorization: `SSWS ${token}` } })).status;
    t.strictSame([await statusAt(main, EXAMPLE.apiToken), await statusAt(two, EXAMPLE.apiToken)], [200, 200]);
    t.strictSame([await statusAt(main, TWO.apiToken), await statusAt(two, TWO.apiToken)], [401, 200]);
  },
);

/** The management API's answer to what is not there. */
function isNotFound({ status, headers, body }: WireAnswer): boolean {
  const members = 'errorCode,errorSummary,errorLink,errorId,errorCauses';
  if (status !== 404 || headers.get('content-type') !== 'application/json; charset=utf-8') return false;
  const error = JSON.parse(body);
  return error.errorCode === 'E0000007' && Object.keys(error).join() === members;
}

t.test('an org that is not there', async (t) => {
  const paths = ['', '/', '?x', '/nothing', '/oauth2/v1/keys', '/oauth2/v1/authorize', '/_mock/health', '/%zz'];
  for (const path of paths) {
    const answer = await raw('GET', `/orgs/nobody${path}`);
    t.ok(isNotFound(answer), `${path} ${answer.raw}`);
    t.match(answer.headers.get('x-okta-request-id'), /^[0-9a-f]{32}$/);
  }
  t.ok(isNotFound(await raw('GET', '/.well-known/openid-configuration/orgs/nobody')));
  t.ok(isNotFound(await raw('GET', '/.well-known/oauth-authorization-server/orgs/nobody/oauth2/default')));
  t.ok(isNotFound(await raw('OPTIONS', '/orgs/nobody/oauth2/v1/token', { Origin: 'https://app.example' })));
  t.ok(isNotFound(await raw('DELETE', '/orgs/nobody/oauth2/v1/token')), 'before the method is looked at');
  const types = ['application/x-www-form-urlencoded', 'application/json', 'x/y'];
  for (const path of ['/oauth2/v1/token', '/api/v1/authn', '/signin', '/api/v1/groups', '/nothing']) {
    for (const type of types) {
      const headers = { 'Content-Type': type, 'Content-Length': `${2 ** 30}` };
      const answer = await raw('POST', `/orgs/nobody${path}`, headers);
      t.ok(isNotFound(answer), `${path} ${type}: the body is not read`);
      t.equal(answer.headers.get('x-rate-limit-remaining'), '1000000', 'nobody counts it');
    }
    const sent = await main.post(`/orgs/nobody${path}`, { grant_type: 'password' }, BASIC);
    t.strictSame([sent.status, sent.body.errorCode], [404, 'E0000007']);
  }
});

t.test('no other spelling leads to an org', async (t) => {
  const keys = '/oauth2/v1/keys';
  t.equal((await raw('GET', `/orgs/two${keys}`)).status, 200, 'this one does');
  for (const start of ['/orgs/two', '/orgs/two/']) t.match((await raw('GET', start)).body, 'Overview - Second', start);
  const targets = [
    ...['/orgs', '/orgs/', '/orgs?two', `/orgs/${keys}`, `/orgs${keys}`, `/Orgs/two${keys}`, `/orgs/Two${keys}`],
    ...[`/orgs/t%77o${keys}`, `/%6frgs/two${keys}`, `/orgs%2ftwo${keys}`, `/orgs/two%2f${keys}`, `/orgs/two%00${keys}`],
    ...[
      `//orgs/two${keys}`,
      `/orgs//two${keys}`,
      `/orgs/two/${keys}`,
      `/./orgs/two${keys}`,
      `/orgs/../orgs/two${keys}`,
    ],
    ...[`/orgs/two/orgs/two${keys}`, `/orgs/two/..${keys}`, `/orgs/two/%2e%2e${keys}`, `/orgs/two;x${keys}`],
    ...[`/orgs/__proto__${keys}`, `/orgs/constructor${keys}`, `/orgs/${'x'.repeat(65)}${keys}`, `/orgs/two.${keys}`],
    ...['/orgs/two/nothing', '/orgs/two/.well-known/openid-configuration/orgs/two'],
    ...['/.well-known/orgs/two/openid-configuration', '/.well-known/openid-configuration/orgs/t%77o'],
  ];
  for (const target of targets) {
    const answer = await raw('GET', target);
    t.ok(isNotFound(answer), `${target} ${answer.raw}`);
  }
});

t.test('a request target with a host before the path', async (t) => {
  const token = { Authorization: `SSWS ${TWO.apiToken}` };
  const users = await raw('GET', 'http://evil.example/orgs/two/api/v1/users?limit=1', token);
  t.equal(users.status, 200);
  t.match(users.raw, `link: <${issuer}/api/v1/users?limit=1>; rel="self"`);
  t.notMatch(users.raw, /evil/);
  const document = await raw('GET', 'HTTP://evil.example/.well-known/openid-configuration/orgs/two');
  t.equal(JSON.parse(document.body).issuer, issuer);
  t.ok(isNotFound(await raw('GET', 'http://evil.example/orgs/nobody/oauth2/v1/keys')));
});

t.test('errors have the shape of the endpoint, under the prefix, too', async (t) => {
  const method = await two.fetch('/oauth2/v1/token', { method: 'DELETE' });
  t.strictSame([method.status, method.headers.get('allow'), method.body.error], [405, 'POST', 'invalid_request']);
  t.strictSame(refusedWith(await two.fetch('/%zz')).slice(0, 2), [400, 'E0000003']);
  t.match((await two.fetch(AUTHORIZE)).text, 'Error Code: invalid_client');
  const large = await two.fetch('/oauth2/v1/token', { method: 'POST', body: 'x'.repeat(1_048_577) });
  t.strictSame([large.status, large.body.error], [413, 'invalid_request']);
});

t.test('what the org says of itself', async (t) => {
  const health = async (org: TestOrg) => (await org.fetch('/_mock/health')).body;
  t.match(
    [await health(main), await health(two)],
    [
      { org: 'Example', issuer: root },
      { org: TWO.name, issuer },
    ],
  );
  const servers = async (org: TestOrg) => (await org.fetch('/_mock/openapi.json')).body.servers;
  for (const _ of ['printed', 'remembered']) {
    t.strictSame([await servers(main), await servers(two)], [[{ url: root }], [{ url: issuer }]]);
  }
  t.equal((await two.fetch('/_mock/org')).body.org.name, TWO.name);
  const { host, origin } = new URL(issuer);
  const Host = host.replace('127.0.0.1', 'localhost');
  t.equal(
    (await raw('GET', '/orgs/two/_mock/exchanges', { Host, Origin: origin })).status,
    200,
    'a page of the issuer',
  );
  t.ok(
    open.requests.some((line) => /^GET \/orgs\/two\/_mock\/health 200 \d+ ms$/.test(line)),
    'the terminal is told which org was asked',
  );
});

t.test('what is asked of one org is not counted for the other', async (t) => {
  const orgs = await startTwoOrgs(t, (file) => {
    file.org = { ...file.org, settings: { rateLimit: { perMinute: 2 } } };
  });
  const ask = (org: TestOrg) => org.post('/oauth2/v1/introspect', { token: 'x' }, BASIC);
  const rateOf = ({ status, headers }: Answer) => [status, headers.get('x-rate-limit-remaining')];
  t.strictSame(rateOf(await ask(orgs.main)), [200, '999999']);
  t.strictSame(rateOf(await ask(orgs.main)), [200, '999998']);
  t.strictSame(rateOf(await ask(orgs.two)), [200, '1']);
  t.strictSame(rateOf(await ask(orgs.two)), [200, '0']);
  t.strictSame(rateOf(await ask(orgs.two)), [429, '0']);
  t.strictSame(rateOf(await ask(orgs.main)), [200, '999997']);
});
