/**
 * Verifies the signature in an element, by given certificates alone: what a message says of its own keys is never looked at.
 * What is handed back is read anew out of the bytes that were signed, so nothing beside them can be believed by mistake.
 */
import { SignedXml } from 'xml-crypto';
import { type Fact, isKnown, type Problem, problem } from '../protocol/rule.js';
import { type Certificate, publicKeyOf } from './certificate.js';
import { domChild, domOf } from './dom.js';
import { isElement } from './elements.js';
import { NAMESPACE, SIGNATURE_ALGORITHM, type SignaturePolicy, TRANSFORM } from './names.js';
import { readXml, type XmlDocument, type XmlElement } from './read-xml.js';
import { checkForm, type FormProblem, SIGNATURE_NAME } from './signature-form.js';

export type SignatureProblem =
  | FormProblem
  /** There is no certificate to verify it with. */
  | 'no-certificate'
  /** By none of the certificates. */
  | 'mismatch';

/** What a verification goes by. */
export interface Trust {
  readonly certificates: readonly Certificate[];
  readonly policy: SignaturePolicy;
}

/** Only what `checkForm` lets by can be looked up, so an algorithm of the library's own is never met. */
function closed(verifier: SignedXml): SignedXml {
  const only = <T>(table: Record<string, T>, names: readonly string[]) =>
    Object.fromEntries(Object.entries(table).filter(([name]) => names.includes(name)));
  const known = Object.values(SIGNATURE_ALGORITHM);
  verifier.SignatureAlgorithms = only(
    verifier.SignatureAlgorithms,
    known.map(({ uri }) => uri),
  );
  verifier.HashAlgorithms = only(
    verifier.HashAlgorithms,
    known.map(({ digest }) => digest),
  );
  verifier.CanonicalizationAlgorithms = only(verifier.CanonicalizationAlgorithms, Object.values(TRANSFORM));
  return verifier;
}

/** The canonical bytes that the signature is over; undefined: the certificate's key did not make it. */
function signedBytes(text: string, path: ElementPath, certificate: Certificate): string | undefined {
  const publicCert = publicKeyOf(certificate);
  if (!publicCert) return undefined;
  try {
    const root = domOf(text);
    const holder = path === 'root' ? root : domChild(root, NAMESPACE.assertion, 'Assertion');
    const verifier = closed(new SignedXml({ publicCert, getCertFromKeyInfo: () => null }));
    verifier.loadSignature(domChild(holder as never, ...SIGNATURE_NAME) as never);
    const signed = verifier.checkSignature(text) ? verifier.getSignedReferences() : [];
    return signed.length === 1 ? signed[0] : undefined;
  } catch {
    // The library throws where a signature is wrong, and also where it is odd. What was not verified is nothing.
    return undefined;
  }
}

/** Where the signed element stands: at the root, or as the assertion right below it. */
export type ElementPath = 'root' | 'assertion';

const isSame = (one: XmlElement, other: XmlElement) =>
  one.namespace === other.namespace &&
  one.name === other.name &&
  one.attributes.get('ID') === other.attributes.get('ID');

/** Read anew out of the signed bytes, if what they say is that element. */
function readSigned(bytes: string, element: XmlElement): XmlElement | undefined {
  return [readXml(bytes)]
    .filter(isKnown)
    .map(({ root }) => root)
    .find((root) => isSame(root, element));
}

function elementAt({ root }: XmlDocument, path: ElementPath): XmlElement {
  return path === 'root' ? root : (root.elements.find((one) => isElement(one, 'assertion', 'Assertion')) as XmlElement);
}

/**
 * The element as it was signed, without the signature in it.
 * @param path `assertion`: the document is known to have one right below its root
 */
export function verifyElement(
  document: XmlDocument,
  path: ElementPath,
  { certificates, policy }: Trust,
): Fact<XmlElement, SignatureProblem> {
  const element = elementAt(document, path);
  const algorithm = checkForm(document.root, element, policy);
  if (!isKnown(algorithm)) return algorithm as Problem<FormProblem>;
  if (certificates.length === 0) return problem('no-certificate');
  for (const certificate of certificates) {
    const bytes = signedBytes(document.text, path, certificate);
    const signed = bytes === undefined ? undefined : readSigned(bytes, element);
    if (signed) return signed;
  }
  return problem('mismatch');
}
