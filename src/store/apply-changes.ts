/**
 * The rules of a commit over one org's records: all or nothing, conflicts, expiry. Knows nothing of disks and never
 * waits.
 */
import type { AnyCollection } from '../registry/collection.js';
import { type OrgState, stateOf, type Tables, tableOf } from './org-state.js';
import type { Change, Conflict, View } from './port.js';
import {
  addRow,
  copyTable,
  dropRow,
  findRows,
  isExpired,
  type Row,
  rowOf,
  sweepNowAndThen,
  type Table,
} from './table.js';

/** What came of a commit: a conflict and nothing applied, or the next state and the way back from it. */
export type Outcome =
  | { readonly conflict: Conflict }
  | { readonly conflict?: never; readonly state: OrgState; readonly undo: () => void };

/** A commit under way: registry tables are copied when first touched, live tables keep an undo log. */
interface Draft {
  registry: Tables;
  readonly original: OrgState;
  /** The live tables it touched. */
  readonly touched: Set<Table>;
  readonly undo: (() => void)[];
}

/**
 * Applies changes in their order, or none of them. Throws (nothing applied) on a collection that was not declared, a
 * replacement under another id, or when an index function throws.
 * @param at epoch milliseconds: decides which records have expired. An expired record that stands in the way is dropped
 *   for good, even if the commit then fails: it counted as absent before.
 */
export function applyChanges(state: OrgState, changes: readonly Change[], at: number, from?: View): Outcome {
  if (from !== undefined && from.generation !== state.generation) {
    const [first] = changes;
    return { conflict: { kind: 'swapped', collection: first?.collection.name ?? '', id: first ? idOf(first) : '' } };
  }
  const draft: Draft = { registry: state.registry, original: state, touched: new Set(), undo: [] };
  const undo = () => {
    for (const step of draft.undo.reverse()) step();
  };
  try {
    for (const change of changes) {
      const conflict = applyChange(draft, change, at);
      if (conflict === undefined) continue;
      undo();
      return { conflict };
    }
  } catch (error) {
    undo();
    throw error;
  }
  for (const table of draft.touched) sweepNowAndThen(table, at);
  const next = draft.registry === state.registry ? state : stateOf(state.generation, draft.registry, state.live);
  return { state: next, undo };
}

function idOf(change: Change): string {
  if (change.kind === 'keep-found') return change.key;
  return change.kind === 'insert' ? change.record.id : change.before.id;
}

function applyChange(draft: Draft, change: Change, at: number): Conflict | undefined {
  if (change.kind === 'keep-found') return compareFound(draft, change, at);
  const table = tableToChange(draft, change.collection);
  const id = idOf(change);
  const current = table.rows.get(id);
  const refused = (kind: 'exists' | 'changed') => ({ kind, collection: change.collection.name, id });
  if (change.kind === 'insert') {
    if (current !== undefined && !isExpired(current.record, at)) return refused('exists');
    if (current !== undefined) dropRow(table, current);
    return file(draft, table, undefined, rowOf(table, change.record, table.nextPlace), at);
  }
  // The object that was read is the proof of what was read: an equal record under the same id is another one.
  if (current === undefined || current.record !== change.before) return refused('changed');
  if (change.kind === 'replace') {
    if (change.record.id !== id) throw new Error(`A record of ${change.collection.name} cannot change its id ${id}`);
    return file(draft, table, current, rowOf(table, change.record, current.place), at);
  }
  dropRow(table, current);
  logUndo(draft, table, () => addRow(table, current));
  return undefined;
}

/** What has expired since it was read counts as absent on both sides. */
function compareFound(draft: Draft, change: Extract<Change, { kind: 'keep-found' }>, at: number): Conflict | undefined {
  const { collection, index, key } = change;
  const there = findRows(tableOf(draft.registry, collection), index, key).filter(
    ({ record }) => !isExpired(record, at),
  );
  const found = change.found.filter((record) => !isExpired(record, at));
  const same = there.length === found.length && there.every(({ record }, nth) => record === found[nth]);
  return same ? undefined : { kind: 'changed', collection: collection.name, id: key };
}

/** The copies of registry tables need no way back: a failed commit's state is never looked at again. */
function logUndo(draft: Draft, table: Table, step: () => void): void {
  if (draft.touched.has(table)) draft.undo.push(step);
}

function tableToChange(draft: Draft, collection: AnyCollection): Table {
  if (collection.lifetime !== 'registry') {
    const table = tableOf(draft.original.live, collection);
    draft.touched.add(table);
    return table;
  }
  const table = tableOf(draft.registry, collection);
  if (table !== draft.original.registry.get(collection)) return table;
  const copy = copyTable(table);
  draft.registry = new Map(draft.registry).set(collection, copy);
  return copy;
}

function file(draft: Draft, table: Table, before: Row | undefined, row: Row, at: number): Conflict | undefined {
  const { id } = row.record;
  for (const { index, key } of row.keys) {
    if (!table.collection.unique.includes(index)) continue;
    for (const other of findRows(table, index, key)) {
      if (other.record.id === id) continue;
      if (!isExpired(other.record, at)) return { kind: 'not-unique', collection: table.collection.name, id, index };
      dropRow(table, other);
    }
  }
  if (before !== undefined) dropRow(table, before);
  addRow(table, row);
  logUndo(draft, table, () => {
    // Not there when it expired and was swept since.
    const now = table.rows.get(id);
    if (now !== undefined) dropRow(table, now);
    if (before !== undefined) addRow(table, before);
  });
  return undefined;
}
