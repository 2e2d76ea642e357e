/** Finds a user by login and password. An unknown user and a wrong password take the same path and the same time. */
import { timingSafeEqual } from 'node:crypto';
import { type User, users } from '../registry/user.js';
import type { View } from '../store/port.js';
import { fingerprint } from './records.js';

function passwordMatches(user: User | undefined, sent: string): boolean {
  const equal = timingSafeEqual(Buffer.from(fingerprint(sent)), Buffer.from(fingerprint(user?.password ?? '')));
  return equal && user?.password !== undefined;
}

/** The user with that login, whose password this is. Whether the user is active is for the caller to ask. */
export function findByPassword(view: View, login: string, password: string): User | undefined {
  const [named] = view.findBy(users, 'login', login.toLowerCase());
  return passwordMatches(named, password) ? named : undefined;
}
