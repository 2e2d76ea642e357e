/**
 * The records behind what the token endpoint hands out: the grant that every code, access and refresh token leads back
 * to, refresh tokens, codes, and the assertions that were spent.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { collection } from '../registry/collection.js';

/** The name under which a secret is filed, so that no store and no log ever holds the secret itself. */
export function fingerprint(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/**
 * One user's consent to one client, or a client's own use of its credentials; revoking it ends every token that came from
 * it. Times: ms for expiry, s otherwise.
 */
export const Grant = z.strictObject({
  id: z.string(),
  /** `org`, or the id of the custom authorization server that issued it. */
  server: z.string(),
  clientId: z.string(),
  /** Absent: the client asked in its own name. */
  userId: z.string().optional(),
  scopes: z.array(z.string()),
  /** When the user, or for want of one the client, authenticated; in seconds. */
  authTime: z.number(),
  sessionId: z.string().optional(),
  /** Id of the SAML application whose assertion it was opened for; absent: the user signed in to the client itself. */
  signedInTo: z.string().optional(),
  revoked: z.boolean(),
  expiresAt: z.number(),
});
export type Grant = z.infer<typeof Grant>;
export const grants = collection({
  name: 'grants',
  lifetime: 'durable',
  schema: Grant,
  indexes: {
    user: (grant) => (grant.userId === undefined ? [] : [grant.userId]),
    client: (grant) => [grant.clientId, ...(grant.signedInTo === undefined ? [] : [grant.signedInTo])],
  },
});

/** Filed under its fingerprint. A rotated-out token stays, so that its reuse is noticed. */
export const RefreshToken = z.strictObject({
  id: z.string(),
  grantId: z.string(),
  clientId: z.string(),
  /** When it was rotated out, epoch milliseconds. */
  rotatedAt: z.number().optional(),
  expiresAt: z.number(),
});
export type RefreshToken = z.infer<typeof RefreshToken>;
export const refreshTokens = collection({ name: 'refreshTokens', lifetime: 'durable', schema: RefreshToken });

/** Whether the token was replaced by another so long ago that its use is reuse. @param leeway seconds @param now ms */
export function isRotatedOut({ rotatedAt }: RefreshToken, leeway: number, now: number): boolean {
  return rotatedAt !== undefined && (leeway === 0 || now > rotatedAt + leeway * 1000);
}

/** An authorization code, filed under its fingerprint. A spent one stays until it expires; reuse revokes the grant. */
export const AuthorizationCode = z.strictObject({
  id: z.string(),
  grantId: z.string(),
  server: z.string(),
  clientId: z.string(),
  userId: z.string(),
  scopes: z.array(z.string()),
  redirectUri: z.string(),
  codeChallenge: z.string().optional(),
  nonce: z.string().optional(),
  authTime: z.number(),
  sessionId: z.string(),
  spent: z.boolean(),
  expiresAt: z.number(),
});
export type AuthorizationCode = z.infer<typeof AuthorizationCode>;
export const codes = collection({ name: 'codes', lifetime: 'transient', schema: AuthorizationCode });

/** The jti of a client assertion or an ID-JAG, or the ID of a SAML assertion, that has been used. Its id names the kind, the issuer and that. */
export const SpentAssertion = z.strictObject({ id: z.string(), expiresAt: z.number() });
export const spentAssertions = collection({ name: 'spentAssertions', lifetime: 'transient', schema: SpentAssertion });

/** A user's sign-in, held by the `idx` cookie and filed under its fingerprint. An ended one stays until it expires. */
export const Session = z.strictObject({
  id: z.string(),
  /** The session's public id, `102…`; what grants and the System Log call it. */
  sessionId: z.string(),
  userId: z.string(),
  /** Seconds. */
  authTime: z.number(),
  ended: z.boolean(),
  expiresAt: z.number(),
});
export type Session = z.infer<typeof Session>;
export const sessions = collection({
  name: 'sessions',
  lifetime: 'transient',
  schema: Session,
  indexes: { sessionId: (session) => [session.sessionId], user: (session) => [session.userId] },
});

/**
 * Lifetimes in milliseconds: Okta's five minutes for a code, ninety days for a refresh token, thirty for one that a SAML
 * assertion was exchanged for, two hours for a session.
 */
export const CODE_LIFETIME = 5 * 60_000;
export const REFRESH_TOKEN_LIFETIME = 90 * 24 * 3_600_000;
export const EXCHANGED_REFRESH_TOKEN_LIFETIME = 30 * 24 * 3_600_000;
export const SESSION_LIFETIME = 2 * 3_600_000;
