/** `npm run mutants`: plays every case that needs no waiting at every mutant, and writes docs/mutants.md. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type EdgeCase, EdgeCase as Row } from '../../../src/edge-cases/edge-case.js';
import { ROWS } from '../../../src/edge-cases/rows.js';
import type { Result } from '../../../src/probe/report.js';
import { phaseOf } from '../../../src/probe/waits.js';
import { MUTANTS } from './all.js';
import { type Killed, mutantsDocument } from './document.js';
import { asked, killers, modelAnswer, QUICK } from './killing.js';
import type { Mutant } from './mutant.js';
import { played } from './playing.js';

const DOCUMENT = fileURLToPath(new URL('../../../docs/mutants.md', import.meta.url));
/** They send so much that they are played for their own mutants only. */
const FLOODS = ['jti-cache-flood', 'key-unknown-kid-flood'];

const rows: readonly EdgeCase[] = ROWS.map((row) => Row.parse(row));
const atOnce = rows.filter((row) => phaseOf(row) !== 'waiting').map(({ name }) => name);
const namesFor = ({ killedBy }: Mutant) => [
  ...new Set([...atOnce.filter((name) => !FLOODS.includes(name)), ...killedBy]),
];

const print = (line: string) => process.stdout.write(`${line}\n`);

/** What the cases come to at the model answer, for each way in which a mutant is probed. */
async function modelAnswers(): Promise<ReadonlyMap<string, ReadonlyMap<string, Result>>> {
  const answers = new Map<string, ReadonlyMap<string, Result>>();
  for (const way of new Set(MUTANTS.map(asked))) {
    const alike = MUTANTS.filter((mutant) => asked(mutant) === way);
    // All of them, once: of the rest the probe says why it does not play them here.
    const rest = way === '{}' ? rows.map(({ name }) => name) : [];
    const names = [...new Set([...alike.flatMap(namesFor), ...rest])];
    answers.set(way, await modelAnswer(alike[0] as Mutant, names));
    print(`model answer  ${way}`);
  }
  return answers;
}

const answers = await modelAnswers();
const all: Killed[] = [];
for (const mutant of MUTANTS) {
  const results = await played(mutant, namesFor(mutant), QUICK);
  const by = killers(results, answers.get(asked(mutant)) as ReadonlyMap<string, Result>);
  const missed = mutant.killedBy.filter((name) => !by.includes(name));
  print(`${missed.length > 0 ? `MISSED by ${missed.join(', ')}` : 'killed'}  ${mutant.name}  ${by.length}`);
  if (missed.length > 0) process.exitCode = 1;
  all.push({ mutant, by });
}

const dead = new Set(all.flatMap(({ by }) => by));
const model = [...(answers.get('{}') as ReadonlyMap<string, Result>).values()];
const left = rows.filter(({ name }) => !dead.has(name));
const whyUnplayed = ({ name }: EdgeCase) => {
  const result = model.find((one) => one.name === name);
  return result?.status === 'not-run' ? result.why : undefined;
};
const unplayed = left.flatMap((row) => {
  const why = whyUnplayed(row);
  return why === undefined ? [] : [{ name: row.name, why }];
});
const survived = left.filter((row) => whyUnplayed(row) === undefined);
if (process.exitCode === undefined) writeFileSync(DOCUMENT, mutantsDocument(all, { survived, unplayed }));
