/** The door of the tab *Assignments* of an application. */
import { appUsersOf } from '../../access/app-users.js';
import { assignGroup, assignUser, unassignGroup, unassignUser, updateAssignedUser } from '../../admin/assignments.js';
import { type AdminRefusal, isAdminRefusal } from '../../admin/change.js';
import { type AssignedPerson, assignmentsTab } from '../../console/application-assignments.js';
import { applicationPath } from '../../console/application-frame.js';
import type { Page } from '../../console/frame.js';
import type { Done } from '../../console/notices.js';
import type { Application } from '../../registry/application.js';
import { AssignedUserName, assignments } from '../../registry/assignment.js';
import { type Group, groups, memberships } from '../../registry/group.js';
import { users } from '../../registry/user.js';
import { type ApplicationCall, idOf, ofApplication } from './application-call.js';
import { chosen, textsOfUser } from './choosing.js';
import { labelled } from './labelled.js';
import { asked, type ConsoleCall, consolePage, valuesOfForm, type Went } from './page.js';
import { groupsThatGive } from './ways.js';

/** Who could be assigned is offered to be searched for; the first of them stand there already. */
const OFFERED = 20;

const textsOfGroup = ({ id, name }: Group) => [id, name];

function peopleOf({ view }: ApplicationCall, app: Application): readonly AssignedPerson[] {
  return appUsersOf(view, app).map(({ user, assignment, group, userName }) => ({
    ...{ user, userName, direct: group === undefined, named: assignment.userName !== undefined },
    groups: groupsThatGive(view, app.id, user.id),
  }));
}

function groupsOf({ view }: ApplicationCall, app: Application) {
  const rows = view.findBy(assignments, 'app', app.id).filter(({ principalType }) => principalType === 'GROUP');
  return rows.map(({ principalId, priority = 0 }) => ({
    group: view.get(groups, principalId) as Group,
    members: view.findBy(memberships, 'group', principalId).length,
    priority,
  }));
}

function assignmentsPage(call: ApplicationCall): Page {
  const { at, app, view } = call;
  const words = call.value('q');
  const isAssigned = ({ id }: { id: string }) => view.get(assignments, `${app.id}:${id}`) !== undefined;
  const otherPeople = view.list(users).filter((user) => !isAssigned(user));
  const otherGroups = view.list(groups).filter((group) => !isAssigned(group));
  const typed = valuesOfForm(call, 'rename');
  return assignmentsTab({
    ...{ at, app },
    value: (name, stored) => (name === 'q' ? words : typed(name, stored)),
    people: chosen(peopleOf(call, app), words, ({ user }) => textsOfUser(user)),
    groups: chosen(groupsOf(call, app), words, ({ group }) => textsOfGroup(group)),
    otherPeople: chosen(otherPeople, words, textsOfUser, OFFERED),
    otherGroups: chosen(otherGroups, words, textsOfGroup, OFFERED),
  });
}

const LABELS = { userId: 'Person' } as const;

const act =
  (change: (call: ConsoleCall, appId: string, id: string) => Promise<unknown>, by: 'user' | 'group', done: Done) =>
  async (call: ConsoleCall): Promise<Went | AdminRefusal> => {
    const outcome = labelled(await change(call, idOf(call), call.value(by)), LABELS);
    return isAdminRefusal(outcome) ? outcome : { to: applicationPath(idOf(call), 'Assignments'), done };
  };

async function rename(call: ConsoleCall, appId: string, userId: string): Promise<unknown> {
  const userName = asked(AssignedUserName, call.value(`userName-${userId}`), { '': 'User name' });
  return isAdminRefusal(userName) ? userName : updateAssignedUser(call, appId, { userId, userName });
}

export const ASSIGNMENTS = consolePage({
  url: '/console/applications/:appId/assignments',
  show: (call) => ofApplication(call, assignmentsPage),
  acts: {
    'assign-person': act((call, appId, userId) => assignUser(call, appId, { userId }), 'user', 'person-assigned'),
    'remove-person': act(unassignUser, 'user', 'person-unassigned'),
    rename: act(rename, 'user', 'user-name-saved'),
    'assign-group': act((call, appId, id) => assignGroup(call, appId, id, undefined), 'group', 'group-assigned'),
    'remove-group': act(unassignGroup, 'group', 'group-unassigned'),
  },
});
