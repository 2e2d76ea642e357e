/**
 * A SAML assertion in, a refresh token for the agent out: the first of the two hops by which a SAML requester gets its ID-JAGs.
 * The refresh token stands for the user's sign-in and is exchanged as often as it lives. Okta, "Token exchange, SAML".
 */
import { type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import { GRANT_TYPE, TOKEN_TYPE } from '../protocol/urns.js';
import type { SamlApp } from '../registry/application.js';
import { POLICY } from '../registry/policy.js';
import type { User } from '../registry/user.js';
import type { VerifiedAssertion } from '../saml/read-assertion.js';
import { insert } from '../store/port.js';
import { ACTOR_TOKEN_RULES } from './actor-token-rules.js';
import type { ClientCall, GrantType, Plan } from './call.js';
import type { ExchangeFacts } from './exchange-facts.js';
import {
  ACTOR_AND_SCOPE_PARAMETERS,
  CLIENT_OF_EXCHANGE,
  PARTIES_OF_EXCHANGE,
  SUBJECT_PARAMETERS,
} from './exchange-request-rules.js';
import { gatherExchange } from './gather-exchange.js';
import { newGrant, newRefreshToken } from './issue-tokens.js';
import { EXCHANGED_REFRESH_TOKEN_LIFETIME, grants } from './records.js';
import { spendingOf } from './saml-assertion.js';
import { SAML_ASSERTION_RULES } from './saml-assertion-rules.js';
import { offeredScopes } from './server-scopes.js';
import { spendingOfActor, subjectOfExchange } from './token-exchange.js';

const rule = rulesOver<ExchangeFacts>();

const TYPES: readonly Rule<ExchangeFacts>[] = [
  rule({
    name: 'refresh-token-for-assertion',
    demands: 'A refresh token is asked for with a SAML assertion: subject_token_type is saml2.',
    needs: ['subjectTokenType'],
    holds: (f) => f.subjectTokenType === TOKEN_TYPE.saml2,
    reason: 'invalid_subject_token_type',
    source: cite.oktaErrors('invalid_subject_token_type', 'inferred'),
  }),
];

const SCOPES: readonly Rule<ExchangeFacts>[] = [
  rule({
    name: 'assertion-scope-of-the-org',
    demands: 'Every scope is one of the org: what resources have is asked for with the ID-JAG.',
    holds: (f) => f.scopes.every((scope) => offeredScopes('org').includes(scope)),
    reason: 'invalid_scope',
    source: cite.oktaErrors('invalid_scope', 'inferred'),
  }),
  rule({
    name: 'assertion-scope-offline-access',
    demands: 'offline_access is among the scopes.',
    holds: (f) => f.scopes.includes('offline_access'),
    reason: 'required_scope_combination',
    source: cite.oktaXaa('Token exchange request, SAML', 'inferred'),
  }),
];

/** In the order in which refusals win; all but its own rules are those of the exchange for an ID-JAG. */
export const ASSERTION_EXCHANGE_RULES: readonly Rule<ExchangeFacts>[] = [
  ...CLIENT_OF_EXCHANGE,
  ...POLICY.grant,
  ...SUBJECT_PARAMETERS,
  ...ACTOR_AND_SCOPE_PARAMETERS,
  ...PARTIES_OF_EXCHANGE,
  ...TYPES,
  ...SAML_ASSERTION_RULES,
  ...POLICY.subject,
  ...ACTOR_TOKEN_RULES,
  ...SCOPES,
] as readonly Rule<ExchangeFacts>[];

/** When the user signed in, in seconds; for want of that, when the assertion was written. */
function signedInAt({ authentication, issueInstant }: VerifiedAssertion): number {
  const instant = authentication && 'instant' in authentication ? authentication.instant : issueInstant;
  return Math.floor((instant as number) / 1000);
}

function plan(facts: ExchangeFacts, call: ClientCall): Plan {
  const scopes = [...new Set(facts.scopes)];
  const opened = newGrant(call, {
    ...{ userId: (facts.user as User).id, scopes, signedInTo: (facts.sourceApp as SamlApp).id },
    authTime: signedInAt(facts.verified as VerifiedAssertion),
  });
  const grant = { ...opened, expiresAt: call.now + EXCHANGED_REFRESH_TOKEN_LIFETIME };
  const { token, filed } = newRefreshToken(grant);
  return {
    changes: [...spendingOf(facts), ...spendingOfActor(facts), insert(grants, grant), filed],
    issue: async () => ({
      token_type: 'N_A',
      expires_in: EXCHANGED_REFRESH_TOKEN_LIFETIME / 1000,
      access_token: token,
      scope: scopes.join(' '),
      issued_token_type: TOKEN_TYPE.refreshToken,
    }),
  };
}

export const assertionExchange: GrantType<ExchangeFacts> = {
  grantType: GRANT_TYPE.tokenExchange,
  requestedTokenType: TOKEN_TYPE.refreshToken,
  gather: gatherExchange,
  rules: ASSERTION_EXCHANGE_RULES,
  plan,
  subject: subjectOfExchange,
};
