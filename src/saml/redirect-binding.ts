/**
 * HTTP-Redirect: a message deflated into a URL, signed beside itself over the octets of the URL as they were sent. SAML
 * bindings, "HTTP Redirect Binding".
 */
import { sign as signBytes, verify as verifyBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type Fact, type Problem, problem } from '../protocol/rule.js';
import { type Base64Problem, readBase64 } from './base64.js';
import { publicKeyOf } from './certificate.js';
import { algorithmOf, allows, SIGNATURE_ALGORITHM, type SignatureAlgorithm } from './names.js';
import { LIMITS } from './read-xml.js';
import type { Signer } from './sign.js';
import type { SignatureProblem, Trust } from './verify.js';

/** Whether a message asks or answers. */
export type Kind = 'SAMLRequest' | 'SAMLResponse';

/** What the URL is signed with, and which of its octets. */
export interface UrlSignature {
  readonly algorithm: string;
  readonly value: string;
  /** As they were received, percent signs and all. */
  readonly octets: string;
}

export interface RedirectMessage {
  readonly kind: Kind;
  /** The XML. */
  readonly bytes: Buffer;
  readonly relayState: string | undefined;
  readonly signature: UrlSignature | undefined;
}

export type BindingProblem =
  | Base64Problem
  /** Neither a request nor a response, or both. */
  | 'no-message'
  /** A parameter of the binding stands twice. */
  | 'parameter-twice'
  /** Percent signs that say nothing. */
  | 'not-encoded'
  | 'not-deflated'
  /** Another than DEFLATE. */
  | 'encoding';

const DEFLATE = 'urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE';
const NAMES = ['SAMLRequest', 'SAMLResponse', 'RelayState', 'SigAlg', 'Signature', 'SAMLEncoding'] as const;
type Name = (typeof NAMES)[number];

/** Pairs of the query as they were sent, by name. */
function pairsOf(query: string): ReadonlyMap<Name, string> | Problem<'parameter-twice'> {
  const found = new Map<Name, string>();
  for (const pair of query.replace(/^\?/, '').split('&')) {
    const name = NAMES.find((one) => pair.startsWith(`${one}=`));
    if (name && found.has(name)) return problem('parameter-twice');
    if (name) found.set(name, pair);
  }
  return found;
}

function decodedValue(pair: string): string | undefined {
  try {
    return decodeURIComponent(pair.slice(pair.indexOf('=') + 1).replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** A blank in a value of base64 was a plus sign that somebody did not encode. */
const withPlus = (base64: string | undefined) => base64?.replaceAll(' ', '+');

/** A message out of what was deflated: never more than a message may have, so a bomb goes off no further. */
export function inflated(bytes: Buffer): Buffer | Problem<'not-deflated' | 'too-large'> {
  try {
    return inflateRawSync(bytes, { maxOutputLength: LIMITS.characters });
  } catch (error) {
    return problem((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'not-deflated');
  }
}

function signatureIn(
  pairs: ReadonlyMap<Name, string>,
  kind: Kind,
  values: ReadonlyMap<Name, string>,
): UrlSignature | undefined {
  const algorithm = values.get('SigAlg');
  const value = withPlus(values.get('Signature'));
  if (algorithm === undefined || value === undefined) return undefined;
  const signed = [kind, 'RelayState', 'SigAlg'] as const;
  return { algorithm, value, octets: signed.flatMap((name) => pairs.get(name) ?? []).join('&') };
}

/**
 * The message in a URL.
 * @param query what follows the question mark, as it was received: no decoding, no other order
 */
export function readRedirect(query: string): RedirectMessage | Problem<BindingProblem> {
  const pairs = pairsOf(query);
  if ('problem' in pairs) return pairs;
  const decoded = [...pairs].map(([name, pair]) => [name, decodedValue(pair)] as const);
  if (decoded.some(([, value]) => value === undefined)) return problem('not-encoded');
  const values = new Map(decoded as [Name, string][]);
  const kind: Kind = values.has('SAMLRequest') ? 'SAMLRequest' : 'SAMLResponse';
  if (values.has('SAMLRequest') === values.has('SAMLResponse')) return problem('no-message');
  if ((values.get('SAMLEncoding') ?? DEFLATE) !== DEFLATE) return problem('encoding');
  const packed = readBase64(withPlus(values.get(kind)) as string, LIMITS.characters);
  const bytes = 'problem' in packed ? packed : inflated(packed);
  if ('problem' in bytes) return bytes;
  return { kind, bytes, relayState: values.get('RelayState'), signature: signatureIn(pairs, kind, values) };
}

/** The algorithm of a verified URL, or why it is not verified: by the given certificates only. */
export function verifyRedirect(
  signature: UrlSignature | undefined,
  { certificates, policy }: Trust,
): Fact<SignatureAlgorithm, SignatureProblem> {
  if (!signature) return problem('unsigned');
  const algorithm = algorithmOf(signature.algorithm);
  if (!algorithm || !allows(policy, algorithm)) return problem('algorithm');
  if (certificates.length === 0) return problem('no-certificate');
  const value = readBase64(signature.value, LIMITS.characters);
  if ('problem' in value) return problem('form');
  const { hash } = SIGNATURE_ALGORITHM[algorithm];
  const verified = certificates.some((certificate) => {
    const key = publicKeyOf(certificate);
    return key !== undefined && verifyBytes(hash, Buffer.from(signature.octets), key, value);
  });
  return verified ? algorithm : problem('mismatch');
}

/** What is sent by redirect. */
export interface ToRedirect {
  /** May have a query of its own. */
  readonly destination: string;
  readonly kind: Kind;
  /** The message, without a signature in it. */
  readonly text: string;
  readonly relayState?: string | undefined;
  readonly signer?: Pick<Signer, 'key' | 'algorithm'> | undefined;
}

/** The URL that carries the message. */
export function redirectUrl({ destination, kind, text, relayState, signer }: ToRedirect): string {
  const pairs = [`${kind}=${encodeURIComponent(deflateRawSync(text).toString('base64'))}`];
  if (relayState !== undefined) pairs.push(`RelayState=${encodeURIComponent(relayState)}`);
  if (signer) {
    const { uri, hash } = SIGNATURE_ALGORITHM[signer.algorithm];
    pairs.push(`SigAlg=${encodeURIComponent(uri)}`);
    const value = signBytes(hash, Buffer.from(pairs.join('&')), signer.key).toString('base64');
    pairs.push(`Signature=${encodeURIComponent(value)}`);
  }
  return `${destination}${destination.includes('?') ? '&' : '?'}${pairs.join('&')}`;
}
