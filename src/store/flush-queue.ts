/**
 * Who waits for which write. Changes that came while the last write was under way are written together in the next one;
 * when a write fails, they are undone together.
 */
import { setImmediate } from 'node:timers/promises';
import type { StoreFailure } from './port.js';

/** Changes that reach the disk, or are undone, together. */
export interface Batch {
  /** Names of what the changes touched: who touches the same thing shares their fate. */
  readonly touched: Set<string>;
  /** Ways back, in the order of the changes. */
  readonly undo: (() => void)[];
  /** Settles when the batch is on disk, or undone. */
  readonly done: Promise<void>;
}

export interface FlushQueue {
  /** The batch of the next write; asks for the write if nobody has. */
  next(): Batch;
  /** The last batch not yet on disk that touched one of these. */
  lastTouching(names: readonly string[]): Batch | undefined;
  /** Waits until nothing is left to write. */
  idle(): Promise<void>;
}

/** What the queue drives. `write` saves the state of the moment it is called; `afterUndo` follows a failed write. */
export interface Flush {
  write(): Promise<void>;
  failure(cause: unknown): StoreFailure;
  afterUndo(): Promise<void>;
}

export function flushQueue(flush: Flush): FlushQueue {
  let writing: OpenBatch | undefined;
  let gathering: OpenBatch | undefined;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (gathering !== undefined) {
      // One turn of the event loop: requests that arrived together are written together.
      await setImmediate();
      writing = gathering;
      gathering = undefined;
      await flush.write().then(() => writing?.resolve(), fail);
      writing = undefined;
    }
    running = undefined;
  }

  async function fail(cause: unknown): Promise<void> {
    // What gathered during the write was judged on a state that never came to be, so it goes too.
    const failed = [writing, gathering].filter((batch) => batch !== undefined);
    writing = undefined;
    gathering = undefined;
    for (const step of failed.flatMap((batch) => batch.undo).reverse()) step();
    await flush.afterUndo();
    for (const batch of failed) batch.reject(flush.failure(cause));
  }

  return {
    next() {
      gathering ??= openBatch();
      running ??= run();
      return gathering;
    },
    lastTouching: (names) =>
      [gathering, writing].find((batch) => batch !== undefined && names.some((name) => batch.touched.has(name))),
    idle: async () => running,
  };
}

interface OpenBatch extends Batch {
  resolve(): void;
  reject(failure: StoreFailure): void;
}

function openBatch(): OpenBatch {
  let resolve!: () => void;
  let reject!: (failure: StoreFailure) => void;
  const done = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { touched: new Set(), undo: [], done, resolve, reject };
}
