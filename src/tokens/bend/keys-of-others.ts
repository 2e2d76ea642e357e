/** Keys of others that a user hands over as JWK: whether something can be signed with them, or encrypted for them. */
import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import * as z from 'zod';

type Jwk = JsonWebKey & { readonly kid?: string | undefined };

/** Whether a key can be made of it, and is one of those. */
function isKey(make: () => KeyObject, fits: (key: KeyObject) => boolean): boolean {
  try {
    return fits(make());
  } catch {
    return false;
  }
}

const SIGNING = ['rsa', 'ed25519'];
const canSign = (jwk: Jwk) =>
  isKey(
    () => createPrivateKey({ key: jwk, format: 'jwk' }),
    ({ asymmetricKeyType, asymmetricKeyDetails }) =>
      SIGNING.includes(asymmetricKeyType as string) || asymmetricKeyDetails?.namedCurve === 'prime256v1',
  );
const canEncrypt = (jwk: Jwk) =>
  isKey(
    () => createPublicKey({ key: jwk, format: 'jwk' }),
    ({ asymmetricKeyDetails }) => (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048,
  );

/** A private key of somebody else, for what edge cases and clients sign with it. */
export const PrivateJwk = z
  .looseObject({ kty: z.string(), kid: z.string().optional() })
  .refine(canSign, 'is no private key as JWK, of RSA, P-256 or Ed25519');

/** A public key of somebody else, whom something is encrypted for. */
export const RsaPublicJwk = z
  .looseObject({ kty: z.string() })
  .refine(canEncrypt, 'is no RSA key as JWK of 2048 bits or more');
