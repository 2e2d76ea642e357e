/**
 * The subject token of an exchange: an ID token, a refresh token or an access token of this org, read into the same facts
 * whichever it is.
 */
import { issuerOf, type Org } from '../org.js';
import { grantIdOf } from '../protocol/ids.js';
import { type Fact, isKnown, problem } from '../protocol/rule.js';
import { TOKEN_TYPE } from '../protocol/urns.js';
import { applications } from '../registry/application.js';
import { authorizationServers } from '../registry/authorization-server.js';
import type { View } from '../store/port.js';
import { verifyAccessToken } from '../tokens/access-token.js';
import { verifyIdToken } from '../tokens/id-token.js';
import { peek } from '../tokens/jws.js';
import { fingerprint, type Grant, grants, isRotatedOut, refreshTokens, sessions } from './records.js';

/** Who signed in, to which application, and whether that still counts. */
export interface SubjectToken {
  readonly kind: 'id_token' | 'refresh_token' | 'access_token';
  /** Undefined: of a client in its own name. */
  readonly userId: string | undefined;
  /** The client it was minted for; of a SAML application, which has none, its id. */
  readonly clientId: string;
  /** The agent that was given the refresh token for an assertion; undefined: the client itself was given the token. */
  readonly heldBy: string | undefined;
  /** `org`, or the id of the custom authorization server that issued it. */
  readonly server: string;
  readonly serverActive: boolean;
  /** Epoch milliseconds before which it does not count; 0 for a refresh token, which does not say. */
  readonly notBefore: number;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** What it was issued under; a token outlives the record of it when the org was reset meanwhile. */
  readonly grant: Grant | undefined;
  /** A refresh token that was replaced by another, longer ago than the leeway. */
  readonly rotatedOut: boolean;
  /** The session it came from was ended. A session that nothing is known of counts as live. */
  readonly sessionEnded: boolean;
  /** Its `act` claim, as it stands. */
  readonly act: unknown;
  /** The sign-in released the email address. */
  readonly email: boolean;
}

/** `foreign-issuer`: it names an issuer that is no server of this org; whether it is good is not asked then. */
export type SubjectTokenProblem = 'invalid' | 'foreign-issuer';

/** What is read from one view of the store. */
export interface Sources {
  readonly org: Org;
  readonly view: View;
  /** Epoch milliseconds. */
  readonly now: number;
}

type Read = (token: string, sources: Sources) => Promise<Fact<SubjectToken, SubjectTokenProblem>>;

/** The server of this org whose issuer the token names, without believing it yet. */
function namedServer({ org, view }: Sources, token: string): Fact<string, SubjectTokenProblem> {
  const { iss } = peek(token);
  // An issuer is a URL; what names itself otherwise is no token of any server.
  if (typeof iss !== 'string' || !/^https?:\/\//.test(iss)) return problem('invalid');
  const servers = ['org', ...view.list(authorizationServers).map((server) => server.id)];
  return servers.find((server) => issuerOf(org, server) === iss) ?? problem('foreign-issuer');
}

/** Whether the server is switched on; the org itself always is. */
export function isActiveServer(view: View, server: string): boolean {
  return server === 'org' || view.get(authorizationServers, server)?.status === 'ACTIVE';
}

function sessionEnded(org: Org, grant: Grant | undefined): boolean {
  const sessionId = grant?.sessionId;
  return sessionId !== undefined && org.store.live.findBy(sessions, 'sessionId', sessionId)[0]?.ended === true;
}

/** What both kinds of JWT say, once they are verified. */
interface Claims {
  readonly jti: string;
  readonly iat: number;
  readonly nbf?: number | undefined;
  readonly exp: number;
}

function ofJwt(sources: Sources, server: string, { jti, iat, nbf, exp }: Claims) {
  const grant = sources.org.store.live.get(grants, grantIdOf(jti));
  return {
    server,
    serverActive: isActiveServer(sources.view, server),
    notBefore: Math.max(iat, nbf ?? 0) * 1000,
    expiresAt: exp * 1000,
    grant,
    rotatedOut: false,
    sessionEnded: sessionEnded(sources.org, grant),
  };
}

async function readIdToken(token: string, sources: Sources): Promise<Fact<SubjectToken, SubjectTokenProblem>> {
  const server = namedServer(sources, token);
  if (!isKnown(server)) return server;
  const claims = await verifyIdToken(token, sources.org.keys, server);
  if (!isKnown(claims)) return problem('invalid');
  const { sub: userId, aud: clientId, act, email } = claims;
  return {
    ...ofJwt(sources, server, claims),
    ...{ kind: 'id_token', userId, clientId, heldBy: undefined, act, email: email !== undefined },
  };
}

async function readAccessToken(token: string, sources: Sources): Promise<Fact<SubjectToken, SubjectTokenProblem>> {
  const server = namedServer(sources, token);
  if (!isKnown(server)) return server;
  const claims = await verifyAccessToken(token, sources.org.keys, server);
  if (!isKnown(claims)) return problem('invalid');
  const { uid: userId, cid: clientId, act } = claims;
  return {
    ...ofJwt(sources, server, claims),
    ...{ kind: 'access_token', userId, clientId, heldBy: undefined, act, email: false },
  };
}

async function readRefreshToken(token: string, sources: Sources): Promise<Fact<SubjectToken, SubjectTokenProblem>> {
  const { org, view, now } = sources;
  const record = org.store.live.get(refreshTokens, fingerprint(token));
  const grant = record && org.store.live.get(grants, record.grantId);
  if (!record || !grant) return problem('invalid');
  const rotation = view.findBy(applications, 'clientId', record.clientId)[0]?.oidc?.refreshToken;
  return {
    kind: 'refresh_token',
    userId: grant.userId,
    clientId: grant.signedInTo ?? record.clientId,
    heldBy: grant.signedInTo && record.clientId,
    server: grant.server,
    serverActive: isActiveServer(sources.view, grant.server),
    notBefore: 0,
    expiresAt: record.expiresAt,
    grant,
    rotatedOut: isRotatedOut(record, rotation?.leeway ?? 0, now),
    sessionEnded: false,
    act: undefined,
    // An org was seen to send it after a SAML sign-in whatever the scopes, and after others by the scope.
    email: grant.signedInTo !== undefined || grant.scopes.includes('email'),
  };
}

/** The subject token types that are read. ID-JAG draft, "Token Exchange Request"; an access token is Okta's alone. */
export const SUBJECT_TOKEN_READERS: ReadonlyMap<string, Read> = new Map([
  [TOKEN_TYPE.idToken, readIdToken],
  [TOKEN_TYPE.refreshToken, readRefreshToken],
  [TOKEN_TYPE.accessToken, readAccessToken],
]);
