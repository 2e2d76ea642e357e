/**
 * What the server remembers between requests: who has an account, and which ID-JAGs were redeemed. In memory here; servers
 * that share their clients must share these as well.
 */
import { createHash } from 'node:crypto';
import type { CheckContext } from './checks.js';
import { isSameName, readSubId, type SamlName, type SubId } from './sub-id.js';

/** An account, filed under the issuer that vouches for it and that issuer's name for the person; never under an email. */
export interface User {
  readonly iss: string;
  readonly sub: string;
  readonly email?: string;
  /** What the issuer calls the person by SAML, where that is how people sign in here. */
  readonly nameId?: SamlName;
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

/** How users are found. */
export type Users = Pick<CheckContext, 'knowsUser' | 'subOf'> & {
  /** The account that a token is about, whose claims have passed the checks. */
  readonly findUser: (
    claims: Readonly<Record<string, unknown>>,
  ) => Pick<User, 'sub'> & { readonly email: string | undefined };
};

/**
 * The accounts that exist; without a list, whoever the trusted issuer vouches for is given one on the spot.
 * @param samlIssuer linked to the issuer: accounts are then found by NameID, of which the SAML issuer is a part
 */
export function createUsers(users: readonly User[] | undefined, samlIssuer?: string): Users {
  const find = (iss: unknown, sub: unknown) => users?.find((user) => user.iss === iss && user.sub === sub);
  const named = (iss: unknown, subId: SubId | undefined) => {
    if (subId === undefined || subId.issuer !== samlIssuer) return undefined;
    const { format: _, issuer: __, ...name } = subId;
    return users?.find((user) => user.iss === iss && user.nameId !== undefined && isSameName(user.nameId, name));
  };
  return {
    knowsUser: (iss, sub) => users === undefined || find(iss, sub) !== undefined,
    subOf: (iss, subId) => named(iss, subId)?.sub,
    findUser({ iss, sub, email, sub_id }) {
      const fresh = { sub: String(sub), email: typeof email === 'string' ? email : undefined };
      const { sub: known, email: address } = named(iss, readSubId(sub_id)) ?? find(iss, sub) ?? fresh;
      return { sub: known, email: address ?? fresh.email };
    },
  };
}
