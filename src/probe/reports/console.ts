/** The report for a terminal: a line while a case ends, and at the end what is to be mended, the worst first. */
import { numbered, type Reason } from '../in-words.js';
import type { Report, Result, Status } from '../report.js';
import { factLines, factsOf } from './facts.js';
import {
  acceptedInWords,
  acceptedOf,
  countsAt,
  countsInWords,
  failuresOf,
  groupsOf,
  notRunByReason,
  STATUS_WORDS,
  WORST_FIRST,
  warningsOf,
  withStatus,
} from './views.js';
import { cut, onOneLine } from './visible.js';

export interface ConsoleOptions {
  readonly color: boolean;
}

/** Beyond these a failure gets a line: the rest of it is in the written reports. */
const IN_FULL = 10;
const NAMES = 6;
const TEXT = 300;
const LINE = 160;

const MARKS: Readonly<Record<Status, string>> = {
  ...{ pass: '✓', fail: '✗', warn: '!', either: '~', 'not-run': '·', error: '?' },
};
/** Parameters of the escape sequence that begins them. */
const STYLES = {
  ...{ pass: '32', fail: '1;31', warn: '33', either: '36', 'not-run': '2', error: '35', bold: '1' },
} as const;

type Paint = (style: keyof typeof STYLES, text: string) => string;

function painter({ color }: ConsoleOptions): Paint {
  return (style, text) => (color ? `\x1b[${STYLES[style]}m${text}\x1b[0m` : text);
}

function short(text: string): string {
  return cut(onOneLine(text), LINE);
}

/** One finished case. */
export function consoleLine({ name, status, severity, why }: Result, options: ConsoleOptions): string {
  const told = status === 'pass' ? '' : `: ${short(why)}`;
  const grade = status === 'fail' ? ` (${severity})` : '';
  return `${painter(options)(status, MARKS[status])} ${short(name)}${grade}${told}`;
}

/** A heading with lines below it, or nothing. */
function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines, ''];
}

function failures(report: Report, options: ConsoleOptions): readonly string[] {
  const paint = painter(options);
  const all = failuresOf(report);
  const inFull = all.slice(0, IN_FULL).flatMap((result) => {
    const { name, severity, why } = result;
    const grade = countsAt(report, severity) ? severity : `${severity}, does not count here`;
    return [
      '',
      `${paint('fail', `✗ ${short(name)}`)} (${grade})`,
      `  ${short(why)}`,
      factLines(factsOf(result, TEXT), '    '),
    ];
  });
  const rest = all.slice(IN_FULL).map((result) => `  ${consoleLine(result, options)}`);
  const more =
    rest.length > 0 ? ['', `And ${numbered(rest.length, 'more failure')}, in full in the written reports:`] : [];
  return section(paint('bold', numbered(all.length, 'failure')), [...inFull, ...more, ...rest]);
}

function errors(report: Report, options: ConsoleOptions): readonly string[] {
  const lines = withStatus(report, 'error').map((result) => `  ${consoleLine(result, options)}`);
  return section(painter(options)('bold', 'Went wrong for another reason'), lines);
}

function baseline(report: Report, { color }: ConsoleOptions): readonly string[] {
  const accepted = acceptedOf(report).map(
    ({ name, accepted: { reason, expires } }) => `  ${short(name)}: until ${expires}. ${short(reason)}`,
  );
  const stale = report.baseline?.stale.map(({ name, why }) => `  ${short(name)}: to be taken out. ${short(why)}`) ?? [];
  const expired = report.baseline?.expired.map((name) => `  ${short(name)}: expired, so it counts again.`) ?? [];
  return section(painter({ color })('bold', 'Baseline'), [...accepted, ...stale, ...expired]);
}

function preflight(report: Report, options: ConsoleOptions): readonly string[] {
  const lines = report.preflight
    .filter(({ outcome }) => outcome === 'failed')
    .flatMap(({ step, found, cause, advice }) =>
      [`  ${step}: ${found}`, cause && `    ${cause}`, advice && `    ${advice}`].filter((line) => line !== undefined),
    );
  return section(painter(options)('bold', 'Before the first case'), lines.map(visibleLine));
}

/** The indent stays. */
function visibleLine(line: string): string {
  return line.replace(/\S.*/s, (text) => cut(onOneLine(text), TEXT));
}

function observed(report: Report, options: ConsoleOptions): readonly string[] {
  const lines = report.observed.map(({ what, seen }) => `  ${short(what)}: ${short(seen)}`);
  return section(painter(options)('bold', 'Observed, where both are right'), lines);
}

function reasonLine({ why, names }: Reason): string {
  const more = names.length > NAMES ? ', …' : '';
  return `  ${names.length}: ${short(why)}\n     ${short(names.slice(0, NAMES).join(', '))}${more}`;
}

function warnings(report: Report, options: ConsoleOptions): readonly string[] {
  const { alike, single } = warningsOf(report);
  const lines = [...alike.map(reasonLine), ...single.map((result) => `  ${consoleLine(result, options)}`)];
  return section(painter(options)('bold', 'Warnings'), lines);
}

function notRun(report: Report, options: ConsoleOptions): readonly string[] {
  return section(painter(options)('bold', 'Not run'), notRunByReason(report).map(reasonLine));
}

function grid(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const all = [head, ...rows];
  const widths = head.map((_, at) => Math.max(...all.map((row) => (row[at] as string).length)));
  return all.map(
    (row) =>
      `  ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] as number) : cell.padStart(widths[at] as number))).join('  ')}`,
  );
}

function tables(report: Report): readonly string[] {
  const groups = groupsOf(report).map(({ group, title, counts }) => [
    `${group} ${short(title)}`,
    ...WORST_FIRST.map((status) => String(counts[status] || '·')),
  ]);
  const severities = report.severities.map(({ severity, failed, warned }) => [
    severity,
    String(failed),
    String(warned),
  ]);
  return [
    ...grid(['Group', ...WORST_FIRST.map((status) => STATUS_WORDS[status])], groups),
    '',
    ...grid(['Severity', 'failed', 'warned'], severities),
    '',
  ];
}

/** What stands at the end of a run; the outcome last, where the eye is. */
export function consoleSummary(report: Report, options: ConsoleOptions): string {
  const style = report.outcome === 'conformant' ? 'pass' : 'fail';
  return [
    ...preflight(report, options),
    ...failures(report, options),
    ...errors(report, options),
    ...baseline(report, options),
    ...warnings(report, options),
    ...observed(report, options),
    ...notRun(report, options),
    ...tables(report),
    `${numbered(report.results.length, 'case')}: ${countsInWords(report.counts)}.${acceptedInWords(report)}`,
    painter(options)(style, onOneLine(report.sentence)),
    '',
  ].join('\n');
}
