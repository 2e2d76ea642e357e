/**
 * The `file:` engine when the disk refuses: nothing that was refused stays, nothing that was acknowledged goes.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { openFileStore } from '../../src/store/file.js';
import { contentOf } from '../../src/store/file-text.js';
import { insert, remove, replace, StoreFailure } from '../../src/store/port.js';
import { compare, play } from './conformance-races.js';
import { failingDisk, type Refusal } from './failing-disk.js';
import { modelList } from './model.js';
import { directory } from './places.js';
import { call } from './scripts.js';
import { codes, collections, grants, people, thing } from './things.js';

/** A store over a disk that refuses the writes named in `plan`, in their order, and takes all later ones. */
async function storeOn(t: Test, plan: Refusal[]) {
  const disk = failingDisk(() => plan.shift());
  const store = await openFileStore(join(await directory(t), 'store.json'), collections, disk);
  t.teardown(() => store.close());
  const onDisk = () => new Map(contentOf(Buffer.from(disk.text ?? ''), 'the text', collections));
  return { store, disk, onDisk, org: store.org('default') };
}

const saved = { name: 'StoreFailure', message: /not saved, and the file is as it was .* the disk is full. Free some/ };

t.test('a refused write undoes all kinds of records and the next one works', async (t) => {
  const { org, onDisk } = await storeOn(t, [undefined, 'replace']);
  const old = thing('old', { name: 'n', tags: ['t'] });
  await org.commit([insert(people, old), insert(grants, old), insert(codes, old), insert(codes, thing('last'))], 0);
  const view = org.view();
  const changes = [
    replace(people, old, thing('old')),
    insert(people, thing('new', { name: 'n' })),
    remove(grants, old),
    replace(codes, old, thing('old')),
    insert(codes, thing('new', { name: 'n' })),
  ];
  await t.rejects(org.commit(changes, 0), saved);
  t.equal(org.view(), view);
  t.strictSame(org.live.findBy(grants, 'name', 'n'), [old]);
  t.strictSame([org.live.findBy(codes, 'name', 'n'), org.live.get(codes, 'new')], [[old], undefined]);
  t.strictSame(org.live.list(codes), [old, thing('last')], 'in their old order');
  t.strictSame(onDisk().get('default'), { people: [old], grants: [old] });
  t.equal(await org.commit(changes, 0), undefined, 'the same changes, from the same records');
  t.strictSame(onDisk().get('default'), { people: [thing('old'), thing('new', { name: 'n' })] });
});

t.test('the registry shows a change when it is on disk', async (t) => {
  const { org } = await storeOn(t, []);
  const done = org.commit([insert(people, thing('a')), insert(grants, thing('a'))], 0);
  t.equal(org.view().get(people, 'a'), undefined);
  t.strictSame(org.live.get(grants, 'a'), thing('a'), 'live records show it at once');
  await done;
  t.strictSame(org.view().get(people, 'a'), thing('a'));
});

t.test('commits that came during a refused write go with it', async (t) => {
  const { org, store, disk } = await storeOn(t, ['replace']);
  const first = org.commit([insert(grants, thing('first'))], 0);
  while (disk.attempts === 0) await new Promise(setImmediate);
  const second = store.org('other').commit([insert(people, thing('second'))], 0);
  await t.rejects(first, saved);
  await t.rejects(second, saved);
  t.strictSame([store.orgs(), disk.attempts], [[], 1]);
  await org.commit([insert(grants, thing('third'))], 0);
  t.strictSame(org.snapshot(), { grants: [thing('third')] });
});

t.test('commits that came together are written together', async (t) => {
  const { org, disk } = await storeOn(t, []);
  await Promise.all(Array.from({ length: 100 }, (_, i) => org.commit([insert(grants, thing(`${i}`))], 0)));
  t.equal(disk.attempts, 1);
});

t.test('a transient change waits for the disk only if it stands on one that does', async (t) => {
  const { org, disk } = await storeOn(t, ['replace']);
  const code = thing('code', { name: 'n' });
  await org.commit([insert(codes, code)], 0);
  const spent = thing('code');
  const exchange = org.commit([replace(codes, code, spent), insert(grants, thing('g'))], 0);
  t.equal(await org.commit([insert(codes, thing('free'))], 0), undefined);
  t.equal(disk.attempts, 0, 'answered before anything was written');
  const onId = org.commit([remove(codes, spent)], 0);
  const onKey = org.commit([insert(codes, thing('k', { name: 'n' }))], 0);
  const refusal = org.commit([insert(grants, thing('g'))], 0);
  for (const each of [exchange, onId, onKey, refusal]) await t.rejects(each, saved);
  t.strictSame(org.live.list(codes), [code, thing('free')], 'what was acknowledged stays');
});

t.test('a transient change on a write under way shares its fate, not that of the next', async (t) => {
  const { org, disk } = await storeOn(t, [undefined, 'replace']);
  const first = org.commit([insert(codes, thing('c')), insert(grants, thing('g'))], 0);
  while (disk.attempts === 0) await new Promise(setImmediate);
  const c = org.live.get(codes, 'c') ?? thing('none');
  const next = org.commit([insert(grants, thing('h'))], 0);
  const onFirst = org.commit([replace(codes, c, thing('c', { value: 1 }))], 0);
  t.strictSame([await first, await onFirst], [undefined, undefined]);
  await t.rejects(next, saved);
  t.equal(org.live.get(codes, 'c')?.value, 1);
});

t.test('a transient change on two writes shares the fate of the later one', async (t) => {
  const { org, disk } = await storeOn(t, [undefined, 'replace']);
  const [c, c2] = [thing('c'), thing('c')];
  const first = org.commit([insert(codes, c), insert(grants, thing('g'))], 0);
  while (disk.attempts === 0) await new Promise(setImmediate);
  const second = org.commit([replace(codes, c, c2), insert(grants, thing('h'))], 0);
  const third = org.commit([remove(codes, c2)], 0);
  t.equal(await first, undefined);
  await t.rejects(second, saved);
  await t.rejects(third, saved);
  t.equal(org.live.get(codes, 'c'), c);
});

t.test('undoing meets a record that has expired and is gone', async (t) => {
  const { org } = await storeOn(t, ['replace']);
  const kept = thing('kept');
  await org.commit([insert(codes, kept)], 0);
  const short = org.commit(
    [insert(grants, thing('g')), replace(codes, kept, thing('kept', { name: 'n', expiresAt: 5 }))],
    0,
  );
  const taker = org.commit([insert(codes, thing('b', { name: 'n' }))], 9);
  await t.rejects(short, saved);
  await t.rejects(taker, saved);
  t.strictSame(org.live.list(codes), [kept]);
});

t.test('a refused swap leaves the generation', async (t) => {
  const { org } = await storeOn(t, [undefined, 'replace']);
  await org.commit([insert(people, thing('a')), insert(codes, thing('c'))], 0);
  const view = org.view();
  const swap = org.swap({ people: [thing('b')] });
  const late = org.commit([insert(people, thing('late'))], 0, view);
  const transient = org.commit([insert(codes, thing('d'))], 0);
  await t.rejects(swap, saved);
  for (const each of [late, transient]) await t.rejects(each, saved);
  t.equal(org.view(), view);
  t.strictSame(org.live.list(codes), [thing('c')]);
  t.equal(await org.commit([insert(people, thing('late'))], 0, view), undefined);
});

t.test('when only the directory refuses, the old records are put back', async (t) => {
  const { org, disk, onDisk } = await storeOn(t, [undefined, 'sync', undefined, 'sync', 'replace']);
  await org.commit([insert(people, thing('a'))], 0);
  await t.rejects(org.commit([insert(people, thing('b'))], 0), { name: 'StoreFailure', message: /reported an error/ });
  t.strictSame([onDisk().get('default'), disk.attempts], [{ people: [thing('a')] }, 3]);
  await t.rejects(org.commit([insert(people, thing('c'))], 0), { name: 'StoreFailure' });
  await org.commit([insert(grants, thing('d'))], 0);
  t.strictSame(onDisk().get('default'), { people: [thing('a')], grants: [thing('d')] }, 'or left to the next write');
});

t.test('a record that JSON cannot say is refused like a failing disk, and harms nobody', async (t) => {
  const { org } = await storeOn(t, []);
  const failure = await org.commit([insert(grants, { ...thing('a'), value: 1n as never })], 0).catch((error) => error);
  t.match(failure, { name: 'StoreFailure', message: /BigInt/ });
  t.equal(await org.commit([insert(grants, thing('a'))], 0), undefined);
});

t.test(
  'any program over any failing disk: answers and records are those of the acknowledged calls alone',
  async (t) => {
    const refusals = fc.array(fc.constantFrom<Refusal>(undefined, undefined, 'replace', 'sync'), { maxLength: 12 });
    const calls = fc.array(call, { minLength: 1, maxLength: 25 });
    let failed = 0;
    const program = fc.asyncProperty(calls, refusals, async (calls, plan) => {
      const { store, onDisk } = await storeOn(t, [...plan]);
      const run = await play(store, calls);
      const answers = await Promise.allSettled(run.played.map(({ answer }) => answer));
      for (const [i, answer] of answers.entries()) {
        if (answer.status === 'rejected') {
          assert.ok(answer.reason instanceof StoreFailure, answer.reason);
          failed++;
        } else assert.deepStrictEqual(answer.value, run.played[i]?.onModel());
      }
      compare(run);
      for (let tries = 0; tries <= plan.length; tries++) {
        await store
          .org('last')
          .commit([insert(grants, thing(`${tries}`))], run.at)
          .catch(() => undefined);
      }
      for (const [id, model] of run.models) {
        const kept = (of: typeof people) => modelList(model, of, run.at).map((record) => ({ ...record }));
        const there = onDisk().get(id) ?? {};
        for (const of of [people, grants]) {
          const lasting = ((there[of.name] ?? []) as ReturnType<typeof thing>[]).filter(
            (record) => record.expiresAt === undefined || record.expiresAt > run.at,
          );
          assert.deepEqual(JSON.stringify(lasting), JSON.stringify(kept(of)));
        }
      }
      await store.close();
    });
    await fc.assert(program, { numRuns: 200 });
    t.ok(failed > 0);
  },
);
