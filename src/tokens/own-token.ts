/** What ID tokens and access tokens share: what they are made from, and how a server recognises one of its own. */
import type * as z from 'zod';
import { type Fact, isKnown, problem } from '../protocol/rule.js';
import { verifyJws } from './jws.js';
import type { KeyRing } from './keys.js';

/** What every token of a grant is made from. Times in seconds. */
export interface OwnTokenContent {
  readonly issuer: string;
  /** `org` or the id of the custom server that issues it. */
  readonly server: string;
  readonly clientId: string;
  readonly grantId: string;
  readonly scopes: readonly string[];
  readonly now: number;
  readonly authTime: number;
}

/**
 * The claims of a token that the server signed, or `invalid`. The `typ` must be the one of this kind of token, so that
 * none passes for another. Whether the token has expired is for the rules.
 */
export async function verifyOwnToken<T>(
  token: string,
  keys: KeyRing,
  server: string,
  kind: { readonly typ: string | undefined; readonly claims: z.ZodType<T> },
): Promise<Fact<T, 'invalid'>> {
  const verified = await verifyJws(token, keys.ofServer(server), ['RS256']);
  if (!isKnown(verified) || verified.header.typ !== kind.typ) return problem('invalid');
  const claims = kind.claims.safeParse(verified.claims);
  return claims.success ? claims.data : problem('invalid');
}
