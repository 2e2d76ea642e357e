/** Whether a token that was handed out is still good, and how it is ended: introspection, revocation, userinfo. */
import { issuerOf, type Org } from '../org.js';
import { grantIdOf } from '../protocol/ids.js';
import { explain, firstBroken, isKnown, type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import type { Application } from '../registry/application.js';
import { type Client, findClient } from '../registry/client.js';
import { type User, users } from '../registry/user.js';
import { type Party, partyOfApp, partyOfUser } from '../syslog/event.js';
import { type AccessTokenClaims, verifyAccessToken } from '../tokens/access-token.js';
import { userClaims } from '../tokens/id-token.js';
import { revocation } from './authorization-code.js';
import { type Call, isRefusal, type Refusal, serverId } from './call.js';
import { authenticateClient } from './client-authentication.js';
import { RATE_RULES } from './rate-rule.js';
import { fingerprint, type Grant, grants, refreshTokens } from './records.js';
import { logRevocation } from './token-log.js';

/** What is needed to look at a token. */
type TokenCall = Pick<Call, 'org' | 'view' | 'now' | 'server'>;

interface IssuedToken {
  readonly grant: Grant;
  readonly access?: AccessTokenClaims;
}

/** Who holds a token: a user, or an app in its own name. */
type Holder = { readonly user: User; readonly app?: never } | { readonly user?: never; readonly app: Application };

type LiveToken = IssuedToken & Holder;

interface StateFacts {
  readonly token: string | undefined;
}

export const TOKEN_STATE_RULES: readonly Rule<StateFacts>[] = [
  rulesOver<StateFacts>()({
    name: 'token-sent',
    demands: 'token is there.',
    holds: (f) => f.token !== undefined,
    reason: 'missing_token_request_parameter',
    source: cite.oktaOidc('Introspect', 'documented'),
  }),
];

/** The grant behind a token, if the token was issued by the server and has not expired. */
async function grantBehind(call: TokenCall, token: string): Promise<IssuedToken | undefined> {
  const { live } = call.org.store;
  const refresh = live.get(refreshTokens, fingerprint(token));
  if (refresh) {
    const grant = refresh.rotatedAt === undefined && refresh.expiresAt > call.now && live.get(grants, refresh.grantId);
    return grant && grant.server === serverId(call) ? { grant } : undefined;
  }
  const access = await verifyAccessToken(token, call.org.keys, serverId(call));
  if (!isKnown(access) || access.exp * 1000 <= call.now) return undefined;
  const grant = live.get(grants, grantIdOf(access.jti));
  return grant && { grant, access };
}

/** Whom the grant is for, if they and the client that it was given to are active. */
function activeHolder({ view }: TokenCall, { userId, clientId }: Grant): Holder | undefined {
  const { active, app } = findClient(view, clientId) ?? {};
  if (!active) return undefined;
  if (userId === undefined) return app && { app };
  const user = view.get(users, userId);
  return user?.status === 'ACTIVE' ? { user } : undefined;
}

/** The token's grant and holder, when the grant stands and the holder is active. */
async function liveToken(call: TokenCall, token: string): Promise<LiveToken | undefined> {
  const behind = await grantBehind(call, token);
  const holder = behind && activeHolder(call, behind.grant);
  return behind && holder && !behind.grant.revoked ? { ...behind, ...holder } : undefined;
}

function activeBody({ grant, user, access }: LiveToken, org: Org): object {
  const username = user?.profile.login;
  const ofGrant = { active: true, client_id: grant.clientId, username, uid: user?.id };
  if (!access) {
    const exp = Math.floor(grant.expiresAt / 1000);
    return { ...ofGrant, scope: grant.scopes.join(' '), exp, sub: username, iss: issuerOf(org, grant.server) };
  }
  const { exp, iat, sub, aud, iss, jti } = access;
  return { ...ofGrant, token_type: 'Bearer', scope: access.scp.join(' '), exp, iat, sub, aud, iss, jti };
}

/** What both endpoints begin with: the rate limit, an authenticated client, and a token. */
async function readRequest(call: Call): Promise<{ client: Client; token: string } | Refusal> {
  const counted = explain(RATE_RULES, call);
  const exceeded = firstBroken(counted);
  if (exceeded) return { refused: exceeded, judged: counted };
  const authenticated = await authenticateClient(call);
  if (isRefusal(authenticated)) return authenticated;
  const token = call.form.get('token');
  const judged = [...authenticated.judged, ...explain(TOKEN_STATE_RULES, { token })];
  const refused = firstBroken(judged);
  return refused ? { refused, judged } : { client: authenticated.client, token: token as string };
}

/** RFC 7662: what is known of an active token, or that it is not active and nothing else. */
export async function introspect(call: Call): Promise<object | Refusal> {
  const request = await readRequest(call);
  if (isRefusal(request)) return request;
  const live = await liveToken(call, request.token);
  return live ? activeBody(live, call.org) : { active: false };
}

/**
 * RFC 7009: ends the grant of a token that was issued to the client; any other token is ignored.
 * @returns nothing, for there is nothing to say, or why the request is refused
 */
export async function revoke(call: Call): Promise<Refusal | undefined> {
  const request = await readRequest(call);
  if (isRefusal(request)) return request;
  const behind = await grantBehind(call, request.token);
  if (behind?.grant.clientId === request.client.clientId) {
    await call.org.store.commit(revocation(behind.grant), call.now);
    logRevocation(call, request.client);
  }
  return undefined;
}

/** Who holds an access token of the org's own server that is still good. */
export interface TokenHolder {
  readonly party: Party;
  readonly scopes: readonly string[];
}

/**
 * The holder of an access token of the org's own server, or undefined when the token is no good (any more). An app has the
 * scopes that stand in the token and are granted to it still.
 */
export async function accessTokenHolder(org: Org, token: string): Promise<TokenHolder | undefined> {
  const call = { org, view: org.store.view(), now: org.clock.now(), server: 'org' } as const;
  const live = await liveToken(call, token);
  if (!live?.access) return undefined;
  const { user, app, access } = live;
  if (user) return { party: partyOfUser(user), scopes: access.scp };
  return { party: partyOfApp(app), scopes: access.scp.filter((scope) => app.oidc?.oktaScopes.includes(scope)) };
}

/** Why userinfo has nothing to say. */
export type UserInfoProblem = 'invalid_token' | 'insufficient_scope';

/** OpenID Connect Core "UserInfo Endpoint": the claims that the access token's scopes release. */
export async function userInfo(call: Call, token: string): Promise<object | UserInfoProblem> {
  const live = await liveToken(call, token);
  if (!live?.access) return 'invalid_token';
  if (!live.user || !live.access.scp.includes('openid')) return 'insufficient_scope';
  return { sub: live.user.id, ...userClaims(live.user, live.access.scp) };
}
