/** Resource connections of an AI agent: both shapes, the scope condition, the refusals, and what an exchange makes of them. */
import { decodeJwt } from 'jose';
import t from 'tap';
import { applications } from '../../../src/registry/application.js';
import { apiOf, causesOf, eventsOf, lastRule, refusedWith } from '../../support/api.js';
import { type Answer, EXAMPLE, startTestOrg } from '../../support/org.js';
import { ORN, serverOrn } from '../../support/orns.js';
import { startOvertakenOrg } from '../../support/overtaken.js';

const org = await startTestOrg();
t.teardown(() => org.close());
const api = apiOf(org);
const AGENT = `/workload-principals/api/v1/ai-agents/${EXAMPLE.agentId}`;
const CONNECTIONS = `${AGENT}/connections`;
const POTENTIALS = '/workload-principals/api/v1/potential-connections';
const { id_token } = await org.signIn('alice@example.com');

const event = 'workload_principal.resource_connection';

// biome-ignore lint/suspicious/noExplicitAny: a connection of either kind
const connections = async (): Promise<any[]> => (await api.get(`${CONNECTIONS}?limit=200`)).body.data;
const toFigma = async () => (await connections()).find(({ app }) => app?.orn === ORN.figma);

const request = (more: object = {}) => ({
  connectionType: 'IDENTITY_ASSERTION_APP_INSTANCE',
  app: { orn: ORN.figma },
  issuerUrl: EXAMPLE.figma,
  scopeCondition: 'ALL_SCOPES',
  scopes: ['*'],
  clientIdAtResource: 'claude-at-figma',
  ...more,
});

/** Takes the connection to Figma away, and makes another. */
async function reconnect(body: object) {
  const present = await toFigma();
  if (present) await api.delete(`${CONNECTIONS}/${present.id}`);
  return api.post(CONNECTIONS, body);
}

t.test('a connection is deleted and made again', async (t) => {
  const before = await toFigma();
  const path = `${CONNECTIONS}/${before.id}`;
  const deleted = await eventsOf(org, async () => t.equal((await api.delete(path)).status, 204));
  t.strictSame(deleted, [[`${event}.delete`, EXAMPLE.agentId, '0oaFigma000000000001', before.id]]);
  t.equal((await org.exchange(id_token)).status, 400);
  t.equal(await lastRule(org), 'agent-connected-to-audience');
  const gone = [404, 'E0000007', `Not found: Resource not found: ${before.id} (ManagedConnection)`];
  for (const answer of [
    await api.get(path),
    await api.patch(path, {}),
    await api.delete(path),
    await api.post(`${path}/lifecycle/activate`),
  ]) {
    t.strictSame(refusedWith(answer), gone);
  }
  let made: Answer['body'];
  const created = await eventsOf(org, async () => {
    const answer = await api.post(CONNECTIONS, request());
    t.equal(answer.status, 201);
    made = answer.body;
  });
  t.strictSame(created, [[`${event}.create`, EXAMPLE.agentId, '0oaFigma000000000001', made.id]]);
  t.match(made.id, /^mcn\w{17}$/);
  t.strictSame(made, {
    ...{ connectionType: 'IDENTITY_ASSERTION_APP_INSTANCE', protocolType: 'IDENTITY_ASSERTION', id: made.id },
    ...{ orn: `orn:okta:idp:00oExampleOrg0000001:connections:${made.id}`, status: 'ACTIVE' },
    app: {
      orn: ORN.figma,
      name: 'Figma',
      _links: { self: { href: `${org.issuer}/api/v1/apps/0oaFigma000000000001` } },
    },
    authorizationServer: { issuerUrl: EXAMPLE.figma },
    ...{
      resourceIndicator: ORN.figma,
      scopeCondition: 'ALL_SCOPES',
      scopes: ['*'],
      clientIdAtResource: 'claude-at-figma',
    },
    _links: { self: { href: `${org.issuer}${CONNECTIONS}/${made.id}` } },
  });
  t.strictSame((await api.get(`${CONNECTIONS}/${made.id}`)).body, made);
  const { access_token } = (await org.exchange(id_token)).body;
  t.equal(decodeJwt(access_token).client_id, 'claude-at-figma');
});

t.test('the shape of 2025, and a custom authorization server', async (t) => {
  const older = { ...request(), issuerUrl: undefined, scopes: undefined };
  const nested = { issuerUrl: EXAMPLE.figma, resourceIndicator: 'https://mcp.figma.example' };
  const { status, body } = await reconnect({ ...older, authorizationServer: nested });
  t.match([status, body], [201, { resourceIndicator: 'https://mcp.figma.example', scopes: ['*'] }]);
  t.match(causesOf(await reconnect({ ...older, authorizationServer: nested, scopeCondition: 'EXCLUDE' })), [
    /EXCLUDE needs names/,
  ]);
  await reconnect(request());

  const server = (await connections()).find(({ connectionType }) => connectionType === 'IDENTITY_ASSERTION_CUSTOM_AS');
  await api.delete(`${CONNECTIONS}/${server.id}`);
  const asked = { connectionType: 'IDENTITY_ASSERTION_CUSTOM_AS', authorizationServer: { orn: serverOrn('default') } };
  const made = await api.post(CONNECTIONS, { ...asked, scopeCondition: 'INCLUDE_ONLY', scopes: ['mcp:read'] });
  t.match(made.body, {
    authorizationServer: { orn: serverOrn('default'), name: 'default', issuerUrl: `${org.issuer}/oauth2/default` },
    ...{ resourceIndicator: serverOrn('default'), scopes: ['mcp:read'] },
  });
  t.notOk('app' in made.body || 'clientIdAtResource' in made.body);
  const { body: exchanged } = await org.exchange(id_token, { audience: `${org.issuer}/oauth2/default` });
  t.equal((await org.redeem(exchanged.access_token)).status, 200);
  t.equal(
    (
      await api.post(CONNECTIONS, {
        ...asked,
        authorizationServer: { orn: serverOrn('x') },
        scopeCondition: 'ALL_SCOPES',
      })
    ).status,
    404,
  );
});

t.test('activated and deactivated', async (t) => {
  const { id } = await toFigma();
  const path = `${CONNECTIONS}/${id}/lifecycle`;
  const events = await eventsOf(org, async () => {
    t.equal((await api.post(`${path}/deactivate`)).body.status, 'INACTIVE');
    t.equal((await api.post(`${path}/deactivate`)).status, 200);
  });
  t.strictSame(
    events.map(([type]) => type),
    [`${event}.deactivate`],
    'once',
  );
  t.equal((await org.exchange(id_token)).status, 400);
  t.equal(await lastRule(org), 'connection-active');
  t.strictSame(
    (await eventsOf(org, () => api.post(`${path}/activate`))).map(([type]) => type),
    [`${event}.activate`],
  );
  t.equal((await org.exchange(id_token)).status, 200);
});

t.test('a merge patch changes what it names', async (t) => {
  const path = `${CONNECTIONS}/${(await toFigma()).id}`;
  const patch = async (body: object) => (await api.patch(path, body)).body;
  t.match(await patch({ resourceIndicator: 'https://mcp.figma.example' }), {
    resourceIndicator: 'https://mcp.figma.example',
  });
  const events = await eventsOf(org, () => patch({ resourceIndicator: null }));
  t.strictSame(
    events.map(([type]) => type),
    [`${event}.update`],
  );
  t.match(await toFigma(), { resourceIndicator: ORN.figma });
  const { clientIdAtResource } = await toFigma();
  const same = await eventsOf(org, async () => {
    for (const body of [{}, { resourceIndicator: null }, { clientIdAtResource }]) {
      t.strictSame(await patch(body), await toFigma());
    }
  });
  t.strictSame(same, [], 'where nothing changes, nothing is logged');
  t.match(await patch({ scopeCondition: 'INCLUDE_ONLY', scopes: ['mcp:read', 'mcp:read'] }), { scopes: ['mcp:read'] });
  t.equal((await org.exchange(id_token, { scope: 'mcp:write' })).body.error, 'invalid_scope');
  t.match(await patch({ scopeCondition: 'EXCLUDE', scopes: ['mcp:write'] }), { scopeCondition: 'EXCLUDE' });
  t.equal((await org.exchange(id_token, { scope: 'mcp:write' })).body.error, 'invalid_scope');
  t.match(await patch({ scopeCondition: 'ALL_SCOPES', scopes: ['*'] }), { scopes: ['*'] });
  t.equal((await patch({ clientIdAtResource: null })).clientIdAtResource, undefined);
  t.equal((await org.exchange(id_token)).status, 400);
  t.equal(await lastRule(org), 'connection-has-client-id');
  t.match(await patch({ clientIdAtResource: 'again' }), { clientIdAtResource: 'again' });
  await Promise.all([patch({ clientIdAtResource: 'raced' }), patch({ resourceIndicator: 'urn:raced' })]);
  t.match(
    await toFigma(),
    { clientIdAtResource: 'raced', resourceIndicator: 'urn:raced' },
    'two at once: none is lost',
  );
  await patch({ resourceIndicator: null });
  const before = await toFigma();
  for (const [body, cause] of [
    [{ scopes: ['x'] }, /changed together/],
    [{ scopeCondition: 'EXCLUDE' }, /changed together/],
    [{ scopeCondition: 'INCLUDE_ONLY', scopes: [] }, /INCLUDE_ONLY needs names/],
    [{ scopeCondition: 'INCLUDE_ONLY', scopes: ['*'] }, /INCLUDE_ONLY needs names/],
    [{ scopeCondition: 'ALL_SCOPES', scopes: ['x'] }, /they are \["\*"\]/],
    [{ clientIdAtResource: ' ' }, /is blank/],
  ] as const) {
    const answer = await api.patch(path, body);
    t.equal(answer.status, 400);
    t.match(causesOf(answer), [cause]);
  }
  t.equal((await api.patch(path, {}, 'application/json')).body.errorCode, 'E0000021');
  t.equal((await api.put(path, request())).body.errorCode, 'E0000022');
  t.strictSame(await toFigma(), before);
});

t.test('connections that are refused', async (t) => {
  const twice = await api.post(CONNECTIONS, request());
  t.match(twice.body, {
    errorSummary: 'Api validation failed: connection',
    errorCauses: [{ reason: 'DUPLICATE_CONNECTION', location: 'app.orn' }],
  });
  const { id } = await toFigma();
  await api.delete(`${CONNECTIONS}/${id}`);
  const rows: [string, object, number, RegExp?][] = [
    ['an unknown application', { app: { orn: `${ORN.figma}x` } }, 404],
    ['an application without XAA', { app: { orn: ORN.claudeSaml } }, 400, /Enable XAA is off/],
    ['another Issuer URL', { issuerUrl: `${EXAMPLE.figma}/` }, 400, /not the Issuer URL of "Figma"/],
    ['no Issuer URL', { issuerUrl: undefined }, 400, /^issuerUrl: must be there/],
    ['no scopes', { scopes: undefined }, 400, /^scopes: must be there/],
    ['another type', { connectionType: 'STS_VAULT_SECRET' }, 400, /^connectionType: is neither/],
    ['both shapes', { authorizationServer: { issuerUrl: EXAMPLE.figma } }, 400, /^issuerUrl: must be there/],
    ['a hundred and one scopes', { scopeCondition: 'EXCLUDE', scopes: Array(101).fill('x') }, 400],
    ['scopes that are no list', { scopes: '*' }, 400],
  ];
  for (const [title, more, status, cause] of rows) {
    const answer = await api.post(CONNECTIONS, request(more));
    t.equal(answer.status, status, title);
    if (cause) t.match(causesOf(answer), [cause], title);
  }
  const app = (await api.get('/api/v1/apps/0oaFigma000000000001')).body;
  const blank = { ...app.profile, xaa: { ...app.profile.xaa, issuerUrl: '' } };
  await api.put('/api/v1/apps/0oaFigma000000000001', { ...app, profile: blank });
  t.match(causesOf(await api.post(CONNECTIONS, request())), [/"Figma" has no Issuer URL/]);
  await api.put('/api/v1/apps/0oaFigma000000000001', app);
  t.equal((await api.post('/workload-principals/api/v1/ai-agents/wlpNone/connections', request())).status, 404);
  t.equal((await api.get('/workload-principals/api/v1/ai-agents/wlpNone/connections')).status, 404);
  t.equal(
    (
      await api.get(
        `/workload-principals/api/v1/ai-agents/${EXAMPLE.linkedAgentId}/connections/${(await connections())[0].id}`,
      )
    ).status,
    404,
  );
  const both = await Promise.all([1, 2, 3].map(() => api.post(CONNECTIONS, request())));
  t.strictSame(both.map(({ status }) => status).sort(), [201, 400, 400], 'of three at once, one is made');
  t.equal(both.find(({ status }) => status === 400)?.body.errorCauses[0].reason, 'DUPLICATE_CONNECTION');
});

t.test('a connection is answered for, even when its target is gone by then', async (t) => {
  const { api, open, overtaken } = await startOvertakenOrg(t);
  const removed = () => open.remove(applications, '0oaFigma000000000001');
  const { data } = (await api.get(`${CONNECTIONS}?limit=200`)).body;
  const { id } = data.find(({ app }: { app?: { orn: string } }) => app?.orn === ORN.figma);
  const patch = () => api.patch(`${CONNECTIONS}/${id}`, { clientIdAtResource: 'other' });
  t.match(await overtaken(patch, removed), { status: 200, body: { id, app: { name: 'Figma' } } });
  t.strictSame(open.failures, []);
});

t.test('a connection is made, and its target is gone by then', async (t) => {
  const { api, open, overtaken } = await startOvertakenOrg(t);
  const { data } = (await api.get(`${CONNECTIONS}?limit=200`)).body;
  const { id } = data.find(({ app }: { app?: { orn: string } }) => app?.orn === ORN.figma);
  await api.delete(`${CONNECTIONS}/${id}`);
  const connect = () => api.post(CONNECTIONS, request());
  const made = await overtaken(connect, () => open.remove(applications, '0oaFigma000000000001'));
  t.match(made, { status: 201, body: { app: { name: 'Figma' }, resourceIndicator: ORN.figma } });
  t.strictSame(open.failures, []);
});

t.test('lists', async (t) => {
  const first = (await api.get(`${CONNECTIONS}?limit=2`)).body;
  t.equal(first.data.length, 2);
  const rest = (await api.get(first._links.next.href.slice(org.issuer.length))).body;
  t.notOk(rest.data.some(({ id }: { id: string }) => id === first.data[0].id));
  const by = (type: string, more = '') =>
    api.get(`${POTENTIALS}?filter=${encodeURIComponent(`connectionType eq "${type}"`)}${more}`);
  const apps = (await by('IDENTITY_ASSERTION_APP_INSTANCE')).body.data;
  t.strictSame(
    apps.map(({ app }: { app: { name: string } }) => app.name),
    ['Figma', 'Asana', 'Atlassian', 'Granola'],
  );
  t.strictSame(apps[0].authorizationServer, { issuerUrl: EXAMPLE.figma });
  t.equal((await by('IDENTITY_ASSERTION_APP_INSTANCE', '&match=gra')).body.data[0].app.name, 'Granola');
  t.ok((await by('IDENTITY_ASSERTION_APP_INSTANCE', '&limit=1')).body._links.next);
  t.match((await by('IDENTITY_ASSERTION_CUSTOM_AS')).body.data, [{ authorizationServer: { name: 'default' } }]);
  for (const type of ['OTHER', 'constructor']) t.equal((await by(type)).body.errorCode, 'E0000031', type);
  t.equal((await api.get(`${POTENTIALS}?filter=x`)).body.errorCode, 'E0000031');
});
