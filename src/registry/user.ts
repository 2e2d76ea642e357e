/** Users: the people who sign in, with Okta's status and profile. */
import * as z from 'zod';
import { collection } from './collection.js';
import { withoutNulls } from './without-nulls.js';

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
export type UserStatus = z.infer<typeof UserStatus>;

/** The attributes of Okta's default user type that a profile may have beside the required ones. */
export const OPTIONAL_ATTRIBUTES = [
  ...['middleName', 'honorificPrefix', 'honorificSuffix', 'title', 'displayName', 'nickName', 'profileUrl'],
  ...['secondEmail', 'mobilePhone', 'primaryPhone', 'streetAddress', 'city', 'state', 'zipCode', 'countryCode'],
  ...['postalAddress', 'preferredLanguage', 'userType', 'employeeNumber', 'costCenter', 'organization', 'division'],
  ...['department', 'managerId', 'manager'],
] as const;

const attribute = z.string().max(1024).optional();

export const UserProfile = z.strictObject({
  login: z.string().min(1).max(100),
  email: z.email().max(100),
  firstName: z.string().max(50),
  lastName: z.string().max(50),
  locale: z.string().max(50).default('en_US'),
  timezone: z.string().max(50).default('America/Los_Angeles'),
  ...(Object.fromEntries(OPTIONAL_ATTRIBUTES.map((name) => [name, attribute])) as Record<
    (typeof OPTIONAL_ATTRIBUTES)[number],
    typeof attribute
  >),
});

export type UserProfile = z.infer<typeof UserProfile>;

/**
 * A profile as it is sent: null is as good as absent, and what is no attribute of Okta's default user type is ignored.
 */
export const SentProfile = z.preprocess(withoutNulls, UserProfile.strip());

export const User = z.strictObject({
  id: z.string(),
  status: UserStatus,
  profile: UserProfile,
  /** In clear: this org is for testing, and its file is meant to be read. Absent: the user cannot sign in. */
  password: z.string().optional(),
  created: z.string(),
  lastUpdated: z.string(),
  statusChanged: z.string(),
  /** When the user was activated last; absent: never. */
  activated: z.string().optional(),
  passwordChanged: z.string().optional(),
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
