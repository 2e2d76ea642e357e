/**
 * The first hop of a SAML requester over HTTP: an assertion for a refresh token, every rule about it broken by an assertion that
 * is good otherwise; and the second, that refresh token for ID-JAGs. Titles carry the ids of the catalogue.
 */
import t from 'tap';
import { ASSERTION_EXCHANGE_RULES } from '../../src/grants/assertion-exchange.js';
import { grants, refreshTokens, spentAssertions } from '../../src/grants/records.js';
import { SAML_ASSERTION_RULES } from '../../src/grants/saml-assertion-rules.js';
import { EXCHANGE_RULES } from '../../src/grants/token-exchange-rules.js';
import { GRANT_TYPE, TOKEN_TYPE } from '../../src/protocol/urns.js';
import { BEARER } from '../../src/saml/names.js';
import { parts } from '../support/forge.js';
import { startOpenOrg } from '../support/open-org.js';
import {
  type Answer,
  driving,
  EXAMPLE,
  keepOrgs,
  type Parameters,
  startTestOrg,
  type TestOrg,
  testClock,
} from '../support/org.js';
import { agentIn, appIn, type Edit, editedOrg, oidcIn, samlIn } from '../support/org-edits.js';
import { ORN } from '../support/orns.js';
import {
  assertComplete,
  assertNotCached,
  assertRefused,
  eventsOf,
  named,
  type Row,
  runRows,
} from '../support/refusals.js';
import { SAML_ROWS } from '../support/saml-refusals.js';
import {
  assertion,
  assertionWith,
  CLAUDE,
  exchangeAssertion,
  exchangeRefreshToken,
  samlIssuer,
} from '../support/saml-requester.js';
import { watchSecrets } from '../support/secret-watch.js';

const watch = watchSecrets(t);
const { orgs, keep } = keepOrgs(t);

async function startOrg(edit?: Edit): Promise<TestOrg> {
  return keep(await startTestOrg(edit ? { org: editedOrg(edit) } : {}));
}

const org = await startOrg();

/** The refresh token that a good assertion is exchanged for. */
async function refreshTokenAt(at: TestOrg, sent = assertion(), more: Parameters = {}): Promise<string> {
  const answer = await exchangeAssertion(at, sent, more);
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.body.access_token;
}

const claimsOf = (answer: Answer) => {
  if (answer.status !== 200) throw new Error(answer.text);
  return parts(answer.body.access_token).claims;
};

t.test(named('ix-ok-saml-two-step: the answers of both hops'), async (t) => {
  const answer = await exchangeAssertion(org, assertion());
  t.equal(answer.status, 200, answer.text);
  assertNotCached(t, answer);
  const { access_token, ...rest } = answer.body;
  const members = ['token_type', 'expires_in', 'access_token', 'scope', 'issued_token_type'];
  t.same(Object.keys(answer.body), members, 'in this order, and no refresh_token');
  t.same(rest, {
    ...{ token_type: 'N_A', expires_in: 2_592_000, scope: 'openid offline_access' },
    issued_token_type: TOKEN_TYPE.refreshToken,
  });
  t.match(access_token, /^[\w-]{43}$/, 'opaque');
  const [event] = await eventsOf(org, answer);
  t.match(event, { eventType: 'app.oauth2.token.grant.refresh_token', outcome: { result: 'SUCCESS' } });
  t.equal(event?.target[0].alternateId, 'alice@example.com');

  const jtis = new Set<string>();
  for (let time = 0; time < 3; time++) {
    const claims = claimsOf(await exchangeRefreshToken(org, access_token));
    jtis.add(claims.jti);
    t.match(claims, { sub: '00uAlice000000000001', email: 'alice@example.com', client_id: 'claude-at-figma' });
    t.same(claims.act, { sub: EXAMPLE.agentId, sub_profile: 'ai_agent' }, 'one level: no client within it');
    t.same(claims.sub_id, {
      ...{ format: 'saml-nameid', issuer: samlIssuer('Figma'), nameid: 'alice@example.com' },
      nameid_format: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
    });
  }
  t.equal(jtis.size, 3, 'as many as are wanted');
});

t.test('scopes stand in the order in which they were asked for, each once; without the scope email, too', async (t) => {
  const scope = 'offline_access email openid offline_access';
  const answer = await exchangeAssertion(org, assertion(), { scope });
  t.equal(answer.body.scope, 'offline_access email openid');
  const without = claimsOf(await exchangeRefreshToken(org, await refreshTokenAt(org)));
  t.equal(without.email, 'alice@example.com', 'a SAML sign-in releases the address whatever the scopes');
  const granola = { audience: 'https://auth.granola.example', scope: undefined };
  const other = claimsOf(await exchangeRefreshToken(org, await refreshTokenAt(org), granola));
  t.equal(other.email, undefined, 'but not beside a NameID that is no address');
  t.match(other.sub_id.nameid_format, /unspecified$/);
});

const GOOD: readonly (readonly [title: string, make: () => string, edit?: Edit])[] = [
  ['base64, padded', () => assertion()],
  ['ix-saml-encoding: base64url', () => assertion({ travel: 'base64url' })],
  ['base64 without padding', () => assertion({ travel: 'base64-unpadded' })],
  [
    'base64url with padding',
    () => {
      const sent = assertion();
      return sent.replaceAll('+', '-').replaceAll('/', '_');
    },
  ],
  ['base64 in lines', () => assertion({ travel: 'base64-lines' })],
  ['ix-saml-is-response: the assertion signed', () => assertion({ good: { within: 'response' } })],
  [
    'ix-saml-is-response: only the response signed',
    () => assertion({ good: { within: 'response', sign: { assertion: false, response: true } } }),
  ],
  [
    'ix-saml-is-response: both signed',
    () => assertion({ good: { within: 'response', sign: { assertion: true, response: true } } }),
  ],
  ['SHA-512', () => assertion({ sign: { assertion: 'sha512' } })],
  ['attributes', () => assertion({ assertion: { attributes: 'one' } })],
  ['a minute early', () => assertion({ assertion: { notBefore: 50 } })],
  ['conditions without end', () => assertion({ assertion: { notOnOrAfter: null } })],
  ['conditions without beginning', () => assertion({ assertion: { notBefore: null } })],
  ['without a word about the sign-in', () => assertion({ assertion: { authentication: 'none' } })],
  ['with an odd word about the sign-in', () => assertionWith((text) => text.replace(/ AuthnInstant="[^"]*"/, ''))],
  ['the token endpoint as recipient', () => assertion({ assertion: { recipient: `${org.issuer}/oauth2/v1/token` } })],
  [
    'SHA-1 for an application that is set up for it',
    () => assertion({ sign: { assertion: 'sha1' } }),
    (file) => {
      Object.assign(samlIn(file, 'Claude'), { signatureAlgorithm: 'RSA_SHA1', digestAlgorithm: 'SHA1' });
    },
  ],
  ...(
    [
      ['recipient', { recipient: 'https://other.example/acs' }],
      ['destination', { destination: 'https://other.example/acs' }],
      ['ssoAcsUrlOverride', { ssoAcsUrlOverride: 'https://other.example/acs' }],
      [
        'another ACS URL',
        { allowMultipleAcsEndpoints: true, acsEndpoints: [{ index: 1, url: 'https://other.example/acs' }] },
      ],
    ] as const
  ).map(([title, saml]): (typeof GOOD)[number] => [
    `the recipient of ${title}`,
    () => assertion({ assertion: { recipient: 'https://other.example/acs' } }),
    (file) => {
      Object.assign(samlIn(file, 'Claude'), saml);
    },
  ]),
];

for (const [title, make, edit] of GOOD) {
  t.test(`accepted | ${named(title)}`, async (t) => {
    const at = edit ? await startOrg(edit) : org;
    const answer = await exchangeAssertion(at, make());
    t.equal(answer.status, 200, answer.text);
    t.equal(claimsOf(await exchangeRefreshToken(at, answer.body.access_token)).sub, '00uAlice000000000001');
  });
}

t.test(named('ix-saml-nameid-comment: the text on both its sides counts'), async (t) => {
  const evil = { assertion: { nameId: '{victim}.evil.example' }, tamper: 'nameid-comment' } as const;
  await assertRefused(t, org, await exchangeAssertion(org, assertion(evil)), 'user-known');
  const whole = assertion({ tamper: 'nameid-comment', assertion: { nameId: '{victim}' } });
  const { sub } = claimsOf(await exchangeRefreshToken(org, await refreshTokenAt(org, whole), GRANTED_TO_BOB));
  t.equal(sub, '00uBob00000000000001');
});

/** Asana, which Bob has. */
const GRANTED_TO_BOB = { audience: 'https://auth.asana.example', scope: 'tasks:read' };

const ask =
  (more: Parameters, made: Parameters | undefined = undefined): Row<TestOrg>['breakIt'] =>
  (at) =>
    exchangeAssertion(at, assertion(), { ...made, ...more });

const forUser = (login: string) => (at: TestOrg) => exchangeAssertion(at, assertion({ assertion: { nameId: login } }));

interface PolicyRow extends Row<TestOrg> {
  readonly edit?: Edit;
}

const row = (title: string, rule: string, breakIt: PolicyRow['breakIt'], edit?: Edit): PolicyRow => ({
  ...{ title, rule, breakIt },
  ...(edit && { edit }),
});

/** What it shares with the exchange for an ID-JAG, and its own two parameters. */
const POLICY_ROWS: readonly PolicyRow[] = [
  row('the feature is off', 'org-has-xaa', ask({}), (file) => {
    file.org = { ...file.org, features: { xaa: false } };
  }),
  row('no subject_token_type', 'subject-token-type-sent', ask({ subject_token_type: undefined })),
  row('no subject_token', 'subject-token-sent', ask({ subject_token: undefined })),
  row('an empty subject_token is none', 'subject-token-sent', ask({ subject_token: '' })),
  row('an actor_token without type', 'actor-token-typed', ask({ actor_token: 'x' })),
  row('an actor_token_type without token', 'actor-token-sent', ask({ actor_token_type: TOKEN_TYPE.jwt })),
  row('an actor_token of another type', 'actor-token-type-is-jwt', ask({ actor_token: 'x', actor_token_type: 'x' })),
  row(
    'an actor_token that is none',
    'actor-token-verifies',
    ask({ actor_token: 'x', actor_token_type: TOKEN_TYPE.jwt }),
  ),
  row('a scope with two blanks', 'scope-well-formed', ask({ scope: 'openid  offline_access' })),
  row('at a custom server', 'exchange-at-the-org', async (at) => {
    const endpoint = '/oauth2/default/v1/token';
    return at.post(endpoint, {
      ...{ grant_type: GRANT_TYPE.tokenExchange, requested_token_type: TOKEN_TYPE.refreshToken },
      ...{ subject_token_type: TOKEN_TYPE.saml2, subject_token: assertion(), scope: 'openid offline_access' },
      ...(await at.asAgent({ endpoint })),
    });
  }),
  row(
    'an ID token for a refresh token',
    'refresh-token-for-assertion',
    ask({ subject_token_type: TOKEN_TYPE.idToken }),
  ),
  row('an application that is no caller', 'caller-delegated', (at) => {
    const figma = { issuer: samlIssuer('Figma'), audience: 'https://figma.example/saml' };
    return exchangeAssertion(at, assertion({ of: { ...figma, recipient: 'https://figma.example/saml/acs' } }));
  }),
  row('ix-agent-no-caller', 'caller-delegated', ask({}), (file) => {
    agentIn(file).callers = [];
  }),
  row('an application that is switched off', 'caller-active', ask({}), (file) => {
    appIn(file, 'Claude').status = 'INACTIVE';
  }),
  row('a NameID of nobody', 'user-known', forUser('nobody@example.com')),
  row('a NameID in another case', 'user-known', forUser('Alice@example.com')),
  row('ix-saml-inactive-user', 'user-active', forUser('frank@example.com')),
  row('a user who does not have the application', 'user-assigned-to-caller', forUser('dave@example.com')),
  row('ix-saml-rt-no-scope', 'assertion-scope-offline-access', ask({ scope: undefined })),
  row('ix-saml-rt-no-scope: others', 'assertion-scope-offline-access', ask({ scope: 'openid email' })),
  row('a scope of a resource', 'assertion-scope-of-the-org', ask({ scope: 'offline_access mcp:read' })),
];

t.test('every rule about assertions refuses', async (t) => {
  assertComplete(t, SAML_ASSERTION_RULES, SAML_ROWS);
  const own = ASSERTION_EXCHANGE_RULES.filter((rule) => !EXCHANGE_RULES.includes(rule));
  for (const { name } of own)
    t.ok(
      POLICY_ROWS.some(({ rule }) => rule === name),
      name,
    );
  await runRows(t, [...SAML_ROWS, ...POLICY_ROWS], async (t, { rule, breakIt, edit }) => {
    const at = edit ? await startOrg(edit) : org;
    const answer = await breakIt(at);
    await assertRefused(t, at, answer, rule);
    if (rule.startsWith('saml-')) {
      t.equal(answer.body.error_description, "The 'subject_token' is not valid.", 'the client is told no more');
    }
  });
});

t.test('a file that is named in an entity is not opened, and a bomb is refused in no time', async (t) => {
  const began = performance.now();
  for (const tamper of ['entity-external', 'entity-bomb', 'deep-nesting'] as const) {
    const { text } = await exchangeAssertion(org, assertion({ tamper }));
    t.notMatch(text, /localhost|root:/);
  }
  t.ok(performance.now() - began < 5000);
});

t.test('of two at once, one wins; the other is told that it was used', async (t) => {
  const once = assertion();
  const answers = await Promise.all([1, 2, 3, 4].map(() => exchangeAssertion(org, once)));
  const lost = answers.filter(({ status }) => status === 400);
  t.equal(lost.length, 3);
  for (const answer of lost) await assertRefused(t, org, answer, 'saml-not-replayed');
});

t.test('one of several confirmations fits, and the assertion is remembered until the last of them ends', async (t) => {
  const clock = testClock();
  const open = await startOpenOrg(undefined, clock.now);
  t.teardown(() => open.close());
  const at = driving(open, clock);
  const notOnOrAfter = clock.now() + 60_000;
  const sent = assertionWith((text) => text, {
    confirmations: [
      { method: BEARER },
      { method: BEARER, recipient: 'https://elsewhere.example/acs', notOnOrAfter: notOnOrAfter + 60_000 },
      { method: BEARER, recipient: CLAUDE.recipient, notOnOrAfter },
    ],
  });
  await refreshTokenAt(at, sent);
  const [spent] = open.org.store.live.list(spentAssertions).filter(({ id }) => id.startsWith('saml '));
  t.equal(spent?.expiresAt, notOnOrAfter + 60_000);
  await assertRefused(t, at, await exchangeAssertion(at, sent), 'saml-not-replayed');
  clock.advance(60_000);
  await assertRefused(t, at, await exchangeAssertion(at, sent), 'saml-confirmation-not-expired');
});

t.test('one commit: what is spent, the grant and the refresh token, or nothing of it', async (t) => {
  const clock = testClock();
  const open = await startOpenOrg(undefined, clock.now);
  t.teardown(() => open.close());
  const at = driving(open, clock);
  const { live } = open.org.store;
  const spent = () => live.list(spentAssertions).filter(({ id }) => id.startsWith('saml '));
  await exchangeAssertion(at, assertion(), { scope: 'openid' });
  t.same([spent(), live.list(grants), live.list(refreshTokens)], [[], [], []], 'a refusal spends nothing');
  const token = await refreshTokenAt(at);
  const [grant] = live.list(grants);
  t.match(grant, { clientId: EXAMPLE.agentId, signedInTo: CLAUDE.id, userId: '00uAlice000000000001' });
  t.equal(spent().length, 1);
  t.equal(live.list(refreshTokens).length, 1);
  t.notMatch(JSON.stringify([spent(), live.list(refreshTokens)]), token, 'as fingerprints');
  clock.advance(30 * 24 * 3_600_000 - 60_000);
  t.equal((await exchangeRefreshToken(at, token)).status, 200, 'for thirty days');
  clock.advance(60_001);
  await assertRefused(t, at, await exchangeRefreshToken(at, token), 'subject-token-not-expired');
});

t.test('the actor_token may be the client assertion of the request, as Okta sends it', async (t) => {
  const client = await org.asAgent();
  const actor = { actor_token: client.client_assertion, actor_token_type: TOKEN_TYPE.jwt };
  t.equal((await exchangeAssertion(org, assertion(), { ...client, ...actor })).status, 200);
});

t.test('the refresh token is the agent’s alone, and good for ID-JAGs only', async (t) => {
  const at = await startOrg((file) => {
    agentIn(file, 'Claude Code (linked)').callers = [{ application: 'Claude' }];
  });
  const linked = { client_id: EXAMPLE.linkedAgentId, client_secret: EXAMPLE.linkedSecret };
  const asLinked = { ...linked, client_assertion: undefined, client_assertion_type: undefined };
  const ofClaude = await refreshTokenAt(at);
  const refused = await exchangeRefreshToken(at, ofClaude, asLinked);
  await assertRefused(t, at, refused, 'subject-refresh-token-of-a-caller');
  const ofLinked = await refreshTokenAt(at, assertion(), asLinked);
  t.equal((await exchangeRefreshToken(at, ofLinked, asLinked)).status, 200);
  const refresh = { grant_type: GRANT_TYPE.refreshToken, refresh_token: ofLinked, ...linked };
  await assertRefused(t, at, await at.post('/oauth2/v1/token', refresh), 'refresh-token-of-a-sign-in');
  t.equal(
    oidcIn(
      editedOrg(() => {}),
      'Claude Code (OIDC)',
    ).grantTypes?.includes('refresh_token'),
    true,
  );
});

t.test('it ends with the user, the delegation, the assignment, a revocation', async (t) => {
  const at = await startOrg();
  const revoked = await refreshTokenAt(at);
  const introspected = async () =>
    (
      await at.post('/oauth2/v1/introspect', {
        token: revoked,
        ...(await at.asAgent({ endpoint: '/oauth2/v1/introspect' })),
      })
    ).body;
  t.match(await introspected(), { active: true, client_id: EXAMPLE.agentId, scope: 'openid offline_access' });
  await at.post('/oauth2/v1/revoke', { token: revoked, ...(await at.asAgent({ endpoint: '/oauth2/v1/revoke' })) });
  t.same(await introspected(), { active: false });
  await assertRefused(t, at, await exchangeRefreshToken(at, revoked), 'subject-grant-not-revoked');

  const api = { authorization: `SSWS ${EXAMPLE.apiToken}` };
  const call = (method: string, path: string) => at.fetch(`/api/v1${path}`, { method, headers: api });
  const unassigned = await refreshTokenAt(at, assertion({ assertion: { nameId: 'carol@example.com' } }));
  await call('DELETE', `/apps/${CLAUDE.id}/users/00uCarol000000000001`);
  await assertRefused(t, at, await exchangeRefreshToken(at, unassigned), 'user-assigned-to-caller');

  const orphaned = await refreshTokenAt(at);
  await call('POST', `/apps/${CLAUDE.id}/lifecycle/deactivate`);
  await assertRefused(t, at, await exchangeRefreshToken(at, orphaned), 'caller-active');
  const links = '/workload-principals/api/v1/delegation-links';
  const filter = encodeURIComponent(`from.clientOrn eq "${ORN.claudeSaml}"`);
  const { body } = await at.fetch(`${links}?filter=${filter}`, { headers: api });
  await at.fetch(`${links}/${body.data[0].id}`, { method: 'DELETE', headers: api });
  await assertRefused(t, at, await exchangeRefreshToken(at, orphaned), 'caller-delegated');
  const gone = await call('DELETE', `/apps/${CLAUDE.id}`);
  t.equal(gone.status, 204, gone.text);
  await assertRefused(t, at, await exchangeRefreshToken(at, orphaned), 'subject-grant-not-revoked');
});

t.test('the records show what was judged, and never the assertion', async (t) => {
  const sent = assertion();
  const answer = await exchangeAssertion(org, sent);
  const id = answer.headers.get('x-okta-request-id');
  const { body, text } = await org.fetch(`/_mock/exchanges/${id}`);
  t.match(body, {
    ...{ result: 'granted', grantType: 'token-exchange', user: 'alice@example.com', client: EXAMPLE.agentId },
    request: { requestedTokenType: TOKEN_TYPE.refreshToken, subjectTokenType: TOKEN_TYPE.saml2 },
    answer: { issued_token_type: TOKEN_TYPE.refreshToken, expires_in: 2_592_000 },
  });
  t.match(
    body.rules.find(({ name }: { name: string }) => name === 'saml-signature-verifies'),
    { outcome: 'holds' },
  );
  t.notMatch(text, answer.body.access_token);
  t.notOk(text.includes(sent.slice(0, 60)));
  t.equal(body.assertions.subjectToken, 'opaque');
  t.match(body.assertions.saml, { issuer: CLAUDE.issuer, id: /^id\d+$/, problem: null });
});

t.test(
  'what is wrong with an assertion stands in its record and in the event, more closely than the reason',
  async (t) => {
    const shownOf = async (sent: string, more: Parameters = {}) => {
      const answer = await exchangeAssertion(org, sent, more);
      const { body } = await org.fetch(`/_mock/exchanges/${answer.headers.get('x-okta-request-id')}`);
      const [event] = await eventsOf(org, answer);
      t.equal(event?.debugContext.debugData.samlProblem, body.assertions.saml?.problem ?? undefined);
      return body.assertions.saml;
    };
    t.match(await shownOf(assertion({ sign: { assertion: 'sha1' } })), { issuer: CLAUDE.issuer, problem: 'algorithm' });
    t.match(await shownOf(assertion({ tamper: 'signature-flipped' })), { issuer: CLAUDE.issuer, problem: 'mismatch' });
    t.same(await shownOf(assertion({ tamper: 'doctype' })), { issuer: null, id: null, problem: 'doctype' });
    t.match(await shownOf(assertion({ assertion: { nameId: null } })), { issuer: CLAUDE.issuer, problem: 'missing' });
    const odd = { issuer: 'https://user:password@idp.example', id: 'id of mine' };
    t.match(await shownOf(assertion({ assertion: odd, sign: { assertion: 'none' } })), { issuer: null, id: null });
    t.match(await shownOf(assertion({ assertion: { issuer: null } })), { issuer: null, problem: 'missing' });
    const secret = { issuer: 'https://idp.example/a-secret-verifier', id: 'a-secret-verifier' };
    const hidden = await shownOf(assertion({ assertion: secret }), { code_verifier: 'a-secret-verifier' });
    t.match(hidden, { issuer: null, id: null }, 'and not what is a secret elsewhere in the request');
    t.equal(await shownOf('x', { subject_token_type: TOKEN_TYPE.idToken }), null);
  },
);

t.test('nothing secret is logged', (t) => watch.check(t, orgs));
