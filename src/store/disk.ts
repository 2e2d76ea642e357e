/**
 * The file system as the `file:` engine uses it: one name for one file, a replacement that is whole or absent after any
 * crash, and a sentence for whatever the disk refuses.
 */
import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { StoreFailure } from './port.js';

/** A name beside the store file that no other process uses: `<store file>.<kind>-<16 hex digits>`. */
export function nameBeside(path: string, kind: 'tmp' | 'lock'): string {
  return `${path}.${kind}-${randomBytes(8).toString('hex')}`;
}

/**
 * Removes what killed processes left beside the store file. Only for who holds its lock. What resists stays for the
 * next time: it may be the candidate of a process that is just being refused, and tidying is no reason not to open.
 */
export async function removeLeftovers(path: string): Promise<void> {
  const leftover = (name: string) =>
    name.startsWith(basename(path)) && /^\.(tmp|lock)-[0-9a-f]{16}$/.test(name.slice(basename(path).length));
  const names = (await readdir(dirname(path))).filter(leftover);
  await Promise.allSettled(names.map((name) => rm(join(dirname(path), name), { recursive: true, force: true })));
}

/**
 * The one name of a file, however it was spelled and through whatever links, so that all its users meet the same lock.
 * Creates missing directories (for this user only: the file holds secrets).
 */
export async function canonicalPath(path: string): Promise<string> {
  const absolute = resolve(path);
  const directory = dirname(absolute);
  const created = await ensureDirectory(directory);
  if (created !== undefined) await syncUpTo(dirname(created), directory);
  try {
    return await realpath(absolute);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  // The file does not exist yet: a link may still say where it will be.
  const target = await readlink(absolute).catch(() => undefined);
  if (target !== undefined) return canonicalPath(resolve(await realpath(directory), target));
  return join(await realpath(directory), basename(absolute));
}

/**
 * Creates a directory and those above it that are missing; answers with the topmost that it created. Not by Node's own
 * `recursive`, which never ends where the file system answers ENOENT to whatever is asked (`/proc`).
 */
async function ensureDirectory(path: string): Promise<string | undefined> {
  const missing = await stat(path).then(() => '', codeOf);
  if (missing !== 'ENOENT') return undefined;
  const above = await ensureDirectory(dirname(path));
  await mkdir(path, { mode: 0o700 }).catch((error) => {
    // Another process was quicker.
    if (codeOf(error) !== 'EEXIST') throw error;
  });
  return above ?? path;
}

/** A new directory is only safe once the one above it is on disk. */
async function syncUpTo(top: string, directory: string): Promise<void> {
  for (let above = directory; above !== top; above = dirname(above)) await syncDirectory(dirname(above));
}

/** Puts a file in place of another (or of none) in one step; readable and writable by this user only. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = nameBeside(path, 'tmp');
  try {
    await writeSynced(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the names in a directory survive a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  let directory: FileHandle | undefined;
  try {
    directory = await open(path, 'r');
    await directory.sync();
  } catch (error) {
    // Some file systems (shares, FUSE) do not know this; they order their own names.
    if (!['EINVAL', 'ENOTSUP', 'ENOSYS'].includes(codeOf(error))) throw error;
  } finally {
    await directory?.close();
  }
}

/** The system's name of an error, such as `ENOSPC`; empty when it has none. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}

const notADirectory = 'something on the way to it is not a directory. Choose another file';

const reasons = new Map([
  ['ENOSPC', 'the disk is full. Free some space'],
  ['EDQUOT', 'the disk quota is used up. Free some space or raise the quota'],
  ['EFBIG', 'the file would be larger than is allowed here. Raise the limit (ulimit -f) or remove records'],
  ['EROFS', 'the file system is read-only. Mount it writable or choose another file'],
  ['EACCES', 'the user this program runs as has no permission. Change the permissions or choose another file'],
  ['EPERM', 'the system does not permit it. Change the permissions or choose another file'],
  ['EIO', 'the disk reported an error. Check the disk or choose a file on another one'],
  ['EMFILE', 'this process has too many open files. Raise the limit (ulimit -n)'],
  ['ENFILE', 'the system has too many open files. Close other programs'],
  ['ENOENT', 'its directory is gone. Put it back or choose another file'],
  ['ENOTDIR', notADirectory],
  ['EEXIST', notADirectory],
  ['EISDIR', 'it is a directory. Name a file in it'],
  ['ELOOP', 'the symbolic links on the way to it go round in circles. Correct them or choose another file'],
  ['ENAMETOOLONG', 'its name is too long. Choose a shorter one'],
]);

/** The sentence for what the disk refused. A failure that already is a sentence is handed on. */
export function diskFailure(what: string, path: string, cause: unknown): StoreFailure {
  if (cause instanceof StoreFailure) return cause;
  const reason = reasons.get(codeOf(cause)) ?? `${(cause as Error).message}. Correct that or choose another file`;
  return new StoreFailure(`${what} ${path}: ${reason}, then try again.`, { cause });
}
