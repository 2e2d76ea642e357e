/** Turns a grant into the tokens of an ordinary answer: access token, and by scope an ID token and a refresh token. */
import { issuerOf, secondsNow, settingsOf } from '../org.js';
import { newId, newSecret } from '../protocol/ids.js';
import { GRANT_TYPE } from '../protocol/urns.js';
import type { User } from '../registry/user.js';
import { type Change, insert } from '../store/port.js';
import { ACCESS_TOKEN_SECONDS, issueAccessToken } from '../tokens/access-token.js';
import { issueIdToken } from '../tokens/id-token.js';
import { type ClientCall, serverId, type TokenResponse } from './call.js';
import {
  fingerprint,
  type Grant,
  grants,
  REFRESH_TOKEN_LIFETIME,
  type RefreshToken,
  refreshTokens,
} from './records.js';

/** What is issued for. */
export interface Issue {
  readonly grant: Grant;
  /** Left out: the client asked in its own name. */
  readonly user?: User;
  readonly scopes: readonly string[];
  readonly nonce?: string | undefined;
  readonly refreshToken?: string | undefined;
  readonly act?: object | undefined;
  readonly subProfile?: string | undefined;
}

/** A new grant, living as long as the longest of its tokens. */
export function newGrant(
  call: ClientCall,
  of: Pick<Grant, 'authTime'> & { userId?: string; scopes: readonly string[]; id?: string; sessionId?: string },
): Grant {
  const lifetime = of.scopes.includes('offline_access') ? REFRESH_TOKEN_LIFETIME : ACCESS_TOKEN_SECONDS * 1000;
  return {
    id: newId('grant'),
    ...of,
    scopes: [...of.scopes],
    server: serverId(call),
    clientId: call.client.clientId,
    revoked: false,
    expiresAt: call.now + lifetime,
  };
}

/** Whether the client gets a refresh token for these scopes: `offline_access`, and a client allowed to refresh. */
export function getsRefreshToken(call: ClientCall, scopes: readonly string[]): boolean {
  return scopes.includes('offline_access') && call.client.grantTypes.includes(GRANT_TYPE.refreshToken);
}

/** A fresh refresh token with the change that files it. Only its fingerprint is stored. */
export function newRefreshToken(grant: Grant): { token: string; filed: Change } {
  const token = newSecret(43);
  const record: RefreshToken = {
    id: fingerprint(token),
    grantId: grant.id,
    clientId: grant.clientId,
    expiresAt: grant.expiresAt,
  };
  return { token, filed: insert(refreshTokens, record) };
}

/** The changes that open a grant, and its refresh token if the client gets one. */
export function openGrant(call: ClientCall, grant: Grant): { changes: Change[]; refreshToken?: string } {
  const opened = insert(grants, grant);
  if (!getsRefreshToken(call, grant.scopes)) return { changes: [opened] };
  const { token, filed } = newRefreshToken(grant);
  return { changes: [opened, filed], refreshToken: token };
}

/** Signs the tokens and lays them out in Okta's order. */
export async function issueTokens(call: ClientCall, issue: Issue): Promise<TokenResponse> {
  const { org } = call;
  const { user, act, subProfile, nonce } = issue;
  const server = serverId(call);
  const facts = {
    issuer: issuerOf(org, server),
    server,
    clientId: call.client.clientId,
    grantId: issue.grant.id,
    scopes: issue.scopes,
    now: secondsNow(org),
    authTime: issue.grant.authTime,
  };
  const audience = call.server === 'org' ? org.issuer : call.server.audience;
  const accessToken = await issueAccessToken({ ...facts, user, audience, act, subProfile }, org.keys);
  const idToken =
    user && issue.scopes.includes('openid')
      ? await issueIdToken({ ...facts, user, orgId: settingsOf(org).id, nonce, accessToken }, org.keys)
      : undefined;
  return {
    token_type: 'Bearer',
    expires_in: ACCESS_TOKEN_SECONDS,
    access_token: accessToken,
    scope: issue.scopes.join(' '),
    ...(issue.refreshToken !== undefined && { refresh_token: issue.refreshToken }),
    ...(idToken !== undefined && { id_token: idToken }),
  };
}
