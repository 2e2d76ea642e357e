/** Who may present an assertion: whoever bears it, where and for as long as its bearer confirmation says. */
import { problemOf, type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import type { Confirmation } from '../saml/assertion.js';
import type { ExchangeFacts } from './exchange-facts.js';

const rule = rulesOver<ExchangeFacts>();
const reason = 'invalid_subject_token_saml_subject_confirmation_missing';
const wording = 'subjectTokenError';

/** A confirmation that is as complete as the profile has it. */
type Complete = Confirmation & { readonly recipient: string; readonly notOnOrAfter: number };

function isComplete(confirmation: Confirmation): confirmation is Complete {
  const { recipient, notBefore, notOnOrAfter } = confirmation;
  return recipient !== undefined && notOnOrAfter !== undefined && notBefore === undefined;
}

/** Those of them that are for this application or endpoint. */
const addressed = ({ bearers, recipients }: { bearers: readonly Confirmation[]; recipients: readonly string[] }) =>
  bearers.filter(isComplete).filter(({ recipient }) => recipients.includes(recipient));

export const CONFIRMATION_RULES: readonly Rule<ExchangeFacts>[] = [
  rule({
    name: 'saml-bearer-confirmed',
    demands: 'Its subject is confirmed for whoever bears it.',
    of: ['bearers'],
    holds: (f) => problemOf(f.bearers) === undefined,
    reason,
    wording,
    source: cite.oktaErrors(reason, 'inferred'),
  }),
  rule({
    name: 'saml-confirmation-complete',
    demands: 'A bearer confirmation has Recipient and NotOnOrAfter, and no NotBefore.',
    needs: ['bearers'],
    holds: (f) => f.bearers.some(isComplete),
    reason,
    wording,
    source: cite.samlProfiles('Assertion Usage', 'inferred'),
  }),
  rule({
    name: 'saml-recipient-is-source-app',
    demands: 'Recipient is a Single sign-on URL of the application, or this token endpoint.',
    needs: ['bearers'],
    holds: (f) => !f.bearers.some(isComplete) || addressed(f).length > 0,
    reason,
    wording,
    source: cite.samlProfiles('Response Message Processing Rules', 'inferred'),
  }),
  rule({
    name: 'saml-confirmation-not-expired',
    demands: 'NotOnOrAfter of a confirmation with such a recipient has not come.',
    needs: ['bearers'],
    holds: (f) => addressed(f).length === 0 || addressed(f).some(({ notOnOrAfter }) => notOnOrAfter > f.now),
    reason: 'invalid_subject_token_saml_expired',
    wording,
    source: cite.oktaErrors('invalid_subject_token_saml_expired', 'inferred'),
  }),
];
