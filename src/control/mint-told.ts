/** What is told beside a minted token: its edge cases, and what a server that validates should make of it. */
import { type EdgeCase, situationOf, type Verdict, verdictOf } from '../edge-cases/edge-case.js';
import type { Situation } from '../edge-cases/situations.js';

/** An edge case as it is told with a token. */
export interface ToldEdgeCase
  extends Pick<EdgeCase, 'name' | 'group' | 'level' | 'severity' | 'expect' | 'source' | 'differs' | 'note'> {
  readonly verdict: Verdict;
  /** What else belongs to the case: the request, what goes before, what is published. Absent: the token is all. */
  readonly situation?: Situation;
}

export function told(row: EdgeCase): ToldEdgeCase {
  const { name, group, level, severity, expect, source, differs, note } = row;
  const situation = situationOf(row);
  return {
    ...{ name, group, level, severity, verdict: verdictOf(row), expect, source, differs, note },
    ...(Object.keys(situation).length > 0 && { situation }),
  };
}

const STRICTEST = ['reject', 'either', 'accept'] as const;

/** What a token should come to; null: nobody says, and `explain` may tell. */
export interface Expected {
  readonly verdict: Verdict | null;
  readonly expect: readonly string[];
}

/**
 * Of several cases the strictest decides. What is changed besides, in a way that no row knows, may make a token bad, but
 * not a bad one good.
 */
export function expectedOf(rows: readonly EdgeCase[], changedBesides: boolean): Expected {
  const verdict = STRICTEST.find((one) => rows.some((row) => verdictOf(row) === one)) ?? 'accept';
  if (changedBesides && verdict !== 'reject') return { verdict: null, expect: [] };
  if (rows.length === 0) return { verdict, expect: ['ok'] };
  const deciding = rows.filter((row) => verdictOf(row) === verdict);
  return { verdict, expect: [...new Set(deciding.flatMap(({ expect }) => expect))] };
}
