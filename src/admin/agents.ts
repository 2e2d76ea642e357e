/** AI agents: registering, changing, activating and deleting them. Every change is an operation. */
import { newId } from '../protocol/ids.js';
import type { Activity } from '../registry/activity.js';
import { type AiAgent, agents, credentials, delegations } from '../registry/ai-agent.js';
import { applications } from '../registry/application.js';
import { resourceConnections } from '../registry/resource-connection.js';
import { users } from '../registry/user.js';
import { type Change, insert, keep, remove, replace, type View } from '../store/port.js';
import { partyOfAgent, partyOfApp } from '../syslog/event.js';
import { type Linking, nameTaken, newApp } from './agent-app.js';
import { ownCredentialsRefusal } from './agent-credential-rules.js';
import { findAgent, linkedAppOf } from './agent-parts.js';
import { type AdminCall, type AdminRefusal, type ChangePlan, isAdminRefusal, notFound, notValid } from './change.js';
import { withEndedClients } from './ended-clients.js';
import { mayActivateAgent, statusChange, withItsApp } from './linked-activation.js';
import { type AgentOperation, startOperation } from './operations.js';
import { ownersNamed, ownersRefusal } from './owners.js';

type Outcome = Promise<AgentOperation | AdminRefusal>;
type Profile = AiAgent['profile'];

/** What an agent is registered with. */
export interface Registration {
  readonly profile: Profile;
  /** Deprecated by Okta: an existing OIDC application that becomes one client with the agent. */
  readonly appId?: string | undefined;
  /** A new OIDC application that becomes one client with the agent. */
  readonly newApp?: boolean;
  /** ORNs of the people who answer for it; the API names them later, the console at once. */
  readonly ownerOrns?: readonly string[];
}

/** What a merge patch says; what is absent stays. */
export interface AgentPatch {
  readonly profile?: Partial<Profile> | undefined;
  /** Absent: the linked application stays; null: none. */
  readonly appId?: string | null | undefined;
}

const NONE: Linking = { changes: [], events: [] };

const OWN_CLIENT_ID =
  'appId: the application has a client id of its own choice, which linking would take from it for good; link one whose ' +
  'client id is its id';

/** The application is one client with the agent from now on: under the agent's client id, and active as the agent is. */
function link(view: View, agent: AiAgent, appId: string, now: string): Linking | AdminRefusal {
  const app = view.get(applications, appId);
  if (!app) return notFound(appId, 'AppInstance');
  if (!app.oidc) return notValid('appId', 'appId: only an OpenID Connect application is linked to an agent');
  const [other] = view.findBy(agents, 'linkedApp', appId);
  if (other) return notValid('appId', `appId: the application is linked to the agent "${other.profile.name}" already`);
  if (app.oidc.clientId !== app.id) return notValid('appId', OWN_CLIENT_ID);
  const refused = ownCredentialsRefusal(view, agent);
  if (refused) return refused;
  const status: Activity = agent.status === 'ACTIVE' ? 'ACTIVE' : 'INACTIVE';
  const linked = { ...app, status, oidc: { ...app.oidc, clientId: agent.id }, lastUpdated: now };
  const targets = [partyOfAgent(agent), partyOfApp(linked)];
  const event = { eventType: 'workload_principal.ai_agent.sign_on_provider.add', targets } as const;
  const { events } = statusChange({ app }, status, now);
  return { changes: [replace(applications, app, linked)], events: [event, ...events] };
}

/** The application is a client of its own again, under its own id. */
function unlink(view: View, agent: AiAgent, now: string): Linking {
  const app = linkedAppOf(view, agent);
  if (!app?.oidc) return NONE;
  const alone = { ...app, oidc: { ...app.oidc, clientId: app.id }, lastUpdated: now };
  const targets = [partyOfAgent(agent), partyOfApp(alone)];
  const events = [{ eventType: 'workload_principal.ai_agent.sign_on_provider.remove', targets } as const];
  return { changes: [replace(applications, app, alone)], events };
}

/** Why the agent cannot have its name: another one has it. */
function nameProblem(view: View, { id, profile }: AiAgent): AdminRefusal | undefined {
  const isTaken = view.findBy(agents, 'name', profile.name).some((other) => other.id !== id);
  return isTaken ? notValid('name', nameTaken(`name: another AI agent is called "${profile.name}"`)) : undefined;
}

/** Registers an agent; it is STAGED until it is activated. */
export function registerAgent(call: AdminCall, registration: Registration): Outcome {
  const { profile, appId, newApp: withApp = false, ownerOrns = [] } = registration;
  const id = newId('agent');
  return startOperation(call, {
    type: 'ai-agent:Register',
    agentId: id,
    work(view, now) {
      const owners = ownersNamed(view, ownerOrns);
      if (isAdminRefusal(owners)) return owners;
      const ownerIds = owners.map((user) => user.id);
      const agent: AiAgent = { id, status: 'STAGED', profile, ownerIds, created: now, lastUpdated: now };
      const refused = nameProblem(view, agent) ?? ownersRefusal(agent, ownerIds);
      if (refused) return refused;
      const given = appId === undefined ? NONE : link(view, agent, appId, now);
      const linking = withApp ? newApp(view, agent, now) : given;
      if (isAdminRefusal(linking)) return linking;
      const linkedAppId = linking.app?.id ?? appId;
      const record = linkedAppId === undefined ? agent : { ...agent, linkedAppId };
      const event = { eventType: 'workload_principal.ai_agent.register', targets: [partyOfAgent(agent)] } as const;
      const changes = [...owners.map((user) => keep(users, user)), insert(agents, record), ...linking.changes];
      const plan = { changes, events: [event, ...linking.events], value: undefined };
      return withEndedClients(view, call.org.store.live, plan, now);
    },
  });
}

/** The linked application as it should be: undefined leaves it. */
function relink(view: View, agent: AiAgent, appId: string | null | undefined, now: string): Linking | AdminRefusal {
  if (appId === undefined || (appId ?? undefined) === agent.linkedAppId) return NONE;
  const before = unlink(view, agent, now);
  const after = appId === null ? NONE : link(view, agent, appId, now);
  if (isAdminRefusal(after)) return after;
  return { changes: [...before.changes, ...after.changes], events: [...before.events, ...after.events] };
}

function updated(view: View, id: string, patch: AgentPatch, now: string): ChangePlan<undefined> | AdminRefusal {
  const before = findAgent(view, id);
  if (isAdminRefusal(before)) return before;
  const { linkedAppId, ...rest } = before;
  const appId = patch.appId === undefined ? linkedAppId : (patch.appId ?? undefined);
  const profile = { ...before.profile, ...patch.profile };
  const agent: AiAgent = { ...rest, profile, ...(appId !== undefined && { linkedAppId: appId }), lastUpdated: now };
  const linking = relink(view, before, patch.appId, now);
  if (isAdminRefusal(linking)) return linking;
  const refused = nameProblem(view, agent) ?? (agent.status === 'ACTIVE' ? mayActivateAgent(view, agent) : undefined);
  if (refused) return refused;
  const event = { eventType: 'workload_principal.ai_agent.update', targets: [partyOfAgent(agent)] } as const;
  return {
    changes: [replace(agents, before, agent), ...linking.changes],
    events: [event, ...linking.events],
    value: undefined,
  };
}

/** Changes what the patch names. */
export function patchAgent(call: AdminCall, id: string, patch: AgentPatch): Outcome {
  return startOperation(call, {
    ...{ type: 'ai-agent:Patch', agentId: id },
    work: (view, now) => withEndedClients(view, call.org.store.live, updated(view, id, patch, now), now),
  });
}

/** Replaces profile and linked application; owners, credentials, callers and connections stay. */
export function replaceAgent(call: AdminCall, id: string, { profile, appId = null }: AgentPatch): Outcome {
  return startOperation(call, {
    ...{ type: 'ai-agent:Replace', agentId: id },
    work: (view, now) => withEndedClients(view, call.org.store.live, updated(view, id, { profile, appId }, now), now),
  });
}

/** Activates the agent, or says what is missing. An active agent stays active. */
export function activateAgent(call: AdminCall, id: string): Outcome {
  return startOperation(call, {
    ...{ type: 'ai-agent:Activate', agentId: id },
    work(view, now) {
      const agent = findAgent(view, id);
      if (isAdminRefusal(agent)) return agent;
      const refused = mayActivateAgent(view, agent);
      return refused ?? { ...statusChange(withItsApp(view, agent), 'ACTIVE', now), value: undefined };
    },
  });
}

/** Deactivates the agent: its very next exchange is refused. */
export function deactivateAgent(call: AdminCall, id: string): Outcome {
  return startOperation(call, {
    ...{ type: 'ai-agent:Deactivate', agentId: id },
    work(view, now) {
      const agent = findAgent(view, id);
      if (isAdminRefusal(agent)) return agent;
      return { ...statusChange(withItsApp(view, agent), 'INACTIVE', now), value: undefined };
    },
  });
}

function belongingsRemoved(view: View, id: string): readonly Change[] {
  return [
    ...view.findBy(credentials, 'agent', id).map((row) => remove(credentials, row)),
    ...view.findBy(delegations, 'agent', id).map((row) => remove(delegations, row)),
    ...view.findBy(resourceConnections, 'agent', id).map((row) => remove(resourceConnections, row)),
  ];
}

/** Deletes an agent that is not active, with its credentials, callers and connections. */
export function deleteAgent(call: AdminCall, id: string): Outcome {
  return startOperation(call, {
    ...{ type: 'ai-agent:Delete', agentId: id },
    work(view, now) {
      const agent = findAgent(view, id);
      if (isAdminRefusal(agent)) return agent;
      if (agent.status === 'ACTIVE') return notValid('AIAgent', 'status: the agent is active; deactivate it first');
      const linking = unlink(view, agent, now);
      const changes = [remove(agents, agent), ...belongingsRemoved(view, id)];
      const event = { eventType: 'workload_principal.ai_agent.delete', targets: [partyOfAgent(agent)] } as const;
      const events = [event, ...linking.events];
      const plan = { changes: [...changes, ...linking.changes], events, value: undefined };
      return withEndedClients(view, call.org.store.live, plan, now);
    },
  });
}
