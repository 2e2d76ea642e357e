/**
 * When a resource authorization server accepts an ID-JAG: the rules about the token itself, in the order in which refusals
 * win. What is undecided by the standards is as Okta has it. The `jwt-bearer` grant of a custom authorization server is
 * judged by them, and explain shows them one by one; there is no other table of them.
 */
import type { Rule } from '../protocol/rule.js';
import type { AcceptanceFacts } from './acceptance-facts.js';
import { BINDING_RULES } from './binding-rules.js';
import { CLAIM_RULES } from './claim-rules.js';
import { TOKEN_RULES } from './token-rules.js';

export const ACCEPTANCE_RULES: readonly Rule<AcceptanceFacts>[] = [...TOKEN_RULES, ...CLAIM_RULES, ...BINDING_RULES];
