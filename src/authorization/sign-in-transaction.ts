/** The authorization request that waits while its user signs in: ten minutes, filed under the page's state token. */
import * as z from 'zod';
import { collection } from '../registry/collection.js';

export const SignInTransaction = z.strictObject({
  id: z.string(),
  server: z.string(),
  /** The request's parameters, form-encoded. */
  params: z.string(),
  expiresAt: z.number(),
});
export type SignInTransaction = z.infer<typeof SignInTransaction>;

export const signIns = collection({ name: 'signIns', lifetime: 'transient', schema: SignInTransaction });
