/**
 * From the text of an expression, or of a template with expressions in `${…}`, to the tree that it means. What the language
 * or the org does not have is a problem here, with its place, so that it is refused when it is saved.
 */
import type { Fact } from '../../protocol/rule.js';
import { type Expression, MOST_CHARACTERS, problemAt, type Value } from './expression.js';
import { FUNCTIONS } from './functions.js';
import { readToken, type Token } from './tokens.js';

/** Brackets, arguments, choices and signs within each other. */
const MOST_DEPTH = 40;

const CONSTANTS: ReadonlyMap<string, Value> = new Map([
  ...([
    ['true', true],
    ['false', false],
    ['null', null],
  ] as const),
]);

/** Operators from the loosest to the tightest. */
const LEVELS: readonly (readonly string[])[] = [...[['||'], ['&&'], ['==', '!=', '<', '>', '<=', '>='], ['+', '-']]];

interface Reading {
  readonly source: string;
  readonly names: ReadonlySet<string>;
  token: Token;
  depth: number;
  /** The first thing wrong. From then on the text counts as read to its end. */
  problem?: { readonly problem: string };
}

const NOTHING: Expression = { kind: 'constant', value: null };

function fail(reading: Reading, says: string, at = reading.token.at): Expression {
  reading.problem ??= problemAt(at, says);
  const end = reading.source.length;
  reading.token = { kind: 'end', text: '', at: end, end };
  return NOTHING;
}

function advance(reading: Reading): void {
  reading.token = readToken(reading.source, reading.token.end);
}

const isSign = ({ token }: Reading, sign: string) => token.kind === 'sign' && token.text === sign;

function takes(reading: Reading, sign: string): boolean {
  const there = isSign(reading, sign);
  if (there) advance(reading);
  return there;
}

function found({ kind, text }: Token): string {
  if (kind === 'end') return 'it ends';
  if (kind === 'unreadable' && /["']/.test(text)) return 'a text begins and has no end';
  return `there is ${JSON.stringify(text.slice(0, 40))}`;
}

function demand(reading: Reading, sign: string): void {
  if (!takes(reading, sign)) fail(reading, `"${sign}" is expected, and ${found(reading.token)}`);
}

function deeper(reading: Reading, read: (reading: Reading) => Expression): Expression {
  if (reading.depth === MOST_DEPTH) return fail(reading, `more than ${MOST_DEPTH} levels within each other`);
  reading.depth += 1;
  const inner = read(reading);
  reading.depth -= 1;
  return inner;
}

function givenTo(reading: Reading): readonly Expression[] {
  if (takes(reading, ')')) return [];
  const given = [deeper(reading, choice)];
  while (takes(reading, ',')) given.push(deeper(reading, choice));
  demand(reading, ')');
  return given;
}

/** A call, or a name that is written like one: `user.getInternalProperty("login")`. */
function call(reading: Reading, { text: of, at }: Token): Expression {
  const given = givenTo(reading);
  const [first] = given;
  const name = given.length === 1 && first?.kind === 'constant' ? `${of}(${JSON.stringify(first.value)})` : of;
  if (reading.names.has(name)) return { kind: 'name', name };
  const row = FUNCTIONS.get(of);
  if (!row) return fail(reading, `this org has no ${name.slice(0, 80)} as a function`, at);
  if (!row.fits(given.length)) return fail(reading, `${of} takes ${row.takes}`, at);
  return { kind: 'call', of, given, at };
}

function named(reading: Reading): Expression {
  const { token } = reading;
  advance(reading);
  if (takes(reading, '(')) return call(reading, token);
  const value = CONSTANTS.get(token.text.toLowerCase());
  if (value !== undefined) return { kind: 'constant', value };
  if (reading.names.has(token.text)) return { kind: 'name', name: token.text };
  return fail(reading, `there is no ${token.text.slice(0, 80)} here; a text stands in quotes`, token.at);
}

function single(reading: Reading): Expression {
  const { kind, text } = reading.token;
  if (kind === 'name') return named(reading);
  if (kind === 'text' || kind === 'number') {
    advance(reading);
    return { kind: 'constant', value: kind === 'text' ? text : Number(text) };
  }
  if (!takes(reading, '(')) return fail(reading, `a value is expected, and ${found(reading.token)}`);
  const inner = deeper(reading, choice);
  demand(reading, ')');
  return inner;
}

function unary(reading: Reading): Expression {
  const { text: sign, at } = reading.token;
  if (!takes(reading, '!') && !takes(reading, '-')) return single(reading);
  return { kind: 'unary', sign, of: deeper(reading, unary), at };
}

function binary(reading: Reading, level = 0): Expression {
  const signs = LEVELS[level];
  if (!signs) return unary(reading);
  let left = binary(reading, level + 1);
  while (reading.token.kind === 'sign' && signs.includes(reading.token.text)) {
    const { text: sign, at } = reading.token;
    advance(reading);
    left = { kind: 'binary', sign, sides: [left, binary(reading, level + 1)], at };
  }
  return left;
}

function choice(reading: Reading): Expression {
  const condition = binary(reading);
  const { at } = reading.token;
  if (!takes(reading, '?')) return condition;
  const yes = deeper(reading, choice);
  demand(reading, ':');
  return { kind: 'choice', if: condition, yes, no: deeper(reading, choice), at };
}

function template(reading: Reading): Expression {
  const { source } = reading;
  const parts: Expression[] = [];
  let from = 0;
  for (let open = source.indexOf('${'); open >= 0; open = source.indexOf('${', from)) {
    parts.push({ kind: 'constant', value: source.slice(from, open) });
    reading.token = readToken(source, open + 2);
    parts.push(choice(reading));
    if (!isSign(reading, '}')) return fail(reading, `"}" is expected, and ${found(reading.token)}`);
    from = reading.token.end;
  }
  return { kind: 'template', parts: [...parts, { kind: 'constant', value: source.slice(from) }] };
}

function whole(reading: Reading): Expression {
  const expression = choice(reading);
  return reading.token.kind === 'end' ? expression : fail(reading, `its end is expected, and ${found(reading.token)}`);
}

/**
 * Reads an expression, or a template: what has `${` in it is one.
 * @param names what it may name, such as `user.email` and `user.getInternalProperty("login")`
 */
export function parseExpression(source: string, names: ReadonlySet<string>): Fact<Expression, string> {
  if (source.length > MOST_CHARACTERS) return problemAt(MOST_CHARACTERS, `longer than ${MOST_CHARACTERS} characters`);
  const reading: Reading = { source, names, token: readToken(source, 0), depth: 0 };
  const expression = source.includes('${') ? template(reading) : whole(reading);
  return reading.problem ?? expression;
}
