/**
 * One org's records as they stand in memory at one moment, and how they are read. Both engines stand on it; what a
 * commit may do to it is in `apply-changes.ts`.
 */
import type { AnyCollection, Collection, Entity } from '../registry/collection.js';
import { type Reader, type Snapshot, StoreFailure, type View } from './port.js';
import { emptyTable, findRows, orderedRows, pageRows, type Row, type Table } from './table.js';

export type Tables = ReadonlyMap<AnyCollection, Table>;

/**
 * An org at one moment. The registry's tables never change once they stand here: a commit makes a new state that shares
 * all it did not touch, so a view is a reference. The live tables are changed in place, because they are large and
 * change with every exchange; a commit over them can be undone.
 */
export interface OrgState {
  readonly generation: number;
  readonly registry: Tables;
  readonly live: Tables;
  readonly view: View;
}

/** An org without records. Throws when the declarations contradict themselves. */
export function emptyState(collections: readonly AnyCollection[], generation = 1): OrgState {
  const names = new Set<string>();
  for (const { name, unique, indexes } of collections) {
    if (names.has(name)) throw new Error(`Two collections are called ${name}`);
    names.add(name);
    const missing = unique.find((index) => !Object.hasOwn(indexes, index));
    if (missing !== undefined) throw new Error(`The collection ${name} declares no index ${missing} to keep unique`);
  }
  const tablesOf = (chosen: readonly AnyCollection[]) => new Map(chosen.map((each) => [each, emptyTable(each)]));
  return stateOf(
    generation,
    tablesOf(collections.filter((each) => each.lifetime === 'registry')),
    tablesOf(collections.filter((each) => each.lifetime !== 'registry')),
  );
}

export function stateOf(generation: number, registry: Tables, live: Tables): OrgState {
  return { generation, registry, live, view: { generation, ...readerOf(() => registry) } };
}

/** All records that outlive a restart, by collection; collections without records are left out. */
export function snapshotOf(state: OrgState): Snapshot {
  const lasting = [...state.registry.values(), ...state.live.values()].filter(
    (table) => table.collection.lifetime !== 'transient' && table.rows.size > 0,
  );
  return Object.fromEntries(
    lasting.map((table) => [table.collection.name, orderedRows(table).map((row) => row.record)]),
  );
}

export function holdsRecords(state: OrgState): boolean {
  return [...state.registry.values(), ...state.live.values()].some((table) => table.rows.size > 0);
}

/** A reader over whatever tables `tables` answers with at the moment of reading. */
export function readerOf(tables: () => Tables): Reader {
  const table = (collection: AnyCollection) => tableOf(tables(), collection);
  const records = <T extends Entity>(rows: readonly Row[]) => rows.map((row) => row.record as T);
  return {
    get: <T extends Entity>(collection: Collection<T>, id: string) =>
      table(collection).rows.get(id)?.record as T | undefined,
    findBy: <T extends Entity>(collection: Collection<T>, index: string, key: string) =>
      records<T>(findRows(table(collection), index, key)),
    list: <T extends Entity>(collection: Collection<T>, page: { after?: string; limit?: number } = {}) =>
      records<T>(pageRows(table(collection), page.after, page.limit)),
  };
}

/** Throws on a collection that does not belong here: one that was not declared, or of another lifetime. */
export function tableOf(tables: Tables, collection: AnyCollection): Table {
  const table = tables.get(collection);
  if (table === undefined) {
    throw new Error(`The collection ${collection.name} (${collection.lifetime}) was not declared for this reader`);
  }
  return table;
}

/** Refuses what comes after `close`. */
export function closedFailure(): StoreFailure {
  return new StoreFailure('The store is closed, because the program is shutting down. Start it again to go on.');
}
