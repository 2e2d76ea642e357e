/** The words and signs of an expression, one at a time. */

export interface Token {
  readonly kind: 'text' | 'number' | 'name' | 'sign' | 'end' | 'unreadable';
  /** As written; of a text, what stands between its quotes. */
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

/** A quote in a text is written twice, and a backslash means itself, as in the Spring language that Okta's comes from. */
const TOKEN =
  /\s*(?:(?<text>"(?:[^"]|"")*"|'(?:[^']|'')*')|(?<number>\d+(?:\.\d+)?)|(?<name>(?:fn:)?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(?<sign>&&|\|\||[=!<>]=|[?:(),+\-<>!}]))/y;

const SIGNS_IN_WORDS: ReadonlyMap<string, string> = new Map([
  ...([
    ['and', '&&'],
    ['or', '||'],
    ['not', '!'],
  ] as const),
]);

function unquoted(text: string): string {
  const quote = text.charAt(0);
  return text.slice(1, -1).replaceAll(quote + quote, quote);
}

function noToken(source: string, from: number): Token {
  const at = source.length - source.slice(from).trimStart().length;
  const kind = at === source.length ? 'end' : 'unreadable';
  return { kind, text: source.charAt(at), at, end: source.length };
}

/** The token that begins there, spaces before it apart. Behind the last one comes `end`, as often as it is asked for. */
export function readToken(source: string, from: number): Token {
  TOKEN.lastIndex = from;
  const found = TOKEN.exec(source)?.groups;
  if (!found) return noToken(source, from);
  const end = TOKEN.lastIndex;
  const { text, number, name, sign } = found;
  const is = (kind: Token['kind'], written: string, shown = written): Token => ({
    ...{ kind, text: shown, at: end - written.length, end },
  });
  if (text !== undefined) return is('text', text, unquoted(text));
  if (number !== undefined) return is('number', number);
  if (sign !== undefined) return is('sign', sign);
  const word = name as string;
  const meant = SIGNS_IN_WORDS.get(word.toLowerCase());
  return meant === undefined ? is('name', word) : is('sign', word, meant);
}
