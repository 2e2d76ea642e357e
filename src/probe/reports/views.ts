/** The results of a report in the order in which a person reads them: by status, by severity, by reason. */
import { SEVERITIES, type Severity } from '../../edge-cases/edge-case.js';
import { byReason, type Reason } from '../in-words.js';
import type { Exchange, Report, Result, Status } from '../report.js';
import { counts } from '../summary.js';

export const SEVERITY_NAMES = Object.keys(SEVERITIES) as Severity[];

/** The statuses in a word, and of what is to be read first. */
export const STATUS_WORDS: Readonly<Record<Status, string>> = {
  fail: 'failed',
  error: 'went wrong',
  warn: 'warned',
  either: 'either way',
  'not-run': 'not run',
  pass: 'passed',
};
export const WORST_FIRST = Object.keys(STATUS_WORDS) as Status[];

export const OUTCOME_WORDS: Readonly<Record<Report['outcome'], string>> = {
  conformant: 'Conformant',
  failures: 'Failures',
  'could-not-run': 'Could not run',
};

/** Stands on whatever a person reads. */
export const TESTING_ONLY =
  'For testing only: the tokens are wrong on purpose, and the keys that signed them are public.';

function rank({ severity }: Result): number {
  return SEVERITY_NAMES.indexOf(severity);
}

/** The worst first. */
export function withStatus({ results }: { readonly results: readonly Result[] }, status: Status): readonly Result[] {
  return results.filter((result) => result.status === status).sort((one, other) => rank(one) - rank(other));
}

export function failuresOf(report: Report): readonly Result[] {
  return withStatus(report, 'fail').filter(({ accepted }) => accepted === undefined);
}

export type AcceptedResult = Result & { readonly accepted: NonNullable<Result['accepted']> };

function isAccepted(result: Result): result is AcceptedResult {
  return result.accepted !== undefined;
}

/** The failures that the baseline accepts. */
export function acceptedOf(report: Report): readonly AcceptedResult[] {
  return withStatus(report, 'fail').filter(isAccepted);
}

/** A sentence to stand after the counts, which have these in them. */
export function acceptedInWords(report: Report): string {
  const { length } = acceptedOf(report);
  return length > 0 ? ` The baseline accepts ${length} of the failures.` : '';
}

/** Whether a failure of that severity makes the run one with failures. */
export function countsAt(report: Report, severity: Severity): boolean {
  return counts(severity, report.failOn);
}

/** The groups of which there are cases. */
export function groupsOf({ groups }: Report): Report['groups'] {
  return groups.filter(({ counts }) => WORST_FIRST.some((status) => counts[status] > 0));
}

/** What was not run, by why; what holds for most cases first. */
export function notRunByReason(report: Report): readonly Reason[] {
  return byReason(withStatus(report, 'not-run'));
}

/** From so many on, what they are warned of alike is said once: it is the habit of a server, and no mistake of a case. */
const MANY = 3;

export interface Warnings {
  /** What holds for most cases first. */
  readonly alike: readonly Reason[];
  /** The others, the worst first. */
  readonly single: readonly Result[];
}

/** The warnings, those that a server earns everywhere taken together. */
export function warningsOf(report: Report): Warnings {
  const all = withStatus(report, 'warn');
  const alike = byReason(all).filter(({ names }) => names.length >= MANY);
  return { alike, single: all.filter(({ why }) => !alike.some((reason) => reason.why === why)) };
}

/** Of the exchanges of a case the one that is the case. */
export function decisive({ exchanges }: Result): Exchange | undefined {
  return exchanges.find(({ what }) => /\bcase\b/i.test(what)) ?? exchanges.at(-1);
}

/** `2 failed, 30 passed`: what there is none of is left out. */
export function countsInWords(counts: Report['counts']): string {
  const present = WORST_FIRST.filter((status) => counts[status] > 0);
  return present.map((status) => `${counts[status]} ${STATUS_WORDS[status]}`).join(', ') || 'none';
}

/** As at the beginning of a sentence. */
export function titled(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
