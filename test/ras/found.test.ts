/** What explain says of a token by each rule: what stood there, what was wanted, and what to do. */
import t from 'tap';
import { ACCEPTANCE_RULES } from '../../src/ras/acceptance-rules.js';
import { type Expectations, explainIdJag } from '../../src/ras/explain.js';
import { EXPECTED, GOOD_CLAIMS, GOOD_HEADER, NOW } from './good-facts.js';
import {
  assertDecent,
  b64,
  claims,
  ecKey,
  expected,
  good,
  handmade,
  issuerKey,
  KEYS,
  otherKey,
  rowOf,
  signed,
} from './good-tokens.js';

/** Rule -> a token or a header that breaks it first, and what explain must say of that. */
interface Row {
  readonly rule: string;
  readonly token: string | Promise<string>;
  readonly found: RegExp;
  readonly expect?: Partial<Expectations>;
}
const row = (rule: string, token: Row['token'], found: RegExp, expect: Row['expect'] = {}): Row => ({
  ...{ rule, token, found, expect },
});
const long = 'x'.repeat(500);

const FORM_ROWS: readonly Row[] = [
  row('id-jag-compact', '', /^There is nothing here\..*token exchange\.$/),
  row('id-jag-compact', JSON.stringify({ access_token: good }), /^This is JSON.*It looks like JSON\. .*access_token/),
  row('id-jag-compact', '<samlp:Response/>', /^This is XML\..*It looks like a SAML response/),
  row('id-jag-compact', `Bearer ${good}`, /^The token has the word of an Authorization header before it\./),
  row('id-jag-compact', `${good}\n`, /^There are blanks or line breaks/),
  row(
    'id-jag-compact',
    'a.b.c.d.e',
    /^This has five parts, so it is encrypted.*It looks like an encrypted token \(JWE\)/,
  ),
  row('id-jag-compact', '8xLOxBtZp8', /^This has one part where .*It looks like an opaque string/),
  row('id-jag-compact', good.split('.').slice(0, 2).join('.'), /^This has 2 parts where a compact JWS has three/),
  row('id-jag-compact', '.'.repeat(9), /^This has more than five parts/),
  row('id-jag-compact', `.${good.slice(good.indexOf('.') + 1)}x`.replace('..', '.'), /^The header is empty\./),
  row('id-jag-compact', `${good}==`, /^The signature ends in "="\./),
  row('id-jag-compact', good.replace('.', '+.'), /^The header has the character "\+", which base64url does not/),
  row('id-jag-compact', handmade(GOOD_HEADER, claims, 'A'), /^The signature has a length that base64url never has/),
  row('id-jag-compact', handmade(GOOD_HEADER, claims, 'AB'), /^The signature ends in a character with bits set/),
  row(
    'id-jag-bounded',
    signed({ filling: 'x'.repeat(64_000) }),
    /^It has 8\d{4} characters\. .*which claim is that long\.$/,
  ),
  row(
    'id-jag-header-readable',
    handmade('{"alg":"RS256","alg":"none"}', claims),
    /^"alg" stands twice in the header\./,
  ),
  row('id-jag-header-readable', handmade('[]', claims), /^The header is JSON, but no object\./),
  row('id-jag-header-readable', handmade('x', claims), /^The header is no JSON/),
  row('id-jag-claims-readable', handmade(GOOD_HEADER, '\uFEFF{}'), /^The payload begins with a byte order mark\./),
  row(
    'id-jag-claims-readable',
    handmade(GOOD_HEADER, `${'['.repeat(70)}${']'.repeat(70)}`),
    /^The payload is JSON, but no object/,
  ),
  row(
    'id-jag-claims-readable',
    handmade(GOOD_HEADER, `{"a":${'['.repeat(70)}${']'.repeat(70)}}`),
    /^The payload nests deeper than 64 levels/,
  ),
  row(
    'id-jag-claims-readable',
    handmade(GOOD_HEADER, '{"act":{"sub":1,"sub":2}}'),
    /^"act\.sub" stands twice in the payload/,
  ),
  row('id-jag-claims-readable', `${b64(JSON.stringify(GOOD_HEADER))}._w.AAAA`, /^The payload is not UTF-8/),
  row(
    'id-jag-nothing-critical',
    handmade({ ...GOOD_HEADER, crit: ['exp'] }, claims),
    /^crit is \["exp"\]\. Whoever does not know/,
  ),
  row(
    'id-jag-nothing-critical',
    handmade({ ...GOOD_HEADER, b64: false }, claims),
    /^b64 is false\. A JWT has no payload/,
  ),
];

const SIGNATURE_ROWS: readonly Row[] = [
  row('id-jag-has-iss', signed({ iss: undefined }), /^There is no iss\. It must be a text/),
  row(
    'id-jag-issuer-trusted',
    signed({ iss: 'https://IDP.example' }),
    /^iss is "https:\/\/IDP\.example" and should be "https:\/\/idp\.example"\. They differ in upper and lower case only\./,
  ),
  row(
    'id-jag-issuer-trusted',
    signed({ iss: 'https://idp.ex\u0430mple' }),
    /^iss is "https:\/\/idp\.ex\\u0430mple" and should be/,
  ),
  row('id-jag-kid-is-text', signed({}, { kid: 7 }), /^kid is 7\. It must be a text/),
  row(
    'id-jag-algorithm-allowed',
    handmade({ ...GOOD_HEADER, alg: 'None' }, claims, ''),
    /^alg is "None": nobody signed this, .* none but RS256\./,
  ),
  row(
    'id-jag-algorithm-allowed',
    signed({}, { alg: 'HS256' }, new Uint8Array(32)),
    /^alg is "HS256": a signature by a shared secret\./,
  ),
  row(
    'id-jag-algorithm-allowed',
    signed({}, { alg: 'ES256' }, ecKey.key),
    /^alg is "ES256"\. It should be RS256\. If your server takes another/,
  ),
  row('id-jag-algorithm-allowed', handmade({ typ: 'x' }, claims), /^There is no alg\. It should be RS256 or ES256\./, {
    algorithms: ['RS256', 'ES256'],
  }),
  row(
    'id-jag-algorithm-allowed',
    handmade({ ...GOOD_HEADER, alg: { toString: 1 } }, claims),
    /^alg is \{"toString":1\}\./,
  ),
  row(
    'id-jag-key-published',
    signed({}, { kid: 'k2' }),
    /^kid is "k2", and the key set has "k1"\. If the issuer rotated its keys/,
  ),
  row('id-jag-key-published', good, /^The key set is empty\./, { keys: [] }),
  row('id-jag-key-published', good, /^The key "k1" is for use "enc", not for signatures\./, {
    keys: [{ ...issuerKey.jwk, use: 'enc' }],
  }),
  row('id-jag-key-published', good, /^The key set has 2 keys "k1"\./, {
    keys: [...KEYS, { ...otherKey.jwk, kid: 'k1' }],
  }),
  row('id-jag-key-published', good, /^The key "k1" is of kty "RSA" and for alg "PS256", and alg is "RS256"/, {
    keys: [{ ...issuerKey.jwk, alg: 'PS256' }],
  }),
  row('id-jag-key-published', good, /^The key "k1" is of kty nothing, and alg is "RS256"/, { keys: [{ kid: 'k1' }] }),
  row('id-jag-key-published', good, /^kid is "k1", and the key set has "\(no kid\)"\./, { keys: [{ kty: 'RSA' }] }),
  row('id-jag-algorithm-allowed', good, /^alg is "RS256"\. It should be one with a key pair\./, { algorithms: [] }),
  row('id-jag-algorithm-allowed', handmade('{}', claims), /^There is no alg\./),
  row('id-jag-key-published', good, /^The key "k1" is of kty "EC", and alg is "RS256"/, {
    keys: [{ ...ecKey.jwk, kid: 'k1', alg: undefined }],
  }),
  row(
    'id-jag-key-published',
    signed({}, { kid: undefined }),
    /^There is no kid, and of the keys "k1" and "fresh" not exactly one is for "RS256"/,
    { keys: [...KEYS, otherKey.jwk] },
  ),
  row(
    'id-jag-signature-verifies',
    signed({}, {}, otherKey.key),
    /^The signature is not the one of the key "k1" .* Believe nothing in it\.$/,
  ),
  row(
    'id-jag-signature-verifies',
    good.replace(/[^.]+$/, ''),
    /^The signature is not the one of the key "k1" .* cut or empty/,
  ),
  row(
    'id-jag-signature-verifies',
    good,
    /^The signature cannot be checked with the key "k1": the key is broken, or too short/,
    { keys: [{ kty: 'RSA', kid: 'k1', n: 'AQAB', e: 'AQAB' }] },
  ),
  row('id-jag-signature-verifies', good, /^The signature cannot be checked/, { keys: [{ kty: 'RSA', kid: 'k1' }] }),
  row(
    'id-jag-typed',
    signed({}, { typ: 'application/OAuth-ID-JAG+JWT' }),
    /^typ is "application\/OAuth-ID-JAG\+JWT"\. .*this spelling means the same/,
  ),
  row(
    'id-jag-typed',
    signed({ typ: 'oauth-id-jag+jwt' }, { typ: undefined }),
    /^There is no typ\. .*It stands among the claims/,
  ),
  row(
    'id-jag-typed',
    signed({}, { typ: ['oauth-id-jag+jwt'] }),
    /^typ is \["oauth-id-jag\+jwt"\]\. It should be "oauth-id-jag\+jwt"/,
  ),
];

const CLAIM_ROWS: readonly Row[] = [
  row('id-jag-has-jti', signed({ jti: undefined }), /^There is no jti\. .*notices an ID-JAG that it has seen before/),
  row('id-jag-has-sub', signed({ sub: '' }), /^sub is ""\. It should be a text that is not empty\./),
  row('id-jag-has-aud', signed({ aud: null }), /^aud is null\. It should be a text or an array of texts\./),
  row(
    'id-jag-has-client-id',
    signed({ client_id: undefined, azp: 'c-at-ras' }),
    /^There is no client_id\. .*azp or cid do not take its place/,
  ),
  row('id-jag-has-iat', signed({ iat: 'now' }), /^iat is "now"\. It should be a number of seconds/),
  row('id-jag-has-exp', signed({ exp: undefined }), /^There is no exp\. .*good for ever/),
  row(
    'id-jag-has-exp',
    handmade(GOOD_HEADER, JSON.stringify(claims).replace(/"exp":\d+/, '"exp":1e400')),
    /^exp is Infinity\./,
    { keys: undefined },
  ),
  row(
    'id-jag-scope-is-text',
    signed({ scope: ['a', 'b'] }),
    /^scope is \["a","b"\]\. It should be one text.*: "a b"\.$/,
  ),
  row('id-jag-scope-is-text', signed({ scope: 1 }), /^scope is 1\. .*blanks between them\.$/),
  row('id-jag-email-is-text', signed({ email: [long] }), /^email is \["x{77}…\. It should be a text/),
  row('id-jag-sub-profile-is-text', signed({ sub_profile: null }), /^sub_profile is null\./),
  row('id-jag-tenant-is-text', signed({ tenant: 1 }), /^tenant is 1\./),
  row('id-jag-aud-tenant-is-text', signed({ aud_tenant: [] }), /^aud_tenant is \[\]\./),
  row('id-jag-aud-sub-is-text', signed({ aud_sub: {} }), /^aud_sub is \{\}\./),
  row('id-jag-resource-well-formed', signed({ resource: [] }), /^resource is \[\]\. An empty array names no server/),
  row('id-jag-resource-well-formed', signed({ resource: 1 }), /^resource is 1\. It should be a URI as a text/),
  row(
    'id-jag-resource-well-formed',
    signed({ resource: '/mcp' }),
    /^resource is "\/mcp"\. Each must be an absolute URI/,
  ),
  row('id-jag-resource-well-formed', signed({ resource: 'https://a.example/#x' }), /A resource has no fragment/),
  row(
    'id-jag-act-names-actor',
    signed({ act: { name: 'x' } }),
    /^act is \{"name":"x"\}\. It should be an object with a sub/,
  ),
  row(
    'id-jag-details-well-formed',
    signed({ authorization_details: 'x' }),
    /^authorization_details is "x"\. It should be an array/,
  ),
  row('id-jag-details-well-formed', signed({ authorization_details: [{}] }), /Each object needs a type/),
  row('id-jag-cnf-well-formed', signed({ cnf: 'x' }), /^cnf is "x"\. It should be an object/),
  row('id-jag-cnf-well-formed', signed({ cnf: { jwk: {} } }), /Its jkt should be the SHA-256 thumbprint/),
  row('id-jag-sub-id-well-formed', signed({ sub_id: 'x' }), /^sub_id is "x"\. It should be an object with a format/),
  row('id-jag-sub-id-well-formed', signed({ sub_id: {} }), /It has no format that is a text/),
  row(
    'id-jag-sub-id-well-formed',
    signed({ sub_id: { ...claims.sub_id, nameid: undefined } }),
    /needs the member nameid\./,
  ),
  row(
    'id-jag-sub-id-well-formed',
    signed({ sub_id: { ...claims.sub_id, issuer: 1 } }),
    /Its member issuer should be a text/,
  ),
  row('id-jag-sub-id-well-formed', signed({ sub_id: { ...claims.sub_id, uid: 'u' } }), /has no member "uid"\./),
];

const AUD = EXPECTED.audience;
const BINDING_ROWS: readonly Row[] = [
  row(
    'id-jag-audience-single',
    signed({ aud: [AUD, 'https://b.example'] }),
    /^aud is \["https:\/\/as\.ras\.example","https:\/\/b\.example"\]\. It should name one server/,
  ),
  row(
    'id-jag-audience-is-this-server',
    signed({ aud: `${AUD}/` }),
    /^aud is "https:\/\/as\.ras\.example\/" and should be "https:\/\/as\.ras\.example"\. They differ in the slash at the end only/,
  ),
  row(
    'id-jag-audience-is-this-server',
    signed({ aud: [`${AUD}/token`] }),
    /It goes on behind what is wanted: an endpoint is not its server\./,
  ),
  row('id-jag-audience-is-this-server', signed({ aud: 'http://as.ras.example' }), /One is http, the other https\./),
  row('id-jag-audience-is-this-server', signed({ aud: `${AUD}:443` }), /One names the default port/),
  row('id-jag-audience-is-this-server', signed({ aud: ` ${AUD}` }), /They differ in blanks around them only\./),
  row('id-jag-audience-is-this-server', good, /Its path is cut short\./, { audience: `${AUD}/tenant` }),
  row(
    'id-jag-audience-is-this-server',
    signed({ aud: 'https://b.example' }),
    /should be "https:\/\/as\.ras\.example"\. An ID-JAG for another server must not be taken/,
  ),
  row(
    'id-jag-client-is-this-client',
    signed({ client_id: 'c' }),
    /^client_id is "c" and should be "c-at-ras"\. Only the client that it names/,
  ),
  row(
    'id-jag-not-expired',
    good,
    /^exp is 1800000300 \(2027-01-15T08:05:00Z\) and it is 1800000361 \(2027-01-15T08:06:01Z\) now: it ended 61 seconds ago\. Ask for a new one/,
    { now: NOW + 361 },
  ),
  row('id-jag-not-expired', good, /it ended this second\./, { now: NOW + 300 }),
  row('id-jag-not-expired', good, /it ended 6 minutes ago, and the leeway is 2 minutes\./, {
    now: NOW + 660,
    leeway: 120,
  }),
  row(
    'id-jag-not-from-the-future',
    signed({ iat: NOW + 3600, exp: NOW + 3900 }),
    /60 minutes ahead, and 30 seconds would do\. Set the clocks right\.$/,
  ),
  row(
    'id-jag-not-from-the-future',
    signed({ iat: NOW * 1000, exp: NOW * 1000 + 300 }),
    /It looks like milliseconds: write seconds\./,
  ),
  row('id-jag-not-from-the-future', signed({ iat: 1e300, exp: 1e300 }), /^iat is 1e\+300 and it is/),
  row('id-jag-not-before-passed', signed({ nbf: NOW + 7200 }), /^nbf is 1800007200 .*: 2 hours ahead/),
  row('id-jag-not-before-passed', signed({ nbf: 'soon' }), /^nbf is "soon"\. It should be a number of seconds/),
  row('id-jag-expires-after-issue', signed({ iat: NOW + 20, exp: NOW + 10 }), /it ends no later than it begins/),
  row(
    'id-jag-lives-five-minutes-at-most',
    signed({ exp: NOW + 86_400 * 3 }),
    /^From iat to exp it is 3 days, and should be 5 minutes at most\. The issuer must/,
  ),
  row(
    'id-jag-scope-well-formed',
    signed({ scope: ' mcp:read  mcp:write' }),
    /^scope is " mcp:read {2}mcp:write"\. Write "mcp:read mcp:write"\.$/,
  ),
  row('id-jag-scope-well-formed', signed({ scope: '' }), /^scope is ""\. It names no scope: leave it out\.$/),
  row('id-jag-scope-well-formed', signed({ scope: 'a"b' }), /A scope has neither quotes/),
  row(
    'id-jag-resource-matches',
    signed({ resource: undefined }),
    /^There is no resource\. It should name "https:\/\/mcp\.ras\.example\/mcp"\./,
  ),
  row(
    'id-jag-resource-matches',
    signed({ resource: `${GOOD_CLAIMS.resource}/` }),
    /They differ in the slash at the end only/,
  ),
  row(
    'id-jag-details-enforceable',
    signed({ authorization_details: [{ type: 'a' }, { type: 'b' }] }),
    /of type "a" and "b"\. The org enforces none, so it refuses/,
  ),
];

const ROWS = [...FORM_ROWS, ...SIGNATURE_ROWS, ...CLAIM_ROWS, ...BINDING_ROWS];

t.test('each rule says what it found', async (t) => {
  const policy = ['id-jag-grants-scope', 'id-jag-key-proved'];
  const names = ACCEPTANCE_RULES.map(({ name }) => name).filter((name) => !policy.includes(name));
  t.strictSame([...new Set(ROWS.map(({ rule }) => rule))].sort(), names.sort());
  for (const { rule, token, found, expect } of ROWS) {
    await t.test(`${rule} | ${found.source.slice(0, 60)}`, async (t) => {
      const sent = await token;
      const explanation = await explainIdJag(sent, { ...expected, ...expect });
      t.equal(explanation.refusedBy, rule);
      t.match(rowOf(explanation, rule)?.found, found);
      assertDecent(t, sent, explanation);
    });
  }
});
