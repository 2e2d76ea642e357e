/** Whether a user is assigned to an application, directly or by a group. */
import { assignments } from '../registry/assignment.js';
import { memberships } from '../registry/group.js';
import type { Reader } from '../store/port.js';

export function isAssigned(view: Reader, appId: string, userId: string): boolean {
  const assigned = (principalId: string) => view.get(assignments, `${appId}:${principalId}`) !== undefined;
  return assigned(userId) || view.findBy(memberships, 'user', userId).some((row) => assigned(row.groupId));
}
