/**
 * The store's port: what every engine offers and the rest of the program relies on. One engine per file beside this one;
 * `test/store/conformance.ts` is the contract as tests.
 */
import type { AnyCollection, Collection, Entity } from '../registry/collection.js';

/** Reads records. A record is immutable; the object that was read is also the proof of what was read (see `replace`). */
export interface Reader {
  get<T extends Entity>(collection: Collection<T>, id: string): T | undefined;
  /** The records filed under `key` in a declared index, in order of insertion. */
  findBy<T extends Entity>(collection: Collection<T>, index: string, key: string): readonly T[];
  /** Records in order of insertion; `after` is the id of the last record of the previous page. */
  list<T extends Entity>(collection: Collection<T>, page?: { after?: string; limit?: number }): readonly T[];
}

/** The registry as it stood when the view was taken. Costs nothing to take and never changes. */
export interface View extends Reader {
  readonly generation: number;
}

/** One part of a commit. Build it with {@link insert}, {@link replace}, {@link remove} or {@link keepFound}. */
export type Change =
  | { readonly kind: 'insert'; readonly collection: AnyCollection; readonly record: Entity }
  | { readonly kind: 'replace'; readonly collection: AnyCollection; readonly before: Entity; readonly record: Entity }
  | { readonly kind: 'remove'; readonly collection: AnyCollection; readonly before: Entity }
  | {
      readonly kind: 'keep-found';
      readonly collection: AnyCollection;
      readonly index: string;
      readonly key: string;
      readonly found: readonly Entity[];
    };

/** Adds a record. Conflicts (`exists`) when its id is taken by a record that has not expired: put-if-absent. */
export function insert<T extends Entity>(collection: Collection<T>, record: T): Change {
  return { kind: 'insert', collection, record };
}

/** Replaces the very record that was read. Conflicts (`changed`) when another commit replaced or removed it since. */
export function replace<T extends Entity>(collection: Collection<T>, before: T, record: T): Change {
  return { kind: 'replace', collection, before, record };
}

/** Removes the very record that was read. Conflicts (`changed`) like {@link replace}. */
export function remove<T extends Entity>(collection: Collection<T>, before: T): Change {
  return { kind: 'remove', collection, before };
}

/**
 * Leaves a record as it is, and conflicts (`changed`) when another commit replaced or removed it since it was read: for
 * what a commit refers to and must not dangle.
 */
export function keep<T extends Entity>(collection: Collection<T>, read: T): Change {
  return replace(collection, read, read);
}

/**
 * Leaves what is filed under a key as it is, and conflicts (`changed`, with the key as id) when other records stand there
 * than were read: for a removal that must leave nothing dangling, not even what another commit files at the same time. Of the registry only.
 * @param found what `findBy` gave
 */
export function keepFound<T extends Entity>(
  collection: Collection<T>,
  index: string,
  key: string,
  found: readonly T[],
): Change {
  return { kind: 'keep-found', collection, index, key, found };
}

/** Why a commit was refused; nothing of it was applied. `swapped`: the org was replaced since the view was taken. */
export interface Conflict {
  readonly kind: 'exists' | 'changed' | 'not-unique' | 'swapped';
  readonly collection: string;
  readonly id: string;
  /** The unique index that was violated, for `not-unique`. */
  readonly index?: string;
}

/** All records of an org that outlive a restart, by collection name: what `swap` takes and `snapshot` gives. */
export type Snapshot = Readonly<Record<string, readonly Entity[]>>;

/** One org's records. */
export interface OrgStore {
  /** The registry as it stands. */
  view(): View;
  /** The other records (`durable` and `transient`) as they are at this moment. May show expired records. */
  readonly live: Reader;
  /**
   * Applies all changes or none, and answers when what must be on disk is on disk. Resolves to the conflict that refused
   * it, or to undefined when it was applied.
   * @param at epoch milliseconds of the org's clock: decides which records have expired
   * @param from the view the changes were worked out from: a commit from before a swap is refused
   * @throws {StoreFailure} when the disk refused; nothing was applied
   */
  commit(changes: readonly Change[], at: number, from?: View): Promise<Conflict | undefined>;
  /** Replaces the org's records in one step and starts a new generation; transient records are dropped. */
  swap(snapshot: Snapshot): Promise<void>;
  snapshot(): Snapshot;
}

/** All orgs of one process. */
export interface Store {
  /** The org's records; an org that was never heard of is empty. */
  org(id: string): OrgStore;
  /** Ids of the orgs that hold records. */
  orgs(): readonly string[];
  /** Waits for what is being written, then lets go of the file. */
  close(): Promise<void>;
}

/** The store could not do its work; the message is a sentence for the person who runs the program. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
}
