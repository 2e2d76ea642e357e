/** Why a rule was not asked of a token, in a sentence. */
import { isKnown, problemOf, type Rule } from '../protocol/rule.js';
import type { AcceptanceFacts } from './acceptance-facts.js';

type FactName = keyof AcceptanceFacts;

/** What only the server knows that the token is given to. */
const NOT_EXPECTED: Readonly<Partial<Record<FactName, string>>> = {
  issuer: 'No issuer was expected, so any would do here.',
  audience: 'No audience was expected, so any would do here.',
  clientId: 'No client was expected, so any would do here.',
  resources: 'No resource was expected, so any would do here.',
  keyProved:
    'Whether the presenter has the key of cnf shows only where the ID-JAG is redeemed: refuse there who does not prove it.',
};

const SCOPE_IS_POLICY = 'Whether an ID-JAG must grant a scope is up to the server; Okta demands one.';

function signatureUnasked({ signature, header, payload }: AcceptanceFacts, keysGiven: boolean): string {
  if (problemOf(signature)) return 'The signature was not checked, for there is no key to check it with.';
  if (!keysGiven) return 'No keys were given to check the signature with, so anybody may have made this token.';
  const readable = isKnown(header) && isKnown(payload);
  return `The signature was not checked, for the ${readable ? 'header is not in order' : 'token cannot be read'}.`;
}

function missing(name: FactName, facts: AcceptanceFacts, keysGiven: boolean): string {
  if (name === 'scopeRequired') return SCOPE_IS_POLICY;
  if (name === 'signature') return signatureUnasked(facts, keysGiven);
  if (name === 'header') return 'There is no header that can be read.';
  if (!isKnown(facts.payload)) return 'There are no claims that can be read.';
  const unusable = (problemOf(facts[name]) ?? 'absent') !== 'absent';
  return unusable ? `${name} is not what it must be, as its own rule says.` : `There is no ${name}.`;
}

/** What keeps the rule from being asked: an expectation only if nothing in the token does. */
function missingFact({ needs, of }: Rule<AcceptanceFacts>, facts: AcceptanceFacts): FactName {
  const names = [...needs, ...of].filter((name) => !isKnown(facts[name]));
  return (names.find((name) => !(name in NOT_EXPECTED)) ?? names[0]) as FactName;
}

/** The sentence about what nobody said, if it is for want of that that the rule was not asked. */
export function notExpected(rule: Rule<AcceptanceFacts>, facts: AcceptanceFacts): string | undefined {
  return NOT_EXPECTED[missingFact(rule, facts)];
}

/** @param keysGiven there were keys to check the signature with */
export function whyNotAsked(rule: Rule<AcceptanceFacts>, facts: AcceptanceFacts, keysGiven: boolean): string {
  return notExpected(rule, facts) ?? missing(missingFact(rule, facts), facts, keysGiven);
}
