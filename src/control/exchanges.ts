/** The inbox: token requests as they came, chosen by what they were, waited for and followed. */
import * as z from 'zod';
import { type AdminCall, type AdminRefusal, isAdminRefusal, logEvents, refusal } from '../admin/change.js';
import { Duration } from '../protocol/duration.js';
import { isKnown } from '../protocol/rule.js';
import { scimFilter } from '../protocol/scim-filter.js';
import type { ExchangeLog, ExchangeRecord } from '../syslog/exchange-log.js';

/** The most who wait and follow at one org. */
export const MOST = 200;

/** The longest that anybody waits, in milliseconds. */
const LONGEST = 600_000;

const text = z.string().min(1).max(1000).optional();

const CHOSEN = {
  client: text.describe('Id of the client.'),
  user: text.describe('Login of the user.'),
  audience: text,
  result: z.enum(['granted', 'refused', 'faulted']).optional(),
  grantType: text.describe('As in the record: token-exchange.'),
  rule: text.describe('The rule that refused.'),
  reason: text.describe("Okta's reason, on a refusal."),
  edgeCase: text.describe('One that was applied.'),
  match: z.string().optional().describe('A SCIM filter over the record.'),
  after: text.describe('Id of a record: only what came later.'),
};

const limit = z
  .stringFormat('whole number', /^\d{1,9}$/)
  .transform(Number)
  .refine((limit) => limit >= 1 && limit <= 1000, 'must be 1 to 1000')
  .default(100);

/** Which records somebody follows. */
export const ExchangeChoice = z.strictObject(CHOSEN);
export type ExchangeChoice = z.infer<typeof ExchangeChoice>;

export const ExchangesQuery = z.strictObject({
  limit,
  ...CHOSEN,
  wait: Duration(0, LONGEST).optional().describe('How long to wait for the first, if there is none yet.'),
});
export type ExchangesQuery = z.infer<typeof ExchangesQuery>;

type Chosen = (record: ExchangeRecord) => boolean;

const EQUAL = ['client', 'user', 'audience', 'result', 'grantType', 'rule', 'reason'] as const;

const UNREADABLE =
  'match: is no SCIM filter over a record, such as: result eq "refused" and assertions.subjectToken.claims.email sw "alice"';

function chosenBy(choice: ExchangeChoice): Chosen | AdminRefusal {
  const names = EQUAL.filter((name) => choice[name] !== undefined);
  const { edgeCase, match } = choice;
  const matches = match === undefined ? () => true : scimFilter(match);
  if (!isKnown(matches)) return refusal('E0000031', UNREADABLE);
  return (record) =>
    names.every((name) => record[name] === choice[name]) &&
    (edgeCase === undefined || (record.onPurpose?.edgeCases.includes(edgeCase) ?? false)) &&
    // Read whole, and once: a filter may look at a member many times, and each look would decode the tokens anew.
    (match === undefined || matches({ ...record }));
}

/** Forgets them all. */
export function clearExchanges(call: AdminCall): void {
  call.org.exchanges.clear();
  logEvents(call, [{ eventType: 'mock.inbox.clear', targets: [] }]);
}

const fullRefusal = () =>
  refusal('E0000047', `${MOST} requests wait for exchanges or follow them already; end one first`);

/** The next record that is chosen; none when the time is over, or something ends the waiting. */
function nextOf(log: ExchangeLog, chosen: Chosen, length: number, ends: readonly AbortSignal[]) {
  return new Promise<readonly ExchangeRecord[]>((resolve) => {
    const finish = (found: readonly ExchangeRecord[]) => {
      clearTimeout(timer);
      leave();
      for (const end of ends) end.removeEventListener('abort', over);
      resolve(found);
    };
    const over = () => finish([]);
    const timer = setTimeout(over, length);
    const leave = log.subscribe((record) => chosen(record) && finish([record]));
    for (const end of ends) end.addEventListener('abort', over);
    if (ends.some((end) => end.aborted)) over();
  });
}

/**
 * The records that are asked for, the newest first; waits for one if that is asked for, too.
 * @param ends what ends the waiting before its time
 */
export async function findExchanges(
  log: ExchangeLog,
  { limit, wait = 0, after, ...choice }: ExchangesQuery,
  ends: readonly AbortSignal[],
): Promise<readonly ExchangeRecord[] | AdminRefusal> {
  const chosen = chosenBy(choice);
  if (isAdminRefusal(chosen)) return chosen;
  const found = log.after(after).filter(chosen).slice(-limit).toReversed();
  if (found.length > 0 || wait === 0) return found;
  return log.listening < MOST ? nextOf(log, chosen, wait, ends) : fullRefusal();
}

/** What somebody gets who follows: what there is already, and then one record after the other. */
export interface Following {
  /** The oldest first. */
  readonly before: readonly ExchangeRecord[];
  /** Hears of each record from now on, until the function returned is called. */
  readonly listen: (hear: (record: ExchangeRecord) => void) => () => void;
}

/** Follows the records that are chosen: those after the one of that id, or from now on. */
export function followExchanges(log: ExchangeLog, { after, ...choice }: ExchangeChoice): Following | AdminRefusal {
  const chosen = chosenBy(choice);
  if (isAdminRefusal(chosen)) return chosen;
  if (log.listening >= MOST) return fullRefusal();
  return {
    before: after === undefined ? [] : log.after(after).filter(chosen),
    listen: (hear) => log.subscribe((record) => chosen(record) && hear(record)),
  };
}
