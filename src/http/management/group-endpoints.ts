/** `/api/v1/groups`: groups and their members, in Okta's shapes. */
import * as z from 'zod';
import { isAdminRefusal } from '../../admin/change.js';
import { addMember, createGroup, deleteGroup, findGroup, removeMember, replaceGroup } from '../../admin/groups.js';
import type { Org } from '../../org.js';
import { Group, groups, memberships } from '../../registry/group.js';
import { type User, users } from '../../registry/user.js';
import type { Endpoint, Operation } from '../endpoint.js';
import { GroupBody, groupBody } from './group-body.js';
import { arrayReply, listOf, listQuery } from './list.js';
import { endpointsBelow, managementOf } from './operation.js';
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
const answerOf = (org: Org) => (group: Group) => ({ body: groupBody(org, group) });

function allGroups(org: Org): Endpoint {
  const manage = managementOf(org);
  const listed = {
    body: (group: Group) => groupBody(org, group),
    ...{ filtered: FILTERED, searched: SEARCHED },
    q: (group: Group, text: string) => group.name.toLowerCase().startsWith(text),
  };
  return endpoint('', {
    GET: manage({
      ...{ summary: 'List groups', scope: READ, query: listQuery(10_000), answers: { 200: z.array(GroupBody) } },
      act: (call) => listOf(call, call.view.list(groups), listed),
      answer: arrayReply,
    }),
    POST: manage({
      ...{ summary: 'Create a group', scope: MANAGE, body: GroupRequest, answers, answer: answerOf(org) },
      act: (call) => createGroup(call, call.body.profile),
    }),
  });
}

function oneGroup(org: Org): Endpoint {
  const manage = managementOf(org);
  const answer = answerOf(org);
  return endpoint('/:groupId', {
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
}

function membersOfGroup(org: Org): Endpoint {
  return endpoint('/:groupId/users', {
    GET: managementOf(org)({
      ...{ summary: 'List the members of a group', scope: READ, query: listQuery(1000) },
      answers: { 200: z.array(UserBody) },
      act(call) {
        const group = findGroup(call.view, call.param('groupId'));
        if (isAdminRefusal(group)) return group;
        const rows = call.view.findBy(memberships, 'group', group.id);
        const members = rows.map((row) => call.view.get(users, row.userId) as User);
        return listOf(call, members, { body: (user) => userBody(org, user) });
      },
      answer: arrayReply,
    }),
  });
}

function membership(org: Org, summary: string, act: typeof addMember): Operation {
  return managementOf(org)({
    ...{ summary, scope: MANAGE, answers: { 204: null } },
    act: (call) => act(call, call.param('groupId'), call.param('userId')),
    answer: () => ({}),
  });
}

export function groupEndpoints(org: Org): Endpoint[] {
  return [
    allGroups(org),
    oneGroup(org),
    membersOfGroup(org),
    endpoint('/:groupId/users/:userId', {
      PUT: membership(org, 'Add a user to a group', addMember),
      DELETE: membership(org, 'Remove a user from a group', removeMember),
    }),
  ];
}
