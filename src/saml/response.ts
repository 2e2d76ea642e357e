/** The response in which an assertion travels, or the error that stands in its place, as Okta writes them; and of a logout. */
import { type Xml, xml } from '../html/xml.js';
import {
  type AssertionContent,
  attribute,
  issuerMarkup,
  prefixesOf,
  schemaPrefix,
  signedAssertionMarkup,
} from './assertion.js';
import { DECLARATION, NAMESPACE, STATUS } from './names.js';
import { type Signer, signatureOf } from './sign.js';
import { type Unwritable, unwritable } from './writable.js';

/** SAML core, "Element <Status>". */
export interface Status {
  readonly code: string;
  /** The code within the code. */
  readonly detail?: string | undefined;
  readonly message?: string | undefined;
}

/** What a response says. Moments in epoch milliseconds. */
export interface ResponseContent {
  /** `id` and digits; unique. */
  readonly id: string;
  readonly issuer?: string | undefined;
  /** The Assertion Consumer Service URL. */
  readonly destination?: string | undefined;
  /** Id of the request; undefined: nobody asked (IdP-initiated). */
  readonly inResponseTo?: string | undefined;
  readonly issueInstant: number;
  /** Default: success. */
  readonly status?: Status;
  /** None where the status is no success. */
  readonly assertion?: AssertionContent | undefined;
}

/** Who signs which element. */
export interface Signers {
  readonly response?: Signer | undefined;
  readonly assertion?: Signer | undefined;
}

const XMLNS = xml` xmlns:saml2p="${NAMESPACE.protocol}"`;

export function statusMarkup({ code, detail, message }: Status): Xml {
  const inner = detail === undefined ? undefined : xml`<saml2p:StatusCode Value="${detail}"/>`;
  const outer = inner
    ? xml`<saml2p:StatusCode Value="${code}">${inner}</saml2p:StatusCode>`
    : xml`<saml2p:StatusCode Value="${code}"/>`;
  const said = message === undefined ? undefined : xml`<saml2p:StatusMessage>${message}</saml2p:StatusMessage>`;
  return xml`<saml2p:Status${XMLNS}>${outer}${said}</saml2p:Status>`;
}

/** What stands in an element of the protocol. */
export interface Inside {
  readonly signature?: Xml | undefined;
  /** Behind the status. */
  readonly body?: Xml | readonly Xml[] | undefined;
  /** Between issuer and status. */
  readonly extensions?: Xml | undefined;
}

/** The attributes of every message. */
export function messageAttributes(content: Omit<ResponseContent, 'status' | 'assertion' | 'issuer'>): Xml {
  const { destination, id, inResponseTo, issueInstant } = content;
  return xml`${attribute('Destination', destination)}${attribute('ID', id)}${attribute('InResponseTo', inResponseTo)}${attribute('IssueInstant', issueInstant)} Version="2.0"${XMLNS}`;
}

export function responseMarkup(content: ResponseContent, { signature, body, extensions }: Inside): Xml {
  const { issuer, status = { code: STATUS.success }, assertion } = content;
  return xml`<saml2p:Response${messageAttributes(content)}${schemaPrefix(assertion)}>${issuerMarkup(issuer)}${signature}${extensions}${statusMarkup(status)}${body}</saml2p:Response>`;
}

/** The markup of a message, signed where there is a signer. */
export function signedMessage(
  id: string,
  write: (signature?: Xml) => Xml,
  signer: Signer | undefined,
  prefixes: readonly string[] = [],
): string {
  const signature = signer && signatureOf({ id, text: write().markup, prefixes }, signer);
  return DECLARATION + write(signature).markup;
}

/** The response, assertion and all. */
export function writeResponse(content: ResponseContent, signers: Signers = {}): string | Unwritable {
  const { id, assertion } = content;
  const bad = unwritable(content, 'response');
  if (bad) return bad;
  const body = assertion && signedAssertionMarkup(assertion, signers.assertion);
  const write = (signature?: Xml) => responseMarkup(content, { signature, body });
  return signedMessage(id, write, signers.response, prefixesOf(assertion));
}
