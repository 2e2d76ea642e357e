/**
 * The `memory:` engine, for tests and throw-away containers: nothing is written anywhere and nothing outlives the
 * process.
 */
import type { AnyCollection } from '../registry/collection.js';
import { applyChanges } from './apply-changes.js';
import { closedFailure, emptyState, holdsRecords, type OrgState, readerOf, snapshotOf } from './org-state.js';
import type { OrgStore, Store } from './port.js';
import { swapped } from './snapshots.js';

/** A store of its own for every call. Throws when the declarations of the collections contradict themselves. */
export function memoryStore(collections: readonly AnyCollection[]): Store {
  const orgs = new Map<string, OrgState>();
  // What an org looks like before its first commit: reading about orgs that do not exist must cost no memory.
  const blank = emptyState(collections);
  const stateOf = (id: string) => orgs.get(id) ?? blank;
  let closed = false;

  function refuseIfClosed(): void {
    if (closed) throw closedFailure();
  }

  function org(id: string): OrgStore {
    return {
      view: () => stateOf(id).view,
      live: readerOf(() => stateOf(id).live),
      async commit(changes, at, from) {
        refuseIfClosed();
        const outcome = applyChanges(orgs.get(id) ?? emptyState(collections), changes, at, from);
        if (outcome.conflict) return outcome.conflict;
        orgs.set(id, outcome.state);
        return undefined;
      },
      async swap(snapshot) {
        refuseIfClosed();
        orgs.set(id, swapped(collections, snapshot, stateOf(id)));
      },
      snapshot: () => snapshotOf(stateOf(id)),
    };
  }

  return {
    org,
    orgs: () => [...orgs].filter(([, state]) => holdsRecords(state)).map(([id]) => id),
    async close() {
      closed = true;
    },
  };
}
