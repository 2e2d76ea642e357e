/** API tokens: what stands behind `Authorization: SSWS …`, each with the role of the administrator who made it. */
import * as z from 'zod';
import { collection } from './collection.js';

const AdminRole = z.enum(['SUPER_ADMIN', 'READ_ONLY_ADMIN']);

export const ApiToken = z.strictObject({
  id: z.string(),
  name: z.string(),
  token: z.string().min(16),
  role: AdminRole,
  /** ISO 8601; absent: it does not expire. */
  validUntil: z.iso.datetime().optional(),
});
export type ApiToken = z.infer<typeof ApiToken>;

export const apiTokens = collection({
  name: 'apiTokens',
  lifetime: 'registry',
  schema: ApiToken,
  indexes: { token: (record) => [record.token] },
  unique: ['token'],
});
