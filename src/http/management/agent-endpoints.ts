/**
 * `/workload-principals/api/v1/ai-agents` and the operations behind it: AI agents, in Okta's shapes. A change is answered
 * by 202 without a body; `Location` names the operation to poll.
 */
import * as z from 'zod';
import { findAgent } from '../../admin/agent-parts.js';
import {
  activateAgent,
  deactivateAgent,
  deleteAgent,
  patchAgent,
  registerAgent,
  replaceAgent,
} from '../../admin/agents.js';
import type { AdminCall, AdminRefusal } from '../../admin/change.js';
import { type AgentOperation, findOperation, listOperations } from '../../admin/operations.js';
import type { Org } from '../../org.js';
import { AiAgent as AgentRecord, type AiAgent, agents } from '../../registry/ai-agent.js';
import type { Endpoint } from '../endpoint.js';
import { AGENT_API, AgentBody, agentBody, OperationBody, operationBody, operationUrl } from './agent-body.js';
import { listOf, listQuery, wrappedReply } from './list.js';
import { endpointsBelow, managementOf } from './operation.js';

const { name, description } = AgentRecord.shape.profile.shape;
const Profile = z.object({ name, description: description.unwrap().nullish() });

const Registration = z.object({
  profile: Profile,
  appId: z.string().max(100).nullish(),
  signOnProvider: z.object({ type: z.literal('NEW_OIDC_APP') }).optional(),
});
const Replacement = z.object({ profile: Profile, appId: z.string().max(100).nullish() });
const Patch = z.object({
  profile: z.object({ name: name.optional(), description: description.unwrap().nullish() }).optional(),
  appId: z.string().max(100).nullish(),
});

/** A description of null is none. */
function profileOf<P extends { description?: string | null | undefined }>({ description: text, ...rest }: P) {
  return { ...rest, description: text ?? '' };
}

/** The profile of a merge patch: what is absent stays, a null description goes. */
function patchOf({ profile, appId }: z.infer<typeof Patch>) {
  if (!profile) return { appId };
  const { name: called, description: text } = profile;
  return {
    appId,
    profile: { ...(called !== undefined && { name: called }), ...(text !== undefined && { description: text ?? '' }) },
  };
}

const READ = 'okta.aiAgents.read';
const MANAGE = 'okta.aiAgents.manage';
const SEARCHED = ['id', 'status', 'appId', 'created', 'lastUpdated', 'profile.*'];

export function agentEndpoints(org: Org): Endpoint[] {
  const manage = managementOf(org);
  const endpoint = endpointsBelow(AGENT_API, 'AI agents');
  const accepted = (operation: AgentOperation) => ({
    status: 202,
    headers: { location: operationUrl(org, operation) },
  });
  const answers = { 202: null };
  const started = { scope: MANAGE, answers, answer: accepted };
  const lifecycle = (summary: string, act: (call: AdminCall, id: string) => Promise<AgentOperation | AdminRefusal>) =>
    manage({ ...started, summary, act: (call) => act(call, call.param('agentId')) });
  return [
    endpoint('/ai-agents', {
      GET: manage({
        ...{ summary: 'List AI agents', scope: READ, query: listQuery(200, 20) },
        answers: { 200: z.looseObject({ data: z.array(AgentBody) }) },
        act: (call) =>
          listOf(call, call.view.list(agents), { body: (agent) => agentBody(org, agent), searched: SEARCHED }),
        answer: wrappedReply,
      }),
      POST: manage({
        ...{ ...started, summary: 'Register an AI agent', body: Registration },
        act: (call) => {
          const { profile, appId, signOnProvider } = call.body;
          const newApp = signOnProvider !== undefined;
          return registerAgent(call, { profile: profileOf(profile), appId: appId ?? undefined, newApp });
        },
      }),
    }),
    endpoint('/ai-agents/:agentId', {
      GET: manage({
        ...{ summary: 'Get an AI agent', scope: READ, answers: { 200: AgentBody } },
        act: ({ view, param }) => findAgent(view, param('agentId')),
        answer: (agent: AiAgent) => ({ body: agentBody(org, agent) }),
      }),
      PUT: manage({
        ...{ ...started, summary: 'Replace the profile of an AI agent', body: Replacement },
        act: (call) => {
          const { profile, appId } = call.body;
          return replaceAgent(call, call.param('agentId'), { profile: profileOf(profile), appId });
        },
      }),
      PATCH: manage({
        ...{ ...started, summary: 'Change an AI agent', body: Patch, mergePatch: true },
        act: (call) => patchAgent(call, call.param('agentId'), patchOf(call.body)),
      }),
      DELETE: lifecycle('Delete an AI agent', deleteAgent),
    }),
    endpoint('/ai-agents/:agentId/lifecycle/activate', { POST: lifecycle('Activate an AI agent', activateAgent) }),
    endpoint('/ai-agents/:agentId/lifecycle/deactivate', {
      POST: lifecycle('Deactivate an AI agent', deactivateAgent),
    }),
    endpoint('/operations', {
      GET: manage({
        ...{ summary: 'List operations on AI agents', scope: READ, query: listQuery(200, 20) },
        answers: { 200: z.looseObject({ data: z.array(OperationBody) }) },
        act: (call) => listOf(call, listOperations(org), { body: (operation) => operationBody(org, operation) }),
        answer: wrappedReply,
      }),
    }),
    endpoint('/operations/:operationId', {
      GET: manage({
        ...{ summary: 'Get an operation on an AI agent', scope: READ, answers: { 200: OperationBody } },
        act: ({ param }) => findOperation(org, param('operationId')),
        answer: (operation) => ({ body: operationBody(org, operation) }),
      }),
    }),
  ];
}
