/**
 * grant_type=jwt-bearer at a custom authorization server: every rule of accepting an ID-JAG broken, with tokens that the
 * org signed wrongly on purpose, and what a good one is redeemed for.
 */
import t, { type Test } from 'tap';
import { jwtBearer } from '../../src/grants/jwt-bearer.js';
import { ID_JAG_RULES } from '../../src/ras/id-jag-rules.js';
import {
  forgeIdJag,
  forgeIdToken,
  freshKey,
  orgKey,
  parts,
  sign,
  signAs,
  tampered,
  unsigned,
} from '../support/forge.js';
import { type Answer, EXAMPLE, keepOrgs, type Parameters, startTestOrg, type TestOrg } from '../support/org.js';
import { agentIn, type Edit, editedOrg, serverIn } from '../support/org-edits.js';
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

async function startOrg(edit: Edit = () => {}): Promise<TestOrg> {
  return keep(await startTestOrg({ org: editedOrg(edit) }));
}

const org = await startOrg();
const stranger = await freshKey();
const now = () => Math.floor(Date.now() / 1000);

type JagRow = Row<TestOrg> & { readonly edit?: Edit };
const row = (title: string, rule: string, breakIt: Row<TestOrg>['breakIt'], edit?: Edit): JagRow => ({
  title,
  rule,
  breakIt,
  ...(edit && { edit }),
});

/** Redeems an ID-JAG with other claims, another header or other parameters. */
const withClaims =
  (claims: Record<string, unknown>, header: Record<string, unknown> = {}, more: Parameters = {}) =>
  async (at: TestOrg): Promise<Answer> =>
    at.redeem(await forgeIdJag(at, claims, header), more);

const withToken = (make: (at: TestOrg) => Promise<string>) => async (at: TestOrg) => at.redeem(await make(at));
const claimsOf = async (at: TestOrg, more: Record<string, unknown> = {}) =>
  parts(await forgeIdJag(at, more)).claims as Record<string, unknown>;

const jwtBearerType = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const typ = 'oauth-id-jag+jwt';

/** A token of these parts as they stand, with a signature that nobody made. */
const handmade = (header: string, payload: string) =>
  `${[header, payload].map((part) => Buffer.from(part).toString('base64url')).join('.')}.AAAA`;

/** Claim -> a value that it must not have; each is refused by the rule of that name. */
const BAD_CLAIMS: readonly (readonly [string, Record<string, unknown>])[] = [
  ['id-jag-has-exp', { exp: `${now() + 60}` }],
  ['id-jag-has-iat', { iat: null }],
  ['id-jag-has-jti', { jti: '' }],
  ['id-jag-has-jti', { jti: 1 }],
  ['id-jag-has-sub', { sub: {} }],
  ['id-jag-has-sub', { sub: '' }],
  ['id-jag-has-aud', { aud: {} }],
  ['id-jag-has-client-id', { client_id: [EXAMPLE.agentId] }],
  ['id-jag-scope-is-text', { scope: ['mcp:read'] }],
  ['id-jag-email-is-text', { email: ['alice@example.com'] }],
  ['id-jag-sub-profile-is-text', { sub_profile: 1 }],
  ['id-jag-tenant-is-text', { tenant: ['t1'] }],
  ['id-jag-aud-tenant-is-text', { aud_tenant: {} }],
  ['id-jag-aud-sub-is-text', { aud_sub: 7 }],
  ['id-jag-resource-well-formed', { resource: 1 }],
  ['id-jag-resource-well-formed', { resource: [] }],
  ['id-jag-resource-well-formed', { resource: '/mcp' }],
  ['id-jag-resource-well-formed', { resource: 'https://a.example/#x' }],
  ['id-jag-act-names-actor', { act: 'agent' }],
  ['id-jag-act-names-actor', { act: [] }],
  ['id-jag-act-names-actor', { act: {} }],
  ['id-jag-details-well-formed', { authorization_details: {} }],
  ['id-jag-details-well-formed', { authorization_details: [{}] }],
  ['id-jag-details-enforceable', { authorization_details: [{ type: 'payment' }] }],
  ['id-jag-cnf-well-formed', { cnf: { jkt: 'short' } }],
  ['id-jag-cnf-well-formed', { cnf: { jkt: 'short', problem: 'none' } }],
  ['id-jag-key-proved', { cnf: { jkt: 'x'.repeat(43) } }],
  ['id-jag-sub-id-well-formed', { sub_id: 'alice' }],
  ['id-jag-sub-id-well-formed', { sub_id: { format: 'saml-nameid', nameid: 'alice' } }],
  ['id-jag-audience-single', { aud: ['a', 'b'] }],
  ['id-jag-audience-single', { aud: [] }],
  ['id-jag-scope-well-formed', { scope: 'mcp:read  mcp:write' }],
  ['id-jag-scope-well-formed', { scope: 'mcp:read"' }],
  ['id-jag-not-before-passed', { nbf: now() + 600 }],
  ['id-jag-not-before-passed', { nbf: 'soon' }],
  ['id-jag-expires-after-issue', { iat: now() + 25, exp: now() + 20 }],
];

const ROWS: readonly JagRow[] = [
  row('no assertion', 'redeem-assertion-sent', (at) => at.redeem('')),
  row('a scope parameter of blanks', 'redeem-without-scope', withClaims({}, {}, { scope: ' ' })),
  row('a scope parameter', 'redeem-without-scope', withClaims({}, {}, { scope: 'mcp:read' })),
  ...['garbage', 'a.b.c', '..', 'x'.repeat(500_000), '{"access_token":"x"}', '<Assertion/>'].map((token) =>
    row(`not a JWT: ${token.slice(0, 20)}`, 'id-jag-compact', (at) => at.redeem(token)),
  ),
  row('a claim of a hundred thousand letters', 'id-jag-bounded', withClaims({ filling: 'x'.repeat(100_000) })),
  ...(
    [
      ['a scheme before it', (token: string) => `Bearer ${token}`],
      ['a line break behind it', (token: string) => `${token}\n`],
      ['padding', (token: string) => `${token}==`],
      ['a second one behind it', (token: string) => `${token} ${token}`],
    ] as const
  ).map(([what, change]) =>
    row(
      `a good ID-JAG with ${what}`,
      'id-jag-compact',
      withToken(async (at) => change(await forgeIdJag(at))),
    ),
  ),
  row(
    'a header that is no object',
    'id-jag-header-readable',
    withToken(async () => handmade('[]', '{}')),
  ),
  row(
    'a header with two alg',
    'id-jag-header-readable',
    withToken(async () => handmade('{"alg":"RS256","alg":"none"}', '{}')),
  ),
  row(
    'claims that are no object',
    'id-jag-claims-readable',
    withToken(() => signAs('org', '[]', { typ })),
  ),
  row(
    'claims that are no JSON',
    'id-jag-claims-readable',
    withToken(() => signAs('org', 'x', { typ })),
  ),
  row(
    'two aud, signed',
    'id-jag-claims-readable',
    withToken(async (at) => {
      const claims = JSON.stringify(await claimsOf(at));
      return signAs('org', `{"aud":"https://other.example",${claims.slice(1)}`, { typ });
    }),
  ),
  row(
    'claims nested without end',
    'id-jag-claims-readable',
    withToken(() => signAs('org', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`, { typ })),
  ),
  row(
    'a critical header nobody knows',
    'id-jag-nothing-critical',
    withToken(async (at) => tampered(await forgeIdJag(at), { header: { crit: ['x'], x: 1 } })),
  ),
  row(
    'a payload that is said not to be encoded',
    'id-jag-nothing-critical',
    withToken(async (at) => tampered(await forgeIdJag(at), { header: { b64: false } })),
  ),
  row('an unknown issuer', 'id-jag-issuer-trusted', withClaims({ iss: 'https://idp.example' })),
  row('the issuer with a slash', 'id-jag-issuer-trusted', async (at) => withClaims({ iss: `${at.issuer}/` })(at)),
  row('no issuer', 'id-jag-has-iss', withClaims({ iss: undefined })),
  row('an issuer that is no text', 'id-jag-has-iss', async (at) => withClaims({ iss: [at.issuer] })(at)),
  row(
    'an unknown issuer with a key of its own: settled before any signature',
    'id-jag-issuer-trusted',
    withToken(async (at) =>
      sign(await claimsOf(at, { iss: 'https://idp.example' }), { alg: 'RS256', kid: 'fresh', typ }, stranger.key),
    ),
  ),
  row(
    'changed claims',
    'id-jag-signature-verifies',
    withToken(async (at) => tampered(await forgeIdJag(at), { claims: { sub: '00uDave000000000001x' } })),
  ),
  row(
    'a key that is not published',
    'id-jag-key-published',
    withToken(async (at) => sign(await claimsOf(at), { alg: 'RS256', kid: 'fresh', typ }, stranger.key)),
  ),
  row(
    'the key of another server of the org',
    'id-jag-key-published',
    withToken(async (at) => signAs('default', await claimsOf(at), { typ })),
  ),
  row(
    'alg none',
    'id-jag-algorithm-allowed',
    withToken(async (at) => unsigned(await forgeIdJag(at))),
  ),
  row(
    'HS256 keyed with the public modulus',
    'id-jag-algorithm-allowed',
    withToken(async (at) => {
      const { kid, jwk } = await orgKey();
      return sign(await claimsOf(at), { alg: 'HS256', kid, typ }, new TextEncoder().encode(jwk.n as string));
    }),
  ),
  row(
    'a kid that is no text',
    'id-jag-kid-is-text',
    withToken(async (at) => signAs('org', await claimsOf(at), { typ, kid: 7 })),
  ),
  row(
    'another key by the kid of a published one',
    'id-jag-signature-verifies',
    withToken(async (at) => sign(await claimsOf(at), { alg: 'RS256', kid: (await orgKey()).kid, typ }, stranger.key)),
  ),
  row(
    'no signature',
    'id-jag-signature-verifies',
    withToken(async (at) => (await forgeIdJag(at)).replace(/[^.]+$/, '')),
  ),
  row('no typ', 'id-jag-typed', withClaims({}, { typ: undefined })),
  ...['JWT', 'OAUTH-ID-JAG+JWT', 'application/oauth-id-jag+jwt', 'oauth-id-jag'].map((other) =>
    row(`typ ${other}`, 'id-jag-typed', withClaims({}, { typ: other })),
  ),
  row(
    'an ID token',
    'id-jag-typed',
    withToken((at) => forgeIdToken(at)),
  ),
  ...['jti', 'aud', 'iat', 'exp', 'sub', 'client_id'].map((name) =>
    row(`no ${name}`, `id-jag-has-${name.replace('_', '-')}`, withClaims({ [name]: undefined })),
  ),
  ...BAD_CLAIMS.map(([rule, claims]) => row(`a bad claim: ${JSON.stringify(claims)}`, rule, withClaims(claims))),
  row('two audiences, ours first', 'id-jag-audience-single', async (at) =>
    withClaims({ aud: [`${at.issuer}/oauth2/default`, 'x'] })(at),
  ),
  row('another audience', 'id-jag-audience-is-this-server', withClaims({ aud: EXAMPLE.figma })),
  row('the token endpoint as audience', 'id-jag-audience-is-this-server', async (at) =>
    withClaims({ aud: `${at.issuer}/oauth2/default/v1/token` })(at),
  ),
  row('our audience with a slash', 'id-jag-audience-is-this-server', async (at) =>
    withClaims({ aud: `${at.issuer}/oauth2/default/` })(at),
  ),
  row('the org as audience', 'id-jag-audience-is-this-server', async (at) => withClaims({ aud: at.issuer })(at)),
  row('another client', 'id-jag-client-is-this-client', withClaims({ client_id: EXAMPLE.linkedAgentId })),
  row('expired', 'id-jag-not-expired', withClaims({ iat: now() - 301, exp: now() - 1 })),
  row('an exp before all times', 'id-jag-not-expired', withClaims({ exp: -1e308 })),
  row('issued in the future', 'id-jag-not-from-the-future', withClaims({ iat: now() + 60, exp: now() + 360 })),
  row('issued absurdly far in the future', 'id-jag-not-from-the-future', withClaims({ iat: 1e308, exp: 1e308 })),
  row('a life of five minutes and a second', 'id-jag-lives-five-minutes-at-most', async (at) =>
    withClaims({ iat: now(), exp: now() + 301 })(at),
  ),
  row('a life without end', 'id-jag-lives-five-minutes-at-most', withClaims({ exp: 1e308 })),
  row('a user who is suspended', 'id-jag-subject-is-active-user', withClaims({ sub: '00uFrank000000000001' })),
  row('an unknown user', 'id-jag-subject-is-active-user', withClaims({ sub: '00uNobody00000000001' })),
  row('a user by another name', 'id-jag-subject-is-active-user', withClaims({ sub: 'alice@example.com' })),
  row('no scope granted', 'id-jag-grants-scope', withClaims({ scope: undefined })),
  row('an empty scope', 'id-jag-grants-scope', withClaims({ scope: '' })),
  row('a scope of blanks', 'id-jag-grants-scope', withClaims({ scope: '  ' })),
  row('a scope that the server does not know', 'id-jag-scopes-offered', withClaims({ scope: 'mcp:read mcp:admin' })),
  row('a scope of the org', 'id-jag-scopes-offered', withClaims({ scope: 'mcp:read openid' })),
  row(
    'another resource than asked for',
    'id-jag-resource-matches',
    withClaims({ resource: 'https://a.example/' }, {}, { resource: 'https://b.example/' }),
  ),
  row(
    'a resource, and the ID-JAG has none',
    'id-jag-resource-matches',
    withClaims({}, {}, { resource: 'https://b.example/' }),
  ),
  row(
    'two resources, the second another one',
    'id-jag-resource-matches',
    withClaims({ resource: 'https://a.example/' }, {}, { resource: ['https://a.example/', 'https://b.example/'] }),
  ),
  row('redeemed before', 'id-jag-unused', async (at) => {
    const idJag = await forgeIdJag(at);
    await at.redeem(idJag);
    return at.redeem(idJag);
  }),
  row('the jti of another one that was redeemed', 'id-jag-unused', async (at) => {
    const jti = `IDAAG.${crypto.randomUUID()}`;
    await at.redeem(await forgeIdJag(at, { jti }));
    return at.redeem(await forgeIdJag(at, { jti, exp: now() + 200 }));
  }),
  row('a policy that allows other scopes only', 'redeem-policy-allows', withClaims({ scope: 'mcp:write' }), (file) => {
    serverIn(file).policies = [
      { name: 'Read', rules: [{ name: 'Read', grantTypes: [jwtBearerType], scopes: ['mcp:read'] }] },
    ];
  }),
];

t.test('every rule refuses', async (t) => {
  t.equal(jwtBearer.rules, ID_JAG_RULES);
  // redeem-scope-within-id-jag stands behind redeem-without-scope in this profile; profiles.test.ts breaks it.
  assertComplete(t, ID_JAG_RULES, [...ROWS, { rule: 'redeem-scope-within-id-jag' }]);
  await runRows(t, ROWS, async (t, { rule, breakIt, edit }) => {
    const at = edit ? await startOrg(edit) : org;
    await assertRefused(t, at, await breakIt(at), rule);
  });
});

/** An ID-JAG as the org issues it, for its own custom server. */
async function issued(at: TestOrg, more: Parameters = {}): Promise<string> {
  const audience = `${at.issuer}/oauth2/default`;
  return (await at.exchange((await at.signIn('alice@example.com')).id_token, { audience, ...more })).body.access_token;
}

async function redeemed(t: Test, answer: Answer) {
  t.equal(answer.status, 200, answer.text);
  assertNotCached(t, answer);
  t.same(
    Object.keys(answer.body),
    ['token_type', 'expires_in', 'access_token', 'scope'],
    'no refresh token, no ID token',
  );
  t.match(answer.body, { token_type: 'Bearer', expires_in: 3600 });
  return parts(answer.body.access_token);
}

t.test('an ID-JAG of this org is redeemed for an access token that names who acts', async (t) => {
  const idJag = await issued(org, { scope: 'mcp:write mcp:read' });
  const answer = await org.redeem(idJag);
  const { header, claims } = await redeemed(t, answer);
  t.equal(answer.body.scope, 'mcp:write mcp:read');
  t.same(Object.entries(header), Object.entries({ kid: (await orgKey('default')).kid, alg: 'RS256' }));
  const members = [
    'ver',
    'jti',
    'iss',
    'aud',
    'iat',
    'exp',
    'cid',
    'uid',
    'scp',
    'auth_time',
    'sub',
    'act',
    'sub_profile',
  ];
  t.same(Object.keys(claims), members);
  t.match(claims, {
    ...{ iss: `${org.issuer}/oauth2/default`, aud: 'api://default', cid: EXAMPLE.agentId, uid: '00uAlice000000000001' },
    ...{ scp: ['mcp:write', 'mcp:read'], sub: 'alice@example.com', act: parts(idJag).claims.act, sub_profile: 'user' },
  });
  const [event, ...others] = await eventsOf(org, answer);
  t.same(others, []);
  t.equal(event?.eventType, 'app.oauth2.as.token.grant.access_token');
  t.match(org.lines.at(-1), /^token \(jwt-bearer\): "Claude \(Requester App\)" for alice@example.com -> .*: granted$/);
});

t.test('every claim that an ID-JAG may have', async (t) => {
  const claims = {
    ...{ email: 'alice@example.com', tenant: 't1', aud_tenant: 't2', aud_sub: 'u1', authorization_details: [] },
    ...{ resource: 'https://a.example/', act: { sub: 'wlp1' }, nbf: now(), auth_time: now(), acr: 'x', amr: ['pwd'] },
    sub_id: { format: 'saml-nameid', issuer: 'https://idp.example', nameid: 'alice', nameid_format: 'urn:x' },
  };
  await redeemed(t, await withClaims(claims)(org));
  await redeemed(t, await withClaims({ sub_id: { format: 'opaque', id: 'x' } })(org));
});

t.test('what is tolerated: an aud of one element, half a minute of skew, resources of a list', async (t) => {
  const aud = [`${org.issuer}/oauth2/default`];
  await redeemed(t, await withClaims({ aud })(org));
  await redeemed(t, await withClaims({ iat: now() + 20, exp: now() + 300 })(org));
  const [a, b] = ['https://a.example/', 'https://b.example/'];
  await redeemed(t, await withClaims({ resource: a })(org));
  await redeemed(t, await withClaims({ resource: a }, {}, { resource: a })(org));
  await redeemed(t, await withClaims({ resource: [a, b] }, {}, { resource: [b, a] })(org));
  await redeemed(t, await withClaims({ scope: 'mcp:read mcp:read', unknown: {}, act: { sub: 'x', act: {} } })(org));
  await redeemed(t, await withClaims({ problem: 'a claim of that name', ['__proto__']: 'x', constructor: 1 })(org));
  await redeemed(t, await withClaims({ iat: now() - 0.5, exp: now() + 60.5, nbf: now() + 20 })(org));
});

t.test('the old key of the org still verifies, and a rotated one, too', async (t) => {
  const { kid, key } = await orgKey('org', 'NEXT');
  await redeemed(t, await org.redeem(await sign(await claimsOf(org), { kid, alg: 'RS256', typ }, key)));
});

t.test('of one ID-JAG used twenty times at once, exactly one is redeemed', async (t) => {
  const idJag = await issued(org);
  const answers = await Promise.all(Array.from({ length: 20 }, () => org.redeem(idJag)));
  t.equal(answers.filter(({ status }) => status === 200).length, 1);
  const refused = answers.filter(({ status }) => status !== 200);
  for (const answer of refused) await assertRefused(t, org, answer, 'id-jag-unused');
});

t.test(named('ix-jwt-bearer-own-jag: the org server redeems nothing'), async (t) => {
  const form = { grant_type: jwtBearerType, assertion: await forgeIdJag(org), ...(await org.asAgent()) };
  await assertRefused(t, org, await org.post('/oauth2/v1/token', form), 'grant-type-known');
});

t.test('a client that the policy does not name', async (t) => {
  const at = await startOrg((file) => {
    const [policy] = serverIn(file).policies ?? [];
    if (policy) policy.clients = [EXAMPLE.linkedAgentId];
  });
  await assertRefused(t, at, await at.redeem(await forgeIdJag(at)), 'grant-type-in-policy');
});

t.test('a linked agent redeems with its secret', async (t) => {
  const at = await startOrg((file) => {
    agentIn(file, 'Claude Code (linked)').status = 'ACTIVE';
  });
  const client = { client_id: EXAMPLE.linkedAgentId, client_secret: EXAMPLE.linkedSecret };
  const form = { ...client, client_assertion: undefined, client_assertion_type: undefined };
  await redeemed(t, await at.redeem(await forgeIdJag(at, { client_id: EXAMPLE.linkedAgentId }), form));
});

t.test('no secret reaches a log', (t) => watch.check(t, orgs));
