/** `GET /_mock/agents/{id}/readiness`: the ticks of an AI agent, and what an exchange for a user would come to. */
import * as z from 'zod';
import { isAdminRefusal } from '../admin/change.js';
import { readinessOf } from '../admin/readiness.js';
import { managementError, NEVER_KEPT } from './bodies.js';
import { controlAccess } from './control-access.js';
import { type Endpoint, send } from './endpoint.js';
import { MANAGEMENT_REFUSALS, ManagementErrorBody } from './management/operation.js';

const asked = z.string().min(1).max(100).optional();
const ReadinessQuery = z.object({ user: asked, caller: asked, audience: z.string().min(1).max(2000).optional() });
const Row = z.looseObject({ name: z.string(), demands: z.string(), outcome: z.string() });
const Advice = Row.extend({ because: z.string().nullable() });
const Tick = z.enum(['green', 'hollow', 'red']);
const Exchanges = z.array(z.looseObject({ wouldSucceed: z.boolean(), refusedBy: Row.nullable(), rules: z.array(Row) }));
const ReadinessBody = z.looseObject({
  canActivate: z.boolean(),
  complete: z.boolean(),
  tabs: z.array(z.looseObject({ tab: z.string(), tick: Tick, rows: z.array(Row) })),
  connections: z.array(
    z.looseObject({
      ...{ id: z.string(), tick: Tick, advice: z.array(Advice) },
      ...{ nameId: z.looseObject({}).nullable(), exchanges: Exchanges },
    }),
  ),
  audience: z.looseObject({ issuerUrl: z.string(), exchanges: Exchanges }).nullable(),
});

export const READINESS_ENDPOINT: Endpoint = {
  url: '/_mock/agents/:agentId/readiness',
  ...{ tag: 'Control', shape: 'management' },
  operations: {
    GET: {
      summary: 'What is ready of an AI agent, and what an exchange for a user would come to',
      ...controlAccess(),
      querystring: ReadinessQuery,
      response: { 200: ReadinessBody, ...MANAGEMENT_REFUSALS, 404: ManagementErrorBody },
      async handle(request, reply) {
        const { agentId } = request.params as { agentId: string };
        const readiness = readinessOf(request.org, agentId, request.query as z.infer<typeof ReadinessQuery>);
        if (!isAdminRefusal(readiness)) return reply.headers(NEVER_KEPT).send(readiness);
        return send(reply, managementError(readiness.refused, readiness.causes, readiness.summary));
      },
    },
  },
};
