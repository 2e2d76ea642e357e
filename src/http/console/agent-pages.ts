/** The doors of *Directory > AI Agents*: the list, and registering an agent in two steps. */

import { registerAgent } from '../../admin/agents.js';
import { type AdminRefusal, isAdminRefusal } from '../../admin/change.js';
import { userOrn } from '../../admin/orns.js';
import type { Readiness } from '../../admin/readiness.js';
import { readinessOf } from '../../admin/readiness.js';
import { agentPath } from '../../console/agent-frame.js';
import { agentsPage, ownersStepPage, registerPage } from '../../console/agents.js';
import { AiAgent as AgentRecord, type AiAgent, agents } from '../../registry/ai-agent.js';
import { users } from '../../registry/user.js';
import type { Endpoint } from '../endpoint.js';
import { AGENT_CONNECTION_PAGES } from './agent-connection-pages.js';
import { AGENT_CREDENTIAL_PAGES } from './agent-credential-pages.js';
import { AGENT_TAB_PAGES } from './agent-tab-pages.js';
import { chosen, textsOfUser } from './choosing.js';
import { asked, type ConsoleCall, consolePage } from './page.js';

const Profile = AgentRecord.shape.profile;
export const LABELS = { name: 'Name', description: 'Description' } as const;

const profileAsked = ({ value }: ConsoleCall) =>
  asked(Profile, { name: value('name'), description: value('description') }, LABELS);

const AGENTS = consolePage({
  url: '/console/ai-agents',
  show(call) {
    const found = chosen(call.view.list(agents), call.value('q'), ({ id, profile }) => [id, profile.name]);
    const withTicks = found.rows.map((agent) => ({ ...agent, complete: isComplete(call, agent) }));
    return agentsPage({ ...call, found: { ...found, rows: withTicks } });
  },
});

function isComplete({ org }: ConsoleCall, { id }: AiAgent): boolean {
  return (readinessOf(org, id, {}) as Readiness).complete;
}

/** Those who are chosen stay to be seen, whatever is searched for. */
function ownersStep(call: ConsoleCall) {
  const { at, view, value, query, form } = call;
  const ids = [...query.all('owner'), ...form.all('owner')];
  const found = chosen(view.list(users), value('q'), textsOfUser);
  const before = ids.flatMap((id) => view.get(users, id) ?? []);
  const rows = [...before, ...found.rows.filter(({ id }) => !ids.includes(id))];
  return ownersStepPage({ at, value, people: { ...found, rows }, chosen: ids });
}

/** Registers the agent and goes on to its page. */
async function register(call: ConsoleCall, ownerIds: readonly string[]) {
  const profile = profileAsked(call);
  if (isAdminRefusal(profile)) return profile;
  const ownerOrns = ownerIds.map((id) => userOrn(call.view, { id }));
  const operation = await registerAgent(call, { profile, ownerOrns });
  if (isAdminRefusal(operation)) return operation;
  return { to: agentPath(operation.agentId), done: 'agent-registered' } as const;
}

const REGISTER = consolePage({
  url: '/console/ai-agents/register',
  show: (call) => (call.value('step') === 'owners' ? ownersStep(call) : registerPage(call.at, call.value)),
  acts: {
    next(call) {
      const profile: AiAgent['profile'] | AdminRefusal = profileAsked(call);
      if (isAdminRefusal(profile)) return profile;
      return { to: `/console/ai-agents/register?${new URLSearchParams({ step: 'owners', ...profile })}` };
    },
    register: (call) => register(call, call.form.all('owner')),
    skip: (call) => register(call, []),
  },
});

export const AGENT_PAGES: readonly Endpoint[] = [
  AGENTS,
  REGISTER,
  ...AGENT_TAB_PAGES,
  ...AGENT_CREDENTIAL_PAGES,
  ...AGENT_CONNECTION_PAGES,
];
