/** A group in Okta's JSON. */
import * as z from 'zod';
import type { Org } from '../../org.js';
import type { Group } from '../../registry/group.js';

export const GroupBody = z.looseObject({
  id: z.string(),
  created: z.string(),
  lastUpdated: z.string(),
  lastMembershipUpdated: z.string(),
  objectClass: z.array(z.string()),
  type: z.literal('OKTA_GROUP'),
  profile: z.object({ name: z.string(), description: z.string().nullable() }),
});

/** @returns Okta's members in Okta's order */
export function groupBody(org: Org, { id, name, description, created, lastUpdated }: Group) {
  const href = (path: string) => ({ href: `${org.issuer}/api/v1/groups/${id}${path}` });
  return {
    ...{ id, created, lastUpdated, lastMembershipUpdated: lastUpdated },
    ...{ objectClass: ['okta:user_group'], type: 'OKTA_GROUP', profile: { name, description: description || null } },
    _links: { users: href('/users'), apps: href('/apps') },
  };
}
