/**
 * The closed set of edits that make a SAML response or assertion wrong: what it says, who signs it, how its parts are put
 * together, what becomes of its text, and how it travels. Each is a word or a patch; `saml/bend/` does what it says.
 */
import * as z from 'zod';
import { oneOf } from '../one-of.js';

/** What a text may name, in braces. `victim` is the NameID that an attacker would like to be. */
export const SAML_VALUES = {
  issuer: 'entity id of the identity provider',
  audience: 'entity id of the service provider',
  recipient: 'Assertion Consumer Service URL',
  nameId: 'NameID of the user',
  victim: 'NameID of another user, whom an attacker would like to be',
  requestId: 'id of the AuthnRequest; empty where nobody asked',
} as const;
export type SamlValueName = keyof typeof SAML_VALUES;

export const SAML_REFERENCE = /\{(\w+)\}/g;

const isValue = (name: string) => Object.hasOwn(SAML_VALUES, name);

const text = z
  .string()
  .max(10_000)
  .refine((one) => [...one.matchAll(SAML_REFERENCE)].every(([, name]) => isValue(name as string)), 'names no value');
/** A text, or null: taken away. */
const textOrNothing = text.nullable();
/** Seconds from now, or null: taken away. */
const secondsOrNothing = z.number().int().min(-1e9).max(1e9).nullable();

const some = <T extends z.ZodRawShape>(shape: T) =>
  z
    .strictObject(shape)
    .partial()
    .refine((patch: object) => Object.keys(patch).length > 0, 'changes nothing');

/** What the assertion says instead. */
export const AssertionPatch = some({
  id: textOrNothing,
  issuer: textOrNothing,
  nameId: textOrNothing,
  nameIdFormat: textOrNothing,
  spNameQualifier: textOrNothing,
  /** Restrictions, each a list. */
  audiences: z.array(z.array(text)).max(10),
  /** Of the subject confirmation. */
  method: text,
  confirmations: z.literal('none'),
  recipient: textOrNothing,
  inResponseTo: textOrNothing,
  confirmedUntil: secondsOrNothing,
  confirmedFrom: secondsOrNothing,
  notBefore: secondsOrNothing,
  notOnOrAfter: secondsOrNothing,
  issued: z.number().int(),
  sessionUntil: secondsOrNothing,
  authentication: z.literal('none'),
  attributes: z.enum(['none', 'one']),
});
export type AssertionPatch = z.infer<typeof AssertionPatch>;

/** What the response says instead. */
export const ResponsePatch = some({
  id: text,
  issuer: textOrNothing,
  destination: textOrNothing,
  inResponseTo: textOrNothing,
  status: text,
  issued: z.number().int(),
});
export type ResponsePatch = z.infer<typeof ResponsePatch>;

/** Who signs an element. */
export const SAML_SIGNERS = {
  none: 'nobody',
  active: 'the application’s key, RSA with SHA-256',
  sha512: 'the application’s key, RSA with SHA-512',
  sha1: 'the application’s key, RSA with SHA-1',
  attacker: 'an attacker’s key, with the attacker’s certificate in KeyInfo',
  'attacker-as-active': 'an attacker’s key, with the application’s certificate in KeyInfo',
  'hmac-certificate': 'HMAC with SHA-256, keyed with the application’s certificate as PEM',
  'hmac-key': 'HMAC with SHA-256, keyed with the application’s public key as PEM',
} as const;
export type SamlSignerName = keyof typeof SAML_SIGNERS;

/** How the parts are put together. XSW: the eight permutations of signature wrapping, as SAML Raider numbers them. */
export const ASSEMBLIES = {
  xsw1: 'a forged response around a signature that holds the signed one',
  xsw2: 'a forged response that holds the signed one, and its signature behind it',
  xsw3: 'a forged assertion before the signed one',
  xsw4: 'a forged assertion around the signed one',
  xsw5: 'a forged assertion with the signature, and the signed one at the end',
  xsw6: 'a forged assertion with the signature, which holds the signed one',
  xsw7: 'a forged assertion in the extensions of the response, before the signed one',
  xsw8: 'a forged assertion with the signature, whose object holds the signed one',
  'forged-last': 'the signed assertion, and a forged one behind it',
  'both-signed': 'two assertions for two users, each with a signature of its own',
  replaced: 'a signed response whose assertion somebody replaced by a forged one',
} as const;
export type AssemblyName = keyof typeof ASSEMBLIES;

/** What becomes of the text once it is signed. */
export const TAMPERINGS = {
  'nameid-changed': 'the NameID is now the victim’s',
  'nameid-comment': 'a comment stands in the NameID, behind the part that is the victim’s',
  'nameid-instruction': 'a processing instruction stands in the NameID, behind the part that is the victim’s',
  'nameid-cdata': 'the NameID is in a CDATA section',
  'attribute-added': 'somebody added an attribute statement',
  'signature-flipped': 'one bit of each signature value turned',
  'signature-empty': 'each signature value taken away',
  'digest-flipped': 'one bit of each digest value turned',
  'key-info-removed': 'no signature says by which certificate it is',
  doctype: 'a document type before it',
  'entity-internal': 'the NameID is an entity that the document type declares',
  'entity-external': 'the NameID is an entity out of a file of the server',
  'entity-bomb': 'the NameID is an entity of a billion characters',
  'instruction-before': 'a processing instruction before it',
  'spaces-between': 'line breaks between attributes, which canonicalisation does not see',
  'cut-off': 'its end is missing',
  'deep-nesting': 'ten thousand levels within it',
  large: 'ten megabytes of blanks within it',
} as const;
export type TamperingName = keyof typeof TAMPERINGS;

/** How it travels, instead of as base64. */
export const TRAVELS = {
  base64url: 'base64url without padding',
  'base64-unpadded': 'base64 without padding',
  'base64-lines': 'base64 in lines of 76 letters',
  xml: 'the XML as it is',
  deflated: 'deflated, as it would be in a URL',
  'bad-base64': 'with a character that base64 does not have',
  blank: 'nothing',
} as const;
export type TravelName = keyof typeof TRAVELS;

export const SamlEdits = z
  .strictObject({
    /** Default: as is asked for. */
    within: z.enum(['response', 'assertion']),
    assertion: AssertionPatch,
    response: ResponsePatch,
    sign: some({ assertion: oneOf(SAML_SIGNERS), response: oneOf(SAML_SIGNERS) }),
    assemble: oneOf(ASSEMBLIES),
    tamper: oneOf(TAMPERINGS),
    travel: oneOf(TRAVELS),
  })
  .partial();
export type SamlEdits = z.infer<typeof SamlEdits>;
