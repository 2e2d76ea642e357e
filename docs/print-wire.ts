/** A rule's refusal as a client meets it, in words: by which way it comes, the status and the error. */
import { PAGE_RULES, REDIRECT_RULES, SIGNED_IN_RULES } from '../src/authorization/authorize-rules.js';
import { PROFILES, type ProfileName } from '../src/protocol/profile.js';
import type { Rule } from '../src/protocol/rule.js';
import { wireOf } from '../src/protocol/wire.js';
import { code } from './print-markdown.js';

// biome-ignore lint/suspicious/noExplicitAny: rules over facts of every kind
export type AnyRule = Rule<any>;

const SHOWN: readonly AnyRule[] = PAGE_RULES;
const REDIRECTED: readonly AnyRule[] = [...REDIRECT_RULES, ...SIGNED_IN_RULES];

/** Such as ``400 `invalid_grant` ``, ``redirect, `login_required` ``. */
export function wireWords(rule: AnyRule, profile: ProfileName): string {
  const { status, error, shape } = wireOf(rule, PROFILES[profile]);
  if (SHOWN.includes(rule)) return `page, 400 ${code(error)}`;
  if (REDIRECTED.includes(rule)) return `redirect, ${code(error)}`;
  return `${status} ${code(shape === 'management' ? `errorCode: ${error}` : error)}`;
}
