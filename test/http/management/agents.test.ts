/** `/workload-principals/api/v1/ai-agents`: registration to deletion, operations now and later, refusals, races. */
import t, { type Test } from 'tap';
import { type Api, apiOf, causesOf, eventsOf, refusedWith } from '../../support/api.js';
import { type Answer, EXAMPLE, startTestOrg, type TestOrg } from '../../support/org.js';
import { appIn, editedOrg, oidcIn } from '../../support/org-edits.js';

const AGENTS = '/workload-principals/api/v1/ai-agents';
const OPERATIONS = '/workload-principals/api/v1/operations';
const org = await startTestOrg();
t.teardown(() => org.close());
const api = apiOf(org);

const pathOf = (answer: Answer) => new URL(answer.headers.get('location') as string).pathname;
const operationOf = async (at: Api, answer: Answer) => (await at.get(pathOf(answer))).body;

/** Asserts a 202 without a body whose operation was completed. @returns the operation */
async function completed(t: Test, answer: Answer, at = api) {
  t.strictSame([answer.status, answer.text], [202, ''], answer.text);
  const operation = await operationOf(at, answer);
  t.equal(operation.status, 'COMPLETED');
  return operation;
}

async function registered(t: Test, name: string, more: object = {}): Promise<string> {
  return (await completed(t, await api.post(AGENTS, { profile: { name }, ...more }))).resource.id;
}

const jwk = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
};

/** Gives the agent what activation asks for. */
async function completeAgent(agentId: string) {
  const orgId = '00oExampleOrg0000001';
  await api.post('/governance/api/v1/resource-owners', {
    resourceOrns: [`orn:okta:directory:${orgId}:workload-principals:ai-agents:${agentId}`],
    principalOrns: [`orn:okta:directory:${orgId}:users:00uOlivia00000000001`],
  });
  await api.post(`${AGENTS}/${agentId}/credentials/jwks`, { ...jwk, kid: agentId });
}

t.test('an agent and its operation have the shape of Okta', async (t) => {
  const answer = await api.post(AGENTS, { profile: { name: 'Agent one', description: 'First' } });
  const operation = await completed(t, answer);
  const agentId = operation.resource.id;
  t.match(operation.id, /^op-/);
  t.match(agentId, /^wlp\w{17}$/);
  const self = `${org.issuer}${AGENTS}/${agentId}`;
  t.strictSame(operation, {
    ...{ id: operation.id, type: 'ai-agent:Register', status: 'COMPLETED' },
    ...{ created: operation.created, started: operation.started, completed: operation.completed },
    resource: { id: agentId, type: 'AI_AGENT', status: 'STAGED', _links: { self: { href: self } } },
  });
  const { body } = await api.get(`${AGENTS}/${agentId}`);
  const { delegationLinks, ...links } = body._links;
  t.strictSame(
    { ...body, _links: links },
    {
      ...{ id: agentId, status: 'STAGED', oauthClient: { clientId: agentId } },
      profile: { name: 'Agent one', description: 'First' },
      ...{ created: body.created, lastUpdated: body.created },
      _links: {
        self: { href: self },
        connections: { href: `${self}/connections` },
        jwks: { href: `${self}/credentials/jwks` },
        activate: { href: `${self}/lifecycle/activate`, hints: { allow: ['POST'] } },
      },
    },
  );
  t.equal(
    new URL(delegationLinks.href).searchParams.get('filter'),
    `to.resourceOrn eq "orn:okta:directory:00oExampleOrg0000001:workload-principals:ai-agents:${agentId}"`,
  );
  t.strictSame(
    (await api.get(new URL(delegationLinks.href).pathname + new URL(delegationLinks.href).search)).body.data,
    [],
  );
});

t.test('activation names what is missing, and deactivation takes effect', async (t) => {
  const id = await registered(t, 'Incomplete');
  const activate = () => api.post(`${AGENTS}/${id}/lifecycle/activate`);
  const refused = await activate();
  t.strictSame(refusedWith(refused), [400, 'E0000001', 'Api validation failed: AIAgent']);
  t.match(causesOf(refused), [/^Owners: .*\[agent-has-owner\]$/, /^Credentials: .*\[agent-has-credential\]$/]);
  await completeAgent(id);
  const events = await eventsOf(org, async () => {
    await completed(t, await activate());
    await completed(t, await api.post(`${AGENTS}/${id}/lifecycle/deactivate`));
  });
  t.strictSame(events, [
    ['workload_principal.ai_agent.activate', id],
    ['workload_principal.ai_agent.deactivate', id],
  ]);
  t.equal((await api.get(`${AGENTS}/${id}`)).body.status, 'INACTIVE');
  const again = await completed(t, await api.post(`${AGENTS}/${id}/lifecycle/deactivate`));
  t.equal(again.resource.status, 'INACTIVE', 'where nothing changes, the status is what it was');

  const { id_token } = await org.signIn('alice@example.com');
  t.equal((await org.exchange(id_token)).status, 200);
  await api.post(`${AGENTS}/${EXAMPLE.agentId}/lifecycle/deactivate`);
  const { status, body } = await org.exchange(id_token);
  t.strictSame([status, body.error], [401, 'invalid_client']);
  await api.post(`${AGENTS}/${EXAMPLE.agentId}/lifecycle/activate`);
  t.equal((await org.exchange(id_token)).status, 200);
});

t.test('changes', async (t) => {
  const id = await registered(t, 'To be changed', { profile: { name: 'To be changed', description: 'old' } });
  const profile = async () => (await api.get(`${AGENTS}/${id}`)).body.profile;
  await completed(t, await api.patch(`${AGENTS}/${id}`, { profile: { name: 'Changed once' } }));
  t.strictSame(await profile(), { name: 'Changed once', description: 'old' });
  await completed(t, await api.patch(`${AGENTS}/${id}`, { profile: { description: null } }));
  t.strictSame(await profile(), { name: 'Changed once', description: '' });
  t.strictSame(await eventsOf(org, () => api.patch(`${AGENTS}/${id}`, {})), [
    ['workload_principal.ai_agent.update', id],
  ]);
  const operation = await completed(
    t,
    await api.put(`${AGENTS}/${id}`, { profile: { name: 'Replaced', description: 'new' } }),
  );
  t.equal(operation.type, 'ai-agent:Replace');
  t.strictSame(await profile(), { name: 'Replaced', description: 'new' });

  const two = [
    api.patch(`${AGENTS}/${id}`, { profile: { name: 'Raced' } }),
    api.patch(`${AGENTS}/${id}`, { profile: { description: 'raced' } }),
  ];
  await Promise.all(two);
  t.strictSame(await profile(), { name: 'Raced', description: 'raced' }, 'two patches at once: none is lost');

  t.strictSame(refusedWith(await api.patch(`${AGENTS}/${id}`, {}, 'application/json')).slice(0, 2), [400, 'E0000021']);
  t.strictSame(
    refusedWith(await api.patch(`${AGENTS}/${id}`, { profile: { name: 'Claude (Requester App)' } })).slice(0, 3),
    [...[400, 'E0000001', 'Api validation failed: name']],
  );
  const names = await Promise.all(
    Array.from({ length: 10 }, () => api.post(AGENTS, { profile: { name: 'Only one' } })),
  );
  t.equal(names.filter(({ status }) => status === 202).length, 1, 'ten of one name at once: one is registered');
  const late = names.filter(({ status }) => status === 400).map(({ body }) => body.errorCauses[0].reason);
  t.strictSame([...new Set(late)], ['UNIQUE_CONSTRAINT']);
});

t.test('deletion', async (t) => {
  const id = await registered(t, 'To be deleted');
  await completeAgent(id);
  await api.post(`${AGENTS}/${id}/lifecycle/activate`);
  t.match(causesOf(await api.delete(`${AGENTS}/${id}`)), [/deactivate it first/]);
  await api.post(`${AGENTS}/${id}/lifecycle/deactivate`);
  const operation = await completed(t, await api.delete(`${AGENTS}/${id}`));
  t.strictSame([operation.type, operation.resource.id, operation.resource.status], ['ai-agent:Delete', id, undefined]);
  const gone = [404, 'E0000007', `Not found: Resource not found: ${id} (AIAgent)`];
  for (const answer of [
    await api.get(`${AGENTS}/${id}`),
    await api.put(`${AGENTS}/${id}`, { profile: { name: 'Nobody there' } }),
    await api.patch(`${AGENTS}/${id}`, {}),
    await api.delete(`${AGENTS}/${id}`),
    await api.post(`${AGENTS}/${id}/lifecycle/activate`),
    await api.post(`${AGENTS}/${id}/lifecycle/deactivate`),
    await api.get(`${AGENTS}/${id}/credentials/jwks`),
  ]) {
    t.strictSame(refusedWith(answer), gone);
  }
  const { id_token } = await org.signIn('alice@example.com');
  await api.post(`${AGENTS}/${EXAMPLE.agentId}/lifecycle/deactivate`);
  await completed(t, await api.delete(`${AGENTS}/${EXAMPLE.agentId}`));
  t.equal((await org.exchange(id_token)).body.errorCode, 'invalid_client', 'with credentials, callers and connections');
  const { data } = (await api.get('/workload-principals/api/v1/delegation-links')).body;
  t.notOk(data.some((link: { to: { resourceOrn: string } }) => link.to.resourceOrn.endsWith(EXAMPLE.agentId)));
});

t.test('one client with an application', async (t) => {
  const org = await startTestOrg();
  t.teardown(() => org.close());
  const api = apiOf(org);
  const linked = async (id: string) => (await api.get(`${AGENTS}/${id}`)).body.appId;
  let id = '';
  const events = await eventsOf(org, async () => {
    const answer = await api.post(AGENTS, {
      profile: { name: 'With an app' },
      signOnProvider: { type: 'NEW_OIDC_APP' },
    });
    id = (await completed(t, answer, api)).resource.id;
  });
  const appId = await linked(id);
  t.match(appId, /^0oa/);
  t.strictSame(events, [
    ['workload_principal.ai_agent.register', id],
    ['application.lifecycle.create', appId],
    ['workload_principal.ai_agent.sign_on_provider.add', id, appId],
  ]);
  const inactive = await org.post('/oauth2/v1/token', { grant_type: 'authorization_code', client_id: id });
  t.equal(inactive.status, 401);
  t.match(causesOf(await api.post(`${AGENTS}/${id}/credentials/jwks`, { ...jwk, kid: 'k' })), [/linked application/]);

  const unlinked = await eventsOf(org, () => api.patch(`${AGENTS}/${id}`, { appId: null }));
  t.strictSame(unlinked, [
    ['workload_principal.ai_agent.update', id],
    ['workload_principal.ai_agent.sign_on_provider.remove', id, appId],
  ]);
  t.equal(await linked(id), undefined);
  await completed(t, await api.patch(`${AGENTS}/${id}`, { appId: EXAMPLE.appId }), api);
  t.equal(await linked(id), EXAMPLE.appId);
  await completed(t, await api.patch(`${AGENTS}/${id}`, { appId: EXAMPLE.appId }), api);
  t.match(causesOf(await api.post(AGENTS, { profile: { name: 'Second' }, appId: EXAMPLE.appId })), [
    /is linked to the agent "With an app"/,
  ]);
  t.match(causesOf(await api.patch(`${AGENTS}/${id}`, { appId: '0oaFigma000000000001' })), [/only an OpenID Connect/]);
  t.equal((await api.patch(`${AGENTS}/${id}`, { appId: '0oaNone' })).status, 404);
  await completed(t, await api.put(`${AGENTS}/${id}`, { profile: { name: 'With no app' } }), api);
  t.equal(await linked(id), undefined, 'what a replacement does not name is gone');
  await api.post(`/api/v1/apps/${EXAMPLE.appId}/lifecycle/activate`);
  t.ok((await org.signIn('alice@example.com')).id_token, 'the application is a client of its own again');

  const code = EXAMPLE.linkedAgentId;
  const both = await eventsOf(org, () => api.post(`${AGENTS}/${code}/lifecycle/deactivate`));
  t.strictSame(
    both.map(([type]) => type),
    ['application.lifecycle.deactivate', 'workload_principal.ai_agent.deactivate'],
  );
  const again = await eventsOf(org, () => api.post(`${AGENTS}/${code}/lifecycle/activate`));
  t.strictSame(
    again.map(([type]) => type),
    ['application.lifecycle.activate', 'workload_principal.ai_agent.activate'],
  );
  const registered = await api.post(AGENTS, { profile: { name: 'Linked at once' }, appId: EXAMPLE.appId });
  t.equal(await linked((await completed(t, registered, api)).resource.id), EXAMPLE.appId);
  t.equal((await api.post(AGENTS, { profile: { name: 'Linked to none' }, appId: '0oaNone' })).status, 404);
});

const missing = [/^Credentials: .*\[agent-has-credential\]$/];

t.test('an application that is linked gets the status of the agent', async (t) => {
  const file = editedOrg((file) => Object.assign(appIn(file, 'Claude (OIDC)'), { status: 'INACTIVE' }));
  const org = await startTestOrg({ org: file });
  t.teardown(() => org.close());
  const api = apiOf(org);
  const app = `/api/v1/apps/${EXAMPLE.appId}`;
  const [path, before] = [`${AGENTS}/${EXAMPLE.linkedAgentId}`, '0oaClaudeCode0000001'];
  const events = await eventsOf(org, async () => {
    await completed(t, await api.patch(path, { appId: EXAMPLE.appId }), api);
  });
  t.strictSame(events, [
    ['workload_principal.ai_agent.update', EXAMPLE.linkedAgentId],
    ['workload_principal.ai_agent.sign_on_provider.remove', EXAMPLE.linkedAgentId, before],
    ['workload_principal.ai_agent.sign_on_provider.add', EXAMPLE.linkedAgentId, EXAMPLE.appId],
    ['application.lifecycle.activate', EXAMPLE.appId],
  ]);
  t.equal((await api.get(app)).body.status, 'ACTIVE');
  await completed(t, await api.patch(path, { appId: before }), api);
  t.equal((await api.get(app)).body.status, 'ACTIVE', 'which it keeps');
  const registering = await eventsOf(org, async () => {
    await completed(t, await api.post(AGENTS, { profile: { name: 'Not yet active' }, appId: EXAMPLE.appId }), api);
  });
  t.strictSame(registering.at(-1), ['application.lifecycle.deactivate', EXAMPLE.appId]);
  t.equal((await api.get(app)).body.status, 'INACTIVE');
});

t.test('an active agent keeps what activation asks for', async (t) => {
  const keyless = { label: 'No keys', oidc: { tokenEndpointAuthMethod: 'private_key_jwt' as const } };
  const file = editedOrg(({ applications }) => applications?.push({ id: '0oaNoKeys', ...keyless }));
  const org = await startTestOrg({ org: file });
  t.teardown(() => org.close());
  const api = apiOf(org);
  const path = `${AGENTS}/${EXAMPLE.linkedAgentId}`;
  const before = (await api.get(path)).body;
  for (const refused of [
    await api.put(path, { profile: { name: 'Without its app' } }),
    await api.patch(path, { appId: null }),
    await api.patch(path, { appId: '0oaNoKeys' }),
  ]) {
    t.strictSame(refusedWith(refused), [400, 'E0000001', 'Api validation failed: AIAgent']);
    t.match(causesOf(refused), missing);
  }
  t.strictSame((await api.get(path)).body, before, 'nothing was done');
  t.equal((await api.get('/api/v1/apps/0oaNoKeys')).body.credentials.oauthClient.client_id, '0oaNoKeys');
  const { kid, ...key } = { ...jwk, kid: 'inactive', status: 'INACTIVE' };
  const { body } = await api.get(`/api/v1/apps/${before.appId}`);
  const oauthClient = { ...body.credentials.oauthClient, token_endpoint_auth_method: 'private_key_jwt' };
  const settings = { oauthClient: { ...body.settings.oauthClient, jwks: { keys: [{ ...key, kid }] } } };
  const replaced = await api.put(`/api/v1/apps/${before.appId}`, { ...body, credentials: { oauthClient }, settings });
  t.match(causesOf(replaced), [/^jwks: private_key_jwt needs public keys: send jwks with at least one active key/]);
  await completed(t, await api.post(`${path}/lifecycle/deactivate`), api);
  await completed(t, await api.patch(path, { appId: null }), api);
});

t.test('an application with a client id of its own choice is not linked: it would lose it', async (t) => {
  const file = editedOrg((file) => Object.assign(oidcIn(file), { clientId: 'chosen' }));
  const org = await startTestOrg({ org: file });
  t.teardown(() => org.close());
  const api = apiOf(org);
  for (const refused of [
    await api.post(AGENTS, { profile: { name: 'Greedy' }, appId: EXAMPLE.appId }),
    await api.patch(`${AGENTS}/${EXAMPLE.linkedAgentId}`, { appId: EXAMPLE.appId }),
  ]) {
    t.strictSame(refusedWith(refused), [400, 'E0000001', 'Api validation failed: appId']);
    t.match(causesOf(refused), [/^appId: the application has a client id of its own choice/]);
  }
  t.equal((await api.get(`/api/v1/apps/${EXAMPLE.appId}`)).body.credentials.oauthClient.client_id, 'chosen');
});

t.test('an application that is made for an agent', async (t) => {
  const NEW_APP = { signOnProvider: { type: 'NEW_OIDC_APP' } };
  await registered(t, 'Made for it', NEW_APP);
  const created = (await org.events()).find(({ eventType }) => eventType === 'application.lifecycle.create');
  t.match(created.target, [{ type: 'AppInstance', alternateId: 'Made for it', displayName: 'Made for it' }]);
  const both = await api.post(AGENTS, { profile: { name: 'Two apps' }, appId: EXAMPLE.appId, ...NEW_APP });
  t.match([both.status, causesOf(both)], [400, [/^appId: names an application, .* send one of them$/]]);
  t.equal((await api.post(AGENTS, { profile: { name: 'One app' }, appId: null, ...NEW_APP })).status, 202);
});

t.test('lists are searched and paged in the body', async (t) => {
  for (const name of ['Zeta one', 'Zeta two', 'Zeta three']) await registered(t, name);
  const names = ({ body }: Answer) => body.data.map(({ profile }: { profile: { name: string } }) => profile.name);
  const search = (text: string, more = '') => api.get(`${AGENTS}?search=${encodeURIComponent(text)}${more}`);
  const first = await search('profile.name sw "zeta" and status eq "STAGED"', '&limit=2');
  t.strictSame(names(first), ['Zeta one', 'Zeta two']);
  const { self, next } = first.body._links;
  t.equal(
    self.href,
    `${org.issuer}${AGENTS}?search=${encodeURIComponent('profile.name sw "zeta" and status eq "STAGED"')}&limit=2`,
  );
  const second = await api.get(next.href.slice(org.issuer.length));
  t.strictSame([names(second), second.body._links.next], [['Zeta three'], undefined]);
  t.strictSame(names(await search('profile.name co "TWO"')), ['Zeta two']);
  t.strictSame(refusedWith(await search('secret eq "x"')).slice(0, 2), [400, 'E0000031']);
  t.strictSame(refusedWith(await api.get(`${AGENTS}?filter=id%20pr`)).slice(0, 2), [400, 'E0000031']);
  const operations = (await api.get(`${OPERATIONS}?limit=1`)).body;
  t.equal(operations.data.length, 1);
  t.ok(operations._links.next.href);
  t.strictSame(refusedWith(await api.get(`${OPERATIONS}/op-none`)), [
    404,
    'E0000007',
    'Not found: Resource not found: op-none (Operation)',
  ]);
});

t.test('bad input is refused and changes nothing', async (t) => {
  const count = async () => (await api.get(`${AGENTS}?limit=200`)).body.data.length;
  const before = await count();
  for (const body of [
    ...[undefined, '{', [], {}, { profile: {} }, { profile: { name: 'four' } }, { profile: { name: 'x'.repeat(101) } }],
    ...[{ profile: { name: 5 } }, { profile: { name: 'Right', description: 'x'.repeat(1025) } }],
    ...[
      { profile: { name: 'Right' }, appId: 7 },
      { profile: { name: 'Right' }, signOnProvider: { type: 'OTHER' } },
    ],
    { profile: { name: 'Right' }, oauthClient: { type: 'CIMD', clientIdMatchPattern: 'https://x.example/*' } },
    Array(10_000).fill({}),
  ]) {
    const { status } = await api.post(AGENTS, body);
    t.equal(status, 400, JSON.stringify(body)?.slice(0, 80));
  }
  t.equal(await count(), before);
});

/** Polls until the operation has that status; the org's own timers decide when. */
async function until(api: Api, path: string, ...statuses: string[]) {
  for (;;) {
    const { body } = await api.get(path);
    if (statuses.includes(body.status)) return body;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

async function delayedOrg(t: Test, operationDelay: number): Promise<TestOrg> {
  const file = editedOrg((file) => {
    file.org = { ...file.org, settings: { operationDelay } };
  });
  const org = await startTestOrg({ org: file });
  t.teardown(() => org.close());
  return org;
}

t.test('with a delay, an operation is scheduled and carried out later', async (t) => {
  const org = await delayedOrg(t, 60);
  const api = apiOf(org);
  const answer = await api.post(AGENTS, { profile: { name: 'Later' } });
  const path = pathOf(answer);
  const scheduled = (await api.get(path)).body;
  t.match([answer.status, scheduled.status, scheduled.completed], [202, 'SCHEDULED', undefined]);
  const agent = `${AGENTS}/${scheduled.resource.id}`;
  t.equal((await api.get(agent)).status, 404);
  t.ok((await until(api, path, 'IN_PROGRESS', 'COMPLETED')).started);
  const done = await until(api, path, 'COMPLETED');
  t.ok(done.completed >= done.started && done.started >= done.created);
  t.equal(done.resource.status, 'STAGED');
  t.equal((await api.get(agent)).body.profile.name, 'Later');

  t.equal((await api.post(`${agent}/lifecycle/activate`)).status, 400, 'what stands against it now is refused now');
  const rivals = [
    await api.post(AGENTS, { profile: { name: 'Rivals' } }),
    await api.post(AGENTS, { profile: { name: 'Rivals' } }),
  ];
  t.strictSame(
    rivals.map(({ status }) => status),
    [202, 202],
  );
  const [first, second] = await Promise.all(rivals.map((one) => until(api, pathOf(one), 'COMPLETED', 'FAILED')));
  t.equal(first.status, 'COMPLETED');
  t.match(second, { status: 'FAILED', errorDetails: { code: 'E0000001', message: /name/ } });
  t.equal((await api.get(agent)).status, 200);
  const removal = await api.delete(agent);
  const twice = await api.delete(agent);
  await until(api, pathOf(removal), 'COMPLETED');
  t.match(await until(api, pathOf(twice), 'FAILED'), { errorDetails: { code: 'E0000007' } });
});

t.test('a name that is taken is refused at once, with a delay and without', async (t) => {
  const taken = (errorSummary: RegExp) => [
    { errorSummary, reason: 'UNIQUE_CONSTRAINT', location: 'profile.name', locationType: 'body' },
  ];
  for (const org of [await delayedOrg(t, 60), await delayedOrg(t, 0)]) {
    const api = apiOf(org);
    const profile = { name: 'Claude (Requester App)' };
    for (const refused of [
      await api.post(AGENTS, { profile }),
      await api.patch(`${AGENTS}/${EXAMPLE.linkedAgentId}`, { profile }),
      await api.put(`${AGENTS}/${EXAMPLE.linkedAgentId}`, { profile, appId: '0oaClaudeCode0000001' }),
    ]) {
      t.strictSame(refusedWith(refused), [400, 'E0000001', 'Api validation failed: name']);
      t.match(refused.body.errorCauses, taken(/^name: another AI agent is called "Claude \(Requester App\)"$/));
    }
    t.equal((await api.patch(`${AGENTS}/${EXAMPLE.agentId}`, { profile })).status, 202, 'its own name is not taken');
    const figma = { profile: { name: 'Figma' }, signOnProvider: { type: 'NEW_OIDC_APP' } };
    const label = await api.post(AGENTS, figma);
    t.strictSame(refusedWith(label), [400, 'E0000001', 'Api validation failed: label']);
    t.match(label.body.errorCauses, taken(/^label: the new application gets the name of the agent/));
  }
});

t.test('an org that closes forgets what it has not carried out, and says so', async (t) => {
  const lines: string[] = [];
  const file = editedOrg((file) => {
    file.org = { ...file.org, settings: { operationDelay: 20 } };
  });
  const org = await startTestOrg({ org: file, say: (line) => lines.push(line) });
  await apiOf(org).post(AGENTS, { profile: { name: 'Never' } });
  await org.close();
  t.match(lines, [/^forgotten: the operation op-\w+ \(ai-agent:Register\) was accepted and is not carried out$/]);
  while (lines.length === 1) await new Promise((resolve) => setTimeout(resolve, 5));
  t.match(lines[1], /^an operation of the agent API was not carried out: The store is closed/);
});

t.test('an operation is forgotten after a day', async (t) => {
  const org = await startTestOrg();
  t.teardown(() => org.close());
  const api = apiOf(org);
  const answer = await api.post(AGENTS, { profile: { name: 'Yesterday' } });
  org.advance(24 * 3_600_000);
  t.equal((await api.get(pathOf(answer))).status, 404);
  t.strictSame((await api.get(OPERATIONS)).body.data, []);
});
