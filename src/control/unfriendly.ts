/** Unfriendly mode, switched on and off; and the rotations of keys that belong to it. */
import * as z from 'zod';
import { type AdminCall, type AdminRefusal, carryOut } from '../admin/change.js';
import { keyChanges } from '../admin/key-history.js';
import { madeKey, ownKeysOf } from '../admin/server-keys.js';
import type { Org } from '../org.js';
import { UNFRIENDLY_ID, type Unfriendly, unfriendlyModes } from '../registry/unfriendly.js';
import { type Change, insert, remove, replace, type View } from '../store/port.js';
import { type Party, UNKNOWN_PARTY } from '../syslog/event.js';
import { type NewSigningKey, newSigningKey } from '../tokens/new-signing-key.js';
import { rotate } from './keys.js';

export const UnfriendlyRequest = z
  .strictObject({
    on: z.boolean().default(true),
    seed: z
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .default(1)
      .describe('The same seed and the same requests give the same answers.'),
  })
  .default({ on: true, seed: 1 });
export type UnfriendlyRequest = z.infer<typeof UnfriendlyRequest>;

export interface UnfriendlyState {
  readonly on: boolean;
  readonly seed: number | null;
  /** How many tokens, key sets and documents were written since. */
  readonly turn: number;
}

const modeIn = (view: View) => view.get(unfriendlyModes, UNFRIENDLY_ID);

export function unfriendlyState({ store, keys }: Org): UnfriendlyState {
  const mode = modeIn(store.view());
  return mode ? { on: true, seed: mode.seed, turn: keys.turn } : { on: false, seed: null, turn: 0 };
}

const hasNext = (view: View) => ownKeysOf(view, 'org').some(({ status }) => status === 'NEXT');

/** Publishes the key, unless there is a NEXT. */
function nextPublished(view: View, fresh: NewSigningKey | undefined): Change[] {
  if (!fresh || hasNext(view)) return [];
  const signing = [...ownKeysOf(view, 'org'), madeKey(fresh, 'org', 'NEXT')];
  return keyChanges(view, 'org', 'rotate', { signing });
}

/** Switches it; on when it is on begins the count anew. The first rotation will need a key that was published before. */
export async function setUnfriendly(
  call: AdminCall,
  { on, seed }: UnfriendlyRequest,
): Promise<UnfriendlyState | AdminRefusal> {
  const since = call.org.realClock.now();
  const fresh = on && !hasNext(call.org.store.view()) ? await newSigningKey() : undefined;
  return carryOut<UnfriendlyState>(call, (view) => {
    const before = modeIn(view);
    const after: Unfriendly = { id: UNFRIENDLY_ID, seed, since, rotatedAt: since };
    const debug = { unfriendly: on ? `seed ${seed}` : 'off' };
    const events = [{ eventType: 'mock.unfriendly.update', targets: [], debug } as const];
    if (!on) {
      return { changes: before ? [remove(unfriendlyModes, before)] : [], events, value: { on, seed: null, turn: 0 } };
    }
    const change = before ? replace(unfriendlyModes, before, after) : insert(unfriendlyModes, after);
    return { changes: [change, ...nextPublished(view, fresh)], events, value: { on, seed, turn: 0 } };
  });
}

/** How long an unfriendly org signs with one key, in milliseconds of the machine. */
const ROTATION = 300_000;

/**
 * How many keys of the past stay published, so that every token stays valid: a key signs on for one rotation after it was
 * replaced, and what it signed lives an hour.
 */
const RETAINED = 14;

const ITSELF: Party = { ...UNKNOWN_PARTY, id: 'unfriendly', type: 'SystemPrincipal', displayName: 'unfriendly mode' };

/** Rotates the keys of an unfriendly org when it is time. Of several requests at once, one does it. */
export async function keepUnfriendly({ org, origin }: Pick<AdminCall, 'org' | 'origin'>): Promise<void> {
  const view = org.store.view();
  const mode = modeIn(view);
  const now = org.realClock.now();
  if (!mode || now - mode.rotatedAt < ROTATION) return;
  const taken = await org.store.commit(
    [replace(unfriendlyModes, mode, { ...mode, rotatedAt: now })],
    org.clock.now(),
    view,
  );
  if (!taken) await rotate({ org, origin, actor: ITSELF }, { server: 'org', now: false }, RETAINED);
}
