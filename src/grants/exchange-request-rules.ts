/** What every exchange demands of its request and its client, whatever it asks for. */
import { isScope } from '../protocol/form.js';
import { type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import { TOKEN_TYPE } from '../protocol/urns.js';
import { POLICY } from '../registry/policy.js';
import type { ExchangeFacts } from './exchange-facts.js';

const rule = rulesOver<ExchangeFacts>();

/** Whoever exchanges a token. */
export const CLIENT_OF_EXCHANGE: readonly Rule<ExchangeFacts>[] = [
  rule({
    name: 'client-is-confidential',
    demands: 'In profile draft, the client proves who it is; Okta lets an agent exchange by its client id alone.',
    holds: (f) => f.profile.publicClients === 'accepted' || !f.publicClient,
    reason: 'confidential_client_required',
    source: cite.idJag('Client Authentication'),
  }),
];

/** What the parameters of every exchange are like, as far as can be said without looking behind them. */
export const SUBJECT_PARAMETERS: readonly Rule<ExchangeFacts>[] = [
  rule({
    name: 'subject-token-type-sent',
    demands: 'subject_token_type is there.',
    holds: (f) => f.subjectTokenType !== undefined,
    reason: 'missing_token_request_parameter',
    source: cite.tokenExchange('Request'),
  }),
  rule({
    name: 'subject-token-sent',
    demands: 'subject_token is there.',
    holds: (f) => f.subjectTokenSent,
    reason: 'missing_token_request_parameter',
    source: cite.tokenExchange('Request'),
  }),
];

export const AUDIENCE_PARAMETERS: readonly Rule<ExchangeFacts>[] = [
  rule({
    name: 'audience-sent',
    demands: 'audience is there.',
    holds: (f) => f.audiences.length > 0,
    reason: 'token_exchange_invalid_audience',
    wording: 'missingAudienceError',
    source: cite.oktaErrors('token_exchange_invalid_audience', 'inferred'),
  }),
  rule({
    name: 'audience-single',
    demands: 'The request names one audience only: an ID-JAG is for one server.',
    holds: (f) => f.audiences.length < 2,
    reason: 'token_exchange_invalid_audience',
    source: cite.idJag('Token Exchange Request', 'inferred'),
  }),
];

export const ACTOR_AND_SCOPE_PARAMETERS: readonly Rule<ExchangeFacts>[] = [
  rule({
    name: 'actor-token-typed',
    demands: 'An actor_token comes with its actor_token_type.',
    holds: (f) => !f.actorTokenSent || f.actorTokenType !== undefined,
    reason: 'missing_token_request_parameter',
    source: cite.tokenExchange('Request'),
  }),
  rule({
    name: 'actor-token-sent',
    demands: 'An actor_token_type comes with an actor_token.',
    holds: (f) => f.actorTokenType === undefined || f.actorTokenSent,
    reason: 'invalid_actor_token',
    source: cite.tokenExchange('Request', 'inferred'),
  }),
  rule({
    name: 'actor-token-type-is-jwt',
    demands: 'actor_token_type is the JWT type.',
    needs: ['actorTokenType'],
    holds: (f) => f.actorTokenType === TOKEN_TYPE.jwt,
    reason: 'invalid_actor_token_type',
    source: cite.oktaErrors('invalid_actor_token_type', 'inferred'),
  }),
  rule({
    name: 'scope-well-formed',
    demands: 'scope is a list of scope tokens with single spaces.',
    needs: ['scopeText'],
    holds: (f) => isScope(f.scopeText),
    reason: 'invalid_scope',
    source: cite.oauth('Access Token Scope'),
  }),
];

/** Who may exchange what, and where. */
export const PARTIES_OF_EXCHANGE: readonly Rule<ExchangeFacts>[] = [
  rule({
    name: 'exchange-at-the-org',
    demands: 'The exchange is sent to the org server; custom authorization servers exchange no tokens.',
    holds: (f) => f.server === 'org',
    reason: 'invalid_requested_token_type',
    source: cite.oktaXaa('Token exchange, troubleshooting', 'captured'),
  }),
  ...(POLICY.type as readonly Rule<ExchangeFacts>[]),
];
