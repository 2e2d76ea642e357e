/**
 * What an exchange is judged by: this grant's own demands with the policy's merged in, stage by stage. ID-JAG draft, "Token
 * Exchange".
 */
import { isScope } from '../protocol/form.js';
import { isKnown, type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import { TOKEN_TYPE } from '../protocol/urns.js';
import { POLICY } from '../registry/policy.js';
import { ACTOR_TOKEN_RULES } from './actor-token-rules.js';
import type { ExchangeFacts } from './exchange-facts.js';
import { SUBJECT_TOKEN_READERS } from './subject-token.js';
import { SUBJECT_TOKEN_RULES } from './subject-token-rules.js';

const rule = rulesOver<ExchangeFacts>();

const CLIENT: readonly Rule<ExchangeFacts>[] = [
  rule({
    name: 'client-is-confidential',
    demands: 'In profile draft, the client proves who it is; Okta lets an agent exchange by its client id alone.',
    holds: (f) => f.profile.publicClients === 'accepted' || !f.publicClient,
    reason: 'confidential_client_required',
    source: cite.idJag('Client Authentication'),
  }),
];

/** What can be said of the parameters without looking behind them. */
const PARAMETERS: readonly Rule<ExchangeFacts>[] = [
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

const TYPES: readonly Rule<ExchangeFacts>[] = [
  rule({
    name: 'server-issues-id-jags',
    demands: 'The exchange is sent to the org server; custom authorization servers issue no ID-JAG.',
    holds: (f) => f.server === 'org',
    reason: 'invalid_requested_token_type',
    source: cite.oktaXaa('Token exchange, troubleshooting', 'captured'),
  }),
  ...(POLICY.type as readonly Rule<ExchangeFacts>[]),
  rule({
    name: 'requested-type-is-id-jag',
    demands: 'requested_token_type is the ID-JAG type.',
    holds: (f) => f.requestedTokenType === TOKEN_TYPE.idJag,
    reason: 'invalid_requested_token_type',
    source: cite.idJag('Token Exchange Request'),
  }),
  rule({
    name: 'subject-token-type-exchangeable',
    demands: 'subject_token_type is id_token, refresh_token or access_token.',
    needs: ['subjectTokenType'],
    holds: (f) => SUBJECT_TOKEN_READERS.has(f.subjectTokenType),
    reason: 'invalid_subject_token_type',
    source: cite.oktaErrors('invalid_subject_token_type'),
  }),
];

const SIGNING: readonly Rule<ExchangeFacts>[] = [
  rule({
    name: 'org-can-sign',
    demands: 'The org has an active signing key: nothing leaves it unsigned.',
    holds: (f) => f.canSign,
    reason: 'id_jag_not_generated',
    source: cite.oktaErrors('id_jag_not_generated', 'inferred'),
  }),
];

const PURPOSE: readonly Rule<ExchangeFacts>[] = [
  rule({
    name: 'edge-case-possible',
    demands: 'What is armed for the exchange, or asked for in its header, can be made of this ID-JAG.',
    of: ['onPurpose'],
    holds: (f) => isKnown(f.onPurpose),
    reason: 'edge_case_impossible',
    source: cite.oauth('Error Response', 'ours'),
  }),
];

/** The whole table, in the order in which refusals win: what leaks least comes first. */
export const EXCHANGE_RULES: readonly Rule<ExchangeFacts>[] = [
  ...CLIENT,
  ...POLICY.grant,
  ...PARAMETERS,
  ...TYPES,
  ...SUBJECT_TOKEN_RULES,
  ...POLICY.subject,
  ...ACTOR_TOKEN_RULES,
  ...POLICY.audience,
  ...POLICY.scope,
  ...SIGNING,
  ...PURPOSE,
] as readonly Rule<ExchangeFacts>[];
