/** Unfriendly mode: everything is written otherwise, everything stays valid, and a seed repeats it. */
import { readFileSync } from 'node:fs';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import t from 'tap';
import { dice } from '../../src/protocol/seeded.js';
import { unfriendlyClaims, unfriendlyKeySet } from '../../src/tokens/unfriendly.js';
import { controlOf } from '../support/control.js';
import { parts } from '../support/forge.js';
import { EXAMPLE, keepOrgs, startTestOrg, type TestOrg } from '../support/org.js';
import { unchecking } from '../support/self-checks.js';

const { keep } = keepOrgs(t);
const KEYS = '/oauth2/v1/keys';
const METADATA = '/.well-known/openid-configuration';
const EDGE = JSON.parse(readFileSync('fixtures/keys/edge-case-keys.json', 'utf8'));

async function unfriendly(seed: number): Promise<TestOrg> {
  const org = keep(await startTestOrg());
  await controlOf(org).done('unfriendly', { seed });
  return org;
}

const exchange = (org: TestOrg) =>
  unchecking(async () => org.exchange((await org.signIn('alice@example.com')).id_token));

/** What is the same each time it is done: no ids, no times, no ports. */
const shapeOf = (value: object) =>
  Object.entries(value).map(([name, member]) => [name, typeof member, Array.isArray(member)].join());

t.test('on and off, over HTTP', async (t) => {
  const org = keep(await startTestOrg());
  const control = controlOf(org);
  t.strictSame((await control.get('unfriendly')).body, { on: false, seed: null, turn: 0 });
  t.strictSame(await control.done('unfriendly', { on: false }), { on: false, seed: null, turn: 0 }, 'off is off');
  t.strictSame((await control.post('unfriendly')).body, { on: true, seed: 1, turn: 0 }, 'seed 1 when nobody says');
  await org.fetch(KEYS);
  t.match((await control.get('unfriendly')).body, { on: true, turn: 1 });
  t.match(await control.done('unfriendly', { seed: 9 }), { on: true, seed: 9, turn: 0 });
  await org.fetch(KEYS);
  await control.done('snapshots', { name: 'on' });
  await control.done('snapshots/on/restore');
  t.match((await control.get('unfriendly')).body, { seed: 9, turn: 0 }, 'it begins anew');
  for (const seed of [-1, 1.5, 2 ** 32, 'x']) t.equal((await control.post('unfriendly', { seed })).status, 400);
  await control.done('unfriendly', { on: false });
  t.strictSame(Object.keys((await org.fetch(KEYS)).body.keys[0]), ['kty', 'alg', 'kid', 'use', 'e', 'n']);
  const [event] = await org.events('filter=eventType eq "mock.unfriendly.update"');
  t.match(event, { debugContext: { debugData: { unfriendly: 'off' } } });
});

t.test('every token stays valid, for a verifier of another house and for the org itself', async (t) => {
  const org = await unfriendly(3);
  const seen = new Set<string>();
  const jwks = createRemoteJWKSet(new URL(org.issuer + KEYS));
  for (let count = 0; count < 30; count++) {
    const { status, body } = await exchange(org);
    t.equal(status, 200);
    const { payload } = await jwtVerify(body.access_token, jwks, {
      ...{ issuer: org.issuer, audience: EXAMPLE.figma, typ: 'oauth-id-jag+jwt', algorithms: ['RS256'] },
    });
    t.match(payload, { sub: '00uAlice000000000001', email: 'alice@example.com', scope: 'mcp:read' });
    seen.add(Object.keys(payload).join()).add(Array.isArray(payload.aud) ? 'aud is a list' : 'aud is a text');
    const explained = await controlOf(org).done('explain', { token: body.access_token, audience: EXAMPLE.figma });
    t.equal(explained.accepted, true, JSON.stringify(explained.refusedBy));
  }
  t.ok(seen.size > 25 && seen.has('aud is a list') && seen.has('aud is a text'), 'and no two are alike');
  const own = await unchecking(async () =>
    org.exchange((await org.signIn('alice@example.com')).id_token, { audience: `${org.issuer}/oauth2/default` }),
  );
  t.equal((await org.redeem(own.body.access_token)).status, 200);
});

t.test('key sets and documents: the right keys, among others, in any order', async (t) => {
  const org = await unfriendly(5);
  const orders = new Set<string>();
  for (let count = 0; count < 20; count++) {
    const { keys } = (await org.fetch(KEYS)).body;
    const own = keys.filter(({ kid }: { kid: string }) => kid === '4GDp8OYFVqgaYBuMIfDhXxrtLbjhwyPZW3tIy62AGzE');
    t.match(own, [{ kty: 'RSA', alg: 'RS256', use: 'sig', e: 'AQAB' }]);
    t.ok(keys.length > 2);
    t.notMatch(JSON.stringify(keys), /"d":/);
    const document = (await org.fetch(METADATA)).body;
    t.match(document, { issuer: org.issuer, jwks_uri: org.issuer + KEYS });
    orders.add(shapeOf(document).join()).add(JSON.stringify(keys));
  }
  t.equal(orders.size, 40);
});

t.test('a seed repeats it', async (t) => {
  const run = async (seed: number) => {
    const org = await unfriendly(seed);
    const shapes: unknown[] = [];
    for (let count = 0; count < 5; count++) {
      const { header, claims } = parts((await exchange(org)).body.access_token);
      shapes.push(shapeOf(header), shapeOf(claims), (await org.fetch(KEYS)).body);
    }
    return JSON.stringify(shapes);
  };
  const [one, again, other] = [await run(7), await run(7), await run(8)];
  t.equal(one, again);
  t.not(one, other);
});

t.test('what a token says is not changed, whatever the dice show', async (t) => {
  const claims = {
    ...{ iss: 'i', aud: 'a', sub: 's', iat: 1000, exp: 1300, jti: 'j', client_id: 'c', resource: 'https://r' },
    ...{ scope: 'a b c', act: { sub: 'x' }, email: undefined, groups: ['g'] },
  };
  const told = { lists: 0, halves: 0, nbf: 0 };
  for (let turn = 0; turn < 200; turn++) {
    const written = unfriendlyClaims('oauth-id-jag+jwt', claims, dice(1, turn));
    t.strictSame([written.aud].flat(), ['a']);
    t.strictSame([written.resource].flat(), ['https://r']);
    t.strictSame(`${written.scope}`.split(' ').sort(), ['a', 'b', 'c']);
    t.strictSame([written.groups, 'email' in written, written.act], [['g'], false, { sub: 'x' }]);
    t.equal((written.exp as number) - (written.iat as number), 300);
    told.lists += Number(Array.isArray(written.aud));
    told.halves += Number(written.iat !== 1000);
    told.nbf += Number('nbf' in written);
    t.ok(written.nbf === undefined || written.nbf === written.iat);
  }
  for (const [what, count] of Object.entries(told)) t.ok(count > 50 && count < 150, `${what}: ${count}`);
  const plain = unfriendlyClaims(undefined, { aud: 'a', iat: 1, exp: 2 }, dice(1, 1));
  t.match(plain, { aud: 'a', iat: 1, exp: 2 }, 'other tokens are only mixed');
  const { scope: _, resource: __, ...bare } = claims;
  t.notOk('scope' in unfriendlyClaims('oauth-id-jag+jwt', bare, dice(1, 1)), 'what is not there is not invented');
  t.equal(
    unfriendlyKeySet([{ kid: 'one' }], EDGE, dice(1, 1)).filter((key) => 'kid' in key && key.kid === 'one').length,
    1,
  );
});
