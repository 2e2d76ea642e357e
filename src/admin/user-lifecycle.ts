/** The status of users: which step leads from where to where, what it ends, and how users leave for good. */
import { dropSessions, endSessions } from '../authorization/sessions.js';
import { revocation } from '../grants/authorization-code.js';
import { grants } from '../grants/records.js';
import type { ManagementError } from '../protocol/management-errors.js';
import { type AiAgent, agents } from '../registry/ai-agent.js';
import { assignments } from '../registry/assignment.js';
import { memberships } from '../registry/group.js';
import { type User, UserStatus, users } from '../registry/user.js';
import { type Change, type Reader, remove, replace, type View } from '../store/port.js';
import { partyOfAgent, partyOfUser } from '../syslog/event.js';
import type { EventType } from '../syslog/event-types.js';
import {
  type AdminCall,
  type AdminRefusal,
  type ChangeEvent,
  carryOut,
  isAdminRefusal,
  notValid,
  refusal,
} from './change.js';
import { findUser, withStatus } from './users.js';

/** One step of the lifecycle. */
interface Step {
  readonly from: readonly UserStatus[];
  readonly to: UserStatus | ((user: User) => UserStatus);
  readonly eventType: EventType;
  /** Refuses the step in a status that is not one of `from`; absent: `E0000038`. */
  readonly refused?: ManagementError;
  /** The same for single statuses. */
  readonly refusedIn?: Partial<Record<UserStatus, ManagementError>>;
  /** The user has to sign in anew when active again. */
  readonly dropsSessions?: boolean;
  readonly activates?: boolean;
}

/** Okta's lifecycle operations, by their names in the address. Okta, "User Lifecycle" and "User status". */
const USER_STEPS = {
  activate: {
    from: ['STAGED', 'DEPROVISIONED'],
    to: ({ password }) => (password === undefined ? 'PROVISIONED' : 'ACTIVE'),
    eventType: 'user.lifecycle.activate',
    refusedIn: { ACTIVE: 'E0000016' },
    activates: true,
  },
  reactivate: {
    from: ['PROVISIONED', 'RECOVERY'],
    to: ({ status }) => status,
    eventType: 'user.lifecycle.reactivate',
  },
  deactivate: {
    from: UserStatus.exclude(['DEPROVISIONED']).options,
    to: 'DEPROVISIONED',
    eventType: 'user.lifecycle.deactivate',
    dropsSessions: true,
  },
  suspend: {
    from: ['ACTIVE'],
    to: 'SUSPENDED',
    eventType: 'user.lifecycle.suspend',
    refused: 'E0000001',
    dropsSessions: true,
  },
  unsuspend: { from: ['SUSPENDED'], to: 'ACTIVE', eventType: 'user.lifecycle.unsuspend', refused: 'E0000001' },
  unlock: { from: ['LOCKED_OUT'], to: 'ACTIVE', eventType: 'user.account.unlock_by_admin', refused: 'E0000032' },
  reset_password: {
    from: ['ACTIVE', 'RECOVERY', 'PASSWORD_EXPIRED', 'LOCKED_OUT'],
    to: 'RECOVERY',
    eventType: 'user.account.reset_password',
  },
  expire_password: {
    from: ['ACTIVE', 'PASSWORD_EXPIRED'],
    to: 'PASSWORD_EXPIRED',
    eventType: 'user.account.expire_password',
  },
} as const satisfies Record<string, Step>;
export type UserStep = keyof typeof USER_STEPS;

/** The steps that lead on from where the user is. */
export function stepsFrom({ status }: User): readonly UserStep[] {
  return (Object.keys(USER_STEPS) as UserStep[]).filter((name) => (USER_STEPS[name] as Step).from.includes(status));
}

function refusalOf(name: UserStep, { status }: User): AdminRefusal | undefined {
  const { from, refused = 'E0000038', refusedIn = {} }: Step = USER_STEPS[name];
  if (from.includes(status)) return undefined;
  const cause = `The user is ${status}; ${name} is for users who are ${from.join(', ')}.`;
  return refused === 'E0000001' ? notValid(`${name}User`, cause) : refusal(refusedIn[status] ?? refused, cause);
}

function stepped(live: Reader, name: UserStep, before: User, now: string): { user: User; changes: Change[] } {
  const { to, dropsSessions, activates }: Step = USER_STEPS[name];
  const moved = withStatus(before, typeof to === 'string' ? to : to(before), now);
  const user = activates ? { ...moved, activated: now } : moved;
  const dropped = dropsSessions ? dropSessions(live, user.id) : [];
  return { user, changes: [...(user === before ? [] : [replace(users, before, user)]), ...dropped] };
}

/**
 * Takes a user one step along the lifecycle.
 * @param revokeSessions ends the user's sessions, with the ID tokens that came from them
 */
export function stepUser(
  call: AdminCall,
  id: string,
  name: UserStep,
  revokeSessions = false,
): Promise<User | AdminRefusal> {
  const { live } = call.org.store;
  return carryOut(call, (view, now) => {
    const before = findUser(view, id);
    if (isAdminRefusal(before)) return before;
    const refused = refusalOf(name, before);
    if (refused) return refused;
    const { user, changes } = stepped(live, name, before, now);
    const ended = revokeSessions ? endSessions(live, user.id, Date.parse(now)) : [];
    const events = [{ eventType: USER_STEPS[name].eventType, targets: [partyOfUser(user)] }];
    return { changes: [...changes, ...ended], events, value: user };
  });
}

function revokeGrants(live: Reader, userId: string): Change[] {
  return live.findBy(grants, 'user', userId).flatMap(revocation);
}

const ownedBy = (view: View, { id }: User) => view.list(agents).filter(({ ownerIds }) => ownerIds.includes(id));

/** Why the user cannot be deleted: an agent must have an owner. */
function soleOwnership(owned: readonly AiAgent[]): AdminRefusal | undefined {
  const alone = owned.filter(({ ownerIds }) => ownerIds.length === 1);
  if (alone.length === 0) return undefined;
  const names = alone.map(({ profile }) => `"${profile.name}"`).join(', ');
  return notValid('deleteUser', `The user is the only owner of the AI agents ${names}: give them another one first.`);
}

/** Leaves the agent to its other owners. */
function disowned(view: View, before: AiAgent, user: User, now: string): { change: Change; event: ChangeEvent } {
  const agent = { ...before, ownerIds: before.ownerIds.filter((id) => id !== user.id), lastUpdated: now };
  const owners = agent.ownerIds.map((id) => partyOfUser(view.get(users, id) as User));
  const event = { eventType: 'resource.owner.update', targets: [partyOfAgent(agent), ...owners] } as const;
  return { change: replace(agents, before, agent), event };
}

/**
 * Deactivates a user; deletes one who is deactivated, with memberships, assignments and everything that was signed in to.
 * Agents are left to their other owners.
 */
export function deleteUser(call: AdminCall, id: string): Promise<undefined | AdminRefusal> {
  const { live } = call.org.store;
  return carryOut(call, (view, now) => {
    const user = findUser(view, id);
    if (isAdminRefusal(user)) return user;
    const targets = [partyOfUser(user)];
    if (user.status !== 'DEPROVISIONED') {
      const { changes } = stepped(live, 'deactivate', user, now);
      return { changes, events: [{ eventType: 'user.lifecycle.deactivate', targets }], value: undefined };
    }
    const owned = ownedBy(view, user);
    const refused = soleOwnership(owned);
    if (refused) return refused;
    const left = owned.map((agent) => disowned(view, agent, user, now));
    const changes = [
      remove(users, user),
      ...left.map(({ change }) => change),
      ...view.findBy(memberships, 'user', user.id).map((row) => remove(memberships, row)),
      ...view.findBy(assignments, 'principal', user.id).map((row) => remove(assignments, row)),
      ...dropSessions(live, user.id),
      ...revokeGrants(live, user.id),
    ];
    const step = (name: 'initiated' | 'completed') =>
      ({ eventType: `user.lifecycle.delete.${name}`, targets }) as const;
    const events = [step('initiated'), ...left.map(({ event }) => event), step('completed')];
    return { changes, events, value: undefined };
  });
}

/**
 * Ends all sessions of a user.
 * @param oauthTokens revokes the user's access and refresh tokens as well, of every client
 */
export function clearSessions(call: AdminCall, id: string, oauthTokens: boolean): Promise<undefined | AdminRefusal> {
  const { live } = call.org.store;
  return carryOut(call, (view, now) => {
    const user = findUser(view, id);
    if (isAdminRefusal(user)) return user;
    const ended = endSessions(live, user.id, Date.parse(now));
    const changes = oauthTokens ? [...ended, ...revokeGrants(live, user.id)] : ended;
    return { changes, events: [{ eventType: 'user.session.clear', targets: [partyOfUser(user)] }], value: undefined };
  });
}
