/**
 * The contract of a commit: all or nothing, conflicts, expiry.
 */
import type { Test } from 'tap';
import { insert, remove, replace } from '../../src/store/port.js';
import { each, idsOf, type Open, reader } from './readers.js';
import { codes, grants, people, thing } from './things.js';

export function committing(t: Test, open: Open): void {
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

export function refusing(t: Test, open: Open): void {
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

export function expiring(t: Test, open: Open): void {
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
