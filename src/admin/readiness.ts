/**
 * Readiness of an AI agent: the ticks of its page, and for each resource connection whether an exchange for a user would
 * succeed, and if not, why. Made from the very rows that activation refuses by and the rules that the exchange is judged
 * by; it has none of its own.
 */
import { type ImaginedExchange, imagineExchange } from '../grants/dry-run.js';
import { expandIssuer, type Org } from '../org.js';
import { firstBroken, type Judged, type Outcome } from '../protocol/rule.js';
import {
  ACTIVATION_ROWS,
  AGENT_TABS,
  type AgentParts,
  type AgentTab,
  COMPLETION_ROWS,
} from '../registry/activation.js';
import { adviceFor } from '../registry/advice.js';
import { type AiAgent, delegations } from '../registry/ai-agent.js';
import { type Application, applications } from '../registry/application.js';
import { type ResourceConnection, resourceConnections } from '../registry/resource-connection.js';
import { type User, users } from '../registry/user.js';
import type { View } from '../store/port.js';
import { findAgent, linkedAppOf, partsOf } from './agent-parts.js';
import { type AdminRefusal, isAdminRefusal, notFound } from './change.js';
import { targetOfConnection } from './connections.js';

/** `hollow`: something is missing that activation does not need. `red`: it is missing for activation, or advised against. */
export type Tick = 'green' | 'hollow' | 'red';

interface RowOutcome {
  readonly name: string;
  readonly demands: string;
  readonly outcome: 'holds' | 'broken';
}

export interface TabReadiness {
  readonly tab: AgentTab;
  readonly tick: Tick;
  readonly rows: readonly RowOutcome[];
}

interface RuleOutcome {
  readonly name: string;
  readonly demands: string;
  readonly reason: string;
  readonly outcome: Outcome;
}

/** One exchange thought through: which application the user signed in to, and every rule. */
export interface ExchangeReadiness {
  /** Label of the caller; null when the agent has none, and an application that is no caller stands in. */
  readonly caller: string | null;
  readonly wouldSucceed: boolean;
  /** The rule that would refuse. */
  readonly refusedBy: RuleOutcome | null;
  readonly rules: readonly RuleOutcome[];
}

export interface ConnectionReadiness {
  readonly id: string;
  readonly resource: string;
  readonly issuerUrl: string;
  readonly tick: Tick;
  readonly advice: readonly RowOutcome[];
  /** One for each caller; without a user, the rules about the user are not asked. */
  readonly exchanges: readonly ExchangeReadiness[];
}

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

const holds = (is: boolean) => (is ? 'holds' : 'broken');

function tickOf(required: readonly RowOutcome[], optional: readonly RowOutcome[]): Tick {
  if (required.some(({ outcome }) => outcome === 'broken')) return 'red';
  return optional.some(({ outcome }) => outcome === 'broken') ? 'hollow' : 'green';
}

function tabReadiness(tab: AgentTab, parts: AgentParts): TabReadiness {
  const judged = (rows: typeof ACTIVATION_ROWS) =>
    rows
      .filter((row) => row.tab === tab)
      .map((row) => ({ name: row.name, demands: row.demands, outcome: holds(row.holds(parts)) }) as const);
  const [required, optional] = [judged(ACTIVATION_ROWS), judged(COMPLETION_ROWS)];
  return { tab, tick: tickOf(required, optional), rows: [...required, ...optional] };
}

/** Stands in for the caller of an agent that has none: what such an application would be told. */
const NO_CALLER: Application = {
  ...{ id: '(no caller)', name: '', label: '', origin: 'custom', status: 'ACTIVE' },
  ...{ xaa: { enabled: false, scopes: [] }, created: '', lastUpdated: '' },
};

interface Caller {
  readonly app: Application;
  readonly server: string;
}

/** One application as if it were the caller, whether it is one or not. */
function askedCaller(view: View, agent: AiAgent, app: Application): Caller {
  const [link] = view.findBy(delegations, 'link', `${agent.id}:${app.id}`);
  return { app, server: link?.server ?? 'org' };
}

/** The agent's callers, its linked application among them. */
function callersOf(view: View, agent: AiAgent): readonly Caller[] {
  const linked = linkedAppOf(view, agent);
  return [
    ...view.findBy(delegations, 'agent', agent.id).map(({ appId, server }) => ({
      ...{ app: view.get(applications, appId) as Application, server },
    })),
    ...(linked ? [{ app: linked, server: 'org' }] : []),
  ];
}

const ruleOutcome = ({ rule, outcome }: Judged): RuleOutcome => ({
  ...{ name: rule.name, demands: rule.demands, reason: rule.reason, outcome },
});

function exchangeReadiness(imagined: ImaginedExchange): ExchangeReadiness {
  const judged = imagineExchange(imagined);
  const refused = firstBroken(judged);
  return {
    caller: imagined.caller === NO_CALLER ? null : imagined.caller.label,
    wouldSucceed: refused === undefined,
    refusedBy: refused ? ruleOutcome({ rule: refused, outcome: 'broken' }) : null,
    rules: judged.map(ruleOutcome),
  };
}

function adviceOf(app: Application | undefined): readonly RowOutcome[] {
  return (app ? adviceFor(app) : []).map(({ row, followed }) => ({
    ...{ name: row.name, demands: row.advises, outcome: holds(followed) },
  }));
}

/** Hollow when an exchange would be refused, red when the advice is not followed. */
function connectionTick(advice: readonly RowOutcome[], exchanges: readonly ExchangeReadiness[]): Tick {
  if (advice.some(({ outcome }) => outcome === 'broken')) return 'red';
  return exchanges.every(({ wouldSucceed }) => wouldSucceed) ? 'green' : 'hollow';
}

interface Question {
  readonly org: Org;
  readonly view: View;
  readonly agent: AiAgent;
  readonly user: User | undefined;
  readonly callers: readonly Caller[];
}

/** An exchange for the audience, by each caller. */
function exchangesTo(audience: string, { org, view, agent, user, callers }: Question): readonly ExchangeReadiness[] {
  return callers.map(({ app: caller, server }) =>
    exchangeReadiness({ org, view, agent, caller, server, userId: user?.id, audience }),
  );
}

function connectionReadiness(question: Question, connection: ResourceConnection): ConnectionReadiness {
  const { app, server } = targetOfConnection(question.view, connection);
  const issuerUrl = expandIssuer(question.org, connection.issuerUrl);
  const exchanges = exchangesTo(issuerUrl, question);
  const advice = adviceOf(app);
  return {
    ...{ id: connection.id, resource: (app?.label ?? server?.name) as string, issuerUrl },
    ...{ tick: connectionTick(advice, exchanges), advice, exchanges },
  };
}

/** The tab of the connections is no greener than they are. */
function withConnections(tab: TabReadiness, connections: readonly ConnectionReadiness[]): TabReadiness {
  if (tab.tab !== 'Resource Connections' || tab.tick !== 'green') return tab;
  const ticks = connections.map(({ tick }) => tick);
  return { ...tab, tick: (['red', 'hollow'] as const).find((tick) => ticks.includes(tick)) ?? 'green' };
}

/** The user by id or login. */
function findUser(view: View, idOrLogin: string): User | undefined {
  return view.get(users, idOrLogin) ?? view.findBy(users, 'login', idOrLogin.toLowerCase())[0];
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
  if (caller === undefined) {
    const callers = callersOf(view, agent);
    return callers.length > 0 ? callers : [{ app: NO_CALLER, server: 'org' }];
  }
  const app = view.get(applications, caller) ?? view.findBy(applications, 'label', caller)[0];
  return app ? [askedCaller(view, agent, app)] : notFound(caller, 'AppInstance');
}

/** What is ready of an agent. */
export function readinessOf(org: Org, agentId: string, asked: ReadinessQuestion): Readiness | AdminRefusal {
  const view = org.store.view();
  const agent = findAgent(view, agentId);
  if (isAdminRefusal(agent)) return agent;
  const user = asked.user === undefined ? undefined : findUser(view, asked.user);
  if (asked.user !== undefined && !user) return notFound(asked.user, 'User');
  const callers = callersAsked(view, agent, asked.caller);
  if (isAdminRefusal(callers)) return callers;
  const parts = partsOf(view, agent);
  const question = { org, view, agent, user, callers };
  const connections = view
    .findBy(resourceConnections, 'agent', agent.id)
    .map((connection) => connectionReadiness(question, connection));
  const tabs = AGENT_TABS.map((tab) => withConnections(tabReadiness(tab, parts), connections));
  return {
    agent: { id: agent.id, name: agent.profile.name, status: agent.status },
    user: user ? { id: user.id, login: user.profile.login } : null,
    canActivate: ACTIVATION_ROWS.every((row) => row.holds(parts)),
    complete: tabs.every(({ tick }) => tick === 'green'),
    ...{ tabs, connections },
    audience: asked.audience === undefined ? null : audienceReadiness(asked.audience, question),
  };
}

function audienceReadiness(issuerUrl: string, question: Question): Readiness['audience'] {
  return { issuerUrl, exchanges: exchangesTo(issuerUrl, question) };
}
