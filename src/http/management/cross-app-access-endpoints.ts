/** `/api/v1/apps/{appId}/cwo/connections`: the first beta of Cross App Access, where applications called applications. */
import * as z from 'zod';
import { findApplication } from '../../admin/applications.js';
import { isAdminRefusal } from '../../admin/change.js';
import {
  connectApps,
  connectionsOfApp,
  disconnectApps,
  findConnectionOfApp,
  setAppConnectionStatus,
} from '../../admin/cross-app-access.js';
import { Activity } from '../../registry/activity.js';
import type { CrossAppAccessConnection } from '../../registry/cross-app-access.js';
import type { Endpoint } from '../endpoint.js';
import { arrayReply, listOf, listQuery } from './list.js';
import { endpointsBelow, manage } from './operation.js';

const appId = z.string().max(100);

const CreateRequest = z.object({
  requestingAppInstanceId: appId,
  resourceAppInstanceId: appId,
  status: Activity.default('ACTIVE'),
});
const UpdateRequest = z.object({ status: Activity });

const ConnectionBody = z.looseObject({
  id: z.string(),
  requestingAppInstanceId: z.string(),
  resourceAppInstanceId: z.string(),
  status: Activity,
  created: z.string(),
  lastUpdated: z.string(),
});

function connectionBody(row: CrossAppAccessConnection) {
  const { id, requestingAppId, resourceAppId, created, lastUpdated } = row;
  return {
    ...{ id, requestingAppInstanceId: requestingAppId, resourceAppInstanceId: resourceAppId },
    ...{ status: row.status, created, lastUpdated },
  };
}

const READ = 'okta.apps.read';
const MANAGE = 'okta.apps.manage';

const endpoint = endpointsBelow('/api/v1/apps/:appId/cwo/connections', 'Cross App Access (first beta)');

const CONNECTIONS_OF_ONE_APP = endpoint('', {
  GET: manage({
    ...{ summary: 'List the app-to-app connections of an application', scope: READ, query: listQuery(200, 50) },
    answers: { 200: z.array(ConnectionBody) },
    act(call) {
      const app = findApplication(call.view, call.param('appId'));
      return isAdminRefusal(app) ? app : listOf(call, connectionsOfApp(call.view, app), { body: connectionBody });
    },
    answer: arrayReply,
  }),
  POST: manage({
    ...{ summary: 'Connect two applications', scope: MANAGE, body: CreateRequest, answers: { 201: ConnectionBody } },
    act: (call) => {
      const { requestingAppInstanceId, resourceAppInstanceId, status } = call.body;
      const ends = { requestingAppId: requestingAppInstanceId, resourceAppId: resourceAppInstanceId, status };
      return connectApps(call, call.param('appId'), ends);
    },
    answer: (row) => ({ status: 201, body: connectionBody(row) }),
  }),
});

const answer = (row: CrossAppAccessConnection) => ({ body: connectionBody(row) });
const answers = { 200: ConnectionBody };

const ONE_CONNECTION = endpoint('/:connectionId', {
  GET: manage({
    ...{ summary: 'Get an app-to-app connection', scope: READ, answers, answer },
    act: ({ view, param }) => findConnectionOfApp(view, param('appId'), param('connectionId')),
  }),
  PATCH: manage({
    ...{ summary: 'Set the status of an app-to-app connection', scope: MANAGE, body: UpdateRequest },
    ...{ answers, answer },
    act: (call) => setAppConnectionStatus(call, call.param('appId'), call.param('connectionId'), call.body.status),
  }),
  DELETE: manage({
    ...{ summary: 'Delete an app-to-app connection', scope: MANAGE, answers: { 204: null } },
    act: (call) => disconnectApps(call, call.param('appId'), call.param('connectionId')),
    answer: () => ({}),
  }),
});

export const CROSS_APP_ACCESS_ENDPOINTS: readonly Endpoint[] = [CONNECTIONS_OF_ONE_APP, ONE_CONNECTION];
