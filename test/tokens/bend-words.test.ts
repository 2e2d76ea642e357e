/** Every word of an edit does what it says: each signer, each edit of the signature, each payload, form and JWE. */
import {
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  privateDecrypt,
  verify,
} from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import t from 'tap';
import type { MintRequestInput } from '../../src/control/mint-request.js';
import { contradiction } from '../../src/edge-cases/combined.js';
import { EdgeCase, tokenEditsOf } from '../../src/edge-cases/edge-case.js';
import { SHAPES, SIGNATURES, SIGNERS, type SignerName } from '../../src/edge-cases/edits.js';
import { ROWS } from '../../src/edge-cases/rows.js';
import type { TokenEdits } from '../../src/edge-cases/token-edits.js';
import { publishedFor } from '../../src/tokens/bend/edge-case-keys.js';
import { SIGNER_MAKERS } from '../../src/tokens/bend/signers.js';
import { writeText } from '../../src/tokens/bend/written.js';
import { edgeCaseOrg, GIVEN, KEYS, minted, refusalOf } from '../support/edge-case-org.js';
import { twinsOf } from '../support/twins.js';

const org = await edgeCaseOrg();
const keys = org.edgeCases.keys();

/** A row that says nothing but these edits. */
const rowOf = (edits: TokenEdits) =>
  EdgeCase.parse({
    ...{ name: 'some-row', level: 'MAY', severity: 'low', expect: ['ok'], source: ['A book, A page'] },
    ...{ differs: 'In what it says.', note: 'Nothing at all.' },
    ...edits,
  });
const bent = (edits: TokenEdits) => twinsOf(org, rowOf(edits)).bent;
const good = twinsOf(org, rowOf({})).good;
const segment = (token: string, at: number) => Buffer.from(token.split('.')[at] ?? '', 'base64url');
const headerOf = (token: string) => JSON.parse(segment(token, 0).toString());

const ALG: Partial<Record<SignerName, string>> = {
  ...{ rs512: 'RS512', ps256: 'PS256', 'ps256-of-rs256-key': 'PS256', es256: 'ES256', eddsa: 'EdDSA', none: 'none' },
  ...{ 'es256-of-rsa-key': 'ES256', 'es256-of-p384-key': 'ES256', 'oct-key': 'HS256' },
};
/** What node's verify is told, by algorithm. */
const HASH: Readonly<Record<string, readonly [hash: string | null, options: object]>> = {
  RS256: ['sha256', {}],
  RS512: ['sha512', {}],
  PS256: ['sha256', { padding: 6, saltLength: 32 }],
  ES256: ['sha256', { dsaEncoding: 'ieee-p1363' }],
  EdDSA: [null, {}],
};

function verifies(token: string, jwk: object, alg: string): boolean {
  const [header, payload] = token.split('.');
  const [hash, options] = HASH[alg] as (typeof HASH)[string];
  const key = { key: createPublicKey({ key: jwk as never, format: 'jwk' }), ...options };
  return verify(hash, Buffer.from(`${header}.${payload}`), key, segment(token, 2));
}

t.test('each signer writes its algorithm, and its published key verifies what it signed', async (t) => {
  for (const sign of Object.keys(SIGNERS) as SignerName[]) {
    const token = bent({ sign });
    const { alg, kid } = headerOf(token);
    t.equal(alg, ALG[sign] ?? (sign.startsWith('hs256') ? 'HS256' : 'RS256'), sign);
    const jwk = publishedFor(sign, keys);
    if (jwk) t.equal(jwk.kid, kid, sign);
    if (jwk && alg !== 'HS256') t.ok(verifies(token, jwk, alg), `${sign} verifies`);
    t.equal(segment(token, 2).length === 0, sign === 'none', sign);
  }
});

t.test('each HMAC is keyed with what it says, and no two are alike', async (t) => {
  const hmacs = (Object.keys(SIGNERS) as SignerName[]).filter((name) => name.startsWith('hs256'));
  const signatures = hmacs.map((name) => {
    const maker = SIGNER_MAKERS[name];
    const active = { kid: 'k1', jwk: keys.keys.attacker.jwk };
    const { importKey } = org.edgeCases;
    return maker({ active, clientSecret: 'a-secret', edge: keys, importKey }).sign(Buffer.from('x')).toString('hex');
  });
  t.equal(new Set(signatures).size, 6);
});

t.test('HMACs are keyed with the public key in each of its forms', async (t) => {
  const [published] = org.keys.published('org');
  const { kty, n, e, kid } = published as { kty: string; n: string; e: string; kid: string };
  const key = createPublicKey({ key: { kty, n, e }, format: 'jwk' });
  const secrets: Partial<Record<SignerName, string | Buffer>> = {
    'hs256-pem': key.export({ type: 'spki', format: 'pem' }),
    'hs256-der': key.export({ type: 'spki', format: 'der' }),
    'hs256-jwk': JSON.stringify({ kty, alg: 'RS256', kid, use: 'sig', e, n }),
    'hs256-modulus': Buffer.from(n, 'base64url'),
    'hs256-client-secret': GIVEN.clientSecret,
    'hs256-empty': '',
    'oct-key': Buffer.from(keys.keys['oct-key'].jwk.k as string, 'base64url'),
  };
  for (const [sign, secret] of Object.entries(secrets)) {
    const token = bent({ sign: sign as SignerName });
    const input = token.split('.').slice(0, 2).join('.');
    const mac = createHmac('sha256', secret).update(input).digest('base64url');
    t.equal(token.split('.')[2], mac, sign);
  }
});

t.test('keys that are given sign by what they are', async (t) => {
  const pair = (type: 'ec' | 'ed25519', options: object = {}) =>
    generateKeyPairSync(type as 'ec', { namedCurve: 'P-256', ...options }).privateKey.export({ format: 'jwk' });
  for (const [jwk, alg] of [
    [pair('ec'), 'ES256'],
    [pair('ed25519'), 'EdDSA'],
    [{ ...KEYS.client, kid: undefined }, 'RS256'],
  ] as const) {
    const { token } = await minted(org, { sign: 'client', keys: { client: jwk as never } });
    t.match(headerOf(token), { alg, kid: 'client-1' });
    t.ok(verifies(token, jwk, alg));
  }
  const nobody = { active: { kid: 'k', jwk: {} }, edge: keys, importKey: org.edgeCases.importKey };
  t.throws(() => SIGNER_MAKERS.ras(nobody), /of whom no key was given/);
  t.throws(() => writeText('{nameId}', { now: 0, values: {}, keys }), /unknown \{nameId\}/);
});

t.test('each edit of the signature does what it says', async (t) => {
  const signature = segment(good, 2);
  const after = (edit: keyof typeof SIGNATURES, sign: SignerName = 'active') =>
    segment(bent({ sign, signature: edit }), 2);
  t.equal(after('empty').length, 0);
  t.equal(after('truncated').length, signature.length - 32);
  t.strictSame(after('zeros', 'es256'), Buffer.alloc(64));
  const flipped = after('flipped');
  t.equal(flipped.length, signature.length);
  for (let tries = 0; tries < 20; tries++) t.equal(after('der', 'es256')[0], 0x30, 'a SEQUENCE');
  const { token } = await minted(org, { sign: 'es256' });
  const jwk = publishedFor('es256', keys) as object;
  t.ok(verifies(token, jwk, 'ES256'));
  const der = bent({ sign: 'es256', signature: 'der' });
  t.notOk(verifies(der, jwk, 'ES256'));
  const key = { key: createPublicKey({ key: jwk as never, format: 'jwk' }), dsaEncoding: 'der' } as const;
  const input = Buffer.from(der.split('.').slice(0, 2).join('.'));
  t.ok(verify('sha256', input, key, segment(der, 2)), 'the same signature, in DER');
  t.strictSame(Object.keys(SIGNATURES), ['empty', 'truncated', 'flipped', 'zeros', 'der']);
});

t.test('each payload is what it says', async (t) => {
  const payload = (edit: NonNullable<TokenEdits['payload']>) => segment(bent({ payload: edit }), 1);
  const claims = segment(good, 1).toString();
  const { jti, ...same } = JSON.parse(claims);
  t.equal(payload({ text: 'x' }).toString(), 'x');
  t.strictSame(payload({ base64url: '__8' }), Buffer.of(255, 255));
  t.match(JSON.parse(payload({ within: 'data' }).toString()).data, same);
  t.match(JSON.parse(inflateRawSync(payload({ compressed: true })).toString()), same);
  t.match(payload({ jws: 'unsigned' }).toString(), /^eyJhbGciOiJub25lIn0\.[\w-]+\.$/);
  t.strictSame(payload({ encoding: 'bom' }).subarray(0, 3), Buffer.of(0xef, 0xbb, 0xbf));
  t.equal(payload({ encoding: 'utf-16' })[1], 0);
  t.ok(payload({ encoding: 'invalid-utf-8' }).includes(0x80));
});

t.test('each form keeps the token in it', async (t) => {
  const form = (shape: keyof typeof SHAPES) => bent({ shape });
  t.match(form('two-segments'), /^[\w-]+\.[\w-]+$/);
  t.match(form('four-segments'), /^([\w-]+\.){3}$/);
  t.equal(form('empty-segments'), '..');
  t.match(form('padded'), /^[\w-]+\.[\w-]+\.[\w-]+==$/);
  t.match(form('standard-base64'), /^[\w-]+\.[\w-]+\.[\w+/]+$/);
  t.match(form('newline-inside'), /^[\w-]+\.[\w-]+\.[\w-]+\n[\w-]+$/);
  for (const shape of ['padded', 'standard-base64', 'newline-inside'] as const) {
    const token = form(shape);
    const [header, payload] = token.split('.');
    const loose = Buffer.from(token.split('.')[2] ?? '', 'base64');
    const { jwk } = { jwk: org.keys.published('org')[0] as object };
    const key = createPublicKey({ key: jwk as never, format: 'jwk' });
    t.ok(verify('sha256', Buffer.from(`${header}.${payload}`), key, loose), `${shape}: a lenient reader verifies it`);
  }
  t.match(JSON.parse(form('json-flattened')), { protected: String, payload: String, signature: String });
  t.match(JSON.parse(form('json-general')), {
    payload: String,
    signatures: [{ protected: String, signature: String }],
  });
  const hybrid = JSON.parse(form('json-compact-hybrid'));
  t.match(Object.keys(hybrid)[0], /^[\w-]+\.[\w-]+\.$/);
  t.strictSame(Object.keys(SHAPES).length, 9);
});

/** What is in a JWE, by the private key of the server. RFC 7516 "Message Decryption". */
function decrypted(jwe: string): Buffer {
  const [header = '', wrapped = '', iv = '', text = '', tag = ''] = jwe.split('.');
  const bytes = (part: string) => Buffer.from(part, 'base64url');
  const key = createPrivateKey({ key: KEYS.ras as never, format: 'jwk' });
  const contentKey = privateDecrypt({ key, oaepHash: 'sha256' }, bytes(wrapped));
  const { enc, zip } = JSON.parse(bytes(header).toString());
  const cipher = createDecipheriv(enc === 'A256GCM' ? 'aes-256-gcm' : 'aes-128-gcm', contentKey, bytes(iv));
  cipher.setAAD(Buffer.from(header));
  cipher.setAuthTag(bytes(tag));
  const plain = Buffer.concat([cipher.update(bytes(text)), cipher.final()]);
  return zip ? inflateRawSync(plain) : plain;
}

t.test('a JWE for the server holds what it says', async (t) => {
  const jwe = (encrypt: object) => bent({ encrypt: { to: 'server', alg: 'RSA-OAEP-256', ...encrypt } as never });
  const inner = decrypted(jwe({ what: 'token' })).toString();
  t.match(inner, /^[\w-]+\.[\w-]+\.[\w-]+$/);
  t.equal(inner.split('.')[0], good.split('.')[0]);
  t.match(JSON.parse(decrypted(jwe({ what: 'claims', enc: 'A128GCM' })).toString()), { iss: 'https://idp.example' });
  t.equal(decrypted(jwe({ what: 'zeros', zip: 'DEF' })).length, 10_000_000);
  t.equal(decrypted(jwe({ what: 'junk' })).length, 64);
  t.match(headerOf(jwe({ what: 'claims', header: { set: { typ: 'x' } } })), { typ: 'x', enc: 'A256GCM' });
  for (const name of ['jwe-unsigned', 'jwe-inner-typ-wrong', 'jwe-zip-bomb']) {
    const { token } = await minted(org, { edgeCases: [name] });
    t.ok(decrypted(token).length > 100, `${name}: the server can decrypt it`);
  }
  const nobodys = await minted(org, { edgeCases: ['jwe-unsupported'], keys: {} });
  t.match(nobodys.header, { alg: 'RSA-OAEP-256', cty: 'JWT' });
  t.equal(nobodys.claims, null);
  t.match(await refusalOf(org, { edgeCases: ['jwe-unsigned'] }), /^keys\.encryption: is needed for jwe-unsigned/);
});

t.test('every row that bends a token contradicts itself, and so do rows about the same', async (t) => {
  const named = ROWS.map((row) => EdgeCase.parse(row)).map((row) => ({ name: row.name, edits: tokenEditsOf(row) }));
  for (const one of named.filter(({ edits }) => Object.keys(edits).length > 0)) {
    t.match(contradiction([one, { ...one, name: 'another' }]), /contradict each other: both decide/, one.name);
  }
  const clash = (...edits: TokenEdits[]) => contradiction(edits.map((one, at) => ({ name: `e${at}`, edits: one })));
  t.match(clash({ token: 'id-token' }, { token: 'access-token' }), /the kind of token$/);
  t.match(clash({ text: 'x' }, { text: 'y' }), /the whole token$/);
  t.match(clash({ text: 'x' }, { sign: 'none' }), /the signature$/);
  t.match(clash({ headerText: '[]' }, { header: { remove: ['typ'] } }), /typ in the header$/);
  t.match(clash({ tamper: { claims: { set: { a: 1 } } } }, { claims: { set: { a: 2 } } }), /a in the claims$/);
  t.equal(clash({ text: '{token} ' }, { sign: 'none' }, { claims: { set: { a: 1 } } }), undefined);
});

t.test('patches of several are joined', async (t) => {
  const list = (name: string) => ({ prepend: [[`first-${name}`, 1]], append: [[`last-${name}`, 1]] }) as never;
  const { claims } = await minted(org, {
    edgeCases: ['ok-no-scope', 'ok-no-resource', 'ok-unknown-claims', 'payload-proto'],
    claims: { ...(list('a') as object), remove: ['email'], set: { x: 1 } },
  });
  const names = Object.keys(claims as object);
  t.equal(names[0], 'first-a');
  t.ok(names.includes('last-a') && names.includes('x') && names.includes('constructor'));
  for (const gone of ['scope', 'resource', 'email']) t.notOk(names.includes(gone), gone);
  const two = await minted(org, { edgeCases: ['payload-duplicate-aud', 'payload-proto'] });
  t.ok(Object.keys(two.claims as object).includes('constructor'));
});

t.test('what would change nothing is refused, and nothing that is too large is made', async (t) => {
  const refusals: [MintRequestInput, RegExp][] = [
    [
      { edgeCases: ['client-id-other-registered'], given: { otherClientId: 'c-at-ras' } },
      /client-id-other-registered would change nothing/,
    ],
    [{ edgeCases: ['alg-none', 'jwt-padded'] }, /its form would not change: it is padded as it is/],
    [{ edgeCases: ['iss-host-case'], claims: { set: { x: '{nameId}' } } }, /claims: is needed|given\.nameId/],
    [
      { claims: { set: { x: '{resource:other-slash}' } }, resource: ['a', 'b'] },
      /claims: \{resource\} is not known; give it with the request/,
    ],
    [
      { claims: { set: { a: { $letters: 500_000 }, b: Array.from({ length: 4 }, () => ({ $letters: 500_000 })) } } },
      /it would have about 2504\d+ characters/,
    ],
  ];
  for (const [request, says] of refusals) t.match(await refusalOf(org, request), says);
  const twins = (edits: TokenEdits) => () => twinsOf(org, rowOf(edits));
  t.throws(twins({ sign: 'none', signature: 'flipped' }), /its signature would not change/);
  t.throws(twins({ sign: 'none', signature: 'der' }), /its signature would not change/);
  t.throws(twins({ text: '{token}' }), /its text would not change/);
  t.throws(twins({ claims: { set: { x: '{jti:upper-host}' } } }), /would change nothing/);
  const digits = { given: { ...GIVEN, tenant: '123' }, claims: { set: { x: '{tenant:other-case}' } } };
  t.match(await refusalOf(org, digits), /would change nothing: it is "123"$/);
  t.throws(twins({ text: '{token}'.repeat(1000) }), /characters, and 2000000 are the most/);
  t.equal(segment(bent({ signature: 'der' }), 2)[1], 0x82, 'a long length, of RSA');
  const long = twinsOf(org, rowOf({ sign: 'es256', signature: 'der', header: { set: { x: [1, null, true] } } })).bent;
  t.ok((segment(long, 2)[1] as number) < 0x80);
});

t.test('situations contradict each other, too', async (t) => {
  const clashes: [string, string, RegExp][] = [
    ['req-get', 'req-json-body', /sending in the request/],
    ['jwks-down', 'jwks-empty', /key set in the org/],
    ['client-no-auth', 'client-bad-secret', /client in the request/],
    ['dpop-typ', 'dpop-not-jwt', /dpop in the request/],
    ['replay-strict', 'jti-burned-by-wrong-client', /what goes before/],
    ['req-missing-grant-type', 'exp-past', /^$/],
  ];
  for (const [one, other, says] of clashes) {
    const outcome = await minted(org, { edgeCases: [one, other] }).then(
      () => '',
      (error: Error) => error.message,
    );
    t.match(outcome, says, `${one}, ${other}`);
  }
});
