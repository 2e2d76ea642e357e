/** `/governance/api/v1/resource-owners`: the owners of AI agents. */
import t from 'tap';
import { apiOf, causesOf, eventsOf, refusedWith } from '../../support/api.js';
import { EXAMPLE, startTestOrg } from '../../support/org.js';
import { editedOrg } from '../../support/org-edits.js';
import { agentOrn, ORN, userOrn } from '../../support/orns.js';
import { startOvertakenOrg } from '../../support/overtaken.js';

const org = await startTestOrg();
t.teardown(() => org.close());
const api = apiOf(org);
const OWNERS = '/governance/api/v1/resource-owners';

const ownersOf = async (orn: string) =>
  (await api.get(`${OWNERS}?filter=${encodeURIComponent(`parentResourceOrn eq "${orn}"`)}`)).body;

t.test('owners are set, added and removed', async (t) => {
  t.strictSame(await ownersOf(ORN.agent), {
    data: [{ resourceOrn: ORN.agent, principals: [{ orn: ORN.olivia, name: 'Olivia Owens' }] }],
  });
  const code = agentOrn(EXAMPLE.linkedAgentId);
  const events = await eventsOf(org, async () => {
    const { status, body } = await api.post(OWNERS, {
      resourceOrns: [ORN.agent, code],
      principalOrns: [ORN.alice, ORN.bob, ORN.bob],
    });
    t.equal(status, 200);
    t.strictSame(
      body.data.map(({ resourceOrn }: { resourceOrn: string }) => resourceOrn),
      [ORN.agent, code],
    );
  });
  t.strictSame(events, [
    ['resource.owner.update', EXAMPLE.agentId, '00uAlice000000000001', '00uBob00000000000001'],
    ['resource.owner.update', EXAMPLE.linkedAgentId, '00uAlice000000000001', '00uBob00000000000001'],
  ]);
  const orns = async () => (await ownersOf(ORN.agent)).data[0].principals.map(({ orn }: { orn: string }) => orn);
  const step = (op: string, value: string) => ({ op, path: '/principalOrn', value });
  const patch = (...data: object[]) => api.patch(OWNERS, { resourceOrn: ORN.agent, data }, 'application/json');
  t.equal((await patch(step('REMOVE', ORN.alice), step('ADD', ORN.olivia))).status, 200);
  t.strictSame(await orns(), [ORN.bob, ORN.olivia]);
  await Promise.all([patch(step('REMOVE', ORN.bob)), patch(step('ADD', ORN.alice))]);
  t.strictSame(await orns(), [ORN.olivia, ORN.alice], 'two at once: none is lost');
});

t.test('an active agent keeps an owner; another may have none', async (t) => {
  const none = () => api.post(OWNERS, { resourceOrns: [ORN.agent], principalOrns: [] });
  const step = (op: string, value: string) => ({ op, path: '/principalOrn', value });
  const patch = (...data: object[]) => api.patch(OWNERS, { resourceOrn: ORN.agent, data }, 'application/json');
  await api.post(OWNERS, { resourceOrns: [ORN.agent], principalOrns: [ORN.olivia] });
  for (const refused of [
    await none(),
    await patch(step('REMOVE', ORN.olivia)),
    await patch(step('ADD', ORN.alice), step('REMOVE', ORN.alice), step('REMOVE', ORN.olivia)),
  ]) {
    t.strictSame(refusedWith(refused), [400, 'E0000001', 'Api validation failed: principalOrns']);
    t.match(causesOf(refused), [/^principalOrns: the AI agent "Claude \(Requester App\)" \(wlp\w+\) is active;/]);
  }
  const both = await Promise.all(
    [ORN.olivia, ORN.alice].map((orn) => patch(step('ADD', ORN.alice), step('REMOVE', orn))),
  );
  t.ok(both.some(({ status }) => status === 200));
  t.equal((await ownersOf(ORN.agent)).data[0].principals.length, 1, 'of two at once, none leaves it without');
  await api.post(`/workload-principals/api/v1/ai-agents/${EXAMPLE.agentId}/lifecycle/deactivate`);
  t.strictSame((await none()).body.data, [{ resourceOrn: ORN.agent, principals: [] }]);
  await api.post(OWNERS, { resourceOrns: [ORN.agent], principalOrns: [ORN.olivia] });
  await api.post(`/workload-principals/api/v1/ai-agents/${EXAMPLE.agentId}/lifecycle/activate`);
});

t.test('owners that are refused', async (t) => {
  await api.post(OWNERS, { resourceOrns: [ORN.agent], principalOrns: [ORN.olivia] });
  const rows: [object, number, string][] = [
    [{ resourceOrns: [ORN.agent], principalOrns: [userOrn('00uNone')] }, 404, 'E0000007'],
    [{ resourceOrns: [ORN.agent, agentOrn('wlpNone')], principalOrns: [ORN.alice] }, 404, 'E0000007'],
    [{ resourceOrns: [ORN.figma], principalOrns: [ORN.alice] }, 404, 'E0000007'],
    [{ resourceOrns: [], principalOrns: [ORN.alice] }, 400, 'E0000001'],
    [{ resourceOrns: [ORN.agent], principalOrns: Array(101).fill(ORN.alice) }, 400, 'E0000001'],
    [{ resourceOrns: Array(10_000).fill(ORN.agent), principalOrns: [] }, 400, 'E0000001'],
    [{ principalOrns: [ORN.alice] }, 400, 'E0000001'],
  ];
  for (const [body, ...expected] of rows) {
    t.strictSame(refusedWith(await api.post(OWNERS, body)).slice(0, 2), expected, JSON.stringify(body).slice(0, 80));
  }
  for (const data of [
    [],
    [{ op: 'REPLACE', path: '/principalOrn', value: ORN.alice }],
    [{ op: 'ADD', path: '/x', value: ORN.alice }],
  ]) {
    t.equal((await api.patch(OWNERS, { resourceOrn: ORN.agent, data }, 'application/json')).status, 400);
  }
  for (const op of ['ADD', 'REMOVE']) {
    const data = [{ op, path: '/principalOrn', value: userOrn('00uNone') }];
    const answer = await api.patch(OWNERS, { resourceOrn: ORN.agent, data }, 'application/json');
    t.match(refusedWith(answer), [404, 'E0000007', /00uNone \(User\)$/], op);
  }
  t.equal((await api.patch(OWNERS, { resourceOrn: ORN.agent, data: [] })).body.errorCode, 'E0000021');
  t.strictSame((await ownersOf(ORN.agent)).data[0].principals.length, 1, 'nothing was written');
  t.equal((await ownersOf(agentOrn('wlpNone'))).errorCode, 'E0000007');
  for (const filter of ['', 'x', `resourceOrn ne "${ORN.agent}"`]) {
    t.equal((await api.get(`${OWNERS}?filter=${encodeURIComponent(filter)}`)).body.errorCode, 'E0000031', filter);
  }
  t.equal((await api.get(OWNERS)).body.errorCode, 'E0000001');
});

t.test('the answer is about the org that was changed, whatever it is by then', async (t) => {
  const { api, open, overtaken } = await startOvertakenOrg(t);
  const { store } = open.org;
  const { status, body } = await overtaken(
    () => api.post(OWNERS, { resourceOrns: [ORN.agent], principalOrns: [ORN.alice] }),
    () => {
      const { org: settings, ...others } = store.snapshot();
      return store.swap({ ...others, org: (settings ?? []).map((one) => ({ ...one, id: '00oAnother' })) });
    },
  );
  t.match([status, body.data], [200, [{ resourceOrn: ORN.agent, principals: [{ orn: ORN.alice }] }]]);
});

t.test('an agent has a hundred owners at most', async (t) => {
  const file = editedOrg(({ users }) => {
    for (let at = 0; at < 101; at++) {
      const login = `owner${at}@example.com`;
      users?.push({ id: `00uOwner${at}`, profile: { login, email: login, firstName: 'O', lastName: `${at}` } });
    }
  });
  const org = await startTestOrg({ org: file });
  t.teardown(() => org.close());
  const api = apiOf(org);
  const orns = Array.from({ length: 101 }, (_, at) => userOrn(`00uOwner${at}`));
  t.equal((await api.post(OWNERS, { resourceOrns: [ORN.agent], principalOrns: orns.slice(0, 100) })).status, 200);
  const data = [{ op: 'ADD', path: '/principalOrn', value: orns[100] }];
  const answer = await api.patch(OWNERS, { resourceOrn: ORN.agent, data }, 'application/json');
  t.match(causesOf(answer), [/more than 100 owners/]);
});
