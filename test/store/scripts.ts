/**
 * Random programs of commits and swaps for the property tests, and the steps to run one against a store.
 */
import fc from 'fast-check';
import { type Change, insert, keepFound, remove, replace, type Store } from '../../src/store/port.js';
import { isLive, type ModelOrg, modelList } from './model.js';
import { codes, collections, grants, groups, people, type Thing } from './things.js';

const ids = ['a', 'b', '__proto__', 'constructor', 'é\n'];

const step = fc.record({
  kind: fc.constantFrom('insert', 'insert', 'replace', 'remove', 'keep-found' as const),
  collection: fc.constantFrom(people, groups, grants, grants, codes, codes),
  id: fc.constantFrom(...ids),
  name: fc.option(fc.constantFrom('x', 'y', '__proto__'), { nil: undefined, freq: 3 }),
  tags: fc.array(fc.constantFrom('t', 'u', 'constructor'), { maxLength: 2 }),
  lives: fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined, freq: 3 }),
  /** Which record with that id was read: the present one, or one from before. */
  read: fc.nat({ max: 3 }),
});

export type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** One call: a commit of some changes, or a swap to an earlier snapshot. `pause`: turns of the event loop before it. */
export const call = fc.record({
  org: fc.constantFrom('default', '__proto__'),
  swap: fc.boolean().chain((yes) => (yes ? fc.option(fc.nat({ max: 5 }), { nil: undefined }) : fc.constant(undefined))),
  steps: fc.array(step, { minLength: 1, maxLength: 3 }),
  fromView: fc.constantFrom('none' as const, 'present' as const, 'first' as const),
  advance: fc.integer({ min: 0, max: 2 }),
  pause: fc.constantFrom(0, 0, 1, 2),
});

export type Call = typeof call extends fc.Arbitrary<infer C> ? C : never;

/** What a running program remembers: every record it ever made, by collection and id. */
export type Known = Map<string, Thing[]>;

/** The changes a call stands for, worked out from what the store shows and what was read before. */
export function changesOf(steps: readonly Step[], known: Known, store: Store, org: string, at: number): Change[] {
  return steps.map((each) => {
    const { collection, id, name, tags, lives } = each;
    const key = `${org} ${collection.name} ${id}`;
    const record: Thing = { id, name, tags, value: at, expiresAt: lives === undefined ? undefined : at + lives };
    const reader = collection.lifetime === 'registry' ? store.org(org).view() : store.org(org).live;
    if (each.kind === 'keep-found') {
      const found = store.org(org).view().findBy(people, 'tag', 't');
      return keepFound(people, 'tag', 't', each.read > 0 ? found : found.slice(1));
    }
    const past = known.get(key) ?? [];
    const before = (each.read > 0 ? reader.get(collection, id) : undefined) ?? past[at % (past.length || 1)];
    if (each.kind !== 'remove') known.set(key, [...past, record]);
    if (each.kind === 'insert' || before === undefined || !isLive(before, at)) return insert(collection, record);
    return each.kind === 'replace' ? replace(collection, before, record) : remove(collection, before);
  });
}

/** Everything a store shows of an org that has not expired, as lists of the very records; and the model's same. */
export function shown(store: Store, org: string, at: number): unknown {
  const { live, snapshot } = store.org(org);
  const view = store.org(org).view();
  return collections.map((collection) => {
    const reader = collection.lifetime === 'registry' ? view : live;
    const only = (records: readonly Thing[]) => records.filter((record) => isLive(record, at));
    return {
      list: only(reader.list(collection)),
      byTag: only(reader.findBy(collection, 'tag', 'constructor')),
      byName: ['x', 'y', '__proto__'].map((name) => only(reader.findBy(collection, 'name', name))),
      byId: ids.map((id) => only([reader.get(collection, id)].filter((record) => record !== undefined))),
      kept: only((snapshot()[collection.name] ?? []) as Thing[]),
    };
  });
}

export function shownOfModel(org: ModelOrg, at: number): unknown {
  return collections.map((collection) => {
    const list = modelList(org, collection, at);
    return {
      list,
      byTag: list.filter((record) => record.tags.includes('constructor')),
      byName: ['x', 'y', '__proto__'].map((name) => list.filter((record) => record.name === name)),
      byId: ids.map((id) => list.filter((record) => record.id === id)),
      kept: collection.lifetime === 'transient' ? [] : list,
    };
  });
}
