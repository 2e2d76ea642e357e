/** A token as a person reads it: each member of its header and claims, its time as a date, and what it means. Pure. */
import { type Html, html, type Interpolation } from '../html/html.js';
import { isJsonObject } from '../protocol/json-objects.js';
import { type Meaning, MOMENTS, meaningOfClaim, meaningOfHeader, type TokenSort } from './claims.js';
import { moment, table } from './parts.js';
import { sourceLink } from './source-link.js';

/** Longer values are cut; more members are not shown. */
const [LONGEST, MOST] = [600, 60];

/** A date is not further away than this, in seconds. */
const FURTHEST = 8.64e12;

const cut = (text: string) =>
  text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length - LONGEST} more characters)` : text;

const written = (value: unknown) => cut(typeof value === 'string' ? value : JSON.stringify(value));

/** How far from when the token was issued. */
function distance(seconds: number, issued: unknown): string {
  if (typeof issued !== 'number' || issued === seconds) return '';
  const [far, side] = [Math.abs(seconds - issued), seconds > issued ? 'after' : 'before'];
  return `, ${far} s ${side} iat`;
}

function time(value: unknown, issued: unknown): Html | undefined {
  if (typeof value !== 'number' || !(Math.abs(value) <= FURTHEST)) return undefined;
  return html`<br><span class="quiet">${moment(new Date(value * 1000).toISOString())}${distance(value, issued)}</span>`;
}

const explained = (meaning: Meaning | undefined): Interpolation =>
  meaning
    ? html`${meaning.says} ${sourceLink(meaning.source)}`
    : html`<span class="quiet">Nothing that this org knows of. A reader ignores what it does not know.</span>`;

function members(
  name: string,
  heading: 'Header' | 'Claims',
  part: unknown,
  meaning: (name: string) => Meaning | undefined,
): Html {
  if (!isJsonObject(part)) return html`<p>${heading}: <code>${written(part)}</code></p>`;
  const all = Object.entries(part);
  const rows = all.slice(0, MOST).map(([name, value]) => {
    const date = MOMENTS.includes(name) && time(value, part.iat);
    return [html`<code>${cut(name)}</code>`, html`<code>${written(value)}</code>${date}`, explained(meaning(name))];
  });
  return html`<p><strong>${heading}</strong>${all.length > MOST && ` (the first ${MOST} of ${all.length})`}</p>
<div class="members">${table(`${heading} of ${name}`, ['Name', 'Value', 'What it means'], rows)}</div>`;
}

/** Header and claims of a token. @param name what it is called, different for each on a page */
export function tokenShown(
  name: string,
  { header, claims }: { readonly header: unknown; readonly claims: unknown },
  sort: TokenSort,
): Html {
  return html`${members(name, 'Header', header, meaningOfHeader)}
${members(name, 'Claims', claims, (claim) => meaningOfClaim(sort, claim))}`;
}
