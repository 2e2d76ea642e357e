/** The control API's keys: rotated, withdrawn, a kid used again, published on purpose, rolled back; and who fetched them. */
import { readFileSync } from 'node:fs';
import { compactVerify, createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet } from 'jose';
import t, { type Test } from 'tap';
import { GRANT_TYPE, TOKEN_TYPE } from '../../src/protocol/urns.js';
import type { SigningKey } from '../../src/registry/jwk.js';
import { apiOf, lastRule, refusalOf } from '../support/api.js';
import { type Answer, EXAMPLE, exampleOrg, formOf, startTestOrg, type TestOrg } from '../support/org.js';
import { startTwoOrgs } from '../support/two-orgs.js';
import { sendBytes, wireRequest } from '../support/wire.js';

const ALICE = 'alice@example.com';
const DEVELOPMENT: { keys: SigningKey[] } = JSON.parse(
  readFileSync('fixtures/keys/development-signing-keys.json', 'utf8'),
);
const [FIRST, SECOND, DEFAULT] = DEVELOPMENT.keys.map(({ id }) => id) as [string, string, string];

async function send(org: TestOrg, method: string, path: string, body?: unknown): Promise<Answer> {
  const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return org.fetch(path, { method, ...(body !== undefined && json) });
}
const post = (org: TestOrg, what: string, body?: unknown) => send(org, 'POST', `/_mock/keys/${what}`, body);
const setOf = async (org: TestOrg, base = '/oauth2'): Promise<JSONWebKeySet> =>
  (await org.fetch(`${base}/v1/keys`)).body;
const kidsOf = async (org: TestOrg, base?: string) => (await setOf(org, base)).keys.map(({ kid }) => kid);
const kidBy = (token: string) => decodeProtectedHeader(token).kid;
const verifies = async (org: TestOrg, token: string) =>
  compactVerify(token, createLocalJWKSet(await setOf(org))).then(
    () => true,
    () => false,
  );
const keyEvents = async (org: TestOrg) =>
  (await org.events())
    .filter(({ eventType }) => eventType.startsWith('mock.key.'))
    .map(({ eventType, debugContext }) => [eventType, debugContext.debugData]);

/** The exchange for Figma, past what is checked of every good token: this one is odd on purpose. */
async function oddExchange(org: TestOrg, subjectToken: string): Promise<{ status: number; token: string }> {
  const form = formOf({
    ...{ grant_type: GRANT_TYPE.tokenExchange, requested_token_type: TOKEN_TYPE.idJag },
    ...{ subject_token_type: TOKEN_TYPE.idToken, subject_token: subjectToken, audience: EXAMPLE.figma },
    ...(await org.asAgent()),
  }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(form.length) };
  const answer = await sendBytes(org.issuer, [wireRequest('POST', '/oauth2/v1/token', headers, form)]);
  return { status: answer.status, token: JSON.parse(answer.body).access_token };
}

async function started(t: Test, edit: (file: ReturnType<typeof exampleOrg>) => void = () => {}): Promise<TestOrg> {
  const file = exampleOrg();
  edit(file);
  const org = await startTestOrg({ org: file });
  t.teardown(() => org.close());
  return org;
}

const shared = { id: 'shared', name: 'Shared', audience: 'api://shared' };

t.test('a rotation in steps: published before it signs, published after it signed, then withdrawn', async (t) => {
  const org = await started(t, (file) => {
    file.signingKeys = DEVELOPMENT.keys.filter(({ status }) => status === 'ACTIVE');
  });
  const old = (await org.signIn(ALICE)).id_token;
  const published = (await post(org, 'rotate')).body;
  t.match(published, { server: 'org', happened: 'next-published', active: FIRST, retired: [], withdrawn: [] });
  t.strictSame(await kidsOf(org), [FIRST, published.next]);
  t.equal(kidBy((await org.signIn(ALICE)).id_token), FIRST, 'it does not sign yet');

  const { body: turned } = await post(org, 'rotate', {});
  t.match(turned, { happened: 'rotated', active: published.next, retired: [FIRST], withdrawn: [] });
  const fresh = (await org.signIn(ALICE)).id_token;
  t.equal(kidBy(fresh), published.next);
  t.strictSame([await verifies(org, old), await verifies(org, fresh)], [true, true]);
  t.equal((await org.exchange(old)).status, 200);

  const { body: again } = await post(org, 'rotate', { server: 'org' });
  t.match(again, { happened: 'rotated', active: turned.next, retired: [published.next], withdrawn: [FIRST] });
  t.strictSame([await verifies(org, old), await verifies(org, fresh)], [false, true]);
  t.equal((await org.exchange(old)).status, 400, 'the org itself does not accept it any more');
  t.equal(await lastRule(org), 'subject-token-valid');
  t.equal((await org.exchange(fresh)).status, 200);
  t.match(await keyEvents(org), [
    ['mock.key.rotate', { server: 'org', happened: 'next-published', kid: FIRST, nextKid: published.next }],
    ['mock.key.rotate', { happened: 'rotated', kid: published.next, retiredKids: FIRST }],
    ['mock.key.rotate', { withdrawnKids: FIRST }],
  ]);
});

t.test('rotated at once; withdrawn: the next one signs, or a fresh one', async (t) => {
  const org = await started(t, (file) => {
    file.signingKeys = DEVELOPMENT.keys.filter(({ status }) => status === 'ACTIVE');
  });
  const { body: now } = await post(org, 'rotate', { now: true });
  t.match(now, { happened: 'rotated', retired: [FIRST], withdrawn: [] });
  t.notOk([FIRST, now.next].includes(now.active));
  const { body: retired } = await post(org, 'withdraw', { kid: FIRST });
  t.match(retired, { happened: 'withdrawn', active: now.active, next: now.next, retired: [], withdrawn: [FIRST] });
  const { body: next } = await post(org, 'withdraw', { kid: now.active });
  t.match(next, { active: now.next, next: null, withdrawn: [FIRST, now.active] });
  const token = (await org.signIn(ALICE)).id_token;
  const { body: fresh } = await post(org, 'withdraw', { kid: now.next });
  t.match(fresh, { active: /^[\w-]{43}$/, next: null });
  t.strictSame(await kidsOf(org), [fresh.active]);
  t.equal((await org.exchange(token)).status, 400);
  t.match(refusalOf(await post(org, 'withdraw', { kid: FIRST })), [400, 'E0000001', /it has: [\w-]{43}$/]);
  t.match(refusalOf(await post(org, 'withdraw', { kid: FIRST, server: 'none' })), [
    ...[400, 'E0000001', 'server: there is no "none"; there are: org, default'],
  ]);
  t.match((await keyEvents(org)).at(-1), ['mock.key.withdraw', { withdrawnKid: now.next, kid: fresh.active }]);

  const mint = await send(org, 'POST', '/_mock/mint', { sign: 'retired' });
  t.match(refusalOf(mint), [400, 'E0000001', /the org publishes one key only/], 'a withdrawn key is not taken for it');
  const file = (await org.fetch('/_mock/org')).body;
  t.ok(file.signingKeys.some(({ status }: SigningKey) => status === 'WITHDRAWN'));
  const again = await startTestOrg({ org: file });
  t.teardown(() => again.close());
  t.strictSame((await again.fetch('/_mock/org')).body, file, 'an org file may hold it');
  t.strictSame(await kidsOf(again), [fresh.active]);
});

t.test('a kid used again, and taken back', async (t) => {
  const org = await started(t);
  const old = (await org.signIn(ALICE)).id_token;
  const set = await setOf(org);
  t.match((await post(org, 'reuse-kid')).body, { happened: 'kid-reused', active: FIRST, withdrawn: [FIRST] });
  const other = await setOf(org);
  t.equal(other.keys.length, 2);
  t.notSame(other.keys.find(({ kid }) => kid === FIRST)?.n, set.keys.find(({ kid }) => kid === FIRST)?.n);
  const fresh = (await org.signIn(ALICE)).id_token;
  t.equal(kidBy(fresh), FIRST);
  t.strictSame([await verifies(org, old), await verifies(org, fresh)], [false, true]);
  t.equal((await org.exchange(old)).status, 400);
  t.match((await post(org, 'rollback')).body, {
    happened: 'rolled-back',
    undone: 'reuse-kid',
    active: FIRST,
    withdrawn: [],
  });
  t.strictSame(await setOf(org), set);
  t.strictSame([await verifies(org, old), await verifies(org, fresh)], [true, false]);
  t.match(refusalOf(await post(org, 'rollback')), [400, 'E0000001', /^server: no change .* is left/]);
  t.match(
    (await keyEvents(org)).map(([type]) => type),
    ['mock.key.reuse_kid', 'mock.key.rollback'],
  );
});

t.test('a server that shares the keys of the org gets its own, and shares again after a rollback', async (t) => {
  const org = await started(t, (file) => {
    file.authorizationServers?.push(shared, { id: 'silent', name: 'Silent' });
    const retired = { ...(DEVELOPMENT.keys[2] as SigningKey), id: 'silent-1', server: 'silent', status: 'RETIRED' };
    file.signingKeys = [...DEVELOPMENT.keys, retired as SigningKey];
  });
  const at = '/oauth2/shared';
  const server = async () =>
    (await org.fetch('/_mock/keys')).body.find((one: { server: string }) => one.server === 'shared');
  t.match(await server(), { keys: 'shared', issuer: org.issuer + at, jwksUri: `${org.issuer}${at}/v1/keys` });
  t.match(await server(), { signing: [{ kid: FIRST, status: 'ACTIVE', rotatedAt: null }, { kid: SECOND }] });
  const { body: step } = await post(org, 'rotate', { server: 'shared' });
  t.match(step, { server: 'shared', happened: 'next-published', active: FIRST });
  t.notOk([FIRST, SECOND].includes(step.next), 'it will not sign with a key of the org');
  t.strictSame(await kidsOf(org, at), [FIRST, step.next]);
  t.strictSame(await kidsOf(org), [FIRST, SECOND], 'the org keeps its own');
  t.match(await server(), { keys: 'own' });
  t.match((await post(org, 'rollback', { server: 'shared' })).body, { undone: 'rotate', active: FIRST, next: SECOND });
  t.match(await server(), { keys: 'shared' });
  t.match((await post(org, 'withdraw', { server: 'shared', kid: FIRST })).body, { withdrawn: [FIRST], next: null });
  t.strictSame(await kidsOf(org), [FIRST, SECOND]);

  const silent = { server: 'silent' };
  t.match(refusalOf(await post(org, 'reuse-kid', silent)), [400, 'E0000001', /no active signing key/]);
  t.match((await post(org, 'rotate', silent)).body, { happened: 'next-published', active: null });
  t.equal((await post(org, 'publish', { ...silent, signers: ['es256'] })).status, 200);
  t.equal((await apiOf(org).delete('/api/v1/authorizationServers/silent')).status, 204);
  const left = (await org.fetch('/_mock/keys')).body.map((one: { server: string }) => one.server);
  t.strictSame(left, ['org', 'default', 'shared']);
  const rotated = '/api/v1/authorizationServers/default/credentials';
  t.equal((await apiOf(org).post(`${rotated}/lifecycle/keyRotate`, { use: 'sig' })).status, 200);
  t.match((await post(org, 'withdraw', { server: 'default', kid: DEFAULT })).body, { withdrawn: [DEFAULT] });
  const listed = (await apiOf(org).get(`${rotated}/keys`)).body.map(({ status }: { status: string }) => status);
  t.strictSame(listed, ['ACTIVE', 'NEXT'], 'the management API does not know it any more');
  t.equal((await apiOf(org).get(`${rotated}/keys/${DEFAULT}`)).status, 404);
  await post(org, 'rollback', { server: 'default' });
  t.match((await post(org, 'rollback', { server: 'default' })).body, { active: DEFAULT, next: null });
});

t.test('keys of edge cases, published and taken out', async (t) => {
  const org = await started(t);
  const minted = async (sign: string) => (await send(org, 'POST', '/_mock/mint', { sign })).body;
  const signers = ['es256', 'ps256', 'eddsa'];
  for (const sign of signers) t.notOk(await verifies(org, (await minted(sign)).token), sign);
  const answer = await post(org, 'publish', { signers: [...signers, 'es256', 'newcomer', 'private-jwk-key'] });
  t.match(answer, {
    status: 200,
    body: [{ signer: 'es256', kid: 'edge-es256' }, {}, {}, {}, { signer: 'private-jwk-key' }],
  });
  for (const sign of signers) {
    const { token, publish } = await minted(sign);
    t.ok(await verifies(org, token), sign);
    const found = (await setOf(org)).keys.filter(({ kid }) => kid === publish[0].kid);
    t.strictSame(found, publish, 'as minting says');
  }
  const impostor = (await send(org, 'POST', '/_mock/mint', { sign: 'newcomer', token: 'id-token' })).body.token;
  t.ok(await verifies(org, impostor), 'others believe it');
  t.equal((await org.exchange(impostor)).status, 400, 'the org does not');
  t.equal(await lastRule(org), 'subject-token-valid');

  t.match(refusalOf(await post(org, 'publish', { signers: ['es256', 'none'] })), [
    ...[400, 'E0000001', /^signers: none has no key to publish; these have one: newcomer, .*es256, .*oct-key$/],
  ]);
  t.match(refusalOf(await post(org, 'publish', { signers: ['nobody'] })), [400, 'E0000001', /^signers\.0: /]);
  await post(org, 'publish', { signers: ['es256'] });
  t.equal((await send(org, 'DELETE', '/_mock/keys/published/es256')).status, 204);
  t.equal((await send(org, 'DELETE', '/_mock/keys/published/es256')).status, 404);
  t.equal((await send(org, 'DELETE', '/_mock/keys/published?server=default')).status, 204, 'none there');
  const { body } = await org.fetch('/_mock/keys');
  t.match(body[0].published, [
    { signer: 'ps256' },
    { signer: 'eddsa' },
    { signer: 'newcomer' },
    { signer: 'private-jwk-key' },
  ]);
  t.notMatch(JSON.stringify(body), /"[dkpq]":/, 'public halves only');
  t.equal((await send(org, 'DELETE', '/_mock/keys/published')).status, 204);
  t.strictSame(await kidsOf(org), [FIRST, SECOND]);
  t.match((await post(org, 'rollback')).body, { undone: 'unpublish' });
  t.equal((await kidsOf(org)).length, 6);
  t.strictSame(
    (await keyEvents(org)).map(([type, { signers }]) => [type, signers]),
    [
      ['mock.key.publish', 'es256 ps256 eddsa newcomer private-jwk-key'],
      ['mock.key.unpublish', 'es256'],
      ['mock.key.unpublish', 'ps256 eddsa newcomer private-jwk-key'],
      ['mock.key.rollback', undefined],
    ],
  );
});

t.test('what is armed is published, unless nobody wants it', async (t) => {
  const org = await started(t);
  const arm = async (body: object) => (await send(org, 'POST', '/_mock/armed', body)).body;
  const { id_token } = await org.signIn(ALICE);
  t.match(await arm({ edgeCase: 'exp-past', times: 1 }), { published: [] });
  t.match(await arm({ edgeCase: 'key-withdrawn', times: 1 }), { published: [] }, 'an unknown kid is its real reason');
  t.match(await arm({ edgeCase: 'ok-es256', times: 1, publish: false }), { published: [] });
  for (let n = 0; n < 2; n++) await oddExchange(org, id_token);
  t.notOk(await verifies(org, (await oddExchange(org, id_token)).token));
  t.match(await arm({ edgeCase: 'ok-es256', times: 1 }), { published: ['es256'], edgeCase: ['ok-es256'] });
  t.ok(await verifies(org, (await oddExchange(org, id_token)).token));
  t.match(await arm({ edgeCase: ['ok-es256'] }), { published: ['es256'] });
  t.equal((await send(org, 'DELETE', '/_mock/armed')).status, 204);
  t.ok((await kidsOf(org)).includes('edge-es256'), 'it stays');
  t.match(await keyEvents(org), [['mock.key.publish', { kid: 'edge-es256', signers: 'es256' }]]);
});

t.test('fetches are told by server, document and user agent', async (t) => {
  const org = await started(t);
  await send(org, 'DELETE', '/_mock/keys/fetches');
  const as = (agent: string) => ({ headers: { 'user-agent': agent } });
  await org.fetch('/oauth2/v1/keys', as('verifier/1'));
  await org.fetch('/oauth2/v1/keys', as('verifier/1'));
  await org.fetch('/oauth2/default/v1/keys', as('verifier/2'));
  await org.fetch('/oauth2/none/v1/keys', as('verifier/2'));
  await org.fetch('/.well-known/openid-configuration', as('verifier/1'));
  await org.fetch('/oauth2/default/.well-known/oauth-authorization-server', as('verifier/1'));
  await org.fetch('/.well-known/oauth-authorization-server/oauth2/default?client_id=none', as('verifier/2'));
  const [ofOrg, ofDefault] = (await org.fetch('/_mock/keys')).body.map((one: { fetches: unknown }) => one.fetches);
  const time = /^\d{4}-.*Z$/;
  t.match(ofOrg, {
    jwks: { count: 2, last: time, byUserAgent: { 'verifier/1': { count: 2, first: time, last: time } } },
    oidc: { count: 1 },
    oauth: { count: 0, last: null, byUserAgent: {}, storm: 0 },
  });
  t.match(ofDefault, { jwks: { count: 1, storm: 1 }, oidc: { count: 0 }, oauth: { count: 2 } });
  const listed = async (query: string) => (await org.fetch(`/_mock/keys/fetches?${query}`)).body;
  t.equal((await listed('')).length, 6);
  t.match((await listed('limit=1'))[0], {
    document: 'oauth',
    server: 'default',
    userAgent: 'verifier/2',
    ip: '127.0.0.1',
  });
  t.match(await listed('document=jwks&server=org'), [{ realTime: time, at: time }, {}]);
  for (const query of ['document=none', 'limit=0', 'colour=red']) {
    t.equal((await org.fetch(`/_mock/keys/fetches?${query}`)).status, 400, query);
  }
  t.equal((await send(org, 'DELETE', '/_mock/keys/fetches')).status, 204);
  t.strictSame(await listed(''), []);
  await setOf(org);
  await send(org, 'POST', '/_mock/reset');
  t.strictSame(await listed(''), [], 'a reset, too');
});

t.test('snapshot, restore and reset bring the keys back', async (t) => {
  const org = await started(t);
  const made = await setOf(org);
  await post(org, 'publish', { signers: ['es256'] });
  await post(org, 'rotate');
  const taken = await setOf(org);
  await send(org, 'POST', '/_mock/snapshots', { name: 'one' });
  await post(org, 'withdraw', { kid: FIRST });
  await send(org, 'DELETE', '/_mock/keys/published');
  t.notSame(await setOf(org), taken);
  await send(org, 'POST', '/_mock/snapshots/one/restore');
  t.strictSame(await setOf(org), taken);
  t.match((await post(org, 'rollback')).body, { undone: 'rotate', active: FIRST }, 'with their history');
  await send(org, 'POST', '/_mock/reset');
  t.strictSame(await setOf(org), made);
  t.equal((await post(org, 'rollback')).status, 400, 'nothing is left to be taken back');
});

t.test('the history and the withdrawn keys are bounded; changes at once are all done', async (t) => {
  const org = await started(t);
  const racing = await Promise.all(Array.from({ length: 4 }, () => post(org, 'rotate')));
  t.equal(new Set(racing.map(({ body }) => body.active)).size, 4, 'each one rotated');
  const { withdrawn } = racing.map(({ body }) => body).find((body) => body.withdrawn.length === 3);
  t.strictSame(withdrawn.slice(0, 2), [FIRST, SECOND]);
  for (let n = 0; n < 19; n++) await post(org, 'reuse-kid');
  const { body } = await post(org, 'rotate');
  t.equal(body.withdrawn.length, 20);
  t.notOk(body.withdrawn.includes(FIRST), 'the oldest went');
  let steps = 0;
  while ((await post(org, 'rollback')).status === 200) steps++;
  t.equal(steps, 20);
  t.equal((await org.exchange((await org.signIn(ALICE)).id_token)).status, 200);
});

t.test('two orgs share none of it', async (t) => {
  const { main, two } = await startTwoOrgs(t);
  const before = await setOf(main);
  await post(two, 'rotate');
  await post(two, 'publish', { signers: ['es256'] });
  t.strictSame(await setOf(main), before);
  t.equal((await setOf(two)).keys.length, 4);
  const count = async (org: TestOrg) => (await org.fetch('/_mock/keys')).body[0].fetches.jwks.count;
  t.strictSame([await count(main), await count(two)], [2, 1]);
  t.equal((await post(main, 'rollback')).status, 400);
  const id = 'three';
  const made = await send(main, 'POST', '/_mock/orgs', { id, freshKeys: true });
  t.equal(made.status, 201);
  t.match(refusalOf(await send(main, 'POST', `/orgs/${id}/_mock/keys/rollback`)), [400, 'E0000001', /is left/]);
});

t.test('an unfriendly org rotates its keys every five minutes, and every token stays valid', async (t) => {
  const org = await started(t, (file) => {
    file.signingKeys = DEVELOPMENT.keys.filter(({ status }) => status === 'ACTIVE');
  });
  const kidsBy = async () =>
    (await org.fetch('/_mock/keys')).body[0].signing.map((key: { status: string }) => key.status);
  await send(org, 'POST', '/_mock/unfriendly', { on: true });
  t.strictSame(await kidsBy(), ['ACTIVE', 'NEXT'], 'a NEXT is published');
  await send(org, 'POST', '/_mock/unfriendly', { on: true });
  const first = (await org.signIn(ALICE)).id_token;
  t.strictSame(await kidsBy(), ['ACTIVE', 'NEXT'], 'too early');
  org.advance(300_000);
  await Promise.all([1, 2, 3].map(() => oddExchange(org, first)));
  t.strictSame(await kidsBy(), ['ACTIVE', 'NEXT', 'RETIRED'], 'once');
  for (let n = 0; n < 10; n++) {
    org.advance(300_000);
    t.equal((await oddExchange(org, first)).status, 200, `after ${n + 2} rotations`);
  }
  t.equal((await kidsBy()).filter((status: string) => status === 'RETIRED').length, 11);
  t.match((await org.events('filter=eventType eq "mock.key.rotate"')).at(-1), { actor: { id: 'unfriendly' } });
  await post(org, 'publish', { signers: ['es256', 'eddsa', 'enc-key'] });
  for (let n = 0; n < 20; n++) {
    const kids = await kidsOf(org);
    t.equal(new Set(kids).size, kids.length, 'no kid stands there twice');
  }
  t.match((await org.fetch('/_mock/unfriendly')).body, { on: true, seed: 1 });
  await send(org, 'POST', '/_mock/unfriendly', { on: false });
  t.match((await org.fetch('/_mock/unfriendly')).body, { on: false, seed: null });
  t.equal((await send(org, 'POST', '/_mock/unfriendly', { on: false })).status, 200, 'off already');
  org.advance(300_000);
  const before = await kidsOf(org);
  await org.signIn(ALICE);
  t.strictSame(await kidsOf(org), before);
});
