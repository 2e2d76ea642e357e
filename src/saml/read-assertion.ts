/**
 * Reads an assertion, alone or in a response, as a subject token or as a sign-in. First what it claims, to find out by whose
 * certificates it is to be verified; then, of what those verify and nothing else, the facts.
 */
import { isKnown, type Problem, problem } from '../protocol/rule.js';
import { type AssertionFacts, assertionFacts, type SamlProblem, samlProblem } from './assertion-facts.js';
import type { Base64Problem } from './base64.js';
import { childrenOf, everyElement, isElement, onlyChild, textOf } from './elements.js';
import { readSubjectToken } from './post-binding.js';
import { readXml, type XmlDocument, type XmlElement, type XmlProblem } from './read-xml.js';
import { type ElementPath, type SignatureProblem, type Trust, verifyElement } from './verify.js';

export type ParseProblem =
  | Base64Problem
  | XmlProblem
  /** Neither an assertion nor a response of SAML 2.0. */
  | 'not-saml'
  | 'version'
  | 'no-assertion'
  | 'several-assertions'
  | 'encrypted'
  /** One stands where none belongs, or a signed and an unsigned one beside each other: a signature was wrapped. */
  | 'wrapped';

export type OpeningProblem =
  | SamlProblem<'saml_blank', 'blank'>
  | SamlProblem<'saml_signature_invalid', 'wrapped'>
  | SamlProblem<'saml_parse_failed', ParseProblem>;

/** What of an assertion is looked at before it is verified: whose it says that it is. Never more. */
export type Claimed = Pick<AssertionFacts, 'id' | 'issuer' | 'audiences'>;

/** An assertion that was read, and not verified. */
export interface OpenedAssertion {
  readonly document: XmlDocument;
  /** Whether it came in a response. */
  readonly within: 'nothing' | 'response';
  readonly claimed: Claimed;
}

/** What the response around an assertion says. */
export interface ResponseFacts {
  /** Its own signature covers it. Otherwise anybody may have written the rest. */
  readonly signed: boolean;
  readonly id: string | undefined;
  readonly issuer: string | undefined;
  readonly destination: string | undefined;
  readonly inResponseTo: string | undefined;
  /** The code at the top. */
  readonly status: string | undefined;
}

/** What was verified. */
export interface VerifiedAssertion extends AssertionFacts {
  readonly signed: 'assertion' | 'response' | 'both';
  readonly response: ResponseFacts | undefined;
}

export type VerificationProblem =
  | SamlProblem<'saml_signature_invalid', SignatureProblem | ParseProblem>
  | SamlProblem<'saml_source_app_signing_cert_missing', 'no-certificate'>;

const isSigned = (element: XmlElement) => childrenOf(element, 'signature', 'Signature').length > 0;

function assertionIn(root: XmlElement): XmlElement | Problem<ParseProblem> {
  const isAssertion = isElement(root, 'assertion', 'Assertion');
  if (!isAssertion && !isElement(root, 'protocol', 'Response')) return problem('not-saml');
  const everywhere = everyElement(root);
  if (everywhere.some((one) => isElement(one, 'assertion', 'EncryptedAssertion'))) return problem('encrypted');
  const all = everywhere.filter((one) => isElement(one, 'assertion', 'Assertion'));
  const [found, another] = all;
  if (!found) return problem('no-assertion');
  const inPlace = all.every((one) => one === root || root.elements.includes(one));
  if (!inPlace || new Set(all.map(isSigned)).size > 1) return problem('wrapped');
  if (another) return problem('several-assertions');
  const current = [root, found].every(({ attributes }) => attributes.get('Version') === '2.0');
  return current ? found : problem('version');
}

/** @param bytes XML: of a binding, or decoded */
export function openAssertion(bytes: Uint8Array | string): OpenedAssertion | OpeningProblem {
  const document = readXml(bytes);
  const found = 'problem' in document ? document : assertionIn(document.root);
  if ('problem' in found) {
    const { problem: because } = found;
    return because === 'wrapped'
      ? samlProblem('saml_signature_invalid', because)
      : samlProblem('saml_parse_failed', because);
  }
  const { id, issuer, audiences } = assertionFacts(found);
  const { root } = document as XmlDocument;
  const within = found === root ? 'nothing' : 'response';
  return { document: document as XmlDocument, within, claimed: { id, issuer, audiences } };
}

/** @param sent a `subject_token`: base64 or base64url of an assertion or a response, padded or not */
export function openSubjectToken(sent: string): OpenedAssertion | OpeningProblem {
  const bytes = readSubjectToken(sent);
  if (!('problem' in bytes)) return openAssertion(bytes);
  return bytes.problem === 'blank'
    ? samlProblem('saml_blank', 'blank')
    : samlProblem('saml_parse_failed', bytes.problem);
}

/** The code at the top of a response's status. */
export function readStatus(root: XmlElement): string | undefined {
  const status = onlyChild(root, 'protocol', 'Status');
  const code = isKnown(status) ? onlyChild(status, 'protocol', 'StatusCode') : undefined;
  return isKnown(code) ? code.attributes.get('Value') : undefined;
}

function responseFacts(root: XmlElement, signed: boolean): ResponseFacts {
  const issuer = onlyChild(root, 'assertion', 'Issuer');
  const name = isKnown(issuer) ? textOf(issuer) : undefined;
  return {
    signed,
    id: root.attributes.get('ID'),
    issuer: typeof name === 'string' ? name : undefined,
    destination: root.attributes.get('Destination'),
    inResponseTo: root.attributes.get('InResponseTo'),
    status: readStatus(root),
  };
}

function refusal(because: SignatureProblem | ParseProblem): VerificationProblem {
  if (because === 'no-certificate') return samlProblem('saml_source_app_signing_cert_missing', because);
  return samlProblem('saml_signature_invalid', because);
}

/** Every signature that is there must be right, and one must be. */
function verifiedPaths({ document, within }: OpenedAssertion, trust: Trust) {
  const { root } = document;
  const inner = childrenOf(root, 'assertion', 'Assertion')[0];
  const paths: ElementPath[] = within === 'nothing' || isSigned(root) ? ['root'] : [];
  if (inner && within === 'response' && (isSigned(inner) || paths.length === 0)) paths.push('assertion');
  return paths.map((path) => ({ path, element: verifyElement(document, path, trust) }));
}

/** An element that is signed, and the assertion that it is or holds. */
interface Verified {
  readonly element: XmlElement;
  readonly assertion: XmlElement;
}

/** The facts of an assertion, out of what the given certificates have signed; or why they have not. */
export function verifyAssertion(opened: OpenedAssertion, trust: Trust): VerifiedAssertion | VerificationProblem {
  const verified = new Map<ElementPath, Verified>();
  for (const { path, element } of verifiedPaths(opened, trust)) {
    const assertion = 'problem' in element ? element : assertionIn(element);
    if ('problem' in assertion) return refusal(assertion.problem);
    verified.set(path, { element: element as XmlElement, assertion });
  }
  const outer = verified.get('root');
  // The response's signature covers its assertion as well; where only the assertion is signed, nothing else is.
  const { assertion } = (outer ?? verified.get('assertion')) as Verified;
  const facts = assertionFacts(assertion);
  if (opened.within === 'nothing') return { ...facts, signed: 'assertion', response: undefined };
  return {
    ...facts,
    signed: verified.size === 2 ? 'both' : outer ? 'response' : 'assertion',
    response: responseFacts(outer?.element ?? opened.document.root, outer !== undefined),
  };
}
