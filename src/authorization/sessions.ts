/**
 * Sessions of the org: opened by a password, held by the `idx` cookie, or carried for five minutes by a sessionToken, which
 * signs a test in without a browser.
 */

import * as z from 'zod';
import { findByPassword } from '../grants/password-check.js';
import { fingerprint, SESSION_LIFETIME, type Session, sessions } from '../grants/records.js';
import type { Org } from '../org.js';
import { newId, newSecret } from '../protocol/ids.js';
import { collection } from '../registry/collection.js';
import { type User, users } from '../registry/user.js';
import { type Change, insert, type Reader, remove, replace, type View } from '../store/port.js';
import { type Origin, partyOfUser, UNKNOWN_PARTY } from '../syslog/event.js';
import type { BrowserCall } from './answer.js';

/** A session that the request comes with or has just opened, and what filing it takes. */
export interface Presence {
  readonly session: Session;
  readonly user: User;
  /** Opened by this very request: neither prompt=login nor max_age asks again. */
  readonly fresh: boolean;
  readonly filed: readonly Change[];
  readonly cookie?: string;
}

/** A sessionToken of the Authentication API: one use, five minutes. Filed under its fingerprint. */
export const SessionToken = z.strictObject({ id: z.string(), userId: z.string(), expiresAt: z.number() });
export type SessionToken = z.infer<typeof SessionToken>;
export const sessionTokens = collection({
  name: 'sessionTokens',
  lifetime: 'transient',
  schema: SessionToken,
  indexes: { user: (token) => [token.userId] },
});

const SESSION_TOKEN_LIFETIME = 5 * 60_000;

/** The active user with that login and password. Unknown users and wrong passwords take one path. */
export function userWithPassword(view: View, login: string, password: string): User | undefined {
  const user = findByPassword(view, login, password);
  return user?.status === 'ACTIVE' ? user : undefined;
}

/** A new session with the change that files it, and the cookie that holds it. */
export function newSession(userId: string, now: number): { session: Session; cookie: string; filed: Change } {
  const cookie = newSecret(43);
  const session: Session = {
    id: fingerprint(cookie),
    sessionId: newId('session'),
    userId,
    authTime: Math.floor(now / 1000),
    ended: false,
    expiresAt: now + SESSION_LIFETIME,
  };
  return { session, cookie, filed: insert(sessions, session) };
}

/** The live session that a cookie holds. */
export function sessionOf(org: Org, cookie: string | undefined, now: number): Session | undefined {
  const session = cookie === undefined ? undefined : org.store.live.get(sessions, fingerprint(cookie));
  return session && !session.ended && session.expiresAt > now ? session : undefined;
}

/**
 * The change that ends a session. It is remembered for as long as an ID token of it may live, so that none of them counts
 * again. @param now epoch milliseconds
 */
export function ending(session: Session, now: number): Change {
  return replace(sessions, session, { ...session, ended: true, expiresAt: now + SESSION_LIFETIME });
}

/** Ends sessions, and tells the log whose they were. */
export async function endAll({ org, view, now, origin }: BrowserCall, live: readonly Session[]): Promise<void> {
  await org.store.commit(
    live.map((session) => ending(session, now)),
    now,
  );
  for (const { userId, sessionId } of live) {
    const user = view.get(users, userId);
    if (user)
      org.log.write({ eventType: 'user.session.end', result: 'SUCCESS', actor: partyOfUser(user), origin, sessionId });
  }
}

const liveSessions = (live: Reader, userId: string) =>
  live.findBy(sessions, 'user', userId).filter((session) => !session.ended);

const droppedTokens = (live: Reader, userId: string) =>
  live.findBy(sessionTokens, 'user', userId).map((token) => remove(sessionTokens, token));

/** Ends all sessions of a user, and with them every ID token that came from one. */
export function endSessions(live: Reader, userId: string, now: number): Change[] {
  return [...liveSessions(live, userId).map((session) => ending(session, now)), ...droppedTokens(live, userId)];
}

/**
 * Drops all sessions of a user whose status changes: no cookie opens them any more. The ID tokens that came from them are
 * judged by the status alone, and count again when the user is active again.
 */
export function dropSessions(live: Reader, userId: string): Change[] {
  return [...liveSessions(live, userId).map((session) => remove(sessions, session)), ...droppedTokens(live, userId)];
}

/** A sessionToken for the user, with its expiry in epoch milliseconds. */
export async function newSessionToken(
  org: Org,
  userId: string,
  now: number,
): Promise<{ token: string; expiresAt: number }> {
  const token = newSecret(43);
  const expiresAt = now + SESSION_TOKEN_LIFETIME;
  await org.store.commit([insert(sessionTokens, { id: fingerprint(token), userId, expiresAt })], now);
  return { token, expiresAt };
}

/** The unspent sessionToken of that value. */
function findSessionToken(org: Org, token: string | undefined, now: number): SessionToken | undefined {
  const found = token === undefined ? undefined : org.store.live.get(sessionTokens, fingerprint(token));
  return found && found.expiresAt > now ? found : undefined;
}

/** Logs a sign-in attempt. A failed one names nobody: the log must not tell which user names exist. */
export function logSignIn(org: Org, origin: Origin, user: User | undefined, sessionId?: string): void {
  org.log.write({
    eventType: 'user.session.start',
    result: user ? 'SUCCESS' : 'FAILURE',
    reason: user ? undefined : 'INVALID_CREDENTIALS',
    actor: user ? partyOfUser(user) : { ...UNKNOWN_PARTY, type: 'User' },
    origin,
    sessionId,
  });
}

/** The session that a sessionToken opens. */
export function presenceFromToken(call: BrowserCall): Presence | undefined {
  const token = findSessionToken(call.org, call.params.get('sessionToken'), call.now);
  const user = token && call.view.get(users, token.userId);
  if (!token || user?.status !== 'ACTIVE') return undefined;
  const { session, cookie, filed } = newSession(user.id, call.now);
  return { session, user, fresh: true, cookie, filed: [remove(sessionTokens, token), filed] };
}

/** The session that the cookie holds. */
export function presenceFromCookie(call: BrowserCall): Presence | undefined {
  const session = sessionOf(call.org, call.sessionCookie, call.now);
  const user = session && call.view.get(users, session.userId);
  return session && user?.status === 'ACTIVE' ? { session, user, fresh: false, filed: [] } : undefined;
}

/** Files a session without anything else: the user did sign in, if not to the application. Answers with its cookie. */
export async function openSession(
  call: BrowserCall,
  { session, user, cookie, filed }: Presence,
): Promise<string | undefined> {
  const conflict = await call.org.store.commit(filed, call.now, call.view);
  if (conflict) return undefined;
  logSignIn(call.org, call.origin, user, session.sessionId);
  return cookie;
}
