/** Access policies and their rules: shapes, order, refusals, events, races, and what they do to who redeems an ID-JAG. */
import okta from '@okta/okta-sdk-nodejs';
import { decodeJwt } from 'jose';
import t from 'tap';
import { GRANT_TYPE } from '../../../src/protocol/urns.js';
import { resourceConnections } from '../../../src/registry/resource-connection.js';
import { insert } from '../../../src/store/port.js';
import { apiOf, eventsOf, pagesOf, refusalOf } from '../../support/api.js';
import { startOpenOrg } from '../../support/open-org.js';
import { type Answer, driving, EXAMPLE, startTestOrg, testClock } from '../../support/org.js';

const org = await startTestOrg();
t.teardown(() => org.close());
const api = apiOf(org);
const SERVERS = '/api/v1/authorizationServers';
const CLIENTS = { clients: { include: ['ALL_CLIENTS'] } };
const EVERYONE = { users: { include: [], exclude: [] }, groups: { include: ['EVERYONE'], exclude: [] } };
const CONDITIONS = { people: EVERYONE, grantTypes: { include: [GRANT_TYPE.jwtBearer] }, scopes: { include: ['*'] } };

const none = (id: string, kind: string) => [404, 'E0000007', `Not found: Resource not found: ${id} (${kind})`];

async function made(path: string, body: object, at = api): Promise<string> {
  const answer = await at.post(path, body);
  if (answer.status !== 201) throw new Error(`${path}: ${answer.text}`);
  return answer.body.id;
}

const newServer = (name: string, at = api) => made(SERVERS, { name, audiences: [`api://${name}`] }, at);

/** Names with priorities, in the order of the list. */
async function order(path: string): Promise<[string, number][]> {
  return (await api.get(path)).body.map(({ name, priority }: { name: string; priority: number }) => [name, priority]);
}

const hints = (...allow: string[]) => ({ hints: { allow } });

t.test('a policy: its shape, and created, replaced, deactivated and deleted with an event each', async (t) => {
  const server = await newServer('policy');
  const path = `${SERVERS}/${server}/policies`;
  let id = '';
  const creation = await eventsOf(org, async () => {
    const body = { type: 'OAUTH_AUTHORIZATION_POLICY', name: 'All', description: 'For all', conditions: CLIENTS };
    const answer = await api.post(path, { ...body, priority: 1, status: 'ACTIVE', system: false });
    id = answer.body.id;
    const at = `${org.issuer}${path}/${id}`;
    t.equal(answer.status, 201);
    t.strictSame(answer.body, {
      ...{ id, status: 'ACTIVE', name: 'All', description: 'For all', priority: 1, system: false },
      ...{ conditions: CLIENTS, created: answer.body.created, lastUpdated: answer.body.created },
      _links: {
        self: { href: at, ...hints('GET', 'PUT', 'DELETE') },
        deactivate: { href: `${at}/lifecycle/deactivate`, ...hints('POST') },
        rules: { href: `${at}/rules`, ...hints('GET') },
      },
      type: 'OAUTH_AUTHORIZATION_POLICY',
    });
    t.strictSame((await api.get(`${path}/${id}`)).body, answer.body);
    t.strictSame((await api.get(path)).body, [answer.body]);
  });
  t.match(id, /^00p\w{17}$/);
  t.strictSame(creation, [['policy.lifecycle.create', id, server]]);

  org.advance(60_000);
  const include = [EXAMPLE.appId, EXAMPLE.agentId, EXAMPLE.linkedAgentId];
  const update = await eventsOf(org, async () => {
    const { status, body } = await api.put(`${path}/${id}`, { name: 'Three', conditions: { clients: { include } } });
    t.match([status, body], [200, { id, name: 'Three', description: null, status: 'ACTIVE', priority: 1 }]);
    t.strictSame(body.conditions.clients.include, include);
    t.ok(Date.parse(body.lastUpdated) >= Date.parse(body.created) + 60_000);
  });
  t.strictSame(update, [['policy.lifecycle.update', id, server]]);

  const twice = async (act: string) => {
    for (const _ of [1, 2]) t.equal((await api.post(`${path}/${id}/lifecycle/${act}`)).status, 204);
  };
  t.strictSame(await eventsOf(org, () => twice('deactivate')), [['policy.lifecycle.deactivate', id, server]]);
  const activate = { href: `${org.issuer}${path}/${id}/lifecycle/activate` };
  t.match((await api.get(`${path}/${id}`)).body, { status: 'INACTIVE', _links: { activate } });
  await api.put(`${path}/${id}`, { name: 'Three', conditions: CLIENTS });
  t.equal((await api.get(`${path}/${id}`)).body.status, 'INACTIVE', 'a body without a status leaves it');
  t.strictSame(await eventsOf(org, () => twice('activate')), [['policy.lifecycle.activate', id, server]]);
  await api.put(`${path}/${id}`, { name: 'Three', conditions: CLIENTS, status: 'INACTIVE', priority: null });
  t.equal((await api.get(`${path}/${id}`)).body.status, 'INACTIVE', 'a body with a status sets it');

  const deletion = await eventsOf(org, async () => t.equal((await api.delete(`${path}/${id}`)).status, 204));
  t.strictSame(deletion, [['policy.lifecycle.delete', id, server]]);
  t.strictSame((await api.get(path)).body, []);
});

t.test('a rule: its shape, and added, updated, deactivated and deleted with an event each', async (t) => {
  const server = await newServer('rule');
  const policy = await made(`${SERVERS}/${server}/policies`, { name: 'All', conditions: CLIENTS });
  const path = `${SERVERS}/${server}/policies/${policy}/rules`;
  let id = '';
  const creation = await eventsOf(org, async () => {
    const actions = { token: { accessTokenLifetimeMinutes: 5, refreshTokenLifetimeMinutes: 0 } };
    const answer = await api.post(path, { type: 'RESOURCE_ACCESS', name: 'Any', conditions: CONDITIONS, actions });
    id = answer.body.id;
    const at = `${org.issuer}${path}/${id}`;
    t.equal(answer.status, 201);
    t.strictSame(answer.body, {
      ...{ id, status: 'ACTIVE', name: 'Any', priority: 1, system: false, conditions: CONDITIONS },
      ...{ created: answer.body.created, lastUpdated: answer.body.created, type: 'RESOURCE_ACCESS' },
      actions: {
        token: {
          ...{ accessTokenLifetimeMinutes: 60, refreshTokenLifetimeMinutes: 129_600 },
          refreshTokenWindowMinutes: 129_600,
        },
      },
      _links: {
        self: { href: at, ...hints('GET', 'PUT', 'DELETE') },
        deactivate: { href: `${at}/lifecycle/deactivate`, ...hints('POST') },
      },
    });
    t.strictSame((await api.get(`${path}/${id}`)).body, answer.body);
    t.strictSame((await api.get(path)).body, [answer.body]);
  });
  t.match(id, /^0pr\w{17}$/);
  t.strictSame(creation, [['policy.rule.add', id, policy, server]]);

  await made(`${SERVERS}/${server}/scopes`, { name: 'a:read' });
  org.advance(60_000);
  const update = await eventsOf(org, async () => {
    const conditions = { grantTypes: { include: [GRANT_TYPE.jwtBearer] }, scopes: { include: ['a:read', 'openid'] } };
    const { status, body } = await api.put(`${path}/${id}`, { name: 'Some', conditions });
    t.match([status, body], [200, { id, name: 'Some', status: 'ACTIVE', priority: 1, conditions }]);
    t.ok(Date.parse(body.lastUpdated) >= Date.parse(body.created) + 60_000);
  });
  t.strictSame(update, [['policy.rule.update', id, policy, server]]);

  const twice = async (act: string) => {
    for (const _ of [1, 2]) t.equal((await api.post(`${path}/${id}/lifecycle/${act}`)).status, 204);
  };
  t.strictSame(await eventsOf(org, () => twice('deactivate')), [['policy.rule.deactivate', id, policy, server]]);
  t.match((await api.get(`${path}/${id}`)).body, { status: 'INACTIVE', _links: { activate: {} } });
  await api.put(`${path}/${id}`, { name: 'Some', conditions: CONDITIONS });
  t.equal((await api.get(`${path}/${id}`)).body.status, 'INACTIVE', 'a body without a status leaves it');
  t.strictSame(await eventsOf(org, () => twice('activate')), [['policy.rule.activate', id, policy, server]]);

  const other = await made(path, { name: 'Other', conditions: CONDITIONS, status: 'INACTIVE' });
  const deletion = await eventsOf(org, async () => t.equal((await api.delete(`${path}/${id}`)).status, 204));
  t.strictSame(deletion, [['policy.rule.delete', id, policy, server]]);
  t.match((await api.get(path)).body, [{ id: other, priority: 1, status: 'INACTIVE' }]);
});

t.test('a scope that is deleted is taken out of the rules', async (t) => {
  const server = await newServer('cleaned');
  const scopes = `${SERVERS}/${server}/scopes`;
  const [a] = [await made(scopes, { name: 'a' }), await made(scopes, { name: 'b' })];
  const policy = await made(`${SERVERS}/${server}/policies`, { name: 'All', conditions: CLIENTS });
  const rules = `${SERVERS}/${server}/policies/${policy}/rules`;
  const rule = (name: string, include: string[]) =>
    made(rules, { name, conditions: { ...CONDITIONS, scopes: { include } } });
  await rule('both', ['a', 'b']);
  await rule('other', ['b']);
  const updates = async () =>
    (await api.get(rules)).body.map(({ lastUpdated }: { lastUpdated: string }) => Date.parse(lastUpdated));
  const before = await updates();
  org.advance(60_000);
  await api.delete(`${scopes}/${a}`);
  const left = (await api.get(rules)).body.map(
    ({ conditions }: { conditions: typeof CONDITIONS }) => conditions.scopes,
  );
  t.strictSame(left, [{ include: ['b'] }, { include: ['b'] }]);
  const after = await updates();
  t.ok(after[0] >= before[0] + 60_000);
  t.equal(after[1], before[1]);
});

t.test('the order is that of the priorities', async (t) => {
  const server = await newServer('ordered');
  const policies = `${SERVERS}/${server}/policies`;
  const policy = (name: string, priority?: number) => made(policies, { name, conditions: CLIENTS, priority });
  const [a, b] = [await policy('a'), await policy('b')];
  const c = await policy('c', 1);
  await policy('d', 99);
  const ranks = (...names: string[]) => names.map((name, at) => [name, at + 1]);
  t.strictSame(await order(policies), ranks('c', 'a', 'b', 'd'));
  const put = (id: string, name: string, priority?: number) =>
    api.put(`${policies}/${id}`, { name, conditions: CLIENTS, priority });
  t.equal((await put(b, 'b', 2)).body.priority, 2);
  t.strictSame(await order(policies), ranks('c', 'b', 'a', 'd'));
  t.equal((await put(c, 'c', 4)).body.priority, 4);
  t.strictSame(await order(policies), ranks('b', 'a', 'd', 'c'));
  t.equal((await put(a, 'a')).body.priority, 2, 'without a priority it stays where it is');
  t.strictSame(await order(policies), ranks('b', 'a', 'd', 'c'));
  await api.post(`${policies}/${a}/lifecycle/deactivate`);
  await api.delete(`${policies}/${b}`);
  t.strictSame(await order(policies), ranks('a', 'd', 'c'));
  t.strictSame(
    (await pagesOf(api, `${policies}?limit=2`)).map((page) => page.length),
    [2, 1],
  );

  const rules = `${policies}/${a}/rules`;
  const rule = (name: string, priority?: number) => made(rules, { name, conditions: CONDITIONS, priority });
  await rule('x');
  const y = await rule('y', 1);
  await rule('z');
  t.strictSame(await order(rules), ranks('y', 'x', 'z'));
  t.equal((await api.put(`${rules}/${y}`, { name: 'y', conditions: CONDITIONS, priority: 3 })).body.priority, 3);
  await api.post(`${rules}/${y}/lifecycle/deactivate`);
  t.strictSame(await order(rules), ranks('x', 'z', 'y'));
  t.strictSame(
    (await pagesOf(api, `${rules}?limit=2`)).map((page) => page.length),
    [2, 1],
  );
  t.strictSame(await order(policies), ranks('a', 'd', 'c'), 'a change of rules moves no policy');
});

t.test('refused policies', async (t) => {
  const server = await newServer('refusing');
  const path = `${SERVERS}/${server}/policies`;
  const id = await made(path, { name: 'first', conditions: CLIENTS });
  await made(path, { name: 'second', conditions: CLIENTS });
  const clients = (include: unknown) => ({ name: 'x', conditions: { clients: { include } } });
  const unknown = (client: string) =>
    `conditions.clients.include: there is no client "${client}"; name OIDC applications and AI agents by client id, or ALL_CLIENTS`;
  const taken = 'name: another of the policies of this server has this name already';
  const rows: [unknown, ...(string | RegExp)[]][] = [
    [clients(['0oaNone', EXAMPLE.appId, 'wlpNone']), unknown('0oaNone'), unknown('wlpNone')],
    [clients(['0oaFigma000000000001']), unknown('0oaFigma000000000001')],
    [clients('ALL_CLIENTS'), /^conditions.clients.include: /],
    [clients(Array(501).fill(EXAMPLE.appId)), /^conditions.clients.include: /],
    [clients([1]), /^conditions.clients.include.0: /],
    [{ name: 'x' }, /^conditions: /],
    [{ name: 'second', conditions: CLIENTS }, taken],
    [{ name: '', conditions: CLIENTS }, /^name: /],
    [{ name: 'x'.repeat(101), conditions: CLIENTS }, /^name: /],
    [{ ...clients(['ALL_CLIENTS']), type: 'OKTA_SIGN_ON' }, /^type: /],
    [{ ...clients(['ALL_CLIENTS']), priority: 0 }, /^priority: /],
    [{ ...clients(['ALL_CLIENTS']), priority: 1.5 }, /^priority: /],
    [{ ...clients(['ALL_CLIENTS']), status: 'ON' }, /^status: /],
  ];
  const events = await eventsOf(org, async () => {
    for (const [body, ...causes] of rows) {
      t.match(refusalOf(await api.post(path, body)), [400, 'E0000001', ...causes]);
      t.match(refusalOf(await api.put(`${path}/${id}`, body)), [400, 'E0000001', ...causes]);
    }
  });
  t.strictSame(events, []);
  t.strictSame(await order(path), [
    ['first', 1],
    ['second', 2],
  ]);
  t.equal((await api.post(path, clients([]))).status, 201, 'a policy for no client yet');
});

t.test('refused rules', async (t) => {
  const server = await newServer('refusing rules');
  const policy = await made(`${SERVERS}/${server}/policies`, { name: 'first', conditions: CLIENTS });
  const path = `${SERVERS}/${server}/policies/${policy}/rules`;
  const id = await made(path, { name: 'first', conditions: CONDITIONS });
  await made(path, { name: 'second', conditions: CONDITIONS });
  const given = (conditions: object) => ({ name: 'x', conditions: { ...CONDITIONS, ...conditions } });
  const narrows = (at: string) =>
    `conditions.people.${at}: narrows the rule to some people, which is not modelled: a rule here is for EVERYONE`;
  const groups = { include: ['EVERYONE'] };
  const must = 'conditions.people: must include the group EVERYONE when the rule is for authorization_code or password';
  const forPeople = (grant: string, people: object | null) => given({ people, grantTypes: { include: [grant] } });
  const rows: [unknown, ...(string | RegExp)[]][] = [
    [given({ people: { groups: { include: ['00gEngineering000001'] } } }), narrows('groups.include.0')],
    [given({ people: { groups: { include: groups.include, exclude: ['00g1'] } } }), narrows('groups.exclude')],
    [given({ people: { groups, users: { include: ['00u1'] } } }), narrows('users.include')],
    [given({ people: { groups, users: { exclude: ['00u1'] } } }), narrows('users.exclude')],
    [forPeople('authorization_code', null), must],
    [forPeople('password', { users: { include: [] } }), must],
    [forPeople('password', { groups: { include: [] } }), must],
    [given({ grantTypes: { include: ['implicit'] } }), /^conditions.grantTypes.include.0: .*"authorization_code"/],
    [
      given({ grantTypes: { include: ['urn:ietf:params:oauth:grant-type:device_code'] } }),
      /^conditions.grantTypes.include.0: /,
    ],
    [given({ grantTypes: { include: [] } }), /^conditions.grantTypes.include: /],
    [given({ grantTypes: null }), /^conditions.grantTypes: /],
    [given({ scopes: { include: ['no:such', 'groups'] } }), /no scope "no:such"; create it first/, /no scope "groups"/],
    [given({ scopes: { include: [] } }), /^conditions.scopes.include: /],
    [{ name: 'x' }, /^conditions: /],
    [{ ...given({}), name: 'second' }, 'name: another of the rules of this policy has this name already'],
    [{ ...given({}), name: '' }, /^name: /],
    [{ ...given({}), type: 'SIGN_ON' }, /^type: /],
    [{ ...given({}), priority: -1 }, /^priority: /],
    [{ ...given({}), actions: { token: { accessTokenLifetimeMinutes: 'x' } } }, /^actions.token.access/],
    [{ ...given({}), actions: { token: { accessTokenLifetimeMinutes: -1 } } }, /^actions.token.access/],
  ];
  const events = await eventsOf(org, async () => {
    for (const [body, ...causes] of rows) {
      t.match(refusalOf(await api.post(path, body)), [400, 'E0000001', ...causes]);
      t.match(refusalOf(await api.put(`${path}/${id}`, body)), [400, 'E0000001', ...causes]);
    }
  });
  t.strictSame(events, []);
  t.strictSame(await order(path), [
    ['first', 1],
    ['second', 2],
  ]);
  const accepted = await api.post(path, forPeople('password', { groups, users: null }));
  t.match([accepted.status, accepted.body], [201, { conditions: { people: EVERYONE } }]);
  const least = await api.post(path, { name: 'y', conditions: { grantTypes: CONDITIONS.grantTypes } });
  t.match([least.status, least.body], [201, { conditions: CONDITIONS }]);
});

t.test('what is not there', async (t) => {
  const server = await newServer('empty');
  const policy = await made(`${SERVERS}/${server}/policies`, { name: 'first', conditions: CLIENTS });
  const settings = { name: 'x', conditions: CLIENTS };
  const rule = { name: 'x', conditions: CONDITIONS };
  const policies = (at: string) => [api.get(at), api.post(at, settings)];
  const onePolicy = (at: string) => [
    api.get(at),
    api.put(at, settings),
    api.delete(at),
    api.post(`${at}/lifecycle/activate`),
  ];
  const rules = (at: string) => [api.get(`${at}/rules`), api.post(`${at}/rules`, rule)];
  const oneRule = (at: string) => [
    ...[api.get(at), api.put(at, rule), api.delete(at), api.post(`${at}/lifecycle/deactivate`)],
  ];
  const [noServer, noPolicy, there] = [
    `${SERVERS}/ausNone`,
    `${SERVERS}/${server}/policies/00pNone`,
    `${SERVERS}/${server}/policies/${policy}`,
  ];
  const rows: [Promise<Answer>[], ReturnType<typeof none>][] = [
    [policies(`${noServer}/policies`), none('ausNone', 'AuthorizationServer')],
    [onePolicy(`${noServer}/policies/${policy}`), none('ausNone', 'AuthorizationServer')],
    [rules(`${noServer}/policies/${policy}`), none('ausNone', 'AuthorizationServer')],
    [[...onePolicy(noPolicy), ...rules(noPolicy), ...oneRule(`${noPolicy}/rules/0pr1`)], none('00pNone', 'Policy')],
    [oneRule(`${there}/rules/0prNone`), none('0prNone', 'PolicyRule')],
  ];
  for (const [answers, expected] of rows) {
    for (const answer of await Promise.all(answers)) t.strictSame(refusalOf(answer), expected);
  }
});

t.test('races: none is lost, and no two have one place', async (t) => {
  const server = await newServer('raced');
  const policies = `${SERVERS}/${server}/policies`;
  const body = (name: string) => ({ name, conditions: CLIENTS, priority: 1 });
  await Promise.all(['a', 'b', 'c', 'd'].map((name) => made(policies, body(name))));
  const ordered = await order(policies);
  t.strictSame(ordered.map(([name]) => name).sort(), ['a', 'b', 'c', 'd']);
  t.strictSame(
    ordered.map(([, priority]) => priority),
    [1, 2, 3, 4],
  );
  const twins = await Promise.all([1, 2].map(() => api.post(policies, body('twin'))));
  t.strictSame(twins.map(({ status }) => status).sort(), [201, 400]);

  const [{ id: policy }] = (await api.get(policies)).body;
  const rules = `${policies}/${policy}/rules`;
  const [put] = await Promise.all([
    api.put(`${policies}/${policy}`, { name: 'renamed', conditions: CLIENTS }),
    ...['x', 'y', 'z'].map((name) => made(rules, { name, conditions: CONDITIONS })),
    made(`${SERVERS}/${server}/scopes`, { name: 'raced' }),
    api.put(`${SERVERS}/${server}`, { name: 'raced and renamed', audiences: ['api://raced'] }),
  ]);
  t.equal(put?.status, 200);
  t.match((await api.get(`${policies}/${policy}`)).body, { name: 'renamed' });
  t.strictSame((await order(rules)).map(([name]) => name).sort(), ['x', 'y', 'z']);
  t.equal((await api.get(`${SERVERS}/${server}/scopes?q=raced`)).body.length, 1);
  t.equal((await api.get(`${SERVERS}/${server}`)).body.name, 'raced and renamed');
});

/** An org with a server made through the API, to which the example agent is connected. */
async function startWithServer() {
  const clock = testClock();
  const open = await startOpenOrg((store) => store, clock.now);
  t.teardown(() => open.close());
  const driven = driving(open, clock);
  const at = apiOf(driven);
  const server = await newServer('Calendar', at);
  const connection = {
    ...{ id: 'mcnCalendar', agentId: EXAMPLE.agentId, connectionType: 'IDENTITY_ASSERTION_CUSTOM_AS' as const },
    ...{ targetId: server, issuerUrl: `{issuer}/oauth2/${server}`, scopeCondition: 'ALL_SCOPES' as const },
    ...{ scopes: [], status: 'ACTIVE' as const, created: new Date(clock.now()).toISOString() },
  };
  await open.org.store.commit([insert(resourceConnections, connection)], clock.now());
  return { driven, at, server };
}

t.test('a server made through the API redeems ID-JAGs, as long as its policy lets it', async (t) => {
  const { driven, at, server } = await startWithServer();
  const path = `${SERVERS}/${server}`;
  const scope = 'calendar:read';
  const scopeId = await made(`${path}/scopes`, { name: scope }, at);
  const { id_token: idToken } = await driven.signIn('alice@example.com');
  const redeemed = async () => {
    const { body } = await driven.exchange(idToken, { audience: `${driven.issuer}/oauth2/${server}`, scope });
    const endpoint = `/oauth2/${server}/v1/token`;
    const assertion = body.access_token;
    return driven.post(endpoint, {
      grant_type: GRANT_TYPE.jwtBearer,
      assertion,
      ...(await driven.asAgent({ endpoint })),
    });
  };
  const refused = async (why: string) => {
    t.match(await redeemed(), { status: 401, body: { error: 'access_denied' } }, why);
    const [event] = (await driven.events()).slice(-1);
    t.equal(event.outcome.reason, 'no_matching_policy', why);
  };
  const granted = async (why: string) => {
    const { status, body } = await redeemed();
    t.match([status, body], [200, { scope }], why);
    t.match(decodeJwt(body.access_token), { aud: 'api://Calendar', cid: EXAMPLE.agentId, scp: [scope] });
  };

  await refused('no policy');
  const policy = await made(`${path}/policies`, { name: 'Agents', conditions: CLIENTS }, at);
  await refused('no rule');
  const conditions = {
    ...CONDITIONS,
    grantTypes: { include: Object.values(GRANT_TYPE) },
    scopes: { include: [scope, 'profile'] },
  };
  const rule = await made(`${path}/policies/${policy}/rules`, { name: 'Read', conditions }, at);
  await granted('a rule');
  for (const one of [`${path}/policies/${policy}/rules/${rule}`, `${path}/policies/${policy}`]) {
    await at.post(`${one}/lifecycle/deactivate`);
    await refused(`deactivated: ${one}`);
    await at.post(`${one}/lifecycle/activate`);
    await granted(`activated: ${one}`);
  }
  const include = (...clients: string[]) =>
    at.put(`${path}/policies/${policy}`, { name: 'Agents', conditions: { clients: { include: clients } } });
  await include(EXAMPLE.appId);
  await refused('another client');
  await include(EXAMPLE.appId, EXAMPLE.agentId);
  await granted('this client');
  const grantTypes = { include: [GRANT_TYPE.password] };
  await at.put(`${path}/policies/${policy}/rules/${rule}`, { name: 'Read', conditions: { ...conditions, grantTypes } });
  await refused('another grant type');
  await at.put(`${path}/policies/${policy}/rules/${rule}`, { name: 'Read', conditions });
  await at.post(`${path}/lifecycle/deactivate`);
  t.match((await redeemed()).status, 404, 'the server is inactive');
  await at.post(`${path}/lifecycle/activate`);
  await granted('the server is active');
  await at.delete(`${path}/scopes/${scopeId}`);
  t.match(await redeemed(), { status: 400 }, 'without the scope');
  await made(`${path}/scopes`, { name: scope }, at);
  await refused('the scope is back, but not in the rule');
  await at.put(`${path}/policies/${policy}/rules/${rule}`, { name: 'Read', conditions });
  await granted('and back in the rule');
  await at.delete(`${path}/policies/${policy}/rules/${rule}`);
  await refused('no rule any more');
});

t.test("Okta's SDK makes a server with scope, policy and rule, and rotates its keys", async (t) => {
  const client = new okta.Client({
    orgUrl: org.issuer,
    token: EXAMPLE.apiToken,
    testing: { disableHttpsCheck: true },
  } as never);
  const sdk = client.authorizationServerApi;
  const server = await sdk.createAuthorizationServer({
    authorizationServer: { name: 'By the SDK', description: 'Made by it', audiences: ['api://sdk'] },
  });
  const authServerId = server.id as string;
  t.match(server, { name: 'By the SDK', audiences: ['api://sdk'], issuer: `${org.issuer}/oauth2/${authServerId}` });
  t.ok(server.created instanceof Date);
  await sdk.replaceAuthorizationServer({
    ...{ authServerId, authorizationServer: { ...server, description: 'Changed by it' } },
  });
  t.match(await sdk.getAuthorizationServer({ authServerId }), { description: 'Changed by it' });

  const scope = await sdk.createOAuth2Scope({ authServerId, oAuth2Scope: { name: 'sdk:read', consent: 'IMPLICIT' } });
  t.match(scope, { name: 'sdk:read', system: false });
  await sdk.replaceOAuth2Scope({ authServerId, scopeId: scope.id as string, oAuth2Scope: scope });
  t.match(await sdk.getOAuth2Scope({ authServerId, scopeId: scope.id as string }), { name: 'sdk:read' });
  const policy = await sdk.createAuthorizationServerPolicy({
    authServerId,
    policy: { type: 'OAUTH_AUTHORIZATION_POLICY', name: 'SDK', description: 'x', priority: 1, conditions: CLIENTS },
  });
  const policyId = policy.id as string;
  t.match(policy, { name: 'SDK', priority: 1, status: 'ACTIVE', conditions: CLIENTS });
  await sdk.replaceAuthorizationServerPolicy({ authServerId, policyId, policy: { ...policy, name: 'SDK 2' } });
  const policyRule = {
    ...{ type: 'RESOURCE_ACCESS' as const, name: 'SDK', priority: 1, conditions: CONDITIONS },
    actions: {
      token: { accessTokenLifetimeMinutes: 60, refreshTokenLifetimeMinutes: 0, refreshTokenWindowMinutes: 10 },
    },
  };
  const rule = await sdk.createAuthorizationServerPolicyRule({ authServerId, policyId, policyRule });
  const ruleId = rule.id as string;
  const { people, ...conditions } = CONDITIONS;
  t.match(rule, { name: 'SDK', priority: 1, conditions });
  t.strictSame(rule.conditions?.people?.groups?.include, people.groups.include);
  await sdk.replaceAuthorizationServerPolicyRule({ authServerId, policyId, ruleId, policyRule });
  t.match(await sdk.getAuthorizationServerPolicy({ authServerId, policyId }), { name: 'SDK 2' });
  t.match(await sdk.getAuthorizationServerPolicyRule({ authServerId, policyId, ruleId }), { name: 'SDK' });

  const names: (string | undefined)[] = [];
  await (await sdk.listAuthorizationServers({ q: 'sdk' })).each((one) => names.push(one?.name));
  await (await sdk.listOAuth2Scopes({ authServerId, q: 'sdk' })).each((one) => names.push(one?.name));
  await (await sdk.listAuthorizationServerPolicies({ authServerId })).each((one) => names.push(one?.name));
  await (await sdk.listAuthorizationServerPolicyRules({ authServerId, policyId })).each((one) => names.push(one?.name));
  t.strictSame(names, ['By the SDK', 'sdk:read', 'SDK 2', 'SDK']);

  await sdk.deactivateAuthorizationServerPolicyRule({ authServerId, policyId, ruleId });
  await sdk.activateAuthorizationServerPolicyRule({ authServerId, policyId, ruleId });
  await sdk.deactivateAuthorizationServerPolicy({ authServerId, policyId });
  await sdk.activateAuthorizationServerPolicy({ authServerId, policyId });
  const statuses: (string | undefined)[] = [];
  const rotated = await sdk.rotateAuthorizationServerKeys({ authServerId, use: { use: 'sig' } });
  await rotated.each((key) => statuses.push(key?.status));
  await (await sdk.listAuthorizationServerKeys({ authServerId })).each((key) => statuses.push(key?.status));
  t.strictSame(statuses, ['ACTIVE', 'NEXT', 'EXPIRED', 'ACTIVE', 'NEXT', 'EXPIRED']);
  const { credentials } = await sdk.getAuthorizationServer({ authServerId });
  const keyId = credentials?.signing?.kid as string;
  t.match(await sdk.getAuthorizationServerKey({ authServerId, keyId }), { kid: keyId, status: 'ACTIVE' });
  await sdk.deleteAuthorizationServerPolicyRule({ authServerId, policyId, ruleId });
  await sdk.deleteAuthorizationServerPolicy({ authServerId, policyId });
  await sdk.deleteOAuth2Scope({ authServerId, scopeId: scope.id as string });
  await sdk.deactivateAuthorizationServer({ authServerId });
  await sdk.activateAuthorizationServer({ authServerId });
  await sdk.deleteAuthorizationServer({ authServerId });
  const gone = await sdk.getAuthorizationServer({ authServerId }).catch((error: unknown) => error);
  t.match(gone, { status: 404, errorCode: 'E0000007' });
});
