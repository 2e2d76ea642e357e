/** Reset and snapshots: what comes back, what goes, and that no request sees half of two states. */
import { connect } from 'node:net';
import fc from 'fast-check';
import t from 'tap';
import { GRANT_TYPE } from '../../src/protocol/urns.js';
import { type ApiToken, apiTokens } from '../../src/registry/api-token.js';
import { insert } from '../../src/store/port.js';
import { apiOf } from '../support/api.js';
import { controlOf } from '../support/control.js';
import { forgeIdToken, parts } from '../support/forge.js';
import { startOpenOrg } from '../support/open-org.js';
import { APP_BASIC, driving, EXAMPLE, startTestOrg, type TestOrg, testClock } from '../support/org.js';

const started = async (options = {}): Promise<TestOrg> => {
  const org = await startTestOrg(options);
  t.teardown(() => org.close());
  return org;
};

const SUSPEND = '/api/v1/users/alice@example.com/lifecycle/suspend';

t.test('a reset makes it as it was made: records, clock, what is armed, logs', async (t) => {
  const org = await started({ apiToken: 'a-token-given-at-start' });
  const control = controlOf(org);
  const { refresh_token } = await org.signIn('alice@example.com');
  await apiOf(org).post(SUSPEND, undefined);
  await control.done('clock', { advance: '1h' });
  await control.done('armed', { edgeCase: 'exp-past' });
  await control.done('faults', { fault: { jwks: 'down' } });
  await control.done('unfriendly', {});
  const answer = await control.post('reset');
  t.equal(answer.status, 204);
  t.match((await control.get('clock')).body, { offset: 0 });
  for (const what of ['armed', 'faults', 'exchanges']) t.strictSame((await control.get(what)).body, [], what);
  t.match((await control.get('unfriendly')).body, { on: false });
  t.strictSame(
    (await org.events()).map(({ eventType }) => eventType),
    ['mock.org.reset'],
  );
  t.equal((await org.exchange(await forgeIdToken(org))).status, 200, 'Alice is active again');
  const refreshed = await org.post(
    '/oauth2/v1/token',
    { grant_type: GRANT_TYPE.refreshToken, refresh_token },
    { authorization: APP_BASIC },
  );
  t.equal(refreshed.status, 400, 'grants are gone');
  const headers = { authorization: 'SSWS a-token-given-at-start' };
  t.equal((await org.fetch('/api/v1/users', { headers })).status, 200, 'the token given at start is not');
});

t.test('a snapshot comes back whole, with grants and clock; logs stay', async (t) => {
  const org = await started();
  const control = controlOf(org);
  const { id_token } = await org.signIn('alice@example.com');
  await control.done('clock', { offset: '10s' });
  const taken = await control.post('snapshots', { name: 'signed-in' });
  t.match(taken, { status: 201, body: { name: 'signed-in', records: Number, taken: String } });
  await apiOf(org).post(SUSPEND, undefined);
  await control.delete('clock');
  t.equal((await org.exchange(id_token)).status, 400);
  t.match(await control.post('snapshots/signed-in/restore'), { status: 200, body: { name: 'signed-in' } });
  t.match((await control.get('clock')).body, { offset: 10 });
  t.equal((await org.exchange(id_token)).status, 200);
  const types = (await org.events()).map(({ eventType }) => eventType);
  t.ok(types.includes('user.lifecycle.suspend') && types.includes('mock.snapshot.restore'));
  t.match((await control.get('snapshots')).body, [{ name: 'signed-in' }]);
  await control.done('snapshots', { name: 'signed-in' });
  t.equal((await control.get('snapshots')).body.length, 1, 'another of that name replaces it');
  t.equal((await control.delete('snapshots/signed-in')).status, 204);
  for (const gone of [await control.delete('snapshots/signed-in'), await control.post('snapshots/signed-in/restore')]) {
    t.match(gone, { status: 404, body: { errorCode: 'E0000007', errorSummary: /signed-in \(Snapshot\)/ } });
  }
});

t.test('names and number of snapshots are bounded', async (t) => {
  const control = controlOf(await started());
  for (const name of ['', 'a b', '../x', 'x'.repeat(101)]) {
    t.equal((await control.post('snapshots', { name })).status, 400, name);
  }
  for (let at = 0; at < 100; at++) await control.done('snapshots', { name: `s${at}` });
  t.match(await control.post('snapshots', { name: 'one-more' }), {
    status: 400,
    text: /there are 100 snapshots already/,
  });
  t.equal((await control.post('snapshots', { name: 's7' })).status, 201, 'one that is there may be taken anew');
});

t.test('on disk, too', async (t) => {
  const path = `${t.testdir({})}/store.json`;
  const org = await started({ store: `file:${path}` });
  const control = controlOf(org);
  await control.done('clock', { offset: '1h' });
  await control.done('armed', { edgeCase: 'exp-past', fault: { latency: { fixed: '250ms' } }, times: 2 });
  await control.done('snapshots', { name: 'armed' });
  await control.done('reset');
  await control.done('snapshots/armed/restore');
  await org.close();
  const again = controlOf(await started({ store: `file:${path}` }));
  t.match((await again.get('clock')).body, { offset: 3600 });
  t.match((await again.get('armed')).body, [{ remaining: 2, fault: { latency: { fixed: '250ms' } } }]);
  await again.done('reset');
  t.strictSame((await again.get('armed')).body, []);
});

t.test('who was let in by the state before is let in again, or not, by the one that is asked', async (t) => {
  const open = await startOpenOrg();
  t.teardown(() => open.close());
  const org = driving(open, testClock());
  const control = controlOf(org);
  // Not in the state that the org was made with.
  const token = { id: 'of-this-state', name: 'Of this state', token: 'a-token-of-this-state', role: 'SUPER_ADMIN' };
  await open.org.store.commit([insert(apiTokens, token as ApiToken)], 0);
  await control.done('faults', { route: '/api/v1/groups', fault: { latency: { fixed: '1ms' } } });
  const body = JSON.stringify({ profile: { name: 'Made by nobody' } });
  const { hostname, port } = new URL(org.issuer);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  const head = [`POST /api/v1/groups HTTP/1.1`, `Host: ${hostname}`, `Authorization: SSWS ${token.token}`];
  const about = ['Content-Type: application/json', `Content-Length: ${body.length}`, 'Connection: close'];
  socket.write(`${[...head, ...about].join('\r\n')}\r\n\r\n${body.slice(0, 5)}`);
  // It meets the fault just before it is let in, and is counted by that.
  while ((await control.get('faults')).body[0].hits === 0);
  await control.done('reset');
  socket.write(body.slice(5));
  await new Promise((resolve) => socket.on('close', resolve));
  t.match(text, /^HTTP\/1\.1 401 /, 'its token is gone with the state');
  const groups = (await apiOf(org).get('/api/v1/groups')).body;
  t.notOk(JSON.stringify(groups).includes('Made by nobody'));
});

/** What a state is recognised by, in all that an answer is made of: a record, the clock, and the key that signs. */
const marks = (name: string, time: string | number, kid: string) => `${name} ${new Date(time).getUTCFullYear()} ${kid}`;

const PASSWORD = { grant_type: GRANT_TYPE.password, username: 'alice@example.com', password: EXAMPLE.password };

const idToken = async (org: TestOrg): Promise<string> => {
  const answer = await org.post(
    '/oauth2/v1/token',
    { ...PASSWORD, scope: 'openid profile' },
    { authorization: APP_BASIC },
  );
  const { header, claims } = parts(answer.body.id_token);
  return marks(claims.given_name, claims.iat * 1000, header.kid);
};

const authn = async (org: TestOrg): Promise<string> => {
  const { expiresAt, _embedded } = (await signIn(org)).body;
  return marks(_embedded.user.profile.firstName, expiresAt, '');
};

const signIn = (org: TestOrg) =>
  org.fetch('/api/v1/authn', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: PASSWORD.username, password: PASSWORD.password }),
  });

/** Makes the two states, and says what each is recognised by. */
async function twoStates(org: TestOrg): Promise<readonly string[]> {
  const control = controlOf(org);
  const seen: string[] = [];
  for (const [name, set] of [['One', '2030-06-01T00:00:00Z'] as const, ['Two', '2040-06-01T00:00:00Z'] as const]) {
    await apiOf(org).post('/api/v1/users/alice@example.com', { profile: { firstName: name } });
    await control.done('keys/rotate', {});
    await control.done('clock', { set, freeze: true });
    await control.done('snapshots', { name });
    seen.push(await idToken(org), await authn(org));
  }
  return seen;
}

for (const store of ['memory:', 'file:']) {
  t.test(`under load, no request sees half of two states (${store})`, async (t) => {
    const org = await started({ store: store === 'file:' ? `file:${t.testdir({})}/store.json` : store });
    const states = await twoStates(org);
    t.equal(new Set(states).size, 4, 'they can be told apart');
    const seen = new Set<string>();
    const step = { token: () => idToken(org), authn: () => authn(org) };
    const swap = (name: string) => controlOf(org).done(`snapshots/${name}/restore`);
    const steps = fc.array(fc.constantFrom('One', 'Two', 'token', 'token', 'token', 'authn'), {
      minLength: 10,
      maxLength: 40,
    });
    const property = fc.asyncProperty(steps, async (asked) => {
      const answers = await Promise.all(
        asked.map((one) => (one === 'One' || one === 'Two' ? swap(one).then(() => '') : step[one as 'token']())),
      );
      for (const answer of answers.filter(Boolean)) seen.add(answer);
      return answers.every((answer) => answer === '' || states.includes(answer));
    });
    await t.resolves(fc.assert(property, { numRuns: 25 }));
    t.strictSame([...seen].sort(), [...states].sort(), 'each state was seen by each kind of request');
  });
}
