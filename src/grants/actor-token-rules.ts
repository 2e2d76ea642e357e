/** What an exchange demands of an actor token, where one is sent: what a client assertion must be, and of the same agent. */
import { problemOf, type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import { type ExchangeFacts, TOKEN_SKEW } from './exchange-facts.js';

const rule = rulesOver<ExchangeFacts>();
const HOUR = 3_600_000;

export const ACTOR_TOKEN_RULES: readonly Rule<ExchangeFacts>[] = [
  rule({
    name: 'actor-token-verifies',
    demands: 'An actor_token is a JWT that a client of this org has signed, as it signs a client assertion.',
    of: ['actor'],
    hiddenBy: ['of-another'],
    holds: (f) => problemOf(f.actor) !== 'unverified',
    reason: 'invalid_actor_token',
    source: cite.oktaXaa('Token exchange request, SAML', 'inferred'),
  }),
  rule({
    name: 'actor-token-names-the-client',
    demands: 'The actor_token is from the agent that sends it.',
    of: ['actor'],
    hiddenBy: ['unverified'],
    holds: (f) => problemOf(f.actor) !== 'of-another',
    reason: 'invalid_subject_actor_token_match',
    source: cite.oktaErrors('invalid_subject_actor_token_match', 'inferred'),
  }),
  rule({
    name: 'actor-token-for-this-server',
    demands: 'The aud of the actor_token is this server.',
    needs: ['actor'],
    holds: (f) => f.actor.forThisServer,
    reason: 'invalid_actor_token',
    source: cite.tokenExchange('Request', 'inferred'),
  }),
  rule({
    name: 'actor-token-not-expired',
    demands: 'The actor_token has an exp, and it is not past.',
    needs: ['actor'],
    holds: (f) => f.actor.expiresAt > f.now,
    reason: 'invalid_actor_token',
    source: cite.tokenExchange('Error Response', 'inferred'),
  }),
  rule({
    name: 'actor-token-lives-at-most-an-hour',
    demands: 'The actor_token expires within an hour, as a client assertion must.',
    needs: ['actor'],
    holds: (f) => f.actor.expiresAt <= f.now + HOUR,
    reason: 'invalid_actor_token',
    source: cite.oktaErrors('client_assertion_expires_too_far_in_future', 'inferred'),
  }),
  rule({
    name: 'actor-token-not-from-the-future',
    demands: 'Neither iat nor nbf of the actor_token lies more than a minute in the future.',
    needs: ['actor'],
    holds: (f) => f.actor.notBefore <= f.now + TOKEN_SKEW,
    reason: 'invalid_actor_token',
    source: cite.oktaErrors('client_assertion_issued_at_in_future', 'inferred'),
  }),
  rule({
    name: 'actor-token-unused',
    demands: 'The jti of the actor_token was not used before, but by the client assertion of this very request.',
    needs: ['actor'],
    holds: (f) => !f.actor.spent,
    reason: 'invalid_actor_token',
    source: cite.oktaErrors('client_assertion_already_used', 'inferred'),
  }),
];
