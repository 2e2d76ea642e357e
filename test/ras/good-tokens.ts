/** Tokens from the good claims, changed, signed or made by hand; and the keys that they are explained with. */
import type { Test } from 'tap';
import type { Expectations, Explanation } from '../../src/ras/explain.js';
import { freshKey, sign } from '../support/forge.js';
import { EXPECTED, GOOD_CLAIMS, GOOD_HEADER } from './good-facts.js';

export const issuerKey = await freshKey('RS256', 'k1');
export const otherKey = await freshKey();
export const ecKey = await freshKey('ES256', 'e1');
export const KEYS = [issuerKey.jwk];

const { nbf: _, cnf: _cnf, ...rest } = GOOD_CLAIMS;
/** The claims of a token that nothing speaks against. */
export const claims = rest;
export const expected: Expectations = { ...EXPECTED, resource: GOOD_CLAIMS.resource, keys: KEYS };

export const without = (object: object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

/** The good claims with changes; undefined leaves a member out. */
export const signed = (change: object = {}, header: object = {}, key: Parameters<typeof sign>[2] = issuerKey.key) =>
  sign(without({ ...claims, ...change }), without({ ...GOOD_HEADER, ...header }) as { alg: string }, key);

export const b64 = (text: string) => Buffer.from(text).toString('base64url');
const encoded = (part: unknown) => b64(typeof part === 'string' ? part : JSON.stringify(part));

/** Of these parts as they stand, signed by nobody. */
export const handmade = (header: unknown, payload: unknown, signature = 'AAAA') =>
  `${encoded(header)}.${encoded(payload)}.${signature}`;

export const good = await signed();

export const rowOf = ({ rules }: Explanation, name: string) => rules.find((rule) => rule.name === name);
export const crossed = ({ rules }: Explanation) =>
  rules.filter(({ outcome }) => outcome === 'cross').map(({ name }) => name);

/** What explain must never do, whatever the token. */
export function assertDecent(t: Test, token: string, explanation: Explanation): void {
  for (const { name, found } of explanation.rules) t.match(found, /^[A-Za-z"].*[.]$/s, `${name}: ${found}`);
  if (token.length > 100) t.notOk(JSON.stringify(explanation).includes(token), 'the token is not repeated');
  t.equal(explanation.accepted, crossed(explanation).length === 0);
  t.equal(explanation.refusedBy, crossed(explanation)[0] ?? null);
}
