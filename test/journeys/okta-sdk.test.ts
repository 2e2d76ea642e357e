/**
 * The journey of an administrator with Okta's own SDK: the whole example org is built from an empty one, by the SDK for
 * what it has and by plain requests for owners, delegation links and Client ID at resource. The agent is activated and an
 * exchange succeeds; then each precondition is taken away, one at a time, and the exchange is refused by the rule that
 * readiness names, whose reason the System Log shows.
 */
import okta from '@okta/okta-sdk-nodejs';
import t, { type Test } from 'tap';
import type { OrgFileInput } from '../../src/index.js';
import { OrgFile } from '../../src/registry/org-file.js';
import { type Api, apiOf } from '../support/api.js';
import { APP_BASIC, EXAMPLE, exampleOrg, startTestOrg, type TestOrg } from '../support/org.js';

type App = NonNullable<OrgFileInput['applications']>[number];
type Agent = NonNullable<OrgFileInput['agents']>[number];

const example = exampleOrg();
const org = await startTestOrg({ org: { org: example.org, apiTokens: example.apiTokens } });
t.teardown(() => org.close());
const api = apiOf(org);
// biome-ignore lint/suspicious/noExplicitAny: the SDK's types lag behind its classes
const sdk: any = new okta.Client({ orgUrl: org.issuer, token: EXAMPLE.apiToken });

/** Ids by the names of the example. */
const ids = new Map<string, string>();
function idOf(name: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`nothing was made by the name ${name}`);
  return id;
}

const orns = new Map<string, string>();
const orn = (kind: string, id: string) => `orn:okta:${kind}:${example.org?.id}:${id}`;

async function buildPeople() {
  for (const { profile, password, status } of example.users ?? []) {
    const body = { profile, credentials: { password: { value: password } } };
    const user = await sdk.userApi.createUser({ body, activate: true });
    ids.set(profile.login, user.id);
    if (status === 'SUSPENDED') await sdk.userApi.suspendUser({ userId: user.id });
  }
  for (const { name, members = [] } of example.groups ?? []) {
    const group = await sdk.groupApi.createGroup({ group: { profile: { name } } });
    ids.set(name, group.id);
    for (const login of members) await sdk.groupApi.assignUserToGroup({ groupId: group.id, userId: idOf(login) });
  }
}

async function buildServers() {
  for (const { id: authServerId, scopes = [], policies = [] } of example.authorizationServers ?? []) {
    for (const name of scopes)
      await sdk.authorizationServerApi.createOAuth2Scope({ authServerId, oAuth2Scope: { name } });
    for (const { name, clients, rules } of policies) {
      const policy = await sdk.authorizationServerApi.createAuthorizationServerPolicy({
        authServerId,
        policy: {
          type: 'OAUTH_AUTHORIZATION_POLICY',
          name,
          description: '',
          conditions: { clients: { include: clients } },
        },
      });
      for (const { name: ruleName, grantTypes, scopes: include } of rules) {
        await sdk.authorizationServerApi.createAuthorizationServerPolicyRule({
          ...{ authServerId, policyId: policy.id },
          policyRule: {
            ...{ type: 'RESOURCE_ACCESS', name: ruleName },
            conditions: {
              people: { groups: { include: ['EVERYONE'] } },
              grantTypes: { include: grantTypes },
              scopes: { include },
            },
          },
        });
      }
    }
  }
}

/** Okta's templates of *Application username format*. */
const template = (attribute: string) => `\${${attribute}}`;
const TEMPLATES: Partial<Record<string, string>> = {
  OKTA_USERNAME: template('source.login'),
  EMAIL: template('source.email'),
  EMAIL_PREFIX: '',
};

/** An application of the example as Okta's JSON. What Okta's console alone has, lives in `profile`. */
function appBody({ label, origin = 'custom', saml, oidc, xaa }: App) {
  const profile = { origin, ...(xaa && { xaa }) };
  if (saml) {
    return {
      ...{ label, signOnMode: 'SAML_2_0', profile },
      credentials: {
        userNameTemplate: { template: TEMPLATES[saml.usernameFormat ?? 'OKTA_USERNAME'], type: 'BUILT_IN' },
      },
      settings: {
        signOn: { ssoAcsUrl: saml.ssoAcsUrl, audience: saml.audience, subjectNameIdFormat: saml.nameIdFormat },
      },
    };
  }
  return {
    ...{ name: 'oidc_client', label, signOnMode: 'OPENID_CONNECT', profile },
    credentials: {
      oauthClient: {
        client_secret: oidc?.clientSecret,
        token_endpoint_auth_method: oidc?.tokenEndpointAuthMethod ?? 'client_secret_basic',
      },
    },
    settings: {
      oauthClient: {
        ...{ application_type: oidc?.applicationType ?? 'web', response_types: ['code'] },
        grant_types: oidc?.grantTypes ?? ['authorization_code'],
        redirect_uris: oidc?.redirectUris,
        post_logout_redirect_uris: oidc?.postLogoutRedirectUris,
        ...(oidc?.jwks && { jwks: { keys: oidc.jwks } }),
      },
    },
  };
}

async function buildApplications() {
  for (const app of example.applications ?? []) {
    const made = await sdk.applicationApi.createApplication({ application: appBody(app), activate: true });
    ids.set(app.label, made.id);
    orns.set(app.label, made.orn);
    for (const login of app.users ?? []) {
      const appUser = { id: idOf(login as string), scope: 'USER' };
      await sdk.applicationApi.assignUserToApplication({ appId: made.id, appUser });
    }
    for (const group of app.groups ?? []) {
      await sdk.applicationApi.assignGroupToApplication({ appId: made.id, groupId: idOf(group as string) });
    }
    for (const scopeId of app.oidc?.oktaScopes ?? []) {
      const oAuth2ScopeConsentGrant = { scopeId, issuer: org.issuer };
      await sdk.applicationApi.grantConsentToScope({ appId: made.id, oAuth2ScopeConsentGrant });
    }
  }
}

async function connect(agentId: string, connection: NonNullable<Agent['resourceConnections']>[number]) {
  const { application, authorizationServer, resourceIndicator, scopeCondition = 'ALL_SCOPES', scopes } = connection;
  const issuerUrl = example.applications?.find(({ label }) => label === application)?.xaa?.issuerUrl;
  const asked = { resourceIndicator, scopeCondition, scopes: scopes?.length ? scopes : ['*'] };
  const managedConnectionCreatable = application
    ? { connectionType: 'IDENTITY_ASSERTION_APP_INSTANCE', app: { orn: orns.get(application) }, issuerUrl, ...asked }
    : {
        connectionType: 'IDENTITY_ASSERTION_CUSTOM_AS',
        authorizationServer: { orn: orn('idp', `authorization_servers:${authorizationServer}`) },
        ...asked,
      };
  const made = await sdk.agentConnectionsApi.createManagedConnection({ agentId, managedConnectionCreatable });
  ids.set(`${agentId} -> ${application ?? authorizationServer}`, made.id);
  const { clientIdAtResource } = connection;
  const path = `/workload-principals/api/v1/ai-agents/${agentId}/connections/${made.id}`;
  if (clientIdAtResource) t.equal((await api.patch(path, { clientIdAtResource })).status, 200);
}

async function link(agentId: string, application: string) {
  const to = { resourceOrn: orn('directory', `workload-principals:ai-agents:${agentId}`) };
  const { status, body } = await api.post('/workload-principals/api/v1/delegation-links', {
    ...{ from: { type: 'OKTA_AUTHORIZATION_SERVER', clientOrn: orns.get(application) }, to },
  });
  t.equal(status, 201);
  ids.set(`${agentId} <- ${application}`, body.id);
}

/** The SDK keeps the `Location` of a 202 to itself: an agent is found by its name. */
async function agentIdOf(name: string): Promise<string> {
  const { data } = await sdk.agentRegistrationApi.listAIAgents({ search: `profile.name eq "${name}"` });
  return data[0].id;
}

async function buildAgent(agent: Agent) {
  const { name, description, linkedApplication } = agent;
  const appId = linkedApplication && idOf(linkedApplication);
  await sdk.agentRegistrationApi.registerAIAgent({ body: { profile: { name, description }, appId } });
  const agentId = await agentIdOf(name);
  ids.set(name, agentId);
  const { status } = await api.post('/governance/api/v1/resource-owners', {
    resourceOrns: [orn('directory', `workload-principals:ai-agents:${agentId}`)],
    principalOrns: (agent.owners ?? []).map((login) => orn('directory', `users:${idOf(login)}`)),
  });
  t.equal(status, 200);
  for (const credential of agent.credentials ?? []) {
    if (credential.type !== 'PUBLIC_KEY') throw new Error(`a credential of another kind: ${credential.type}`);
    await sdk.agentPublicKeyApi.addAgentJwk({ agentId, agentJsonSigningKeyRequest: credential.jwk });
  }
  for (const { application } of agent.callers ?? []) await link(agentId, application);
  for (const connection of agent.resourceConnections ?? []) await connect(agentId, connection);
  await sdk.agentRegistrationApi.activateAIAgent({ agentId });
  t.equal((await sdk.agentRegistrationApi.getAIAgent({ agentId })).status, 'ACTIVE');
}

/** The org file with names for ids: what two orgs have in common that were made in different ways. */
function named(file: unknown): OrgFile {
  const parsed = OrgFile.parse(file);
  const nameless = JSON.stringify(parsed, (key, value) =>
    ['id', 'externalKey', 'clientId', '$schema'].includes(key) ? undefined : value,
  );
  return JSON.parse(nameless);
}

t.test('built by the SDK, the org is the one of the file', async (t) => {
  await buildPeople();
  await buildServers();
  await buildApplications();
  for (const agent of example.agents ?? []) await buildAgent(agent);
  const built = await api.get('/_mock/org');
  t.equal(built.status, 200);
  t.strictSame(named(built.body), named(example));
  const loaded = await startTestOrg({ org: built.body });
  t.teardown(() => loaded.close());
  t.strictSame(
    (await apiOf(loaded).get('/_mock/org')).body,
    built.body,
    'and its export is loaded back to the same value',
  );
});

/** Signs Alice in to "Claude (OIDC)" of the org that was built, whose client id is its own. */
async function signIn(org: TestOrg): Promise<string> {
  const client = idOf('Claude (OIDC)');
  const authorization = `Basic ${Buffer.from(`${client}:${EXAMPLE.appSecret}`).toString('base64')}`;
  t.not(authorization, APP_BASIC);
  const form = {
    grant_type: 'password',
    username: 'alice@example.com',
    password: EXAMPLE.password,
    scope: 'openid email',
  };
  return (await org.post('/oauth2/v1/token', form, { authorization })).body.id_token;
}

const exchange = async (org: TestOrg, idToken: string) => {
  const agentId = idOf('Claude (Requester App)');
  return org.exchange(idToken, await org.asAgent({ claims: { iss: agentId, sub: agentId } }));
};

interface Precondition {
  /** The rule that its absence breaks. */
  readonly rule: string;
  readonly takeAway: (api: Api) => Promise<unknown>;
  readonly giveBack: (api: Api) => Promise<unknown>;
}

const agentPath = () => `/workload-principals/api/v1/ai-agents/${idOf('Claude (Requester App)')}`;
const connectionPath = () => `${agentPath()}/connections/${idOf(`${idOf('Claude (Requester App)')} -> Figma`)}`;

/** Changes the XAA settings of Figma, which the SDK carries in the application's profile. */
async function setXaa(xaa: object) {
  const appId = idOf('Figma');
  const application = await sdk.applicationApi.getApplication({ appId });
  application.profile = { ...application.profile, xaa: { ...application.profile.xaa, ...xaa } };
  await sdk.applicationApi.replaceApplication({ appId, application });
}

async function relink() {
  for (const caller of ['Claude', 'Claude (OIDC)']) await link(idOf('Claude (Requester App)'), caller);
}

async function reconnect() {
  const connection = example.agents?.[0]?.resourceConnections?.find(({ application }) => application === 'Figma');
  if (connection) await connect(idOf('Claude (Requester App)'), connection);
}

const PRECONDITIONS: readonly Precondition[] = [
  {
    rule: 'client-active',
    takeAway: () => sdk.agentRegistrationApi.deactivateAIAgent({ agentId: idOf('Claude (Requester App)') }),
    giveBack: () => sdk.agentRegistrationApi.activateAIAgent({ agentId: idOf('Claude (Requester App)') }),
  },
  {
    rule: 'caller-delegated',
    takeAway: async (api) => {
      for (const caller of ['Claude', 'Claude (OIDC)']) {
        const id = idOf(`${idOf('Claude (Requester App)')} <- ${caller}`);
        t.equal((await api.delete(`/workload-principals/api/v1/delegation-links/${id}`)).status, 204);
      }
    },
    giveBack: relink,
  },
  {
    rule: 'caller-active',
    takeAway: () => sdk.applicationApi.deactivateApplication({ appId: idOf('Claude (OIDC)') }),
    giveBack: () => sdk.applicationApi.activateApplication({ appId: idOf('Claude (OIDC)') }),
  },
  {
    rule: 'user-active',
    takeAway: () => sdk.userApi.suspendUser({ userId: idOf('alice@example.com') }),
    giveBack: () => sdk.userApi.unsuspendUser({ userId: idOf('alice@example.com') }),
  },
  {
    rule: 'user-assigned-to-caller',
    takeAway: () =>
      sdk.groupApi.unassignUserFromGroup({ groupId: idOf('Engineering'), userId: idOf('alice@example.com') }),
    giveBack: () => sdk.groupApi.assignUserToGroup({ groupId: idOf('Engineering'), userId: idOf('alice@example.com') }),
  },
  {
    rule: 'agent-connected-to-audience',
    takeAway: (api) => api.delete(connectionPath()),
    giveBack: reconnect,
  },
  {
    rule: 'connection-active',
    takeAway: (api) => api.post(`${connectionPath()}/lifecycle/deactivate`),
    giveBack: (api) => api.post(`${connectionPath()}/lifecycle/activate`),
  },
  {
    rule: 'resource-active',
    takeAway: () => sdk.applicationApi.deactivateApplication({ appId: idOf('Figma') }),
    giveBack: () => sdk.applicationApi.activateApplication({ appId: idOf('Figma') }),
  },
  {
    rule: 'resource-xaa-enabled',
    takeAway: () => setXaa({ enabled: false }),
    giveBack: () => setXaa({ enabled: true }),
  },
  {
    rule: 'resource-has-issuer-url',
    takeAway: () => setXaa({ issuerUrl: null }),
    giveBack: () => setXaa({ issuerUrl: EXAMPLE.figma }),
  },
  {
    rule: 'connection-issuer-current',
    takeAway: () => setXaa({ issuerUrl: 'https://moved.figma.example' }),
    giveBack: () => setXaa({ issuerUrl: EXAMPLE.figma }),
  },
  {
    rule: 'connection-has-client-id',
    takeAway: (api) => api.patch(connectionPath(), { clientIdAtResource: null }),
    giveBack: (api) => api.patch(connectionPath(), { clientIdAtResource: 'claude-at-figma' }),
  },
  {
    rule: 'user-assigned-to-resource',
    takeAway: () =>
      sdk.applicationApi.unassignUserFromApplication({ appId: idOf('Figma'), userId: idOf('alice@example.com') }),
    giveBack: () =>
      sdk.applicationApi.assignUserToApplication({
        ...{ appId: idOf('Figma'), appUser: { id: idOf('alice@example.com'), scope: 'USER' } },
      }),
  },
];

/** The rule that would refuse the exchange, and why, as readiness has it. */
async function refusedBy() {
  const query = new URLSearchParams({ user: 'alice@example.com', caller: 'Claude (OIDC)', audience: EXAMPLE.figma });
  const { body } = await api.get(`/_mock/agents/${idOf('Claude (Requester App)')}/readiness?${query}`);
  return body.audience.exchanges[0].refusedBy;
}

async function withoutIt(t: Test, { rule, takeAway, giveBack }: Precondition) {
  const idToken = await signIn(org);
  t.equal((await exchange(org, idToken)).status, 200, 'it succeeds');
  await takeAway(api);
  const { name, reason } = await refusedBy();
  t.equal(name, rule, 'readiness names the rule');
  t.not((await exchange(org, idToken)).status, 200, 'it is refused');
  const event = (await org.events()).at(-1);
  t.equal(event.debugContext.debugData.rule, rule);
  t.equal(event.outcome.reason, reason, 'the System Log shows its reason');
  await giveBack(api);
  t.equal((await exchange(org, await signIn(org))).status, 200, 'it succeeds again');
  t.equal(await refusedBy(), null);
}

for (const precondition of PRECONDITIONS) {
  t.test(`without it: ${precondition.rule}`, (t) => withoutIt(t, precondition));
}
