/**
 * The contract over the `memory:` engine, and what is this engine's own.
 */
import t from 'tap';
import { collection } from '../../src/registry/collection.js';
import { openStore } from '../../src/store/open.js';
import { conformance } from './conformance.js';
import { collections, people, thing } from './things.js';

conformance(t, () => openStore('memory:', collections));

t.test('two stores share nothing', async (t) => {
  const one = await openStore('memory:', collections);
  const two = await openStore('memory:', collections);
  await one.org('default').swap({ people: [thing('a')] });
  t.strictSame([one.orgs(), two.orgs()], [['default'], []]);
});

t.test('declarations that contradict themselves are a mistake in the program', async (t) => {
  const twice = [people, collection({ ...people })];
  await t.rejects(openStore('memory:', twice), /Two collections are called people/);
  const nameless = [collection({ ...people, indexes: {} })];
  await t.rejects(openStore('memory:', nameless), /people declares no index name to keep unique/);
});

t.test('any other URL is refused with a sentence', async (t) => {
  for (const url of [
    '',
    'memory',
    'memory:x',
    'file:',
    'redis://host',
    'file://host/path',
    'file:///%zz',
    './x.json',
  ]) {
    await t.rejects(openStore(url, collections), { name: 'StoreFailure', message: /Use memory: .* or file:PATH/ }, url);
  }
});
