/**
 * An AI agent and the OIDC app it was registered with are activated and deactivated together, from whichever side. This is
 * what both sides do; what an agent must have before it may be active is asked by {@link mayActivateAgent}.
 */
import { ACTIVATION_ROWS } from '../registry/activation.js';
import type { Activity } from '../registry/activity.js';
import { type AiAgent, agents } from '../registry/ai-agent.js';
import { type Application, applications } from '../registry/application.js';
import { type Change, replace, type View } from '../store/port.js';
import { partyOfAgent, partyOfInstance } from '../syslog/event.js';
import { linkedAppOf, partsOf } from './agent-parts.js';
import { type AdminRefusal, type ChangeEvent, notValid } from './change.js';

/** An app, an agent, or the two that are linked. */
export interface Linked {
  readonly app?: Application | undefined;
  readonly agent?: AiAgent | undefined;
}

/** The app with the agent that is linked to it, if one is. */
export function withItsAgent(view: View, app: Application): Linked {
  return { app, agent: view.findBy(agents, 'linkedApp', app.id)[0] };
}

/** The agent with the app that is linked to it, if one is. */
export function withItsApp(view: View, agent: AiAgent): Linked {
  return { agent, app: linkedAppOf(view, agent) };
}

/** Why the agent may not become active: what is missing, each demand with its tab. */
export function mayActivateAgent(view: View, agent: AiAgent): AdminRefusal | undefined {
  const parts = partsOf(view, agent);
  const missing = ACTIVATION_ROWS.filter((row) => !row.holds(parts));
  if (missing.length === 0) return undefined;
  return notValid('AIAgent', ...missing.map((row) => `${row.tab}: ${row.demands} [${row.name}]`));
}

const EVENTS = {
  app: { ACTIVE: 'application.lifecycle.activate', INACTIVE: 'application.lifecycle.deactivate' },
  agent: { ACTIVE: 'workload_principal.ai_agent.activate', INACTIVE: 'workload_principal.ai_agent.deactivate' },
} as const;

/** An agent that was never active is not deactivated: it stays STAGED. */
function isChanged(noun: Application | AiAgent, status: Activity): boolean {
  return noun.status !== status && !(noun.status === 'STAGED' && status === 'INACTIVE');
}

/** The part of a change that sets the status of both; what has it already is left as it is, and no event is written. */
export function statusChange(
  { app, agent }: Linked,
  status: Activity,
  now: string,
): { readonly changes: readonly Change[]; readonly events: readonly ChangeEvent[] } {
  const set = { status, lastUpdated: now };
  const changes: Change[] = [];
  const events: ChangeEvent[] = [];
  if (app && isChanged(app, status)) {
    changes.push(replace(applications, app, { ...app, ...set }));
    events.push({ eventType: EVENTS.app[status], targets: [partyOfInstance(app)] });
  }
  if (agent && isChanged(agent, status)) {
    changes.push(replace(agents, agent, { ...agent, ...set }));
    events.push({ eventType: EVENTS.agent[status], targets: [partyOfAgent(agent)] });
  }
  return { changes, events };
}
