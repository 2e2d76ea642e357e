/**
 * The status of users: every step from every status, what it does to the tokens and sessions that are out there, how users
 * leave, and what becomes of a user when several administrators act at once.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test as Tap } from 'tap';
import { newSession } from '../../../src/authorization/sessions.js';
import { grants, sessions } from '../../../src/grants/records.js';
import { assignments } from '../../../src/registry/assignment.js';
import { UserStatus, users } from '../../../src/registry/user.js';
import { apiOf, eventsOf } from '../../support/api.js';
import { startOpenOrg } from '../../support/open-org.js';
import {
  type Answer,
  APP_BASIC,
  driving,
  EXAMPLE,
  exampleOrg,
  formOf,
  keepOrgs,
  startTestOrg,
  type TestOrg,
  testClock,
} from '../../support/org.js';
import { agentOrn, ORN, userOrn } from '../../support/orns.js';

const { keep } = keepOrgs(t);
const USERS = '/api/v1/users';
const ALICE = '00uAlice000000000001';
const BOB = '00uBob00000000000001';
const CAROL = '00uCarol000000000001';
const OLIVIA = '00uOlivia00000000001';
const ENGINEERING = '00gEngineering000001';
const STATUSES = UserStatus.options;

const profileOf = (login: string) => ({ login, email: 'user@example.com', firstName: 'Some', lastName: 'Body' });
/** Status and error code. */
const outcome = ({ status, body }: Answer) => [status, body?.errorCode];

/** What becomes of a user in each status, in the order of Okta's: the next status, or the refusal. */
const STEPS: Record<string, { event: string; rows: readonly string[] }> = {
  activate: {
    event: 'user.lifecycle.activate',
    rows: ['ACTIVE', 'E38', 'E16', 'E38', 'E38', 'E38', 'E38', 'ACTIVE'],
  },
  reactivate: {
    event: 'user.lifecycle.reactivate',
    rows: ['E38', 'PROVISIONED', 'E38', 'RECOVERY', 'E38', 'E38', 'E38', 'E38'],
  },
  deactivate: {
    event: 'user.lifecycle.deactivate',
    rows: [...Array(7).fill('DEPROVISIONED'), 'E38'],
  },
  suspend: {
    event: 'user.lifecycle.suspend',
    rows: ['E1', 'E1', 'SUSPENDED', 'E1', 'E1', 'E1', 'E1', 'E1'],
  },
  unsuspend: {
    event: 'user.lifecycle.unsuspend',
    rows: ['E1', 'E1', 'E1', 'E1', 'E1', 'E1', 'ACTIVE', 'E1'],
  },
  unlock: {
    event: 'user.account.unlock_by_admin',
    rows: ['E32', 'E32', 'E32', 'E32', 'E32', 'ACTIVE', 'E32', 'E32'],
  },
  reset_password: {
    event: 'user.account.reset_password',
    rows: ['E38', 'E38', 'RECOVERY', 'RECOVERY', 'RECOVERY', 'RECOVERY', 'E38', 'E38'],
  },
  expire_password: {
    event: 'user.account.expire_password',
    rows: ['E38', 'E38', 'PASSWORD_EXPIRED', 'E38', 'PASSWORD_EXPIRED', 'E38', 'E38', 'E38'],
  },
};

const REFUSALS: Record<string, readonly [number, string]> = {
  E1: [400, 'E0000001'],
  E16: [403, 'E0000016'],
  E32: [403, 'E0000032'],
  E38: [403, 'E0000038'],
};

/** An org with a user in each status for each name: login `{name}-{status}`. */
async function orgOfStatuses(names: readonly string[]): Promise<TestOrg> {
  const file = exampleOrg();
  for (const name of names) {
    for (const status of STATUSES) {
      file.users?.push({ status, profile: profileOf(`${name}-${status}`), password: 'status-Pass-1' });
    }
  }
  return keep(await startTestOrg({ org: file }));
}

t.test('every step from every status', async (t) => {
  const org = await orgOfStatuses(Object.keys(STEPS));
  const api = apiOf(org);
  org.advance(5000);
  for (const [step, { event, rows }] of Object.entries(STEPS)) {
    for (const [at, expected] of rows.entries()) {
      const before = STATUSES[at] as string;
      const path = `${USERS}/${step}-${before}`;
      const user = (await api.get(path)).body;
      let answer: Answer | undefined;
      const events = await eventsOf(org, async () => {
        answer = await api.post(`${path}/lifecycle/${step}`);
      });
      const after = (await api.get(path)).body;
      const refused = REFUSALS[expected];
      t.strictSame(outcome(answer as Answer), refused ?? [200, undefined], `${step}, ${before}`);
      t.strictSame(events, refused ? [] : [[event, user.id]], `${step}, ${before}: events`);
      t.equal(after.status, refused ? before : expected, `${step}, ${before}: status`);
      t.equal(after.statusChanged !== user.statusChanged, after.status !== before, `${step}, ${before}: when`);
      if (refused) t.match(answer?.body.errorCauses, [{ errorSummary: new RegExp(`is ${before}; ${step} is for`) }]);
    }
  }
  t.equal(
    (await api.get(`${USERS}/activate-STAGED`)).body.activated,
    (await api.get(`${USERS}/activate-STAGED`)).body.lastUpdated,
  );
  t.equal(STATUSES.length, 8);
  const suspended = await api.post(`${USERS}/suspend-STAGED/lifecycle/suspend`);
  t.equal(suspended.body.errorSummary, 'Api validation failed: suspendUser');
});

t.test('what a step answers', async (t) => {
  const org = await orgOfStatuses(['one', 'two']);
  const api = apiOf(org);
  const post = async (login: string, step: string) => (await api.post(`${USERS}/${login}/lifecycle/${step}`)).body;
  const activated = await post('one-STAGED', 'activate?sendEmail=false');
  t.match(activated, { activationToken: /^[\w-]{20}$/ });
  t.strictSame(activated, {
    activationUrl: `${org.issuer}/welcome/${activated.activationToken}`,
    activationToken: activated.activationToken,
  });
  t.strictSame(await post('two-STAGED', 'activate?sendEmail=true'), {});
  const again = await post('one-PROVISIONED', 'reactivate?sendEmail=false');
  t.strictSame(Object.keys(again), ['activationUrl', 'activationToken']);
  const reset = await post('one-ACTIVE', 'reset_password?sendEmail=false');
  t.strictSame(Object.keys(reset), ['resetPasswordUrl']);
  t.match(reset.resetPasswordUrl, new RegExp(`^${org.issuer}/reset_password/[\\w-]{20}$`));
  for (const step of ['deactivate?sendEmail=false', 'activate']) t.strictSame(await post('two-ACTIVE', step), {});
  t.strictSame(await post('two-ACTIVE', 'expire_password'), (await api.get(`${USERS}/two-ACTIVE`)).body);
  t.equal((await post('two-ACTIVE', 'suspend?sendEmail=maybe')).errorSummary, 'Api validation failed: sendEmail');
});

t.test('who is activated without a password is PROVISIONED until one is set', async (t) => {
  const org = keep(await startTestOrg());
  const api = apiOf(org);
  const { id } = (await api.post(`${USERS}?activate=false`, { profile: profileOf('staged') })).body;
  await api.post(`${USERS}/${id}/lifecycle/activate`);
  t.equal((await api.get(`${USERS}/${id}`)).body.status, 'PROVISIONED');
  const { body } = await api.post(`${USERS}/${id}`, { credentials: { password: { value: EXAMPLE.password } } });
  t.equal(body.status, 'ACTIVE');
  t.type(await org.sessionToken('staged'), 'string');
});

t.test('a password that is set makes active who was waiting for one', async (t) => {
  const org = await orgOfStatuses(['set', 'change']);
  const api = apiOf(org);
  const expected: Record<string, string> = { PROVISIONED: 'ACTIVE', RECOVERY: 'ACTIVE', PASSWORD_EXPIRED: 'ACTIVE' };
  const password = { oldPassword: { value: 'status-Pass-1' }, newPassword: { value: 'status-Pass-2' } };
  const changes = ['STAGED', 'ACTIVE', 'RECOVERY', 'PASSWORD_EXPIRED'];
  for (const status of STATUSES) {
    const set = await api.post(`${USERS}/set-${status}`, { credentials: { password: { value: 'status-Pass-3' } } });
    const after = expected[status] ?? status;
    if (status === 'DEPROVISIONED') t.strictSame(outcome(set), [403, 'E0000038'], 'a deactivated user is not changed');
    else t.equal(set.body.status, after, `set, ${status}`);
    const changed = await api.post(`${USERS}/change-${status}/credentials/change_password`, password);
    const refused = changes.includes(status) ? [200, undefined] : [403, 'E0000038'];
    t.strictSame(outcome(changed), refused, `change, ${status}`);
    t.equal((await api.get(`${USERS}/change-${status}`)).body.status, changes.includes(status) ? after : status);
  }
  t.equal((await api.put(`${USERS}/set-DEPROVISIONED`, { profile: profileOf('x') })).status, 403);
});

/** The reason of the last failed exchange. */
const lastReason = async (org: TestOrg) =>
  (await org.events('filter=eventType%20eq%20%22app.oauth2.token.grant%22')).at(-1)?.outcome.reason;

/** The browser's session after a sign-in, as a cookie. */
async function cookieOf(org: TestOrg, login: string): Promise<string> {
  const { answer } = await org.authorize(login);
  return (answer.headers.get('set-cookie') as string).split(';')[0] as string;
}

/** Whether the browser is signed in still. */
async function isSignedIn(org: TestOrg, cookie: string): Promise<boolean> {
  const query = formOf({
    ...{ client_id: EXAMPLE.appId, redirect_uri: EXAMPLE.redirectUri, response_type: 'code', state: 's' },
    ...{ scope: 'openid', prompt: 'none' },
  });
  const { headers } = await org.fetch(`/oauth2/v1/authorize?${query}`, { headers: { cookie } });
  return new URL(headers.get('location') as string).searchParams.has('code');
}

/** Whether a sessionToken opens a session. */
async function opens(org: TestOrg, sessionToken: string): Promise<boolean> {
  const { result } = await org.authorize('alice@example.com', { sessionToken });
  return result.has('code');
}

const refresh = (org: TestOrg, refresh_token: string) =>
  org.post('/oauth2/v1/token', { grant_type: 'refresh_token', refresh_token }, { authorization: APP_BASIC });

const userInfo = (org: TestOrg, token: string) =>
  org.fetch('/oauth2/v1/userinfo', { headers: { authorization: `Bearer ${token}` } });

t.test('the next exchange follows the status', async (t) => {
  const org = keep(await startTestOrg());
  const api = apiOf(org);
  const { id_token, access_token } = await org.signIn('alice@example.com');
  const status = async () => (await org.exchange(id_token)).status;
  t.equal(await status(), 200);
  for (const [off, on] of [
    ['suspend', 'unsuspend'],
    ['deactivate', 'activate'],
  ]) {
    const cookie = await cookieOf(org, 'alice@example.com');
    const held = await org.sessionToken('alice@example.com');
    t.equal(await isSignedIn(org, cookie), true);
    await api.post(`${USERS}/${ALICE}/lifecycle/${off}`);
    t.equal(await status(), 400, `after ${off}`);
    t.equal(await lastReason(org), 'invalid_subject_token_user_inactive');
    t.equal((await userInfo(org, access_token)).status, 401);
    await api.post(`${USERS}/${ALICE}/lifecycle/${on}`);
    t.equal(await status(), 200, `after ${on}, with the same ID token`);
    t.equal((await userInfo(org, access_token)).status, 200);
    t.equal(await isSignedIn(org, cookie), false, 'the browser must sign in anew');
    t.equal(await opens(org, held), false, 'and a sessionToken from before opens nothing');
  }
});

t.test('sessions are ended, with the ID tokens that came from them', async (t) => {
  const org = keep(await startTestOrg());
  const api = apiOf(org);
  const alice = await org.signIn('alice@example.com');
  const bob = await org.signIn('bob@example.com');
  const cookie = await cookieOf(org, 'alice@example.com');
  const held = await org.sessionToken('alice@example.com');
  const cookieOfBob = await cookieOf(org, 'bob@example.com');
  const clear = (query = '') =>
    eventsOf(org, async () => t.equal((await api.delete(`${USERS}/${ALICE}/sessions${query}`)).status, 204));
  t.strictSame(await clear(), [['user.session.clear', ALICE]]);
  t.equal(await isSignedIn(org, cookie), false);
  t.equal(await opens(org, held), false);
  t.equal((await org.exchange(alice.id_token)).status, 400);
  t.equal(await lastReason(org), 'invalid_subject_token_session_expired');
  t.equal((await userInfo(org, alice.access_token)).status, 200, 'tokens live on');
  const refreshed = await refresh(org, alice.refresh_token);
  t.equal(refreshed.status, 200);
  await api.post(`${USERS}/${ALICE}/lifecycle/suspend`);
  await api.post(`${USERS}/${ALICE}/lifecycle/unsuspend`);
  t.equal((await org.exchange(alice.id_token)).status, 400, 'an ended session stays ended');

  const later = await org.signIn('alice@example.com');
  t.strictSame(await clear('?oauthTokens=true&forgetDevices=true'), [['user.session.clear', ALICE]]);
  for (const { access_token, refresh_token } of [refreshed.body, later]) {
    t.equal((await userInfo(org, access_token)).status, 401);
    t.equal((await refresh(org, refresh_token)).body.error, 'invalid_grant');
  }
  t.equal(await isSignedIn(org, cookieOfBob), true, 'of this user only');
  t.equal((await userInfo(org, bob.access_token)).status, 200);
  t.equal((await refresh(org, bob.refresh_token)).status, 200);
  t.equal((await api.delete(`${USERS}/${ALICE}/sessions?oauthTokens=1`)).status, 400);
});

t.test('a reset or a change of the password may end the sessions', async (t) => {
  const org = keep(await startTestOrg());
  const api = apiOf(org);
  const credentials = { password: { value: EXAMPLE.password } };
  const change = (more: object) =>
    api.post(`${USERS}/${ALICE}/credentials/change_password`, {
      ...{ oldPassword: credentials.password, newPassword: credentials.password },
      ...more,
    });
  const reset = async (query: string) => {
    await api.post(`${USERS}/${ALICE}/lifecycle/reset_password?sendEmail=false${query}`);
    await api.post(`${USERS}/${ALICE}`, { credentials });
  };
  const rows: [string, () => Promise<unknown>, boolean][] = [
    ['change', () => change({}), true],
    ['change, revokeSessions', () => change({ revokeSessions: true }), false],
    ['reset', () => reset(''), true],
    ['reset, revokeSessions', () => reset('&revokeSessions=true'), false],
  ];
  for (const [name, act, stays] of rows) {
    const cookie = await cookieOf(org, 'alice@example.com');
    await act();
    t.equal(await isSignedIn(org, cookie), stays, name);
  }
});

t.test('deleted at the second time, with everything that belonged to the user', async (t) => {
  const clock = testClock();
  const open = await startOpenOrg(undefined, clock.now);
  const org = keep(driving(open, clock));
  const api = apiOf(org);
  const tokens = await org.signIn('alice@example.com');
  const remove = () => eventsOf(org, async () => t.equal((await api.delete(`${USERS}/${ALICE}`)).status, 204));
  t.strictSame(await remove(), [['user.lifecycle.deactivate', ALICE]]);
  t.equal((await api.get(`${USERS}/${ALICE}`)).body.status, 'DEPROVISIONED');
  t.equal(open.org.store.view().findBy(assignments, 'principal', ALICE).length, 2, 'assignments outlive deactivation');
  // As a sign-in would leave it that was under way when the user was deactivated.
  await open.org.store.commit([newSession(ALICE, clock.now()).filed], clock.now());
  t.strictSame(await remove(), [
    ['user.lifecycle.delete.initiated', ALICE],
    ['user.lifecycle.delete.completed', ALICE],
  ]);
  t.equal((await api.get(`${USERS}/${ALICE}`)).status, 404);
  const members = (await api.get(`/api/v1/groups/${ENGINEERING}/users`)).body;
  t.strictSame(
    members.map(({ profile }: { profile: { login: string } }) => profile.login),
    ['bob@example.com'],
  );
  const { view, live } = { view: open.org.store.view(), live: open.org.store.live };
  t.strictSame(view.findBy(assignments, 'principal', ALICE), []);
  t.strictSame(live.findBy(sessions, 'user', ALICE), []);
  t.strictSame(
    live.findBy(grants, 'user', ALICE).map(({ revoked }) => revoked),
    [true],
  );
  t.equal((await org.exchange(tokens.id_token)).status, 400);
  t.equal((await userInfo(org, tokens.access_token)).status, 401);
  const { body } = await api.post(USERS, { profile: profileOf('alice@example.com') });
  t.not(body.id, ALICE, 'the login is free again');
});

t.test('a sign-in says when the password was changed, if the store knows it', async (t) => {
  const clock = testClock();
  const open = await startOpenOrg(undefined, clock.now);
  const api = apiOf(keep(driving(open, clock)));
  const body = { username: 'alice@example.com', password: EXAMPLE.password };
  const changed = async () => (await api.post('/api/v1/authn', body)).body._embedded.user.passwordChanged;
  t.equal(await changed(), (await api.get(`${USERS}/${ALICE}`)).body.passwordChanged);
  await open.change(users, ALICE, ({ passwordChanged: _, ...user }) => user);
  t.equal(await changed(), null);
});

t.test('whoever owns an AI agent is deactivated, but not deleted', async (t) => {
  const org = keep(await startTestOrg());
  const api = apiOf(org);
  t.equal((await api.delete(`${USERS}/${OLIVIA}`)).status, 204);
  const none = await eventsOf(org, async () => {
    const { status, body } = await api.delete(`${USERS}/${OLIVIA}`);
    t.strictSame([status, body.errorCode, body.errorSummary], [400, 'E0000001', 'Api validation failed: deleteUser']);
    const agents = '"Claude \\(Requester App\\)", "Claude Code \\(linked\\)"';
    t.match(body.errorCauses, [
      { errorSummary: new RegExp(`only owner of the AI agents ${agents}: give them another`) },
    ]);
  });
  t.strictSame(none, []);
  t.equal((await api.get(`${USERS}/${OLIVIA}`)).body.status, 'DEPROVISIONED');

  const owners = '/governance/api/v1/resource-owners';
  const agents = [EXAMPLE.agentId, EXAMPLE.linkedAgentId];
  const add = (agent: string, value: string = ORN.bob) => {
    const data = [{ op: 'ADD', path: '/principalOrn', value }];
    return api.patch(owners, { resourceOrn: agentOrn(agent), data }, 'application/json');
  };
  t.equal((await add(EXAMPLE.agentId)).status, 200);
  t.match((await api.delete(`${USERS}/${OLIVIA}`)).body.errorCauses, [{ errorSummary: /AI agents "Claude Code/ }]);
  t.equal((await add(EXAMPLE.linkedAgentId)).status, 200);
  const left = await eventsOf(org, async () => t.equal((await api.delete(`${USERS}/${OLIVIA}`)).status, 204));
  t.strictSame(left, [
    ['user.lifecycle.delete.initiated', OLIVIA],
    ...agents.map((agent) => ['resource.owner.update', agent, BOB]),
    ['user.lifecycle.delete.completed', OLIVIA],
  ]);
  for (const agent of agents) {
    const filter = encodeURIComponent(`resourceOrn eq "${agentOrn(agent)}"`);
    const { data } = (await api.get(`${owners}?filter=${filter}`)).body;
    t.match(data, [{ principals: [{ orn: ORN.bob }] }]);
    t.equal(data[0].principals.length, 1);
  }

  await add(EXAMPLE.agentId, userOrn(CAROL));
  await add(EXAMPLE.linkedAgentId, userOrn(CAROL));
  const leaving = [BOB, CAROL].map((id) => `${USERS}/${id}`);
  for (const path of leaving) await api.delete(path);
  const both = await Promise.all(leaving.map((path) => api.delete(path)));
  t.strictSame(both.map(({ status }) => status).sort(), [204, 400], 'one owner stays');
});

/** The same races in memory, where a commit stands at once, and on disk, where it is seen later. */
async function races(t: Tap, org: TestOrg): Promise<void> {
  const api = apiOf(org);
  const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status);
  const count = (answers: readonly Answer[], status: number) => answers.filter((one) => one.status === status).length;

  const names = ['title', 'city', 'state', 'division', 'department', 'nickName', 'costCenter', 'organization'];
  await Promise.all(names.map((name) => api.post(`${USERS}/${ALICE}`, { profile: { [name]: `new ${name}` } })));
  const { profile } = (await api.get(`${USERS}/${ALICE}`)).body;
  for (const name of names) t.equal(profile[name], `new ${name}`, `${name} is not lost`);

  const creations = await Promise.all(
    Array.from({ length: 50 }, () => api.post(USERS, { profile: profileOf('same') })),
  );
  t.equal(count(creations, 200), 1);
  t.equal(creations.filter(({ body }) => body.errorSummary === 'Api validation failed: login').length, 49);

  const carol = `${USERS}/carol@example.com`;
  const suspensions = await Promise.all(Array.from({ length: 6 }, () => api.post(`${carol}/lifecycle/suspend`)));
  t.equal(count(suspensions, 200), 1, 'suspended once');

  const dave = `${USERS}/dave@example.com`;
  const suspended = await eventsOf(org, () => Promise.all([api.delete(dave), api.post(`${dave}/lifecycle/suspend`)]));
  t.equal((await api.get(dave)).body.status, 'DEPROVISIONED', 'whichever came first');
  t.equal(suspended.at(-1)?.[0], 'user.lifecycle.deactivate');

  const erin = `${USERS}/erin@example.com`;
  const deletions = await Promise.all([1, 2, 3].map(() => api.delete(erin)));
  t.strictSame(statuses(deletions).sort(), [204, 204, 404], 'deactivated, deleted, and not there');

  for (let at = 0; at < 10; at++) {
    const { id } = (await api.post(`${USERS}?activate=false`, { profile: profileOf(`gone${at}`) })).body;
    await api.delete(`${USERS}/${id}`);
    await Promise.all([api.put(`/api/v1/groups/${ENGINEERING}/users/${id}`), api.delete(`${USERS}/${id}`)]);
    const group = (await api.post('/api/v1/groups', { profile: { name: `Gone ${at}` } })).body.id;
    const body = { profile: profileOf(`here${at}`), groupIds: [group] };
    const [created] = await Promise.all([api.post(USERS, body), api.delete(`/api/v1/groups/${group}`)]);
    if (created.status === 200)
      t.strictSame((await api.get(`${USERS}/here${at}/groups`)).body, [], 'no dangling group');
  }
  t.equal((await api.get(`/api/v1/groups/${ENGINEERING}/users`)).body.length, 2, 'no dangling member');
}

t.test('several at once, in memory', async (t) => races(t, keep(await startTestOrg())));

t.test('several at once, on disk', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'users-'));
  const org = await startTestOrg({ store: `file:${join(directory, 'org.json')}` });
  await races(t, org);
  await org.close();
  rmSync(directory, { recursive: true });
});
