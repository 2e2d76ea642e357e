/**
 * The subject token of an exchange: an ID token or a refresh token of this org, read into the same facts whichever it is.
 */
import { issuerOf, type Org } from '../org.js';
import { grantIdOf } from '../protocol/ids.js';
import { type Fact, isKnown, problem } from '../protocol/rule.js';
import { TOKEN_TYPE } from '../protocol/urns.js';
import { authorizationServers } from '../registry/authorization-server.js';
import type { View } from '../store/port.js';
import { verifyIdToken } from '../tokens/id-token.js';
import { peek } from '../tokens/jws.js';
import { fingerprint, type Grant, grants, refreshTokens, sessions } from './records.js';

/** Who signed in, to which application, and whether that still counts. */
export interface SubjectToken {
  readonly userId: string;
  /** The client it was minted for. */
  readonly clientId: string;
  /** `org`, or the id of the custom authorization server that issued it. */
  readonly server: string;
  readonly serverActive: boolean;
  /** Epoch milliseconds; 0 for a refresh token, which does not say. */
  readonly issuedAt: number;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** Its grant was revoked, or it was rotated out. */
  readonly revoked: boolean;
  /** The session it came from was ended. A session that nothing is known of counts as live. */
  readonly sessionEnded: boolean;
  /** The sign-in released the email address. */
  readonly email: boolean;
}

/** What is read from one view of the store. */
export interface Sources {
  readonly org: Org;
  readonly view: View;
}

type Read = (token: string, sources: Sources) => Promise<Fact<SubjectToken, 'invalid'>>;

/** The server of this org whose issuer the token names, without believing it yet. */
function namedServer({ org, view }: Sources, token: string): string | undefined {
  const { iss } = peek(token);
  const servers = ['org', ...view.list(authorizationServers).map((server) => server.id)];
  return servers.find((server) => issuerOf(org, server) === iss);
}

function isActive({ view }: Sources, server: string): boolean {
  return server === 'org' || view.get(authorizationServers, server)?.status === 'ACTIVE';
}

function sessionEnded(org: Org, grant: Grant | undefined): boolean {
  const sessionId = grant?.sessionId;
  return sessionId !== undefined && org.store.live.findBy(sessions, 'sessionId', sessionId)[0]?.ended === true;
}

async function readIdToken(token: string, sources: Sources): Promise<Fact<SubjectToken, 'invalid'>> {
  const { org } = sources;
  const server = namedServer(sources, token);
  const claims = server === undefined ? problem('invalid') : await verifyIdToken(token, org.keys, server);
  if (!isKnown(claims)) return problem('invalid');
  const grant = org.store.live.get(grants, grantIdOf(claims.jti));
  return {
    userId: claims.sub,
    clientId: claims.aud,
    server: server as string,
    serverActive: isActive(sources, server as string),
    issuedAt: claims.iat * 1000,
    expiresAt: claims.exp * 1000,
    revoked: grant?.revoked === true,
    sessionEnded: sessionEnded(org, grant),
    email: claims.email !== undefined,
  };
}

async function readRefreshToken(token: string, sources: Sources): Promise<Fact<SubjectToken, 'invalid'>> {
  const { org } = sources;
  const record = org.store.live.get(refreshTokens, fingerprint(token));
  const grant = record && org.store.live.get(grants, record.grantId);
  if (!record || !grant) return problem('invalid');
  return {
    userId: grant.userId,
    clientId: record.clientId,
    server: grant.server,
    serverActive: isActive(sources, grant.server),
    issuedAt: 0,
    expiresAt: record.expiresAt,
    revoked: grant.revoked || record.rotatedAt !== undefined,
    sessionEnded: false,
    email: grant.scopes.includes('email'),
  };
}

/** The subject token types that can be exchanged for an ID-JAG. ID-JAG draft, "Token Exchange Request". */
export const SUBJECT_TOKEN_READERS: ReadonlyMap<string, Read> = new Map([
  [TOKEN_TYPE.idToken, readIdToken],
  [TOKEN_TYPE.refreshToken, readRefreshToken],
]);
