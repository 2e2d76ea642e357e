/** Compares a password. An unknown user and a wrong password take the same path and the same time. */
import { timingSafeEqual } from 'node:crypto';
import type { User } from '../registry/user.js';
import { fingerprint } from './records.js';

export function passwordMatches(user: User | undefined, sent: string): boolean {
  const equal = timingSafeEqual(Buffer.from(fingerprint(sent)), Buffer.from(fingerprint(user?.password ?? '')));
  return equal && user?.password !== undefined;
}
