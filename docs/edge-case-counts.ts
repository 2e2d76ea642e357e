/** Our list of everything a resource authorization server must be asked: how long it is, and what of it no row expresses. */
import type { Group } from '../src/edge-cases/edge-case.js';

/** Lines of the list by group, and the ids that stand in them: a line may have several. */
export const CATALOGUED: Readonly<Record<Exclude<Group, 'own'>, { readonly lines: number; readonly ids: number }>> = {
  A0: { lines: 43, ids: 45 },
  A1: { lines: 46, ids: 46 },
  A2: { lines: 21, ids: 23 },
  A3: { lines: 33, ids: 35 },
  A4: { lines: 25, ids: 25 },
  A5: { lines: 33, ids: 36 },
  A6: { lines: 30, ids: 30 },
  A7: { lines: 13, ids: 14 },
  A8: { lines: 24, ids: 30 },
  A9: { lines: 21, ids: 22 },
  A10: { lines: 19, ids: 21 },
  A11: { lines: 19, ids: 22 },
  A12: { lines: 20, ids: 22 },
};

/** Rows of ours beyond that list: what the documents of a server must say so that a client finds its way. */
export const BEYOND: readonly { readonly name: string; readonly group: Group }[] = [
  { name: 'meta-issuer-differs', group: 'A11' },
  { name: 'meta-resource-differs', group: 'A11' },
];

/** An id without a row. */
export interface NotExpressed {
  readonly id: string;
  readonly group: Group;
  readonly why: string;
}

export const NOT_EXPRESSED: readonly NotExpressed[] = [];
