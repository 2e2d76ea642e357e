/** Whether a user is assigned to an application, directly or by a group, and by which name. */
import { assignments } from '../registry/assignment.js';
import { memberships } from '../registry/group.js';
import type { Reader } from '../store/port.js';

/** The user name that an administrator set for the user at the application. */
export function assignedUserName(view: Reader, appId: string, userId: string): string | undefined {
  return view.get(assignments, `${appId}:${userId}`)?.userName;
}

export function isAssigned(view: Reader, appId: string, userId: string): boolean {
  const assigned = (principalId: string) => view.get(assignments, `${appId}:${principalId}`) !== undefined;
  return assigned(userId) || view.findBy(memberships, 'user', userId).some((row) => assigned(row.groupId));
}
