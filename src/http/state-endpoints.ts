/** The control API's doors to the states of an org: reset, and snapshots. */
import * as z from 'zod';
import {
  deleteSnapshot,
  listSnapshots,
  resetOrg,
  restoreSnapshot,
  SnapshotName,
  takeSnapshot,
} from '../control/states.js';
import { control } from './control-operation.js';
import type { Endpoint } from './endpoint.js';

const SnapshotBody = z.object({ name: z.string(), taken: z.string(), records: z.int() });
const SnapshotRequest = z.strictObject({ name: SnapshotName });

const doors = { tag: 'Control', shape: 'management' } as const;
const powerful = { powerful: true, outOfTurn: true } as const;

export const STATE_ENDPOINTS: readonly Endpoint[] = [
  {
    url: '/_mock/reset',
    ...doors,
    operations: {
      POST: control({
        ...{ summary: 'Put the org back to how it was made', ...powerful, answers: { 204: null } },
        act: (call) => resetOrg(call),
        answer: () => ({}),
      }),
    },
  },
  {
    url: '/_mock/snapshots',
    ...doors,
    operations: {
      GET: control({
        ...{ summary: 'Snapshots of the org', answers: { 200: z.array(SnapshotBody) } },
        act: ({ org }) => listSnapshots(org),
        answer: (body) => ({ body }),
      }),
      POST: control({
        ...{
          summary: 'Take a snapshot of the org',
          ...powerful,
          body: SnapshotRequest,
          answers: { 201: SnapshotBody },
        },
        act: (call) => takeSnapshot(call, call.body.name),
        answer: (body) => ({ status: 201, body }),
      }),
    },
  },
  {
    url: '/_mock/snapshots/:name',
    ...doors,
    operations: {
      DELETE: control({
        ...{ summary: 'Delete a snapshot', powerful: true, answers: { 204: null } },
        act: (call) => deleteSnapshot(call, call.param('name')),
        answer: () => ({}),
      }),
    },
  },
  {
    url: '/_mock/snapshots/:name/restore',
    ...doors,
    operations: {
      POST: control({
        ...{ summary: 'Put the org back to a snapshot', ...powerful, answers: { 200: SnapshotBody } },
        act: (call) => restoreSnapshot(call, call.param('name')),
        answer: (body) => ({ body }),
      }),
    },
  },
];
