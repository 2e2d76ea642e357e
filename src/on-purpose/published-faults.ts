/** What faults make of the documents that an org publishes: its key sets, and its metadata. A word, and what it does. */
import type { KEY_SETS, METADATA } from '../edge-cases/situations.js';
import type { SigningKey } from '../registry/jwk.js';
import { type EdgeCaseKeys, publishedFor } from '../tokens/bend/edge-case-keys.js';
import { publicHalf } from '../tokens/keys.js';
import { STRANGE_KEY } from '../tokens/unfriendly.js';

/** An answer in place of the right one. */
export interface FaultyAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** Blanks behind the body, up to so many bytes. */
  readonly padTo?: number;
}

/** What a key set is made from. */
export interface KeySetAtHand {
  /** As it should be. */
  readonly text: string;
  /** The signing keys of the server. */
  readonly keys: readonly SigningKey[];
  readonly edge: EdgeCaseKeys;
  /** Where a redirect leads. */
  readonly leadsTo?: string | undefined;
}

type Jwk = Readonly<Record<string, unknown>>;

const HUGE = 50_000_000;
const SORRY = '<!doctype html><title>Maintenance</title><p>We will be back soon.</p>';
const ELSEWHERE = 'https://attacker.example/keys';

const keysIn = (text: string) => (JSON.parse(text) as { keys: readonly Jwk[] }).keys;
const setOf = (keys: readonly unknown[]): FaultyAnswer => ({ body: JSON.stringify({ keys }) });

/** Each key of the set as the function makes it. */
const eachKey =
  (change: (key: Jwk) => unknown) =>
  ({ text }: KeySetAtHand): FaultyAnswer =>
    setOf(keysIn(text).map(change));

/** More keys in the set, but for those that it has already: two of one kid would be another fault. */
const withKeys =
  (...more: readonly (Parameters<typeof publishedFor>[0] | Jwk)[]) =>
  ({ text, edge }: KeySetAtHand): FaultyAnswer => {
    const there = keysIn(text);
    const added = more.map((one) => (typeof one === 'string' ? publishedFor(one, edge) : one));
    return setOf([...there, ...added.filter((key) => !there.some(({ kid }) => kid === key?.kid))]);
  };

/** The attacker's key under the kid of another. */
const attackersAs = (kid: unknown, edge: EdgeCaseKeys) => ({ ...publishedFor('attacker', edge), kid });

const isActiveKey = ({ keys }: KeySetAtHand) => {
  const active = keys.find(({ status }) => status === 'ACTIVE');
  const kid = active && publicHalf(active).kid;
  return (key: Jwk) => key.kid === kid;
};

/** RFC 7517. */
export const KEY_SET_FAULTS: Readonly<Record<keyof typeof KEY_SETS, (atHand: KeySetAtHand) => FaultyAnswer>> = {
  down: () => ({ status: 503, headers: { 'content-type': 'text/plain' }, body: 'Service Unavailable' }),
  empty: () => setOf([]),
  'not-json': () => ({ body: '{"keys":[' }),
  html: () => ({ headers: { 'content-type': 'text/html; charset=utf-8' }, body: SORRY }),
  redirect: ({ leadsTo = ELSEWHERE }) => ({
    status: 302,
    headers: { location: new URL(leadsTo).href },
    body: '',
  }),
  huge: ({ text }) => ({ body: text, padTo: HUGE }),
  'foreign-members': withKeys(STRANGE_KEY, 'enc-key', 'keyops-sign-key', 'es256'),
  'duplicate-kid': (atHand) => {
    const isActive = isActiveKey(atHand);
    const wrong = (key: Jwk) => (isActive(key) ? [attackersAs(key.kid, atHand.edge), key] : [key]);
    return setOf(keysIn(atHand.text).flatMap(wrong));
  },
  'missing-kid': eachKey(({ kid: _, ...rest }) => rest),
  'enc-only': eachKey((key) => ({ ...key, use: 'enc' })),
  oct: withKeys('oct-key'),
  'private-members': ({ keys }) =>
    setOf(keys.map((key) => ({ ...publicHalf(key), ...key.jwk, kid: publicHalf(key).kid }))),
  'kid-reused': (atHand) => {
    const isActive = isActiveKey(atHand);
    return setOf(keysIn(atHand.text).map((key) => (isActive(key) ? attackersAs(key.kid, atHand.edge) : key)));
  },
  rollback: withKeys('withdrawn'),
  attacker: ({ edge }) => setOf([publishedFor('attacker', edge)]),
};

type Document = Readonly<Record<string, unknown>>;

/** The same address without TLS; one of this machine is that of a host that does not exist. */
const withoutTls = (url: string) =>
  url.replace(/^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])?/, (_, local) =>
    local ? 'http://keys.example' : 'http://',
  );

/** RFC 8414. `leadsTo`: where a jwks_uri without TLS leads. */
export const METADATA_FAULTS: Readonly<
  Record<keyof typeof METADATA, (document: Document, leadsTo?: string) => Document>
> = {
  'issuer-mismatch': (document) => ({ ...document, issuer: 'https://other-issuer.example' }),
  // Once: the address may be the new one already.
  'jwks-uri-moved': (document) => ({
    ...document,
    jwks_uri: `${document.jwks_uri}/moved`.replace('/moved/moved', '/moved'),
  }),
  'jwks-uri-http': (document, leadsTo) => ({
    ...document,
    jwks_uri: leadsTo ?? withoutTls(String(document.jwks_uri)),
  }),
};
