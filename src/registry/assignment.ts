/** Assignments: which users and groups may use which application. */
import * as z from 'zod';
import { collection } from './collection.js';

/** The user name of an assignment. */
export const AssignedUserName = z.string().max(100).regex(/\S/, 'is blank');
/** Which of several groups of a user counts first; 0 is the highest. */
export const AssignmentPriority = z.int().min(0).max(1000);

/** One user or group on one application. Its id is `{appId}:{principalId}`. */
export const Assignment = z.strictObject({
  id: z.string(),
  appId: z.string(),
  principalType: z.enum(['USER', 'GROUP']),
  principalId: z.string(),
  /** What the application knows this user by, where it is not what its *Application username format* gives. */
  userName: AssignedUserName.optional(),
  /** Of a group, as an administrator set it. */
  priority: AssignmentPriority.optional(),
  created: z.string(),
  lastUpdated: z.string(),
});
export type Assignment = z.infer<typeof Assignment>;

export const assignments = collection({
  name: 'assignments',
  lifetime: 'registry',
  schema: Assignment,
  indexes: { app: (row) => [row.appId], principal: (row) => [row.principalId] },
});
