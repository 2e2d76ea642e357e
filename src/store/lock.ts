/**
 * One writer per store file: `<file>.lock` is a directory that holds one listening socket. The kernel stops answering
 * on it when its process dies, however it dies and whatever its pid, so a stale lock is known at once and without a
 * clock.
 */
import { constants } from 'node:fs';
import { access, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { basename, join } from 'node:path';
import { codeOf, nameBeside } from './disk.js';
import { StoreFailure } from './port.js';

/** A lock that is held. Letting go twice is harmless. */
export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes the lock of a store file, over a dead holder's too.
 *
 * Every step of taking is atomic and safe against the same steps of others: the candidate is a directory with a
 * socket that already listens; `rename` puts it in place only if the lock is missing or empty; what is taken out of a
 * dead lock is its socket, whose name no other process ever uses, so nobody can remove a living one by mistake.
 * @param path the store file, canonical
 * @param listen how a socket is bound; a parameter because a test cannot mount a file system that holds no sockets
 * @throws {StoreFailure} when another process holds it, or the place cannot hold a lock
 */
export async function takeLock(path: string, listen: typeof listenIn = listenIn): Promise<Lock> {
  for (;;) {
    await clearDead(path);
    const lock = await tryLock(path, listen);
    if (lock !== undefined) return lock;
  }
}

/** Takes the sockets of dead holders out of the lock. */
async function clearDead(path: string): Promise<void> {
  const lock = `${path}.lock`;
  const entries = await readdir(lock, { withFileTypes: true }).catch((error) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw foreign(path, error);
  });
  for (const entry of entries) {
    if (!entry.isSocket()) throw foreign(path);
    if (await answers(lock, entry.name)) throw taken(path);
    await rm(join(lock, entry.name), { force: true });
  }
}

/** Undefined when another process was quicker. */
async function tryLock(path: string, listen: typeof listenIn): Promise<Lock | undefined> {
  const candidate = nameBeside(path, 'lock');
  const name = basename(candidate).slice(-16);
  await mkdir(candidate, { mode: 0o700 });
  let held: Held | undefined;
  try {
    held = await listen(candidate, name);
    await rename(candidate, `${path}.lock`);
  } catch (error) {
    // Who holds the lock meanwhile may have tidied the candidate away.
    const gone = await access(candidate).then(
      () => false,
      () => true,
    );
    await Promise.allSettled([rm(candidate, { recursive: true, force: true }), held?.stop()]);
    if (gone || ['ENOTEMPTY', 'EEXIST'].includes(codeOf(error))) return undefined;
    throw held === undefined ? noSocket(path, error) : error;
  }
  const { stop } = held;
  return { release: () => release(`${path}.lock`, name, stop) };
}

async function release(lock: string, name: string, stop: () => Promise<void>): Promise<void> {
  // Fails when the next process already stands in it, or somebody removed it by hand. What stays is stale from here on.
  await rm(join(lock, name), { force: true })
    .then(() => rmdir(lock))
    .catch(() => undefined);
  await stop();
}

/** A socket that listens. */
interface Held {
  stop(): Promise<void>;
}

/** Listens on a new socket in a directory. It does not keep the process alive. */
export async function listenIn(directory: string, name: string): Promise<Held> {
  const server = createServer((visitor) => visitor.destroy());
  await withSocketPath(directory, name, async (path) => {
    await new Promise<void>((resolve, reject) => {
      // Stays attached: an error of a later visit finds the promise settled, and must not end the process.
      server.on('error', reject);
      // Exclusive: a worker of `node:cluster` would otherwise let its primary hold the socket.
      server.listen({ path, exclusive: true }, resolve);
    });
  });
  server.unref();
  return { stop: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Whether a process listens. In doubt yes: a full queue or a missing permission proves nothing about its death. */
async function answers(directory: string, name: string): Promise<boolean> {
  const error = await withSocketPath(directory, name, visit).catch((error: unknown) => error);
  return error === undefined || !['ECONNREFUSED', 'ENOENT'].includes(codeOf(error));
}

function visit(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const visitor = connect(path, () => {
      visitor.destroy();
      resolve();
    });
    visitor.on('error', reject);
  });
}

/** The kernel takes about 100 bytes as a socket's path, and Node 20 cuts off the rest without a word. */
const longestSocketPath = 100;

async function withSocketPath<T>(directory: string, name: string, use: (path: string) => Promise<T>): Promise<T> {
  const path = join(directory, name);
  if (Buffer.byteLength(path) <= longestSocketPath) return use(path);
  const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return await use(`/proc/self/fd/${handle.fd}/${name}`);
  } finally {
    await handle.close();
  }
}

function taken(path: string): StoreFailure {
  return new StoreFailure(
    `Another process uses the store file ${path}, and only one may. Stop it, or choose another file ` +
      '(--store file:PATH), or none (--store memory:).',
  );
}

function foreign(path: string, cause?: unknown): StoreFailure {
  return new StoreFailure(
    `The store file ${path} cannot be locked: ${path}.lock is not a lock of this program, or another user's. ` +
      'If no program uses the store, move it away and start again.',
    { cause },
  );
}

function noSocket(path: string, cause: unknown): StoreFailure {
  return new StoreFailure(
    `The store file ${path} cannot be locked: its file system holds no sockets (${(cause as Error).message}). ` +
      'Choose a file on another file system, or use --store memory:.',
    { cause },
  );
}
