/** Whether a mutant is killed: what its cases came to, held against what they come to at the model answer. */
import type { Result } from '../../../src/probe/report.js';
import type { Mutant } from './mutant.js';
import { played } from './playing.js';

/**
 * Good tokens that every mutant has to take as ever, so that it dies of its defect and of nothing else. A few: a full run
 * has all of them, and what came of that stands in the document.
 */
export const CONTROLS = [
  ...['ok-baseline', 'ok-aud-array-single', 'ok-act', 'ok-unknown-claims', 'ok-old-key-still-published'],
] as const;

/** Keys that are fetched again soon, so that a case which needs that does not wait for it. */
export const QUICK = { cooldownDuration: 5, cacheMaxAge: 500 };
/** Keys that outlast a flood of unknown kids. */
const CALM = { cooldownDuration: 2500 };

type Results = ReadonlyMap<string, Result>;

/** The model answer, asked as the mutant is. */
export const modelAnswer = ({ probe }: Pick<Mutant, 'probe'>, names: readonly string[]): Promise<Results> =>
  played({ probe: probe ?? {} }, names, probe?.patience === undefined ? CALM : QUICK);

/** What the probe is told besides, as a text to group mutants by. */
export const asked = ({ probe }: Pick<Mutant, 'probe'>): string => JSON.stringify(probe ?? {});

/** A failure, or a warning where the sources only advise. */
export const isNoticed = ({ status, level }: Result): boolean =>
  status === 'fail' || (status === 'warn' && level !== 'MUST');

/** Nothing was found. What cannot be looked at without the defect may well be seen with it. */
export const isSound = (result: Result | undefined): boolean =>
  result !== undefined && !['fail', 'warn', 'error'].includes(result.status);

/** Cases that notice a defect, and find nothing at the model answer. */
export const killers = (results: Results, model: Results): readonly string[] =>
  [...results.values()].filter((one) => isNoticed(one) && isSound(model.get(one.name))).map(({ name }) => name);

/** What those came to that are not as they should be: sentences. */
export const wrongly = (results: Results, names: readonly string[], isRight: (result: Result) => boolean) =>
  names.flatMap((name) => {
    const result = results.get(name);
    if (result && isRight(result)) return [];
    return [`${name}: ${result ? `${result.status}. ${result.why}` : 'was not played'}`];
  });
