/** The library's door: where an org listens, what it calls itself, what it starts from, and what outlives a restart. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createSilentServer, type Server } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { readConfig, type Settings } from '../src/config.js';
import { askHealth } from '../src/health.js';
import { type EdgeCaseInput, explainIdJag, type StartOptions, start } from '../src/index.js';
import { GRANT_TYPE, TOKEN_TYPE } from '../src/protocol/urns.js';
import { APP_BASIC, EXAMPLE, exampleOrg, startTestOrg } from './support/org.js';

const open = async (t: { teardown(done: () => Promise<void>): void }, options: StartOptions = {}) => {
  const org = await start(options);
  t.teardown(() => org.close());
  return org;
};
t.test('without options: the example org, in memory, on a free port of this machine', async (t) => {
  const org = await open(t);
  t.match(org.issuer, /^http:\/\/127\.0\.0\.1:\d+$/);
  t.equal(org.banner.trim().split(/\s/).at(-1), org.issuer, 'the URL stands last');
  const answer = await fetch(`${org.issuer}/oauth2/v1/token`, { method: 'POST', body: new URLSearchParams() });
  t.equal(answer.status, 401, 'and what it would say to a terminal goes nowhere');
  const document = await (await fetch(`${org.issuer}/.well-known/openid-configuration`)).json();
  t.equal((document as { issuer: string }).issuer, org.issuer);
});

t.test('on a wildcard address the issuer is localhost', async (t) => {
  t.match((await open(t, { host: '0.0.0.0' })).issuer, /^http:\/\/localhost:\d+$/);
});

t.test('a configured issuer is used byte for byte, whatever the Host header says', async (t) => {
  const org = await startTestOrg({ issuer: 'https://okta.example' });
  t.teardown(() => org.close());
  const url = /Listening on (\S+)/.exec(org.banner)?.[1] as string;
  const answer = await fetch(`${url}/oauth2/default/.well-known/oauth-authorization-server`);
  t.match(await answer.json(), {
    issuer: 'https://okta.example/oauth2/default',
    jwks_uri: /^https:\/\/okta\.example\//,
  });
});

t.test('an org given as an object, with nobody who could sign in', async (t) => {
  const org = await open(t, { org: {} });
  t.match(org.banner, /Sign in as: nobody/);
  await t.rejects(start({ org: { users: [{}] } as never }), {
    name: 'StartFailure',
    message: /^The org cannot be used:\n {2}users\[0\]\.profile: /,
  });
});

t.test('an API token that the org file has already is refused', async (t) => {
  await t.rejects(start({ apiToken: EXAMPLE.apiToken }), { name: 'StartFailure', message: /API token .* already/ });
  const profile = 'x' as 'okta';
  await t.rejects(start({ profile }), { name: 'StartFailure', message: 'The profile "x" is none of okta, draft.' });
});

t.test('an org file without a signing key for the org is refused', async (t) => {
  const message = /signingKeys: there is no ACTIVE key of the server "org"/;
  await t.rejects(start({ org: { ...exampleOrg(), signingKeys: [] } }), { name: 'StartFailure', message });
});

t.test('a custom server without keys of its own signs with those of the org', async (t) => {
  const file = exampleOrg();
  file.authorizationServers?.push({ ...file.authorizationServers[0], id: 'other', name: 'other' });
  const org = await startTestOrg({ org: file });
  t.teardown(() => org.close());
  const keys = (base: string) => org.fetch(`${base}/v1/keys`).then((answer) => answer.body);
  t.same(await keys('/oauth2/other'), await keys('/oauth2'));
  const form = { grant_type: 'password', username: 'alice@example.com', password: EXAMPLE.password, scope: 'openid' };
  t.equal((await org.post('/oauth2/other/v1/token', form, { authorization: APP_BASIC })).status, 200);
});

t.test(
  'a disk that fails: the answer is an error, nothing is granted, and the person at the terminal is told',
  async (t) => {
    const dir = t.testdir({});
    const org = await startTestOrg({ store: `file:${join(dir, 'data', 'store.json')}` });
    t.teardown(() => org.close());
    rmSync(join(dir, 'data'), { recursive: true });
    const form = { grant_type: 'password', username: 'alice@example.com', password: EXAMPLE.password, scope: 'openid' };
    const answer = await org.post('/oauth2/v1/token', form, { authorization: APP_BASIC });
    t.match(answer, { status: 500, body: { error: 'server_error' } });
    t.notMatch(answer.text, /eyJ/);
    t.match(org.lines.join('\n'), /failure: .*not saved.*its directory is gone/);
  },
);

t.test('silent says nothing', async (t) => {
  const lines: string[] = [];
  const org = await startTestOrg({ logLevel: 'silent', say: (line) => lines.push(line) });
  t.teardown(() => org.close());
  await org.signIn('alice@example.com');
  t.same(lines, []);
});

t.test('an API token given at start that the org on disk has already is refused', async (t) => {
  const store = `file:${join(t.testdir({}), 'store.json')}`;
  const apiTokens = [{ name: 'Its own', token: 'a-token-that-it-has', role: 'SUPER_ADMIN' as const }];
  await (await start({ store, org: { ...exampleOrg(), apiTokens } })).close();
  const again = start({ store, apiToken: 'a-token-that-it-has' });
  await t.rejects(again, { name: 'StartFailure', message: /stands in the org already; leave it out/ });
});

t.test(
  'what is on disk outlives a restart: refresh tokens work, ID tokens verify, the API token changes',
  async (t) => {
    const store = `file:${join(t.testdir({}), 'store.json')}`;
    const issuer = 'http://okta.example';
    // The issuer is fixed, the port is not: requests go to where the org listens.
    const restart = async (apiToken: string) => {
      const org = await startTestOrg({ store, issuer, apiToken });
      const url = /Listening on (\S+)/.exec(org.banner)?.[1] as string;
      const post = async (path: string, form: URLSearchParams, headers: Record<string, string> = {}) =>
        (await (await fetch(url + path, { method: 'POST', body: form, headers })).json()) as Record<string, string>;
      return { org, url, post };
    };
    const first = await restart('first-token-of-the-test');
    const password = { grant_type: 'password', username: 'alice@example.com', password: EXAMPLE.password };
    const scope = 'openid email offline_access';
    const basic = { authorization: APP_BASIC };
    const signedIn = await first.post('/oauth2/v1/token', new URLSearchParams({ ...password, scope }), basic);
    await first.org.close();

    const second = await restart('second-token-of-the-test');
    t.teardown(() => second.org.close());
    t.match(second.org.banner, /as it was left/);
    const refresh = { grant_type: GRANT_TYPE.refreshToken, refresh_token: signedIn.refresh_token as string };
    t.ok((await second.post('/oauth2/v1/token', new URLSearchParams(refresh), basic)).access_token);
    const exchange = {
      ...{ grant_type: GRANT_TYPE.tokenExchange, requested_token_type: TOKEN_TYPE.idJag, audience: EXAMPLE.figma },
      ...{ subject_token_type: TOKEN_TYPE.idToken, subject_token: signedIn.id_token as string },
      ...(await second.org.asAgent()),
    };
    t.ok((await second.post('/oauth2/v1/token', new URLSearchParams(exchange as Record<string, string>))).access_token);
    const logs = (token: string) => fetch(`${second.url}/api/v1/logs`, { headers: { authorization: `SSWS ${token}` } });
    t.equal((await logs('first-token-of-the-test')).status, 401);
    t.equal((await logs('second-token-of-the-test')).status, 200);
  },
);

const listening = async (server: Server) => {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  return (server.address() as AddressInfo).port;
};
const TLS = { tlsCert: 'test/support/tls/loopback.pem', tlsKey: 'test/support/tls/loopback.key.pem' };

t.test('what cannot start says why and what to do, and leaves a foreign file alone', async (t) => {
  const dir = t.testdir({
    'org.json': '{"users":[{"profile":{"login":1}}]}',
    'not.json': 'x',
    'store.json': '{"a":1}',
  });
  const taken = createServer();
  t.teardown(() => taken.close());
  const cases: [StartOptions, RegExp][] = [
    [{ port: await listening(taken) }, /^Cannot listen .* the port is taken; choose another with --port/],
    [{ host: '192.0.2.1' }, /no such address; see --host/],
    [{ host: 'no.such.host.invalid' }, /no such host name|EAI_AGAIN/],
    [{ org: join(dir, 'none.json') }, /org file .*none\.json cannot be read: ENOENT/],
    [{ org: join(dir, 'not.json') }, /org file .*not\.json is not JSON/],
    [{ org: join(dir, 'org.json') }, /org\.json cannot be used:\n {2}users\[0\]\.profile\.login: /],
    [{ tlsCert: join(dir, 'c'), tlsKey: join(dir, 'k') }, /certificate .* cannot be used: ENOENT/],
    [{ tlsCert: TLS.tlsKey, tlsKey: TLS.tlsCert }, /certificate .* cannot be used: .*Both must be PEM/],
    [{ store: 'redis://x' }, /"redis:\/\/x" is not a store/],
    [{ store: `file:${join(dir, 'store.json')}` }, /store\.json/],
  ];
  for (const [options, message] of cases) await t.rejects(start(options), { message }, JSON.stringify(options));
  t.equal(readFileSync(join(dir, 'store.json'), 'utf8'), '{"a":1}');
});

t.test('the store is kept, and a changed org file stops the start until reset', async (t) => {
  const dir = t.testdir({});
  const path = join(dir, 'org.json');
  const store = `file:${join(dir, 'data', 'store.json')}`;
  const user = (login: string) => ({ profile: { login, email: login, firstName: 'A', lastName: 'B' }, password: 'p' });
  const write = (login: string) => writeFileSync(path, JSON.stringify({ users: [user(login)] }));
  const banner = async (options: StartOptions) => {
    const org = await start({ store, ...options });
    await org.close();
    return org.banner;
  };
  write('one@example.com');
  t.match(await banner({ org: path }), /seeded from the org file/);
  t.match(await banner({ org: path }), /as it was left\n/);
  write('two@example.com');
  await t.rejects(start({ store, org: path }), { name: 'StartFailure', message: /another org file.*--reset/ });
  t.match(await banner({}), /or the example has changed since \(--reset.*\n.*one@example\.com/, 'kept without --org');
  t.match(await banner({ org: path, reset: true }), /seeded.*\n.*two@example\.com/);
});

t.test('health: over http, over https, of another server, of none, of a silent one', async (t) => {
  const settings = (port: number | string, more: Partial<Settings> = {}) =>
    ({
      ...(readConfig(['health', '--port', String(port)], {}) as { settings: Settings }).settings,
      ...more,
    }) as Settings;
  const [plain, secure] = [await open(t), await open(t, TLS)];
  t.match(secure.issuer, /^https:/);
  t.match(await askHealth(settings(new URL(plain.issuer).port)), { up: true, line: /^up: http:/ });
  t.match(await askHealth(settings(new URL(secure.issuer).port, TLS)), { up: true, line: /^up: https:/ });
  const other = createServer((_, answer) => answer.writeHead(503).end());
  t.match(await askHealth(settings(await listening(other))), { up: false, line: /^down \(503\)/ });
  const port = (other.address() as AddressInfo).port;
  await new Promise((resolve) => other.close(resolve));
  t.match(await askHealth(settings(port)), { up: false, line: /ECONNREFUSED/ });
  const silent = createSilentServer();
  t.teardown(() => silent.close());
  t.match(await askHealth(settings(await listening(silent)), 100), { up: false, line: /no answer/ });
});

t.test('tokens are minted and explained within the process', async (t) => {
  const org = await open(t);
  const { token, verdict } = await org.mint({ edgeCases: ['exp-past'], user: 'alice@example.com' });
  t.equal(verdict, 'reject');
  t.match(await org.explain(token), { accepted: false, refusedBy: 'id-jag-not-expired', signature: 'verified' });
  const good = (await org.mint()).token;
  t.match(await org.explain(good, { audience: 'https://auth.figma.example' }), { accepted: true });
  const now = Math.floor(Date.now() / 1000);
  t.match(await explainIdJag(good, { issuer: org.issuer, now }), { signature: 'not checked' });
  await t.rejects(org.mint({ user: 'nobody' }), { name: 'RequestError', message: /^user: there is no user/ });
  await t.rejects(org.mint({ foo: 1 } as never), { name: 'RequestError', message: /^request: / });
  await t.rejects(org.explain(good, { now: 'soon' } as never), { name: 'RequestError', message: /^now: / });
});

t.test('an own edge case whose name the program has got since is told, and counts no more', async (t) => {
  const store = `file:${join(t.testdir({}), 'store.json')}`;
  const row: EdgeCaseInput = {
    ...{ name: 'own-one', level: 'MAY', severity: 'low', expect: ['ok'], source: ['A book, A page'] },
    ...{ differs: 'In nothing.', note: 'Of the org itself.' },
  };
  const first = await start({ store });
  const headers = { 'content-type': 'application/json' };
  const added = await fetch(`${first.issuer}/_mock/edge-cases`, { method: 'POST', headers, body: JSON.stringify(row) });
  t.equal(added.status, 201);
  await first.close();
  const again = await start({ store });
  t.match((await again.mint({ edgeCases: ['own-one'] })).edgeCases, [{ note: 'Of the org itself.' }], 'it is kept');
  await again.close();
  const lines: string[] = [];
  const edgeCases: EdgeCaseInput[] = [{ ...row, expect: ['ok'], source: ['A book, A page'], note: 'Of a file.' }];
  const hidden = await open(t, { store, edgeCases, say: (line) => lines.push(line) });
  t.match(lines, [/^hidden: the org's own edge case own-one/]);
  t.match((await hidden.mint({ edgeCases: ['own-one'] })).edgeCases, [{ note: 'Of a file.' }]);
});
