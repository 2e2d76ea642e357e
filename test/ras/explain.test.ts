/** Explain: a good ID-JAG, what was not asked and why, and tokens that are no ID-JAGs at all. */
import t from 'tap';
import { ACCEPTANCE_RULES } from '../../src/ras/acceptance-rules.js';
import { explainIdJag } from '../../src/ras/explain.js';
import { localKeys } from '../../src/tokens/jws.js';
import { EXPECTED, GOOD_CLAIMS, GOOD_HEADER, NOW } from './good-facts.js';
import {
  assertDecent,
  claims,
  crossed,
  ecKey,
  expected,
  good,
  handmade,
  KEYS,
  otherKey,
  rowOf,
  signed,
  without,
} from './good-tokens.js';

t.test('a good ID-JAG', async (t) => {
  const explanation = await explainIdJag(good, expected);
  t.match(explanation, {
    ...{ accepted: true, refusedBy: null, looksLike: 'an ID-JAG', signature: 'verified', notAsked: [] },
    ...{ header: GOOD_HEADER, claims },
  });
  t.strictSame(
    explanation.rules.map(({ name }) => name),
    ACCEPTANCE_RULES.map(({ name }) => name),
    'every rule, in order',
  );
  const notAsked = explanation.rules.filter(({ outcome }) => outcome === 'not asked');
  t.strictSame(
    notAsked.map(({ name, found }) => [name, found]),
    [
      ['id-jag-cnf-well-formed', 'There is no cnf.'],
      ['id-jag-not-before-passed', 'There is no nbf.'],
      ['id-jag-grants-scope', 'Whether an ID-JAG must grant a scope is up to the server; Okta demands one.'],
      ['id-jag-key-proved', 'There is no cnf.'],
    ],
  );
  t.strictSame(rowOf(explanation, 'id-jag-audience-is-this-server'), {
    ...{ name: 'id-jag-audience-is-this-server', outcome: 'tick', demands: 'The aud is the issuer of this server.' },
    ...{ found: 'aud is "https://as.ras.example", as expected.', reason: 'jwt_bearer_grant_invalid_audience' },
    source: {
      document: 'Okta OAuth error catalogue 2026.08.1',
      section: 'jwt_bearer_grant_invalid_audience',
      certainty: 'documented',
    },
  });
  t.ok((await explainIdJag(good, { ...expected, keys: localKeys(KEYS) })).accepted, 'keys as a resolver');
  const bound = await explainIdJag(await signed({ cnf: GOOD_CLAIMS.cnf, nbf: NOW }), expected);
  t.ok(bound.accepted);
  t.match(bound.notAsked, [/^Whether the presenter has the key of cnf .* refuse there who does not prove it\.$/]);
});

t.test('what nobody expects is not asked, and is told apart', async (t) => {
  const explanation = await explainIdJag(good, { now: NOW });
  t.match(explanation, { accepted: false, refusedBy: null, signature: 'not checked' });
  t.strictSame(explanation.notAsked, [
    ...['issuer', 'audience', 'client', 'resource'].map((what) => `No ${what} was expected, so any would do here.`),
    'No keys were given, so the signature was not checked.',
  ]);
  const found = (name: string) => rowOf(explanation, name);
  t.match(found('id-jag-audience-is-this-server'), { outcome: 'not asked', found: /^No audience was expected/ });
  t.match(found('id-jag-signature-verifies'), {
    outcome: 'not asked',
    found: /so anybody may have made this token\.$/,
  });
  const absent = await explainIdJag(await signed({ aud: undefined, exp: 'x' }), { now: NOW });
  t.match(rowOf(absent, 'id-jag-audience-is-this-server')?.found, 'There is no aud.');
  t.match(rowOf(absent, 'id-jag-not-expired')?.found, /^exp is not what it must be/);
});

t.test('the claims are judged also of a token whose signature does not verify', async (t) => {
  const explanation = await explainIdJag(await signed({ aud: 'x', client_id: 'y' }, {}, otherKey.key), expected);
  t.equal(explanation.signature, 'not verified');
  t.strictSame(crossed(explanation), [
    'id-jag-signature-verifies',
    'id-jag-audience-is-this-server',
    'id-jag-client-is-this-client',
  ]);
  t.match(explanation.claims, { aud: 'x', client_id: 'y' });
  const unknown = await explainIdJag(await signed({}, { kid: 'k2' }), expected);
  t.match(rowOf(unknown, 'id-jag-signature-verifies'), { outcome: 'not asked', found: /no key to check it with/ });
  const none = await explainIdJag(handmade({ ...GOOD_HEADER, alg: 'none' }, claims, ''), expected);
  t.match(rowOf(none, 'id-jag-signature-verifies'), { outcome: 'not asked', found: /the header is not in order/ });
  const unread = await explainIdJag(handmade(GOOD_HEADER, 'x'), expected);
  t.match(rowOf(unread, 'id-jag-signature-verifies'), { outcome: 'not asked', found: /the token cannot be read/ });
  t.match(rowOf(unread, 'id-jag-has-sub'), { outcome: 'not asked', found: 'There are no claims that can be read.' });
  const headless = await explainIdJag(handmade('x', claims), expected);
  t.match(rowOf(headless, 'id-jag-typed'), { outcome: 'not asked', found: 'There is no header that can be read.' });
});

t.test('other algorithms are taken where they are asked for, and secrets never', async (t) => {
  const keys = [ecKey.jwk];
  const byCurve = await signed({}, { alg: 'ES256', kid: 'e1' }, ecKey.key);
  t.ok((await explainIdJag(byCurve, { ...expected, keys, algorithms: ['ES256'] })).accepted);
  t.equal((await explainIdJag(good, { ...expected, algorithms: ['ES256'] })).refusedBy, 'id-jag-algorithm-allowed');
  const secret = new TextEncoder().encode('a shared secret, long enough for HS256');
  const shared = await signed({}, { alg: 'HS256' }, secret);
  for (const algorithms of [['HS256'], ['none', 'HS256'], []]) {
    const octets = [{ kty: 'oct', kid: 'k1', k: Buffer.from(secret).toString('base64url') }];
    const explanation = await explainIdJag(shared, { ...expected, keys: octets, algorithms });
    t.equal(explanation.refusedBy, 'id-jag-algorithm-allowed');
  }
});

t.test('a token of a mended form is explained to the end', async (t) => {
  for (const token of [`Bearer ${good}`, ` ${good.slice(0, 40)}\n${good.slice(40)}`]) {
    const explanation = await explainIdJag(token, expected);
    t.strictSame(crossed(explanation), ['id-jag-compact']);
    t.match(explanation, { looksLike: 'an ID-JAG', signature: 'verified' });
  }
  const early = await explainIdJag(good, { ...expected, now: NOW + 309, leeway: 10 });
  t.match(rowOf(early, 'id-jag-not-expired'), { outcome: 'tick', found: /past, within the leeway\.$/ });
});

t.test('no ID-JAG at all: the first cross says what it looks like', async (t) => {
  const times = { iat: NOW, exp: NOW + 3600 };
  const idToken = { iss: EXPECTED.issuer, sub: 'u1', aud: 'c', nonce: 'n', ...times };
  const table: [string, object, object][] = [
    ['an ID token', idToken, { typ: undefined }],
    ['an ID token', { ...idToken, nonce: undefined }, { typ: 'JWT' }],
    ['an access token', { ...idToken, scp: ['a'] }, { typ: undefined }],
    ['an access token', idToken, { typ: 'at+jwt' }],
    ['an access token', idToken, { typ: 'application/okta-internal-at+jwt' }],
    ['a client assertion', { ...idToken, sub: EXPECTED.issuer }, { typ: 'JWT' }],
    ['a client assertion', idToken, { typ: 'client-authentication+jwt' }],
    ['a DPoP proof', { htu: 'https://a', htm: 'POST', ...times }, { typ: 'dpop+jwt' }],
    ['a logout token', { ...idToken, events: {} }, { typ: 'logout+jwt' }],
    ['an ID-JAG without its typ', claims, { typ: 'JWT' }],
    ['some other JWT', { iss: EXPECTED.issuer }, { typ: { toString: 1 } }],
  ];
  for (const [name, payload, header] of table) {
    const token = handmade(without({ ...GOOD_HEADER, ...header }), without(payload));
    const explanation = await explainIdJag(token, { ...expected, keys: undefined, issuer: undefined });
    t.equal(explanation.looksLike, name);
    const first = explanation.rules.find(({ outcome }) => outcome === 'cross');
    t.match(first?.found, `It looks like ${name}. `, name);
    t.equal(explanation.rules.filter(({ found }) => found.includes('It looks like')).length, 1);
  }
});

t.test('hostile tokens', async (t) => {
  const nested = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
  const big = 'x'.repeat(1_000_000);
  const tokens = [
    handmade(GOOD_HEADER, nested),
    handmade(nested, claims),
    handmade(GOOD_HEADER, { ...claims, act: { sub: big }, email: [big], aud: big }),
    handmade({ ...GOOD_HEADER, kid: big, typ: big, alg: big }, claims),
    handmade('{"alg":"RS256","__proto__":{"typ":"oauth-id-jag+jwt"}}', '{"__proto__":{"iss":"https://idp.example"}}'),
    handmade(
      { problem: 'x', alg: 'RS256' },
      { problem: 'signature', iss: { problem: 'absent' }, aud: { problem: 'x' } },
    ),
    ...[
      big,
      '.'.repeat(1_000_000),
      `${big}.${big}.${big}`,
      `${'{'.repeat(1_000_000)}`,
      '\u0000',
      '\ud800.\ud800.\ud800',
    ],
  ];
  for (const token of tokens) {
    const began = performance.now();
    const explanation = await explainIdJag(token, expected);
    t.ok(performance.now() - began < 3000);
    t.notOk(explanation.accepted);
    t.ok(explanation.rules.every(({ found }) => found.length < 700));
    assertDecent(t, token, JSON.parse(JSON.stringify(explanation)));
  }
  const own = await explainIdJag(tokens[4] as string, expected);
  t.match(rowOf(own, 'id-jag-has-iss'), { outcome: 'cross', found: /^There is no iss/ });
  t.match(rowOf(own, 'id-jag-typed'), { outcome: 'cross', found: /^There is no typ/ });
  const named = await explainIdJag(tokens[5] as string, expected);
  t.match(rowOf(named, 'id-jag-has-iss'), { outcome: 'cross', found: /^iss is \{"problem":"absent"\}/ });
});
