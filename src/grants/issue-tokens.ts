/** Turns a grant into the tokens of an ordinary answer: access token, and by scope an ID token and a refresh token. */
import { issuerOf, secondsNow, settingsOf } from '../org.js';
import { newId, newSecret } from '../protocol/ids.js';
import { GRANT_TYPE } from '../protocol/urns.js';
import type { Client } from '../registry/client.js';
import type { User } from '../registry/user.js';
import { type Change, insert } from '../store/port.js';
import { ACCESS_TOKEN_SECONDS, type AccessTokenContent, issueAccessToken } from '../tokens/access-token.js';
import { type IdTokenContent, issueIdToken } from '../tokens/id-token.js';
import { type ClientCall, serverId, type TokenResponse } from './call.js';
import {
  fingerprint,
  type Grant,
  grants,
  REFRESH_TOKEN_LIFETIME,
  type RefreshToken,
  refreshTokens,
} from './records.js';

/** On whose behalf, and by which server, tokens are issued. `now`: epoch milliseconds. */
export type Issuing = Pick<ClientCall, 'org' | 'now' | 'server'> & {
  readonly client: Pick<Client, 'clientId' | 'grantTypes'>;
};

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
  call: Issuing,
  of: Pick<Grant, 'authTime'> & {
    userId?: string;
    scopes: readonly string[];
    id?: string;
    sessionId?: string;
    signedInTo?: string;
  },
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
export function getsRefreshToken(call: Issuing, scopes: readonly string[]): boolean {
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
export function openGrant(call: Issuing, grant: Grant): { changes: Change[]; refreshToken?: string } {
  const opened = insert(grants, grant);
  if (!getsRefreshToken(call, grant.scopes)) return { changes: [opened] };
  const { token, filed } = newRefreshToken(grant);
  return { changes: [opened, filed], refreshToken: token };
}

/** Both tokens of a grant, not yet signed. */
export interface GrantTokens {
  readonly accessToken: AccessTokenContent;
  /** Absent: the client asked in its own name. The hash of the access token is still to come. */
  readonly idToken: IdTokenContent | undefined;
}

/** What the tokens of a grant say. */
export function tokensOf(call: Issuing, { grant, user, scopes, act, subProfile, nonce }: Issue): GrantTokens {
  const { org } = call;
  const server = serverId(call);
  const facts = {
    issuer: issuerOf(org, server),
    server,
    clientId: call.client.clientId,
    grantId: grant.id,
    scopes,
    now: secondsNow(org),
    authTime: grant.authTime,
  };
  const audience = call.server === 'org' ? org.issuer : call.server.audience;
  return {
    accessToken: { ...facts, user, audience, act, subProfile },
    idToken: user && { ...facts, user, orgId: settingsOf(org).id, nonce },
  };
}

/** Signs the tokens and lays them out in Okta's order. */
export async function issueTokens(call: Issuing, issue: Issue): Promise<TokenResponse> {
  const { keys } = call.org;
  const content = tokensOf(call, issue);
  const accessToken = await issueAccessToken(content.accessToken, keys);
  const idToken =
    content.idToken && issue.scopes.includes('openid')
      ? await issueIdToken({ ...content.idToken, accessToken }, keys)
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
