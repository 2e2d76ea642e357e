/** Metadata: byte for byte in Okta's shape. */
import t from 'tap';
import { type IdpMetadata, writeMetadata } from '../../../src/saml/metadata.js';
import { NAME_ID_FORMAT } from '../../../src/saml/names.js';
import { readXml } from '../../../src/saml/read-xml.js';
import { CERTIFICATE, written } from '../../support/saml.js';

export const METADATA: IdpMetadata = {
  entityId: 'http://www.okta.com/exkExample0000000001',
  ssoUrl: 'https://okta.example/app/claude/exkExample0000000001/sso/saml',
  certificate: CERTIFICATE,
  nameIdFormats: [NAME_ID_FORMAT.emailAddress],
  wantAuthnRequestsSigned: false,
};

t.test('the bytes of an Okta application', async (t) => {
  const lines = CERTIFICATE.match(/.{1,76}/g)?.join('\n');
  t.equal(
    writeMetadata(METADATA),
    '<?xml version="1.0" encoding="UTF-8"?><md:EntityDescriptor entityID="http://www.okta.com/exkExample0000000001" xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">' +
      '<md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">' +
      '<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>' +
      `<ds:X509Certificate>${lines}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>` +
      '<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>' +
      '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://okta.example/app/claude/exkExample0000000001/sso/saml"/>' +
      '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://okta.example/app/claude/exkExample0000000001/sso/saml"/>' +
      '</md:IDPSSODescriptor></md:EntityDescriptor>',
  );
});

t.test('logout stands where the schema has it, and everything is escaped', async (t) => {
  const sloUrl = 'https://okta.example/slo?a=1&b="2"';
  const text = written(writeMetadata({ ...METADATA, sloUrl, wantAuthnRequestsSigned: true }));
  const read = readXml(text);
  if ('problem' in read) throw new Error(read.problem);
  const [descriptor] = read.root.elements;
  t.equal(descriptor?.attributes.get('WantAuthnRequestsSigned'), 'true');
  t.same(
    descriptor?.elements.map(({ name }) => name),
    [
      'KeyDescriptor',
      'SingleLogoutService',
      'SingleLogoutService',
      'NameIDFormat',
      'SingleSignOnService',
      'SingleSignOnService',
    ],
  );
  t.equal(descriptor?.elements[1]?.attributes.get('Location'), sloUrl);
});

t.test('what XML cannot carry is not written', async (t) => {
  const bad = { ...METADATA, ssoUrl: 'https://okta.example/\u0007' };
  t.same(writeMetadata(bad), { problem: 'unwritable', path: 'metadata.ssoUrl', character: 'U+0007' });
});
