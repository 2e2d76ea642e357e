/**
 * The sign-in page and its form, the Authentication API, and the way out: what ends a session, and what an ID token is
 * worth afterwards.
 */
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { decodeJwt, decodeProtectedHeader, importJWK, SignJWT } from 'jose';
import t from 'tap';
import { applications } from '../../src/registry/application.js';
import { authorizationServers } from '../../src/registry/authorization-server.js';
import { users } from '../../src/registry/user.js';
import { remove } from '../../src/store/port.js';
import type { LogPage } from '../../src/syslog/system-log.js';
import { arrived, browserAt, formIn } from '../support/browser.js';
import { startOpenOrg } from '../support/open-org.js';
import { type Answer, APP_BASIC, basic, EXAMPLE, exampleOrg, type Parameters, startTestOrg } from '../support/org.js';
import { BYE, CLIENT, orgWithEdges, PATHS } from './edges.js';

const AUTHORIZE = '/oauth2/v1/authorize';
const LOGOUT = '/oauth2/v1/logout';
const ALICE = 'alice@example.com';
const GOOD: Parameters = {
  ...{ client_id: EXAMPLE.appId, redirect_uri: EXAMPLE.redirectUri, response_type: 'code' },
  ...{ scope: 'openid email', state: 'state-1' },
};
const MINUTE = 60_000;

const org = await startTestOrg({ org: orgWithEdges() });
t.teardown(() => org.close());

type Org = typeof org;
const signInPage = async (at: { issuer: string } = org, more: Parameters = {}) =>
  (await browserAt(at.issuer).get(AUTHORIZE, { ...GOOD, ...more })).text;

t.test('the page', async (t) => {
  const answer = await browserAt(org.issuer).get(AUTHORIZE, { ...GOOD, login_hint: ALICE });
  const { inputs, fields, action, method } = formIn(answer.text);
  t.strictSame([method, action], ['post', `${org.issuer}/signin`]);
  t.strictSame(Object.keys(fields), ['stateToken', 'username', 'password']);
  t.match(fields, { stateToken: /^[\w-]{43}$/, username: ALICE, password: '' });
  const labels = [...answer.text.matchAll(/<label for="([^"]+)">[^<]+<\/label>/g)].map(([, id]) => id);
  const shown = inputs.filter(({ type }) => type !== 'hidden');
  t.strictSame(
    labels,
    shown.map(({ id }) => id),
    'each field has its label',
  );
  t.match(shown, [
    { name: 'username', required: '' },
    { name: 'password', type: 'password', required: '' },
  ]);
  for (const { autocomplete } of shown) t.equal(autocomplete, 'off', 'nothing is offered to be remembered');
  t.match(answer.text, /<button type="submit">Sign in<\/button>/);
  t.match(answer.text, '<html lang="en">');
  t.match(answer.text, '<title>Example - Sign In</title>');
  t.match(answer.text, '<h1>Sign in to Claude (OIDC)</h1>');
  t.match(answer.text, 'for testing only');
  t.notMatch(answer.text, /<script|onload|javascript:/i);
  t.match(answer.headers.get('content-type'), 'text/html; charset=utf-8');
  t.match(answer.headers.get('cache-control'), /no-store/);
  t.equal(answer.headers.get('referrer-policy'), 'no-referrer');
  t.match(answer.headers.get('content-security-policy'), /default-src 'none'.*frame-ancestors 'none'/);
  t.equal(answer.headers.get('set-cookie'), null);
});

t.test('the form signs in and goes on with the request that was waiting', async (t) => {
  const browser = browserAt(org.issuer);
  const page = await browser.get('/oauth2/default/v1/authorize', { ...GOOD, scope: 'openid mcp:read', nonce: 'n-1' });
  const answer = await browser.submit(page.text, 'ALICE@example.com', EXAMPLE.password);
  t.equal(answer.status, 303, 'so that the password is not sent on');
  t.match(answer.headers.get('set-cookie'), /^idx=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  t.equal(arrived(answer).get('state'), 'state-1');
  const { body } = await org.post(
    '/oauth2/default/v1/token',
    { grant_type: 'authorization_code', code: arrived(answer).get('code') ?? '', redirect_uri: EXAMPLE.redirectUri },
    { authorization: APP_BASIC },
  );
  t.match(decodeJwt(body.id_token), { nonce: 'n-1', sub: '00uAlice000000000001' });
  t.equal(body.scope, 'openid mcp:read');
  t.equal((await org.events()).filter(({ eventType }) => eventType === 'user.session.start').length, 1);
});

t.test('names from the org file and from the request stay text', async (t) => {
  const hostile = `</title><script>alert("1")</script>&'`;
  const file = exampleOrg();
  const applications = (file.applications ?? []).map((app) =>
    app.id === EXAMPLE.appId ? { ...app, label: hostile } : app,
  );
  const agents = (file.agents ?? []).map((agent) => ({ ...agent, callers: [] }));
  const named = await startTestOrg({ org: { ...file, org: { ...file.org, name: hostile }, applications, agents } });
  t.teardown(() => named.close());
  const escaped = '&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;';
  const browser = browserAt(named.issuer);
  const page = (await browser.get(AUTHORIZE, { ...GOOD, login_hint: hostile })).text;
  t.match(page, `<title>${escaped} - Sign In</title>`);
  t.match(page, `<h1>Sign in to ${escaped}</h1>`);
  const wrong = (await browser.submit(page, hostile, hostile)).text;
  const error = (await browser.get(AUTHORIZE, {})).text;
  t.match(error, `<title>${escaped} - Bad Request</title>`);
  for (const text of [page, wrong, error]) t.notMatch(text, /<script|<\/title><h/);
  for (const text of [page, wrong]) t.equal(formIn(text).fields.username, hostile);
  t.equal(formIn(wrong).fields.password, '', 'a password is never sent back');
});

t.test('a wrong password, an unknown user and one who may not sign in look alike', async (t) => {
  const page = await signInPage();
  const before = (await org.events()).length;
  const attempts: [string, string][] = [
    [ALICE, 'wrong'],
    ['nobody@example.com', EXAMPLE.password],
    ['frank@example.com', EXAMPLE.password],
    [ALICE, ''],
    [ALICE, `${EXAMPLE.password} `],
    [ALICE, EXAMPLE.password.toUpperCase()],
    ['__proto__', 'constructor'],
    [` ${ALICE}`, EXAMPLE.password],
  ];
  const texts = new Set<string>();
  for (const [username, password] of attempts) {
    const answer = await browserAt(org.issuer).submit(page, username, password);
    t.equal(answer.status, 401, username);
    t.equal(answer.headers.get('set-cookie'), null);
    t.equal(formIn(answer.text).fields.username, username);
    texts.add(answer.text.replace(`value="${username}"`, 'value="…"'));
  }
  t.equal(texts.size, 1, 'but for the name that was typed');
  const [text] = texts;
  t.match(text, /<p class="wrong" id="wrong" role="alert">/);
  t.match(formIn(text as string).inputs[1], { 'aria-describedby': 'wrong', 'aria-invalid': 'true' });
  const written = (await org.events()).slice(before);
  t.equal(written.length, attempts.length);
  for (const event of written) {
    const { eventType, outcome, actor, severity } = event;
    t.match(
      { eventType, outcome, actor, severity },
      {
        eventType: 'user.session.start',
        severity: 'WARN',
        outcome: { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' },
        actor: { id: 'unknown', type: 'User', alternateId: 'unknown' },
      },
    );
    t.notMatch(JSON.stringify(event), /alice|nobody|frank/, 'the log does not tell which names exist');
  }
  t.ok(arrived(await browserAt(org.issuer).submit(text as string, ALICE, EXAMPLE.password)).get('code'), 'try again');
  const nameless = formIn(page).fields;
  t.equal((await org.post('/signin', { stateToken: nameless.stateToken })).status, 401, 'nothing filled in');
});

t.test('the state token', async (t) => {
  const org = await startTestOrg();
  t.teardown(() => org.close());
  const isStale = (answer: Answer) => answer.status === 400 && answer.text.includes('This sign-in is no longer open.');
  const { stateToken } = formIn(await signInPage(org)).fields;
  const form = { username: ALICE, password: EXAMPLE.password };
  for (const other of [undefined, '', 'x', `${stateToken}x`, stateToken?.slice(1), '__proto__']) {
    const answer = await org.post('/signin', { ...form, stateToken: other });
    t.ok(isStale(answer), `${other}`);
    t.equal(answer.headers.get('set-cookie'), null);
  }
  t.ok(isStale(await org.post(`/signin?stateToken=${stateToken}`, form)), 'a POST is read from its body');
  const json = { method: 'POST', headers: { 'content-type': 'application/json' } };
  t.ok(isStale(await org.fetch('/signin', { ...json, body: JSON.stringify({ ...form, stateToken }) })));

  const alone: Parameters[] = [
    { stateToken },
    { stateToken, sessionToken: stateToken },
    { stateToken, username: ALICE },
  ];
  for (const params of alone) t.equal((await org.post('/signin', params)).status, 401, 'it replaces no password');
  const asSession = browserAt(org.issuer);
  asSession.cookie = stateToken;
  t.equal(arrived(await asSession.get(AUTHORIZE, { ...GOOD, prompt: 'none' })).get('error'), 'login_required');
  const asToken = await asSession.get(AUTHORIZE, { ...GOOD, prompt: 'none', sessionToken: stateToken });
  t.equal(arrived(asToken).get('error'), 'login_required');

  org.advance(10 * MINUTE - 5000);
  const sessionToken = await org.sessionToken('bob@example.com');
  t.equal((await org.post('/signin', { stateToken, sessionToken })).status, 401, 'the form takes a password only');
  t.equal((await org.post('/signin', { ...form, stateToken })).status, 303);
  org.advance(5000);
  t.ok(isStale(await org.post('/signin', { ...form, stateToken })), 'ten minutes');

  const inside = await startOpenOrg();
  t.teardown(() => inside.close());
  const browser = browserAt(inside.issuer);
  const page = await browser.get('/oauth2/default/v1/authorize', GOOD);
  await inside.change(authorizationServers, 'default', (server) => ({ ...server, status: 'INACTIVE' as const }));
  t.ok(isStale(await browser.submit(page.text, ALICE, EXAMPLE.password)), 'a server that was deactivated meanwhile');
  const server = inside.org.store.view().list(authorizationServers)[0] as never;
  await inside.org.store.commit([remove(authorizationServers, server)], Date.now());
  t.ok(isStale(await browser.submit(page.text, ALICE, EXAMPLE.password)), 'or removed');
});

/** A POST of the form with just these headers: fetch adds its own sec-fetch-mode. */
function post(url: string, body: string, headers: Record<string, string>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const sent = request(url, { method: 'POST', headers: { ...type, ...headers } }, (answer) => {
      answer.resume();
      resolve(answer);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

t.test('sign-in does not depend on sec-fetch headers, Origin or Referer', async (t) => {
  const odd = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' };
  const rows: Record<string, string>[] = [
    {},
    odd,
    { 'sec-fetch-site': 'none', 'sec-fetch-user': '?1' },
    { 'sec-fetch-mode': 'nonsense' },
    { origin: 'null', referer: 'https://elsewhere.example/' },
  ];
  for (const headers of rows) {
    const { stateToken = '' } = formIn(await signInPage()).fields;
    const form = new URLSearchParams({ stateToken, username: ALICE, password: EXAMPLE.password });
    const answer = await post(`${org.issuer}/signin`, form.toString(), headers);
    t.equal(answer.statusCode, 303, JSON.stringify(headers));
    t.match(answer.headers.location, /\?code=/);
  }
});

/** Signs alice in with a browser of her own; answers with it and the ID token. */
async function session(at: Org = org, more: Parameters = {}, server = '/oauth2', authorization = APP_BASIC) {
  const browser = browserAt(at.issuer);
  const request = { ...GOOD, ...more };
  const page = await browser.get(`${server}/v1/authorize`, request);
  const answer = await browser.submit(page.text, ALICE, EXAMPLE.password);
  const code = arrived(answer).get('code') ?? '';
  const form = { grant_type: 'authorization_code', code, redirect_uri: request.redirect_uri };
  const { body } = await at.post(`${server}/v1/token`, form, { authorization });
  return { browser, idToken: body.id_token as string, accessToken: body.access_token as string };
}

const isSignedIn = async (browser: ReturnType<typeof browserAt>) =>
  arrived(await browser.get(AUTHORIZE, { ...GOOD, prompt: 'none' })).has('code');

t.test('signing out', async (t) => {
  const { browser, idToken } = await session();
  const before = await org.exchange(idToken);
  t.equal(before.status, 200);
  const answer = await browser.get(LOGOUT, { id_token_hint: idToken });
  t.equal(answer.status, 200);
  t.match(answer.text, '<h1>You are signed out.</h1>');
  t.match(answer.headers.get('content-security-policy'), /default-src 'none'/);
  t.match(
    answer.headers.get('set-cookie'),
    /^idx=; .*Path=\/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax$/,
  );
  const end = (await org.events()).at(-1);
  t.match(end, { eventType: 'user.session.end', outcome: { result: 'SUCCESS' }, actor: { alternateId: ALICE } });

  const after = await org.exchange(idToken);
  t.strictSame([after.status, after.body.error], [400, 'invalid_request']);
  const refusal = (await org.events()).at(-1);
  t.match(refusal.outcome, { result: 'FAILURE', reason: 'invalid_subject_token_session_expired' });
  t.notOk(await isSignedIn(browser));

  const written = (await org.events()).length;
  t.equal((await browser.get(LOGOUT, { id_token_hint: idToken })).status, 200, 'twice does no harm');
  t.equal((await org.events()).length, written, 'and ends nothing more');
});

t.test('the session behind the ID token ends, and the one the browser holds', async (t) => {
  const behind = await session();
  const held = await session();
  const other = await session();
  const cookie = held.browser.cookie;
  t.equal((await held.browser.post(LOGOUT, { id_token_hint: behind.idToken })).status, 200);
  t.equal(held.browser.cookie, undefined);
  held.browser.cookie = cookie;
  t.strictSame([await isSignedIn(behind.browser), await isSignedIn(held.browser)], [false, false]);
  for (const { idToken } of [behind, held]) {
    t.equal((await org.exchange(idToken)).status, 400);
    t.equal((await org.events()).at(-1).outcome.reason, 'invalid_subject_token_session_expired');
  }
  t.ok(await isSignedIn(other.browser), 'no other');
  t.equal((await org.exchange(other.idToken)).status, 200);
});

t.test('where the browser goes after signing out', async (t) => {
  const home = 'http://127.0.0.1:8976/';
  const out = async (more: Parameters) => {
    const { browser, idToken } = await session();
    return { browser, answer: await browser.get(LOGOUT, { id_token_hint: idToken, ...more }) };
  };
  const { answer } = await out({ post_logout_redirect_uri: home, state: 'a b&c' });
  t.strictSame([answer.status, answer.headers.get('location')], [302, `${home}?state=a+b%26c`]);
  t.equal((await out({ post_logout_redirect_uri: home })).answer.headers.get('location'), home);
  for (const uri of [home.slice(0, -1), `${home}?`, `${home}x`, home.replace('http:', 'https:'), EXAMPLE.redirectUri]) {
    const { browser, answer } = await out({ post_logout_redirect_uri: uri });
    t.equal(answer.status, 400, uri);
    t.equal(answer.headers.get('location'), null);
    t.match(answer.text, 'Error Code: invalid_request');
    t.ok(await isSignedIn(browser), 'a refused request signs nobody out');
  }
  const paths = { client_id: CLIENT.paths, redirect_uri: PATHS.plain };
  for (const [uri, location] of [
    [BYE[0], `${BYE[0]}?state=s`],
    [BYE[1], `${BYE[1]}&state=s`],
  ]) {
    const { browser, idToken } = await session(org, paths, '/oauth2', basic(CLIENT.paths, 'a-secret-for-testing-only'));
    const more = { id_token_hint: idToken, post_logout_redirect_uri: uri, state: 's' };
    const answer = await browser.post(LOGOUT, more);
    t.strictSame([answer.status, answer.headers.get('location')], [303, location]);
  }
});

t.test('the id_token_hint must be an ID token of the server, but may have expired', async (t) => {
  const { browser, idToken, accessToken } = await session();
  const custom = await session(org, {}, '/oauth2/default');
  const [header, payload, signature] = idToken.split('.') as [string, string, string];
  const agentKey = JSON.parse(
    readFileSync(new URL('../../fixtures/keys/claude-agent.jwk.json', import.meta.url), 'utf8'),
  );
  const foreign = await new SignJWT(decodeJwt(idToken))
    .setProtectedHeader({ alg: 'RS256', kid: decodeProtectedHeader(idToken).kid as string })
    .sign(await importJWK(agentKey, 'RS256'));
  const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
  const hints: Record<string, string | undefined> = {
    ...{ missing: undefined, empty: '', 'no JWT': 'x', foreign, none, 'without signature': `${header}.${payload}.` },
    tampered: `${header}.${Buffer.from(JSON.stringify({ ...decodeJwt(idToken), sub: 'x' })).toString('base64url')}.${signature}`,
    'an access token': accessToken,
    'an ID-JAG': (await org.exchange(idToken)).body.access_token,
    "another server's": custom.idToken,
  };
  for (const [what, id_token_hint] of Object.entries(hints)) {
    const answer = await browser.get(LOGOUT, { id_token_hint, post_logout_redirect_uri: 'http://127.0.0.1:8976/' });
    t.equal(answer.status, 400, what);
    t.equal(answer.headers.get('location'), null, what);
    t.equal(answer.headers.get('set-cookie'), null, what);
  }
  t.ok(await isSignedIn(browser));
  t.equal((await browser.get('/oauth2/default/v1/logout', { id_token_hint: custom.idToken })).status, 200);
  t.equal((await browser.get('/oauth2/nothing/v1/logout', { id_token_hint: idToken })).body.errorCode, 'E0000007');

  const own = await startTestOrg();
  t.teardown(() => own.close());
  const expired = await session(own);
  own.advance(61 * MINUTE);
  t.equal((await own.exchange(expired.idToken)).status, 400);
  t.ok(await isSignedIn(expired.browser));
  t.equal((await expired.browser.get(LOGOUT, { id_token_hint: expired.idToken })).status, 200);
  t.notOk(await isSignedIn(expired.browser));
});

t.test('an ended session stays ended for as long as an ID token of it lives', async (t) => {
  const org = await startTestOrg();
  t.teardown(() => org.close());
  const { browser } = await session(org);
  org.advance(115 * MINUTE);
  const code = arrived(await browser.get(AUTHORIZE, GOOD)).get('code') ?? '';
  const form = { grant_type: 'authorization_code', code, redirect_uri: EXAMPLE.redirectUri };
  const { id_token } = (await org.post('/oauth2/v1/token', form, { authorization: APP_BASIC })).body;
  await browser.get(LOGOUT, { id_token_hint: id_token });
  org.advance(10 * MINUTE);
  // Enough sign-ins for the store to drop what has expired.
  const { stateToken } = formIn(await signInPage(org)).fields;
  const bob = { stateToken, username: 'bob@example.com', password: EXAMPLE.password };
  for (let at = 0; at < 15; at++) await Promise.all(Array.from({ length: 20 }, () => org.post('/signin', bob)));
  t.equal((await org.exchange(id_token)).status, 400);
  t.equal((await org.events('sortOrder=DESCENDING'))[0].outcome.reason, 'invalid_subject_token_session_expired');
});

t.test('signing out without a session behind the ID token, or without a browser session', async (t) => {
  const form = { grant_type: 'password', username: ALICE, password: EXAMPLE.password, scope: 'openid' };
  const { id_token } = (await org.post('/oauth2/v1/token', form, { authorization: APP_BASIC })).body;
  t.equal((await org.exchange(id_token)).status, 200);
  t.equal((await org.fetch(`${LOGOUT}?id_token_hint=${id_token}`)).status, 200);
  t.equal((await org.exchange(id_token)).status, 200, 'there was no session to end');
  const { browser, idToken } = await session();
  t.equal((await org.fetch(`${LOGOUT}?id_token_hint=${idToken}`)).status, 200);
  t.notOk(await isSignedIn(browser));
});

t.test('signing out when the user is no more', async (t) => {
  const inside = await startOpenOrg();
  t.teardown(() => inside.close());
  const { store } = inside.org;
  const browser = browserAt(inside.issuer);
  const page = await browser.get(AUTHORIZE, GOOD);
  const code = arrived(await browser.submit(page.text, ALICE, EXAMPLE.password)).get('code') ?? '';
  const form = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: EXAMPLE.redirectUri });
  const headers = { authorization: APP_BASIC };
  const answer = await fetch(`${inside.issuer}/oauth2/v1/token`, { method: 'POST', body: form, headers });
  const { id_token } = (await answer.json()) as { id_token: string };
  const alice = store.view().get(users, '00uAlice000000000001');
  if (alice) await store.commit([remove(users, alice)], Date.now());
  t.equal(arrived(await browser.get(AUTHORIZE, { ...GOOD, prompt: 'none' })).get('error'), 'login_required');
  const app = store.view().get(applications, EXAMPLE.appId);
  if (app) await store.commit([remove(applications, app)], Date.now());
  const home = { post_logout_redirect_uri: 'http://127.0.0.1:8976/' };
  t.equal((await browser.get(LOGOUT, { id_token_hint: id_token, ...home })).status, 400, 'nor the application');
  t.equal((await browser.get(LOGOUT, { id_token_hint: id_token })).status, 200);
  const { events } = inside.org.log.query({ limit: 1000, descending: false }) as LogPage;
  t.notOk(events.some(({ eventType }) => eventType === 'user.session.end'));
});

const AUTHN = '/api/v1/authn';
const authn = (body: string, type = 'application/json') =>
  org.fetch(AUTHN, { method: 'POST', headers: { 'content-type': type }, body });

t.test('the Authentication API', async (t) => {
  const answer = await authn(
    JSON.stringify({ username: 'Alice@Example.com', password: EXAMPLE.password, options: {} }),
  );
  t.equal(answer.status, 200);
  t.match(answer.headers.get('cache-control'), /no-store/);
  t.strictSame(Object.keys(answer.body), ['expiresAt', 'status', 'sessionToken', '_embedded', '_links']);
  const { expiresAt, sessionToken, _embedded } = answer.body;
  t.equal(answer.body.status, 'SUCCESS');
  t.match(sessionToken, /^[\w-]{43}$/);
  t.match(expiresAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  t.equal(_embedded.user.id, '00uAlice000000000001');
  t.strictSame(_embedded.user.profile, {
    ...{ login: ALICE, firstName: 'Alice', lastName: 'Adams', locale: 'en_US', timeZone: 'America/Los_Angeles' },
  });
  t.equal(answer.headers.get('set-cookie'), null);
});

t.test('what the Authentication API refuses', async (t) => {
  const bodies = new Set<string>();
  for (const [username, password] of [
    [ALICE, 'wrong'],
    ['nobody', EXAMPLE.password],
    ['frank@example.com', EXAMPLE.password],
    ['', ''],
  ]) {
    const { status, body } = await authn(JSON.stringify({ username, password }));
    t.equal(status, 401);
    bodies.add(JSON.stringify({ ...body, errorId: '' }));
  }
  t.equal(bodies.size, 1, 'an unknown user and a wrong password look alike');
  t.match([...bodies][0], '"errorCode":"E0000004","errorSummary":"Authentication failed"');
  t.match((await org.events()).at(-1), { eventType: 'user.session.start', outcome: { result: 'FAILURE' } });

  const bad: [string, string, string, string?][] = [
    ['{', 'application/json', 'E0000003'],
    ['', 'application/json', 'E0000003'],
    ['null', 'application/json', 'E0000003'],
    ['[]', 'application/json', 'E0000001'],
    ['"x"', 'application/json', 'E0000001'],
    ['{}', 'application/json; charset=utf-8', 'E0000001', 'username: '],
    ['{"isForm":true}', 'application/json', 'E0000001', 'username: '],
    [`{"username":"${ALICE}"}`, 'application/json', 'E0000001', 'password: '],
    [`{"username":["${ALICE}"],"password":{}}`, 'application/json', 'E0000001', 'username: '],
    [`{"username":"${'x'.repeat(1001)}","password":"x"}`, 'application/json', 'E0000001', 'username: '],
    [`{"__proto__":{"username":"${ALICE}","password":"${EXAMPLE.password}"}}`, 'application/json', 'E0000001'],
    [`username=${ALICE}&password=x`, 'application/x-www-form-urlencoded', 'E0000021'],
    ['{}', 'text/plain', 'E0000021'],
    ['{}', 'application/xml', 'E0000021'],
  ];
  for (const [sent, type, code, cause = ''] of bad) {
    const { status, body } = await authn(sent, type);
    t.strictSame([status, body.errorCode], [400, code], `${type} ${sent.slice(0, 40)}`);
    t.strictSame(Object.keys(body), ['errorCode', 'errorSummary', 'errorLink', 'errorId', 'errorCauses']);
    if (cause) t.match(body.errorCauses[0].errorSummary, cause);
    t.notMatch(JSON.stringify(body), /xaa-Test/);
  }
  t.equal((await org.fetch(AUTHN, { method: 'POST' })).body.errorCode, 'E0000003', 'nothing at all');
});
