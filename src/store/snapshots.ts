/**
 * Whole orgs in one piece: what stands in a snapshot or a file becomes an org's records.
 */
import type { AnyCollection } from '../registry/collection.js';
import { applyChanges, type Outcome } from './apply-changes.js';
import { emptyState, type OrgState } from './org-state.js';
import { type Change, type Conflict, type Snapshot, StoreFailure } from './port.js';

/** A new state that holds a snapshot's records, or the conflict between two of them. */
export function stateFrom(collections: readonly AnyCollection[], snapshot: Snapshot, generation = 1): Outcome {
  const changes = Object.entries(snapshot).flatMap(([name, records]) => {
    const collection = collections.find((each) => each.name === name && each.lifetime !== 'transient');
    if (collection === undefined) throw new Error(`No collection ${name} can stand in a snapshot`);
    return records.map((record): Change => ({ kind: 'insert', collection, record }));
  });
  // No time is known here, so no record counts as expired.
  return applyChanges(emptyState(collections, generation), changes, Number.NEGATIVE_INFINITY);
}

/**
 * What an org becomes by `swap`: a new generation. Throws a {@link StoreFailure} when two records contradict each
 * other.
 */
export function swapped(collections: readonly AnyCollection[], snapshot: Snapshot, before: OrgState): OrgState {
  const outcome = stateFrom(collections, snapshot, before.generation + 1);
  if (!outcome.conflict) return outcome.state;
  throw new StoreFailure(
    `The org was not replaced: ${contradiction(outcome.conflict)}. Make them differ and try again.`,
  );
}

/** What is wrong with a snapshot, as part of a sentence. */
export function contradiction({ collection, id, index }: Conflict): string {
  return index === undefined
    ? `two records of ${collection} have the id ${JSON.stringify(id)}`
    : `two records of ${collection} have the same ${index}, one of them is ${JSON.stringify(id)}`;
}
