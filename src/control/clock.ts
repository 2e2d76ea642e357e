/** The org's clock: set off from the real time, moved, stopped. Everything that expires follows it. */
import * as z from 'zod';
import { type AdminCall, type AdminRefusal, carryOut, notValid } from '../admin/change.js';
import type { Org } from '../org.js';
import { Duration } from '../protocol/duration.js';
import { CLOCK_ID, type OrgClock, orgClocks, orgTime } from '../registry/org-clock.js';
import { type Change, insert, remove, replace, type View } from '../store/port.js';

const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

export const ClockRequest = z
  .strictObject({
    offset: Duration().describe('How far from the real time.'),
    set: instant.describe('The time it is to be (RFC 3339).'),
    advance: Duration().describe('How far from where it is; backwards, too.'),
    freeze: z.boolean().describe('true: it stands still; false: it goes on from where it stands.'),
  })
  .partial()
  .refine((request) => Object.keys(request).length > 0, 'says nothing: give offset, set, advance or freeze')
  .refine(
    ({ offset, set, advance }) => [offset, set, advance].filter((one) => one !== undefined).length <= 1,
    'has more than one of offset, set and advance',
  );
export type ClockRequest = z.infer<typeof ClockRequest>;

/** What the clock shows. */
export interface ClockState {
  /** ISO 8601. */
  readonly now: string;
  readonly realTime: string;
  /** Seconds from the real time to that of the org, now. */
  readonly offset: number;
  readonly frozen: boolean;
}

/** The year 1970 to 2096: where tokens can still say when they expire. */
const [FIRST, LAST] = [0, 4e12];

const clockIn = (view: View) => view.get(orgClocks, CLOCK_ID);

export function clockState({ store, realClock }: Org): ClockState {
  const clock = clockIn(store.view());
  const real = realClock.now();
  const now = orgTime(clock, real);
  return {
    now: new Date(now).toISOString(),
    realTime: new Date(real).toISOString(),
    offset: (now - real) / 1000,
    frozen: clock?.frozenAt !== undefined,
  };
}

/** The clock after the request. */
function setClock(before: OrgClock | undefined, request: ClockRequest, real: number): OrgClock {
  const from = orgTime(before, real);
  const { offset, set, advance = 0, freeze = before?.frozenAt !== undefined } = request;
  const now = offset !== undefined ? real + offset : (set ?? from + advance);
  return { id: CLOCK_ID, offset: now - real, ...(freeze && { frozenAt: now }) };
}

function written(before: OrgClock | undefined, after: OrgClock): Change {
  return before ? replace(orgClocks, before, after) : insert(orgClocks, after);
}

/** Sets the clock. @returns what it shows then */
export function changeClock(call: AdminCall, request: ClockRequest): Promise<ClockState | AdminRefusal> {
  const { org } = call;
  const real = org.realClock.now();
  return carryOut<ClockState>(call, (view) => {
    const before = clockIn(view);
    const after = setClock(before, request, real);
    const now = orgTime(after, real);
    if (now < FIRST || now > LAST) return notValid('clock', 'the time would be before 1970 or after 2096');
    const value = {
      now: new Date(now).toISOString(),
      realTime: new Date(real).toISOString(),
      ...{ offset: after.offset / 1000, frozen: after.frozenAt !== undefined },
    };
    const debug = { orgTime: value.now, frozen: String(value.frozen) };
    return {
      changes: [written(before, after)],
      events: [{ eventType: 'mock.clock.update', targets: [], debug }],
      value,
    };
  });
}

/** Back to the real time. */
export function resetClock(call: AdminCall): Promise<undefined | AdminRefusal> {
  return carryOut<undefined>(call, (view) => {
    const before = clockIn(view);
    if (!before) return { changes: [], events: [], value: undefined };
    return {
      changes: [remove(orgClocks, before)],
      events: [{ eventType: 'mock.clock.reset', targets: [] }],
      value: undefined,
    };
  });
}
