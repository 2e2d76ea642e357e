/**
 * The contract over the `file:` engine, what stands in the file, and which files are refused.
 */
import { mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import t, { type Test } from 'tap';
import { collection } from '../../src/registry/collection.js';
import { openFileStore } from '../../src/store/file.js';
import { openStore } from '../../src/store/open.js';
import { insert, replace } from '../../src/store/port.js';
import { conformance } from './conformance.js';
import { directory } from './places.js';
import { codes, collections, grants, people, thing } from './things.js';

conformance(t, async (t) => {
  const store = await openStore(`file:${join(await directory(t), 'store.json')}`, collections);
  t.teardown(() => store.close());
  return store;
});

async function opened(t: Test, path: string) {
  const store = await openStore(`file:${path}`, collections);
  t.teardown(() => store.close());
  return store;
}

t.test('what was acknowledged is there after reopening; transient records are not', async (t) => {
  const path = join(await directory(t), 'store.json');
  const store = await opened(t, path);
  const b = thing('b', { name: 'Ö\n"', tags: ['t'], expiresAt: 5 });
  for (const org of ['default', '__proto__', '']) {
    await store.org(org).commit(
      [people, grants, codes].flatMap((of) => [insert(of, b), insert(of, thing('a'))]),
      0,
    );
  }
  await store.org('default').commit([replace(people, b, thing('b', { tags: ['u'] }))], 0);
  await store.org('emptied').commit([insert(people, b)], 0);
  await store.org('emptied').swap({});
  await store.close();

  const again = await opened(t, path);
  t.strictSame(again.orgs(), ['default', '__proto__', '']);
  t.strictSame(again.org('__proto__').snapshot(), { people: [b, thing('a')], grants: [b, thing('a')] });
  const org = again.org('default');
  t.strictSame(org.view().list(people), [thing('b', { tags: ['u'] }), thing('a')], 'in order of insertion');
  t.strictSame(org.live.findBy(grants, 'tag', 't'), [b]);
  t.strictSame(org.live.list(codes), []);
  t.equal((await org.commit([insert(grants, thing('c', { name: b.name }))], 0))?.kind, 'not-unique');
});

t.test('the file: one record on a line, for this user only, and nothing beside it', async (t) => {
  const path = join(await directory(t), 'new', 'deep', 'store.json');
  const store = await opened(t, path);
  t.strictSame(await readdir(dirname(path)), ['store.json.lock'], 'no file before the first commit');
  await store
    .org('default')
    .commit([insert(people, thing('a')), insert(people, thing('b')), insert(grants, thing('g'))], 0);
  t.equal(
    await readFile(path, 'utf8'),
    `{"format":"mock-okta-xaa-store","version":1,"orgs":{
"default":{
"people":[
{"id":"a","tags":[],"value":0},
{"id":"b","tags":[],"value":0}
],
"grants":[
{"id":"g","tags":[],"value":0}
]
}
}}
`,
  );
  t.equal((await stat(path)).mode & 0o777, 0o600);
  t.equal((await stat(dirname(path))).mode & 0o777, 0o700);
  const before = await stat(path);
  await store.org('default').commit([insert(codes, thing('c'))], 0);
  t.equal((await stat(path)).ino, before.ino, 'a transient change does not write');
  await store.close();
  t.strictSame(await readdir(dirname(path)), ['store.json']);
});

t.test('a person may edit the file while the program is down', async (t) => {
  const path = join(await directory(t), 'store.json');
  const edited = {
    orgs: { default: { grants: [], people: [thing('a', { name: 'x' })] } },
    version: 1,
    format: 'mock-okta-xaa-store',
  };
  await writeFile(path, `\uFEFF${JSON.stringify(edited, null, 2)}\r\n`);
  const store = await opened(t, path);
  t.strictSame(store.org('default').view().findBy(people, 'name', 'x'), [thing('a', { name: 'x' })]);
});

t.test('a path in every spelling is one file with one lock', async (t) => {
  const home = await directory(t);
  const path = join(home, 'real', 'store.json');
  const store = await opened(t, path);
  await symlink('real', join(home, 'other'));
  await symlink('real/store.json', join(home, 'link.json'));
  const spellings = [
    `file:${relative(process.cwd(), path)}`,
    pathToFileURL(path).href,
    `file:${join(home, 'other', '..', 'other', 'store.json')}`,
    `file:${join(home, 'link.json')}`,
  ];
  for (const when of ['before the file exists', 'after']) {
    for (const url of spellings) {
      await t.rejects(openStore(url, collections), { name: 'StoreFailure', message: /Another process uses/ }, when);
    }
    await store.org('default').commit([insert(people, thing(when))], 0);
  }
  await store.close();
  const linked = await opened(t, join(home, 'link.json'));
  await linked.org('default').commit([insert(people, thing('linked'))], 0);
  await linked.close();
  t.equal((await opened(t, path)).org('default').view().list(people).length, 3, 'the link was followed, not replaced');
});

const good =
  '{"format":"mock-okta-xaa-store","version":1,"orgs":{"default":{"people":[{"id":"a","tags":[],"value":1}]}}}';

const refused: readonly (readonly [name: string, bytes: string | Buffer, reason: RegExp])[] = [
  ['empty', '', /is not JSON/],
  ['cut short', good.slice(0, -5), /is not JSON/],
  ['not UTF-8', Buffer.from(good.replace('"a"', '"\u00ff"'), 'latin1'), /is not JSON/],
  ['a list', '[]', /it is not an object/],
  ['null', 'null', /it is not an object/],
  ['foreign', '{"users":[]}', /not a store of this program/],
  ['newer', good.replace('1', '2'), /version 2 of the format, and this program knows version 1 only/],
  ['without version', good.replace('"version":1,', ''), /has version undefined/],
  ['without orgs', good.replace('orgs', 'org'), /"org" does not belong/],
  ['with odd orgs', good.replace(/\{"default".*/, '7}'), /orgs is not an object/],
  ['with an odd org', good.replace(/\{"people".*/, '[]}}'), /orgs\["default"\] is not an object/],
  ['unknown collection', good.replace('people', 'constructor'), /orgs\["default"\] holds "constructor"/],
  ['transient collection', good.replace('people', 'codes'), /holds "codes", which this program does not know/],
  ['no list', good.replace(/\[\{.*/, '{}}}}'), /orgs\["default"\].people is not a list/],
  ['invalid value', good.replace('"tags":[]', '"tags":["t",7]'), /orgs\["default"\]\.people\[0\]\.tags\[1\] is wrong/],
  ['invalid record', good.replace(/\{"id".*?\}/, '7'), /orgs\["default"\]\.people\[0\] is wrong/],
  ['surplus key', good.replace('"tags"', '"x":1,"tags"'), /people\[0\] is wrong \(.*"x"/],
  [
    'id twice',
    good.replace('[{', '[{"id":"a","tags":[],"value":2},{'),
    /in orgs\["default"\] two records of people have the id "a"/,
  ],
];

t.test('a file that is not a valid store is named, explained and left alone', async (t) => {
  for (const [name, bytes, reason] of refused) {
    const home = await directory(t);
    const path = join(home, 'store.json');
    await writeFile(path, bytes, { mode: 0o644 });
    const long = new Date(1_000_000);
    await utimes(path, long, long);
    const failure = await openStore(`file:${path}`, collections).catch((error) => error);
    t.match(failure, { name: 'StoreFailure', message: reason }, name);
    t.ok(failure.message.includes(path), 'the file is named');
    t.ok((await readFile(path)).equals(Buffer.from(bytes)), 'byte for byte');
    t.strictSame([(await stat(path)).mtime, await readdir(home)], [long, ['store.json']], 'nothing touched or left');
  }
});

t.test('what is no file, or cannot be reached, is refused', async (t) => {
  const home = await directory(t);
  await mkdir(join(home, 'directory'));
  await writeFile(join(home, 'file'), '');
  await symlink('loop', join(home, 'loop'));
  const cases = [
    ['directory', /is not a file/],
    ['file/store.json', /Cannot open the store file .*file\/store.json: something on the way to it is not a directory/],
    ['loop', /go round in circles/],
    ['x'.repeat(300), /its name is too long/],
    ['nul\0', /null bytes/],
  ] as const;
  for (const [name, message] of cases) {
    await t.rejects(openStore(`file:${join(home, name)}`, collections), { name: 'StoreFailure', message });
  }
  t.strictSame((await readdir(home)).sort(), ['directory', 'file', 'loop']);
});

t.test('a mistake in the declarations is not blamed on the file', async (t) => {
  const twice = [people, collection({ ...people })];
  await t.rejects(openFileStore(join(await directory(t), 'store.json'), twice), {
    name: 'Error',
    message: /Two collections/,
  });
});

t.test('what killed processes left is tidied up, and nothing else', async (t) => {
  const home = await directory(t);
  const path = join(home, 'store.json');
  const hex = '0123456789abcdef';
  const others = [
    'store.json.tmp',
    'store.json.tmp-1',
    `other.json.tmp-${hex}`,
    `store.json.bak-${hex}`,
    'store2.json',
  ];
  for (const name of [...others, `store.json.tmp-${hex}`]) await writeFile(join(home, name), 'x');
  await mkdir(join(home, `store.json.lock-${hex}`));
  await opened(t, path);
  t.strictSame((await readdir(home)).sort(), [...others, 'store.json.lock'].sort());
});
