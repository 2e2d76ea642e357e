/** Applications as Okta's published SDK for Node.js manages them. */
import okta from '@okta/okta-sdk-nodejs';
import t from 'tap';
import { EXAMPLE, startTestOrg } from '../../support/org.js';

const ALICE = '00uAlice000000000001';
const ERIN = '00uErin000000000001x';
const ENGINEERING = '00gEngineering000001';
const FIGMA = '0oaFigma000000000001';

const org = await startTestOrg();
t.teardown(() => org.close());
const client = new okta.Client({ orgUrl: org.issuer, token: EXAMPLE.apiToken });
const { applicationApi } = client;

async function all<T>(collection: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of collection) items.push(item);
  return items;
}

t.test('a SAML app: created, given its Resource Server tab, assigned, listed, deleted', async (t) => {
  const app = await applicationApi.createApplication({
    application: {
      label: 'By the SDK',
      signOnMode: 'SAML_2_0',
      settings: { signOn: { ssoAcsUrl: 'https://sp.example/acs', audience: 'https://sp.example' } },
    } as okta.SamlApplication,
  });
  const id = app.id as string;
  t.match(app, { label: 'By the SDK', status: 'ACTIVE', created: Date });
  app.profile = { xaa: { enabled: true, issuerUrl: 'https://as.example', scopes: ['a'] } };
  const replaced = await applicationApi.replaceApplication({ appId: id, application: app });
  t.strictSame(replaced.profile, {
    xaa: { enabled: true, issuerUrl: 'https://as.example', scopes: ['a'] },
    origin: 'custom',
  });
  replaced.label = 'Renamed';
  const again = await applicationApi.replaceApplication({ appId: id, application: replaced });
  t.strictSame([again.label, again.profile], ['Renamed', replaced.profile], 'read and sent back, XAA stays');

  await applicationApi.assignGroupToApplication({ appId: id, groupId: ENGINEERING });
  const appUser = await applicationApi.assignUserToApplication({
    appId: id,
    appUser: { id: ERIN, scope: 'USER', credentials: { userName: 'erin' } },
  });
  t.match(appUser, { id: ERIN, scope: 'USER', credentials: { userName: 'erin' }, status: 'ACTIVE' });
  const users = await all(await applicationApi.listApplicationUsers({ appId: id, limit: 1 }));
  t.strictSame(
    users.map((one) => [one?.id, one?.scope]),
    [
      [ALICE, 'GROUP'],
      ['00uBob00000000000001', 'GROUP'],
      [ERIN, 'USER'],
    ],
  );
  const groups = await all(await applicationApi.listApplicationGroupAssignments({ appId: id }));
  t.strictSame(
    groups.map((one) => [one?.id, one?.priority]),
    [[ENGINEERING, 0]],
  );
  const mine = await all(await applicationApi.listApplications({ filter: `user.id eq "${ERIN}"` }));
  t.strictSame(
    mine.map((one) => one?.label),
    ['Renamed'],
  );
  await applicationApi.unassignUserFromApplication({ appId: id, userId: ERIN });
  await applicationApi.unassignApplicationFromGroup({ appId: id, groupId: ENGINEERING });
  await t.rejects(applicationApi.deleteApplication({ appId: id }), { message: /403 E0000056/ });
  await applicationApi.deactivateApplication({ appId: id });
  await applicationApi.deleteApplication({ appId: id });
  await t.rejects(applicationApi.getApplication({ appId: id }), { message: /404 E0000007/ });
  t.equal((await all(await applicationApi.listApplications({ limit: 2 }))).length, 8, 'page by page');
});

t.test('an OIDC app and its credentials', async (t) => {
  const app = (await applicationApi.createApplication({
    application: {
      name: 'oidc_client',
      label: 'OIDC by the SDK',
      signOnMode: 'OPENID_CONNECT',
      credentials: { oauthClient: { token_endpoint_auth_method: 'client_secret_post' } },
      settings: {
        oauthClient: {
          redirect_uris: ['https://app.example/callback'],
          grant_types: ['authorization_code', 'refresh_token'],
          response_types: ['code'],
          application_type: 'web',
        },
      },
    } as okta.OpenIdConnectApplication,
  })) as okta.OpenIdConnectApplication;
  const appId = app.id as string;
  t.match(app.credentials?.oauthClient?.client_secret, /^[\w-]{64}$/);
  const again = await applicationApi.replaceApplication({ appId, application: app });
  t.strictSame((again as okta.OpenIdConnectApplication).credentials, app.credentials, 'read and sent back');

  const { applicationSSOPublicKeysApi: credentials } = client;
  const secret = await credentials.createOAuth2ClientSecret({ appId, oAuth2ClientSecretRequestBody: {} });
  const secretId = secret.id as string;
  t.equal((await all(await credentials.listOAuth2ClientSecrets({ appId }))).length, 2);
  await credentials.deactivateOAuth2ClientSecret({ appId, secretId });
  await credentials.deleteOAuth2ClientSecret({ appId, secretId });
  const granted = await applicationApi.grantConsentToScope({
    appId,
    oAuth2ScopeConsentGrant: { issuer: org.issuer, scopeId: 'okta.apps.read' } as okta.OAuth2ScopeConsentGrant,
  });
  await applicationApi.revokeScopeConsentGrant({ appId, grantId: granted.id as string });
  t.equal((await all(await applicationApi.listScopeConsentGrants({ appId }))).length, 0);

  const { applicationCrossAppAccessConnectionsApi: connections } = client;
  const ends = { requestingAppInstanceId: appId, resourceAppInstanceId: FIGMA };
  const made = await connections.createCrossAppAccessConnection({
    appId,
    orgCrossAppAccessConnection: ends as okta.OrgCrossAppAccessConnection,
  });
  const updated = await connections.updateCrossAppAccessConnection({
    appId,
    connectionId: made.id as string,
    orgCrossAppAccessConnectionPatchRequest: { status: 'INACTIVE' },
  });
  t.match(updated, { ...ends, status: 'INACTIVE' });
});
