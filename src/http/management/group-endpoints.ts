/** `/api/v1/groups`: groups and their members, in Okta's shapes. */
import * as z from 'zod';
import { type AdminCall, isAdminRefusal } from '../../admin/change.js';
import { addMember, createGroup, deleteGroup, findGroup, removeMember, replaceGroup } from '../../admin/groups.js';
import { Group, groups, memberships } from '../../registry/group.js';
import { type User, users } from '../../registry/user.js';
import type { Endpoint, Operation } from '../endpoint.js';
import { GroupBody, groupBody } from './group-body.js';
import { arrayReply, listOf, listQuery } from './list.js';
import { endpointsBelow, manage } from './operation.js';
import { UserBody, userBody } from './user-body.js';

const GroupRequest = z.object({
  profile: z.object({
    name: Group.shape.name,
    description: z
      .string()
      .max(1024)
      .nullish()
      .transform((text) => text ?? ''),
  }),
});

const FILTERED = ['id', 'type', 'lastUpdated', 'lastMembershipUpdated'];
const SEARCHED = [...FILTERED, 'created', 'profile.*'];
const READ = 'okta.groups.read';
const MANAGE = 'okta.groups.manage';

const endpoint = endpointsBelow('/api/v1/groups', 'Groups');
const answers = { 200: GroupBody };
const answer = (group: Group, { org }: AdminCall) => ({ body: groupBody(org, group) });

const ALL_GROUPS = endpoint('', {
  GET: manage({
    ...{ summary: 'List groups', scope: READ, query: listQuery(10_000), answers: { 200: z.array(GroupBody) } },
    act: (call) =>
      listOf(call, call.view.list(groups), {
        body: (group) => groupBody(call.org, group),
        ...{ filtered: FILTERED, searched: SEARCHED },
        q: (group, text) => group.name.toLowerCase().startsWith(text),
      }),
    answer: arrayReply,
  }),
  POST: manage({
    ...{ summary: 'Create a group', scope: MANAGE, body: GroupRequest, answers, answer },
    act: (call) => createGroup(call, call.body.profile),
  }),
});

const ONE_GROUP = endpoint('/:groupId', {
  GET: manage({
    ...{ summary: 'Get a group', scope: READ, answers, answer },
    act: ({ view, param }) => findGroup(view, param('groupId')),
  }),
  PUT: manage({
    ...{ summary: 'Replace the profile of a group', scope: MANAGE, body: GroupRequest, answers, answer },
    act: (call) => replaceGroup(call, call.param('groupId'), call.body.profile),
  }),
  DELETE: manage({
    ...{ summary: 'Delete a group', scope: MANAGE, answers: { 204: null } },
    act: (call) => deleteGroup(call, call.param('groupId')),
    answer: () => ({}),
  }),
});

const MEMBERS_OF_GROUP = endpoint('/:groupId/users', {
  GET: manage({
    ...{ summary: 'List the members of a group', scope: READ, query: listQuery(1000) },
    answers: { 200: z.array(UserBody) },
    act(call) {
      const group = findGroup(call.view, call.param('groupId'));
      if (isAdminRefusal(group)) return group;
      const rows = call.view.findBy(memberships, 'group', group.id);
      const members = rows.map((row) => call.view.get(users, row.userId) as User);
      return listOf(call, members, { body: (user) => userBody(call.org, user) });
    },
    answer: arrayReply,
  }),
});

function membership(summary: string, act: typeof addMember): Operation {
  return manage({
    ...{ summary, scope: MANAGE, answers: { 204: null } },
    act: (call) => act(call, call.param('groupId'), call.param('userId')),
    answer: () => ({}),
  });
}

export const GROUP_ENDPOINTS: readonly Endpoint[] = [
  ALL_GROUPS,
  ONE_GROUP,
  MEMBERS_OF_GROUP,
  endpoint('/:groupId/users/:userId', {
    PUT: membership('Add a user to a group', addMember),
    DELETE: membership('Remove a user from a group', removeMember),
  }),
];
