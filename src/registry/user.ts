/** Users: the people who sign in, with Okta's status and profile. */
import * as z from 'zod';
import { collection } from './collection.js';

export const UserStatus = z.enum([
  'STAGED',
  'PROVISIONED',
  'ACTIVE',
  'RECOVERY',
  'PASSWORD_EXPIRED',
  'LOCKED_OUT',
  'SUSPENDED',
  'DEPROVISIONED',
]);

export const UserProfile = z.strictObject({
  login: z.string().min(1).max(100),
  email: z.email(),
  firstName: z.string(),
  lastName: z.string(),
  locale: z.string().default('en_US'),
  timezone: z.string().default('America/Los_Angeles'),
});

export const User = z.strictObject({
  id: z.string(),
  status: UserStatus,
  profile: UserProfile,
  /** In clear: this org is for testing, and its file is meant to be read. Absent: the user cannot sign in. */
  password: z.string().optional(),
  created: z.string(),
  lastUpdated: z.string(),
});
export type User = z.infer<typeof User>;

export const users = collection({
  name: 'users',
  lifetime: 'registry',
  schema: User,
  indexes: { login: (user) => [user.profile.login.toLowerCase()] },
  unique: ['login'],
});

/** The name people know the user by. */
export function displayName(user: User): string {
  return `${user.profile.firstName} ${user.profile.lastName}`;
}
