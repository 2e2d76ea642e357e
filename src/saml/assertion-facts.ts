/**
 * What an assertion says, each thing as a value or as the problem in its place, named as Okta names it in its System Log
 * (`invalid_subject_token_` before it). Nothing is judged here: times are only read, and who it is for is only listed.
 */
import { type Fact, isKnown, type Problem, problem } from '../protocol/rule.js';
import type { Attribute, Authentication, Confirmation, NameId } from './assertion.js';
import { childrenOf, onlyChild, textOf } from './elements.js';
import { BEARER, NAMESPACE } from './names.js';
import type { XmlElement } from './read-xml.js';
import { readMoment } from './times.js';

/** Why something is not there: of Okta's names, and the cause in ours. */
export interface SamlProblem<N extends string = string, C extends string = string> extends Problem<N> {
  readonly because: C;
}

export function samlProblem<N extends string, C extends string>(name: N, because: C): SamlProblem<N, C> {
  return { ...problem(name), because };
}

type Cause = 'missing' | 'several' | 'empty' | 'not-text' | 'encrypted' | 'not-bearer' | 'malformed';
type Reads<T, N extends string> = T | SamlProblem<N, Cause>;

/** From when until when, in epoch milliseconds; undefined: it does not say. */
export interface Validity {
  readonly notBefore: number | undefined;
  readonly notOnOrAfter: number | undefined;
}

/** Epoch milliseconds throughout. */
export interface AssertionFacts {
  readonly id: Reads<string, 'saml_assertion_id_missing'>;
  readonly issuer: Reads<string, 'saml_issuer_missing'>;
  readonly issueInstant: Reads<number, 'saml_parse_failed'>;
  readonly nameId: Reads<NameId, 'saml_nameid_missing'>;
  /** The bearer confirmations; one of them must fit. */
  readonly bearers: Reads<readonly Confirmation[], 'saml_subject_confirmation_missing'>;
  /** Of the conditions. */
  readonly validity: Reads<Validity, 'saml_parse_failed'>;
  /** Restrictions that all must hold, each with the audiences of which one must be meant. See `isFor`. */
  readonly audiences: Reads<readonly (readonly string[])[], 'saml_source_app_audience_missing'>;
  /** Conditions that nobody here understands: with one of them an assertion must not be relied on. */
  readonly strangeConditions: readonly string[];
  /** Undefined: it does not say how the user signed in. */
  readonly authentication: Authentication | undefined | SamlProblem<'saml_parse_failed', Cause>;
  readonly attributes: readonly Attribute[];
}

/** Whether every restriction names the audience. SAML core, "Elements <AudienceRestriction> and <Audience>". */
export function isFor(audiences: readonly (readonly string[])[], audience: string): boolean {
  return audiences.length > 0 && audiences.every((names) => names.includes(audience));
}

/** The only element of that name; or what keeps it from being that. */
function only(element: XmlElement, name: string): XmlElement | Problem<'missing' | 'several'> {
  return onlyChild(element, 'assertion', name) ?? problem('missing');
}

/** A moment in an attribute; undefined: there is none. */
function momentIn(element: XmlElement, name: string): Fact<number | undefined, 'malformed'> {
  const text = element.attributes.get(name);
  const moment = text === undefined ? undefined : readMoment(text);
  return typeof moment === 'object' ? problem('malformed') : moment;
}

function issuerFact(assertion: XmlElement): AssertionFacts['issuer'] {
  const issuer = only(assertion, 'Issuer');
  const text = 'problem' in issuer ? issuer : textOf(issuer);
  return typeof text === 'string' ? text : samlProblem('saml_issuer_missing', text.problem);
}

/**
 * The NameID of an assertion's subject, or of a LogoutRequest. Its text is taken as it is, blanks and all, across comments:
 * what was signed is the text without them.
 */
export function readNameId(holder: XmlElement): NameId | Problem<Cause> {
  const element = only(holder, 'NameID');
  if ('problem' in element)
    return childrenOf(holder, 'assertion', 'EncryptedID').length > 0 ? problem('encrypted') : element;
  const text = textOf(element);
  if (typeof text !== 'string') return text;
  const { attributes } = element;
  return {
    value: element.text,
    format: attributes.get('Format'),
    nameQualifier: attributes.get('NameQualifier'),
    spNameQualifier: attributes.get('SPNameQualifier'),
    spProvidedId: attributes.get('SPProvidedID'),
  };
}

function nameIdFact(assertion: XmlElement): AssertionFacts['nameId'] {
  const subject = only(assertion, 'Subject');
  const nameId = 'problem' in subject ? subject : readNameId(subject);
  return 'problem' in nameId ? samlProblem('saml_nameid_missing', nameId.problem) : nameId;
}

function confirmationOf(element: XmlElement): Confirmation | Problem<'malformed' | 'several'> {
  const inside = onlyChild(element, 'assertion', 'SubjectConfirmationData');
  if (inside === undefined) return { method: BEARER };
  if ('problem' in inside) return inside;
  const [notBefore, notOnOrAfter] = [momentIn(inside, 'NotBefore'), momentIn(inside, 'NotOnOrAfter')];
  if (typeof notBefore === 'object' || typeof notOnOrAfter === 'object') return problem('malformed');
  const [recipient, inResponseTo] = [inside.attributes.get('Recipient'), inside.attributes.get('InResponseTo')];
  return { method: BEARER, recipient, inResponseTo, notBefore, notOnOrAfter };
}

function bearersFact(assertion: XmlElement): AssertionFacts['bearers'] {
  const refused = (because: Cause) => samlProblem('saml_subject_confirmation_missing', because);
  const subject = only(assertion, 'Subject');
  if ('problem' in subject) return refused(subject.problem);
  const all = childrenOf(subject, 'assertion', 'SubjectConfirmation');
  const bearers = all.filter(({ attributes }) => attributes.get('Method') === BEARER).map(confirmationOf);
  if (bearers.length === 0) return refused(all.length === 0 ? 'missing' : 'not-bearer');
  const readable = bearers.filter(isKnown);
  return readable.length > 0 ? readable : refused('malformed');
}

const UNDERSTOOD = ['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction'];

function audiencesOf(conditions: XmlElement): AssertionFacts['audiences'] {
  const restrictions = childrenOf(conditions, 'assertion', 'AudienceRestriction');
  const named = restrictions.map((one) => childrenOf(one, 'assertion', 'Audience').map(textOf));
  const clean = named.map((texts) => texts.filter((text) => typeof text === 'string'));
  return clean.length > 0 ? clean : samlProblem('saml_source_app_audience_missing', 'missing');
}

function validityOf(conditions: XmlElement): AssertionFacts['validity'] {
  const [notBefore, notOnOrAfter] = [momentIn(conditions, 'NotBefore'), momentIn(conditions, 'NotOnOrAfter')];
  if (typeof notBefore === 'object' || typeof notOnOrAfter === 'object')
    return samlProblem('saml_parse_failed', 'malformed');
  return { notBefore, notOnOrAfter };
}

function conditionFacts(assertion: XmlElement): Pick<AssertionFacts, 'validity' | 'audiences' | 'strangeConditions'> {
  const conditions = onlyChild(assertion, 'assertion', 'Conditions');
  if (!isKnown(conditions)) {
    const because: Cause = conditions === undefined ? 'missing' : 'several';
    const nothing = { notBefore: undefined, notOnOrAfter: undefined };
    return {
      validity: conditions === undefined ? nothing : samlProblem('saml_parse_failed', because),
      audiences: samlProblem('saml_source_app_audience_missing', because),
      strangeConditions: [],
    };
  }
  const strange = conditions.elements.filter(
    ({ namespace, name }) => namespace !== NAMESPACE.assertion || !UNDERSTOOD.includes(name),
  );
  return {
    ...{ validity: validityOf(conditions), audiences: audiencesOf(conditions) },
    strangeConditions: strange.map(({ name }) => name),
  };
}

/** The first statement: where there are several, they are about the same session. */
function authenticationFact(assertion: XmlElement): AssertionFacts['authentication'] {
  const [statement] = childrenOf(assertion, 'assertion', 'AuthnStatement');
  if (!statement) return undefined;
  const [instant, until] = [momentIn(statement, 'AuthnInstant'), momentIn(statement, 'SessionNotOnOrAfter')];
  const [context] = childrenOf(statement, 'assertion', 'AuthnContext');
  const [reference] = context ? childrenOf(context, 'assertion', 'AuthnContextClassRef') : [];
  const classRef = reference && textOf(reference);
  if (typeof instant !== 'number' || typeof until === 'object' || typeof classRef !== 'string') {
    return samlProblem('saml_parse_failed', 'malformed');
  }
  return { instant, sessionIndex: statement.attributes.get('SessionIndex'), sessionNotOnOrAfter: until, classRef };
}

/** Attributes with a name; values with elements in them are left out. */
function attributesOf(assertion: XmlElement): readonly Attribute[] {
  const statements = childrenOf(assertion, 'assertion', 'AttributeStatement');
  return statements
    .flatMap((statement) => childrenOf(statement, 'assertion', 'Attribute'))
    .flatMap((attribute) => {
      const name = attribute.attributes.get('Name');
      const values = childrenOf(attribute, 'assertion', 'AttributeValue').filter(
        ({ elements }) => elements.length === 0,
      );
      const nameFormat = attribute.attributes.get('NameFormat');
      return name === undefined ? [] : [{ name, nameFormat, values: values.map(({ text }) => text) }];
    });
}

/** @param assertion the element; verified, unless only to look up whose it claims to be */
export function assertionFacts(assertion: XmlElement): AssertionFacts {
  const instant = momentIn(assertion, 'IssueInstant');
  return {
    id: assertion.attributes.get('ID') || samlProblem('saml_assertion_id_missing', 'missing'),
    issuer: issuerFact(assertion),
    issueInstant: typeof instant === 'number' ? instant : samlProblem('saml_parse_failed', 'malformed'),
    ...{ nameId: nameIdFact(assertion), bearers: bearersFact(assertion) },
    ...conditionFacts(assertion),
    ...{ authentication: authenticationFact(assertion), attributes: attributesOf(assertion) },
  };
}
