/**
 * What a collection of records is: its schema, how long its records live, and the keys they are found by. Declared
 * beside each noun's schema, read by every store engine.
 */
import type * as z from 'zod';

/** Every record is addressed by its id within one org. */
export interface Entity {
  readonly id: string;
  /** Epoch milliseconds after which the record counts as absent and may be dropped; absent: lives until removed. */
  readonly expiresAt?: number | undefined;
}

/**
 * - `registry`: what an administrator edits; part of the immutable view, on disk.
 * - `durable`: grows with use (grants, refresh tokens); outside the view, on disk.
 * - `transient`: minutes of life (codes, sessions, spent `jti`s); outside the view, never on disk.
 */
export type Lifetime = 'registry' | 'durable' | 'transient';

/** A named set of records of one shape. */
export interface Collection<T extends Entity> {
  readonly name: string;
  readonly lifetime: Lifetime;
  readonly schema: z.ZodType<T>;
  /** Index name -> the keys under which a record is found (none, one or several). */
  readonly indexes: Readonly<Record<string, (record: T) => readonly string[]>>;
  /** Names of the indexes in which a key may belong to one record only. */
  readonly unique: readonly string[];
}

/** The engine's view of a collection, whatever its records are. */
// biome-ignore lint/suspicious/noExplicitAny: a list of collections of different records has no narrower element type
export type AnyCollection = Collection<any>;

/** Declares a collection; `indexes` and `unique` default to none. */
export function collection<T extends Entity>(
  declared: Pick<Collection<T>, 'name' | 'lifetime' | 'schema'> & Partial<Pick<Collection<T>, 'indexes' | 'unique'>>,
): Collection<T> {
  return { indexes: {}, unique: [], ...declared };
}
