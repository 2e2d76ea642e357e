/** Groups: what an administrator does to them and to who belongs to them. */
import { newId } from '../protocol/ids.js';
import { assignments } from '../registry/assignment.js';
import { type Group, groups, type Membership, memberships } from '../registry/group.js';
import { users } from '../registry/user.js';
import { insert, keep, keepFound, remove, replace, type View } from '../store/port.js';
import { partyOfGroup, partyOfUser } from '../syslog/event.js';
import { type AdminCall, type AdminRefusal, carryOut, isAdminRefusal, notFound } from './change.js';

export type GroupProfile = Pick<Group, 'name' | 'description'>;

/** The group, or that there is none. */
export function findGroup(view: View, id: string): Group | AdminRefusal {
  return view.get(groups, id) ?? notFound(id, 'UserGroup');
}

export function createGroup(call: AdminCall, profile: GroupProfile): Promise<Group | AdminRefusal> {
  return carryOut(call, (_, now) => {
    const group = { id: newId('group'), ...profile, created: now, lastUpdated: now };
    const event = { eventType: 'group.lifecycle.create', targets: [partyOfGroup(group)] } as const;
    return { changes: [insert(groups, group)], events: [event], value: group };
  });
}

export function replaceGroup(call: AdminCall, id: string, profile: GroupProfile): Promise<Group | AdminRefusal> {
  return carryOut(call, (view, now) => {
    const before = findGroup(view, id);
    if (isAdminRefusal(before)) return before;
    const group = { ...before, ...profile, lastUpdated: now };
    const event = { eventType: 'group.profile.update', targets: [partyOfGroup(group)] } as const;
    return { changes: [replace(groups, before, group)], events: [event], value: group };
  });
}

/** Deletes the group with all memberships and assignments that it stands in, as Okta does. */
export function deleteGroup(call: AdminCall, id: string): Promise<undefined | AdminRefusal> {
  return carryOut(call, (view) => {
    const group = findGroup(view, id);
    if (isAdminRefusal(group)) return group;
    const members = view.findBy(memberships, 'group', id);
    const assigned = view.findBy(assignments, 'principal', id);
    const changes = [
      keepFound(memberships, 'group', id, members),
      keepFound(assignments, 'principal', id, assigned),
      remove(groups, group),
      ...members.map((row) => remove(memberships, row)),
      ...assigned.map((row) => remove(assignments, row)),
    ];
    const event = { eventType: 'group.lifecycle.delete', targets: [partyOfGroup(group)] } as const;
    return { changes, events: [event], value: undefined };
  });
}

/** Puts a user into a group. Who is in it stays in it, and nothing is logged. */
export function addMember(call: AdminCall, groupId: string, userId: string): Promise<undefined | AdminRefusal> {
  return carryOut(call, (view) => {
    const group = findGroup(view, groupId);
    if (isAdminRefusal(group)) return group;
    const user = view.get(users, userId);
    if (!user) return notFound(userId, 'User');
    const row: Membership = { id: `${groupId}:${userId}`, groupId, userId };
    if (view.get(memberships, row.id)) return { changes: [], events: [], value: undefined };
    const event = {
      eventType: 'group.user_membership.add',
      targets: [partyOfUser(user), partyOfGroup(group)],
    } as const;
    const changes = [keep(groups, group), keep(users, user), insert(memberships, row)];
    return { changes, events: [event], value: undefined };
  });
}

/** Takes a user out of a group. Who is not in it stays out of it. */
export function removeMember(call: AdminCall, groupId: string, userId: string): Promise<undefined | AdminRefusal> {
  return carryOut(call, (view) => {
    const group = findGroup(view, groupId);
    if (isAdminRefusal(group)) return group;
    const user = view.get(users, userId);
    if (!user) return notFound(userId, 'User');
    const row = view.get(memberships, `${groupId}:${userId}`);
    if (!row) return { changes: [], events: [], value: undefined };
    const targets = [partyOfUser(user), partyOfGroup(group)];
    const event = { eventType: 'group.user_membership.remove', targets } as const;
    return { changes: [remove(memberships, row)], events: [event], value: undefined };
  });
}
