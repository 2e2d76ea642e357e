/** The edge cases of an org: the library's, and those that its users added; looked up, added and taken away. */
import type { EdgeCase } from '../edge-cases/edge-case.js';
import type { Org } from '../org.js';
import { ownEdgeCases } from '../registry/own-edge-case.js';
import { insert, remove } from '../store/port.js';
import { type Mistake, mistake } from './mistake.js';

/** Every edge case by name. Where the org has one of its own under a name that has come into the library since, that of the library counts. */
export async function edgeCasesOf(org: Org): Promise<ReadonlyMap<string, EdgeCase>> {
  const own = org.store.view().list(ownEdgeCases);
  const library = await org.edgeCases.rows();
  return own.length === 0 ? library : new Map([...own.map(({ row }) => [row.name, row] as const), ...library]);
}

/** Names that share a part with it, those that begin alike first. */
function namesLike(name: string, all: readonly string[]): readonly string[] {
  const parts = name.split('-');
  const beginsAlike = (one: string) => Number(one.startsWith(`${parts[0]}-`));
  const like = all.filter((one) => parts.some((part) => part.length > 2 && one.includes(part)));
  return like.sort((one, other) => beginsAlike(other) - beginsAlike(one)).slice(0, 5);
}

/** The edge case of that name, or that there is none, with the names that are most like it. */
export async function findEdgeCase(org: Org, name: string): Promise<EdgeCase | Mistake> {
  const all = await edgeCasesOf(org);
  const found = all.get(name);
  if (found) return found;
  const like = namesLike(name, [...all.keys()]);
  const hint = like.length > 0 ? `; there are ${like.join(', ')}` : '; GET /_mock/edge-cases lists them';
  return mistake('edgeCases', `there is no edge case ${JSON.stringify(name)}${hint}`);
}

/** Adds rows, all of them or none. */
export async function addEdgeCases(org: Org, rows: readonly EdgeCase[]): Promise<readonly EdgeCase[] | Mistake> {
  const all = await edgeCasesOf(org);
  const names = rows.map(({ name }) => name);
  const twice = names.findIndex((name, at) => all.has(name) || names.indexOf(name) !== at);
  const taken = (at: number) =>
    mistake(`[${at}].name`, `there is an edge case ${names[at]} already; name it otherwise`);
  if (twice !== -1) return taken(twice);
  const changes = rows.map((row) => insert(ownEdgeCases, { id: row.name, row }));
  const conflict = await org.store.commit(changes, org.clock.now());
  // Somebody else was faster: what they added shows when it is looked at again.
  return conflict ? addEdgeCases(org, rows) : rows;
}

/** Takes away a row that was added. One of the library stays. */
export async function removeEdgeCase(org: Org, name: string): Promise<undefined | Mistake> {
  const own = org.store.view().get(ownEdgeCases, name);
  const found = own ?? (await findEdgeCase(org, name));
  if ('mistake' in found) return found;
  if (!own) return mistake('name', `${name} comes with the program or from a file, and stays`);
  await org.store.commit([remove(ownEdgeCases, own)], org.clock.now());
  return undefined;
}
