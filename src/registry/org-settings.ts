/** The org itself: its name, the features switched on in it, and how strict it is. One record an org. */
import * as z from 'zod';
import { collection } from './collection.js';

export const OrgFeatures = z.strictObject({
  xaa: z.boolean().default(true).describe('Cross App Access is enabled for the org (Okta switches this on).'),
});

export const OrgStrictness = z.strictObject({
  strictClientAssertionAudience: z
    .boolean()
    .default(false)
    .describe('true: the aud of a client assertion must be the endpoint, as at Okta; false: the issuer will do, too.'),
});

export const OrgSettings = z.strictObject({
  id: z.string(),
  name: z.string(),
  features: OrgFeatures,
  settings: OrgStrictness,
  /** SHA-256 of the org file that the store was seeded from. */
  seed: z.string(),
});
export type OrgSettings = z.infer<typeof OrgSettings>;

export const orgSettings = collection({ name: 'org', lifetime: 'registry', schema: OrgSettings });
