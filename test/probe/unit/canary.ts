/** The canary: it sees who comes, serves what an attacker would, and knows whether it is of the inside. */
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import t from 'tap';
import { openCanary } from '../../../src/probe/canary.js';

const JWK = { kty: 'RSA', kid: 'of-the-attacker' };

t.test('it sees every request once, and serves metadata and a key set of its own', async (t) => {
  const canary = await openCanary('127.0.0.1', JWK, undefined);
  t.teardown(() => canary.close());
  t.match(canary.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  t.strictSame(canary.visits(), []);
  const read = async (path: string) =>
    (await fetch(`${canary.url}${path}`, { headers: { 'user-agent': 'ua/1' } })).json();
  t.strictSame(await read('/.well-known/openid-configuration'), {
    issuer: canary.url,
    jwks_uri: `${canary.url}/keys`,
    token_endpoint: `${canary.url}/token`,
    response_types_supported: ['code'],
  });
  t.strictSame(await read('/keys?x=1'), { keys: [JWK] });
  await fetch(canary.url, { method: 'POST', body: 'x', headers: { 'user-agent': '' } });
  t.match(canary.visits(), [
    { method: 'GET', path: '/.well-known/openid-configuration', userAgent: 'ua/1' },
    { method: 'GET', path: '/keys?x=1', userAgent: 'ua/1' },
    { method: 'POST', path: '/' },
  ]);
  t.strictSame(canary.visits(), [], 'they are told once');
});

t.test('who does not say who it is', async (t) => {
  const canary = await openCanary('127.0.0.1', JWK, undefined);
  t.teardown(() => canary.close());
  const socket = connect(Number(new URL(canary.url).port), '127.0.0.1');
  socket.end('GET /keys HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  await socket.toArray();
  t.strictSame(canary.visits(), [{ method: 'GET', path: '/keys', userAgent: 'unknown' }]);
});

t.test('its address as the server would reach it, and whether that is of the inside', async (t) => {
  const table: readonly (readonly [publicUrl: string, internal: boolean])[] = [
    ...([
      ['http://localhost:1', true],
      ['http://127.9.9.9', true],
      ['http://10.1.2.3', true],
    ] as const),
    ...([
      ['http://192.168.0.1', true],
      ['http://172.16.0.1', true],
      ['http://172.31.0.1', true],
    ] as const),
    ...([
      ['http://169.254.169.254', true],
      ['http://[::1]:1', true],
      ['http://[fd00::1]', true],
    ] as const),
    ...([
      ['http://[fe80::1]', true],
      ['http://[fc00::1]', true],
      ['http://172.32.0.1', false],
    ] as const),
    ...([
      ['http://172.15.0.1', false],
      ['https://canary.example/', false],
      ['http://11.0.0.1', false],
    ] as const),
    ...([
      ['https://fd.example', false],
      ['https://fcbank.example', false],
      ['https://10.example.com', false],
    ] as const),
    ...([
      ['https://localhost.example', false],
      ['http://canary', true],
      ['http://canary:8081', true],
      ['http://host.docker.internal:8081', true],
      ['http://printer.local', true],
      ['http://internal.example', false],
      ['http://[2001:db8::1]', false],
      ['http://192.169.0.1', false],
    ] as const),
  ];
  for (const [publicUrl, internal] of table) {
    const canary = await openCanary('127.0.0.1', JWK, publicUrl);
    t.equal(canary.internal, internal, publicUrl);
    t.equal(canary.url, publicUrl.replace(/\/$/, ''));
    await canary.close();
  }
});

t.test('where it listens', async (t) => {
  const table = {
    '0.0.0.0': /^http:\/\/127\.0\.0\.1:\d+$/,
    '::1': /^http:\/\/\[::1\]:\d+$/,
    '::': /^http:\/\/\[::1\]:\d+$/,
  };
  const six = Object.values(networkInterfaces()).some((some) => some?.some(({ address }) => address === '::1'));
  for (const [host, url] of Object.entries(table)) {
    if (host.includes(':') && !six) continue;
    const canary = await openCanary(host, JWK, undefined);
    t.teardown(() => canary.close());
    t.match(canary.url, url);
    t.ok(canary.internal);
    t.equal((await fetch(`${canary.url}/keys`)).status, 200, 'it is there');
  }
  await t.rejects(openCanary('192.0.2.1', JWK, undefined), { code: 'EADDRNOTAVAIL' });
});

t.test('closed, it answers no more, whoever still holds a connection', async (t) => {
  const canary = await openCanary('127.0.0.1', JWK, undefined);
  await fetch(canary.url);
  await canary.close();
  await t.rejects(fetch(canary.url));
});
