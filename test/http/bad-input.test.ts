/**
 * Any bytes at any endpoint: an answer in the endpoint's own shape, 4xx when it is a refusal, never a 5xx, never a stack
 * trace, never a hang; and the org works as before.
 */
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import t, { type Test as Tap } from 'tap';
import { CONSOLE_ENDPOINTS } from '../../src/http/console/pages.js';
import { APP_BASIC, EXAMPLE, startTestOrg } from '../support/org.js';
import { resetAfter, sendBytes, wireRequest } from '../support/wire.js';
import { ALL_DOORS, type Door, ENDPOINTS } from './doors.js';

const LIMIT = 1_048_576;
const FORM = 'application/x-www-form-urlencoded';

const org = await startTestOrg();
const { issuer } = org;

/** The whole main job, as proof that nothing was broken. */
async function worksAsBefore(t: Tap, what: string) {
  const { id_token } = await org.signIn('alice@example.com');
  const answer = await org.exchange(id_token);
  t.equal(answer.status, 200, `after ${what} the org works as before`);
  t.notOk(
    org.lines.some((line) => line.startsWith('failure')),
    'and nothing was called a failure',
  );
}

t.teardown(() => org.close());

type Shape = Door['shape'];
interface Sent {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const isManagement = (body: object) =>
  Object.keys(body).join() === 'errorCode,errorSummary,errorLink,errorId,errorCauses';

/** Whether an error has the shape of the endpoint; an unknown client or server is told in the management API's. */
function hasShape({ type, text }: Sent, shape: Shape): boolean {
  if (type === 'text/html; charset=utf-8') return shape === 'page' && text.startsWith('<!doctype html>');
  if (type !== 'application/json; charset=utf-8') return false;
  const body = JSON.parse(text) as object;
  return isManagement(body) || (shape === 'oauth' && Object.keys(body).join() === 'error,error_description');
}

const STACK = /\n\s+at |node_modules|file:\/\/|TypeError|RangeError|SyntaxError|FST_ERR/;

/** fetch will not send half of what stands in this file. */
function send(method: string, path: string, headers: Record<string, string>, body: string | Uint8Array): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(issuer), { method, path, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: answer.statusCode ?? 0, type: answer.headers['content-type'] ?? '', text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const NAMES = [
  ...[
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'isForm',
    'get',
    'names',
    'length',
    '',
    'a[b]',
    'ü',
    '\u0000',
  ],
  ...['client_id', 'client_secret', 'client_assertion', 'client_assertion_type', 'grant_type', 'code', 'redirect_uri'],
  ...[
    'scope',
    'state',
    'response_type',
    'response_mode',
    'prompt',
    'max_age',
    'nonce',
    'code_challenge',
    'sessionToken',
  ],
  ...[
    'code_verifier',
    'refresh_token',
    'username',
    'password',
    'subject_token',
    'subject_token_type',
    'audience',
    'resource',
  ],
  ...[
    'requested_token_type',
    'actor_token',
    'assertion',
    'token',
    'stateToken',
    'id_token_hint',
    'login_hint',
    'access_token',
  ],
  ...['post_logout_redirect_uri', 'filter', 'q', 'limit', 'since', 'until', 'after', 'sortOrder'],
];
const VALUES = [
  ...[
    '',
    'x',
    '__proto__',
    'constructor',
    '0',
    '-1',
    '1e999',
    'null',
    '[]',
    '{}',
    '"',
    '<script>',
    '\u0000',
    '\ud800',
    'ü',
    '\r\nX: y',
  ],
  ...[
    EXAMPLE.appId,
    EXAMPLE.agentId,
    EXAMPLE.redirectUri,
    EXAMPLE.figma,
    EXAMPLE.password,
    'alice@example.com',
    'openid',
  ],
  ...['code', 'none', 'login', 'form_post', 'fragment', 'S256', 'authorization_code', 'password', 'refresh_token'],
  ...['urn:ietf:params:oauth:grant-type:token-exchange', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
  ...[
    'urn:ietf:params:oauth:token-type:id-jag',
    'urn:ietf:params:oauth:token-type:id_token',
    'eyJhbGciOiJub25lIn0.e30.',
  ],
  ...['urn:ietf:params:oauth:client-assertion-type:jwt-bearer', 'a.b.c', '..', 'x'.repeat(5000), '('.repeat(2000)],
];
const parameters = fc
  .array(
    fc.tuple(fc.oneof(fc.constantFrom(...NAMES), fc.string()), fc.oneof(fc.constantFrom(...VALUES), fc.string())),
    { maxLength: 12 },
  )
  .map((pairs) => new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString());
const query = fc.oneof(
  fc.constant(''),
  parameters,
  fc.constantFrom('%', '%zz', '&&==&', '?', 'a=%ff%fe', '#', '=', '%00=%00'),
);
const contentType = fc.constantFrom(
  ...[
    undefined,
    FORM,
    `${FORM};charset=UTF-8`,
    FORM.toUpperCase(),
    `${FORM}; charset=utf-16`,
    'application/json',
    ';;;',
    'x',
  ],
  ...[
    'application/json; charset=x',
    'text/plain',
    'multipart/form-data; boundary=x',
    'multipart/form-data',
    'application/xml',
  ],
);
const body = fc.oneof(
  parameters,
  fc.json(),
  fc.uint8Array({ maxLength: 300 }),
  fc.constantFrom(
    '',
    '{',
    '[[[[',
    '{"__proto__":{"isForm":true}}',
    '{"isForm":true,"names":1}',
    'null',
    '=',
    '&',
    '%',
    '\u0000',
  ),
);
const header = fc.constantFrom<[string, string]>(
  ...([
    ['authorization', APP_BASIC],
    ['authorization', 'Basic'],
    ['authorization', 'Basic !!!'],
    ['authorization', `Basic ${Buffer.from('%zz:%').toString('base64')}`],
    ['authorization', `Basic ${Buffer.from('__proto__:x').toString('base64')}`],
    ['authorization', 'Bearer ..'],
    ['authorization', `SSWS ${EXAMPLE.apiToken}`],
    ['authorization', 'SSWS __proto__'],
    ['cookie', 'idx=%zz; __proto__=x; ; ='],
    ['cookie', `idx=${'x'.repeat(3000)}`],
    ['origin', 'null'],
    ['content-encoding', 'gzip'],
    ['accept', 'application/x-nothing'],
    ['host', '][:-1'],
    ['range', 'bytes=9-1'],
    ['if-none-match', '*'],
    ['x-http-method-override', 'DELETE'],
    ['x-forwarded-for', '"><script>'],
    ['user-agent', 'ü'.repeat(200)],
  ] as [string, string][]),
);
const NOT_THERE: readonly { path: string; shape: Shape }[] = [
  { path: '/oauth2/__proto__/v1/token', shape: 'oauth' },
  { path: '/oauth2/x/v1/authorize', shape: 'page' },
  ...['/%zz', `/${'x'.repeat(3000)}`, '//', '/..'].map((path) => ({ path, shape: 'management' as const })),
];
const CONSOLE = CONSOLE_ENDPOINTS.filter(({ url }) => !url.endsWith('/events')).map(({ url }) => ({
  path: url.replaceAll(/:\w+/g, 'x'),
  shape: 'page' as const,
}));
const path = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...ENDPOINTS) },
  { weight: 4, arbitrary: fc.constantFrom(...ALL_DOORS.filter(({ path }) => path !== '/_mock/exchanges/stream')) },
  { weight: 2, arbitrary: fc.constantFrom(...CONSOLE) },
  { weight: 1, arbitrary: fc.constantFrom(...NOT_THERE) },
);
const method = fc.constantFrom(
  'GET',
  'POST',
  'POST',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
);

t.test('anything at any endpoint', async (t) => {
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(
      path,
      method,
      query,
      contentType,
      body,
      fc.array(header, { maxLength: 4 }),
      async (at, method, query, type, body, pairs) => {
        const bytes = typeof body === 'string' ? Buffer.from(body) : body;
        const headers = {
          ...Object.fromEntries(pairs),
          ...(type !== undefined && { 'content-type': type }),
          'content-length': `${bytes.length}`,
        };
        const answer = await send(
          method,
          query === '' ? at.path : `${at.path}?${query.replace('#', '%23')}`,
          headers,
          bytes,
        );
        if (answer.status >= 500 || answer.status < 200) throw new Error(`status ${answer.status}: ${answer.text}`);
        if (STACK.test(answer.text)) throw new Error(`a trace of the inside: ${answer.text}`);
        if (answer.status < 400) return;
        refused++;
        if (method !== 'HEAD' && !hasShape(answer, at.shape)) throw new Error(`shape of ${answer.type} ${answer.text}`);
      },
    ),
    { numRuns: 600, seed: 20_261_101 },
  );
  t.ok(refused > 100, 'most of it is refused');
  await worksAsBefore(t, 'all that');
});

t.test('bytes that are no request', async (t) => {
  const post = (headers: Record<string, string>, body = '') =>
    wireRequest('POST', '/oauth2/v1/token', { 'Content-Type': FORM, ...headers }, body);
  const rows: [string, string | Uint8Array, number][] = [
    ['nothing that is HTTP', '\x16\x03\x01\x00\xff garbage\r\n\r\n', 400],
    ['random bytes', Uint8Array.from({ length: 300 }, (_, at) => (at * 7919) % 256), 400],
    ['a request line without a method', ' / HTTP/1.1\r\n\r\n', 400],
    ['a request line of one word', 'GET\r\n\r\n', 400],
    ['another protocol', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
    ['another version', 'GET / HTTP/9.9\r\n\r\n', 400],
    ['a header without a colon', 'GET / HTTP/1.1\r\nHost\r\n\r\n', 400],
    ['a header with a space in its name', 'GET / HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n', 400],
    ['a NUL in the path', wireRequest('GET', '/oauth2/v1/keys\0'), 400],
    ['a NUL in a header', wireRequest('GET', '/oauth2/v1/keys', { X: 'a\0b' }), 400],
    ['a header that is too large', wireRequest('GET', '/oauth2/v1/keys', { X: 'x'.repeat(17_000) }), 431],
    ['a path that is too long', wireRequest('GET', `/${'x'.repeat(17_000)}`), 431],
    ['a chunk that is no chunk', post({ 'Transfer-Encoding': 'chunked' }, 'zz\r\nabc\r\n'), 400],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na', 400],
    ['a length and chunks', post({ 'Content-Length': '5', 'Transfer-Encoding': 'chunked' }, '0\r\n\r\n'), 400],
    ['a negative length', post({ 'Content-Length': '-1' }), 400],
    ['a length that is no number', post({ 'Content-Length': 'x' }), 400],
    ['a chunk extension without end', post({ 'Transfer-Encoding': 'chunked' }, `1;${'x'.repeat(20_000)}`), 413],
  ];
  for (const [what, bytes, status] of rows) {
    const answer = await sendBytes(issuer, [bytes]);
    t.equal(answer.status, status, what);
    t.match(answer.headers.get('content-type'), 'application/json');
    t.ok(isManagement(JSON.parse(answer.body)), what);
    t.equal(answer.headers.get('connection'), 'close');
    t.equal(answer.raw.split('HTTP/1.1').length, 2, 'one answer');
  }
  const cut: [string, string][] = [
    ['chunks that break off', post({ 'Transfer-Encoding': 'chunked' }, '5\r\nabc')],
    ['a body shorter than its length', post({ 'Content-Length': '50' }, 'abc')],
    ['a head that breaks off', 'GET / HTTP/1.1\r\nHos'],
    ['a request line that breaks off', 'GE'],
  ];
  for (const [what, bytes] of cut) t.equal((await sendBytes(issuer, [bytes], true)).status, 400, what);
  t.equal((await sendBytes(issuer, [''], true)).raw, '', 'silence is answered by silence');
  await resetAfter(issuer, 'POST /oauth2/v1/token HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx');
  await worksAsBefore(t, 'garbage');
});

t.test('requests that are odd, but requests', async (t) => {
  const SSWS = { Authorization: `SSWS ${EXAMPLE.apiToken}` };
  const evil = 'http://evil.example';
  const rows: [string, string, number][] = [
    ['an absolute URL', wireRequest('GET', `${evil}/oauth2/v1/keys`), 200],
    ['an absolute URL without a path', wireRequest('GET', evil), 200],
    ['an absolute URL that is none', wireRequest('GET', 'http://[x/api/v1/logs', SSWS), 400],
    ['percent signs that say nothing', wireRequest('GET', '/%zz'), 400],
    ['the same in an endpoint', wireRequest('GET', '/oauth2/%zz/v1/keys'), 400],
    ['the same in a query', wireRequest('GET', '/oauth2/v1/authorize?%zz=%&%'), 400],
    ['a long path', wireRequest('GET', `/${'x/'.repeat(7000)}`), 404],
    ['a long server id', wireRequest('GET', `/oauth2/${'x'.repeat(7000)}/v1/keys`), 400],
    ['an asterisk', wireRequest('OPTIONS', '*'), 404],
    ['dots', wireRequest('GET', '/oauth2/../../etc/passwd'), 404],
    ['a method of its own', wireRequest('PURGE', '/oauth2/v1/token'), 405],
    ['a trace', wireRequest('TRACE', '/signin'), 405],
    [
      'an upgrade nobody offers',
      wireRequest('GET', '/_mock/health', { Upgrade: 'websocket', Connection: 'close, upgrade' }),
      200,
    ],
    ['HTTP/1.0', 'GET /_mock/health HTTP/1.0\r\n\r\n', 200],
    ['no Host', 'GET /_mock/health HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    [
      'an expectation nobody meets',
      wireRequest('POST', '/oauth2/v1/token', { Expect: 'x', 'Content-Length': '0' }),
      417,
    ],
  ];
  for (const [what, bytes, status] of rows) {
    const answer = await sendBytes(issuer, [bytes]);
    t.equal(answer.status, status, what);
    t.notMatch(answer.raw, /evil|passwd|node_modules/);
  }
  const logs = await sendBytes(issuer, [wireRequest('GET', `${evil}/api/v1/logs`, SSWS)]);
  t.match(logs.raw, `link: <${issuer}/api/v1/logs>; rel="self"`);
  t.notMatch(logs.raw, /evil/, 'no link leads elsewhere');
  await sendBytes(issuer, [wireRequest('GET', `${evil}/oauth2/v1/authorize`)]);
  t.equal((await org.events()).at(-1).debugContext.debugData.requestUri, '/oauth2/v1/authorize', 'nor the System Log');
  const connect = await sendBytes(issuer, [wireRequest('CONNECT', 'evil.example:443')]);
  t.equal(connect.raw, '', 'no proxy');
  await worksAsBefore(t, 'odd requests');
});

t.test('bodies are bounded', async (t) => {
  for (const { path, shape, allow } of ENDPOINTS.filter(({ allow }) => allow.includes('POST'))) {
    for (const type of [FORM, 'application/json', 'application/octet-stream', 'multipart/form-data; boundary=x']) {
      const headers = { 'Content-Type': type, 'Content-Length': `${LIMIT + 1}` };
      const declared = await sendBytes(issuer, [wireRequest('POST', path, headers)]);
      const chunked = { 'Content-Type': type, 'Transfer-Encoding': 'chunked' };
      const size = `${(LIMIT + 1).toString(16)}\r\n`;
      const sent = await sendBytes(issuer, [wireRequest('POST', path, chunked), size, Buffer.alloc(LIMIT + 1, 'a')]);
      for (const { status, headers, body } of [declared, sent]) {
        t.equal(status, 413, `${path} ${allow} ${type}`);
        t.ok(hasShape({ status, type: headers.get('content-type') ?? '', text: body }, shape));
      }
    }
  }
  const full = new URLSearchParams({
    grant_type: 'password',
    scope: 'openid',
    username: 'alice@example.com',
    password: EXAMPLE.password,
  });
  const padded = `${full}&padding=`.padEnd(LIMIT, 'x');
  const headers = { authorization: APP_BASIC, 'content-type': FORM };
  t.equal(
    (await org.fetch('/oauth2/v1/token', { method: 'POST', headers, body: padded })).status,
    200,
    'a full one is read',
  );
  await worksAsBefore(t, 'large bodies');
});

t.test('bodies that are not what they say', async (t) => {
  const post = (
    path: string,
    type: string,
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ) => org.fetch(path, { method: 'POST', headers: { 'content-type': type, ...headers }, body });
  const json = 'application/json';
  const good = JSON.stringify({ username: 'alice@example.com', password: EXAMPLE.password });
  const form = new URLSearchParams({
    grant_type: 'password',
    scope: 'openid',
    username: 'alice@example.com',
    password: EXAMPLE.password,
  }).toString();
  const gzip = { 'content-encoding': 'gzip' };

  t.match(
    (await post('/api/v1/authn', json, gzipSync(good), gzip)).body,
    { errorCode: 'E0000003' },
    'nothing is unpacked',
  );
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  t.equal((await post('/api/v1/authn', json, bomb, gzip)).status, 400);
  t.equal((await post('/oauth2/v1/token', FORM, gzipSync(form), { ...gzip, authorization: APP_BASIC })).status, 400);
  const multipart = `--x\r\nContent-Disposition: form-data; name="grant_type"\r\n\r\npassword\r\n--x--\r\n`;
  const answer = await post('/oauth2/v1/token', 'multipart/form-data; boundary=x', multipart, {
    authorization: APP_BASIC,
  });
  t.match(answer.body, { error: 'invalid_request', error_description: /as a form/ });
  t.match((await post('/api/v1/authn', 'multipart/form-data; boundary=x', multipart)).body, { errorCode: 'E0000021' });
  t.match((await post('/signin', 'multipart/form-data; boundary=x', multipart)).text, 'Error Code: invalid_request');

  for (const deep of ['['.repeat(500_000), '{"a":'.repeat(150_000), `${'['.repeat(400_000)}${']'.repeat(400_000)}`]) {
    const { status, body } = await post('/api/v1/authn', json, deep);
    t.equal(status, 400);
    t.match(body.errorCode, /^E000000[13]$/);
  }
  const asForm = JSON.stringify({ isForm: true, names: [], get: 1 });
  t.match((await post('/api/v1/authn', json, asForm)).body, { errorCode: 'E0000001' }, 'no body passes for a form');
  const SSWS = { headers: { authorization: `SSWS ${EXAMPLE.apiToken}` } };
  t.match((await org.fetch('/api/v1/logs?isForm=1&limit=x', SSWS)).body, { errorCode: 'E0000001' }, 'nor does a query');
  const polluted = good.replace('{', '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},');
  t.equal((await post('/api/v1/authn', json, polluted)).status, 200, 'members nobody asked for are ignored');
  t.notOk('polluted' in {}, 'and harm nobody');
  t.equal(
    (await post('/api/v1/authn', json, Buffer.from('{"username":"\xff","password":"\xfe"}', 'latin1'))).status,
    401,
  );
  t.equal((await post('/api/v1/authn', json, '\ufeff{}')).body.errorCode, 'E0000003');

  const invalid = Buffer.from('grant_type=password&username=\xff\xfe&password=%ff%c0%80&scope=openid', 'latin1');
  t.match((await post('/oauth2/v1/token', FORM, invalid, { authorization: APP_BASIC })).body, {
    error: 'invalid_grant',
  });
  const names = [
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'isForm',
    'get',
    'all',
    'names',
  ];
  const extra = names.map((name) => `${name}=x&${name}[polluted]=1`).join('&');
  t.equal(
    (await post('/oauth2/v1/token', FORM, `${form}&${extra.replaceAll('&', '0&')}`, { authorization: APP_BASIC }))
      .status,
    200,
  );
  for (const name of names) {
    const grant = `grant_type=${name}`;
    t.match((await post('/oauth2/v1/token', FORM, grant, { authorization: APP_BASIC })).body, {
      error: 'unsupported_grant_type',
    });
    const client = await post('/oauth2/v1/token', FORM, `grant_type=password&client_id=${name}`);
    t.match(client.body, { errorCode: 'invalid_client' });
  }
  for (const empty of ['', '&', '=', '%', '&&&===&&', '%00', '\u0000']) {
    t.match((await post('/oauth2/v1/token', FORM, empty, { authorization: APP_BASIC })).body, {
      error: 'invalid_request',
    });
  }
  await worksAsBefore(t, 'odd bodies');
});
