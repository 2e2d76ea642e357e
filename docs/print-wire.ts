/** A rule's refusal as a client meets it, in words: by which way it comes, the status and the error. */
import { PAGE_RULES, REDIRECT_RULES, SIGNED_IN_RULES } from '../src/authorization/authorize-rules.js';
import { SAML_LOGOUT_RESPONSE_RULES, SAML_LOGOUT_RULES } from '../src/authorization/saml-logout-rules.js';
import { SAML_MESSAGE_RULES } from '../src/authorization/saml-message-rules.js';
import { SAML_PAGE_RULES, SAML_RESPONSE_RULES, SAML_SIGNED_IN_RULES } from '../src/authorization/saml-sso-rules.js';
import { SAML_STATUS_OF } from '../src/authorization/saml-status.js';
import { PROFILES, type ProfileName } from '../src/protocol/profile.js';
import { REASONS } from '../src/protocol/reasons.js';
import type { Rule } from '../src/protocol/rule.js';
import { wireOf } from '../src/protocol/wire.js';
import { code } from './print-markdown.js';

// biome-ignore lint/suspicious/noExplicitAny: rules over facts of every kind
export type AnyRule = Rule<any>;

const SHOWN: readonly AnyRule[] = PAGE_RULES;
const REDIRECTED: readonly AnyRule[] = [...REDIRECT_RULES, ...SIGNED_IN_RULES];
const OF_SAML: readonly AnyRule[] = [
  ...[...SAML_MESSAGE_RULES, ...SAML_PAGE_RULES, ...SAML_RESPONSE_RULES, ...SAML_SIGNED_IN_RULES],
  ...[...SAML_LOGOUT_RULES, ...SAML_LOGOUT_RESPONSE_RULES],
];

/** The status that the service provider gets, or the page. */
function samlWords({ reason }: AnyRule, page: string): string {
  const status = SAML_STATUS_OF[reason];
  const short = (urn: string) => urn.slice(urn.lastIndexOf(':') + 1);
  return status ? `SAML status, ${code(`${short(status.code)} / ${short(status.detail)}`)}` : page;
}

/** Such as ``400 `invalid_grant` ``, ``redirect, `login_required` ``. */
export function wireWords(rule: AnyRule, profile: ProfileName): string {
  const { status, error, shape } = wireOf(rule, PROFILES[profile]);
  if (OF_SAML.includes(rule)) return samlWords(rule, `page, ${REASONS[rule.reason].status} ${code(error)}`);
  if (SHOWN.includes(rule)) return `page, 400 ${code(error)}`;
  if (REDIRECTED.includes(rule)) return `redirect, ${code(error)}`;
  return `${status} ${code(shape === 'management' ? `errorCode: ${error}` : error)}`;
}
