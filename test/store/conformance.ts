/**
 * The contract of the store's port as tests. Every engine runs them; `open` gives a store without records that is closed
 * when the test ends.
 */
import type { Test } from 'tap';
import { collection } from '../../src/registry/collection.js';
import { insert, remove, replace, type Store, StoreFailure } from '../../src/store/port.js';
import { racing } from './conformance-races.js';
import { codes, grants, groups, people, thing } from './things.js';

export type Open = (t: Test) => Promise<Store>;

export function conformance(t: Test, open: Open): void {
  reading(t, open);
  committing(t, open);
  refusing(t, open);
  expiring(t, open);
  swapping(t, open);
  misusing(t, open);
  racing(t, open);
}

const each = [people, grants, codes];

/** Where records of a collection are read. */
function reader(store: Store, of: (typeof each)[number], org = 'default') {
  return of.lifetime === 'registry' ? store.org(org).view() : store.org(org).live;
}

const idsOf = (records: readonly { id: string }[]) => records.map((record) => record.id);

function reading(t: Test, open: Open): void {
  t.test('an org that was never heard of is empty', async (t) => {
    const store = await open(t);
    const org = store.org('nobody');
    t.strictSame(
      [org.view().list(people), org.live.list(grants), org.snapshot(), org.view().generation],
      [[], [], {}, 1],
    );
    t.equal(org.view().get(people, 'constructor'), undefined);
    t.strictSame(store.orgs(), []);
  });

  for (const things of each) {
    t.test(`${things.lifetime} records: get, findBy and list, in order of insertion`, async (t) => {
      const store = await open(t);
      const b = thing('b', { tags: ['t', 't', 'u'] });
      const a = thing('a', { tags: ['u'], name: 'x' });
      const c = thing('c', { tags: ['v'] });
      await store.org('default').commit([insert(things, b), insert(things, a), insert(things, c)], 0);
      const read = () => reader(store, things);
      t.equal(read().get(things, 'a'), a);
      t.equal(read().get(things, 'd'), undefined);
      t.strictSame(idsOf(read().list(things)), ['b', 'a', 'c']);
      t.strictSame(idsOf(read().findBy(things, 'tag', 't')), ['b']);
      t.strictSame(idsOf(read().findBy(things, 'tag', 'u')), ['b', 'a']);
      t.strictSame(idsOf(read().findBy(things, 'name', 'x')), ['a']);
      t.strictSame(read().findBy(things, 'tag', 'constructor'), []);

      const b2 = thing('b', { tags: ['v'] });
      await store.org('default').commit([replace(things, b, b2)], 0);
      t.strictSame(idsOf(read().list(things)), ['b', 'a', 'c'], 'a replaced record keeps its place');
      t.strictSame(idsOf(read().findBy(things, 'tag', 'v')), ['b', 'c'], 'in an index that is new to it, too');
      t.strictSame(idsOf(read().findBy(things, 'tag', 'u')), ['a']);
      t.strictSame(read().findBy(things, 'tag', 't'), []);

      await store.org('default').commit([remove(things, b2), insert(things, b)], 0);
      t.strictSame(idsOf(read().list(things)), ['a', 'c', 'b'], 'a record that comes again comes last');
      t.strictSame(idsOf(read().findBy(things, 'tag', 'u')), ['a', 'b']);
    });

    t.test(`${things.lifetime} records in pages`, async (t) => {
      const store = await open(t);
      const names = Array.from({ length: 23 }, (_, i) => `n${i}`);
      await store.org('default').commit(
        names.map((id) => insert(things, thing(id))),
        0,
      );
      const gone = reader(store, things).get(things, 'n5');
      await store.org('default').commit(gone ? [remove(things, gone)] : [], 0);
      const seen: string[] = [];
      for (let page = idsOf(reader(store, things).list(things, { limit: 5 })); page.length > 0; ) {
        seen.push(...page);
        page = idsOf(reader(store, things).list(things, { after: page.at(-1) ?? '', limit: 5 }));
      }
      t.strictSame(
        seen,
        names.filter((id) => id !== 'n5'),
      );
      t.strictSame(reader(store, things).list(things, { limit: 0 }), []);
      t.strictSame(idsOf(reader(store, things).list(things, { after: 'n20' })), ['n21', 'n22']);
      t.strictSame(reader(store, things).list(things, { after: 'n5' }), [], 'an unknown place has nothing after it');
    });
  }

  t.test('names like those of object prototypes are names like others', async (t) => {
    const store = await open(t);
    const odd = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    for (const org of odd) {
      for (const id of odd) {
        for (const things of each) {
          t.equal(
            await store.org(org).commit([insert(things, thing(id, { name: id, tags: odd, value: 1 }))], 0),
            undefined,
          );
        }
      }
      for (const things of each) {
        t.strictSame(idsOf(reader(store, things, org).list(things)), odd);
        t.strictSame(idsOf(reader(store, things, org).findBy(things, 'tag', '__proto__')), odd);
        t.strictSame(idsOf(reader(store, things, org).findBy(things, 'name', 'toString')), ['toString']);
      }
    }
    t.strictSame([...store.orgs()].sort(), [...odd].sort());
  });
}

function committing(t: Test, open: Open): void {
  t.test('a view never changes', async (t) => {
    const org = (await open(t)).org('default');
    const before = org.view();
    const a = thing('a', { tags: ['t'], name: 'x' });
    await org.commit([insert(people, a)], 0);
    const middle = org.view();
    await org.commit([replace(people, a, thing('a', { tags: ['u'] })), insert(people, thing('b', { tags: ['t'] }))], 0);
    await org.commit([insert(groups, thing('g'))], 0);
    t.strictSame([before.list(people), before.findBy(people, 'tag', 't')], [[], []]);
    t.strictSame([middle.list(people), middle.list(groups)], [[a], []]);
    t.strictSame([middle.findBy(people, 'tag', 't'), middle.findBy(people, 'tag', 'u')], [[a], []]);
    t.strictSame([middle.get(people, 'a'), middle.findBy(people, 'name', 'x')], [a, [a]]);
    t.equal(org.view().get(groups, 'g')?.id, 'g');
    await org.swap({});
    t.strictSame(middle.list(people), [a]);
  });

  t.test('orgs share nothing', async (t) => {
    const store = await open(t);
    for (const id of ['one', 'two']) {
      t.equal(
        await store.org(id).commit(
          each.map((things) => insert(things, thing('a', { name: id }))),
          0,
        ),
        undefined,
      );
    }
    await store.org('two').swap({});
    for (const things of each) {
      t.equal(reader(store, things, 'one').get(things, 'a')?.name, 'one');
      t.equal(reader(store, things, 'two').get(things, 'a'), undefined);
    }
    t.strictSame([store.org('one').view().generation, store.org('two').view().generation], [1, 2]);
    t.strictSame(store.orgs(), ['one']);
  });

  t.test('changes apply in their order, and a commit of nothing is one', async (t) => {
    const store = await open(t);
    for (const things of each) {
      const a = thing('a', { name: 'x' });
      const a2 = thing('a', { name: 'y' });
      const steps = [
        insert(things, a),
        replace(things, a, a2),
        insert(things, thing('b', { name: 'x' })),
        remove(things, a2),
      ];
      t.equal(await store.org('default').commit(steps, 0), undefined);
      t.strictSame(idsOf(reader(store, things).list(things)), ['b']);
    }
    t.equal(await store.org('default').commit([], 0), undefined);
  });
}

function refusing(t: Test, open: Open): void {
  for (const things of each) {
    const conflict = { collection: things.name, id: 'a' };
    t.test(`${things.lifetime} records: conflicts`, async (t) => {
      const org = (await open(t)).org('default');
      const a = thing('a', { name: 'x' });
      await org.commit([insert(things, a)], 0);
      t.strictSame(await org.commit([insert(things, thing('a'))], 0), { kind: 'exists', ...conflict });
      const twin = { ...a };
      t.strictSame(
        await org.commit([replace(things, twin, twin)], 0),
        { kind: 'changed', ...conflict },
        'an equal twin',
      );
      t.strictSame(await org.commit([remove(things, twin)], 0), { kind: 'changed', ...conflict });
      const taken = { kind: 'not-unique', collection: things.name, id: 'b', index: 'name' };
      t.strictSame(await org.commit([insert(things, thing('b', { name: 'x' }))], 0), taken);
      const b = thing('b', { name: 'y' });
      t.equal(await org.commit([insert(things, b)], 0), undefined);
      t.strictSame(await org.commit([replace(things, b, thing('b', { name: 'x' }))], 0), taken);
      t.equal(await org.commit([replace(things, a, a)], 0), undefined, 'a record is not in its own way');
      t.equal(await org.commit([remove(things, a), replace(things, b, thing('b', { name: 'x' }))], 0), undefined);
      t.strictSame(await org.commit([remove(things, a)], 0), { kind: 'changed', ...conflict }, 'removed twice');
    });
  }

  t.test('a refused commit leaves nothing, in whichever collection it was refused', async (t) => {
    const store = await open(t);
    const org = store.org('default');
    const old = each.map((things) => thing('old', { name: 'n', tags: ['t', things.name] }));
    const [p, g, c] = old as [(typeof old)[0], (typeof old)[0], (typeof old)[0]];
    await org.commit([insert(people, p), insert(grants, g), insert(codes, c), insert(codes, thing('last'))], 0);
    const state = () =>
      each.map((things) => [reader(store, things).list(things), reader(store, things).findBy(things, 'tag', 't')]);
    const before = state();
    const middle = thing('old', { tags: ['u'] });
    const many = [
      ...each.map((things) => insert(things, thing('new', { name: 'm', tags: ['t'] }))),
      replace(people, p, thing('old', { tags: ['u'] })),
      replace(grants, g, middle),
      replace(grants, middle, thing('old', { tags: ['v'] })),
      remove(codes, c),
      insert(codes, thing('old', { tags: ['t'] })),
    ];
    for (const things of each) {
      const refused = await org.commit([...many, insert(things, thing('new'))], 0);
      t.strictSame(refused, { kind: 'exists', collection: things.name, id: 'new' });
      await t.rejects(org.commit([...many, insert(things, thing('bad', { tags: ['throw'] }))], 0), /an index function/);
      t.strictSame(state(), before);
    }
    t.equal(await org.commit(many, 0), undefined, 'nothing of them was kept anywhere');
  });
}

function expiring(t: Test, open: Open): void {
  for (const things of each) {
    t.test(`${things.lifetime} records: what has expired counts as absent`, async (t) => {
      const store = await open(t);
      const org = store.org('default');
      const a = thing('a', { name: 'x', expiresAt: 10 });
      await org.commit([insert(things, a)], 0);
      t.equal((await org.commit([insert(things, thing('a'))], 9))?.kind, 'exists');
      t.equal((await org.commit([insert(things, thing('b', { name: 'x' }))], 9))?.kind, 'not-unique');
      const a2 = thing('a', { name: 'x', expiresAt: 20 });
      t.equal(await org.commit([insert(things, a2)], 10), undefined, 'its id is free');
      t.equal(await org.commit([insert(things, thing('b', { name: 'x' }))], 20), undefined, 'its unique key is free');
      t.strictSame(
        idsOf(reader(store, things).findBy(things, 'name', 'x')),
        ['b'],
        'and it is not in the way any more',
      );
      t.equal((await org.commit([remove(things, a2)], 20))?.kind, 'changed');
    });
  }

  for (const things of [grants, codes]) {
    t.test(`${things.lifetime} records: expired ones do not pile up`, async (t) => {
      const { live, commit } = (await open(t)).org('default');
      const kept = thing('kept', { tags: ['t'] });
      await commit([insert(things, kept)], 0);
      const clocks = Array.from({ length: 100 }, (_, i) => i);
      for (const at of clocks) {
        const batch = Array.from({ length: 20 }, (_, i) =>
          insert(things, thing(`${at}-${i}`, { expiresAt: at + 2, tags: ['t'] })),
        );
        t.equal(await commit(batch, at), undefined);
      }
      t.ok(live.list(things).length < 400, 'of 2001');
      t.equal(live.findBy(things, 'tag', 't').length, live.list(things).length, 'neither do their index entries');
      t.equal(live.get(things, 'kept'), kept);
      t.equal(live.get(things, '99-0')?.id, '99-0');
    });
  }
}

function swapping(t: Test, open: Open): void {
  t.test('a snapshot put back is what was taken; transient records are dropped', async (t) => {
    const store = await open(t);
    const org = store.org('default');
    const records = ['b', '__proto__', 'a'].map((id) => thing(id, { name: id, tags: ['t'] }));
    for (const things of each)
      await org.commit(
        records.map((record) => insert(things, record)),
        0,
      );
    const taken = org.snapshot();
    t.strictSame(taken, { people: records, grants: records });
    const view = org.view();
    await org.commit(
      records.flatMap((record) => [remove(people, record), remove(grants, record)]),
      0,
    );
    t.strictSame(org.snapshot(), {});
    t.strictSame(idsOf(org.live.list(codes)), ['b', '__proto__', 'a']);
    await org.swap(taken);
    t.strictSame(org.snapshot(), taken);
    t.strictSame(idsOf(org.view().findBy(people, 'tag', 't')), ['b', '__proto__', 'a']);
    t.strictSame(idsOf(org.live.findBy(grants, 'name', '__proto__')), ['__proto__']);
    t.strictSame(org.live.list(codes), []);
    t.equal(org.view().generation, view.generation + 1);

    const late = insert(people, thing('late'));
    t.strictSame(await org.commit([late], 0, view), { kind: 'swapped', collection: 'people', id: 'late' });
    t.strictSame(await org.commit([], 0, view), { kind: 'swapped', collection: '', id: '' });
    const gone = remove(people, thing('b'));
    t.strictSame(await org.commit([gone], 0, view), { kind: 'swapped', collection: 'people', id: 'b' });
    t.equal(await org.commit([late], 0, org.view()), undefined);
    await store.org('copy').swap(taken);
    t.strictSame(store.org('copy').snapshot(), taken);
  });

  t.test('a snapshot that contradicts itself changes nothing', async (t) => {
    const org = (await open(t)).org('default');
    await org.commit([insert(people, thing('a'))], 0);
    const view = org.view();
    await t.rejects(org.swap({ people: [thing('x'), thing('x')] }), {
      name: 'StoreFailure',
      message: /have the id "x"/,
    });
    const same = org.swap({ grants: [thing('x', { name: 'n' }), thing('y', { name: 'n' })] });
    await t.rejects(same, { name: 'StoreFailure', message: /the same name, one of them is "y"/ });
    await t.rejects(org.swap({ codes: [] }), /No collection codes can stand in a snapshot/);
    await t.rejects(org.swap({ constructor: [] } as never), /No collection constructor/);
    t.equal(org.view(), view);
  });
}

function misusing(t: Test, open: Open): void {
  t.test('what only a mistake in the program can ask for is thrown', async (t) => {
    const store = await open(t);
    const org = store.org('default');
    const stranger = collection({ ...people, name: 'people' });
    t.throws(() => org.view().get(stranger, 'a'), /people \(registry\) was not declared/);
    t.throws(() => org.view().list(grants), /grants \(durable\) was not declared for this reader/);
    t.throws(() => org.live.list(people), /people \(registry\) was not declared for this reader/);
    t.throws(() => org.view().findBy(people, 'constructor', 'a'), /people declares no index constructor/);
    await t.rejects(org.commit([insert(stranger, thing('a'))], 0), /was not declared/);
    const a = thing('a');
    await org.commit([insert(people, a)], 0);
    await t.rejects(org.commit([replace(people, a, thing('b'))], 0), /cannot change its id a/);
    t.strictSame(org.view().list(people), [a]);
  });

  t.test('a closed store can be read and not written', async (t) => {
    const store = await open(t);
    const org = store.org('default');
    const order: string[] = [];
    const last = org.commit([insert(people, thing('a'))], 0).then(() => order.push('committed'));
    await Promise.all([store.close().then(() => order.push('closed')), store.close(), last]);
    t.strictSame(order, ['committed', 'closed'], 'closing waits for what came before');
    await store.close();
    for (const late of [() => org.commit([insert(people, thing('b'))], 0), () => org.swap({})]) {
      const failure = await late().catch((error: unknown) => error);
      t.ok(failure instanceof StoreFailure);
      t.match(failure, { message: /The store is closed/ });
    }
    t.strictSame(idsOf(org.view().list(people)), ['a']);
  });
}
