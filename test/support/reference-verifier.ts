/**
 * Judges an ID-JAG as a Resource Authorization Server (RAS) would, from the specifications alone and with nothing but
 * Node's own crypto, so that it shares no code with what it judges. Where the specifications admit both answers, `strict`
 * refuses and `lenient` accepts.
 */
import { isUtf8 } from 'node:buffer';
import { constants, createPublicKey, type JsonWebKey, type KeyObject, verify, X509Certificate } from 'node:crypto';

type Members = Readonly<Record<string, unknown>>;

export interface KnownUser {
  readonly sub: string;
  /** Of a multi-tenant issuer: the tenant in which `sub` is unique. */
  readonly tenant?: string;
  readonly email?: string;
  readonly audSub?: string;
  /** In the spelling of `sub_id`: `nameid`, and each other member exactly when the NameID has it. */
  readonly samlNameId?: Readonly<Record<string, string>>;
  readonly status?: 'active' | 'deprovisioned';
  /** The scopes this user may have; without it, all scopes of the RAS. */
  readonly scopes?: readonly string[];
}

export interface TrustedIssuer {
  /** As published, with whatever else lies in it. */
  readonly jwks: { readonly keys: readonly Members[] };
  readonly users: readonly KnownUser[];
  /** Of a multi-tenant issuer: its tenants that this RAS links. The claim `tenant` is then required. */
  readonly tenants?: readonly string[];
  /** The tenants of this RAS in which the issuer is trusted; without it, all. */
  readonly audTenants?: readonly string[];
  readonly samlIssuers?: readonly string[];
  /** Domains the issuer may assert emails in. Without it no email is refused, and nobody provisioned from one. */
  readonly emailDomains?: readonly string[];
  readonly revoked?: boolean;
}

/** What the RAS knows. */
export interface Verifier {
  readonly issuer: string;
  readonly resources: readonly string[];
  readonly scopes: readonly string[];
  readonly trusted: Readonly<Record<string, TrustedIssuer>>;
  /** The allow-list under `lenient`; `strict` takes RS256 of it and nothing else. */
  readonly algorithms: readonly string[];
  readonly clientIds: readonly string[];
  /** Tenants of an issuer in which a client id is valid; without an entry, all. */
  readonly clientTenants?: Readonly<Record<string, readonly string[]>>;
  /** Of a multi-tenant RAS: its own tenants. */
  readonly tenants?: readonly string[];
  readonly needsSamlSubject?: boolean;
  readonly needsResource?: boolean;
  /** Access tokens are sender-constrained, so a proof is needed with or without `cnf`. */
  readonly needsProof?: boolean;
  readonly supportsRar?: readonly string[];
  /** Of the key whose valid proof came with the request. */
  readonly dpopThumbprint?: string;
  /** The `jti` values redeemed already, by issuer. */
  readonly spent?: Readonly<Record<string, readonly string[]>>;
  /** How many seconds ago a user may have signed in, under `strict`; a day unless told. */
  readonly maxAuthAge?: number;
  readonly leeway: number;
}

export interface Presented {
  readonly assertion: string;
  /** The authenticated client. */
  readonly clientId: string | undefined;
  readonly now: number;
}

export type Strictness = 'strict' | 'lenient';

/** The user is `sub` of `issuer`. No resources means: whatever the RAS gives when nothing is named. */
export type Verdict =
  | {
      readonly accepted: true;
      readonly issuer: string;
      readonly sub: string;
      readonly scopes: readonly string[];
      readonly resources: readonly string[];
    }
  | { readonly accepted: false; readonly check: string; readonly why: string };

export interface Check {
  readonly name: string;
  readonly source: string;
  readonly refuses: (facts: Facts, strictness: Strictness) => string | undefined;
}

/** A decoded segment. With a problem it has no members. */
interface Part {
  readonly problem?: string;
  readonly members: Members;
  readonly names: readonly string[];
  /** Names that stand twice in one object; a slash before those below the top. */
  readonly doubled: readonly string[];
}

/** All that the RAS knows and was handed, beside what the token says. */
interface Facts extends Verifier, Presented {
  readonly segments: readonly string[];
  readonly problem: string | undefined;
  readonly head: Part;
  readonly body: Part;
  readonly header: Members;
  readonly claims: Members;
  readonly idpId: string | undefined;
  /** One without keys and users where nobody trusted is named: the checks after that need not ask again. */
  readonly idp: TrustedIssuer;
  readonly user: KnownUser | undefined;
  /** Published under the token's `kid` and fit to verify with; and if there is none, why. */
  readonly keys: readonly KeyObject[];
  readonly unfit: string;
  /** Not a number where the claim is none. */
  readonly exp: number;
  readonly iat: number;
}

const LONGEST_TOKEN = 64 * 1024;
/** Fifty actors in a row can still be read, a stack of thousands cannot. */
const DEEPEST_JSON = 100;
const LONGEST_ACTOR_CHAIN = 10;
const DAY = 86_400;
const STRICT_LIFETIME = 300;
/** Names that are no extensions. */
const REGISTERED = ['alg', 'jku', 'jwk', 'kid', 'x5u', 'x5c', 'x5t', 'x5t#S256', 'typ', 'cty', 'crit'];
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/;
const ID_JAG = /^(?:application\/)?oauth-id-jag\+jwt$/i;
const NESTED = /^(?:application\/)?jwt$/i;
const OBJECT_NAMES = ['__proto__', 'constructor', 'prototype'];
const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient';
const NAME_ID_OPTIONAL = ['nameid_format', 'name_qualifier', 'sp_name_qualifier', 'sp_provided_id'];
const NAME_ID_MEMBERS = ['format', 'issuer', 'nameid', ...NAME_ID_OPTIONAL];

interface Algorithm {
  readonly kty: string;
  readonly hash: string | null;
  readonly crv?: string;
  /** The only length a signature has, on a curve. */
  readonly bytes?: number;
  readonly pss?: true;
}

/** Asymmetric ones alone, so that no configuration can allow a shared secret, or no key at all. */
const ALGORITHMS: ReadonlyMap<unknown, Algorithm> = new Map<unknown, Algorithm>([
  ...['256', '384', '512'].map((bits) => [`RS${bits}`, { kty: 'RSA', hash: `sha${bits}` }] as const),
  ...['256', '384', '512'].map((bits) => [`PS${bits}`, { kty: 'RSA', hash: `sha${bits}`, pss: true }] as const),
  ['ES256', { kty: 'EC', hash: 'sha256', crv: 'P-256', bytes: 64 }],
  ['ES384', { kty: 'EC', hash: 'sha384', crv: 'P-384', bytes: 96 }],
  ['ES512', { kty: 'EC', hash: 'sha512', crv: 'P-521', bytes: 132 }],
  ['EdDSA', { kty: 'OKP', hash: null, crv: 'Ed25519', bytes: 64 }],
]);

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isName = (value: unknown): value is string => typeof value === 'string' && value !== '';
const absentOr = (is: (value: unknown) => boolean, value: unknown) => value === undefined || is(value);
const has = (list: readonly unknown[] | undefined, value: unknown) => list?.includes(value) === true;

/* Reading. Nothing is refused here: a part that cannot be read carries its problem. */

/** Only the canonical spelling of some bytes: no padding, no other alphabet, no stray trailing bits. */
function fromBase64url(segment: string): Buffer | undefined {
  const bytes = Buffer.from(segment, 'base64url');
  return bytes.toString('base64url') === segment ? bytes : undefined;
}

/** JSON has no `undefined`, so that value says it was none. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `JSON.parse` keeps the last of two equal names in silence, so the names of valid JSON are read a second time. */
function readNames(json: string) {
  const open: Set<string>[] = [];
  const names: string[] = [];
  const doubled: string[] = [];
  let depth = 0;
  for (const [token, quoted = '', colon] of json.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth = Math.max(depth, open.push(new Set()));
    if (token === '}' || token === ']') open.pop();
    if (colon === undefined) continue;
    const name = String(parseJson(quoted));
    if (open.at(-1)?.has(name)) doubled.push(open.length === 1 ? name : `/${name}`);
    open.at(-1)?.add(name);
    names.push(name);
  }
  return { depth, names, doubled };
}

function readPart(segment: string): Part {
  const unread = (problem: string): Part => ({ problem, members: {}, names: [], doubled: [] });
  const bytes = fromBase64url(segment);
  if (bytes === undefined) return unread('not base64url');
  if (!isUtf8(bytes)) return unread('not UTF-8');
  const text = bytes.toString('utf8');
  const members = parseJson(text);
  if (!isObject(members)) return unread('not a JSON object');
  const { depth, names, doubled } = readNames(text);
  return depth > DEEPEST_JSON ? unread('nested too deep') : { members, names, doubled };
}

/** ASCII only: some other letters become ASCII ones in lower case, and a look-alike host would be the host. */
const lower = (text: string) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
const withoutSlash = (url: string) => (url.endsWith('/') ? url.slice(0, -1) : url);
/** By hand, because `URL` would also drop a default port, resolve dots and swallow white space. */
const looseUrl = (url: string) => withoutSlash(url).replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, lower);
const sameUrl = (one: unknown, own: string, strict: boolean) =>
  one === own || (!strict && typeof one === 'string' && looseUrl(one) === looseUrl(own));

/** An issuer is looked up as it is written; one trailing slash is the only latitude anybody takes. */
function trustedIssuerId({ trusted }: Verifier, iss: unknown, strict: boolean): string | undefined {
  if (!isName(iss)) return undefined;
  return (strict ? [iss] : [iss, withoutSlash(iss), `${iss}/`]).find((spelling) => Object.hasOwn(trusted, spelling));
}

/** `sign` alone is a careless publisher's word for a key that makes signatures. */
const mayVerify = (ops: unknown, strict: boolean) =>
  Array.isArray(ops) && (ops.includes('verify') || (!strict && ops.includes('sign')));

const KEY_FAULTS: readonly (readonly [string, (jwk: Members, alg: unknown, strict: boolean) => boolean])[] = [
  ['a key of another kind than the algorithm', (jwk, alg) => jwk.kty !== ALGORITHMS.get(alg)?.kty],
  ['a key on another curve', (jwk, alg) => jwk.kty !== 'RSA' && jwk.crv !== ALGORITHMS.get(alg)?.crv],
  ['a key for another algorithm', (jwk, alg) => !absentOr((named) => named === alg, jwk.alg)],
  ['a key not for signatures', (jwk) => !absentOr((use) => use === 'sig', jwk.use)],
  ['a key not for verifying', (jwk, _, strict) => !absentOr((ops) => mayVerify(ops, strict), jwk.key_ops)],
  ['a key published with its private part', (jwk, _, strict) => strict && jwk.d !== undefined],
];

/** From the public members only, whatever is published with them. */
function importKey({ kty, n, e, crv, x, y }: Members): KeyObject | undefined {
  const key = kty === 'RSA' ? { kty, n, e } : { kty, crv, x, ...(kty === 'EC' ? { y } : {}) };
  try {
    return createPublicKey({ key: key as JsonWebKey, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function certifies(x5c: unknown, key: KeyObject): boolean {
  if (!Array.isArray(x5c) || !isName(x5c[0])) return false;
  try {
    return new X509Certificate(Buffer.from(x5c[0], 'base64')).publicKey.equals(key);
  } catch {
    return false;
  }
}

function usableKey(jwk: Members, alg: unknown, strict: boolean): KeyObject | string {
  const fault = KEY_FAULTS.find(([, applies]) => applies(jwk, alg, strict));
  if (fault !== undefined) return fault[0];
  const key = importKey(jwk);
  if (key === undefined) return 'no public key';
  if (jwk.kty === 'RSA' && (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) return 'a key too short';
  return absentOr((x5c) => certifies(x5c, key), jwk.x5c) ? key : 'a key other than that of its certificate';
}

const seconds = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN);
const isDate = (value: unknown) => !Number.isNaN(seconds(value));

function gather(verifier: Verifier, presented: Presented, strict: boolean): Facts {
  const segments = presented.assertion.length > LONGEST_TOKEN ? [] : presented.assertion.split('.');
  const [head, body] = [readPart(segments[0] ?? ''), readPart(segments[1] ?? '')];
  const { kid, alg } = head.members;
  const { iss, sub, tenant, exp, iat } = body.members;
  const idpId = trustedIssuerId(verifier, iss, strict);
  const idp = (idpId === undefined ? undefined : verifier.trusted[idpId]) ?? { jwks: { keys: [] }, users: [] };
  const user = idp.users.find((known) => known.sub === sub && absentOr((of) => of === tenant, known.tenant));
  // The issuer's published set and nothing else: `jwk`, `jku`, `x5u` and `x5c` of the header are never looked at.
  const named = idp.jwks.keys.filter((jwk) => isObject(jwk) && absentOr((id) => id === jwk.kid, kid));
  const judged = named.map((jwk) => usableKey(jwk, alg, strict));
  const keys = judged.filter((key) => typeof key !== 'string');
  const unfit = judged.find((key) => typeof key === 'string') ?? 'no such key';
  const problem = head.problem ?? body.problem ?? (fromBase64url(segments[2] ?? '') ? undefined : 'not base64url');
  const token = { segments, problem, head, body, header: head.members, claims: body.members };
  return { ...verifier, ...presented, ...token, idpId, idp, user, keys, unfit, exp: seconds(exp), iat: seconds(iat) };
}

/* What the checks ask of the facts. */

function verifies(key: KeyObject, { segments, header }: Facts): boolean {
  const algorithm = ALGORITHMS.get(header.alg);
  const signature = fromBase64url(segments[2] ?? '');
  if (algorithm === undefined || signature === undefined) return false;
  if (signature.length !== (algorithm.bytes ?? signature.length)) return false;
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  const how = { key, dsaEncoding: 'ieee-p1363' as const, ...(algorithm.pss ? pss : {}) };
  return verify(algorithm.hash, Buffer.from(`${segments[0]}.${segments[1]}`), how, signature);
}

/** The strict reading has no leeway, but no clocks agree on a fraction of a second: it compares whole ones. */
const isAhead = (date: unknown, { now, leeway }: Facts, strict: boolean) =>
  strict ? Math.floor(seconds(date)) > Math.floor(now) : seconds(date) > now + leeway;

const isRecent = (time: unknown, { now, maxAuthAge = DAY }: Facts) => seconds(time) >= now - maxAuthAge;

function mayAssert({ emailDomains }: TrustedIssuer, email: unknown): boolean {
  const domain = typeof email === 'string' ? /^[^@]+@([^@]+)$/.exec(email)?.[1] : undefined;
  return domain !== undefined && has(emailDomains?.map(lower), lower(domain));
}

const hasEmail = (email: unknown) => (user: KnownUser) =>
  typeof email === 'string' && user.email !== undefined && lower(user.email) === lower(email);
const isTheirs = (email: unknown, { idp, user }: Facts) =>
  idp.users.filter(hasEmail(email)).every((one) => one === user);

/** An email that a user of the issuer has already would make two accounts of one person, or one of two. */
const mayProvision = ({ idp, claims: { email, email_verified } }: Facts) =>
  mayAssert(idp, email) && has([true, undefined], email_verified) && !idp.users.some(hasEmail(email));

function isActor(act: unknown, left = LONGEST_ACTOR_CHAIN): boolean {
  if (!isObject(act) || left === 0) return false;
  return (isName(act.sub) || isName(act.iss)) && absentOr((next) => isActor(next, left - 1), act.act);
}

const isNameId = (subId: Members) =>
  subId.format === 'saml-nameid' &&
  ['issuer', 'nameid'].every((member) => isName(subId[member])) &&
  NAME_ID_OPTIONAL.every((member) => absentOr(isName, subId[member]));
const isNameIdAlone = (subId: Members) => Object.keys(subId).every((member) => has(NAME_ID_MEMBERS, member));
/** A transient NameID cannot be looked up: whoever tolerates it goes by `sub` alone. */
const isNameIdOf = ({ samlNameId: known }: Partial<KnownUser> = {}, subId: Members) =>
  subId.nameid_format === TRANSIENT ||
  (absentOr((issuer) => issuer === subId.issuer, known?.issuer) &&
    ['nameid', ...NAME_ID_OPTIONAL].every((member) => known?.[member] === subId[member]));

const isUri = (value: unknown) => typeof value === 'string' && /^[a-z][a-z0-9+.-]*:[^\s#]+$/i.test(value);
const listOf = (value: unknown): unknown[] => (value === undefined ? [] : [value].flat());
const ownResources = ({ resources }: Facts, named: unknown, strict: boolean) =>
  resources.filter((own) => listOf(named).some((one) => sameUrl(one, own, strict)));
const ownsAll = (named: unknown, { resources }: Facts) => listOf(named).every((one) => has(resources, one));

/** A list is no scope, but there are servers that take it for none. */
const isScopeOrList = (value: unknown) => Array.isArray(value) || (typeof value === 'string' && SCOPE.test(value));
const grantable = ({ claims: { scope }, scopes, user }: Facts) =>
  typeof scope === 'string'
    ? scope.split(' ').filter((one) => has(scopes, one) && has(user?.scopes ?? [one], one))
    : [];

const isDetail = (value: unknown): value is { type: string } => isObject(value) && isName(value.type);
const supports = ({ supportsRar }: Verifier, details: unknown) =>
  supportsRar !== undefined && listOf(details).every((one) => isDetail(one) && has(supportsRar, one.type));
const isThumbprint = (cnf: unknown) =>
  isObject(cnf) && Object.keys(cnf).join() === 'jkt' && typeof cnf.jkt === 'string' && /^[\w-]{43}$/.test(cnf.jkt);

/* The checks, in the order they are asked. A name says what must hold. */

const CRIT = 'RFC 7515, "crit" (Critical) Header Parameter';

/** A list that asks for nothing: a producer must not write it, and a recipient may refuse it. */
const isMisused = (crit: unknown) => Array.isArray(crit) && crit.every((name) => REGISTERED.includes(name));

type Fails = (facts: Facts, strict: boolean) => boolean;
const check = (name: string, source: string, fails: Fails): Check => ({
  ...{ name, source },
  refuses: (facts, strictness) => (fails(facts, strictness === 'strict') ? `against ${source}` : undefined),
});
/** What a claim must be if it is there. */
const claim = (
  key: string,
  name: string,
  source: string,
  is: (value: unknown, facts: Facts, strict: boolean) => boolean,
) => check(name, source, (facts, strict) => !absentOr((value) => is(value, facts, strict), facts.claims[key]));
/** Of those who may accept it, the strict one does not. */
const strictly = ({ refuses, ...rest }: Check): Check => ({
  ...rest,
  refuses: (facts, strictness) => (strictness === 'strict' ? refuses(facts, strictness) : undefined),
});
/** Only a RAS that resolves users by NameID asks about `sub_id`; any other may pass it over. */
const bySaml = (name: string, source: string, holds: (subId: Members, facts: Facts) => boolean) =>
  check(name, source, (facts) => {
    const { sub_id } = facts.claims;
    return facts.needsSamlSubject === true && !(isObject(sub_id) && holds(sub_id, facts));
  });

const idJag = (section: string) => `draft-ietf-oauth-identity-assertion-authz-grant-04, ${section}`;
const CLAIMS = idJag('ID-JAG Claims');
const PROCESSING = idJag('Access Token Request: Processing Rules');
const TRUST = idJag('Overview');
const DOMAIN = idJag('Cross-Domain Use');
const TENANT = idJag('Issuer and Tenant Relationship');
const CLIENT_TENANT = idJag('Client ID and Tenant Relationship');
const SUB_ID = idJag('SAML NameID Subject Identifier: Subject Identifier Processing');
const BINDING = idJag('Sender Constraining Tokens: Proof-of-Possession');
const CHAINING = 'draft-ietf-oauth-identity-chaining-17, JWT Authorization Grant: Processing Rules';
const ALGORITHM = 'RFC 8725, Perform Algorithm Verification';
const ISSUER_KEYS = 'RFC 8725, Validate Issuer and Subject';
const VALIDATION = 'RFC 7515, Message Signature or MAC Validation';
const HEADER = 'RFC 7515, JOSE Header';
const KID = 'RFC 7515, "kid" (Key ID) Header Parameter';
const CONTENT = 'RFC 7519, "cty" (Content Type) Header Parameter';
const CLAIM_SET = 'RFC 7519, JWT Claims';
const JTI = 'RFC 7519, "jti" (JWT ID) Claim';
const FORMAT = 'RFC 7523, JWT Format and Processing Requirements';
const ASSERTION = 'RFC 7521, General Assertion Format and Processing Rules';
const RESOURCE = 'RFC 8707, Resource Parameter';
const DETAILS = 'RFC 9396, Request Parameter "authorization_details"';
const EMAIL = 'OpenID Connect Core 1.0, Standard Claims';

export const CHECKS: readonly Check[] = [
  check('size-bounded', 'a bound of our own', ({ assertion }) => assertion.length > LONGEST_TOKEN),
  check('compact-serialization', 'RFC 7515, JWS Compact Serialization', ({ segments }) => segments.length !== 3),
  { name: 'unreadable', source: VALIDATION, refuses: ({ problem }) => problem },
  check('header-names-unique', HEADER, ({ head }) => head.doubled.length > 0),
  check('alg-allowed', ALGORITHM, ({ header: { alg }, algorithms }) => !ALGORITHMS.has(alg) || !has(algorithms, alg)),
  strictly(check('alg-usual', ALGORITHM, ({ header }) => header.alg !== 'RS256')),
  check('crit-absent', CRIT, ({ header: { crit } }, strict) => crit !== undefined && (strict || !isMisused(crit))),
  check(
    'payload-base64',
    'RFC 7797, Intended Use by Applications',
    ({ header }) => !has([undefined, true], header.b64),
  ),
  strictly(check('payload-uncompressed', HEADER, ({ header }) => header.zip !== undefined)),
  check('payload-not-nested', CONTENT, ({ header }) => typeof header.cty === 'string' && NESTED.test(header.cty)),
  check('typ-is-id-jag', CLAIMS, ({ header: { typ } }) => typeof typ !== 'string' || !ID_JAG.test(typ)),
  strictly(check('typ-spelt-exactly', CLAIMS, ({ header }) => header.typ !== 'oauth-id-jag+jwt')),
  strictly(check('kid-present', KID, ({ header }) => header.kid === undefined)),
  check('kid-is-a-string', KID, ({ header }) => !absentOr((kid) => typeof kid === 'string', header.kid)),
  // A parser may also go by the last of the two, as JSON.parse does; then the checks below judge that one.
  check('claim-names-unique', CLAIM_SET, ({ body }, strict) => strict && body.doubled.length > 0),
  check('iss-trusted', TRUST, ({ idpId }) => idpId === undefined),
  check('iss-connected', TRUST, ({ idp }) => idp.revoked === true),
  check('iss-not-self', DOMAIN, ({ idpId = '', issuer }) => withoutSlash(idpId) === withoutSlash(issuer)),
  { name: 'key-published', source: ISSUER_KEYS, refuses: ({ keys, unfit }) => (keys.length > 0 ? undefined : unfit) },
  strictly(check('kid-unambiguous', KID, ({ keys }) => keys.length > 1)),
  check('signature-valid', VALIDATION, (facts) => !facts.keys.some((key) => verifies(key, facts))),

  strictly(check('claim-names-plain', CLAIM_SET, ({ body }) => OBJECT_NAMES.some((name) => has(body.names, name)))),
  check('aud-single', PROCESSING, ({ claims }) => [claims.aud].flat().length !== 1),
  check('aud-is-self', PROCESSING, ({ claims, issuer }, strict) => !sameUrl([claims.aud].flat()[0], issuer, strict)),
  check('client-authenticated', idJag('Client Authentication'), ({ clientIds, clientId }) => !has(clientIds, clientId)),
  check('client-id-is-presenter', PROCESSING, ({ claims, clientId }) => claims.client_id !== clientId),
  strictly(check('jti-present', CLAIMS, ({ claims }) => claims.jti === undefined)),
  claim('jti', 'jti-is-a-string', JTI, isName),

  check('exp-is-a-date', FORMAT, ({ exp }) => !isDate(exp)),
  check('iat-is-a-date', CLAIMS, ({ iat }) => !isDate(iat)),
  claim('nbf', 'nbf-is-a-date', FORMAT, isDate),
  check('not-expired', FORMAT, ({ exp, now, leeway }, strict) => exp <= now - (strict ? 0 : leeway)),
  check('not-issued-ahead', FORMAT, (facts, strict) => isAhead(facts.iat, facts, strict)),
  claim('nbf', 'not-before-reached', FORMAT, (nbf, facts, strict) => !isAhead(nbf, facts, strict)),
  // Only of what has not expired: the rest is inside the leeway, and judged by that.
  check('exp-after-iat', FORMAT, ({ exp, iat, now }) => exp > now && exp < iat),
  strictly(check('lifetime-short', ASSERTION, ({ exp, iat, leeway }) => exp - iat > STRICT_LIFETIME + leeway)),
  strictly(claim('auth_time', 'sign-in-recent', 'OpenID Connect Core 1.0, ID Token', isRecent)),

  claim('tenant', 'tenant-is-a-string', CLAIMS, isName),
  claim('aud_tenant', 'aud-tenant-is-a-string', CLAIMS, isName),
  claim('aud_sub', 'aud-sub-is-a-string', CLAIMS, isName),
  check('tenant-linked', TENANT, ({ claims: { tenant }, idp }) => !has(idp.tenants ?? [tenant], tenant)),
  claim('tenant', 'client-in-tenant', CLIENT_TENANT, (tenant, { clientTenants: of, clientId = '' }) =>
    has(of?.[clientId] ?? [tenant], tenant),
  ),
  strictly(check('aud-tenant-present', CLAIMS, ({ claims, tenants }) => !!tenants && claims.aud_tenant === undefined)),
  claim('aud_sub', 'aud-sub-in-a-tenant', CLAIMS, (_, { claims, tenants }) => !tenants || isName(claims.aud_tenant)),
  claim('aud_tenant', 'aud-tenant-own', CLAIMS, (tenant, { tenants = [tenant] }) => has(tenants, tenant)),
  claim('aud_tenant', 'aud-tenant-linked', TRUST, (tenant, { idp }) => has(idp.audTenants ?? [tenant], tenant)),

  check('sub-present', FORMAT, ({ claims }) => !isName(claims.sub)),
  check('sub-not-a-client', 'RFC 9700, Client Impersonating Resource Owner', ({ claims, clientIds }) =>
    has(clientIds, claims.sub),
  ),
  // Who never reads it need not mind what it is.
  strictly(claim('email', 'email-is-a-string', EMAIL, isName)),
  claim(
    'email',
    'email-in-idp-domain',
    ISSUER_KEYS,
    (email, { idp }) => !isName(email) || !idp.emailDomains || mayAssert(idp, email),
  ),
  check('user-found-or-made', CHAINING, (facts) => facts.user === undefined && !mayProvision(facts)),
  strictly(check('user-found', CHAINING, ({ user }) => user === undefined)),
  check('user-active', ISSUER_KEYS, ({ user }) => user?.status === 'deprovisioned'),
  strictly(claim('email', 'email-of-user', 'OpenID Connect Core 1.0, Claim Stability and Uniqueness', isTheirs)),
  claim('aud_sub', 'aud-sub-of-user', CLAIMS, (id, { user }) => id === user?.audSub),
  strictly(claim('act', 'act-names-an-actor', 'RFC 8693, "act" (Actor) Claim', (act) => isActor(act))),
  bySaml('sub-id-is-a-name-id', SUB_ID, isNameId),
  strictly(bySaml('sub-id-members-defined', 'RFC 9493, Subject Identifiers', isNameIdAlone)),
  strictly(bySaml('sub-id-stable', SUB_ID, (id) => id.nameid_format !== TRANSIENT)),
  bySaml('sub-id-issuer-linked', idJag('Subject Identifier Trust'), (id, { idp }) => has(idp.samlIssuers, id.issuer)),
  bySaml('sub-id-of-user', SUB_ID, (id, { user }) => isNameIdOf(user, id)),

  claim('resource', 'resource-is-a-uri', RESOURCE, (named) => listOf(named).every(isUri)),
  claim('resource', 'resource-own', PROCESSING, (named, ras, strict) => ownResources(ras, named, strict).length > 0),
  strictly(claim('resource', 'resource-all-own', PROCESSING, ownsAll)),
  check('resource-required', PROCESSING, (ras) => !!ras.needsResource && ras.claims.resource === undefined),
  strictly(check('resource-named', CLAIMS, ({ claims }) => claims.resource === undefined)),
  claim('scope', 'scope-readable', 'RFC 6749, Access Token Scope', isScopeOrList),
  strictly(check('scope-is-a-string', CLAIMS, ({ claims }) => typeof claims.scope !== 'string')),
  strictly(check('scope-grantable', PROCESSING, (facts) => facts.claims.scope !== grantable(facts).join(' '))),
  claim('authorization_details', 'details-readable', DETAILS, (list) => Array.isArray(list) && list.every(isDetail)),
  claim('authorization_details', 'details-supported', DETAILS, (list, ras) => supports(ras, list)),

  claim('cnf', 'cnf-enforceable', 'RFC 7800, Confirmation Claim', isThumbprint),
  claim('cnf', 'cnf-proved', BINDING, (cnf, { dpopThumbprint }) => isObject(cnf) && cnf.jkt === dpopThumbprint),
  check('proof-present', BINDING, ({ needsProof, dpopThumbprint }) => !!needsProof && dpopThumbprint === undefined),
  // Last, because what was refused for another reason has not been redeemed.
  strictly(claim('jti', 'jti-fresh', JTI, (jti, { idpId = '', spent }) => !has(spent?.[idpId], jti))),
];

export function verifyIdJag(verifier: Verifier, presented: Presented, strictness: Strictness): Verdict {
  const facts = gather(verifier, presented, strictness === 'strict');
  for (const { name, refuses } of CHECKS) {
    const why = refuses(facts, strictness);
    if (why !== undefined) return { accepted: false, check: name, why };
  }
  const resources = ownResources(facts, facts.claims.resource, strictness === 'strict');
  const user = { issuer: facts.idpId ?? '', sub: String(facts.claims.sub) };
  return { accepted: true, ...user, scopes: grantable(facts), resources };
}
