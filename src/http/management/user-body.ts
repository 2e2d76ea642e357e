/** A user in Okta's JSON. */
import * as z from 'zod';
import type { Org } from '../../org.js';
import type { User } from '../../registry/user.js';

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
  credentials: z.looseObject({ provider: z.object({ type: z.string(), name: z.string() }) }),
});

/** The one user type of the org. */
const USER_TYPE = 'otyDefaultUserType01';

/** @returns Okta's members in Okta's order; the password is never among them */
export function userBody(org: Org, user: User) {
  const { id, status, created, lastUpdated, statusChanged, passwordChanged, password, profile } = user;
  const { timezone, ...attributes } = profile;
  const self = `${org.issuer}/api/v1/users/${id}`;
  return {
    ...{ id, status, created, activated: status === 'STAGED' ? null : created, statusChanged, lastLogin: null },
    ...{ lastUpdated, passwordChanged: passwordChanged ?? null, type: { id: USER_TYPE } },
    profile: { ...attributes, timezone },
    credentials: { ...(password !== undefined && { password: {} }), provider: { type: 'OKTA', name: 'OKTA' } },
    _links: { self: { href: self } },
  };
}
