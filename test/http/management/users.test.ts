/** `/api/v1/users`: shapes, profiles, passwords, groups, refusals, events, and the published SDK as a client. */
import { Client } from '@okta/okta-sdk-nodejs';
import t from 'tap';
import { apiOf, eventsOf, pagesOf, refusedWith } from '../../support/api.js';
import { type Answer, EXAMPLE, startTestOrg } from '../../support/org.js';

const org = await startTestOrg();
t.teardown(() => org.close());
const api = apiOf(org);
const USERS = '/api/v1/users';
const ALICE = '00uAlice000000000001';
const ENGINEERING = '00gEngineering000001';

const profileOf = (name: string) => ({
  ...{ login: `${name}@example.com`, email: `${name}@mail.example`, firstName: name, lastName: 'Example' },
});
const withPassword = (value: string) => ({ password: { value } });
const created = async (name: string, more: object = {}) =>
  (await api.post(USERS, { profile: profileOf(name), ...more })).body;

/** Status, error code and summary. */
const NOT_FOUND = (id: string) => [404, 'E0000007', `Not found: Resource not found: ${id} (User)`];
/** Status of a sign-in through the Authentication API. */
const signInStatus = async (username: string, password: string) =>
  (await api.post('/api/v1/authn', { username, password })).status;

t.test('a user has the shape of Okta, and is found by id and by login in any case', async (t) => {
  const { status, body } = await api.get(`${USERS}/${ALICE}`);
  t.equal(status, 200);
  t.strictSame(body, {
    ...{ id: ALICE, status: 'ACTIVE', created: body.created, activated: body.created, statusChanged: body.created },
    ...{ lastLogin: null, lastUpdated: body.created, passwordChanged: body.created },
    type: { id: 'otyDefaultUserType01' },
    profile: {
      ...{ login: 'alice@example.com', email: 'alice@example.com', firstName: 'Alice', lastName: 'Adams' },
      ...{ locale: 'en_US', timezone: 'America/Los_Angeles' },
    },
    credentials: { password: {}, provider: { type: 'OKTA', name: 'OKTA' } },
    _links: { self: { href: `${org.issuer}${USERS}/${ALICE}` } },
  });
  t.strictSame((await api.get(`${USERS}/ALICE@example.com`)).body, body);
  t.strictSame((await api.get(`${USERS}/${encodeURIComponent('alice@EXAMPLE.com')}`)).body, body);
});

t.test('the status of a new user follows from activation and password', async (t) => {
  const rows: [string, object, string, boolean][] = [
    ['', { credentials: withPassword('first-Pass-1') }, 'ACTIVE', true],
    ['?activate=true', {}, 'PROVISIONED', true],
    ['?activate=false', {}, 'STAGED', false],
    ['?activate=false', { credentials: withPassword('first-Pass-1') }, 'STAGED', false],
    ['?nextLogin=changePassword', { credentials: withPassword('first-Pass-1') }, 'PASSWORD_EXPIRED', true],
    ['?nextLogin=changePassword', {}, 'PROVISIONED', true],
    ['?provider=false', { credentials: { password: {}, recovery_question: {} } }, 'PROVISIONED', true],
    ['', { credentials: null, groupIds: null, realmId: 'x', type: { id: 'y' } }, 'PROVISIONED', true],
  ];
  for (const [at, [query, more, status, activated]] of rows.entries()) {
    const profile = profileOf(`new${at}`);
    let answer: Answer | undefined;
    const events = await eventsOf(org, async () => {
      answer = await api.post(USERS + query, { profile, ...more });
    });
    const { body } = answer as Answer;
    const hasPassword = 'password' in body.credentials && JSON.stringify(more).includes('first-Pass-1');
    t.match(body, { status, id: /^00u\w{17}$/, activated: activated ? body.created : null, profile });
    t.equal(body.passwordChanged, hasPassword ? body.created : null);
    t.strictSame(body.credentials.password, hasPassword ? {} : undefined, 'never the password');
    t.strictSame(events, [
      ['user.lifecycle.create', body.id],
      ...(activated ? [['user.lifecycle.activate', body.id]] : []),
    ]);
    t.equal(answer?.status, 200);
  }
  t.equal(await signInStatus('new0@example.com', 'first-Pass-1'), 200);
  t.equal(await signInStatus('new3@example.com', 'first-Pass-1'), 401, 'a STAGED user cannot sign in');
  org.advance(1000);
  const user = `${USERS}/new0@example.com`;
  await api.post(user, { credentials: { password: { value: 'second-Pass-1' } } });
  const signIn = { username: 'new0@example.com', password: 'second-Pass-1' };
  const { passwordChanged } = (await api.get(user)).body;
  t.equal((await api.post('/api/v1/authn', signIn)).body._embedded.user.passwordChanged, passwordChanged);
});

t.test('groups of a new user: all of them or nothing', async (t) => {
  const { body: sales } = await api.post('/api/v1/groups', { profile: { name: 'Sales' } });
  let user = { id: '' };
  const events = await eventsOf(org, async () => {
    user = await created('grouped', { groupIds: [sales.id, ENGINEERING, sales.id] });
  });
  t.strictSame(events, [
    ...[
      ['user.lifecycle.create', user.id],
      ['user.lifecycle.activate', user.id],
    ],
    ['group.user_membership.add', user.id, sales.id],
    ['group.user_membership.add', user.id, ENGINEERING],
  ]);
  const { body: groups } = await api.get(`${USERS}/grouped@example.com/groups`);
  t.strictSame(
    groups,
    [(await api.get(`/api/v1/groups/${sales.id}`)).body, (await api.get(`/api/v1/groups/${ENGINEERING}`)).body],
    'listed as groups are',
  );
  t.strictSame(
    (await pagesOf(api, `${USERS}/${user.id}/groups?limit=1`)).map((page) => page.length),
    [1, 1],
  );
  t.strictSame(refusedWith(await api.get(`${USERS}/00uNobody/groups`)), NOT_FOUND('00uNobody'));

  const body = { profile: profileOf('nowhere'), groupIds: [sales.id, '00gNone'] };
  const none = await eventsOf(org, async () => {
    t.strictSame(refusedWith(await api.post(USERS, body)), [
      ...[404, 'E0000007', 'Not found: Resource not found: 00gNone (UserGroup)'],
    ]);
  });
  t.strictSame(none, []);
  t.equal((await api.get(`${USERS}/nowhere@example.com`)).status, 404);
  t.equal((await api.get(`/api/v1/groups/${sales.id}/users`)).body.length, 1);
});

t.test('a partial update changes what is sent, and null takes an attribute away', async (t) => {
  const { id, profile } = await created('partial', {
    profile: {
      ...profileOf('partial'),
      title: 'Clerk',
      city: 'Bern',
      timezone: 'Europe/Zurich',
      nickName: null,
      foo: 1,
    },
  });
  t.notOk('nickName' in profile || 'foo' in profile, 'null is absent, and what Okta does not know is ignored');
  org.advance(1000);
  const events = await eventsOf(org, async () => {
    const sent = { lastName: 'Renamed', title: null, timezone: null, department: 'R&D', bar: 2 };
    const { status, body } = await api.post(`${USERS}/${id}`, { profile: sent });
    t.equal(status, 200);
    t.strictSame(body.profile, {
      ...profileOf('partial'),
      ...{ lastName: 'Renamed', locale: 'en_US', city: 'Bern', department: 'R&D', timezone: 'America/Los_Angeles' },
    });
    t.not(body.lastUpdated, body.created);
    t.equal(body.statusChanged, body.created);
  });
  t.strictSame(events, [['user.account.update_profile', id]]);
  const before = (await api.get(`${USERS}/${id}`)).body;
  for (const nothing of [{}, { credentials: {} }, { credentials: { password: {} } }]) {
    t.strictSame(
      await eventsOf(org, async () => t.strictSame((await api.post(`${USERS}/${id}`, nothing)).body, before)),
      [],
    );
  }
});

t.test('PUT replaces the whole profile, and the password if one is sent', async (t) => {
  const { id } = await created('whole', {
    profile: { ...profileOf('whole'), title: 'Clerk' },
    credentials: withPassword('whole-Pass-1'),
  });
  const profile = { ...profileOf('entire'), nickName: 'E' };
  const { body } = await api.put(`${USERS}/${id}`, { profile });
  t.strictSame(body.profile, { ...profile, locale: 'en_US', timezone: 'America/Los_Angeles' });
  t.equal(await signInStatus('entire@example.com', 'whole-Pass-1'), 200, 'under the new login, with the same password');
  t.equal(await signInStatus('whole@example.com', 'whole-Pass-1'), 401);
  const events = await eventsOf(org, () =>
    api.put(`${USERS}/${id}`, { profile, credentials: withPassword('other-2') }),
  );
  t.strictSame(events, [
    ['user.account.update_profile', id],
    ['user.account.update_password', id],
  ]);
  t.equal(await signInStatus('entire@example.com', 'other-2'), 200);
  await api.put(`${USERS}/${id}`, { credentials: withPassword('third-3') });
  t.strictSame((await api.get(`${USERS}/${id}`)).body.profile, body.profile, 'a password alone leaves the profile');
  t.equal(await signInStatus('entire@example.com', 'third-3'), 200);
});

t.test('a login belongs to one user', async (t) => {
  const taken = [400, 'E0000001', 'Api validation failed: login'];
  const { id } = await created('single');
  const profile = { ...profileOf('other'), login: 'SINGLE@example.com' };
  t.strictSame(refusedWith(await api.post(USERS, { profile })), taken);
  t.strictSame(refusedWith(await api.post(`${USERS}/${ALICE}`, { profile: { login: 'single@example.com' } })), taken);
  t.strictSame(refusedWith(await api.put(`${USERS}/${ALICE}`, { profile })), taken);
  t.equal((await api.post(`${USERS}/${id}`, { profile: { login: 'SINGLE@example.com' } })).status, 200, 'its own');
});

t.test('bad input', async (t) => {
  const good = profileOf('bad');
  const { login: _, ...noLogin } = good;
  const rows: [unknown, string][] = [
    [{}, 'profile'],
    [{ profile: null }, 'profile'],
    [{ profile: [] }, 'profile'],
    [{ profile: 'x' }, 'profile'],
    [{ profile: noLogin }, 'profile'],
    [{ profile: { ...good, login: null } }, 'profile'],
    [{ profile: { ...good, login: 'x'.repeat(101) } }, 'profile'],
    [{ profile: { ...good, email: undefined } }, 'profile'],
    [{ profile: { ...good, email: 'no address' } }, 'profile'],
    [{ profile: { ...good, firstName: 7 } }, 'profile'],
    [{ profile: { ...good, title: 'x'.repeat(1025) } }, 'profile'],
    [{ profile: good, credentials: 'x' }, 'credentials'],
    [{ profile: good, credentials: withPassword('') }, 'credentials'],
    [{ profile: good, credentials: withPassword('x'.repeat(73)) }, 'credentials'],
    [{ profile: good, credentials: { password: { hash: { algorithm: 'BCRYPT' } } } }, 'credentials'],
    [{ profile: good, credentials: { password: { hook: { type: 'default' } } } }, 'credentials'],
    [{ profile: good, groupIds: 'x' }, 'groupIds'],
    [{ profile: good, groupIds: Array(101).fill(ENGINEERING) }, 'groupIds'],
  ];
  for (const [body, about] of rows) {
    const answer = await api.post(USERS, body);
    t.strictSame(refusedWith(answer), [400, 'E0000001', `Api validation failed: ${about}`], JSON.stringify(body));
  }
  t.match((await api.post(USERS, rows[14]?.[0])).body.errorCauses, [{ errorSummary: /send password.value/ }]);
  for (const [body, about] of [
    [{ profile: { email: null } }, 'profile'],
    [{ profile: { login: '' } }, 'profile'],
    [{ profile: { title: 7 } }, 'profile'],
    [{ credentials: withPassword('') }, 'credentials'],
  ] as const) {
    const answer = await api.post(`${USERS}/${ALICE}`, body);
    t.strictSame(refusedWith(answer), [400, 'E0000001', `Api validation failed: ${about}`], JSON.stringify(body));
  }
  t.equal((await api.put(`${USERS}/${ALICE}`, { profile: { login: 'x' } })).body.errorCode, 'E0000001');
  t.equal(
    (await api.post(`${USERS}?activate=yes`, { profile: good })).body.errorSummary,
    'Api validation failed: activate',
  );
  t.equal((await api.get(`${USERS}/bad@example.com`)).status, 404, 'nothing was created');
});

t.test('who is not there is not found', async (t) => {
  const id = '00uNobody';
  const password = { oldPassword: { value: 'a' }, newPassword: { value: 'b' } };
  for (const answer of [
    await api.get(`${USERS}/${id}`),
    await api.put(`${USERS}/${id}`, { profile: profileOf('x') }),
    await api.post(`${USERS}/${id}`, { profile: {} }),
    await api.delete(`${USERS}/${id}`),
    await api.delete(`${USERS}/${id}/sessions`),
    await api.post(`${USERS}/${id}/lifecycle/suspend`),
    await api.post(`${USERS}/${id}/credentials/change_password`, password),
  ]) {
    t.strictSame(refusedWith(answer), NOT_FOUND(id));
  }
});

t.test('a password is changed by the one before it', async (t) => {
  const { id } = await created('changer', { credentials: withPassword('old-Pass-1') });
  const change = (oldPassword: string, newPassword: string, more: object = {}) =>
    api.post(`${USERS}/${id}/credentials/change_password`, {
      ...{ oldPassword: { value: oldPassword }, newPassword: { value: newPassword } },
      ...more,
    });
  org.advance(1000);
  const refused = await eventsOf(org, async () => {
    t.strictSame(refusedWith(await change('wrong', 'new-Pass-2')), [403, 'E0000014', 'Update of credentials failed']);
  });
  t.strictSame(refused, []);
  const events = await eventsOf(org, async () => {
    const { status, body } = await change('old-Pass-1', 'new-Pass-2');
    t.strictSame([status, body], [200, { password: {}, provider: { type: 'OKTA', name: 'OKTA' } }]);
  });
  const user = (await api.get(`${USERS}/${id}`)).body;
  t.ok(user.passwordChanged > user.created && user.lastUpdated === user.passwordChanged);
  t.equal(user.statusChanged, user.created);
  t.strictSame(events, [['user.account.update_password', id]]);
  t.equal(await signInStatus('changer@example.com', 'new-Pass-2'), 200);
  t.equal(await signInStatus('changer@example.com', 'old-Pass-1'), 401);
  t.strictSame(refusedWith(await change('new-Pass-2', '')), [400, 'E0000001', 'Api validation failed: newPassword']);
  const without = await created('without');
  const path = `${USERS}/${without.id}/credentials/change_password`;
  const sent = { oldPassword: { value: '' }, newPassword: { value: 'b' } };
  t.equal((await api.post(path, sent)).status, 400);
  await api.post(`${USERS}/${id}/lifecycle/suspend`);
  t.equal((await change('new-Pass-2', 'third')).body.errorCode, 'E0000038');
});

t.test("who may: a token that only reads, and an access token's scopes", async (t) => {
  t.strictSame(refusedWith(await org.fetch(`${USERS}/${ALICE}`)).slice(0, 2), [403, 'E0000005']);
  const { access_token } = await org.signIn('alice@example.com', 'openid');
  const bearer = apiOf(org, `Bearer ${access_token}`);
  for (const answer of [await bearer.get(USERS), await bearer.delete(`${USERS}/${ALICE}/sessions`)]) {
    t.equal(answer.status, 403);
    t.match(answer.headers.get('www-authenticate'), 'scope="okta.users.');
  }
});

const asAnswer = (error: unknown) => error;

t.test('the published SDK works with it', async (t) => {
  const { userApi } = new Client({ orgUrl: org.issuer, token: EXAMPLE.apiToken, cacheMiddleware: null } as object);
  const profile = profileOf('sdk');
  const user = await userApi.createUser({ body: { profile, credentials: withPassword('sdk-Pass-1') }, activate: true });
  const userId = user.id as string;
  t.match(user, { status: 'ACTIVE', profile, created: Date });
  const status = async () => (await userApi.getUser({ userId })).status;
  const steps: [() => Promise<unknown>, string][] = [
    [() => userApi.suspendUser({ userId }), 'SUSPENDED'],
    [() => userApi.unsuspendUser({ userId }), 'ACTIVE'],
    [() => userApi.expirePassword({ userId }), 'PASSWORD_EXPIRED'],
    [() => userApi.updateUser({ userId, user: { credentials: withPassword('sdk-Pass-2') } }), 'ACTIVE'],
    [() => userApi.generateResetPasswordToken({ userId, sendEmail: false }), 'RECOVERY'],
    [() => userApi.replaceUser({ userId, user: { profile, credentials: withPassword('sdk-Pass-3') } }), 'ACTIVE'],
    [() => userApi.deactivateUser({ userId }), 'DEPROVISIONED'],
    [() => userApi.activateUser({ userId, sendEmail: false }), 'ACTIVE'],
    [() => userApi.deleteUser({ userId }), 'DEPROVISIONED'],
  ];
  for (const [step, after] of steps) {
    await step();
    t.equal(await status(), after);
  }
  await userApi.activateUser({ userId, sendEmail: true });
  const changed = await userApi.changePassword({
    userId,
    changePasswordRequest: { oldPassword: { value: 'sdk-Pass-3' }, newPassword: { value: 'sdk-Pass-4' } },
  });
  t.match(changed, { provider: { type: 'OKTA' } });
  t.match(await userApi.unlockUser({ userId }).catch(asAnswer), { status: 403, errorCode: 'E0000032' });
  await userApi.revokeUserSessions({ userId, oauthTokens: true });
  const groups = await userApi.listUserGroups({ userId: ALICE });
  for await (const group of groups) t.match(group, { id: ENGINEERING, profile: { name: 'Engineering' } });
  const found: string[] = [];
  const list = await userApi.listUsers({ search: 'profile.login sw "sdk"', limit: 1 });
  for await (const one of list) found.push(one?.id as string);
  t.strictSame(found, [userId]);
  for (const _ of [1, 2]) await userApi.deleteUser({ userId });
  t.match(await userApi.getUser({ userId }).catch(asAnswer), { status: 404, errorCode: 'E0000007' });
});
