/** The org's clock: set, moved, stopped; and what follows it. */
import t from 'tap';
import { controlOf } from '../support/control.js';
import { forgeIdToken } from '../support/forge.js';
import { startTestOrg } from '../support/org.js';

const org = await startTestOrg();
t.teardown(() => org.close());
const control = controlOf(org);
t.beforeEach(() => control.delete('clock'));

const seconds = (text: string) => Math.round(Date.parse(text) / 1000);

t.test('it shows both times', async (t) => {
  const { status, body } = await control.get('clock');
  t.equal(status, 200);
  t.match(body, { offset: 0, frozen: false, now: body.realTime });
});

t.test('offset, set, advance, freeze', async (t) => {
  const ahead = await control.done('clock', { offset: '1h' });
  t.match(ahead, { offset: 3600, frozen: false });
  t.equal(seconds(ahead.now) - seconds(ahead.realTime), 3600);
  t.match(await control.done('clock', { advance: '-30m' }), { offset: 1800 });
  t.match(await control.done('clock', { set: '2030-01-01T00:00:00Z', freeze: true }), {
    ...{ now: '2030-01-01T00:00:00.000Z', frozen: true },
  });
  org.advance(5000);
  t.match((await control.get('clock')).body, { now: '2030-01-01T00:00:00.000Z', frozen: true });
  t.match(await control.done('clock', { advance: '10m' }), { now: '2030-01-01T00:10:00.000Z', frozen: true });
  t.match(await control.done('clock', { freeze: false }), { frozen: false });
  org.advance(5000);
  const { now } = (await control.get('clock')).body;
  t.ok(now >= '2030-01-01T00:10:05' && now < '2030-01-01T00:11:00', 'it goes on from where it stood');
  t.equal((await control.delete('clock')).status, 204);
  t.match((await control.get('clock')).body, { offset: 0 });
  t.equal((await control.delete('clock')).status, 204, 'twice is no mistake');
});

t.test('what it refuses, it says, and leaves the clock alone', async (t) => {
  const refused: readonly (readonly [object, RegExp])[] = [
    [{}, /says nothing/],
    [{ advance: '1m', offset: '1m' }, /more than one of offset, set and advance/],
    [{ advance: 'soon' }, /advance: is no length of time/],
    [{ set: 'yesterday' }, /set: /],
    [{ offset: '-60000d' }, /offset: is below|before 1970/],
    [{ set: '1969-12-31T00:00:00Z' }, /before 1970 or after 2096/],
    [{ set: '2200-01-01T00:00:00Z' }, /before 1970 or after 2096/],
    [{ when: 'now' }, /when/],
  ];
  for (const [body, says] of refused) {
    const answer = await control.post('clock', body);
    t.equal(answer.status, 400, JSON.stringify(body));
    t.match(answer.text, says);
  }
  t.match((await control.get('clock')).body, { offset: 0 });
});

t.test('tokens expire by it, and the log has both times', async (t) => {
  const { id_token } = await org.signIn('alice@example.com');
  t.equal((await org.exchange(id_token)).status, 200);
  await control.done('clock', { advance: '2h' });
  const late = await org.exchange(id_token, await org.asAgent({ claims: { iat: later(7200), exp: later(7300) } }));
  t.match(late, { status: 400, body: { error: 'invalid_grant' } });
  const events = await org.events('sortOrder=DESCENDING');
  const { published, debugContext } = events[0];
  t.equal(Math.round((seconds(published) - seconds(debugContext.debugData.realTime)) / 10), 720);
  const set = events.find((event) => event.eventType === 'mock.clock.update');
  t.match(set, { actor: { id: 'loopback' }, debugContext: { debugData: { frozen: 'false', orgTime: String } } });
  await control.delete('clock');
  t.equal((await org.exchange(await forgeIdToken(org))).status, 200);
});

const later = (ahead: number) => Math.floor(Date.now() / 1000) + ahead;
