/** The control API's door to the org's clock. */
import * as z from 'zod';
import { ClockRequest, changeClock, clockState, resetClock } from '../control/clock.js';
import { control } from './control-operation.js';
import type { Endpoint } from './endpoint.js';

const ClockBody = z.object({ now: z.string(), realTime: z.string(), offset: z.number(), frozen: z.boolean() });

export const CLOCK_ENDPOINT: Endpoint = {
  ...{ url: '/_mock/clock', tag: 'Control', shape: 'management' },
  operations: {
    GET: control({
      ...{ summary: 'The time of the org', answers: { 200: ClockBody } },
      act: ({ org }) => clockState(org),
      answer: (body) => ({ body }),
    }),
    POST: control({
      ...{
        summary: 'Set, move, stop or start the clock',
        powerful: true,
        body: ClockRequest,
        answers: { 200: ClockBody },
      },
      act: (call) => changeClock(call, call.body),
      answer: (body) => ({ body }),
    }),
    DELETE: control({
      ...{ summary: 'Back to the real time', powerful: true, answers: { 204: null } },
      act: (call) => resetClock(call),
      answer: () => ({}),
    }),
  },
};
