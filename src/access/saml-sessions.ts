/**
 * What applications were told of sessions: each assertion with its session index, by which a service provider asks to end the
 * session again.
 */
import * as z from 'zod';
import { collection } from '../registry/collection.js';
import type { Reader } from '../store/port.js';

/** Filed under the id of the assertion, for as long as the session lives. */
export const SamlSession = z.strictObject({
  id: z.string(),
  appId: z.string(),
  sessionIndex: z.string(),
  /** The session's public id. */
  sessionId: z.string(),
  nameId: z.string(),
  expiresAt: z.number(),
});
export type SamlSession = z.infer<typeof SamlSession>;

const nameKey = (appId: string, nameId: string) => JSON.stringify([appId, nameId]);

export const samlSessions = collection({
  name: 'samlSessions',
  lifetime: 'transient',
  schema: SamlSession,
  indexes: { name: ({ appId, nameId }) => [nameKey(appId, nameId)] },
});

/** Whom a service provider wants signed out. */
export interface SessionsAsked {
  readonly appId: string;
  readonly nameId: string;
  /** None: every session of that name. */
  readonly sessionIndexes: readonly string[];
}

/** Public ids of the sessions that the application was told of under that name. */
export function sessionIdsOf(live: Reader, { appId, nameId, sessionIndexes }: SessionsAsked): readonly string[] {
  const told = live.findBy(samlSessions, 'name', nameKey(appId, nameId));
  const asked = told.filter(({ sessionIndex }) => sessionIndexes.length === 0 || sessionIndexes.includes(sessionIndex));
  return [...new Set(asked.map(({ sessionId }) => sessionId))];
}
