/** ID tokens as an Okta org writes them: no `typ` in the header, claims by scope, an hour of life. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { newTokenId } from '../protocol/ids.js';
import type { Fact } from '../protocol/rule.js';
import { displayName, type User } from '../registry/user.js';
import type { KeyRing } from './keys.js';
import { type OwnTokenContent, verifyOwnToken } from './own-token.js';
import { signFor, type UnsignedJws } from './unsigned-jws.js';

export const ID_TOKEN_SECONDS = 3600;

/** What an ID token says. Times in seconds. */
export interface IdTokenContent extends OwnTokenContent {
  readonly orgId: string;
  readonly user: User;
  readonly nonce?: string | undefined;
  /** The access token it is issued with. */
  readonly accessToken?: string | undefined;
}

/** The claims about a user that the scopes release. OpenID Connect Core "Requesting Claims using Scope Values". */
export function userClaims(user: User, scopes: readonly string[]): Record<string, unknown> {
  const { profile } = user;
  return {
    ...(scopes.includes('profile') && {
      name: displayName(user),
      preferred_username: profile.login,
      given_name: profile.firstName,
      family_name: profile.lastName,
      locale: profile.locale,
      zoneinfo: profile.timezone,
      updated_at: Math.floor(Date.parse(user.lastUpdated) / 1000),
    }),
    ...(scopes.includes('email') && { email: profile.email, email_verified: true }),
  };
}

/** at_hash: the left half of the SHA-256 of the access token. OpenID Connect Core "ID Token". */
function accessTokenHash(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url');
}

/** The ID token, not yet signed. */
export function idTokenJws(content: IdTokenContent): UnsignedJws {
  const claims = {
    sub: content.user.id,
    ...userClaims(content.user, content.scopes),
    ver: 1,
    iss: content.issuer,
    aud: content.clientId,
    iat: content.now,
    exp: content.now + ID_TOKEN_SECONDS,
    jti: newTokenId('ID', content.grantId),
    amr: ['pwd'],
    idp: content.orgId,
    nonce: content.nonce,
    auth_time: content.authTime,
    at_hash: content.accessToken && accessTokenHash(content.accessToken),
  };
  return { claims };
}

export async function issueIdToken(content: IdTokenContent, keys: KeyRing): Promise<string> {
  return signFor(content.server, idTokenJws(content), keys);
}

const IdTokenClaims = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.string(),
  iat: z.number(),
  exp: z.number(),
  nbf: z.number().optional(),
  jti: z.string().startsWith('ID.'),
  email: z.string().optional(),
  /** Judged by rules of its own. */
  act: z.unknown().optional(),
});
export type IdTokenClaims = z.infer<typeof IdTokenClaims>;

/**
 * The claims of an ID token that a server of this org signed, or `invalid`. Whether it has expired is for the rules.
 * An ID token carries no `typ`, which keeps ID-JAGs and access tokens out.
 */
export function verifyIdToken(token: string, keys: KeyRing, server: string): Promise<Fact<IdTokenClaims, 'invalid'>> {
  return verifyOwnToken(token, keys, server, { typ: undefined, claims: IdTokenClaims });
}
