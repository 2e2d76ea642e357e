/** The signing keys of the org and of a custom authorization server: what a rotation makes of them. */
import { isInUse, type KeyInUse, kidOf, type SigningKey, signingKeys } from '../registry/jwk.js';
import type { View } from '../store/port.js';
import { partyOfServer } from '../syslog/event.js';
import { keysOf, newestFirst } from '../tokens/keys.js';
import { type NewSigningKey, newSigningKey } from '../tokens/new-signing-key.js';
import { changeServer, findServer } from './authorization-servers.js';
import { type AdminCall, type AdminRefusal, isAdminRefusal } from './change.js';
import { keyChanges } from './key-history.js';

/** The most withdrawn keys that are kept of one server. */
const MOST_WITHDRAWN = 20;

/**
 * The server's own keys. One that has none signed with the org's until now: those become its own, under the same kid, but
 * for the NEXT of the org, so that it will not sign with a key of the org any more.
 */
export function ownKeysOf(view: View, server: string): readonly SigningKey[] {
  const own = view.findBy(signingKeys, 'server', server);
  if (own.length > 0) return own;
  return keysOf(view, 'org')
    .filter(({ status }) => status !== 'NEXT')
    .map((key) => ({ ...key, id: `${server}:${kidOf(key)}`, kid: kidOf(key), server }));
}

/** A fresh key as one of the server. */
export function madeKey({ kid, jwk }: NewSigningKey, server: string, status: SigningKey['status']): SigningKey {
  return { id: kid, server, status, jwk };
}

export const withdrawn = (key: SigningKey): SigningKey => ({ ...key, status: 'WITHDRAWN' });

/** Without the withdrawn keys that are more than are kept, the oldest first. */
export function withoutOldest(keys: readonly SigningKey[]): readonly SigningKey[] {
  const kept = newestFirst(keys.filter((key) => !isInUse(key))).slice(0, MOST_WITHDRAWN);
  return keys.filter((key) => isInUse(key) || kept.includes(key));
}

export interface Rotation {
  readonly server: string;
  /** ISO 8601. */
  readonly now: string;
  /** The next one, and the one that signs where there was no NEXT. */
  readonly fresh: readonly [NewSigningKey, NewSigningKey];
  /** How many that were retired before stay published; the others are withdrawn. */
  readonly retain: number;
}

/** NEXT becomes ACTIVE, ACTIVE becomes RETIRED, and there is a fresh NEXT. Keys without a NEXT get a fresh ACTIVE. */
export function rotated(keys: readonly SigningKey[], { server, now, fresh, retain }: Rotation): readonly SigningKey[] {
  const next = keys.find(({ status }) => status === 'NEXT') ?? madeKey(fresh[1], server, 'NEXT');
  const all = keys.includes(next) ? keys : [...keys, next];
  const retained = newestFirst(keys.filter(({ status }) => status === 'RETIRED')).slice(0, retain);
  const turned = (key: SigningKey): SigningKey => {
    if (key === next) return { ...key, status: 'ACTIVE', rotatedAt: now };
    if (key.status === 'ACTIVE') return { ...key, status: 'RETIRED' };
    return key.status === 'RETIRED' && !retained.includes(key) ? withdrawn(key) : key;
  };
  return withoutOldest([...all.map(turned), madeKey(fresh[0], server, 'NEXT')]);
}

/**
 * Rotates the keys of a custom server as Okta does: what was signed before stays good.
 * The keys are made before the change is worked out, which stays pure; in a race they are used all the same.
 * @returns the keys that the server has then
 */
export async function rotateKeys(call: AdminCall, id: string): Promise<readonly KeyInUse[] | AdminRefusal> {
  const found = findServer(call.org.store.view(), id);
  if (isAdminRefusal(found)) return found;
  const fresh = await Promise.all([newSigningKey(), newSigningKey()]);
  return changeServer(call, id, (server, { view, now }) => {
    const signing = rotated(ownKeysOf(view, id), { server: id, now, fresh, retain: Number.POSITIVE_INFINITY });
    const event = { eventType: 'app.oauth2.as.key.rollover', targets: [partyOfServer(server)] } as const;
    const more = keyChanges(view, id, 'rotate', { signing });
    return { server, more, events: [event], value: signing.filter(isInUse) };
  });
}
