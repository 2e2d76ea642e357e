/** The org itself: its name, the features switched on in it, and how strict it is. One record an org. */
import * as z from 'zod';
import { ProfileName } from '../protocol/profile.js';
import { collection } from './collection.js';

export const OrgFeatures = z.strictObject({
  xaa: z.boolean().default(true).describe('Cross App Access is enabled for the org (Okta switches this on).'),
});

const RateLimit = z.strictObject({
  perMinute: z
    .int()
    .min(1)
    .max(1_000_000)
    .describe('Requests a minute: to the token endpoints together, and to the API.'),
});

export const OrgBehaviour = z.strictObject({
  profile: z
    .enum(ProfileName)
    .default('okta')
    .describe('okta: answers as a real org; draft: as the ID-JAG draft and its RFCs say. See docs/profiles.md.'),
  strictClientAssertionAudience: z
    .boolean()
    .default(false)
    .describe(
      'true: the aud of a client assertion must be the endpoint, as at Okta (profile draft: the issuer); false: both do.',
    ),
  explainErrors: z
    .boolean()
    .default(false)
    .describe('true: the body of an error says in an extra member which rules were broken. Okta never does.'),
  operationDelay: z
    .int()
    .min(0)
    .max(60_000)
    .default(0)
    .describe('Milliseconds until a change of an AI agent is carried out after its 202; 0: before it.'),
  rateLimit: RateLimit.optional().describe('Answer 429 to what comes above it, as Okta does; absent: no limit.'),
});

export const OrgSettings = z.strictObject({
  id: z.string(),
  name: z.string(),
  features: OrgFeatures,
  settings: OrgBehaviour,
  /** SHA-256 of the org file that the store was seeded from. */
  seed: z.string(),
});
export type OrgSettings = z.infer<typeof OrgSettings>;

export const orgSettings = collection({ name: 'org', lifetime: 'registry', schema: OrgSettings });
