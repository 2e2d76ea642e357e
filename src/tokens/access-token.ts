/**
 * Access tokens. The org's own are meant for the org alone (opaque by contract, aud = org); a custom server's are for the
 * resources of that server.
 */
import * as z from 'zod';
import { newTokenId } from '../protocol/ids.js';
import type { Fact } from '../protocol/rule.js';
import { JWT_TYPE } from '../protocol/urns.js';
import type { User } from '../registry/user.js';
import type { KeyRing } from './keys.js';
import { type OwnTokenContent, verifyOwnToken } from './own-token.js';
import { signFor, type UnsignedJws } from './unsigned-jws.js';

export const ACCESS_TOKEN_SECONDS = 3600;

/** What an access token says. Times in seconds. */
export interface AccessTokenContent extends OwnTokenContent {
  readonly audience: string;
  /** Undefined: the client asked in its own name. */
  readonly user: User | undefined;
  /** Who acts for the user, when the token was redeemed from an ID-JAG. */
  readonly act?: object | undefined;
  readonly subProfile?: string | undefined;
}

/** Okta: `sub` is the login, with the user id as `uid`; of a client in its own name, it is the client id, and no `uid`. */
export function accessTokenJws(content: AccessTokenContent): UnsignedJws {
  const ofOrg = content.server === 'org';
  const sub = content.user?.profile.login ?? content.clientId;
  const claims = {
    ver: 1,
    jti: newTokenId('AT', content.grantId),
    iss: content.issuer,
    aud: content.audience,
    ...(ofOrg && { sub }),
    iat: content.now,
    exp: content.now + ACCESS_TOKEN_SECONDS,
    cid: content.clientId,
    uid: content.user?.id,
    scp: content.scopes,
    auth_time: content.user && content.authTime,
    ...(!ofOrg && { sub, act: content.act, sub_profile: content.subProfile }),
  };
  return { typ: ofOrg ? JWT_TYPE.orgAccessToken : undefined, claims };
}

export async function issueAccessToken(content: AccessTokenContent, keys: KeyRing): Promise<string> {
  return signFor(content.server, accessTokenJws(content), keys);
}

const AccessTokenClaims = z.object({
  iss: z.string(),
  aud: z.string(),
  sub: z.string(),
  iat: z.number(),
  exp: z.number(),
  jti: z.string().startsWith('AT.'),
  cid: z.string(),
  uid: z.string().optional(),
  scp: z.array(z.string()),
  act: z.unknown().optional(),
});
export type AccessTokenClaims = z.infer<typeof AccessTokenClaims>;

/** The claims of an access token that the server signed, or `invalid`. Whether it is still good is for the caller. */
export function verifyAccessToken(
  token: string,
  keys: KeyRing,
  server: string,
): Promise<Fact<AccessTokenClaims, 'invalid'>> {
  const typ = server === 'org' ? JWT_TYPE.orgAccessToken : undefined;
  return verifyOwnToken(token, keys, server, { typ, claims: AccessTokenClaims });
}
