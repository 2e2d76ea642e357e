/** How the report shows a request and its answer: decoded, and without anything that is secret, wherever it is repeated. */
import type { Token } from './idp.js';
import type { Exchange } from './report.js';
import type { Answer, Asked } from './wire.js';

type Pairs = readonly (readonly [name: string, value: string])[];

/** What stands in place of values of these names. */
const HIDDEN: Readonly<Record<string, string>> = {
  ...{ client_secret: '(a secret)', client_assertion: '(a client assertion)', authorization: '(credentials)' },
  ...{ dpop: '(a proof)', access_token: '(an access token)', refresh_token: '(a refresh token)' },
  ...{ id_token: '(a token)', subject_token: '(the token)' },
};
const hiddenFor = (name: string) => {
  const lower = name.toLowerCase();
  return Object.hasOwn(HIDDEN, lower) ? HIDDEN[lower] : undefined;
};

const LONGEST = 300;
/** The most characters of JSON that are shown as JSON, and how deep it is. */
const LARGEST_JSON = 20_000;
const DEEPEST = 20;
/** A text as short as that says nothing to who reads it elsewhere. */
const SHORTEST_SECRET = 4;
/** Headers of answers that tell something. */
const TELLING = [
  ...['content-type', 'cache-control', 'www-authenticate', 'retry-after', 'location', 'dpop-nonce'],
  ...['access-control-allow-origin', 'access-control-allow-credentials', 'allow'],
];
/** Whatever looks like a signed or an encrypted token. */
const JWT = /eyJ[\w-]*={0,2}\.[\w-]*={0,2}\.[\w.=-]*/g;
/** A hidden name and its value in a text that is no JSON object. */
const NAMED = new RegExp(
  String.raw`\b(${Object.keys(HIDDEN).join('|')})(["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"?|'[^']*'?|[^"'&\s,}<]+)`,
  'gi',
);

const cut = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text);

/** Takes out what is secret in one exchange. */
type Cleaned = (text: string) => string;

/** Both halves of Basic credentials are one secret, the secret itself another. */
function secretsInHeader([name, value]: readonly [string, string]): readonly string[] {
  if (hiddenFor(name) === undefined) return [];
  const [scheme = '', credentials = ''] = value.split(' ');
  if (scheme.toLowerCase() !== 'basic') return [value, credentials];
  const [, secret = ''] = Buffer.from(credentials, 'base64').toString().split(/:(.*)/s);
  return [value, credentials, secret, new URLSearchParams(`=${secret}`).get('') as string];
}

/** Values of members that are hidden by their name, at any depth that is shown. */
function secretsInJson(value: unknown, depth = 0): readonly string[] {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return [];
  return Object.entries(value).flatMap(([name, one]) =>
    typeof one === 'string' && hiddenFor(name) !== undefined ? [one] : secretsInJson(one, depth + 1),
  );
}

/** Of any text, also with half a letter of UTF-16 in it. */
const percent = (text: string) => encodeURIComponent(Buffer.from(text).toString());

/** As it stands, in a URL, in a form, and in JSON. */
const spellings = (text: string) => [
  ...[text, percent(text)],
  ...[new URLSearchParams([['', text]]).toString().slice(1), JSON.stringify(text).slice(1, -1)],
];

function cleaning(asked: Asked, form: Pairs, { compact }: Token, { json }: Answer): Cleaned {
  const named = [...form, ...new URL(asked.url).searchParams].filter(([name]) => hiddenFor(name) !== undefined);
  const secrets = [
    ...[...named.map(([, value]) => value), ...asked.headers.flatMap(secretsInHeader), ...secretsInJson(json)],
    ...compact.split('.').slice(2),
  ];
  const written = [...new Set(secrets)].flatMap(spellings).filter((one) => one.length >= SHORTEST_SECRET);
  const tokens = compact.length > SHORTEST_SECRET ? spellings(compact) : [];
  written.sort((one, other) => other.length - one.length);
  return (text) => {
    const withoutToken = tokens.reduce((rest, token) => rest.replaceAll(token, '(the token)'), text);
    const clean = written.reduce((rest, secret) => rest.replaceAll(secret, '(a secret)'), withoutToken);
    return cut(clean.replace(JWT, '(a token)').replace(NAMED, '$1$2(a secret)'));
  };
}

const shownPair = ([name, value]: readonly [string, string], token: string, cleaned: Cleaned) =>
  [name, value === token ? '(the token)' : (hiddenFor(name) ?? cleaned(value))] as [string, string];

function shownUrl(url: string, token: string, cleaned: Cleaned): string {
  const parsed = new URL(url);
  const query = [...parsed.searchParams].map((pair) => shownPair(pair, token, cleaned).map(percent).join('='));
  return `${parsed.origin}${parsed.pathname}${query.length > 0 ? '?' : ''}${query.join('&')}`;
}

function shownJson(value: unknown, cleaned: Cleaned, depth = 0): unknown {
  if (typeof value === 'string') return cleaned(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return '(nested too deep to be shown)';
  if (Array.isArray(value)) return value.map((one) => shownJson(one, cleaned, depth + 1));
  const members = Object.entries(value).map(([name, one]) => {
    const hidden = typeof one === 'string' ? hiddenFor(name) : undefined;
    return [cleaned(name), hidden ?? shownJson(one, cleaned, depth + 1)];
  });
  return Object.fromEntries(members);
}

const shownBody = ({ json, text }: Answer, cleaned: Cleaned) =>
  json && text.length <= LARGEST_JSON ? shownJson(json, cleaned) : cleaned(text);

const decoded = (part: unknown) => (typeof part === 'string' ? cut(part) : part);

/** A request and its answer, for the report. */
export function shownExchange(what: string, asked: Asked, form: Pairs, token: Token, answer: Answer): Exchange {
  const { status, headers, problem, milliseconds } = answer;
  const { compact } = token;
  const cleaned = cleaning(asked, form, token, answer);
  const came = Object.entries(headers).filter(([name]) => TELLING.includes(name));
  const shown = (pairs: Pairs) => pairs.map((pair) => shownPair(pair, compact, cleaned));
  return {
    what,
    sent: {
      ...{ method: asked.method, url: shownUrl(asked.url, compact, cleaned) },
      headers: Object.fromEntries(shown(asked.headers)),
      form: shown(form),
      token: { header: decoded(token.header), claims: decoded(token.claims) },
    },
    ...(problem === undefined && {
      got: { status, headers: Object.fromEntries(shown(came)), body: shownBody(answer, cleaned) },
    }),
    ...(problem !== undefined && { problem }),
    milliseconds: Math.round(milliseconds),
  };
}
