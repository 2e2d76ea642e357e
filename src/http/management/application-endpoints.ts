/** `/api/v1/apps`: applications and their lifecycle, in Okta's shapes. */
import * as z from 'zod';
import {
  createApplication,
  deleteApplication,
  findApplication,
  replaceApplication,
  setApplicationStatus,
} from '../../admin/applications.js';
import type { AdminCall } from '../../admin/change.js';
import type { Activity } from '../../registry/activity.js';
import { type Application, applications } from '../../registry/application.js';
import { assignments } from '../../registry/assignment.js';
import { memberships } from '../../registry/group.js';
import type { Endpoint } from '../endpoint.js';
import { ApplicationBody, applicationBody } from './application-body.js';
import { ApplicationRequest } from './application-request.js';
import { arrayReply, listOf, listQuery } from './list.js';
import { endpointsBelow, type ManagementCall, manage } from './operation.js';

const READ = 'okta.apps.read';
const MANAGE = 'okta.apps.manage';

const FILTERED = ['id', 'name', 'status', 'label', 'credentials.oauthClient.client_id', 'user.id', 'group.id'];

const Activate = z.object({ activate: z.enum(['true', 'false']).default('true') });

/** What `filter` asks of: the application, and who has it. A user has it by a group, too. */
function filteredBody({ org, view }: Pick<ManagementCall<unknown, unknown>, 'org' | 'view'>, app: Application): object {
  const rows = view.findBy(assignments, 'app', app.id);
  const idsOf = (type: 'USER' | 'GROUP') =>
    rows.filter(({ principalType }) => principalType === type).map(({ principalId }) => principalId);
  const groupIds = idsOf('GROUP');
  const members = groupIds.flatMap((id) => view.findBy(memberships, 'group', id)).map(({ userId }) => userId);
  return { ...applicationBody(org, app), user: { id: [...idsOf('USER'), ...members] }, group: { id: groupIds } };
}

const endpoint = endpointsBelow('/api/v1/apps', 'Applications');
const answers = { 200: ApplicationBody };
const answer = (app: Application, { org }: AdminCall) => ({ body: applicationBody(org, app) });

const ALL_APPLICATIONS = endpoint('', {
  GET: manage({
    ...{ summary: 'List applications', scope: READ, query: listQuery(200, 20) },
    answers: { 200: z.array(ApplicationBody) },
    act: (call) =>
      listOf(call, call.view.list(applications), {
        body: (app) => applicationBody(call.org, app),
        asked: (app) => filteredBody(call, app),
        filtered: FILTERED,
        q: ({ label, name }, text) => [label, name].some((one) => one.toLowerCase().startsWith(text)),
      }),
    answer: arrayReply,
  }),
  POST: manage({
    ...{ summary: 'Create an application', scope: MANAGE, query: Activate, body: ApplicationRequest },
    ...{ answers, answer },
    act: (call) => createApplication(call, call.body, call.query.activate === 'true'),
  }),
});

const ONE_APPLICATION = endpoint('/:appId', {
  GET: manage({
    ...{ summary: 'Get an application', scope: READ, answers, answer },
    act: ({ view, param }) => findApplication(view, param('appId')),
  }),
  PUT: manage({
    ...{ summary: 'Replace the settings of an application', scope: MANAGE, body: ApplicationRequest },
    ...{ answers, answer },
    act: (call) => replaceApplication(call, call.param('appId'), call.body),
  }),
  DELETE: manage({
    ...{ summary: 'Delete an inactive application', scope: MANAGE, answers: { 204: null } },
    act: (call) => deleteApplication(call, call.param('appId')),
    answer: () => ({}),
  }),
});

function lifecycle(step: string, summary: string, status: Activity): Endpoint {
  return endpoint(`/:appId/lifecycle/${step}`, {
    POST: manage({
      ...{ summary, scope: MANAGE, answers: { 200: z.object({}) } },
      act: (call) => setApplicationStatus(call, call.param('appId'), status),
      answer: (body) => ({ body }),
    }),
  });
}

export const APPLICATION_ENDPOINTS: readonly Endpoint[] = [
  ALL_APPLICATIONS,
  ONE_APPLICATION,
  lifecycle('activate', 'Activate an application, and the agent linked to it', 'ACTIVE'),
  lifecycle('deactivate', 'Deactivate an application, and the agent linked to it', 'INACTIVE'),
];
