/** A token as a person may read it: decoded, and nothing believed. */

/** Deeper than a person would read, and than `JSON.stringify` can write. */
const DEEP = 200;

/** How deep brackets nest at most, those within texts counted, too. */
function depthOf(text: string): number {
  let [depth, deepest] = [0, 0];
  for (const letter of text) {
    if (letter === '[' || letter === '{') deepest = Math.max(deepest, ++depth);
    else if (letter === ']' || letter === '}') depth--;
  }
  return deepest;
}

/** What the JSON says; the text itself where it is none, or nested too deep. */
export function parsedOrText(text: string): unknown {
  if (depthOf(text) > DEEP) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const decoded = (segment: string) => parsedOrText(Buffer.from(segment, 'base64url').toString());

/** Header and claims of a compact JWT; a text where the JSON cannot be read, or is nested too deep, null where there is nothing of the kind. */
export function readable(token: string): { readonly header: unknown; readonly claims: unknown } {
  const [header = '', claims = '', ...more] = token.split('.');
  const isJws = header !== '' && (more.length === 1 || more.length === 2);
  const isJwe = header !== '' && more.length === 3;
  return { header: isJws || isJwe ? decoded(header) : null, claims: isJws ? decoded(claims) : null };
}
