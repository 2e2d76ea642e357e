/** Credentials as they are sent over the API, to apps and to AI agents alike: what a key and a secret must be to be kept. */
import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { Activity } from './activity.js';
import { NewJwk } from './jwk.js';
import { type KeyProblem, keyWeakness } from './key-strength.js';
import { withoutNulls } from './without-nulls.js';

/** Okta's bounds. */
export const SentSecret = z
  .string()
  .min(14)
  .max(100)
  .regex(/^[\x21-\x7e]+$/, 'has characters other than printable ASCII');

/** What a key can sign with, by its type or curve. RFC 7518 "Digital Signatures and MACs". */
const ALGORITHMS = {
  RSA: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  'P-256': ['ES256'],
  'P-384': ['ES384'],
  'P-521': ['ES512'],
} as const;

/** What is wrong with a key that is well formed. */
function problemsOf(key: NewJwk): KeyProblem[] {
  const { alg, use = 'sig' } = key;
  const weakness = keyWeakness(key);
  const fitting: readonly string[] = ALGORITHMS[key.kty === 'EC' ? key.crv : 'RSA'];
  const says = `does not fit the key, which signs with ${fitting.join(', ')}`;
  return [
    ...(weakness === undefined ? [] : [weakness]),
    ...(use === 'sig' ? [] : [{ member: 'use', says: 'is another use than sig; this org encrypts nothing' }]),
    ...(alg === undefined || fitting.includes(alg) ? [] : [{ member: 'alg', says }]),
  ];
}

/** A public key with its status. One without a `kid` gets one; what is null is not there. */
export const SentKey = z
  .preprocess(withoutNulls, NewJwk.and(z.object({ status: Activity.default('ACTIVE') })))
  .superRefine((key, context) => {
    for (const { member, says } of problemsOf(key)) {
      context.addIssue({ code: 'custom', path: [member], message: says });
    }
  })
  .transform(({ kid = randomBytes(16).toString('hex'), ...key }) => ({ ...key, kid }));
