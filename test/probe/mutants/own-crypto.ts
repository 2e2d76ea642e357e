/** Cryptography as servers write it themselves: the parts of a JWS, keys fetched without ceremony, and loose comparisons. */
import { createHmac, createPublicKey, type JsonWebKey, timingSafeEqual, verify } from 'node:crypto';
import type { IdJag } from '../../../examples/resource-app/id-jag.js';
import type { Passes } from './mutant.js';

export type Jwk = JsonWebKey & { readonly kid?: string; readonly k?: string };

export async function keysAt(url: string): Promise<readonly Jwk[]> {
  const response = await fetch(url);
  return ((await response.json()) as { keys: readonly Jwk[] }).keys;
}

export const keysOf = (issuer: string): Promise<readonly Jwk[]> => keysAt(`${issuer}/oauth2/v1/keys`);

/** The key that the issuer publishes under the kid of the token. */
export async function keyOf({ header }: IdJag, issuer: string): Promise<Jwk | undefined> {
  return (await keysOf(issuer)).find(({ kid }) => kid === header.kid);
}

const partsOf = (compact: string) => {
  const [header = '', payload = '', signature = ''] = compact.split('.');
  return { input: Buffer.from(`${header}.${payload}`), signature: Buffer.from(signature, 'base64url') };
};

interface How {
  readonly hash?: string;
  readonly padding?: number;
  readonly dsaEncoding?: 'ieee-p1363' | 'der';
}

/** Whether the key made the signature. */
export function signedBy(compact: string, jwk: Jwk | undefined, { hash = 'sha256', ...how }: How = {}): boolean {
  if (!jwk) return false;
  const { input, signature } = partsOf(compact);
  const { kty, n, e, crv, x, y } = jwk;
  const key = createPublicKey({ key: { kty, n, e, crv, x, y } as JsonWebKey, format: 'jwk' });
  return verify(hash, input, { key, ...how }, signature);
}

export function hmacIs(compact: string, secret: string | Buffer): boolean {
  const { input, signature } = partsOf(compact);
  const due = createHmac('sha256', secret).update(input).digest();
  return due.length === signature.length && timingSafeEqual(due, signature);
}

/** Verifies RS256 by the key of that kid, whatever else the header or the key say. */
export const verifiesRs256: Passes = async (idJag, { trustedIssuer }) =>
  signedBy(idJag.compact, await keyOf(idJag, trustedIssuer));
