/** A JSON object as its members in order, each a name and JSON text: so that a name may stand twice, and a text be no JSON. */
import type { Patch } from '../../edge-cases/edits.js';
import type { Value } from '../../edge-cases/values.js';
import { type Known, writeValue } from './written.js';

export type Members = readonly (readonly [name: string, json: string])[];

/** The members of an object as `JSON.stringify` would write them. */
export function membersOf(object: object): Members {
  return Object.entries(object).flatMap(([name, value]) => {
    const json = JSON.stringify(value);
    return json === undefined ? [] : [[name, json] as const];
  });
}

export function jsonOf(members: Members): string {
  return `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
}

/** Replaces members where they stand; those that do not stand there come last. */
function withMembers(members: Members, set: Members): Members {
  const values = new Map(set);
  const replaced = members.map(([name, json]) => [name, values.get(name) ?? json] as const);
  const names = new Set(members.map(([name]) => name));
  return [...replaced, ...set.filter(([name]) => !names.has(name))];
}

/** The members as the patch leaves them. */
export function patched(members: Members, patch: Patch | undefined, known: Known): Members {
  if (!patch) return members;
  const written = (pairs: readonly (readonly [string, unknown])[]) =>
    pairs.map(([name, value]) => [name, writeValue(value as Value, known)] as const);
  const { only, set = {}, remove = [], prepend = [], append = [] } = patch;
  const base = only ? written(Object.entries(only)) : members;
  const removed = new Set(remove);
  const kept = withMembers(base, written(Object.entries(set))).filter(([name]) => !removed.has(name));
  return [...written(prepend), ...kept, ...written(append)];
}
