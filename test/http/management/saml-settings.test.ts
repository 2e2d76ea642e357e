/** SAML settings over the management API: in Okta's JSON both ways, with Okta's defaults, and refused with Okta's errors. */
import t from 'tap';
import { SAML_ROWS } from '../../../src/registry/saml-settings.js';
import { apiOf, causesOf, refusedWith } from '../../support/api.js';
import { samlApp } from '../../support/app-requests.js';
import { EXAMPLE, startTestOrg } from '../../support/org.js';
import { SP_CERTIFICATE } from '../../support/sp-certificate.js';

const org = await startTestOrg();
t.teardown(() => org.close());
const api = apiOf(org);
const APPS = '/api/v1/apps';
const ACS = { ssoAcsUrl: 'https://sp.example/acs', audience: 'https://sp.example' };
const templated = (inner: string) => '$'.concat('{', inner, '}');

let made = 0;
const sent = (signOn: object, userNameTemplate?: object | null, more: object = {}) => {
  made += 1;
  const credentials = userNameTemplate === undefined ? {} : { credentials: { userNameTemplate } };
  return samlApp(`SP ${made}`, { settings: { signOn: { ...ACS, ...signOn } }, ...credentials, ...more });
};
const create = async (...parts: Parameters<typeof sent>) => {
  const answer = await api.post(APPS, sent(...parts));
  t.equal(answer.status, 200, answer.text);
  return (await api.get(`${APPS}/${answer.body.id}`)).body;
};

const DEFAULTS = {
  ...{ defaultRelayState: null, ssoAcsUrl: ACS.ssoAcsUrl },
  ...{ idpIssuer: `http://www.okta.com/${templated('org.externalKey')}`, audience: ACS.audience },
  ...{ recipient: ACS.ssoAcsUrl, destination: ACS.ssoAcsUrl, subjectNameIdTemplate: templated('user.userName') },
  subjectNameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
  ...{ responseSigned: true, assertionSigned: true, signatureAlgorithm: 'RSA_SHA256', digestAlgorithm: 'SHA256' },
  honorForceAuthn: true,
  authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
  ...{ spIssuer: null, requestCompressed: false, attributeStatements: [], inlineHooks: [] },
  assertionEncryption: { enabled: false },
  ...{ allowMultipleAcsEndpoints: false, acsEndpoints: [], samlSignedRequestEnabled: false, slo: { enabled: false } },
};

const EVERYTHING = {
  ...{ defaultRelayState: 'state', ssoAcsUrlOverride: 'https://sp.example/other', ...ACS },
  ...{ recipient: 'https://sp.example/r', destination: 'https://sp.example/d' },
  subjectNameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  ...{ responseSigned: false, assertionSigned: true, signatureAlgorithm: 'RSA_SHA1', digestAlgorithm: 'SHA1' },
  honorForceAuthn: false,
  authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified',
  requestCompressed: true,
  attributeStatements: [
    {
      ...{ type: 'EXPRESSION', name: 'mail', namespace: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic' },
      values: ['user.email', '"x"'],
    },
    {
      ...{ type: 'GROUP', name: 'groups', namespace: 'urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified' },
      ...{ filterType: 'REGEX', filterValue: '.*' },
    },
  ],
  ...{ allowMultipleAcsEndpoints: true, acsEndpoints: [{ url: 'https://sp.example/1', index: 1 }] },
  ...{ samlSignedRequestEnabled: true, spCertificate: { x5c: [SP_CERTIFICATE] } },
  slo: { enabled: true, issuer: 'https://sp.example', logoutUrl: 'https://sp.example/slo' },
};

t.test('what is not sent, or sent as null, is as Okta has it, in its order', async (t) => {
  const nulls = Object.fromEntries(Object.keys(EVERYTHING).map((name) => [name, null]));
  for (const signOn of [{}, { ...nulls, ...ACS }, { slo: { enabled: false, issuer: null, logoutUrl: null } }]) {
    t.equal(JSON.stringify((await create(signOn)).settings.signOn), JSON.stringify(DEFAULTS));
  }
});

t.test('every setting is kept, answered, sent back as it came, and exported', async (t) => {
  const body = await create(EVERYTHING, undefined, { profile: { spNameQualifier: true } });
  t.match(body.settings.signOn, { ...EVERYTHING, spIssuer: 'https://sp.example' });
  t.equal(body.profile.spNameQualifier, true);
  const again = await api.put(`${APPS}/${body.id}`, body);
  t.strictSame([again.status, { ...again.body, lastUpdated: '' }], [200, { ...body, lastUpdated: '' }]);
  const file = (await org.fetch('/_mock/org')).body;
  const { saml } = file.applications.find((app: { id: string }) => app.id === body.id);
  t.match(saml, { slo: EVERYTHING.slo, spCertificate: SP_CERTIFICATE, spNameQualifier: true });
  t.match(saml.attributeStatements, [{ name: 'mail', values: ['user.email', '"x"'] }, { filterValue: '.*' }]);
  const other = await startTestOrg({ org: file });
  t.teardown(() => other.close());
  t.strictSame((await apiOf(other).get(`${APPS}/${body.id}`)).body.settings, body.settings);
});

t.test('the user name template, as Okta writes it', async (t) => {
  const email = templated('source.email');
  const builtIn = (template: string) => ({ template, type: 'BUILT_IN' });
  const mine = { template: 'user.getInternalProperty("email")', type: 'CUSTOM' };
  const rows: [object | null | undefined, object][] = [
    [undefined, builtIn(templated('source.login'))],
    [null, builtIn(templated('source.login'))],
    [{}, builtIn(templated('source.login'))],
    [{ template: '', type: '' }, builtIn(templated('source.login'))],
    [{ template: email }, builtIn(email)],
    [{ template: email, type: 'BUILT_IN', userSuffix: '' }, builtIn(email)],
    [
      { template: email, userSuffix: '.test' },
      { ...builtIn(email), userSuffix: '.test' },
    ],
    [builtIn(templated('fn:toLowerCase(source.email)')), builtIn(templated('fn:toLowerCase(source.email)'))],
    [
      builtIn(templated('fn:substringBefore(source.login, "@")')),
      builtIn(templated('fn:substringBefore(source.login, "@")')),
    ],
    [mine, mine],
    [{ template: mine.template }, mine],
    [
      { template: email, type: 'CUSTOM' },
      { template: email, type: 'CUSTOM' },
    ],
    [
      { template: `${email}.test`, type: 'CUSTOM' },
      { template: `${email}.test`, type: 'CUSTOM' },
    ],
    [
      { template: email, type: 'NONE' },
      { template: '', type: 'NONE' },
    ],
  ];
  for (const [template, answered] of rows) {
    const body = await create({}, template);
    t.strictSame(body.credentials.userNameTemplate, answered, JSON.stringify(template));
    const again = await api.put(`${APPS}/${body.id}`, body);
    t.strictSame([again.status, again.body.credentials], [200, body.credentials], 'sent back, it stays');
  }
});

t.test('the name of a user by the template, by the assignment, and none', async (t) => {
  const id = '00uAlice000000000001';
  const nameIn = async (template: object, credentials: object = {}) => {
    const app = await create({}, template);
    const assigned = await api.post(`${APPS}/${app.id}/users`, { id, ...credentials });
    t.equal(assigned.status, 200, assigned.text);
    const listed = (await api.get(`${APPS}/${app.id}/users?q=alice`)).body;
    t.strictSame(listed, [assigned.body]);
    return assigned.body.credentials.userName;
  };
  t.equal(await nameIn({ template: 'substringBefore(user.email, \'@\') + "@corp"', type: 'CUSTOM' }), 'alice@corp');
  t.equal(await nameIn({ template: 'user.nickName', type: 'CUSTOM' }), null);
  t.equal(await nameIn({ type: 'NONE' }), null);
  t.equal(await nameIn({ type: 'NONE' }, { credentials: { userName: 'a.adams' } }), 'a.adams');
});

t.test('what is wrong with a setting is named', async (t) => {
  const rows: [object, object | undefined, string, RegExp | string][] = [
    [
      {},
      { template: 'user.login + x', type: 'CUSTOM' },
      'credentials',
      'credentials.userNameTemplate.template: at character 14: there is no x here; a text stands in quotes',
    ],
    [{}, { template: '', type: 'CUSTOM' }, 'credentials', /template: at character 1: a value is expected/],
    [{}, { template: 'user.login +' }, 'credentials', /template: at character 13: a value is expected/],
    [
      {},
      { template: 'user.login + "x"', type: 'BUILT_IN' },
      'credentials',
      /template: is none of .* has the type CUSTOM/,
    ],
    [{}, { template: templated('source.samAccountName') }, 'credentials', /there is no source\.samAccountName here/],
    [{}, { template: 'x'.repeat(1025) }, 'credentials', /template/],
    [{}, { type: 'OTHER' }, 'credentials', /type/],
    [
      { attributeStatements: [{ type: 'EXPRESSION', name: 'x', values: ['Value'] }] },
      undefined,
      'settings',
      /signOn\.attributeStatements\.0\.values\.0: at character 1: there is no Value here/,
    ],
    [{ attributeStatements: [{ type: 'OTHER', name: 'x' }] }, undefined, 'settings', /attributeStatements/],
    [{ subjectNameIdTemplate: templated('user.email') }, undefined, 'settings', /set credentials\.userNameTemplate/],
    [
      { assertionEncryption: { enabled: true } },
      undefined,
      'settings',
      /assertionEncryption\.enabled: is not in this org/,
    ],
    [{ participateSlo: { enabled: true } }, undefined, 'settings', /participateSlo\.enabled: is not in this org/],
    [{ inlineHooks: [{ id: 'x' }] }, undefined, 'settings', /inlineHooks\.0: is not in this org/],
    [{ audienceOverride: 'x' }, undefined, 'settings', /audienceOverride: is not in this org/],
    [{ spCertificate: { x5c: [] } }, undefined, 'settings', /spCertificate/],
    [{ spCertificate: { x5c: ['x'] } }, undefined, 'settings', /x5c\.0: is no X\.509 certificate/],
    [{ recipient: 'javascript:alert(1)' }, undefined, 'settings', /recipient: is no http or https URL/],
    [{ responseSigned: false, assertionSigned: false }, undefined, 'assertionSigned', /must be signed, or both/],
    [{ samlSignedRequestEnabled: true }, undefined, 'samlSignedRequestEnabled', /needs spCertificate/],
    [{ slo: { enabled: true } }, undefined, 'slo', /needs issuer, logoutUrl and spCertificate/],
  ];
  for (const [signOn, template, about, cause] of rows) {
    const answer = await api.post(APPS, sent(signOn, template));
    t.strictSame(refusedWith(answer), [400, 'E0000001', `Api validation failed: ${about}`], answer.text);
    t.match(causesOf(answer).join('\n'), cause);
  }
  t.ok(SAML_ROWS.length > 0);
  const oidc = (await api.get(`${APPS}/${EXAMPLE.appId}`)).body;
  const answer = await api.put(`${APPS}/${EXAMPLE.appId}`, { ...oidc, profile: { spNameQualifier: true } });
  t.match(causesOf(answer), ['profile.spNameQualifier: is for SAML applications']);
});
