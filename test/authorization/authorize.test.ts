/**
 * The authorization endpoint over HTTP: every rule broken by one request, what reaches the redirect URI and how, and when
 * the user is asked to sign in again.
 */
import { createHash } from 'node:crypto';
import t from 'tap';
import { PAGE_RULES, REDIRECT_RULES, SIGNED_IN_RULES } from '../../src/authorization/authorize-rules.js';
import { applications } from '../../src/registry/application.js';
import { users } from '../../src/registry/user.js';
import type { OrgStore } from '../../src/store/port.js';
import type { LogPage } from '../../src/syslog/system-log.js';
import { arrived, browserAt, formIn } from '../support/browser.js';
import { startOpenOrg } from '../support/open-org.js';
import { type Answer, APP_BASIC, EXAMPLE, type Parameters, startTestOrg, type TestOrg } from '../support/org.js';
import { assertCatalogued, named } from '../support/refusals.js';
import { CLIENT, orgWithEdges, PATHS } from './edges.js';

const AUTHORIZE = '/oauth2/v1/authorize';
const VERIFIER = 'a-verifier-of-sufficient-length-for-the-rules';
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

/** An authorization request that is answered with a code, once somebody is signed in. */
const GOOD: Parameters = {
  client_id: EXAMPLE.appId,
  redirect_uri: EXAMPLE.redirectUri,
  response_type: 'code',
  scope: 'openid email',
  state: 'state-1',
};

const org = await startTestOrg({ org: orgWithEdges() });
t.teardown(() => org.close());

const ask = (more: Parameters = {}, path = AUTHORIZE) => browserAt(org.issuer).get(path, { ...GOOD, ...more });
const asAlice = async (more: Parameters = {}, path = AUTHORIZE) =>
  ask({ sessionToken: await org.sessionToken('alice@example.com'), ...more }, path);

/** A browser in which alice is signed in. */
async function signedIn(at: TestOrg = org, login = 'alice@example.com') {
  const browser = browserAt(at.issuer);
  await browser.get(AUTHORIZE, { ...GOOD, sessionToken: await at.sessionToken(login) });
  return browser;
}

const isSignInPage = (answer: Answer) => answer.status === 200 && answer.text.includes('type="password"');
const lastEvent = async (at: TestOrg = org) => (await at.events()).at(-1);

interface Broken {
  readonly rule: string;
  readonly params: Parameters;
  readonly error: string;
  readonly reason: string;
  readonly path?: string;
  /** Id of the row in the catalogue of bad requests. */
  readonly id?: string;
}

const ON_PAGE: readonly Broken[] = [
  {
    rule: 'authorize-client-known',
    params: { client_id: '0oaNobody00000000001' },
    error: 'invalid_client',
    reason: 'invalid_client_id',
  },
  {
    rule: 'authorize-redirect-uri-registered',
    params: { redirect_uri: 'https://evil.example/' },
    error: 'invalid_request',
    reason: 'illegal_redirect_uri',
    id: 'ix-authz-redirect-unregistered',
  },
  {
    rule: 'authorize-response-mode-offered',
    params: { response_mode: 'okta_post_message' },
    error: 'unsupported_response_mode',
    reason: 'unsupported_response_mode',
  },
  {
    rule: 'authorize-client-active',
    params: { client_id: CLIENT.inactive },
    error: 'invalid_client',
    reason: 'invalid_client',
  },
];

const AT_REDIRECT_URI: readonly Broken[] = [
  {
    rule: 'authorize-parameters-once',
    params: { nonce: ['a', 'b'] },
    error: 'invalid_request',
    reason: 'duplicate_oauth_params',
  },
  {
    rule: 'authorize-response-type-offered',
    params: { response_type: 'code token' },
    error: 'unsupported_response_type',
    reason: 'unsupported_response_type',
  },
  {
    rule: 'authorize-code-grant-allowed',
    params: { client_id: CLIENT.noCode },
    error: 'unauthorized_client',
    reason: 'unauthorized_client',
  },
  { rule: 'authorize-state-sent', params: { state: undefined }, error: 'invalid_request', reason: 'invalid_state' },
  { rule: 'authorize-scope-sent', params: { scope: undefined }, error: 'invalid_scope', reason: 'missing_scopes' },
  {
    rule: 'authorize-scope-offered',
    params: { scope: 'openid mcp:read' },
    error: 'invalid_scope',
    reason: 'invalid_scope',
  },
  {
    rule: 'authorize-scope-openid',
    params: { scope: 'email' },
    error: 'invalid_scope',
    reason: 'openid_scope_required',
  },
  {
    rule: 'authorize-prompt-known',
    params: { prompt: 'none login' },
    error: 'invalid_request',
    reason: 'invalid_prompt',
  },
  { rule: 'authorize-max-age-numeric', params: { max_age: '-1' }, error: 'invalid_request', reason: 'invalid_max_age' },
  {
    rule: 'authorize-pkce-present',
    params: { client_id: CLIENT.public },
    error: 'invalid_request',
    reason: 'pkce_missing_challenge',
    id: 'ix-pkce-no-challenge',
  },
  {
    rule: 'authorize-pkce-s256',
    params: { code_challenge: CHALLENGE, code_challenge_method: 'plain' },
    error: 'invalid_request',
    reason: 'pkce_unsupported_code_challenge_method',
    id: 'ix-pkce-plain',
  },
  {
    rule: 'authorize-pkce-well-formed',
    params: { code_challenge: 'short', code_challenge_method: 'S256' },
    error: 'invalid_request',
    reason: 'pkce_invalid_challenge',
  },
  {
    rule: 'authorize-policy-allows',
    params: {},
    path: '/oauth2/ausPassword000000001/v1/authorize',
    error: 'access_denied',
    reason: 'no_matching_policy',
  },
  {
    rule: 'authorize-prompt-none-has-session',
    params: { prompt: 'none' },
    error: 'login_required',
    reason: 'login_required',
    id: 'ix-authz-prompt-none',
  },
];

/** The one rule that needs somebody to be signed in. */
const NOT_ASSIGNED = 'authorize-user-assigned';

t.test('every rule has a name of its own and a row here', async (t) => {
  const names = [...PAGE_RULES, ...REDIRECT_RULES, ...SIGNED_IN_RULES].map((rule) => rule.name);
  t.equal(new Set(names).size, names.length);
  t.same([...ON_PAGE, ...AT_REDIRECT_URI].map((row) => row.rule).concat(NOT_ASSIGNED), names);
});

t.test('errors about the client, redirect URI and response mode stay on a page', async (t) => {
  for (const { rule, params, error, reason, id } of ON_PAGE) {
    assertCatalogued(t, rule, id);
    const answer = await asAlice(params);
    t.equal(answer.status, 400, id ? named(id) : rule);
    t.match(answer.headers.get('content-type'), 'text/html; charset=utf-8', rule);
    t.equal(answer.headers.get('location'), null, `${rule}: nobody is sent anywhere`);
    t.equal(answer.headers.get('set-cookie'), null, `${rule}: nobody is signed in`);
    t.match(answer.text, '<title>Example - Bad Request</title>');
    t.match(answer.text, '<h1>Your request resulted in an error.</h1>');
    t.match(answer.text, `<h2 id="error-code">Error Code: ${error}</h2>`, rule);
    t.notMatch(answer.text, /evil\.example/, 'nothing of the request is repeated');
    const event = await lastEvent();
    t.match(event, { eventType: 'app.oauth2.authorize.code', outcome: { result: 'FAILURE', reason } }, rule);
    t.equal(event.debugContext.debugData.rule, rule);
  }
});

t.test('all other errors reach the redirect URI with the state', async (t) => {
  for (const { rule, params, error, reason, path = AUTHORIZE, id } of AT_REDIRECT_URI) {
    assertCatalogued(t, rule, id);
    const answer = await ask(params, path);
    t.equal(answer.status, 302, id ? named(id) : rule);
    t.equal(answer.headers.get('referrer-policy'), 'no-referrer');
    t.match(answer.headers.get('cache-control'), /no-store/);
    const location = new URL(answer.headers.get('location') as string);
    t.equal(location.origin + location.pathname, EXAMPLE.redirectUri, rule);
    const result = Object.fromEntries(location.searchParams);
    const state = 'state' in params ? {} : { state: 'state-1' };
    t.strictSame(result, { ...state, error, error_description: result.error_description }, rule);
    const event = await lastEvent();
    t.match(event.outcome, { result: 'FAILURE', reason }, rule);
    t.equal(event.debugContext.debugData.rule, rule);
    const system = path === AUTHORIZE ? 'app.oauth2' : 'app.oauth2.as';
    t.equal(event.eventType, `${system}.authorize.code`);
    t.match(event.actor, { type: 'PublicClientApp', id: params.client_id ?? EXAMPLE.appId });
  }
});

t.test('a user who is not assigned is signed in, and refused', async (t) => {
  const browser = browserAt(org.issuer);
  const answer = await browser.get(AUTHORIZE, { ...GOOD, sessionToken: await org.sessionToken('dave@example.com') });
  t.strictSame(arrived(answer).get('error'), 'access_denied');
  t.equal(arrived(answer).get('state'), 'state-1');
  const [signIn, refusal] = (await org.events()).slice(-2);
  t.match(signIn, { eventType: 'user.session.start', actor: { alternateId: 'dave@example.com' } });
  t.match(refusal, {
    outcome: { reason: 'user_not_assigned' },
    actor: { alternateId: 'dave@example.com' },
    target: [{ id: EXAMPLE.appId }],
    debugContext: { debugData: { rule: NOT_ASSIGNED } },
  });
  t.ok(browser.cookie, 'the session is opened all the same');
  const again = await browser.get(AUTHORIZE, { ...GOOD, prompt: 'none' });
  t.equal(arrived(again).get('error'), 'access_denied', 'and is what the next request comes with');
  t.equal(again.headers.get('set-cookie'), null);
});

t.test('who is no client of the browser leg', async (t) => {
  for (const client_id of [undefined, '', '0oaFigma000000000001', EXAMPLE.agentId, '__proto__', `${EXAMPLE.appId} `]) {
    const answer = await ask({ client_id });
    t.equal(answer.status, 400);
    t.match(answer.text, 'Error Code: invalid_client', `client_id ${client_id}`);
    t.match((await lastEvent()).actor, { id: 'unknown' });
  }
});

t.test('a redirect URI must be the registered one to the byte', async (t) => {
  const at = (redirect_uri: string | undefined) => asAlice({ client_id: CLIENT.paths, redirect_uri });
  const { plain, withQuery, bareQuery } = PATHS;
  const variants = [
    ...[
      undefined,
      '',
      plain.toLowerCase(),
      `${plain}/`,
      `${plain}?`,
      `${plain}?x=1`,
      `${plain}#`,
      `${plain}%20`,
      ` ${plain}`,
    ],
    ...[
      plain.replace('https:', 'http:'),
      plain.replace('App.example', 'App.example:443'),
      plain.replace('/Call/', '/Call/../Call/'),
    ],
    ...[
      plain.replace('App.', 'App@'),
      plain.replace('https://', 'https://user@'),
      `${plain}\u0000`,
      plain.replace('back', 'b%61ck'),
    ],
    ...['https://app.example/cb', 'https://app.example/cb?tenant=a+b&x=1', 'https://app.example/cb?x=1&tenant=a%20b'],
    ...['https://app.example/bare', `${withQuery}&y=2`, 'javascript:alert(1)', '//app.example/bare?', '*'],
  ];
  for (const variant of variants) {
    const answer = await at(variant);
    t.equal(answer.status, 400, `${variant}`);
    t.equal(answer.headers.get('location'), null);
    t.match(answer.text, 'Error Code: invalid_request');
  }
  const sent = async (uri: string) => (await at(uri)).headers.get('location') as string;
  t.match(await sent(plain), /^https:\/\/App\.example\/Call\/back\?code=[\w-]{43}&state=state-1$/);
  t.match(await sent(withQuery), /^https:\/\/app\.example\/cb\?tenant=a%20b&x=1&code=[\w-]{43}&state=state-1$/);
  t.match(await sent(bareQuery), /^https:\/\/app\.example\/bare\?&code=[\w-]{43}&state=state-1$/);
});

t.test('response modes', async (t) => {
  const fragment = await asAlice({ response_mode: 'fragment' });
  t.match(fragment.headers.get('location'), /^http:\/\/127\.0\.0\.1:8976\/callback#code=[\w-]{43}&state=state-1$/);
  const query = await asAlice({ response_mode: 'query' });
  t.match(query.headers.get('location'), /\?code=[\w-]{43}&state=state-1$/);
  const post = await asAlice({ response_mode: 'form_post' });
  t.equal(post.status, 200);
  t.match(formIn(post.text), { action: EXAMPLE.redirectUri, method: 'post', fields: { state: 'state-1' } });
  t.match(formIn(post.text).fields.code, /^[\w-]{43}$/);
  t.match(post.headers.get('set-cookie'), /^idx=/);
  const policy = post.headers.get('content-security-policy') as string;
  const script = /<script>(.*)<\/script>/.exec(post.text)?.[1] as string;
  t.match(policy, `'sha256-${createHash('sha256').update(script).digest('base64')}'`, 'its one script may run');
  t.notMatch(policy, /form-action/, 'Chromium would hold it against the redirect that follows the sign-in form');

  const refused = await ask({ response_mode: 'form_post', prompt: 'none', state: undefined });
  t.match(formIn(refused.text).fields, { error: 'invalid_request' });
  const hostile = await ask({ response_mode: 'form_post', state: '"><script>alert(1)</script>' });
  t.equal(formIn(hostile.text).fields.state, '"><script>alert(1)</script>', 'a state that is no state stays text');
  t.notMatch(hostile.text, /<script>alert/);
  t.equal(arrived(await ask({ response_mode: 'fragment', scope: undefined })).get('error'), 'invalid_scope');
});

t.test('state is sent back to the byte; others than Okta takes are refused', async (t) => {
  for (const state of ['a', 'A1,.-_', 'x'.repeat(500)]) t.equal(arrived(await asAlice({ state })).get('state'), state);
  for (const state of [' ', 'a b', 'a\n', 'ü', 'a&code=stolen', 'a#b', '{}']) {
    const result = arrived(await asAlice({ state }));
    t.strictSame([result.get('error'), result.get('state'), result.get('code')], ['invalid_request', state, null]);
  }
});

t.test('a parameter is judged by its first value; an empty one is absent', async (t) => {
  const answer = await asAlice({ redirect_uri: [EXAMPLE.redirectUri, 'https://evil.example/'] });
  t.match(answer.headers.get('location'), /^http:\/\/127\.0\.0\.1:8976\/callback\?state=state-1&error=invalid_request/);
  t.ok(arrived(await asAlice({ nonce: '', max_age: '', prompt: '' })).get('code'));
  t.equal(arrived(await asAlice({ state: '' })).get('error'), 'invalid_request');
});

t.test('GET and POST', async (t) => {
  const browser = browserAt(org.issuer);
  const sessionToken = await org.sessionToken('alice@example.com');
  const answer = await browser.post(AUTHORIZE, { ...GOOD, sessionToken });
  t.equal(answer.status, 303, 'a POST is not repeated at the redirect URI');
  t.match(arrived(answer).get('code'), /^[\w-]{43}$/);
  t.ok(isSignInPage(await browserAt(org.issuer).post(AUTHORIZE, GOOD)));
  const inQuery = await browser.post(`${AUTHORIZE}?client_id=${EXAMPLE.appId}`, { ...GOOD, client_id: undefined });
  t.equal(inQuery.status, 400, 'a POST is read from its body only');
  const json = await org.fetch(AUTHORIZE, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(GOOD),
  });
  t.equal(json.status, 400);
  t.match(json.text, 'Error Code: invalid_client', 'no form, no parameters');
});

t.test('the idx cookie', async (t) => {
  const answer = await asAlice();
  t.match(answer.headers.get('set-cookie'), /^idx=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  const behindTls = await startTestOrg({ issuer: 'https://org.example' });
  t.teardown(() => behindTls.close());
  // The issuer is another host; only this process can be reached.
  const at = behindTls.banner.match(/Listening on (\S+)/)?.[1] as string;
  const authn = await fetch(`${at}/api/v1/authn`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'alice@example.com', password: EXAMPLE.password }),
  });
  const { sessionToken } = (await authn.json()) as { sessionToken: string };
  const secure = await browserAt(at).get(AUTHORIZE, { ...GOOD, sessionToken });
  t.match(secure.headers.get('set-cookie'), /^idx=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  const page = await browserAt(at).get(AUTHORIZE, GOOD);
  t.equal(formIn(page.text).action, 'https://org.example/signin');
});

t.test('a session is reused by its cookie, for two hours', async (t) => {
  const org = await startTestOrg();
  t.teardown(() => org.close());
  const browser = await signedIn(org);
  const first = browser.cookie;
  const again = await browser.get(AUTHORIZE, { ...GOOD, prompt: 'none' });
  t.ok(arrived(again).get('code'));
  t.equal(again.headers.get('set-cookie'), null);
  t.equal(browser.cookie, first);
  t.equal((await org.events()).filter((event) => event.eventType === 'user.session.start').length, 1);

  for (const cookie of ['', 'wrong', `${first}x`, '%zz', '__proto__']) {
    const forged = browserAt(org.issuer);
    forged.cookie = cookie;
    t.equal(arrived(await forged.get(AUTHORIZE, { ...GOOD, prompt: 'none' })).get('error'), 'login_required', cookie);
  }
  org.advance(2 * 3_600_000 - 10_000);
  t.ok(arrived(await browser.get(AUTHORIZE, { ...GOOD, prompt: 'none' })).get('code'));
  org.advance(10_000);
  t.equal(arrived(await browser.get(AUTHORIZE, { ...GOOD, prompt: 'none' })).get('error'), 'login_required');
  t.ok(isSignInPage(await browser.get(AUTHORIZE, GOOD)));
});

t.test('prompt', async (t) => {
  const browser = await signedIn();
  t.ok(arrived(await browser.get(AUTHORIZE, { ...GOOD, prompt: 'consent' })).get('code'));
  for (const prompt of ['login', 'login consent', 'consent login']) {
    const page = await browser.get(AUTHORIZE, { ...GOOD, prompt });
    t.ok(isSignInPage(page), `${prompt} asks although somebody is signed in`);
    const before = browser.cookie;
    t.ok(arrived(await browser.submit(page.text, 'alice@example.com', EXAMPLE.password)).get('code'), 'once');
    t.not(browser.cookie, before, 'in a session of its own');
  }
  for (const prompt of ['none login', 'none consent', 'select_account', 'NONE', 'login create', 'none none x']) {
    t.equal(arrived(await browser.get(AUTHORIZE, { ...GOOD, prompt })).get('error'), 'invalid_request', prompt);
  }
  t.ok(arrived(await browser.get(AUTHORIZE, { ...GOOD, prompt: 'none none' })).get('code'));
});

t.test('max_age', async (t) => {
  const org = await startTestOrg();
  t.teardown(() => org.close());
  const browser = await signedIn(org);
  org.advance(60_000);
  t.ok(arrived(await browser.get(AUTHORIZE, { ...GOOD, max_age: '120', prompt: 'none' })).get('code'));
  t.equal(
    arrived(await browser.get(AUTHORIZE, { ...GOOD, max_age: '59', prompt: 'none' })).get('error'),
    'login_required',
  );
  const page = await browser.get(AUTHORIZE, { ...GOOD, max_age: '0' });
  t.ok(isSignInPage(page));
  org.advance(5000);
  const answer = await browser.submit(page.text, 'alice@example.com', EXAMPLE.password);
  const form = { grant_type: 'authorization_code', redirect_uri: EXAMPLE.redirectUri };
  const code = arrived(answer).get('code') as string;
  const { body } = await org.post('/oauth2/v1/token', { ...form, code }, { authorization: APP_BASIC });
  const claims = JSON.parse(Buffer.from(body.id_token.split('.')[1], 'base64url').toString());
  t.ok(claims.iat - claims.auth_time <= 2, 'auth_time is that of the new sign-in');
  for (const max_age of ['1.5', '-1', 'x', '1e3', '0x10', '9'.repeat(10), ' 5']) {
    t.equal(arrived(await browser.get(AUTHORIZE, { ...GOOD, max_age })).get('error'), 'invalid_request', max_age);
  }
});

t.test('login_hint fills in the name and stays text', async (t) => {
  const hint = `"><script>alert('1')</script>&amp;`;
  const page = await ask({ login_hint: hint });
  t.ok(isSignInPage(page));
  t.equal(formIn(page.text).fields.username, hint);
  t.notMatch(page.text, /<script/);
});

t.test('a sessionToken signs in once, within five minutes', async (t) => {
  const org = await startTestOrg();
  t.teardown(() => org.close());
  const use = (sessionToken: string, more: Parameters = {}) =>
    browserAt(org.issuer).get(AUTHORIZE, { ...GOOD, prompt: 'none', sessionToken, ...more });
  const token = await org.sessionToken('alice@example.com');
  t.match(token, /^[\w-]{43}$/);
  t.ok(arrived(await use(token)).get('code'));
  t.equal(arrived(await use(token)).get('error'), 'login_required');
  t.ok(isSignInPage(await use(token, { prompt: undefined })), 'a spent one is no sign-in, and no error');

  const contested = await org.sessionToken('alice@example.com');
  const answers = await Promise.all(Array.from({ length: 10 }, () => use(contested)));
  t.equal(answers.filter((answer) => arrived(answer).has('code')).length, 1, 'exactly one code');
  t.equal(answers.filter((answer) => arrived(answer).get('error') === 'login_required').length, 9);
  t.equal(answers.filter((answer) => answer.headers.has('set-cookie')).length, 1);
  const refusals = (await org.events()).filter((event) => event.outcome.reason === 'login_required');
  t.equal(refusals.length, 10, 'each one that lost is in the System Log');

  const late = await org.sessionToken('alice@example.com');
  org.advance(5 * 60_000);
  t.equal(arrived(await use(late)).get('error'), 'login_required');
  for (const forged of ['wrong', token.toLowerCase(), '__proto__', 'constructor']) {
    t.equal(arrived(await use(forged)).get('error'), 'login_required');
  }
  const wrongRequest = await org.sessionToken('alice@example.com');
  t.equal(arrived(await use(wrongRequest, { scope: undefined })).get('error'), 'invalid_scope');
  t.ok(arrived(await use(wrongRequest)).get('code'), 'a refused request does not spend it');

  const bob = await org.sessionToken('bob@example.com');
  const browser = await signedIn(org);
  await browser.get(AUTHORIZE, { ...GOOD, sessionToken: bob });
  t.match((await lastEvent(org)).actor.alternateId, 'bob@example.com', 'it goes before the cookie');
});

/** A store in which commits wait for each other, so that `count` requests have all read before one of them writes. */
function racing(count: () => number) {
  let waiting: (() => void)[] = [];
  return (store: OrgStore): OrgStore => ({
    ...store,
    async commit(...commit) {
      await new Promise<void>((go) => {
        waiting.push(go);
        if (waiting.length < count()) return;
        for (const next of waiting) next();
        waiting = [];
      });
      return store.commit(...commit);
    },
  });
}

t.test('requests that have all read the sessionToken before one of them spends it', async (t) => {
  let together = 1;
  const inside = await startOpenOrg(racing(() => together));
  t.teardown(() => inside.close());
  const race = async (login: string, more: Parameters) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ username: login, password: EXAMPLE.password });
    const authn = await fetch(`${inside.issuer}/api/v1/authn`, { method: 'POST', headers, body });
    const { sessionToken } = (await authn.json()) as { sessionToken: string };
    together = 10;
    const asked = Array.from({ length: 10 }, () =>
      browserAt(inside.issuer).get(AUTHORIZE, { ...GOOD, sessionToken, ...more }),
    );
    const answers = await Promise.all(asked);
    together = 1;
    return answers;
  };
  const none = await race('alice@example.com', { prompt: 'none' });
  t.equal(none.filter((answer) => arrived(answer).has('code')).length, 1, 'exactly one code');
  t.equal(none.filter((answer) => arrived(answer).get('error') === 'login_required').length, 9);
  t.equal(none.filter((answer) => answer.headers.has('set-cookie')).length, 1, 'and one session');
  const { events } = inside.org.log.query({ limit: 100, descending: false }) as LogPage;
  t.equal(events.filter(({ outcome }) => (outcome as { reason: string }).reason === 'login_required').length, 9);
  t.equal(events.filter(({ eventType }) => eventType === 'user.session.start').length, 1);

  const refused = await race('dave@example.com', { prompt: 'none' });
  t.equal(refused.filter((answer) => arrived(answer).get('error') === 'access_denied').length, 10);
  t.equal(
    refused.filter((answer) => answer.headers.has('set-cookie')).length,
    1,
    'one session for one not assigned, too',
  );
});

t.test('one who loses the race is asked for a password, if the request lets the org ask', async (t) => {
  let spent = false;
  const inside = await startOpenOrg((store) => ({
    ...store,
    commit: async (changes, ...more) => {
      const spends = changes.some(({ kind }) => kind === 'remove');
      if (spends && !spent) {
        spent = true;
        await store.commit(changes.slice(0, 1), ...more);
      }
      return store.commit(changes, ...more);
    },
  }));
  t.teardown(() => inside.close());
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ username: 'alice@example.com', password: EXAMPLE.password });
  const authn = await fetch(`${inside.issuer}/api/v1/authn`, { method: 'POST', headers, body });
  const { sessionToken } = (await authn.json()) as { sessionToken: string };
  const answer = await browserAt(inside.issuer).get(AUTHORIZE, { ...GOOD, sessionToken });
  t.ok(spent && isSignInPage(answer));
  t.equal(answer.headers.get('set-cookie'), null);
});

t.test('what is written to the System Log of a success', async (t) => {
  const before = (await org.events()).length;
  await asAlice();
  const written = (await org.events()).slice(before);
  t.same(
    written.map((event) => event.eventType),
    ['user.session.start', 'user.authentication.sso', 'app.oauth2.authorize.code'],
  );
  for (const event of written)
    t.match(event, { actor: { alternateId: 'alice@example.com' }, outcome: { result: 'SUCCESS' } });
  t.match(written[2].target, [{ id: EXAMPLE.appId, displayName: 'Claude (OIDC)' }]);
  t.equal(new Set(written.map((event) => event.authenticationContext.externalSessionId)).size, 1);
});

t.test('custom authorization servers', async (t) => {
  const at = (id: string, more: Parameters = {}) => asAlice(more, `/oauth2/${id}/v1/authorize`);
  t.ok(arrived(await at('default')).get('code'));
  t.equal((await lastEvent()).eventType, 'app.oauth2.as.authorize.code');
  t.ok(arrived(await at('default', { scope: 'mcp:read' })).get('code'), 'openid is not demanded here');
  t.equal(arrived(await at('default', { scope: 'mcp:delete' })).get('error'), 'invalid_scope');

  const denied: [string, Parameters][] = [
    ['ausPassword000000001', {}],
    ['ausOneClient00000001', {}],
    ['ausNoPolicy000000001', {}],
    ['ausOneScope000000001', { scope: 'openid mcp:write' }],
  ];
  for (const [id, more] of denied) t.equal(arrived(await at(id, more)).get('error'), 'access_denied', id);
  t.ok(arrived(await at('ausOneScope000000001', { scope: 'openid mcp:read' })).get('code'));
  const pkce = { code_challenge: CHALLENGE, code_challenge_method: 'S256' };
  t.ok(arrived(await at('ausOneClient00000001', { client_id: CLIENT.public, ...pkce })).get('code'));

  for (const id of ['unknown', 'ausInactive000000001', '__proto__', 'org', '%2e%2e', 'DEFAULT']) {
    for (const answer of [await at(id), await org.post(`/oauth2/${id}/v1/authorize`, GOOD)]) {
      t.equal(answer.status, 404, id);
      t.match(answer.body, { errorCode: 'E0000007' });
      t.match(answer.headers.get('content-type'), 'application/json; charset=utf-8');
    }
  }
  const { body } = await org.post(
    '/oauth2/v1/token',
    {
      grant_type: 'authorization_code',
      redirect_uri: EXAMPLE.redirectUri,
      code: arrived(await at('default')).get('code') ?? '',
    },
    { authorization: APP_BASIC },
  );
  t.equal(body.error, 'invalid_grant', 'a code of one server is none of another');
});

t.test('PKCE end to end', async (t) => {
  const redeem = (code: string, more: Parameters = {}) =>
    org.post('/oauth2/v1/token', {
      ...{ grant_type: 'authorization_code', redirect_uri: EXAMPLE.redirectUri, client_id: CLIENT.public, code },
      ...more,
    });
  const challenge = { code_challenge: CHALLENGE, code_challenge_method: 'S256' };
  const code = async (more: Parameters) =>
    arrived(await asAlice({ client_id: CLIENT.public, ...more })).get('code') ?? '';
  t.equal((await redeem(await code(challenge), { code_verifier: VERIFIER })).status, 200);
  const withoutVerifier = await redeem(await code(challenge));
  t.strictSame([withoutVerifier.status, withoutVerifier.body.error], [400, 'invalid_request'], 'ix-pkce-no-verifier');
  const mismatch = await redeem(await code(challenge), { code_verifier: `${VERIFIER}x` });
  t.strictSame([mismatch.status, mismatch.body.error], [400, 'invalid_grant'], 'ix-pkce-mismatch');
  const unasked = arrived(await asAlice()).get('code') ?? '';
  const unexpected = await org.post(
    '/oauth2/v1/token',
    { grant_type: 'authorization_code', redirect_uri: EXAMPLE.redirectUri, code: unasked, code_verifier: VERIFIER },
    { authorization: APP_BASIC },
  );
  t.strictSame([unexpected.status, unexpected.body.error], [400, 'invalid_request'], 'ix-pkce-unexpected');

  const refused: [string, Parameters][] = [
    ['without a method a challenge would count as plain', { code_challenge: CHALLENGE }],
    ['a method in other case', { code_challenge: CHALLENGE, code_challenge_method: 's256' }],
    ['a method without a challenge', { code_challenge_method: 'plain' }],
    ['a confidential client that must use it', { client_id: CLIENT.strict }],
    ['too long', { ...challenge, code_challenge: 'a'.repeat(129) }],
    ['of other characters', { ...challenge, code_challenge: `${'a'.repeat(43)}=` }],
  ];
  for (const [why, more] of refused) t.equal(arrived(await asAlice(more)).get('error'), 'invalid_request', why);
  t.ok(arrived(await asAlice({ client_id: CLIENT.strict, ...challenge })).get('code'));
});

t.test('what changes while a session lasts', async (t) => {
  const inside = await startOpenOrg();
  t.teardown(() => inside.close());
  const signIn = async (login: string) => {
    const browser = browserAt(inside.issuer);
    const page = await browser.get(AUTHORIZE, GOOD);
    t.ok(arrived(await browser.submit(page.text, login, EXAMPLE.password)).get('code'));
    return browser;
  };
  const browser = await signIn('alice@example.com');
  const prepared = await fetch(`${inside.issuer}/api/v1/authn`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'alice@example.com', password: EXAMPLE.password }),
  });
  const { sessionToken } = (await prepared.json()) as { sessionToken: string };
  const status = (to: 'SUSPENDED' | 'ACTIVE') =>
    inside.change(users, '00uAlice000000000001', (user) => ({ ...user, status: to }));
  await status('SUSPENDED');
  t.equal(arrived(await browser.get(AUTHORIZE, { ...GOOD, prompt: 'none' })).get('error'), 'login_required');
  t.ok(isSignInPage(await browser.get(AUTHORIZE, GOOD)), 'the session of a suspended user counts for nothing');
  t.ok(isSignInPage(await browser.get(AUTHORIZE, { ...GOOD, sessionToken })), 'nor does her sessionToken');
  const page = await browser.get(AUTHORIZE, GOOD);
  t.equal((await browser.submit(page.text, 'alice@example.com', EXAMPLE.password)).status, 401);
  await status('ACTIVE');
  t.ok(arrived(await browser.get(AUTHORIZE, { ...GOOD, prompt: 'none' })).get('code'));

  const waiting = await browser.get(AUTHORIZE, { ...GOOD, prompt: 'login' });
  await inside.change(applications, EXAMPLE.appId, (app) => ({ ...app, status: 'INACTIVE' as const }));
  const late = await browser.submit(waiting.text, 'alice@example.com', EXAMPLE.password);
  t.equal(late.status, 400, 'the request is judged again when its user has signed in');
  t.match(late.text, 'Error Code: invalid_client');
});
