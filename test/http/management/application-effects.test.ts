/** What an administrator does to applications over the API takes effect at the very next exchange, and is undone as fast. */
import t, { type Test } from 'tap';
import { type AiAgent, agents, type Delegation, delegations } from '../../../src/registry/ai-agent.js';
import { type Application, applications } from '../../../src/registry/application.js';
import { assignments } from '../../../src/registry/assignment.js';
import { crossAppAccessConnections } from '../../../src/registry/cross-app-access.js';
import { memberships } from '../../../src/registry/group.js';
import { type ResourceConnection, resourceConnections } from '../../../src/registry/resource-connection.js';
import { type Change, insert, keep, remove, replace } from '../../../src/store/port.js';
import { type Api, apiOf } from '../../support/api.js';
import { samlApp } from '../../support/app-requests.js';
import { startOpenOrg } from '../../support/open-org.js';
import { type Answer, driving, EXAMPLE, startTestOrg, type TestOrg, testClock } from '../../support/org.js';

const APPS = '/api/v1/apps';
const FIGMA = '0oaFigma000000000001';
const ALICE = '00uAlice000000000001';
const ENGINEERING = '00gEngineering000001';

interface Setting {
  readonly org: TestOrg;
  readonly api: Api;
  /** `issued`, or the rule of ours that the exchange was refused by. */
  readonly exchange: (audience?: string) => Promise<string>;
  /** Replaces members of Figma's XAA settings, as the console would. */
  readonly setXaa: (members: object) => Promise<unknown>;
}

async function setting(t: Test): Promise<Setting> {
  const org = await startTestOrg();
  t.teardown(() => org.close());
  const api = apiOf(org);
  const { id_token } = await org.signIn('alice@example.com');
  return {
    org,
    api,
    async exchange(audience = EXAMPLE.figma) {
      if ((await org.exchange(id_token, { audience })).status === 200) return 'issued';
      return (await org.events()).at(-1).debugContext.debugData.rule;
    },
    async setXaa(members) {
      const { body } = await api.get(`${APPS}/${FIGMA}`);
      Object.assign(body.profile.xaa, members);
      return t.equal((await api.put(`${APPS}/${FIGMA}`, body)).status, 200);
    },
  };
}

/** What breaks the exchange, what mends it, and the rule that refuses meanwhile. */
const ROWS: Record<string, [rule: string, spoil: (s: Setting) => unknown, mend: (s: Setting) => unknown]> = {
  'the user unassigned': [
    'user-assigned-to-resource',
    ({ api }) => api.delete(`${APPS}/${FIGMA}/users/${ALICE}`),
    ({ api }) => api.post(`${APPS}/${FIGMA}/users`, { id: ALICE }),
  ],
  'the user unassigned, then assigned by a group': [
    'user-assigned-to-resource',
    ({ api }) => api.delete(`${APPS}/${FIGMA}/users/${ALICE}`),
    ({ api }) => api.put(`${APPS}/${FIGMA}/groups/${ENGINEERING}`),
  ],
  'the group of the caller unassigned': [
    'user-assigned-to-caller',
    ({ api }) => api.delete(`${APPS}/${EXAMPLE.appId}/groups/${ENGINEERING}`),
    ({ api }) => api.put(`${APPS}/${EXAMPLE.appId}/groups/${ENGINEERING}`),
  ],
  'the resource app deactivated': [
    'resource-active',
    ({ api }) => api.post(`${APPS}/${FIGMA}/lifecycle/deactivate`),
    ({ api }) => api.post(`${APPS}/${FIGMA}/lifecycle/activate`),
  ],
  'XAA disabled': [
    'resource-xaa-enabled',
    ({ setXaa }) => setXaa({ enabled: false }),
    ({ setXaa }) => setXaa({ enabled: true }),
  ],
  'the Issuer URL blank': [
    'resource-has-issuer-url',
    ({ setXaa }) => setXaa({ issuerUrl: '' }),
    ({ setXaa }) => setXaa({ issuerUrl: EXAMPLE.figma }),
  ],
};

for (const [what, [rule, spoil, mend]] of Object.entries(ROWS)) {
  t.test(what, async (t) => {
    const s = await setting(t);
    t.equal(await s.exchange(), 'issued');
    await spoil(s);
    t.equal(await s.exchange(), rule);
    await mend(s);
    t.equal(await s.exchange(), 'issued');
  });
}

t.test('a changed Issuer URL leaves the connection behind, until it is what it was', async (t) => {
  const { org, exchange, setXaa } = await setting(t);
  const moved = 'https://moved.figma.example/as';
  await setXaa({ issuerUrl: moved });
  t.equal(await exchange(moved), 'connection-issuer-current');
  t.equal(await exchange(), 'connection-issuer-current', 'by the old name, too');
  const [last] = (await org.events()).slice(-1);
  t.strictSame(
    [last.eventType, last.outcome.result, last.outcome.reason],
    ['app.oauth2.token.grant', 'FAILURE', 'token_exchange_incomplete_resource_configuration'],
  );
  await setXaa({ issuerUrl: EXAMPLE.figma });
  t.equal(await exchange(), 'issued');
});

t.test('two replacements at once: one after the other, nothing mixed', async (t) => {
  const { api } = await setting(t);
  const { id } = (await api.post(APPS, samlApp('Contended'))).body;
  const version = (nth: number) => ({
    ...samlApp(`Version ${nth}`, { profile: { xaa: { enabled: true, issuerUrl: `https://as${nth}.example` } } }),
    settings: { signOn: { ssoAcsUrl: `https://sp${nth}.example/acs`, audience: `audience ${nth}` } },
  });
  const answers = await Promise.all([1, 2, 3, 4].map((nth) => api.put(`${APPS}/${id}`, version(nth))));
  t.strictSame(
    answers.map(({ status, body }) => [status, body.label]),
    [1, 2, 3, 4].map((nth) => [200, `Version ${nth}`]),
  );
  const { body } = await api.get(`${APPS}/${id}`);
  const winner = Number(body.label.slice(-1));
  t.equal(body.profile.xaa.issuerUrl, `https://as${winner}.example`);
  t.match(body.settings.signOn, version(winner).settings.signOn);
  const same = { profile: { xaa: { issuerUrl: 'https://one.example' } } };
  const takers = await Promise.all(['A', 'B', 'C'].map((label) => api.post(APPS, samlApp(label, same))));
  t.strictSame(takers.map(({ status }) => status).sort(), [200, 400, 400], 'an Issuer URL has one taker');
});

/** An org where something can be done between the moment a change was worked out and its commit. */
async function interrupted(t: Test) {
  let meanwhile: (() => Promise<unknown>) | undefined;
  const open = await startOpenOrg((store) => ({
    ...store,
    async commit(...commit) {
      const first = meanwhile;
      meanwhile = undefined;
      await first?.();
      return store.commit(...commit);
    },
  }));
  t.teardown(open.close);
  const api = apiOf(driving(open, testClock()));
  const during = async (act: () => Promise<Answer>, first: () => Promise<unknown>) => {
    meanwhile = first;
    return (await act()).status;
  };
  const made = async (label: string) => (await api.post(`${APPS}?activate=false`, samlApp(label))).body.id as string;
  return { store: open.org.store, api, during, made };
}

/** What leans on an application, and can be made to. */
const leaning = (api: Api, id: string): (() => Promise<Answer>)[] => {
  const connect = (from: string, to: string) =>
    api.post(`${APPS}/${id}/cwo/connections`, { requestingAppInstanceId: from, resourceAppInstanceId: to });
  return [
    () => api.post(`${APPS}/${id}/users`, { id: ALICE }),
    () => api.put(`${APPS}/${id}/groups/${ENGINEERING}`),
    () => connect(id, FIGMA),
    () => connect(FIGMA, id),
  ];
};

t.test('a label that is taken meanwhile is refused like one that was taken before', async (t) => {
  const { api, during, made } = await interrupted(t);
  let refused: Answer | undefined;
  const late = async () => {
    refused = await api.post(APPS, samlApp('Contended'));
    return refused;
  };
  t.equal(await during(late, () => made('Contended')), 400);
  t.match(refused?.body.errorCauses, [{ reason: 'UNIQUE_CONSTRAINT', location: 'label' }]);
});

t.test('an application is deleted while something is made to lean on it: nothing dangles', async (t) => {
  const { api, during, made } = await interrupted(t);
  for (const nth of [0, 1, 2, 3]) {
    const id = await made(`Deleted late ${nth}`);
    const lean = leaning(api, id)[nth] as () => Promise<Answer>;
    let leant = 0;
    const remove = () => api.delete(`${APPS}/${id}`);
    const status = await during(remove, async () => {
      leant = (await lean()).status;
    });
    t.ok([200, 201].includes(leant), 'it came first');
    t.equal(status, 204, 'and was taken along');
    const other = await made(`Deleted early ${nth}`);
    const late = leaning(api, other)[nth] as () => Promise<Answer>;
    t.equal(await during(late, () => api.delete(`${APPS}/${other}`)), 404, 'the application is gone');
  }
  const { status, body } = await api.get(`/api/v1/groups/${ENGINEERING}/apps`);
  t.strictSame([status, body.length], [200, 5]);
  t.strictSame((await api.get(`${APPS}/${FIGMA}/cwo/connections`)).body, []);
  const mine = `filter=${encodeURIComponent(`user.id eq "${ALICE}"`)}`;
  t.equal((await api.get(`${APPS}?${mine}`)).body.length, 7);
});

t.test('an application that is connected to itself, as an older store may have it, is deleted', async (t) => {
  const { store, api, made } = await interrupted(t);
  const id = await made('Of itself');
  const dates = { created: '', lastUpdated: '' };
  const row = { id: 'cwoItself', requestingAppId: id, resourceAppId: id, status: 'ACTIVE', ...dates } as const;
  t.equal(await store.commit([insert(crossAppAccessConnections, row)], 0), undefined);
  t.equal((await api.delete(`${APPS}/${id}`)).status, 204);
  t.strictSame(store.view().list(crossAppAccessConnections), []);
});

t.test('a group is deleted while it is assigned, or joined', async (t) => {
  const { store, api, during, made } = await interrupted(t);
  const id = await made('App');
  const leans = [
    (group: string) => api.put(`${APPS}/${id}/groups/${group}`),
    (group: string) => api.put(`/api/v1/groups/${group}/users/${ALICE}`),
  ];
  for (const lean of leans) {
    for (const isLate of [true, false]) {
      const group = (await api.post('/api/v1/groups', { profile: { name: 'Short-lived' } })).body.id;
      const removing = () => api.delete(`/api/v1/groups/${group}`);
      const joining = () => lean(group);
      t.equal(isLate ? await during(removing, joining) : await during(joining, removing), isLate ? 204 : 404);
      const view = store.view();
      t.strictSame([view.findBy(assignments, 'principal', group), view.findBy(memberships, 'group', group)], [[], []]);
    }
  }
});

t.test('an application that an agent comes to use meanwhile is not deleted', async (t) => {
  const { store, api, during, made } = await interrupted(t);
  const id = await made('Wanted');
  const view = store.view();
  const [agent, connection, delegation] = [
    view.get(agents, EXAMPLE.agentId) as AiAgent,
    view.list(resourceConnections)[0] as ResourceConnection,
    view.list(delegations)[0] as Delegation,
  ];
  const connected = { ...connection, id: 'mcnNew', targetId: id };
  const called = { ...delegation, id: 'dlkNew', appId: id };
  const linked = { ...agent, linkedAppId: id };
  const uses: [Change, Change][] = [
    [insert(resourceConnections, connected), remove(resourceConnections, connected)],
    [insert(delegations, called), remove(delegations, called)],
    [replace(agents, agent, linked), replace(agents, linked, agent)],
  ];
  for (const [begin, end] of uses) {
    t.equal(
      await during(
        () => api.delete(`${APPS}/${id}`),
        // As the functions that make these do: what they refer to is kept.
        () => store.commit([keep(applications, store.view().get(applications, id) as Application), begin], 0),
      ),
      400,
    );
    t.equal(await store.commit([end], 0), undefined);
  }
  t.equal((await api.delete(`${APPS}/${id}`)).status, 204);
});
