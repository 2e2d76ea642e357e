/** Makes a fresh key for signing: RSA of 2048 bits, named by its thumbprint (RFC 7638). Takes about 0.2 s. */
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { SigningJwk } from '../registry/jwk.js';

/** A key pair that no server has yet. */
export interface NewSigningKey {
  readonly kid: string;
  readonly jwk: SigningJwk;
}

export async function newSigningKey(): Promise<NewSigningKey> {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const jwk = SigningJwk.parse(await exportJWK(privateKey));
  return { kid: await calculateJwkThumbprint(jwk), jwk };
}
