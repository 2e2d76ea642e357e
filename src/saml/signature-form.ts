/**
 * The one form of XML signature that is taken: enveloped in the element that it signs, one reference, by id, canonicalised
 * exclusively, with a listed algorithm. SAML core, "XML Signature Profile". What is closed here cannot be wrapped.
 */
import { type Fact, problem } from '../protocol/rule.js';
import { childrenOf, everyElement, isElement } from './elements.js';
import {
  algorithmOf,
  allows,
  NAMESPACE,
  SIGNATURE_ALGORITHM,
  type SignatureAlgorithm,
  type SignaturePolicy,
  TRANSFORM,
} from './names.js';
import type { XmlElement } from './read-xml.js';

export type FormProblem =
  /** There is no signature in the element. */
  | 'unsigned'
  /** It is not of the one form, or there are two. */
  | 'form'
  /** It is about another element than the one it stands in, or about none. */
  | 'reference'
  /** Some id stands twice in the document. */
  | 'id-twice'
  /** It is made with an algorithm that is not taken. */
  | 'algorithm';

const EXCLUSIVE: readonly (string | undefined)[] = [TRANSFORM.exclusive, TRANSFORM.exclusiveWithComments];

const algorithmIn = (element: XmlElement | undefined) => element?.attributes.get('Algorithm');

/** The children of an element of the signature, if they are those of these names, in this order, and no others. */
function exactly(element: XmlElement | undefined, names: readonly string[]): readonly XmlElement[] | undefined {
  if (element?.elements.length !== names.length) return undefined;
  const fits = element.elements.every((child, at) => isElement(child, 'signature', names[at] as string));
  return fits ? element.elements : undefined;
}

interface Parts {
  readonly method: XmlElement;
  readonly digest: XmlElement;
  readonly reference: XmlElement;
}

/** More letters than these list no prefixes that a message needs; the library looks through them for each attribute. */
const LONGEST_PREFIX_LIST = 200;

function isPrefixList(element: XmlElement): boolean {
  const { length } = element.attributes.get('PrefixList') ?? '';
  return (
    isElement(element, 'exclusive', 'InclusiveNamespaces') && length <= LONGEST_PREFIX_LIST && isPlain(element, false)
  );
}

/** An algorithm's element without anything in it but, where that is allowed, the prefixes of exclusive canonicalisation. */
function isPlain(element: XmlElement | undefined, prefixes: boolean): boolean {
  const inside = element?.elements ?? [];
  return inside.length === 0 || (prefixes && inside.length === 1 && inside.every(isPrefixList));
}

function hasTheTransforms(transforms: XmlElement | undefined): boolean {
  const [enveloped, exclusive] = exactly(transforms, ['Transform', 'Transform']) ?? [];
  const listed = algorithmIn(enveloped) === TRANSFORM.enveloped && EXCLUSIVE.includes(algorithmIn(exclusive));
  return listed && isPlain(enveloped, false) && isPlain(exclusive, true);
}

function partsOf(signature: XmlElement): Parts | undefined {
  const outer =
    signature.elements.length === 3 ? ['SignedInfo', 'SignatureValue', 'KeyInfo'] : ['SignedInfo', 'SignatureValue'];
  const [info, value] = exactly(signature, outer) ?? [];
  const [canonical, method, reference] =
    exactly(info, ['CanonicalizationMethod', 'SignatureMethod', 'Reference']) ?? [];
  const [transforms, digest, digestValue] = exactly(reference, ['Transforms', 'DigestMethod', 'DigestValue']) ?? [];
  const plain = [value, method, digest, digestValue].every((one) => isPlain(one, false));
  const canonicalised = EXCLUSIVE.includes(algorithmIn(canonical)) && isPlain(canonical, true);
  if (!method || !digest || !reference || !plain || !canonicalised || !hasTheTransforms(transforms)) return undefined;
  return { method, digest, reference };
}

/** Every value that some reader might take for an id. */
function idsIn(root: XmlElement): readonly string[] {
  return everyElement(root).flatMap(({ attributes }) =>
    [...attributes].filter(([name]) => /(^|\})id$/i.test(name)).map(([, value]) => value),
  );
}

function digestFits(digest: XmlElement, policy: SignaturePolicy): boolean {
  const names = Object.keys(SIGNATURE_ALGORITHM) as SignatureAlgorithm[];
  return names.some((name) => SIGNATURE_ALGORITHM[name].digest === algorithmIn(digest) && allows(policy, name));
}

/**
 * The algorithm of the signature in an element, or why it is not looked at further.
 * @param element what should be signed: the root of the document, or an element in it
 */
export function checkForm(
  root: XmlElement,
  element: XmlElement,
  policy: SignaturePolicy,
): Fact<SignatureAlgorithm, FormProblem> {
  const [signature, second] = childrenOf(element, 'signature', 'Signature');
  if (!signature) return problem('unsigned');
  const parts = second ? undefined : partsOf(signature);
  if (!parts) return problem('form');
  const id = element.attributes.get('ID');
  if (!id || parts.reference.attributes.get('URI') !== `#${id}`) return problem('reference');
  const ids = idsIn(root);
  if (new Set(ids).size !== ids.length) return problem('id-twice');
  const algorithm = algorithmOf(algorithmIn(parts.method));
  if (!algorithm || !allows(policy, algorithm) || !digestFits(parts.digest, policy)) return problem('algorithm');
  return algorithm;
}

/** Where the DOM has that signature. */
export const SIGNATURE_NAME = [NAMESPACE.signature, 'Signature'] as const;
