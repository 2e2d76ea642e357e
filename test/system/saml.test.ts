/**
 * What src/saml writes, held against programs of others: signatures against `xmlsec1`, form against the schemas of OASIS with
 * `xmllint`, keys and certificates against `openssl`. All of it comes from Debian; .ci/run installs it.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { certificatePem } from '../../src/registry/certificate.js';
import { writeMetadata } from '../../src/saml/metadata.js';
import { BINDING, NAME_ID_FORMAT, NAMESPACE, STATUS } from '../../src/saml/names.js';
import { writeAuthnRequest, writeLogoutRequest, writeLogoutResponse } from '../../src/saml/requests.js';
import { writeResponse } from '../../src/saml/response.js';
import {
  ATTRIBUTES,
  assertionBy,
  CERTIFICATE,
  good,
  NOW,
  OTHER_CERTIFICATE,
  RESPONSE,
  responseWith,
  SIGNER,
  signerBy,
  written,
} from '../support/saml.js';

const run = promisify(execFile);
const folder = t.testdir({ 'cert.pem': certificatePem(CERTIFICATE), 'other.pem': certificatePem(OTHER_CERTIFICATE) });
const SCHEMAS = '/usr/share/xml/opensaml';

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const COMMON = {
  id: '_r1',
  issuer: 'https://sp.example/saml',
  issueInstant: NOW,
  destination: 'https://okta.example/sso',
};
const odd = good({ attributes: ATTRIBUTES, nameId: { value: ' a\u0085b\u2028\r\n\t<ä€😀>&"\'', format: 'urn:x' } });
const REQUEST = {
  ...{ ...COMMON, assertionConsumerServiceUrl: 'https://sp.example/acs', protocolBinding: BINDING.post },
  ...{ forceAuthn: true, isPassive: false, nameIdPolicy: { format: NAME_ID_FORMAT.emailAddress, allowCreate: true } },
};
const LOGOUT = {
  ...COMMON,
  nameId: { value: 'a', format: 'urn:x', nameQualifier: 'q', spNameQualifier: 's' },
  sessionIndexes: ['1', '2'],
};
const LOGGED_OUT = { ...COMMON, inResponseTo: '_r0', status: { code: STATUS.success } };

/** What is written -> its text, and the elements of it that are signed. */
const SIGNED: Readonly<Record<string, readonly [text: string, signed: readonly string[]]>> = {
  assertion: [assertionBy(good(), SIGNER), ['assertion:Assertion']],
  'assertion-attributes': [assertionBy(good({ attributes: ATTRIBUTES }), SIGNER), ['assertion:Assertion']],
  'assertion-odd': [assertionBy(odd, SIGNER), ['assertion:Assertion']],
  'assertion-sha1': [assertionBy(good(), signerBy('rsa-sha1')), ['assertion:Assertion']],
  'assertion-sha512': [assertionBy(good(), signerBy('rsa-sha512')), ['assertion:Assertion']],
  'response-assertion': [responseWith(odd, { assertion: SIGNER }), ['assertion:Assertion']],
  'response-response': [responseWith(odd, { response: SIGNER }), ['protocol:Response']],
  'response-both': [
    responseWith(odd, { response: SIGNER, assertion: SIGNER }),
    ['protocol:Response', 'assertion:Assertion'],
  ],
  'response-error': [
    written(
      writeResponse(
        { ...RESPONSE, status: { code: STATUS.responder, detail: STATUS.noPassive, message: 'no' } },
        { response: SIGNER },
      ),
    ),
    ['protocol:Response'],
  ],
  'authn-request': [written(writeAuthnRequest(REQUEST, SIGNER)), ['protocol:AuthnRequest']],
  'logout-request': [written(writeLogoutRequest(LOGOUT, SIGNER)), ['protocol:LogoutRequest']],
  'logout-response': [written(writeLogoutResponse(LOGGED_OUT, SIGNER)), ['protocol:LogoutResponse']],
};

/** Verifies the signature in the element, by xmlsec1. */
async function xmlsec(path: string, element: string, certificate: string) {
  const ids = [
    'protocol:Response',
    'protocol:AuthnRequest',
    'protocol:LogoutRequest',
    'protocol:LogoutResponse',
    'assertion:Assertion',
  ];
  const flags = ids.flatMap((id) => {
    const [space, name] = id.split(':') as [keyof typeof NAMESPACE, string];
    return ['--id-attr:ID', `${NAMESPACE[space]}:${name}`];
  });
  const [, name] = element.split(':');
  const node = `/descendant::*[local-name()='${name}']/*[local-name()='Signature']`;
  const key = ['--pubkey-cert-pem', join(folder, certificate), '--enabled-key-data', 'rsa,key-name'];
  return run('xmlsec1', ['--verify', ...key, ...flags, '--node-xpath', node, path]);
}

t.test('xmlsec1 verifies every signature, and refuses it by another certificate or over another text', async (t) => {
  for (const [name, [text, elements]] of Object.entries(SIGNED)) {
    const path = file(`${name}.xml`, text);
    const changed = file(
      `${name}-changed.xml`,
      text.replace('Version="2.0"', 'Version="2.1"').replace(/(<saml2:Assertion.*)Version="2.0"/, '$1Version="2.1"'),
    );
    for (const element of elements) {
      await t.resolves(xmlsec(path, element, 'cert.pem'), `${name} ${element}`);
      await t.rejects(xmlsec(path, element, 'other.pem'), `${name} ${element} by another certificate`);
      await t.rejects(xmlsec(changed, element, 'cert.pem'), `${name} ${element} changed`);
    }
  }
});

/** The schema that a message is of. */
const schemaOf = (text: string) =>
  text.includes('<md:') ? 'metadata' : /^(<\?xml[^>]*>)?<saml2:/.test(text) ? 'assertion' : 'protocol';

/** Where the schemas say that others are -> where Debian has them. */
const ELSEWHERE = {
  'http://www.w3.org/TR/2002/REC-xmldsig-core-20020212/xmldsig-core-schema.xsd': 'xmldsig-core-schema.xsd',
  'http://www.w3.org/TR/2002/REC-xmlenc-core-20021210/xenc-schema.xsd': 'xenc-schema.xsd',
  'http://www.w3.org/2001/xml.xsd': 'xml.xsd',
};
const systems = Object.entries(ELSEWHERE).map(([url, name]) => {
  const there = `file:///usr/share/xml/xmltooling/${name}`;
  return `<system systemId="${url}" uri="${there}"/><uri name="${url}" uri="${there}"/>`;
});
const CATALOG = file(
  'catalog.xml',
  `<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">${systems.join('')}</catalog>`,
);

async function validate(name: string, text: string) {
  const schema = join(SCHEMAS, `saml-schema-${schemaOf(text)}-2.0.xsd`);
  const env = { ...process.env, XML_CATALOG_FILES: CATALOG };
  return run('xmllint', ['--nonet', '--noout', '--schema', schema, file(name, text)], { env });
}

const METADATA = {
  ...{ entityId: 'http://www.okta.com/exk1', ssoUrl: 'https://okta.example/sso?a=1&b=2', certificate: CERTIFICATE },
  ...{ nameIdFormats: Object.values(NAME_ID_FORMAT), wantAuthnRequestsSigned: true },
};

t.test('all that is written is valid by the schemas of OASIS', async (t) => {
  const texts: Record<string, string> = {
    ...Object.fromEntries(Object.entries(SIGNED).map(([name, [text]]) => [name, text])),
    metadata: written(writeMetadata(METADATA)),
    'metadata-slo': written(writeMetadata({ ...METADATA, sloUrl: 'https://okta.example/slo' })),
    unsolicited: responseWith(good({ inResponseTo: undefined }), {}),
  };
  for (const [name, text] of Object.entries(texts)) {
    await t.resolves(validate(`${name}.xml`, text), name);
    await t.rejects(
      validate(`${name}-bad.xml`, text.replace(/ (Version|entityID)="[^"]*"/, '')),
      `${name}: the schema is asked`,
    );
  }
});

t.test('openssl reads the certificate as it is meant', async (t) => {
  const { stdout } = await run('openssl', ['x509', '-in', join(folder, 'cert.pem'), '-noout', '-text']);
  t.match(stdout, 'Version: 3 (0x2)');
  t.match(stdout, 'Signature Algorithm: sha256WithRSAEncryption');
  t.match(
    stdout,
    'Issuer: C = US, ST = California, L = San Francisco, O = Okta, OU = SSOProvider, CN = dev-123456, emailAddress = info@okta.com',
  );
  await t.resolves(
    run('openssl', ['verify', '-CAfile', join(folder, 'cert.pem'), '-no_check_time', join(folder, 'cert.pem')]),
  );
});
