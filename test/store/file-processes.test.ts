/**
 * The `file:` engine among processes: one writer, whoever died before, and nothing acknowledged is lost by a kill.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { listenIn, takeLock } from '../../src/store/lock.js';
import { openStore } from '../../src/store/open.js';
import { insert } from '../../src/store/port.js';
import { directory } from './places.js';
import { collections, grants, people, thing } from './things.js';

const child = fileURLToPath(new URL('child.ts', import.meta.url));

interface Child {
  readonly process: ChildProcessWithoutNullStreams;
  /** The next line it prints, or undefined when it is dead. */
  line(): Promise<string | undefined>;
  /** Kills it and gives the lines it had still printed. */
  kill(): Promise<string[]>;
}

function start(t: Test, mode: string, path: string, prefix = ''): Child {
  // The test runner puts itself into every child's NODE_OPTIONS: it would count the child's coverage, wrongly.
  const env = { PATH: process.env.PATH, CHILD: child, NODE: process.execPath, MODE: mode, STORE: path };
  const run = spawn('sh', ['-c', `unset NODE_OPTIONS; ${prefix} exec "$NODE" --import tsx "$CHILD" "$MODE" "$STORE"`], {
    env,
  });
  run.stderr.pipe(process.stderr);
  t.teardown(() => run.kill('SIGKILL'));
  const lines = createInterface(run.stdout)[Symbol.asyncIterator]();
  const line = async () => (await lines.next()).value;
  const kill = async () => {
    run.kill('SIGKILL');
    const rest: string[] = [];
    for (let next = await line(); next !== undefined; next = await line()) rest.push(next);
    if (run.exitCode === null && run.signalCode === null) await once(run, 'exit');
    return rest;
  };
  return { process: run, line, kill };
}

/** A lock whose holder is dead. */
async function staleLock(path: string): Promise<void> {
  const held = await listenIn(await made(`${path}.x`), 'dead');
  await rename(`${path}.x`, `${path}.lock`);
  await held.stop();
}

async function made(path: string): Promise<string> {
  await mkdir(path, { recursive: true });
  return path;
}

t.test('killed at any moment, the file holds all that was acknowledged', async (t) => {
  const path = join(await directory(t), 'store.json');
  const acknowledged: string[] = [];
  for (let round = 0; round < 10; round++) {
    const storm = start(t, 'storm', path);
    for (let lines = Math.floor(Math.random() * 150); lines >= 0; lines--)
      acknowledged.push((await storm.line()) ?? 'died by itself');
    if (round === 0) {
      const refused = { name: 'StoreFailure', message: /Another process uses the store file .*store\.json/ };
      await t.rejects(openStore(`file:${path}`, collections), refused);
    }
    acknowledged.push(...(await storm.kill()));
    const store = await openStore(`file:${path}`, collections);
    const org = store.org('default');
    const lost = acknowledged.filter((line) => {
      const [collection, id] = line.split(' ') as [string, string];
      return (collection === 'people' ? org.view().get(people, id) : org.live.get(grants, id)) === undefined;
    });
    t.strictSame(lost, [], `${acknowledged.length} acknowledged`);
    await store.close();
    t.strictSame(await readdir(join(path, '..')), ['store.json'], 'and nothing is left beside it');
  }
});

t.test('of eight processes one gets the lock of a dead one, again and again', async (t) => {
  const path = join(await directory(t), 'store.json');
  await staleLock(path);
  let racers = Array.from({ length: 8 }, () => start(t, 'race', path));
  for (const racer of racers) t.equal(await racer.line(), 'ready');
  while (racers.length > 0) {
    for (const racer of racers) racer.process.stdin.write('go\n');
    const said = await Promise.all(racers.map((racer) => racer.line()));
    const winners = racers.filter((_, i) => said[i] === 'won');
    t.equal(winners.length, 1, `of ${racers.length}`);
    for (const line of said) t.match(line, /^won$|^StoreFailure: Another process uses/);
    await Promise.all(winners.map((winner) => winner.kill()));
    racers = racers.filter((racer) => !winners.includes(racer));
  }
});

t.test('a disk that lets the file grow no more', async (t) => {
  const path = join(await directory(t), 'store.json');
  // 5 MB, or 10 where blocks are bigger: tsx must be able to write its own files.
  const grow = start(t, 'grow', path, 'ulimit -f 10000;');
  const [failure, message, undone] = JSON.parse((await grow.line()) ?? 'null');
  t.match(failure, { name: 'StoreFailure' });
  t.match(message, /store\.json: the file would be larger than is allowed here\. Raise the limit/);
  t.equal(undone, true);
  const [worked, left] = JSON.parse((await grow.line()) ?? 'null');
  t.equal(worked, true);
  await grow.kill();
  const store = await openStore(`file:${path}`, collections);
  t.strictSame(
    [store.org('default').view().list(people).length, store.org('default').live.list(grants).length],
    [left, 1],
  );
  await store.close();
});

t.test('many openings in one process, many times: one wins', async (t) => {
  const path = join(await directory(t), 'store.json');
  for (let round = 0; round < 40; round++) {
    await staleLock(path);
    const opened = await Promise.allSettled(Array.from({ length: 12 }, () => openStore(`file:${path}`, collections)));
    const won = opened.filter((each) => each.status === 'fulfilled');
    t.equal(won.length, 1);
    for (const each of opened)
      if (each.status === 'rejected') t.match(each.reason, { message: /Another process uses/ });
    for (const each of won) await each.value.close();
    t.strictSame(await readdir(join(path, '..')), []);
  }
});

t.test('a lock may be let go twice', async (t) => {
  const path = join(await directory(t), 'store.json');
  const lock = await takeLock(path);
  await lock.release();
  await lock.release();
  t.strictSame(await readdir(join(path, '..')), []);
});

t.test("a store in a deep directory: its path is longer than a socket's may be", async (t) => {
  const path = join(await directory(t), 'd'.repeat(120), 'e'.repeat(120), 'store.json');
  const store = await openStore(`file:${path}`, collections);
  await store.org('default').commit([insert(people, thing('a'))], 0);
  await t.rejects(openStore(`file:${path}`, collections), { message: /Another process uses/ });
  await store.close();
  await staleLock(path);
  const again = await openStore(`file:${path}`, collections);
  t.equal(again.org('default').view().get(people, 'a')?.id, 'a');
  await again.close();
  t.strictSame(await readdir(join(path, '..')), ['store.json']);
});

t.test('what stands in the place of a lock and is none is left alone', async (t) => {
  const path = join(await directory(t), 'store.json');
  const refused = { name: 'StoreFailure', message: /store\.json\.lock is not a lock of this program.* move it away/ };
  await writeFile(`${path}.lock`, 'mine');
  await t.rejects(takeLock(path), refused);
  t.equal(await readFile(`${path}.lock`, 'utf8'), 'mine');
  await rm(`${path}.lock`);
  await mkdir(`${path}.lock`);
  await writeFile(join(`${path}.lock`, 'file'), 'mine');
  await t.rejects(takeLock(path), refused);
  t.strictSame(await readdir(`${path}.lock`), ['file']);
  await rm(join(`${path}.lock`, 'file'));
  await (await takeLock(path)).release();
  t.pass('an empty one is taken');
});

t.test('a place that cannot hold a lock', async (t) => {
  const home = await directory(t);
  const path = join(home, 'store.json');
  const listen = async () => {
    throw Object.assign(new Error('listen EOPNOTSUPP: operation not supported'), { code: 'EOPNOTSUPP' });
  };
  const refused = { name: 'StoreFailure', message: /holds no sockets \(listen EOPNOTSUPP.*use --store memory:/ };
  await t.rejects(takeLock(path, listen), refused);
  t.strictSame(await readdir(home), []);
  await t.rejects(takeLock(join(home, 'gone', 'store.json')), { code: 'ENOENT' });
});

t.test('a candidate that was tidied away tries again', async (t) => {
  const path = join(await directory(t), 'store.json');
  let times = 0;
  const tidiedOnce: typeof listenIn = async (candidate, name) => {
    if (times++ === 0) await rm(candidate, { recursive: true });
    return listenIn(candidate, name);
  };
  const lock = await takeLock(path, tidiedOnce);
  t.equal(times, 2);
  await lock.release();
});

t.test('a lock whose place in line was lost to another error is not kept', async (t) => {
  const path = join(await directory(t), 'store.json');
  const blocked: typeof listenIn = async (candidate, name) => {
    await writeFile(`${path}.lock`, 'in the way');
    return listenIn(candidate, name);
  };
  await t.rejects(takeLock(path, blocked), { code: 'ENOTDIR' });
  t.strictSame(await readdir(join(path, '..')), ['store.json.lock']);
});

t.test('a lock belongs to the worker of a cluster that took it, not to its primary', async (t) => {
  const path = join(await directory(t), 'store.json');
  const primary = start(t, 'cluster', path);
  t.equal(await primary.line(), 'killed');
  const store = await openStore(`file:${path}`, collections);
  await store.close();
});

t.test('an open store does not keep its process alive, and one that was not closed is no obstacle', async (t) => {
  const path = join(await directory(t), 'store.json');
  const racer = start(t, 'race', path);
  t.equal(await racer.line(), 'ready');
  racer.process.stdin.write('go\n');
  t.equal(await racer.line(), 'won');
  const exit = once(racer.process, 'exit');
  racer.process.stdin.end();
  t.strictSame(await exit, [0, null]);
  const store = await openStore(`file:${path}`, collections);
  await store.close();
});
