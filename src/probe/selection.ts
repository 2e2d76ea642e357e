/** Which cases are fired: those of the catalogue that the user selects, with the answers that the settings demand. Pure. */
import type { EdgeCase } from '../edge-cases/edge-case.js';
import { acceptedBy } from './baseline.js';
import { demandsOf } from './demands.js';
import type { ProbeOptions } from './options.js';

/** A case as it is fired. */
export interface Case {
  /** With the answers that count here. */
  readonly row: EdgeCase;
  /** The user demands them, whatever the sources allow. */
  readonly demanded: boolean;
}

type Selecting = Pick<ProbeOptions, 'select' | 'settings' | 'baseline' | 'conditions'>;

/** Cases about a user whom the server does not know: one that creates users may grant them, to somebody new. */
const OF_STRANGERS = ['sub-unknown', 'sub-whitespace', 'sub-case', 'sub-unicode'];

function forJit(row: EdgeCase): EdgeCase {
  if (!OF_STRANGERS.includes(row.name)) return row;
  return { ...row, expect: [...row.expect, 'ok'], checks: ['subject-is-another-user'] };
}

const among = <T>(list: readonly T[] | undefined, one: T) => list === undefined || list.includes(one);

/** @param today such as `2026-11-28` */
export function selected(
  rows: Iterable<EdgeCase>,
  { select, settings, baseline, conditions }: Selecting,
  today: string,
): readonly Case[] {
  const demands = demandsOf(settings);
  return [...rows]
    .filter(({ group, level, severity, name }) => {
      const { groups, levels, severities, names } = select;
      return among(groups, group) && among(levels, level) && among(severities, severity) && among(names, name);
    })
    .filter(({ name }) => !select.sinceBaseline || !acceptedBy(baseline, name, today))
    .map((row) => (conditions.jit ? forJit(row) : row))
    .map((row) => {
      const expect = demands.get(row.name);
      return { row: expect ? { ...row, expect: [...expect] } : row, demanded: expect !== undefined };
    });
}

/** Names that were asked for and that no case has. */
export function unknownNames(rows: ReadonlyMap<string, EdgeCase>, { select }: Selecting): readonly string[] {
  return (select.names ?? []).filter((name) => !rows.has(name));
}
