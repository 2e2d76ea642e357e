/** Who signs a bent token: for each signer the `alg` and `kid` that it writes, and the signature over any bytes. */
import { constants, createHmac, createPublicKey, type JsonWebKey, type KeyObject, sign as signWith } from 'node:crypto';
import type { SignerName } from '../../edge-cases/edits.js';
import type { EdgeCaseKey, EdgeCaseKeyName, EdgeCaseKeys } from './edge-case-keys.js';

/** Keys that are not the program's own: of the org that issues, and what its user gave. */
export interface SigningKeys {
  readonly active: EdgeCaseKey;
  /** Published beside the active one. */
  readonly retired?: EdgeCaseKey | undefined;
  readonly ras?: EdgeCaseKey | undefined;
  readonly client?: EdgeCaseKey | undefined;
  readonly clientSecret?: string | undefined;
  /** Public key of the resource authorization server, for JWEs. */
  readonly encryption?: JsonWebKey | undefined;
  readonly edge: EdgeCaseKeys;
  /** Makes a key of a JWK, and remembers it: that costs as much as a signature. */
  readonly importKey: (jwk: JsonWebKey) => KeyObject;
}

/** Makes signatures; `kid` undefined: it writes none. */
export interface Signer {
  readonly alg: string;
  readonly kid: string | undefined;
  readonly sign: (input: Buffer) => Buffer;
}

/** What node's sign is told for an algorithm. RFC 7518 "Digital Signatures". */
const ALGORITHMS = {
  RS256: { hash: 'sha256', options: {} },
  RS512: { hash: 'sha512', options: {} },
  PS256: { hash: 'sha256', options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } },
  ES256: { hash: 'sha256', options: { dsaEncoding: 'ieee-p1363' } },
  EdDSA: { hash: null, options: {} },
} as const;
type Algorithm = keyof typeof ALGORITHMS;

function privateKeySigner(
  alg: Algorithm,
  { kid, jwk }: EdgeCaseKey,
  { importKey }: Pick<SigningKeys, 'importKey'>,
  shown = kid,
): Signer {
  const { hash, options } = ALGORITHMS[alg];
  const key = importKey(jwk);
  return { alg, kid: shown, sign: (input) => signWith(hash, input, { key, ...options }) };
}

function hmacSigner(secret: string | Buffer, kid: string): Signer {
  return { alg: 'HS256', kid, sign: (input) => createHmac('sha256', secret).update(input).digest() };
}

const publicKeyOf = (jwk: JsonWebKey) => createPublicKey({ key: jwk, format: 'jwk' });

/** The public JWK as a key set has it, as text. */
function publicJwkText({ kid, jwk: { kty, n, e } }: EdgeCaseKey): string {
  return JSON.stringify({ kty, alg: 'RS256', kid, use: 'sig', e, n });
}

/** A key that this request came without. The caller has asked for it before. */
function given<T>(key: T | undefined, whose: string): T {
  if (key === undefined) throw new Error(`A token was about to be signed by ${whose}, of whom no key was given.`);
  return key;
}

/** What curve the key of others is on decides how it signs. */
const algorithmOf = ({ kty, crv }: JsonWebKey): Algorithm =>
  kty === 'RSA' ? 'RS256' : crv === 'P-256' ? 'ES256' : 'EdDSA';

/** A signer by the private key of somebody else than the org. */
export const ofOthers = (key: EdgeCaseKey, keys: Pick<SigningKeys, 'importKey'>): Signer =>
  privateKeySigner(algorithmOf(key.jwk), key, keys);

type MakeSigner = (keys: SigningKeys) => Signer;
const edge =
  (alg: Algorithm, name: EdgeCaseKeyName): MakeSigner =>
  (keys) =>
    privateKeySigner(alg, keys.edge.keys[name], keys);
const byActive =
  (alg: Algorithm): MakeSigner =>
  (keys) =>
    privateKeySigner(alg, keys.active, keys);
const hs256 =
  (secretOf: (keys: SigningKeys) => string | Buffer): MakeSigner =>
  (keys) =>
    hmacSigner(secretOf(keys), keys.active.kid);

export const SIGNER_MAKERS: Readonly<Record<SignerName, MakeSigner>> = {
  active: byActive('RS256'),
  retired: (keys) => privateKeySigner('RS256', given(keys.retired, 'a second key of the org'), keys),
  unpublished: edge('RS256', 'unpublished'),
  newcomer: edge('RS256', 'newcomer'),
  withdrawn: edge('RS256', 'withdrawn'),
  attacker: edge('RS256', 'attacker'),
  'other-issuer': edge('RS256', 'other-issuer'),
  ras: (keys) => ofOthers(given(keys.ras, 'the resource authorization server'), keys),
  client: (keys) => ofOthers(given(keys.client, 'the client'), keys),
  rs512: edge('RS512', 'rs512'),
  ps256: edge('PS256', 'ps256'),
  'ps256-of-rs256-key': byActive('PS256'),
  es256: edge('ES256', 'es256'),
  'es256-of-rsa-key': (keys) => privateKeySigner('ES256', keys.edge.keys.es256, keys, keys.active.kid),
  'es256-of-p384-key': edge('ES256', 'p384'),
  eddsa: edge('EdDSA', 'eddsa'),
  'rsa-1024': edge('RS256', 'rsa-1024'),
  'enc-key': edge('RS256', 'enc-key'),
  'keyops-sign-key': edge('RS256', 'keyops-sign-key'),
  'private-jwk-key': edge('RS256', 'private-jwk-key'),
  'x5c-mismatch-key': edge('RS256', 'x5c-mismatch-key'),
  'oct-key': ({ edge: { keys } }) => hmacSigner(Buffer.from(keys['oct-key'].jwk.k as string, 'base64url'), 'edge-oct'),
  none: ({ active }) => ({ alg: 'none', kid: active.kid, sign: () => Buffer.alloc(0) }),
  'hs256-pem': hs256(({ active }) => publicKeyOf(active.jwk).export({ format: 'pem', type: 'spki' })),
  'hs256-der': hs256(({ active }) => publicKeyOf(active.jwk).export({ format: 'der', type: 'spki' })),
  'hs256-jwk': hs256(({ active }) => publicJwkText(active)),
  'hs256-modulus': hs256(({ active }) => Buffer.from(active.jwk.n as string, 'base64url')),
  'hs256-client-secret': hs256(({ clientSecret }) => given(clientSecret, 'the client by its secret')),
  'hs256-empty': hs256(() => ''),
};
