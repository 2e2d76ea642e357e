/**
 * The contract of the store's port as tests. Every engine runs them; `open` gives a store without records that is
 * closed when the test ends.
 */
import type { Test } from 'tap';
import { collection } from '../../src/registry/collection.js';
import { insert, keepFound, replace, StoreFailure } from '../../src/store/port.js';
import { committing, expiring, refusing } from './conformance-commits.js';
import { racing } from './conformance-races.js';
import { reading, swapping, viewing } from './conformance-reads.js';
import { idsOf, type Open } from './readers.js';
import { grants, people, thing } from './things.js';

export function conformance(t: Test, open: Open): void {
  reading(t, open);
  viewing(t, open);
  committing(t, open);
  refusing(t, open);
  expiring(t, open);
  swapping(t, open);
  misusing(t, open);
  racing(t, open);
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
    await t.rejects(org.commit([keepFound(grants, 'tag', 't', [])], 0), /grants \(durable\) was not declared/);
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
