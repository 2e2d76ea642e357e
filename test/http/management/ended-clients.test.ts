/** What ends with a client id: tokens and places in access policies, when apps and agents are deleted, linked, unlinked. */
import t, { type Test } from 'tap';
import { GRANT_TYPE } from '../../../src/protocol/urns.js';
import { type Api, apiOf, causesOf, refusedWith } from '../../support/api.js';
import { oidcApp } from '../../support/app-requests.js';
import { startOpenOrg } from '../../support/open-org.js';
import { basic, driving, EXAMPLE, startTestOrg, type TestOrg, testClock } from '../../support/org.js';
import { editedOrg, serverIn } from '../../support/org-edits.js';

const APPS = '/api/v1/apps';
const AGENTS = '/workload-principals/api/v1/ai-agents';
const POLICIES = '/api/v1/authorizationServers/default/policies';
const ALICE = '00uAlice000000000001';
const SECRET = 'a-secret-of-one-client';

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** An application that Alice may sign in to by her password. */
async function made(api: Api, label: string, clientId?: string): Promise<string> {
  const grants = { grant_types: ['authorization_code', 'password', 'refresh_token'] };
  const credentials = { client_secret: SECRET, ...(clientId !== undefined && { client_id: clientId }) };
  const { status, body } = await api.post(APPS, oidcApp(label, grants, credentials));
  if (status !== 200) throw new Error(JSON.stringify(body));
  await api.post(`${APPS}/${body.id}/users`, { id: ALICE });
  return body.id;
}

async function signedIn(org: TestOrg, clientId: string): Promise<Tokens> {
  const form = { grant_type: GRANT_TYPE.password, username: 'alice@example.com', password: EXAMPLE.password };
  const scope = 'openid offline_access';
  const authorization = basic(clientId, SECRET);
  const { status, body } = await org.post('/oauth2/v1/token', { ...form, scope }, { authorization });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body;
}

/** Status of userinfo with the access token. */
const userinfo = async (org: TestOrg, { access_token }: Tokens) =>
  (await org.fetch('/oauth2/v1/userinfo', { headers: { authorization: `Bearer ${access_token}` } })).status;

async function refreshed(org: TestOrg, clientId: string, { refresh_token }: Tokens) {
  const form = { grant_type: GRANT_TYPE.refreshToken, refresh_token };
  return (await org.post('/oauth2/v1/token', form, { authorization: basic(clientId, SECRET) })).status;
}

async function begun(t: Test) {
  const org = await startTestOrg();
  t.teardown(() => org.close());
  return { org, api: apiOf(org) };
}

async function policyFor(api: Api, name: string, ...include: string[]): Promise<string> {
  const { status, body } = await api.post(POLICIES, { name, conditions: { clients: { include } } });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return `${POLICIES}/${body.id}`;
}

/** The clients that the policy names. */
const clientsOf = async (api: Api, policy: string) => (await api.get(policy)).body.conditions.clients.include;

async function done(t: Test, answer: ReturnType<Api['get']>) {
  const { status, text } = await answer;
  t.ok([200, 202, 204].includes(status), text);
}

async function removed(t: Test, api: Api, id: string) {
  await done(t, api.post(`${APPS}/${id}/lifecycle/deactivate`));
  await done(t, api.delete(`${APPS}/${id}`));
}

t.test('the tokens of an application are good while it is active, and end with it', async (t) => {
  const { org, api } = await begun(t);
  const id = await made(api, 'First', 'one-client');
  const other = await made(api, 'Bystander', 'other-client');
  const [tokens, others] = [await signedIn(org, 'one-client'), await signedIn(org, 'other-client')];
  t.equal(await userinfo(org, tokens), 200);
  await api.post(`${APPS}/${id}/lifecycle/deactivate`);
  t.equal(await userinfo(org, tokens), 401, 'an inactive application');
  const asked = { token: tokens.access_token };
  const { body } = await org.post('/oauth2/v1/introspect', asked, { authorization: basic('other-client', SECRET) });
  t.strictSame(body, { active: false });
  await api.post(`${APPS}/${id}/lifecycle/activate`);
  t.equal(await userinfo(org, tokens), 200);
  await removed(t, api, id);
  t.equal(await userinfo(org, tokens), 401);
  await made(api, 'Second', 'one-client');
  t.equal(await userinfo(org, tokens), 401, 'nor for whoever has the client id now');
  t.equal(await refreshed(org, 'one-client', tokens), 400);
  t.equal(await refreshed(org, 'one-client', await signedIn(org, 'one-client')), 200);
  t.strictSame([await userinfo(org, others), await refreshed(org, 'other-client', others)], [200, 200], other);
});

t.test('linking takes the client id of its own from an application, unlinking that of the agent', async (t) => {
  const { org, api } = await begun(t);
  const appId = await made(api, 'Linked later');
  const alone = await signedIn(org, appId);
  const named = await policyFor(api, 'Names the application', appId, EXAMPLE.appId);
  const { headers } = await api.post(AGENTS, { profile: { name: 'Linked agent' }, appId });
  const operation = (await api.get(new URL(headers.get('location') as string).pathname)).body;
  const agentId = operation.resource.id;
  t.strictSame(await clientsOf(api, named), [EXAMPLE.appId]);
  await done(t, api.put(named, (await api.get(named)).body));

  const agentToo = await policyFor(api, 'Names the agent', agentId);
  const unlink = () => api.patch(`${AGENTS}/${agentId}`, { appId: null });
  await done(t, unlink());
  t.strictSame(await clientsOf(api, agentToo), [agentId], 'the agent is a client still');
  // The agent was never active, and so its application has not been since; it is not when it is alone again.
  await api.post(`/api/v1/apps/${appId}/lifecycle/activate`);
  t.equal(await userinfo(org, alone), 401, 'what was handed out before the link does not come back');
  t.equal(await refreshed(org, appId, alone), 400);
  t.equal(await refreshed(org, appId, await signedIn(org, appId)), 200);

  await done(t, api.delete(`${AGENTS}/${agentId}`));
  t.strictSame(await clientsOf(api, agentToo), []);
});

t.test('an agent with its application: the tokens of people end at unlinking and at deletion', async (t) => {
  const ends: [string, (api: Api, at: string, appId: string) => ReturnType<Api['get']>][] = [
    [
      'replaced without it',
      async (api, at) => {
        await api.post(`${at}/lifecycle/deactivate`);
        return api.put(at, { profile: { name: 'Claude Code (linked)' } });
      },
    ],
    ['deleted', (api, at) => api.post(`${at}/lifecycle/deactivate`).then(() => api.delete(at))],
  ];
  for (const [what, end] of ends) {
    const { org, api } = await begun(t);
    const [{ id: appId, ...app }] = (await api.get(`${APPS}?q=Claude Code`)).body;
    app.settings.oauthClient.grant_types.push('password', 'refresh_token');
    app.credentials.oauthClient.token_endpoint_auth_method = 'client_secret_basic';
    app.credentials.oauthClient.client_secret = SECRET;
    await done(t, api.put(`${APPS}/${appId}`, app));
    const policy = await policyFor(api, 'Names the agent', EXAMPLE.linkedAgentId);
    const tokens = await signedIn(org, EXAMPLE.linkedAgentId);
    t.equal(await userinfo(org, tokens), 200);
    await done(t, end(api, `${AGENTS}/${EXAMPLE.linkedAgentId}`, appId));
    t.equal(await userinfo(org, tokens), 401, what);
    t.strictSame(await clientsOf(api, policy), what === 'deleted' ? [] : [EXAMPLE.linkedAgentId]);
    await done(t, api.post(`${APPS}/${appId}/lifecycle/activate`));
    t.equal((await api.get(`${APPS}/${appId}`)).body.credentials.oauthClient.client_id, appId);
    t.equal(await refreshed(org, appId, tokens), 400);
  }
});

t.test('a policy is never left with the id of a client that is gone', async (t) => {
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
  const inactive = async (label: string) => {
    const id = await made(api, label);
    await done(t, api.post(`${APPS}/${id}/lifecycle/deactivate`));
    return id;
  };
  const late = await inactive('Deleted after it was named');
  let policy = '';
  meanwhile = async () => {
    policy = await policyFor(api, 'Named first', late);
  };
  await done(t, api.delete(`${APPS}/${late}`));
  t.strictSame(await clientsOf(api, policy), []);

  const early = await inactive('Deleted before it was named');
  meanwhile = () => api.delete(`${APPS}/${early}`);
  const body = { name: 'Named late', conditions: { clients: { include: [early] } } };
  t.match(causesOf(await api.post(POLICIES, body)), [new RegExp(`there is no client "${early}"`)]);

  const agent = await policyFor(api, 'Names an agent', EXAMPLE.agentId, EXAMPLE.linkedAgentId, 'ALL_CLIENTS');
  t.equal((await api.get(agent)).status, 200, 'agents are kept as applications are');
});

t.test('a scope that is the only one of a rule is not deleted', async (t) => {
  const org = await startTestOrg({
    org: editedOrg((file) => {
      const rule = (name: string, scopes: string[]) => ({ name, scopes, grantTypes: ['password' as const] });
      const rules = [rule('Bare', ['mcp:read']), rule('Of both', ['mcp:read', 'mcp:write']), rule('Of none', [])];
      serverIn(file).policies?.push({ name: 'Reading', rules });
    }),
  });
  t.teardown(() => org.close());
  const api = apiOf(org);
  const scopes = '/api/v1/authorizationServers/default/scopes';
  const scope = (await api.get(scopes)).body.find(({ name }: { name: string }) => name === 'mcp:read');
  const answer = await api.delete(`${scopes}/${scope.id}`);
  t.strictSame(refusedWith(answer), [400, 'E0000001', 'Api validation failed: scopeId']);
  t.strictSame(causesOf(answer), [
    'scopeId: it is the only scope of the rule "Bare" of the policy "Reading"; change that first',
  ]);
  const reading = (await api.get(POLICIES)).body.find(({ name }: { name: string }) => name === 'Reading');
  const rules = `${POLICIES}/${reading.id}/rules`;
  const [bare] = (await api.get(rules)).body;
  await done(t, api.delete(`${rules}/${bare.id}`));
  await done(t, api.delete(`${scopes}/${scope.id}`));
  t.strictSame((await api.get(rules)).body[0].conditions.scopes.include, ['mcp:write']);
});
