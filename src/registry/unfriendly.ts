/** Unfriendly mode: the org is as awkward as the specifications allow, and every token stays valid. One record, or none. */
import * as z from 'zod';
import { collection } from './collection.js';

/** Filed under this id. */
export const UNFRIENDLY_ID = 'unfriendly';

const Unfriendly = z.strictObject({
  id: z.literal(UNFRIENDLY_ID),
  /** The same seed and the same requests give the same answers. */
  seed: z.int(),
  /** When it was switched on, in milliseconds since the epoch by the time of the machine: counting begins anew. */
  since: z.int(),
  /** When the keys were last rotated for it, likewise. */
  rotatedAt: z.int(),
});
export type Unfriendly = z.infer<typeof Unfriendly>;

export const unfriendlyModes = collection({ name: 'unfriendly', lifetime: 'registry', schema: Unfriendly });
