/** From a rule that is broken to what stands on the wire: Okta's status, error and text, unless the profile words it otherwise. */
import type { Profile } from './profile.js';
import { REASONS, type Reason } from './reasons.js';
import type { Rule } from './rule.js';

/** A rule's refusal as the profile puts it on the wire. */
// biome-ignore lint/suspicious/noExplicitAny: a rule over any facts
export function wireOf(rule: Pick<Rule<any>, 'reason' | 'wording'>, profile: Profile): Reason {
  const reason: Reason = REASONS[rule.reason];
  const error = (rule.wording && profile[rule.wording]) ?? reason.error;
  const { shape, ...rest } = reason;
  return {
    ...rest,
    error,
    status: profile.errorStatus === 'catalogue' ? reason.status : plainStatus(reason.status, error),
    ...(shape === profile.unknownClientShape && { shape }),
  };
}

/** The status as sent: Okta answers an unknown client 401 when it brought credentials, 400 when it brought none. */
export function sentStatus({ shape, status }: Reason, brought: boolean): number {
  return shape === 'management' && !brought ? 400 : status;
}

/** RFC 6749 "Error Response": 400 but for `invalid_client`; what is no fault of the request keeps its status. */
function plainStatus(status: number, error: string): number {
  if (status === 429 || status >= 500) return status;
  return error === 'invalid_client' ? 401 : 400;
}
