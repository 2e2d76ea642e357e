/** Responses: in Okta's shape, signed as asked, or an error in the assertion's place. */
import t from 'tap';
import { STATUS } from '../../../src/saml/names.js';
import { writeResponse } from '../../../src/saml/response.js';
import {
  ATTRIBUTES,
  CERTIFICATE,
  good,
  judged,
  RESPONSE,
  responseWith,
  SIGNER,
  signerBy,
  TRUST,
} from '../../support/saml.js';

/** What differs from run to run is said by its kind. */
const shape = (text: string) =>
  text.replace(/(DigestValue|SignatureValue)>[^<]+</g, '$1>…<').replaceAll(CERTIFICATE, 'MII…');

const SIGNATURE = (id: string, transform: string) =>
  '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>' +
  `<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><ds:Reference URI="#${id}"><ds:Transforms>` +
  `<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>${transform}</ds:Transforms>` +
  '<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>…</ds:DigestValue></ds:Reference></ds:SignedInfo>' +
  '<ds:SignatureValue>…</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>MII…</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>';
const PLAIN = '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>';
const WITH_XS =
  '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"><ec:InclusiveNamespaces PrefixList="xs" xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transform>';
const SAML2 = 'xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"';
const ISSUER = `<saml2:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" ${SAML2}>http://www.okta.com/exkExample0000000001</saml2:Issuer>`;

t.test('the bytes of an Okta response, with attributes, both signed', async (t) => {
  const attribute = (name: string, values: readonly string[]) =>
    `<saml2:Attribute Name="${name}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified">${values
      .map(
        (value) =>
          `<saml2:AttributeValue xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">${value}</saml2:AttributeValue>`,
      )
      .join('')}</saml2:Attribute>`;
  t.equal(
    shape(responseWith(good({ attributes: ATTRIBUTES }), { response: SIGNER, assertion: SIGNER })),
    '<?xml version="1.0" encoding="UTF-8"?><saml2p:Response Destination="https://sp.example/acs" ID="id3141592653589" InResponseTo="_request1" IssueInstant="2026-07-29T08:00:00.123Z" Version="2.0" xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:xs="http://www.w3.org/2001/XMLSchema">' +
      `${ISSUER}${SIGNATURE('id3141592653589', WITH_XS)}<saml2p:Status xmlns:saml2p="urn:oasis:names:tc:SAML:2.0:protocol"><saml2p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></saml2p:Status>` +
      `<saml2:Assertion ID="id2718281828459" IssueInstant="2026-07-29T08:00:00.123Z" Version="2.0" ${SAML2} xmlns:xs="http://www.w3.org/2001/XMLSchema">` +
      `${ISSUER}${SIGNATURE('id2718281828459', WITH_XS)}` +
      `<saml2:Subject ${SAML2}><saml2:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">alice@example.com</saml2:NameID><saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml2:SubjectConfirmationData InResponseTo="_request1" NotOnOrAfter="2026-07-29T08:05:00.123Z" Recipient="https://sp.example/acs"/></saml2:SubjectConfirmation></saml2:Subject>` +
      `<saml2:Conditions NotBefore="2026-07-29T07:55:00.123Z" NotOnOrAfter="2026-07-29T08:05:00.123Z" ${SAML2}><saml2:AudienceRestriction><saml2:Audience>https://sp.example/saml</saml2:Audience></saml2:AudienceRestriction></saml2:Conditions>` +
      `<saml2:AuthnStatement AuthnInstant="2026-07-29T07:59:59.123Z" SessionIndex="_request1" ${SAML2}><saml2:AuthnContext><saml2:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml2:AuthnContextClassRef></saml2:AuthnContext></saml2:AuthnStatement>` +
      `<saml2:AttributeStatement ${SAML2}>${attribute('email', ['alice@example.com'])}${attribute('groups', ['A &amp; B', '&lt;c&gt;'])}</saml2:AttributeStatement>` +
      '</saml2:Assertion></saml2p:Response>',
  );
});

t.test('without attributes no prefix is declared or listed; nobody asked, and nothing says so', async (t) => {
  const { inResponseTo: _, ...unasked } = RESPONSE;
  const assertion = good({ inResponseTo: undefined });
  const text = shape(writeResponse({ ...unasked, assertion }, { response: SIGNER }) as string);
  t.match(text, SIGNATURE('id3141592653589', PLAIN));
  t.notMatch(text, /xmlns:xs|InResponseTo|PrefixList/);
  t.notMatch(text, /<saml2:Assertion .*<ds:Signature/);
});

t.test('signed as the application says', async (t) => {
  const assertion = good({ attributes: ATTRIBUTES });
  for (const [signers, signed] of [
    [{ response: SIGNER }, 'response'],
    [{ assertion: SIGNER }, 'assertion'],
    [{ response: SIGNER, assertion: SIGNER }, 'both'],
  ] as const) {
    const facts = judged(responseWith(assertion, signers));
    t.equal(facts.signed, signed);
    t.match(facts.response, {
      ...{
        signed: signed !== 'assertion',
        id: RESPONSE.id,
        issuer: RESPONSE.issuer,
        destination: RESPONSE.destination,
      },
      ...{ inResponseTo: '_request1', status: STATUS.success },
    });
  }
  t.match(judged(responseWith(assertion, {})), { problem: 'saml_signature_invalid', because: 'unsigned' });
  const sha1 = responseWith(assertion, { response: signerBy('rsa-sha1'), assertion: signerBy('rsa-sha1') });
  t.match(judged(sha1), { problem: 'saml_signature_invalid', because: 'algorithm' });
  t.equal(judged(sha1, { ...TRUST, policy: { sha1: true } }).signed, 'both');
});

t.test('an error in the place of an assertion', async (t) => {
  const status = {
    code: STATUS.responder,
    detail: STATUS.noPassive,
    message: 'Nobody is signed in & nobody may be asked.',
  };
  const text = writeResponse({ ...RESPONSE, status }, {}) as string;
  t.match(
    text,
    '<saml2p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"><saml2p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:NoPassive"/></saml2p:StatusCode><saml2p:StatusMessage>Nobody is signed in &amp; nobody may be asked.</saml2p:StatusMessage></saml2p:Status></saml2p:Response>',
  );
  t.match(judged(text), { problem: 'saml_parse_failed', because: 'no-assertion' });
  t.match(writeResponse({ ...RESPONSE, status }, { response: SIGNER }), /<ds:Signature/);
});

t.test('what XML cannot carry is not written, and it says where', async (t) => {
  const attributes = [{ name: 'a', values: ['good', 'bad \u000b'] }];
  t.same(writeResponse({ ...RESPONSE, assertion: good({ attributes }) }), {
    ...{ problem: 'unwritable', path: 'response.assertion.attributes[0].values[1]', character: 'U+000B' },
  });
});
