/** grant_type=refresh_token: STATIC tokens stay, ROTATE tokens are replaced at each use; reuse ends the whole family. */
import { words } from '../protocol/form.js';
import { type Fact, problem, problemOf, type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import { GRANT_TYPE } from '../protocol/urns.js';
import type { Application, OidcSettings } from '../registry/application.js';
import { type User, users } from '../registry/user.js';
import { replace } from '../store/port.js';
import { partyOfUser } from '../syslog/event.js';
import { revocation } from './authorization-code.js';
import { type GrantType, serverId } from './call.js';
import { issueTokens, newRefreshToken } from './issue-tokens.js';
import { fingerprint, type Grant, grants, isRotatedOut, type RefreshToken, refreshTokens } from './records.js';

export interface RefreshFacts {
  readonly sent: string | undefined;
  readonly token: Fact<RefreshToken, 'unknown'> | undefined;
  readonly grant: Grant | undefined;
  readonly user: User | undefined;
  readonly clientId: string;
  readonly server: string;
  readonly rotation: OidcSettings['refreshToken'];
  /** Scopes asked for; none: all of the grant. */
  readonly scopes: readonly string[];
  readonly now: number;
}

const rule = rulesOver<RefreshFacts>();

const RULES: readonly Rule<RefreshFacts>[] = [
  rule({
    name: 'refresh-token-sent',
    demands: 'refresh_token is there.',
    holds: (f) => f.sent !== undefined,
    reason: 'missing_token_request_parameter',
    source: cite.oauth('Refreshing an Access Token'),
  }),
  rule({
    name: 'refresh-token-known',
    demands: 'The refresh token was issued by this server.',
    of: ['token'],
    holds: (f) => problemOf(f.token) === undefined && (f.grant === undefined || f.grant.server === f.server),
    reason: 'invalid_refresh_token',
    source: cite.oktaErrors('invalid_refresh_token'),
  }),
  rule({
    name: 'refresh-token-of-this-client',
    demands: 'The refresh token was issued to the client that sends it.',
    needs: ['token'],
    holds: (f) => f.token.clientId === f.clientId,
    reason: 'mismatched_client',
    source: cite.oktaErrors('mismatched_client'),
  }),
  rule({
    name: 'refresh-token-of-a-sign-in',
    demands: 'The user signed in to the client: what an assertion was exchanged for is good for ID-JAGs only.',
    needs: ['grant'],
    holds: (f) => f.grant.signedInTo === undefined,
    reason: 'invalid_refresh_token',
    source: cite.oktaXaa('Token exchange request, SAML', 'ours'),
  }),
  rule({
    name: 'refresh-token-live',
    demands: 'The refresh token has not expired and its grant was not revoked.',
    needs: ['token'],
    holds: (f) => f.token.expiresAt > f.now && f.grant !== undefined && !f.grant.revoked,
    reason: 'invalid_refresh_token',
    source: cite.oktaErrors('invalid_refresh_token'),
  }),
  rule({
    name: 'refresh-token-not-rotated-out',
    demands: 'The refresh token was not rotated out longer ago than the leeway; if it was, its grant is revoked.',
    needs: ['token'],
    holds: (f) => !isRotatedOut(f.token, f.rotation.leeway, f.now),
    reason: 'invalid_refresh_token',
    source: cite.oktaOidc('Refresh token reuse detection'),
  }),
  rule({
    name: 'refresh-user-active',
    demands: 'The user is active.',
    needs: ['token'],
    holds: (f) => f.user?.status === 'ACTIVE',
    reason: 'invalid_refresh_token',
    source: cite.oktaOidc('Token', 'inferred'),
  }),
  rule({
    name: 'refresh-scope-within-grant',
    demands: 'scope asks for nothing beyond the grant.',
    needs: ['grant'],
    holds: (f) => f.scopes.every((scope) => f.grant.scopes.includes(scope)),
    reason: 'invalid_scope',
    source: cite.oauth('Refreshing an Access Token'),
  }),
];

const ROTATED_OUT = RULES.find((row) => row.name === 'refresh-token-not-rotated-out') as Rule<RefreshFacts>;

export const refreshToken: GrantType<RefreshFacts> = {
  grantType: GRANT_TYPE.refreshToken,
  rules: RULES,
  async gather(call) {
    const { form, org } = call;
    // Agents are not allowed the grant type: whoever refreshes is an OIDC app.
    const { oidc } = call.client.app as Application & { oidc: OidcSettings };
    const sent = form.get('refresh_token');
    const token = sent === undefined ? undefined : org.store.live.get(refreshTokens, fingerprint(sent));
    const grant = token && org.store.live.get(grants, token.grantId);
    return {
      sent,
      token: sent === undefined ? undefined : (token ?? problem('unknown')),
      grant,
      // Whoever was given a refresh token is a user.
      user: grant && call.view.get(users, grant.userId as string),
      clientId: call.client.clientId,
      server: serverId(call),
      rotation: oidc.refreshToken,
      scopes: words(form.get('scope')),
      now: call.now,
    };
  },
  plan(facts, call) {
    const grant = facts.grant as Grant;
    const token = facts.token as RefreshToken;
    const scopes = facts.scopes.length > 0 ? facts.scopes : grant.scopes;
    const issue = (refreshed?: string) => () =>
      issueTokens(call, { grant, user: facts.user as User, scopes, refreshToken: refreshed });
    if (facts.rotation.rotationType === 'STATIC') return { changes: [], issue: issue(facts.sent) };
    const next = newRefreshToken(grant);
    // Within the leeway an old token works again; it keeps the moment at which it was first rotated out.
    const rotated = replace(refreshTokens, token, { ...token, rotatedAt: token.rotatedAt ?? facts.now });
    return { changes: [rotated, next.filed], issue: issue(next.token) };
  },
  subject: (facts) => ({ user: facts.user && partyOfUser(facts.user) }),
  onRefusal: (facts, broken) => (broken === ROTATED_OUT ? revocation(facts.grant) : []),
};
