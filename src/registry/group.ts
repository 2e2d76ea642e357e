/** Groups and who belongs to them. */
import * as z from 'zod';
import { collection } from './collection.js';

export const Group = z.strictObject({
  id: z.string(),
  name: z.string().max(255).regex(/\S/, 'is blank'),
  description: z.string().max(1024).default(''),
  created: z.string(),
  lastUpdated: z.string(),
});
export type Group = z.infer<typeof Group>;

export const groups = collection({
  name: 'groups',
  lifetime: 'registry',
  schema: Group,
  indexes: { name: (group) => [group.name] },
  unique: ['name'],
});

/** One user in one group. Its id is `{groupId}:{userId}`. */
export const Membership = z.strictObject({ id: z.string(), groupId: z.string(), userId: z.string() });
export type Membership = z.infer<typeof Membership>;

export const memberships = collection({
  name: 'memberships',
  lifetime: 'registry',
  schema: Membership,
  indexes: { group: (row) => [row.groupId], user: (row) => [row.userId] },
});
