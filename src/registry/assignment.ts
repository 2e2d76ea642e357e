/** Assignments: which users and groups may use which application. */
import * as z from 'zod';
import { collection } from './collection.js';

/** One user or group on one application. Its id is `{appId}:{principalId}`. */
export const Assignment = z.strictObject({
  id: z.string(),
  appId: z.string(),
  principalType: z.enum(['USER', 'GROUP']),
  principalId: z.string(),
  created: z.string(),
});
export type Assignment = z.infer<typeof Assignment>;

export const assignments = collection({
  name: 'assignments',
  lifetime: 'registry',
  schema: Assignment,
  indexes: { app: (row) => [row.appId], principal: (row) => [row.principalId] },
});
