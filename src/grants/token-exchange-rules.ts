/**
 * What an exchange is judged by: this grant's own demands with the policy's merged in, stage by stage. ID-JAG draft, "Token
 * Exchange".
 */
import { isScope } from '../protocol/form.js';
import { type Fact, problemOf, type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import { TOKEN_TYPE } from '../protocol/urns.js';
import { POLICY, type PolicyFacts } from '../registry/policy.js';
import { SUBJECT_TOKEN_READERS, type SubjectToken } from './subject-token.js';

export interface ExchangeFacts extends PolicyFacts {
  readonly server: string;
  readonly requestedTokenType: string | undefined;
  readonly subjectTokenSent: boolean;
  readonly subjectTokenType: string | undefined;
  readonly subject: Fact<SubjectToken, 'invalid'> | undefined;
  readonly actorToken: string | undefined;
  readonly actorTokenType: string | undefined;
  readonly clientAssertion: string | undefined;
  readonly scopeText: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
}

const rule = rulesOver<ExchangeFacts>();
/** A subject token may be this many milliseconds ahead of our clock. */
const SKEW = 60_000;

/** What can be said of the request without looking behind it: the parameters first, then the types asked for. */
const REQUEST: readonly Rule<ExchangeFacts>[] = [
  rule({
    name: 'server-issues-id-jags',
    demands: 'The exchange is sent to the org server; custom authorization servers issue no ID-JAG.',
    holds: (f) => f.server === 'org',
    reason: 'invalid_requested_token_type',
    source: cite.oktaXaa('Token exchange, troubleshooting', 'captured'),
  }),
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
    name: 'audience-single',
    demands: 'The request names exactly one audience.',
    holds: (f) => f.audiences.length === 1,
    reason: 'token_exchange_invalid_audience',
    source: cite.idJag('Token Exchange Request'),
  }),
  rule({
    name: 'actor-token-typed',
    demands: 'actor_token and actor_token_type (a JWT) come together or not at all.',
    holds: (f) => f.actorTokenType === (f.actorToken === undefined ? undefined : TOKEN_TYPE.jwt),
    reason: 'invalid_actor_token',
    source: cite.tokenExchange('Request'),
  }),
  rule({
    name: 'scope-well-formed',
    demands: 'scope is a list of scope tokens with single spaces.',
    needs: ['scopeText'],
    holds: (f) => isScope(f.scopeText),
    reason: 'invalid_scope',
    source: cite.oauth('Access Token Scope'),
  }),
  rule({
    name: 'requested-type-is-id-jag',
    demands: 'requested_token_type is the ID-JAG type.',
    holds: (f) => f.requestedTokenType === TOKEN_TYPE.idJag,
    reason: 'invalid_requested_token_type',
    source: cite.idJag('Token Exchange Request'),
  }),
  rule({
    name: 'subject-token-type-exchangeable',
    demands: 'subject_token_type is id_token or refresh_token.',
    needs: ['subjectTokenType'],
    holds: (f) => SUBJECT_TOKEN_READERS.has(f.subjectTokenType),
    reason: 'invalid_subject_token_type',
    source: cite.oktaErrors('invalid_subject_token_type'),
  }),
];

const SUBJECT: readonly Rule<ExchangeFacts>[] = [
  rule({
    name: 'subject-token-valid',
    demands: 'The subject token is of the declared type and was issued by this org.',
    holds: (f) => problemOf(f.subject) === undefined,
    reason: 'invalid_subject_token',
    source: cite.oktaErrors('invalid_subject_token', 'captured'),
  }),
  rule({
    name: 'subject-server-active',
    demands: 'The authorization server that issued the subject token is active.',
    needs: ['subject'],
    holds: (f) => f.subject.serverActive,
    reason: 'invalid_subject_token_authorization_server',
    source: cite.oktaErrors('invalid_subject_token_authorization_server', 'inferred'),
  }),
  rule({
    name: 'subject-token-not-from-the-future',
    demands: 'The subject token was not issued in the future.',
    needs: ['subject'],
    holds: (f) => f.subject.issuedAt <= f.now + SKEW,
    reason: 'invalid_subject_token',
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
    demands: 'The grant behind the subject token was not revoked, nor the token rotated out.',
    needs: ['subject'],
    holds: (f) => !f.subject.revoked,
    reason: 'token_exchange_subject_token_expired',
    source: cite.oktaErrors('token_exchange_subject_token_expired'),
  }),
  rule({
    name: 'subject-session-live',
    demands: 'The session behind the subject token was not ended.',
    needs: ['subject'],
    holds: (f) => !f.subject.sessionEnded,
    reason: 'invalid_subject_token_session_expired',
    source: cite.oktaErrors('invalid_subject_token_session_expired', 'inferred'),
  }),
];

const ACTOR: readonly Rule<ExchangeFacts>[] = [
  rule({
    name: 'actor-token-is-client-assertion',
    demands: 'An actor_token is the very client assertion that authenticates the agent.',
    needs: ['actorToken'],
    holds: (f) => f.actorToken === f.clientAssertion,
    reason: 'invalid_actor_token',
    source: cite.oktaXaa('Token exchange request, SAML', 'inferred'),
  }),
];

/** The whole table, in the order in which refusals win. */
export const EXCHANGE_RULES: readonly Rule<ExchangeFacts>[] = [
  ...POLICY.grant,
  ...REQUEST,
  ...SUBJECT,
  ...POLICY.subject,
  ...ACTOR,
  ...POLICY.audience,
  ...POLICY.scope,
] as readonly Rule<ExchangeFacts>[];
