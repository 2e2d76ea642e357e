/**
 * Reading an org file: names introduced and references resolved, mistakes gathered with the path of the value instead of
 * stopping at the first.
 */
import { type IdKind, idFromName } from '../protocol/ids.js';

export type Path = readonly (string | number)[];

/** `["users", 2, "profile"]` as `users[2].profile`. */
export function written(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
}

/** What reading a file gathers: its mistakes so far, and ids by what they may be referred to. */
export interface Reading {
  readonly mistakes: string[];
  readonly ids: Map<string, string>;
  readonly created: string;
}

/** The id of a thing: as written, or made from its name. */
export function ownId(kind: IdKind, name: string, id = idFromName(kind, name)): string {
  return id;
}

const keyOfId = (kind: IdKind, id: string) => `${kind} of id\n${id}`;
const keyOfName = (kind: IdKind, name: string) => `${kind} of name\n${name}`;

/** Records that a thing of `kind` may be referred to by its id or its name; a second one of either is a mistake. */
export function introduce(reading: Reading, kind: IdKind, path: Path, name: string, given?: string): void {
  const id = ownId(kind, name, given);
  for (const [key, shown] of [
    [keyOfName(kind, name), name],
    [keyOfId(kind, id), id],
  ] as const) {
    if (reading.ids.has(key)) reading.mistakes.push(`${written(path)}: there is another ${kind} "${shown}"`);
    reading.ids.set(key, id);
  }
}

/** The id that a reference means, if any. An id goes before a name: one thing's name may be the id of another. */
export function lookUp(reading: Reading, kind: IdKind, reference: string): string | undefined {
  return reading.ids.get(keyOfId(kind, reference)) ?? reading.ids.get(keyOfName(kind, reference));
}

/** The id that a reference means; an unknown one is a mistake. */
export function resolve(reading: Reading, kind: IdKind, path: Path, reference: string): string {
  const id = lookUp(reading, kind, reference);
  if (id === undefined) reading.mistakes.push(`${written(path)}: there is no ${kind} "${reference}" in this file`);
  return id ?? '';
}

export function resolveAll(reading: Reading, kind: IdKind, path: Path, references: readonly string[]): string[] {
  return references.map((reference, at) => resolve(reading, kind, [...path, at], reference));
}
