/** What an exchange demands of its subject token: whose it is, that it is good, that it still counts, that it may be used. */
import { isJsonObject } from '../protocol/json-objects.js';
import { problemOf, type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import { type ExchangeFacts, TOKEN_SKEW } from './exchange-facts.js';

const rule = rulesOver<ExchangeFacts>();
/** Okta, "Agent-to-agent": an actor within an actor, five times at most. */
const ACTOR_DEPTH = 5;

/** In the order in which refusals win. What callers' tokens an agent may exchange, the policy says behind them. */
export const SUBJECT_TOKEN_RULES: readonly Rule<ExchangeFacts>[] = [
  rule({
    name: 'subject-token-issuer-known',
    demands: 'The issuer that the subject token names is a server of this org.',
    of: ['subject'],
    holds: (f) => problemOf(f.subject) !== 'foreign-issuer',
    reason: 'invalid_subject_token_issuer_not_allowed',
    wording: 'subjectTokenError',
    source: cite.oktaErrors('invalid_subject_token_issuer_not_allowed', 'inferred'),
  }),
  rule({
    name: 'subject-token-valid',
    demands: 'The subject token is of the declared type, whole, and signed by the server that it names.',
    of: ['subject'],
    hiddenBy: ['foreign-issuer'],
    holds: (f) => problemOf(f.subject) !== 'invalid',
    reason: 'invalid_subject_token',
    wording: 'subjectTokenError',
    source: cite.oktaErrors('invalid_subject_token', 'captured'),
  }),
  rule({
    name: 'subject-server-active',
    demands: 'The authorization server that issued the subject token is active.',
    needs: ['subject'],
    holds: (f) => f.subject.serverActive,
    reason: 'invalid_subject_token_authorization_server',
    wording: 'subjectTokenError',
    source: cite.oktaErrors('invalid_subject_token_authorization_server', 'inferred'),
  }),
  rule({
    name: 'subject-refresh-token-of-a-caller',
    // Before anything is said of the token: whom it does not belong to must not be able to end its grant by reuse.
    demands:
      'A refresh token was issued to a caller of the agent, to its linked application, or to the agent itself for an assertion.',
    needs: ['agent', 'subject'],
    holds: (f) => {
      const { kind, heldBy } = f.subject;
      if (heldBy !== undefined) return heldBy === f.agent.id;
      return kind !== 'refresh_token' || f.callerIsLinked || f.delegation !== undefined;
    },
    reason: 'mismatched_client',
    source: cite.oktaErrors('mismatched_client', 'inferred'),
  }),
  rule({
    name: 'subject-token-not-from-the-future',
    demands: 'Neither iat nor nbf of the subject token lies more than a minute in the future.',
    needs: ['subject'],
    holds: (f) => f.subject.notBefore <= f.now + TOKEN_SKEW,
    reason: 'invalid_subject_token',
    wording: 'subjectTokenError',
    source: cite.oidc('ID Token Validation', 'inferred'),
  }),
  rule({
    name: 'subject-token-not-expired',
    demands: 'The subject token has not expired.',
    needs: ['subject'],
    holds: (f) => f.subject.expiresAt > f.now,
    reason: 'token_exchange_subject_token_expired',
    source: cite.oktaErrors('token_exchange_subject_token_expired'),
  }),
  rule({
    name: 'subject-grant-not-revoked',
    demands: 'The grant behind the subject token was not revoked.',
    needs: ['subject'],
    holds: (f) => f.subject.grant?.revoked !== true,
    reason: 'token_exchange_subject_token_expired',
    source: cite.oktaErrors('token_exchange_subject_token_expired'),
  }),
  rule({
    name: 'subject-refresh-token-not-rotated-out',
    demands: 'A refresh token was not rotated out longer ago than the leeway; if it was, its grant is revoked.',
    needs: ['subject'],
    holds: (f) => !f.subject.rotatedOut,
    reason: 'invalid_refresh_token',
    source: cite.securityBcp('Refresh Token Protection', 'inferred'),
  }),
  rule({
    name: 'subject-session-live',
    demands: 'The session behind the subject token was not ended.',
    needs: ['subject'],
    holds: (f) => !f.subject.sessionEnded,
    reason: 'invalid_subject_token_session_expired',
    wording: 'subjectTokenError',
    source: cite.oktaErrors('invalid_subject_token_session_expired', 'inferred'),
  }),
  rule({
    name: 'subject-act-well-formed',
    demands: 'The act claim of the subject token, if it has one, is an object, and so is each within it.',
    needs: ['subject'],
    holds: (f) => actors(f.subject.act).every(isJsonObject),
    reason: 'invalid_subject_token_act_claim_malformed',
    wording: 'subjectTokenError',
    source: cite.oktaErrors('invalid_subject_token_act_claim_malformed', 'inferred'),
  }),
  rule({
    name: 'subject-act-depth',
    demands: 'The act claim of the subject token names five actors at most, one within the other.',
    needs: ['subject'],
    holds: (f) => actors(f.subject.act).length <= ACTOR_DEPTH,
    reason: 'invalid_subject_token_act_claim_depth',
    wording: 'subjectTokenError',
    source: cite.oktaXaa('Agent-to-agent', 'inferred'),
  }),
  rule({
    name: 'machine-access-delegated',
    demands: 'An access token is exchanged under machine access only, which this org cannot delegate.',
    needs: ['subject'],
    holds: (f) => f.subject.kind !== 'access_token',
    reason: 'invalid_subject_token_no_delegation_link',
    wording: 'subjectTokenError',
    source: cite.oktaErrors('invalid_subject_token_no_delegation_link', 'captured'),
  }),
];

/** The row that presenting a rotated-out refresh token breaks: reuse, which ends the grant. */
export const NOT_ROTATED_OUT = SUBJECT_TOKEN_RULES.find(
  (row) => row.name === 'subject-refresh-token-not-rotated-out',
) as Rule<ExchangeFacts>;

/** The actors of an `act` claim, outermost first; what is no object ends the chain as its last member. */
function actors(act: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  for (let actor = act; actor !== undefined; actor = isJsonObject(actor) ? actor.act : undefined) chain.push(actor);
  return chain;
}
