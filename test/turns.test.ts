/** Turns at an org: side by side, or alone. */
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import t from 'tap';
import { makeTurns } from '../src/turns.js';

/** Work that ends when it is told to. */
function work<T>(value: T) {
  let end!: () => void;
  let begun = false;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const run = async () => {
    begun = true;
    await ended;
    return value;
  };
  return { run, end, begun: () => begun };
}

t.test('those beside each other do not wait; who works alone waits for them, and they for it', async (t) => {
  const turns = makeTurns();
  const [one, two, alone, late] = [work(1), work(2), work('alone'), work('late')];
  const results = [turns.beside(one.run), turns.beside(two.run), turns.alone(alone.run), turns.beside(late.run)];
  await setImmediate();
  t.strictSame(
    [one, two, alone, late].map((each) => each.begun()),
    [true, true, false, false],
  );
  one.end();
  await setImmediate();
  t.notOk(alone.begun(), 'one of the two is still at work');
  two.end();
  await setImmediate();
  t.strictSame([alone.begun(), late.begun()], [true, false]);
  alone.end();
  late.end();
  t.strictSame(await Promise.all(results), [1, 2, 'alone', 'late']);
});

t.test('what fails hands on its failure, and the turn', async (t) => {
  const turns = makeTurns();
  const fails = async () => {
    throw new Error('no');
  };
  await t.rejects(turns.alone(fails), { message: 'no' });
  await t.rejects(turns.beside(fails), { message: 'no' });
  const both = [turns.alone(fails).catch(() => 'failed'), turns.alone(async () => 'done')];
  t.strictSame(await Promise.all(both), ['failed', 'done']);
  t.equal(await turns.beside(async () => 'beside'), 'beside');
});

t.test('in any order of events, nobody is there while somebody works alone', async (t) => {
  const kinds = fc.array(fc.record({ alone: fc.boolean(), steps: fc.nat(4) }), { maxLength: 30 });
  const property = fc.asyncProperty(kinds, async (asked) => {
    const turns = makeTurns();
    let [there, alone, bad] = [0, 0, 0];
    const run = (isAlone: boolean, steps: number) => async () => {
      there += 1;
      alone += Number(isAlone);
      for (let step = 0; step <= steps; step++) {
        if (alone > 0 && there > 1) bad += 1;
        await setImmediate();
      }
      there -= 1;
      alone -= Number(isAlone);
    };
    const done = asked.map(({ alone: isAlone, steps }) =>
      isAlone ? turns.alone(run(true, steps)) : turns.beside(run(false, steps)),
    );
    await Promise.all(done);
    return bad === 0 && there === 0;
  });
  await t.resolves(fc.assert(property, { numRuns: 100 }));
});
