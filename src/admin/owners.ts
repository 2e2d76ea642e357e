/** Owners of an AI agent: the people who answer for it. They may be skipped at registration, not at activation. */
import { orn } from '../protocol/ids.js';
import { type AiAgent, agents } from '../registry/ai-agent.js';
import { type User, users } from '../registry/user.js';
import { keep, replace, type View } from '../store/port.js';
import { partyOfAgent, partyOfUser } from '../syslog/event.js';
import { type AdminCall, type AdminRefusal, carryOut, isAdminRefusal, notFound, notValid } from './change.js';
import { fromOrn, orgIdOf } from './orns.js';

/** Owners beyond this many are not kept. */
const MOST_OWNERS = 100;

/** An agent with its owners. */
export interface Owned {
  readonly agent: AiAgent;
  readonly owners: readonly User[];
}

function agentByOrn(view: View, resourceOrn: string): AiAgent | AdminRefusal {
  return (
    fromOrn(view, agents, resourceOrn, ({ id }) => orn.agent(orgIdOf(view), id)) ?? notFound(resourceOrn, 'AIAgent')
  );
}

/** The agent that an ORN names, with its owners. */
export function findOwners(view: View, resourceOrn: string): Owned | AdminRefusal {
  const agent = agentByOrn(view, resourceOrn);
  if (isAdminRefusal(agent)) return agent;
  return { agent, owners: agent.ownerIds.map((id) => view.get(users, id) as User) };
}

function principals(view: View, orns: readonly string[]): readonly User[] | AdminRefusal {
  const found: User[] = [];
  for (const each of new Set(orns)) {
    const user = fromOrn(view, users, each, ({ id }) => orn.user(orgIdOf(view), id));
    if (!user) return notFound(each, 'User');
    found.push(user);
  }
  return found;
}

type OwnersOf = (present: readonly string[]) => readonly string[];

interface Owning {
  readonly before: AiAgent;
  readonly agent: AiAgent;
}

/** The agents with their new owners. */
function owning(view: View, resourceOrns: readonly string[], ownersOf: OwnersOf, now: string): Owning[] | AdminRefusal {
  const found: Owning[] = [];
  for (const resourceOrn of new Set(resourceOrns)) {
    const before = agentByOrn(view, resourceOrn);
    if (isAdminRefusal(before)) return before;
    const ownerIds = [...ownersOf(before.ownerIds)];
    if (ownerIds.length > MOST_OWNERS)
      return notValid('principalOrns', `principalOrns: more than ${MOST_OWNERS} owners`);
    found.push({ before, agent: { ...before, ownerIds, lastUpdated: now } });
  }
  return found;
}

/**
 * Changes the owners of agents, all or none of them.
 * @param named the users that the request names, by ORN
 * @param ownersOf an agent's owners, from those it has; the users that were named are known by their ids then
 */
function change(
  call: AdminCall,
  resourceOrns: readonly string[],
  named: readonly string[],
  ownersOf: OwnersOf,
): Promise<readonly Owned[] | AdminRefusal> {
  return carryOut<readonly Owned[]>(call, (view, now) => {
    const people = principals(view, named);
    if (isAdminRefusal(people)) return people;
    const agentsToOwn = owning(view, resourceOrns, ownersOf, now);
    if (isAdminRefusal(agentsToOwn)) return agentsToOwn;
    const owned = agentsToOwn.map(({ agent }) => ({
      agent,
      owners: agent.ownerIds.map((id) => view.get(users, id) as User),
    }));
    return {
      changes: [
        ...people.map((user) => keep(users, user)),
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

/** An ORN ends in the id of what it names. */
const idOf = (text: string) => text.split(':').at(-1) as string;

/** Makes these users the owners of these agents, in place of those they have. */
export function setOwners(call: AdminCall, resourceOrns: readonly string[], principalOrns: readonly string[]) {
  return change(call, resourceOrns, principalOrns, () => [...new Set(principalOrns.map(idOf))]);
}

/** Takes owners from an agent and gives it others; who is none already, or is one, is passed over. */
export function changeOwners(
  call: AdminCall,
  resourceOrn: string,
  { added, removed }: { readonly added: readonly string[]; readonly removed: readonly string[] },
) {
  const [more, fewer] = [added.map(idOf), removed.map(idOf)];
  return change(call, [resourceOrn], [...added, ...removed], (present) =>
    [...new Set([...present, ...more])].filter((id) => !fewer.includes(id)),
  );
}
