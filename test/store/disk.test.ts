/**
 * The real disk: what is on it when, and what it says when it refuses.
 */
import { readFileSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { canonicalPath, diskFailure, replaceFile, syncDirectory } from '../../src/store/disk.js';
import { openFileStore } from '../../src/store/file.js';
import { contentOf } from '../../src/store/file-text.js';
import { insert, StoreFailure } from '../../src/store/port.js';
import { directory } from './places.js';
import { collections, people, thing } from './things.js';

t.test('a write that cannot finish leaves the old file and no other', async (t) => {
  const home = await directory(t);
  const path = join(home, 'store.json');
  await mkdir(path);
  await t.rejects(replaceFile(path, 'text'), { code: /EISDIR|EEXIST|ENOTEMPTY/ });
  t.strictSame(await readdir(home), ['store.json']);
  await rm(path, { recursive: true });
  await replaceFile(path, 'old');
  await t.rejects(replaceFile(join(home, 'gone', 'store.json'), 'new'), { code: 'ENOENT' });
  t.equal(await readFile(path, 'utf8'), 'old');
  await t.rejects(syncDirectory(join(home, 'gone')), { code: 'ENOENT' });
});

t.test('missing directories are created, by many at once, and never for ever', async (t) => {
  const home = await directory(t);
  const path = join(home, 'a', 'b', 'c', 'store.json');
  const paths = await Promise.all(Array.from({ length: 40 }, () => canonicalPath(path)));
  t.equal(new Set(paths).size, 1);
  t.strictSame(await readdir(join(home, 'a', 'b')), ['c']);
  // Where nothing can be created, Node's own recursive mkdir would never come back.
  await t.rejects(openFileStore('/proc/no/such/store.json', collections), { name: 'StoreFailure' });
});

t.test('a file is on disk before it takes its place, its name before the answer', async (t) => {
  const home = await directory(t);
  const path = join(home, 'new', 'deep', 'store.json');
  const handle = await open(home);
  const handles = Object.getPrototypeOf(handle) as { sync(): Promise<void> };
  await handle.close();
  const { sync } = handles;
  t.teardown(() => {
    handles.sync = sync;
  });
  let seen: unknown[] = [];
  let text = () => '';
  handles.sync = function () {
    seen.push(text());
    return sync.call(this);
  };
  const store = await openFileStore(path, collections);
  t.teardown(() => store.close());
  t.strictSame(seen, ['', ''], 'new directories, in the ones above them');
  const org = store.org('default');
  await org.commit([insert(people, thing('old'))], 0);
  seen = [];
  text = () =>
    readFileSync(path, 'utf8')
      .match(/old|new/g)
      ?.join() ?? '';
  await org.commit([insert(people, thing('new'))], 0).then(() => seen.push('answered'));
  t.strictSame(seen, ['old', 'old,new', 'answered'], 'the file, its directory');
});

t.test('the directory of a store that is open goes away and comes back', async (t) => {
  const home = await directory(t);
  const store = await openFileStore(join(home, 'in', 'store.json'), collections);
  const org = store.org('default');
  await org.commit([insert(people, thing('a'))], 0);
  await rm(join(home, 'in'), { recursive: true });
  const gone = { name: 'StoreFailure', message: /its directory is gone. Put it back or choose another file, then try/ };
  await t.rejects(org.commit([insert(people, thing('b'))], 0), gone);
  await mkdir(join(home, 'in'));
  t.equal(await org.commit([insert(people, thing('c'))], 0), undefined);
  await store.close();
  const text = await readFile(join(home, 'in', 'store.json'));
  t.strictSame(contentOf(text, 'it', collections), [['default', { people: [thing('a'), thing('c')] }]]);
});

t.test(
  'a file system that cannot sync directories is not a failure',
  { skip: process.platform !== 'linux' },
  async (t) => {
    await t.resolves(syncDirectory('/proc'));
  },
);

t.test('every refusal of a disk is a sentence', async (t) => {
  for (const code of ['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EACCES', 'EPERM', 'EIO', 'EMFILE', 'ENFILE', 'EISDIR']) {
    const failure = diskFailure('Cannot write', '/x', Object.assign(new Error('raw'), { code }));
    t.match(failure.message, /^Cannot write \/x: [a-z][^:]+\. [A-Z][^.]+, then try again\.$/);
    t.notMatch(failure.message, /raw/);
    t.match(failure.cause, { code });
  }
  t.match(diskFailure('Cannot write', '/x', new Error('odd')).message, 'Cannot write /x: odd. Correct that');
  const said = new StoreFailure('a sentence');
  t.equal(diskFailure('Cannot write', '/x', said), said);
});
