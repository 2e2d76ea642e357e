/** grant_type=password, for apps that allow it: how a CI job signs a user in without a browser. */
import { isAssigned } from '../access/assignment-check.js';
import { words } from '../protocol/form.js';
import { type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import { GRANT_TYPE } from '../protocol/urns.js';
import type { Application } from '../registry/application.js';
import { policyAllows } from '../registry/authorization-server.js';
import type { User } from '../registry/user.js';
import { partyOfUser } from '../syslog/event.js';
import type { GrantType } from './call.js';
import { issueTokens, newGrant, openGrant } from './issue-tokens.js';
import { findByPassword } from './password-check.js';
import { offeredScopes } from './server-scopes.js';

export interface PasswordFacts {
  readonly credentialsSent: boolean;
  /** What was sent as the user's name, when a password came with it. */
  readonly login: string | undefined;
  /** The user with that login, if the password is right. */
  readonly user: User | undefined;
  readonly assigned: boolean;
  readonly scopes: readonly string[];
  readonly offered: readonly string[];
  /** An access policy of the custom server allows the grant type for all these scopes. */
  readonly policyAllows: boolean;
}

const rule = rulesOver<PasswordFacts>();

const RULES: readonly Rule<PasswordFacts>[] = [
  rule({
    name: 'password-credentials-sent',
    demands: 'username and password are there.',
    holds: (f) => f.credentialsSent,
    reason: 'missing_token_request_parameter',
    source: cite.oauth('Resource Owner Password Credentials Grant: Access Token Request'),
  }),
  rule({
    name: 'password-right',
    demands: 'There is an active user of that name, and this is the password.',
    needs: ['login'],
    holds: (f) => f.user?.status === 'ACTIVE',
    reason: 'invalid_password_credentials',
    source: cite.oktaErrors('invalid_password_credentials'),
  }),
  rule({
    name: 'password-user-assigned',
    demands: 'The user is assigned to the application.',
    needs: ['user'],
    holds: (f) => f.assigned,
    reason: 'user_not_assigned',
    source: cite.oktaErrors('user_not_assigned'),
  }),
  rule({
    name: 'password-scope-sent',
    demands: 'scope is there.',
    holds: (f) => f.scopes.length > 0,
    reason: 'missing_scopes',
    source: cite.oktaErrors('missing_scopes'),
  }),
  rule({
    name: 'password-scope-offered',
    demands: 'The server offers every scope asked for.',
    holds: (f) => f.scopes.every((scope) => f.offered.includes(scope)),
    reason: 'invalid_scope',
    source: cite.oktaErrors('invalid_scope'),
  }),
  rule({
    name: 'password-policy-allows',
    demands:
      'An access policy of the custom authorization server lets the client use the password grant for the scopes.',
    holds: (f) => f.policyAllows,
    reason: 'no_matching_policy',
    source: cite.oktaErrors('no_matching_policy'),
  }),
];

export const password: GrantType<PasswordFacts> = {
  grantType: GRANT_TYPE.password,
  rules: RULES,
  async gather(call) {
    const { form, view, client } = call;
    const [login, sent] = [form.get('username'), form.get('password')];
    const user = findByPassword(view, login ?? '', sent ?? '');
    const scopes = words(form.get('scope'));
    return {
      credentialsSent: login !== undefined && sent !== undefined,
      login: sent === undefined ? undefined : login,
      user,
      // Agents are not allowed the grant type: whoever sends a password is an OIDC app.
      assigned: user !== undefined && isAssigned(view, (client.app as Application).id, user.id),
      scopes,
      offered: offeredScopes(call.server),
      policyAllows: call.server === 'org' || policyAllows(call.server, client.clientId, GRANT_TYPE.password, scopes),
    };
  },
  plan(facts, call) {
    const user = facts.user as User;
    const { scopes } = facts;
    const grant = newGrant(call, { userId: user.id, scopes, authTime: Math.floor(call.now / 1000) });
    const { changes, refreshToken } = openGrant(call, grant);
    return { changes, issue: () => issueTokens(call, { grant, user, scopes, refreshToken }) };
  },
  subject: (facts) => ({ user: facts.user && partyOfUser(facts.user) }),
};
