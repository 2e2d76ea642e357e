/** Users: what an administrator does to their profiles and passwords. Their status has a file of its own. */

import { endSessions } from '../authorization/sessions.js';
import { findByPassword } from '../grants/password-check.js';
import { newId } from '../protocol/ids.js';
import { type Group, groups, type Membership, memberships } from '../registry/group.js';
import { SentProfile, type User, type UserProfile, type UserStatus, users } from '../registry/user.js';
import { insert, keep, replace, type View } from '../store/port.js';
import { partyOfGroup, partyOfUser } from '../syslog/event.js';
import type { EventType } from '../syslog/event-types.js';
import {
  type AdminCall,
  type AdminRefusal,
  type ChangeEvent,
  carryOut,
  isAdminRefusal,
  notFound,
  refusal,
} from './change.js';
import { findGroup } from './groups.js';

/** The user with that id or, in any case, that login; or that there is none. */
export function findUser(view: View, idOrLogin: string): User | AdminRefusal {
  const found = view.get(users, idOrLogin) ?? view.findBy(users, 'login', idOrLogin.toLowerCase())[0];
  return found ?? notFound(idOrLogin, 'User');
}

/** The user with another status, or unchanged. @param now ISO 8601 */
export function withStatus(user: User, status: UserStatus, now: string): User {
  return status === user.status ? user : { ...user, status, statusChanged: now, lastUpdated: now };
}

/** What a new user is made from. */
export interface NewUser {
  readonly profile: UserProfile;
  readonly password?: string | undefined;
  /** Groups that the user is put into. */
  readonly groupIds: readonly string[];
  /** Otherwise the user is STAGED. */
  readonly activate: boolean;
  /** The password must be changed before anything else, as `nextLogin=changePassword` asks. */
  readonly passwordExpired: boolean;
}

function firstStatus({ activate, password, passwordExpired }: NewUser): UserStatus {
  if (!activate) return 'STAGED';
  if (password === undefined) return 'PROVISIONED';
  return passwordExpired ? 'PASSWORD_EXPIRED' : 'ACTIVE';
}

const eventOf = (eventType: EventType, user: User): ChangeEvent => ({ eventType, targets: [partyOfUser(user)] });

/** Creates a user, with memberships. One group that is not there, and nothing is done. */
export function createUser(call: AdminCall, sent: NewUser): Promise<User | AdminRefusal> {
  return carryOut(call, (view, now) => {
    const { profile, password, activate } = sent;
    const joined = [...new Set(sent.groupIds)].map((id) => findGroup(view, id));
    const missing = joined.find(isAdminRefusal);
    if (missing) return missing;
    const found = joined.filter((group): group is Group => !isAdminRefusal(group));
    const user: User = {
      ...{ id: newId('user'), status: firstStatus(sent), profile, created: now, lastUpdated: now, statusChanged: now },
      ...(activate && { activated: now }),
      ...(password !== undefined && { password, passwordChanged: now }),
    };
    const rows: Membership[] = found.map(({ id }) => ({ id: `${id}:${user.id}`, groupId: id, userId: user.id }));
    const kept = found.map((group) => keep(groups, group));
    const changes = [...kept, insert(users, user), ...rows.map((row) => insert(memberships, row))];
    const events: ChangeEvent[] = [
      eventOf('user.lifecycle.create', user),
      ...(activate ? [eventOf('user.lifecycle.activate', user)] : []),
      ...found.map((group) => ({
        eventType: 'group.user_membership.add' as const,
        targets: [partyOfUser(user), partyOfGroup(group)],
      })),
    ];
    return { changes, events, value: user };
  });
}

/** Who gets a password in one of these is active with it: it is what they were waiting for. */
const WAITING_FOR_PASSWORD: readonly UserStatus[] = ['PROVISIONED', 'RECOVERY', 'PASSWORD_EXPIRED'];

function withPassword(user: User, password: string, now: string): User {
  const status = WAITING_FOR_PASSWORD.includes(user.status) ? 'ACTIVE' : user.status;
  return { ...withStatus(user, status, now), password, passwordChanged: now, lastUpdated: now };
}

/** A change of a user; what is absent stays as it is. */
interface UserChange {
  readonly profile?: ((before: UserProfile) => UserProfile) | undefined;
  readonly password?: string | undefined;
}

const notIn = ({ status }: User, allowed: string) => refusal('E0000038', `The user is ${status}; ${allowed}`);

function changeUser(call: AdminCall, id: string, { profile, password }: UserChange): Promise<User | AdminRefusal> {
  return carryOut(call, (view, now) => {
    const before = findUser(view, id);
    if (isAdminRefusal(before)) return before;
    if (before.status === 'DEPROVISIONED') return notIn(before, 'activate the user before you change anything else.');
    const renamed = profile ? { ...before, profile: profile(before.profile), lastUpdated: now } : before;
    const user = password === undefined ? renamed : withPassword(renamed, password, now);
    const events = [
      ...(profile ? [eventOf('user.account.update_profile', user)] : []),
      ...(password === undefined ? [] : [eventOf('user.account.update_password', user)]),
    ];
    return { changes: user === before ? [] : [replace(users, before, user)], events, value: user };
  });
}

/** Attributes to change; null takes one away. */
export type ProfileChanges = { readonly [name in keyof UserProfile]?: UserProfile[name] | null | undefined };

/** Changes single attributes, the password, or both. */
export function updateUser(
  call: AdminCall,
  id: string,
  { profile, password }: { profile?: ProfileChanges | undefined; password?: string | undefined },
): Promise<User | AdminRefusal> {
  const merged = profile && ((before: UserProfile) => SentProfile.parse({ ...before, ...profile }));
  return changeUser(call, id, { profile: merged, password });
}

/** Replaces the whole profile, the password, or both. */
export function replaceUser(
  call: AdminCall,
  id: string,
  { profile, password }: { profile?: UserProfile | undefined; password?: string | undefined },
): Promise<User | AdminRefusal> {
  return changeUser(call, id, { profile: profile && (() => profile), password });
}

/** How somebody who knows a password changes it. */
export interface PasswordChange {
  readonly oldPassword: string;
  readonly newPassword: string;
  /** Ends the user's sessions, too. */
  readonly revokeSessions: boolean;
}

/** Okta, "Update password": who may change a password by the one that is known. */
const CHANGES_PASSWORD: readonly UserStatus[] = ['STAGED', 'ACTIVE', 'RECOVERY', 'PASSWORD_EXPIRED'];

/** Changes a password by the one before it. */
export function changePassword(call: AdminCall, id: string, sent: PasswordChange): Promise<User | AdminRefusal> {
  const { oldPassword, newPassword, revokeSessions } = sent;
  const { live } = call.org.store;
  return carryOut(call, (view, now) => {
    const before = findUser(view, id);
    if (isAdminRefusal(before)) return before;
    if (!CHANGES_PASSWORD.includes(before.status)) return notIn(before, `possible in ${CHANGES_PASSWORD.join(', ')}.`);
    if (!findByPassword(view, before.profile.login, oldPassword)) {
      return refusal('E0000014', 'oldPassword: is not the password of the user');
    }
    const user = withPassword(before, newPassword, now);
    const ended = revokeSessions ? endSessions(live, user.id, Date.parse(now)) : [];
    const events = [eventOf('user.account.update_password', user)];
    return { changes: [replace(users, before, user), ...ended], events, value: user };
  });
}
