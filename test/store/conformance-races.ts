/**
 * The concurrent half of the contract: races have one winner, and any program of commits and swaps ends as in the
 * model.
 */
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import type { Test } from 'tap';
import {
  type Conflict,
  insert,
  keepFound,
  remove,
  replace,
  type Snapshot,
  type Store,
  type View,
} from '../../src/store/port.js';
import { type ModelOrg, modelCommit, modelOrg, modelSwap } from './model.js';
import { type Call, call, changesOf, type Known, shown, shownOfModel } from './scripts.js';
import { codes, grants, groups, people, thing } from './things.js';

export function racing(t: Test, open: (t: Test) => Promise<Store>): void {
  for (const things of [people, grants, codes]) {
    t.test(`${things.lifetime} records: hundreds of commits, one winner`, async (t) => {
      const org = (await open(t)).org('default');
      const inserts = await Promise.all(
        Array.from({ length: 300 }, (_, value) => org.commit([insert(things, thing('one', { value }))], 0)),
      );
      t.strictSame(
        [...inserts.keys()].filter((i) => inserts[i] === undefined),
        [0],
      );
      const reader = () => (things.lifetime === 'registry' ? org.view() : org.live);
      const one = reader().get(things, 'one') ?? thing('missing');
      const replaces = await Promise.all(
        Array.from({ length: 300 }, async (_, value) => {
          for (let i = value % 3; i > 0; i--) await setImmediate();
          return org.commit([replace(things, one, thing('one', { value })), insert(things, thing(`side${value}`))], 0);
        }),
      );
      const winners = [...replaces.keys()].filter((i) => replaces[i] === undefined);
      t.equal(winners.length, 1);
      t.equal(reader().get(things, 'one')?.value, winners[0]);
      t.strictSame(
        reader()
          .list(things)
          .map((record) => record.id),
        ['one', `side${winners[0]}`],
      );
    });
  }

  t.test('who is told of a conflict sees what it conflicts with', async (t) => {
    const org = (await open(t)).org('default');
    const counts = async () => {
      for (;;) {
        const before = org.view().get(people, 'count');
        const next = thing('count', { value: (before?.value ?? 0) + 1 });
        const conflict = await org.commit(
          [before ? replace(people, before, next) : insert(people, next)],
          0,
          org.view(),
        );
        if (conflict === undefined) return;
        t.not(org.view().get(people, 'count'), before);
      }
    };
    await Promise.all(Array.from({ length: 10 }, counts));
    t.equal(org.view().get(people, 'count')?.value, 10);
  });

  t.test('a removal that looks for what leans on it sees what is being filed', async (t) => {
    const org = (await open(t)).org('default');
    const owner = thing('owner');
    await org.commit([insert(people, owner)], 0);
    const leans = (id: string) =>
      org.commit([replace(people, owner, owner), insert(groups, thing(id, { tags: ['owner'] }))], 0);
    const leave = () => {
      const found = org.view().findBy(groups, 'tag', 'owner');
      const changes = [
        keepFound(groups, 'tag', 'owner', found),
        ...found.map((one) => remove(groups, one)),
        remove(people, owner),
      ];
      return org.commit(changes, 0, org.view());
    };
    const conflict = { kind: 'changed', collection: 'groups', id: 'owner' };
    const stale = keepFound(groups, 'tag', 'owner', org.view().findBy(groups, 'tag', 'owner'));
    const [, refused] = await Promise.all([leans('a'), org.commit([stale, remove(people, owner)], 0)]);
    t.strictSame(refused, conflict);
    t.equal(org.view().findBy(groups, 'tag', 'owner').length, 1, 'and who was told of it sees it');
    t.equal(await leave(), undefined);
    t.equal((await leans('b'))?.kind, 'changed');
    t.strictSame([org.view().list(people), org.view().list(groups)], [[], []]);
  });

  t.test('any program of commits and swaps ends as in the model', async (t) => {
    const program = fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 25 }), async (calls) => {
      const store = await open(t);
      const run = await play(store, calls);
      const answers = await Promise.all(run.played.map(({ answer }) => answer));
      assert.deepStrictEqual(
        answers,
        run.played.map((each) => each.onModel()),
      );
      compare(run);
      await store.close();
    });
    await fc.assert(program, { numRuns: 60 });
  });
}

interface Played {
  readonly answer: Promise<Conflict | undefined>;
  /** Does the same to the model. To be asked in the order of the calls. */
  readonly onModel: () => Conflict | undefined;
}

export interface Run {
  readonly store: Store;
  readonly played: readonly Played[];
  readonly models: ReadonlyMap<string, ModelOrg>;
  readonly views: readonly { readonly view: View; readonly list: string }[];
  /** The org's time when the last call was made. */
  readonly at: number;
}

/** Starts every call without waiting for the ones before it. */
export async function play(store: Store, calls: readonly Call[]): Promise<Run> {
  const models = new Map<string, ModelOrg>();
  const firstViews = new Map<string, View>();
  const known: Known = new Map();
  const snapshots: Snapshot[] = [{}];
  const views: { view: View; list: string }[] = [];
  const played: Played[] = [];
  const push = (answer: Played['answer'], onModel: Played['onModel']) => {
    // Looked at later; a refusal meanwhile is not an unhandled one.
    answer.catch(() => undefined);
    played.push({ answer, onModel });
  };
  let at = 0;
  for (const { org: id, swap, steps, fromView, advance, pause } of calls) {
    for (let i = pause; i > 0; i--) await setImmediate();
    at += advance;
    const now = at;
    const org = store.org(id);
    const view = org.view();
    const model = models.get(id) ?? modelOrg();
    models.set(id, model);
    views.push({ view, list: JSON.stringify(view.list(people)) });
    snapshots.push(org.snapshot());
    firstViews.set(id, firstViews.get(id) ?? view);
    if (swap !== undefined) {
      const snapshot = snapshots[swap % snapshots.length] ?? {};
      push(
        org.swap(snapshot).then(() => undefined),
        () => modelSwap(model, snapshot),
      );
      continue;
    }
    const changes = changesOf(steps, known, store, id, now);
    const from = { none: undefined, present: view, first: firstViews.get(id) }[fromView];
    push(org.commit(changes, now, from), () => modelCommit(model, changes, now, from?.generation));
  }
  return { store, played, models, views, at };
}

/** Fails unless the store shows what the model holds, and every view what it showed when it was taken. */
export function compare({ store, models, views, at }: Run): void {
  for (const [id, model] of models) {
    assert.deepStrictEqual(shown(store, id, at), shownOfModel(model, at));
    assert.equal(store.org(id).view().generation, model.generation);
  }
  for (const { view, list } of views) assert.equal(JSON.stringify(view.list(people)), list);
}
