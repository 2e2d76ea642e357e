/**
 * The assertion as Okta writes it: who the user is, for whom, until when, and how they signed in. Whatever is undefined is left
 * out, which a good one never makes use of but for the request it answers.
 */
import { type Xml, xml } from '../html/xml.js';
import { ATTRIBUTE_NAME_FORMAT, BEARER, NAME_ID_FORMAT, NAMESPACE, PASSWORD_OVER_TLS } from './names.js';
import { type Signer, signatureOf } from './sign.js';
import { momentText } from './times.js';
import { type Unwritable, unwritable } from './writable.js';

/** SAML core, "Element <NameID>". */
export interface NameId {
  readonly value: string;
  readonly format?: string | undefined;
  readonly nameQualifier?: string | undefined;
  readonly spNameQualifier?: string | undefined;
  readonly spProvidedId?: string | undefined;
}

/** How the bearer is recognised. SAML profiles, "Assertion Usage". Moments in epoch milliseconds. */
export interface Confirmation {
  readonly method: string;
  readonly recipient?: string | undefined;
  readonly inResponseTo?: string | undefined;
  readonly notBefore?: number | undefined;
  readonly notOnOrAfter?: number | undefined;
}

export interface Attribute {
  readonly name: string;
  /** Default: unspecified. */
  readonly nameFormat?: string | undefined;
  readonly values: readonly string[];
}

/** How and when the user signed in. */
export interface Authentication {
  /** Epoch milliseconds. */
  readonly instant: number;
  readonly sessionIndex?: string | undefined;
  readonly sessionNotOnOrAfter?: number | undefined;
  readonly classRef: string;
}

/** What an assertion says. Moments in epoch milliseconds. */
export interface AssertionContent {
  readonly id?: string | undefined;
  readonly issueInstant: number;
  readonly issuer?: string | undefined;
  readonly nameId?: NameId | undefined;
  readonly confirmations: readonly Confirmation[];
  readonly notBefore?: number | undefined;
  readonly notOnOrAfter?: number | undefined;
  /** Each a restriction of its own, that all must hold. */
  readonly audiences: readonly (readonly string[])[];
  readonly authentication?: Authentication | undefined;
  readonly attributes: readonly Attribute[];
}

const FIVE_MINUTES = 300_000;

/** What a good assertion is made of. Moments in epoch milliseconds. */
export interface SignIn {
  /** `id` and digits; unique. */
  readonly id: string;
  readonly issuer: string;
  readonly audience: string;
  /** The Assertion Consumer Service URL. */
  readonly recipient: string;
  readonly nameId: NameId;
  readonly attributes?: readonly Attribute[];
  /** Id of the AuthnRequest; undefined: nobody asked (IdP-initiated). */
  readonly inResponseTo?: string | undefined;
  readonly sessionIndex: string;
  /** When the user signed in. */
  readonly signedInAt: number;
  /** How; by a password over TLS when absent. */
  readonly classRef?: string;
  readonly now: number;
}

/** The assertion of a sign-in: valid from five minutes ago, and for five minutes. */
export function assertionOf(signIn: SignIn): AssertionContent {
  const { id, issuer, nameId, recipient, inResponseTo, audience, sessionIndex, signedInAt, now } = signIn;
  const notOnOrAfter = now + FIVE_MINUTES;
  return {
    ...{ id, issueInstant: now, issuer, nameId, notBefore: now - FIVE_MINUTES, notOnOrAfter },
    confirmations: [{ method: BEARER, recipient, inResponseTo, notOnOrAfter }],
    audiences: [[audience]],
    authentication: { instant: signedInAt, sessionIndex, classRef: signIn.classRef ?? PASSWORD_OVER_TLS },
    attributes: signIn.attributes ?? [],
  };
}

const XMLNS = xml` xmlns:saml2="${NAMESPACE.assertion}"`;

/** An attribute, or nothing where it has no value. */
export function attribute(name: string, value: string | number | undefined): Xml | undefined {
  if (value === undefined) return undefined;
  return xml` ${{ markup: name }}="${typeof value === 'number' ? momentText(value) : value}"`;
}

export function issuerMarkup(issuer: string | undefined): Xml | undefined {
  if (issuer === undefined) return undefined;
  return xml`<saml2:Issuer${attribute('Format', NAME_ID_FORMAT.entity)}${XMLNS}>${issuer}</saml2:Issuer>`;
}

export function nameIdMarkup({ value, format, nameQualifier, spNameQualifier, spProvidedId }: NameId): Xml {
  const qualifiers = [
    attribute('NameQualifier', nameQualifier),
    attribute('SPNameQualifier', spNameQualifier),
    attribute('SPProvidedID', spProvidedId),
  ].flatMap((one) => one ?? []);
  return xml`<saml2:NameID${attribute('Format', format)}${qualifiers}>${value}</saml2:NameID>`;
}

function confirmationMarkup({ method, recipient, inResponseTo, notBefore, notOnOrAfter }: Confirmation): Xml {
  const inside = [
    attribute('InResponseTo', inResponseTo),
    attribute('NotBefore', notBefore),
    attribute('NotOnOrAfter', notOnOrAfter),
    attribute('Recipient', recipient),
  ].flatMap((one) => one ?? []);
  return xml`<saml2:SubjectConfirmation${attribute('Method', method)}><saml2:SubjectConfirmationData${inside}/></saml2:SubjectConfirmation>`;
}

function subjectMarkup({ nameId, confirmations }: AssertionContent): Xml {
  return xml`<saml2:Subject${XMLNS}>${nameId && nameIdMarkup(nameId)}${confirmations.map(confirmationMarkup)}</saml2:Subject>`;
}

function conditionsMarkup({ notBefore, notOnOrAfter, audiences }: AssertionContent): Xml {
  const restrictions = audiences.map((names) => {
    const list = names.map((name) => xml`<saml2:Audience>${name}</saml2:Audience>`);
    return xml`<saml2:AudienceRestriction>${list}</saml2:AudienceRestriction>`;
  });
  return xml`<saml2:Conditions${attribute('NotBefore', notBefore)}${attribute('NotOnOrAfter', notOnOrAfter)}${XMLNS}>${restrictions}</saml2:Conditions>`;
}

function authenticationMarkup(authentication: Authentication | undefined): Xml | undefined {
  if (!authentication) return undefined;
  const { instant, sessionIndex, sessionNotOnOrAfter, classRef } = authentication;
  const inside = [
    attribute('AuthnInstant', instant),
    attribute('SessionIndex', sessionIndex),
    attribute('SessionNotOnOrAfter', sessionNotOnOrAfter),
  ].flatMap((one) => one ?? []);
  return xml`<saml2:AuthnStatement${inside}${XMLNS}><saml2:AuthnContext><saml2:AuthnContextClassRef>${classRef}</saml2:AuthnContextClassRef></saml2:AuthnContext></saml2:AuthnStatement>`;
}

function attributeMarkup({ name, nameFormat = ATTRIBUTE_NAME_FORMAT.unspecified, values }: Attribute): Xml {
  const list = values.map(
    (value) =>
      xml`<saml2:AttributeValue xmlns:xs="${NAMESPACE.schema}" xmlns:xsi="${NAMESPACE.instance}" xsi:type="xs:string">${value}</saml2:AttributeValue>`,
  );
  return xml`<saml2:Attribute${attribute('Name', name)}${attribute('NameFormat', nameFormat)}>${list}</saml2:Attribute>`;
}

function attributesMarkup(attributes: readonly Attribute[]): Xml | undefined {
  if (attributes.length === 0) return undefined;
  return xml`<saml2:AttributeStatement${XMLNS}>${attributes.map(attributeMarkup)}</saml2:AttributeStatement>`;
}

/** Where attributes have types, the prefix of their types must be declared and signed, though it stands in values only. */
export function prefixesOf(content: AssertionContent | undefined): readonly string[] {
  return content && content.attributes.length > 0 ? ['xs'] : [];
}

/** `xmlns:xs`, where it is wanted. */
export function schemaPrefix(content: AssertionContent | undefined): Xml | undefined {
  return prefixesOf(content).length > 0 ? xml` xmlns:xs="${NAMESPACE.schema}"` : undefined;
}

/** @param signature goes behind the issuer */
export function assertionMarkup(content: AssertionContent, signature?: Xml): Xml {
  const { id, issueInstant, issuer, authentication, attributes } = content;
  const outer = xml`${attribute('ID', id)}${attribute('IssueInstant', issueInstant)} Version="2.0"${XMLNS}${schemaPrefix(content)}`;
  return xml`<saml2:Assertion${outer}>${issuerMarkup(issuer)}${signature}${subjectMarkup(content)}${conditionsMarkup(content)}${authenticationMarkup(authentication)}${attributesMarkup(attributes)}</saml2:Assertion>`;
}

/** Signed where there is a signer: it then has an id. */
export function signedAssertionMarkup(content: AssertionContent, signer: Signer | undefined): Xml {
  const { markup: text } = assertionMarkup(content);
  const signature = signer && signatureOf({ id: content.id as string, text, prefixes: prefixesOf(content) }, signer);
  return assertionMarkup(content, signature);
}

/** The assertion by itself, as a client exchanges it. */
export function writeAssertion(content: AssertionContent, signer?: Signer): string | Unwritable {
  return unwritable(content, 'assertion') ?? signedAssertionMarkup(content, signer).markup;
}
