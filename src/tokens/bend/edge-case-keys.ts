/** The keys that edge cases are signed with: shipped with the program, known to everybody, and published only on request. */
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import type { SignerName } from '../../edge-cases/edits.js';

export interface EdgeCaseKey {
  readonly kid: string;
  /** Private, or symmetric. */
  readonly jwk: JsonWebKey;
}

const KEY_NAMES = [
  ...(['attacker', 'unpublished', 'newcomer', 'withdrawn', 'other-issuer', 'rs512', 'ps256', 'es256', 'p384'] as const),
  ...(['eddsa', 'rsa-1024', 'enc-key', 'keyops-sign-key', 'private-jwk-key', 'x5c-mismatch-key', 'oct-key'] as const),
] as const;
export type EdgeCaseKeyName = (typeof KEY_NAMES)[number];

export interface EdgeCaseKeys {
  readonly keys: Readonly<Record<EdgeCaseKeyName, EdgeCaseKey>>;
  /** X.509 in DER and base64, by the name of whose key they are about. */
  readonly certificates: Readonly<Record<string, string>>;
}

type Published = Readonly<Record<string, unknown>>;

/** What of a private JWK may be shown. */
export function publicHalfOf(jwk: JsonWebKey): JsonWebKey {
  return createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'jwk' });
}

function publicJwk({ kid, jwk }: EdgeCaseKey, more: Published): Published {
  return { ...publicHalfOf(jwk), kid, use: 'sig', ...more };
}

/** How the key of a signer stands in a key set that has it on purpose; undefined: it is never there, or always. */
export function publishedFor(signer: SignerName, { keys, certificates }: EdgeCaseKeys): Published | undefined {
  const forms: Partial<Record<SignerName, () => Published>> = {
    attacker: () => publicJwk(keys.attacker, { alg: 'RS256' }),
    newcomer: () => publicJwk(keys.newcomer, { alg: 'RS256' }),
    withdrawn: () => publicJwk(keys.withdrawn, { alg: 'RS256' }),
    'other-issuer': () => publicJwk(keys['other-issuer'], { alg: 'RS256' }),
    rs512: () => publicJwk(keys.rs512, { alg: 'RS512' }),
    ps256: () => publicJwk(keys.ps256, { alg: 'PS256' }),
    es256: () => publicJwk(keys.es256, { alg: 'ES256' }),
    'es256-of-p384-key': () => publicJwk(keys.p384, {}),
    eddsa: () => publicJwk(keys.eddsa, { alg: 'EdDSA' }),
    'rsa-1024': () => publicJwk(keys['rsa-1024'], { alg: 'RS256' }),
    'enc-key': () => publicJwk(keys['enc-key'], { use: 'enc' }),
    'keyops-sign-key': () => publicJwk(keys['keyops-sign-key'], { alg: 'RS256', use: undefined, key_ops: ['sign'] }),
    'private-jwk-key': () => ({ ...keys['private-jwk-key'].jwk, kid: 'edge-private', alg: 'RS256', use: 'sig' }),
    'x5c-mismatch-key': () => publicJwk(keys['x5c-mismatch-key'], { alg: 'RS256', x5c: [certificates.attacker] }),
    'oct-key': () => ({ ...keys['oct-key'].jwk, kid: 'edge-oct', alg: 'HS256', use: 'sig' }),
  };
  return forms[signer]?.();
}
