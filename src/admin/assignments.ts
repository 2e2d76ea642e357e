/** Assignments: which users and groups an administrator lets use which application. */
import { type AppUser, appUser, findAppUser } from '../access/app-users.js';
import { type Application, applications } from '../registry/application.js';
import { type Assignment, assignments } from '../registry/assignment.js';
import { type Group, groups } from '../registry/group.js';
import { type User, users } from '../registry/user.js';
import { insert, keep, remove, replace, type View } from '../store/port.js';
import { partyOfGroup, partyOfInstance, partyOfUser } from '../syslog/event.js';
import { findApplication } from './applications.js';
import {
  type AdminCall,
  type AdminRefusal,
  type ChangePlan,
  carryOut,
  isAdminRefusal,
  notFound,
  notValid,
} from './change.js';
import { findGroup } from './groups.js';

/** The user of the application, or that there is none. */
export function findAssignedUser(view: View, app: Application, userId: string): AppUser | AdminRefusal {
  return findAppUser(view, app, userId) ?? notFound(userId, 'AppUser');
}

/** The assignment of the group to the application, or that there is none. */
export function findAssignedGroup(view: View, app: Application, groupId: string): Assignment | AdminRefusal {
  const row = view.get(assignments, `${app.id}:${groupId}`);
  return row?.principalType === 'GROUP' ? row : notFound(groupId, 'ApplicationGroupAssignment');
}

const rowOf = (app: Application, principalType: 'USER' | 'GROUP', principalId: string, now: string): Assignment => ({
  ...{ id: `${app.id}:${principalId}`, appId: app.id, principalType, principalId },
  ...{ created: now, lastUpdated: now },
});

/** The user's own assignment made, or given another user name; what is so already is not written again. */
function planned(
  view: View,
  app: Application,
  user: User,
  before: Assignment | undefined,
  userName: string | undefined,
  now: string,
): ChangePlan<AppUser> {
  const targets = [partyOfUser(user), partyOfInstance(app)];
  const kept = [keep(applications, app), keep(users, user)];
  const named = userName !== undefined && { userName };
  if (!before) {
    const row = { ...rowOf(app, 'USER', user.id, now), ...named };
    const event = { eventType: 'application.user_membership.add', targets } as const;
    return { changes: [...kept, insert(assignments, row)], events: [event], value: appUser(view, app, user, row) };
  }
  if (userName === undefined || userName === before.userName) {
    return { changes: [], events: [], value: appUser(view, app, user, before) };
  }
  const row = { ...before, ...named, lastUpdated: now };
  const event = { eventType: 'application.user_membership.change_username', targets } as const;
  return {
    changes: [...kept, replace(assignments, before, row)],
    events: [event],
    value: appUser(view, app, user, row),
  };
}

/** A user to assign, and by which name the application is to know the user; absent: by the one it has, or its format's. */
export interface UserAssignment {
  readonly userId: string;
  readonly userName?: string | undefined;
}

/** Assigns the user directly. Who has the application by a group has it by both then. */
export function assignUser(call: AdminCall, appId: string, asked: UserAssignment): Promise<AppUser | AdminRefusal> {
  return carryOut(call, (view, now) => {
    const app = findApplication(view, appId);
    if (isAdminRefusal(app)) return app;
    const user = view.get(users, asked.userId);
    if (!user) return notFound(asked.userId, 'User');
    return planned(view, app, user, view.get(assignments, `${appId}:${user.id}`), asked.userName, now);
  });
}

/** The same for who has the application already, by whichever way. */
export function updateAssignedUser(
  call: AdminCall,
  appId: string,
  { userId, userName }: UserAssignment,
): Promise<AppUser | AdminRefusal> {
  return carryOut(call, (view, now) => {
    const app = findApplication(view, appId);
    if (isAdminRefusal(app)) return app;
    const had = findAssignedUser(view, app, userId);
    if (isAdminRefusal(had)) return had;
    return planned(view, app, had.user, had.group ? undefined : had.assignment, userName, now);
  });
}

/** Ends the user's own assignment. What the user has by a group is ended there. */
export function unassignUser(call: AdminCall, appId: string, userId: string): Promise<undefined | AdminRefusal> {
  return carryOut(call, (view) => {
    const app = findApplication(view, appId);
    if (isAdminRefusal(app)) return app;
    const had = findAssignedUser(view, app, userId);
    if (isAdminRefusal(had)) return had;
    if (had.group) {
      const by = `the user has the application by the group "${had.group.name}" (${had.group.id})`;
      return notValid('userId', `userId: ${by}; take the user out of the group, or unassign the group`);
    }
    const targets = [partyOfUser(had.user), partyOfInstance(app)];
    const event = { eventType: 'application.user_membership.remove', targets } as const;
    return { changes: [remove(assignments, had.assignment)], events: [event], value: undefined };
  });
}

/** Assigns the group, or changes its priority. */
export function assignGroup(
  call: AdminCall,
  appId: string,
  groupId: string,
  priority: number | undefined,
): Promise<Assignment | AdminRefusal> {
  return carryOut(call, (view, now) => {
    const app = findApplication(view, appId);
    if (isAdminRefusal(app)) return app;
    const group = findGroup(view, groupId);
    if (isAdminRefusal(group)) return group;
    const before = view.get(assignments, `${appId}:${groupId}`);
    if (before && (priority === undefined || priority === before.priority)) {
      return { changes: [], events: [], value: before };
    }
    const fresh = { ...rowOf(app, 'GROUP', groupId, now), priority: nextPriority(view, appId) };
    const row = { ...(before ?? fresh), ...(priority !== undefined && { priority }), lastUpdated: now };
    const change = before ? replace(assignments, before, row) : insert(assignments, row);
    const eventType = before ? 'group.application_assignment.update' : 'group.application_assignment.add';
    const event = { eventType, targets: [partyOfGroup(group), partyOfInstance(app)] } as const;
    return { changes: [keep(applications, app), keep(groups, group), change], events: [event], value: row };
  });
}

/** Behind every group that the application has. */
function nextPriority(view: View, appId: string): number {
  const rows = view.findBy(assignments, 'app', appId).filter(({ principalType }) => principalType === 'GROUP');
  return Math.max(-1, ...rows.map(({ priority = 0 }) => priority)) + 1;
}

export function unassignGroup(call: AdminCall, appId: string, groupId: string): Promise<undefined | AdminRefusal> {
  return carryOut(call, (view) => {
    const app = findApplication(view, appId);
    if (isAdminRefusal(app)) return app;
    const row = findAssignedGroup(view, app, groupId);
    if (isAdminRefusal(row)) return row;
    const group = view.get(groups, groupId) as Group;
    const event = {
      eventType: 'group.application_assignment.remove',
      targets: [partyOfGroup(group), partyOfInstance(app)],
    } as const;
    return { changes: [remove(assignments, row)], events: [event], value: undefined };
  });
}
