/** The catalogue: every edge case that comes with the program, and what it is searched by. */
import { EdgeCase, type EdgeCaseInput, GROUPS, type Verdict, verdictOf } from './edge-case.js';

/** The rows as they are written; loaded only when somebody asks. */
async function shippedRows(): Promise<readonly EdgeCaseInput[]> {
  const { ROWS } = await import('./rows.js');
  return ROWS;
}

/** The first of the names that an edge case of the program has. */
export async function shippedName(names: readonly string[]): Promise<string | undefined> {
  const shipped = new Set((await shippedRows()).map(({ name }) => name));
  return names.find((name) => shipped.has(name));
}

/** The edge cases that come with the program, by name. */
export async function shippedEdgeCases(): Promise<ReadonlyMap<string, EdgeCase>> {
  return new Map((await shippedRows()).map((row) => [row.name, EdgeCase.parse(row)]));
}

/** What the catalogue is searched by; everything given must hold. */
export interface Search {
  readonly group?: string | undefined;
  readonly level?: string | undefined;
  readonly severity?: string | undefined;
  readonly verdict?: Verdict | undefined;
  /** In the name, or in a sentence. */
  readonly q?: string | undefined;
}

function speaksOf({ name, differs, note }: EdgeCase, words: string): boolean {
  return [name, differs, note].some((text) => text.toLowerCase().includes(words.toLowerCase()));
}

export function findEdgeCases(all: Iterable<EdgeCase>, { verdict, q, ...exact }: Search): readonly EdgeCase[] {
  const wanted = Object.entries(exact).filter(([, value]) => value !== undefined) as ['group', string][];
  const groups = Object.keys(GROUPS);
  return [...all]
    .filter((row) => wanted.every(([member, value]) => row[member] === value))
    .filter((row) => verdict === undefined || verdictOf(row) === verdict)
    .filter((row) => q === undefined || speaksOf(row, q))
    .sort((one, other) => groups.indexOf(one.group) - groups.indexOf(other.group));
}
