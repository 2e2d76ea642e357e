/** How somebody comes by an application: the groups that give it. */
import { assignments } from '../../registry/assignment.js';
import { type Group, groups, memberships } from '../../registry/group.js';
import type { View } from '../../store/port.js';

/** The groups of the person that are assigned to the application. */
export function groupsThatGive(view: View, appId: string, userId: string): readonly Group[] {
  return view
    .findBy(memberships, 'user', userId)
    .filter(({ groupId }) => view.get(assignments, `${appId}:${groupId}`) !== undefined)
    .map(({ groupId }) => view.get(groups, groupId) as Group);
}
