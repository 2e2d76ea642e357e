/**
 * Who asks: every rule of client authentication broken over HTTP, each way of authenticating used as it should be, and
 * assertions that can be spent once only.
 */
import t, { type Test } from 'tap';
import { CLIENT_RULES } from '../../src/grants/client-rules.js';
import { CLIENT_ASSERTION_TYPE, GRANT_TYPE } from '../../src/protocol/urns.js';
import { agents } from '../../src/registry/ai-agent.js';
import { forgeIdToken, freshKey, sign, tampered, unsigned } from '../support/forge.js';
import { startJwksServer } from '../support/jwks-server.js';
import { startOpenOrg } from '../support/open-org.js';
import {
  type Answer,
  APP_BASIC,
  basic,
  driving,
  EXAMPLE,
  exampleOrg,
  keepOrgs,
  type Parameters,
  startTestOrg,
  type TestOrg,
  testClock,
} from '../support/org.js';
import { agentIn, appIn, type Edit, editedOrg, oidcIn } from '../support/org-edits.js';
import { assertComplete, assertRefused, eventsOf, named, type Row, runRows } from '../support/refusals.js';
import { watchSecrets } from '../support/secret-watch.js';

const watch = watchSecrets(t);
const jwks = await startJwksServer(t);
const rsa = await freshKey('RS256', 'rsa');
const ec = await freshKey('ES256', 'ec');
const enc = await freshKey('RS256', 'enc');
const second = await freshKey('RS256', 'second');
const stranger = await freshKey('RS256', 'stranger');
const ids = ['Open', 'Keyless', 'Secrets', 'Staged', 'Remote', 'Keys'] as const;
const agentId = (name: (typeof ids)[number]) => `wlp${name.padEnd(17, '0')}`;
const SECRETS = ['the-first-agent-secret-for-tests', 'the-second-agent-secret-for-tests'] as const;

/** One agent for each way to authenticate, and one app for each that agents do not have. */
const everyWay: Edit = (file) => {
  const publicKeys = [rsa.jwk, second.jwk, ec.jwk, { ...enc.jwk, use: 'enc' }].map((jwk) => ({
    type: 'PUBLIC_KEY' as const,
    jwk: jwk,
  }));
  const credentials = {
    Open: [{ type: 'CLIENT_ID_ONLY' as const }],
    Keyless: [],
    Secrets: SECRETS.map((secret) => ({ type: 'CLIENT_SECRET' as const, secret })),
    Staged: publicKeys,
    Remote: [{ type: 'JWKS_URI' as const, uri: jwks.uri }],
    Keys: publicKeys,
  };
  for (const name of ids) {
    file.agents?.push({
      ...{ id: agentId(name), name: `Agent ${name}`, status: name === 'Staged' ? 'STAGED' : 'ACTIVE' },
      credentials: credentials[name],
      callers: [{ application: 'Claude (OIDC)' }],
      resourceConnections: [{ application: 'Figma', clientIdAtResource: name }],
    });
  }
  const oidc = { redirectUris: [EXAMPLE.redirectUri], grantTypes: ['refresh_token' as const] };
  file.applications?.push(
    { label: 'Public', oidc: { ...oidc, clientId: 'public', tokenEndpointAuthMethod: 'none' } },
    { label: 'No secret', oidc: { ...oidc, clientId: 'no-secret' } },
    { label: 'No key', oidc: { ...oidc, clientId: 'no-key', tokenEndpointAuthMethod: 'private_key_jwt' } },
    { label: 'No HMAC', oidc: { ...oidc, clientId: 'no-hmac', tokenEndpointAuthMethod: 'client_secret_jwt' } },
    {
      label: 'HMAC',
      oidc: { ...oidc, clientId: 'hmac', tokenEndpointAuthMethod: 'client_secret_jwt', clientSecret: SECRETS[0] },
    },
    {
      label: 'App keys',
      oidc: { ...oidc, clientId: 'app-keys', tokenEndpointAuthMethod: 'private_key_jwt', jwks: [ec.jwk] },
    },
    {
      label: 'App remote',
      oidc: { ...oidc, clientId: 'app-remote', tokenEndpointAuthMethod: 'private_key_jwt', jwksUri: jwks.uri },
    },
    {
      label: 'Odd',
      oidc: { ...oidc, clientId: 'odd:client & id+%', clientSecret: 'odd:secret & ü+%25', grantTypes: [] },
    },
  );
};

const { orgs, keep } = keepOrgs(t);

async function startOrg(edit: Edit): Promise<TestOrg> {
  return keep(await startTestOrg({ org: editedOrg(edit) }));
}

const org = await startOrg(everyWay);
const now = () => Math.floor(Date.now() / 1000);
const TOKEN = '/oauth2/v1/token';
const REQUEST = { grant_type: GRANT_TYPE.refreshToken, refresh_token: 'no-such-refresh-token' };

const post = (more: Parameters, headers: Record<string, string> = {}, at = org) =>
  at.post(TOKEN, { ...REQUEST, ...more }, headers);

const asserted = (assertion: string, more: Parameters = {}): Parameters => ({
  ...{ client_assertion_type: CLIENT_ASSERTION_TYPE, client_assertion: assertion },
  ...more,
});

interface Options {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly key?: Awaited<ReturnType<typeof freshKey>>['key'] | Uint8Array;
  readonly endpoint?: string;
}

/** A good assertion of a client, with other claims, another header or another key. */
async function assertionOf(
  clientId: string,
  { claims = {}, header = {}, key = rsa.key, endpoint = TOKEN }: Options = {},
  at = org,
): Promise<string> {
  const good = { iss: clientId, sub: clientId, aud: at.issuer + endpoint, iat: now(), exp: now() + 300 };
  const whole = { ...good, jti: crypto.randomUUID(), ...claims };
  return sign(whole, JSON.parse(JSON.stringify({ alg: 'RS256', kid: 'rsa', ...header })), key);
}

/** The request of the agent with keys, its assertion changed. */
const withAssertion =
  (options: Options, clientId = agentId('Keys')) =>
  async (at: TestOrg) =>
    post(asserted(await assertionOf(clientId, options, at)), {}, at);

/** An assertion whose claims are written out, for numbers that JSON.stringify cannot write. */
const withClaims = (claims: string) => async () => {
  const id = agentId('Keys');
  const text = `{"iss":"${id}","sub":"${id}","aud":"${org.issuer}${TOKEN}",${claims}}`;
  return post(asserted(await sign(text, { alg: 'RS256', kid: 'rsa' }, rsa.key)));
};

const secretKey = (secret: string) => new TextEncoder().encode(secret);

type ClientRow = Row<TestOrg> & { readonly edit?: Edit };
const row = (title: string, rule: string, breakIt: Row<TestOrg>['breakIt'], edit?: Edit): ClientRow => ({
  title,
  rule,
  breakIt,
  ...(edit && { edit }),
});

const kidOf = (credential: object) => ('jwk' in credential ? (credential.jwk as { kid: string }).kid : undefined);
const b64 = (text: string) => Buffer.from(text).toString('base64');

const REQUEST_ROWS: readonly ClientRow[] = [
  row('ix-client-creds-in-query: a secret', 'client-credentials-in-body', () =>
    org.post(`${TOKEN}?client_id=x&client_secret=a-secret-in-the-url`, REQUEST),
  ),
  row('ix-client-creds-in-query: the id alone', 'client-credentials-in-body', () =>
    org.post(`${TOKEN}?client_id=${EXAMPLE.appId}`, REQUEST, { authorization: APP_BASIC }),
  ),
  row('ix-client-creds-in-query: an assertion', 'client-credentials-in-body', () =>
    org.post(`${TOKEN}?client_assertion=an-assertion-in-the-url`, REQUEST, { authorization: APP_BASIC }),
  ),
  row('ix-client-two-methods: Basic and body', 'client-authenticates-once', () =>
    post({ client_secret: EXAMPLE.appSecret }, { authorization: APP_BASIC }),
  ),
  row('ix-client-two-methods: secret and assertion', 'client-authenticates-once', async () =>
    post({ ...(await org.asAgent()), client_secret: 'a-secret-too-many' }),
  ),
  row('ix-client-two-methods: Basic and assertion', 'client-authenticates-once', async () =>
    post(await org.asAgent(), { authorization: APP_BASIC }),
  ),
  row('ix-ca-type-missing', 'client-assertion-type-known', async () =>
    post({ ...(await org.asAgent()), client_assertion_type: undefined }),
  ),
  row('ix-ca-type-unknown', 'client-assertion-type-known', async () =>
    post({
      ...(await org.asAgent()),
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
    }),
  ),
  row('a client_assertion_type without assertion', 'client-assertion-type-known', () =>
    post({ client_assertion_type: CLIENT_ASSERTION_TYPE, client_id: agentId('Open') }),
  ),
  row('a client_assertion_type beside Basic', 'client-assertion-type-known', () =>
    post({ client_assertion_type: CLIENT_ASSERTION_TYPE }, { authorization: APP_BASIC }),
  ),
  ...['Bearer abc', 'Basic', 'Basic %%%', `Basic ${b64('no colon')}`, `Basic ${b64(':no-user')}`, 'Digest a="b"'].map(
    (authorization) =>
      row(`an Authorization header that is not Basic: ${authorization}`, 'client-basic-readable', () =>
        post({}, { authorization }),
      ),
  ),
  ...['garbage', '..', 'a.b.c', `${b64('{}')}.${b64('[]')}.x`, `${b64('{}')}.${b64('null')}.x`].map((assertion) =>
    row(`ix-ca-not-jwt: ${assertion}`, 'client-assertion-readable', () => post(asserted(assertion))),
  ),
  row(
    'an assertion without sub, and no client_id',
    'client-assertion-subject-is-client',
    withAssertion({ claims: { sub: undefined } }),
  ),
  row(
    'an assertion whose sub is a number',
    'client-assertion-subject-is-client',
    withAssertion({ claims: { sub: 5 } }),
  ),
  row(
    'an assertion that names nobody',
    'client-assertion-issuer-is-client',
    withAssertion({ claims: { iss: undefined, sub: undefined } }),
  ),
  row('nothing says who asks', 'client-named', () => post({})),
  row('ix-client-id-conflict: beside an assertion', 'client-id-consistent', async () =>
    post({ ...(await org.asAgent()), client_id: EXAMPLE.appId }),
  ),
  row('ix-client-id-conflict: beside Basic', 'client-id-consistent', () =>
    post({ client_id: EXAMPLE.agentId }, { authorization: APP_BASIC }),
  ),
  ...[
    ['ix-client-unknown: an id', 'nobody'],
    ['ix-client-unknown: a property of every object', '__proto__'],
    ['ix-client-cimd-unsupported', 'https://client.example/metadata.json'],
  ].map(([title = '', id = '']) =>
    row(title, 'client-known', () => post({}, { authorization: basic(id, 'some-secret-of-nobody') })),
  ),
  row('ix-ca-is-id-token', 'client-assertion-issuer-is-client', async () => post(asserted(await forgeIdToken(org)))),
  row('ix-ca-is-id-jag', 'client-assertion-issuer-is-client', async () =>
    post(asserted((await org.exchange(await forgeIdToken(org))).body.access_token)),
  ),
];

const METHOD_ROWS: readonly ClientRow[] = [
  row('ix-client-method-downgrade: a client with keys sends a secret', 'client-uses-registered-method', () =>
    post({ client_id: agentId('Keys'), client_secret: 'no-such-secret' }),
  ),
  row('ix-client-none: a client with keys sends its id only', 'client-uses-registered-method', () =>
    post({ client_id: agentId('Keys') }),
  ),
  row('ix-client-none: a client with a secret sends its id only', 'client-uses-registered-method', () =>
    post({ client_id: EXAMPLE.appId }),
  ),
  row('an app registered for Basic posts its secret', 'client-uses-registered-method', () =>
    post({ client_id: EXAMPLE.appId, client_secret: EXAMPLE.appSecret }),
  ),
  row('an app registered for Basic signs with its secret', 'client-uses-registered-method', async () =>
    post(asserted(await assertionOf(EXAMPLE.appId, { header: { alg: 'HS256' }, key: secretKey(EXAMPLE.appSecret) }))),
  ),
  row('an app registered for HMAC posts its secret', 'client-uses-registered-method', () =>
    post({ client_id: 'hmac', client_secret: SECRETS[0] }),
  ),
  row('a public client sends a secret', 'client-uses-registered-method', () =>
    post({}, { authorization: basic('public', 'a-secret-of-the-public') }),
  ),
  row('a public client sends an assertion', 'client-uses-registered-method', withAssertion({}, 'public')),
  row('a client without any credential sends its id', 'client-uses-registered-method', () =>
    post({ client_id: agentId('Keyless') }),
  ),
  row('ix-client-bad-secret', 'client-secret-right', () =>
    post({}, { authorization: basic(EXAMPLE.appId, 'a-wrong-secret') }),
  ),
  row('an empty secret', 'client-secret-right', () => post({}, { authorization: basic(EXAMPLE.appId, '') })),
  row('a client that has no secret registered', 'client-secret-right', () =>
    post({}, { authorization: basic('no-secret', 'undefined-undefined') }),
  ),
  row('a wrong secret of an agent', 'client-secret-right', () =>
    post({ client_id: agentId('Secrets'), client_secret: 'a-wrong-agent-secret' }),
  ),
  row('ix-agent-no-key', 'client-has-keys', withAssertion({}, agentId('Keyless'))),
  row('an app with no key', 'client-has-keys', withAssertion({}, 'no-key')),
  row(
    'an app with no secret to sign with',
    'client-has-keys',
    withAssertion({ header: { alg: 'HS256' }, key: secretKey(SECRETS[0]) }, 'no-hmac'),
  ),
];

const remote = (answer: (typeof jwks)['answer']) => async (own: TestOrg) => {
  jwks.answer = answer;
  return post(asserted(await assertionOf(agentId('Remote'), {}, own)), {}, own);
};

const REMOTE_ROWS: readonly ClientRow[] = [
  row('it answers 500', 'client-jwks-uri-readable', remote({ status: 500, body: '{}' }), everyWay),
  row('it answers 404', 'client-jwks-uri-readable', remote({ status: 404, body: '{"keys":[]}' }), everyWay),
  row(
    'it redirects',
    'client-jwks-uri-readable',
    remote({ status: 302, body: '', headers: { location: '/elsewhere' } }),
    everyWay,
  ),
  row('it answers text', 'client-jwks-uri-readable', remote({ status: 200, body: 'keys' }), everyWay),
  row('it answers another object', 'client-jwks-uri-readable', remote({ status: 200, body: '{"keys":{}}' }), everyWay),
  row('it has no such key', 'client-assertion-key-known', remote({ status: 200, body: '{"keys":[]}' }), everyWay),
  row('nobody listens there', 'client-jwks-uri-readable', remote({ status: 200, body: '' }), (file) => {
    everyWay(file);
    agentIn(file, 'Agent Remote').credentials = [
      { type: 'JWKS_URI', uri: 'http://127.0.0.1:1/keys', status: 'ACTIVE' },
    ];
  }),
];

const ASSERTION_ROWS: readonly ClientRow[] = [
  row('a critical header nobody knows', 'client-assertion-well-formed', async () =>
    post(asserted(tampered(await assertionOf(agentId('Keys')), { header: { crit: ['x'], x: 1 } }))),
  ),
  row('an assertion without header', 'client-assertion-well-formed', async () =>
    post(asserted((await assertionOf(agentId('Keys'))).replace(/^[^.]*/, ''))),
  ),
  ...[{ iat: 'now' }, { nbf: 'later' }, { jti: 5 }, { iat: null }, { jti: {} }].map((claims) =>
    row(
      `a claim that may be left out, of the wrong type: ${JSON.stringify(claims)}`,
      'client-assertion-well-formed',
      withAssertion({ claims: claims }),
    ),
  ),
  row('an iat beyond all numbers', 'client-assertion-well-formed', withClaims('"iat":1e999,"exp":1')),
  row('ix-ca-alg-none', 'client-assertion-algorithm-allowed', async () =>
    post(asserted(unsigned(await assertionOf(agentId('Keys'))))),
  ),
  row(
    'ix-ca-hs256-pubkey',
    'client-assertion-algorithm-allowed',
    withAssertion({ header: { alg: 'HS256' }, key: secretKey((rsa.jwk as { n: string }).n) }),
  ),
  row(
    'ix-ca-hs256-secret',
    'client-assertion-algorithm-allowed',
    withAssertion({ header: { alg: 'HS256' }, key: secretKey(SECRETS[0]) }),
  ),
  row('PS256, which Okta does not take', 'client-assertion-algorithm-allowed', async () => {
    const ps = await freshKey('PS256', 'rsa');
    return post(asserted(await assertionOf(agentId('Keys'), { header: { alg: 'PS256' }, key: ps.key })));
  }),
  row('RS256 by a client with a secret', 'client-assertion-algorithm-allowed', withAssertion({}, agentId('Secrets'))),
  row('ix-ca-unknown-kid', 'client-assertion-key-known', withAssertion({ header: { kid: 'other' } })),
  row(
    'no kid, and more than one key it could be',
    'client-assertion-key-known',
    withAssertion({ header: { kid: undefined } }),
  ),
  row('ix-ca-enc-key', 'client-assertion-key-for-signing', withAssertion({ header: { kid: 'enc' }, key: enc.key })),
  row(
    'ix-ca-header-jwk: ignored, and nothing is fetched',
    'client-assertion-key-known',
    withAssertion({
      header: { kid: 'stranger', jwk: stranger.jwk, jku: jwks.uri, x5u: jwks.uri },
      key: stranger.key,
    }),
  ),
  row('ix-ca-bad-sig', 'client-assertion-signature-verifies', withAssertion({ key: stranger.key })),
  row('ix-ca-bad-sig: changed claims', 'client-assertion-signature-verifies', async () =>
    post(asserted(tampered(await assertionOf(agentId('Keys')), { claims: { exp: now() + 900 } }))),
  ),
  row(
    "ix-ca-sub-other-client: by its own key, under the other's kid",
    'client-assertion-signature-verifies',
    withAssertion({ header: { kid: agentIn(exampleOrg()).credentials?.map(kidOf)[0] } }, EXAMPLE.agentId),
  ),
  row('another client, by its own key and kid', 'client-assertion-key-known', withAssertion({}, EXAMPLE.agentId)),
  row('a wrong HMAC', 'client-assertion-signature-verifies', async () =>
    post(
      asserted(
        await assertionOf('hmac', {
          header: { alg: 'HS256', kid: undefined },
          key: secretKey('a-wrong-hmac-key-for-tests'),
        }),
      ),
    ),
  ),
  row('ix-ca-iss-missing', 'client-assertion-issuer-is-client', withAssertion({ claims: { iss: undefined } })),
  row('ix-ca-iss-ne-sub', 'client-assertion-issuer-is-client', withAssertion({ claims: { iss: EXAMPLE.agentId } })),
  row('an iss that is no text', 'client-assertion-issuer-is-client', withAssertion({ claims: { iss: [] } })),
  row('no sub beside client_id', 'client-assertion-subject-is-client', async () =>
    post(asserted(await assertionOf(agentId('Keys'), { claims: { sub: undefined } }), { client_id: agentId('Keys') })),
  ),
  row('ix-ca-aud-missing', 'client-assertion-audience-is-this-server', withAssertion({ claims: { aud: undefined } })),
  row(
    'ix-ca-aud-foreign',
    'client-assertion-audience-is-this-server',
    withAssertion({ claims: { aud: 'https://other.example/oauth2/v1/token' } }),
  ),
  row(
    'ix-ca-aud-two',
    'client-assertion-audience-is-this-server',
    withAssertion({ claims: { aud: [org.issuer + TOKEN, 'https://other.example'] } }),
  ),
  row(
    'another endpoint of this server',
    'client-assertion-audience-is-this-server',
    withAssertion({ endpoint: '/oauth2/v1/introspect' }),
  ),
  row(
    'another server of this org',
    'client-assertion-audience-is-this-server',
    withAssertion({ endpoint: '/oauth2/default/v1/token' }),
  ),
  row('an aud that is no text', 'client-assertion-audience-is-this-server', withAssertion({ claims: { aud: 1 } })),
  row('an empty aud', 'client-assertion-audience-is-this-server', withAssertion({ claims: { aud: [] } })),
  row(
    'ix-ca-aud-issuer: in a strict org',
    'client-assertion-audience-is-this-server',
    async (own) => post(asserted(await assertionOf(agentId('Keys'), { claims: { aud: own.issuer } })), {}, own),
    (file) => {
      everyWay(file);
      file.org = { ...file.org, settings: { strictClientAssertionAudience: true } };
    },
  ),
  row('ix-ca-exp-missing', 'client-assertion-has-expiry', withAssertion({ claims: { exp: undefined } })),
  row('an exp that is text', 'client-assertion-has-expiry', withAssertion({ claims: { exp: `${now() + 60}` } })),
  row('an exp beyond all numbers', 'client-assertion-has-expiry', withClaims('"exp":1e999')),
  row('ix-ca-expired', 'client-assertion-not-expired', withAssertion({ claims: { exp: now() - 1 } })),
  row('an exp before all times', 'client-assertion-not-expired', withAssertion({ claims: { exp: -1e308 } })),
  row('ix-ca-exp-far', 'client-assertion-lives-at-most-an-hour', withAssertion({ claims: { exp: now() + 3700 } })),
  row('ix-ca-exp-far: absurdly', 'client-assertion-lives-at-most-an-hour', withAssertion({ claims: { exp: 1e308 } })),
  row('ix-ca-iat-future', 'client-assertion-not-from-the-future', withAssertion({ claims: { iat: now() + 120 } })),
  row('ix-ca-iat-future: absurdly', 'client-assertion-not-from-the-future', withAssertion({ claims: { iat: 1e308 } })),
  row('ix-ca-nbf-future', 'client-assertion-not-from-the-future', withAssertion({ claims: { nbf: now() + 120 } })),
  row('ix-ca-replay', 'client-assertion-unused', async () => {
    const assertion = await assertionOf(agentId('Keys'));
    await post(asserted(assertion));
    return post(asserted(assertion));
  }),
  row('ix-ca-replay: another assertion with the same jti', 'client-assertion-unused', async () => {
    const claims = { jti: `again-${crypto.randomUUID()}` };
    await post(asserted(await assertionOf(agentId('Keys'), { claims })));
    return post(asserted(await assertionOf(agentId('Keys'), { claims: { ...claims, exp: now() + 60 } })));
  }),
  row('ix-agent-staged', 'client-active', withAssertion({}, agentId('Staged'))),
  row(
    'ix-client-disabled: an app',
    'client-active',
    (own) => post({}, { authorization: APP_BASIC }, own),
    (file) => {
      appIn(file, 'Claude (OIDC)').status = 'INACTIVE';
    },
  ),
  row('ix-client-disabled: the app linked to an agent', 'client-active', linked, (file) => {
    appIn(file, 'Claude Code (OIDC)').status = 'INACTIVE';
  }),
  row('ix-client-disabled: the agent linked to an app', 'client-active', linked, (file) => {
    agentIn(file, 'Claude Code (linked)').status = 'INACTIVE';
  }),
];

function linked(own: TestOrg): Promise<Answer> {
  return post({ client_id: EXAMPLE.linkedAgentId, client_secret: EXAMPLE.linkedSecret }, {}, own);
}

const ROWS = [...REQUEST_ROWS, ...METHOD_ROWS, ...REMOTE_ROWS, ...ASSERTION_ROWS];

/** Rows with an org of their own make assertions for that org. */
async function runRow(t: Test, { rule, breakIt, edit }: ClientRow): Promise<void> {
  const own = edit ? await startOrg(edit) : org;
  await assertRefused(t, own, await breakIt(own), rule);
}

t.test('every rule refuses', async (t) => {
  assertComplete(t, CLIENT_RULES, ROWS);
  await runRows(t, ROWS, runRow);
});

t.test('an unknown client is answered 401 when it brought credentials, else 400', async (t) => {
  const statusOf = async (more: Parameters, headers: Record<string, string> = {}) => {
    const { status, body, headers: answered } = await post({ client_id: 'nobody', ...more }, headers);
    t.match(body, {
      errorCode: 'invalid_client',
      errorLink: 'invalid_client',
      errorId: /^oae\w{17}$/,
      errorCauses: [],
    });
    return [status, answered.has('www-authenticate')];
  };
  t.same(await statusOf({}), [400, false]);
  t.same(await statusOf({ client_secret: 'secret-of-nobody-at-all' }), [401, false]);
  t.same(await statusOf(asserted(await assertionOf('nobody'))), [401, false]);
  t.same(await statusOf({}, { authorization: basic('nobody', 'secret-of-nobody-at-all') }), [401, true]);
});

t.test('a refusal does not tell whether the client is active before it has proved itself', async (t) => {
  const answer = await post(asserted(await assertionOf(agentId('Staged'), { key: stranger.key })));
  await assertRefused(t, org, answer, 'client-assertion-signature-verifies');
});

t.test('the log names the client that was claimed, and the challenge goes to whom used Basic', async (t) => {
  const wrong = await post({}, { authorization: basic(EXAMPLE.appId, 'a-wrong-secret') });
  t.match(wrong.headers.get('www-authenticate'), /^Basic realm=/);
  t.match(await eventsOf(org, wrong), [{ actor: { id: EXAMPLE.appId } }]);
  t.match(
    org.lines.at(-1),
    /"Claude \(OIDC\)": REFUSED, for this does not hold: .* \[client-secret-right \/ invalid_client_secret\]$/,
  );
  const bad = await post(asserted(await assertionOf(agentId('Keys'), { key: stranger.key })));
  t.equal(bad.headers.get('www-authenticate'), null);
  t.match(await eventsOf(org, bad), [{ actor: { id: agentId('Keys'), type: 'AI Agent' } }]);
  t.match(await eventsOf(org, await post({ client_id: 'nobody' })), [{ actor: { id: 'unknown' } }]);
});

/** The client is authenticated at the introspection endpoint, which then has nothing to say about the token. */
async function admits(t: Test, more: Parameters, headers: Record<string, string> = {}, at = org): Promise<void> {
  const answer = await at.post('/oauth2/v1/introspect', { token: 'no-such-token', ...more }, headers);
  t.same([answer.status, answer.text], [200, '{"active":false}']);
}

const INTROSPECT = { endpoint: '/oauth2/v1/introspect' };

const admitsAssertion = async (t: Test, clientId: string, options: Options = {}, at = org, more: Parameters = {}) =>
  admits(t, asserted(await assertionOf(clientId, { ...INTROSPECT, ...options }, at), more), {}, at);

t.test(named('ix-ok-basic, ix-ok-post: each method as registered'), async (t) => {
  await admits(t, {}, { authorization: APP_BASIC });
  await admits(t, { client_id: EXAMPLE.appId }, { authorization: APP_BASIC });
  await admits(t, {}, { authorization: APP_BASIC.replace('Basic', 'bASIC') });
  const odd = new URLSearchParams({ a: 'odd:client & id+%', b: 'odd:secret & ü+%25' }).toString().split(/&b=|^a=/);
  await admits(t, {}, { authorization: `Basic ${b64(`${odd[1]}:${odd[2]}`)}` });
  await admits(t, {}, { authorization: basic('odd:client & id+%', 'odd:secret & ü+%25') });
  const { linkedAgentId: client_id, linkedSecret: client_secret } = EXAMPLE;
  await admits(t, { client_id, client_secret });
  await admits(t, {}, { authorization: basic(client_id, client_secret) });
  await admits(t, { client_id: 'public' });
  await admits(t, { client_id: agentId('Open') });
});

t.test('client_secret_jwt: with each secret an agent has, and each length of HMAC', async (t) => {
  const hmac = (secret: string, alg = 'HS256') => ({
    header: { alg, kid: undefined },
    key: secretKey(secret),
  });
  await admitsAssertion(t, 'hmac', hmac(SECRETS[0]));
  await admitsAssertion(t, 'hmac', hmac(SECRETS[0], 'HS384'));
  await admitsAssertion(t, 'hmac', hmac(SECRETS[0], 'HS512'));
  await admitsAssertion(t, EXAMPLE.linkedAgentId, hmac(EXAMPLE.linkedSecret));
  for (const secret of SECRETS) {
    await admitsAssertion(t, agentId('Secrets'), hmac(secret));
    await admits(t, { client_id: agentId('Secrets'), client_secret: secret });
  }
});

t.test('private_key_jwt: keys in the registry', async (t) => {
  await admitsAssertion(t, agentId('Keys'));
  await admitsAssertion(t, agentId('Keys'), { header: { alg: 'ES256', kid: 'ec' }, key: ec.key });
  await admitsAssertion(t, 'app-keys', { header: { alg: 'ES256', kid: undefined }, key: ec.key });
  await admitsAssertion(t, agentId('Keys'), {}, org, { client_id: agentId('Keys') });
  await admitsAssertion(t, agentId('Keys'), { claims: { nbf: now() + 50, iat: now() + 50 } });
  await admitsAssertion(t, agentId('Keys'), { claims: { aud: [org.issuer + INTROSPECT.endpoint] } });
  await admitsAssertion(t, agentId('Keys'), { claims: { iat: undefined } });
  await admitsAssertion(t, agentId('Keys'), { claims: { extra: { deep: [1] }, exp: now() + 3590.5 } });
  t.equal(jwks.asked > 0, true);
});

t.test('an agent and its linked app prove themselves as the app is registered', async (t) => {
  for (const method of ['private_key_jwt', 'none'] as const) {
    const own = await startOrg((file) => {
      const oidc = oidcIn(file, 'Claude Code (OIDC)');
      Object.assign(oidc, { tokenEndpointAuthMethod: method, jwks: [rsa.jwk] });
    });
    if (method === 'none') await admits(t, { client_id: EXAMPLE.linkedAgentId }, {}, own);
    else await admitsAssertion(t, EXAMPLE.linkedAgentId, {}, own);
  }
});

t.test('private_key_jwt: keys behind a JWKS URI are fetched once and remembered', async (t) => {
  for (const id of [agentId('Remote'), 'app-remote']) {
    const own = await startOrg(everyWay);
    jwks.answer = { status: 200, body: JSON.stringify({ keys: [rsa.jwk] }) };
    jwks.asked = 0;
    for (const _ of [1, 2, 3]) await admitsAssertion(t, id, {}, own);
    t.equal(jwks.asked, 1);
    const foreign = asserted(await assertionOf(id, { key: stranger.key }, own));
    await assertRefused(t, own, await post(foreign, {}, own), 'client-assertion-signature-verifies');
    const none = asserted(unsigned(await assertionOf(id, {}, own)));
    await assertRefused(t, own, await post(none, {}, own), 'client-assertion-algorithm-allowed');
  }
});

t.test(named('ix-ca-aud-issuer: an org that is not strict takes the issuer, and says so in the log'), async (t) => {
  const subject = await forgeIdToken(org);
  const of = (aud: string) => async () =>
    eventsOf(org, await org.exchange(subject, await org.asAgent({ claims: { aud } })));
  const [[byIssuer], [byEndpoint]] = [await of(org.issuer)(), await of(org.issuer + TOKEN)()];
  t.match(byIssuer, {
    outcome: { result: 'SUCCESS' },
    debugContext: { debugData: { clientAssertionAudience: 'issuer' } },
  });
  t.equal(byEndpoint?.outcome.result, 'SUCCESS');
  t.notOk('clientAssertionAudience' in byEndpoint.debugContext.debugData);
  const custom = `${org.issuer}/oauth2/default`;
  t.equal((await org.redeem('x', await org.asAgent({ claims: { aud: custom } }))).body.error, 'invalid_grant');
  const other = await org.redeem('x', await org.asAgent({ claims: { aud: org.issuer } }));
  t.equal(other.body.error, 'invalid_client', 'the issuer of the org is not that of its custom server');
});

t.test(named('ix-ca-aud-endpoint: a strict org takes the endpoint'), async (t) => {
  const own = await startOrg((file) => {
    file.org = { ...file.org, settings: { strictClientAssertionAudience: true } };
  });
  t.equal((await own.exchange(await forgeIdToken(own))).status, 200);
});

t.test(named('ix-client-public: an agent that is known by its client id only may exchange'), async (t) => {
  const answer = await org.exchange(await forgeIdToken(org), {
    ...{ client_assertion: undefined, client_assertion_type: undefined },
    client_id: agentId('Open'),
  });
  t.equal(answer.status, 200);
});

t.test(named('ix-ca-no-jti: an assertion without jti may be used again'), async (t) => {
  const assertion = await assertionOf(agentId('Keys'), { ...INTROSPECT, claims: { jti: undefined } });
  for (const _ of [1, 2]) await admits(t, asserted(assertion));
});

t.test('an assertion is spent by success only, at any endpoint, and for its client', async (t) => {
  const claims = { jti: `shared-${crypto.randomUUID()}` };
  const wrongAudience = asserted(await assertionOf(agentId('Keys'), { claims }));
  t.equal((await org.post(INTROSPECT.endpoint, { ...wrongAudience, token: 'x' })).status, 401);
  await admitsAssertion(t, agentId('Keys'), { claims });
  const again = asserted(await assertionOf(agentId('Keys'), { claims }));
  await assertRefused(t, org, await post(again), 'client-assertion-unused');
  await admitsAssertion(t, 'app-keys', { claims, header: { alg: 'ES256', kid: 'ec' }, key: ec.key });
});

t.test('a spent jti is remembered for as long as its assertion could be used', async (t) => {
  const own = await startOrg(everyWay);
  const claims = { jti: 'remembered', exp: now() + 300 };
  await admitsAssertion(t, agentId('Keys'), { claims }, own);
  own.advance(290_000);
  const again = async (exp: number) =>
    post(asserted(await assertionOf(agentId('Keys'), { claims: { ...claims, exp } }, own)), {}, own);
  await assertRefused(t, own, await again(claims.exp), 'client-assertion-unused');
  own.advance(3_600_000);
  t.not((await again(now() + 4000)).body.error, 'invalid_client', 'long after, the jti is free again');
});

t.test('keys are not fetched for a request that is refused by what it says itself', async (t) => {
  const own = await startOrg(everyWay);
  const id = agentId('Remote');
  jwks.answer = { status: 200, body: JSON.stringify({ keys: [rsa.jwk] }) };
  jwks.asked = 0;
  const good = async (claims = {}) => asserted(await assertionOf(id, { claims }, own));
  const refused: [string, Answer][] = [
    ['client-credentials-in-body', await own.post(`${TOKEN}?client_id=${id}`, { ...REQUEST, ...(await good()) })],
    ['client-authenticates-once', await post({ ...(await good()), client_secret: 'a-secret-too-many' }, {}, own)],
    ['client-assertion-type-known', await post({ ...(await good()), client_assertion_type: 'x' }, {}, own)],
    ['client-assertion-issuer-is-client', await post(await good({ iss: EXAMPLE.agentId }), {}, own)],
    ['client-id-consistent', await post({ ...(await good()), client_id: EXAMPLE.appId }, {}, own)],
  ];
  for (const [rule, answer] of refused) await assertRefused(t, own, answer, rule);
  t.equal(jwks.asked, 0);
  t.not((await post(await good(), {}, own)).body.error, 'invalid_client');
  t.equal(jwks.asked, 1, 'for a good one they are');
});

t.test('a spent assertion is refused as such before anything that comes after', async (t) => {
  const clock = testClock();
  const open = await startOpenOrg(undefined, clock.now);
  t.teardown(() => open.close());
  const at = driving(open, clock);
  const assertion = await at.asAgent();
  await at.exchange('x', assertion);
  await open.change(agents, EXAMPLE.agentId, (agent) => ({ ...agent, status: 'INACTIVE' as const }));
  await assertRefused(t, at, await at.exchange('x', assertion), 'client-assertion-unused');
  await assertRefused(t, at, await at.exchange('x'), 'client-active');
});

t.test('of the same assertion sent twenty times at once, exactly one gets through', async (t) => {
  const assertion = asserted(await assertionOf(agentId('Keys'), INTROSPECT), { token: 'no-such-token' });
  const answers = await Promise.all(Array.from({ length: 20 }, () => org.post(INTROSPECT.endpoint, assertion)));
  t.equal(answers.filter(({ status }) => status === 200).length, 1);
  t.same([...new Set(answers.map(({ status }) => status))].sort(), [200, 401]);
});

t.test('of two, the one that claims the assertion first gets through, however early the other looked', async (t) => {
  const clock = testClock();
  let between: (() => Promise<unknown>) | undefined;
  const open = await startOpenOrg(
    (store) => ({
      ...store,
      async commit(...commit) {
        const then = between;
        between = undefined;
        await then?.();
        return store.commit(...commit);
      },
    }),
    clock.now,
  );
  t.teardown(() => open.close());
  const at = driving(open, clock);
  const assertion = await at.asAgent();
  let first: Answer | undefined;
  between = async () => {
    first = await at.exchange('x', assertion);
  };
  await assertRefused(t, at, await at.exchange('x', assertion), 'client-assertion-unused');
  t.not(first?.body.error, 'invalid_client');
});

t.test('no secret reaches a log', (t) => watch.check(t, orgs));
