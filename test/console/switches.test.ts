/** Faults, keys and the clock by the console: what the pages say, and what the org then does. */
import { decodeJwt } from 'jose';
import t from 'tap';
import { FAULT_KINDS } from '../../src/console/fault-form.js';
import { PRESETS, ROUTES } from '../../src/console/fault-presets.js';
import { consoleAt, type Looked } from '../support/console.js';
import { keepOrgs, startTestOrg } from '../support/org.js';
import { editedOrg } from '../support/org-edits.js';

const { keep } = keepOrgs(t);
const org = keep(await startTestOrg());
const me = consoleAt(org);
const FAULTS = '/console/faults';
const KEYS = '/oauth2/v1/keys';

const control = async (path: string) => (await org.fetch(`/_mock${path}`)).body;
const standsIn = (page: Looked, id: string) => page.document.querySelector(`[id="${id}"]`)?.getAttribute('value');
const allOff = async () => me.press(await me.open(FAULTS), 'Turn all off');

t.test('one click: every preset is a fault that the org has', async (t) => {
  t.match((await me.open(FAULTS)).text, 'No fault is on');
  for (const { label, says, request } of Object.values(PRESETS)) {
    const page = await me.open(FAULTS);
    t.match(page.text, says);
    t.match((await me.press(page, label)).text, 'The fault is on, from the very next request.', label);
    const [found] = (await control('/faults')).slice(-1);
    t.match(found.fault, request.fault, label);
    t.equal(found.route, 'route' in request ? request.route : null);
  }
  await allOff();
  t.same(await control('/faults'), []);
});

t.test('keys that answer 500, at every server, until the fault is off; the console stays', async (t) => {
  await me.press(await me.open(FAULTS), 'Keys answer 500');
  t.equal((await org.fetch(KEYS)).status, 500);
  t.equal((await org.fetch('/oauth2/default/v1/keys')).status, 500);
  const page = await me.open(FAULTS);
  t.match(page.text, 'when it is turned off');
  t.match((await me.press(page, 'Turn off')).text, 'The fault is off.');
  t.equal((await org.fetch(KEYS)).status, 200);
  t.equal((await me.press(page, 'Turn off')).status, 404, 'off already');
  await me.press(await me.open(FAULTS), 'Turn on', { Where: 'Everywhere', Status: '503' });
  t.equal((await org.fetch('/.well-known/openid-configuration')).status, 503);
  t.equal((await me.open('/')).status, 200, 'the start page');
  await allOff();
});

t.test('each kind of fault by the form', async (t) => {
  const kinds: Readonly<Record<string, readonly [Record<string, string>, object]>> = {
    status: [{ Status: '418', Body: 'tea' }, { status: { code: 418, body: 'tea' } }],
    reset: [{ When: 'after' }, { reset: 'after' }],
    truncate: [{ Bytes: '7' }, { truncate: 7 }],
    drip: [{ 'Bytes at a time': '3', 'One every': '5ms' }, { drip: { bytes: 3, every: '5ms' } }],
    contentType: [{ 'Content-Type': 'text/plain' }, { contentType: 'text/plain' }],
    oversize: [{ 'Bytes in all': '1000' }, { oversize: 1000 }],
    redirect: [{ 'Leads to': 'https://away.example/' }, { redirect: 'https://away.example/' }],
    jwks: [{ 'The key set': 'huge' }, { jwks: 'huge' }],
    metadata: [{ 'The metadata': 'issuer-mismatch', Where: '' }, { metadata: 'issuer-mismatch' }],
    late: [{ 'Late by': '20ms' }, { latency: { fixed: '20ms' } }],
  };
  t.same(Object.keys(kinds), Object.keys(FAULT_KINDS));
  for (const [kind, [fields, fault]] of Object.entries(kinds)) {
    const what = FAULT_KINDS[kind as keyof typeof FAULT_KINDS];
    await me.press(await me.open(FAULTS), 'Turn on', { 'What becomes of the answer': what, ...fields });
    t.match((await control('/faults')).at(-1).fault, fault, kind);
  }
  await allOff();
});

t.test('where, how often and how long', async (t) => {
  await me.press(await me.open(FAULTS), 'Turn on', {
    ...{ Where: 'The path below', Path: '/oauth2/default/v1/keys', Status: '500' },
    ...{ 'How many requests': '1', 'For how long': '5m' },
  });
  const page = await me.open(FAULTS);
  t.match(page.text, /after 1 more, or at \d{4}/);
  t.equal((await org.fetch('/oauth2/default/v1/keys')).status, 500);
  t.equal((await org.fetch('/oauth2/default/v1/keys')).status, 200);
  t.match((await me.open(FAULTS)).text, 'Another status: 500over1');
  await allOff();
  await me.press(await me.open(FAULTS), 'Turn on', { 'For how long': '5m' });
  t.match((await me.open(FAULTS)).text, /at \d{4}-/);
  await allOff();
});

t.test('every place that the form offers is one of the org', async (t) => {
  for (const { label, value } of ROUTES) {
    const on = await me.press(await me.open(FAULTS), 'Turn on', { Where: label });
    t.equal(on.status, 200, label);
    t.equal((await control('/faults')).at(-1).route, value);
  }
  const offers = [...(await me.open(FAULTS)).document.querySelectorAll('#route-offers option')];
  t.ok(offers.some((one) => one.getAttribute('value') === '/oauth2/*/v1/token'));
  t.notOk(offers.some((one) => one.getAttribute('value')?.includes('_mock')));
  await allOff();
});

t.test(
  'the list says in words what each does; a method narrows it; what is only late is late by chance, too',
  async (t) => {
    const page = await me.open(FAULTS);
    await me.press(page, 'Turn on', {
      ...{ Where: 'Keys of the org', Method: 'POST', 'What becomes of the answer': 'Only late' },
      ...{ 'Late by': '', 'And by chance up to': '30ms' },
    });
    t.match(await control('/faults'), [{ method: 'POST', fault: { latency: { fixed: '0s', jitter: '30ms' } } }]);
    t.equal((await org.fetch(KEYS)).status, 200);
    t.match(await control('/faults'), [{ hits: 0 }], 'it is of no GET');
    await me.press(page, 'Turn on', { 'What becomes of the answer': 'Slow', 'Late by': '2s' });
    const json = { method: 'POST', headers: { 'content-type': 'application/json' } };
    for (const fault of [
      { jwks: 'redirect', leadsTo: 'https://away.example/' },
      { truncate: 9 },
      { oversize: 99 },
      { status: { code: 418 } },
    ]) {
      await org.fetch('/_mock/faults', { ...json, body: JSON.stringify({ route: KEYS, fault }) });
    }
    const { text } = await me.open(FAULTS);
    for (const says of [
      ...['POST /oauth2/v1/keyslate by 0s, and by chance up to 30ms moreon', 'Slow, bit by bit: 1 byte every 100ms'],
      ...['late by 2s', 'A key set that is wrong: redirectLeads to: https://away.example/', 'Cut off: after 9 bytes'],
      ...['Too large: 99 bytes', 'Another status: 418'],
    ]) {
      t.match(text, says);
    }
    await allOff();
  },
);

t.test('an edge case leads to the form, filled in', async (t) => {
  const page = await me.open(`${FAULTS}?what=jwks&jwks=huge`);
  t.match((await me.press(page, 'Turn on')).text, 'wherever it belongs');
  t.match(await control('/faults'), [{ route: null, fault: { jwks: 'huge' } }]);
  await allOff();
});

t.test('a mistake is told over the form, which keeps what was typed', async (t) => {
  const page = await me.open(FAULTS);
  const refused = await me.press(page, 'Turn on', { Where: 'The path below', Path: '/no/such', 'Late by': '3s' });
  t.match(refused.text, 'no endpoint is at /no/such');
  t.equal(standsIn(refused, 'route'), '/no/such');
  t.equal(standsIn(refused, 'fault.latency.fixed'), '3s');
  t.match((await me.press(page, 'Turn on', { Where: 'The path below', Path: '' })).text, 'Path: ');
  t.match((await me.press(page, 'Turn on', { Where: '/oauth2/v1/keys', Status: 'many' })).text, 'Status: ');
  t.match(
    (await me.press(page, 'Turn on', { Status: '503', 'For how long': 'long' })).text,
    'For how long: is no length',
  );
  const nothing = { 'What becomes of the answer': 'Only late', 'Late by': '', 'For how long': '' };
  t.match((await me.press(page, 'Turn on', nothing)).text, 'Late by: is no length of time');
  t.same(await control('/faults'), []);
});

t.test('more faults than a page shows', async (t) => {
  const json = { method: 'POST', headers: { 'content-type': 'application/json' } };
  for (let count = 0; count < 51; count++) {
    await org.fetch('/_mock/faults', {
      ...json,
      body: '{"method":"GET","route":"/oauth2/v1/keys","fault":{"reset":"after"},"times":1}',
    });
  }
  t.match((await me.open(FAULTS)).text, '1 more are not shown: turn all off');
  await allOff();
});

const signing = async () =>
  (await control('/keys')).find((one: { server: string }) => one.server === 'org').signing as {
    kid: string;
    status: string;
  }[];
const kidOf = async (status: string) => (await signing()).find((one) => one.status === status)?.kid;
const kids = async (path = KEYS) => (await org.fetch(path)).body.keys.map(({ kid }: { kid: string }) => kid);

t.test('keys: rotated in steps, withdrawn, a kid used again, and back', async (t) => {
  const page = await me.open('/console/keys');
  const [first, next] = [await kidOf('ACTIVE'), await kidOf('NEXT')];
  t.match(page.text, first);
  const rotated = await me.press(page, 'Rotate');
  t.match(rotated.text, 'Rotated: another key signs');
  t.equal(await kidOf('ACTIVE'), next);
  t.match(rotated.text, /RETIREDpublished; it has signed before/);
  const now = await me.press(await me.open('/console/keys'), 'Rotate at once');
  t.not(await kidOf('ACTIVE'), next);
  t.match(now.text, 'WITHDRAWN');
  const active = (await kidOf('ACTIVE')) as string;
  const withdrawn = await me.press(now, 'Withdraw', {}, active);
  t.match(withdrawn.text, 'The key is withdrawn');
  t.notOk((await kids()).includes(active));
  t.notOk(await kidOf('NEXT'), 'it signs now');
  t.match((await me.press(withdrawn, 'Rotate')).text, 'The next key is published, and does not sign yet.');
  t.ok(await kidOf('NEXT'));
  t.match((await me.press(now, 'Withdraw', {}, active)).text, 'has no signing key of its own');
  const kept = await kidOf('ACTIVE');
  const modulus = async () => (await org.fetch(KEYS)).body.keys.find(({ kid }: { kid: string }) => kid === kept).n;
  const before = await modulus();
  t.match((await me.press(await me.open('/console/keys'), 'Reuse kid')).text, 'under the kid of the one before');
  t.equal(await kidOf('ACTIVE'), kept);
  t.not(await modulus(), before);
  t.match((await me.press(await me.open('/console/keys'), 'Roll back')).text, 'was taken back');
  t.equal(await modulus(), before);
});

t.test('keys of edge cases, published and taken out', async (t) => {
  const page = await me.open('/console/keys');
  const published = await me.press(page, 'Publish', { 'Whose key': 'es256' });
  t.match(published.text, 'Published in the key set.');
  t.ok((await org.fetch(KEYS)).body.keys.some(({ kty }: { kty: string }) => kty === 'EC'));
  t.match((await me.press(published, 'Unpublish')).text, 'Taken out of the key set.');
  t.notOk((await org.fetch(KEYS)).body.keys.some(({ kty }: { kty: string }) => kty === 'EC'));
  t.equal((await me.press(published, 'Unpublish')).status, 404);
  const form = (fields: Record<string, string>) =>
    org.fetch('/console/keys', { method: 'POST', body: new URLSearchParams(fields), headers: { origin: org.issuer } });
  t.match((await form({ do: 'publish', signer: 'zebra' })).text, 'Whose key: ');
  t.match((await form({ do: 'publish', signer: 'none' })).text, 'none has no key to publish');
  t.match((await form({ do: 'unpublish' })).text, 'Not found');
  t.equal((await form({ do: 'rotate', server: 'zebra' })).status, 404);
  t.match((await form({ do: 'rotate', server: 'z'.repeat(101) })).text, 'cannot be shown');
});

t.test('who fetched them', async (t) => {
  await org.fetch(KEYS, { headers: { 'user-agent': 'ras-of-mine/1.0' } });
  await org.fetch(KEYS, { headers: { 'user-agent': '' } });
  const page = await me.open('/console/keys');
  t.match(page.text, /ras-of-mine\/1.0: 1, last \d{4}-/);
  t.match(page.text, '(no user agent): 1');
  for (let at = 0; at < 11; at++) await org.fetch(KEYS, { headers: { 'user-agent': `agent ${at}` } });
  t.match((await me.open('/console/keys')).text, 'and 4 more');
  const anew = await me.press(page, 'Count anew');
  t.match(anew.text, 'counted anew');
  t.notMatch(anew.text, 'ras-of-mine');
});

t.test('unfriendly, and friendly again', async (t) => {
  const page = await me.open('/console/keys');
  t.match((await me.press(page, 'Switch on', { Seed: 'seven' })).text, 'Seed: ');
  const on = await me.press(page, 'Switch on', { Seed: '7' });
  t.match(on.text, 'Seed 7;');
  t.match(await control('/unfriendly'), { on: true, seed: 7 });
  t.match((await me.press(on, 'Switch off')).text, 'Unfriendly mode is off.');
  t.match(await control('/unfriendly'), { on: false });
});

t.test('keys of custom servers: those of the org until they are changed; many of them', async (t) => {
  const servers = Array.from({ length: 14 }, (_, at) => ({ id: `aus${at}`, name: `Server ${at}` }));
  const many = keep(await startTestOrg({ org: editedOrg((file) => file.authorizationServers?.push(...servers)) }));
  const there = consoleAt(many);
  const start = await there.open('/console/keys');
  t.equal([...start.document.querySelectorAll('.tabs a')].length, 12);
  const label = 'One of the other 4 servers, by its id';
  t.match((await there.press(start, 'Show', { [label]: 'aus13' })).text, 'Keys of aus13');
  t.equal((await there.open('/console/keys?server=zebra')).status, 404);
  const page = await there.follow(start, 'aus0');
  t.match(page.text, 'the keys of the org; a change here gives it its own');
  t.equal(page.document.querySelector('button[value=withdraw]'), null, 'they are withdrawn at the org');
  const nothing = await there.press(page, 'Roll back');
  t.match(nothing.text, 'Server: no change of the keys of aus0 is left');
  t.match(nothing.text, 'Keys of aus0', 'it is the same server still');
  const changed = await there.press(page, 'Rotate at once');
  t.equal(changed.path, '/console/keys?server=aus0&done=rotated');
  t.match(changed.text, 'Signs withkeys of its own');
});

t.test('the clock: moved, stopped, set, and back to the real time', async (t) => {
  const CLOCK = '/console/clock';
  t.match((await me.open(CLOCK)).text, 'The org goes by the real time.');
  const ahead = await me.press(await me.open(CLOCK), '+1 h');
  t.match(ahead.text, 'The org is 1 h ahead of the machine.');
  const { id_token } = await org.signIn('alice@example.com');
  t.ok((decodeJwt(id_token).iat as number) > Date.now() / 1000 + 3500);
  await me.press(ahead, '-5 min');
  await me.press(ahead, '+5 min');
  const day = await me.press(ahead, 'Move', { By: '1d' });
  t.match(day.text, 'The org is 1 d 1 h ahead of the machine.');
  const frozen = await me.press(day, 'Freeze');
  t.match(frozen.text, 'The clock stands still');
  t.match(frozen.text, 'frozen');
  const stood = await control('/clock');
  t.equal(stood.frozen, true);
  t.equal((await control('/clock')).now, stood.now);
  const on = await me.press(frozen, 'Run');
  t.match(on.text, 'The clock goes on');
  t.equal((await control('/clock')).frozen, false);
  t.match((await me.press(on, 'Set', { 'Moment (UTC)': '2030-01-02T03:04' })).text, '2030-01-02 03:04:');
  t.match(await control('/clock'), { now: /^2030-01-02T03:04/ });
  for (const no of ['', '2030-01-02', '2030-02-31T10:00', 'tomorrow']) {
    const refused = await me.press(on, 'Set', { 'Moment (UTC)': no });
    t.equal(refused.status, 400);
    t.match(refused.text, 'Moment (UTC): ');
    t.equal(standsIn(refused, 'set'), no);
  }
  t.match((await me.press(on, 'Set', { 'Moment (UTC)': '2030-01-02T03:04:05' })).text, '2030-01-02 03:04:');
  const far = await me.press(on, 'Move', { By: '-100000d' });
  t.match(far.text, 'By: is below what is allowed');
  t.match(standsIn(far, 'set'), /^2030-01-02T03:04$/, 'the other form is as it was');
  t.equal(standsIn(far, 'advance'), '-100000d');
  t.match((await me.press(on, 'Move', { By: '-22500d' })).text, 'the time would be before 1970 or after 2096');
  t.match((await me.press(on, 'Move', { By: '10m' })).text, '2030-01-02 03:14:');
  const real = await me.press(on, 'Back to real time');
  t.match(real.text, 'The org goes by the real time again.');
  t.match(await control('/clock'), { offset: 0 });
  const behind = await me.press(real, '-5 min');
  t.match(behind.text, 'behind the machine');
  await me.press(behind, 'Back to real time');
  t.match(await control('/clock'), { offset: 0, frozen: false });
});

t.test('an org beside it has its own faults, keys and clock', async (t) => {
  const json = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const { issuer } = (await org.fetch('/_mock/orgs', { ...json, body: '{"id":"beside"}' })).body;
  const there = consoleAt({ issuer });
  await there.press(await there.open(FAULTS), 'Keys answer 500');
  t.equal((await fetch(issuer + KEYS)).status, 500);
  t.equal((await org.fetch(KEYS)).status, 200);
  const before = await control('/clock');
  await there.press(await there.open('/console/clock'), '+1 h');
  t.match(await control('/clock'), { offset: before.offset });
  const rotated = await there.press(await there.open('/console/keys'), 'Rotate at once');
  t.match(rotated.text, 'Rotated');
});
