/** grant_type=password over HTTP: every rule broken, and what a CI job gets when it signs a user in. */
import t from 'tap';
import { password } from '../../src/grants/password.js';
import { GRANT_TYPE } from '../../src/protocol/urns.js';
import { parts } from '../support/forge.js';
import { APP_BASIC, EXAMPLE, type Parameters, startTestOrg, type TestOrg } from '../support/org.js';
import { editedOrg, oidcIn, serverIn } from '../support/org-edits.js';
import { assertComplete, assertNotCached, assertRefused, eventsOf, type Row, runRows } from '../support/refusals.js';
import { watchSecrets } from '../support/secret-watch.js';

const watch = watchSecrets(t);
const profile = { email: 'no@example.com', firstName: 'No', lastName: 'Password' };
const org = await startTestOrg({
  org: editedOrg((file) => {
    file.users?.push({ id: '00uNoPassword0000001', profile: { ...profile, login: 'nopassword@example.com' } });
    const rules = [{ name: 'Reading only', grantTypes: [GRANT_TYPE.password], scopes: ['mcp:read'] }];
    const policies = [{ name: 'Narrow', rules }];
    file.authorizationServers?.push({ id: 'narrow', name: 'narrow', scopes: ['mcp:read', 'mcp:write'], policies });
  }),
});
t.teardown(() => org.close());

const CUSTOM = '/oauth2/default';

const signIn = (more: Parameters = {}, base = '/oauth2', at = org) =>
  at.post(
    `${base}/v1/token`,
    {
      ...{ grant_type: GRANT_TYPE.password, username: 'alice@example.com', password: EXAMPLE.password },
      ...{ scope: 'openid email', ...more },
    },
    { authorization: APP_BASIC },
  );

const row = (title: string, rule: string, more: Parameters, base?: string): Row<void> => ({
  title,
  rule,
  breakIt: () => signIn(more, base),
});

const ROWS: readonly Row<void>[] = [
  row('no username', 'password-credentials-sent', { username: undefined }),
  row('no password', 'password-credentials-sent', { password: undefined }),
  row('an empty password', 'password-credentials-sent', { password: '' }),
  row('a wrong password', 'password-right', { password: 'a-wrong-password' }),
  row('an unknown user', 'password-right', { username: 'nobody@example.com' }),
  row('a user who has no password', 'password-right', { username: 'nopassword@example.com', password: 'undefined' }),
  row('a user who is suspended', 'password-right', { username: 'frank@example.com' }),
  row('a user not assigned to the app', 'password-user-assigned', { username: 'dave@example.com' }),
  row('no scope', 'password-scope-sent', { scope: undefined }),
  row('a scope that the org does not offer', 'password-scope-offered', { scope: 'openid mcp:read' }),
  row('a scope that the custom server does not offer', 'password-scope-offered', { scope: 'mcp:admin' }, CUSTOM),
  row('a scope that no policy allows', 'password-policy-allows', { scope: 'mcp:read mcp:write' }, '/oauth2/narrow'),
];

t.test('every rule refuses', async (t) => {
  assertComplete(t, password.rules, ROWS);
  await runRows(t, ROWS, async (t, { rule, breakIt }) => assertRefused(t, org, await breakIt(), rule));
});

t.test('an unknown user, a wrong password and a suspended user look the same', async (t) => {
  const unlike = [
    { username: 'nobody@example.com' },
    { password: 'a-wrong-password' },
    { username: 'frank@example.com' },
  ];
  const texts = await Promise.all(unlike.map(async (more) => (await signIn(more)).text));
  t.equal(new Set(texts).size, 1);
});

t.test('tokens at the org, whatever the case of the login', async (t) => {
  const answer = await signIn({ username: 'ALICE@Example.com', scope: 'openid email offline_access' });
  t.equal(answer.status, 200);
  assertNotCached(t, answer);
  const members = ['token_type', 'expires_in', 'access_token', 'scope', 'refresh_token', 'id_token'];
  t.same(Object.keys(answer.body), members);
  const { claims } = parts(answer.body.id_token);
  t.match(claims, { sub: '00uAlice000000000001', email: 'alice@example.com', aud: EXAMPLE.appId, amr: ['pwd'] });
  t.notOk('nonce' in claims);
  t.equal((await org.exchange(answer.body.id_token)).status, 200, 'and the ID token can be exchanged');
  t.match(await eventsOf(org, answer), [{ target: [{ alternateId: 'alice@example.com' }] }, {}, {}]);
});

t.test('tokens at a custom server, by group and by its policy', async (t) => {
  const answer = await signIn({ username: 'bob@example.com', scope: 'mcp:read' }, CUSTOM);
  t.same(Object.keys(answer.body), ['token_type', 'expires_in', 'access_token', 'scope']);
  t.match(parts(answer.body.access_token).claims, { aud: 'api://default', scp: ['mcp:read'], sub: 'bob@example.com' });
  const strict = await startTestOrg({
    org: editedOrg((file) => {
      serverIn(file).policies = [{ name: 'No passwords', rules: [{ name: 'x', grantTypes: ['authorization_code'] }] }];
    }),
  });
  t.teardown(() => strict.close());
  await assertRefused(t, strict, await signIn({ scope: 'mcp:read' }, CUSTOM, strict), 'grant-type-in-policy');
});

t.test('an app that is not registered for passwords', async (t) => {
  const at: TestOrg = await startTestOrg({
    org: editedOrg((file) => {
      oidcIn(file).grantTypes = ['authorization_code'];
    }),
  });
  t.teardown(() => at.close());
  await assertRefused(t, at, await signIn({}, '/oauth2', at), 'grant-type-allowed');
});

t.test('no secret reaches a log', (t) => watch.check(t, [org]));
