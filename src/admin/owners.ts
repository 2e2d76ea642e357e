/** Owners of an AI agent: the people who answer for it. They may be skipped at registration, not at activation. */
import { type AiAgent, agents } from '../registry/ai-agent.js';
import { type User, users } from '../registry/user.js';
import { keep, replace, type View } from '../store/port.js';
import { partyOfAgent, partyOfUser } from '../syslog/event.js';
import { type AdminCall, type AdminRefusal, carryOut, isAdminRefusal, notFound, notValid } from './change.js';
import { agentFromOrn, userFromOrn } from './orns.js';

/** Owners beyond this many are not kept. */
const MOST_OWNERS = 100;

/** An agent with its owners. */
export interface Owned {
  /** In which they stand. */
  readonly view: View;
  readonly agent: AiAgent;
  readonly owners: readonly User[];
}

function agentByOrn(view: View, resourceOrn: string): AiAgent | AdminRefusal {
  return agentFromOrn(view, resourceOrn) ?? notFound(resourceOrn, 'AIAgent');
}

function withOwners(view: View, agent: AiAgent): Owned {
  return { view, agent, owners: agent.ownerIds.map((id) => view.get(users, id) as User) };
}

/** The agent that an ORN names, with its owners. */
export function findOwners(view: View, resourceOrn: string): Owned | AdminRefusal {
  const agent = agentByOrn(view, resourceOrn);
  if (isAdminRefusal(agent)) return agent;
  return withOwners(view, agent);
}

/** The users that the ORNs name, each once. */
export function ownersNamed(view: View, orns: readonly string[]): readonly User[] | AdminRefusal {
  const found: User[] = [];
  for (const each of new Set(orns)) {
    const user = userFromOrn(view, each);
    if (!user) return notFound(each, 'User');
    found.push(user);
  }
  return found;
}

interface Owning {
  readonly before: AiAgent;
  readonly agent: AiAgent;
}

/** An agent's owners by id, from those it has. */
type OwnersOf = (present: readonly string[]) => readonly string[];

/** Activation asks for an owner, so an active agent is not left without one. */
export function ownersRefusal({ id, status, profile }: AiAgent, ownerIds: readonly string[]): AdminRefusal | undefined {
  if (ownerIds.length > MOST_OWNERS) return notValid('principalOrns', `principalOrns: more than ${MOST_OWNERS} owners`);
  const says = `principalOrns: the AI agent "${profile.name}" (${id}) is active; name another owner, or deactivate it first`;
  return status === 'ACTIVE' && ownerIds.length === 0 ? notValid('principalOrns', says) : undefined;
}

/** The agents with their new owners. */
function owning(view: View, resourceOrns: readonly string[], ownersOf: OwnersOf, now: string): Owning[] | AdminRefusal {
  const found: Owning[] = [];
  for (const resourceOrn of new Set(resourceOrns)) {
    const before = agentByOrn(view, resourceOrn);
    if (isAdminRefusal(before)) return before;
    const ownerIds = [...ownersOf(before.ownerIds)];
    const refused = ownersRefusal(before, ownerIds);
    if (refused) return refused;
    found.push({ before, agent: { ...before, ownerIds, lastUpdated: now } });
  }
  return found;
}

/** What is asked of the owners of agents. All by ORN. */
interface OwnersChange {
  readonly resourceOrns: readonly string[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Whether owners that are not named stay. */
  readonly othersStay: boolean;
}

/** Changes the owners of agents, all or none of them. */
function change(call: AdminCall, { resourceOrns, added, removed, othersStay }: OwnersChange) {
  return carryOut<readonly Owned[]>(call, (view, now) => {
    const [more, fewer] = [ownersNamed(view, added), ownersNamed(view, removed)];
    if (isAdminRefusal(more)) return more;
    if (isAdminRefusal(fewer)) return fewer;
    const ownersOf = (present: readonly string[]) => {
      const all = new Set([...(othersStay ? present : []), ...more.map(({ id }) => id)]);
      return [...all].filter((id) => fewer.every((user) => user.id !== id));
    };
    const agentsToOwn = owning(view, resourceOrns, ownersOf, now);
    if (isAdminRefusal(agentsToOwn)) return agentsToOwn;
    const owned = agentsToOwn.map(({ agent }) => withOwners(view, agent));
    return {
      changes: [
        ...[...new Set([...more, ...fewer])].map((user) => keep(users, user)),
        ...agentsToOwn.map(({ before, agent }) => replace(agents, before, agent)),
      ],
      events: owned.map(({ agent, owners }) => ({
        eventType: 'resource.owner.update',
        targets: [partyOfAgent(agent), ...owners.map(partyOfUser)],
      })),
      value: owned,
    };
  });
}

/** Makes these users the owners of these agents, in place of those they have. */
export function setOwners(call: AdminCall, resourceOrns: readonly string[], principalOrns: readonly string[]) {
  return change(call, { resourceOrns, added: principalOrns, removed: [], othersStay: false });
}

/** Takes owners from an agent and gives it others; who is none already, or is one, is passed over. */
export function changeOwners(
  call: AdminCall,
  resourceOrn: string,
  named: { readonly added: readonly string[]; readonly removed: readonly string[] },
) {
  return change(call, { resourceOrns: [resourceOrn], ...named, othersStay: true });
}
