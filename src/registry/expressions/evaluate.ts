/** What an expression comes to for given values: pure, bounded, and a sentence where it comes to nothing. */
import { isKnown, problem } from '../../protocol/rule.js';
import { asText, type Expression, MOST_CHARACTERS, type Outcome, problemAt, type Value } from './expression.js';
import { type ExpressionFunction, FUNCTIONS } from './functions.js';

/** What the names of an expression stand for. What is missing is null. */
export type Values = Pick<ReadonlyMap<string, Value>, 'get'>;

type Of<K extends Expression['kind']> = Extract<Expression, { kind: K }>;

const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** Attributes are texts here, of numbers too. */
function asNumber(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && NUMBER.test(value) ? Number(value) : undefined;
}

const numeric =
  (run: (left: number, right: number) => Value) =>
  (left: Value, right: Value): Outcome => {
    const [first, second] = [asNumber(left), asNumber(right)];
    return first === undefined || second === undefined ? problem('needs a number on each side') : run(first, second);
  };

/** What is absent equals an empty text, as in Okta's own samples. */
const same = (left: Value, right: Value) => asText(left) === asText(right);

const OPERATORS: Readonly<Record<string, (left: Value, right: Value) => Outcome>> = {
  '==': same,
  '!=': (left, right) => !same(left, right),
  '<': numeric((left, right) => left < right),
  '>': numeric((left, right) => left > right),
  '<=': numeric((left, right) => left <= right),
  '>=': numeric((left, right) => left >= right),
  '-': numeric((left, right) => left - right),
  '+': (left, right) =>
    typeof left === 'number' && typeof right === 'number' ? left + right : asText(left) + asText(right),
};

/** With the place of what came to it. */
function placed(outcome: Outcome, at: number, what: string): Outcome {
  if (!isKnown(outcome)) return problemAt(at, `${what}: ${outcome.problem}`);
  const tooLong = typeof outcome === 'string' && outcome.length > MOST_CHARACTERS;
  return tooLong ? problemAt(at, `${what}: gives more than ${MOST_CHARACTERS} characters`) : outcome;
}

/** All of them, or the first problem. */
function each(expressions: readonly Expression[], values: Values): readonly Value[] | { readonly problem: string } {
  const known: Value[] = [];
  for (const expression of expressions) {
    const outcome = evaluate(expression, values);
    if (!isKnown(outcome)) return outcome;
    known.push(outcome);
  }
  return known;
}

function condition(expression: Expression, at: number, values: Values): boolean | { readonly problem: string } {
  const outcome = evaluate(expression, values);
  if (typeof outcome === 'boolean' || !isKnown(outcome)) return outcome;
  return problemAt(at, 'what stands before it is neither true nor false');
}

function binary({ sign, sides, at }: Of<'binary'>, values: Values): Outcome {
  if (sign === '&&' || sign === '||') {
    const left = condition(sides[0] as Expression, at, values);
    return left === (sign === '&&') ? condition(sides[1] as Expression, at, values) : left;
  }
  const known = each(sides, values);
  if (!isKnown(known)) return known;
  const [left, right] = known as readonly [Value, Value];
  return placed((OPERATORS[sign] as (typeof OPERATORS)[string])(left, right), at, sign);
}

function unary({ sign, of, at }: Of<'unary'>, values: Values): Outcome {
  const outcome = evaluate(of, values);
  if (!isKnown(outcome)) return outcome;
  if (sign === '!') return typeof outcome === 'boolean' ? !outcome : problemAt(at, '!: needs true or false');
  const number = asNumber(outcome);
  return number === undefined ? problemAt(at, '-: needs a number') : -number;
}

function call({ of, given, at }: Of<'call'>, values: Values): Outcome {
  const known = each(given, values);
  return isKnown(known) ? placed((FUNCTIONS.get(of) as ExpressionFunction).run(known), at, of) : known;
}

function choice({ if: asked, yes, no, at }: Of<'choice'>, values: Values): Outcome {
  const holds = condition(asked, at, values);
  if (typeof holds !== 'boolean') return holds;
  return evaluate(holds ? yes : no, values);
}

function template({ parts }: Of<'template'>, values: Values): Outcome {
  const known = each(parts, values);
  return isKnown(known) ? placed(known.map(asText).join(''), 0, 'the whole') : known;
}

export function evaluate(expression: Expression, values: Values): Outcome {
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'name':
      return values.get(expression.name) ?? null;
    case 'call':
      return call(expression, values);
    case 'binary':
      return binary(expression, values);
    case 'unary':
      return unary(expression, values);
    case 'choice':
      return choice(expression, values);
    case 'template':
      return template(expression, values);
  }
}
