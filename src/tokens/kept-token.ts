/**
 * A token as a record keeps it, and as it is shown later: header and claims decoded, nothing verified, and nothing in them
 * that could be used.
 */
import { isJsonObject } from '../protocol/json-objects.js';
import { parsedOrText } from './readable.js';

/** Whether a text is, or holds, what nobody may see. */
export type Hides = (text: string) => boolean;

/** Header and claims; a sentence in place of one that is too large. `opaque`: it is no compact JWT. */
export type ShownToken = { readonly header: object | string; readonly claims: object | string } | 'opaque';

/** The bytes of header and claims; undefined for one that is too large. */
export type KeptToken = { readonly header: Buffer | undefined; readonly claims: Buffer | undefined } | undefined;

/** The most bytes of JSON that are kept of a header, and of claims. */
export const LONGEST = 8192;

const CUT_OUT = `(cut out: more than ${LONGEST} bytes)`;
export const MASKED = '(masked)';

const COMPACT = /^([^.]+)\.([^.]+)\.[^.]*$/;

/** Base64url of `{` and what may follow it in JSON; with more behind it than a name would have. */
const LIKE_JWT = /(?<![\w-])e(?:y[A-DI-L]|w[k-r0-3])[\w-]*\.[\w-]|(?<![\w-])ey[IJK][\w-]{13}/;

/** Whether a text is a JWT, or has one in it. */
export const looksLikeJwt = (text: string) => LIKE_JWT.test(text);

/** A copy of its own: a piece of the text would hold on to the whole of it, and with it to the signature. */
function bytesOf(segment: string): Buffer | undefined {
  return segment.length * 3 > LONGEST * 4 ? undefined : Buffer.from(segment, 'base64url');
}

/** Keeps what may be kept of a token. It is not read here: most records are written and never looked at. */
export function keptToken(token: string): KeptToken {
  const [, header, claims] = COMPACT.exec(token) ?? [];
  return header === undefined || claims === undefined
    ? undefined
    : { header: bytesOf(header), claims: bytesOf(claims) };
}

/** The value without what may not be seen, the names of members included. */
function masked(value: unknown, hides: Hides): unknown {
  if (Array.isArray(value)) return value.map((element) => masked(element, hides));
  if (isJsonObject(value)) {
    const members = Object.entries(value).map(([name, member]) => [hides(name) ? MASKED : name, masked(member, hides)]);
    return Object.fromEntries(members);
  }
  return (typeof value === 'string' || typeof value === 'number') && hides(String(value)) ? MASKED : value;
}

function shownPart(bytes: Buffer | undefined, hides: Hides): object | string | undefined {
  if (!bytes) return CUT_OUT;
  const value = parsedOrText(bytes.toString());
  return isJsonObject(value) ? (masked(value, hides) as object) : undefined;
}

/** Reads what was kept. */
export function shownToken(kept: KeptToken, hides: Hides): ShownToken {
  const header = kept && shownPart(kept.header, hides);
  const claims = kept && shownPart(kept.claims, hides);
  return header === undefined || claims === undefined ? 'opaque' : { header, claims };
}
