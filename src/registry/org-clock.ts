/** How far the org's clock is from the real one. One record an org, or none: then it is the real one. */
import * as z from 'zod';
import { collection } from './collection.js';

/** Filed under this id. */
export const CLOCK_ID = 'clock';

/** Milliseconds. */
const OrgClock = z.strictObject({
  id: z.literal(CLOCK_ID),
  /** Added to the real time. */
  offset: z.int(),
  /** The time at which it stands still, in milliseconds since the epoch. */
  frozenAt: z.int().optional(),
});
export type OrgClock = z.infer<typeof OrgClock>;

export const orgClocks = collection({ name: 'clock', lifetime: 'registry', schema: OrgClock });

/** The org's time. @param real milliseconds since the epoch */
export function orgTime(clock: OrgClock | undefined, real: number): number {
  return clock?.frozenAt ?? real + (clock?.offset ?? 0);
}
