/** A token before it is signed, and signing one as a server of the org does: header members in Okta's order. */
import { signJws } from './jws.js';
import type { KeyRing } from './keys.js';
import { unfriendlyClaims, unfriendlyHeader } from './unfriendly.js';

export interface UnsignedJws {
  /** Undefined: the header has none. */
  readonly typ?: string | undefined;
  readonly claims: object;
}

/** @param server `org`, or the id of a custom authorization server */
export async function signFor(server: string, { typ, claims }: UnsignedJws, keys: KeyRing): Promise<string> {
  const throwing = keys.unfriendly();
  const { kid, alg, key } = await keys.signingKey(server, throwing);
  const header = typ === undefined ? { kid, alg } : { kid, typ, alg };
  if (!throwing) return signJws(header, claims, key);
  return signJws(unfriendlyHeader(header, throwing), unfriendlyClaims(typ, claims, throwing), key);
}
