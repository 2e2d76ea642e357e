/**
 * What an exchange is judged by: this grant's own demands with the policy's merged in, stage by stage. ID-JAG draft, "Token
 * Exchange".
 */
import { isKnown, type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import { TOKEN_TYPE } from '../protocol/urns.js';
import { POLICY } from '../registry/policy.js';
import { ACTOR_TOKEN_RULES } from './actor-token-rules.js';
import type { ExchangeFacts } from './exchange-facts.js';
import {
  ACTOR_AND_SCOPE_PARAMETERS,
  AUDIENCE_PARAMETERS,
  CLIENT_OF_EXCHANGE,
  PARTIES_OF_EXCHANGE,
  SUBJECT_PARAMETERS,
} from './exchange-request-rules.js';
import { SAML_ASSERTION_RULES } from './saml-assertion-rules.js';
import { SUBJECT_TOKEN_READERS } from './subject-token.js';
import { SUBJECT_TOKEN_RULES } from './subject-token-rules.js';

const rule = rulesOver<ExchangeFacts>();

const TYPES: readonly Rule<ExchangeFacts>[] = [
  ...PARTIES_OF_EXCHANGE,
  rule({
    name: 'requested-type-is-id-jag',
    demands: 'requested_token_type is the ID-JAG type.',
    holds: (f) => f.requestedTokenType === TOKEN_TYPE.idJag,
    reason: 'invalid_requested_token_type',
    source: cite.idJag('Token Exchange Request'),
  }),
  rule({
    name: 'subject-token-type-exchangeable',
    demands: 'subject_token_type is id_token, refresh_token or access_token, and in profile draft also saml2.',
    needs: ['subjectTokenType'],
    holds: (f) =>
      SUBJECT_TOKEN_READERS.has(f.subjectTokenType) ||
      (f.subjectTokenType === TOKEN_TYPE.saml2 && f.profile.assertionInOneHop === 'granted'),
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

/** The whole table by its parts, in the order in which refusals win: what leaks least comes first. */
export const EXCHANGE_STAGES = {
  'The request': [
    ...CLIENT_OF_EXCHANGE,
    ...POLICY.grant,
    ...SUBJECT_PARAMETERS,
    ...AUDIENCE_PARAMETERS,
    ...ACTOR_AND_SCOPE_PARAMETERS,
    ...TYPES,
  ],
  'The SAML assertion': SAML_ASSERTION_RULES,
  'The subject token': SUBJECT_TOKEN_RULES,
  'The caller and the user': POLICY.subject,
  'The actor token': ACTOR_TOKEN_RULES,
  'The audience and the resource': POLICY.audience,
  'The scopes': POLICY.scope,
  'The ID-JAG': [...SIGNING, ...PURPOSE],
} as const;

export const EXCHANGE_RULES = Object.values(EXCHANGE_STAGES).flat() as readonly Rule<ExchangeFacts>[];
