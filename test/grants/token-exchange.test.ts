/**
 * The exchange over HTTP: every rule broken by a request that is good otherwise, and what an ID-JAG says when none is.
 * Titles carry the ids of the catalogue of what an IdP's token endpoint must refuse.
 */
import t, { type Test } from 'tap';
import { SAML_ASSERTION_RULES } from '../../src/grants/saml-assertion-rules.js';
import { EXCHANGE_RULES } from '../../src/grants/token-exchange-rules.js';
import { GRANT_TYPE, TOKEN_TYPE } from '../../src/protocol/urns.js';
import { applications } from '../../src/registry/application.js';
import { type SigningKey, signingKeys } from '../../src/registry/jwk.js';
import { users } from '../../src/registry/user.js';
import { forgeIdToken, freshKey, orgKey, parts, sign, signAs, tampered, unsigned } from '../support/forge.js';
import { type OpenOrg, startOpenOrg } from '../support/open-org.js';
import {
  type Answer,
  APP_BASIC,
  type AssertionOptions,
  driving,
  EXAMPLE,
  keepOrgs,
  type Parameters,
  startTestOrg,
  type TestOrg,
  testClock,
} from '../support/org.js';
import {
  agentIn,
  appIn,
  connectionIn,
  type Edit,
  editedOrg,
  oidcIn,
  samlIn,
  serverIn,
  xaaIn,
} from '../support/org-edits.js';
import {
  assertComplete,
  assertNotCached,
  assertRefused,
  eventsOf,
  named,
  type Row,
  runRows,
} from '../support/refusals.js';
import { watchSecrets } from '../support/secret-watch.js';

const watch = watchSecrets(t);
const { orgs, keep } = keepOrgs(t);

async function startOrg(edit?: Edit): Promise<TestOrg> {
  return keep(await startTestOrg(edit ? { org: editedOrg(edit) } : {}));
}

const org = await startOrg();
const alice = await org.signIn('alice@example.com');
const MCP = 'https://mcp.figma.example/mcp';
type Tokens = Awaited<ReturnType<TestOrg['signIn']>>;
const REFRESH = { subject_token_type: TOKEN_TYPE.refreshToken };
const ACCESS = { subject_token_type: TOKEN_TYPE.accessToken };
const LINKED = { client_id: EXAMPLE.linkedAgentId, client_secret: EXAMPLE.linkedSecret };
const NO_ASSERTION = { client_assertion: undefined, client_assertion_type: undefined };

interface ExchangeRow extends Row<TestOrg> {
  /** A change of the org without which the rule cannot be broken; `open`: the org is changed while it runs. */
  readonly edit?: Edit | 'open';
}

/** An org of the row's own whose registry can be changed while it runs. */
type OpenTestOrg = TestOrg & Pick<OpenOrg, 'change' | 'remove'>;

async function startOpen(): Promise<OpenTestOrg> {
  const clock = testClock();
  const open = await startOpenOrg(undefined, clock.now);
  t.teardown(() => open.close());
  return { ...driving(open, clock), change: open.change, remove: open.remove };
}

type Break = (org: TestOrg) => Promise<Answer>;

/** The good exchange with other parameters. */
const withParameters =
  (more: Parameters): Break =>
  async (org) =>
    org.exchange(await forgeIdToken(org), more);

/** The good exchange of an ID token with other claims or another header. */
const withIdToken =
  (claims: Record<string, unknown>, header: Record<string, unknown> = {}, server = 'org'): Break =>
  async (org) =>
    org.exchange(await forgeIdToken(org, claims, header, server));

/** The good exchange with whatever token is made. */
const withToken =
  (make: (org: TestOrg) => string | Promise<string>, more: Parameters = {}): Break =>
  async (org) =>
    org.exchange(await make(org), more);

const row = (title: string, rule: string, breakIt: Break, edit?: ExchangeRow['edit']): ExchangeRow => ({
  title,
  rule,
  breakIt,
  ...(edit && { edit }),
});

const now = () => Math.floor(Date.now() / 1000);
const HS256_KEY = async () => new TextEncoder().encode((await orgKey()).jwk.n);

const actor = async (org: TestOrg, token: string) =>
  org.exchange(await forgeIdToken(org), { actor_token: token, actor_token_type: TOKEN_TYPE.jwt });

/** A JWT that the agent has signed as it signs a client assertion. */
const actorToken = async (org: TestOrg, options: AssertionOptions = {}) =>
  (await org.asAgent(options)).client_assertion as string;

/** So many actors, one within the other. */
const actors = (count: number): object => ({ sub: `actor-${count}`, ...(count > 1 && { act: actors(count - 1) }) });

/** Signs Alice in to the app that is linked to the agent. */
async function linkedSignIn(org: TestOrg): Promise<Tokens> {
  const { result } = await org.authorize('alice@example.com', { client_id: EXAMPLE.linkedAgentId });
  const code = result.get('code') ?? undefined;
  const form = { grant_type: 'authorization_code', code, redirect_uri: EXAMPLE.redirectUri, ...LINKED };
  return (await org.post('/oauth2/v1/token', form)).body;
}

const revoke = (org: TestOrg, token: string) => org.post('/oauth2/v1/revoke', { token }, { authorization: APP_BASIC });

const refresh = (org: TestOrg, { refresh_token }: Pick<Tokens, 'refresh_token'>) =>
  org.post('/oauth2/v1/token', { grant_type: 'refresh_token', refresh_token }, { authorization: APP_BASIC });

const OLD = 'https://auth.old.example';

/** The app's Issuer URL was edited after the connection had copied it. */
const moved: Edit = (file) => {
  connectionIn(file, 'Figma').issuerUrl = OLD;
};

const forDefault = async (org: TestOrg, more: Parameters = {}) =>
  org.exchange(await forgeIdToken(org), { audience: `${org.issuer}/oauth2/default`, ...more });

/** For rows that move the clock or end a session: an org of their own, otherwise as it is. */
const OWN: Edit = () => {};

/** A sign-in, something that happens, and then the good exchange. */
const after =
  (happens: (org: TestOrg, tokens: Tokens) => unknown, kind: 'id_token' | 'refresh_token' = 'id_token'): Break =>
  async (org) => {
    const tokens = await org.signIn('alice@example.com');
    await happens(org, tokens);
    return org.exchange(tokens[kind], kind === 'refresh_token' ? REFRESH : {});
  };

const REQUEST_ROWS: readonly ExchangeRow[] = [
  row('ix-feature-off', 'org-has-xaa', withParameters({ subject_token: undefined }), (file) => {
    file.org = { ...file.org, features: { xaa: false } };
  }),
  row(
    'an OIDC app that is no agent',
    'client-is-an-agent',
    async (org) =>
      org.post(
        '/oauth2/v1/token',
        {
          ...{ grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', requested_token_type: TOKEN_TYPE.idJag },
          ...{ subject_token_type: TOKEN_TYPE.idToken, subject_token: await forgeIdToken(org) },
          ...{ audience: EXAMPLE.figma },
        },
        { authorization: APP_BASIC },
      ),
    (file) => {
      oidcIn(file).grantTypes = ['urn:ietf:params:oauth:grant-type:token-exchange'];
    },
  ),
  row('ix-custom-as: an exchange at a custom server', 'exchange-at-the-org', async (org) => {
    const endpoint = '/oauth2/default/v1/token';
    const form = {
      ...{ grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', requested_token_type: TOKEN_TYPE.idJag },
      ...{ subject_token_type: TOKEN_TYPE.idToken, subject_token: await forgeIdToken(org), audience: EXAMPLE.figma },
    };
    return org.post(endpoint, { ...form, ...(await org.asAgent({ endpoint })) });
  }),
  row('ix-no-subject-type', 'subject-token-type-sent', withParameters({ subject_token_type: undefined })),
  row('ix-no-subject-token', 'subject-token-sent', withParameters({ subject_token: undefined })),
  row('ix-empty-subject-token', 'subject-token-sent', withParameters({ subject_token: '' })),
  row('ix-no-audience', 'audience-sent', withParameters({ audience: undefined })),
  row('ix-aud-empty', 'audience-sent', withParameters({ audience: '' })),
  row('ix-aud-two', 'audience-single', withParameters({ audience: [EXAMPLE.figma, 'https://auth.asana.example'] })),
  row('ix-actor-type-without-token', 'actor-token-sent', withParameters({ actor_token_type: TOKEN_TYPE.jwt })),
  row('ix-actor-token-without-type', 'actor-token-typed', withParameters({ actor_token: 'a.b.c' })),
  row(
    'an actor token of another type',
    'actor-token-type-is-jwt',
    withParameters({ actor_token: 'a.b.c', actor_token_type: TOKEN_TYPE.idToken }),
  ),
  ...['mcp:read  mcp:write', ' mcp:read', 'a"b', 'a\\b', 'a\tb', 'a\u0001b', 'é'].map((scope) =>
    row(`ix-scope-malformed: ${JSON.stringify(scope)}`, 'scope-well-formed', withParameters({ scope })),
  ),
  row('ix-no-requested-type', 'requested-type-is-id-jag', withParameters({ requested_token_type: undefined })),
  ...['urn:ietf:params:oauth:token-type:id_jag', TOKEN_TYPE.jwt, TOKEN_TYPE.idJag.toUpperCase()].map((type) =>
    row(
      `ix-requested-type-unknown: ${type}`,
      'requested-type-is-id-jag',
      withParameters({ requested_token_type: type }),
    ),
  ),
  row(
    'ix-requested-access-token',
    'requested-type-is-id-jag',
    withParameters({ requested_token_type: 'urn:ietf:params:oauth:token-type:access_token' }),
  ),
  ...['saml1', 'jwt', 'made-up', '__proto__'].map((type) =>
    row(
      `ix-subject-type-unsupported: ${type}`,
      'subject-token-type-exchangeable',
      withParameters({ subject_token_type: `urn:ietf:params:oauth:token-type:${type}` }),
    ),
  ),
];

const SUBJECT_ROWS: readonly ExchangeRow[] = [
  ...['garbage', 'a.b.c', '..', 'eyJhbGciOiJSUzI1NiJ9.e30.', 'x'.repeat(500_000)].map((token) =>
    row(
      `ix-idt-garbage: ${token.slice(0, 30)}`,
      'subject-token-valid',
      withToken(() => token),
    ),
  ),
  row(
    'ix-idt-bad-sig',
    'subject-token-valid',
    withToken(async (org) => tampered(await forgeIdToken(org), { claims: { sub: '00uDave000000000001x' } })),
  ),
  row(
    'ix-idt-foreign-key',
    'subject-token-valid',
    withToken(async (org) => {
      const { kid } = await orgKey();
      return sign(parts(await forgeIdToken(org)).claims, { alg: 'RS256', kid }, (await freshKey()).key);
    }),
  ),
  row(
    'ix-idt-retired-key',
    'subject-token-valid',
    async (org) => {
      const { kid, key } = await orgKey('org', 'NEXT');
      const token = await sign(parts(await forgeIdToken(org)).claims, { alg: 'RS256', kid }, key);
      if ((await org.exchange(token)).status !== 200) throw new Error('the key was good before');
      await (org as OpenTestOrg).remove(signingKeys, kid);
      return org.exchange(token);
    },
    'open',
  ),
  row(
    'a key the org does not publish',
    'subject-token-valid',
    withToken(async (org) => {
      const { key } = await freshKey();
      return sign(parts(await forgeIdToken(org)).claims, { alg: 'RS256', kid: 'unpublished' }, key);
    }),
  ),
  row(
    'ix-idt-alg-none',
    'subject-token-valid',
    withToken(async (org) => unsigned(await forgeIdToken(org))),
  ),
  row(
    'ix-idt-hs256: keyed with the public modulus',
    'subject-token-valid',
    withToken(async (org) => {
      const { kid } = await orgKey();
      return sign(parts(await forgeIdToken(org)).claims, { alg: 'HS256', kid }, await HS256_KEY());
    }),
  ),
  row(
    'ix-idt-header-key: the key in the header',
    'subject-token-valid',
    withToken(async (org) => {
      const { key, jwk } = await freshKey();
      return sign(parts(await forgeIdToken(org)).claims, { alg: 'RS256', jwk, jku: 'http://127.0.0.1:9/' }, key);
    }),
  ),
  row('ix-idt-wrong-iss', 'subject-token-issuer-known', withIdToken({ iss: 'https://idp.example' })),
  row('an access token of another issuer', 'subject-token-issuer-known', async (org) =>
    org.exchange(await forgeIdToken(org, { iss: 'https://idp.example' }), ACCESS),
  ),
  row('an issuer that is no URL', 'subject-token-valid', withIdToken({ iss: 'idp' })),
  row('an issuer that is not text', 'subject-token-valid', withIdToken({ iss: { toString: 'org' } })),
  row(
    'an ID token of the org that names a custom server as its issuer',
    'subject-token-valid',
    withToken((org) => forgeIdToken(org, { iss: `${org.issuer}/oauth2/default` })),
  ),
  row('ix-idt-multi-aud', 'subject-token-valid', withIdToken({ aud: [EXAMPLE.appId, 'other'], azp: 'other' })),
  row('an aud of one element: this org writes text', 'subject-token-valid', withIdToken({ aud: [EXAMPLE.appId] })),
  ...['ix-idt-no-sub', 'ix-idt-no-iat', 'ix-idt-no-exp', 'ix-idt-no-aud', 'no jti', 'no iss'].map((title) =>
    row(title, 'subject-token-valid', withIdToken({ [title.slice(-3)]: undefined })),
  ),
  ...[{ nbf: 'x' }, { exp: '9999999999' }, { exp: null }, { iat: {} }, { sub: 5 }, { jti: 'IDx' }, { email: 1 }].map(
    (claims) => row(`a claim of the wrong type: ${JSON.stringify(claims)}`, 'subject-token-valid', withIdToken(claims)),
  ),
  row(
    'claims that are no object',
    'subject-token-valid',
    withToken(() => signAs('org', '[1]')),
  ),
  row(
    'claims that are no JSON',
    'subject-token-valid',
    withToken(() => signAs('org', 'not JSON')),
  ),
  row(
    'ix-sub-is-access-token',
    'subject-token-valid',
    withToken(async (org) => (await org.signIn('alice@example.com')).access_token),
  ),
  row(
    "ix-sub-is-access-token: a custom server's, which has no typ either",
    'subject-token-valid',
    withToken(async (org) => {
      const { claims } = parts(await forgeIdToken(org, {}, {}, 'default'));
      return signAs('default', { ...claims, jti: claims.jti.replace('ID.', 'AT.'), scp: ['mcp:read'] });
    }),
  ),
  row(
    'ix-sub-is-id-jag',
    'subject-token-valid',
    withToken(async (org) => (await org.exchange(await forgeIdToken(org))).body.access_token),
  ),
  row(
    'ix-sub-is-client-assertion',
    'subject-token-valid',
    withToken(async (org) => (await org.asAgent()).client_assertion as string),
  ),
  row('ix-sub-is-logout-token', 'subject-token-valid', withIdToken({}, { typ: 'logout+jwt' })),
  row('an ID token with the typ of any JWT', 'subject-token-valid', withIdToken({}, { typ: 'JWT' })),
  row('a critical header that nobody knows', 'subject-token-valid', async (org) => {
    const { header, claims } = parts(await forgeIdToken(org));
    return org.exchange(tampered(await signAs('org', claims, header), { header: { crit: ['exp'], exp: 1 } }));
  }),
  row(
    'ix-sub-type-mislabel: an ID token labelled refresh_token',
    'subject-token-valid',
    withToken((org) => forgeIdToken(org), REFRESH),
  ),
  row(
    'ix-sub-type-mislabel: a refresh token labelled id_token',
    'subject-token-valid',
    withToken(async (org) => (await org.signIn('alice@example.com')).refresh_token),
  ),
  row(
    'ix-rt-unknown',
    'subject-token-valid',
    withToken(() => 'no-such-refresh-token', REFRESH),
  ),
  row(
    'ix-rt-is-access-token',
    'subject-token-valid',
    withToken(async (org) => (await org.signIn('alice@example.com')).access_token, REFRESH),
  ),
  row(
    'an ID token of a custom server that is no longer active',
    'subject-server-active',
    withIdToken({}, {}, 'default'),
    (file) => {
      serverIn(file).status = 'INACTIVE';
      agentIn(file).callers = [{ application: 'Claude (OIDC)', authorizationServer: 'default' }];
    },
  ),
  row(
    'ix-idt-future: beyond the leeway',
    'subject-token-not-from-the-future',
    withIdToken({ iat: now() + 600, exp: now() + 3600 }),
  ),
  row('ix-idt-future: by nbf', 'subject-token-not-from-the-future', withIdToken({ nbf: now() + 600 })),
  row('ix-idt-future: absurdly', 'subject-token-not-from-the-future', withIdToken({ iat: 1e308 })),
  row('ix-idt-expired', 'subject-token-not-expired', withIdToken({ iat: now() - 3601, exp: now() - 1 })),
  row('ix-ok-idtoken-leeway', 'subject-token-not-expired', withIdToken({ iat: now() - 3605, exp: now() - 5 })),
  row(
    'ix-idt-expired: an hour later',
    'subject-token-not-expired',
    after((org) => org.advance(3_600_000)),
    OWN,
  ),
  row(
    'ix-rt-expired',
    'subject-token-not-expired',
    after((org) => org.advance(90 * 86_400_000), 'refresh_token'),
    OWN,
  ),
  row(
    'ix-rt-revoked',
    'subject-grant-not-revoked',
    after((org, { refresh_token: token }) => revoke(org, token), 'refresh_token'),
  ),
  row(
    'an ID token whose grant was revoked by its access token',
    'subject-grant-not-revoked',
    after((org, { access_token: token }) => revoke(org, token)),
  ),
  row('ix-rt-rotated-reuse', 'subject-refresh-token-not-rotated-out', after(refresh, 'refresh_token'), (file) => {
    oidcIn(file).refreshToken = { rotationType: 'ROTATE', leeway: 0 };
  }),
  row(
    'ix-rt-rotated-reuse: after the leeway',
    'subject-refresh-token-not-rotated-out',
    after(async (org, tokens) => {
      await refresh(org, tokens);
      org.advance(31_000);
    }, 'refresh_token'),
    (file) => {
      oidcIn(file).refreshToken = { rotationType: 'ROTATE', leeway: 30 };
    },
  ),
  row(
    'ix-idt-session-ended',
    'subject-session-live',
    after((org, { id_token }) => org.fetch(`/oauth2/v1/logout?id_token_hint=${id_token}`)),
  ),
  row('an ID token for a client that is no longer there', 'caller-known', withIdToken({ aud: '0oaGone' })),
  row('ix-agent-no-caller, ix-idt-wrong-aud: an app that is no caller', 'caller-delegated', async (org) =>
    org.exchange(await forgeIdToken(org, { aud: EXAMPLE.linkedAgentId })),
  ),
  row(
    'ix-idt-aud-ras: an ID token minted for the resource app',
    'caller-delegated',
    withIdToken({ aud: '0oaAtlassian00000001' }),
  ),
  row(
    'ix-rt-other-client: a refresh token of an app that is no caller',
    'subject-refresh-token-of-a-caller',
    after(() => {}, 'refresh_token'),
    (file) => {
      agentIn(file).callers = [{ application: 'Claude' }];
    },
  ),
  row(
    'a refresh token whose application is no longer there',
    'subject-refresh-token-of-a-caller',
    async (org) => {
      const { refresh_token } = await org.signIn('alice@example.com');
      await (org as OpenTestOrg).remove(applications, EXAMPLE.appId);
      return org.exchange(refresh_token, REFRESH);
    },
    'open',
  ),
  row(
    'ix-idt-custom-as: the delegation names the org server',
    'caller-server-delegated',
    withIdToken({}, {}, 'default'),
  ),
  row('the delegation names a custom server', 'caller-server-delegated', withIdToken({}), (file) => {
    agentIn(file).callers = [{ application: 'Claude (OIDC)', authorizationServer: 'default' }];
  }),
  row('the requesting app was deactivated', 'caller-active', withIdToken({}), (file) => {
    appIn(file, 'Claude (OIDC)').status = 'INACTIVE';
  }),
  row('ix-sub-access-token-type', 'machine-access-delegated', async (org) =>
    org.exchange((await org.signIn('alice@example.com')).access_token, ACCESS),
  ),
  row("ix-sub-access-token-type: of the agent's linked app", 'machine-access-delegated', async (org) => {
    const { access_token } = await linkedSignIn(org);
    return org.exchange(access_token, { ...ACCESS, ...NO_ASSERTION, ...LINKED });
  }),
  row('an ID token by the name of an access token', 'subject-token-valid', async (org) =>
    org.exchange(await forgeIdToken(org), ACCESS),
  ),
  row(
    'an access token that is garbage',
    'subject-token-valid',
    withToken(() => 'garbage', ACCESS),
  ),
  row(
    'ix-rt-user-inactive',
    'user-active',
    async (org) => {
      const { refresh_token } = await org.signIn('alice@example.com');
      await (org as OpenTestOrg).change(users, '00uAlice000000000001', (user) => ({
        ...user,
        status: 'SUSPENDED' as const,
      }));
      return org.exchange(refresh_token, REFRESH);
    },
    'open',
  ),
  ...[{ act: 'x' }, { act: [] }, { act: null }, { act: { sub: 'a', act: 1 } }].map((claims) =>
    row(`ix-idt-act-malformed: ${JSON.stringify(claims)}`, 'subject-act-well-formed', withIdToken(claims)),
  ),
  row('ix-idt-act-deep', 'subject-act-depth', withIdToken({ act: actors(6) })),
  row('ix-idt-unknown-user', 'user-known', withIdToken({ sub: '00uNobody00000000001' })),
  row('a sub that names a property of every object', 'user-known', withIdToken({ sub: '__proto__' })),
  row('ix-idt-user-inactive: suspended', 'user-active', withIdToken({ sub: '00uFrank000000000001' })),
  row(
    'ix-idt-unassigned-requester: on the resource side only',
    'user-assigned-to-caller',
    withIdToken({ sub: '00uDave000000000001x' }),
  ),
  row('ix-idt-unassigned-requester: nowhere', 'user-assigned-to-caller', withIdToken({ sub: '00uErin000000000001x' })),
  row('ix-actor-token-garbage', 'actor-token-verifies', (org) => actor(org, 'a.b.c')),
  row('ix-actor-token-garbage: a signature of somebody else', 'actor-token-verifies', async (org) =>
    actor(org, await actorToken(org, { key: (await freshKey()).key })),
  ),
  row('ix-actor-equals-subject', 'actor-token-verifies', async (org) => {
    const token = await forgeIdToken(org);
    return org.exchange(token, { actor_token: token, actor_token_type: TOKEN_TYPE.jwt });
  }),
  row('an actor token that names nobody here', 'actor-token-verifies', async (org) =>
    actor(org, await actorToken(org, { claims: { iss: 'nobody', sub: 'nobody' } })),
  ),
  row('ix-actor-token-other-agent', 'actor-token-names-the-client', async (org) =>
    actor(org, await actorToken(org, { claims: { iss: EXAMPLE.linkedAgentId, sub: EXAMPLE.linkedAgentId } })),
  ),
  ...['https://other.example', undefined].map((aud) =>
    row(`an actor token for ${aud ?? 'no server'}`, 'actor-token-for-this-server', async (org) =>
      actor(org, await actorToken(org, { claims: { aud: aud as string } })),
    ),
  ),
  row('ix-actor-token-expired', 'actor-token-not-expired', async (org) =>
    actor(org, await actorToken(org, { claims: { exp: now() - 1 } })),
  ),
  ...['https://evil.example', undefined].map((iss) =>
    row(`an actor token by ${iss ?? 'nobody'} about the agent`, 'actor-token-verifies', async (org) =>
      actor(org, await actorToken(org, { claims: { iss: iss as string } })),
    ),
  ),
  row('an actor token that lives for a year', 'actor-token-lives-at-most-an-hour', async (org) =>
    actor(org, await actorToken(org, { claims: { exp: now() + 31_536_000 } })),
  ),
  ...['iat', 'nbf'].map((claim) =>
    row(`an actor token from the future, by ${claim}`, 'actor-token-not-from-the-future', async (org) =>
      actor(org, await actorToken(org, { claims: { [claim]: now() + 600 } })),
    ),
  ),
  row('an actor token that never expires', 'actor-token-not-expired', async (org) =>
    actor(org, await actorToken(org, { claims: { exp: undefined as never } })),
  ),
  row('an actor token that was used before, as one', 'actor-token-unused', async (org) => {
    const token = await actorToken(org);
    await actor(org, token);
    return actor(org, token);
  }),
  row('an actor token that was used before, as a client assertion', 'actor-token-unused', async (org) => {
    const assertion = await org.asAgent();
    await org.exchange(await forgeIdToken(org), assertion);
    return actor(org, assertion.client_assertion as string);
  }),
];

const AUDIENCE_ROWS: readonly ExchangeRow[] = [
  ...[
    ['ix-aud-unknown', 'https://auth.nowhere.example'],
    ['ix-aud-trailing-slash', `${EXAMPLE.figma}/`],
    ['ix-aud-token-endpoint', `${EXAMPLE.figma}/oauth2/token`],
    ['ix-aud-is-resource', MCP],
    ['an audience in another case', EXAMPLE.figma.toUpperCase()],
    ['ix-ok-audience-alias: the id of the app', '0oaFigma000000000001'],
    ['an audience in the spelling of the org file', '{issuer}/oauth2/default'],
    ['an audience that names a property of every object', '__proto__'],
  ].map(([title = '', audience]) => row(title, 'audience-known', withParameters({ audience, scope: undefined }))),
  row('ix-aud-swapped', 'audience-known', withParameters({ audience: MCP, resource: EXAMPLE.figma })),
  row('ix-aud-self', 'audience-is-another-server', async (org) =>
    org.exchange(await forgeIdToken(org), { audience: org.issuer }),
  ),
  row(
    'ix-aud-self: though an app has the Issuer URL of the org, and is connected',
    'audience-is-another-server',
    async (org) => org.exchange(await forgeIdToken(org), { audience: org.issuer }),
    (file) => {
      xaaIn(file, 'Figma').issuerUrl = '{issuer}';
    },
  ),
  ...['ix-aud-no-connection', 'ix-agent-no-connection'].map((title) =>
    row(title, 'agent-connected-to-audience', withParameters({}), (file) => {
      agentIn(file).resourceConnections = [];
    }),
  ),
  row(
    'ix-aud-no-connection: a custom authorization server',
    'agent-connected-to-audience',
    (org) => forDefault(org),
    (file) => {
      agentIn(file).resourceConnections = [];
    },
  ),
  row(
    'ix-rt-aud-beyond',
    'agent-connected-to-audience',
    async (org) => {
      const { refresh_token } = await org.signIn('alice@example.com');
      return org.exchange(refresh_token, { ...REFRESH, audience: 'https://auth.asana.example', scope: undefined });
    },
    (file) => {
      agentIn(file).resourceConnections = [connectionIn(file, 'Figma')];
    },
  ),
  row('an inactive connection', 'connection-active', withParameters({}), (file) => {
    connectionIn(file, 'Figma').status = 'INACTIVE';
  }),
  row('ix-aud-inactive-app', 'resource-active', withParameters({}), (file) => {
    appIn(file, 'Figma').status = 'INACTIVE';
  }),
  row(
    'an inactive custom authorization server',
    'resource-active',
    (org) => forDefault(org),
    (file) => {
      serverIn(file).status = 'INACTIVE';
    },
  ),
  row('ix-app-xaa-disabled', 'resource-xaa-enabled', withParameters({}), (file) => {
    xaaIn(file, 'Figma').enabled = false;
  }),
  row(
    'an app whose Issuer URL was emptied since the connection was made',
    'resource-has-issuer-url',
    withParameters({}),
    (file) => {
      for (const { resourceConnections = [] } of file.agents ?? []) {
        for (const one of resourceConnections) if (one.application === 'Figma') one.issuerUrl = EXAMPLE.figma;
      }
      delete xaaIn(file, 'Figma').issuerUrl;
    },
  ),
  row(
    'ix-conn-issuer-changed: the old audience',
    'connection-issuer-current',
    withParameters({ audience: OLD }),
    moved,
  ),
  row('ix-conn-issuer-changed: the new audience', 'connection-issuer-current', withParameters({}), moved),
  row('ix-conn-no-client-id', 'connection-has-client-id', withParameters({}), (file) => {
    delete connectionIn(file, 'Figma').clientIdAtResource;
  }),
  row('ix-idt-unassigned-resource', 'user-assigned-to-resource', withIdToken({ sub: '00uCarol000000000001' })),
  row(
    'ix-idt-unassigned-resource: Bob is in the group of the requesting app only',
    'user-assigned-to-resource',
    withIdToken({ sub: '00uBob00000000000001' }),
  ),
  row('ix-nameid-missing: by the user name format', 'user-named-at-resource', withParameters({}), (file) => {
    Object.assign(samlIn(file, 'Figma'), { usernameFormat: 'CUSTOM', usernameExpression: 'user.nickName' });
  }),
  ...[
    ['ix-res-relative', '/mcp'],
    ['ix-res-fragment', `${MCP}#x`],
    ['ix-res-not-uri', 'mcp'],
    ['a resource with a space', `${MCP} x`],
  ].map(([title = '', resource]) => row(title, 'resource-well-formed', withParameters({ resource }))),
  ...[
    ['ix-res-foreign', 'https://mcp.asana.example/sse'],
    ['ix-res-unknown', 'https://mcp.nowhere.example/'],
    ['a resource with a query', `${MCP}?x=1`],
    ['ix-res-sibling-prefix', `${MCP}-admin`],
    ['ix-res-sibling-prefix: by dots', 'https://mcp.figma.example/x/../mcp'],
    ['ix-res-sibling-prefix: by userinfo', 'https://mcp.figma.example@evil.example/mcp'],
    ['a slash too many behind a path: only a bare origin may have one', `${MCP}/`],
    ['a resource in another case', MCP.toUpperCase()],
    ['a resource that is the audience', EXAMPLE.figma],
  ].map(([title = '', resource]) => row(title, 'resource-is-the-connected-one', withParameters({ resource }))),
  ...['ix-ok-two-resources', 'ix-res-many'].map((title) =>
    row(title, 'resource-not-too-many', withParameters({ resource: [MCP, 'https://mcp.asana.example/sse'] })),
  ),
  row(
    'a connection without resource indicator means the ORN of the app',
    'resource-is-the-connected-one',
    withParameters({ resource: MCP }),
    (file) => {
      delete connectionIn(file, 'Figma').resourceIndicator;
    },
  ),
];

const ASANA = { audience: 'https://auth.asana.example' };
const ATLASSIAN = { audience: 'https://auth.atlassian.example' };

const SCOPE_ROWS: readonly ExchangeRow[] = [
  ...['openid', 'profile', 'email', 'offline_access', 'groups'].map((scope) =>
    row(`ix-scope-openid: ${scope}`, 'scope-not-of-the-org', withParameters({ scope: `mcp:read ${scope}` })),
  ),
  row(
    'ix-scope-ungranted, ix-conn-scope-condition: not in the list (INCLUDE_ONLY)',
    'scope-allowed-by-connection',
    withParameters({ ...ASANA, scope: 'tasks:admin' }),
  ),
  row(
    'ix-ok-scope-subset: Okta does not narrow, it refuses',
    'scope-allowed-by-connection',
    withParameters({ ...ASANA, scope: 'tasks:read tasks:admin' }),
  ),
  row(
    'ix-conn-scope-condition: in the list (EXCLUDE)',
    'scope-allowed-by-connection',
    withParameters({ ...ATLASSIAN, scope: 'write:jira' }),
  ),
  row(
    'ix-scope-plus-literal: a+b is one scope',
    'scope-allowed-by-connection',
    withParameters({ ...ASANA, scope: 'tasks:read+tasks:write' }),
  ),
  row('ix-rt-scope-beyond', 'scope-allowed-by-connection', async (org) => {
    const { refresh_token } = await org.signIn('alice@example.com');
    return org.exchange(refresh_token, { ...REFRESH, ...ASANA, scope: 'tasks:admin' });
  }),
];

const SIGNING_ROWS: readonly ExchangeRow[] = [
  row(
    'ix-signing-down',
    'org-can-sign',
    async (org) => {
      const { kid } = await orgKey();
      const retire = (key: SigningKey): SigningKey => ({ ...key, status: 'RETIRED' });
      await (org as OpenTestOrg).change(signingKeys, kid, retire);
      return org.exchange(await forgeIdToken(org));
    },
    'open',
  ),
];

/** The good exchange, asked to come out as those edge cases. */
const asked =
  (...names: readonly string[]): Break =>
  async (org) =>
    org.post(
      '/oauth2/v1/token',
      {
        ...{ grant_type: GRANT_TYPE.tokenExchange, requested_token_type: TOKEN_TYPE.idJag, audience: EXAMPLE.figma },
        ...{ subject_token_type: TOKEN_TYPE.idToken, subject_token: await forgeIdToken(org), scope: 'mcp:read' },
        ...(await org.asAgent()),
      },
      { 'x-mock-edge-case': names.join(', ') },
    );

const PURPOSE_ROWS: readonly ExchangeRow[] = [
  row('an edge case that needs what nobody gave', 'edge-case-possible', asked('client-id-other-registered')),
  row('two that contradict each other', 'edge-case-possible', asked('exp-past', 'exp-missing')),
  row('one that changes an opaque token', 'edge-case-possible', asked('exp-past', 'tok-refresh-token')),
];

const ROWS = [...REQUEST_ROWS, ...SUBJECT_ROWS, ...AUDIENCE_ROWS, ...SCOPE_ROWS, ...SIGNING_ROWS, ...PURPOSE_ROWS];

t.test('every rule refuses', async (t) => {
  // client-is-confidential holds of everybody in this profile; test/grants/profiles.test.ts breaks it.
  // The rules about a SAML assertion are broken where it is exchanged for a refresh token.
  const rules = EXCHANGE_RULES.filter((rule) => !SAML_ASSERTION_RULES.includes(rule));
  assertComplete(t, rules, [...ROWS, { rule: 'client-is-confidential' }]);
  await runRows(t, ROWS, async (t, { rule, breakIt, edit }) => {
    const own = edit === undefined ? org : await (edit === 'open' ? startOpen() : startOrg(edit));
    await assertRefused(t, own, await breakIt(own), rule);
  });
});

t.test('the order in which refusals win', async (t) => {
  // Each request breaks all that follows it, too.
  const wrong: [string, Parameters][] = [
    ['subject-token-type-sent', { subject_token_type: undefined }],
    ['subject-token-sent', { subject_token: undefined }],
    ['audience-sent', { audience: undefined }],
    ['actor-token-type-is-jwt', { actor_token: 'x', actor_token_type: 'x' }],
    ['scope-well-formed', { scope: 'a  b' }],
    ['requested-type-is-id-jag', { requested_token_type: undefined }],
    ['subject-token-type-exchangeable', { subject_token_type: 'x' }],
    ['subject-token-valid', { subject_token: 'x' }],
    ['actor-token-verifies', { actor_token: 'x', actor_token_type: TOKEN_TYPE.jwt }],
    ['audience-known', { audience: 'https://auth.nowhere.example' }],
    ['resource-well-formed', { resource: 'x' }],
    ['scope-not-of-the-org', { scope: 'openid' }],
  ];
  for (const [at, [rule]] of wrong.entries()) {
    const rest = wrong.slice(at).map(([, parameters]) => parameters);
    const all = Object.assign({}, ...rest.reverse()) as Parameters;
    await assertRefused(t, org, await org.exchange(alice.id_token, all), rule);
  }
});

async function granted(t: Test, org: TestOrg, answer: Answer) {
  t.equal(answer.status, 200, answer.text);
  assertNotCached(t, answer);
  const members = ['token_type', 'expires_in', 'access_token', 'issued_token_type'];
  t.same(Object.keys(answer.body), members, 'four members, in this order');
  t.match(answer.body, { token_type: 'N_A', expires_in: 300, issued_token_type: TOKEN_TYPE.idJag });
  const { header, claims } = parts(answer.body.access_token);
  t.same(Object.entries(header), Object.entries({ kid: (await orgKey()).kid, typ: 'oauth-id-jag+jwt', alg: 'RS256' }));
  t.equal(claims.exp - claims.iat, 300);
  t.equal(claims.iss, org.issuer);
  t.match(claims.jti, /^IDAAG\.[\w-]{43}$/);
  return claims;
}

const DELEGATED = {
  ...{ sub: EXAMPLE.agentId, sub_profile: 'ai_agent' },
  act: { sub: EXAMPLE.appId, sub_profile: 'web_app' },
};

t.test(named('ix-ok-baseline: the bytes of an ID-JAG for a SAML resource app'), async (t) => {
  const before = now();
  const answer = await org.exchange(alice.id_token);
  const claims = await granted(t, org, answer);
  const expected = {
    ...{ jti: claims.jti, iss: org.issuer, aud: EXAMPLE.figma, iat: claims.iat, exp: claims.exp },
    ...{ sub: '00uAlice000000000001', email: 'alice@example.com', client_id: 'claude-at-figma' },
    ...{ sub_profile: 'user', scope: 'mcp:read', act: DELEGATED },
    sub_id: {
      ...{ format: 'saml-nameid', issuer: claims.sub_id?.issuer, nameid: 'alice@example.com' },
      nameid_format: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
    },
  };
  t.equal(JSON.stringify(claims), JSON.stringify(expected), 'the claims, in this order, and no others');
  t.match(claims.sub_id.issuer, /^http:\/\/www\.okta\.com\/exk\w{17}$/);
  t.ok(claims.iat >= before && claims.iat <= now());
  const [event] = await eventsOf(org, answer);
  t.match(event, {
    eventType: 'app.oauth2.token.grant.id_jag',
    outcome: { result: 'SUCCESS', reason: null },
    actor: { id: EXAMPLE.agentId, type: 'AI Agent' },
    target: [
      { id: '00uAlice000000000001', alternateId: 'alice@example.com' },
      {
        type: 'id_jag',
        alternateId: EXAMPLE.figma,
        detailEntry: { scope: 'mcp:read', subject: '00uAlice000000000001', actor: /^\{"sub":"wlp/ },
      },
    ],
  });
  t.match(org.lines.at(-1), /^exchange: "Claude \(Requester App\)" for alice@example.com -> .*: granted$/);
});

t.test('the signature verifies with the published key', async (t) => {
  const token = (await org.exchange(alice.id_token)).body.access_token as string;
  const { body } = await org.fetch('/oauth2/v1/keys');
  const { compactVerify, createLocalJWKSet } = await import('jose');
  t.ok(await compactVerify(token, createLocalJWKSet(body), { algorithms: ['RS256'] }));
  t.match(
    body.keys.find((key: { kid: string }) => key.kid === parts(token).header.kid),
    { use: 'sig', alg: 'RS256' },
  );
});

t.test(
  named('iss-claims-minimal: email goes by the scope of the sign-in, and never to an authorization server'),
  async (t) => {
    const [plain, mail] = [await org.signIn('alice@example.com', 'openid offline_access'), alice];
    const emailOf = async (token: string, more: Parameters = {}) =>
      (await granted(t, org, await org.exchange(token, more))).email;
    t.equal(await emailOf(mail.id_token), 'alice@example.com');
    t.equal(await emailOf(mail.refresh_token, REFRESH), 'alice@example.com');
    t.equal(await emailOf(plain.id_token), undefined);
    t.equal(await emailOf(plain.refresh_token, REFRESH), undefined);
    t.equal(await emailOf(mail.id_token, { audience: `${org.issuer}/oauth2/default` }), undefined);
  },
);

t.test('an authorization server as target: the agent is known by its own id', async (t) => {
  const audience = `${org.issuer}/oauth2/default`;
  const claims = await granted(t, org, await org.exchange(alice.id_token, { audience }));
  const members = ['jti', 'iss', 'aud', 'iat', 'exp', 'sub', 'client_id', 'sub_profile', 'scope', 'act'];
  t.same(Object.keys(claims), members);
  t.match(claims, { aud: audience, client_id: EXAMPLE.agentId, act: DELEGATED });
});

t.test('an OIDC app as resource gets no sub_id', async (t) => {
  const claims = await granted(t, org, await org.exchange(alice.id_token, { ...ATLASSIAN, scope: 'read:jira' }));
  t.equal(claims.sub_id, undefined);
  t.match(claims, { aud: ATLASSIAN.audience, client_id: 'claude-at-atlassian', email: 'alice@example.com' });
});

t.test('an agent and its linked app are one actor', async (t) => {
  const kinds = { web: 'web_app', native: 'native_app', browser: 'browser_app', service: 'service' } as const;
  for (const [applicationType, profile] of Object.entries(kinds)) {
    const own = await startOrg((file) => {
      oidcIn(file, 'Claude Code (OIDC)').applicationType = applicationType as keyof typeof kinds;
    });
    const token = await forgeIdToken(own, { aud: EXAMPLE.linkedAgentId });
    const claims = await granted(t, own, await own.exchange(token, { ...NO_ASSERTION, ...LINKED }));
    t.same(claims.act, { sub: EXAMPLE.linkedAgentId, sub_profile: `ai_agent ${profile}` });
    t.equal(claims.client_id, 'claude-code-at-figma');
    const custom = await forgeIdToken(own, { aud: EXAMPLE.linkedAgentId }, {}, 'default');
    await granted(t, own, await own.exchange(custom, { ...NO_ASSERTION, ...LINKED }));
  }
});

t.test(named('ix-idt-custom-as: a custom server that the delegation names'), async (t) => {
  const own = await startOrg((file) => {
    agentIn(file).callers = [{ application: 'Claude (OIDC)', authorizationServer: 'default' }];
  });
  const claims = await granted(t, own, await own.exchange(await forgeIdToken(own, {}, {}, 'default')));
  t.same(claims.act, DELEGATED);
});

t.test('the subject id of a SAML app follows its username and Name ID format', async (t) => {
  const formats = {
    OKTA_USERNAME: 'login@example.com',
    EMAIL: 'a.adams@mail.example',
    EMAIL_PREFIX: 'a.adams',
    OKTA_USERNAME_PREFIX: 'login',
    EMAIL_LOWERCASE: 'a.adams@mail.example',
    CUSTOM: 'login@example.com',
  } as const;
  for (const [usernameFormat, nameid] of Object.entries(formats)) {
    const nameIdFormat = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
    const own = await startOrg((file) => {
      const { saml } = appIn(file, 'Figma');
      const usernameExpression = 'user.getInternalProperty("login")';
      Object.assign(saml as object, { usernameFormat, nameIdFormat, externalKey: 'exkFigma000000000001' });
      if (usernameFormat === 'CUSTOM') Object.assign(saml as object, { usernameExpression });
      const user = file.users?.find((one) => one.id === '00uAlice000000000001');
      Object.assign(user?.profile as object, { login: 'login@example.com', email: 'a.adams@mail.example' });
      for (const group of file.groups ?? []) group.members = ['login@example.com'];
      for (const app of file.applications ?? []) {
        app.users = app.users?.map((one) => (one === 'alice@example.com' ? 'login@example.com' : one)) ?? [];
      }
    });
    const { sub_id } = await granted(t, own, await own.exchange(await forgeIdToken(own)));
    const issuer = 'http://www.okta.com/exkFigma000000000001';
    t.equal(
      JSON.stringify(sub_id),
      JSON.stringify({ format: 'saml-nameid', issuer, nameid, nameid_format: nameIdFormat }),
    );
  }
});

t.test('the subject id says for whom it is where the application switches that on', async (t) => {
  const own = await startOrg((file) => Object.assign(samlIn(file, 'Figma'), { spNameQualifier: true }));
  const { sub_id } = await granted(t, own, await own.exchange(await forgeIdToken(own)));
  t.equal(Object.keys(sub_id).at(-1), 'sp_name_qualifier');
  t.equal(sub_id.sp_name_qualifier, 'https://figma.example/saml', 'the audience, which is the entity id');
});

t.test(
  named('ix-ok-no-resource, iss-resource-granted: resource only when asked for, as the connection has it'),
  async (t) => {
    const resourceOf = async (more: Parameters) =>
      (await granted(t, org, await org.exchange(alice.id_token, more))).resource;
    t.equal(await resourceOf({}), undefined);
    t.equal(await resourceOf({ resource: '' }), undefined);
    t.equal(await resourceOf({ resource: MCP }), MCP);
    t.equal(await resourceOf({ resource: [MCP, MCP] }), MCP);
    const granola = { audience: 'https://auth.granola.example', scope: undefined };
    const origin = 'https://mcp.granola.example';
    t.equal(await resourceOf({ ...granola, resource: origin }), origin);
    t.equal(
      await resourceOf({ ...granola, resource: `${origin}/` }),
      origin,
      'ix-res-slash: tolerated at a bare origin',
    );
    const orn = 'orn:okta:idp:00oExampleOrg0000001:authorization_servers:default';
    t.equal(await resourceOf({ audience: `${org.issuer}/oauth2/default`, resource: orn }), orn);
    const own = await startOrg((file) => {
      delete connectionIn(file, 'Figma').resourceIndicator;
    });
    const resource = 'orn:okta:idp:00oExampleOrg0000001:apps:figma:0oaFigma000000000001';
    t.match(await granted(t, own, await own.exchange(await forgeIdToken(own), { resource })), { resource });
  },
);

t.test(named('iss-aud-single-issuer: aud is the Issuer URL to the byte'), async (t) => {
  for (const issuerUrl of ['HTTPS://Auth.Figma.example:443/Tenant/%7e/', 'https://bücher.example?a=b&c', 'urn:figma']) {
    const own = await startOrg((file) => {
      xaaIn(file, 'Figma').issuerUrl = issuerUrl;
    });
    const claims = await granted(t, own, await own.exchange(await forgeIdToken(own), { audience: issuerUrl }));
    t.equal(claims.aud, issuerUrl);
  }
});

t.test(named('ix-ok-no-scope: what is granted when no scope is asked for'), async (t) => {
  const scopeOf = async (more: Parameters, at = org) =>
    (await granted(t, at, await at.exchange(await forgeIdToken(at), { scope: undefined, ...more }))).scope;
  t.equal(await scopeOf({}), 'mcp:read mcp:write', 'ALL_SCOPES: all that the app declares');
  t.equal(await scopeOf(ASANA), 'tasks:read tasks:write', 'INCLUDE_ONLY: the list');
  t.equal(await scopeOf(ATLASSIAN), 'read:jira', 'EXCLUDE: what the app declares, without the list');
  t.equal(await scopeOf({ audience: 'https://auth.granola.example' }), undefined, 'none declared: no scope claim');
  t.equal(await scopeOf({ scope: '' }), 'mcp:read mcp:write', 'an empty parameter is no parameter');
  t.equal(
    await scopeOf({ scope: 'mcp:write mcp:read mcp:write' }),
    'mcp:write mcp:read',
    'in the order asked for, once',
  );
  t.equal(await scopeOf({ scope: 'undeclared' }), 'undeclared', 'ALL_SCOPES asks nobody');
  const own = await startOrg((file) => {
    serverIn(file).scopes = ['openid', 'mcp:read', 'offline_access'];
    Object.assign(connectionIn(file, 'Asana'), { scopes: ['email', 'tasks:read'] });
  });
  const audience = `${own.issuer}/oauth2/default`;
  t.equal(await scopeOf({ audience }, own), 'mcp:read', 'never a scope of the org, though the server declares it');
  t.equal(await scopeOf(ASANA, own), 'tasks:read');
});

t.test(named('ix-ok-same-subject-twice: one ID token, many ID-JAGs'), async (t) => {
  const audiences = [EXAMPLE.figma, ASANA.audience, ATLASSIAN.audience, `${org.issuer}/oauth2/default`];
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      org.exchange(alice.id_token, { audience: audiences[at % 4], scope: undefined }),
    ),
  );
  t.same([...new Set(answers.map(({ status }) => status))], [200]);
  t.equal(new Set(answers.map(({ body }) => parts(body.access_token).claims.jti)).size, 20, 'iss-jti-unique');
});

t.test(
  named('ix-ok-refresh-subject, ix-rt-must-not-rotate: an exchange leaves the refresh token as it was'),
  async (t) => {
    const own = await startOrg((file) => {
      oidcIn(file).refreshToken = { rotationType: 'ROTATE', leeway: 0 };
    });
    const tokens = await own.signIn('alice@example.com');
    const session = await own.fetch(`/oauth2/v1/logout?id_token_hint=${tokens.id_token}`);
    t.equal(session.status, 200, 'signed out: offline_access outlives the session');
    for (const _ of [1, 2])
      t.same((await granted(t, own, await own.exchange(tokens.refresh_token, REFRESH))).act, DELEGATED);
    t.equal((await refresh(own, tokens)).status, 200);
  },
);

t.test(named('ix-ok-actor-same-jwt: one JWT as client assertion and actor token is spent once'), async (t) => {
  const assertion = await org.asAgent();
  const actor = { actor_token: assertion.client_assertion, actor_token_type: TOKEN_TYPE.jwt };
  t.same((await granted(t, org, await org.exchange(alice.id_token, { ...assertion, ...actor }))).act, DELEGATED);
  await assertRefused(t, org, await org.exchange(alice.id_token, assertion), 'client-assertion-unused');
});

t.test('an actor token of its own is taken, and an act claim of five actors', async (t) => {
  t.same((await granted(t, org, await actor(org, await actorToken(org)))).act, DELEGATED);
  const withoutJti = await actorToken(org, { claims: { jti: undefined as never } });
  for (const _ of [1, 2]) t.same((await granted(t, org, await actor(org, withoutJti))).act, DELEGATED);
  await granted(t, org, await org.exchange(await forgeIdToken(org, { act: actors(5) })));
});

t.test('an agent that is no caller cannot end the grant of a refresh token by using an old one', async (t) => {
  const own = await startOrg((file) => {
    oidcIn(file).refreshToken = { rotationType: 'ROTATE', leeway: 0 };
    agentIn(file).callers = [];
  });
  const tokens = await own.signIn('alice@example.com');
  const next = (await refresh(own, tokens)).body;
  const foreign = await own.exchange(tokens.refresh_token, REFRESH);
  await assertRefused(t, own, foreign, 'subject-refresh-token-of-a-caller');
  t.equal((await refresh(own, next)).status, 200);
});

t.test('of twenty exchanges with one actor token at once, exactly one succeeds', async (t) => {
  const token = await actorToken(org);
  const answers = await Promise.all(Array.from({ length: 20 }, () => actor(org, token)));
  t.same(answers.map(({ status }) => status).sort(), [200, ...Array.from({ length: 19 }, () => 400)]);
});

t.test('within the leeway a rotated-out refresh token is exchanged; after it, the whole family ends', async (t) => {
  const own = await startOrg((file) => {
    oidcIn(file).refreshToken = { rotationType: 'ROTATE', leeway: 30 };
  });
  const tokens = await own.signIn('alice@example.com');
  const next = (await refresh(own, tokens)).body;
  await granted(t, own, await own.exchange(tokens.refresh_token, REFRESH));
  await granted(t, own, await own.exchange(next.refresh_token, REFRESH));
  own.advance(31_000);
  const reuse = await own.exchange(tokens.refresh_token, REFRESH);
  await assertRefused(t, own, reuse, 'subject-refresh-token-not-rotated-out');
  const types = (await eventsOf(own, reuse)).map((event) => event.eventType);
  t.same(types, ['app.oauth2.token.grant', 'app.oauth2.token.detect_reuse']);
  const family = await own.exchange(next.refresh_token, REFRESH);
  await assertRefused(t, own, family, 'subject-grant-not-revoked');
});

t.test(named('ix-ok-unknown-param, ix-prototype-param: other parameters are ignored'), async (t) => {
  const more = { __proto__x: '1', constructor: 'x', 'audience[]': 'x', 'scope[x]': 'y', 'a.b': 'c' };
  const body = new URLSearchParams(more);
  body.append('__proto__', 'x');
  const parameters = Object.fromEntries(body) as Parameters;
  await granted(t, org, await org.exchange(alice.id_token, parameters));
});

t.test('a connection left behind does not stand in the way of the current one', async (t) => {
  const own = await startOrg((file) => {
    // Figma's Issuer URL was given to Asana; the connection to Figma was not deleted.
    connectionIn(file, 'Figma').issuerUrl = EXAMPLE.figma;
    xaaIn(file, 'Figma').issuerUrl = 'https://auth.new-figma.example';
    xaaIn(file, 'Asana').issuerUrl = EXAMPLE.figma;
  });
  const claims = await granted(t, own, await own.exchange(await forgeIdToken(own), { scope: 'tasks:read' }));
  t.match(claims, { aud: EXAMPLE.figma, client_id: 'claude-at-asana' });
});

t.test('the second key of the org verifies what it signed', async (t) => {
  const { kid, key } = await orgKey('org', 'NEXT');
  const token = await sign(parts(await forgeIdToken(org)).claims, { alg: 'RS256', kid }, key);
  await granted(t, org, await org.exchange(token));
});

t.test('no secret reaches a log', (t) =>
  watch.check(
    t,
    orgs.filter((one) => one === org),
  ),
);
