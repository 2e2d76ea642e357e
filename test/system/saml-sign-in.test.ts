/**
 * SAML against programs that the project did not write: xmlsec1 verifies what the org signs, Apache with mod_auth_mellon is a
 * service provider that is set up from the org's metadata alone, and Chromium sends forms from another site.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createPages } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { certificatePem } from '../../src/registry/certificate.js';
import { developmentSamlKey } from '../../src/shipped.js';
import { browserAt, formIn } from '../support/browser.js';
import { laterPort } from '../support/later-port.js';
import { EXAMPLE, exampleOrg, startTestOrg, type TestOrg } from '../support/org.js';
import { CERTIFICATE, KEY } from '../support/saml.js';
import { byPost, orgWithSamlApps, pathOf, responseIn } from '../support/saml-provider.js';

const ALICE = 'alice@example.com';
const XMLSEC = '/usr/bin/xmlsec1';
const APACHE = '/usr/sbin/apache2';
const MODULES = '/usr/lib/apache2/modules';
const MELLON = `${MODULES}/mod_auth_mellon.so`;

const CHROMIUM = '/usr/bin/chromium';

const PACKAGES = [
  [CHROMIUM, 'chromium'],
  [XMLSEC, 'xmlsec1'],
  [APACHE, 'apache2'],
  [MELLON, 'libapache2-mod-auth-mellon'],
] as const;
for (const [file, name] of PACKAGES)
  if (!existsSync(file)) throw new Error(`${file} is missing: apt-get install ${name}`);

const SIGNED = {
  Response: "/*/*[local-name()='Signature']",
  Assertion: "/*/*[local-name()='Assertion']/*[local-name()='Signature']",
};

/** What xmlsec1 says of one signature in a file, by that certificate. */
function verifies(xml: string, certificate: string, element: keyof typeof SIGNED): boolean {
  const ids = ['protocol:Response', 'assertion:Assertion'].flatMap((name) => [
    '--id-attr:ID',
    `urn:oasis:names:tc:SAML:2.0:${name}`,
  ]);
  const what = ['--node-xpath', SIGNED[element], '--pubkey-cert-pem', certificate];
  return spawnSync(XMLSEC, ['--verify', '--enabled-key-data', 'rsa', ...ids, ...what, xml]).status === 0;
}

t.test('xmlsec1 verifies what was signed, and nothing else', async (t) => {
  const sha1 = { signatureAlgorithm: 'RSA_SHA1', digestAlgorithm: 'SHA1' };
  const attributeStatements = [{ type: 'EXPRESSION', name: 'first', values: ['user.firstName'] }];
  const org = await startTestOrg({ org: orgWithSamlApps({ Several: { ...sha1, attributeStatements } }) });
  t.teardown(() => org.close());
  const folder = t.testdir({
    'good.pem': certificatePem(developmentSamlKey().certificate),
    'bad.pem': certificatePem(CERTIFICATE),
  });
  const [good, bad, file] = ['good.pem', 'bad.pem', 'response.xml'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const app of ['Plain', 'Several'] as const) {
    const { xml } = responseIn(await org.fetch(`${pathOf(app)}?sessionToken=${await org.sessionToken(ALICE)}`));
    for (const element of ['Response', 'Assertion'] as const) {
      writeFileSync(file, xml);
      t.ok(verifies(file, good, element), `${app}: ${element}`);
      t.notOk(verifies(file, bad, element), 'by no other certificate');
      writeFileSync(file, xml.replace('>alice@', '>mallory@'));
      t.notOk(verifies(file, good, element), 'nor once it was changed');
    }
  }
});

const EXK = 'exkMellon00000000001';
const FORMAT = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';

const configuration = (folder: string, at: string) => `
ServerName mellon.example
ServerRoot ${folder}
Listen ${new URL(at).host}
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
${['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'headers', 'auth_mellon'].map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join('\n')}
User www-data
Group www-data
DocumentRoot ${folder}/pages
MellonLockFile ${folder}/lock
<Location />
  MellonEnable info
  MellonEndpointPath /mellon
  MellonSPPrivateKeyFile ${folder}/sp.key
  MellonSPCertFile ${folder}/sp.pem
  MellonSPMetadataFile ${folder}/sp.xml
  MellonIdPMetadataFile ${folder}/idp.xml
  MellonSecureCookie Off
  MellonSignatureMethod rsa-sha256
  MellonRedirectDomains *
</Location>
<Location /secret>
  MellonEnable auth
  Require valid-user
  Header set X-Name "%{MELLON_NAME_ID}e"
  Header set X-First "%{MELLON_first}e"
</Location>
`;

/** What mellon says of itself. Without a format here it would ask for a transient NameID. */
const spMetadata = (at: string) => `<?xml version="1.0"?>
<EntityDescriptor entityID="${at}/mellon/metadata" xmlns="urn:oasis:names:tc:SAML:2.0:metadata">
  <SPSSODescriptor AuthnRequestsSigned="true" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${CERTIFICATE}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>
    <SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${at}/mellon/logout"/>
    <NameIDFormat>${FORMAT}</NameIDFormat>
    <AssertionConsumerService index="0" isDefault="true" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${at}/mellon/postResponse"/>
  </SPSSODescriptor>
</EntityDescriptor>
`;

/** Apache with mellon, set up from the org's metadata. */
async function startMellon(t: Test, org: TestOrg, at: string): Promise<void> {
  // Apache serves as another user, who may not get at the checkout, wherever that lies.
  const folder = mkdtempSync(join(tmpdir(), 'mellon-'));
  const files = {
    'sp.key': KEY.export({ type: 'pkcs8', format: 'pem' }) as string,
    'sp.pem': certificatePem(CERTIFICATE),
    'idp.xml': (await org.fetch(`/app/${EXK}/sso/saml/metadata`)).text,
    'sp.xml': spMetadata(at),
    'pages/secret': 'the secret',
    'apache.conf': configuration(folder, at),
  };
  mkdirSync(join(folder, 'pages'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  chmodSync(folder, 0o755);
  const apache = spawn(APACHE, ['-D', 'FOREGROUND', '-f', join(folder, 'apache.conf')], { stdio: 'inherit' });
  const ended = new Promise((resolve) => apache.on('exit', resolve));
  t.teardown(async () => {
    apache.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  for (let tries = 0; tries < 100; tries++) {
    if (await fetch(at).catch(() => undefined)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('Apache does not answer');
}

t.test('mod_auth_mellon signs people in and out', async (t) => {
  const at = `http://127.0.0.1:${await laterPort()}`;
  const file = exampleOrg();
  file.applications?.push({
    ...{ id: '0oaMellon00000000001', label: 'Mellon', groups: ['Engineering'] },
    saml: {
      ...{ externalKey: EXK, ssoAcsUrl: `${at}/mellon/postResponse`, audience: `${at}/mellon/metadata` },
      ...{ nameIdFormat: FORMAT, samlSignedRequestEnabled: true, spCertificate: CERTIFICATE },
      slo: { enabled: true, issuer: `${at}/mellon/metadata`, logoutUrl: `${at}/mellon/logout` },
      attributeStatements: [{ type: 'EXPRESSION', name: 'first', values: ['user.firstName'] }],
    },
  } as NonNullable<typeof file.applications>[number]);
  const org = await startTestOrg({ org: file });
  t.teardown(() => org.close());
  await startMellon(t, org, at);

  const browser = browserAt(org.issuer);
  let cookie = '';
  const atMellon = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(new URL(path, at), { redirect: 'manual', ...init, headers: { cookie } });
    for (const set of answer.headers.getSetCookie()) cookie = set.split(';')[0] as string;
    return answer;
  };
  const location = (answer: { headers: Headers }) => answer.headers.get('location') as string;

  const asked = await atMellon('/secret');
  t.match(location(asked), `${at}/mellon/login`);
  const sent = await atMellon(location(asked));
  t.match(location(sent), `${org.issuer}/app/mellon/${EXK}/sso/saml?SAMLRequest=`);
  const page = await browser.get(location(sent));
  const response = await browser.submit(page.text, ALICE, EXAMPLE.password);
  const { action, fields } = formIn(response.text);
  const back = await atMellon(action, { method: 'POST', body: new URLSearchParams(fields) });
  t.equal(location(back), `${at}/secret`);
  const secret = await atMellon('/secret');
  t.strictSame([secret.status, await secret.text()], [200, 'the secret']);
  t.strictSame([secret.headers.get('x-name'), secret.headers.get('x-first')], [ALICE, 'Alice']);

  const leaving = await atMellon(`/mellon/logout?ReturnTo=${encodeURIComponent(`${at}/`)}`);
  t.match(location(leaving), `${org.issuer}/app/mellon/${EXK}/slo/saml?SAMLRequest=`);
  const left = await browser.get(location(leaving));
  t.equal(browser.cookie, undefined);
  const home = await atMellon(location(left));
  t.equal(location(home), `${at}/`);
  t.equal((await atMellon('/secret')).status, 303, 'asked again');
});

/** A service provider of two pages: one with the form of a request, and the ACS, which shows what arrived. */
async function startPages(t: Test, form: () => Record<string, string>, action: () => string): Promise<string> {
  const server = createPages(async (request, response) => {
    response.setHeader('content-type', 'text/html');
    let body = '';
    for await (const chunk of request) body += chunk;
    const inputs = Object.entries(form()).map(
      ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
    );
    const page = `<form method="post" action="${action()}">${inputs.join('')}<button>Sign in by SAML</button></form>`;
    response.end(request.url === '/acs' ? `<h1>Arrived: ${new URLSearchParams(body).get('RelayState')}</h1>` : page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

async function openPage(t: Test): Promise<Page> {
  const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
  const browser = await chromium.launch({ executablePath: CHROMIUM, args, headless: true });
  t.teardown(() => browser.close());
  return browser.newPage();
}

t.test('Chromium: a form from another site asks for the password once', async (t) => {
  let org: TestOrg | undefined;
  const issuer = () => (org as TestOrg).issuer;
  const form = () => byPost({ issuer: issuer(), app: 'Plain', relayState: 'there' });
  const at = await startPages(t, form, () => issuer() + pathOf('Plain'));
  org = await startTestOrg({ org: orgWithSamlApps({ Plain: { ssoAcsUrl: `${at}/acs` } }) });
  t.teardown(() => org?.close());
  const page = await openPage(t);
  const begin = async () => {
    await page.goto(at);
    await page.getByRole('button', { name: 'Sign in by SAML' }).click();
  };
  await begin();
  await page.getByLabel('Username').fill(ALICE);
  await page.getByLabel('Password').fill(EXAMPLE.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Arrived: there' }).waitFor();
  await begin();
  await page.getByRole('heading', { name: 'Arrived: there' }).waitFor();
  t.match(page.url(), `${at}/acs`, 'the session does, though the form came without its cookie');
});
