/** The baseline: failures that are known and accepted by name, each with a reason and a last day. Pure. */
import type { Baseline } from './options.js';
import type { Report, Result } from './report.js';

/** As the baseline has it: `2026-11-28`. */
export const dayOf = (date: Date) => date.toISOString().slice(0, 10);

/** The entry that accepts a failure of that name on that day (`2026-11-28`), if any. */
export function acceptedBy(baseline: Baseline | undefined, name: string, today: string) {
  return baseline?.accepted.find((entry) => entry.name === name && entry.expires >= today);
}

/** A failure that the baseline accepts says so; everything else is as it was. */
export function withBaseline(result: Result, baseline: Baseline | undefined, today: string): Result {
  const entry = result.status === 'fail' ? acceptedBy(baseline, result.name, today) : undefined;
  return entry ? { ...result, accepted: { reason: entry.reason, expires: entry.expires } } : result;
}

const STALE: Partial<Record<Result['status'], string>> = {
  pass: 'it passes now',
  either: 'it passes now',
  warn: 'it does not fail any more',
};

/** Which entries did their work, and which are to be taken out. */
export function baselineReport(
  baseline: Baseline | undefined,
  results: readonly Result[],
  known: ReadonlySet<string>,
  today: string,
): Report['baseline'] {
  if (!baseline) return undefined;
  const found = new Map(results.map((result) => [result.name, result]));
  const stale = baseline.accepted.flatMap(({ name }) => {
    if (!known.has(name)) return [{ name, why: 'there is no such case' }];
    const why = STALE[found.get(name)?.status as Result['status']];
    return why ? [{ name, why }] : [];
  });
  return {
    accepted: results.filter(({ accepted }) => accepted).map(({ name }) => name),
    stale,
    expired: baseline.accepted.filter(({ expires }) => expires < today).map(({ name }) => name),
  };
}
