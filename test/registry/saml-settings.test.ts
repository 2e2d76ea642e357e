/** SAML settings in the org file: Okta's defaults, and each thing that is refused with its path. */
import t from 'tap';
import { certificatePem } from '../../src/registry/certificate.js';
import { type Mistakes, type SeededOrg, seedOrg } from '../../src/registry/org-records.js';
import { SAML_ROWS, type SamlSettings, samlIssuerOf } from '../../src/registry/saml-settings.js';
import { developmentKeys } from '../../src/shipped.js';
import { SP_CERTIFICATE } from '../support/sp-certificate.js';

const URLS = { externalKey: 'exk1', ssoAcsUrl: 'https://sp.example/acs', audience: 'https://sp.example' };
const seed = (saml: object) =>
  seedOrg({ applications: [{ label: 'SP', saml: { ...URLS, ...saml } }] }, developmentKeys(), '2026-01-01');
const mistakesOf = (saml: object) => (seed(saml) as Mistakes).mistakes;
// biome-ignore lint/suspicious/noExplicitAny: a record
const settingsOf = (saml: object): SamlSettings => ((seed(saml) as SeededOrg).records.applications as any)[0].saml;

t.test('what a file does not say is as Okta has it', async (t) => {
  t.strictSame(settingsOf({}), {
    ...URLS,
    nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
    ...{ usernameFormat: 'OKTA_USERNAME', spNameQualifier: false, allowMultipleAcsEndpoints: false, acsEndpoints: [] },
    ...{ responseSigned: true, assertionSigned: true, signatureAlgorithm: 'RSA_SHA256', digestAlgorithm: 'SHA256' },
    honorForceAuthn: true,
    authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
    ...{ requestCompressed: false, samlSignedRequestEnabled: false, slo: { enabled: false }, attributeStatements: [] },
    signingKeys: [],
  });
  t.equal(samlIssuerOf(settingsOf({})), 'http://www.okta.com/exk1');
});

const LOGOUT = { enabled: true, issuer: 'sp', logoutUrl: 'https://sp.example/slo' };
const attribute = (name: string) => ({ type: 'EXPRESSION', name, values: ['user.email'] });

/** Row -> settings that it refuses, and settings that it lets through. */
const ROWS: Record<string, [refused: object[], taken: object[]]> = {
  'custom-user-name-has-expression': [
    [{ usernameFormat: 'CUSTOM' }, { usernameExpression: 'user.email' }],
    [{ usernameFormat: 'CUSTOM', usernameExpression: 'user.email' }],
  ],
  'user-name-suffix-behind-built-in': [
    [
      { usernameFormat: 'CUSTOM', usernameExpression: 'user.email', usernameSuffix: 'x' },
      { usernameFormat: 'NONE', usernameSuffix: 'x' },
    ],
    [{ usernameSuffix: 'x' }, { usernameFormat: 'NONE' }],
  ],
  'response-or-assertion-signed': [
    [{ responseSigned: false, assertionSigned: false }],
    [{ responseSigned: false }, { assertionSigned: false }],
  ],
  'signed-requests-have-certificate': [
    [{ samlSignedRequestEnabled: true }],
    [{ samlSignedRequestEnabled: true, spCertificate: SP_CERTIFICATE }],
  ],
  'logout-has-issuer-url-and-certificate': [
    [
      { slo: { enabled: true }, spCertificate: SP_CERTIFICATE },
      { slo: { ...LOGOUT, issuer: undefined }, spCertificate: SP_CERTIFICATE },
      { slo: LOGOUT },
    ],
    [{ slo: LOGOUT, spCertificate: SP_CERTIFICATE }, { slo: { ...LOGOUT, enabled: false } }],
  ],
  'acs-index-once': [
    [{ acsEndpoints: [0, 0].map((index) => ({ index, url: 'https://sp.example' })) }],
    [{ acsEndpoints: [0, 1].map((index) => ({ index, url: 'https://sp.example' })) }],
  ],
  'attribute-name-once': [
    [{ attributeStatements: [attribute('a'), attribute('a')] }],
    [{ attributeStatements: [attribute('a'), attribute('b')] }],
  ],
};

t.test('what must hold of several settings together', async (t) => {
  t.strictSame(
    Object.keys(ROWS),
    SAML_ROWS.map(({ name }) => name),
    'each row is tested',
  );
  for (const { name, about, cause } of SAML_ROWS) {
    const [refused = [], taken = []] = ROWS[name] ?? [];
    for (const saml of refused) t.strictSame(mistakesOf(saml), [`applications[0].saml.${about}: ${cause}`], name);
    for (const saml of taken) t.equal(mistakesOf(saml), undefined, name);
  }
});

t.test('a mistake has the path of its value', async (t) => {
  const path = 'applications[0].saml';
  const wrong: [object, string | RegExp][] = [
    [
      { usernameFormat: 'CUSTOM', usernameExpression: 'user.phone' },
      `${path}.usernameExpression: at character 1: there is no user.phone here; a text stands in quotes`,
    ],
    [
      { usernameFormat: 'CUSTOM', usernameExpression: 'appuser.userName' },
      `${path}.usernameExpression: at character 1: there is no appuser.userName here; a text stands in quotes`,
    ],
    [
      { attributeStatements: [attribute('a'), { ...attribute('b'), values: ['user.email', '"'] }] },
      `${path}.attributeStatements[1].values[1]: at character 1: a value is expected, and a text begins and has no end`,
    ],
    [{ recipient: 'javascript:alert(1)' }, `${path}.recipient: is no http or https URL`],
    [{ acsEndpoints: [{ index: 0, url: 'x' }] }, `${path}.acsEndpoints[0].url: is no http or https URL`],
    [{ spCertificate: 'x' }, `${path}.spCertificate: is no X.509 certificate, as PEM or base64`],
    [{ spCertificate: '' }, `${path}.spCertificate: is no X.509 certificate, as PEM or base64`],
  ];
  for (const [saml, line] of wrong) t.match(mistakesOf(saml)[0], line);
});

t.test('a certificate comes as PEM or as the base64 within it', async (t) => {
  const pem = certificatePem(SP_CERTIFICATE);
  t.match(pem, /^-----BEGIN CERTIFICATE-----\n[\w+/=\n]+\n-----END CERTIFICATE-----\n$/);
  for (const text of [
    pem,
    SP_CERTIFICATE,
    SP_CERTIFICATE.replaceAll('\n', ''),
    SP_CERTIFICATE.replaceAll('\n', '\r\n'),
  ]) {
    t.equal(settingsOf({ spCertificate: text }).spCertificate, text, 'kept as it is written');
    t.equal(certificatePem(text), pem);
  }
});
