/** The doors of the tabs *Profile*, *Owners* and *Delegations* of an AI agent, and of its *Actions*. */
import { activateAgent, deactivateAgent, deleteAgent, patchAgent } from '../../admin/agents.js';
import { type AdminRefusal, isAdminRefusal, notFound, notValid } from '../../admin/change.js';
import { createDelegation, deleteDelegation } from '../../admin/delegations.js';
import type { AgentOperation } from '../../admin/operations.js';
import { agentOrn, applicationOrn, serverOrn, userOrn } from '../../admin/orns.js';
import { changeOwners } from '../../admin/owners.js';
import { type Readiness, readinessOf } from '../../admin/readiness.js';
import { agentPath } from '../../console/agent-frame.js';
import { addCallerPage, delegationsTab, ownersTab, profileTab } from '../../console/agent-tabs.js';
import type { Done } from '../../console/notices.js';
import { AiAgent, delegations } from '../../registry/ai-agent.js';
import { type Application, applications } from '../../registry/application.js';
import { authorizationServers } from '../../registry/authorization-server.js';
import { type User, users } from '../../registry/user.js';
import { ofAgent } from './agent-call.js';
import { chosen, textsOfUser } from './choosing.js';
import { asked, type ConsoleCall, consolePage, valuesOfForm, type Went } from './page.js';

const idOf = (call: ConsoleCall) => call.param('agentId');

/** Waits for nothing: where the org delays operations, the page shows the agent as it is meanwhile. */
async function changed(
  call: ConsoleCall,
  change: (call: ConsoleCall, id: string) => Promise<AgentOperation | AdminRefusal>,
  done: (call: ConsoleCall) => Done,
): Promise<Went | AdminRefusal> {
  const outcome = await change(call, idOf(call));
  return isAdminRefusal(outcome) ? outcome : { to: agentPath(idOf(call)), done: done(call) };
}

function activated(call: ConsoleCall): Done {
  const { complete } = readinessOf(call.org, idOf(call), {}) as Readiness;
  return complete ? 'agent-activated' : 'agent-activated-hollow';
}

function save(call: ConsoleCall): Promise<Went | AdminRefusal> | AdminRefusal {
  const sent = { name: call.value('name'), description: call.value('description') };
  const profile = asked(AiAgent.shape.profile, sent, { name: 'Name', description: 'Description' });
  if (isAdminRefusal(profile)) return profile;
  return changed(
    call,
    (call, id) => patchAgent(call, id, { profile }),
    () => 'saved',
  );
}

const PROFILE = consolePage({
  url: '/console/ai-agents/:agentId',
  show: (call) => ofAgent(call, (call) => profileTab({ ...call, value: valuesOfForm(call, 'save') })),
  acts: {
    save,
    activate: (call) => changed(call, activateAgent, activated),
    deactivate: (call) => changed(call, deactivateAgent, () => 'agent-deactivated'),
    async delete(call) {
      const outcome = await deleteAgent(call, idOf(call));
      return isAdminRefusal(outcome) ? outcome : { to: '/console/ai-agents', done: 'agent-deleted' };
    },
  },
});

/** Takes owners away, or gives some. */
async function ownersChanged(call: ConsoleCall, kind: 'added' | 'removed', done: Done): Promise<Went | AdminRefusal> {
  const { view, form } = call;
  const named = form.all('owner').map((id) => userOrn(view, { id }));
  if (named.length === 0) return notValid('owner', 'Nobody is chosen. Tick a person first.');
  const outcome = await changeOwners(call, agentOrn(view, { id: idOf(call) }), {
    added: [],
    removed: [],
    [kind]: named,
  });
  return isAdminRefusal(outcome) ? outcome : { to: agentPath(idOf(call), 'Owners'), done };
}

const OWNERS = consolePage({
  url: '/console/ai-agents/:agentId/owners',
  show: (call) =>
    ofAgent(call, (call) => {
      const { view, agent } = call;
      const others = view.list(users).filter(({ id }) => !agent.ownerIds.includes(id));
      const people = chosen(others, call.value('q'), textsOfUser);
      return ownersTab({ ...call, owners: agent.ownerIds.map((id) => view.get(users, id) as User), people });
    }),
  acts: {
    assign: (call) => ownersChanged(call, 'added', 'owners-assigned'),
    remove: (call) => ownersChanged(call, 'removed', 'owner-removed'),
  },
});

const ORG_SERVER = { value: 'org', label: 'Okta Org Authorization Server' };

function serversOf({ view }: ConsoleCall) {
  const custom = view.list(authorizationServers).map(({ id, name }) => ({ value: id, label: name }));
  return [ORG_SERVER, ...custom];
}

const DELEGATIONS = consolePage({
  url: '/console/ai-agents/:agentId/delegations',
  show: (call) =>
    ofAgent(call, (call) => {
      const { view, agent } = call;
      const names = new Map(serversOf(call).map(({ value, label }) => [value, label]));
      const callers = view.findBy(delegations, 'agent', agent.id).map((link) => ({
        ...{ link, app: view.get(applications, link.appId) as Application },
        server: names.get(link.server) as string,
      }));
      return delegationsTab({ ...call, callers });
    }),
  acts: {
    async remove(call) {
      const outcome = await deleteDelegation(call, call.value('link'));
      return isAdminRefusal(outcome) ? outcome : { to: agentPath(idOf(call), 'Delegations'), done: 'caller-removed' };
    },
  },
});

/** An application that is no caller yet, and that somebody signs in to. */
function possibleCallers({ view }: ConsoleCall, agentId: string): readonly Application[] {
  return view
    .list(applications)
    .filter(
      ({ id, oidc, saml }) => (oidc || saml) && view.findBy(delegations, 'link', `${agentId}:${id}`).length === 0,
    );
}

const ADD_CALLER = consolePage({
  url: '/console/ai-agents/:agentId/delegations/add',
  show: (call) =>
    ofAgent(call, (call) => {
      const apps = chosen(possibleCallers(call, call.agent.id), call.value('q'), ({ label }) => [label]);
      return addCallerPage({ ...call, apps, servers: serversOf(call) });
    }),
  acts: {
    async add(call) {
      const { view, value } = call;
      const app = view.get(applications, value('app'));
      if (!app) {
        return value('app') === ''
          ? notValid('app', 'No application is chosen. Choose the one that the users sign in to.')
          : notFound(value('app'), 'AppInstance');
      }
      const outcome = await createDelegation(call, {
        clientOrn: applicationOrn(view, app),
        resourceOrn: agentOrn(view, { id: idOf(call) }),
        authorizationServerOrn: serverOrn(view, { id: value('server') }),
      });
      return isAdminRefusal(outcome) ? outcome : { to: agentPath(idOf(call), 'Delegations'), done: 'caller-added' };
    },
  },
});

export const AGENT_TAB_PAGES = [PROFILE, OWNERS, DELEGATIONS, ADD_CALLER];
