/** A user in Okta's JSON. */
import * as z from 'zod';
import type { Org } from '../../org.js';
import type { User } from '../../registry/user.js';

export const CredentialsBody = z.looseObject({ provider: z.object({ type: z.string(), name: z.string() }) });

export const UserBody = z.looseObject({
  id: z.string(),
  status: z.string(),
  created: z.string(),
  activated: z.string().nullable(),
  statusChanged: z.string(),
  lastLogin: z.string().nullable(),
  lastUpdated: z.string(),
  passwordChanged: z.string().nullable(),
  type: z.object({ id: z.string() }),
  profile: z.looseObject({ login: z.string(), email: z.string() }),
  credentials: CredentialsBody,
});

/** The one user type of the org. */
const USER_TYPE = 'otyDefaultUserType01';

/** Whether there is a password, never which. */
export function credentialsBody({ password }: User) {
  return { ...(password !== undefined && { password: {} }), provider: { type: 'OKTA', name: 'OKTA' } };
}

/** @returns Okta's members in Okta's order; the password is never among them */
export function userBody(org: Org, user: User) {
  const { id, status, created, activated, lastUpdated, statusChanged, passwordChanged, profile } = user;
  const { timezone, ...attributes } = profile;
  const self = `${org.issuer}/api/v1/users/${id}`;
  return {
    ...{ id, status, created, activated: activated ?? null, statusChanged, lastLogin: null },
    ...{ lastUpdated, passwordChanged: passwordChanged ?? null, type: { id: USER_TYPE } },
    profile: { ...attributes, timezone },
    credentials: credentialsBody(user),
    _links: { self: { href: self } },
  };
}
