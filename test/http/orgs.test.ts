/** Orgs that are made while the process runs: from what, for how long, how many, and apart from each other. */
import t from 'tap';
import { controlOf } from '../support/control.js';
import { driving, EXAMPLE, exampleOrg, startTestOrg, testClock } from '../support/org.js';

const clock = testClock();
const org = await startTestOrg({ clock, maxOrgs: 4, apiToken: 'a-token-given-at-start' });
t.teardown(() => org.close());
const control = controlOf(org);

t.afterEach(async () => {
  for (const { id } of (await control.get('orgs')).body) await control.delete(`orgs/${id}`);
});

const ahead = (seconds: number) => Math.floor(clock.now() / 1000) + seconds;
const at = (issuer: string) => driving({ ...org, issuer }, clock);

t.test('one of its own, from how the main one was made', async (t) => {
  await control.done('clock', { offset: '1h' });
  const made = await control.post('orgs', { id: 'test-1' });
  t.match(made, {
    status: 201,
    body: { id: 'test-1', issuer: `${org.issuer}/orgs/test-1`, name: 'Example', created: String, expires: String },
  });
  const own = at(made.body.issuer);
  t.match((await controlOf(own).get('clock')).body, { offset: 0 });
  const { id_token } = await own.signIn('alice@example.com');
  const { body } = await own.exchange(id_token);
  t.match(claims(body.access_token), { iss: made.body.issuer, aud: EXAMPLE.figma });
  const assertion = await org.asAgent({ claims: { iat: ahead(3600), exp: ahead(3700) } });
  t.equal(
    (await org.exchange(id_token, assertion)).body.error,
    'invalid_request',
    'its tokens are none of the main one',
  );
  t.match((await control.get('orgs')).body, [{ id: 'test-1' }]);
  t.match((await control.get('orgs/test-1')).body, { id: 'test-1' });
  t.equal((await control.delete('orgs/test-1')).status, 204);
  t.equal((await own.fetch('/oauth2/v1/keys')).status, 404);
  for (const gone of [await control.get('orgs/test-1'), await control.delete('orgs/test-1')]) t.equal(gone.status, 404);
  const types = (await org.events()).map(({ eventType }) => eventType);
  t.ok(types.includes('mock.org.create') && types.includes('mock.org.delete'));
  await control.delete('clock');
});

t.test('from another org as it is now, or from a file', async (t) => {
  const first = await control.done('orgs', {});
  t.match(first.id, /^[0-9a-z]{12}$/);
  await controlOf(at(first.issuer)).done('clock', { offset: '2h' });
  const fork = await control.done('orgs', { from: first.id });
  t.match((await controlOf(at(fork.issuer)).get('clock')).body, { offset: 7200 });
  t.match(await control.done('orgs', { from: 'main' }), { name: 'Example' });
  const file = { ...exampleOrg(), org: { name: 'Of a file' } };
  t.match(await control.done('orgs', { file }), { name: 'Of a file' });
});

t.test('with a key of its own', async (t) => {
  const { issuer } = await control.done('orgs', { freshKeys: true });
  const keysAt = async (base: string) =>
    (await at(base).fetch('/oauth2/v1/keys')).body.keys.map(({ kid }: { kid: string }) => kid);
  const [own, main] = [await keysAt(issuer), await keysAt(org.issuer)];
  t.equal(own.length, 1);
  t.notOk(main.includes(own[0]));
  const { id_token } = await at(issuer).signIn('alice@example.com');
  t.equal((await at(issuer).exchange(id_token)).status, 200);
});

t.test('what cannot be made is refused by name', async (t) => {
  await control.done('orgs', { id: 'taken' });
  const refused: readonly (readonly [object, RegExp])[] = [
    [{ id: 'taken' }, /there is an org taken already/],
    [{ id: 'No' }, /small letters/],
    [{ id: 'main' }, /or is .*main/],
    [{ from: 'nobody' }, /from: there is no org/],
    [{ from: 'taken', file: {} }, /both from and file/],
    [{ file: { users: 'none' } }, /file: users/],
    [{ file: { edgeCases: [{ ...ROW, name: 'exp-past' }] } }, /edge case exp-past already/],
    [{ ttl: '0s' }, /ttl: is below/],
    [{ ttl: '8d' }, /ttl: is above/],
    [{ colour: 'red' }, /colour/],
  ];
  for (const [body, says] of refused) {
    const answer = await control.post('orgs', body);
    t.equal(answer.status, 400, JSON.stringify(body));
    t.match(answer.text, says);
  }
  for (let more = 0; more < 3; more++) await control.done('orgs', {});
  t.match(await control.post('orgs', {}), { status: 400, text: /there are 4 orgs already.*--max-orgs/ });
});

const ROW = {
  ...{ level: 'MUST', expect: ['invalid_grant'], severity: 'low', source: ['RFC 7519, Some section'] },
  ...{ differs: 'In something.', note: 'Some bug.', claims: { set: { a: 1 } } },
};

t.test('it goes when nobody has asked for it for its time; or never', async (t) => {
  const short = await control.done('orgs', { ttl: '10m' });
  const forever = await control.done('orgs', { ttl: null });
  t.equal(forever.expires, null);
  clock.advance(9 * 60_000);
  t.equal((await at(short.issuer).fetch('/oauth2/v1/keys')).status, 200, 'used');
  clock.advance(9 * 60_000);
  t.equal((await at(short.issuer).fetch('/oauth2/v1/keys')).status, 200, 'and used again');
  clock.advance(10 * 60_000);
  t.equal((await at(short.issuer).fetch('/oauth2/v1/keys')).status, 404);
  t.equal((await control.delete(`orgs/${short.id}`)).status, 404);
  const [gone] = await org.events('filter=debugContext.debugData.why pr');
  t.match(gone, { eventType: 'mock.org.delete', target: [{ id: short.id }] });
  t.strictSame(
    (await control.get('orgs')).body.map(({ id }: { id: string }) => id),
    [forever.id],
  );
});

t.test(
  'an org that was made does not see the others, and goes by its own tokens or those of the main one',
  async (t) => {
    const file = { ...exampleOrg(), apiTokens: [{ name: 'Own', token: 'a-token-of-its-own', role: 'SUPER_ADMIN' }] };
    const { issuer } = await control.done('orgs', { file });
    const own = controlOf(at(issuer));
    for (const answer of [
      await own.get('orgs'),
      await own.post('orgs', {}),
      await own.get('orgs/x'),
      await own.delete('orgs/x'),
    ]) {
      t.equal(answer.status, 404);
    }
    const clockBy = async (token: string, base = issuer) =>
      (await at(base).fetch('/_mock/clock', { headers: { authorization: `SSWS ${token}` } })).status;
    t.strictSame(
      [
        await clockBy('a-token-of-its-own'),
        await clockBy('a-token-given-at-start'),
        await clockBy('a-wrong-token-of-16'),
      ],
      [200, 200, 401],
    );
    t.equal(await clockBy('a-token-of-its-own', org.issuer), 401, 'but not the other way');
  },
);

t.test('it goes also where nobody but the list has asked for it', async (t) => {
  await control.done('orgs', { ttl: '1m' });
  clock.advance(60_000);
  t.strictSame((await control.get('orgs')).body, []);
});

t.test('whoever waits at an org that is deleted has waited long enough', async (t) => {
  const { id, issuer } = await control.done('orgs', {});
  const waiting = at(issuer).fetch('/_mock/exchanges?wait=5m');
  const stream = await fetch(`${issuer}/_mock/exchanges/stream`);
  await stream.body?.getReader().read();
  await control.delete(`orgs/${id}`);
  t.match(await waiting, { status: 200, body: [] });
});

function claims(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString());
}
