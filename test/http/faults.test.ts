/** Faults on their way over the wire: which requests meet them, how often, and what a client gets to see. */
import { connect } from 'node:net';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import t, { type Test } from 'tap';
import { KEY_SETS } from '../../src/edge-cases/situations.js';
import { KEY_SET_FAULTS, METADATA_FAULTS } from '../../src/on-purpose/published-faults.js';
import { isOnRoute } from '../../src/registry/fault.js';
import { controlOf } from '../support/control.js';
import { forgeIdJag, forgeIdToken } from '../support/forge.js';
import { startOpenOrg } from '../support/open-org.js';
import { APP_BASIC, driving, keepOrgs, startTestOrg, type TestOrg, testClock } from '../support/org.js';
import { unchecking } from '../support/self-checks.js';
import { startTwoOrgs } from '../support/two-orgs.js';

const { keep } = keepOrgs(t);
const org = keep(await startTestOrg());
const control = controlOf(org);
t.beforeEach(() => control.delete('faults').then(() => undefined));

const KEYS = '/oauth2/v1/keys';
const METADATA = '/.well-known/oauth-authorization-server';
const keys = () => org.fetch(KEYS);

/** All that comes over the wire, and whether the connection was reset. */
async function raw(path: string, at: TestOrg = org): Promise<{ text: string; reset: boolean }> {
  const { hostname, port } = new URL(at.issuer);
  const socket = connect(Number(port), hostname);
  let text = '';
  let reset = false;
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    reset = error.code === 'ECONNRESET';
  });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n\r\n`);
  await new Promise((resolve) => socket.on('close', resolve));
  return { text, reset };
}

const bodyIn = (text: string) => text.slice(text.indexOf('\r\n\r\n') + 4);
const lengthIn = (text: string) => Number(/content-length: (\d+)/i.exec(text)?.[1]);

t.test('nothing is wrong until a fault is switched on, and again once it is off', async (t) => {
  t.equal((await keys()).status, 200);
  t.strictSame((await control.get('faults')).body, []);
  const made = await control.post('faults', { route: KEYS, fault: { status: { code: 503, body: 'Later.' } } });
  t.match(made, { status: 201, body: { active: true, hits: 0, remaining: null, until: null, method: null } });
  const faulty = await keys();
  t.match([faulty.status, faulty.text, faulty.headers.get('content-type')], [503, 'Later.', /^text\/plain/]);
  t.match((await control.get('faults')).body, [{ id: made.body.id, hits: 1 }]);
  t.equal((await control.delete(`faults/${made.body.id}`)).status, 204);
  t.equal((await control.delete(`faults/${made.body.id}`)).status, 404);
  t.equal((await keys()).status, 200);
  const types = (await org.events()).map(({ eventType }) => eventType);
  for (const type of ['mock.fault.add', 'mock.fault.hit', 'mock.fault.remove']) t.ok(types.includes(type), type);
});

t.test('routes: one, one step of any kind, everything; and methods', async (t) => {
  const status = { status: { code: 418 } };
  const hit = async (path: string, method = 'GET') => (await org.fetch(path, { method })).status === 418;
  const cases: readonly (readonly [object, readonly boolean[]])[] = [
    [{ route: KEYS }, [true, false, false, false]],
    [{ route: '/oauth2/*/v1/keys' }, [false, true, false, false]],
    [{ route: '/oauth2/default/v1/keys' }, [false, true, false, false]],
    [{ route: '/**/keys' }, [true, true, false, false]],
    [{ route: '/**' }, [true, true, true, true]],
    [{ route: '/**', method: 'POST' }, [false, false, false, true]],
    [{ route: '/.well-known/*' }, [false, false, true, false]],
    [{ route: '/.well-*/oauth-*-s*' }, [false, false, true, false]],
    [{ route: '/oauth2/**/v1/**/keys' }, [true, true, false, false]],
  ];
  for (const [where, expected] of cases) {
    await control.done('faults', { ...where, fault: status });
    const hits = [
      await hit(KEYS),
      await hit('/oauth2/default/v1/keys'),
      await hit(METADATA),
      await hit('/api/v1/authn', 'POST'),
    ];
    t.strictSame(hits, expected, JSON.stringify(where));
    t.equal((await control.delete('faults')).status, 204, 'the control API is never hit');
  }
});

t.test('a pattern is compared step by step', async (t) => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['/a/**/b', '/a/b', true],
    ['/a/**/b', '/a/x/y/b', true],
    ['/a/**/b', '/a/x/y/c', false],
    ['/a/*/b', '/a/b', false],
    ['/**', '/', true],
    ['/*', '/a', true],
    ['/a*c', '/abc', true],
    ['/a*c', '/ac', true],
    ['/a*c', '/a', false],
    ['/ab*ba', '/aba', false],
    ['/a*b*c', '/axbxc', true],
    ['/a*b*c', '/axxxc', false],
    ['/a*b*bc', '/abc', false],
    ['/a.b', '/axb', false],
  ];
  for (const [pattern, path, is] of cases) t.equal(isOnRoute(pattern, path), is, `${pattern} ${path}`);
  t.notOk(isOnRoute(`/${'**/'.repeat(60)}x`, `/${'a/'.repeat(4000)}`), 'and no path takes long');
  await control.done('faults', { route: KEYS, fault: { status: { code: 418 } } });
  t.strictSame(
    [(await raw('/oauth2/v1/k%65ys')).text.slice(9, 12), (await raw('/oauth2/v1/k%zz')).text.slice(9, 12)],
    ['418', '400'],
  );
});

t.test('so many times, or for so long', async (t) => {
  await control.done('faults', { route: KEYS, fault: { status: { code: 500 } }, times: 7 });
  const statuses = (await Promise.all(Array.from({ length: 20 }, keys))).map(({ status }) => status);
  t.equal(statuses.filter((status) => status === 500).length, 7);
  t.match((await control.get('faults')).body, [{ hits: 7, remaining: 0, active: false }]);
  await control.done('faults', { route: KEYS, fault: { status: { code: 500 } }, seconds: '30s' });
  t.equal((await keys()).status, 500);
  await control.done('clock', { advance: '1h' });
  t.equal((await keys()).status, 500, 'by the time of the machine, not of the org');
  org.advance(31_000);
  t.equal((await keys()).status, 200);
  t.match((await control.get('faults')).body, [{}, { active: false, until: String, remaining: null }]);
  await control.delete('clock');
});

t.test('what is no fault, or of no endpoint, is refused', async (t) => {
  const refused: readonly (readonly [object, RegExp])[] = [
    [{ fault: { truncate: 1 } }, /route: is needed/],
    [{ route: '/oauth2/v2/keys', fault: { truncate: 1 } }, /route: no endpoint is at/],
    [{ route: '/_mock/clock', fault: { truncate: 1 } }, /route: no endpoint is at/],
    [{ route: METADATA, fault: { jwks: 'empty' } }, /is no key set/],
    [{ route: KEYS, fault: { metadata: 'issuer-mismatch' } }, /is no metadata document/],
    [{ route: 'keys', fault: { truncate: 1 } }, /route: is no path/],
    [{ route: KEYS, fault: { jwks: 'upside-down' } }, /fault.jwks/],
    [{ route: KEYS, fault: {} }, /says nothing/],
    [{ route: KEYS, fault: { truncate: 1 }, times: 0 }, /times/],
    [{ route: KEYS, fault: { truncate: 1 }, seconds: '2d' }, /seconds: is above/],
    [{ route: KEYS, fault: { redirect: 'javascript:alert(1)' } }, /redirect/],
    [{ route: KEYS, fault: { truncate: 0 } }, /truncate/],
    [{ route: KEYS, fault: { contentType: 'text/html\r\nX: y' } }, /contentType: has more than plain letters/],
    [
      { route: KEYS, fault: { status: { code: 500, headers: { 'Content-Length': '1' } } } },
      /headers: has a header that may not be set/,
    ],
    [{ route: METADATA, fault: { metadata: 'jwks-uri-moved' } }, /neither route nor method nor times/],
    [{ fault: { metadata: 'jwks-uri-moved' }, times: 2 }, /neither route nor method nor times/],
    [{ fault: { metadata: 'jwks-uri-moved' }, method: 'POST' }, /neither route nor method nor times/],
    [{ route: KEYS, fault: { status: { code: 500, headers: { 'bad name': 'x' } } } }, /headers/],
  ];
  for (const [body, says] of refused) {
    const answer = await control.post('faults', body);
    t.equal(answer.status, 400, JSON.stringify(body));
    t.match(answer.text, says);
  }
});

t.test('another answer: status, headers, JSON; a redirect', async (t) => {
  const status = { code: 429, body: { error: 'slow_down' }, headers: { 'retry-after': '7' } };
  await control.done('faults', { route: KEYS, fault: { status } });
  const answer = await keys();
  t.match([answer.status, answer.body, answer.headers.get('retry-after')], [429, { error: 'slow_down' }, '7']);
  await control.delete('faults');
  await control.done('faults', { route: KEYS, fault: { redirect: 'https://elsewhere.example/keys' } });
  const redirect = await keys();
  t.match([redirect.status, redirect.headers.get('location')], [302, 'https://elsewhere.example/keys']);
});

t.test('a request that meets status, redirect or reset before is not carried out', async (t) => {
  const code = async () => (await org.authorize('alice@example.com')).result.get('code') as string;
  const redeem = (one: string) =>
    org.post(
      '/oauth2/v1/token',
      { grant_type: 'authorization_code', code: one, redirect_uri: 'http://127.0.0.1:8976/callback' },
      {
        authorization: `Basic ${Buffer.from('0oaClaudeOidc0000001:claude-oidc-client-secret-for-testing-only').toString('base64')}`,
      },
    );
  for (const [fault, isCarriedOut] of [
    [{ reset: 'before' }, false],
    [{ reset: 'after' }, true],
  ] as const) {
    const one = await code();
    await control.done('faults', { route: '/oauth2/v1/token', fault, times: 1 });
    await t.rejects(redeem(one), /fetch failed/);
    t.equal((await redeem(one)).status, isCarriedOut ? 400 : 200, JSON.stringify(fault));
  }
});

t.test('a connection that is reset, cut off, slow, mislabelled, or endless', async (t) => {
  const good = (await keys()).text;
  const met = async (fault: object, path = KEYS) => {
    await control.delete('faults');
    await control.done('faults', { route: KEYS, fault });
    return raw(path);
  };
  t.strictSame(await met({ reset: 'before' }), { text: '', reset: true });
  const cut = await met({ truncate: 20 });
  t.strictSame([bodyIn(cut.text), lengthIn(cut.text)], [good.slice(0, 20), good.length]);
  const slow = await met({ drip: { bytes: 100, every: '1ms' } });
  t.strictSame([bodyIn(slow.text), lengthIn(slow.text)], [good, good.length]);
  const typed = await met({ contentType: 'text/html' });
  t.match([typed.text, bodyIn(typed.text)], [/content-type: text\/html\r\n/i, good]);
  const large = bodyIn((await met({ oversize: 200_000 })).text);
  t.strictSame([large.length, large.trimEnd()], [200_000, good]);
  t.equal(bodyIn((await met({ oversize: 1 })).text), good, 'never less than it has');
});

t.test('an answer that is held back holds up no reset, and one that is asked for by HEAD meets nothing', async (t) => {
  const own = keep(await startTestOrg());
  await controlOf(own).done('faults', { route: '/api/v1/users', fault: { latency: { fixed: '10m' } } });
  const leaving = new AbortController();
  const headers = { authorization: 'SSWS 00-example-api-token-for-testing-only' };
  const held = own.fetch('/api/v1/users', { headers, signal: leaving.signal }).catch(({ name }) => name);
  while ((await controlOf(own).get('faults')).body[0].hits === 0);
  t.equal((await own.fetch('/api/v1/users', { method: 'HEAD', headers })).status, 200);
  t.equal((await controlOf(own).post('reset')).status, 204);
  leaving.abort();
  t.equal(await held, 'AbortError');
});

t.test('a client that does not read holds up no closing', async (t) => {
  const own = await startTestOrg();
  await controlOf(own).done('faults', { route: KEYS, fault: { oversize: 200_000_000 } });
  const { hostname, port } = new URL(own.issuer);
  const socket = connect(Number(port), hostname).pause();
  socket.on('error', () => undefined);
  socket.write(`GET ${KEYS} HTTP/1.1\r\nHost: x\r\n\r\n`);
  while ((await controlOf(own).get('faults')).body[0].hits === 0);
  await t.resolves(own.close());
  socket.destroy();
});

t.test('latency holds the answer back; a server that closes waits for nothing', async (t) => {
  await control.done('faults', { route: KEYS, fault: { latency: { fixed: '1ms', jitter: '1ms', seed: 4 } } });
  t.equal((await keys()).status, 200);
  const own = await startTestOrg();
  await controlOf(own).done('faults', { route: '/oauth2/v1/keys', fault: { latency: { fixed: '10m' } } });
  await controlOf(own).done('faults', { route: '/.well-known/*', fault: { drip: { bytes: 1, every: '60s' } } });
  const waiting = [own.fetch(KEYS), own.fetch(METADATA)];
  // Once both are counted, both are on their way.
  while ((await controlOf(own).get('faults')).body.some(({ hits }: { hits: number }) => hits === 0));
  await own.close();
  t.strictSame(
    (await Promise.all(waiting)).map(({ status }) => status),
    [200, 200],
  );
});

const verifying = (at: TestOrg) =>
  createRemoteJWKSet(new URL(at.issuer + KEYS), { cooldownDuration: 0, cacheMaxAge: 0 });

t.test('what a verifier of another house makes of key sets', async (t) => {
  const token = await forgeIdJag(org);
  const verify = () => jwtVerify(token, verifying(org));
  const good = new Set(['foreign-members', 'oct', 'rollback']);
  for (const word of Object.keys(KEY_SETS).filter((one) => one !== 'huge')) {
    await control.delete('faults');
    await control.done('faults', { fault: { jwks: word } });
    if (good.has(word)) await t.resolves(verify(), word);
    else await t.rejects(verify(), word);
  }
  await control.delete('faults');
  await t.resolves(verify(), 'and recovers');
});

t.test('key sets fail for their own server only where a route says so, and errors stay errors', async (t) => {
  await control.done('faults', { route: '/oauth2/default/v1/keys', fault: { jwks: 'empty' } });
  t.equal((await keys()).body.keys.length, 2);
  t.strictSame((await org.fetch('/oauth2/default/v1/keys')).body, { keys: [] });
  await control.delete('faults');
  await control.done('faults', { fault: { jwks: 'empty' } });
  t.equal((await org.fetch('/oauth2/nowhere/v1/keys')).status, 404);
  await control.delete('faults');
  await control.done('faults', { fault: { metadata: 'issuer-mismatch' } });
  t.match((await org.fetch(METADATA)).body, { issuer: 'https://other-issuer.example' });
  t.equal((await org.fetch(`${METADATA}?client_id=nobody`)).status, 400);
});

t.test('a key set that was moved, and the address that says so', async (t) => {
  t.equal((await org.fetch(`${KEYS}/moved`)).status, 404);
  await control.done('faults', { fault: { metadata: 'jwks-uri-moved' } });
  const { jwks_uri } = (await org.fetch(METADATA)).body;
  t.equal(jwks_uri, `${org.issuer}${KEYS}/moved`);
  t.equal((await fetch(jwks_uri)).status, 200);
  t.equal((await keys()).status, 404);
  await control.delete('faults');
  t.equal((await keys()).status, 200);
});

t.test('a key set whose address is said to be without TLS', async (t) => {
  await control.done('faults', { fault: { metadata: 'jwks-uri-http' } });
  t.match((await org.fetch(METADATA)).body.jwks_uri, /^http:\/\/keys\.example(:\d+)?\/oauth2\/v1\/keys$/);
  const { jwks_uri } = METADATA_FAULTS['jwks-uri-http']({ jwks_uri: 'https://okta.example/oauth2/v1/keys' });
  t.equal(jwks_uri, 'http://okta.example/oauth2/v1/keys');
});

t.test('documents that lead to another host lead where they are told to', async (t) => {
  const leadsTo = 'http://127.0.0.1:9/keys';
  await control.done('faults', { fault: { metadata: 'jwks-uri-http', leadsTo } });
  t.equal((await org.fetch(METADATA)).body.jwks_uri, leadsTo);
  await control.done('faults', { fault: { jwks: 'redirect', leadsTo } });
  const answer = await org.fetch(KEYS, { redirect: 'manual' });
  t.strictSame([answer.status, answer.headers.get('location')], [302, leadsTo]);
  const refused = await control.post('faults', { fault: { jwks: 'down', leadsTo } });
  t.equal(refused.status, 400);
  t.match(JSON.stringify(refused.body), 'leadsTo: goes with jwks: redirect, or with metadata: jwks-uri-http');
});

t.test('another org does not meet it', async (t: Test) => {
  const { main, two } = await startTwoOrgs(t);
  await controlOf(two).post('faults', { fault: { jwks: 'down' } });
  t.strictSame([(await main.fetch(KEYS)).status, (await two.fetch(KEYS)).status], [200, 503]);
});

t.test('an exchange goes on in spite of faults elsewhere', async (t) => {
  await control.done('faults', { fault: { jwks: 'down' } });
  t.equal((await unchecking(async () => org.exchange(await forgeIdToken(org)))).status, 200);
});

t.test('the inbox says what a request to a token endpoint met', async (t) => {
  const route = '/oauth2/v1/token';
  const { id } = await control.done('faults', { route, fault: { status: { code: 503 } }, times: 1 });
  t.equal((await org.exchange('x')).status, 503);
  const [faulted] = (await control.get('exchanges?result=faulted')).body;
  t.match(faulted, {
    ...{ server: 'org', result: 'faulted', grantType: 'unread', client: null, rules: [], answer: null },
    onPurpose: { edgeCases: [], armed: null, fault: { status: { code: 503 } }, faultId: id },
  });
  const slow = await control.done('faults', { route, fault: { contentType: 'text/plain' }, times: 2 });
  await unchecking(async () => org.exchange(await forgeIdToken(org)));
  await unchecking(() => org.exchange('no token'));
  const [refused, granted] = (await control.get('exchanges?limit=2')).body;
  t.match([granted.result, granted.onPurpose], ['granted', { fault: { contentType: 'text/plain' }, faultId: slow.id }]);
  t.match([refused.result, refused.onPurpose], ['refused', { faultId: slow.id }]);
});

t.test(
  'what is armed wins over what the route has met, and the moved address is told whatever else is met',
  async (t) => {
    await control.done('faults', { route: '/**', fault: { latency: { fixed: '1ms' } } });
    await control.done('faults', { fault: { metadata: 'jwks-uri-moved' } });
    t.match((await org.fetch(METADATA)).body.jwks_uri, /\/v1\/keys\/moved$/);
    t.match((await org.fetch(METADATA)).body.jwks_uri, /\/v1\/keys\/moved$/);
    await control.done('armed', { fault: { status: { code: 503 } }, times: 1 });
    t.equal((await unchecking(async () => org.exchange(await forgeIdToken(org)))).status, 503);
  },
);

t.test('a path with a fragment is no way around, and no way to fail', async (t) => {
  await control.done('faults', { route: KEYS, fault: { status: { code: 418 } } });
  t.equal((await raw(`${KEYS}#x`)).text.slice(9, 12), '418');
  await control.delete('faults');
  t.equal((await raw(`${KEYS}#%`)).text.slice(9, 12), '200');
});

t.test(
  'a token request to a server that there is not leaves no record, and an answer without a body none',
  async (t) => {
    await control.delete('exchanges');
    await control.done('faults', { route: '/oauth2/*/v1/token', fault: { status: { code: 503 } } });
    t.equal((await org.post('/oauth2/s3cr3t/v1/token', {})).status, 503);
    t.strictSame((await control.get('exchanges')).body, []);
    await control.done('faults', { route: '/oauth2/v1/revoke', fault: { contentType: 'text/plain' } });
    const revoked = await org.post('/oauth2/v1/revoke', { token: 'x' }, { authorization: APP_BASIC });
    t.match([revoked.status, revoked.text, revoked.headers.get('content-type')], [200, '', 'text/plain']);
  },
);

t.test('a key set of fifty megabytes', async (t) => {
  const answer = KEY_SET_FAULTS.huge({ text: '{"keys":[]}', keys: [], edge: {} as never });
  t.strictSame(answer, { body: '{"keys":[]}', padTo: 50_000_000 });
});

t.test('who loses the race for a fault looks for the next', async (t) => {
  let lose = false;
  const open = await startOpenOrg((store) => ({
    ...store,
    async commit(...commit) {
      const lost = lose;
      lose = false;
      return lost ? { kind: 'changed', collection: 'faults', id: 'x' } : store.commit(...commit);
    },
  }));
  t.teardown(() => open.close());
  const own = controlOf(driving(open, testClock()));
  await own.done('faults', { route: KEYS, fault: { status: { code: 418 } }, times: 1 });
  lose = true;
  t.equal((await fetch(open.issuer + KEYS)).status, 418);
  t.notOk(lose);
});
