/** Exchanges of an AI agent, thought through by the exchange's own rules: by which caller, to which resource, for whom. */
import { nameIdAt } from '../access/saml-subject.js';
import { type ImaginedExchange, imagineExchange } from '../grants/dry-run.js';
import { expandIssuer, type Org } from '../org.js';
import { type Fact, firstBroken, type Judged, type Outcome } from '../protocol/rule.js';
import { adviceFor } from '../registry/advice.js';
import { type AiAgent, delegations } from '../registry/ai-agent.js';
import { type Application, applications } from '../registry/application.js';
import type { NameId } from '../registry/name-id.js';
import type { ResourceConnection } from '../registry/resource-connection.js';
import type { User } from '../registry/user.js';
import type { View } from '../store/port.js';
import { linkedAppOf } from './agent-parts.js';
import { targetOfConnection } from './connections.js';
import { holds, type RowOutcome, type Tick } from './readiness-tabs.js';

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

interface AdviceOutcome extends RowOutcome {
  /** What comes of it where the advice is not followed; else null. */
  readonly because: string | null;
}

export interface ConnectionReadiness {
  readonly id: string;
  readonly resource: string;
  readonly issuerUrl: string;
  readonly tick: Tick;
  readonly advice: readonly AdviceOutcome[];
  /** The user's NameID at the application, or why there is none; null without a user, or without SAML. */
  readonly nameId: Fact<NameId, string> | null;
  /** One for each caller; without a user, the rules about the user are not asked. */
  readonly exchanges: readonly ExchangeReadiness[];
}

/** Stands in for the caller of an agent that has none: what such an application would be told. */
const NO_CALLER: Application = {
  ...{ id: '(no caller)', name: '', label: '', origin: 'custom', status: 'ACTIVE' },
  ...{ xaa: { enabled: false, scopes: [] }, created: '', lastUpdated: '' },
};

/** An application whose users sign in to it, and the server that issues their tokens. */
export interface Caller {
  readonly app: Application;
  readonly server: string;
}

/** One application as if it were the caller, whether it is one or not. */
export function askedCaller(view: View, agent: AiAgent, app: Application): Caller {
  const [link] = view.findBy(delegations, 'link', `${agent.id}:${app.id}`);
  return { app, server: link?.server ?? 'org' };
}

/** The agent's callers, its linked application among them. Where there is none, {@link NO_CALLER} stands in. */
export function callersOf(view: View, agent: AiAgent): readonly Caller[] {
  const linked = linkedAppOf(view, agent);
  const callers = [
    ...view.findBy(delegations, 'agent', agent.id).map(({ appId, server }) => ({
      ...{ app: view.get(applications, appId) as Application, server },
    })),
    ...(linked ? [{ app: linked, server: 'org' }] : []),
  ];
  return callers.length > 0 ? callers : [{ app: NO_CALLER, server: 'org' }];
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

function adviceOf(app: Application | undefined): readonly AdviceOutcome[] {
  return (app ? adviceFor(app) : []).map(({ row, because }) => ({
    ...{ name: row.name, demands: row.advises, outcome: holds(because === null), because },
  }));
}

/** Who the user would be at the application. */
function nameIdOf({ view, user }: Question, app: Application | undefined): ConnectionReadiness['nameId'] {
  return (app && user && nameIdAt(view, app, user)) ?? null;
}

/** The guide wants every checkmark green before *Activate*: what that mends is not held against an agent that never was. */
function isReady({ status }: AiAgent, { rules }: ExchangeReadiness): boolean {
  const mended = status === 'STAGED' ? 'client-active' : undefined;
  return rules.every(({ outcome, name }) => outcome !== 'broken' || name === mended);
}

/** Hollow when an exchange would be refused, red when the advice is not followed. */
function connectionTick(agent: AiAgent, advice: readonly RowOutcome[], exchanges: readonly ExchangeReadiness[]): Tick {
  if (advice.some(({ outcome }) => outcome === 'broken')) return 'red';
  return exchanges.every((exchange) => isReady(agent, exchange)) ? 'green' : 'hollow';
}

/** What is asked about each exchange. */
export interface Question {
  readonly org: Org;
  readonly view: View;
  readonly agent: AiAgent;
  readonly user: User | undefined;
  readonly callers: readonly Caller[];
}

/** An exchange for the audience, by each caller. */
export function exchangesTo(
  audience: string,
  { org, view, agent, user, callers }: Question,
): readonly ExchangeReadiness[] {
  return callers.map(({ app: caller, server }) =>
    exchangeReadiness({ org, view, agent, caller, server, userId: user?.id, audience }),
  );
}

/** Whether exchanges for the connection's audience would succeed. */
export function connectionReadiness(question: Question, connection: ResourceConnection): ConnectionReadiness {
  const { app, server } = targetOfConnection(question.view, connection);
  const issuerUrl = expandIssuer(question.org, connection.issuerUrl);
  const exchanges = exchangesTo(issuerUrl, question);
  const advice = adviceOf(app);
  return {
    ...{ id: connection.id, resource: (app?.label ?? server?.name) as string, issuerUrl },
    ...{ tick: connectionTick(question.agent, advice, exchanges), advice, nameId: nameIdOf(question, app), exchanges },
  };
}
