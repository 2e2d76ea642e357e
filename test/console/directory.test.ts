/** *Directory > People* and *Groups*: found, added, changed, and what the org then lets people do. */
import t from 'tap';
import { notValid, refusal, sentencesOf } from '../../src/admin/change.js';
import { labelled } from '../../src/http/console/labelled.js';
import { asked } from '../../src/http/console/page.js';
import { ApplicationRequest } from '../../src/http/management/application-request.js';
import { apiOf } from '../support/api.js';
import { consoleAt, type Looked } from '../support/console.js';
import { EXAMPLE, startTestOrg } from '../support/org.js';
import { editedOrg } from '../support/org-edits.js';

const org = await startTestOrg();
t.teardown(() => org.close());
const me = consoleAt(org);
const api = apiOf(org);
const PEOPLE = '/console/people';
const GROUPS = '/console/groups';
const ALICE = '00uAlice000000000001';
const BOB = '00uBob00000000000001';

const userOf = async (id: string) => (await api.get(`/api/v1/users/${id}`)).body;
const idOf = ({ path }: Looked) => /(?:people|groups)\/([^/?]+)/.exec(path)?.[1] as string;
const typedIn = ({ document }: Looked, id: string) => document.querySelector(`[id="${id}"]`)?.getAttribute('value');
/** The buttons of *Actions*. */
const actionsOf = ({ document }: Looked) =>
  [...document.querySelectorAll('.head .menu button')].map((one) => one.textContent);
const signsIn = async (username: string, password: string = EXAMPLE.password) =>
  (await api.post('/api/v1/authn', { username, password })).status === 200;

/** Adds a person by the form. */
async function added(name: string, more: Record<string, string | boolean> = {}): Promise<Looked> {
  const login = `${name}@example.com`;
  return me.press(await me.open(`${PEOPLE}/new`), 'Add person', {
    ...{ 'First name': name, 'Last name': 'Added', Login: login, Email: login, Password: EXAMPLE.password },
    ...more,
  });
}

t.test(
  'People: the list shows them, finds them by name, login, email and status, and says when there is nobody',
  async (t) => {
    const all = await me.open(PEOPLE);
    t.match(all.text, 'Alice Adamsalice@example.comalice@example.comACTIVE');
    const found = await me.press(all, 'Search', { 'Name, login, email or id': 'ALICE ad' });
    t.match(found.text, 'Alice Adams');
    t.notMatch(found.text, 'Bob Baker');
    const suspended = await me.press(all, 'Search', { Status: 'SUSPENDED' });
    t.match(suspended.text, 'Frank Foster');
    t.notMatch(suspended.text, 'Alice Adams');
    t.match((await me.press(all, 'Search', { Status: 'STAGED' })).text, 'Nobody is like that.');
    const empty = await startTestOrg({ org: { org: { name: 'Empty' } } });
    t.teardown(() => empty.close());
    const admin = consoleAt(empty);
    t.match((await admin.open(PEOPLE)).text, 'There is nobody yet.');
    t.match((await admin.open(GROUPS)).text, 'There is no group yet.');
  },
);

t.test('Add person: what is wrong is said, what was typed stays, but never the password', async (t) => {
  const wrong = await added('Nina <i>', { Email: 'no email' });
  t.equal(wrong.status, 400);
  t.match(wrong.text, 'Email: ');
  t.equal(typedIn(wrong, 'firstName'), 'Nina <i>');
  t.equal(typedIn(wrong, 'email'), 'no email');
  t.ok(wrong.document.querySelector('#activate')?.hasAttribute('checked'));
  t.notMatch(wrong.markup, EXAMPLE.password);
  const taken = await me.press(wrong, 'Add person', { Login: 'ALICE@example.com', Email: 'nina@example.com' });
  t.match(taken.text, 'Login: another of the users of this org has this value already');
  t.match((await me.press(taken, 'Add person', { Password: 'x'.repeat(73) })).text, 'Password: ');
  const nina = await me.press(taken, 'Add person', { Login: 'nina@example.com', Password: 'nina-Test-1!' });
  t.match(nina.text, 'Person added.');
  t.equal(nina.title, 'Nina <i> Added - Example');
  t.equal((await userOf(idOf(nina))).status, 'ACTIVE');
  t.ok(await signsIn('nina@example.com', 'nina-Test-1!'));
  const staged = await added('Stan', { 'Activate now': false });
  t.equal((await userOf(idOf(staged))).status, 'STAGED');
  t.notOk(await signsIn('Stan@example.com'));
  const provisioned = await added('Petra', { Password: '' });
  t.match(provisioned.text, 'PROVISIONED Activated without a password');
  t.match(provisioned.text, 'Passwordnone');
});

t.test('Actions: only those that lead on from the status, each done', async (t) => {
  const one = await added('Lena');
  const status = async () => (await userOf(idOf(one))).status;
  t.strictSame(actionsOf(one), ['Deactivate', 'Suspend', 'Reset password', 'Expire password']);
  const suspended = await me.press(one, 'Suspend');
  t.match(suspended.text, 'Person suspended');
  t.equal(await status(), 'SUSPENDED');
  t.notOk(await signsIn('Lena@example.com'));
  t.strictSame(actionsOf(suspended), ['Deactivate', 'Unsuspend']);
  const back = await me.press(suspended, 'Unsuspend');
  t.match(back.text, 'Person unsuspended.');
  t.ok(await signsIn('Lena@example.com'));
  const expired = await me.press(back, 'Expire password');
  t.match(expired.text, 'PASSWORD_EXPIRED');
  const reset = await me.press(expired, 'Reset password');
  t.match(reset.text, 'Password reset. No email is sent here');
  t.match((await me.press(reset, 'Reactivate')).text, 'Activation begun anew.');
  const set = await me.press(reset, 'Set password', { 'New password': 'another-Test-1!' });
  t.match(set.text, 'Password set.');
  t.ok(await signsIn('Lena@example.com', 'another-Test-1!'));
  const off = await me.press(set, 'Deactivate');
  t.match(off.text, 'Person deactivated');
  t.strictSame(actionsOf(off), ['Activate']);
  const late = await me.press(set, 'Suspend');
  t.equal(late.status, 400);
  t.match(late.text, 'The user is DEPROVISIONED; suspend is for users who are ACTIVE.');
  t.match(
    (await me.press(off, 'Set password', { 'New password': 'x' })).text,
    'activate the user before you change anything',
  );
  const on = await me.press(off, 'Activate');
  t.match(on.text, 'Person activated.');
  t.equal(await status(), 'ACTIVE');
  const locked = await startTestOrg({
    org: editedOrg((file) => Object.assign(file.users?.[0] ?? {}, { status: 'LOCKED_OUT' })),
  });
  t.teardown(() => locked.close());
  const admin = consoleAt(locked);
  t.match((await admin.press(await admin.open(`${PEOPLE}/${ALICE}`), 'Unlock')).text, 'Person unlocked.');
});

t.test('the profile: every attribute, and what is refused', async (t) => {
  const one = await added('Paul');
  const wrong = await me.press(one, 'Save', { Email: 'nothing', Login: '', Department: 'Design' });
  t.match(wrong.text, 'Email: ');
  t.match(wrong.text, 'Login: ');
  t.equal(typedIn(wrong, 'department'), 'Design');
  t.match((await me.press(one, 'Save', { Login: 'bob@example.com' })).text, 'Login: another of the users');
  const saved = await me.press(wrong, 'Save', {
    ...{ 'First name': 'Paula', Login: 'paula@example.com', Email: 'p@example.com', 'Employee number': '7' },
    ...{ 'Cost center': 'C', Locale: 'de_DE', 'Time zone': 'Europe/Berlin' },
  });
  t.match(saved.text, 'Saved.');
  t.match((await userOf(idOf(one))).profile, {
    ...{ firstName: 'Paula', lastName: 'Added', login: 'paula@example.com', email: 'p@example.com' },
    ...{ department: 'Design', employeeNumber: '7', costCenter: 'C', locale: 'de_DE', timezone: 'Europe/Berlin' },
  });
  await me.press(saved, 'Save', { Department: '' });
  t.equal((await userOf(idOf(one))).profile.department, undefined);
});

t.test('a form that comes back leaves the others on the page as they are', async (t) => {
  const one = await added('Karl');
  const refused = await me.press(one, 'Set password');
  t.match(refused.text, 'New password: is empty. Type one.');
  t.equal(typedIn(refused, 'firstName'), 'Karl');
  const long = await me.press(refused, 'Set password', { 'New password': 'x'.repeat(73) });
  t.match(long.text, 'New password: ');
  t.notMatch(long.markup, 'x'.repeat(73));
  await me.press(long, 'Save');
  t.equal((await userOf(idOf(one))).profile.firstName, 'Karl');
});

t.test('sessions end, and with them what was signed in to', async (t) => {
  const { id_token, access_token } = await org.signIn('bob@example.com');
  const page = await me.open(`${PEOPLE}/${BOB}`);
  t.match(page.text, 'Sessions at this org: 1.');
  const exchanged = async () =>
    (await org.exchange(id_token, { audience: 'https://auth.asana.example', scope: 'tasks:read' })).status;
  const introspected = async () =>
    (await org.post('/oauth2/v1/introspect', { token: access_token }, { authorization: BASIC })).body.active;
  t.equal(await exchanged(), 200);
  const ended = await me.press(page, 'End sessions');
  t.match(ended.text, 'Sessions ended: ID tokens');
  t.match(ended.text, 'The person has no session at this org.');
  t.equal(await exchanged(), 400);
  t.equal(await introspected(), true);
  const revoked = await me.press(ended, 'End sessions', { 'Revoke access tokens and refresh tokens, too': true });
  t.match(revoked.text, 'access tokens and refresh tokens revoked');
  t.equal(await introspected(), false);
});
const BASIC = `Basic ${Buffer.from(`${EXAMPLE.appId}:${EXAMPLE.appSecret}`).toString('base64')}`;

t.test('what somebody has: groups, applications and by which way, AI agents', async (t) => {
  const alice = await me.open(`${PEOPLE}/${ALICE}`);
  t.match(alice.text, 'Figmadirectly');
  t.match(alice.text, 'Asanaby group Engineering');
  t.match(alice.text, 'There is no other group.');
  const none = await me.press(alice, 'Search', { 'Search for groups': 'nothing' });
  t.match(none.text, 'There is no other group of this name.');
  await api.post('/api/v1/apps/0oaAsana000000000001/users', { id: ALICE });
  await api.post('/api/v1/groups', { profile: { name: 'Also on Asana' } });
  const out = await me.press(none, 'Remove');
  t.match(out.text, 'Removed from the group.');
  t.match(out.text, 'The person is in no group.');
  t.match(out.text, 'Asanadirectly');
  const other = await me.press(out, 'Add', {}, 'Also on Asana');
  t.match(other.text, 'Added to the group.');
  await api.put(`/api/v1/apps/0oaAsana000000000001/groups/${idOf(await me.follow(other, 'Also on Asana'))}`, {});
  const both = await me.press(await me.open(`${PEOPLE}/${ALICE}`), 'Add', {}, 'Engineering');
  t.match(both.text, /Asanadirectly, and by group (Also on Asana, Engineering|Engineering, Also on Asana)/);
  const owner = await me.open(`${PEOPLE}/olivia.admin@example.com`);
  t.match(owner.text, 'Owner of the AI agentsClaude (Requester App)');
  t.match(owner.text, 'The person has no application.');
  t.equal((await me.press(owner, 'Add', {}, 'Engineering')).path, `${PEOPLE}/00uOlivia00000000001?done=group-joined`);
});

t.test('Delete: only who is deactivated, and nobody that an agent needs', async (t) => {
  const one = await added('Gone');
  t.match(one.text, 'deactivate the person first');
  const off = await me.press(one, 'Deactivate');
  await me.press(off, 'Activate');
  const meanwhile = await me.press(off, 'Delete person');
  t.match(meanwhile.text, 'Person deactivated', 'who was activated meanwhile is not deleted at once');
  const gone = await me.press(meanwhile, 'Delete person');
  t.equal(gone.path, `${PEOPLE}?done=person-deleted`);
  for (const label of ['Save', 'Delete person', 'End sessions', 'Activate']) {
    t.equal((await me.press(off, label)).status, 404, label);
  }
  const olivia = await me.press(await me.open(`${PEOPLE}/00uOlivia00000000001`), 'Deactivate');
  const kept = await me.press(olivia, 'Delete person');
  t.match(kept.text, 'The user is the only owner of the AI agents "Claude (Requester App)"');
  await me.press(olivia, 'Activate');
});

t.test('Groups: the list, one more, its name, its members, its applications, and its end', async (t) => {
  const list = await me.open(GROUPS);
  t.match((await me.press(list, 'Search', { 'Name or id': 'ENGIN' })).text, /Engineering\d/);
  t.match((await me.press(list, 'Search', { 'Name or id': 'nothing' })).text, 'No group has this name.');
  const form = await me.follow(list, 'Add group');
  const taken = await me.press(form, 'Add group', { Name: 'Engineering', Description: 'again' });
  t.match(taken.text, 'Name: another of the groups of this org has this value already');
  t.equal(typedIn(taken, 'name'), 'Engineering');
  t.match((await me.press(taken, 'Add group', { Name: ' ' })).text, 'Name: is blank');
  const group = await me.press(taken, 'Add group', { Name: 'Design' });
  t.match(group.text, 'Group added.');
  t.match(group.text, 'Nobody is in this group.');
  t.match(group.text, 'The group has no application.');
  const found = await me.press(group, 'Search', { 'Search for people': 'alice' });
  t.match((await me.press(found, 'Search', { 'Search for people': 'no such' })).text, 'Nobody else has this name.');
  const joined = await me.press(found, 'Add', {}, 'alice@example.com');
  t.match(joined.text, 'Added to the group.');
  t.match(
    (await me.press(joined, 'Search', { 'Search for people': 'bob' })).text,
    'Nobody of this name is in this group.',
  );
  const members = async () => (await api.get(`/api/v1/groups/${idOf(group)}/users`)).body;
  t.strictSame(
    (await members()).map(({ id }: { id: string }) => id),
    [ALICE],
  );
  await api.put(`/api/v1/apps/0oaFigma000000000001/groups/${idOf(group)}`, {});
  const refused = await me.press(joined, 'Save', { Name: 'Engineering' });
  t.match(refused.text, 'Name: another of the groups');
  t.match((await me.press(joined, 'Save', { Name: '' })).text, 'Name: is blank');
  const renamed = await me.press(joined, 'Save', { Name: 'Designers', Description: 'who draw' });
  t.equal(renamed.title, 'Designers - Example');
  t.match((await api.get(`/api/v1/groups/${idOf(group)}`)).body.profile, {
    name: 'Designers',
    description: 'who draw',
  });
  const app = await me.follow(renamed, 'Figma');
  t.match(app.text, 'Designers10');
  const left = await me.press(renamed, 'Remove');
  t.match(left.text, 'Removed from the group.');
  t.strictSame(await members(), []);
  const gone = await me.press(left, 'Delete group');
  t.equal(gone.path, `${GROUPS}?done=group-deleted`);
  for (const label of ['Delete group', 'Save']) t.equal((await me.press(left, label)).status, 404, label);
  t.equal((await me.press(left, 'Add', {}, 'alice@example.com')).status, 404);
});

t.test('a group of everybody, and of more than a page holds', async (t) => {
  const logins = Array.from({ length: 200 }, (_, nth) => `many${nth}@example.com`);
  const users = logins.map((login) => ({
    ...{ status: 'ACTIVE', profile: { login, email: login, firstName: '', lastName: '' } },
  }));
  const many = await startTestOrg({
    org: { org: { name: 'Many' }, users, groups: [{ name: 'All', members: logins }] } as never,
  });
  t.teardown(() => many.close());
  const admin = consoleAt(many);
  const page = await admin.follow(await admin.open(GROUPS), 'All');
  t.match(page.text, 'Members200');
  t.match(page.text, '150 more are not shown');
  t.match(page.text, 'Everybody is in this group.');
  t.ok(page.markup.length < 100_000, `${page.markup.length}`);
  t.match((await admin.open(PEOPLE)).text, 'many0@example.commany0@example.com', 'who has no name goes by the login');
});

t.test('in an org of its own, every link stays there', async (t) => {
  const { body } = await api.post('/_mock/orgs', { id: 'second' });
  const second = consoleAt({ issuer: body.issuer });
  const group = await second.press(await second.open(`${GROUPS}/new`), 'Add group', { Name: 'Only there' });
  const person = await second.press(await second.open(`${PEOPLE}/new`), 'Add person', {
    ...{ 'First name': 'Sec', 'Last name': 'Ond', Login: 'second@example.com', Email: 'second@example.com' },
  });
  const joined = await second.press(person, 'Add', {}, 'Only there');
  for (const { document, path } of [group, joined, await second.open(PEOPLE), await second.open(GROUPS)]) {
    const links = [...document.querySelectorAll('a, form')].map(
      (one) => one.getAttribute('href') ?? one.getAttribute('action') ?? '',
    );
    t.strictSame(
      links.filter((link) => !link.startsWith('/orgs/second/') && link !== '#content'),
      [],
      path,
    );
  }
  t.notMatch((await me.open(GROUPS)).text, 'Only there');
});

t.test('refusals are said in the words of the page', (t) => {
  const labels = { name: 'Name' };
  const refused = labelled(
    notValid('x', 'name: is taken', 'other: is wrong', { errorSummary: 'name: is blank' }),
    labels,
  );
  t.strictSame(sentencesOf(refused), ['Name: is taken', 'other: is wrong', 'Name: is blank']);
  t.strictSame(labelled('whatever', labels), 'whatever');
  t.strictSame(labelled(refusal('E0000056'), labels), refusal('E0000056'));
  const sentences = (input: unknown, labels = {}) => sentencesOf(asked(ApplicationRequest, input, labels) as never);
  t.match(sentences('text'), ['The form: ']);
  t.match(sentences('text', { '': 'Application' }), ['Application: ']);
  const body = { signOnMode: 'SAML_2_0', label: 'x', settings: { signOn: { ssoAcsUrl: 'x', audience: 'x' } } };
  t.match(sentences(body), ['settings.signOn.ssoAcsUrl: ']);
  t.match(sentences(body, { settings: 'Settings' }), ['Settings: '], 'by the nearest that has a label');
  t.match(sentences(body, { settings: 'Settings', 'settings.signOn.ssoAcsUrl': 'URL' }), ['URL: ']);
  t.end();
});
