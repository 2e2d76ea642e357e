/**
 * All that can be done to one token: each kind of edit with its schema, what of the token it decides, and the values that
 * it names. `tokens/bend/bend.ts` does it.
 */
import * as z from 'zod';
import { Encryption, Patch, PayloadEdit, SHAPES, SIGNATURES, SignerName } from './edits.js';
import { oneOf } from './one-of.js';
import { formIn, type Reference, referencesIn, Template, type Value, type ValueName } from './values.js';

/** The tokens that the org issues. */
export const TOKEN_KINDS = ['id-jag', 'id-token', 'access-token', 'refresh-token'] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** What is done to a good token, in this order. Nothing given, nothing done. */
export const TokenEdits = z
  .strictObject({
    token: z.enum(TOKEN_KINDS).describe('Another token of the org in place of the ID-JAG.'),
    header: Patch,
    claims: Patch,
    headerText: z.string().max(10_000).describe('The whole header, JSON or not.'),
    payload: PayloadEdit,
    sign: SignerName,
    signature: oneOf(SIGNATURES),
    tamper: z
      .strictObject({ header: Patch.optional(), claims: Patch.optional() })
      .refine(({ header, claims }) => header || claims, 'changes nothing')
      .describe('Changed after signing.'),
    shape: oneOf(SHAPES),
    encrypt: Encryption,
    text: Template.describe('The whole assertion; {token} is the token so far.'),
  })
  .partial();
export type TokenEdits = z.infer<typeof TokenEdits>;
export const TOKEN_EDIT_NAMES = Object.keys(TokenEdits.shape) as (keyof TokenEdits)[];

function valuesOfPatch(patch: Patch | undefined): readonly Value[] {
  const { only = {}, set = {}, prepend = [], append = [] } = patch ?? {};
  return [...Object.values(only), ...Object.values(set), ...[...prepend, ...append].map(([, value]) => value)];
}

/** Every value of every patch. */
function valuesIn({ header, claims, tamper, encrypt }: TokenEdits): readonly Value[] {
  return [header, claims, tamper?.header, tamper?.claims, encrypt?.header].flatMap(valuesOfPatch);
}

/** The references that stand in the values of edits, and in no name. That of `text` to the token itself is left out. */
export function referencesOf({ text = '', ...edits }: TokenEdits): readonly Reference[] {
  const inText = referencesIn(text).filter(({ name }) => name !== 'token');
  return [...valuesIn(edits).flatMap(referencesIn), ...inText];
}

/** About a good token with all that an issuer adds. */
const PLAIN_SIZE = 4000;

/** About how many characters come of a value. */
function sizeOf(value: Value, sizes: (name: ValueName) => number): number {
  if (typeof value === 'string') {
    return referencesIn(value).reduce((sum, { name }) => sum + sizes(name), value.length);
  }
  if (typeof value !== 'object' || value === null) return 20;
  if (formIn(value) === '$literal') return JSON.stringify(value).length;
  const { $letters = 0, $nested = 0 } = value as { $letters?: number; $nested?: number };
  const members = Object.entries(value).map(([name, one]) => name.length + sizeOf(one as Value, sizes));
  return members.reduce((sum, size) => sum + size, $letters + 2 * $nested);
}

/**
 * About how many characters the token will have, worked out before it is made.
 * @param sizes how many characters a value has that a text names
 */
export function sizeOfBent(edits: TokenEdits, sizes: (name: ValueName) => number): number {
  const inside = valuesIn(edits).reduce<number>((sum, value) => sum + sizeOf(value, sizes), PLAIN_SIZE);
  return inside + sizeOf(edits.text ?? '', (name) => (name === 'token' ? inside : sizes(name)));
}

/** A place in a token, as a path; the empty path is all of it. */
export type Place = readonly string[];

function placesOfPatch(root: string, patch: Patch | undefined): readonly Place[] {
  if (!patch) return [];
  if (patch.only) return [[root]];
  const named = [...(patch.prepend ?? []), ...(patch.append ?? [])].map(([name]) => name);
  const names = [...Object.keys(patch.set ?? {}), ...(patch.remove ?? []), ...named];
  return names.map((name) => [root, name]);
}

type Places = { readonly [E in keyof TokenEdits]-?: (edits: TokenEdits) => readonly Place[] };

/** What each edit decides. Who signs decides alg and kid, unless the same edits say otherwise. */
const PLACES: Places = {
  token: () => [['kind of token']],
  header: ({ header }) => placesOfPatch('header', header),
  claims: ({ claims }) => placesOfPatch('claims', claims),
  headerText: () => [['header']],
  payload: () => [['claims']],
  sign: () => [['signature'], ['header', 'alg'], ['header', 'kid']],
  signature: () => [['signature']],
  tamper: ({ tamper }) => [
    ['signature'],
    ...placesOfPatch('header', tamper?.header),
    ...placesOfPatch('claims', tamper?.claims),
  ],
  shape: ({ shape }) => (shape === 'empty-segments' ? [[]] : [['form']]),
  encrypt: ({ encrypt }) => (encrypt?.what === 'token' ? [['form']] : [[]]),
  text: ({ text }) => (text?.includes('{token}') ? [['form']] : [[]]),
};

/** What the edits decide. */
export function placesOf(edits: TokenEdits): readonly Place[] {
  return TOKEN_EDIT_NAMES.flatMap((name) => (edits[name] === undefined ? [] : PLACES[name](edits)));
}
