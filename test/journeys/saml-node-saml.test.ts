/**
 * node-saml as the service provider, with a listener of its own: sign-in by redirect, by POST and from the org, signed
 * requests, ForceAuthn, IsPassive, and single logout. It believes what the org's metadata says, and nothing of ours.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Profile, SAML, type SamlConfig, ValidateInResponseTo } from '@node-saml/node-saml';
import t, { type Test } from 'tap';
import { type Browser, browserAt, formIn, unescaped } from '../support/browser.js';
import { type Answer, EXAMPLE, exampleOrg, startTestOrg, type TestOrg } from '../support/org.js';
import { CERTIFICATE, KEY } from '../support/saml.js';

const ALICE = 'alice@example.com';
const EXK = 'exkNodeSaml000000001';
const AUDIENCE = 'https://node-saml.example/metadata';
const FORMAT = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';

interface Journey {
  readonly org: TestOrg;
  readonly sp: SAML;
  readonly browser: Browser;
  /** What the page of the org makes the browser send to the service provider: the answer there. */
  readonly deliver: (page: Answer) => Promise<{ status: number; body: Record<string, unknown> }>;
}

async function formOf(request: IncomingMessage): Promise<Record<string, string>> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return Object.fromEntries(new URLSearchParams(text));
}

/** The service provider's listener: the ACS takes forms, single logout takes the redirect. */
function listen(t: Test, provider: () => SAML): Promise<string> {
  const server: Server = createServer(async (request, response) => {
    const url = new URL(request.url as string, 'http://sp');
    try {
      const outcome =
        url.pathname === '/acs'
          ? await provider().validatePostResponseAsync(await formOf(request))
          : await provider().validateRedirectAsync(Object.fromEntries(url.searchParams), url.search.slice(1));
      response.end(JSON.stringify({ ...outcome, relayState: url.searchParams.get('RelayState') }));
    } catch (error) {
      response.statusCode = 403;
      response.end(JSON.stringify({ message: (error as Error).message }));
    }
  });
  t.teardown(() => server.close());
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

const between = (text: string, pattern: RegExp) => unescaped((pattern.exec(text) as RegExpExecArray)[1] as string);

/** Sets the service provider up from the org's metadata alone. */
async function configOf(org: TestOrg, at: string): Promise<SamlConfig> {
  const metadata = (await org.fetch(`/app/${EXK}/sso/saml/metadata`)).text;
  const location = (service: string) =>
    between(metadata, new RegExp(`<md:${service} Binding="[^"]+HTTP-Redirect" Location="([^"]+)"`));
  return {
    ...{ callbackUrl: `${at}/acs`, issuer: AUDIENCE, audience: AUDIENCE, identifierFormat: FORMAT },
    ...{ entryPoint: location('SingleSignOnService'), logoutUrl: location('SingleLogoutService') },
    idpIssuer: between(metadata, /entityID="([^"]+)"/),
    idpCert: between(metadata, /<ds:X509Certificate>([^<]+)</).replaceAll('\n', ''),
    ...{ wantAssertionsSigned: true, wantAuthnResponseSigned: true, acceptedClockSkewMs: 0 },
    validateInResponseTo: ValidateInResponseTo.ifPresent,
  };
}

async function begin(t: Test, config: Partial<SamlConfig> = {}, settings: object = {}): Promise<Journey> {
  let sp: SAML | undefined;
  const at = await listen(t, () => sp as SAML);
  const file = exampleOrg();
  file.applications?.push({
    ...{ id: '0oaNodeSaml000000001', label: 'Node', groups: ['Engineering'], users: [] },
    saml: {
      ...{ externalKey: EXK, ssoAcsUrl: `${at}/acs`, audience: AUDIENCE, nameIdFormat: FORMAT },
      spCertificate: CERTIFICATE,
      slo: { enabled: true, issuer: AUDIENCE, logoutUrl: `${at}/slo` },
      attributeStatements: [{ type: 'EXPRESSION', name: 'first', values: ['user.firstName'] }],
      ...settings,
    },
  } as NonNullable<typeof file.applications>[number]);
  const org = await startTestOrg({ org: file });
  t.teardown(() => org.close());
  sp = new SAML({ ...(await configOf(org, at)), ...config });
  return {
    ...{ org, sp, browser: browserAt(org.issuer) },
    async deliver(page) {
      const { action, fields } = formIn(page.text);
      const answer = await fetch(action, { method: 'POST', body: new URLSearchParams(fields) });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    },
  };
}

/** Its digest would be SHA-1, which nobody should take. */
const SIGNING: Partial<SamlConfig> = {
  privateKey: KEY.export({ type: 'pkcs8', format: 'pem' }) as string,
  ...{ signatureAlgorithm: 'sha256', digestAlgorithm: 'sha256' },
};

/** Alice goes by redirect; where the org asks, she signs in. */
async function signIn({ sp, browser }: Journey, relayState = 'state'): Promise<Answer> {
  const page = await browser.get(await sp.getAuthorizeUrlAsync(relayState, undefined, {}));
  return page.text.includes('type="password"') ? browser.submit(page.text, ALICE, EXAMPLE.password) : page;
}

t.test('by redirect', async (t) => {
  const journey = await begin(t);
  const page = await signIn(journey, 'a state & more');
  t.equal(formIn(page.text).fields.RelayState, 'a state & more');
  const { status, body } = await journey.deliver(page);
  t.equal(status, 200, JSON.stringify(body));
  t.match(body, {
    loggedOut: false,
    profile: { nameID: ALICE, nameIDFormat: FORMAT, issuer: `http://www.okta.com/${EXK}`, first: 'Alice' },
  });
  const again = await journey.deliver(page);
  t.strictSame([again.status, again.body.message], [403, 'InResponseTo is not valid'], 'good once');
});

t.test('by POST, signed in the message', async (t) => {
  for (const requestCompressed of [false, true]) {
    const config = { authnRequestBinding: 'HTTP-POST', skipRequestCompression: !requestCompressed, ...SIGNING };
    const journey = await begin(t, config, { samlSignedRequestEnabled: true, requestCompressed });
    const { action, fields } = formIn(await journey.sp.getAuthorizeFormAsync('state'));
    const sent = await journey.browser.post(action, fields);
    t.equal(sent.status, 303, 'the cookie comes with the next request only');
    const page = await journey.browser.get(sent.headers.get('location') as string);
    const answer = await journey.browser.submit(page.text, ALICE, EXAMPLE.password);
    t.match(await journey.deliver(answer), { status: 200, body: { profile: { nameID: ALICE } } });
  }
});

t.test('by redirect, signed beside the message', async (t) => {
  const journey = await begin(t, SIGNING, { samlSignedRequestEnabled: true });
  t.match(await journey.deliver(await signIn(journey)), { status: 200, body: { profile: { nameID: ALICE } } });
  const unsigned = await begin(t, {}, { samlSignedRequestEnabled: true });
  const refused = await unsigned.browser.get(await unsigned.sp.getAuthorizeUrlAsync('', undefined, {}));
  t.equal(refused.status, 400);
  t.match(refused.text, 'must be signed');
});

t.test('from the org: nobody asked', async (t) => {
  const journey = await begin(t);
  const path = `/app/node/${EXK}/sso/saml?RelayState=deep&sessionToken=`;
  const page = await journey.browser.get(path + (await journey.org.sessionToken(ALICE)));
  t.equal(formIn(page.text).fields.RelayState, 'deep');
  t.match(await journey.deliver(page), { status: 200, body: { profile: { nameID: ALICE, inResponseTo: undefined } } });
});

t.test('ForceAuthn asks again, IsPassive never', async (t) => {
  const forcing = await begin(t, { forceAuthn: true });
  await signIn(forcing);
  const asked = await forcing.browser.get(await forcing.sp.getAuthorizeUrlAsync('', undefined, {}));
  t.match(asked.text, 'type="password"');
  const passive = await begin(t, { passive: true });
  const nobody = await passive.browser.get(await passive.sp.getAuthorizeUrlAsync('', undefined, {}));
  const { body } = await passive.deliver(nobody);
  t.match(body, { loggedOut: false, profile: null }, 'node-saml takes NoPassive for: nobody is signed in');
  await passive.browser.get(`/app/node/${EXK}/sso/saml?sessionToken=${await passive.org.sessionToken(ALICE)}`);
  const somebody = await passive.browser.get(await passive.sp.getAuthorizeUrlAsync('', undefined, {}));
  t.match((await passive.deliver(somebody)).body, { profile: { nameID: ALICE } });
});

t.test('a context that the org has not', async (t) => {
  const authnContext = ['urn:oasis:names:tc:SAML:2.0:ac:classes:X509'];
  const journey = await begin(t, { authnContext });
  const page = await journey.browser.get(await journey.sp.getAuthorizeUrlAsync('', undefined, {}));
  const { status, body } = await journey.deliver(page);
  t.equal(status, 403);
  t.match(body.message, /^SAML provider returned Responder error: .*another kind/);
});

t.test('single logout ends the session, and the answer verifies', async (t) => {
  const journey = await begin(t, SIGNING);
  const { org, sp, browser, deliver } = journey;
  const { profile } = (await deliver(await signIn(journey))).body as { profile: Profile };
  const answer = await browser.get(await sp.getLogoutUrlAsync(profile, 'bye&more', {}));
  t.equal(answer.status, 302);
  t.equal(browser.cookie, undefined);
  const back = await fetch(answer.headers.get('location') as string);
  t.strictSame([back.status, await back.json()], [200, { profile: null, loggedOut: true, relayState: 'bye&more' }]);
  const after = await browser.get(await sp.getAuthorizeUrlAsync('', undefined, {}));
  t.match(after.text, 'type="password"', 'asked again');
  const types = (await org.events()).map(({ eventType }) => eventType);
  t.ok(['user.session.end', 'user.authentication.slo'].every((type) => types.includes(type)));
});
