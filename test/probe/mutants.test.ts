/**
 * The probe notices mutants: the example RAS with one defect put in is caught by the cases that were written for it, takes
 * good tokens as ever, and is not caught without the defect.
 */
import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';
import { MUTANTS } from './mutants/all.js';
import { boldIn } from './mutants/document.js';
import { asked, CONTROLS, isNoticed, isSound, killers, modelAnswer, QUICK, wrongly } from './mutants/killing.js';
import type { Mutant } from './mutants/mutant.js';
import { played } from './mutants/playing.js';

const DOCUMENT = 'docs/mutants.md';

const once = (names: readonly string[]) => [...new Set(names)];
const ways = once(MUTANTS.map(asked));
const alike = (way: string) => MUTANTS.filter((mutant) => asked(mutant) === way);
const casesOf = (mutants: readonly Mutant[]) => once([...CONTROLS, ...mutants.flatMap(({ killedBy }) => killedBy)]);

t.test('every mutant has a name of its own, and there are enough', async (t) => {
  t.equal(once(MUTANTS.map(({ name }) => name)).length, MUTANTS.length);
  t.ok(MUTANTS.length >= 75, `${MUTANTS.length}`);
});

t.test('docs/mutants.md lists every mutant with the cases written for it: npm run mutants', async (t) => {
  const bold = existsSync(DOCUMENT) ? boldIn(readFileSync(DOCUMENT, 'utf8')) : new Map();
  t.same(Object.fromEntries(bold), Object.fromEntries(MUTANTS.map(({ name, killedBy }) => [name, killedBy])));
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
    t.same(
      wrongly(results, killedBy, (result) => isNoticed(result) && by.includes(result.name)),
      [],
      `${name} is noticed`,
    );
    const others = CONTROLS.filter((control) => !killedBy.includes(control));
    t.same(
      wrongly(results, others, ({ status }) => status === 'pass'),
      [],
      `${name} takes good tokens as ever`,
    );
  }
});
