/** Who has an application: the users assigned to it themselves, and those who have it by a group. */
import type { Fact } from '../protocol/rule.js';
import type { Application } from '../registry/application.js';
import { type Assignment, assignments } from '../registry/assignment.js';
import { type Group, groups, memberships } from '../registry/group.js';
import { type User, users } from '../registry/user.js';
import type { Reader } from '../store/port.js';
import { userNameAt } from './saml-subject.js';

/** A user of an application. Its id is the user's. */
export interface AppUser {
  readonly id: string;
  readonly user: User;
  /** The user's own assignment, or the group's. */
  readonly assignment: Assignment;
  /** The group that the user has the application by; absent: the user is assigned directly. */
  readonly group?: Group | undefined;
  /** What the application knows the user by, or why it knows the user by no name. */
  readonly userName: Fact<string, string>;
}

/** @param group the group that it is the assignment of */
export function appUser(view: Reader, app: Application, user: User, assignment: Assignment, group?: Group): AppUser {
  return { id: user.id, user, assignment, group, userName: userNameAt(view, app, user, assignment.userName) };
}

/** The user of the application with that id, if the user has it. A direct assignment goes before a group's. */
export function findAppUser(view: Reader, app: Application, userId: string): AppUser | undefined {
  const user = view.get(users, userId);
  if (!user) return undefined;
  const direct = view.get(assignments, `${app.id}:${userId}`);
  if (direct) return appUser(view, app, user, direct);
  for (const { groupId } of view.findBy(memberships, 'user', userId)) {
    const row = view.get(assignments, `${app.id}:${groupId}`);
    if (row) return appUser(view, app, user, row, view.get(groups, groupId));
  }
  return undefined;
}

/** Every user of the application, in the order of assignment; who is in several groups, once. */
export function appUsersOf(view: Reader, app: Application): readonly AppUser[] {
  const ids = view.findBy(assignments, 'app', app.id).flatMap(({ principalType, principalId }) => {
    if (principalType === 'USER') return [principalId];
    return view.findBy(memberships, 'group', principalId).map(({ userId }) => userId);
  });
  return [...new Set(ids)].map((id) => findAppUser(view, app, id) as AppUser);
}
