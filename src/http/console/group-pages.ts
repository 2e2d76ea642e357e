/** The doors of *Directory > Groups*: the list, *Add group*, and the page of one. */
import { type AdminRefusal, isAdminRefusal } from '../../admin/change.js';
import { addMember, createGroup, deleteGroup, findGroup, removeMember, replaceGroup } from '../../admin/groups.js';
import type { Page } from '../../console/frame.js';
import { groupPage, groupsPage, newGroupPage } from '../../console/groups.js';
import { groupPath } from '../../console/listing.js';
import type { Done } from '../../console/notices.js';
import { type Application, applications } from '../../registry/application.js';
import { assignments } from '../../registry/assignment.js';
import { Group, groups, memberships } from '../../registry/group.js';
import { type User, users } from '../../registry/user.js';
import type { Endpoint } from '../endpoint.js';
import { chosen, textsOfUser } from './choosing.js';
import { labelled } from './labelled.js';
import { asked, type ConsoleCall, consolePage, valuesOfForm, type Went } from './page.js';

const idOf = (call: ConsoleCall) => call.param('groupId');

const LABELS = { name: 'Name', description: 'Description' } as const;

const LIST = consolePage({
  url: '/console/groups',
  show({ at, view, value }) {
    const all = view.list(groups);
    const { rows, others } = chosen(all, value('q'), ({ id, name }) => [id, name]);
    const counted = rows.map((group) => ({
      group,
      members: view.findBy(memberships, 'group', group.id).length,
      applications: view.findBy(assignments, 'principal', group.id).length,
    }));
    return groupsPage({ at, value, found: { rows: counted, others }, some: all.length > 0 });
  },
});

const profileAsked = ({ value }: ConsoleCall) =>
  asked(
    Group.pick({ name: true, description: true }),
    { name: value('name'), description: value('description') },
    LABELS,
  );

const NEW = consolePage({
  url: '/console/groups/new',
  show: ({ at, value }) => newGroupPage(at, value),
  acts: {
    async add(call) {
      const profile = profileAsked(call);
      if (isAdminRefusal(profile)) return profile;
      const group = labelled(await createGroup(call, profile), LABELS);
      return isAdminRefusal(group) ? group : { to: groupPath(group.id), done: 'group-added' };
    },
  },
});

function show(call: ConsoleCall): Page | AdminRefusal {
  const { at, view } = call;
  const group = findGroup(view, idOf(call));
  if (isAdminRefusal(group)) return group;
  const words = call.query.get('q') ?? '';
  const members = view.findBy(memberships, 'group', group.id).map(({ userId }) => view.get(users, userId) as User);
  const others = view.list(users).filter(({ id }) => view.get(memberships, `${group.id}:${id}`) === undefined);
  const has = view.findBy(assignments, 'principal', group.id);
  const apps = has.map(({ appId }) => view.get(applications, appId) as Application);
  return groupPage({
    ...{ at, group, value: valuesOfForm(call, 'save'), size: members.length },
    members: chosen(members, words, textsOfUser),
    others: chosen(others, words, textsOfUser),
    applications: chosen(apps, '', () => ['']),
  });
}

async function went(call: ConsoleCall, outcome: Promise<unknown>, done: Done): Promise<Went | AdminRefusal> {
  const refused = labelled(await outcome, LABELS);
  return isAdminRefusal(refused) ? refused : { to: groupPath(idOf(call)), done };
}

const ONE = consolePage({
  url: '/console/groups/:groupId',
  show,
  acts: {
    save(call) {
      const profile = profileAsked(call);
      return isAdminRefusal(profile) ? profile : went(call, replaceGroup(call, idOf(call), profile), 'saved');
    },
    join: (call) => went(call, addMember(call, idOf(call), call.value('user')), 'group-joined'),
    remove: (call) => went(call, removeMember(call, idOf(call), call.value('user')), 'group-left'),
    async delete(call) {
      const outcome = await deleteGroup(call, idOf(call));
      return isAdminRefusal(outcome) ? outcome : { to: '/console/groups', done: 'group-deleted' };
    },
  },
});

export const GROUP_PAGES: readonly Endpoint[] = [LIST, NEW, ONE];
