/**
 * The `file:` engine: all orgs in one JSON file, through lowdb, by one process. Codes, sessions and other transient
 * records stay in memory.
 */
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Adapter, Low } from 'lowdb';
import type { AnyCollection } from '../registry/collection.js';
import { canonicalPath, codeOf, diskFailure, removeLeftovers, replaceFile, syncDirectory } from './disk.js';
import { contentOf, type StoreContent, textWriter } from './file-text.js';
import { type Flush, flushQueue } from './flush-queue.js';
import { type Lock, takeLock } from './lock.js';
import { closedFailure, emptyState, holdsRecords, type OrgState, snapshotOf } from './org-state.js';
import { type Snapshot, type Store, StoreFailure } from './port.js';
import { contradiction, stateFrom } from './snapshots.js';
import { type WrittenOrg, writtenOrg } from './written-orgs.js';

/** How text reaches the disk; a parameter because a test must make the disk fail at a chosen moment. */
export interface Disk {
  replaceFile(path: string, text: string): Promise<void>;
  syncDirectory(path: string): Promise<void>;
}

/**
 * Opens the file, or starts an empty store where there is none (the file appears with the first commit).
 * @param path absolute, or relative to the working directory; missing directories are created
 * @throws {StoreFailure} when the file is in use, unreadable or not valid; it is then left as it was
 */
export async function openFileStore(
  path: string,
  collections: readonly AnyCollection[],
  disk: Disk = { replaceFile, syncDirectory },
): Promise<Store> {
  // Throws on contradicting declarations, which are no matter of the file.
  const blank = emptyState(collections);
  let lock: Lock | undefined;
  try {
    const place = await canonicalPath(path);
    lock = await takeLock(place);
    await removeLeftovers(place);
    const low = new Low<StoreContent>(adapter(place, collections, disk), []);
    await low.read();
    const orgs = new Map(low.data.map(([id, records]) => [id, loaded(collections, place, id, records)]));
    return fileStore({ collections, orgs, blank, place, low, disk, lock });
  } catch (error) {
    await lock?.release();
    throw diskFailure('Cannot open the store file', path, error);
  }
}

interface OpenFile {
  readonly collections: readonly AnyCollection[];
  readonly orgs: Map<string, WrittenOrg>;
  readonly blank: OrgState;
  readonly place: string;
  readonly low: Low<StoreContent>;
  readonly disk: Disk;
  readonly lock: Lock;
}

function fileStore(file: OpenFile): Store {
  const { orgs, place } = file;
  const queue = flushQueue({
    ...writer(file),
    failure: (cause) =>
      diskFailure(
        'The change was not saved, and the file is as it was before. Cannot write the store file',
        place,
        cause,
      ),
  });
  let closed: Promise<void> | undefined;
  const refuseIfClosed = () => {
    if (closed !== undefined) throw closedFailure();
  };
  const all = { collections: file.collections, orgs, queue, refuseIfClosed };
  return {
    org: (id) => writtenOrg(all, id, file.blank),
    orgs: () => [...orgs].filter(([, org]) => holdsRecords(org.published)).map(([id]) => id),
    close() {
      closed ??= queue.idle().then(() => file.lock.release());
      return closed;
    },
  };
}

/** Saves the orgs as they stand at the moment of the call, and publishes them when they are on disk. */
function writer({ orgs, place, low, disk }: OpenFile): Pick<Flush, 'write' | 'afterUndo'> {
  let replaced = false;
  async function write(): Promise<void> {
    replaced = false;
    const written = [...orgs].map(([id, org]) => ({ id, org, state: org.head }));
    low.data = written
      .map(({ id, state }) => [id, snapshotOf(state)] as const)
      .filter(([, records]) => Object.keys(records).length > 0);
    await low.write();
    replaced = true;
    await disk.syncDirectory(dirname(place));
    for (const { org, state } of written) org.published = state;
  }
  async function afterUndo(): Promise<void> {
    // The new file is in place although its directory refused to be synced: the callers are told that nothing was
    // saved, so the old records go back at once. If that fails too, the next write does it.
    if (replaced) await write().catch(() => undefined);
  }
  return { write, afterUndo };
}

function adapter(place: string, collections: readonly AnyCollection[], disk: Disk): Adapter<StoreContent> {
  const textOf = textWriter();
  return {
    async read() {
      try {
        // Reading a pipe or a device could last for ever.
        if (!(await stat(place)).isFile()) throw new StoreFailure(`The store ${place} is not a file. Name a file.`);
        return contentOf(await readFile(place), place, collections);
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return null;
        throw error;
      }
    },
    write: (content) => disk.replaceFile(place, textOf(content)),
  };
}

function loaded(collections: readonly AnyCollection[], place: string, id: string, records: Snapshot): WrittenOrg {
  const outcome = stateFrom(collections, records);
  if (!outcome.conflict) return { head: outcome.state, published: outcome.state };
  throw new StoreFailure(
    `The store file ${place} cannot be used: in orgs[${JSON.stringify(id)}] ${contradiction(outcome.conflict)}. ` +
      'Nothing was changed. Correct the file, or choose another one.',
  );
}
