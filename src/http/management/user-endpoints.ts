/** `/api/v1/users`: people, their status, passwords, groups and sessions, in Okta's shapes. */
import * as z from 'zod';
import { type AdminCall, isAdminRefusal } from '../../admin/change.js';
import { clearSessions, deleteUser, stepUser, type UserStep } from '../../admin/user-lifecycle.js';
import { changePassword, createUser, findUser, replaceUser, updateUser } from '../../admin/users.js';
import { newSecret } from '../../protocol/ids.js';
import { type Group, groups, memberships } from '../../registry/group.js';
import type { User } from '../../registry/user.js';
import type { Endpoint } from '../endpoint.js';
import { GroupBody, groupBody } from './group-body.js';
import { arrayReply, listOf, listQuery } from './list.js';
import { endpointsBelow, manage } from './operation.js';
import { CredentialsBody, credentialsBody, UserBody, userBody } from './user-body.js';
import { listUsers, UsersQuery } from './user-list.js';
import {
  CreateQuery,
  CreateRequest,
  PasswordRequest,
  ReplaceRequest,
  ResetQuery,
  SessionsQuery,
  StepQuery,
  UpdateRequest,
} from './user-requests.js';

const READ = 'okta.users.read';
const MANAGE = 'okta.users.manage';

const endpoint = endpointsBelow('/api/v1/users', 'Users');
const answers = { 200: UserBody };
const answer = (user: User, { org }: AdminCall) => ({ body: userBody(org, user) });

/** What the email of a step would lead to. No page stands there: a password is set with `POST /api/v1/users/{id}`. */
const LETTERS = {
  none: () => ({}),
  activation(issuer: string) {
    const activationToken = newSecret(20);
    return { activationUrl: `${issuer}/welcome/${activationToken}`, activationToken };
  },
  passwordReset: (issuer: string) => ({ resetPasswordUrl: `${issuer}/reset_password/${newSecret(20)}` }),
};

/** The steps that answer with their letter, each with its query. */
const STEPS: Readonly<Record<Exclude<UserStep, 'expire_password'>, readonly [string, keyof typeof LETTERS]>> = {
  activate: ['Activate a user', 'activation'],
  reactivate: ['Begin the activation of a user anew', 'activation'],
  deactivate: ['Deactivate a user', 'none'],
  suspend: ['Suspend a user', 'none'],
  unsuspend: ['Let a suspended user in again', 'none'],
  unlock: ['Unlock a user', 'none'],
  reset_password: ['Reset the password of a user', 'passwordReset'],
};

const LETTER_ENDPOINTS: readonly Endpoint[] = Object.entries(STEPS).map(([step, [summary, letter]]) =>
  endpoint(`/:userId/lifecycle/${step}`, {
    POST: manage<User, { sendEmail: boolean; revokeSessions?: boolean }>({
      ...{ summary, scope: MANAGE, answers: { 200: z.looseObject({}) } },
      query: step === 'reset_password' ? ResetQuery : StepQuery,
      act: (call) => stepUser(call, call.param('userId'), step as UserStep, call.query.revokeSessions),
      answer: (_, { org, query }) => ({ body: query.sendEmail ? {} : LETTERS[letter](org.issuer) }),
    }),
  }),
);
const EXPIRY = endpoint('/:userId/lifecycle/expire_password', {
  POST: manage({
    ...{ summary: 'Expire the password of a user', scope: MANAGE, answers, answer },
    act: (call) => stepUser(call, call.param('userId'), 'expire_password'),
  }),
});

const PROFILE_ENDPOINTS: readonly Endpoint[] = [
  endpoint('', {
    GET: manage({
      ...{ summary: 'List users', scope: READ, query: UsersQuery, answers: { 200: z.array(UserBody) } },
      act: listUsers,
      answer: arrayReply,
    }),
    POST: manage({
      ...{ summary: 'Create a user', scope: MANAGE, query: CreateQuery, body: CreateRequest },
      ...{ answers, answer },
      act(call) {
        const { profile, credentials: password, groupIds } = call.body;
        const { activate, nextLogin } = call.query;
        const passwordExpired = nextLogin === 'changePassword';
        return createUser(call, { profile, password, groupIds: groupIds ?? [], activate, passwordExpired });
      },
    }),
  }),
  endpoint('/:userId', {
    GET: manage({
      ...{ summary: 'Get a user', scope: READ, answers, answer },
      act: ({ view, param }) => findUser(view, param('userId')),
    }),
    PUT: manage({
      ...{ summary: 'Replace the profile or the password of a user', scope: MANAGE, answers, answer },
      body: ReplaceRequest,
      act: (call) =>
        replaceUser(call, call.param('userId'), { profile: call.body.profile, password: call.body.credentials }),
    }),
    POST: manage({
      ...{ summary: 'Change attributes or the password of a user', scope: MANAGE, answers, answer },
      body: UpdateRequest,
      act: (call) =>
        updateUser(call, call.param('userId'), { profile: call.body.profile, password: call.body.credentials }),
    }),
    DELETE: manage({
      ...{ summary: 'Deactivate a user, or delete one who is deactivated', scope: MANAGE, answers: { 204: null } },
      act: (call) => deleteUser(call, call.param('userId')),
      answer: () => ({}),
    }),
  }),
];

const BELONGING_ENDPOINTS: readonly Endpoint[] = [
  endpoint('/:userId/groups', {
    GET: manage({
      ...{ summary: 'List the groups of a user', scope: READ, query: listQuery(10_000) },
      answers: { 200: z.array(GroupBody) },
      act(call) {
        const user = findUser(call.view, call.param('userId'));
        if (isAdminRefusal(user)) return user;
        const rows = call.view.findBy(memberships, 'user', user.id);
        const joined = rows.map((row) => call.view.get(groups, row.groupId) as Group);
        return listOf(call, joined, { body: (group) => groupBody(call.org, group) });
      },
      answer: arrayReply,
    }),
  }),
  endpoint('/:userId/sessions', {
    DELETE: manage({
      ...{ summary: 'End all sessions of a user', scope: MANAGE, query: SessionsQuery },
      answers: { 204: null },
      act: (call) => clearSessions(call, call.param('userId'), call.query.oauthTokens),
      answer: () => ({}),
    }),
  }),
  endpoint('/:userId/credentials/change_password', {
    POST: manage({
      ...{ summary: 'Change a password by the one before it', scope: MANAGE, body: PasswordRequest },
      answers: { 200: CredentialsBody },
      act(call) {
        const { oldPassword, newPassword, revokeSessions } = call.body;
        return changePassword(call, call.param('userId'), {
          oldPassword: oldPassword.value,
          newPassword: newPassword.value,
          revokeSessions,
        });
      },
      answer: (user) => ({ body: credentialsBody(user) }),
    }),
  }),
];

export const USER_ENDPOINTS: readonly Endpoint[] = [
  ...PROFILE_ENDPOINTS,
  ...LETTER_ENDPOINTS,
  EXPIRY,
  ...BELONGING_ENDPOINTS,
];
