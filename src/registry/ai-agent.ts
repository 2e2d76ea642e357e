/**
 * AI agents (Okta's workload principals): the client that exchanges tokens, its owners, its credentials and the callers
 * it may act for.
 */
import * as z from 'zod';
import { Activity } from './activity.js';
import { collection } from './collection.js';
import { Jwk } from './jwk.js';

export const AgentStatus = z.enum(['STAGED', 'ACTIVE', 'INACTIVE']);

/** Unique in the org. */
export const AgentName = z.string().min(5).max(100).regex(/\S/, 'is blank');

export const AiAgent = z.strictObject({
  /** `wlp…`: the *AI Agent ID*, which is the agent's client id. */
  id: z.string(),
  status: AgentStatus,
  profile: z.strictObject({ name: AgentName, description: z.string().max(1024).default('') }),
  ownerIds: z.array(z.string()),
  /** The OIDC app that shares the agent's client id and credentials, if the agent was registered with one. */
  linkedAppId: z.string().optional(),
  created: z.string(),
  lastUpdated: z.string(),
});
export type AiAgent = z.infer<typeof AiAgent>;

export const agents = collection({
  name: 'agents',
  lifetime: 'registry',
  schema: AiAgent,
  indexes: {
    name: (agent) => [agent.profile.name],
    linkedApp: (agent) => (agent.linkedAppId === undefined ? [] : [agent.linkedAppId]),
  },
  unique: ['name'],
});

const secret = z.string().min(8);
const uri = z.url({ protocol: /^https?$/ });

/** The ways in which an agent may prove who it is, with `more` members beside each. */
export function agentCredential<M extends z.ZodRawShape>(more: M) {
  return z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('CLIENT_ID_ONLY'), ...more }),
    z.strictObject({ type: z.literal('CLIENT_SECRET'), secret, ...more }),
    z.strictObject({ type: z.literal('PUBLIC_KEY'), jwk: Jwk, ...more }),
    z.strictObject({ type: z.literal('JWKS_URI'), uri, ...more }),
  ]);
}

/** How an agent proves who it is. All active credentials of one agent are of one type. */
const AgentCredential = agentCredential({});

export const Credential = z.strictObject({
  id: z.string(),
  agentId: z.string(),
  status: Activity,
  is: AgentCredential,
  created: z.string(),
  lastUpdated: z.string(),
});
export type Credential = z.infer<typeof Credential>;

export const credentials = collection({
  name: 'credentials',
  lifetime: 'registry',
  schema: Credential,
  indexes: { agent: (credential) => [credential.agentId] },
});

/** A caller of an agent: tokens that `server` issued to the app may be exchanged by the agent. */
export const Delegation = z.strictObject({
  id: z.string(),
  agentId: z.string(),
  appId: z.string(),
  /** `org`, or the id of a custom authorization server. */
  server: z.string(),
  tokenType: z.enum(['ID_TOKEN', 'SAML_ASSERTION']),
  created: z.string(),
});
export type Delegation = z.infer<typeof Delegation>;

export const delegations = collection({
  name: 'delegations',
  lifetime: 'registry',
  schema: Delegation,
  indexes: { agent: (row) => [row.agentId], app: (row) => [row.appId], link: (row) => [`${row.agentId}:${row.appId}`] },
  unique: ['link'],
});
