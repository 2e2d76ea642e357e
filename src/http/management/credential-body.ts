/** What the credentials of apps and of AI agents have alike in Okta's JSON. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { Activity } from '../../registry/activity.js';
import { SentSecret } from '../../registry/sent-credentials.js';

/** A client secret that is to be added; one that is not sent is made. */
export const SecretRequest = z
  .object({ client_secret: SentSecret.nullish(), status: Activity.nullish() })
  .optional()
  .transform((sent) => ({ secret: sent?.client_secret ?? undefined, status: sent?.status ?? undefined }));

export const CREDENTIAL = { id: z.string(), status: Activity, created: z.string(), lastUpdated: z.string() };

/** What a client secret is known by where it is not shown. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url').slice(0, 22);
}
