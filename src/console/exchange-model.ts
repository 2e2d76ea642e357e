/** What the page of one token request is made from. */
import type { Outcome } from '../protocol/rule.js';
import type { Source } from '../protocol/sources.js';
import { TOKEN_TYPE } from '../protocol/urns.js';
import type { ExchangeRecord, RefusalShown } from '../syslog/exchange-log.js';
import type { Fetched } from '../syslog/fetch-log.js';
import type { At } from './frame.js';

/** A rule with what came of it. `stage`: the part of the request's way where it stands. */
export interface RuleShown {
  readonly name: string;
  readonly outcome: Outcome;
  readonly stage: string;
  readonly demands: string;
  readonly source: Source;
}

/** An edge case by name; without more, where there is none of that name any more. */
export interface CaseShown {
  readonly name: string;
  readonly differs?: string | undefined;
  readonly note?: string | undefined;
}

export interface ExchangeModel {
  readonly at: At;
  readonly record: ExchangeRecord;
  /** Name of the org, or of the custom authorization server that was asked. */
  readonly server: string;
  /** What the client is called, and its page. */
  readonly client: { readonly name: string; readonly to?: string | undefined } | undefined;
  readonly rules: readonly RuleShown[];
  readonly edgeCases: readonly CaseShown[];
  /** The sign-in that the subject token, or the exchange that the ID-JAG, came from: id of its record. */
  readonly cameFrom: string | undefined;
  /** The requests by which the ID-JAG was redeemed at a server of this org: ids of their records. */
  readonly redeemed: readonly string[];
  /** Who fetched the key set while the ID-JAG was good. */
  readonly fetches: readonly Fetched[];
  readonly curl: string | undefined;
  /** Why it cannot be done again. */
  readonly notAgain: string | undefined;
}

export const RESULTS = { granted: 'good', refused: 'bad', faulted: 'warn' } as const;

export const exchangePath = (id: string) => `/console/exchanges/${encodeURIComponent(id)}`;
export const casePath = (name: string) => `/console/edge-cases/${encodeURIComponent(name)}`;

export const isRefusal = (answer: ExchangeRecord['answer']): answer is RefusalShown =>
  answer !== null && 'error' in answer;

export const isIdJag = ({ answer }: ExchangeRecord) =>
  answer !== null && !isRefusal(answer) && answer.issued_token_type === TOKEN_TYPE.idJag;
