/** The functions of Okta's expression language that this org has: a row each. What Okta leaves open is in decision 9. */
import { problem } from '../../protocol/rule.js';
import { asText, type Outcome, type Value } from './expression.js';

export interface ExpressionFunction {
  /** How many values it takes, in words. */
  readonly takes: string;
  readonly fits: (count: number) => boolean;
  readonly run: (given: readonly Value[]) => Outcome;
}

type OfTexts = (...texts: readonly string[]) => Value;

const ofTexts = (run: OfTexts) => (given: readonly Value[]) => run(...given.map(asText));

const exactly = (count: 1 | 2 | 3, run: ExpressionFunction['run']): ExpressionFunction => ({
  takes: count === 1 ? 'one value' : `${count} values`,
  fits: (given) => given === count,
  run,
});

const one = (run: (text: string) => Value) => exactly(1, ofTexts(run as OfTexts));
const two = (run: (text: string, other: string) => Value) => exactly(2, ofTexts(run as OfTexts));
const three = (run: (text: string, other: string, third: string) => Value) => exactly(3, ofTexts(run as OfTexts));

function before(text: string, searched: string): string {
  return text.slice(0, Math.max(0, text.indexOf(searched)));
}

function after(text: string, searched: string): string {
  const at = text.indexOf(searched);
  return at < 0 ? '' : text.slice(at + searched.length);
}

/** Of the keys, the first one that stands in the text counts. */
function chosen(text: string, otherwise: string, ...pairs: readonly string[]): string {
  const at = pairs.findIndex((key, nth) => nth % 2 === 0 && text.includes(key));
  return at < 0 ? otherwise : (pairs[at + 1] as string);
}

function part([text, from, to]: readonly Value[]): Outcome {
  const whole = asText(text as Value);
  const [begin, end] = [Number(from), Number(to)];
  if (Number.isInteger(begin) && Number.isInteger(end) && begin >= 0 && begin <= end && end <= whole.length) {
    return whole.slice(begin, end);
  }
  return problem(
    `there is nothing from ${asText(from as Value)} to ${asText(to as Value)} in a text of ${whole.length} characters`,
  );
}

/** Okta's deprecated ones: without a prefix, and as its built-in templates write them, with `fn:`. */
const LEGACY = {
  toUpperCase: one((text) => text.toUpperCase()),
  toLowerCase: one((text) => text.toLowerCase()),
  substringBefore: two(before),
  substringAfter: two(after),
  substring: exactly(3, part),
};

const STRING = {
  ...LEGACY,
  append: two((text, suffix) => text + suffix),
  join: {
    takes: 'a separator and at least one text',
    fits: (count) => count >= 2,
    run: ofTexts((separator, ...texts) => texts.join(separator)),
  },
  len: one((text) => text.length),
  removeSpaces: one((text) => text.replaceAll(' ', '')),
  // By functions: "$&" in a replacement means itself.
  replace: three((text, match, other) => text.replaceAll(match, () => other)),
  replaceFirst: three((text, match, other) => text.replace(match, () => other)),
  startsWith: two((text, beginning) => text.startsWith(beginning)),
  stringContains: two((text, searched) => text.includes(searched)),
  stringSwitch: {
    takes: 'a text, what is given otherwise, and pairs of a key and its value',
    fits: (count) => count >= 4 && count % 2 === 0,
    run: ofTexts(chosen as OfTexts),
  },
} satisfies Record<string, ExpressionFunction>;

const named = (prefix: string, functions: Readonly<Record<string, ExpressionFunction>>) =>
  Object.entries(functions).map(([name, row]) => [`${prefix}${name}`, row] as const);

/** By name, as an expression calls them. */
export const FUNCTIONS: ReadonlyMap<string, ExpressionFunction> = new Map([
  ...named('String.', STRING),
  ...named('', LEGACY),
  ...named('fn:', LEGACY),
]);
