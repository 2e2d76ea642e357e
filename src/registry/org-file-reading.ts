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

/** What reading a file gathers: its mistakes so far, and ids by the names they may be referred to. */
export interface Reading {
  readonly mistakes: string[];
  readonly ids: Map<string, string>;
  readonly created: string;
}

/** Records that a thing of `kind` may be referred to by its name or its id; a second one of that name is a mistake. */
export function introduce(
  reading: Reading,
  kind: IdKind,
  path: Path,
  name: string,
  id = idFromName(kind, name),
): string {
  for (const key of new Set([name, id])) {
    if (reading.ids.has(`${kind}\n${key}`)) {
      reading.mistakes.push(`${written(path)}: there is another ${kind} "${key}"`);
    }
    reading.ids.set(`${kind}\n${key}`, id);
  }
  return id;
}

/** The id that a reference means; an unknown one is a mistake. */
export function resolve(reading: Reading, kind: IdKind, path: Path, reference: string): string {
  const id = reading.ids.get(`${kind}\n${reference}`);
  if (id === undefined) reading.mistakes.push(`${written(path)}: there is no ${kind} "${reference}" in this file`);
  return id ?? '';
}

export function resolveAll(reading: Reading, kind: IdKind, path: Path, references: readonly string[]): string[] {
  return references.map((reference, at) => resolve(reading, kind, [...path, at], reference));
}
