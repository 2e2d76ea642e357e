/** `POST /_mock/explain`: an ID-JAG judged rule by rule, for the person whose server answered `invalid_grant`. */

import * as z from 'zod';
import { ExplainRequest, explainAsked } from '../ras/explain-request.js';
import { NEVER_KEPT } from './bodies.js';
import { controlAccess } from './control-access.js';
import type { Endpoint } from './endpoint.js';
import { MANAGEMENT_REFUSALS } from './management/operation.js';

const Rule = z.looseObject({
  ...{ name: z.string(), outcome: z.enum(['tick', 'cross', 'not asked']), demands: z.string(), found: z.string() },
  ...{ reason: z.string(), source: z.looseObject({ document: z.string(), section: z.string() }) },
});
const Decoded = z.looseObject({}).nullable();
const ExplanationBody = z.looseObject({
  ...{ accepted: z.boolean(), refusedBy: z.string().nullable(), looksLike: z.string() },
  ...{ header: Decoded, claims: Decoded, signature: z.enum(['verified', 'not verified', 'not checked']) },
  ...{ notAsked: z.array(z.string()), rules: z.array(Rule) },
});

export const EXPLAIN_ENDPOINT: Endpoint = {
  url: '/_mock/explain',
  ...{ tag: 'Control', shape: 'management' },
  operations: {
    POST: {
      summary: 'An ID-JAG judged rule by rule',
      ...controlAccess(),
      body: ExplainRequest,
      response: { 200: ExplanationBody, ...MANAGEMENT_REFUSALS },
      async handle(request, reply) {
        const explanation = await explainAsked(request.org, request.body as ExplainRequest);
        return reply.headers(NEVER_KEPT).send(explanation);
      },
    },
  },
};
