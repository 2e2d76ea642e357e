/**
 * The exchange records: each request to a token endpoint with every rule it was judged by and what came of it. What the
 * System Log says in one reason, these say rule by rule. The last ones are kept, in memory; never a token or a secret.
 */
import type { Outcome } from '../protocol/rule.js';

/** How many records are kept; the oldest go first. */
const LIMIT = 1000;

/** One request to a token endpoint. */
export interface ExchangeRecord {
  /** The request's id, as in `x-okta-request-id` and in the System Log's `transaction.id`. */
  readonly id: string;
  /** ISO 8601, by the org's clock. */
  readonly published: string;
  /** `org`, or the id of the custom authorization server. */
  readonly server: string;
  readonly grantType: string;
  /** Id of the authenticated client, or of the one the request claimed to be from, if the org has it. */
  readonly client: string | null;
  /** Login of the user. */
  readonly user: string | null;
  readonly audience: string | null;
  readonly result: 'granted' | 'refused';
  /** Okta's reason, on a refusal. */
  readonly reason: string | null;
  /** The rule that refused. */
  readonly rule: string | null;
  /** Every rule that was judged, in order. */
  readonly rules: readonly { readonly name: string; readonly outcome: Outcome }[];
}

export interface ExchangeLog {
  write(record: ExchangeRecord): void;
  /** The newest first. */
  last(limit: number): readonly ExchangeRecord[];
}

/** An empty log. */
export function exchangeLog(limit = LIMIT): ExchangeLog {
  const records: ExchangeRecord[] = [];
  return {
    write(record) {
      records.push(record);
      if (records.length > limit) records.shift();
    },
    last: (count) => records.slice(-count).toReversed(),
  };
}
