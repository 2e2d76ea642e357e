/**
 * The contract of reading, and of views and snapshots that stay what they were.
 */
import type { Test } from 'tap';
import { insert, remove, replace } from '../../src/store/port.js';
import { each, idsOf, type Open, reader } from './readers.js';
import { codes, grants, groups, people, thing } from './things.js';

export function reading(t: Test, open: Open): void {
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

export function viewing(t: Test, open: Open): void {
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
}

export function swapping(t: Test, open: Open): void {
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
