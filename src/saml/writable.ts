/** What may be written into XML: all but the characters that XML 1.0 has no place for, at whatever price. */
import { unwritableIn } from '../html/xml.js';
import { type Problem, problem } from '../protocol/rule.js';

/** The first text that XML cannot carry: where it stands, and which character of it. */
export interface Unwritable extends Problem<'unwritable'> {
  /** Such as `assertion.nameId.value`. */
  readonly path: string;
  /** Such as `U+0000`. */
  readonly character: string;
}

const codePoint = (character: string) =>
  `U+${(character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}`;

/** Looks through every text of a value, keys of signers and other things left alone. */
export function unwritable(value: unknown, path: string): Unwritable | undefined {
  if (typeof value === 'string') {
    const character = unwritableIn(value);
    return character === undefined ? undefined : { ...problem('unwritable'), path, character: codePoint(character) };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, one] of Object.entries(value)) {
    const found = unwritable(one, Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`);
    if (found) return found;
  }
  return undefined;
}
