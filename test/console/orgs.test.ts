/** Orgs and states by the console: made, visited, deleted; exported, remembered, put back. */
import t from 'tap';
import { consoleAt, type Looked } from '../support/console.js';
import { EXAMPLE, keepOrgs, startTestOrg } from '../support/org.js';
import { editedOrg } from '../support/org-edits.js';

const { keep } = keepOrgs(t);
const org = keep(await startTestOrg());
const me = consoleAt(org);
const ORGS = '/console/orgs';
const READER = 'a-token-that-only-reads';
const standsIn = (page: Looked, id: string) => page.document.querySelector(`[id="${id}"]`)?.getAttribute('value');
const orgs = async () =>
  (await org.fetch('/_mock/orgs')).body as { id: string; issuer: string; expires: string | null }[];

t.test('an org is made, leads to its console, and is deleted', async (t) => {
  t.match((await me.open(ORGS)).text, 'There is none. Create one below.');
  const made = await me.press(await me.open(ORGS), 'Create', {
    Id: 'mine',
    'Goes after': 'never: until it is deleted',
  });
  t.match(made.text, 'The org was made: it is the first of the list.');
  t.match(await orgs(), [{ id: 'mine', expires: null }]);
  const href = [...made.document.querySelectorAll('table a')].map((one) => one.getAttribute('href'));
  t.same(href, ['/orgs/mine/']);
  t.match((await me.open('/orgs/mine/')).text, 'A mock Okta org');
  t.match((await me.press(made, 'Delete', {}, 'mine')).text, 'The org was deleted, with everything in it.');
  t.same(await orgs(), []);
  t.equal((await me.press(made, 'Delete', {}, 'mine')).status, 404);
});

t.test('with keys of its own, from the main one as it is, or from a file', async (t) => {
  const kids = async (issuer: string) =>
    (await org.fetch(`${issuer}/oauth2/v1/keys`)).body.keys.map((key: { kid: string }) => key.kid);
  const page = await me.open(ORGS);
  await me.press(page, 'Create', { Id: 'fresh', 'Made from': 'main', 'A signing key of its own': true });
  const main = await kids(org.issuer);
  t.notOk((await kids(`${org.issuer}/orgs/fresh`)).some((kid: string) => main.includes(kid)));
  const file = editedOrg((one) => Object.assign(one.org ?? {}, { name: 'Pasted org' }));
  const pasted = { Id: 'pasted', 'Made from': '', 'A signing key of its own': false, 'Org file': JSON.stringify(file) };
  t.match((await me.press(page, 'Create', pasted)).text, 'The org was made: it is the first of the list.');
  t.match((await orgs())[1]?.id, 'pasted');
  t.match((await me.open(ORGS)).text, /pastedPasted org.*freshExample/, 'the newest first');
  for (const id of ['fresh', 'pasted']) await me.press(await me.open(ORGS), 'Delete', {}, id);
});

t.test('a mistake is told over the form, which keeps what was typed', async (t) => {
  const page = await me.open(ORGS);
  const refused = await me.press(page, 'Create', { Id: 'Not Good', 'Org file': '{"org":' });
  t.match(refused.text, 'Org file: is no JSON');
  t.equal(standsIn(refused, 'id'), 'Not Good');
  t.match(refused.markup, '{&quot;org&quot;:');
  t.match((await me.press(page, 'Create', { Id: 'Not Good', 'Org file': '' })).text, 'Id: is not of small letters');
  t.match(
    (await me.press(page, 'Create', { Id: '', 'Made from': 'zebra', 'Org file': '' })).text,
    'Made from: there is no org "zebra"',
  );
  t.match((await me.press(page, 'Create', { 'Org file': '{"users":[{}]}' })).text, 'Org file: users');
  t.match((await me.press(page, 'Create', { 'Org file': '[1]' })).text, 'Org file: ');
  t.match((await me.press(page, 'Create', { 'Org file': '{}', 'Made from': 'main' })).text, 'has both from and file');
  t.same(await orgs(), []);
  await me.press(page, 'Create', { Id: 'taken' });
  const taken = await me.press(page, 'Create', { Id: 'taken', 'Goes after': 'a day without a request' });
  t.match(taken.text, 'Id: there is an org taken already');
  const chosen = [...taken.document.querySelectorAll('#ttl option')].find((one) => one.hasAttribute('selected'));
  t.equal(chosen?.getAttribute('value'), '1d');
  const other = await me.press(taken, 'Take snapshot', { 'Name of the snapshot': '?' });
  t.equal(standsIn(other, 'id'), '', 'the other form is as it was');
  await me.press(taken, 'Delete', {}, 'taken');
  t.same(await orgs(), []);
});

t.test('more orgs than a page shows are searched', async (t) => {
  const json = { method: 'POST', headers: { 'content-type': 'application/json' } };
  for (let at = 0; at < 52; at++)
    await org.fetch('/_mock/orgs', { ...json, body: JSON.stringify({ id: `org-${at}` }) });
  const page = await me.open(ORGS);
  t.match(page.text, '2 more are not shown');
  t.ok(page.markup.length < 100_000);
  const found = await me.press(page, 'Search', { 'Id or name': 'org-51' });
  t.same(
    [...found.document.querySelectorAll('table a')].map((one) => one.textContent),
    ['org-51'],
  );
  t.match((await me.press(page, 'Search', { 'Id or name': 'zebra' })).text, 'No org has this id or name.');
  for (const { id } of await orgs()) await org.fetch(`/_mock/orgs/${id}`, { method: 'DELETE' });
});

t.test('an org that was made does not see the others', async (t) => {
  await me.press(await me.open(ORGS), 'Create', { Id: 'alone' });
  const issuer = `${org.issuer}/orgs/alone`;
  const there = consoleAt({ issuer });
  const page = await there.open(ORGS);
  t.notMatch(page.text, 'Create an org');
  t.match(page.text, 'Orgs are created and deleted at the console of the main org');
  for (const act of ['create', 'delete']) {
    const body = new URLSearchParams({ do: act, id: 'alone' });
    const answer = await org.fetch(issuer + ORGS, { method: 'POST', body, headers: { origin: org.issuer } });
    t.equal(answer.status, 400);
    t.match(answer.text, 'Orgs are created and deleted at the console of the main org.');
  }
  t.match((await there.press(page, 'Take snapshot', { 'Name of the snapshot': 'here' })).text, 'Snapshot taken.');
  t.match((await org.fetch(`${issuer}/_mock/snapshots`)).body, [{ name: 'here' }]);
  t.same((await org.fetch('/_mock/snapshots')).body, [], 'the main one has it not');
  const mine = await there.press(page, 'Export');
  t.match(mine.headers.get('content-disposition'), 'filename="alone.json"');
  t.equal(
    (await there.follow(page, 'the console of the main org')).document.querySelector('table a')?.textContent,
    'alone',
  );
  t.match((await there.press(page, 'Reset')).text, 'The org is as it was made: logs are empty');
  await me.press(await me.open(ORGS), 'Delete', {}, 'alone');
});

t.test('exported, it starts the same org again', async (t) => {
  const file = await me.press(await me.open(ORGS), 'Export');
  t.match(file.headers.get('content-disposition'), 'filename="org.json"');
  t.match(file.headers.get('content-type'), 'application/json');
  t.equal(file.headers.get('cache-control'), 'no-cache, no-store');
  t.same(JSON.parse(file.markup), (await org.fetch('/_mock/org')).body);
});

t.test('snapshots and reset', async (t) => {
  const arm = async () => me.press(await me.open('/console/edge-cases/exp-past'), 'Arm');
  const armed = async () => (await org.fetch('/_mock/armed')).body.length;
  await arm();
  const taken = await me.press(await me.open(ORGS), 'Take snapshot', { 'Name of the snapshot': 'one-armed' });
  t.match(taken.text, 'Snapshot taken.');
  t.match((await org.fetch('/_mock/snapshots')).body, [{ name: 'one-armed' }]);
  await arm();
  t.equal(await armed(), 2);
  t.match((await me.press(taken, 'Restore')).text, 'as it was when the snapshot was taken');
  t.equal(await armed(), 1);
  const reset = await me.press(await me.open(ORGS), 'Reset');
  t.match(reset.text, 'The org is as it was made: logs are empty');
  t.equal(await armed(), 0);
  t.match(reset.text, 'one-armed', 'snapshots stay');
  t.match((await me.press(reset, 'Delete', {}, 'one-armed')).text, 'Snapshot deleted.');
  t.equal((await me.press(reset, 'Delete', {}, 'one-armed')).status, 404);
  t.equal((await me.press(reset, 'Restore', {}, 'one-armed')).status, 404);
  const bad = await me.press(reset, 'Take snapshot', { 'Name of the snapshot': 'not good!' });
  t.match(bad.text, 'Name of the snapshot: is not of letters');
  t.equal(standsIn(bad, 'name'), 'not good!');
  for (let at = 0; at < 100; at++) await me.press(reset, 'Take snapshot', { 'Name of the snapshot': `s-${at}` });
  t.match(
    (await me.press(reset, 'Take snapshot', { 'Name of the snapshot': 'one-more' })).text,
    'there are 100 snapshots already; delete one first',
  );
  t.ok((await me.open(ORGS)).markup.length < 100_000);
});

t.test('a token that only reads sees no file with secrets, and changes nothing', async (t) => {
  const readOnly = keep(
    await startTestOrg({
      org: editedOrg((file) => {
        file.apiTokens?.push({ name: 'Reader', token: READER, role: 'READ_ONLY_ADMIN' });
      }),
    }),
  );
  const reader = consoleAt(readOnly, { 'x-forwarded-for': '203.0.113.7' });
  const page = await reader.press(await reader.open(ORGS), 'Sign in', { 'API token': READER });
  t.match(page.text, 'This org: Example');
  const exported = await reader.press(page, 'Export');
  t.equal(exported.status, 403);
  t.notMatch(exported.markup, EXAMPLE.password);
  t.equal((await reader.press(page, 'Reset')).status, 403);
});
