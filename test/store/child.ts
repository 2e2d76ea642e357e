/**
 * A process for the tests to kill. `child.ts MODE PATH`: `storm` commits without end and prints what was acknowledged,
 * `race` opens the store when a line comes in and says who won, `grow` commits until the disk refuses, `cluster` lets a
 * worker open the store and kills it.
 */
import cluster from 'node:cluster';
import { createInterface } from 'node:readline';
import { openStore } from '../../src/store/open.js';
import { insert, remove } from '../../src/store/port.js';
import { collections, grants, people, thing } from './things.js';

const [mode, path] = process.argv.slice(2);
const open = () => openStore(`file:${path}`, collections);
const say = (text: string) => new Promise<void>((resolve) => process.stdout.write(`${text}\n`, () => resolve()));

async function storm(): Promise<void> {
  const store = await open();
  const lane = async (of: typeof grants, name: string) => {
    for (let i = 0; ; i++) {
      const id = `${process.pid}-${name}-${i}`;
      await store.org('default').commit([insert(of, thing(id, { tags: ['x'.repeat(500)] }))], 0);
      await say(`${of.name} ${id}`);
    }
  };
  await Promise.all(['a', 'b', 'c'].flatMap((name) => [lane(grants, name), lane(people, name)]));
}

async function race(): Promise<void> {
  await say('ready');
  for await (const _ of createInterface(process.stdin)) {
    const failure = await open().then(
      () => undefined,
      (error: Error) => error,
    );
    await say(failure === undefined ? 'won' : `${failure.name}: ${failure.message}`);
  }
  // The store stays open: that alone must not keep the process alive.
}

async function grow(): Promise<void> {
  const org = (await open()).org('default');
  for (let i = 0; ; i++) {
    const failure = await org
      .commit([insert(people, thing(`${i}`, { tags: ['x'.repeat(500_000)] }))], 0)
      .catch((e: Error) => e);
    if (failure === undefined) continue;
    await say(JSON.stringify([failure, (failure as Error).message, org.view().list(people).length === i]));
    break;
  }
  const [first] = org.view().list(people);
  const again = first && (await org.commit([remove(people, first), insert(grants, thing('after'))], 0));
  await say(JSON.stringify([again === undefined, org.view().list(people).length]));
}

async function primary(): Promise<void> {
  if (cluster.isWorker) {
    await open();
    process.send?.('open');
    return;
  }
  const worker = cluster.fork();
  worker.once('message', () => worker.process.kill('SIGKILL'));
  worker.once('exit', () => say('killed'));
}

await ({ storm, race, grow, cluster: primary } as Record<string, () => Promise<void>>)[mode ?? '']?.();
