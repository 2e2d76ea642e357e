/**
 * The table of differences over HTTP: each row in both profiles, by an org of each, and how the profile of an org is
 * chosen. Whatever is the same in both profiles is tested where it lives.
 */
import { createHash } from 'node:crypto';
import t, { type Test } from 'tap';
import { readConfig } from '../../src/config.js';
import { DIFFERENCES, PROFILES, ProfileName, type Wording } from '../../src/protocol/profile.js';
import { GRANT_TYPE, TOKEN_TYPE } from '../../src/protocol/urns.js';
import { signingKeys } from '../../src/registry/jwk.js';
import { orgSettings } from '../../src/registry/org-settings.js';
import { EMAIL_NAME_ID } from '../../src/registry/saml-settings.js';
import { arrived, browserAt } from '../support/browser.js';
import { forgeIdJag, forgeIdToken, orgKey, parts } from '../support/forge.js';
import { startOpenOrg } from '../support/open-org.js';
import {
  type Answer,
  APP_BASIC,
  basic,
  driving,
  EXAMPLE,
  keepOrgs,
  type Parameters,
  startTestOrg,
  type TestOrg,
  testClock,
} from '../support/org.js';
import { agentIn, appIn, type Edit, editedOrg, oidcIn, serverIn } from '../support/org-edits.js';
import { run } from '../support/process.js';
import { assertRefused, cataloguedIn, eventsOf, named, type Row, runRows, TOKEN_RULES } from '../support/refusals.js';
import { SAML_ROWS } from '../support/saml-refusals.js';
import { assertion, exchangeAssertion } from '../support/saml-requester.js';
import { watchSecrets } from '../support/secret-watch.js';

const watch = watchSecrets(t);
const { orgs, keep } = keepOrgs(t);

/** The same org in each profile. */
type Both = Readonly<Record<ProfileName, TestOrg>>;

async function startOrg(profile: ProfileName, edit?: Edit): Promise<TestOrg> {
  return keep(await startTestOrg({ profile, ...(edit && { org: editedOrg(edit) }) }));
}

async function startBoth(edit?: Edit): Promise<Both> {
  return { okta: await startOrg('okta', edit), draft: await startOrg('draft', edit) };
}

const both = await startBoth();

const TOKEN = '/oauth2/v1/token';
const ASANA = { audience: 'https://auth.asana.example' };
const ATLASSIAN = { audience: 'https://auth.atlassian.example' };
const GRANOLA = { audience: 'https://auth.granola.example' };
const REFRESH = { subject_token_type: TOKEN_TYPE.refreshToken };
const ACCESS = { subject_token_type: TOKEN_TYPE.accessToken };
const NO_ASSERTION = { client_assertion: undefined, client_assertion_type: undefined };
const LINKED = { client_id: EXAMPLE.linkedAgentId, client_secret: EXAMPLE.linkedSecret };
const ALICE = 'alice@example.com';
const VERIFIER = 'a-verifier-of-sufficient-length-for-the-rules';
const PKCE = {
  code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
  code_challenge_method: 'S256',
};

const now = () => Math.floor(Date.now() / 1000);
const forDefault = (org: TestOrg): Parameters => ({ audience: `${org.issuer}/oauth2/default` });

type Break = (org: TestOrg) => Promise<Answer>;

/** The good exchange with other parameters. */
const withParameters =
  (more: Parameters): Break =>
  async (org) =>
    org.exchange(await forgeIdToken(org), more);

/** The good exchange of an ID token with other claims. */
const withIdToken =
  (claims: Record<string, unknown> = {}, server = 'org'): Break =>
  async (org) =>
    org.exchange(await forgeIdToken(org, claims, {}, server));

type Tokens = Awaited<ReturnType<TestOrg['signIn']>>;

/** A sign-in, something that happens, and then the exchange of one of its tokens. */
const after =
  (happens: (org: TestOrg, tokens: Tokens) => unknown, kind: keyof Tokens = 'id_token', more: Parameters = {}): Break =>
  async (org) => {
    const tokens = await org.signIn(ALICE);
    await happens(org, tokens);
    return org.exchange(tokens[kind], more);
  };

/** Status and error on the wire. */
type Wire = readonly [status: number, error: string];

/** A request that both profiles refuse by the same rule, each with an answer of its own. */
interface Refused extends Row<TestOrg> {
  readonly okta: Wire;
  readonly draft: Wire;
  readonly edit?: Edit;
}

/** Rows that are answered so in profile okta, and so in profile draft. */
const refusedBy =
  (okta: Wire, draft: Wire) =>
  (title: string, rule: string, breakIt: Break, edit?: Edit): Refused => ({
    ...{ title, rule, breakIt, okta, draft },
    ...(edit && { edit }),
  });

async function refuse(t: Test, rows: readonly Refused[]): Promise<void> {
  await runRows(t, rows, async (t, row) => {
    const at = row.edit ? await startBoth(row.edit) : both;
    for (const name of ProfileName) {
      const answer = await row.breakIt(at[name]);
      t.same([answer.status, answer.body.error], row[name], `profile ${name}`);
      await assertRefused(t, at[name], answer, row.rule, PROFILES[name]);
    }
  });
}

/** The same for a row that words the error of some rules: each of these is broken, and the catalogue says so, too. */
async function refuseWorded(t: Test, wording: Wording, rows: readonly Refused[]): Promise<void> {
  const differing = rows.filter(({ okta, draft }) => okta[1] !== draft[1]);
  const worded = TOKEN_RULES.filter((rule) => rule.wording === wording);
  t.same([...new Set(differing.map(({ rule }) => rule))].sort(), worded.map(({ name }) => name).sort());
  for (const row of rows) {
    const said = differing.includes(row) ? row.draft[1] : undefined;
    for (const { id, draft } of cataloguedIn(row.title))
      t.equal(draft, said, `the catalogue of ${id}, in profile draft`);
  }
  await refuse(t, rows);
}

/** An ID-JAG was granted with that scope, which the answer says in profile draft; returns its claims. */
function granted(t: Test, name: ProfileName, { status, body, text }: Answer, scope?: string) {
  t.equal(status, 200, text);
  const said = name === 'draft' && scope !== undefined;
  const members = ['token_type', 'expires_in', 'access_token', ...(said ? ['scope'] : []), 'issued_token_type'];
  t.same(Object.keys(body), members, 'these members, in this order');
  t.equal(body.scope, said ? scope : undefined);
  const { claims } = parts(body.access_token);
  t.equal(claims.scope, scope, 'the claim scope');
  return claims;
}

const INVALID: Wire = [400, 'invalid_request'];
const NO_GRANT: Wire = [400, 'invalid_grant'];
const NO_TARGET: Wire = [400, 'invalid_target'];
const NO_SCOPE: Wire = [400, 'invalid_scope'];
const NO_CLIENT: Wire = [401, 'invalid_client'];

const badSubject = refusedBy(INVALID, NO_GRANT);
const goneSubject = refusedBy(NO_GRANT, NO_GRANT);

const SUBJECT_ROWS: readonly Refused[] = [
  ...SAML_ROWS.map(({ title, rule, breakIt, edit }) => badSubject(title, rule, breakIt, edit)),
  badSubject('ix-idt-garbage', 'subject-token-valid', (org) => org.exchange('garbage')),
  badSubject('ix-rt-unknown', 'subject-token-valid', (org) => org.exchange('no-such-refresh-token', REFRESH)),
  badSubject('ix-idt-wrong-iss', 'subject-token-issuer-known', withIdToken({ iss: 'https://idp.example' })),
  badSubject('ix-idt-custom-as', 'caller-server-delegated', withIdToken({}, 'default')),
  badSubject('of an inactive server', 'subject-server-active', withIdToken({}, 'default'), (file) => {
    serverIn(file).status = 'INACTIVE';
  }),
  badSubject('ix-idt-future', 'subject-token-not-from-the-future', withIdToken({ nbf: now() + 600 })),
  badSubject(
    'ix-idt-session-ended',
    'subject-session-live',
    after((org, { id_token }) => org.fetch(`/oauth2/v1/logout?id_token_hint=${id_token}`)),
  ),
  badSubject('ix-idt-act-malformed', 'subject-act-well-formed', withIdToken({ act: 'x' })),
  badSubject('ix-idt-act-deep', 'subject-act-depth', withIdToken({ act: actors(6) })),
  badSubject(
    'ix-sub-access-token-type',
    'machine-access-delegated',
    after(() => {}, 'access_token', ACCESS),
  ),
  badSubject('an app that is no longer there', 'caller-known', withIdToken({ aud: '0oaGone' })),
  badSubject(
    'ix-agent-no-caller, ix-idt-wrong-aud: no delegation',
    'caller-delegated',
    withIdToken({ aud: EXAMPLE.linkedAgentId }),
  ),
  badSubject('the requesting app was deactivated', 'caller-active', withIdToken(), (file) => {
    appIn(file, 'Claude (OIDC)').status = 'INACTIVE';
  }),
  badSubject('ix-idt-unknown-user', 'user-known', withIdToken({ sub: '00uNobody00000000001' })),
  badSubject('ix-idt-user-inactive', 'user-active', withIdToken({ sub: '00uFrank000000000001' })),
  goneSubject('ix-idt-expired', 'subject-token-not-expired', withIdToken({ iat: now() - 3601, exp: now() - 1 })),
  goneSubject('ix-rt-revoked', 'subject-grant-not-revoked', after(revoke, 'refresh_token', REFRESH)),
  goneSubject(
    'ix-rt-rotated-reuse',
    'subject-refresh-token-not-rotated-out',
    after(refresh, 'refresh_token', REFRESH),
    (file) => {
      oidcIn(file).refreshToken = { rotationType: 'ROTATE', leeway: 0 };
    },
  ),
  goneSubject(
    'ix-rt-other-client',
    'subject-refresh-token-of-a-caller',
    after(() => {}, 'refresh_token', REFRESH),
    (file) => {
      agentIn(file).callers = [{ application: 'Claude' }];
    },
  ),
];

/** So many actors, one within the other. */
function actors(count: number): object {
  return { sub: `actor-${count}`, ...(count > 1 && { act: actors(count - 1) }) };
}

function revoke(org: TestOrg, { refresh_token: token }: Tokens) {
  return org.post('/oauth2/v1/revoke', { token }, { authorization: APP_BASIC });
}

function refresh(org: TestOrg, { refresh_token }: Tokens) {
  return org.post(TOKEN, { grant_type: GRANT_TYPE.refreshToken, refresh_token }, { authorization: APP_BASIC });
}

const unconnected: Edit = (file) => {
  agentIn(file).resourceConnections = [];
};
const notReached = refusedBy(NO_TARGET, [400, 'access_denied']);

const ENTITLEMENT_ROWS: readonly Refused[] = [
  notReached('ix-aud-no-connection', 'agent-connected-to-audience', withParameters({}), unconnected),
  notReached(
    'ix-aud-no-connection: a custom server',
    'agent-connected-to-audience',
    async (org) => withParameters(forDefault(org))(org),
    unconnected,
  ),
  notReached(
    'ix-rt-aud-beyond',
    'agent-connected-to-audience',
    after(() => {}, 'refresh_token', REFRESH),
    unconnected,
  ),
  notReached(
    'ix-idt-unassigned-resource: Carol',
    'user-assigned-to-resource',
    withIdToken({ sub: '00uCarol000000000001' }),
  ),
  refusedBy(INVALID, [400, 'access_denied'])(
    'ix-idt-unassigned-requester: Dave',
    'user-assigned-to-caller',
    withIdToken({ sub: '00uDave000000000001x' }),
  ),
  refusedBy(NO_TARGET, NO_TARGET)(
    'ix-aud-unknown: nobody to be connected to',
    'audience-known',
    withParameters({ audience: 'https://auth.nowhere.example' }),
  ),
];

const noAudience = refusedBy(NO_TARGET, INVALID);

const AUDIENCE_ROWS: readonly Refused[] = [
  noAudience('ix-no-audience', 'audience-sent', withParameters({ audience: undefined })),
  noAudience('ix-aud-empty', 'audience-sent', withParameters({ audience: '' })),
  refusedBy(NO_TARGET, NO_TARGET)(
    'ix-aud-two: one too many is another error',
    'audience-single',
    withParameters({ audience: [EXAMPLE.figma, ASANA.audience] }),
  ),
];

/** Redeems a code that was asked for with these parameters, with a verifier or without. */
const withCode =
  (asked: Parameters, code_verifier?: string): Break =>
  async (org) => {
    const { result } = await org.authorize(ALICE, asked);
    const form = { grant_type: GRANT_TYPE.authorizationCode, redirect_uri: EXAMPLE.redirectUri, code_verifier };
    return org.post(TOKEN, { ...form, code: result.get('code') ?? undefined }, { authorization: APP_BASIC });
  };

const PKCE_ROWS: readonly Refused[] = [
  badSubject('ix-pkce-no-verifier', 'pkce-verifier-sent', withCode(PKCE)),
  badSubject('ix-pkce-unexpected', 'pkce-verifier-expected', withCode({}, VERIFIER)),
  goneSubject('ix-pkce-mismatch', 'pkce-verifier-matches', withCode(PKCE, `${VERIFIER}x`)),
];

const redeemForged: Break = async (org) => org.redeem(await forgeIdJag(org));
const twoMethods: Parameters = { client_secret: EXAMPLE.appSecret };
const unentitled = refusedBy([401, 'access_denied'], [400, 'access_denied']);

/** A policy of the custom server under which no ID-JAG for `mcp:read` is redeemed. */
const policyOf =
  (grantTypes: ('authorization_code' | typeof GRANT_TYPE.jwtBearer)[]): Edit =>
  (file) => {
    serverIn(file).policies = [{ name: 'Strict', rules: [{ name: 'Strict', grantTypes, scopes: ['mcp:write'] }] }];
  };

const STATUS_ROWS: readonly Refused[] = [
  refusedBy([401, 'invalid_request'], INVALID)(
    'ix-client-two-methods: Basic and body',
    'client-authenticates-once',
    (org) => org.post(TOKEN, twoMethods, { authorization: APP_BASIC }),
  ),
  unentitled('a grant type', 'grant-type-in-policy', redeemForged, policyOf(['authorization_code'])),
  unentitled('a scope', 'redeem-policy-allows', redeemForged, policyOf([GRANT_TYPE.jwtBearer])),
  refusedBy(NO_CLIENT, NO_CLIENT)('ix-client-bad-secret', 'client-secret-right', (org) =>
    org.post(TOKEN, {}, { authorization: basic(EXAMPLE.appId, 'a-wrong-secret') }),
  ),
  refusedBy(INVALID, INVALID)('ix-no-grant-type', 'grant-type-sent', (org) =>
    org.post(TOKEN, {}, { authorization: APP_BASIC }),
  ),
  refusedBy([400, 'unauthorized_client'], [400, 'unauthorized_client'])(
    'ix-client-no-exchange-grant',
    'grant-type-allowed',
    (org) => org.post(TOKEN, { grant_type: GRANT_TYPE.tokenExchange }, { authorization: APP_BASIC }),
  ),
];

/** An org in a profile that an administrator has chosen while it runs, and whose records can be changed. */
async function startOpen(profile: ProfileName) {
  const clock = testClock();
  const open = await startOpenOrg(undefined, clock.now);
  t.teardown(() => open.close());
  const [{ id } = { id: '' }] = open.org.store.view().list(orgSettings);
  await open.change(orgSettings, id, (org) => ({ ...org, settings: { ...org.settings, profile } }));
  return { ...driving(open, clock), change: open.change };
}

async function proveErrorStatus(t: Test): Promise<void> {
  await refuse(t, STATUS_ROWS);
  await t.test('the same at introspection and revocation; whom a 401 with Basic is for is challenged', async (t) => {
    for (const path of [TOKEN, '/oauth2/v1/introspect', '/oauth2/v1/revoke']) {
      for (const [name, status] of [
        ['okta', 401],
        ['draft', 400],
      ] as const) {
        const answer = await both[name].post(path, twoMethods, { authorization: APP_BASIC });
        t.same([answer.status, answer.body.error], [status, 'invalid_request'], `${path}, profile ${name}`);
        t.equal(answer.headers.has('www-authenticate'), status === 401);
      }
    }
  });
  await t.test('what is not the fault of the client stays 500', async (t) => {
    for (const name of ProfileName) {
      const org = await startOpen(name);
      await org.change(signingKeys, (await orgKey()).kid, (key) => ({ ...key, status: 'RETIRED' as const }));
      const answer = await withIdToken()(org);
      t.same([answer.status, answer.body.error], [500, 'server_error']);
      await assertRefused(t, org, answer, 'org-can-sign', PROFILES[name]);
    }
  });
}

/** How a client that nobody knows may come, and what Okta answers then. */
const UNKNOWN: readonly [way: string, status: number, more: (org: TestOrg, id: string) => Promise<Sent>][] = [
  ['its id only', 400, async (_, client_id) => ({ form: { client_id } })],
  ['a secret', 401, async (_, client_id) => ({ form: { client_id, client_secret: 'secret-of-nobody-at-all' } })],
  ['an assertion', 401, async (org, sub) => ({ form: await org.asAgent({ claims: { iss: sub, sub } }) })],
  ['Basic', 401, async (_, id) => ({ form: {}, authorization: basic(id, 'secret-of-nobody-at-all') })],
];

interface Sent {
  readonly form: Parameters;
  readonly authorization?: string;
}

const MANAGEMENT = ['errorCode', 'errorSummary', 'errorLink', 'errorId', 'errorCauses'];

function assertUnknown(t: Test, name: ProfileName, { status, body, headers }: Answer, oktaStatus: number): void {
  t.equal(status, name === 'okta' ? oktaStatus : 401, `profile ${name}`);
  t.same(Object.keys(body), name === 'okta' ? MANAGEMENT : ['error', 'error_description']);
  if (name === 'okta') t.match(body, { errorCode: 'invalid_client', errorLink: 'invalid_client', errorCauses: [] });
  else t.match(body, { error: 'invalid_client', error_description: /^The value of 'client_id' is not a client/ });
  t.match(headers.get('content-type'), /^application\/json/);
}

async function proveUnknownClient(t: Test): Promise<void> {
  for (const [title, id] of [
    ['ix-client-unknown', 'nobody'],
    ['ix-client-cimd-unsupported', 'https://client.example/metadata.json'],
  ] as const) {
    for (const [way, oktaStatus, more] of UNKNOWN) {
      await t.test(named(`${title}: with ${way}`), async (t) => {
        for (const name of ProfileName) {
          const { form, authorization } = await more(both[name], id);
          for (const path of [TOKEN, '/oauth2/v1/introspect', '/oauth2/v1/revoke', '/oauth2/default/v1/token']) {
            const answer = await both[name].post(path, form, authorization ? { authorization } : {});
            assertUnknown(t, name, answer, oktaStatus);
            t.equal(answer.headers.has('www-authenticate'), authorization !== undefined);
            if (path === TOKEN) await assertRefused(t, both[name], answer, 'client-known', PROFILES[name]);
          }
        }
      });
    }
  }
}

type AudienceKind = 'issuer' | 'endpoint';
const KINDS: readonly AudienceKind[] = ['issuer', 'endpoint'];
const NOT_FOR_US = 'client-assertion-audience-is-this-server';

/** An assertion of the agent for an endpoint, addressed to it or to the issuer of its server. */
function addressed(org: TestOrg, kind: AudienceKind, path = TOKEN): Promise<Parameters> {
  const aud = org.issuer + (kind === 'endpoint' ? path : path.startsWith('/oauth2/default') ? '/oauth2/default' : '');
  return org.asAgent({ claims: { aud } });
}

/** Whether the agent is believed at the endpoints, with an assertion so addressed. */
async function believed(t: Test, org: TestOrg, name: ProfileName, kind: AudienceKind, expected: boolean) {
  const exchanged = await withParameters(await addressed(org, kind))(org);
  if (!expected) await assertRefused(t, org, exchanged, NOT_FOR_US, PROFILES[name]);
  const wire = ({ status, body }: Answer) => [status, body.error];
  t.same(wire(exchanged), expected ? [200, undefined] : NO_CLIENT, `${kind}, profile ${name}`);
  const redeemed = await org.redeem(await forgeIdJag(org), await addressed(org, kind, '/oauth2/default/v1/token'));
  t.same(wire(redeemed), expected ? [200, undefined] : NO_CLIENT);
  const path = '/oauth2/v1/introspect';
  const looked = await org.post(path, { token: 'no-such-token', ...(await addressed(org, kind, path)) });
  t.same(wire(looked), expected ? [200, undefined] : NO_CLIENT);
}

const strict: Edit = (file) => {
  file.org = { ...file.org, settings: { strictClientAssertionAudience: true } };
};

async function proveAssertionAudience(t: Test): Promise<void> {
  await t.test(named('ix-ca-aud-issuer, ix-ca-aud-endpoint: an org that is not strict takes both'), async (t) => {
    for (const name of ProfileName) for (const kind of KINDS) await believed(t, both[name], name, kind, true);
  });
  const at = await startBoth(strict);
  await t.test(named('ix-ca-aud-issuer: refused by a strict org in profile okta, taken in draft'), async (t) => {
    for (const name of ProfileName) await believed(t, at[name], name, 'issuer', name === 'draft');
  });
  await t.test(named('ix-ca-aud-endpoint: taken by a strict org in profile okta, refused in draft'), async (t) => {
    for (const name of ProfileName) await believed(t, at[name], name, 'endpoint', name === 'okta');
  });
  await t.test('an actor token is addressed in the same way', async (t) => {
    for (const [name, right, wrong] of [
      ['okta', 'endpoint', 'issuer'],
      ['draft', 'issuer', 'endpoint'],
    ] as const) {
      const by = async (kind: AudienceKind) => {
        const { client_assertion: actor_token } = await addressed(at[name], kind);
        const more = { actor_token, actor_token_type: TOKEN_TYPE.jwt, ...(await addressed(at[name], right)) };
        return withParameters(more)(at[name]);
      };
      t.equal((await by(right)).status, 200, `profile ${name}`);
      await assertRefused(t, at[name], await by(wrong), 'actor-token-for-this-server', PROFILES[name]);
    }
  });
}

const OPEN_AGENT = 'wlpOpen0000000000001';

/** An agent that is known by its client id only, and one that is linked to an app without a secret. */
const withPublicClients: Edit = (file) => {
  file.agents?.push({
    ...{ id: OPEN_AGENT, name: 'Open agent', status: 'ACTIVE', credentials: [{ type: 'CLIENT_ID_ONLY' }] },
    callers: [{ application: 'Claude (OIDC)' }],
    resourceConnections: [{ application: 'Figma', clientIdAtResource: 'open-at-figma' }],
  });
  oidcIn(file, 'Claude Code (OIDC)').tokenEndpointAuthMethod = 'none';
};

async function provePublicClients(t: Test): Promise<void> {
  const at = await startBoth(withPublicClients);
  const clients = [
    ['an agent with Client ID only', OPEN_AGENT, EXAMPLE.appId],
    ['an agent linked to an app without a secret', EXAMPLE.linkedAgentId, EXAMPLE.linkedAgentId],
  ] as const;
  for (const [what, client_id, aud] of clients) {
    await t.test(named(`ix-client-public: ${what}`), async (t) => {
      const exchange = async (org: TestOrg) =>
        org.exchange(await forgeIdToken(org, { aud }), { ...NO_ASSERTION, client_id });
      granted(t, 'okta', await exchange(at.okta), 'mcp:read');
      const refused = await exchange(at.draft);
      t.same([refused.status, refused.body.error], [400, 'unauthorized_client']);
      await assertRefused(t, at.draft, refused, 'client-is-confidential', PROFILES.draft);
    });
  }
  await t.test('it is told so before anything else is looked at, and may still sign users in', async (t) => {
    const bare = { grant_type: GRANT_TYPE.tokenExchange, client_id: OPEN_AGENT };
    await assertRefused(t, at.draft, await at.draft.post(TOKEN, bare), 'client-is-confidential', PROFILES.draft);
    const { result } = await at.draft.authorize(ALICE, { client_id: EXAMPLE.linkedAgentId, ...PKCE });
    const code = { code: result.get('code') ?? '', code_verifier: VERIFIER, redirect_uri: EXAMPLE.redirectUri };
    const form = { grant_type: GRANT_TYPE.authorizationCode, client_id: EXAMPLE.linkedAgentId, ...code };
    t.equal((await at.draft.post(TOKEN, form)).status, 200);
  });
}

const scopesRefused = refusedBy(NO_SCOPE, NO_SCOPE);

async function provePartlyGranted(t: Test): Promise<void> {
  const partly: [asked: string, allowed: string, Parameters][] = [
    ['tasks:read tasks:admin', 'tasks:read', ASANA],
    ['tasks:admin tasks:write nonsense tasks:read', 'tasks:write tasks:read', ASANA],
    ['write:jira read:jira', 'read:jira', ATLASSIAN],
  ];
  for (const [scope, allowed, audience] of partly) {
    await t.test(named(`ix-ok-scope-subset, iss-narrowing-reported: ${scope}`), async (t) => {
      const exchange = withParameters({ ...audience, scope });
      const refused = await exchange(both.okta);
      t.same([refused.status, refused.body.error], NO_SCOPE);
      await assertRefused(t, both.okta, refused, 'scope-allowed-by-connection');
      granted(t, 'draft', await exchange(both.draft), allowed);
    });
  }
  await refuse(t, [
    scopesRefused(
      'ix-scope-ungranted, ix-conn-scope-condition: none of them',
      'scope-allowed-by-connection',
      withParameters({ ...ASANA, scope: 'tasks:admin nonsense' }),
    ),
    scopesRefused(
      'ix-scope-openid: a scope of the org is refused, not left out',
      'scope-not-of-the-org',
      withParameters({ ...ASANA, scope: 'tasks:read openid' }),
    ),
  ]);
  await t.test('all of them', async (t) => {
    const scope = 'tasks:write tasks:read';
    const exchange = withParameters({ ...ASANA, scope });
    for (const name of ProfileName) granted(t, name, await exchange(both[name]), scope);
  });
}

async function proveResponseScope(t: Test): Promise<void> {
  const cases: [title: string, more: Parameters, scope?: string][] = [
    ['ix-ok-baseline, iss-body-shape: what was asked for', { scope: 'mcp:write mcp:read' }, 'mcp:write mcp:read'],
    ['ix-ok-no-scope: what the connection lists', { ...ASANA, scope: undefined }, 'tasks:read tasks:write'],
    ['ix-ok-no-scope: what the app declares', { ...ATLASSIAN, scope: undefined }, 'read:jira'],
    ['a scope asked for once that stands twice', { scope: 'mcp:read mcp:read' }, 'mcp:read'],
    ['nothing was granted', { ...GRANOLA, scope: undefined }],
  ];
  for (const [title, more, scope] of cases) {
    await t.test(named(title), async (t) => {
      for (const name of ProfileName) granted(t, name, await withParameters(more)(both[name]), scope);
    });
  }
}

const DELEGATED = {
  ...{ sub: EXAMPLE.agentId, sub_profile: 'ai_agent' },
  act: { sub: EXAMPLE.appId, sub_profile: 'web_app' },
};

/** The same JWT as client assertion and actor token. */
const withActor: Break = async (org) => {
  const assertion = await org.asAgent();
  const actor = { actor_token: assertion.client_assertion, actor_token_type: TOKEN_TYPE.jwt };
  return withParameters({ ...assertion, ...actor, ...forDefault(org) })(org);
};
const withoutActor: Break = async (org) => withParameters(forDefault(org))(org);

/** What the System Log and the access token that the ID-JAG is redeemed for say of who acts. */
async function assertActor(t: Test, org: TestOrg, answer: Answer, act: object | undefined): Promise<void> {
  const [event, ...others] = await eventsOf(org, answer);
  t.same(others, []);
  t.match(event, { eventType: 'app.oauth2.token.grant.id_jag', outcome: { result: 'SUCCESS' } });
  const [user, { detailEntry }] = event.target;
  t.equal(user.alternateId, ALICE);
  t.match(detailEntry, { scope: 'mcp:read', subject: '00uAlice000000000001' });
  t.equal(detailEntry.actor, act && JSON.stringify(act), 'the event');
  t.equal('actor' in detailEntry, act !== undefined);
  const redeemed = await org.redeem(answer.body.access_token);
  t.equal(redeemed.status, 200, redeemed.text);
  t.same(parts(redeemed.body.access_token).claims.act, act, 'the access token');
}

async function proveActor(t: Test): Promise<void> {
  await t.test(named('iss-act-iff-actor: no actor_token'), async (t) => {
    for (const name of ProfileName) {
      const answer = await withoutActor(both[name]);
      const claims = granted(t, name, answer, 'mcp:read');
      t.equal('act' in claims, name === 'okta', `profile ${name}`);
      if (name === 'okta') t.same(claims.act, DELEGATED);
      await assertActor(t, both[name], answer, name === 'okta' ? DELEGATED : undefined);
    }
  });
  await t.test(named('iss-act-iff-actor, ix-ok-actor-same-jwt: an actor_token'), async (t) => {
    for (const name of ProfileName) {
      const answer = await withActor(both[name]);
      t.same(granted(t, name, answer, 'mcp:read').act, DELEGATED, `profile ${name}`);
      await assertActor(t, both[name], answer, DELEGATED);
    }
  });
  await t.test('an agent that is linked to the app is the only actor', async (t) => {
    for (const name of ProfileName) {
      const subject = await forgeIdToken(both[name], { aud: EXAMPLE.linkedAgentId });
      const { act } = granted(t, name, await both[name].exchange(subject, { ...NO_ASSERTION, ...LINKED }), 'mcp:read');
      const linked = { sub: EXAMPLE.linkedAgentId, sub_profile: 'ai_agent web_app' };
      t.same(act, name === 'okta' ? linked : undefined, `profile ${name}`);
    }
  });
  await refuse(t, [
    refusedBy(INVALID, INVALID)(
      'ix-actor-token-garbage',
      'actor-token-verifies',
      withParameters({ actor_token: 'a.b.c', actor_token_type: TOKEN_TYPE.jwt }),
    ),
  ]);
}

const DOCUMENTS = ['openid-configuration', 'oauth-authorization-server'];
/** Okta lists one grant type in its OAuth document only. */
const grantTypesIn = (path: string): readonly string[] => [
  ...['authorization_code', 'refresh_token', 'password'],
  ...(path.endsWith('oauth-authorization-server') ? ['client_credentials'] : []),
];
const ANNOUNCED = 'authorization_response_iss_parameter_supported';

/** A metadata document of each org, with their own issuers made the same. */
async function metadataAt(path: string): Promise<Readonly<Record<ProfileName, Record<string, unknown>>>> {
  const read = async (org: TestOrg) => JSON.parse((await org.fetch(path)).text.replaceAll(org.issuer, 'https://org'));
  return { okta: await read(both.okta), draft: await read(both.draft) };
}

/** Profile draft has these members more, `iss` in responses aside, and this grant type; all else is as in okta. */
async function assertAdded(t: Test, path: string, more: object, grantType: string): Promise<void> {
  const { okta, draft } = await metadataAt(path);
  for (const name of Object.keys(more)) t.notOk(name in okta, `no ${name} in profile okta`);
  t.same(okta.grant_types_supported, grantTypesIn(path));
  const { [ANNOUNCED]: _, ...rest } = draft;
  t.strictSame(rest, { ...okta, grant_types_supported: [...grantTypesIn(path), grantType], ...more }, path);
}

async function proveIdpMetadata(t: Test): Promise<void> {
  const more = { identity_chaining_requested_token_types_supported: [TOKEN_TYPE.idJag] };
  await t.test(named('iss-metadata'), async (t) => {
    for (const kind of DOCUMENTS) await assertAdded(t, `/.well-known/${kind}`, more, GRANT_TYPE.tokenExchange);
  });
}

async function proveRasMetadata(t: Test): Promise<void> {
  const more = { authorization_grant_profiles_supported: ['urn:ietf:params:oauth:grant-profile:id-jag'] };
  for (const kind of DOCUMENTS) {
    await assertAdded(t, `/oauth2/default/.well-known/${kind}`, more, GRANT_TYPE.jwtBearer);
  }
}

/** What an authorization request is answered with, but for `iss`. */
const RESPONSES: readonly [what: string, more: Parameters, names: readonly string[], error?: string][] = [
  ['a code', {}, ['code', 'state']],
  ['a refusal', { scope: 'nonsense' }, ['state', 'error', 'error_description'], 'invalid_scope'],
  ['nobody signed in', { sessionToken: undefined }, ['state', 'error', 'error_description'], 'login_required'],
];

async function assertResponse(t: Test, name: ProfileName, base: string, mode: string | undefined): Promise<void> {
  const org = both[name];
  for (const [what, more, names, error] of RESPONSES) {
    const { answer } = await org.authorize(ALICE, { scope: 'openid', response_mode: mode, ...more }, base);
    const values = arrived(answer);
    t.same([...values.keys()], [...names, ...(name === 'draft' ? ['iss'] : [])], `${what} by ${mode}, profile ${name}`);
    t.equal(values.get('error') ?? undefined, error);
    const issuer = base === '/oauth2' ? org.issuer : `${org.issuer}/oauth2/default`;
    t.equal(values.get('iss'), name === 'draft' ? issuer : null);
  }
}

async function proveResponseIssuer(t: Test): Promise<void> {
  for (const base of ['/oauth2', '/oauth2/default']) {
    for (const mode of [undefined, 'query', 'fragment', 'form_post']) {
      for (const name of ProfileName) await assertResponse(t, name, base, mode);
    }
  }
  for (const path of ['/.well-known/', '/oauth2/default/.well-known/']) {
    for (const kind of DOCUMENTS) {
      const { okta, draft } = await metadataAt(path + kind);
      t.notOk(ANNOUNCED in okta);
      t.equal(draft[ANNOUNCED], true);
    }
  }
  await t.test('after the sign-in page, too', async (t) => {
    for (const name of ProfileName) {
      const { issuer } = both[name];
      const browser = browserAt(issuer);
      const asked = { client_id: EXAMPLE.appId, redirect_uri: EXAMPLE.redirectUri, response_type: 'code' };
      const page = await browser.get('/oauth2/v1/authorize', { ...asked, scope: 'openid', state: 'state-1' });
      const values = arrived(await browser.submit(page.text, ALICE, EXAMPLE.password));
      t.same([...values.keys()], name === 'draft' ? ['code', 'state', 'iss'] : ['code', 'state']);
      t.equal(values.get('iss'), name === 'draft' ? issuer : null);
    }
  });
}

/** Redeems an ID-JAG that grants both scopes, or others, with a scope parameter. */
const redeemFor = async (org: TestOrg, scope: string | undefined, ofIdJag = 'mcp:read mcp:write') =>
  org.redeem(await forgeIdJag(org, { scope: ofIdJag }), { scope });

function assertRedeemed(t: Test, { status, body, text }: Answer, scope: string): void {
  t.equal(status, 200, text);
  t.same(Object.keys(body), ['token_type', 'expires_in', 'access_token', 'scope']);
  t.equal(body.scope, scope);
  t.same(parts(body.access_token).claims.scp, scope.split(' '));
}

async function proveRedeemedScope(t: Test): Promise<void> {
  for (const name of ProfileName) {
    assertRedeemed(t, await redeemFor(both[name], undefined), 'mcp:read mcp:write');
    assertRedeemed(t, await redeemFor(both[name], ''), 'mcp:read mcp:write');
  }
  const within = ['mcp:read', 'mcp:write', 'mcp:write mcp:read'];
  const beyond = [
    'mcp:admin',
    'mcp:read mcp:admin',
    'openid',
    'offline_access',
    'mcp:read"',
    ' ',
    'mcp:read  mcp:write',
  ];
  for (const scope of [...within, ...beyond]) {
    const answer = await redeemFor(both.okta, scope);
    t.same([answer.status, answer.body.error], INVALID, scope);
    await assertRefused(t, both.okta, answer, 'redeem-without-scope');
  }
  for (const scope of within) assertRedeemed(t, await redeemFor(both.draft, scope), scope);
  const asked = [
    ...beyond.map((scope) => redeemFor(both.draft, scope)),
    redeemFor(both.draft, 'mcp:write', 'mcp:read'),
  ];
  for (const answer of await Promise.all(asked)) {
    t.same([answer.status, answer.body.error], NO_SCOPE);
    await assertRefused(t, both.draft, answer, 'redeem-scope-within-id-jag', PROFILES.draft);
  }
}

async function proveRedeemedTwice(t: Test): Promise<void> {
  const again = await forgeIdJag(both.okta);
  assertRedeemed(t, await both.okta.redeem(again), 'mcp:read');
  const refused = await both.okta.redeem(again);
  t.same([refused.status, refused.body.error], NO_GRANT);
  await assertRefused(t, both.okta, refused, 'id-jag-unused');

  const own = await startOrg('draft');
  const idJag = await forgeIdJag(own);
  const twice = [await own.redeem(idJag), await own.redeem(idJag)];
  const atOnce = await Promise.all(Array.from({ length: 20 }, () => own.redeem(idJag)));
  const answers = [...twice, ...atOnce];
  for (const answer of answers) assertRedeemed(t, answer, 'mcp:read');
  const ids = answers.map(({ body }) => parts(body.access_token).claims.jti);
  t.equal(new Set(ids).size, 22, 'each time another access token');
  own.advance(301_000);
  await assertRefused(t, own, await own.redeem(idJag), 'id-jag-not-expired', PROFILES.draft);
}

async function proveAssertionInOneHop(t: Test): Promise<void> {
  const saml = { subject_token_type: TOKEN_TYPE.saml2 };
  const once = assertion();
  const refused = await both.okta.exchange(once, saml);
  await assertRefused(t, both.okta, refused, 'subject-token-type-exchangeable');
  t.equal((await exchangeAssertion(both.okta, once)).status, 200, 'the refusal did not spend it');
  const claims = granted(t, 'draft', await both.draft.exchange(once, saml), 'mcp:read');
  t.match(claims, { sub: '00uAlice000000000001', email: ALICE, sub_id: { format: 'saml-nameid', nameid: ALICE } });
  for (const again of [both.draft.exchange(once, saml), exchangeAssertion(both.draft, once)]) {
    await assertRefused(t, both.draft, await again, 'saml-not-replayed', PROFILES.draft);
  }
  const forged = await both.draft.exchange(assertion({ tamper: 'nameid-changed' }), saml);
  await assertRefused(t, both.draft, forged, 'saml-signature-verifies', PROFILES.draft);
  const twoHops = await exchangeAssertion(both.draft, assertion());
  granted(t, 'draft', await both.draft.exchange(twoHops.body.access_token, REFRESH), 'mcp:read');
}

async function proveEmailBesideOtherNameId(t: Test): Promise<void> {
  const emailIn = async (org: TestOrg) => {
    const { id_token } = await org.signIn(ALICE);
    const answer = await org.exchange(id_token, { ...GRANOLA, scope: undefined });
    t.equal(answer.status, 200, answer.text);
    const { email, sub_id } = parts(answer.body.access_token).claims;
    return [email, sub_id?.nameid_format.split(':').pop()];
  };
  t.same(await emailIn(both.okta), [undefined, 'unspecified']);
  t.same(await emailIn(both.draft), [ALICE, 'unspecified']);
  const ofTheOin = await startOrg('okta', (file) => (appIn(file, 'Granola').origin = 'oin'));
  t.same(await emailIn(ofTheOin), [ALICE, 'unspecified'], 'the guide speaks of custom applications only');
  for (const name of ProfileName) {
    const followed = await startOrg(name, (file) => {
      Object.assign(appIn(file, 'Granola').saml as object, { nameIdFormat: EMAIL_NAME_ID });
    });
    t.same(await emailIn(followed), [ALICE, 'emailAddress'], 'as the guide advises');
  }
}

/** Row of the table -> what proves it. */
const PROOFS: Readonly<Record<keyof typeof DIFFERENCES, (t: Test) => Promise<void>>> = {
  subjectTokenError: (t) => refuseWorded(t, 'subjectTokenError', SUBJECT_ROWS),
  entitlementError: (t) => refuseWorded(t, 'entitlementError', ENTITLEMENT_ROWS),
  missingAudienceError: (t) => refuseWorded(t, 'missingAudienceError', AUDIENCE_ROWS),
  pkceVerifierError: (t) => refuseWorded(t, 'pkceVerifierError', PKCE_ROWS),
  errorStatus: proveErrorStatus,
  unknownClientShape: proveUnknownClient,
  clientAssertionAudience: proveAssertionAudience,
  publicClients: provePublicClients,
  partlyGrantedScope: provePartlyGranted,
  assertionInOneHop: proveAssertionInOneHop,
  responseScope: proveResponseScope,
  actor: proveActor,
  emailBesideOtherNameId: proveEmailBesideOtherNameId,
  idpMetadata: proveIdpMetadata,
  rasMetadata: proveRasMetadata,
  authorizationResponseIssuer: proveResponseIssuer,
  redeemedScope: proveRedeemedScope,
  redeemedTwice: proveRedeemedTwice,
};

for (const [name, prove] of Object.entries(PROOFS)) {
  t.test(DIFFERENCES[name as keyof typeof DIFFERENCES].what, prove);
}

t.test('every row of the table is proved', async (t) => {
  t.same(Object.keys(PROOFS), Object.keys(DIFFERENCES));
  for (const [name, { okta, draft }] of Object.entries(DIFFERENCES)) {
    t.not(okta.is, draft.is, `${name} is a difference`);
    t.not(okta.words, draft.words);
  }
});

/** The profile that an org runs in, by what it says of itself and by how it refuses. */
async function profileOf(t: Test, org: TestOrg): Promise<ProfileName> {
  const { body } = await org.fetch('/.well-known/openid-configuration');
  const refused = await withParameters({ audience: undefined })(org);
  const name = ANNOUNCED in body ? 'draft' : 'okta';
  t.equal(refused.body.error, name === 'draft' ? 'invalid_request' : 'invalid_target');
  return name;
}

const inFile =
  (profile: ProfileName): Edit =>
  (file) => {
    file.org = { ...file.org, settings: { profile } };
  };

t.test('the profile of an org: the start option, or else its org file, or else okta', async (t) => {
  const cases: [expected: ProfileName, file: ProfileName | undefined, option: ProfileName | undefined][] = [
    ['okta', undefined, undefined],
    ['okta', 'okta', undefined],
    ['draft', 'draft', undefined],
    ['draft', undefined, 'draft'],
    ['draft', 'okta', 'draft'],
    ['okta', 'draft', 'okta'],
  ];
  for (const [expected, file, profile] of cases) {
    const org = await startTestOrg({ profile, ...(file && { org: editedOrg(inFile(file)) }) });
    t.teardown(() => org.close());
    t.equal(await profileOf(t, org), expected, `file: ${file}, option: ${profile}`);
  }
  for (const name of ProfileName) t.equal(await profileOf(t, await startOpen(name)), name, 'changed while it runs');
});

t.test('an org file with another profile is refused', async (t) => {
  const starting = startTestOrg({ org: editedOrg(inFile('ietf' as ProfileName)) });
  await t.rejects(starting, { name: 'StartFailure', message: /profile.*okta.*draft/s });
});

t.test('the flag --profile, and XAA_PROFILE', async (t) => {
  const chosen = (argv: string[], env: Record<string, string> = {}) => {
    const config = readConfig(argv, env);
    return 'settings' in config ? config.settings.profile : config;
  };
  t.equal(chosen([]), undefined, 'left to the org file');
  for (const name of ProfileName) {
    t.equal(chosen(['--profile', name]), name);
    t.equal(chosen([], { XAA_PROFILE: name }), name);
  }
  t.equal(chosen(['--profile', 'okta'], { XAA_PROFILE: 'draft' }), 'okta');
  t.equal(chosen([], { XAA_PROFILE: '' }), undefined);
  const message = '--profile (or XAA_PROFILE) is none of okta, draft.';
  for (const wrong of ['', 'Draft', 'ietf', 'okta,draft']) {
    t.throws(() => readConfig(['--profile', wrong], {}), { name: 'ConfigError', message }, wrong);
  }
  t.throws(() => readConfig([], { XAA_PROFILE: 'ietf' }), { name: 'ConfigError', message });
});

t.test('the process hands it on', async (t) => {
  const server = run(['--port', '0', '--store', 'memory:', '--profile', 'draft'], { XAA_PROFILE: 'okta' });
  t.teardown(() => server.child.kill('SIGTERM'));
  const issuer = await server.printed(/Listening on (\S+)\n$/);
  const org = driving({ issuer, banner: '', close: async () => {} }, testClock());
  t.equal(await profileOf(t, org), 'draft');
});

t.test('no secret reaches a log', (t) => watch.check(t, orgs));
