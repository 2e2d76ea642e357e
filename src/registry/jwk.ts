/** JSON Web Keys as the registry holds them: public keys of clients, and the org's own signing keys. RFC 7517. */
import * as z from 'zod';
import { collection } from './collection.js';

/** As long as the numbers of a 16384-bit key. */
const base64url = z
  .string()
  .max(2731)
  .regex(/^[A-Za-z0-9_-]+$/, 'is not base64url');

const Rsa = z.object({ kty: z.literal('RSA'), n: base64url, e: base64url });
const Ec = z.object({ kty: z.literal('EC'), crv: z.enum(['P-256', 'P-384', 'P-521']), x: base64url, y: base64url });

const Numbers = z.discriminatedUnion('kty', [Rsa, Ec]);

/** The most keys of one client. */
export const MOST_KEYS = 50;

const kid = z.string().min(1).max(255);
const ofPrivateHalf = z.undefined({ error: 'is the private half of a key; register the public half' }).optional();
const others = {
  alg: z.string().max(50).optional(),
  use: z.string().max(50).optional(),
  ...{ d: ofPrivateHalf, p: ofPrivateHalf, q: ofPrivateHalf, dp: ofPrivateHalf, dq: ofPrivateHalf, qi: ofPrivateHalf },
};

/** A public key of a client. Private members are refused: only the client has them. */
export const Jwk = Numbers.and(z.object({ kid, ...others }));
export type Jwk = z.infer<typeof Jwk>;

/** A public key that is to be registered; one without a kid is given one. */
export const NewJwk = Numbers.and(z.object({ kid: kid.optional(), ...others }));
export type NewJwk = z.infer<typeof NewJwk>;

/** A private RSA key for signing. */
export const SigningJwk = Rsa.extend({
  d: base64url,
  p: base64url,
  q: base64url,
  dp: base64url,
  dq: base64url,
  qi: base64url,
});
export type SigningJwk = z.infer<typeof SigningJwk>;

/** A signing key of the org or of one custom authorization server. */
export const SigningKey = z.strictObject({
  id: z.string(),
  /** `org`, or the id of the custom authorization server that signs with it. */
  server: z.string(),
  /** ACTIVE signs and is published; NEXT and RETIRED are published only; WITHDRAWN is kept, and good for nothing. */
  status: z.enum(['ACTIVE', 'NEXT', 'RETIRED', 'WITHDRAWN']),
  kid: z
    .string()
    .min(1)
    .optional()
    .describe('The id when absent; only a key that another server has, too, or whose kid another key had, needs one.'),
  rotatedAt: z.iso.datetime().optional().describe('When it began to sign, if that was by a rotation.'),
  jwk: SigningJwk,
});
export type SigningKey = z.infer<typeof SigningKey>;

export const signingKeys = collection({
  name: 'signingKeys',
  lifetime: 'registry',
  schema: SigningKey,
  indexes: { server: (key) => [key.server] },
});

/** A key that is published. */
export type KeyInUse = SigningKey & { readonly status: Exclude<SigningKey['status'], 'WITHDRAWN'> };

export function isInUse(key: SigningKey): key is KeyInUse {
  return key.status !== 'WITHDRAWN';
}

/** The `kid` of a signing key. */
export function kidOf({ id, kid }: SigningKey): string {
  return kid ?? id;
}
