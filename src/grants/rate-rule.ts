/** What comes before everything at the endpoints of clients: that the org has not been asked too often this minute. */
import { type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import type { Call } from './call.js';

type RateFacts = Pick<Call, 'rateExceeded'>;

export const RATE_RULES: readonly Rule<RateFacts>[] = [
  rulesOver<RateFacts>()({
    name: 'rate-limit-kept',
    demands: 'This minute, the token endpoints were not asked more often than the settings of the org allow.',
    holds: (f) => !f.rateExceeded,
    reason: 'user_rate_limited',
    source: cite.oktaErrors('user_rate_limited'),
  }),
];
