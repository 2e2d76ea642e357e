/**
 * One collection of one org: records by id, buckets by index key, the order of insertion. Knows nothing of commits; who
 * may change a table, and when, is decided in `apply-changes.ts`.
 */
import type { AnyCollection, Entity } from '../registry/collection.js';

/** A record as it is filed. Never changes; a replaced record is a new row at the same place. */
export interface Row {
  readonly record: Entity;
  /** Position in order of insertion; grows by one for every inserted record. */
  readonly place: number;
  readonly keys: readonly { readonly index: string; readonly key: string }[];
}

/** The rows under one index key. A copied table shares it until it changes it: `owner` says whose it is. */
interface Bucket {
  readonly owner: symbol;
  readonly rows: Map<string, Row>;
}

export interface Table {
  readonly collection: AnyCollection;
  readonly rows: Map<string, Row>;
  readonly indexes: ReadonlyMap<string, Map<string, Bucket>>;
  readonly owner: symbol;
  nextPlace: number;
  /** Rows added since expired ones were last looked for. */
  addedSinceSweep: number;
  /** The rows in order, worked out when first asked for. */
  ordered: readonly Row[] | undefined;
}

export function emptyTable(collection: AnyCollection): Table {
  const indexes = new Map(Object.keys(collection.indexes).map((index) => [index, new Map<string, Bucket>()]));
  const owner = Symbol();
  return { collection, rows: new Map(), indexes, owner, nextPlace: 0, addedSinceSweep: 0, ordered: undefined };
}

/** A copy that can be changed while the original stays as it is. */
export function copyTable(table: Table): Table {
  const indexes = new Map([...table.indexes].map(([index, buckets]) => [index, new Map(buckets)]));
  return { ...table, rows: new Map(table.rows), indexes, owner: Symbol() };
}

/** The row a record would get; nothing is filed yet. Throws what an index function throws. */
export function rowOf(table: Table, record: Entity, place: number): Row {
  const keys = Object.entries(table.collection.indexes).flatMap(([index, keysOf]) =>
    keysOf(record).map((key) => ({ index, key })),
  );
  return { record, place, keys };
}

export function addRow(table: Table, row: Row): void {
  table.rows.set(row.record.id, row);
  for (const { index, key } of row.keys) ownBucket(table, index, key).rows.set(row.record.id, row);
  table.nextPlace = Math.max(table.nextPlace, row.place + 1);
  table.addedSinceSweep++;
  table.ordered = undefined;
}

export function dropRow(table: Table, row: Row): void {
  table.rows.delete(row.record.id);
  for (const { index, key } of row.keys) {
    const { rows } = ownBucket(table, index, key);
    rows.delete(row.record.id);
    if (rows.size === 0) bucketsOf(table, index).delete(key);
  }
  table.ordered = undefined;
}

function ownBucket(table: Table, index: string, key: string): Bucket {
  const buckets = bucketsOf(table, index);
  const found = buckets.get(key);
  if (found?.owner === table.owner) return found;
  const own = { owner: table.owner, rows: new Map(found?.rows) };
  buckets.set(key, own);
  return own;
}

function bucketsOf(table: Table, index: string): Map<string, Bucket> {
  const buckets = table.indexes.get(index);
  if (buckets === undefined) throw new Error(`The collection ${table.collection.name} declares no index ${index}`);
  return buckets;
}

/** Rows filed under a key, in order of insertion. */
export function findRows(table: Table, index: string, key: string): Row[] {
  const rows = bucketsOf(table, index).get(key)?.rows;
  // A bucket can be out of order: a replaced record joins the bucket of its new key last, whatever its place.
  return rows === undefined ? [] : [...rows.values()].sort(byPlace);
}

/** All rows in order of insertion. */
export function orderedRows(table: Table): readonly Row[] {
  table.ordered ??= [...table.rows.values()].sort(byPlace);
  return table.ordered;
}

/** One page of rows. An `after` that names no row (any more) gives an empty page: where to go on is not known. */
export function pageRows(table: Table, after: string | undefined, limit = Number.POSITIVE_INFINITY): readonly Row[] {
  const rows = orderedRows(table);
  if (after === undefined) return rows.slice(0, limit);
  const last = table.rows.get(after);
  if (last === undefined) return [];
  const start = positionOf(rows, last) + 1;
  return rows.slice(start, start + limit);
}

/** Where a row stands, by bisection: paging through a long list must not scan it for every page. */
function positionOf(rows: readonly Row[], row: Row): number {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle] as Row).place < row.place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a record counts as absent at a moment (epoch milliseconds). */
export function isExpired(record: Entity, at: number): boolean {
  return record.expiresAt !== undefined && record.expiresAt <= at;
}

/**
 * Drops the expired rows once the table has about doubled since the last time: no timer, and over many commits a
 * constant cost for each row added.
 */
export function sweepNowAndThen(table: Table, at: number): void {
  if (table.addedSinceSweep < 128 + table.rows.size / 2) return;
  table.addedSinceSweep = 0;
  for (const row of table.rows.values()) if (isExpired(row.record, at)) dropRow(table, row);
}

function byPlace(a: Row, b: Row): number {
  return a.place - b.place;
}
