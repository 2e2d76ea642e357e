/** Who may use the management API: every credential that there is, at an operation that reads and one that changes. */
import t, { type Test } from 'tap';
import { API_RULES } from '../../src/http/api-access.js';
import { GRANT_TYPE } from '../../src/protocol/urns.js';
import { applications } from '../../src/registry/application.js';
import { users } from '../../src/registry/user.js';
import { apiOf } from '../support/api.js';
import { API_CLIENT, apiAccessToken, asApiClient, askAsApiClient } from '../support/api-client.js';
import { forgeIdToken, parts, signAs, tampered, unsigned } from '../support/forge.js';
import { startOpenOrg } from '../support/open-org.js';
import {
  type Answer,
  APP_BASIC,
  driving,
  EXAMPLE,
  keepOrgs,
  startTestOrg,
  type TestOrg,
  testClock,
} from '../support/org.js';
import { appIn, editedOrg } from '../support/org-edits.js';
import { assertComplete } from '../support/refusals.js';
import { watchSecrets } from '../support/secret-watch.js';
import { sendBytes, wireRequest } from '../support/wire.js';

const watch = watchSecrets(t);
const { orgs, keep } = keepOrgs(t);

const HOUR = 3_600_000;
const READER = '00-a-read-only-token-for-testing';
const TEMPORARY = '00-a-temporary-token-for-testing';

const org = keep(
  await startTestOrg({
    org: editedOrg((file) => {
      file.apiTokens?.push(
        { name: 'Reader', token: READER, role: 'READ_ONLY_ADMIN' },
        {
          name: 'Past',
          token: '00-a-token-of-yesterday-for-testing',
          role: 'SUPER_ADMIN',
          validUntil: '2020-01-01T00:00:00Z',
        },
      );
      // A server whose scopes have the names of the org's own.
      const scopes = ['okta.groups.read', 'okta.groups.manage'];
      const rules = [{ name: 'All', grantTypes: [GRANT_TYPE.clientCredentials] }];
      file.authorizationServers?.push({ id: 'mimic', name: 'mimic', scopes, policies: [{ name: 'All', rules }] });
    }),
  }),
);

const READ = 'okta.groups.read';
const MANAGE = 'okta.groups.manage';
const GROUPS = '/api/v1/groups';

let made = 0;
/** Sends a request with that Authorization header; undefined: with none. */
const send = (method: string, authorization: string | undefined, at: TestOrg, more: RequestInit = {}) =>
  at.fetch(GROUPS, {
    method,
    ...more,
    headers: { ...more.headers, ...(authorization !== undefined && { authorization }) },
  });

/** The two operations that are asked: one reads, one changes. */
const list = (authorization: string | undefined, at = org) => send('GET', authorization, at);
const create = (authorization: string | undefined, at = org) => {
  const body = JSON.stringify({ profile: { name: `Made ${made++}` } });
  return send('POST', authorization, at, { body, headers: { 'content-type': 'application/json' } });
};

const bearer = async (token: string | Promise<string>) => `Bearer ${await token}`;
const alice = await org.signIn('alice@example.com');

/** A token of the mimic server with the scopes, of the same app. */
async function ofCustomServer(): Promise<string> {
  const endpoint = '/oauth2/mimic/v1/token';
  const form = { grant_type: GRANT_TYPE.clientCredentials, scope: `${READ} ${MANAGE}` };
  return (await org.post(endpoint, { ...form, ...(await asApiClient(org, { endpoint })) })).body.access_token;
}

async function revoked(): Promise<string> {
  const token = await apiAccessToken(org, MANAGE);
  const endpoint = '/oauth2/v1/revoke';
  await org.post(endpoint, { token, ...(await asApiClient(org, { endpoint })) });
  return token;
}

/** A token that the org has signed, so to say, with other claims. */
async function resigned(claims: object, header: object = {}): Promise<string> {
  const { header: own, claims: good } = parts(await apiAccessToken(org, MANAGE));
  return signAs('org', { ...good, ...claims }, { ...own, ...header });
}

interface Row {
  readonly title: string;
  /** The value of the Authorization header; undefined: there is none. */
  readonly credential: () => Promise<string> | string | undefined;
  /** The rule that refuses reading, and the one that refuses changing; undefined where it is admitted. */
  readonly reading: string | undefined;
  readonly changing: string | undefined;
}

const row = (title: string, credential: Row['credential'], reading?: string, changing = reading): Row => ({
  ...{ title, credential, reading, changing },
});

const VALID = 'api-credential-valid';
const GRANTED = 'api-scope-granted';

const ROWS: readonly Row[] = [
  row('an API token', () => `SSWS ${EXAMPLE.apiToken}`),
  row('an API token of a READ_ONLY_ADMIN', () => `SSWS ${READER}`, undefined, 'api-role-allows'),
  row('an access token that manages', () => bearer(apiAccessToken(org, MANAGE))),
  row('the scheme in lower case', async () => `bearer ${await apiAccessToken(org, MANAGE)}`),
  row('an access token that reads', () => bearer(apiAccessToken(org, READ)), undefined, GRANTED),
  row('an access token that manages something else', () => bearer(apiAccessToken(org, 'okta.apps.manage')), GRANTED),
  row('an access token of a user', () => bearer(alice.access_token), GRANTED),
  row('nothing', () => undefined, 'api-credential-sent'),
  row('an empty header', () => '', VALID),
  row('an unknown API token', () => 'SSWS 00-nobody-has-made-this-token', VALID),
  row('an API token that has expired', () => 'SSWS 00-a-token-of-yesterday-for-testing', VALID),
  row('no API token behind the scheme', () => 'SSWS ', VALID),
  row('the name of a member that every object has', () => 'SSWS __proto__', VALID),
  row('an API token, and something after it', () => `SSWS ${EXAMPLE.apiToken} x`, VALID),
  row('an API token as an access token', () => `Bearer ${EXAMPLE.apiToken}`, VALID),
  row('an access token as an API token', async () => `SSWS ${await apiAccessToken(org, MANAGE)}`, VALID),
  row('the secret of an application', () => APP_BASIC, VALID),
  row('a scheme that there is not', () => 'DPoP x', VALID),
  row('garbage', () => 'Bearer garbage', VALID),
  row('an ID token', () => bearer(alice.id_token), VALID),
  row('a refresh token', () => bearer(alice.refresh_token), VALID),
  row('an ID-JAG', () => bearer(org.exchange(alice.id_token).then(({ body }) => body.access_token)), VALID),
  row('a client assertion', async () => bearer((await asApiClient(org)).client_assertion as string), VALID),
  row('an access token of a custom server, with the scopes', () => bearer(ofCustomServer()), VALID),
  row('a revoked access token', () => bearer(revoked()), VALID),
  row(
    'scopes written into a token',
    async () => {
      const token = await apiAccessToken(org, READ);
      return bearer(tampered(token, { claims: { scp: [READ, MANAGE] } }));
    },
    VALID,
  ),
  row('a token without its signature', async () => bearer(unsigned(await apiAccessToken(org, MANAGE))), VALID),
  row('an ID token with scopes', async () => bearer(forgeIdToken(org, { scp: [MANAGE] })), VALID),
  row('a token that has expired', () => bearer(resigned({ exp: Math.floor(Date.now() / 1000) - 1 })), VALID),
  row('a token under the typ of another', () => bearer(resigned({}, { typ: 'JWT' })), VALID),
  row('a token of a grant that is not there', () => bearer(resigned({ jti: `AT.${'x'.repeat(43)}` })), VALID),
  row(
    'a scope that was never granted, signed by the org',
    () => bearer(resigned({ scp: ['okta.policies.read'] })),
    GRANTED,
  ),
];

const ruleNamed = (name: string) => {
  const rule = API_RULES.find((one) => one.name === name);
  if (!rule) throw new Error(`there is no rule ${name}`);
  return rule;
};

/** Asserts that the rule refused: by its code, and where the answer has a challenge, by its words. */
function assertRefusedBy(t: Test, { status, body, headers }: Answer, name: string, challenged: boolean): void {
  const { error, demands, challenge } = ruleNamed(name);
  t.strictSame([status, body.errorCode], [{ E0000005: 403, E0000006: 403, E0000011: 401 }[error as string], error]);
  t.strictSame(Object.keys(body), ['errorCode', 'errorSummary', 'errorLink', 'errorId', 'errorCauses']);
  t.strictSame(body.errorCauses, []);
  t.equal(headers.get('cache-control'), 'no-cache, no-store');
  const sent = headers.get('www-authenticate');
  if (challenged) t.match(sent, `error="${challenge}", error_description="${demands}", `);
  else t.equal(sent, null);
}

t.test('every credential', async (t) => {
  assertComplete(
    t,
    API_RULES,
    ROWS.flatMap(({ reading, changing }) => [reading, changing].flatMap((rule) => (rule ? [{ rule }] : []))),
  );
  for (const { title, credential, reading, changing } of ROWS) {
    await t.test(title, async (t) => {
      const authorization = await credential();
      const challenged = authorization === undefined || /^bearer /i.test(authorization);
      for (const [answer, refusedBy] of [
        [await list(authorization), reading],
        [await create(authorization), changing],
      ] as const) {
        if (refusedBy === undefined) t.equal(answer.status, 200);
        else assertRefusedBy(t, answer, refusedBy, challenged);
      }
    });
  }
});

t.test('the challenge, to the byte', async (t) => {
  const { headers } = await create(await bearer(apiAccessToken(org, READ)));
  t.equal(
    headers.get('www-authenticate'),
    `Bearer authorization_uri="${org.issuer}/oauth2/v1/authorize", realm="${org.issuer}", scope="okta.groups.manage", ` +
      'error="insufficient_scope", error_description="An access token has the scope of the operation, or the one that ' +
      'manages what the operation reads.", resource="/api/v1/groups"',
  );
});

t.test('nothing that the client sends breaks out of the challenge', async (t) => {
  const targets: [target: string, resource: string][] = [
    ['/api/v1/groups/a"b\\c', '/api/v1/groups/abc'],
    ['/api/v1/groups/x",error="none', '/api/v1/groups/x,error=none'],
    ['/api/v1/groups/x%0d%0aSet-Cookie:%20a=b', '/api/v1/groups/x%0d%0aSet-Cookie:%20a=b'],
    ['/api/v1/groups?"secret"', '/api/v1/groups'],
    ['http://evil.example/api/v1/groups', '/api/v1/groups'],
  ];
  for (const [target, resource] of targets) {
    const { status, headers } = await sendBytes(org.issuer, [wireRequest('GET', target, { Host: 'evil.example' })]);
    const challenge = headers.get('www-authenticate') as string;
    t.strictSame([status, challenge.split('"').length, challenge.includes('evil')], [403, 13, false], target);
    t.equal(challenge.slice(challenge.indexOf('resource=')), `resource="${resource}"`);
    t.notOk(headers.has('set-cookie'));
  }
  const odd = { Authorization: 'Bearer x", error="none"\tSSWS' };
  const answer = await sendBytes(org.issuer, [wireRequest('GET', GROUPS, odd)]);
  t.equal(answer.status, 401);
  t.match(answer.headers.get('www-authenticate'), /error="invalid_token"/);
  t.notMatch(answer.raw, /none/);
});

t.test('it is asked before the body is read, and before anything is looked up', async (t) => {
  const nobody = apiOf(org, 'DPoP x');
  t.equal((await nobody.post(GROUPS, '{')).body.errorCode, 'E0000011');
  t.equal((await nobody.get(`${GROUPS}/00gNone`)).body.errorCode, 'E0000011');
  t.equal((await nobody.get('/api/v1/logs?limit=x')).body.errorCode, 'E0000011');
  const reader = apiOf(org, `SSWS ${READER}`);
  t.equal((await reader.delete(`${GROUPS}/00gNone`)).body.errorCode, 'E0000006');
});

t.test('the System Log says who it was', async (t) => {
  const actorOf = async (authorization: string) => {
    const { headers } = await create(authorization);
    const id = headers.get('x-okta-request-id');
    return (await org.events(`q=${id}`)).map(({ eventType, actor }) => [eventType, actor.type, actor.displayName]);
  };
  t.strictSame(await actorOf(`SSWS ${EXAMPLE.apiToken}`), [['group.lifecycle.create', 'ApiToken', 'CI']]);
  t.strictSame(await actorOf(await bearer(apiAccessToken(org, MANAGE))), [
    ['group.lifecycle.create', 'PublicClientApp', 'Okta API client'],
  ]);
});

t.test('an API token is good until its validUntil, by the clock of the org', async (t) => {
  const at = keep(
    await startTestOrg({
      org: editedOrg((file) => {
        const validUntil = new Date(Date.now() + HOUR).toISOString();
        file.apiTokens?.push({ name: 'For an hour', token: TEMPORARY, role: 'SUPER_ADMIN', validUntil });
      }),
    }),
  );
  t.equal((await list(`SSWS ${TEMPORARY}`, at)).status, 200);
  at.advance(HOUR);
  t.equal((await list(`SSWS ${TEMPORARY}`, at)).body.errorCode, 'E0000011');
  t.equal((await list(`SSWS ${EXAMPLE.apiToken}`, at)).status, 200, 'one without it is good for ever');
});

t.test('an access token is good for an hour', async (t) => {
  const at = keep(await startTestOrg());
  const authorization = await bearer(apiAccessToken(at, MANAGE));
  at.advance(HOUR - 10_000);
  t.equal((await create(authorization, at)).status, 200);
  at.advance(10_000);
  t.equal((await create(authorization, at)).body.errorCode, 'E0000011');
});

/** An org whose app can be changed while its token is out. */
async function startWithApp(t: Test) {
  const clock = testClock();
  const open = await startOpenOrg(undefined, clock.now);
  t.teardown(() => open.close());
  const at: TestOrg = driving(open, clock);
  const authorization = await bearer(apiAccessToken(at, `${READ} ${MANAGE}`));
  t.equal((await create(authorization, at)).status, 200);
  return { open, at, authorization };
}

t.test('a token of an app that was deactivated, or deleted', async (t) => {
  const { open, at, authorization } = await startWithApp(t);
  await open.change(applications, API_CLIENT, (app) => ({ ...app, status: 'INACTIVE' as const }));
  t.equal((await list(authorization, at)).body.errorCode, 'E0000011');
  await open.change(applications, API_CLIENT, (app) => ({ ...app, status: 'ACTIVE' as const }));
  t.equal((await list(authorization, at)).status, 200);
  await open.remove(applications, API_CLIENT);
  t.equal((await list(authorization, at)).body.errorCode, 'E0000011');
});

t.test('a token of a user who was suspended', async (t) => {
  const { open, at } = await startWithApp(t);
  const authorization = await bearer((await at.signIn('alice@example.com')).access_token);
  assertRefusedBy(t, await list(authorization, at), GRANTED, true);
  await open.change(users, '00uAlice000000000001', (user) => ({ ...user, status: 'SUSPENDED' as const }));
  assertRefusedBy(t, await list(authorization, at), VALID, true);
});

t.test('a scope that was taken from the app since, and given back', async (t) => {
  const { open, at, authorization } = await startWithApp(t);
  const grant = (oktaScopes: string[]) =>
    open.change(applications, API_CLIENT, ({ oidc, ...app }) => ({
      ...app,
      ...(oidc && { oidc: { ...oidc, oktaScopes } }),
    }));
  await grant([READ]);
  t.equal((await list(authorization, at)).status, 200);
  assertRefusedBy(t, await create(authorization, at), GRANTED, true);
  await grant([]);
  assertRefusedBy(t, await list(authorization, at), GRANTED, true);
  await grant([MANAGE, 'okta.users.read']);
  t.equal((await create(authorization, at)).status, 200);
  t.equal(
    (await apiOf(at, authorization).get('/api/v1/logs')).body.errorCode,
    'E0000006',
    'no more than the token says',
  );
});

t.test('what manages reads, and nothing else does', async (t) => {
  const at = keep(
    await startTestOrg({
      org: editedOrg((file) => {
        const { oidc } = appIn(file, 'Okta API client');
        if (oidc)
          oidc.oktaScopes = ['okta.groups.manage', 'okta.logs.manage', 'okta.groups.members.read', 'okta.group.read'];
      }),
    }),
  );
  const statusOf = async (path: string, scope: string) =>
    (await apiOf(at, await bearer(apiAccessToken(at, scope))).get(path)).status;
  t.equal(await statusOf(GROUPS, 'okta.groups.manage'), 200);
  t.equal(await statusOf('/api/v1/logs', 'okta.logs.manage'), 200);
  for (const scope of ['okta.groups.members.read', 'okta.group.read', 'okta.logs.manage']) {
    t.equal(await statusOf(GROUPS, scope), 403, scope);
  }
  t.equal(
    (await askAsApiClient(at, 'okta.groups.read')).body.error,
    'invalid_scope',
    'at the token endpoint it is asked for',
  );
});

t.test('no secret reaches a log', (t) => watch.check(t, orgs));
