/** Okta's own SDK for Node as a service app: it gets its token by private_key_jwt and uses the management API with it. */
import { Client } from '@okta/okta-sdk-nodejs';
import t from 'tap';
import { API_CLIENT, API_CLIENT_JWK } from '../support/api-client.js';
import { startTestOrg } from '../support/org.js';

const org = await startTestOrg();
t.teardown(() => org.close());

const clientFor = (...scopes: string[]) =>
  new Client({
    ...{ orgUrl: org.issuer, authorizationMode: 'PrivateKey', clientId: API_CLIENT, scopes },
    privateKey: JSON.stringify(API_CLIENT_JWK),
  });

async function groupNames(client: Client): Promise<string[]> {
  const names: string[] = [];
  await (await client.groupApi.listGroups()).each((group) => {
    names.push(group?.profile?.name as string);
  });
  return names;
}

t.test('it lists groups, and makes one', async (t) => {
  const client = clientFor('okta.groups.manage');
  t.strictSame(await groupNames(client), ['Engineering']);
  await client.groupApi.createGroup({ group: { profile: { name: 'Sales' } } });
  t.strictSame(await groupNames(client), ['Engineering', 'Sales']);
  const made = (await org.events()).filter(({ eventType }) => eventType === 'group.lifecycle.create');
  t.match(made, [{ actor: { id: API_CLIENT }, target: [{ displayName: 'Sales' }] }]);
});

t.test('what it makes of a refusal', async (t) => {
  const statusOf = (call: Promise<unknown>) =>
    call.then(
      () => 200,
      ({ status, errorCode }) => [status, errorCode],
    );
  const refused = clientFor('okta.groups.read').groupApi.createGroup({ group: { profile: { name: 'More' } } });
  t.strictSame(await statusOf(refused), [403, 'E0000006']);
  // Of a refused token request it says nothing: it goes on without a token, and the org's log knows better.
  t.strictSame(await statusOf(groupNames(clientFor('okta.policies.read'))), [401, 'E0000011']);
  const failures = (await org.events()).filter(({ outcome }) => outcome.result === 'FAILURE');
  t.match(failures[0], { actor: { id: API_CLIENT }, outcome: { reason: 'invalid_scope' } });
});
