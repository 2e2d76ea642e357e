/**
 * What the server remembers between requests: who has an account, and which ID-JAGs were redeemed. In memory here; servers
 * that share their clients must share these as well.
 */
import { createHash } from 'node:crypto';
import type { CheckContext } from './checks.js';

/** An account, filed under the issuer that vouches for it and that issuer's name for the person; never under an email. */
export interface User {
  readonly iss: string;
  readonly sub: string;
  readonly email?: string;
}

const MAX_CLAIMED_JTIS = 10_000;

/** Remembers which ID-JAGs were redeemed until they expire, and accepts none rather than forget one. */
export function createJtiClaims(now: () => number): CheckContext['claimJti'] {
  const expiries = new Map<string, number>();
  return (iss, jti, exp) => {
    for (const [key, expiry] of expiries) if (expiry <= now()) expiries.delete(key);
    // An issuer answers for the uniqueness of its own identifiers only, so both make the key; hashed, it stays short.
    const identity = JSON.stringify([iss, jti]);
    const key = createHash('sha256').update(identity).digest('base64url');
    if (expiries.has(key) || expiries.size >= MAX_CLAIMED_JTIS) return false;
    expiries.set(key, Number(exp));
    return true;
  };
}

/** The accounts that exist; without a list, whoever the trusted issuer vouches for is given one on the spot. */
export function createUsers(users: readonly User[] | undefined) {
  const find = (iss: unknown, sub: unknown) => users?.find((user) => user.iss === iss && user.sub === sub);
  return {
    knowsUser: (iss: unknown, sub: unknown) => users === undefined || find(iss, sub) !== undefined,
    findUser({ iss, sub, email }: Readonly<Record<string, unknown>>) {
      const fresh = { sub: String(sub), email: typeof email === 'string' ? email : undefined };
      return { ...fresh, ...find(iss, sub) };
    },
  };
}
