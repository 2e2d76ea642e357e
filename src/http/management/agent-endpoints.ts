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
import { AiAgent as AgentRecord, type AiAgent, agents } from '../../registry/ai-agent.js';
import type { Endpoint } from '../endpoint.js';
import { AGENT_API, AgentBody, agentBody, OperationBody, operationBody, operationUrl } from './agent-body.js';
import { listOf, listQuery, wrappedReply } from './list.js';
import { endpointsBelow, manage } from './operation.js';

const { name, description } = AgentRecord.shape.profile.shape;
const Profile = z.object({ name, description: description.unwrap().nullish() });

const Registration = z
  .object({
    profile: Profile,
    appId: z.string().max(100).nullish(),
    signOnProvider: z.object({ type: z.literal('NEW_OIDC_APP') }).optional(),
    oauthClient: z
      .undefined({ error: 'agents that are known by a client id metadata document are not modelled' })
      .optional(),
  })
  .refine(({ appId, signOnProvider }) => (appId ?? undefined) === undefined || signOnProvider === undefined, {
    path: ['appId'],
    error: 'names an application, and signOnProvider has one made; send one of them',
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

const endpoint = endpointsBelow(AGENT_API, 'AI agents');

/** How a change of an agent is answered: by the operation that carries it out. */
const STARTED = {
  ...{ scope: MANAGE, answers: { 202: null } },
  answer: (operation: AgentOperation, { org }: AdminCall) => ({
    status: 202,
    headers: { location: operationUrl(org, operation) },
  }),
};

type Act = (call: AdminCall, id: string) => Promise<AgentOperation | AdminRefusal>;

/** A change that needs nothing but the agent's id. */
function plainChange(summary: string, act: Act) {
  return manage({ ...STARTED, summary, act: (call) => act(call, call.param('agentId')) });
}

const AGENTS_OF_ORG = endpoint('/ai-agents', {
  GET: manage({
    ...{ summary: 'List AI agents', scope: READ, query: listQuery(200, 20) },
    answers: { 200: z.looseObject({ data: z.array(AgentBody) }) },
    act: (call) =>
      listOf(call, call.view.list(agents), { body: (agent) => agentBody(call.org, agent), searched: SEARCHED }),
    answer: wrappedReply,
  }),
  POST: manage({
    ...{ ...STARTED, summary: 'Register an AI agent', body: Registration },
    act: (call) => {
      const { profile, appId, signOnProvider } = call.body;
      const newApp = signOnProvider !== undefined;
      return registerAgent(call, { profile: profileOf(profile), appId: appId ?? undefined, newApp });
    },
  }),
});

const ONE_AGENT = endpoint('/ai-agents/:agentId', {
  GET: manage({
    ...{ summary: 'Get an AI agent', scope: READ, answers: { 200: AgentBody } },
    act: ({ view, param }) => findAgent(view, param('agentId')),
    answer: (agent: AiAgent, { org }) => ({ body: agentBody(org, agent) }),
  }),
  PUT: manage({
    ...{ ...STARTED, summary: 'Replace the profile of an AI agent', body: Replacement },
    act: (call) => {
      const { profile, appId } = call.body;
      return replaceAgent(call, call.param('agentId'), { profile: profileOf(profile), appId });
    },
  }),
  PATCH: manage({
    ...{ ...STARTED, summary: 'Change an AI agent', body: Patch, mergePatch: true },
    act: (call) => patchAgent(call, call.param('agentId'), patchOf(call.body)),
  }),
  DELETE: plainChange('Delete an AI agent', deleteAgent),
});

const OPERATIONS: readonly Endpoint[] = [
  endpoint('/operations', {
    GET: manage({
      ...{ summary: 'List operations on AI agents', scope: READ, query: listQuery(200, 20) },
      answers: { 200: z.looseObject({ data: z.array(OperationBody) }) },
      act: (call) =>
        listOf(call, listOperations(call.org), { body: (operation) => operationBody(call.org, operation) }),
      answer: wrappedReply,
    }),
  }),
  endpoint('/operations/:operationId', {
    GET: manage({
      ...{ summary: 'Get an operation on an AI agent', scope: READ, answers: { 200: OperationBody } },
      act: ({ org, param }) => findOperation(org, param('operationId')),
      answer: (operation, { org }) => ({ body: operationBody(org, operation) }),
    }),
  }),
];

export const AGENT_ENDPOINTS: readonly Endpoint[] = [
  AGENTS_OF_ORG,
  ONE_AGENT,
  endpoint('/ai-agents/:agentId/lifecycle/activate', { POST: plainChange('Activate an AI agent', activateAgent) }),
  endpoint('/ai-agents/:agentId/lifecycle/deactivate', {
    POST: plainChange('Deactivate an AI agent', deactivateAgent),
  }),
  ...OPERATIONS,
];
