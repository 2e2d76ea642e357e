/**
 * The probe notices mutants: the example RAS with one defect put in is caught by the cases that were written for it, takes
 * good tokens as ever, and is not caught without the defect.
 */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { EdgeCase, verdictOf } from '../../src/edge-cases/edge-case.js';
import { ROWS } from '../../src/edge-cases/rows.js';
import { MUTANTS } from './mutants/all.js';
import { printedIn } from './mutants/document.js';
import { asked, CONTROLS, isNoticed, isSound, killers, modelAnswer, QUICK, wrongly } from './mutants/killing.js';
import type { Mutant } from './mutants/mutant.js';
import { played } from './mutants/playing.js';

const once = (names: readonly string[]) => [...new Set(names)];
const ways = once(MUTANTS.map(asked));
const alike = (way: string) => MUTANTS.filter((mutant) => asked(mutant) === way);
const casesOf = (mutants: readonly Mutant[]) => once([...CONTROLS, ...mutants.flatMap(({ killedBy }) => killedBy)]);

t.test('every mutant has a name of its own, and there are enough', async (t) => {
  t.equal(once(MUTANTS.map(({ name }) => name)).length, MUTANTS.length);
  t.ok(MUTANTS.length >= 75, `${MUTANTS.length}`);
});

const printed = printedIn(readFileSync('docs/mutants.md', 'utf8'));

t.test('docs/mutants.md lists every mutant with the cases written for it: npm run mutants', async (t) => {
  const bold = [...printed].map(([name, row]) => [name, row.bold]);
  t.same(Object.fromEntries(bold), Object.fromEntries(MUTANTS.map(({ name, killedBy }) => [name, killedBy])));
});

t.test('no mutant refuses a good token but for those that its defect is about', async (t) => {
  const rows = ROWS.map((row) => EdgeCase.parse(row));
  const good = rows.filter((row) => row.group === 'A0' && verdictOf(row) === 'accept').map(({ name }) => name);
  t.same(
    [...printed].filter(([, { others }]) => others.some((name) => good.includes(name))).map(([name]) => name),
    [],
  );
});

t.test('mutants are noticed', async (t) => {
  const models = new Map<string, Awaited<ReturnType<typeof modelAnswer>>>();
  for (const way of ways) {
    const mutants = alike(way);
    const names = casesOf(mutants);
    const model = await modelAnswer(mutants[0] as Mutant, names);
    models.set(way, model);
    t.same(wrongly(model, names, isSound), [], `the model answer passes what they are killed by: ${way}`);
  }
  for (const mutant of MUTANTS) {
    const { name, killedBy } = mutant;
    const results = await played(mutant, casesOf([mutant]), QUICK);
    const model = models.get(asked(mutant)) as Awaited<ReturnType<typeof modelAnswer>>;
    const by = killers(results, model);
    const others = CONTROLS.filter((control) => !killedBy.includes(control));
    const unnoticed = wrongly(results, killedBy, (result) => isNoticed(result) && by.includes(result.name));
    const refused = wrongly(results, others, ({ status }) => status === 'pass');
    t.same({ unnoticed, refused }, { unnoticed: [], refused: [] }, `${name} is noticed, and takes good tokens`);
  }
});
