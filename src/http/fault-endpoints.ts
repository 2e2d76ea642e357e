/** The control API's doors to faults. */
import * as z from 'zod';
import {
  addFault,
  FaultRequest,
  faultShown,
  listFaults,
  type Route,
  removeFault,
  removeFaults,
} from '../control/faults.js';
import { control } from './control-operation.js';
import type { Endpoint } from './endpoint.js';

const FaultBody = z.looseObject({
  ...{ id: z.string(), route: z.string().nullable(), method: z.string().nullable(), fault: z.looseObject({}) },
  ...{ active: z.boolean(), hits: z.int(), remaining: z.int().nullable(), until: z.string().nullable() },
});

const doors = { tag: 'Control', shape: 'management' } as const;

/** @param routes addresses of the endpoints that a fault may be of; asked for when one is added */
export const faultEndpoints = (routes: () => readonly Route[]): readonly Endpoint[] => [
  {
    url: '/_mock/faults',
    ...doors,
    operations: {
      GET: control({
        ...{ summary: 'Faults; a request meets the first that is of it', answers: { 200: z.array(FaultBody) } },
        act: ({ org }) => listFaults(org),
        answer: (all, { org }) => ({ body: all.map((fault) => faultShown(org, fault)) }),
      }),
      POST: control({
        ...{ summary: 'Switch a fault on', powerful: true, body: FaultRequest, answers: { 201: FaultBody } },
        act: (call) => addFault(call, call.body, routes()),
        answer: (fault, { org }) => ({ status: 201, body: faultShown(org, fault) }),
      }),
      DELETE: control({
        ...{ summary: 'Switch all faults off', powerful: true, answers: { 204: null } },
        act: (call) => removeFaults(call),
        answer: () => ({}),
      }),
    },
  },
  {
    url: '/_mock/faults/:faultId',
    ...doors,
    operations: {
      DELETE: control({
        ...{ summary: 'Switch a fault off', powerful: true, answers: { 204: null } },
        act: (call) => removeFault(call, call.param('faultId')),
        answer: () => ({}),
      }),
    },
  },
];
