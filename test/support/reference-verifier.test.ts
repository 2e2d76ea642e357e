/**
 * The reference verifier against tokens made here, by hand and with Node's crypto: good ones pass both readings, bad ones
 * fail the check of that name, and of what the specifications leave open the strict reading refuses what the lenient takes.
 */
import { constants, createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import t from 'tap';
import {
  CHECKS,
  type Presented,
  type TrustedIssuer,
  type Verdict,
  type Verifier,
  verifyIdJag,
} from './reference-verifier.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const ed = generateKeyPairSync('ed25519');

type Members = Record<string, unknown>;
const jwk = (key: KeyObject, more: Members = {}): Members => ({
  ...createPublicKey(key.export({ type: 'pkcs8', format: 'pem' })).export({ format: 'jwk' }),
  ...more,
});
const privateJwk = (key: KeyObject, more: Members): Members => ({ ...key.export({ format: 'jwk' }), ...more });

const NOW = 1_800_000_000;
const RAS = 'https://as.ras.example';
const MCP = 'https://mcp.ras.example/mcp';
const IDP = 'https://idp.example';
const OTHER_IDP = 'https://idp.other.example';
const SAML = 'https://idp.example/saml';
const EMAIL_FORMAT = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';
const THUMBPRINT = 'a'.repeat(43);

const NAME_ID = { nameid: 'ann@ras.example', nameid_format: EMAIL_FORMAT, sp_name_qualifier: 'https://sp.ras.example' };
const SUB_ID = { format: 'saml-nameid', issuer: SAML, ...NAME_ID };

const idp: TrustedIssuer = {
  jwks: {
    keys: [
      { kty: 'AKP', kid: 'k1', pub: 'x' },
      jwk(foreign.privateKey, { kid: 'k1', use: 'enc' }),
      jwk(rsa.privateKey, { kid: 'k1', use: 'sig', alg: 'RS256' }),
      jwk(rsa.privateKey, { kid: 'any' }),
      jwk(ec.privateKey, { kid: 'e1', use: 'sig' }),
      jwk(p384.privateKey, { kid: 'e384' }),
      jwk(ed.privateKey, { kid: 'ed' }),
      jwk(short.privateKey, { kid: 'short' }),
      jwk(foreign.privateKey, { kid: 'enc', use: 'enc' }),
      jwk(rsa.privateKey, { kid: 'wraps', key_ops: ['wrapKey'] }),
      jwk(rsa.privateKey, { kid: 'signs', key_ops: ['sign'] }),
      jwk(rsa.privateKey, { kid: 'twice' }),
      jwk(rsa.privateKey, { kid: 'twice' }),
      { ...jwk(rsa.privateKey, { kid: 'broken' }), n: 7 },
      privateJwk(rsa.privateKey, { kid: 'private' }),
      { kty: 'oct', kid: 'oct', k: 'c2VjcmV0' },
    ],
  },
  users: [
    { sub: 'u1', email: 'ann@ras.example', audSub: 'local-1', samlNameId: NAME_ID },
    { sub: 'u2', email: 'ben@ras.example', audSub: 'local-2', samlNameId: { ...NAME_ID, nameid: 'ben@ras.example' } },
    { sub: 'u3', status: 'deprovisioned' },
    { sub: 'u4', scopes: ['read'] },
    { sub: 'c-at-ras' },
  ],
  samlIssuers: [SAML],
  emailDomains: ['ras.example'],
};

const ras: Verifier = {
  ...{ issuer: RAS, resources: [MCP, `${MCP}/two`], scopes: ['read', 'write'] },
  trusted: {
    [IDP]: idp,
    [OTHER_IDP]: { jwks: { keys: [jwk(foreign.privateKey, { kid: 'f1' })] }, users: [{ sub: 'u1' }] },
    'https://gone.example': { ...idp, revoked: true },
    [RAS]: idp,
  },
  algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA', 'HS256', 'none'],
  ...{ clientIds: ['c-at-ras', 'c-two'], leeway: 30 },
};

const CLAIMS: Members = {
  ...{ iss: IDP, sub: 'u1', aud: RAS, client_id: 'c-at-ras', jti: 'j1', iat: NOW, exp: NOW + 300 },
  ...{ resource: MCP, scope: 'read', email: 'ann@ras.example' },
};
const HEADER: Members = { typ: 'oauth-id-jag+jwt', alg: 'RS256', kid: 'k1' };

const b64 = (value: string | Buffer) => Buffer.from(value).toString('base64url');

type Signer = (signed: string) => Buffer;
const by =
  (key: KeyObject, hash: string | null = 'sha256', more: object = {}): Signer =>
  (signed) =>
    sign(hash, Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363', ...more });
const rs256 = by(rsa.privateKey);

/** A compact JWS of these very bytes. */
function raw(header: string | Buffer, payload: string | Buffer, signer: Signer = rs256): string {
  const signed = `${b64(header)}.${b64(payload)}`;
  return `${signed}.${b64(signer(signed))}`;
}

/** The good token with other claims and header members; `undefined` takes one away. */
const token = (claims: Members = {}, header: Members = {}, signer: Signer = rs256) =>
  raw(JSON.stringify({ ...HEADER, ...header }), JSON.stringify({ ...CLAIMS, ...claims }), signer);
/** The same, with more members written behind the last one as they stand. */
const written = (more: string, part: 'header' | 'claims' = 'claims') => {
  const behind = (members: Members, with_: string) => `${JSON.stringify(members).slice(0, -1)}${with_}}`;
  return raw(behind(HEADER, part === 'header' ? more : ''), behind(CLAIMS, part === 'claims' ? more : ''));
};
const headed = (header: Members, signer: Signer = rs256) => token({}, header, signer);
const nested = (depth: number) => `${'{"act":'.repeat(depth)}{"sub":"a"}${'}'.repeat(depth)}`;

type Asked = Partial<Omit<Presented, 'assertion'>>;
interface Row {
  readonly what: string;
  readonly assertion: string;
  readonly knows?: Partial<Verifier>;
  readonly asked?: Asked;
  /** The check of the strict reading, where that comes to another one first. */
  readonly strictly?: string;
}

const judge = ({ assertion, knows, asked }: Row, strictness: 'strict' | 'lenient'): Verdict =>
  verifyIdJag({ ...ras, ...knows }, { assertion, clientId: 'c-at-ras', now: NOW, ...asked }, strictness);

const seen = new Set<string>();
function refusedBy(verdict: Verdict): string {
  if (verdict.accepted) return 'accepted';
  seen.add(verdict.check);
  return verdict.check;
}

const withIdp = (more: Partial<TrustedIssuer>): Partial<Verifier> => ({
  trusted: { ...ras.trusted, [IDP]: { ...idp, ...more } },
});
const manyTenants = { ...withIdp({ tenants: ['t1', 't2'], audTenants: ['a1'] }), tenants: ['a1', 'a2'] };
const multi = (claims: Members) => token({ tenant: 't1', aud_tenant: 'a1', ...claims });
const bySaml = { needsSamlSubject: true };
const subId = (more: Members) => token({ sub_id: { ...SUB_ID, ...more } });
const detail = [{ type: 'payment', actions: ['read'] }];
const bound = { cnf: { jkt: THUMBPRINT } };
const proved = { dpopThumbprint: THUMBPRINT };

/** A certificate that says nothing but its key, since Node makes none. */
function certificateOf(key: KeyObject): string {
  const der = (tag: number, ...parts: Buffer[]) => {
    const body = Buffer.concat(parts);
    const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 255];
    return Buffer.concat([Buffer.from([tag, ...length]), body]);
  };
  const algorithm = Buffer.from('300d06092a864886f70d01010b0500', 'hex');
  const spki = createPublicKey(key.export({ type: 'pkcs8', format: 'pem' })).export({ type: 'spki', format: 'der' });
  const dates = ['250101000000Z', '490101000000Z'].map((date) => der(0x17, Buffer.from(date)));
  const name = der(0x30);
  const serial = der(2, Buffer.from([1]));
  const content = der(0x30, serial, algorithm, name, der(0x30, ...dates), name, spki);
  const signature = der(3, Buffer.from([0]), sign('sha256', content, key));
  return der(0x30, content, algorithm, signature).toString('base64');
}

const certified = (certificate: KeyObject) =>
  withIdp({ jwks: { keys: [jwk(rsa.privateKey, { kid: 'k1', x5c: [certificateOf(certificate)] })] } });

const GOOD: readonly Row[] = [
  { what: 'the ordinary token', assertion: token() },
  { what: 'an audience of one in a list', assertion: token({ aud: [RAS] }) },
  { what: 'no email, the user being known', assertion: token({ email: undefined }) },
  { what: 'a list of own resources', assertion: token({ resource: [MCP, `${MCP}/two`] }) },
  { what: 'claims nobody knows', assertion: token({ groups: ['a'], sub_profile: 'user', 'https://x.example/c': {} }) },
  { what: 'a header member nobody knows', assertion: headed({ foo: 1 }) },
  { what: 'keys in the header beside a good kid', assertion: headed({ jwk: jwk(foreign.privateKey), jku: IDP }) },
  { what: 'an actor', assertion: token({ act: { sub: 'u2', sub_profile: 'ai_agent', act: { sub: 'wlp1' } } }) },
  { what: 'how the user signed in', assertion: token({ auth_time: NOW - 60, acr: 'x', amr: ['mfa'] }) },
  { what: 'not before now', assertion: token({ nbf: NOW }) },
  { what: 'dates with fractions', assertion: token({ iat: NOW + 0.25, nbf: NOW + 0.25, exp: NOW + 300.5 }) },
  { what: 'half a minute to live', assertion: token({ exp: NOW + 30 }) },
  { what: 'any other key of the issuer', assertion: headed({ kid: 'any' }) },
  { what: 'a certificate of the same key', assertion: token(), knows: certified(rsa.privateKey) },
  { what: 'a NameID nobody needs', assertion: token({ sub_id: { format: 'opaque' } }) },
  { what: 'the right NameID', assertion: token({ sub_id: SUB_ID }), knows: bySaml },
  { what: 'the right tenants', assertion: multi({ aud_sub: 'local-1' }), knows: manyTenants },
  {
    what: 'a client of the tenant',
    assertion: multi({}),
    knows: { ...manyTenants, clientTenants: { 'c-at-ras': ['t1'] } },
  },
  {
    what: 'details of a known type',
    assertion: token({ authorization_details: detail }),
    knows: { supportsRar: ['payment'] },
  },
  { what: 'a key that was proved', assertion: token(bound), knows: proved },
  { what: 'a proof nobody asked for', assertion: token(), knows: { ...proved, needsProof: true } },
  { what: 'an id redeemed for another issuer', assertion: token(), knows: { spent: { [OTHER_IDP]: ['j1'] } } },
];

const none = () => Buffer.alloc(0);
const hmac =
  (key: string): Signer =>
  (signed) =>
    createHmac('sha256', key).update(signed).digest();
const pem = createPublicKey(rsa.privateKey.export({ type: 'pkcs8', format: 'pem' })).export({
  type: 'spki',
  format: 'pem',
});
const good = token();
const [h = '', p = '', s = ''] = good.split('.');
/** The last character of an RSA-2048 signature carries two bits too many; this sets them. */
const strayBits = `${good.slice(0, -1)}${String.fromCharCode(good.charCodeAt(good.length - 1) + 1)}`;
const es256 = by(ec.privateKey);
const der = by(ec.privateKey, 'sha256', { dsaEncoding: 'der' });
const ps256 = by(rsa.privateKey, 'sha256', { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
const foreignSigner = by(foreign.privateKey);

/** Refused under both readings, by the check named. */
const BAD: Readonly<Record<string, readonly Row[]>> = {
  'size-bounded': [{ what: 'an id of 100 kB', assertion: token({ jti: 'j'.repeat(100_000) }) }],
  'compact-serialization': [
    { what: 'nothing', assertion: '' },
    { what: 'an opaque string', assertion: 'IDAAG.x' },
    { what: 'two segments', assertion: `${h}.${p}` },
    { what: 'four segments', assertion: `${good}.x` },
    { what: 'five, as an encrypted token has', assertion: `${h}.${s}.${s}.${s}.${s}` },
    { what: 'two tokens', assertion: `${good} ${good}` },
    { what: 'flattened JSON', assertion: JSON.stringify({ protected: h, payload: p, signature: s }) },
  ],
  unreadable: [
    { what: 'empty segments', assertion: '..' },
    { what: 'JSON that splits like a compact token', assertion: JSON.stringify({ payload: good }) },
    { what: 'padding', assertion: `${good}==` },
    { what: 'the other base64 alphabet', assertion: `${h}.${p}.${Buffer.from(s, 'base64url').toString('base64')}` },
    { what: 'a line end behind it', assertion: `${good}\n` },
    { what: 'a space in it', assertion: `${h}. ${p}.${s}` },
    { what: 'a Bearer prefix', assertion: `Bearer ${good}` },
    { what: 'stray bits in the last character', assertion: strayBits },
    { what: 'a payload of bytes', assertion: raw(JSON.stringify(HEADER), Buffer.from([1, 2, 3])) },
    { what: 'a list for a payload', assertion: raw(JSON.stringify(HEADER), '[]') },
    { what: 'null for a payload', assertion: raw(JSON.stringify(HEADER), 'null') },
    { what: 'a list for a header', assertion: raw('[]', JSON.stringify(CLAIMS)) },
    { what: 'a byte order mark', assertion: raw(JSON.stringify(HEADER), `\u{feff}${JSON.stringify(CLAIMS)}`) },
    { what: 'UTF-16', assertion: raw(JSON.stringify(HEADER), Buffer.from(JSON.stringify(CLAIMS), 'utf16le')) },
    { what: 'broken UTF-8', assertion: raw(JSON.stringify(HEADER), Buffer.from('{"sub":"\xff"}', 'latin1')) },
    { what: 'objects ten thousand deep', assertion: raw('{}', `{"act":${'['.repeat(10_000)}${']'.repeat(10_000)}}`) },
  ],
  'header-names-unique': [{ what: 'two algorithms', assertion: written(',"alg":"RS256"', 'header') }],
  'alg-allowed': [
    { what: 'no algorithm', assertion: headed({ alg: undefined }) },
    { what: 'the algorithm none', assertion: headed({ alg: 'none' }, none) },
    { what: 'none in another case, signed', assertion: headed({ alg: 'nOnE' }) },
    { what: 'a MAC with the public key', assertion: headed({ alg: 'HS256' }, hmac(String(pem))) },
    { what: 'a MAC with a published secret', assertion: headed({ alg: 'HS256', kid: 'oct' }, hmac('secret')) },
    { what: 'an algorithm outside the list', assertion: headed({ alg: 'RS512' }, by(rsa.privateKey, 'sha512')) },
    { what: 'a name every object has', assertion: headed({ alg: 'constructor' }) },
  ],
  'crit-absent': [{ what: 'an extension', assertion: headed({ crit: ['exp2'], exp2: 1 }) }],
  'payload-base64': [{ what: 'a payload declared unencoded', assertion: headed({ b64: false }) }],
  'payload-not-nested': [
    { what: 'a token within', assertion: raw(JSON.stringify({ ...HEADER, cty: 'JWT' }), JSON.stringify(CLAIMS)) },
  ],
  'typ-is-id-jag': [
    { what: 'no type', assertion: headed({ typ: undefined }) },
    { what: 'the type of any JWT', assertion: token({ typ: 'oauth-id-jag+jwt' }, { typ: 'JWT' }) },
    { what: 'the type of an access token', assertion: headed({ typ: 'at+jwt' }) },
    { what: 'a near miss', assertion: headed({ typ: 'oauth-idjag+jwt' }) },
    { what: 'a trailing space', assertion: headed({ typ: 'oauth-id-jag+jwt ' }) },
    { what: 'a list of types', assertion: headed({ typ: ['oauth-id-jag+jwt'] }) },
  ],
  'kid-is-a-string': [
    { what: 'a number for a kid', assertion: headed({ kid: 7 }) },
    { what: 'an object for a kid', assertion: headed({ kid: {} }) },
  ],
  'iss-trusted': [
    { what: 'no issuer', assertion: token({ iss: undefined }) },
    { what: 'an empty issuer', assertion: token({ iss: '' }) },
    { what: 'a list of issuers', assertion: token({ iss: [IDP] }) },
    { what: 'a stranger', assertion: token({ iss: 'https://idp.example.evil.test' }) },
    { what: 'an upper-case host', assertion: token({ iss: 'https://IDP.example' }) },
    { what: 'the default port', assertion: token({ iss: `${IDP}:443` }) },
    { what: 'two slashes', assertion: token({ iss: `${IDP}//` }) },
    { what: 'the claims one level down', assertion: raw(JSON.stringify(HEADER), JSON.stringify({ data: CLAIMS })) },
    { what: 'a name every object has', assertion: token({ iss: '__proto__' }) },
  ],
  'iss-connected': [{ what: 'a connection switched off', assertion: token({ iss: 'https://gone.example' }) }],
  'iss-not-self': [{ what: 'the own issuer', assertion: token({ iss: RAS }) }],
  'key-published': [
    { what: 'an unpublished kid', assertion: headed({ kid: 'k9' }, foreignSigner) },
    { what: 'a key of another trusted issuer', assertion: headed({ kid: 'f1' }, foreignSigner) },
    { what: 'a kid that is a path', assertion: headed({ kid: '../../dev/null' }) },
    { what: 'a kid that is a prototype', assertion: headed({ kid: '__proto__' }) },
    { what: 'a key for encryption', assertion: headed({ kid: 'enc' }, foreignSigner) },
    { what: 'a key for wrapping', assertion: headed({ kid: 'wraps' }) },
    { what: 'a key of 1024 bits', assertion: headed({ kid: 'short' }, by(short.privateKey)) },
    { what: 'a curve where RSA is promised', assertion: headed({ kid: 'e1' }) },
    { what: 'a key that is none', assertion: headed({ kid: 'broken' }) },
    { what: 'a secret for a key', assertion: headed({ kid: 'oct' }) },
    { what: 'a certificate of another key', assertion: token(), knows: certified(foreign.privateKey) },
    { what: 'a key for another algorithm', assertion: headed({ alg: 'PS256' }, ps256), strictly: 'alg-usual' },
    { what: 'an RSA key for a curve', assertion: headed({ alg: 'ES256' }, es256), strictly: 'alg-usual' },
    {
      what: 'a key on another curve',
      assertion: headed({ alg: 'ES256', kid: 'e384' }, by(p384.privateKey)),
      strictly: 'alg-usual',
    },
    { what: 'no keys at all', assertion: token(), knows: withIdp({ jwks: { keys: [] } }) },
  ],
  'signature-valid': [
    { what: 'no signature', assertion: `${h}.${p}.` },
    { what: 'a shortened signature', assertion: headed({}, (signed) => rs256(signed).subarray(0, 250)) },
    { what: 'another payload', assertion: `${h}.${token({ sub: 'u2' }).split('.')[1]}.${s}` },
    { what: 'another header', assertion: `${headed({ foo: 1 }).split('.')[0]}.${p}.${s}` },
    { what: "a stranger's key under a good kid", assertion: headed({}, foreignSigner) },
    {
      what: 'a signature of zeros',
      assertion: headed({ alg: 'ES256', kid: 'e1' }, () => Buffer.alloc(64)),
      strictly: 'alg-usual',
    },
    { what: 'a signature in DER', assertion: headed({ alg: 'ES256', kid: 'e1' }, der), strictly: 'alg-usual' },
    { what: 'a key that the header brings', assertion: headed({ jwk: jwk(foreign.privateKey) }, foreignSigner) },
  ],
  'aud-single': [
    { what: 'two audiences', assertion: token({ aud: [RAS, 'https://other.example'] }) },
    { what: 'the own audience twice', assertion: token({ aud: [RAS, RAS] }) },
    { what: 'no audience in a list', assertion: token({ aud: [] }) },
  ],
  'aud-is-self': [
    { what: 'no audience', assertion: token({ aud: undefined }) },
    { what: 'null for an audience', assertion: token({ aud: null }) },
    { what: 'a list in a list', assertion: token({ aud: [[RAS]] }) },
    { what: 'the token endpoint', assertion: token({ aud: `${RAS}/token` }) },
    { what: 'an audience that begins with ours', assertion: token({ aud: `${RAS}.evil.test` }) },
    { what: 'ours and another in one string', assertion: token({ aud: `${RAS} https://other.example` }) },
    {
      what: 'a letter that is a k only in lower case',
      assertion: token({ aud: 'https://as.ok.example'.replace('k', '\u212a') }),
      knows: { issuer: 'https://as.ok.example' },
    },
    {
      what: 'two audiences in two claims, ours first',
      assertion: written(',"aud":"https://other.example"'),
      strictly: 'claim-names-unique',
    },
  ],
  'client-authenticated': [
    { what: 'nobody, and a token for nobody', assertion: token({ client_id: null }), asked: { clientId: undefined } },
    { what: 'an unregistered client', assertion: token({ client_id: 'c9' }), asked: { clientId: 'c9' } },
  ],
  'client-id-is-presenter': [
    { what: 'no client', assertion: token({ client_id: undefined, azp: 'c-at-ras' }) },
    { what: 'another client', assertion: token({ client_id: 'c-two' }) },
    { what: 'another presenter', assertion: token(), asked: { clientId: 'c-two' } },
    { what: 'another client last', assertion: written(',"client_id":"c-two"'), strictly: 'claim-names-unique' },
    { what: 'the client in another case', assertion: token({ client_id: 'C-at-ras' }) },
    { what: 'the client in a list', assertion: token({ client_id: ['c-at-ras'] }) },
  ],
  'jti-is-a-string': [
    { what: 'an empty id', assertion: token({ jti: '' }) },
    { what: 'a number for an id', assertion: token({ jti: 7 }) },
  ],
  'exp-is-a-date': [
    { what: 'no expiry', assertion: token({ exp: undefined }) },
    { what: 'null for an expiry', assertion: token({ exp: null }) },
    { what: 'a string for an expiry', assertion: token({ exp: '1999999999' }) },
    {
      what: 'an expiry beyond all numbers',
      assertion: raw(JSON.stringify(HEADER), JSON.stringify(CLAIMS).replace(/"exp":\d+/, '"exp":1e400')),
    },
  ],
  'iat-is-a-date': [
    { what: 'no issue time', assertion: token({ iat: undefined }) },
    { what: 'true for an issue time', assertion: token({ iat: true }) },
  ],
  'nbf-is-a-date': [{ what: 'a word for a start', assertion: token({ nbf: 'soon' }) }],
  'not-expired': [
    { what: 'an expiry ten minutes ago', assertion: token({ iat: NOW - 900, exp: NOW - 600 }) },
    { what: 'an expiry just beyond the leeway', assertion: token({ iat: NOW - 300, exp: NOW - 35 }) },
    { what: 'a negative expiry', assertion: token({ exp: -1 }) },
  ],
  'not-issued-ahead': [{ what: 'an issue ten minutes ahead', assertion: token({ iat: NOW + 600, exp: NOW + 900 }) }],
  'not-before-reached': [{ what: 'a start ten minutes ahead', assertion: token({ nbf: NOW + 600, exp: NOW + 300 }) }],
  'exp-after-iat': [
    {
      what: 'an expiry before the issue',
      assertion: token({ iat: NOW + 20, exp: NOW + 10 }),
      strictly: 'not-issued-ahead',
    },
  ],
  'tenant-is-a-string': [{ what: 'a list of tenants', assertion: token({ tenant: ['t1'] }) }],
  'aud-tenant-is-a-string': [
    { what: 'a list of own tenants', assertion: multi({ aud_tenant: ['a1'] }), knows: manyTenants },
  ],
  'aud-sub-is-a-string': [{ what: 'a number for a local user', assertion: multi({ aud_sub: 1 }), knows: manyTenants }],
  'tenant-linked': [
    { what: 'an unlinked tenant', assertion: multi({ tenant: 't9' }), knows: manyTenants },
    { what: 'no tenant', assertion: multi({ tenant: undefined }), knows: manyTenants },
  ],
  'client-in-tenant': [
    {
      what: 'a client of another tenant',
      assertion: multi({}),
      knows: { ...manyTenants, clientTenants: { 'c-at-ras': ['t2'] } },
    },
  ],
  'aud-sub-in-a-tenant': [
    {
      what: 'a local user of no tenant',
      assertion: multi({ aud_tenant: undefined, aud_sub: 'local-1' }),
      knows: manyTenants,
      strictly: 'aud-tenant-present',
    },
  ],
  'aud-tenant-own': [{ what: 'a tenant of nobody', assertion: multi({ aud_tenant: 'a9' }), knows: manyTenants }],
  'aud-tenant-linked': [
    { what: 'a tenant the issuer has no part in', assertion: multi({ aud_tenant: 'a2' }), knows: manyTenants },
  ],
  'sub-present': [
    { what: 'no subject', assertion: token({ sub: undefined }) },
    { what: 'an empty subject', assertion: token({ sub: '' }) },
    { what: 'an object for a subject', assertion: token({ sub: {} }) },
  ],
  'sub-not-a-client': [{ what: 'a client for a subject', assertion: token({ sub: 'c-at-ras', email: undefined }) }],
  'email-in-idp-domain': [
    { what: 'an email in a foreign domain', assertion: token({ email: 'ann@foreign.example' }) },
    { what: 'an email with two domains', assertion: token({ sub: 'u9', email: 'x@foreign.example@ras.example' }) },
  ],
  'user-found-or-made': [
    { what: 'an unknown user without email', assertion: token({ sub: 'u9', email: undefined }) },
    {
      what: 'an unknown user with an unverified email',
      assertion: token({ sub: 'u9', email: 'new@ras.example', email_verified: false }),
    },
    { what: "a known user's name with a space", assertion: token({ sub: ' u1' }) },
    { what: "a known user's name in another case", assertion: token({ sub: 'U1' }) },
  ],
  'user-active': [{ what: 'a user who has left', assertion: token({ sub: 'u3', email: undefined }) }],
  'aud-sub-of-user': [
    { what: 'a local user who is somebody else', assertion: multi({ aud_sub: 'local-2' }), knows: manyTenants },
  ],
  'sub-id-is-a-name-id': [
    { what: 'no NameID where one is needed', assertion: token(), knows: bySaml },
    { what: 'an underscore in the format', assertion: subId({ format: 'saml_nameid' }), knows: bySaml },
    { what: 'a NameID without issuer', assertion: subId({ issuer: undefined }), knows: bySaml },
    { what: 'a string for a NameID', assertion: token({ sub_id: 'ann@ras.example' }), knows: bySaml },
  ],
  'sub-id-issuer-linked': [
    { what: 'an unlinked SAML issuer', assertion: subId({ issuer: 'https://saml.evil.test' }), knows: bySaml },
  ],
  'sub-id-of-user': [
    { what: "another user's NameID", assertion: subId({ nameid: 'ben@ras.example' }), knows: bySaml },
    {
      what: 'a NameID for another service provider',
      assertion: subId({ sp_name_qualifier: 'https://sp.two' }),
      knows: bySaml,
    },
    { what: 'a NameID of another format', assertion: subId({ nameid_format: PERSISTENT }), knows: bySaml },
    { what: 'a NameID without its qualifier', assertion: subId({ sp_name_qualifier: undefined }), knows: bySaml },
  ],
  'resource-is-a-uri': [
    { what: 'an object for a resource', assertion: token({ resource: {} }) },
    { what: 'a list in a list of resources', assertion: token({ resource: [[MCP]] }) },
    { what: 'a relative resource', assertion: token({ resource: '/mcp' }) },
    { what: 'a resource with a fragment', assertion: token({ resource: `${MCP}#x` }) },
  ],
  'resource-own': [
    { what: 'a foreign resource', assertion: token({ resource: 'https://mcp.other.example/mcp' }) },
    { what: 'a resource that begins with ours', assertion: token({ resource: `${MCP}-admin` }) },
    { what: 'an empty list of resources', assertion: token({ resource: [] }) },
  ],
  'resource-required': [
    {
      what: 'no resource where one is needed',
      assertion: token({ resource: undefined }),
      knows: { needsResource: true },
    },
  ],
  'scope-readable': [
    { what: 'a quote in a scope', assertion: token({ scope: 're"ad' }) },
    { what: 'a letter outside ASCII in a scope', assertion: token({ scope: 'l\u00e9s' }) },
    { what: 'two spaces between scopes', assertion: token({ scope: 'read  write' }) },
    { what: 'an object for a scope', assertion: token({ scope: {} }) },
  ],
  'details-readable': [
    {
      what: 'an object for details',
      assertion: token({ authorization_details: detail[0] }),
      knows: { supportsRar: ['payment'] },
    },
    {
      what: 'details without type',
      assertion: token({ authorization_details: [{}] }),
      knows: { supportsRar: ['payment'] },
    },
  ],
  'details-supported': [
    { what: 'details where none are known', assertion: token({ authorization_details: detail }) },
    {
      what: 'details of another type',
      assertion: token({ authorization_details: [...detail, { type: 'x' }] }),
      knows: { supportsRar: ['payment'] },
    },
  ],
  'cnf-enforceable': [
    { what: 'a string for a confirmation', assertion: token({ cnf: 'x' }), knows: proved },
    {
      what: 'a certificate for a confirmation',
      assertion: token({ cnf: { ...bound.cnf, 'x5t#S256': THUMBPRINT } }),
      knows: proved,
    },
    { what: 'a thumbprint too short', assertion: token({ cnf: { jkt: 'abc' } }), knows: proved },
  ],
  'cnf-proved': [
    { what: 'a bound token without proof', assertion: token(bound) },
    {
      what: 'a bound token with the proof of another key',
      assertion: token(bound),
      knows: { dpopThumbprint: 'b'.repeat(43) },
    },
  ],
  'proof-present': [{ what: 'no proof where one is needed', assertion: token(), knows: { needsProof: true } }],
};

interface Open extends Row {
  readonly refused: string;
  /** What the lenient reading makes of it, where that is not the ordinary grant. */
  readonly gives?: Partial<Extract<Verdict, { accepted: true }>>;
}

/** Left open: refused under the strict reading by that check, accepted under the lenient one. */
const OPEN: readonly Open[] = [
  { what: 'a list of emails', assertion: token({ email: ['ann@ras.example'] }), refused: 'email-is-a-string' },
  { what: 'another algorithm', refused: 'alg-usual', assertion: headed({ alg: 'ES256', kid: 'e1' }, es256) },
  { what: 'PSS', refused: 'alg-usual', assertion: headed({ alg: 'PS256', kid: 'any' }, ps256) },
  { what: 'EdDSA', refused: 'alg-usual', assertion: headed({ alg: 'EdDSA', kid: 'ed' }, by(ed.privateKey, null)) },
  { what: 'compression announced', refused: 'payload-uncompressed', assertion: headed({ zip: 'DEF' }) },
  { what: 'the type in another case', refused: 'typ-spelt-exactly', assertion: headed({ typ: 'OAuth-ID-JAG+JWT' }) },
  {
    what: 'the type in full',
    refused: 'typ-spelt-exactly',
    assertion: headed({ typ: 'application/oauth-id-jag+jwt' }),
  },
  { what: 'no kid', refused: 'kid-present', assertion: headed({ kid: undefined }) },
  { what: 'two keys of one kid', refused: 'kid-unambiguous', assertion: headed({ kid: 'twice' }) },
  { what: 'a key that signs', refused: 'key-published', assertion: headed({ kid: 'signs' }) },
  { what: 'a key with its private part', refused: 'key-published', assertion: headed({ kid: 'private' }) },
  { what: 'a slash behind the issuer', refused: 'iss-trusted', assertion: token({ iss: `${IDP}/` }) },
  { what: 'two subjects', refused: 'claim-names-unique', assertion: written(',"sub":"u1"') },
  {
    what: 'two clients, one spelt with an escape',
    refused: 'claim-names-unique',
    assertion: written(',"client\\u005fid":"c-at-ras"'),
  },
  {
    what: 'two members below the top',
    refused: 'claim-names-unique',
    assertion: written(',"x":[{"aud":1,"aud":1}]'),
  },
  {
    what: 'two audiences in two claims, ours last',
    refused: 'claim-names-unique',
    assertion: raw(JSON.stringify(HEADER), JSON.stringify(CLAIMS).replace('{', '{"aud":"https://other.example",')),
  },
  {
    what: 'a claim named __proto__',
    refused: 'claim-names-plain',
    assertion: written(',"__proto__":{"sub":"u2"},"constructor":1'),
  },
  { what: 'a slash behind the audience', refused: 'aud-is-self', assertion: token({ aud: `${RAS}/` }) },
  { what: 'the audience in upper case', refused: 'aud-is-self', assertion: token({ aud: 'https://AS.ras.example' }) },
  { what: 'no id', refused: 'jti-present', assertion: token({ jti: undefined }) },
  { what: 'an expiry ten seconds ago', refused: 'not-expired', assertion: token({ exp: NOW - 10 }) },
  { what: 'an expiry now', refused: 'not-expired', assertion: token({ exp: NOW }) },
  { what: 'an issue ten seconds ahead', refused: 'not-issued-ahead', assertion: token({ iat: NOW + 10 }) },
  { what: 'ten years to live', refused: 'lifetime-short', assertion: token({ exp: NOW + 315_360_000 }) },
  { what: 'an expiry in milliseconds', refused: 'lifetime-short', assertion: token({ exp: (NOW + 300) * 1000 }) },
  { what: 'crit without extensions', refused: 'crit-absent', assertion: headed({ crit: [] }) },
  { what: 'crit with a name of the standard', refused: 'crit-absent', assertion: headed({ crit: ['alg'] }) },
  { what: 'a day to live', refused: 'lifetime-short', assertion: token({ exp: NOW + 86_400 }) },
  { what: 'an issue a month ago', refused: 'lifetime-short', assertion: token({ iat: NOW - 2_592_000 }) },
  { what: 'a sign-in a month ago', refused: 'sign-in-recent', assertion: token({ auth_time: NOW - 2_592_000 }) },
  {
    what: 'no tenant of a server with several',
    refused: 'aud-tenant-present',
    assertion: multi({ aud_tenant: undefined }),
    knows: manyTenants,
  },
  {
    what: 'an unknown user with a good email',
    refused: 'user-found',
    assertion: token({ sub: 'u9', email: 'new@ras.example' }),
    gives: { sub: 'u9' },
  },
  { what: "another user's email", refused: 'email-of-user', assertion: token({ email: 'ben@ras.example' }) },
  { what: 'a string for an actor', refused: 'act-names-an-actor', assertion: token({ act: 'agent' }) },
  { what: 'fifty actors', refused: 'act-names-an-actor', assertion: token({ act: JSON.parse(nested(50)) }) },
  {
    what: 'an unlisted member of a NameID',
    refused: 'sub-id-members-defined',
    assertion: subId({ extra: 1 }),
    knows: bySaml,
  },
  {
    what: 'a transient NameID',
    refused: 'sub-id-stable',
    assertion: subId({ nameid_format: TRANSIENT }),
    knows: bySaml,
  },
  {
    what: 'a foreign resource beside an own',
    refused: 'resource-all-own',
    assertion: token({ resource: [MCP, 'https://x.example'] }),
  },
  { what: 'a slash behind the resource', refused: 'resource-own', assertion: token({ resource: `${MCP}/` }) },
  {
    what: 'the host of the resource in upper case',
    refused: 'resource-own',
    assertion: token({ resource: 'https://MCP.ras.example/mcp' }),
  },
  {
    what: 'no resource',
    refused: 'resource-named',
    assertion: token({ resource: undefined }),
    gives: { resources: [] },
  },
  { what: 'no scope', refused: 'scope-is-a-string', assertion: token({ scope: undefined }), gives: { scopes: [] } },
  {
    what: 'a list of scopes',
    refused: 'scope-is-a-string',
    assertion: token({ scope: ['read'] }),
    gives: { scopes: [] },
  },
  {
    what: 'scopes under another name',
    refused: 'scope-is-a-string',
    assertion: token({ scope: undefined, scp: ['read'] }),
    gives: { scopes: [] },
  },
  { what: 'an unknown scope beside a known', refused: 'scope-grantable', assertion: token({ scope: 'read admin' }) },
  {
    what: 'unknown scopes alone',
    refused: 'scope-grantable',
    assertion: token({ scope: 'admin' }),
    gives: { scopes: [] },
  },
  {
    what: 'a scope this user may not have',
    refused: 'scope-grantable',
    assertion: token({ sub: 'u4', email: undefined, scope: 'read write' }),
    gives: { sub: 'u4' },
  },
  { what: 'an id redeemed before', refused: 'jti-fresh', assertion: token(), knows: { spent: { [IDP]: ['j1'] } } },
];

t.test('accepts under both readings', async (t) => {
  for (const row of GOOD) {
    for (const strictness of ['strict', 'lenient'] as const) {
      t.match(judge(row, strictness), { accepted: true, issuer: IDP, sub: 'u1' }, `${row.what}, ${strictness}`);
    }
  }
});

t.test('says who may do what where', async (t) => {
  const resources = [`${MCP}/two`, MCP, MCP];
  const verdict = judge({ what: '', assertion: token({ scope: 'write read', resource: resources }) }, 'strict');
  const granted = { scopes: ['write', 'read'], resources: [MCP, `${MCP}/two`] };
  t.strictSame(verdict, { accepted: true, issuer: IDP, sub: 'u1', ...granted });
});

t.test('keeps users of the same name apart by their issuer', async (t) => {
  const assertion = token({ iss: OTHER_IDP }, { kid: 'f1' }, foreignSigner);
  t.match(judge({ what: '', assertion }, 'strict'), { accepted: true, issuer: OTHER_IDP, sub: 'u1' });
});

t.test('treats the actor as no subject', async (t) => {
  t.match(judge({ what: '', assertion: token({ act: { sub: 'u2' } }) }, 'strict'), { accepted: true, sub: 'u1' });
});

t.test('makes no user from an email that no domain vouches for', async (t) => {
  const { emailDomains: _, ...open } = idp;
  const knows = { trusted: { [IDP]: open } };
  const row = { what: '', assertion: token({ sub: 'u9', email: 'new@ras.example' }), knows };
  t.equal(refusedBy(judge(row, 'lenient')), 'user-found-or-made');
});

for (const [check, rows] of Object.entries(BAD)) {
  t.test(`${check} refuses under both readings`, async (t) => {
    for (const row of rows) {
      t.equal(refusedBy(judge(row, 'lenient')), check, `${row.what}, lenient`);
      t.equal(refusedBy(judge(row, 'strict')), row.strictly ?? check, `${row.what}, strict`);
    }
  });
}

t.test('what is left open, the strict reading refuses and the lenient accepts', async (t) => {
  for (const row of OPEN) {
    t.equal(refusedBy(judge(row, 'strict')), row.refused, `${row.what}, strict`);
    const granted = { issuer: IDP, sub: 'u1', scopes: ['read'], resources: [MCP] };
    t.strictSame(judge(row, 'lenient'), { accepted: true, ...granted, ...row.gives }, `${row.what}, lenient`);
  }
});

t.test('every check is the one that refuses some token here, and says where it comes from', async (t) => {
  t.strictSame(
    CHECKS.map(({ name }) => name).filter((name) => !seen.has(name)),
    [],
  );
  t.equal(new Set(CHECKS.map(({ name }) => name)).size, CHECKS.length);
  t.ok(CHECKS.every(({ source }) => source.length > 0));
});

const ODD: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  'x',
  [],
  [null],
  [[]],
  {},
  { toString: null, valueOf: 1 },
  '\ud800',
];

t.test('answers whatever stands in a member, and throws at none', async (t) => {
  const names = [...Object.keys(CLAIMS), 'nbf', 'act', 'sub_id', 'tenant', 'aud_tenant', 'aud_sub', 'auth_time', 'cnf'];
  const claims = [...names, 'authorization_details', 'email_verified'];
  const odd = ODD.flatMap((value) => [
    ...claims.map((name) => token({ [name]: value })),
    ...[...Object.keys(HEADER), 'cty', 'crit', 'b64', 'zip'].map((name) => headed({ [name]: value })),
  ]);
  const knows = { ...manyTenants, ...bySaml, supportsRar: ['x'] };
  for (const assertion of odd) {
    for (const strictness of ['strict', 'lenient'] as const) {
      t.type(judge({ what: '', assertion, knows }, strictness).accepted, 'boolean');
      t.type(judge({ what: '', assertion }, strictness).accepted, 'boolean');
    }
  }
});

t.test('answers whatever is published for a key, and throws at none', async (t) => {
  const members = ['kty', 'n', 'e', 'use', 'alg', 'key_ops', 'x5c', 'kid'];
  for (const value of ODD) {
    const keys = members.map((member) => jwk(rsa.privateKey, { kid: 'k1', [member]: value }));
    for (const key of [...keys, value as Members]) {
      t.type(
        judge({ what: '', assertion: good, knows: withIdp({ jwks: { keys: [key] } }) }, 'lenient').accepted,
        'boolean',
      );
    }
  }
});

t.test('no character of the token can be changed', async (t) => {
  const changed = [...good].map(
    (letter, at) => `${good.slice(0, at)}${letter === 'A' ? 'B' : 'A'}${good.slice(at + 1)}`,
  );
  t.strictSame(
    changed.filter((assertion) => judge({ what: '', assertion }, 'lenient').accepted),
    [],
  );
});
