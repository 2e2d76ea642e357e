/** What every tab of an AI agent's page is gathered from: the agent, and its readiness. */
import { findAgent, linkedAppOf } from '../../admin/agent-parts.js';
import { type AdminRefusal, isAdminRefusal } from '../../admin/change.js';
import { type Readiness, readinessOf } from '../../admin/readiness.js';
import type { AgentFrame } from '../../console/agent-frame.js';
import type { Page } from '../../console/frame.js';
import type { Application } from '../../registry/application.js';
import type { ConsoleCall } from './page.js';

/** A call about one agent that is there. */
export interface AgentCall extends ConsoleCall, AgentFrame {
  /** The application that is one client with it. */
  readonly linked: Application | undefined;
}

/** Shows a page of the agent that the path names. @param user readiness for this person, by login */
export async function ofAgent(
  call: ConsoleCall,
  show: (call: AgentCall) => Page | AdminRefusal,
  user?: string,
): Promise<Page | AdminRefusal> {
  const agent = findAgent(call.view, call.param('agentId'));
  if (isAdminRefusal(agent)) return agent;
  const asked = readinessOf(call.org, agent.id, { user });
  // A person who is not there: the page is shown as for nobody in particular.
  const readiness = isAdminRefusal(asked) ? (readinessOf(call.org, agent.id, {}) as Readiness) : asked;
  return show({ ...call, agent, linked: linkedAppOf(call.view, agent), readiness });
}
