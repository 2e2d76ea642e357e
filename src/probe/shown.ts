/** How the report shows a request and its answer: decoded, and without anything that is secret. */
import type { Token } from './idp.js';
import type { Exchange } from './report.js';
import type { Answer, Asked } from './wire.js';

type Pairs = readonly (readonly [name: string, value: string])[];

/** What stands in place of values of these names. */
const HIDDEN: Readonly<Record<string, string>> = {
  ...{ client_secret: '(a secret)', client_assertion: '(a client assertion)', authorization: '(credentials)' },
  ...{
    dpop: '(a proof)',
    access_token: '(an access token)',
    refresh_token: '(a refresh token)',
    id_token: '(a token)',
  },
  subject_token: '(the token)',
};
const LONGEST = 300;
/** Headers of answers that tell something. */
const TELLING = [
  ...['content-type', 'cache-control', 'www-authenticate', 'retry-after', 'location', 'dpop-nonce'],
  ...['access-control-allow-origin', 'access-control-allow-credentials', 'allow'],
];

const cut = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text);

/** The text without the token, whoever repeats it. */
const without = (text: string, token: string) => (token.length > 20 ? text.replaceAll(token, '(the token)') : text);

const shownPair = ([name, value]: readonly [string, string], token: string) =>
  [name, value === token ? '(the token)' : (HIDDEN[name.toLowerCase()] ?? cut(without(value, token)))] as [
    string,
    string,
  ];

function shownUrl(url: string, token: string): string {
  const parsed = new URL(url);
  const query = [...parsed.searchParams].map((pair) => shownPair(pair, token).map(encodeURIComponent).join('='));
  return query.length > 0 ? `${parsed.origin}${parsed.pathname}?${query.join('&')}` : url;
}

function shownBody({ json, text }: Answer, token: string): unknown {
  if (!json) return cut(without(text, token));
  const members = Object.entries(json).map(([name, value]) => {
    const hidden = typeof value === 'string' ? HIDDEN[name] : undefined;
    return [name, hidden ?? (typeof value === 'string' ? cut(without(value, token)) : value)];
  });
  return Object.fromEntries(members);
}

const decoded = (part: unknown) => (typeof part === 'string' ? cut(part) : part);

/** A request and its answer, for the report. */
export function shownExchange(what: string, asked: Asked, form: Pairs, token: Token, answer: Answer): Exchange {
  const { status, headers, problem, milliseconds } = answer;
  const came = Object.entries(headers).filter(([name]) => TELLING.includes(name));
  return {
    what,
    sent: {
      ...{ method: asked.method, url: shownUrl(asked.url, token.compact) },
      headers: Object.fromEntries(asked.headers.map((pair) => shownPair(pair, token.compact))),
      form: form.map((pair) => shownPair(pair, token.compact)),
      token: { header: decoded(token.header), claims: decoded(token.claims) },
    },
    ...(problem === undefined && {
      got: { status, headers: Object.fromEntries(came), body: shownBody(answer, token.compact) },
    }),
    ...(problem !== undefined && { problem }),
    milliseconds: Math.round(milliseconds),
  };
}
