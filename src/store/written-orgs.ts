/**
 * Orgs whose commits count once they are on disk: judges them against all that was applied so far, shows the registry
 * as it is on disk, and keeps the way back until the write is done.
 */
import type { AnyCollection } from '../registry/collection.js';
import { applyChanges } from './apply-changes.js';
import type { Batch, FlushQueue } from './flush-queue.js';
import { emptyState, type OrgState, readerOf, snapshotOf } from './org-state.js';
import type { Change, Conflict, OrgStore, Snapshot, View } from './port.js';
import { swapped } from './snapshots.js';

/**
 * Two ways to be safe from a failing disk, because the two kinds of records differ. The registry is shown only once
 * it is on disk: `published` follows `head` after the write, and a failure drops `head`. Live records are large and
 * changed in place, so both states share them: they are seen at once and taken back from an undo log.
 */
export interface WrittenOrg {
  /** What the next commit is judged against: with everything that waits for the disk. */
  head: OrgState;
  /** What readers get. */
  published: OrgState;
}

/** The orgs by id, and what a commit to one of them needs. */
export interface WrittenOrgs {
  readonly collections: readonly AnyCollection[];
  readonly orgs: Map<string, WrittenOrg>;
  readonly queue: FlushQueue;
  /** Throws when commits are no longer taken. */
  refuseIfClosed(): void;
}

/** One org's store. `blank` is what an org looks like that was never written. */
export function writtenOrg(all: WrittenOrgs, id: string, blank: OrgState): OrgStore {
  const published = () => all.orgs.get(id)?.published ?? blank;
  return {
    view: () => published().view,
    live: readerOf(() => published().live),
    commit: (changes, at, from) => commit(all, id, changes, at, from),
    swap: (snapshot) => swap(all, id, snapshot),
    snapshot: () => snapshotOf(published()),
  };
}

async function commit(
  all: WrittenOrgs,
  id: string,
  changes: readonly Change[],
  at: number,
  from: View | undefined,
): Promise<Conflict | undefined> {
  all.refuseIfClosed();
  const org = orgOf(all, id);
  const outcome = applyChanges(org.head, changes, at, from);
  const touched = changes.flatMap((change) => namesOf(id, change));
  if (outcome.conflict) {
    // The refusal may rest on what is not on disk yet: it would be wrong if that were undone, and who gathers again at
    // once would not see it.
    await all.queue.lastTouching([id, ...touched])?.done;
    return outcome.conflict;
  }
  const lasting = changes.some((change) => change.collection.lifetime !== 'transient');
  const batch = lasting ? all.queue.next() : all.queue.lastTouching([id, ...touched]);
  if (batch === undefined) return undefined;
  join(batch, org, outcome.state, touched, outcome.undo);
  await batch.done;
  return undefined;
}

async function swap(all: WrittenOrgs, id: string, snapshot: Snapshot): Promise<void> {
  all.refuseIfClosed();
  const org = orgOf(all, id);
  const next = swapped(all.collections, snapshot, org.head);
  const batch = all.queue.next();
  // The org's id stands for everything in it.
  join(batch, org, next, [id], () => undefined);
  await batch.done;
}

function join(batch: Batch, org: WrittenOrg, next: OrgState, touched: readonly string[], undo: () => void): void {
  const before = org.head;
  org.head = next;
  for (const name of touched) batch.touched.add(name);
  batch.undo.push(() => {
    undo();
    org.head = before;
  });
}

function orgOf(all: WrittenOrgs, id: string): WrittenOrg {
  const found = all.orgs.get(id);
  if (found !== undefined) return found;
  const state = emptyState(all.collections);
  const org = { head: state, published: state };
  all.orgs.set(id, org);
  return org;
}

/**
 * Names of what a change touches: the record, and those of its keys that a commit can conflict over. Two names that coincide
 * only make somebody wait.
 */
function namesOf(org: string, change: Change): string[] {
  const { name, unique, indexes, lifetime } = change.collection;
  if (change.kind === 'keep-found') return [[org, name, change.index, change.key].join('\n')];
  const records = [
    ...(change.kind === 'insert' ? [] : [change.before]),
    ...(change.kind === 'remove' ? [] : [change.record]),
  ];
  return records.flatMap((record) => [
    [org, name, record.id].join('\n'),
    ...Object.entries(indexes)
      .filter(([index]) => lifetime === 'registry' || unique.includes(index))
      .flatMap(([index, keysOf]) => keysOf(record).map((key) => [org, name, index, key].join('\n'))),
  ]);
}
