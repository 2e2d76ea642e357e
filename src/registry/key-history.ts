/** The keys of a server as they were before its last changes, each change as what undoes it. One record a server. */
import * as z from 'zod';
import { collection } from './collection.js';
import { SigningKey } from './jwk.js';
import { PublishedKey } from './published-key.js';

/** The most changes of one server that can be taken back. */
export const MOST_STEPS = 20;

export const KEY_CHANGES = ['rotate', 'withdraw', 'reuse-kid', 'publish', 'unpublish'] as const;
export type KeyChange = (typeof KEY_CHANGES)[number];

/** Keys as they were, and the ids of those that were not there. */
const undoing = <T extends z.ZodType>(record: T) =>
  z.strictObject({ put: z.array(record), remove: z.array(z.string()) });

const KeyStep = z.strictObject({
  change: z.enum(KEY_CHANGES),
  signingKeys: undoing(SigningKey),
  publishedKeys: undoing(PublishedKey),
});
export type KeyStep = z.infer<typeof KeyStep>;

const KeyHistory = z.strictObject({
  /** `org`, or the id of a custom authorization server. */
  id: z.string(),
  /** The last one is undone first. */
  steps: z.array(KeyStep),
});
export type KeyHistory = z.infer<typeof KeyHistory>;

export const keyHistories = collection({ name: 'keyHistories', lifetime: 'registry', schema: KeyHistory });
