/**
 * Reads what the parties of a sign-in and a sign-out send each other: AuthnRequest, LogoutRequest, LogoutResponse. A message
 * with a signature in it is read out of what was signed, once somebody says whose.
 */
import { type Fact, isKnown, known, type Problem, problem } from '../protocol/rule.js';
import type { NameId } from './assertion.js';
import { readNameId } from './assertion-facts.js';
import { childrenOf, isElement, onlyChild, textOf } from './elements.js';
import { readStatus } from './read-assertion.js';
import { readXml, type XmlDocument, type XmlElement, type XmlProblem } from './read-xml.js';
import { readMoment } from './times.js';
import { type SignatureProblem, type Trust, verifyElement } from './verify.js';

export type MessageName = 'AuthnRequest' | 'LogoutRequest' | 'LogoutResponse';

export type MessageProblem =
  | XmlProblem
  /** Another element than expected. */
  | 'not-that-message'
  /** Not of SAML 2.0. */
  | 'version'
  | 'no-id'
  | 'no-issuer'
  | 'not-a-moment'
  /** An attribute or element is not what the schema has there. */
  | 'malformed';

/** What every message says. Moments in epoch milliseconds. */
export interface Message {
  readonly id: string;
  readonly issuer: string;
  readonly issueInstant: number;
  readonly destination: string | undefined;
}

export interface AuthnRequest extends Message {
  readonly assertionConsumerServiceUrl: string | undefined;
  readonly assertionConsumerServiceIndex: string | undefined;
  readonly protocolBinding: string | undefined;
  readonly forceAuthn: boolean;
  readonly isPassive: boolean;
  readonly nameIdFormat: string | undefined;
  readonly allowCreate: boolean;
  /** Classes that the service provider asks for. */
  readonly contextClasses: readonly string[];
  /** How one's own must compare with them; default: be one of them. */
  readonly contextComparison: string;
}

export interface LogoutRequest extends Message {
  readonly nameId: NameId;
  readonly sessionIndexes: readonly string[];
  readonly notOnOrAfter: number | undefined;
}

export interface LogoutResponse extends Message {
  readonly inResponseTo: string | undefined;
  readonly status: string;
}

/** A message as it came, nothing of it verified. */
export interface ReadMessage {
  readonly document: XmlDocument;
  /** The element has a signature of its own. */
  readonly signed: boolean;
}

/** Opens a message. Whose it is stands in it: see `issuerOf`. */
export function openMessage(bytes: Uint8Array, name: MessageName): ReadMessage | Problem<MessageProblem> {
  const document = readXml(bytes);
  if ('problem' in document) return document;
  if (!isElement(document.root, 'protocol', name)) return problem('not-that-message');
  if (document.root.attributes.get('Version') !== '2.0') return problem('version');
  return { document, signed: childrenOf(document.root, 'signature', 'Signature').length > 0 };
}

/** The element as it was signed, by the given certificates. */
export function verifyMessage({ document }: ReadMessage, trust: Trust): Fact<XmlElement, SignatureProblem> {
  return verifyElement(document, 'root', trust);
}

/** Who says that they sent it. */
export function issuerOf(root: XmlElement): Fact<string, 'no-issuer'> {
  const issuer = onlyChild(root, 'assertion', 'Issuer');
  return (isKnown(issuer) && known(textOf(issuer))) || problem('no-issuer');
}

const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };

/** `undefined` attributes are false. */
function flagOf(element: XmlElement, name: string): boolean | undefined {
  const text = element.attributes.get(name);
  return text === undefined ? false : BOOLEANS[text.trim()];
}

function messageOf(root: XmlElement): Message | Problem<MessageProblem> {
  const id = root.attributes.get('ID');
  if (!id) return problem('no-id');
  const issuer = issuerOf(root);
  if (typeof issuer !== 'string') return issuer;
  const issueInstant = readMoment(root.attributes.get('IssueInstant') ?? '');
  if (typeof issueInstant !== 'number') return issueInstant;
  return { id, issuer, issueInstant, destination: root.attributes.get('Destination') };
}

function contextOf(root: XmlElement): Pick<AuthnRequest, 'contextClasses' | 'contextComparison'> {
  const contexts = childrenOf(root, 'protocol', 'RequestedAuthnContext');
  const references = contexts.flatMap((context) => childrenOf(context, 'assertion', 'AuthnContextClassRef'));
  return {
    contextClasses: references.flatMap((reference) => known(textOf(reference)) ?? []),
    contextComparison: contexts[0]?.attributes.get('Comparison') ?? 'exact',
  };
}

/** @param root of an opened message, or as it was verified */
export function readAuthnRequest(root: XmlElement): AuthnRequest | Problem<MessageProblem> {
  const message = messageOf(root);
  if ('problem' in message) return message;
  const policy = onlyChild(root, 'protocol', 'NameIDPolicy');
  const flags = [flagOf(root, 'ForceAuthn'), flagOf(root, 'IsPassive')];
  const allowCreate = isKnown(policy) ? flagOf(policy, 'AllowCreate') : false;
  const [forceAuthn, isPassive] = flags;
  if (forceAuthn === undefined || isPassive === undefined || allowCreate === undefined) return problem('malformed');
  if (policy !== undefined && !isKnown(policy)) return problem('malformed');
  return {
    ...message,
    assertionConsumerServiceUrl: root.attributes.get('AssertionConsumerServiceURL'),
    assertionConsumerServiceIndex: root.attributes.get('AssertionConsumerServiceIndex'),
    protocolBinding: root.attributes.get('ProtocolBinding'),
    ...{ forceAuthn, isPassive, allowCreate },
    nameIdFormat: policy?.attributes.get('Format'),
    ...contextOf(root),
  };
}

/** @param root of an opened message, or as it was verified */
export function readLogoutRequest(root: XmlElement): LogoutRequest | Problem<MessageProblem> {
  const message = messageOf(root);
  if ('problem' in message) return message;
  const nameId = readNameId(root);
  const sessionIndexes = childrenOf(root, 'protocol', 'SessionIndex').map(textOf);
  if (!isKnown(nameId) || !sessionIndexes.every((one) => typeof one === 'string')) return problem('malformed');
  const until = root.attributes.get('NotOnOrAfter');
  const notOnOrAfter = until === undefined ? undefined : readMoment(until);
  if (typeof notOnOrAfter === 'object') return notOnOrAfter;
  return { ...message, nameId, sessionIndexes, notOnOrAfter };
}

/** @param root of an opened message, or as it was verified */
export function readLogoutResponse(root: XmlElement): LogoutResponse | Problem<MessageProblem> {
  const message = messageOf(root);
  if ('problem' in message) return message;
  const status = readStatus(root);
  if (status === undefined) return problem('malformed');
  return { ...message, inResponseTo: root.attributes.get('InResponseTo'), status };
}
