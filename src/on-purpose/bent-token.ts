/** A token of the org with the edits of edge cases made to it: whether they can be combined, and made to this token. */
import { combined, contradiction, type NamedEdits } from '../edge-cases/combined.js';
import { type EdgeCase, situationOf, tokenEditsOf } from '../edge-cases/edge-case.js';
import type { TokenEdits } from '../edge-cases/token-edits.js';
import { type Mistake, mistake } from '../protocol/mistake.js';
import { isKnown } from '../protocol/rule.js';
import { type Bending, bend, obstacles, putsNothing } from '../tokens/bend/bend.js';
import { type AtHand, bendingFor, type Given, missingFor } from './bending.js';

/** Edits that do not contradict each other: each by its name, and all as one. */
export interface Edited {
  readonly all: readonly NamedEdits[];
  readonly edits: TokenEdits;
}

/** The edits of edge cases, and others beside them; or why they cannot be made to one token. */
export function editedBy(rows: readonly EdgeCase[], others: readonly NamedEdits[] = []): Edited | Mistake {
  const named = rows.map((row) => ({ name: row.name, edits: tokenEditsOf(row), situation: situationOf(row) }));
  const all = [...named, ...others];
  const clash = contradiction(all);
  return clash ? mistake('edgeCases', clash) : { all, edits: combined(all) };
}

/** Why the edits cannot be made to this token, or would make nothing of it. */
function obstacleFor({ name, edits }: NamedEdits, { unsigned }: AtHand, bending: Bending): Mistake | undefined {
  const [obstacle] = obstacles(edits, bending.known.values);
  if (obstacle !== undefined) return mistake('edgeCases', `${name}: ${obstacle}`);
  const vain = putsNothing(unsigned, edits, bending);
  return vain ? mistake('edgeCases', `${name} would change nothing: the good token is like that`) : undefined;
}

/** The opaque token that the edits would have to change. */
export function opaqueProblem({ all, edits }: Edited): Mistake | undefined {
  const { token: _, ...changing } = edits;
  if (Object.keys(changing).length === 0) return undefined;
  const names = all.map(({ name }) => name).join(', ');
  return mistake('edgeCases', `a refresh token is opaque: ${names} cannot change it`);
}

/** The token as the edits make it; or what it lacks for them. The server it is of must be able to sign. */
export function bentToken(atHand: AtHand, { all, edits }: Edited, given: Given): string | Mistake {
  const bending = bendingFor(atHand, given);
  for (const one of all) {
    const missing = missingFor(one, bending) ?? obstacleFor(one, atHand, bending);
    if (missing) return missing;
  }
  const token = bend(atHand.unsigned, edits, bending);
  return isKnown(token) ? token : mistake('edgeCases', token.problem);
}
