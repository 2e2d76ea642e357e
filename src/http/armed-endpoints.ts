/** The control API's doors to armed cases. */
import * as z from 'zod';
import { ArmRequest, armCase, armedShown, disarm, disarmAll, listArmed } from '../control/armed.js';
import { control } from './control-operation.js';
import type { Endpoint } from './endpoint.js';

const ArmedBody = z.looseObject({
  ...{ id: z.string(), edgeCase: z.array(z.string()), applied: z.int(), remaining: z.int().nullable() },
  ...{ match: z.looseObject({}), fault: z.looseObject({}).nullable() },
});

const NewlyArmedBody = ArmedBody.extend({
  published: z.array(z.string()).describe('Whose keys it needs in the key set of the org; they stand there now.'),
});

const doors = { tag: 'Control', shape: 'management' } as const;

export const ARMED_ENDPOINTS: readonly Endpoint[] = [
  {
    url: '/_mock/armed',
    ...doors,
    operations: {
      GET: control({
        ...{ summary: 'Armed cases, the first that matches is applied', answers: { 200: z.array(ArmedBody) } },
        act: ({ org }) => listArmed(org),
        answer: (all, { org }) => ({ body: all.map((armed) => armedShown(org, armed)) }),
      }),
      POST: control({
        ...{ summary: 'Arm an edge case or a fault for the next matching exchanges', powerful: true },
        ...{ body: ArmRequest, answers: { 201: NewlyArmedBody } },
        act: (call) => armCase(call, call.body),
        answer: ({ armed, published }, { org }) => ({ status: 201, body: { ...armedShown(org, armed), published } }),
      }),
      DELETE: control({
        ...{ summary: 'Disarm all', powerful: true, answers: { 204: null } },
        act: (call) => disarmAll(call),
        answer: () => ({}),
      }),
    },
  },
  {
    url: '/_mock/armed/:armedId',
    ...doors,
    operations: {
      DELETE: control({
        ...{ summary: 'Disarm a case', powerful: true, answers: { 204: null } },
        act: (call) => disarm(call, call.param('armedId')),
        answer: () => ({}),
      }),
    },
  },
];
