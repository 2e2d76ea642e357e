/**
 * The doors: discovery and keys to the member, the headers of every answer, cross-origin requests, and what is answered to
 * a method or a path that is not there.
 */
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { fileURLToPath } from 'node:url';
import { decodeJwt } from 'jose';
import t, { type Test as Tap } from 'tap';
import { startOpenOrg } from '../support/open-org.js';
import { type Answer, APP_BASIC, EXAMPLE, exampleOrg, startTestOrg } from '../support/org.js';
import { sendBytes, wireRequest } from '../support/wire.js';
import { ALL_DOORS, DOCUMENTS, isCrossOrigin } from './doors.js';

const org = await startTestOrg();
t.teardown(() => org.close());
const { issuer } = org;

const METHODS = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'];
const CLAIMS = [
  ...['iss', 'ver', 'sub', 'aud', 'iat', 'exp', 'jti', 'auth_time', 'amr', 'idp', 'nonce', 'name'],
  ...['preferred_username', 'given_name', 'family_name', 'email', 'email_verified', 'zoneinfo', 'locale'],
  ...['updated_at', 'at_hash'],
];

const ORG_SCOPES = ['openid', 'email', 'profile', 'address', 'phone', 'offline_access', 'groups'];
const CUSTOM_SCOPES = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access', 'mcp:read', 'mcp:write'];

/** What a document of a server must be, members in this order. */
function expected(at: string, own: string, kind: 'oidc' | 'oauth', custom: boolean, scopes: string[]): object {
  const bare = custom && kind === 'oauth';
  return {
    issuer: own,
    authorization_endpoint: `${at}/v1/authorize`,
    token_endpoint: `${at}/v1/token`,
    ...(!bare && { userinfo_endpoint: `${at}/v1/userinfo` }),
    jwks_uri: `${at}/v1/keys`,
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'fragment', 'form_post'],
    grant_types_supported: [
      'authorization_code',
      'refresh_token',
      'password',
      ...(kind === 'oauth' ? ['client_credentials'] : []),
    ],
    subject_types_supported: ['public'],
    ...(!bare && { id_token_signing_alg_values_supported: ['RS256'] }),
    scopes_supported: scopes,
    token_endpoint_auth_methods_supported: METHODS,
    claims_supported: bare ? ['ver', 'jti', 'iss', 'aud', 'iat', 'exp', 'cid', 'uid', 'scp', 'sub'] : CLAIMS,
    code_challenge_methods_supported: ['S256'],
    introspection_endpoint: `${at}/v1/introspect`,
    introspection_endpoint_auth_methods_supported: METHODS,
    revocation_endpoint: `${at}/v1/revoke`,
    revocation_endpoint_auth_methods_supported: METHODS,
    end_session_endpoint: `${at}/v1/logout`,
  };
}

t.test('discovery', async (t) => {
  for (const { path, kind, custom } of DOCUMENTS) {
    const at = custom ? `${issuer}/oauth2/default` : `${issuer}/oauth2`;
    const scopes = custom ? CUSTOM_SCOPES : ORG_SCOPES;
    const wanted = expected(at, custom ? at : issuer, kind, custom, scopes);
    const answer = await org.fetch(path);
    t.equal(answer.text, JSON.stringify(wanted), `${path}: these members in this order`);
    t.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
    t.equal(answer.headers.get('cache-control'), 'max-age=86400, must-revalidate');
    t.equal((await org.fetch(`${path}?client_id=${EXAMPLE.appId}`)).text, answer.text);
    const unknown = await org.fetch(`${path}?client_id=0oaNobody00000000001`);
    t.strictSame(
      [unknown.status, unknown.body.errorCode, unknown.body.errorLink],
      [400, 'invalid_client', 'invalid_client'],
    );

    for (const host of ['evil.example', 'evil.example:99', '', 'a b', '[::1]', '"><script>', '127.0.0.1:1/x?y#z']) {
      const { status, body } = await sendBytes(issuer, [
        wireRequest('GET', path, { Host: host, 'X-Forwarded-Host': 'evil.example', Forwarded: 'host=evil.example' }),
      ]);
      if (status === 200) t.equal(body, answer.text, `Host: ${host}`);
      else t.equal(status, 400, `Host: ${host}`);
    }
  }
});

t.test('the issuer is the configured one wherever it appears', async (t) => {
  for (const own of ['https://org.example', 'http://localhost:8080']) {
    const other = await startTestOrg({ issuer: own });
    t.teardown(() => other.close());
    const at = /Listening on (\S+)/.exec(other.banner)?.[1] as string;
    const read = async (path: string, init?: RequestInit) =>
      (await (await fetch(at + path, init)).json()) as Record<string, string>;
    t.equal(other.issuer, own);
    t.equal((await read('/_mock/health')).issuer, own);
    for (const { path, custom } of DOCUMENTS) {
      const document = await read(path);
      t.equal(document.issuer, custom ? `${own}/oauth2/default` : own);
      t.notMatch(JSON.stringify(document), new URL(at).host, 'the address it listens on appears nowhere');
    }
    const password = {
      grant_type: 'password',
      username: 'alice@example.com',
      password: EXAMPLE.password,
      scope: 'openid',
    };
    for (const [server, iss] of [
      ['/oauth2', own],
      ['/oauth2/default', `${own}/oauth2/default`],
    ]) {
      const init = { method: 'POST', body: new URLSearchParams(password), headers: { authorization: APP_BASIC } };
      const { id_token, access_token } = await read(`${server}/v1/token`, init);
      t.equal(decodeJwt(id_token as string).iss, iss);
      t.equal(decodeJwt(access_token as string).iss, iss);
    }
    const headers = { authorization: `SSWS ${EXAMPLE.apiToken}` };
    const logs = await fetch(`${at}/api/v1/logs`, { headers });
    t.equal(logs.headers.get('link'), `<${own}/api/v1/logs>; rel="self"`);
  }
});

t.test('keys', async (t) => {
  for (const [path, count] of [
    ['/oauth2/v1/keys', 2],
    ['/oauth2/default/v1/keys', 1],
  ] as const) {
    const answer = await org.fetch(path);
    t.strictSame(Object.keys(answer.body), ['keys']);
    t.equal(answer.body.keys.length, count);
    for (const key of answer.body.keys) {
      t.strictSame(Object.keys(key), ['kty', 'alg', 'kid', 'use', 'e', 'n'], 'and no private member');
      t.match(key, { kty: 'RSA', alg: 'RS256', use: 'sig', kid: /^[\w-]{43}$/, e: 'AQAB', n: /^[\w-]{342}$/ });
    }
    t.match(answer.headers.get('cache-control'), /^max-age=[1-9]\d*, must-revalidate$/);
    t.equal((await org.fetch(`${path}?client_id=x`)).text, answer.text);
  }
});

t.test('keys may be kept until the next quarter', async (t) => {
  const moments: [string, number][] = [
    ['2026-12-31T23:59:59.000Z', 1],
    ['2026-01-01T00:00:00.000Z', 90 * 86_400],
    ['2026-11-23T12:00:00.500Z', 38 * 86_400 + 43_200],
  ];
  for (const [moment, seconds] of moments) {
    const at = await startTestOrg({ clock: { now: () => Date.parse(moment) } });
    t.teardown(() => at.close());
    t.equal((await at.fetch('/oauth2/v1/keys')).headers.get('cache-control'), `max-age=${seconds}, must-revalidate`);
  }
});

t.test('health', async (t) => {
  const { status, body } = await org.fetch('/_mock/health');
  t.strictSame([status, body], [200, { status: 'UP', for: 'testing only', org: 'Example', issuer }]);
});

const SHAPES = {
  oauth: (t: Tap, { body }: Answer) => {
    t.strictSame(Object.keys(body), ['error', 'error_description']);
    t.equal(body.error, 'invalid_request');
  },
  management: (t: Tap, { body }: Answer) => {
    t.strictSame(Object.keys(body), ['errorCode', 'errorSummary', 'errorLink', 'errorId', 'errorCauses']);
    t.match(body, { errorCode: 'E0000022', errorLink: 'E0000022', errorId: /^oae\w{17}$/, errorCauses: [] });
  },
  page: (t: Tap, { text, headers }: Answer) => {
    t.match(
      text,
      /<h1>Your request resulted in an error\.<\/h1>.*<h2 id="error-code">Error Code: invalid_request<\/h2>/s,
    );
    t.match(headers.get('content-security-policy'), /default-src 'none'/);
  },
};

t.test('a method that an endpoint does not take', async (t) => {
  for (const endpoint of ALL_DOORS) {
    const { path, allow, shape } = endpoint;
    const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND', 'REPORT'].filter(
      (method) =>
        !allow.includes(method) &&
        !(method === 'HEAD' && allow.includes('GET')) &&
        !(method === 'OPTIONS' && isCrossOrigin(endpoint)) &&
        // To read, it is the kid of a key.
        !(path.endsWith('/credentials/keys/generate') && ['GET', 'HEAD'].includes(method)),
    );
    for (const method of others) {
      const answer = await org.fetch(path, { method, headers: { origin: 'https://app.example' } });
      t.equal(answer.status, 405, `${method} ${path}`);
      t.equal(answer.headers.get('allow'), allow);
      if (method !== 'HEAD') SHAPES[shape](t, answer);
      const allowed = isCrossOrigin(endpoint) ? 'https://app.example' : null;
      t.equal(answer.headers.get('access-control-allow-origin'), allowed);
    }
  }
});

t.test('every answer says which request it belongs to, and is not sniffed', async (t) => {
  const ids = new Set<string>();
  const answers: [string, Promise<Answer>][] = [
    ...ALL_DOORS.map(({ path }): [string, Promise<Answer>] => [path, org.fetch(path)]),
    ['/nothing', org.fetch('/nothing')],
    ['/%zz', org.fetch('/%zz')],
    ['too large', org.fetch('/oauth2/v1/token', { method: 'POST', body: 'x'.repeat(1_048_577) })],
  ];
  for (const [what, answer] of answers) {
    const { headers } = await answer;
    t.match(headers.get('x-okta-request-id'), /^[0-9a-f]{32}$/, what);
    ids.add(headers.get('x-okta-request-id') as string);
    t.equal(headers.get('x-content-type-options'), 'nosniff', what);
    t.equal(headers.get('x-xss-protection'), '0', what);
    t.match(headers.get('referrer-policy'), /^(strict-origin-when-cross-origin|no-referrer)$/, what);
    t.match(headers.get('content-type'), /^(application\/json|text\/html|text\/event-stream); charset=utf-8$/, what);
    t.equal(headers.get('server'), null, what);
    t.equal(headers.get('x-powered-by'), null, what);
  }
  t.equal(ids.size, answers.length);
  const { headers } = await org.fetch('/_mock/health', {
    headers: { 'x-okta-request-id': 'mine', 'request-id': 'mine' },
  });
  t.not(headers.get('x-okta-request-id'), 'mine', 'the org gives the id');
  const event = (await org.events()).at(-1);
  t.ok(ids.has(event.transaction.id), 'the id that stands in the System Log');
});

t.test('cross-origin requests', async (t) => {
  const origin = 'https://app.example';
  for (const endpoint of ALL_DOORS) {
    const { path, allow } = endpoint;
    const asked = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    };
    const preflight = await org.fetch(path, { method: 'OPTIONS', headers: asked });
    const [method] = allow.split(', ') as [string];
    const answer = await org.fetch(path, { method, headers: { origin } });
    const failed = await org.fetch(path, { method: 'POST', headers: { origin, 'content-type': ';' }, body: 'x' });
    if (!isCrossOrigin(endpoint)) {
      t.equal(preflight.status, 405, path);
      for (const { headers } of [preflight, answer, failed]) t.equal(headers.get('access-control-allow-origin'), null);
      continue;
    }
    t.strictSame([preflight.status, preflight.text], [204, ''], path);
    t.equal(preflight.headers.get('access-control-allow-methods'), allow);
    t.equal(preflight.headers.get('access-control-allow-headers'), 'authorization, content-type');
    t.equal(preflight.headers.get('access-control-max-age'), '3600');
    for (const { headers } of [preflight, answer, failed]) {
      t.equal(headers.get('access-control-allow-origin'), origin, path);
      t.equal(headers.get('vary'), 'Origin');
      t.equal(headers.get('access-control-allow-credentials'), null, 'never with cookies');
    }
    const { headers } = await org.fetch(path, { method });
    t.equal(headers.get('access-control-allow-origin'), null, 'nobody asked');
    t.equal(headers.get('vary'), 'Origin', 'a cache must not give this answer to a browser');
  }
});

t.test('HEAD is GET without the body', async (t) => {
  for (const { path, allow } of ALL_DOORS.filter(({ allow }) => allow.includes('GET'))) {
    const [head, get] = [await org.fetch(path, { method: 'HEAD' }), await org.fetch(path)];
    t.strictSame([head.status, head.text], [get.status, ''], `${path} ${allow}`);
    for (const name of ['content-type', 'content-length', 'cache-control']) {
      t.equal(head.headers.get(name), get.headers.get(name), `${path} ${name}`);
    }
  }
});

t.test('a path that is not there', async (t) => {
  const paths = [
    ...[
      '/nothing',
      '/console',
      '/console/nothing',
      '/.well-known',
      '/.well-known/nothing',
      '/oauth2',
      '/oauth2/v1',
      '/oauth2/v1/nothing',
      '/api/v1',
    ],
    ...ALL_DOORS.map(({ path }) => `${path}/`),
    ...ALL_DOORS.map(({ path }) => path.toUpperCase()),
    ...['//oauth2/v1/keys', '/oauth2//v1/keys', '/oauth2/v1/keys//', '/oauth2/v1/keys/x', '/oauth2/v1/../v1x/keys'],
    ...['/.well-known/openid-configuration/oauth2/default', '/.well-known/oauth-authorization-server/default'],
    ...['/oauth2/unknown/v1/keys', '/oauth2/%00/v1/token', '/oauth2/constructor/.well-known/openid-configuration'],
    ...['/.well-known/oauth-authorization-server/oauth2/unknown', '/oauth2/a%2Fb/v1/keys', '/favicon.ico', '/admin'],
  ];
  for (const path of paths) {
    const method = path.endsWith('token') ? 'POST' : 'GET';
    const headers = { accept: 'text/html', authorization: `SSWS ${EXAMPLE.apiToken}` };
    const { status, body } = await org.fetch(issuer + path, { method, headers });
    t.strictSame([status, body?.errorCode], [404, 'E0000007'], path);
  }
});

t.test('userinfo says in its header what is wrong with the token', async (t) => {
  const { access_token: good } = await org.signIn('alice@example.com');
  const get = (headers: Record<string, string>) => org.fetch('/oauth2/v1/userinfo', { headers });
  const answer = await get({ authorization: `Bearer ${good}` });
  t.strictSame([answer.status, answer.body.sub], [200, '00uAlice000000000001']);
  t.match(answer.headers.get('cache-control'), /no-store/);
  t.equal((await get({ authorization: `bearer ${good}` })).status, 200, 'the scheme in any case');
  t.equal((await org.post('/oauth2/v1/userinfo', { access_token: good })).status, 200, 'in the body of a POST');
  t.equal((await org.fetch(`/oauth2/v1/userinfo?access_token=${good}`)).status, 401, 'never in the query');
  for (const authorization of [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer x',
    `Bearer ${good}x`,
    `Basic ${good}`,
    `Bearer ${good} x`,
  ]) {
    const { status, body, headers } = await get(authorization === undefined ? {} : { authorization });
    t.strictSame([status, body.error], [401, 'invalid_token'], `${authorization}`);
    t.match(headers.get('www-authenticate'), /^Bearer error="invalid_token", error_description="[^"]+"$/);
  }
  const password = {
    grant_type: 'password',
    username: 'alice@example.com',
    password: EXAMPLE.password,
    scope: 'mcp:read',
  };
  const custom = await org.post('/oauth2/default/v1/token', password, { authorization: APP_BASIC });
  const authorization = `Bearer ${custom.body.access_token}`;
  const lacking = await org.fetch('/oauth2/default/v1/userinfo', { headers: { authorization } });
  t.strictSame([lacking.status, lacking.body.error], [403, 'insufficient_scope']);
  t.equal((await get({ authorization })).status, 401, "another server's token");
});

t.test('how the token endpoint answers a client it does not know', async (t) => {
  const grant = { grant_type: 'password', username: 'a', password: 'b' };
  const basic = (id: string) => ({ authorization: `Basic ${Buffer.from(`${id}:secret`).toString('base64')}` });
  const withBasic = await org.post('/oauth2/v1/token', grant, basic('0oaNobody'));
  const withSecret = await org.post('/oauth2/v1/token', { ...grant, client_id: '0oaNobody', client_secret: 'x' });
  const withNothing = await org.post('/oauth2/v1/token', { ...grant, client_id: '0oaNobody' });
  t.strictSame([withBasic.status, withSecret.status, withNothing.status], [401, 401, 400]);
  for (const { body } of [withBasic, withSecret, withNothing])
    t.match(body, { errorCode: 'invalid_client', errorCauses: [] });
  t.match(withBasic.headers.get('www-authenticate'), /^Basic realm=/);
  t.equal(withSecret.headers.get('www-authenticate'), null);
  const wrongSecret = await org.post('/oauth2/v1/token', grant, basic(EXAMPLE.appId));
  t.strictSame([wrongSecret.status, wrongSecret.body.error], [401, 'invalid_client']);
  t.match(wrongSecret.headers.get('www-authenticate'), /^Basic realm=/);
  for (const { headers } of [withBasic, withNothing, wrongSecret]) {
    t.strictSame(
      ['cache-control', 'pragma', 'expires'].map((name) => headers.get(name)),
      ['no-cache, no-store', 'no-cache', '0'],
    );
  }
});

t.test('a request that is no form is refused by the rules, and stands in the System Log', async (t) => {
  for (const init of [
    {},
    { body: '{}', headers: { 'content-type': 'application/json' } },
    { body: 'grant_type=password' },
  ]) {
    const answer = await org.fetch('/oauth2/v1/token', { method: 'POST', ...init });
    t.strictSame([answer.status, answer.body.error], [400, 'invalid_request']);
    t.match(answer.body.error_description, 'as a form');
    t.match((await org.events()).at(-1).outcome, { result: 'FAILURE', reason: 'invalid_request' });
  }
});

t.test('a failure of the org is answered in shape, told to the terminal, and says nothing to the client', async (t) => {
  const inside = await startOpenOrg((store) => ({
    ...store,
    live: {
      ...store.live,
      get: () => {
        throw new Error('SECRET the disk is full');
      },
    },
    view: () => ({
      ...store.view(),
      list: () => {
        throw new Error('SECRET no settings');
      },
    }),
  }));
  t.teardown(() => inside.close());
  const call = async (path: string, init?: RequestInit) => {
    const answer = await fetch(inside.issuer + path, init);
    const text = await answer.text();
    t.equal(answer.status, 500, path);
    t.notMatch(text, /SECRET|at .*:\d+/);
    return text;
  };
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x' });
  const token = await call('/oauth2/v1/token', { method: 'POST', body: form, headers: { authorization: APP_BASIC } });
  t.match(JSON.parse(token), { error: 'server_error', error_description: 'The org could not complete the request.' });
  t.match(await call('/oauth2/v1/authorize'), 'Error Code: server_error');
  t.match(JSON.parse(await call('/_mock/health')), { errorCode: 'E0000009' });
  t.equal(inside.failures.length, 3);
  t.same(
    new Set(inside.requests.map((line) => line.replace(/\d+ ms/, 'ms'))),
    new Set(['POST /oauth2/v1/token 500 ms', 'GET /oauth2/v1/authorize 500 ms', 'GET /_mock/health 500 ms']),
  );
});

t.test('over TLS', async (t) => {
  const file = (name: string) => fileURLToPath(new URL(`../support/tls/${name}`, import.meta.url));
  const secure = await startTestOrg({ tlsCert: file('loopback.pem'), tlsKey: file('loopback.key.pem') });
  t.teardown(() => secure.close());
  t.match(secure.issuer, /^https:/);
  const document = await new Promise<string>((resolve, reject) => {
    const ca = readFileSync(file('test-ca.pem'));
    get(`${secure.issuer}/.well-known/openid-configuration`, { ca }, (answer) => {
      answer.setEncoding('utf8').on('data', resolve);
    }).on('error', reject);
  });
  t.equal(JSON.parse(document).issuer, secure.issuer);
});

t.test('an audience of the org itself is stored relative to the issuer, and means the same', async (t) => {
  const { id_token } = await org.signIn('alice@example.com');
  const audience = `${issuer}/oauth2/default`;
  const answer = await org.exchange(id_token, { audience });
  t.equal(answer.status, 200);
  t.equal(decodeJwt(answer.body.access_token).aud, audience);
  t.equal((await org.redeem(answer.body.access_token)).status, 200);
  t.equal((await org.exchange(id_token, { audience: '{issuer}/oauth2/default' })).status, 400);
});

t.test('a server without keys publishes an empty set', async (t) => {
  const file = exampleOrg();
  const servers = [...(file.authorizationServers ?? []), { id: 'ausOther00000000001', name: 'other' }];
  const other = await startTestOrg({ org: { ...file, authorizationServers: servers } });
  t.teardown(() => other.close());
  t.equal((await other.fetch('/oauth2/ausOther00000000001/v1/keys')).status, 200);
});
