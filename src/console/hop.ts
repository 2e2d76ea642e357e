/** One hop of the flow as a person reads it: the request as it was sent, the answer, what is in its tokens, and the same as curl. */
import { type Html, html } from '../html/html.js';
import type { TokenSort } from './claims.js';
import { quoted } from './exchange-curl.js';
import { badge, block, opening, outcomeSign } from './parts.js';
import { tokenShown } from './token-shown.js';

/** A parameter or a header; what is secret stands as the name of a variable in its place. */
export type Pair = readonly [name: string, value: string];

/** A token in an answer, decoded and not verified. */
export interface HopToken {
  readonly name: string;
  readonly sort: TokenSort;
  readonly header: unknown;
  readonly claims: unknown;
}

export interface Hop {
  readonly title: string;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly Pair[];
  readonly form: readonly Pair[];
  /** How the client proved itself; empty: it did not have to. */
  readonly proved: string;
  /** 0: no answer came. */
  readonly status: number;
  /** As it came, or why none did. */
  readonly answer: string;
  readonly tokens: readonly HopToken[];
  /** Path of the page that has every rule, if it is kept. */
  readonly exchange?: string | undefined;
  /** What refused it, as the org knows it. */
  readonly refusedBy?:
    | { readonly rule: string; readonly demands: string | undefined; readonly reason: string }
    | undefined;
}

/** What stands in place of a secret: no text, but the variable that holds it. */
export const IN_PLACE_OF = {
  basic: 'Basic $CLIENT_ID_AND_SECRET',
  secret: '$CLIENT_SECRET',
  assertion: '$CLIENT_ASSERTION',
  sessionToken: '$SESSION_TOKEN',
} as const;
const VARIABLES: readonly string[] = Object.values(IN_PLACE_OF);

/** A word of the shell; any other `$` that somebody typed is text. */
const word = (text: string, value: string) => (VARIABLES.includes(value) ? `"${text}"` : quoted(text));
const argument = ([name, value]: Pair) => `--data-urlencode ${word(`${name}=${value}`, value)}`;
const headerArgument = ([name, value]: Pair) => `--header ${word(`${name}: ${value}`, value)}`;

function curlOf({ method, url, headers, form }: Hop): string {
  const lines = [
    `curl -s ${method === 'GET' ? '-i -G ' : ''}${quoted(url)}`,
    ...headers.map(headerArgument),
    ...form.map(argument),
  ];
  return lines.join(' \\\n  ');
}

/** The longest part of an answer that is shown, in characters. */
const LONGEST = 6000;

const cut = (text: string) =>
  text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length - LONGEST} more)` : text;

const request = ({ method, url, headers, form }: Hop) =>
  [
    `${method} ${url}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    '',
    ...form.map(([name, value]) => `${name}=${cut(value)}`),
  ].join('\n');

const went = (status: number) => (status >= 200 && status < 400 ? 'holds' : 'broken');

/** @param at the addresses of the org @param id tells its parts from those of other hops on the page */
export function hopShown(at: (path: string) => string, hop: Hop, id: string): Html {
  const { title, status, answer, tokens, exchange, refusedBy, proved } = hop;
  return html`<div class="played">
<p>${outcomeSign(went(status))} <strong>${title}</strong> ${badge(status === 0 ? 'no answer' : String(status), status === 0 || status >= 400 ? 'bad' : 'good')}
${exchange !== undefined && html`<a href="${at(exchange)}">every rule</a>`}</p>
${refusedBy && html`<p class="notice wrong">Refused by <code>${refusedBy.rule}</code>: ${refusedBy.demands} Okta’s reason: <code>${refusedBy.reason}</code></p>`}
${proved !== '' && html`<p class="quiet">Client authentication: ${proved}.</p>`}
${block(`${id}-answer`, 'Answer', cut(answer))}
${tokens.map(({ name, sort, ...token }) => opening(`${name}, decoded`, tokenShown(`${name} of ${title}`, token, sort)))}
${opening('Request', block(`${id}-request`, 'As it was sent, without its secrets', request(hop)))}
${opening('The same as curl', block(`${id}-curl`, 'curl', curlOf(hop)))}
</div>`;
}
