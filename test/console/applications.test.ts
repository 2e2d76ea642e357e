/** *Applications*: found, created, every tab as the guide goes through them, what is refused, and what the org then does. */
import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { apiOf } from '../support/api.js';
import { samlApp } from '../support/app-requests.js';
import { consoleAt, type Looked, type PageElement, textOf } from '../support/console.js';
import { EXAMPLE, startTestOrg } from '../support/org.js';
import { appIn, editedOrg } from '../support/org-edits.js';
import { SP_CERTIFICATE } from '../support/sp-certificate.js';

const org = await startTestOrg();
t.teardown(() => org.close());
const me = consoleAt(org);
const api = apiOf(org);
const LIST = '/console/applications';
const FIGMA = '0oaFigma000000000001';
const AGENT_CONNECTIONS = `/console/ai-agents/${EXAMPLE.agentId}/resource-connections`;

const appOf = async (id: string) => (await api.get(`/api/v1/apps/${id}`)).body;
const idOf = ({ path }: Looked) => /applications\/([^/?]+)/.exec(path)?.[1] as string;
const typedIn = ({ document }: Looked, id: string) => document.querySelector(`[id="${id}"]`)?.getAttribute('value');
const chosenIn = ({ document }: Looked, id: string) =>
  document.querySelector(`[id="${id}"] option[selected]`)?.textContent;
const lines = ({ document }: Looked, id: string) => textOf(document.querySelector(`[id="${id}"]`) as PageElement);
const publicPem = () =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }) as string;

/** Makes a SAML application over the API, and opens its page. */
async function made(label: string, more: object = {}): Promise<Looked> {
  const { body } = await api.post('/api/v1/apps', samlApp(label, more));
  return me.open(`${LIST}/${body.id}`);
}

t.test(
  'the list shows the applications, finds them by label, kind and status, and says when there is none',
  async (t) => {
    const all = await me.open(LIST);
    t.match(all.text, 'FigmaSAML, customACTIVEon: https://auth.figma.example');
    t.match(all.text, 'AtlassianOIDC, OINACTIVEon: https://auth.atlassian.example');
    t.match(all.text, 'ClaudeSAML, customACTIVEoff');
    const found = await me.press(all, 'Search', { 'Label or id': 'CLAUDE', Kind: 'OIDC' });
    t.match(found.text, 'Claude Code (OIDC)');
    t.notMatch(found.text, 'SAML, custom');
    t.notMatch(found.text, 'Atlassian');
    t.equal(chosenIn(found, 'kind'), 'OIDC', 'what was searched for stays');
    const inactive = await me.press(found, 'Search', { 'Label or id': '', Kind: 'SAML', Status: 'Inactive' });
    t.match(inactive.text, 'No application is like that.');
    const empty = await startTestOrg({ org: { org: { name: 'Empty' } } });
    t.teardown(() => empty.close());
    t.match((await consoleAt(empty).open(LIST)).text, 'There is no application yet.');
  },
);

t.test('creating a SAML application: what is wrong is said and what was typed stays', async (t) => {
  const first = await me.follow(await me.open(LIST), 'Create App Integration');
  const second = await me.press(first, 'Next', { 'Sign-in method': 'SAML 2.0' });
  const wrong = await me.press(second, 'Create', {
    ...{
      'Application label': 'Made <b>here',
      'Single sign-on URL': 'ftp://sp.example',
      'Audience URI (SP Entity ID)': '',
    },
    ...{ 'Name ID Format': 'Persistent', 'Comes from': 'oin' },
  });
  t.equal(wrong.status, 400);
  t.match(wrong.text, 'Single sign-on URL: is no http or https URL');
  t.match(wrong.text, 'Audience URI (SP Entity ID): ');
  t.equal(typedIn(wrong, 'ssoAcsUrl'), 'ftp://sp.example');
  t.equal(typedIn(wrong, 'label'), 'Made <b>here');
  t.equal(chosenIn(wrong, 'nameIdFormat'), 'Persistent');
  t.equal(chosenIn(wrong, 'origin'), 'OIN: the Okta Integration Network');
  const taken = await me.press(wrong, 'Create', {
    ...{ 'Application label': 'Figma', 'Single sign-on URL': 'https://sp.example/acs' },
    'Audience URI (SP Entity ID)': 'https://sp.example',
  });
  t.match(taken.text, 'Application label: another application of this org has this label');
  const done = await me.press(taken, 'Create', { 'Application label': 'Made here', 'Comes from': 'custom' });
  t.match(done.text, 'Application created. It is active');
  t.match(await appOf(idOf(done)), {
    ...{ label: 'Made here', status: 'ACTIVE', signOnMode: 'SAML_2_0', profile: { origin: 'custom' } },
    settings: {
      signOn: {
        ...{ ssoAcsUrl: 'https://sp.example/acs', audience: 'https://sp.example' },
        subjectNameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
      },
    },
  });
});

t.test('creating OIDC applications of each kind', async (t) => {
  const kind = async (label: string) => me.press(await me.open(`${LIST}/new`), 'Next', { 'Sign-in method': label });
  const web = await kind('OIDC: web application');
  const none = await me.press(web, 'Create', { 'Application label': 'Web', 'Grant types': ['Authorization Code'] });
  t.match(none.text, 'Sign-in redirect URIs: the grant type authorization_code needs at least one');
  const bad = await me.press(none, 'Create', { 'Sign-in redirect URIs': 'https://a.example/cb\nnowhere' });
  t.match(bad.text, 'Sign-in redirect URIs: is not a URL that a browser may be sent to');
  t.equal(lines(bad, 'redirectUris'), 'https://a.example/cb\nnowhere');
  t.ok(bad.document.querySelector('input[value=authorization_code][checked]'));
  t.notOk(bad.document.querySelector('input[value=refresh_token][checked]'), 'the ticks stay, too');
  const webApp = await appOf(
    idOf(await me.press(bad, 'Create', { 'Sign-in redirect URIs': 'https://a.example/cb\r\n\r\n' })),
  );
  t.match(webApp, {
    credentials: { oauthClient: { client_secret: /^\S{64}$/, token_endpoint_auth_method: 'client_secret_basic' } },
    settings: { oauthClient: { grant_types: ['authorization_code'], redirect_uris: ['https://a.example/cb'] } },
  });
  const native = await me.press(await kind('OIDC: native application'), 'Create', {
    ...{ 'Application label': 'Native', 'Sign-in redirect URIs': 'com.example.app:/cb' },
  });
  t.match(await appOf(idOf(native)), {
    credentials: { oauthClient: { token_endpoint_auth_method: 'none', pkce_required: true } },
    settings: { oauthClient: { application_type: 'native', grant_types: ['authorization_code', 'refresh_token'] } },
  });
  const service = await kind('OIDC: service');
  const noKey = await me.press(service, 'Create', { 'Application label': 'Service', 'Public key': 'no key' });
  t.match(noKey.text, 'Public key is no public key that can be read.');
  const keyed = await me.press(noKey, 'Create', { 'Public key': publicPem() });
  t.match(await appOf(idOf(keyed)), {
    credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
    settings: { oauthClient: { application_type: 'service', jwks: { keys: [{ kty: 'EC' }] } } },
  });
  const secret = await me.press(service, 'Create', { 'Application label': 'Service with a secret' });
  const { credentials } = await appOf(idOf(secret));
  t.match(credentials.oauthClient.client_secret, /^\S{64}$/);
});

t.test('a sign-in method that there is none of is asked for again, and creates nothing', async (t) => {
  const other = await me.open(`${LIST}/new?kind=wsfed`);
  t.match(other.text, 'Step 1 of 2');
  const saml = await me.open(`${LIST}/new?kind=saml`);
  saml.document.querySelector('[name=kind]')?.setAttribute('value', 'wsfed');
  const refused = await me.press(saml, 'Create', { 'Application label': 'Of no kind' });
  t.equal(refused.status, 400);
  t.notMatch((await me.open(LIST)).text, 'Of no kind');
});

t.test('the guide: Enable XAA, Issuer URL, Save; the exchange goes by it', async (t) => {
  const start = await made('Of the guide');
  const tab = await me.follow(start, 'Resource Server');
  t.notOk(tab.document.querySelector('#enabled')?.hasAttribute('checked'));
  t.notMatch(tab.text, 'AI agents connected');
  const alone = await me.press(tab, 'Save', { 'Enable XAA': true });
  t.match(alone.text, 'XAA is on, but there is no Issuer URL');
  t.match((await me.open(LIST)).text, 'on, without an Issuer URL');
  const bad = await me.press(alone, 'Save', { 'Issuer URL': 'not a url', Scopes: 'a\nb c' });
  t.match(bad.text, 'Issuer URL: is no http or https URL');
  t.match(bad.text, 'Scopes: is no scope');
  t.equal(typedIn(bad, 'issuerUrl'), 'not a url');
  t.equal(lines(bad, 'scopes'), 'a\nb c');
  t.ok(bad.document.querySelector('#enabled')?.hasAttribute('checked'));
  const taken = await me.press(bad, 'Save', { 'Issuer URL': EXAMPLE.figma, Scopes: 'a' });
  t.match(taken.text, 'Issuer URL: another application of this org has this Issuer URL');
  const saved = await me.press(taken, 'Save', {
    ...{ 'Issuer URL': 'https://auth.guide.example', Scopes: 'a\nb', 'Audience/tenant ID': 'tenant' },
  });
  t.match(saved.text, 'Saved. Exchanges go by it from now on.');
  t.notMatch(saved.text, 'Look at the Issuer URL once more');
  t.strictSame((await appOf(idOf(start))).profile.xaa, {
    ...{ enabled: true, issuerUrl: 'https://auth.guide.example', scopes: ['a', 'b'], audienceTenantId: 'tenant' },
  });
  const off = await me.press(saved, 'Save', {
    'Enable XAA': false,
    'Issuer URL': '',
    Scopes: '',
    'Audience/tenant ID': '',
  });
  t.match(off.text, 'Saved.');
  t.notMatch(off.text, 'there is no Issuer URL');
  t.strictSame((await appOf(idOf(start))).profile.xaa, { enabled: false, scopes: [] });
});

t.test('Issuer URLs that commonly go wrong are saved, and doubted', async (t) => {
  const tab = await me.follow(await made('Of a doubtful issuer'), 'Resource Server');
  const doubted = async (url: string) => (await me.press(tab, 'Save', { 'Issuer URL': url })).text;
  t.match(await doubted('https://auth.doubt.example/'), 'It ends in a slash.');
  t.match(await doubted('http://auth.doubt.example'), 'It is http, not https');
  t.match(await doubted('https://auth.doubt.example/#a'), 'It has a fragment');
  t.match(await doubted('https://auth.doubt.example/?a=b'), 'It has a query');
  t.match(await doubted('https://auth.doubt.example/oauth/token'), 'It is the address of metadata or of an endpoint');
  t.match(await doubted(`${org.issuer}/oauth2/of-this-org`), 'It is http');
  t.equal((await appOf(idOf(tab))).profile.xaa.issuerUrl, `${org.issuer}/oauth2/of-this-org`);
  t.equal(typedIn(await me.open(tab.path), 'issuerUrl'), `${org.issuer}/oauth2/of-this-org`);
  const file = editedOrg((file) => Object.assign(appIn(file, 'Figma'), { xaa: { enabled: true, issuerUrl: 'figma' } }));
  const written = await startTestOrg({ org: file });
  t.teardown(() => written.close());
  t.match((await consoleAt(written).open(`${LIST}/${FIGMA}/resource-server`)).text, 'It is no URL.');
});

t.test('the NOTE of the guide: whose connections a change breaks, before and after', async (t) => {
  const changed = await startTestOrg();
  t.teardown(() => changed.close());
  const admin = consoleAt(changed);
  const { id_token } = await changed.signIn('alice@example.com');
  const before = await admin.open(`${LIST}/${FIGMA}/resource-server`);
  t.match(before.text, 'A resource connection keeps the Issuer URL that it was made with.');
  t.match(before.text, 'Claude (Requester App)https://auth.figma.examplematches');
  const hrefs = [...before.document.querySelectorAll('td a')].map((one) => one.getAttribute('href'));
  t.ok(hrefs.includes(AGENT_CONNECTIONS));
  const same = await admin.press(before, 'Save', { Scopes: 'mcp:read' });
  t.match(same.text, 'Exchanges go by it from now on.');
  t.equal((await changed.exchange(id_token)).status, 200);
  const after = await admin.press(same, 'Save', { 'Issuer URL': 'https://new.figma.example' });
  t.match(after.text, 'The Issuer URL is another than that of the resource connections marked as broken');
  t.match(after.text, 'Broken: 2 of 2.');
  t.match(after.text, 'Claude (Requester App)https://auth.figma.examplebroken');
  t.equal((await changed.exchange(id_token)).status, 400, 'for the old one');
  t.equal((await changed.exchange(id_token, { audience: 'https://new.figma.example' })).status, 400, 'for the new one');
  const back = await admin.press(after, 'Save', { 'Issuer URL': EXAMPLE.figma });
  t.notMatch(back.text, 'broken');
  t.equal((await changed.exchange(id_token)).status, 200);
});

t.test('the guide: Sign On, General > SAML Settings, Edit, Next, Finish', async (t) => {
  const start = await made('Of names');
  const signOn = await me.follow(start, 'Sign On');
  t.equal(chosenIn(signOn, 'format'), 'Okta username');
  t.match(signOn.text, '✓ Sign On > Application username format gives the email address');
  t.match(signOn.text, '✗ General > SAML Settings > Name ID Format is EmailAddress.');
  const edit = await me.follow(signOn, 'Change the Name ID Format');
  const general = await me.follow(edit, 'Of names');
  t.match(general.text, 'Name ID FormatUnspecified');
  const first = await me.follow(general, 'Edit');
  t.equal(chosenIn(first, 'nameIdFormat'), 'Unspecified');
  const review = await me.press(first, 'Next', { 'Name ID Format': 'EmailAddress' });
  t.match(review.text, 'New: Name ID Format.');
  t.match(review.text, 'Name ID FormatEmailAddress changed');
  const { settings } = await appOf(idOf(start));
  t.match(settings.signOn.subjectNameIdFormat, /unspecified$/, 'nothing is saved before Finish');
  const back = await me.press(review, 'Back');
  t.equal(chosenIn(back, 'nameIdFormat'), 'EmailAddress');
  const saved = await me.press(await me.press(back, 'Next'), 'Finish');
  t.equal(saved.path, `${LIST}/${idOf(start)}?done=saml-settings-saved`);
  t.match(saved.text, 'Name ID FormatEmailAddress');
  t.match((await appOf(idOf(start))).settings.signOn.subjectNameIdFormat, /emailAddress$/);
  t.match((await me.follow(saved, 'Sign On')).text, '✓ General > SAML Settings > Name ID Format is EmailAddress.');
  t.match((await me.press(await me.follow(saved, 'Edit'), 'Next')).text, 'It is what is stored already.');
});

t.test('SAML Settings: every field, what is refused, and what the form does not ask for stays', async (t) => {
  const statement = { type: 'EXPRESSION', name: 'mail', values: ['user.email', '"x"'] };
  const group = { type: 'GROUP', name: 'teams', filterType: 'STARTS_WITH', filterValue: 'Eng' };
  const acs = { allowMultipleAcsEndpoints: true, acsEndpoints: [{ index: 0, url: 'https://other.example/acs' }] };
  const override = { ssoAcsUrlOverride: 'https://override.example/acs' };
  const signOn = { ssoAcsUrl: 'https://sp.example/acs', audience: 'https://sp.example', ...override };
  const start = await made('Of many settings', {
    profile: { spNameQualifier: true },
    credentials: { userNameTemplate: { template: 'user.login', type: 'CUSTOM' } },
    settings: { signOn: { ...signOn, attributeStatements: [statement, group], ...acs } },
  });
  t.match(start.text, 'mail: user.email, "x"teams: groups STARTS_WITH Eng');
  t.match(start.text, 'Other requestable SSO URLshttps://other.example/acs');
  const first = await me.follow(start, 'Edit');
  const wrong = await me.press(first, 'Next', {
    'Single sign-on URL': 'nowhere',
    'Single Logout URL': 'javascript:alert(1)',
  });
  t.equal(wrong.status, 400);
  t.match(wrong.text, 'Single sign-on URL: is no http or https URL');
  t.match(wrong.text, 'Single Logout URL: is no http or https URL');
  t.equal(typedIn(wrong, 'ssoAcsUrl'), 'nowhere');
  const unsigned = await me.press(first, 'Next', { Response: 'Unsigned', 'Assertion Signature': 'Unsigned' });
  t.match(unsigned.text, 'Assertion Signature: the response or the assertion must be signed, or both');
  t.match((await me.press(first, 'Next', { 'Signed Requests': true })).text, 'Signed Requests: needs spCertificate');
  t.match(
    (await me.press(first, 'Next', { 'Signature Certificate': 'none' })).text,
    'Signature Certificate: is no X.509',
  );
  const review = await me.press(first, 'Next', {
    ...{ 'Single sign-on URL': 'https://new.example/acs', 'Audience URI (SP Entity ID)': 'urn:new' },
    ...{ 'Name ID Format': 'Transient', 'Default RelayState': 'home', 'Recipient URL': 'https://new.example/r' },
    ...{ 'Destination URL': 'https://new.example/d', Response: 'Unsigned', 'Signature Algorithm': 'RSA-SHA1' },
    ...{ 'Digest Algorithm': 'SHA1', 'Signature Certificate': SP_CERTIFICATE, 'Signed Requests': true },
    ...{ 'Compressed requests': true, 'Honor Force Authentication': false },
    ...{ 'Authentication context class': 'Kerberos', 'Enable Single Logout': true },
    ...{ 'Single Logout URL': 'https://new.example/slo', 'SP Issuer': 'urn:new:slo' },
  });
  t.match(review.text, 'ResponseUnsigned changed');
  const saved = await me.press(review, 'Finish');
  t.match(saved.text, 'SAML Settings saved.');
  const app = await appOf(idOf(start));
  t.match(app.settings.signOn, {
    ...{ ssoAcsUrl: 'https://new.example/acs', audience: 'urn:new', defaultRelayState: 'home' },
    ...{ recipient: 'https://new.example/r', destination: 'https://new.example/d', responseSigned: false },
    ...{ assertionSigned: true, signatureAlgorithm: 'RSA_SHA1', digestAlgorithm: 'SHA1', requestCompressed: true },
    ...{ samlSignedRequestEnabled: true, honorForceAuthn: false, spCertificate: { x5c: [/^MII/] } },
    ...{ authnContextClassRef: 'oasis:names:tc:SAML:2.0:ac:classes:Kerberos', spIssuer: 'urn:new:slo' },
    ...{ slo: { enabled: true, issuer: 'urn:new:slo', logoutUrl: 'https://new.example/slo' } },
    ...{ attributeStatements: [statement, group], ...acs, ...override },
  });
  t.equal(app.credentials.userNameTemplate.template, 'user.login');
  t.equal(app.profile.spNameQualifier, true);
  t.match((await me.follow(saved, 'Sign On')).text, 'Sign out URL');
  const emptied = await me.press(await me.follow(saved, 'Edit'), 'Next', {
    ...{ 'Recipient URL': '', 'Default RelayState': '', 'Destination URL': '' },
  });
  await me.press(emptied, 'Finish');
  const { signOn: after } = (await appOf(idOf(start))).settings;
  t.equal(after.recipient, 'https://new.example/acs', 'where the response goes');
  t.equal(after.defaultRelayState, null);
});

t.test('SAML Settings: Finish of what cannot be saved, and of what is gone', async (t) => {
  const start = await made('Of two administrators');
  const signOn = await me.follow(start, 'Sign On');
  const review = await me.press(await me.follow(start, 'Edit'), 'Next');
  const carried = (name: string) => review.document.querySelector(`[name=${name}]`);
  for (const name of ['responseSigned', 'assertionSigned']) carried(name)?.setAttribute('value', 'off');
  const unsigned = await me.press(review, 'Finish');
  t.match(unsigned.text, 'Assertion Signature: the response or the assertion must be signed, or both');
  t.match(unsigned.title, /^Error: Edit SAML Settings/, 'back to the first step');
  t.equal(chosenIn(unsigned, 'responseSigned'), 'Unsigned');
  carried('ssoAcsUrl')?.setAttribute('value', 'nowhere');
  t.match((await me.press(review, 'Finish')).text, 'Single sign-on URL: is no http or https URL');
  t.match((await appOf(idOf(start))).settings.signOn, { responseSigned: true, ssoAcsUrl: 'https://sp.example/acs' });
  await api.post(`/api/v1/apps/${idOf(start)}/lifecycle/deactivate`);
  await api.delete(`/api/v1/apps/${idOf(start)}`);
  for (const label of ['Finish', 'Back']) t.equal((await me.press(review, label)).status, 404);
  t.equal((await me.press(signOn, 'Save')).status, 404);
});

t.test('an OIDC application has no SAML Settings, and one user name format', async (t) => {
  const edit = await me.open(`${LIST}/${EXAMPLE.appId}/saml-settings`);
  t.equal(edit.status, 400);
  t.match(edit.text, 'Claude (OIDC) is an OIDC application: it has no SAML settings.');
  const tab = await me.follow(await me.open(`${LIST}/${EXAMPLE.appId}`), 'Sign On');
  t.match(tab.text, 'An OIDC application knows people by their login');
  t.equal(tab.document.querySelector('#format'), null);
});

t.test('Sign On: each format, an expression, a suffix; the NameID goes by it', async (t) => {
  const start = await made('Of formats');
  const tab = await me.follow(start, 'Sign On');
  const wrong = await me.press(tab, 'Save', { 'Application username format': 'Custom' });
  t.match(wrong.text, 'Custom expression: belongs to the username format CUSTOM, which needs it');
  t.equal(chosenIn(wrong, 'format'), 'Custom');
  const unread = await me.press(wrong, 'Save', { 'Custom expression': 'user.nothing' });
  t.match(unread.text, /Custom expression: .*user\.nothing/);
  t.equal(typedIn(unread, 'expression'), 'user.nothing');
  const custom = await me.press(unread, 'Save', { 'Custom expression': 'user.getInternalProperty("email")' });
  t.match(custom.text, 'Saved.');
  t.match(custom.text, '✓ Sign On > Application username format');
  const prefix = await me.press(custom, 'Save', { 'Application username format': 'Email prefix', Suffix: '@there' });
  t.match(prefix.text, '✗ Sign On > Application username format');
  t.match(prefix.text, 'The format is EMAIL_PREFIX');
  t.equal(typedIn(prefix, 'expression'), '', 'an expression is for Custom only');
  t.match((await appOf(idOf(start))).credentials.userNameTemplate, { type: 'BUILT_IN', userSuffix: '@there' });
  await api.post(`/api/v1/apps/${idOf(start)}/users`, { id: '00uAlice000000000001' });
  t.match((await me.follow(prefix, 'Assignments')).text, 'alice@there by the format Email prefix');
  const both = await me.press(prefix, 'Save', {
    'Application username format': 'Custom',
    'Custom expression': 'user.login',
  });
  t.match(both.text, 'Suffix: is put behind a built-in username format');
  const none = await me.press(prefix, 'Save', { 'Application username format': '(None)', Suffix: '' });
  t.match((await me.follow(none, 'Assignments')).text, /none: Application username format is \(None\)/);
  const fixed = await me.follow(none, 'Change the Application username format');
  t.equal(fixed.path, `${LIST}/${idOf(start)}/sign-on`);
  t.match(none.text, `Metadata URL${org.issuer}/app/exk`);
  const metadata = await me.follow(none, 'View the metadata');
  t.match(metadata.markup, '<md:EntityDescriptor');
  t.match(none.text, '-----BEGIN CERTIFICATE-----');
  await me.press(await me.follow(none, 'General'), 'Save', { 'Comes from': 'oin' });
  t.match((await me.open(tab.path)).text, 'applications from the OIN are set up by their vendor');
});

t.test('General of a SAML application: its label, Actions, Delete', async (t) => {
  const start = await made('Called so at first');
  t.equal(start.document.querySelector('#redirectUris'), null);
  const taken = await me.press(start, 'Save', { 'Application label': 'Figma' });
  t.match(taken.text, 'Application label: another application of this org has this label');
  t.equal(typedIn(taken, 'label'), 'Figma');
  t.match((await me.press(taken, 'Save', { 'Application label': ' ' })).text, 'Application label: is blank');
  const saved = await me.press(taken, 'Save', { 'Application label': 'Called so now' });
  t.equal(saved.title, 'Called so now - Example');
  t.match((await appOf(idOf(start))).settings.signOn.audience, 'https://sp.example', 'the rest stays');
  const active = await me.press(saved, 'Delete application');
  t.equal(active.status, 403);
  t.match(active.text, 'Deactivate it first.');
  t.equal(typedIn(active, 'label'), 'Called so now', 'the form beside it is as it was');
  const off = await me.press(active, 'Deactivate');
  t.match(off.text, 'Application deactivated');
  t.equal((await appOf(idOf(start))).status, 'INACTIVE');
  t.match((await me.press(off, 'Activate')).text, 'Application activated');
  const used = await me.open(`${LIST}/${FIGMA}`);
  const inactive = await me.press(used, 'Deactivate');
  t.match((await me.press(inactive, 'Delete application')).text, /Application: AI agent "Claude \(Requester App\)"/);
  await me.press(inactive, 'Activate');
  const gone = await me.press(await me.press(saved, 'Deactivate'), 'Delete application');
  t.equal(gone.path, `${LIST}?done=application-deleted`);
  for (const label of ['Save', 'Deactivate', 'Delete application']) {
    t.equal((await me.press(saved, label)).status, 404, `${label}, of what is gone`);
  }
});

t.test('General of an OIDC application: every setting, and what is refused', async (t) => {
  const path = `${LIST}/${EXAMPLE.appId}`;
  const page = await me.open(path);
  t.match(page.text, `Client ID${EXAMPLE.appId}`);
  t.equal(lines(page, 'redirectUris'), 'http://127.0.0.1:8976/callback\nhttp://localhost:8976/callback');
  const wrong = await me.press(page, 'Save', {
    ...{ 'Sign-in redirect URIs': 'javascript:alert(1)', 'Grace period for token rotation': '61' },
    ...{ 'JWKS URI': 'ftp://keys.example', 'Grant types': ['Authorization Code'] },
  });
  t.match(wrong.text, 'Sign-in redirect URIs: is not a URL that a browser may be sent to');
  t.match(wrong.text, 'Grace period for token rotation: ');
  t.match(wrong.text, 'JWKS URI: is no http or https URL');
  t.equal(lines(wrong, 'redirectUris'), 'javascript:alert(1)');
  t.notOk(wrong.document.querySelector('input[value=password][checked]'), 'the ticks are as they were set');
  const emptied = await me.press(page, 'Save', { 'Grace period for token rotation': '', 'Grant types': [] });
  t.match(emptied.text, 'Grace period for token rotation: ');
  t.match(emptied.text, 'Grant types: ');
  const keyless = await me.press(page, 'Save', { 'Client authentication': 'private_key_jwt' });
  t.match(keyless.text, 'Public keys: private_key_jwt needs public keys');
  const saved = await me.press(page, 'Save', {
    ...{ 'Application label': 'Claude (OIDC) renamed', 'Application type': 'native', 'Require PKCE': true },
    ...{ 'Client authentication': 'client_secret_post', 'Grant types': ['Refresh Token', 'Authorization Code'] },
    ...{ 'Sign-in redirect URIs': 'https://one.example/cb\r\nhttps://two.example/cb', 'Sign-out redirect URIs': '' },
    ...{ 'Refresh token behavior': 'Rotate token after every use', 'Grace period for token rotation': '0' },
    'JWKS URI': 'https://keys.example/jwks',
  });
  t.match(saved.text, 'Saved.');
  t.match(await appOf(EXAMPLE.appId), {
    label: 'Claude (OIDC) renamed',
    credentials: {
      oauthClient: {
        ...{ client_id: EXAMPLE.appId, client_secret: EXAMPLE.appSecret },
        ...{ token_endpoint_auth_method: 'client_secret_post', pkce_required: true },
      },
    },
    settings: {
      oauthClient: {
        ...{ application_type: 'native', grant_types: ['authorization_code', 'refresh_token'] },
        ...{ redirect_uris: ['https://one.example/cb', 'https://two.example/cb'], post_logout_redirect_uris: [] },
        ...{ jwks_uri: 'https://keys.example/jwks', refresh_token: { rotation_type: 'ROTATE', leeway: 0 } },
      },
    },
  });
});

t.test('General of an OIDC application that is one client with an agent, and of a service app', async (t) => {
  const linked = await me.open(`${LIST}/0oaClaudeCode0000001`);
  t.match(linked.text, /AI agentClaude Code \(linked\), one client with it/);
  t.match((await me.open(`${LIST}/0oaOktaApiClient0001`)).text, 'Okta API scopesokta.users.read okta.users.manage');
});

t.test('client secrets: shown when asked for, one in the place of another', async (t) => {
  const path = `${LIST}/0oaAtlassian00000001`;
  const stored = 'atlassian-client-secret-for-testing-only';
  const page = await me.open(path);
  t.notMatch(page.markup, stored);
  const shown = await me.press(page, 'Show');
  t.equal(shown.text.includes(stored), true);
  t.equal(shown.path, path, 'not in the address');
  t.equal(shown.headers.get('cache-control'), 'no-cache, no-store');
  const added = await me.press(page, 'Generate new secret');
  t.match(added.title, 'Client secret generated');
  const secret = added.document.querySelector('#secret')?.textContent as string;
  t.equal(secret.length, 64);
  const two = await me.follow(added, 'Back to General');
  t.notMatch(two.markup, secret);
  t.match((await me.press(two, 'Generate new secret')).text, 'an app has at most 2 client secrets');
  const [first] = (await api.get('/api/v1/apps/0oaAtlassian00000001/credentials/secrets')).body;
  t.equal(first.client_secret, stored);
  const off = await me.press(two, 'Deactivate', {}, first.id);
  t.match(off.text, 'Credential deactivated');
  t.match((await me.press(off, 'Activate', {}, first.id)).text, 'Credential activated.');
  const again = await me.press(await me.open(path), 'Deactivate', {}, first.id);
  const gone = await me.press(again, 'Delete', {}, first.id);
  t.match(gone.text, 'Credential deleted.');
  const [left, ...others] = (await api.get('/api/v1/apps/0oaAtlassian00000001/credentials/secrets')).body;
  t.equal(left.client_secret, secret);
  t.strictSame(others, []);
  t.match((await me.press(gone, 'Deactivate', {}, left.id)).text, 'it is the only active one');
  for (const label of ['Show', 'Deactivate']) {
    t.equal((await me.press(two, label, {}, first.id)).status, 404, `${label}, of one that is gone`);
  }
});

t.test('public keys: added as they are pasted, one in the place of another', async (t) => {
  const path = `${LIST}/0oaOktaApiClient0001`;
  const page = await me.open(path);
  t.match(page.text, 'The application has no client secret.');
  t.match(page.text, '99befb9fea1653ff75c201a942a2e892 (RSA)');
  const saved = await me.press(page, 'Save');
  t.match(saved.text, 'Saved.');
  t.match(saved.text, '99befb9fea1653ff75c201a942a2e892 (RSA)', 'the settings beside it leave it alone');
  const none = await me.press(page, 'Add public key', { 'Public key': '{"kty":"oct"}' });
  t.equal(none.status, 400);
  t.match(none.text, 'Public key: ');
  t.equal(lines(none, 'key'), '{"kty":"oct"}');
  t.equal(typedIn(none, 'label'), 'Okta API client', 'the form beside it is as it was');
  t.ok(none.document.querySelector('input[value=client_credentials][checked]'));
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const text = JSON.stringify({ ...jwk, kid: 'second' });
  const added = await me.press(none, 'Add public key', { 'Public key': text });
  t.match(added.text, 'Public key added. It is active.');
  t.match(
    (await me.press(added, 'Add public key', { 'Public key': text })).text,
    'the app has a key with this kid already',
  );
  const off = await me.press(added, 'Deactivate', {}, 'second');
  const gone = await me.press(
    await me.press(await me.press(off, 'Activate', {}, 'second'), 'Deactivate', {}, 'second'),
    'Delete',
    {},
    'second',
  );
  t.match(gone.text, 'Credential deleted.');
  t.notMatch(gone.text, 'second');
  const empty = await me.open(`${LIST}/0oaAtlassian00000001`);
  t.match(empty.text, 'The application has no public key');
});

t.test('Assignments: who has it, how, by which name; assigned, named and taken away', async (t) => {
  const start = await made('Of people');
  const path = `${LIST}/${idOf(start)}/assignments`;
  const nobody = await me.follow(start, 'Assignments');
  t.match(nobody.text, 'Nobody has this application');
  t.match(nobody.text, 'No group has this application.');
  const found = await me.press(nobody, 'Search', { 'Search for people and groups': 'ALICE' });
  t.notMatch(found.text, 'Bob Baker');
  t.match(found.text, 'Nobody of this name has this application.');
  t.match(found.text, 'No group of this name has this application.');
  const none = await me.press(found, 'Search', { 'Search for people and groups': 'nothing at all' });
  t.match(none.text, 'Nobody else, and no other group, has this name.');
  const alice = await me.press(found, 'Assign', {}, 'alice@example.com');
  t.match(alice.text, 'Person assigned.');
  t.match(alice.text, 'Alice Adams alice@example.comdirectlyalice@example.com by the format Okta username');
  const group = await me.press(alice, 'Assign', {}, 'Engineering');
  t.match(group.text, 'Group assigned: its members have the application.');
  t.match(group.text, 'alice@example.comdirectly, and by group Engineering');
  t.match(group.text, 'bob@example.comby group Engineering');
  t.match(group.text, 'Engineering20', 'two members, the first priority');
  const users = async () => (await api.get(`/api/v1/apps/${idOf(start)}/users`)).body;
  t.strictSame(
    (await users()).map(({ scope }: { scope: string }) => scope),
    ['USER', 'GROUP'],
  );
  const blank = await me.press(group, 'Save user name', { 'User name of bob@example.com': ' ' }, 'Bob');
  t.match(blank.text, 'User name: is blank');
  t.equal(typedIn(blank, 'userName-00uBob00000000000001'), ' ');
  const named = await me.press(blank, 'Save user name', { 'User name of bob@example.com': 'bobby' }, 'Bob');
  t.match(named.text, 'bobby set in the assignment');
  t.equal(typedIn(named, 'userName-00uBob00000000000001'), 'bobby');
  t.equal(typedIn(named, 'userName-00uAlice000000000001'), '', 'the others have no name of their own');
  const removed = await me.press(named, 'Remove', {}, 'Alice');
  t.match(removed.text, 'Assignment of the person removed.');
  t.match(removed.text, 'alice@example.comby group Engineering');
  const twice = await me.press(named, 'Remove', {}, 'Alice');
  t.match(twice.text, 'Person: the user has the application by the group "Engineering"');
  const ungrouped = await me.press(removed, 'Remove', {}, 'Engineering2');
  t.match(ungrouped.text, 'Assignment of the group removed.');
  t.notMatch(ungrouped.text, 'by group');
  t.equal((await me.press(removed, 'Remove', {}, 'Engineering2')).status, 404);
  t.strictSame((await users()).length, 1, 'Bob, whose name was set');
  const oidc = await me.open(`${LIST}/0oaClaudeCode0000001/assignments`);
  t.match(oidc.text, 'alice@example.com the login');
  t.match((await me.open(`${LIST}/${FIGMA}/assignments`)).text, 'Frank Foster frank@example.com SUSPENDED');
  t.equal((await me.open(path.replace('0oa', 'gone'))).status, 404);
});

t.test('an application that everybody has', async (t) => {
  const one = await startTestOrg({
    org: editedOrg((file) => {
      const [alice] = file.users ?? [];
      const [figma] = (file.applications ?? []).filter(({ label }) => label === 'Figma');
      const only = {
        users: [alice],
        groups: [],
        agents: [],
        applications: [{ ...figma, users: ['alice@example.com'] }],
      };
      Object.assign(file, only);
    }),
  });
  t.teardown(() => one.close());
  t.match((await consoleAt(one).open(`${LIST}/${FIGMA}/assignments`)).text, 'Everybody, and every group, is assigned.');
});

t.test('long lists are cut, and pages stay small', async (t) => {
  const many = await startTestOrg({
    org: editedOrg((file) => {
      const saml = { ssoAcsUrl: 'https://app.example/acs', audience: 'https://app.example' };
      const people = Array.from({ length: 200 }, (_, nth) => `many${nth}@example.com`);
      for (const login of people) {
        const profile = { login, email: login, firstName: 'Many', lastName: `People-${login}` };
        file.users?.push({ profile, status: 'ACTIVE' });
      }
      for (let nth = 0; nth < 60; nth++)
        file.applications?.push({ label: `App ${nth}`, saml, users: people.slice(0, 120) });
    }),
  });
  t.teardown(() => many.close());
  const admin = consoleAt(many);
  const list = await admin.open(LIST);
  t.match(list.text, '18 more are not shown: search to narrow the list.');
  const assigned = await admin.follow(await admin.follow(list, 'App 0'), 'Assignments');
  t.match(assigned.text, '70 more are not shown');
  for (const page of [list, assigned]) t.ok(page.markup.length < 100_000, `${page.path}: ${page.markup.length}`);
});

t.test('in an org of its own, every link stays there', async (t) => {
  const { body } = await api.post('/_mock/orgs', { id: 'second' });
  const second = consoleAt({ issuer: body.issuer });
  const first = await second.press(await second.open(`${LIST}/new`), 'Next');
  const created = await second.press(first, 'Create', {
    ...{ 'Application label': 'Only there', 'Single sign-on URL': 'https://sp.example/acs' },
    'Audience URI (SP Entity ID)': 'https://sp.example',
  });
  t.match(created.text, 'Application created.');
  const pages = [created, await second.follow(created, 'Edit')];
  for (const tab of ['Sign On', 'Assignments', 'Resource Server']) pages.push(await second.follow(created, tab));
  for (const { document, path } of pages) {
    const links = [...document.querySelectorAll('a, form')].map(
      (one) => one.getAttribute('href') ?? one.getAttribute('action') ?? '',
    );
    t.strictSame(
      links.filter((link) => !link.startsWith('/orgs/second/') && link !== '#content'),
      [],
      path,
    );
  }
  t.notMatch((await me.open(LIST)).text, 'Only there');
});
