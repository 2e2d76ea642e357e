/**
 * Reads a text that should be a compact JWS: whether it is one to the letter, and what can be read of it even where it is
 * not. RFC 7515 "JWS Compact Serialization". Nothing is verified here.
 */
import type { Problem } from '../protocol/rule.js';
import { type JsonFault, type Members, readJsonObject } from './read-json.js';

export type FormProblem =
  | 'empty'
  | 'json'
  | 'xml'
  | 'scheme'
  | 'blanks'
  | 'encrypted'
  | 'parts'
  | 'empty-part'
  | 'padding'
  | 'alphabet'
  | 'length'
  | 'spare-bits';

export const PART_NAMES = ['header', 'payload', 'signature'] as const;

/** Why the text is no compact JWS: in which part, or how many parts there are. */
export interface FormFault extends Problem<FormProblem> {
  readonly part?: (typeof PART_NAMES)[number];
  /** The first character that base64url does not have. */
  readonly character?: string;
  readonly parts?: number;
}

export interface ReadJws {
  readonly form: 'compact' | FormFault;
  /** Undefined: there is no part that could be it. */
  readonly header: Members | JsonFault | undefined;
  readonly payload: Members | JsonFault | undefined;
  /** The text without what stands around or within it by mistake: an authentication scheme, blanks. */
  readonly text: string;
}

/** What is before a token in an Authorization header. */
const SCHEME = /^(bearer|dpop|ssws)\s+/i;
/** More parts than a JWE has are not told apart. */
const MOST_PARTS = 6;

/** What is wrong with one part, which may be as long as the request. */
function partFault(text: string, part: FormFault['part'] & string): FormFault | undefined {
  if (text === '') return part === 'signature' ? undefined : { problem: 'empty-part', part };
  if (/^[\w-]+={1,2}$/.test(text)) return { problem: 'padding', part };
  const character = /[^\w-]/.exec(text)?.[0];
  if (character !== undefined) return { problem: 'alphabet', part, character };
  if (text.length % 4 === 1) return { problem: 'length', part };
  // Bits behind the last octet: two texts must not be the same token.
  const end = text.slice(-(text.length % 4 || 4));
  return Buffer.from(end, 'base64url').toString('base64url') === end ? undefined : { problem: 'spare-bits', part };
}

function formOf(token: string, parts: readonly string[]): 'compact' | FormFault {
  const bare = token.trim();
  if (bare === '') return { problem: 'empty' };
  if (/^[{["]/.test(bare)) return { problem: 'json' };
  if (XML.test(bare)) return { problem: 'xml' };
  if (SCHEME.test(bare)) return { problem: 'scheme' };
  if (/\s/.test(token)) return { problem: 'blanks' };
  if (parts.length === 5) return { problem: 'encrypted' };
  if (parts.length !== 3) return { problem: 'parts', parts: parts.length };
  const faults = PART_NAMES.map((name, at) => partFault(parts[at] as string, name));
  return faults.find((fault) => fault !== undefined) ?? 'compact';
}

/** XML as it is, or in base64 as SAML travels: what begins with `<?xml`, `<saml`, `<Assertion`, `<Response`. */
const XML = /^(<|PD94bWw|PHNhbWw|PEFzc2Vyd|PFJlc3Bvb)/;

/** Texts of which no part is a header or claims, whatever dots they have. */
const NO_PARTS: readonly FormProblem[] = ['empty', 'json', 'xml', 'encrypted', 'parts'];

/** Reads the text, whatever it is. Never throws. */
export function readJws(token: string): ReadJws {
  const text = token.trim().replace(SCHEME, '').replace(/\s+/g, '');
  const parts = text.split('.', MOST_PARTS);
  const form = formOf(token, parts);
  const hasParts = parts.length === 3 && (form === 'compact' || !NO_PARTS.includes(form.problem));
  const objectAt = (at: number) => {
    const part = hasParts ? parts[at] : undefined;
    return part ? readJsonObject(Buffer.from(part, 'base64url')) : undefined;
  };
  return { form, header: objectAt(0), payload: objectAt(1), text };
}
