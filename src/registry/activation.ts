/**
 * What the guide wants of an AI agent, tab by tab: what must be there before it is activated (owner, credential), and what
 * may be added later but leaves its tick hollow (caller, resource connection). Activation refuses by these rows, and the
 * ticks of the agent's page are made from them.
 */
import { cite, type Source } from '../protocol/sources.js';

/** The tabs of an agent's page, in the guide's order and words. */
export const AGENT_TABS = ['Profile', 'Owners', 'Credentials', 'Delegations', 'Resource Connections'] as const;
export type AgentTab = (typeof AGENT_TABS)[number];

/** What an agent has. */
export interface AgentParts {
  readonly name: string;
  readonly owners: number;
  /** The methods of its active credentials, each once. */
  readonly methods: readonly string[];
  readonly callers: number;
  readonly connections: number;
}

/** One demand of a tab. */
export interface TabRow {
  readonly name: string;
  readonly tab: AgentTab;
  readonly demands: string;
  readonly holds: (parts: AgentParts) => boolean;
  readonly source: Source;
}

const section = 'Registering and Configuring the AI Agent';

/** In the order of the tabs. An agent is activated only when all of them hold. */
export const ACTIVATION_ROWS: readonly TabRow[] = [
  {
    name: 'agent-has-name',
    tab: 'Profile',
    demands: 'The agent has a name.',
    holds: (f) => f.name !== '',
    source: cite.xaaGuide(section),
  },
  {
    name: 'agent-has-owner',
    tab: 'Owners',
    demands: 'The agent has an owner; Skip for now only puts it off.',
    holds: (f) => f.owners > 0,
    source: cite.xaaGuide(`${section}: NOTE`, 'captured'),
  },
  {
    name: 'agent-has-credential',
    tab: 'Credentials',
    demands: 'The agent has an active credential: a public key, a JWKS URI, a client secret, or its client id alone.',
    holds: (f) => f.methods.length > 0,
    source: cite.oktaXaa('Register an AI agent', 'documented'),
  },
  {
    name: 'agent-has-one-credential-method',
    tab: 'Credentials',
    demands: 'All active credentials of the agent are of one method.',
    holds: (f) => f.methods.length < 2,
    source: cite.oktaXaa('Register an AI agent', 'documented'),
  },
];

/** What may be added after activation. */
export const COMPLETION_ROWS: readonly TabRow[] = [
  {
    name: 'agent-has-caller',
    tab: 'Delegations',
    demands: 'The agent has a caller: the application whose sign-in it exchanges (Add Caller).',
    holds: (f) => f.callers > 0,
    source: cite.xaaGuide(`${section}: Delegations`),
  },
  {
    name: 'agent-has-connection',
    tab: 'Resource Connections',
    demands: 'The agent has a resource connection (Add Resource Connection).',
    holds: (f) => f.connections > 0,
    source: cite.xaaGuide(`${section}: Resource Connections`),
  },
];
