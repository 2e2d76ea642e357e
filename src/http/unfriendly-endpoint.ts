/** The control API's door to unfriendly mode. */
import * as z from 'zod';
import { setUnfriendly, UnfriendlyRequest, unfriendlyState } from '../control/unfriendly.js';
import { control } from './control-operation.js';
import type { Endpoint } from './endpoint.js';

const UnfriendlyBody = z.object({ on: z.boolean(), seed: z.int().nullable(), turn: z.int() });

export const UNFRIENDLY_ENDPOINT: Endpoint = {
  ...{ url: '/_mock/unfriendly', tag: 'Control', shape: 'management' },
  operations: {
    GET: control({
      ...{ summary: 'Whether the org is unfriendly', answers: { 200: UnfriendlyBody } },
      act: ({ org }) => unfriendlyState(org),
      answer: (body) => ({ body }),
    }),
    POST: control({
      ...{
        summary: 'As awkward as the specifications allow, while every token stays valid; or no more',
        powerful: true,
      },
      ...{ body: UnfriendlyRequest, answers: { 200: UnfriendlyBody } },
      act: (call) => setUnfriendly(call, call.body),
      answer: (body) => ({ body }),
    }),
  },
};
