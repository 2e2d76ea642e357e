/**
 * SCIM filters (RFC 7644 "Filtering"), as far as Okta's lists take them: `eq ne co sw ew pr gt ge lt le`, `and`, `or`, `not`,
 * parentheses. What is not one is refused as a whole. Comparison is by value: text in any case, times as times.
 */
import { type Fact, problem } from './rule.js';

type Scalar = string | number | boolean | null;
type Predicate = (value: object) => boolean;

/** Deeper nesting is no question that a person asks. */
const DEEPEST = 20;
/** In characters. */
const LONGEST = 4000;

const TOKEN = /\s*(?:(\()|(\))|("(?:[^"\\]|\\.)*")|([^\s()"]+))/y;
const ATTRIBUTE = /^[a-z_][\w-]*(?:\.[a-z_][\w-]*)*$/i;
const INSTANT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

function tokens(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  const whole = text.trimEnd();
  while (TOKEN.lastIndex < whole.length) {
    const match = TOKEN.exec(whole);
    if (match === null) throw new SyntaxError();
    found.push(match[0].trim());
  }
  return found;
}

const folded = (value: unknown) => String(value).toLowerCase();

/** Every value that a dotted path leads to; a list stands for each of its elements. */
function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((element) => valuesAt(element, path));
  const [step, ...rest] = path;
  if (step === undefined) return [value];
  if (typeof value !== 'object' || value === null) return [];
  const members = Object.entries(value).filter(([name]) => folded(name) === folded(step));
  return members.flatMap(([, member]) => valuesAt(member, rest));
}

/** Below zero, zero, above zero; undefined for what cannot be put in an order. */
function order(left: unknown, right: Scalar): number | undefined {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left !== 'string' || typeof right !== 'string') return undefined;
  if (INSTANT.test(left) && INSTANT.test(right)) return Date.parse(left) - Date.parse(right);
  return left.localeCompare(right, 'en', { sensitivity: 'accent' });
}

function equal(left: unknown, right: Scalar): boolean {
  if (typeof left === 'string' && typeof right === 'string') {
    return folded(left) === folded(right) || (INSTANT.test(left) && order(left, right) === 0);
  }
  return left === right;
}

const inOrder = (wanted: (sign: number) => boolean) => (left: unknown, right: Scalar) => {
  const sign = order(left, right);
  return sign !== undefined && wanted(sign);
};

const OPERATORS: Readonly<Record<string, (left: unknown, right: Scalar) => boolean>> = {
  eq: equal,
  co: (left, right) => typeof left === 'string' && folded(left).includes(folded(right)),
  sw: (left, right) => typeof left === 'string' && folded(left).startsWith(folded(right)),
  ew: (left, right) => typeof left === 'string' && folded(left).endsWith(folded(right)),
  gt: inOrder((sign) => sign > 0),
  ge: inOrder((sign) => sign >= 0),
  lt: inOrder((sign) => sign < 0),
  le: inOrder((sign) => sign <= 0),
};

function scalar(token: string | undefined): Scalar {
  if (token === undefined || !/^(?:"|true$|false$|null$|-?\d)/.test(token)) throw new SyntaxError();
  return JSON.parse(token) as Scalar;
}

/** Names are compared in any case; `profile.*` allows every attribute of the profile. */
function isAllowed(attribute: string, attributes: readonly string[] | undefined): boolean {
  return (
    attributes?.some((name) => {
      const [asked, allowed] = [folded(attribute), folded(name)];
      return asked === allowed || (allowed.endsWith('.*') && asked.startsWith(allowed.slice(0, -1)));
    }) ?? true
  );
}

/** One filter being read, from left to right. */
function reader(source: readonly string[], attributes: readonly string[] | undefined) {
  let at = 0;
  const isNext = (word: string) => source[at]?.toLowerCase() === word;
  const take = (word: string) => {
    if (!isNext(word)) throw new SyntaxError();
    at++;
  };

  function comparison(): Predicate {
    const attribute = source[at++] ?? '';
    if (!ATTRIBUTE.test(attribute) || !isAllowed(attribute, attributes)) throw new SyntaxError();
    const path = attribute.split('.');
    const operator = source[at++]?.toLowerCase() ?? '';
    if (operator === 'pr') return (value) => valuesAt(value, path).some((one) => one !== null && one !== '');
    const right = operator === 'ne' || Object.hasOwn(OPERATORS, operator) ? scalar(source[at++]) : undefined;
    if (right === undefined) throw new SyntaxError();
    if (operator === 'ne') return (value) => !valuesAt(value, path).some((one) => equal(one, right));
    const compare = OPERATORS[operator] as (left: unknown, right: Scalar) => boolean;
    return (value) => valuesAt(value, path).some((one) => compare(one, right));
  }

  function term(depth: number): Predicate {
    if (depth > DEEPEST) throw new SyntaxError();
    if (isNext('not')) {
      at++;
      take('(');
      const inner = disjunction(depth + 1);
      take(')');
      return (value) => !inner(value);
    }
    if (!isNext('(')) return comparison();
    at++;
    const inner = disjunction(depth + 1);
    take(')');
    return inner;
  }

  function joined(word: string, part: () => Predicate): Predicate[] {
    const parts = [part()];
    while (isNext(word)) {
      at++;
      parts.push(part());
    }
    return parts;
  }

  function conjunction(depth: number): Predicate {
    const parts = joined('and', () => term(depth));
    return (value) => parts.every((holds) => holds(value));
  }

  function disjunction(depth: number): Predicate {
    const parts = joined('or', () => conjunction(depth));
    return (value) => parts.some((holds) => holds(value));
  }

  return {
    whole() {
      const predicate = disjunction(0);
      if (at < source.length) throw new SyntaxError();
      return predicate;
    },
  };
}

/**
 * Reads a filter.
 * @param attributes what a filter of this list may ask for, such as `profile.login` or `profile.*`; absent: anything
 * @returns whether a plain object matches, or `unreadable-filter` for what is no filter or asks for another attribute
 */
export function scimFilter(text: string, attributes?: readonly string[]): Fact<Predicate, 'unreadable-filter'> {
  if (text.length > LONGEST) return problem('unreadable-filter');
  try {
    return reader(tokens(text), attributes).whole();
  } catch (error) {
    if (error instanceof SyntaxError) return problem('unreadable-filter');
    throw error;
  }
}
