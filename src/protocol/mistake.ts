/** What is wrong with a request to the control API: where, and a sentence that says what to do. */

export interface Mistake {
  /** Path of the bad value, such as `claims.set.exp`. */
  readonly path: string;
  /** Without a subject where the path is one. */
  readonly mistake: string;
}

export function mistake(path: string, says: string): Mistake {
  return { path, mistake: says };
}

export function isMistake(outcome: unknown): outcome is Mistake {
  return typeof outcome === 'object' && outcome !== null && 'mistake' in outcome;
}
