/** What a probe would do, said before anything is sent: hosts, cases, requests, waits, and what is left out. Pure. */
import { type EdgeCase, GROUPS, type Group } from '../edge-cases/edge-case.js';
import { whyNot } from './applicable.js';
import type { Bench } from './bench.js';
import { byReason, type Reason } from './in-words.js';
import type { Case } from './selection.js';
import { waitOf } from './waits.js';

type Known = Pick<Bench, 'options' | 'given' | 'target' | 'learnt' | 'restart'>;

/** The case, what goes before it, and its good twin. */
const requestsOf = ({ before = [] }: EdgeCase) => before.reduce((sum, { times }) => sum + times, 2);

const notRunLines = (reasons: readonly Reason[]) =>
  reasons.flatMap(({ why, names }) => [
    `  ${String(names.length).padStart(3)}  ${why}`,
    `       ${names.slice(0, 6).join(', ')}${names.length > 6 ? ', …' : ''}`,
  ]);

/** About how long, as a person says it. */
const lasting = (milliseconds: number) =>
  milliseconds < 90_000 ? `${Math.ceil(milliseconds / 1000)} s` : `${Math.ceil(milliseconds / 60_000)} min`;

/**
 * The plan, for a terminal. What the documents of the server would tell is not known yet: such cases count as left out.
 * @param hosts that may be asked
 */
export function planOf(cases: readonly Case[], known: Known, hosts: readonly string[]): string {
  const told = cases.map(({ row }) => ({ row, name: row.name, why: whyNot(row, known) }));
  const reasons = byReason(told.filter((one): one is typeof one & { why: string } => one.why !== undefined));
  const rows = told.filter(({ why }) => why === undefined).map(({ row }) => row);
  const waits = rows
    .map((row) => ({ name: row.name, ...waitOf(row, known.options) }))
    .filter(({ kind }) => kind !== 'none');
  const requests = rows.reduce((sum, row) => sum + requestsOf(row), 0);
  const groups = (Object.keys(GROUPS) as Group[]).map(
    (group) => [group, rows.filter((row) => row.group === group).length] as const,
  );
  return [
    'Nothing was sent. The probe would',
    `  ask these hosts and no others: ${[...new Set(hosts)].join(', ')}`,
    `  fire ${rows.length} of ${cases.length} cases, each with a good token right after it: about ${requests} requests, one at a time`,
    `  stop after ${known.options.timeout / 1000} s without an answer, and after five cases in a row whose good twin is refused`,
    ...groups
      .filter(([, count]) => count > 0)
      .map(([group, count]) => `    ${group.padEnd(4)} ${String(count).padStart(3)}  ${GROUPS[group]}`),
    ...(waits.length > 0
      ? ['Waits, at most:', ...waits.map(({ name, about }) => `  ${lasting(about).padStart(6)}  ${name}`)]
      : []),
    ...(reasons.length > 0
      ? ['Left out, unless the metadata of the server say otherwise:', ...notRunLines(reasons)]
      : []),
    '',
  ].join('\n');
}
