/**
 * The store as simply as it can be said: a list of records an org, searched from end to end. What the engines are
 * compared with.
 */
import type { AnyCollection } from '../../src/registry/collection.js';
import type { Change, Conflict, Snapshot } from '../../src/store/port.js';
import { collections, type Thing } from './things.js';

interface Filed {
  readonly collection: AnyCollection;
  readonly record: Thing;
}

export interface ModelOrg {
  generation: number;
  filed: readonly Filed[];
}

export function modelOrg(): ModelOrg {
  return { generation: 1, filed: [] };
}

export function isLive(record: Thing, at: number): boolean {
  return record.expiresAt === undefined || record.expiresAt > at;
}

export function modelList(org: ModelOrg, collection: AnyCollection, at: number): Thing[] {
  return org.filed.filter((each) => each.collection === collection && isLive(each.record, at)).map((e) => e.record);
}

export function modelSwap(org: ModelOrg, snapshot: Snapshot): undefined {
  org.generation++;
  org.filed = collections.flatMap((collection) =>
    (snapshot[collection.name] ?? []).map((record) => ({ collection, record: record as Thing })),
  );
  return undefined;
}

export function modelCommit(
  org: ModelOrg,
  changes: readonly Change[],
  at: number,
  generation: number | undefined,
): Conflict | undefined {
  if (generation !== undefined && generation !== org.generation) {
    const [first] = changes;
    const id = first === undefined ? '' : idOf(first);
    return { kind: 'swapped', collection: first?.collection.name ?? '', id };
  }
  let filed = org.filed;
  for (const change of changes) {
    const result = applyOne(filed, change, at);
    if (!Array.isArray(result)) return result as Conflict;
    filed = result;
  }
  org.filed = filed;
  return undefined;
}

function idOf(change: Change): string {
  if (change.kind === 'keep-found') return change.key;
  return change.kind === 'insert' ? change.record.id : change.before.id;
}

/** The keys of the two indexes that things have. */
function keysOf(record: Thing, index: string): readonly (string | undefined)[] {
  return index === 'name' ? [record.name] : record.tags;
}

function applyOne(filed: readonly Filed[], change: Change, at: number): Filed[] | Conflict {
  const { collection } = change;
  const id = idOf(change);
  if (change.kind === 'keep-found') {
    const of = filed.filter((each) => each.collection === collection && keysOf(each.record, change.index).includes(id));
    const there = of.map(({ record }) => record).filter((record) => isLive(record, at));
    const found = change.found.filter((record) => isLive(record as Thing, at));
    const same = there.length === found.length && there.every((record, nth) => record === found[nth]);
    return same ? [...filed] : { kind: 'changed', collection: collection.name, id };
  }
  const record = change.kind === 'remove' ? undefined : (change.record as Thing);
  const place = filed.findIndex((each) => each.collection === collection && each.record.id === id);
  const current = filed[place]?.record;
  if (change.kind === 'insert' && current && isLive(current, at))
    return { kind: 'exists', collection: collection.name, id };
  if (change.kind !== 'insert' && current !== change.before)
    return { kind: 'changed', collection: collection.name, id };
  const others = filed.filter((each) => each.collection === collection && each.record.id !== id);
  const holder = others.find((each) => record?.name !== undefined && each.record.name === record.name);
  if (holder && isLive(holder.record, at)) {
    return { kind: 'not-unique', collection: collection.name, id, index: 'name' };
  }
  const next =
    change.kind === 'replace' && record
      ? filed.with(place, { collection, record })
      : filed.toSpliced(place, place < 0 ? 0 : 1);
  if (change.kind === 'insert' && record) next.push({ collection, record });
  return next.filter((each) => each !== holder);
}
