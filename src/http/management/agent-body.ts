/** An AI agent, and an operation on one, in Okta's JSON. */
import * as z from 'zod';
import type { AgentOperation } from '../../admin/operations.js';
import { agentOrn } from '../../admin/orns.js';
import type { Org } from '../../org.js';
import { AgentStatus, type AiAgent } from '../../registry/ai-agent.js';
import { lifecycleLink } from './links.js';

/** Where the AI agent API begins. */
export const AGENT_API = '/workload-principals/api/v1';

const Link = z.looseObject({ href: z.string() });

export const AgentBody = z.looseObject({
  id: z.string(),
  status: AgentStatus,
  appId: z.string().optional(),
  profile: z.looseObject({ name: z.string(), description: z.string() }),
  created: z.string(),
  lastUpdated: z.string(),
  _links: z.looseObject({ self: Link }),
});

/** `_links.delegationLinks` holds the agent's ORN, which is how clients learn it. */
export function agentBody(org: Org, agent: AiAgent) {
  const { id, status, linkedAppId, profile, created, lastUpdated } = agent;
  const self = `${org.issuer}${AGENT_API}/ai-agents/${id}`;
  const filter = encodeURIComponent(`to.resourceOrn eq "${agentOrn(org.store.view(), agent)}"`);
  return {
    ...{ id, status },
    ...(linkedAppId !== undefined && {
      appId: linkedAppId,
      signOnProvider: { type: 'NEW_OIDC_APP', appInstanceId: linkedAppId },
    }),
    ...{ oauthClient: { clientId: id }, profile, created, lastUpdated },
    _links: {
      self: { href: self },
      connections: { href: `${self}/connections` },
      jwks: { href: `${self}/credentials/jwks` },
      delegationLinks: { href: `${org.issuer}${AGENT_API}/delegation-links?filter=${filter}` },
      ...lifecycleLink(status, self),
    },
  };
}

export const OperationBody = z.looseObject({
  id: z.string(),
  type: z.string(),
  status: z.enum(['SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'FAILED']),
  created: z.string(),
  started: z.string().optional(),
  completed: z.string().optional(),
  resource: z.looseObject({ id: z.string(), type: z.literal('AI_AGENT') }).optional(),
  errorDetails: z.looseObject({ code: z.string(), message: z.string() }).optional(),
});

/** Address of an operation: the `Location` of a 202. */
export function operationUrl(org: Org, { id }: AgentOperation): string {
  return `${org.issuer}${AGENT_API}/operations/${id}`;
}

export function operationBody(org: Org, operation: AgentOperation) {
  const { id, type, status, agentId, agentStatus, created, started, completed, errorDetails } = operation;
  const href = `${org.issuer}${AGENT_API}/ai-agents/${agentId}`;
  return {
    ...{ id, type, status, created },
    ...(started !== undefined && { started }),
    ...(completed !== undefined && { completed }),
    resource: {
      ...{ id: agentId, type: 'AI_AGENT', ...(agentStatus && { status: agentStatus }) },
      _links: { self: { href } },
    },
    ...(errorDetails && { errorDetails }),
  };
}
