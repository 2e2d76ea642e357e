/** docs/mutants.md: printed from what a run of all mutants came to, and read again by the test that keeps it fresh. */
import type { EdgeCase } from '../../../src/edge-cases/edge-case.js';
import type { Result } from '../../../src/probe/report.js';
import type { Mutant } from './mutant.js';

export interface Killed {
  readonly mutant: Mutant;
  readonly by: readonly string[];
}

const HEAD = `# Mutants

The example resource server passes the probe. A mutant is that server with one defect put in from outside, such as real
servers have: the probe has to notice each of them. \`npm run mutants\` plays every case at every mutant and writes this file;
\`test/probe/mutants.test.ts\` holds that the cases in bold, which were written for the defect, notice it.

Two cases that flood a server with requests are played only for the mutants they were written for, and so are those that wait
for a key set to be fetched anew. A mutant counts as noticed when a case fails, or warns where its sources only advise.
`;

const listed = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');

function cells({ mutant: { name, defect, killedBy }, by }: Killed): string {
  const others = by.filter((one) => !killedBy.includes(one));
  const cases = [...killedBy.map((one) => `**${one}**`), ...others].join(', ');
  return `| ${name} | ${defect} | ${cases} |`;
}

/** Cases that nothing came of here, with the reason. */
export interface Idle {
  readonly survived: readonly EdgeCase[];
  readonly unplayed: readonly Pick<Result, 'name' | 'why'>[];
}

/** What the address of a run has in it would make another document of every run. */
const lasting = (why: string) =>
  why.startsWith('It cannot be made here') ? 'It cannot be made of the address that the example has.' : why;

/** The cases by the reason that they share. */
function reasons(unplayed: Idle['unplayed']): readonly string[] {
  const whys = [...new Set(unplayed.map(({ why }) => lasting(why)))];
  return whys.map((why) => {
    const alike = unplayed.filter((one) => lasting(one.why) === why);
    return `- ${why} ${listed(alike.map(({ name }) => name))}`;
  });
}

export function mutantsDocument(all: readonly Killed[], { survived, unplayed }: Idle): string {
  const of = (verdict: (row: EdgeCase) => boolean) => listed(survived.filter(verdict).map(({ name }) => name));
  const isEither = ({ expect }: EdgeCase) => expect.includes('ok') && expect.some((one) => one !== 'ok');
  return [
    HEAD,
    `${all.length} mutants, all noticed.\n`,
    '| Mutant | Defect | Cases that notice |',
    '| --- | --- | --- |',
    ...all.map(cells),
    '\n## Cases that no mutant is killed by\n',
    `Played, and there is no mutant with that defect: ${of((row) => !isEither(row)) || 'none'}.\n`,
    `Played, and either answer is right: ${of(isEither) || 'none'}.\n`,
    'Not played here:\n',
    ...reasons(unplayed),
    '',
  ].join('\n');
}

/** A row as it stands in the document. */
export interface Printed {
  readonly bold: readonly string[];
  readonly others: readonly string[];
}

/** The rows by the name of the mutant. */
export function printedIn(document: string): ReadonlyMap<string, Printed> {
  const rows = document.split('\n').filter((line) => /^\| (?!Mutant|---)/.test(line));
  return new Map(
    rows.map((line) => {
      const [, name = '', , cases = ''] = line.split('|').map((one) => one.trim());
      const all = cases.split(', ');
      const bold = all.filter((one) => one.startsWith('**')).map((one) => one.slice(2, -2));
      return [name, { bold, others: all.filter((one) => !one.startsWith('**')) }];
    }),
  );
}
