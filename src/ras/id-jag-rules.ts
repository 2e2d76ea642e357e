/**
 * When a custom authorization server redeems an ID-JAG: what it asks of the request, of the token, and of the user, the
 * scopes and the policy behind it. These are Okta's own refusals as a resource authorization server.
 */
import { isScope, words } from '../protocol/form.js';
import type { Profile } from '../protocol/profile.js';
import { type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import type { User } from '../registry/user.js';
import type { AcceptanceFacts } from './acceptance-facts.js';
import { ACCEPTANCE_RULES } from './acceptance-rules.js';

/** What an ID-JAG and its redemption are judged by. Its claims are facts only once the signature has verified. */
export interface IdJagFacts extends AcceptanceFacts {
  readonly profile: Profile;
  readonly assertionSent: boolean;
  /** The request's `scope` parameter. */
  readonly scopeText: string | undefined;
  /** What is to be granted: the scopes of the ID-JAG, or those of them that were asked for. */
  readonly granted: readonly string[];
  readonly user: User | undefined;
  /** Scopes of this server's resources. */
  readonly offered: readonly string[];
  readonly spent: boolean;
  readonly policyAllows: boolean;
}

const rule = rulesOver<IdJagFacts>();

const REQUEST_RULES: readonly Rule<IdJagFacts>[] = [
  rule({
    name: 'redeem-assertion-sent',
    demands: 'assertion is there.',
    holds: (f) => f.assertionSent,
    reason: 'missing_token_request_parameter',
    source: cite.jwtBearer('Using JWTs as Authorization Grants'),
  }),
  rule({
    name: 'redeem-without-scope',
    demands: 'The request has no scope parameter: the ID-JAG says what is granted (profile draft: it may narrow that).',
    holds: (f) => f.profile.redeemedScope === 'narrows' || f.scopeText === undefined,
    reason: 'id_jag_scopes_in_request',
    source: cite.oktaErrors('id_jag_scopes_in_request', 'captured'),
  }),
];

const REDEMPTION_RULES: readonly Rule<IdJagFacts>[] = [
  rule({
    name: 'id-jag-subject-is-active-user',
    demands: 'The sub is an active user.',
    needs: ['sub'],
    holds: (f) => f.user?.status === 'ACTIVE',
    reason: 'id_jag_invalid_subject',
    source: cite.oktaErrors('id_jag_invalid_subject'),
  }),
  rule({
    name: 'redeem-scope-within-id-jag',
    demands: 'The scope parameter, where it may be sent, is well-formed and asks for nothing beyond the ID-JAG.',
    needs: ['scope', 'scopeText'],
    holds: (f) => isScope(f.scopeText) && words(f.scopeText).every((scope) => words(f.scope).includes(scope)),
    reason: 'invalid_scope',
    source: cite.assertions('Using Assertions as Authorization Grants: scope'),
  }),
  rule({
    name: 'id-jag-scopes-offered',
    demands: 'The server offers every scope that is to be granted.',
    needs: ['scope'],
    holds: (f) => f.granted.every((scope) => f.offered.includes(scope)),
    reason: 'invalid_scope',
    source: cite.oktaErrors('invalid_scope', 'inferred'),
  }),
  rule({
    name: 'id-jag-unused',
    demands: 'The ID-JAG was not redeemed before (profile draft: it may be, until it expires).',
    needs: ['jti'],
    holds: (f) => f.profile.redeemedTwice === 'accepted' || !f.spent,
    reason: 'id_jag_replayed',
    source: cite.oktaErrors('id_jag_replayed', 'captured'),
  }),
  rule({
    name: 'redeem-policy-allows',
    demands: 'An access policy of the server lets the client use jwt-bearer for these scopes.',
    needs: ['claims'],
    holds: (f) => f.policyAllows,
    reason: 'no_matching_policy',
    source: cite.oktaErrors('no_matching_policy'),
  }),
];

/** In the order in which refusals win. */
export const ID_JAG_RULES: readonly Rule<IdJagFacts>[] = [...REQUEST_RULES, ...ACCEPTANCE_RULES, ...REDEMPTION_RULES];
