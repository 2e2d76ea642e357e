/**
 * The keys of the org and of its custom servers, changed while verifiers look on: rotated in steps, withdrawn at once, a kid
 * used again. Each change can be taken back.
 */
import * as z from 'zod';
import {
  type AdminCall,
  type AdminRefusal,
  type ChangePlan,
  carryOut,
  isAdminRefusal,
  notValid,
} from '../admin/change.js';
import { keyChanges, keyRollback } from '../admin/key-history.js';
import { madeKey, ownKeysOf, type Rotation, rotated, withdrawn, withoutOldest } from '../admin/server-keys.js';
import { authorizationServers } from '../registry/authorization-server.js';
import { isInUse, kidOf, type SigningKey } from '../registry/jwk.js';
import type { KeyChange } from '../registry/key-history.js';
import { type Change, keep, type View } from '../store/port.js';
import { partyOf } from '../syslog/event.js';
import type { EventType } from '../syslog/event-types.js';
import { activeAmong, keysOf } from '../tokens/keys.js';
import { newSigningKey } from '../tokens/new-signing-key.js';

export const ServerAsked = z
  .string()
  .min(1)
  .max(100)
  .default('org')
  .describe('org, or the id of a custom authorization server; one that shares the keys of the org gets its own.');

export const KeysRequest = z.strictObject({ server: ServerAsked }).prefault({});
export const RotateRequest = z
  .strictObject({
    server: ServerAsked,
    now: z.boolean().default(false).describe('true: a fresh key signs at once, even if there is no NEXT yet.'),
  })
  .prefault({});
export const WithdrawRequest = z.strictObject({ server: ServerAsked, kid: z.string().min(1).max(255) });

type Happened = 'next-published' | 'rotated' | 'withdrawn' | 'kid-reused' | 'rolled-back';

/** The kids of a server's signing keys after a change, and what the change was. */
export interface KeysChanged {
  readonly server: string;
  readonly happened: Happened;
  readonly active: string | null;
  readonly next: string | null;
  readonly retired: readonly string[];
  readonly withdrawn: readonly string[];
}

function changed(server: string, happened: Happened, keys: readonly SigningKey[]): KeysChanged {
  const kids = (status: SigningKey['status']) => keys.filter((key) => key.status === status).map(kidOf);
  return {
    ...{ server, happened, active: kids('ACTIVE')[0] ?? null, next: kids('NEXT')[0] ?? null },
    ...{ retired: kids('RETIRED'), withdrawn: kids('WITHDRAWN') },
  };
}

/** What is known when a change is worked out. `now` in ISO 8601. */
export interface KeysNow {
  readonly view: View;
  readonly now: string;
}

/** What a change makes of the keys, worked out. */
interface Work<T> {
  readonly changes: readonly Change[];
  readonly value: T;
  /** In the System Log, beside the server. */
  readonly debug: Readonly<Record<string, string>>;
}

/** What keeps the server from being deleted meanwhile; the org needs nothing. */
function standing(view: View, server: string): Change[] | AdminRefusal {
  const found = view.get(authorizationServers, server);
  if (found) return [keep(authorizationServers, found)];
  if (server === 'org') return [];
  const there = ['org', ...view.list(authorizationServers).map(({ id }) => id)].join(', ');
  return notValid('server', `server: there is no ${JSON.stringify(server)}; there are: ${there}`);
}

/** Carries a change of the keys of one server out, purely worked out. What changes nothing is not logged. */
export function changeKeys<T>(
  call: AdminCall,
  server: string,
  eventType: EventType,
  work: (now: KeysNow) => Work<T> | AdminRefusal,
): Promise<T | AdminRefusal> {
  return carryOut<T>(call, (view, now): ChangePlan<T> | AdminRefusal => {
    const stands = standing(view, server);
    if (isAdminRefusal(stands)) return stands;
    const outcome = work({ view, now });
    if (isAdminRefusal(outcome)) return outcome;
    const { changes, value, debug } = outcome;
    if (changes.length === 0) return { changes, events: [], value };
    const target = partyOf('KeySet', server);
    const event = { eventType, targets: [target], debug: { server, ...debug } };
    return { changes: [...stands, ...changes], events: [event], value };
  });
}

const debugOf = ({ happened, active, next, retired, withdrawn: gone }: KeysChanged) => ({
  ...{ happened, kid: active ?? 'none', nextKid: next ?? 'none' },
  ...{ retiredKids: retired.join(' '), withdrawnKids: gone.join(' ') },
});

const CHANGE = {
  'next-published': 'rotate',
  rotated: 'rotate',
  withdrawn: 'withdraw',
  'kid-reused': 'reuse-kid',
} as const satisfies Partial<Record<Happened, KeyChange>>;

function workOf(view: View, server: string, happened: keyof typeof CHANGE, signing: readonly SigningKey[]) {
  const value = changed(server, happened, signing);
  const changes = keyChanges(view, server, CHANGE[happened], { signing });
  return { changes, value, debug: debugOf(value) };
}

/** How many keys of the past stay published when the control API rotates: only that which signed until now. */
const RETAINED = 0;

/**
 * A step of a rotation: NEXT signs from now on, the one before stays published, and those before that are withdrawn. Without
 * a NEXT the step only publishes one, unless it has to be now.
 */
export async function rotate(
  call: AdminCall,
  { server, now: atOnce }: z.infer<typeof RotateRequest>,
  retain = RETAINED,
): Promise<KeysChanged | AdminRefusal> {
  const fresh = await Promise.all([newSigningKey(), newSigningKey()]);
  return changeKeys(call, server, 'mock.key.rotate', ({ view, now }) => {
    const keys = ownKeysOf(view, server);
    const mayTurn = atOnce || keys.some(({ status }) => status === 'NEXT');
    const rotation: Rotation = { server, now, fresh, retain };
    return mayTurn
      ? workOf(view, server, 'rotated', rotated(keys, rotation))
      : workOf(view, server, 'next-published', [...keys, madeKey(fresh[0], server, 'NEXT')]);
  });
}

/** The keys without one; NEXT, or else a fresh key, signs in place of an active one. */
function without(keys: readonly SigningKey[], gone: SigningKey, fresh: SigningKey, now: string): readonly SigningKey[] {
  const rest = keys.map((key) => (key === gone ? withdrawn(key) : key));
  if (gone.status !== 'ACTIVE') return withoutOldest(rest);
  const next = rest.find(({ status }) => status === 'NEXT') ?? fresh;
  const all = rest.includes(next) ? rest : [...rest, next];
  return withoutOldest(all.map((key) => (key === next ? { ...key, status: 'ACTIVE', rotatedAt: now } : key)));
}

/** Takes a key out of the key set, now. */
export async function withdraw(
  call: AdminCall,
  { server, kid }: z.infer<typeof WithdrawRequest>,
): Promise<KeysChanged | AdminRefusal> {
  const fresh = await newSigningKey();
  return changeKeys(call, server, 'mock.key.withdraw', ({ view, now }) => {
    const keys = ownKeysOf(view, server);
    const gone = keys.find((key) => isInUse(key) && kidOf(key) === kid);
    if (!gone) {
      const there = keys.filter(isInUse).map(kidOf).join(', ');
      return notValid('kid', `kid: ${server} has no signing key of its own ${JSON.stringify(kid)}; it has: ${there}`);
    }
    const after = without(keys, gone, madeKey(fresh, server, 'NEXT'), now);
    const work = workOf(view, server, 'withdrawn', after);
    return { ...work, debug: { ...work.debug, withdrawnKid: kid } };
  });
}

/** A fresh key signs under the kid of the active one, which is withdrawn. */
export async function reuseKid(
  call: AdminCall,
  { server }: z.infer<typeof KeysRequest>,
): Promise<KeysChanged | AdminRefusal> {
  const fresh = await newSigningKey();
  return changeKeys(call, server, 'mock.key.reuse_kid', ({ view, now }) => {
    const keys = ownKeysOf(view, server);
    const active = activeAmong(keys);
    if (!active) return notValid('server', `server: ${server} has no active signing key`);
    const key = { ...madeKey(fresh, server, 'ACTIVE'), kid: kidOf(active), rotatedAt: now };
    const rest = keys.map((one) => (one === active ? withdrawn(one) : one));
    return workOf(view, server, 'kid-reused', withoutOldest([...rest, key]));
  });
}

/** The keys after a rollback, and what was taken back. */
export interface RolledBack extends KeysChanged {
  readonly undone: KeyChange;
}

/** Takes the last change of the keys of the server back. */
export function rollBack(call: AdminCall, { server }: z.infer<typeof KeysRequest>): Promise<RolledBack | AdminRefusal> {
  return changeKeys<RolledBack>(call, server, 'mock.key.rollback', ({ view }) => {
    const rollback = keyRollback(view, server);
    if (!rollback) return notValid('server', `server: no change of the keys of ${server} is left to be taken back`);
    const { changes, change, signing } = rollback;
    // Without keys of its own, it has those of the org again.
    const after = signing.length > 0 ? signing : keysOf(view, 'org');
    const value = { ...changed(server, 'rolled-back', after), undone: change };
    return { changes, value, debug: { ...debugOf(value), undone: change } };
  });
}
