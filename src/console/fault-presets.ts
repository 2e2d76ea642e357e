/** Faults that are wanted most, each for one click, and the endpoints that a fault is put on most. Data. */
import type * as z from 'zod';
import type { FaultRequest } from '../control/faults.js';

interface Preset {
  /** What the button says, and what is done. */
  readonly label: string;
  /** What your server or your client has to do then. */
  readonly says: string;
  readonly request: z.input<typeof FaultRequest>;
}

const KEYS = '/oauth2/**/keys';
const TOKEN = '/oauth2/**/v1/token';
const METADATA = '/**/.well-known/**';

/** By what a form names them. */
export const PRESETS = {
  'keys-500': {
    label: 'Keys answer 500',
    says: 'A server that holds the key set goes on with it; one that does not refuses the token, and does not answer 500 itself.',
    request: { route: KEYS, fault: { status: { code: 500 } } },
  },
  'keys-empty': {
    label: 'No keys',
    says: 'A kid that is not in the key set is not trusted. A cache that is thrown away for an empty set locks everybody out.',
    request: { fault: { jwks: 'empty' } },
  },
  'keys-slow': {
    label: 'Keys take 10 s',
    says: 'A server waits a few seconds at most, and holds nobody else up meanwhile.',
    request: { route: KEYS, fault: { latency: { fixed: '10s' } } },
  },
  'keys-html': {
    label: 'Keys are a page of HTML',
    says: 'The login page of a proxy is no key set, whatever its status says.',
    request: { fault: { jwks: 'html' } },
  },
  'keys-unknown': {
    label: 'Strange keys among them',
    says: 'Keys of unknown kinds are passed over; the right one is found all the same.',
    request: { fault: { jwks: 'foreign-members' } },
  },
  'token-503': {
    label: 'Token endpoint answers 503',
    says: 'A client tries again later, as Retry-After says, and tells the user.',
    request: { route: TOKEN, fault: { status: { code: 503, headers: { 'retry-after': '30' } } } },
  },
  'token-slow': {
    label: 'Token endpoint takes 10 s',
    says: 'A client has a limit of its own, and does not send the same request twice meanwhile.',
    request: { route: TOKEN, fault: { latency: { fixed: '10s' } } },
  },
  'token-lost': {
    label: 'Token endpoint loses its answer',
    says: 'The request was carried out: a code is spent, and the client has nothing. It has to sign the user in anew.',
    request: { route: TOKEN, fault: { reset: 'after' } },
  },
  'discovery-503': {
    label: 'Discovery answers 503',
    says: 'A server goes on with the metadata it holds, and tries again; it guesses no addresses.',
    request: { route: METADATA, fault: { status: { code: 503 } } },
  },
  'discovery-issuer': {
    label: 'Discovery names another issuer',
    says: 'A server that finds another issuer there than it asked for believes none of it (RFC 8414).',
    request: { fault: { metadata: 'issuer-mismatch' } },
  },
  'keys-moved': {
    label: 'Keys move to a new address',
    says: 'A server reads jwks_uri again when the old address answers 404.',
    request: { fault: { metadata: 'jwks-uri-moved' } },
  },
} as const satisfies Readonly<Record<string, Preset>>;

/** Where a fault may be, offered by name. */
export const ROUTES = [
  { value: KEYS, label: 'Keys of every server' },
  { value: '/oauth2/v1/keys', label: 'Keys of the org' },
  { value: TOKEN, label: 'Every token endpoint' },
  { value: '/oauth2/v1/token', label: 'Token endpoint of the org' },
  { value: '/oauth2/*/v1/token', label: 'Token endpoints of custom authorization servers' },
  { value: METADATA, label: 'Discovery of every server' },
  { value: '/oauth2/**/v1/authorize', label: 'Sign-in' },
  { value: '/oauth2/**/v1/introspect', label: 'Introspection' },
  { value: '/oauth2/**/v1/userinfo', label: 'User info' },
  { value: '/api/v1/**', label: 'Management API' },
  { value: '/**', label: 'Everywhere' },
] as const;
