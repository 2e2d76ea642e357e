/** Keys that stand in a key set on purpose: edge cases sign with them, and the org itself does not believe them. */
import * as z from 'zod';
import { SignerName } from '../edge-cases/edits.js';
import { collection } from './collection.js';

export const PublishedKey = z.strictObject({
  id: z.string(),
  /** `org`, or the id of the custom authorization server in whose key set it stands. */
  server: z.string(),
  signer: SignerName,
  /** As it is published. */
  jwk: z.record(z.string(), z.unknown()),
});
export type PublishedKey = z.infer<typeof PublishedKey>;

export const publishedKeys = collection({
  name: 'publishedKeys',
  lifetime: 'registry',
  schema: PublishedKey,
  indexes: { server: (key) => [key.server] },
});
