/**
 * The access tokens of this Resource Authorization Server: RFC 9068 JWTs for one audience, its own MCP server, signed with
 * a key that lives as long as the process.
 */
import { randomUUID } from 'node:crypto';
import type { AuthInfo } from '@modelcontextprotocol/server';
import { OAuthError, OAuthErrorCode } from '@modelcontextprotocol/server';
import { generateKeyPair, jwtVerify, SignJWT } from 'jose';
import * as z from 'zod';

export const ACCESS_TOKEN_SECONDS = 600;

const Claims = z.object({
  sub: z.string(),
  client_id: z.string(),
  exp: z.number(),
  scope: z.string().optional(),
  email: z.string().optional(),
});

/** Who may do what: all that an access token says beyond its audience and its age. */
export interface Access {
  readonly sub: string;
  readonly email: string | undefined;
  readonly clientId: string;
  readonly scopes: readonly string[];
}

export interface AccessTokens {
  readonly issue: (access: Access, now: number) => Promise<string>;
  /** What the MCP server asks about a bearer token; throws the error that the SDK turns into a 401 challenge. */
  readonly verifyAccessToken: (token: string) => Promise<AuthInfo>;
}

/** The two halves of one key pair: the token endpoint issues, the MCP endpoint verifies. */
export async function createAccessTokens(issuer: string, mcpUrl: string, now: () => number): Promise<AccessTokens> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const expected = { issuer, audience: mcpUrl, typ: 'at+jwt', algorithms: ['ES256'], requiredClaims: ['exp'] };
  return {
    issue({ sub, email, clientId, scopes }, at) {
      const scope = scopes.length > 0 ? { scope: scopes.join(' ') } : {};
      return new SignJWT({ client_id: clientId, email, ...scope })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience(mcpUrl)
        .setSubject(sub)
        .setJti(randomUUID())
        .setIssuedAt(at)
        .setExpirationTime(at + ACCESS_TOKEN_SECONDS)
        .sign(privateKey);
    },
    async verifyAccessToken(token) {
      try {
        const verified = await jwtVerify(token, publicKey, { ...expected, currentDate: new Date(now() * 1000) });
        const { sub, client_id: clientId, exp, scope, email } = Claims.parse(verified.payload);
        const scopes = scope?.split(' ') ?? [];
        return { token, clientId, scopes, expiresAt: exp, resource: new URL(mcpUrl), extra: { sub, email } };
      } catch {
        throw new OAuthError(OAuthErrorCode.InvalidToken, 'The access token is not valid here.');
      }
    },
  };
}
