/** RFC 7636: what a code challenge and a code verifier look like, and whether they belong together (S256 only). */
import { createHash } from 'node:crypto';

const UNRESERVED = /^[A-Za-z0-9._~-]{43,128}$/;

/** RFC 7636 "Client Creates a Code Verifier" and "Client Creates the Code Challenge": 43 to 128 unreserved characters. */
export function isPkceValue(text: string): boolean {
  return UNRESERVED.test(text);
}

/** The challenge of a verifier, by S256. */
export const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');

/** Whether `verifier` hashes to `challenge` with S256. */
export function matchesChallenge(verifier: string, challenge: string): boolean {
  return isPkceValue(verifier) && challengeOf(verifier) === challenge;
}
