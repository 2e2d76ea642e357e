/** Access policies of a custom authorization server: which clients they are for, and their order. */
import { newId } from '../protocol/ids.js';
import type { Activity } from '../registry/activity.js';
import { agents } from '../registry/ai-agent.js';
import { applications } from '../registry/application.js';
import type { AccessPolicyRecord, AuthorizationServer } from '../registry/authorization-server.js';
import { type Client, findClient } from '../registry/client.js';
import { type Change, keep, type View } from '../store/port.js';
import { partyOf, partyOfServer } from '../syslog/event.js';
import type { EventType } from '../syslog/event-types.js';
import { changeServer, findServer, type Moment, type ServerChange } from './authorization-servers.js';
import { type AdminCall, type AdminRefusal, isAdminRefusal, notFound, notValid } from './change.js';

/** What is in an order of priority. */
interface Ranked {
  readonly id: string;
  readonly name: string;
}

/** What may be asked for of policies and rules alike. */
export interface Standing {
  /** 1 comes first; beyond the last it is last. Absent: where it is, or last if it is new. */
  readonly priority?: number | undefined;
  /** Absent: as it is, or ACTIVE if it is new. */
  readonly status?: Activity | undefined;
}

export interface PolicySettings extends Pick<AccessPolicyRecord, 'name' | 'description' | 'clients'>, Standing {}

/** A policy, and the server in which it stands. */
export interface PolicyAt {
  readonly server: AuthorizationServer;
  readonly policy: AccessPolicyRecord;
}

/** The list with the thing at its place, wherever it stood before. */
export function placed<T extends Ranked>(list: readonly T[], thing: T, priority: number | undefined): T[] {
  const others = list.filter(({ id }) => id !== thing.id);
  const at = list.findIndex(({ id }) => id === thing.id);
  const present = at < 0 ? others.length : at;
  return others.toSpliced(priority === undefined ? present : priority - 1, 0, thing);
}

/** Refuses a name that another one in the list has. @param kind in the plural */
export function nameTaken(list: readonly Ranked[], { id, name }: Ranked, kind: string): AdminRefusal | undefined {
  const taken = list.some((other) => other.name === name && other.id !== id);
  return taken ? notValid('name', `name: another of the ${kind} has this name already`) : undefined;
}

function policyIn(server: AuthorizationServer, id: string): PolicyAt | AdminRefusal {
  const policy = server.policies.find((one) => one.id === id);
  return policy ? { server, policy } : notFound(id, 'Policy');
}

export function findPolicy(view: View, serverId: string, id: string): PolicyAt | AdminRefusal {
  const server = findServer(view, serverId);
  return isAdminRefusal(server) ? server : policyIn(server, id);
}

/** Carries out a change of one policy, or of what stands in it. */
export function changePolicy<T>(
  call: AdminCall,
  serverId: string,
  id: string,
  work: (at: PolicyAt, moment: Moment) => ServerChange<T> | AdminRefusal,
): Promise<T | AdminRefusal> {
  return changeServer(call, serverId, (server, moment) => {
    const at = policyIn(server, id);
    return isAdminRefusal(at) ? at : work(at, moment);
  });
}

/** The server with the policy as it is to be. */
export function withPolicy(server: AuthorizationServer, policy: AccessPolicyRecord, priority?: number): PolicyAt {
  return { server: { ...server, policies: placed(server.policies, policy, priority) }, policy };
}

export const partyOfPolicy = ({ id, name }: AccessPolicyRecord) => partyOf('Policy', id, name);

function policyEvent(eventType: EventType, { server, policy }: PolicyAt) {
  return { eventType, targets: [partyOfPolicy(policy), partyOfServer(server)] };
}

/** The application and the agent behind a client id: a policy is not left with the id of a client that is gone. */
const kept = ({ app, agent }: Client): Change[] => [
  ...(app ? [keep(applications, app)] : []),
  ...(agent ? [keep(agents, agent)] : []),
];

/** The change that puts the policy where it is to stand, unless its name is taken or it names a client there is not. */
function putPolicy(
  eventType: EventType,
  { server, policy }: PolicyAt,
  { view }: Moment,
  priority: number | undefined,
): ServerChange<PolicyAt> | AdminRefusal {
  const taken = nameTaken(server.policies, policy, 'policies of this server');
  if (taken) return taken;
  const named = [...new Set(policy.clients)].filter((id) => id !== 'ALL_CLIENTS');
  const clients = named.map((id) => findClient(view, id)).filter((client) => client !== undefined);
  if (clients.length < named.length) {
    const unknown = named.filter((id) => !clients.some(({ clientId }) => clientId === id));
    const cause = (id: string) =>
      `conditions.clients.include: there is no client "${id}"; name OIDC applications and AI agents by client id, or ALL_CLIENTS`;
    return notValid('conditions', ...unknown.map(cause));
  }
  const value = withPolicy(server, policy, priority);
  return { server: value.server, more: clients.flatMap(kept), events: [policyEvent(eventType, value)], value };
}

export function createPolicy(
  call: AdminCall,
  serverId: string,
  { priority, status = 'ACTIVE', ...settings }: PolicySettings,
): Promise<PolicyAt | AdminRefusal> {
  return changeServer(call, serverId, (server, moment) => {
    const times = { created: moment.now, lastUpdated: moment.now };
    const policy = { id: newId('policy'), ...settings, status, rules: [], ...times };
    return putPolicy('policy.lifecycle.create', { server, policy }, moment, priority);
  });
}

export function replacePolicy(
  call: AdminCall,
  serverId: string,
  id: string,
  { priority, status, ...settings }: PolicySettings,
): Promise<PolicyAt | AdminRefusal> {
  return changePolicy(call, serverId, id, ({ server, policy: before }, moment) => {
    const policy = { ...before, ...settings, status: status ?? before.status, lastUpdated: moment.now };
    return putPolicy('policy.lifecycle.update', { server, policy }, moment, priority);
  });
}

/** Activates or deactivates the policy; one that is so already stays as it is, and nothing is logged. */
export function setPolicyStatus(
  call: AdminCall,
  serverId: string,
  id: string,
  status: Activity,
): Promise<undefined | AdminRefusal> {
  return changePolicy(call, serverId, id, ({ server, policy }, { now }) => {
    if (policy.status === status) return { server, events: [], value: undefined };
    const at = withPolicy(server, { ...policy, status, lastUpdated: now });
    const eventType = status === 'ACTIVE' ? 'policy.lifecycle.activate' : 'policy.lifecycle.deactivate';
    return { server: at.server, events: [policyEvent(eventType, at)], value: undefined };
  });
}

/** Deletes the policy with its rules. */
export function deletePolicy(call: AdminCall, serverId: string, id: string): Promise<undefined | AdminRefusal> {
  return changePolicy(call, serverId, id, (at) => {
    const policies = at.server.policies.filter((policy) => policy !== at.policy);
    const events = [policyEvent('policy.lifecycle.delete', at)];
    return { server: { ...at.server, policies }, events, value: undefined };
  });
}
