/** Edge cases of an org's own: added and taken away. */
import type { EdgeCase } from '../edge-cases/edge-case.js';
import { edgeCasesOf, findEdgeCase } from '../on-purpose/edge-cases.js';
import type { Org } from '../org.js';
import { type Mistake, mistake } from '../protocol/mistake.js';
import { ownEdgeCases } from '../registry/own-edge-case.js';
import { insert, remove } from '../store/port.js';

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
