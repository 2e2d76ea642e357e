/**
 * What an exchange demands of a SAML assertion: that it can be read, whose it is and who signed it, that it is meant for this
 * and not over, and that it names somebody. The client is told one sentence; the System Log has Okta's reason.
 */
import type { ReasonName } from '../protocol/reasons.js';
import { problemOf, type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import { isFor } from '../saml/assertion-facts.js';
import { STATUS } from '../saml/names.js';
import { type ExchangeFacts, TOKEN_SKEW } from './exchange-facts.js';
import { CONFIRMATION_RULES } from './saml-confirmation-rules.js';

const rule = rulesOver<ExchangeFacts>();
const wording = 'subjectTokenError';
const ofOkta = (reason: ReasonName) => cite.oktaErrors(reason, 'inferred');

/** Who wrote it, before anything that it says is believed. */
const ORIGIN: readonly Rule<ExchangeFacts>[] = [
  rule({
    name: 'saml-not-blank',
    demands: 'The SAML assertion is not blank.',
    of: ['opened'],
    holds: (f) => problemOf(f.opened) !== 'saml_blank',
    reason: 'invalid_subject_token_saml_blank',
    wording,
    source: ofOkta('invalid_subject_token_saml_blank'),
  }),
  rule({
    name: 'saml-readable',
    demands:
      'It is base64 or base64url of one assertion, or of a response with one: XML without document type, in bounds.',
    of: ['opened'],
    hiddenBy: ['saml_blank'],
    holds: (f) => problemOf(f.opened) !== 'saml_parse_failed',
    reason: 'invalid_subject_token_saml_parse_failed',
    wording,
    source: ofOkta('invalid_subject_token_saml_parse_failed'),
  }),
  rule({
    name: 'saml-signature-not-wrapped',
    demands: 'No signed element stands beside or within another that could be taken for it.',
    of: ['opened'],
    hiddenBy: ['saml_blank', 'saml_parse_failed'],
    holds: (f) => problemOf(f.opened) !== 'saml_signature_invalid',
    reason: 'invalid_subject_token_saml_signature_invalid',
    wording,
    source: cite.samlCore('XML Signature Profile', 'inferred'),
  }),
  rule({
    name: 'saml-issuer-sent',
    demands: 'The assertion names its issuer.',
    of: ['samlIssuer'],
    holds: (f) => problemOf(f.samlIssuer) === undefined,
    reason: 'invalid_subject_token_saml_issuer_missing',
    wording,
    source: ofOkta('invalid_subject_token_saml_issuer_missing'),
  }),
  rule({
    name: 'saml-issuer-of-an-application',
    demands: 'The issuer is one that Okta gives an application: http://www.okta.com/ and its key.',
    of: ['sourceApp'],
    holds: (f) => problemOf(f.sourceApp) !== 'foreign',
    reason: 'invalid_subject_token_saml_issuer_missing',
    wording,
    source: ofOkta('invalid_subject_token_saml_issuer_missing'),
  }),
  rule({
    name: 'saml-source-app-known',
    demands: 'That application is one of this org.',
    of: ['sourceApp'],
    hiddenBy: ['foreign'],
    holds: (f) => problemOf(f.sourceApp) !== 'unknown',
    reason: 'invalid_subject_token_saml_source_app_instance_missing',
    wording,
    source: ofOkta('invalid_subject_token_saml_source_app_instance_missing'),
  }),
  rule({
    name: 'saml-source-app-is-saml',
    demands: 'The application has SAML.',
    of: ['sourceApp'],
    hiddenBy: ['foreign', 'unknown'],
    holds: (f) => problemOf(f.sourceApp) !== 'not-saml',
    reason: 'invalid_subject_token_saml_source_app_not_saml',
    wording,
    source: ofOkta('invalid_subject_token_saml_source_app_not_saml'),
  }),
  rule({
    name: 'saml-signature-verifies',
    demands:
      "The assertion, or the response around it, is signed by a key of the application; SHA-1 only where it is the application's setting.",
    of: ['verified'],
    holds: (f) => problemOf(f.verified) === undefined,
    reason: 'invalid_subject_token_saml_signature_invalid',
    wording,
    source: cite.samlAssertions('Assertion Format and Processing Requirements', 'inferred'),
  }),
];

/** What it is, and when and for whom it was written. */
const CONTENT: readonly Rule<ExchangeFacts>[] = [
  rule({
    name: 'saml-response-is-success',
    demands: 'A response that the assertion came in says Success.',
    needs: ['verified'],
    holds: (f) => (f.verified.response?.status ?? STATUS.success) === STATUS.success,
    reason: 'invalid_subject_token_saml_parse_failed',
    wording,
    source: cite.samlProfiles('Response Message Processing Rules', 'ours'),
  }),
  rule({
    name: 'saml-conditions-understood',
    demands: 'It sets no condition that nobody here understands.',
    needs: ['verified'],
    holds: (f) => f.verified.strangeConditions.length === 0,
    reason: 'invalid_subject_token_saml_parse_failed',
    wording,
    source: cite.samlCore('Element <Conditions>', 'inferred'),
  }),
  rule({
    name: 'saml-has-id',
    demands: 'It has an ID, by which it is known again.',
    of: ['assertionId'],
    holds: (f) => problemOf(f.assertionId) === undefined,
    reason: 'invalid_subject_token_saml_assertion_id_missing',
    wording,
    source: ofOkta('invalid_subject_token_saml_assertion_id_missing'),
  }),
  rule({
    name: 'saml-times-readable',
    demands: 'Its times are moments in UTC.',
    of: ['assertionIssued', 'assertionValidity'],
    holds: (f) => [f.assertionIssued, f.assertionValidity].every((one) => problemOf(one) === undefined),
    reason: 'invalid_subject_token_saml_parse_failed',
    wording,
    source: cite.samlCore('Time Values', 'inferred'),
  }),
  rule({
    name: 'saml-not-from-the-future',
    demands: 'Neither IssueInstant nor NotBefore lies more than a minute in the future.',
    needs: ['assertionIssued', 'assertionValidity'],
    holds: (f) => Math.max(f.assertionIssued, f.assertionValidity.notBefore ?? 0) <= f.now + TOKEN_SKEW,
    reason: 'invalid_subject_token_saml_expired',
    wording,
    source: ofOkta('invalid_subject_token_saml_expired'),
  }),
  rule({
    name: 'saml-not-expired',
    demands: 'NotOnOrAfter of its conditions has not come.',
    needs: ['assertionValidity'],
    holds: (f) => (f.assertionValidity.notOnOrAfter ?? Number.POSITIVE_INFINITY) > f.now,
    reason: 'invalid_subject_token_saml_expired',
    wording,
    source: ofOkta('invalid_subject_token_saml_expired'),
  }),
];

/** For whom it is, and about whom. */
const PARTIES: readonly Rule<ExchangeFacts>[] = [
  rule({
    name: 'saml-audience-sent',
    demands: 'It is restricted to an audience.',
    of: ['assertionAudiences'],
    holds: (f) => problemOf(f.assertionAudiences) === undefined,
    reason: 'invalid_subject_token_saml_source_app_audience_missing',
    wording,
    source: ofOkta('invalid_subject_token_saml_source_app_audience_missing'),
  }),
  rule({
    name: 'saml-audience-is-source-app',
    demands: 'Each restriction names the Audience URI of the application.',
    needs: ['assertionAudiences', 'sourceApp'],
    holds: (f) => isFor(f.assertionAudiences, f.sourceApp.saml.audience),
    reason: 'invalid_subject_token_saml_source_app_instance_missing',
    wording,
    source: cite.idJag('SAML 2.0 Identity Assertions', 'inferred'),
  }),
  rule({
    name: 'saml-name-id-sent',
    demands: 'It has a NameID; for readiness: the application has a name for the user.',
    of: ['nameId'],
    holds: (f) => problemOf(f.nameId) === undefined,
    reason: 'invalid_subject_token_saml_nameid_missing',
    wording,
    source: ofOkta('invalid_subject_token_saml_nameid_missing'),
  }),
  rule({
    name: 'saml-name-id-unique',
    demands: 'The application knows one user at most by that NameID.',
    needs: ['namedUsers'],
    holds: (f) => f.namedUsers.length < 2,
    reason: 'invalid_subject_token_saml_nameid_not_unique',
    wording,
    source: ofOkta('invalid_subject_token_saml_nameid_not_unique'),
  }),
  rule({
    name: 'saml-not-replayed',
    demands: 'The assertion, by its issuer and ID, was not exchanged before.',
    needs: ['assertionId'],
    holds: (f) => !f.assertionSpent,
    reason: 'invalid_subject_token_saml_replay_detected',
    wording,
    source: ofOkta('invalid_subject_token_saml_replay_detected'),
  }),
];

/** In the order in which refusals win. Who may exchange it, and for whom, the policy says behind them. */
export const SAML_ASSERTION_RULES: readonly Rule<ExchangeFacts>[] = [
  ...ORIGIN,
  ...CONTENT,
  ...CONFIRMATION_RULES,
  ...PARTIES,
];
