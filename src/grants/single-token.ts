/** One token of a grant of its own, not yet signed: for who asks for that token alone. */
import type { TokenKind } from '../edge-cases/token-edits.js';
import { secondsNow } from '../org.js';
import type { User } from '../registry/user.js';
import { type Change, insert } from '../store/port.js';
import { accessTokenJws } from '../tokens/access-token.js';
import { type IdTokenContent, idTokenJws } from '../tokens/id-token.js';
import type { UnsignedJws } from '../tokens/unsigned-jws.js';
import { type Issuing, newGrant, newRefreshToken, tokensOf } from './issue-tokens.js';
import { grants } from './records.js';

/** A token that is not signed yet, or is opaque and never signed. */
export interface SingleToken {
  readonly unsigned?: UnsignedJws;
  readonly opaque?: string;
  /** The server whose key signs. */
  readonly server: string;
  readonly clientId: string;
  /** What the org must remember of it. */
  readonly changes: readonly Change[];
}

/** The tokens that the org issues for itself. */
export type OwnTokenKind = Exclude<TokenKind, 'id-jag'>;

export function singleToken(kind: OwnTokenKind, issuing: Issuing, user: User, scopes: readonly string[]): SingleToken {
  const grant = newGrant(issuing, { userId: user.id, scopes, authTime: secondsNow(issuing.org) });
  const of = { server: grant.server, clientId: grant.clientId };
  const opened = insert(grants, grant);
  if (kind === 'refresh-token') {
    const { token, filed } = newRefreshToken(grant);
    return { ...of, opaque: token, changes: [opened, filed] };
  }
  const { accessToken, idToken } = tokensOf(issuing, { grant, user, scopes });
  const unsigned = kind === 'access-token' ? accessTokenJws(accessToken) : idTokenJws(idToken as IdTokenContent);
  return { ...of, unsigned, changes: [opened] };
}
