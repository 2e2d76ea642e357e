/** What all results come to: counts, and the outcome that a pipeline stops at. Pure. */
import { GROUPS, type Group, SEVERITIES, type Severity } from '../edge-cases/edge-case.js';
import { numbered } from './in-words.js';
import { type Counts, type Outcome, type Report, type Result, STATUSES, type Status, type Step } from './report.js';

const NAMES = Object.keys(STATUSES) as Status[];

const countsOf = (results: readonly Result[]): Counts =>
  Object.fromEntries(NAMES.map((name) => [name, results.filter(({ status }) => status === name).length])) as Counts;

/** From the worst. Good clients that are turned away are no question of severity: they always count. */
const RANK: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** Whether a failure of that severity stops a pipeline that stops at `failOn`. */
export function counts(severity: Severity, failOn: Severity): boolean {
  if (severity === 'interoperability') return true;
  return RANK.indexOf(severity) <= (failOn === 'interoperability' ? -1 : RANK.indexOf(failOn));
}

const open = ({ status, accepted }: Result) => status === 'fail' && !accepted;

interface Ended {
  readonly outcome: Outcome;
  readonly sentence: string;
}

function endOf(results: readonly Result[], preflight: readonly Step[], failOn: Severity): Ended {
  const stopped = preflight.find(({ step, outcome }) => outcome === 'failed' && step === 'A good token is granted');
  if (stopped) return { outcome: 'could-not-run', sentence: `No case was fired: ${stopped.cause} ${stopped.advice}` };
  const failures = results.filter(open);
  const stopping = failures.filter(({ severity }) => counts(severity, failOn));
  const errors = results.filter(({ status }) => status === 'error');
  const unknown = results.filter(({ status }) => status === 'not-run').length;
  const known = results.length - unknown - errors.length;
  const rest = unknown > 0 ? ` ${numbered(unknown, 'case')} could not be run here; the report says why.` : '';
  if (stopping.length > 0) {
    const sentence = `${numbered(stopping.length, 'failure')} of ${numbered(known, 'case')}, from ${failOn} severity on.${rest}`;
    return { outcome: 'failures', sentence };
  }
  if (errors.length > 0 || known === 0) {
    const what =
      known === 0 && errors.length === 0
        ? 'No case could be run'
        : `${numbered(errors.length, 'case')} went wrong for another reason`;
    return { outcome: 'could-not-run', sentence: `${what}: nothing is known of them.${rest}` };
  }
  const borne = failures.length > 0 ? `, ${numbered(failures.length, 'failure')} below ${failOn}` : '';
  const accepted = results.filter((one) => one.accepted).length;
  const excused = accepted > 0 ? `, ${numbered(accepted, 'failure')} accepted by the baseline` : '';
  return {
    outcome: 'conformant',
    sentence: `No failure that counts in ${numbered(known, 'case')}${borne}${excused}.${rest}`,
  };
}

/** Counts and outcome. */
export function summarized(
  results: readonly Result[],
  preflight: readonly Step[],
  failOn: Severity,
): Pick<Report, 'counts' | 'groups' | 'severities' | 'outcome' | 'sentence'> {
  const groups = (Object.keys(GROUPS) as Group[])
    .map((group) => ({ group, title: GROUPS[group], own: results.filter((one) => one.group === group) }))
    .filter(({ own }) => own.length > 0);
  const of = (severity: Severity) => results.filter((one) => one.severity === severity);
  return {
    counts: countsOf(results),
    groups: groups.map(({ group, title, own }) => ({ group, title, counts: countsOf(own) })),
    severities: (Object.keys(SEVERITIES) as Severity[]).map((severity) => ({
      severity,
      failed: of(severity).filter(open).length,
      warned: of(severity).filter(({ status }) => status === 'warn').length,
    })),
    ...endOf(results, preflight, failOn),
  };
}
