/** Single logout by SAML over HTTP: every rule broken once, both bindings, and which sessions end. */
import { createPublicKey, verify } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { SAML_LOGOUT_RESPONSE_RULES, SAML_LOGOUT_RULES } from '../../src/authorization/saml-logout-rules.js';
import { REASONS } from '../../src/protocol/reasons.js';
import { applications } from '../../src/registry/application.js';
import type { SamlSettings } from '../../src/registry/saml-settings.js';
import { users } from '../../src/registry/user.js';
import { postFields } from '../../src/saml/post-binding.js';
import { openMessage, readLogoutResponse, verifyMessage } from '../../src/saml/read-message.js';
import { redirectUrl } from '../../src/saml/redirect-binding.js';
import type { LogoutRequestContent } from '../../src/saml/requests.js';
import { developmentSamlKey } from '../../src/shipped.js';
import { type Browser, browserAt, formIn } from '../support/browser.js';
import { startOpenOrg } from '../support/open-org.js';
import { type Answer, driving, EXAMPLE, startTestOrg, testClock } from '../support/org.js';
import { CERTIFICATE, OTHER_SIGNER, SIGNER } from '../support/saml.js';
import {
  AUDIENCE,
  byRedirect,
  exk,
  LOGOUT_URL,
  logoutRequest,
  newRequestId,
  orgWithSamlApps,
  pathOf,
  SP_ISSUER,
  statusIn,
} from '../support/saml-provider.js';

const ALICE = 'alice@example.com';
const MINUTE = 60_000;
const org = await startTestOrg({ org: orgWithSamlApps() });
t.teardown(() => org.close());
const { issuer } = org;
const SLO = pathOf('Signed', 'slo');

type Change = Partial<LogoutRequestContent>;
const redirected = (change: Change = {}, signer: typeof SIGNER | undefined = SIGNER, relayState?: string) =>
  redirectUrl({
    ...{ destination: SLO, kind: 'SAMLRequest' as const, relayState, signer },
    text: logoutRequest({ issuer, app: 'Signed', change }),
  });
const inForm = (change: Change = {}, signer: typeof SIGNER | undefined = SIGNER, relayState?: string) =>
  Object.fromEntries(postFields('SAMLRequest', logoutRequest({ issuer, app: 'Signed', change, signer }), relayState));

/** A browser in which a user is signed in, and the session index that the application was told. */
async function signedIn(login = ALICE): Promise<{ browser: Browser; index: string }> {
  const [browser, index] = [browserAt(issuer), newRequestId()];
  const path = byRedirect({ issuer, app: 'Signed', signer: SIGNER, change: { id: index } });
  t.strictSame(statusIn(await browser.get(`${path}&sessionToken=${await org.sessionToken(login)}`)), ['Success']);
  return { browser, index };
}

/** Whether a browser need not sign in again. */
async function isSignedIn(browser: Browser): Promise<boolean> {
  const held = browser.cookie;
  const answer = await browser.get(byRedirect({ issuer, app: 'Signed', signer: SIGNER }));
  browser.cookie = held;
  return !answer.text.includes('type="password"');
}

const response = (xml: string) => {
  const opened = openMessage(Buffer.from(xml), 'LogoutResponse');
  if ('problem' in opened) throw new Error(opened.problem);
  return { opened, facts: readLogoutResponse(opened.document.root) };
};

/** The response in a redirect, whose signature verifies over the octets of the URL. */
function responseOf(t: Test, answer: Answer) {
  const location = answer.headers.get('location') as string;
  const [target, query = ''] = location.split('?');
  t.equal(target, LOGOUT_URL);
  const [octets, signature = ''] = query.split('&Signature=');
  const key = createPublicKey({ key: developmentSamlKey().jwk as never, format: 'jwk' });
  t.ok(verify('sha256', Buffer.from(octets as string), key, Buffer.from(decodeURIComponent(signature), 'base64')));
  const values = new URLSearchParams(query);
  const xml = inflateRawSync(Buffer.from(values.get('SAMLResponse') as string, 'base64')).toString();
  return { ...response(xml), relayState: values.get('RelayState'), xml };
}

const lastEvent = async () => (await org.events()).at(-1);
const status = (name: string) => `urn:oasis:names:tc:SAML:2.0:status:${name}`;

t.test('by redirect', async (t) => {
  const { browser, index } = await signedIn();
  const before = (await org.events()).length;
  const answer = await browser.get(redirected({ id: '_bye', sessionIndexes: [index] }, SIGNER, 'r&s'));
  t.equal(answer.status, 302);
  t.equal(browser.cookie, undefined);
  const { facts, relayState, xml } = responseOf(t, answer);
  t.match(facts, {
    ...{ issuer: `http://www.okta.com/${exk('Signed')}`, destination: LOGOUT_URL },
    ...{ inResponseTo: '_bye', status: status('Success') },
  });
  t.equal(relayState, 'r&s');
  t.notMatch(xml, /Signature/, 'it is the URL that is signed');
  t.match((await org.events()).slice(before), [
    { eventType: 'user.session.end', actor: { alternateId: ALICE } },
    { eventType: 'user.authentication.slo', actor: { alternateId: ALICE }, target: [{ displayName: 'Signed' }] },
  ]);
  t.notOk(await isSignedIn(browser));
});

t.test('by POST', async (t) => {
  const { browser, index } = await signedIn();
  const answer = await browser.post(SLO, inForm({ id: '_bye', sessionIndexes: [index] }, SIGNER, 'r'));
  t.equal(answer.status, 200);
  const { action, fields } = formIn(answer.text);
  t.strictSame([action, fields.RelayState], [LOGOUT_URL, 'r']);
  const { opened, facts } = response(Buffer.from(fields.SAMLResponse as string, 'base64').toString());
  const trust = { certificates: [developmentSamlKey().certificate], policy: { sha1: false } };
  t.notOk('problem' in (verifyMessage(opened, trust) as object), 'signed within');
  t.match(facts, { inResponseTo: '_bye', status: status('Success') });
  t.equal(browser.cookie, undefined);
});

t.test('which sessions end', async (t) => {
  const [one, other, bob] = [await signedIn(), await signedIn(), await signedIn('bob@example.com')];
  const success = async (change: Change, browser = browserAt(issuer)) => {
    const answer = await browser.get(redirected(change));
    t.match(responseOf(t, answer).facts, { status: status('Success') });
    return answer;
  };
  await success({ sessionIndexes: [bob.index] });
  t.ok(await isSignedIn(bob.browser), 'not one of another name');
  await success({ sessionIndexes: ['_unknown'] });
  t.match(await lastEvent(), { eventType: 'user.authentication.slo', actor: { id: 'unknown', type: 'User' } });
  await success({ nameId: { value: 'nobody@example.com' } });
  t.ok(await isSignedIn(one.browser), 'nor one that nobody named');
  const away = await success({ sessionIndexes: [one.index] }, other.browser);
  t.equal(away.headers.get('set-cookie'), null, 'the browser holds another session');
  t.strictSame([await isSignedIn(one.browser), await isSignedIn(other.browser)], [false, true]);
  await success({ sessionIndexes: [one.index] });
  await success({});
  t.notOk(await isSignedIn(other.browser), 'without an index every session of the name ends');
  t.ok(await isSignedIn(bob.browser));
});

t.test('an ID token of the session that ended is good for nothing', async (t) => {
  const { browser, index } = await signedIn();
  const query = { client_id: EXAMPLE.appId, redirect_uri: EXAMPLE.redirectUri, response_type: 'code', state: 's' };
  const { headers } = await browser.get('/oauth2/v1/authorize', { ...query, scope: 'openid email' });
  const code = new URL(headers.get('location') as string).searchParams.get('code') as string;
  const authorization = `Basic ${btoa(`${EXAMPLE.appId}:${EXAMPLE.appSecret}`)}`;
  const form = { grant_type: 'authorization_code', code, redirect_uri: EXAMPLE.redirectUri };
  const { body } = await org.post('/oauth2/v1/token', form, { authorization });
  t.equal((await org.exchange(body.id_token)).status, 200);
  await browser.get(redirected({ sessionIndexes: [index] }));
  t.equal((await org.exchange(body.id_token)).status, 400);
});

interface Broken {
  readonly rule: string;
  readonly ask: () => Promise<Answer>;
  readonly wrong?: string;
}

const ON_PAGE: readonly Broken[] = [
  { rule: 'saml-logout-enabled', ask: () => org.fetch(pathOf('Plain', 'slo')) },
  { rule: 'saml-application-known', ask: () => org.fetch('/app/other/exkNobody/slo/saml') },
  { rule: 'saml-message-carried', ask: () => org.fetch(SLO), wrong: 'no-message' },
  { rule: 'saml-message-carried', ask: () => org.post(SLO, {}), wrong: 'no-message' },
  { rule: 'saml-message-signed', ask: () => org.fetch(redirected().replace(/&SigAlg.*/, '')), wrong: 'unsigned' },
  { rule: 'saml-message-signature-verifies', ask: () => org.fetch(redirected({}, OTHER_SIGNER)), wrong: 'mismatch' },
  { rule: 'saml-message-signature-verifies', ask: () => org.post(SLO, inForm({}, OTHER_SIGNER)), wrong: 'mismatch' },
  { rule: 'saml-message-issuer', ask: () => org.fetch(redirected({ issuer: AUDIENCE })) },
  { rule: 'saml-message-destination', ask: () => org.fetch(redirected({ destination: issuer + pathOf('Signed') })) },
  {
    rule: 'saml-message-read',
    ask: () => org.fetch(byRedirect({ issuer, app: 'Signed', signer: SIGNER }).replace('/sso/', '/slo/')),
    wrong: 'not-that-message',
  },
];

t.test('what is nobody’s request is shown on a page, and ends nothing', async (t) => {
  const { browser } = await signedIn();
  for (const { rule, ask, wrong } of ON_PAGE) {
    const answer = await ask();
    t.ok(answer.status >= 400 && answer.status < 500, rule);
    t.match(answer.text, 'Your request resulted in an error');
    const event = await lastEvent();
    t.match(event, { eventType: 'user.authentication.slo', outcome: { result: 'FAILURE' } }, rule);
    t.match(event.debugContext.debugData, { rule, ...(wrong && { samlProblem: wrong }) }, rule);
  }
  t.ok(await isSignedIn(browser));
  t.ok(ON_PAGE.some(({ rule }) => rule === SAML_LOGOUT_RULES[0]?.name));
});

t.test('saml-logout-fresh: what is its own, but late, is told so', async (t) => {
  t.strictSame(
    SAML_LOGOUT_RESPONSE_RULES.map(({ name }) => name),
    ['saml-logout-fresh'],
  );
  const { browser, index } = await signedIn();
  const late = [
    redirected({ issueInstant: Date.now() - 6 * MINUTE, sessionIndexes: [index] }),
    redirected({ issueInstant: Date.now() + 6 * MINUTE, sessionIndexes: [index] }),
  ];
  const text = logoutRequest({ issuer, app: 'Signed', change: { sessionIndexes: [index] } });
  const until = (moment: number) =>
    redirectUrl({
      ...{ destination: SLO, kind: 'SAMLRequest' as const, signer: SIGNER },
      text: text.replace(' Version=', ` NotOnOrAfter="${new Date(moment).toISOString()}" Version=`),
    });
  for (const path of [...late, until(Date.now() - 1000)]) {
    const { facts, xml } = responseOf(t, await browser.get(path));
    t.match(facts, { status: status('Requester') });
    t.match(xml, 'status:RequestDenied');
    t.match(xml, REASONS.saml_message_stale.text);
  }
  t.ok(await isSignedIn(browser));
  t.match(responseOf(t, await browser.get(until(Date.now() + MINUTE))).facts, { status: status('Success') });
});

t.test('a session whose user is not there any more', async (t) => {
  const open = await startOpenOrg();
  t.teardown(() => open.close());
  const own = driving(open, testClock());
  const slo = { enabled: true, issuer: SP_ISSUER, logoutUrl: LOGOUT_URL };
  const settings = { externalKey: exk('Signed'), spCertificate: CERTIFICATE, slo };
  await open.change(applications, '0oaClaudeSaml0000001', (app) => ({
    ...{ ...app, name: 'signed' },
    saml: { ...(app.saml as SamlSettings), ...settings },
  }));
  await own.fetch(`${pathOf('Signed')}?sessionToken=${await own.sessionToken(ALICE)}`);
  await open.remove(users, '00uAlice000000000001');
  const text = logoutRequest({ issuer: own.issuer, app: 'Signed' });
  const answer = await own.fetch(redirectUrl({ destination: SLO, kind: 'SAMLRequest', text, signer: SIGNER }));
  t.match(responseOf(t, answer).facts, { status: status('Success') });
  t.match((await own.events()).at(-1), { eventType: 'user.authentication.slo', actor: { id: 'unknown' } });
});
