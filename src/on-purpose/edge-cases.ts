/** The edge cases of an org: the library's, and those that its users added; looked up by name. */
import type { EdgeCase } from '../edge-cases/edge-case.js';
import type { Org } from '../org.js';
import { isMistake, type Mistake, mistake } from '../protocol/mistake.js';
import { ownEdgeCases } from '../registry/own-edge-case.js';

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

/** The edge cases of those names, or the first that is none. */
export async function findEdgeCaseList(org: Org, names: readonly string[]): Promise<readonly EdgeCase[] | Mistake> {
  const rows: EdgeCase[] = [];
  for (const name of names) {
    const row = await findEdgeCase(org, name);
    if (isMistake(row)) return row;
    rows.push(row);
  }
  return rows;
}
