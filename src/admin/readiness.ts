/**
 * Readiness of an AI agent: the ticks of its page, and for each resource connection whether an exchange for a user would
 * succeed, and if not, why. Made from the very rows that activation refuses by and the rules that the exchange is judged
 * by; it has none of its own.
 */
import type { Org } from '../org.js';
import type { AiAgent } from '../registry/ai-agent.js';
import { applications } from '../registry/application.js';
import { resourceConnections } from '../registry/resource-connection.js';
import type { View } from '../store/port.js';
import { findAgent, partsOf } from './agent-parts.js';
import { type AdminRefusal, isAdminRefusal, notFound } from './change.js';
import { mayActivateAgent } from './linked-activation.js';
import {
  askedCaller,
  type Caller,
  type ConnectionReadiness,
  callersOf,
  connectionReadiness,
  type ExchangeReadiness,
  exchangesTo,
  type Question,
} from './readiness-exchanges.js';
import { type TabReadiness, tabsOf } from './readiness-tabs.js';
import { findUser } from './users.js';

export interface Readiness {
  readonly agent: { readonly id: string; readonly name: string; readonly status: AiAgent['status'] };
  readonly user: { readonly id: string; readonly login: string } | null;
  /** Activate would not refuse. */
  readonly canActivate: boolean;
  /** Every checkmark is green. */
  readonly complete: boolean;
  readonly tabs: readonly TabReadiness[];
  readonly connections: readonly ConnectionReadiness[];
  /** The audience that was asked about, connected or not; null when none was. */
  readonly audience: { readonly issuerUrl: string; readonly exchanges: readonly ExchangeReadiness[] } | null;
}

/** For whom, and for the sign-in to which application, readiness is looked at. */
export interface ReadinessQuestion {
  /** Id or login; undefined: nobody in particular. */
  readonly user?: string | undefined;
  /** Id or label of an application; undefined: each of the agent's callers. */
  readonly caller?: string | undefined;
  /** Issuer of a resource authorization server, beside those that the agent is connected to. */
  readonly audience?: string | undefined;
}

function callersAsked(view: View, agent: AiAgent, caller: string | undefined): readonly Caller[] | AdminRefusal {
  if (caller === undefined) return callersOf(view, agent);
  const app = view.get(applications, caller) ?? view.findBy(applications, 'label', caller)[0];
  return app ? [askedCaller(view, agent, app)] : notFound(caller, 'AppInstance');
}

/** What is ready of an agent. */
export function readinessOf(org: Org, agentId: string, asked: ReadinessQuestion): Readiness | AdminRefusal {
  const view = org.store.view();
  const agent = findAgent(view, agentId);
  if (isAdminRefusal(agent)) return agent;
  const user = asked.user === undefined ? undefined : findUser(view, asked.user);
  if (isAdminRefusal(user)) return user;
  const callers = callersAsked(view, agent, asked.caller);
  if (isAdminRefusal(callers)) return callers;
  const question = { org, view, agent, user, callers };
  const connections = view
    .findBy(resourceConnections, 'agent', agent.id)
    .map((connection) => connectionReadiness(question, connection));
  const ticks = connections.map(({ tick }) => tick);
  const tabs = tabsOf(partsOf(view, agent), ticks);
  return {
    agent: { id: agent.id, name: agent.profile.name, status: agent.status },
    user: user ? { id: user.id, login: user.profile.login } : null,
    canActivate: mayActivateAgent(view, agent) === undefined,
    complete: tabs.every(({ tick }) => tick === 'green'),
    ...{ tabs, connections },
    audience: asked.audience === undefined ? null : audienceReadiness(asked.audience, question),
  };
}

function audienceReadiness(issuerUrl: string, question: Question): Readiness['audience'] {
  return { issuerUrl, exchanges: exchangesTo(issuerUrl, question) };
}
