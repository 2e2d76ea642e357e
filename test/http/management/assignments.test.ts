/** Assignments of users and groups to applications: shapes, both ways of having one, refusals, events. */
import { decodeJwt } from 'jose';
import t from 'tap';
import { apiOf, eventsOf, pagesOf, refusedWith } from '../../support/api.js';
import { samlApp } from '../../support/app-requests.js';
import { type Answer, startTestOrg } from '../../support/org.js';
import { appIn, editedOrg } from '../../support/org-edits.js';

const APPS = '/api/v1/apps';
const FIGMA = '0oaFigma000000000001';
const ASANA = '0oaAsana000000000001';
const ENGINEERING = '00gEngineering000001';
const ALICE = '00uAlice000000000001';
const BOB = '00uBob00000000000001';
const DAVE = '00uDave000000000001x';
const ERIN = '00uErin000000000001x';

const org = await startTestOrg();
t.teardown(() => org.close());
const api = apiOf(org);
const users = (appId: string, userId = '') => `${APPS}/${appId}/users${userId && `/${userId}`}`;
const groups = (appId: string, groupId = '') => `${APPS}/${appId}/groups${groupId && `/${groupId}`}`;
const missing = (id: string, kind: string) => [404, 'E0000007', `Not found: Resource not found: ${id} (${kind})`];

t.test('a user has the shape of Okta, by which way ever', async (t) => {
  const direct = (await api.get(users(FIGMA, ALICE))).body;
  t.strictSame(direct, {
    ...{ id: ALICE, externalId: null, created: direct.created, lastUpdated: direct.created, scope: 'USER' },
    ...{ status: 'ACTIVE', statusChanged: direct.created, passwordChanged: null, syncState: 'DISABLED' },
    ...{ credentials: { userName: 'alice@example.com' }, profile: {} },
    _links: {
      app: { href: `${org.issuer}${APPS}/${FIGMA}` },
      user: { href: `${org.issuer}/api/v1/users/${ALICE}` },
    },
  });
  const { body } = await api.get(users(ASANA, BOB));
  t.equal(body.scope, 'GROUP');
  t.strictSame(body._links.group, { name: 'Engineering', href: `${org.issuer}/api/v1/groups/${ENGINEERING}` });
  t.strictSame(refusedWith(await api.get(users(FIGMA, BOB))), missing(BOB, 'AppUser'));
  t.strictSame(refusedWith(await api.get(users(FIGMA, 'no'))), missing('no', 'AppUser'));
});

t.test('assigned, renamed and unassigned, each with its event', async (t) => {
  const assign = (body: object) => api.post(users(FIGMA), body);
  let answer: Answer | undefined;
  const events = (act: () => Promise<Answer>) =>
    eventsOf(org, async () => {
      answer = await act();
    });
  const userName = () => answer?.body.credentials.userName;
  t.strictSame(await events(() => assign({ id: ERIN, scope: 'USER' })), [
    ['application.user_membership.add', ERIN, FIGMA],
  ]);
  t.strictSame([answer?.status, answer?.body.scope, userName()], [200, 'USER', 'erin@example.com']);
  t.strictSame(await events(() => assign({ id: ERIN })), [], 'again');
  t.equal(answer?.status, 200);
  const named = { credentials: { userName: 'erin-at-figma' } };
  t.strictSame(await events(() => api.post(users(FIGMA, ERIN), named)), [
    ['application.user_membership.change_username', ERIN, FIGMA],
  ]);
  t.equal(userName(), 'erin-at-figma');
  t.strictSame(await events(() => api.post(users(FIGMA, ERIN), { ...named, scope: null })), [], 'the same name');
  await assign({ id: ERIN, credentials: { userName: null } });
  t.equal((await api.get(users(FIGMA, ERIN))).body.credentials.userName, 'erin-at-figma', 'none given: it stays');
  t.strictSame(await events(() => api.delete(users(FIGMA, ERIN))), [
    ['application.user_membership.remove', ERIN, FIGMA],
  ]);
  t.equal(answer?.status, 204);
  for (const gone of [
    await api.delete(users(FIGMA, ERIN)),
    await api.get(users(FIGMA, ERIN)),
    await api.post(users(FIGMA, ERIN), named),
  ]) {
    t.strictSame(refusedWith(gone), missing(ERIN, 'AppUser'));
  }
});

t.test('who has it by a group is unassigned there, or has it by both', async (t) => {
  const refused = await api.delete(users(ASANA, BOB));
  t.strictSame(refusedWith(refused), [400, 'E0000001', 'Api validation failed: userId']);
  t.match(refused.body.errorCauses[0].errorSummary, /by the group "Engineering" \(00gEngineering000001\)/);
  const credentials = { userName: 'bob-at-asana' };
  const { body } = await api.post(users(ASANA, BOB), { credentials });
  t.strictSame([body.scope, body.credentials], ['USER', credentials], 'a name of his own is an assignment of his own');
  t.equal((await api.delete(users(ASANA, BOB))).status, 204);
  t.equal((await api.get(users(ASANA, BOB))).body.scope, 'GROUP');
});

t.test('groups come and go', async (t) => {
  const path = groups(FIGMA, ENGINEERING);
  let body: Answer['body'];
  const put = (sent?: object) => async () => {
    body = (await api.put(path, sent)).body;
  };
  t.strictSame(await eventsOf(org, put()), [['group.application_assignment.add', ENGINEERING, FIGMA]]);
  const at = `${org.issuer}${APPS}/${FIGMA}`;
  t.strictSame(body, {
    ...{ id: ENGINEERING, lastUpdated: body.lastUpdated, priority: 0, profile: {} },
    _links: {
      self: { href: `${at}/groups/${ENGINEERING}` },
      app: { href: at },
      group: { href: `${org.issuer}/api/v1/groups/${ENGINEERING}` },
    },
  });
  t.strictSame(await eventsOf(org, put({})), []);
  t.strictSame(await eventsOf(org, put({ priority: 0 })), []);
  t.strictSame(await eventsOf(org, put({ priority: 7 })), [
    ['group.application_assignment.update', ENGINEERING, FIGMA],
  ]);
  t.equal(body.priority, 7);
  t.strictSame((await api.get(path)).body, body);
  const second = (await api.post('/api/v1/groups', { profile: { name: 'Second' } })).body.id;
  t.equal((await api.put(groups(FIGMA, second))).body.priority, 8);
  t.strictSame((await pagesOf(api, `${groups(FIGMA)}?limit=1`)).flat(), [
    body,
    (await api.get(groups(FIGMA, second))).body,
  ]);
  t.strictSame(
    (await api.get(`${groups(FIGMA)}?q=SEC`)).body.map(({ id }: { id: string }) => id),
    [second],
  );
  t.strictSame(await eventsOf(org, () => api.delete(path)), [
    ['group.application_assignment.remove', ENGINEERING, FIGMA],
  ]);
  for (const gone of [await api.delete(path), await api.get(path), await api.get(groups(FIGMA, ALICE))]) {
    t.equal(gone.status, 404);
    t.match(gone.body.errorSummary, /\(ApplicationGroupAssignment\)$/);
  }
  await api.delete(`/api/v1/groups/${second}`);
  t.strictSame((await api.get(groups(FIGMA))).body, []);
});

t.test('lists: users of an application, applications of a group', async (t) => {
  const logins = async (query: string) =>
    (await pagesOf(api, `${users(ASANA)}?${query}`)).map((page) =>
      (page as { credentials: { userName: string } }[]).map(({ credentials }) => credentials.userName),
    );
  await api.post(users(ASANA), { id: ALICE });
  t.strictSame(await logins(''), [['dave@example.com', 'alice@example.com', 'bob@example.com']], 'alice once');
  t.strictSame(await logins('limit=2'), [['dave@example.com', 'alice@example.com'], ['bob@example.com']]);
  t.strictSame(await logins('q=BAK'), [['bob@example.com']], 'by the last name');
  t.strictSame(await logins('q=da'), [['dave@example.com']]);
  const names = (await pagesOf(api, `/api/v1/groups/${ENGINEERING}/apps?limit=3`)).map((page) =>
    (page as { label: string }[]).map(({ label }) => label),
  );
  t.strictSame(names, [
    ['Claude', 'Claude (OIDC)', 'Claude Code (OIDC)'],
    ['Asana', 'Atlassian'],
  ]);
});

t.test('what is not there, and what cannot be read', async (t) => {
  const nowhere: [Promise<Answer>, string, string][] = [
    [api.get(users('no')), 'no', 'AppInstance'],
    [api.post(users('no'), { id: ALICE }), 'no', 'AppInstance'],
    [api.get(users('no', ALICE)), 'no', 'AppInstance'],
    [api.post(users('no', ALICE), {}), 'no', 'AppInstance'],
    [api.delete(users('no', ALICE)), 'no', 'AppInstance'],
    [api.get(groups('no')), 'no', 'AppInstance'],
    [api.get(groups('no', ENGINEERING)), 'no', 'AppInstance'],
    [api.put(groups('no', ENGINEERING)), 'no', 'AppInstance'],
    [api.delete(groups('no', ENGINEERING)), 'no', 'AppInstance'],
    [api.post(users(FIGMA), { id: 'no' }), 'no', 'User'],
    [api.put(groups(FIGMA, 'no')), 'no', 'UserGroup'],
    [api.get('/api/v1/groups/no/apps'), 'no', 'UserGroup'],
  ];
  for (const [answer, id, kind] of nowhere) t.strictSame(refusedWith(await answer), missing(id, kind));
  const bad: [Promise<Answer>, string][] = [
    [api.post(users(FIGMA), {}), 'id'],
    [api.post(users(FIGMA), { id: 'x'.repeat(101) }), 'id'],
    [api.post(users(FIGMA), { id: ALICE, scope: 'GROUP' }), 'scope'],
    [api.post(users(FIGMA), { id: ALICE, credentials: { userName: '' } }), 'credentials'],
    [api.post(users(FIGMA, ALICE), { credentials: { userName: 'x'.repeat(101) } }), 'credentials'],
    [api.put(groups(FIGMA, ENGINEERING), { priority: -1 }), 'priority'],
    [api.put(groups(FIGMA, ENGINEERING), { priority: 1.5 }), 'priority'],
  ];
  for (const [answer, about] of bad) {
    t.strictSame(refusedWith(await answer), [400, 'E0000001', `Api validation failed: ${about}`]);
  }
});

t.test('the user name of an assignment is the NameID, from the org file and from the API', async (t) => {
  const file = editedOrg(() => {});
  // What the self-checks of the ID-JAG expect, too.
  const named = (userName?: string) => {
    appIn(file, 'Figma').users = ['dave@example.com', userName === undefined ? ALICE : { user: ALICE, userName }];
  };
  named('alice-at-figma');
  const org = await startTestOrg({ org: file });
  t.teardown(() => org.close());
  const api = apiOf(org);
  const { id_token } = await org.signIn('alice@example.com');
  const nameId = async () => {
    const { body } = await org.exchange(id_token);
    return (decodeJwt(body.access_token).sub_id as { nameid: string }).nameid;
  };
  t.equal((await api.get(users(FIGMA, ALICE))).body.credentials.userName, 'alice-at-figma');
  t.equal(await nameId(), 'alice-at-figma');
  await api.post(users(FIGMA, ALICE), { credentials: { userName: 'alice-again' } });
  named('alice-again');
  t.equal(await nameId(), 'alice-again');
  await api.delete(users(FIGMA, ALICE));
  await api.post(users(FIGMA), { id: ALICE });
  named();
  t.equal(await nameId(), 'alice@example.com', 'by the format of the application again');
  t.equal((await api.get(users('0oaClaudeOidc0000001', ALICE))).body.credentials.userName, 'alice@example.com');
  await api.post(users('0oaClaudeOidc0000001'), { id: ALICE, credentials: { userName: 'al' } });
  t.equal((await api.get(users('0oaClaudeOidc0000001', ALICE))).body.credentials.userName, 'al');
});

t.test('at once: one assignment, and nothing dangles', async (t) => {
  const { id } = (await api.post(`${APPS}?activate=false`, samlApp('Busy'))).body;
  const events = await eventsOf(org, () =>
    Promise.all(Array.from({ length: 8 }, () => api.post(users(id), { id: DAVE }))),
  );
  t.strictSame(events, [['application.user_membership.add', DAVE, id]]);
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  await Promise.all(names.map((userName) => api.post(users(id, DAVE), { credentials: { userName } })));
  t.ok(names.includes((await api.get(users(id, DAVE))).body.credentials.userName));
  t.equal((await api.get(users(id))).body.length, 1);
});
