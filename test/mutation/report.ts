/** What came of a mutation run, as the summary on the terminal and as docs/mutations.md. */
import type { Table } from '../../docs/tables.js';
import { HOWS, type How, type Verdict } from './mutation.js';

/** A rule, and what came of breaking it in each way. */
export interface Row {
  readonly table: Table;
  readonly rule: string;
  readonly verdicts: Readonly<Record<How, Verdict>>;
}

function count(rows: readonly Row[], matches: (verdict: Verdict) => boolean): number {
  return rows.flatMap(({ verdicts }) => HOWS.map((how) => verdicts[how])).filter(matches).length;
}

/** Mutations that no test killed; one that only ran out of time was not killed, either. */
export function survivors(rows: readonly Row[]): number {
  return count(rows, (verdict) => typeof verdict !== 'object');
}

/** The totals, as one sentence. */
export function summary(rows: readonly Row[]): string {
  const killed = count(rows, (verdict) => typeof verdict === 'object');
  const late = count(rows, (verdict) => verdict === 'timed out');
  const all = rows.length * HOWS.length;
  return `${rows.length} rules, ${all} mutations: ${killed} killed, ${survivors(rows) - late} survived, ${late} timed out.`;
}

function cell(verdict: Verdict): string {
  if (typeof verdict === 'object') return `\`${verdict.killedBy}\``;
  return verdict === 'survived' ? 'SURVIVED' : verdict;
}

function section(table: Table, rows: readonly Row[]): string {
  const lines = rows.map(
    ({ rule, verdicts }) => `| \`${rule}\` | ${HOWS.map((how) => cell(verdicts[how])).join(' | ')} |`,
  );
  return [
    `## ${table.title}`,
    '',
    table.about,
    '',
    '| rule | never refuses | inverted |',
    '|---|---|---|',
    ...lines,
  ].join('\n');
}

/** The document. `date` as YYYY-MM-DD. */
export function mutationReport(rows: readonly Row[], date: string): string {
  const tables = [...new Set(rows.map((row) => row.table))];
  return `# Mutations

Every refusal of the org is a rule. Here each rule is broken on purpose, and the tests that guard it are run until a file
fails: that file stands in the cell. *Never refuses* is a rule that always holds; *inverted* is one that refuses what it
should let through, and lets through what it should refuse. SURVIVED means that no test noticed; *timed out* that none
failed, but one did not come to an end.

Written by \`npm run mutate -- --write\` on ${date}, with Node ${process.version}. Not to be edited by hand.

**${summary(rows)}**

${tables
  .map((table) =>
    section(
      table,
      rows.filter((row) => row.table === table),
    ),
  )
  .join('\n\n')}
`;
}
