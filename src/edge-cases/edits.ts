/**
 * The closed set of edits that make a token wrong: what is changed in its header and claims, who signs it, and what
 * becomes of its bytes. Each is a word or a patch; `tokens/bend/` does what it says.
 */
import * as z from 'zod';
import { oneOf } from './one-of.js';
import { Value } from './values.js';

const memberName = z.string().max(1000);
/** The most members that one patch names in each way. */
const MOST = 1000;
const pairs = z
  .array(z.tuple([memberName, Value]))
  .min(1)
  .max(MOST);
const few = (members: object) => Object.keys(members).length <= MOST;
const tooMany = `names more than ${MOST} members`;

/** zod passes over this name without a word, so it is said here. */
function withoutProto(input: unknown, context: z.RefinementCtx): unknown {
  for (const name of ['only', 'set']) {
    const members = (input as Record<string, unknown> | null)?.[name];
    if (typeof members !== 'object' || members === null || !Object.hasOwn(members, '__proto__')) continue;
    const message = 'has a member __proto__, which can only be put with prepend or append';
    context.addIssue({ code: 'custom', path: [name], message });
  }
  return input;
}

/** A change to the members of a JSON object, which keep their order. */
export const Patch = z.preprocess(
  withoutProto,
  z
    .strictObject({
      only: z.record(memberName, Value).refine(few, tooMany).describe('These members and no others.'),
      set: z
        .record(memberName, Value)
        .refine(few, tooMany)
        .refine((members) => Object.keys(members).length > 0, 'is empty')
        .describe('Replaces a member where it stands, or adds it at the end.'),
      remove: z.array(memberName).min(1).max(MOST),
      prepend: pairs.describe('Puts members first, also under a name that is there already.'),
      append: pairs.describe('Puts members last, also under a name that is there already.'),
    })
    .partial()
    .refine((patch) => Object.keys(patch).length > 0, 'changes nothing'),
);
export type Patch = z.infer<typeof Patch>;

/** Whose key signs, by which algorithm; it decides `alg` and `kid`, unless the header is patched. */
export const SIGNERS = {
  active: 'the org, as always',
  retired: 'the org by another key that it publishes: the one before, or else the next',
  unpublished: 'a key that no key set has or had',
  newcomer: 'a key of the org that is published only once it signs',
  withdrawn: 'a key of the org that is in no key set any more',
  attacker: 'a key that the attacker made',
  'other-issuer': 'a second identity provider',
  ras: 'the resource authorization server: its private key is to be given',
  client: 'the client: its private key is to be given',
  rs512: 'the org by RS512, with a key published for it',
  ps256: 'the org by PS256, with a key published for it',
  'ps256-of-rs256-key': 'the org by PS256, with a key that is published for RS256',
  es256: 'the org by ES256',
  'es256-of-rsa-key': 'by ES256 under the kid of an RSA key',
  'es256-of-p384-key': 'by ES256 under the kid of a P-384 key',
  eddsa: 'the org by EdDSA (Ed25519)',
  'rsa-1024': 'the org by an RSA key of 1024 bits',
  'enc-key': 'the org by a key that is published for encryption',
  'keyops-sign-key': 'the org by a key that is published with key_ops ["sign"]',
  'private-jwk-key': 'the org by a key that is published with its private half',
  'x5c-mismatch-key': 'the org by a key that is published with the certificate of another',
  'oct-key': 'HS256 by a symmetric key that is published',
  none: 'nobody: alg none, and no signature',
  'hs256-pem': 'HS256 keyed with the public key as PEM',
  'hs256-der': 'HS256 keyed with the public key as DER',
  'hs256-jwk': 'HS256 keyed with the public JWK as text',
  'hs256-modulus': 'HS256 keyed with the modulus',
  'hs256-client-secret': 'HS256 keyed with the client secret, which is to be given',
  'hs256-empty': 'HS256 keyed with nothing',
} as const;
export type SignerName = keyof typeof SIGNERS;
export const SignerName = oneOf(SIGNERS);

/** What becomes of the signature once it is made. */
export const SIGNATURES = {
  empty: 'taken away',
  truncated: 'without its last 32 bytes',
  flipped: 'one bit of it turned',
  zeros: 'zeros',
  der: 'in DER instead of the two numbers one after the other',
} as const;
export type SignatureEdit = keyof typeof SIGNATURES;

/** What the payload is, instead of the claims as JSON in UTF-8. */
export const PayloadEdit = z
  .strictObject({
    text: z.string().max(10_000).describe('This text.'),
    base64url: z
      .string()
      .regex(/^[\w-]*$/, 'is not base64url')
      .describe('These bytes.'),
    within: memberName.describe('The claims as the value of this one member.'),
    encoding: z.enum(['bom', 'utf-16', 'invalid-utf-8']),
    compressed: z.literal(true).describe('Deflated (raw DEFLATE).'),
    jws: z.literal('unsigned').describe('A JWT of these claims, with alg none.'),
  })
  .partial()
  .refine((edit) => Object.keys(edit).length === 1, 'is one of text, base64url, within, encoding, compressed, jws');
export type PayloadEdit = z.infer<typeof PayloadEdit>;

/** In which form the whole token is written. */
export const SHAPES = {
  'two-segments': 'header and claims only',
  'four-segments': 'with an empty segment more',
  'empty-segments': 'two dots',
  padded: 'its signature padded with =',
  'standard-base64': 'its signature in the alphabet of base64 that has + and /',
  'newline-inside': 'with a line break within its signature',
  'json-flattened': 'as a flattened JSON object (RFC 7515)',
  'json-general': 'as a general JSON object (RFC 7515)',
  'json-compact-hybrid': 'as a JSON object with a member whose name looks like a compact JWT',
} as const;
export type ShapeName = keyof typeof SHAPES;

/** A JWE around the token, its claims without a signature, or around nothing that anybody could decrypt. */
export const Encryption = z.strictObject({
  what: z.enum(['token', 'claims', 'zeros', 'junk']).describe('zeros: 10 MB of them.'),
  alg: z.enum(['RSA-OAEP-256', 'PBES2-HS256+A128KW']),
  enc: z.enum(['A256GCM', 'A128GCM']).default('A256GCM'),
  header: Patch.optional(),
  to: z
    .enum(['server', 'nobody'])
    .default('nobody')
    .describe('server: its public key is to be given. nobody: a key that no server has.'),
  zip: z.literal('DEF').optional().describe('Compressed before it is encrypted.'),
});
export type Encryption = z.infer<typeof Encryption>;
