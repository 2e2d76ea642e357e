/** Whether a public key that is registered over the API is one that signatures can be verified with, and long enough. */
import { createPublicKey } from 'node:crypto';
import type { NewJwk } from './jwk.js';

/** Octets of one coordinate. RFC 7518 "Parameters for Elliptic Curve Public Keys". */
const COORDINATE = { 'P-256': 32, 'P-384': 48, 'P-521': 66 } as const;

const octets = (text: string) => Buffer.from(text, 'base64url');

/** Bits of the modulus without its leading zeros. */
function modulusBits(n: string): number {
  const bytes = octets(n);
  const first = bytes.findIndex((byte) => byte !== 0);
  return first === -1 ? 0 : (bytes.length - first) * 8 - (Math.clz32(bytes[first] as number) - 24);
}

/** The number that the octets are; 0 where there are none. */
const numberOf = (text: string) => BigInt(`0x0${octets(text).toString('hex')}`);

const isOdd = (number: bigint) => number % 2n === 1n;

/** OpenSSL takes a point only if it lies on its curve. */
function isOnCurve({ kty, crv, x, y }: Extract<NewJwk, { kty: 'EC' }>): boolean {
  try {
    createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' });
    return true;
  } catch {
    return false;
  }
}

/** What is wrong with a key: the member that it is about, and a sentence without a subject. */
export interface KeyProblem {
  readonly member: string;
  readonly says: string;
}

/** What is wrong with the numbers of the key; undefined: nothing. */
export function keyWeakness(jwk: NewJwk): KeyProblem | undefined {
  if (jwk.kty === 'EC') {
    const wanted = COORDINATE[jwk.crv];
    const fits = [jwk.x, jwk.y].every((text) => octets(text).length === wanted);
    const says = `is no point of ${jwk.crv}: x and y must have ${wanted} octets each, and lie on the curve`;
    return fits && isOnCurve(jwk) ? undefined : { member: 'x', says };
  }
  const bits = modulusBits(jwk.n);
  const exponent = numberOf(jwk.e);
  if (!isOdd(exponent) || exponent === 1n || octets(jwk.e).length > 8) {
    return { member: 'e', says: 'is no public exponent: an odd number above 1, of 8 octets at most' };
  }
  const says = `is a modulus of ${bits} bits; it must have 2048 to 16384`;
  if (bits < 2048 || bits > 16_384) return { member: 'n', says };
  return isOdd(numberOf(jwk.n)) ? undefined : { member: 'n', says: 'is no modulus: it is even' };
}
