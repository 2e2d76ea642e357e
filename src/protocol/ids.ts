/**
 * Okta's identifiers: 20 characters behind a prefix that tells the kind, ORNs, and the identifiers of tokens and
 * requests. Made from random bytes, or from a name so that loading the same org file twice gives the same ids.
 */
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { customAlphabet, nanoid } from 'nanoid';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const random = customAlphabet(ALPHABET, 20);

/** Kind -> the prefix Okta gives its ids. */
export const ID_PREFIX = {
  org: '00o',
  user: '00u',
  group: '00g',
  application: '0oa',
  samlKey: 'exk',
  agent: 'wlp',
  connection: 'mcn',
  delegation: 'dlk',
  authorizationServer: 'aus',
  publicKey: 'pks',
  secret: 'ocs',
  apiToken: '00T',
  grant: 'oag',
  refreshToken: 'oar',
  session: '102',
  error: 'oae',
  operation: 'op-',
  policy: '00p',
  policyRule: '0pr',
  scope: 'scp',
  crossAppAccess: 'cwo',
  armedCase: 'arm',
  fault: 'flt',
} as const;
export type IdKind = keyof typeof ID_PREFIX;

/** A fresh id of that kind: 20 characters, prefix included. */
export function newId(kind: IdKind): string {
  return ID_PREFIX[kind] + random(20 - ID_PREFIX[kind].length);
}

/** The id that belongs to a name: always the same for the same kind and name. */
export function idFromName(kind: IdKind, name: string): string {
  const digest = createHash('sha256').update(`${kind}\n${name}`).digest();
  const letters = Array.from(digest, (byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return ID_PREFIX[kind] + letters.slice(0, 20 - ID_PREFIX[kind].length);
}

/** The id of a SAML message or assertion, as Okta writes it: `id` and digits; 128 bits, so that nobody guesses one. */
export function newSamlId(): string {
  return `id${BigInt(`0x${randomBytes(16).toString('hex')}`)}`;
}

/** Okta's SessionIndex: the id of the request, or one of its own where nobody asked. @param now epoch milliseconds */
export function newSessionIndex(requestId: string | undefined, now: number): string {
  return requestId ?? `id${now}.${randomInt(2 ** 31)}`;
}

/** A secret of `length` base64url characters (6 bits each) for codes, sessions and tokens. */
export function newSecret(length: number): string {
  return nanoid(length);
}

/**
 * A token identifier as Okta writes it, prefix and 43 base64url characters. The first 20 are the id of the grant, so
 * that every token leads back to its grant without a record of its own; the other 23 are random.
 */
export function newTokenId(prefix: 'ID' | 'AT', grantId: string): string {
  return `${prefix}.${grantId}${newSecret(23)}`;
}

/** The grant id inside a token identifier made by {@link newTokenId}. */
export function grantIdOf(jti: string): string {
  return jti.slice(3, 23);
}

/** Okta resource names. */
export const orn = {
  application: (orgId: string, name: string, id: string) => `orn:okta:idp:${orgId}:apps:${name}:${id}`,
  agent: (orgId: string, id: string) => `orn:okta:directory:${orgId}:workload-principals:ai-agents:${id}`,
  user: (orgId: string, id: string) => `orn:okta:directory:${orgId}:users:${id}`,
  authorizationServer: (orgId: string, id: string) => `orn:okta:idp:${orgId}:authorization_servers:${id}`,
  connection: (orgId: string, id: string) => `orn:okta:idp:${orgId}:connections:${id}`,
} as const;
