/** Works out what a patch says: the values that a text names, and the forms with a `$` member. */
import {
  FORMS,
  type FormName,
  formIn,
  REFERENCE,
  type Reference,
  type TransformName,
  type Value,
  type ValueName,
} from '../../edge-cases/values.js';
import { type EdgeCaseKeys, publicHalfOf } from './edge-case-keys.js';

/** What a token is bent with. `now` in seconds. */
export interface Known {
  readonly now: number;
  readonly values: { readonly [N in ValueName]?: string | undefined };
  readonly keys: EdgeCaseKeys;
}

const LOOKALIKES: Readonly<Record<string, string>> = { a: 'а', e: 'е', o: 'о', c: 'с', A: 'А', E: 'Е', O: 'О', C: 'С' };
const LOOKALIKE = /[aeocAEOC]/;
const INVISIBLE = '\u200b';

const otherCase = (letter: string) => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase());

const RESPELLINGS: Readonly<Record<TransformName, (text: string) => string>> = {
  'upper-host': (text) => text.replace(/^(https?:\/\/)([^/?#]+)/, (_, scheme, host) => scheme + host.toUpperCase()),
  http: (text) => text.replace(/^https:/, 'http:'),
  'port-443': (text) => text.replace(/^(https:\/\/[^/?#:]+)(?=$|[/?#])/, '$1:443'),
  'lookalike-host': (text) => text.replace(/^(https?:\/\/[^/:?#]+)/, '$1.evil.example'),
  cut: (text) => text.slice(0, -1),
  'first-word': (text) => text.replace(/ .*$/s, ''),
  'other-case': (text) => [...text].map(otherCase).join(''),
  homograph: (text) =>
    LOOKALIKE.test(text) ? text.replace(LOOKALIKE, (letter) => LOOKALIKES[letter] as string) : text + INVISIBLE,
  decomposed: (text) => text.replace(/[a-z]/i, (letter) => `${letter}\u0301`),
  'other-slash': (text) => (text.endsWith('/') ? text.slice(0, -1) : `${text}/`),
};

function read({ name, transform }: Reference, values: Known['values']): string | undefined {
  const value = values[name];
  return value === undefined || transform === undefined ? value : RESPELLINGS[transform](value);
}

/** Respellings of what only an https URL with a name has. */
const OF_HTTPS: readonly TransformName[] = ['upper-host', 'http', 'port-443'];

/** Values that no sentence repeats. */
const SECRET: readonly ValueName[] = ['clientSecret', 'accessToken', 'token'];

/** Why a reference cannot be worked out, as a sentence; undefined: it can. */
export function obstacle(reference: Reference, values: Known['values']): string | undefined {
  const { name, transform } = reference;
  const value = values[name];
  if (value === undefined) return `{${name}} is not known; give it with the request`;
  const same = transform !== undefined && read(reference, values) === value;
  if (!same) return undefined;
  const shown = SECRET.includes(name) ? 'it is like that' : `it is ${JSON.stringify(value)}`;
  const remedy = OF_HTTPS.includes(transform)
    ? '; start the org with --issuer https://okta.example, or another name'
    : '';
  return `{${name}:${transform}} would change nothing: ${shown}${remedy}`;
}

/** The text with its references worked out. */
export function writeText(text: string, known: Known): string {
  return text.replaceAll(REFERENCE, (_, name, transform) => {
    const value = read({ name, transform } as Reference, known.values);
    if (value === undefined) throw new Error(`A token was about to be bent with an unknown {${name}}.`);
    return value;
  });
}

const WRITERS: { readonly [F in FormName]: (argument: never, known: Known) => string } = {
  $now: (seconds: number, { now }) => JSON.stringify(now + seconds),
  $nowText: (seconds: number, { now }) => JSON.stringify(String(now + seconds)),
  $raw: (text: string) => text,
  $words: (text: string, known) => JSON.stringify(writeText(text, known).split(' ')),
  $letters: (length: number) => JSON.stringify('x'.repeat(length)),
  $nested: (depth: number) => '['.repeat(depth) + ']'.repeat(depth),
  $literal: (value: Value) => JSON.stringify(value),
  $jwk: (name: string, { keys }) => JSON.stringify(jwkOf(name, keys)),
  $x5c: (name: string, { keys }) => JSON.stringify([keys.certificates[name]]),
};

function jwkOf(name: string, { keys }: EdgeCaseKeys): object {
  const { kid, jwk } = keys.attacker;
  if (name === 'attacker-private') return { ...jwk, kid };
  return { ...publicHalfOf(jwk), kid };
}

/** The value as JSON text, its references and forms worked out. */
export function writeValue(value: Value, known: Known): string {
  if (typeof value === 'string') return JSON.stringify(writeText(value, known));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const form = formIn(value);
  if (form !== undefined && form in FORMS) return WRITERS[form]((value as never)[form], known);
  if (Array.isArray(value)) return `[${value.map((one) => writeValue(one, known)).join(',')}]`;
  const members = Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}:${writeValue(one, known)}`);
  return `{${members.join(',')}}`;
}
