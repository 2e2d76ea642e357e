/**
 * Writes a change of the keys of one server together with what undoes it. Every change files the server's history anew, so
 * that of two at once the slower one is worked out again.
 */
import type { Collection, Entity } from '../registry/collection.js';
import { type SigningKey, signingKeys } from '../registry/jwk.js';
import { type KeyChange, type KeyHistory, type KeyStep, keyHistories, MOST_STEPS } from '../registry/key-history.js';
import { type PublishedKey, publishedKeys } from '../registry/published-key.js';
import { type Change, insert, remove, replace, type View } from '../store/port.js';

/** The keys of a server as they are to be; what is absent stays. */
export interface KeysAfter {
  readonly signing?: readonly SigningKey[];
  readonly published?: readonly PublishedKey[];
}

interface Undoing<T> {
  readonly put: T[];
  readonly remove: string[];
}

/** What leads from some records to others, and what leads back. */
function difference<T extends Entity>(collection: Collection<T>, before: readonly T[], after: readonly T[]) {
  const was = new Map(before.map((record) => [record.id, record]));
  const is = new Set(after.map(({ id }) => id));
  const written = after.filter((record) => was.get(record.id) !== record);
  const gone = before.filter(({ id }) => !is.has(id));
  const put = (record: T): Change => {
    const old = was.get(record.id);
    return old ? replace(collection, old, record) : insert(collection, record);
  };
  const undo: Undoing<T> = {
    put: [...written.flatMap(({ id }) => was.get(id) ?? []), ...gone],
    remove: written.map(({ id }) => id).filter((id) => !was.has(id)),
  };
  return { changes: [...written.map(put), ...gone.map((record) => remove(collection, record))], undo };
}

const isNothing = ({ put, remove: ids }: Undoing<unknown>) => put.length + ids.length === 0;

const ownKeys = (view: View, server: string) => ({
  signing: view.findBy(signingKeys, 'server', server),
  published: view.findBy(publishedKeys, 'server', server),
});

function differences(view: View, server: string, after: KeysAfter) {
  const before = ownKeys(view, server);
  const { signing, published } = { ...before, ...after };
  return {
    signing: difference(signingKeys, before.signing, signing),
    published: difference(publishedKeys, before.published, published),
  };
}

function filed(view: View, server: string, steps: (before: readonly KeyStep[]) => KeyStep[]): Change {
  const before = view.get(keyHistories, server);
  const after: KeyHistory = { id: server, steps: steps(before?.steps ?? []) };
  return before ? replace(keyHistories, before, after) : insert(keyHistories, after);
}

/** The changes that make the keys of the server what they are to be. None where they are so already. */
export function keyChanges(view: View, server: string, change: KeyChange, after: KeysAfter): Change[] {
  const { signing, published } = differences(view, server, after);
  if (isNothing(signing.undo) && isNothing(published.undo)) return [];
  const step: KeyStep = { change, signingKeys: signing.undo, publishedKeys: published.undo };
  return [
    filed(view, server, (steps) => [...steps, step].slice(-MOST_STEPS)),
    ...signing.changes,
    ...published.changes,
  ];
}

function undone<T extends Entity>(records: readonly T[], undo: Undoing<T>): T[] {
  const old = [...undo.remove, ...undo.put.map(({ id }) => id)];
  return [...records.filter(({ id }) => !old.includes(id)), ...undo.put];
}

/** A change taken back. */
export interface KeyRollback {
  readonly change: KeyChange;
  readonly changes: readonly Change[];
  /** The server's own signing keys then. */
  readonly signing: readonly SigningKey[];
}

/** Takes the last change back. Undefined: there is none. */
export function keyRollback(view: View, server: string): KeyRollback | undefined {
  const last = view.get(keyHistories, server)?.steps.at(-1);
  if (!last) return undefined;
  const now = ownKeys(view, server);
  const before = undone(now.signing, last.signingKeys);
  const { signing, published } = differences(view, server, {
    signing: before,
    published: undone(now.published, last.publishedKeys),
  });
  const history = filed(view, server, (steps) => steps.slice(0, -1));
  return { change: last.change, changes: [history, ...signing.changes, ...published.changes], signing: before };
}

/** Takes away what belongs to the keys of a server that is deleted. */
export function keyRemovals(view: View, server: string): Change[] {
  const { signing, published } = ownKeys(view, server);
  const history = view.get(keyHistories, server);
  return [
    ...signing.map((key) => remove(signingKeys, key)),
    ...published.map((key) => remove(publishedKeys, key)),
    ...(history ? [remove(keyHistories, history)] : []),
  ];
}
