/** Signing and verifying without HTTP: why a token does not verify, what is read unverified, and how keys are remembered. */
import t from 'tap';
import { known, problemOf } from '../../src/protocol/rule.js';
import { type SigningKey, signingKeys } from '../../src/registry/jwk.js';
import { publishedKeys } from '../../src/registry/published-key.js';
import { memoryStore } from '../../src/store/memory.js';
import { insert, replace } from '../../src/store/port.js';
import { issueIdJag } from '../../src/tokens/id-jag.js';
import { assertSigned, type FindKey, localKeys, peek, signJws, verifyJws } from '../../src/tokens/jws.js';
import { type KeyRing, keyRing } from '../../src/tokens/keys.js';
import { freshKey, orgKey, sign, tampered, unsigned } from '../support/forge.js';

const one = await freshKey('RS256', 'one');
const two = await freshKey('RS256', 'two');
const keys = localKeys([one.jwk, two.jwk]);
const RS256 = ['RS256'];
const header = { alg: 'RS256', kid: 'one' };
const good = await signJws(header, { b: 1, a: 2 }, one.key);

t.test('what is signed is what was given, byte for byte', async (t) => {
  t.equal(Buffer.from(good.split('.')[1] ?? '', 'base64url').toString(), '{"b":1,"a":2}');
  t.equal(Buffer.from(good.split('.')[0] ?? '', 'base64url').toString(), '{"alg":"RS256","kid":"one"}');
  t.same(known(await verifyJws(good, keys, RS256)), { header, claims: { b: 1, a: 2 } });
});

t.test('why a token does not verify', async (t) => {
  const table: [string, string, FindKey?][] = [
    ['garbage', 'malformed'],
    ['', 'malformed'],
    ['a.b.c', 'malformed'],
    [unsigned(good), 'algorithm'],
    [await sign('{}', { alg: 'HS256' }, new Uint8Array(32)), 'algorithm'],
    [tampered(good, { claims: { a: 3 } }), 'signature'],
    [`${good.slice(0, -8)}AAAAAAAA`, 'signature'],
    [tampered(good, { header: { kid: 'two' } }), 'signature'],
    [tampered(good, { header: { kid: 'three' } }), 'no-such-key'],
    [await sign('{}', { alg: 'RS256' }, one.key), 'no-such-key'],
    [tampered(good, { header: { crit: ['x'], x: 1 } }), 'malformed'],
    [tampered(good, { header: { b64: false, crit: ['b64'] } }), 'signature'],
    [await sign('[1]', header, one.key), 'malformed'],
    [await sign('null', header, one.key), 'malformed'],
    [await sign('1', header, one.key), 'malformed'],
    [await sign('{', header, one.key), 'malformed'],
    [good, 'malformed', localKeys([{ kty: 'RSA', kid: 'one', n: 'AQAB', e: 'AQAB' }])],
    [good, 'malformed', localKeys([{ kty: 'RSA', kid: 'one' }])],
    [good, 'key-use', localKeys([{ ...one.jwk, use: 'enc' }, two.jwk])],
    [good, 'no-such-key', localKeys([{ ...one.jwk, use: 'enc', kid: 'other' }, two.jwk])],
  ];
  for (const [token, expected, find = keys] of table) {
    t.equal(problemOf(await verifyJws(token, find, RS256)), expected, token.slice(0, 60));
  }
});

t.test('a resolver that fetches and fails is unreachable; any other that fails is not', async (t) => {
  const failing =
    (error: Error): FindKey =>
    () => {
      throw error;
    };
  for (const error of [new TypeError('fetch failed'), new Error('odd')]) {
    t.equal(problemOf(await verifyJws(good, failing(error), RS256, true)), 'unreachable');
    t.equal(problemOf(await verifyJws(good, failing(error), RS256)), 'malformed');
  }
});

t.test('nothing leaves unsigned', async (t) => {
  t.equal(assertSigned(good), good);
  const [header, payload, signature] = good.split('.');
  for (const bad of ['', `${header}.${payload}.`, `${header}.${payload}`, `${header}..${signature}`, `${good}.x`]) {
    t.throws(() => assertSigned(bad), /without a signature/, bad.slice(-20));
  }
});

t.test(
  'iss-client-id-ras: no ID-JAG leaves without the names of all parties, whatever the rules let through',
  async (t) => {
    const content = {
      ...{
        issuer: 'https://org.example',
        audience: 'https://ras.example',
        userId: '00u',
        clientId: 'at-ras',
        scopes: [],
      },
      ...{ act: { sub: 'wlp', sub_profile: 'ai_agent' }, now: 0 },
    };
    const signingKey = async () => ({ kid: 'one', alg: 'RS256', key: one.key });
    const ring = { signingKey, unfriendly: () => undefined } as unknown as KeyRing;
    t.match(await issueIdJag(content, ring), /^ey[\w-]+\.[\w-]+\.[\w-]+$/);
    for (const name of ['issuer', 'audience', 'userId', 'clientId']) {
      for (const nothing of ['', undefined]) {
        await t.rejects(issueIdJag({ ...content, [name]: nothing }, ring), new RegExp(`without ${name}`));
      }
    }
  },
);

t.test('peek believes nothing and fails at nothing', async (t) => {
  const part = (text: string) => `x.${Buffer.from(text).toString('base64url')}.x`;
  t.same(peek(good), { b: 1, a: 2 });
  for (const token of ['', 'x', 'x.', '..', part('null'), part('1'), part('"x"'), part('{')]) t.same(peek(token), {});
});

t.test('the key ring follows the registry', async (t) => {
  const store = memoryStore([signingKeys, publishedKeys]).org('main');
  const ring = keyRing(store);
  await t.rejects(ring.signingKey('org'), /"org" has no active signing key/);
  t.same(ring.published('org'), []);
  const { kid, jwk } = await orgKey();
  const record = { id: kid, server: 'org', status: 'ACTIVE' as const, jwk: jwk as never };
  t.equal(await store.commit([insert(signingKeys, record)], 0), undefined);
  const [published] = ring.published('org');
  t.same(Object.keys(published ?? {}), ['kty', 'alg', 'kid', 'use', 'e', 'n'], 'the public half, in the order of Okta');
  t.equal(ring.published('org'), ring.published('org'), 'made once');
  t.equal(ring.ofServer('org'), ring.ofServer('org'));
  t.equal((await ring.signingKey('org')).key, (await ring.signingKey('org')).key);
  const before = store.view().get(signingKeys, kid);
  if (!before) return t.fail('the key is there');
  await store.commit([replace(signingKeys, before, { ...record, status: 'RETIRED' })], 0);
  await t.rejects(ring.signingKey('org'), /no active signing key/);
  t.equal(ring.published('org').length, 1, 'retired, and published still');
  const onPurpose = { id: 'org:es256', server: 'org', signer: 'es256' as const, jwk: { kty: 'EC', kid: 'edge-es256' } };
  await store.commit([insert(publishedKeys, onPurpose)], 0);
  t.same(ring.published('org')[1], onPurpose.jwk);
  const jwks = ring.ofServer('org').jwks?.();
  t.same(
    jwks?.keys.map((key) => key.kid),
    [kid],
    'and not believed',
  );
  const retired = store.view().get(signingKeys, kid) as SigningKey;
  await store.commit([replace(signingKeys, retired, { ...retired, status: 'WITHDRAWN' as const })], 0);
  t.same(ring.published('org'), [onPurpose.jwk]);
});
