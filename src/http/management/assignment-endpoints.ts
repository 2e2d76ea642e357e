/** `/api/v1/apps/{appId}/users` and `…/groups`: who may use an application, and which applications a group has. */
import * as z from 'zod';
import { type AppUser, appUsersOf } from '../../access/app-users.js';
import { findApplication } from '../../admin/applications.js';
import {
  assignGroup,
  assignUser,
  findAssignedGroup,
  findAssignedUser,
  unassignGroup,
  unassignUser,
  updateAssignedUser,
} from '../../admin/assignments.js';
import { type AdminCall, type AdminRefusal, isAdminRefusal } from '../../admin/change.js';
import { findGroup } from '../../admin/groups.js';
import type { Org } from '../../org.js';
import { known } from '../../protocol/rule.js';
import { type Application, applications } from '../../registry/application.js';
import { AssignedUserName, type Assignment, AssignmentPriority, assignments } from '../../registry/assignment.js';
import { type Group, groups } from '../../registry/group.js';
import type { Endpoint } from '../endpoint.js';
import { ApplicationBody, applicationBody, appUrl } from './application-body.js';
import { arrayReply, listOf, listQuery } from './list.js';
import { endpointsBelow, type ManagementCall, manage } from './operation.js';

const credentials = z.object({ userName: AssignedUserName.nullish() }).nullish();
const scope = z
  .enum(['USER', 'GROUP'])
  .nullish()
  .refine((sent) => sent !== 'GROUP', 'a user has an application by a group when the group is assigned; send USER');

const AssignRequest = z.object({ id: z.string().max(100), scope, credentials });
const UpdateRequest = z.object({ scope, credentials });
const GroupRequest = z
  .object({ priority: AssignmentPriority.nullish() })
  .optional()
  .transform((sent) => sent ?? {});

const AppUserBody = z.looseObject({
  id: z.string(),
  scope: z.enum(['USER', 'GROUP']),
  status: z.literal('ACTIVE'),
  created: z.string(),
  credentials: z.object({ userName: z.string().nullable() }),
});

const GroupAssignmentBody = z.looseObject({ id: z.string(), priority: z.int(), lastUpdated: z.string() });

function appUserBody(org: Org, { id, assignment, group, userName }: AppUser) {
  const { appId, created, lastUpdated } = assignment;
  return {
    ...{ id, externalId: null, created, lastUpdated, scope: group ? 'GROUP' : 'USER', status: 'ACTIVE' },
    ...{
      statusChanged: created,
      passwordChanged: null,
      syncState: 'DISABLED',
      credentials: { userName: known(userName) ?? null },
      profile: {},
    },
    _links: {
      app: { href: appUrl(org, appId) },
      user: { href: `${org.issuer}/api/v1/users/${id}` },
      ...(group && { group: { name: group.name, href: `${org.issuer}/api/v1/groups/${group.id}` } }),
    },
  };
}

function groupAssignmentBody(org: Org, { appId, principalId: id, priority = 0, lastUpdated }: Assignment) {
  return {
    ...{ id, lastUpdated, priority, profile: {} },
    _links: {
      self: { href: appUrl(org, appId, `/groups/${id}`) },
      app: { href: appUrl(org, appId) },
      group: { href: `${org.issuer}/api/v1/groups/${id}` },
    },
  };
}

function isAppUserMatching({ user, userName }: AppUser, text: string): boolean {
  const { firstName, lastName, email } = user.profile;
  return [known(userName) ?? '', firstName, lastName, email].some((one) => one.toLowerCase().startsWith(text));
}

/** A group assignment as a list wants it: by the id of the group. */
interface ListedAssignment {
  readonly id: string;
  readonly row: Assignment;
  readonly group: Group;
}

type Call<Q = undefined, B = undefined> = ManagementCall<Q, B>;

/** The application of the path, handed on. */
function ofApplication<Q, B, T>(call: Call<Q, B>, next: (app: Application) => T | AdminRefusal): T | AdminRefusal {
  const app = findApplication(call.view, call.param('appId'));
  return isAdminRefusal(app) ? app : next(app);
}

const READ = 'okta.apps.read';
const MANAGE = 'okta.apps.manage';

const userEndpoint = endpointsBelow('/api/v1/apps/:appId/users', 'Applications');
const SHOWN_USER = {
  answers: { 200: AppUserBody },
  answer: (user: AppUser, { org }: AdminCall) => ({ body: appUserBody(org, user) }),
};

const USERS_OF_APPLICATION: readonly Endpoint[] = [
  userEndpoint('', {
    GET: manage({
      ...{ summary: 'List the users of an application', scope: READ, query: listQuery(500, 50) },
      answers: { 200: z.array(AppUserBody) },
      act: (call) =>
        ofApplication(call, (app) =>
          listOf(call, appUsersOf(call.view, app), {
            body: (user) => appUserBody(call.org, user),
            q: isAppUserMatching,
          }),
        ),
      answer: arrayReply,
    }),
    POST: manage({
      ...{ summary: 'Assign a user to an application', scope: MANAGE, body: AssignRequest, ...SHOWN_USER },
      act: (call) => {
        const { id: userId, credentials } = call.body;
        return assignUser(call, call.param('appId'), { userId, userName: credentials?.userName ?? undefined });
      },
    }),
  }),
  userEndpoint('/:userId', {
    GET: manage({
      ...{ summary: 'Get a user of an application', scope: READ, ...SHOWN_USER },
      act: (call) => ofApplication(call, (app) => findAssignedUser(call.view, app, call.param('userId'))),
    }),
    POST: manage({
      ...{ summary: 'Change the user name of a user of an application', scope: MANAGE, body: UpdateRequest },
      ...SHOWN_USER,
      act: (call) => {
        const userName = call.body.credentials?.userName ?? undefined;
        return updateAssignedUser(call, call.param('appId'), { userId: call.param('userId'), userName });
      },
    }),
    DELETE: manage({
      ...{ summary: 'Unassign a user from an application', scope: MANAGE, answers: { 204: null } },
      act: (call) => unassignUser(call, call.param('appId'), call.param('userId')),
      answer: () => ({}),
    }),
  }),
];

const groupEndpoint = endpointsBelow('/api/v1/apps/:appId/groups', 'Applications');
const SHOWN_GROUP = {
  answers: { 200: GroupAssignmentBody },
  answer: (row: Assignment, { org }: AdminCall) => ({ body: groupAssignmentBody(org, row) }),
};

const GROUPS_OF_APPLICATION: readonly Endpoint[] = [
  groupEndpoint('', {
    GET: manage({
      ...{ summary: 'List the groups of an application', scope: READ, query: listQuery(200, 20) },
      answers: { 200: z.array(GroupAssignmentBody) },
      act: (call) =>
        ofApplication(call, (app) => {
          const rows = call.view.findBy(assignments, 'app', app.id).flatMap((row): ListedAssignment[] => {
            if (row.principalType === 'USER') return [];
            const group = call.view.get(groups, row.principalId) as Group;
            return [{ id: group.id, row, group }];
          });
          return listOf(call, rows, {
            body: ({ row }) => groupAssignmentBody(call.org, row),
            q: ({ group }, text) => group.name.toLowerCase().startsWith(text),
          });
        }),
      answer: arrayReply,
    }),
  }),
  groupEndpoint('/:groupId', {
    GET: manage({
      ...{ summary: 'Get a group of an application', scope: READ, ...SHOWN_GROUP },
      act: (call) => ofApplication(call, (app) => findAssignedGroup(call.view, app, call.param('groupId'))),
    }),
    PUT: manage({
      ...{ summary: 'Assign a group to an application', scope: MANAGE, body: GroupRequest, ...SHOWN_GROUP },
      act: (call) => {
        const { priority } = call.body;
        return assignGroup(call, call.param('appId'), call.param('groupId'), priority ?? undefined);
      },
    }),
    DELETE: manage({
      ...{ summary: 'Unassign a group from an application', scope: MANAGE, answers: { 204: null } },
      act: (call) => unassignGroup(call, call.param('appId'), call.param('groupId')),
      answer: () => ({}),
    }),
  }),
];

/** `GET /api/v1/groups/{groupId}/apps` */
const APPS_OF_GROUP = endpointsBelow('/api/v1/groups', 'Groups')('/:groupId/apps', {
  GET: manage({
    ...{ summary: 'List the applications of a group', scope: 'okta.groups.read', query: listQuery(200, 20) },
    answers: { 200: z.array(ApplicationBody) },
    act(call) {
      const group = findGroup(call.view, call.param('groupId'));
      if (isAdminRefusal(group)) return group;
      const rows = call.view.findBy(assignments, 'principal', group.id);
      const apps = rows.map((row) => call.view.get(applications, row.appId) as Application);
      return listOf(call, apps, { body: (app) => applicationBody(call.org, app) });
    },
    answer: arrayReply,
  }),
});

export const ASSIGNMENT_ENDPOINTS: readonly Endpoint[] = [
  ...USERS_OF_APPLICATION,
  ...GROUPS_OF_APPLICATION,
  APPS_OF_GROUP,
];
