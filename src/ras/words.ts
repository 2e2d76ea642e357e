/** What the sentences of explain are made of: values shown so that a person sees what is there, and never a whole token. */
import type { Members } from '../tokens/read-json.js';
import type { AcceptanceFacts } from './acceptance-facts.js';

/** What a sentence about a token may draw on. */
export interface Told {
  readonly facts: AcceptanceFacts;
  readonly header: Members | undefined;
  /** As read: whether they may be believed is another matter. */
  readonly claims: Members | undefined;
  /** The keys that there were to choose from; none, if none were given. */
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

/** What a rule says of a token: when it holds, and when it is broken. */
export interface Words {
  readonly tick: (told: Told) => string;
  readonly cross: (told: Told) => string;
}

/** Characters of a value that are shown. */
const LONGEST = 80;

/** The value as JSON, shortened; what is not printable ASCII as `\uXXXX`, so that a letter of another script is seen. */
export function show(value: unknown): string {
  const json =
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : (JSON.stringify(value) ?? 'nothing');
  const ascii = json.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return ascii.length > LONGEST ? `${ascii.slice(0, LONGEST - 1)}…` : ascii;
}

/** `aud is "https://…"`, or `there is no aud`. */
export function standing(members: Members | undefined, name: string): string {
  return members?.has(name) ? `${name} is ${show(members.get(name))}` : `there is no ${name}`;
}

/** The same as a sentence. A claim keeps its spelling. */
export function sentence(standing: string): string {
  return `${standing.replace(/^there/, 'There')}.`;
}

/** Says of a claim what stands there, and no more. */
export const plain = (claim: string) => (told: Told) => sentence(standing(told.claims, claim));

/** `"a", "b" and "c"`; of many, the first. */
export function listed(values: readonly unknown[]): string {
  const [first, ...rest] = values.slice(0, 5).map(show);
  if (values.length > 5) return `${[first, ...rest].join(', ')} and ${values.length - 5} more`;
  return rest.length === 0 ? (first ?? 'none') : `${[first, ...rest.slice(0, -1)].join(', ')} and ${rest.at(-1)}`;
}

const bare = (url: string) => url.replace(/\/$/, '');

/** In what way two texts that should be the same are almost the same; each row is asked in order. */
const LIKENESSES: readonly (readonly [(is: string, wanted: string) => boolean, string])[] = [
  [(is, wanted) => is.trim() === wanted.trim(), 'They differ in blanks around them only.'],
  [
    (is, wanted) => bare(is) === bare(wanted),
    'They differ in the slash at the end only; the two are compared letter by letter.',
  ],
  [(is, wanted) => is.toLowerCase() === wanted.toLowerCase(), 'They differ in upper and lower case only.'],
  [(is, wanted) => is.replace(/^https?:/, '') === wanted.replace(/^https?:/, ''), 'One is http, the other https.'],
  [
    (is, wanted) => is.replace(/:(80|443)(?=\/|$)/, '') === wanted.replace(/:(80|443)(?=\/|$)/, ''),
    'One names the default port, the other does not.',
  ],
  [
    (is, wanted) => is.startsWith(`${bare(wanted)}/`),
    'It goes on behind what is wanted: an endpoint is not its server.',
  ],
  [(is, wanted) => wanted.startsWith(`${bare(is)}/`), 'Its path is cut short.'],
];

/** A sentence with a blank before it, or nothing where the two are not alike. */
export function likeness(is: unknown, wanted: string): string {
  const found = typeof is === 'string' && LIKENESSES.find(([alike]) => alike(is, wanted));
  return found ? ` ${found[1]}` : '';
}

/** The largest time that a calendar has, in seconds. */
const END_OF_TIME = 8.64e12;

/** `1760000000 (2025-10-09T08:53:20Z)`. */
export function moment(seconds: number): string {
  if (Math.abs(seconds) > END_OF_TIME) return String(seconds);
  return `${seconds} (${new Date(seconds * 1000).toISOString().replace('.000Z', 'Z')})`;
}

const UNITS = [
  [86_400, 'days'],
  [3600, 'hours'],
  [60, 'minutes'],
] as const;

/** A length of time in the unit in which it is at least two: `90 seconds`, `2 minutes`, `3 days`. */
export function span(seconds: number): string {
  const [size, unit] = UNITS.find(([size]) => seconds >= 2 * size) ?? [1, 'seconds'];
  const count = Math.floor((seconds / size) * 10) / 10;
  return count === 1 ? '1 second' : `${count} ${unit}`;
}

/** How a number of seconds that is in truth one of milliseconds is to be noticed. */
export function milliseconds(seconds: number): string {
  return seconds > 1e11 && seconds < 1e13 ? ' It looks like milliseconds: write seconds.' : '';
}
