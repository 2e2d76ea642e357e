/**
 * Putting an org into another state in one step: as it was made, or as a snapshot has it. Requests under way end before,
 * and those that come meanwhile wait; so none sees half of two states.
 */
import * as z from 'zod';
import { type AdminCall, type AdminRefusal, logEvents, notFound, notValid } from '../admin/change.js';
import type { Org } from '../org.js';
import type { EventType } from '../syslog/event-types.js';

/** The most snapshots of one org. */
const MOST = 100;

export const SnapshotName = z.string().regex(/^[\w.-]{1,100}$/, 'is not of letters, digits, _ . and -');

/** A snapshot, without its records. */
export interface SnapshotShown {
  readonly name: string;
  /** ISO 8601, by the time of the machine. */
  readonly taken: string;
  /** How many it holds. */
  readonly records: number;
}

function tell(call: AdminCall, eventType: EventType, debug: Readonly<Record<string, string>> = {}): void {
  logEvents(call, [{ eventType, targets: [], debug }]);
}

/** As it was made: records, keys and clock; nothing armed, no fault; logs, counts and inbox empty. Its snapshots stay. */
export function resetOrg(call: AdminCall): Promise<void> {
  const { org } = call;
  return org.turns.alone(async () => {
    await org.store.swap(org.states.seed);
    org.log.clear();
    org.exchanges.clear();
    org.fetches.clear();
    tell(call, 'mock.org.reset');
  });
}

function shown(org: Org, name: string): SnapshotShown {
  const { taken, records } = org.states.snapshots.get(name) as NonNullable<
    ReturnType<Org['states']['snapshots']['get']>
  >;
  return { name, taken, records: Object.values(records).reduce((sum, some) => sum + some.length, 0) };
}

/** Remembers the org as it is now; another snapshot of that name goes. */
export function takeSnapshot(call: AdminCall, name: string): Promise<SnapshotShown | AdminRefusal> {
  const { org } = call;
  const { snapshots } = org.states;
  return org.turns.alone(async () => {
    if (!snapshots.has(name) && snapshots.size >= MOST) {
      return notValid('snapshots', `there are ${MOST} snapshots already; delete one first`);
    }
    snapshots.delete(name);
    snapshots.set(name, { taken: new Date(org.realClock.now()).toISOString(), records: org.store.snapshot() });
    tell(call, 'mock.snapshot.create', { snapshot: name });
    return shown(org, name);
  });
}

export function listSnapshots(org: Org): readonly SnapshotShown[] {
  return [...org.states.snapshots.keys()].map((name) => shown(org, name));
}

/** Puts the org back to a snapshot: all but codes, sessions and spent assertions, which are forgotten. Its logs stay. */
export function restoreSnapshot(call: AdminCall, name: string): Promise<SnapshotShown | AdminRefusal> {
  const { org } = call;
  return org.turns.alone(async () => {
    const found = org.states.snapshots.get(name);
    if (!found) return notFound(name, 'Snapshot');
    await org.store.swap(found.records);
    tell(call, 'mock.snapshot.restore', { snapshot: name });
    return shown(org, name);
  });
}

export async function deleteSnapshot(call: AdminCall, name: string): Promise<undefined | AdminRefusal> {
  if (!call.org.states.snapshots.delete(name)) return notFound(name, 'Snapshot');
  tell(call, 'mock.snapshot.delete', { snapshot: name });
  return undefined;
}
