/**
 * Text that came from elsewhere, made fit to be looked at. What a reader would not see, or a terminal would obey, is
 * written out: tokens are sent with such characters on purpose.
 */

/** Control characters but line end and tab, marks that turn the direction of text, half surrogate pairs. */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu;

export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => `\\u{${(character.codePointAt(0) as number).toString(16)}}`);
}

export function onOneLine(text: string): string {
  return visible(text).replace(/\s+/g, ' ').trim();
}

/** At most so many characters, and how many are missing. */
export function cut(text: string, limit: number): string {
  const characters = Array.from(text);
  const over = characters.length - limit;
  return over > 0 ? `${characters.slice(0, limit).join('')}… (${over} characters more)` : text;
}

function written(value: unknown, indent?: number): string {
  return visible(typeof value === 'string' ? value : JSON.stringify(value ?? null, null, indent));
}

/** JSON over several lines. A text stays as it is: a header that is no JSON is one. */
export function pretty(value: unknown): string {
  return written(value, 2);
}

export function compact(value: unknown): string {
  return written(value);
}
