/** The signing certificates of SAML applications: listed and made in Okta's shape, rotated, and what signs meanwhile. */
import { createPublicKey, X509Certificate } from 'node:crypto';
import t from 'tap';
import { MOST_SAML_KEYS } from '../../../src/registry/saml-settings.js';
import { developmentSamlKey } from '../../../src/shipped.js';
import { apiOf, causesOf, eventsOf, refusedWith } from '../../support/api.js';
import { oidcApp, samlApp } from '../../support/app-requests.js';
import { EXAMPLE, startTestOrg } from '../../support/org.js';
import { judged } from '../../support/saml.js';
import { appId, exk, orgWithSamlApps, pathOf, responseIn } from '../../support/saml-provider.js';

const org = await startTestOrg({ org: orgWithSamlApps() });
t.teardown(() => org.close());
const api = apiOf(org);
const APP = `/api/v1/apps/${appId('Plain')}`;
const KEYS = `${APP}/credentials/keys`;
const PUBLISHED = developmentSamlKey();

/** The certificate of the next response, which verifies by it. */
async function signingNow(): Promise<string> {
  const answer = await org.fetch(`${pathOf('Plain')}?sessionToken=${await org.sessionToken('alice@example.com')}`);
  const { xml } = responseIn(answer);
  const certificate = /X509Certificate>([^<]+)</.exec(xml)?.[1] as string;
  t.match(judged(xml, { certificates: [certificate], policy: { sha1: false } }), { signed: 'both' });
  return certificate;
}
const inMetadata = async (path: string) =>
  /X509Certificate>([^<]+)</.exec((await api.get(path)).text)?.[1]?.replaceAll('\n', '');

let fresh: { kid: string; x5c: [string] };

t.test('the published one, until there is another', async (t) => {
  const { status, body } = await api.get(KEYS);
  t.equal(status, 200);
  t.equal(body.length, 1);
  t.match(body[0], { kid: PUBLISHED.kid, x5c: [PUBLISHED.certificate], n: PUBLISHED.jwk.n });
  t.strictSame((await api.get(`${KEYS}/${PUBLISHED.kid}`)).body, body[0]);
  t.equal((await api.get(APP)).body.credentials.signing.kid, PUBLISHED.kid);
});

t.test('a new one is made and does not sign', async (t) => {
  const events = await eventsOf(org, async () => {
    const answer = await api.post(`${KEYS}/generate?validityYears=3`);
    t.equal(answer.status, 201);
    fresh = answer.body;
  });
  t.strictSame(events, [['app.keys.generate', fresh.kid, appId('Plain')]]);
  t.strictSame(Object.keys(fresh), [
    ...['kty', 'created', 'lastUpdated', 'expiresAt', 'kid', 'use', 'x5c', 'x5t#S256', 'e', 'n'],
  ]);
  const { created, expiresAt, n, e, 'x5t#S256': thumbprint } = fresh as unknown as Record<string, string>;
  const certificate = new X509Certificate(Buffer.from(fresh.x5c[0], 'base64'));
  t.equal(Number(expiresAt?.slice(0, 4)) - Number(created?.slice(0, 4)), 3);
  t.match(certificate.subject, /CN=Example\nemailAddress=info@okta\.com/);
  t.same(createPublicKey(certificate.publicKey.export({ type: 'spki', format: 'pem' })).export({ format: 'jwk' }), {
    ...{ kty: 'RSA', n, e },
  });
  const digest = Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
  t.equal(thumbprint, digest);
  t.strictSame(
    (await api.get(KEYS)).body.map(({ kid }: { kid: string }) => kid),
    [PUBLISHED.kid, fresh.kid],
  );
  t.equal(await signingNow(), PUBLISHED.certificate);
});

t.test('it signs from when the application names it', async (t) => {
  const { label, signOnMode } = (await api.get(APP)).body;
  const named = (kid: string | null) => ({ label, signOnMode, credentials: { signing: { kid } } });
  const { signOn } = (await api.get(APP)).body.settings;
  const events = await eventsOf(org, async () => {
    const { status, body } = await api.put(APP, named(fresh.kid));
    t.equal(status, 200);
    t.equal(body.credentials.signing.kid, fresh.kid);
    t.strictSame(body.settings.signOn, signOn, 'settings that were not sent stay');
  });
  t.strictSame(events, [
    ['application.lifecycle.update', appId('Plain')],
    ['app.keys.rotate', appId('Plain')],
  ]);
  t.equal(await signingNow(), fresh.x5c[0]);
  t.equal(await inMetadata(`/app/${exk('Plain')}/sso/saml/metadata`), fresh.x5c[0]);
  const again = await eventsOf(org, () => api.put(APP, named(null)));
  t.strictSame(again, [['application.lifecycle.update', appId('Plain')]], 'no name is no change');
  t.equal(await signingNow(), fresh.x5c[0]);
  await api.put(APP, named(PUBLISHED.kid));
  t.equal(await signingNow(), PUBLISHED.certificate, 'and back');
  const unknown = await api.put(APP, named('nothing'));
  t.strictSame(refusedWith(unknown), [400, 'E0000001', 'Api validation failed: credentials.signing.kid']);
});

t.test('metadata over the API', async (t) => {
  const METADATA = `${APP}/sso/saml/metadata`;
  const { status, headers, text } = await api.get(METADATA);
  t.strictSame([status, headers.get('content-type')], [200, 'application/xml;charset=ISO-8859-1']);
  t.equal(text, (await org.fetch(`/app/${exk('Plain')}/sso/saml/metadata`)).text);
  t.equal((await api.get(APP)).body._links.metadata.href, org.issuer + METADATA);
  t.equal(await inMetadata(`${METADATA}?kid=${fresh.kid}`), fresh.x5c[0]);
  const [code, summary] = ['E0000007', 'Not found: Resource not found: nothing (JsonWebKey)'];
  t.strictSame(refusedWith(await api.get(`${METADATA}?kid=nothing`)), [404, code, summary]);
});

t.test('never the private half', async (t) => {
  const halves = [PUBLISHED.jwk.d, PUBLISHED.jwk.p, PUBLISHED.jwk.qi].map((part) => (part as string).slice(0, 40));
  for (const path of [KEYS, `${KEYS}/${PUBLISHED.kid}`, APP, `${APP}/sso/saml/metadata`, '/api/v1/logs']) {
    const { text } = await api.get(path);
    for (const half of halves) t.notOk(text.includes(half), path);
    t.notMatch(text, /"(d|p|q|dp|dq|qi)":/, path);
  }
});

t.test('what is refused', async (t) => {
  const oidc = `/api/v1/apps/${EXAMPLE.appId}`;
  for (const answer of [
    await api.get(`${oidc}/credentials/keys`),
    await api.get(`${oidc}/credentials/keys/x`),
    await api.post(`${oidc}/credentials/keys/generate?validityYears=2`),
    await api.get(`${oidc}/sso/saml/metadata`),
  ]) {
    t.strictSame(refusedWith(answer).slice(0, 2), [400, 'E0000001']);
    t.strictSame(causesOf(answer), ['application: only a SAML_2_0 app has signing certificates']);
  }
  for (const path of ['credentials/keys', 'credentials/keys/x', 'sso/saml/metadata'])
    t.equal((await api.get(`/api/v1/apps/0oaNobody/${path}`)).status, 404, path);
  t.equal((await api.post('/api/v1/apps/0oaNobody/credentials/keys/generate?validityYears=2')).status, 404);
  t.equal((await api.get(`${KEYS}/nothing`)).status, 404);
  for (const query of ['', '?validityYears=1', '?validityYears=11', '?validityYears=x', '?validityYears=2.5'])
    t.strictSame(refusedWith(await api.post(`${KEYS}/generate${query}`)).slice(0, 2), [400, 'E0000001'], query);
  const bare = samlApp('Bare', { settings: undefined });
  t.strictSame(causesOf(await api.post('/api/v1/apps', bare)), ['settings: signOn: a new SAML application needs it']);
  const created = samlApp('Created', { credentials: { signing: { kid: PUBLISHED.kid } } });
  t.equal((await api.post('/api/v1/apps', created)).body.credentials.signing.kid, PUBLISHED.kid);
});

t.test('no more than so many, and none for an application that goes away meanwhile', async (t) => {
  const signingKeys = Array.from({ length: MOST_SAML_KEYS }, (_, at) => ({ ...PUBLISHED, kid: `k${at}` }));
  const full = await startTestOrg({ org: orgWithSamlApps({ Plain: { signingKeys }, Silent: {} }) });
  t.teardown(() => full.close());
  const own = apiOf(full);
  const answer = await own.post(`${KEYS}/generate?validityYears=2`);
  t.strictSame(causesOf(answer), [`an app has at most ${MOST_SAML_KEYS} certificates`]);
  const silent = `/api/v1/apps/${appId('Silent')}`;
  const making = own.post(`${silent}/credentials/keys/generate?validityYears=2`);
  t.equal((await own.delete(silent)).status, 204);
  t.equal((await making).status, 404);
  t.equal((await own.post('/api/v1/apps', oidcApp('Other'))).status, 200);
});
