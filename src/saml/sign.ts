/**
 * Signs an element as Okta does: digest and signature over its exclusive canonical form, which a library makes. The signature
 * is written by the template and not by that library, which puts the list of prefixes below every transform.
 */
import { createHash, type KeyObject, sign as signBytes } from 'node:crypto';
import { ExclusiveCanonicalization } from 'xml-crypto';
import { type Xml, xml } from '../html/xml.js';
import type { Certificate } from './certificate.js';
import { domOf } from './dom.js';
import { NAMESPACE, SIGNATURE_ALGORITHM, type SignatureAlgorithm, TRANSFORM } from './names.js';

/** Who signs, and how. */
export interface Signer {
  /** RSA, private. */
  readonly key: KeyObject;
  /** Stands in KeyInfo. */
  readonly certificate: Certificate;
  readonly algorithm: SignatureAlgorithm;
  /** Whose digest is used, where it is not that of the algorithm. */
  readonly digest?: SignatureAlgorithm | undefined;
}

/** How a bent signature differs from Okta's. */
export interface SignatureParts {
  readonly uri: string;
  readonly digestUri: string;
  readonly hash: string;
  readonly sign: (input: Buffer) => Buffer;
  readonly certificate: Certificate;
}

/** The exclusive canonical form of a whole text. XML canonicalisation is the library's. */
export function canonical(text: string, prefixes: readonly string[] = []): string {
  const options = { inclusiveNamespacesPrefixList: [...prefixes] };
  return new ExclusiveCanonicalization().process(domOf(text) as never, options);
}

/** Prefixes that stand in values only, where canonicalisation does not see them. */
function inclusive(prefixes: readonly string[]): Xml | undefined {
  if (prefixes.length === 0) return undefined;
  const list = prefixes.join(' ');
  return xml`<ec:InclusiveNamespaces PrefixList="${list}" xmlns:ec="${NAMESPACE.exclusive}"/>`;
}

function exclusiveTransform(prefixes: readonly string[]): Xml {
  const inside = inclusive(prefixes);
  if (!inside) return xml`<ds:Transform Algorithm="${TRANSFORM.exclusive}"/>`;
  return xml`<ds:Transform Algorithm="${TRANSFORM.exclusive}">${inside}</ds:Transform>`;
}

/** What a signature is about. */
export interface Signed {
  readonly id: string;
  /** The element without the signature, by itself. */
  readonly text: string;
  readonly prefixes?: readonly string[];
}

function signedInfo({ id, text, prefixes = [] }: Signed, { uri, digestUri, hash }: SignatureParts): Xml {
  const digest = createHash(hash).update(canonical(text, prefixes)).digest('base64');
  return xml`<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="${TRANSFORM.exclusive}"/><ds:SignatureMethod Algorithm="${uri}"/><ds:Reference URI="${`#${id}`}"><ds:Transforms><ds:Transform Algorithm="${TRANSFORM.enveloped}"/>${exclusiveTransform(prefixes)}</ds:Transforms><ds:DigestMethod Algorithm="${digestUri}"/><ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>`;
}

/** The signature by those parts. */
export function signatureWith(signed: Signed, parts: SignatureParts): Xml {
  const info = signedInfo(signed, parts);
  // Alone it has to say what `ds` is; the canonical form says so in any case.
  const alone = info.markup.replace('>', ` xmlns:ds="${NAMESPACE.signature}">`);
  const value = parts.sign(Buffer.from(canonical(alone))).toString('base64');
  return xml`<ds:Signature xmlns:ds="${NAMESPACE.signature}">${info}<ds:SignatureValue>${value}</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${parts.certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>`;
}

/** The signature that goes behind the issuer of the element. SAML core, "XML Signature Profile". */
export function signatureOf(signed: Signed, { key, certificate, algorithm, digest = algorithm }: Signer): Xml {
  const { uri, hash } = SIGNATURE_ALGORITHM[algorithm];
  const { digest: digestUri, hash: digestHash } = SIGNATURE_ALGORITHM[digest];
  const sign = (input: Buffer) => signBytes(hash, input, key);
  return signatureWith(signed, { uri, digestUri, hash: digestHash, sign, certificate });
}
