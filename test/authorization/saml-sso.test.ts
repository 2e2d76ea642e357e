/**
 * Sign-in by SAML over HTTP: every rule broken by one request and told where it must be, what a good response says, and when
 * the user is asked.
 */
import t from 'tap';
import { SAML_MESSAGE_RULES } from '../../src/authorization/saml-message-rules.js';
import { SAML_PAGE_RULES, SAML_RESPONSE_RULES, SAML_SIGNED_IN_RULES } from '../../src/authorization/saml-sso-rules.js';
import { SAML_STATUS_OF } from '../../src/authorization/saml-status.js';
import { REASONS } from '../../src/protocol/reasons.js';
import { applications, type SamlApp } from '../../src/registry/application.js';
import type { AuthnRequestContent } from '../../src/saml/requests.js';
import { browserAt, formIn } from '../support/browser.js';
import { startOpenOrg } from '../support/open-org.js';
import { type Answer, driving, EXAMPLE, type Parameters, startTestOrg, testClock } from '../support/org.js';
import { assertCatalogued, named } from '../support/refusals.js';
import { OTHER_SIGNER, SIGNER, signerBy } from '../support/saml.js';
import {
  ACS,
  type AppName,
  AUDIENCE,
  appId,
  authnRequest,
  byPost,
  byRedirect,
  exk,
  OTHER_ACS,
  orgWithSamlApps,
  pathOf,
  responseIn,
  type Sending,
  SP_ISSUER,
  statusIn,
  verifiedIn,
} from '../support/saml-provider.js';

const ALICE = 'alice@example.com';
const MINUTE = 60_000;
const org = await startTestOrg({ org: orgWithSamlApps() });
t.teardown(() => org.close());
const { issuer } = org;

type Request = Partial<Sending<AuthnRequestContent>> & { readonly app?: AppName };
const redirectOf = ({ app = 'Plain', ...rest }: Request = {}) => byRedirect({ issuer, app, ...rest });
const postOf = ({ app = 'Plain', ...rest }: Request = {}) => byPost({ issuer, app, ...rest });
const withToken = async (path: string, login = ALICE) =>
  `${path}${path.includes('?') ? '&' : '?'}sessionToken=${await org.sessionToken(login)}`;
/** The user's answer to the request by redirect, signed in by a sessionToken. */
const asUser = async (request: Request = {}, login = ALICE) => org.fetch(await withToken(redirectOf(request), login));
const lastEvent = async () => (await org.events()).at(-1);
const isSignInPage = ({ status, text }: Answer) => status === 200 && text.includes('type="password"');

/** A browser in which alice is signed in. */
async function signedIn() {
  const browser = browserAt(issuer);
  await browser.get(await withToken(pathOf('Plain')));
  return browser;
}

const without = (text: string, what: RegExp, by = '') => text.replace(what, by);
const plain = (change: Partial<AuthnRequestContent> = {}) => authnRequest({ issuer, app: 'Plain', change });

interface Broken {
  readonly rule: string;
  readonly ask: () => Promise<Answer>;
  /** What of the message the log names. */
  readonly wrong?: string;
  readonly id?: string;
}

const signed = (more: Request = {}) => ({ app: 'Signed' as const, signer: SIGNER, ...more });

const ON_PAGE: readonly Broken[] = [
  { rule: 'saml-application-known', ask: () => asUser().then(() => org.fetch('/app/plain/exkNobody/sso/saml')) },
  { rule: 'saml-application-active', ask: () => asUser({ app: 'Silent' }) },
  {
    rule: 'saml-message-carried',
    ask: () => withToken(`${pathOf('Plain')}?SAMLRequest=!`).then(org.fetch),
    wrong: 'not-base64',
  },
  {
    rule: 'saml-message-version',
    ask: () => asUser({ text: without(plain(), / Version="2.0"/, ' Version="1.1"') }),
    wrong: 'version',
  },
  { rule: 'saml-message-read', ask: () => asUser({ text: '<!DOCTYPE x><x/>' }), wrong: 'doctype' },
  { rule: 'saml-message-signed', ask: () => asUser({ app: 'Signed' }), wrong: 'unsigned' },
  {
    rule: 'saml-message-signature-verifies',
    ask: () => asUser(signed({ signer: OTHER_SIGNER })),
    wrong: 'mismatch',
  },
  { rule: 'saml-message-issuer', ask: () => asUser({ change: { issuer: 'https://evil.example' } }) },
  { rule: 'saml-message-destination', ask: () => asUser({ change: { destination: 'https://evil.example' } }) },
  {
    rule: 'saml-acs-registered',
    ask: () => asUser({ change: { assertionConsumerServiceUrl: 'https://evil.example/acs' } }),
    id: 'ix-saml-acs-unregistered',
  },
  { rule: 'saml-relay-state-bounded', ask: () => asUser({ relayState: 'ü'.repeat(513) }) },
];

const FORMAT = 'urn:oasis:names:tc:SAML:1.1:nameid-format:';
const CLASS = 'urn:oasis:names:tc:SAML:2.0:ac:classes:';
const context = (inside: string, comparison = '') =>
  without(
    plain(),
    /<\/saml2p:AuthnRequest>/,
    `<saml2p:RequestedAuthnContext${comparison && ` Comparison="${comparison}"`} xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion">${inside}</saml2p:RequestedAuthnContext></saml2p:AuthnRequest>`,
  );
const classRef = (name: string) => `<saml2:AuthnContextClassRef>${CLASS}${name}</saml2:AuthnContextClassRef>`;

const AT_ACS: readonly (Broken & { readonly status: readonly string[] })[] = [
  {
    rule: 'saml-request-fresh',
    ask: () => asUser({ change: { issueInstant: Date.now() - 6 * MINUTE }, relayState: 'r' }),
    status: ['Requester', 'RequestDenied'],
  },
  {
    rule: 'saml-request-binding',
    ask: () =>
      asUser({ change: { protocolBinding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact' }, relayState: 'r' }),
    status: ['Requester', 'UnsupportedBinding'],
  },
  {
    rule: 'saml-request-name-id-policy',
    ask: () => asUser({ change: { nameIdPolicy: { format: `${FORMAT}x509SubjectName` } }, relayState: 'r' }),
    status: ['Requester', 'InvalidNameIDPolicy'],
  },
  {
    rule: 'saml-request-context-met',
    ask: () => asUser({ text: context(classRef('X509')), relayState: 'r' }),
    status: ['Responder', 'NoAuthnContext'],
  },
  {
    rule: 'saml-passive-has-session',
    ask: () => org.fetch(redirectOf({ change: { isPassive: true }, relayState: 'r' })),
    status: ['Responder', 'NoPassive'],
  },
];

const SIGNED_IN_ON_PAGE: readonly (Broken & { readonly eventType?: string })[] = [
  {
    rule: 'saml-user-assigned',
    ask: () => asUser({}, 'carol@example.com'),
    eventType: 'app.generic.unauth_app_access_attempt',
  },
  { rule: 'saml-user-named', ask: () => asUser({ app: 'Nameless' }) },
];
const NOT_WRITABLE = 'saml-response-writable';

const ALL = [...SAML_MESSAGE_RULES, ...SAML_PAGE_RULES, ...SAML_RESPONSE_RULES, ...SAML_SIGNED_IN_RULES];
const ruleNamed = (name: string) => ALL.find((rule) => rule.name === name) as (typeof ALL)[number];

t.test('every rule has a row here, and a way by which it is told', async (t) => {
  const rows = [...ON_PAGE, ...AT_ACS, ...SIGNED_IN_ON_PAGE].map(({ rule }) => rule).concat(NOT_WRITABLE);
  t.strictSame(
    rows,
    ALL.map(({ name }) => name),
  );
  for (const { rule } of AT_ACS) t.ok(SAML_STATUS_OF[ruleNamed(rule).reason], rule);
  for (const { rule } of [...ON_PAGE, ...SIGNED_IN_ON_PAGE]) t.notOk(SAML_STATUS_OF[ruleNamed(rule).reason], rule);
});

t.test('what must not be sent anywhere is shown on a page', async (t) => {
  for (const { rule, ask, wrong, id } of ON_PAGE) {
    assertCatalogued(t, rule, id);
    const answer = await ask();
    const { reason } = ruleNamed(rule);
    t.equal(answer.status, REASONS[reason].status, id ? named(id) : rule);
    t.match(answer.text, `<h2 id="error-code">Error Code: ${REASONS[reason].error}</h2>`, rule);
    t.notMatch(answer.text, /evil|SAMLResponse/, 'nothing of the request is repeated, and nobody signed in');
    t.equal(answer.headers.get('set-cookie'), null);
    const event = await lastEvent();
    t.match(event, { eventType: 'user.authentication.sso', outcome: { result: 'FAILURE', reason } }, rule);
    t.match(event.debugContext.debugData, { rule, ...(wrong && { samlProblem: wrong }) }, rule);
    if (rule !== 'saml-application-known') t.match(event.target, [{ type: 'AppInstance' }], rule);
  }
});

t.test('what the service provider may know reaches it as a status, signed and without an assertion', async (t) => {
  for (const { rule, ask, status } of AT_ACS) {
    const answer = await ask();
    t.equal(answer.status, 200, rule);
    t.strictSame(statusIn(answer), status, rule);
    const { action, relayState, xml } = responseIn(answer);
    t.strictSame([action, relayState], [ACS, 'r'], rule);
    t.match(xml, /<saml2p:Response Destination="https:\/\/sp\.example\/acs" ID="id\d+" InResponseTo="_\w+"/);
    t.match(xml, /<ds:Signature/);
    t.notMatch(xml, /Assertion|NameID>/);
    const { reason } = ruleNamed(rule);
    t.match(await lastEvent(), { eventType: 'user.authentication.sso', outcome: { result: 'FAILURE', reason } });
  }
});

t.test('who is not assigned, or has no name there, sees a page and stays signed in', async (t) => {
  for (const { rule, ask, eventType = 'user.authentication.sso' } of SIGNED_IN_ON_PAGE) {
    const answer = await ask();
    const { reason } = ruleNamed(rule);
    t.equal(answer.status, 403, rule);
    t.match(answer.text, REASONS[reason].text, rule);
    t.match(answer.headers.get('set-cookie'), /^idx=/);
    const event = await lastEvent();
    t.match(event, { eventType, outcome: { reason }, actor: { type: 'User' }, target: [{ type: 'AppInstance' }] });
    t.equal(event.debugContext.debugData.rule, rule);
  }
  t.match((await asUser({}, 'carol@example.com')).text, 'User is not assigned to this application');
});

t.test('saml-response-writable: a name that no XML can carry', async (t) => {
  const file = orgWithSamlApps({ Plain: { audience: 'a\u0001b' } });
  const other = await startTestOrg({ org: file });
  t.teardown(() => other.close());
  const answer = await other.fetch(`${pathOf('Plain')}?sessionToken=${await other.sessionToken(ALICE)}`);
  t.equal(answer.status, 500);
  t.match(answer.text, 'XML cannot carry');
  t.equal((await other.events()).at(-1).debugContext.debugData.rule, NOT_WRITABLE);
});

t.test('a good response', async (t) => {
  const change = { id: '_the-request' };
  for (const [binding, ask] of [
    ['redirect', () => asUser({ change, relayState: 'a&"b' })],
    ['POST', async () => org.post(pathOf('Plain'), await withSessionToken(postOf({ change, relayState: 'a&"b' })))],
  ] as const) {
    const before = Date.now();
    const answer = await ask();
    t.match(answer.headers.get('cache-control'), /no-store/);
    t.match(answer.headers.get('set-cookie'), /^idx=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    const { action, relayState, xml, verified } = verifiedIn(answer);
    t.strictSame([action, relayState], [ACS, 'a&"b'], binding);
    t.match(xml, /<saml2p:Response Destination="https:\/\/sp\.example\/acs" ID="id\d+" InResponseTo="_the-request" /);
    t.match(verified, {
      ...{ signed: 'both', issuer: `http://www.okta.com/${exk('Plain')}`, audiences: [[AUDIENCE]] },
      nameId: { value: ALICE, format: `${FORMAT}emailAddress`, spNameQualifier: undefined },
      bearers: [{ recipient: ACS, inResponseTo: '_the-request', notBefore: undefined }],
      authentication: { sessionIndex: '_the-request', classRef: `${CLASS}PasswordProtectedTransport` },
      response: { destination: ACS, inResponseTo: '_the-request', issuer: `http://www.okta.com/${exk('Plain')}` },
    });
    const { validity, issueInstant } = verified as { validity: { notOnOrAfter: number }; issueInstant: number };
    t.ok(issueInstant >= before - 1000 && validity.notOnOrAfter - issueInstant === 5 * MINUTE);
    t.match(await lastEvent(), {
      ...{ eventType: 'user.authentication.sso', outcome: { result: 'SUCCESS' }, actor: { alternateId: ALICE } },
      target: [
        { type: 'AppInstance', displayName: 'Plain' },
        { type: 'AppUser', alternateId: ALICE },
      ],
      debugContext: { debugData: { signOnMode: 'SAML 2.0', initiationType: 'SP_INITIATED' } },
    });
  }
});

async function withSessionToken(form: Parameters, login = ALICE): Promise<Parameters> {
  return { ...form, sessionToken: await org.sessionToken(login) };
}

t.test('nobody asked: IdP-initiated', async (t) => {
  const answer = await org.fetch(await withToken(pathOf('Plain')));
  const { relayState, xml, verified } = verifiedIn(answer);
  t.equal(relayState, 'the-default');
  t.notMatch(xml, /InResponseTo/);
  t.match(verified, { authentication: { sessionIndex: /^id\d{13}\.\d+$/ } });
  t.match((await lastEvent()).debugContext.debugData, { initiationType: 'IDP_INITIATED' });
  const own = await org.fetch(await withToken(`${pathOf('Plain')}?RelayState=mine`));
  t.equal(responseIn(own).relayState, 'mine');
  const bare = verifiedIn(await org.fetch(await withToken(pathOf('Several'))));
  t.strictSame([bare.action, bare.relayState], ['https://sp.example/override', undefined]);
  const spelled = await org.fetch(`${pathOf('Plain')}?SAML%52equest=x`);
  t.equal(spelled.status, 400, 'another spelling of the name is a message all the same');
  t.equal((await org.fetch(`${pathOf('Plain')}?SAMLRequest=`)).status, 400, 'and so is an empty one');
  t.equal((await org.post(pathOf('Plain'), {})).status, 400, 'a form without one is a mistake');
  t.equal((await org.post(pathOf('Plain'), { SAMLResponse: 'PHgvPg==' })).status, 400, 'so is an answer');
});

t.test('the sign-in page goes on with the request that was waiting', async (t) => {
  const browser = browserAt(issuer);
  const page = await browser.get(redirectOf({ relayState: 'r', change: { id: '_waiting' } }), {}, {});
  t.ok(isSignInPage(page));
  t.match(page.text, '<h1>Sign in to Plain</h1>');
  const wrong = await browser.submit(page.text, ALICE, 'wrong');
  t.equal(wrong.status, 401);
  t.match(wrong.text, '<h1>Sign in to Plain</h1>');
  const answer = await browser.submit(wrong.text, ALICE, EXAMPLE.password);
  t.equal(answer.status, 200);
  const { relayState, verified } = verifiedIn(answer);
  t.equal(relayState, 'r');
  t.match(verified, { response: { inResponseTo: '_waiting' } });
  const again = await browser.get(redirectOf());
  t.match(verifiedIn(again).verified, { nameId: { value: ALICE } }, 'the session does for the next request');
  t.equal(again.headers.get('set-cookie'), null);
});

t.test('a request that was waiting does not outlive the application as it was', async (t) => {
  const page = (await org.fetch(redirectOf())).text;
  const late = await startTestOrg({ org: orgWithSamlApps() });
  t.teardown(() => late.close());
  const open = (await late.fetch(byRedirect({ issuer: late.issuer, app: 'Several' }))).text;
  const headers = { authorization: `SSWS ${EXAMPLE.apiToken}`, 'content-type': 'application/json' };
  await late.fetch(`/api/v1/apps/${appId('Several')}/lifecycle/deactivate`, { method: 'POST', headers });
  t.match((await browserAt(late.issuer).submit(open, ALICE, EXAMPLE.password)).text, 'no longer open');
  org.advance(11 * MINUTE);
  t.match((await browserAt(issuer).submit(page, ALICE, EXAMPLE.password)).text, 'no longer open');
  org.advance(-11 * MINUTE);
});

t.test('ForceAuthn and IsPassive', async (t) => {
  const browser = await signedIn();
  const ask = (app: AppName, change: Partial<AuthnRequestContent>) => browser.get(redirectOf({ app, change }));
  t.ok(isSignInPage(await ask('Plain', { forceAuthn: true })), 'asked again');
  t.notOk(isSignInPage(await ask('Several', { forceAuthn: true })), 'unless the application does not honor it');
  t.strictSame(statusIn(await ask('Plain', { isPassive: true })), ['Success']);
  t.strictSame(statusIn(await ask('Plain', { isPassive: true, forceAuthn: true })), ['Responder', 'NoPassive']);
  const forced = await asUser({ change: { forceAuthn: true } });
  t.strictSame(statusIn(forced), ['Success'], 'a sessionToken is a new sign-in');
});

t.test('a form from another site, which comes without the cookie, goes on with it', async (t) => {
  const browser = await signedIn();
  const { cookie } = browser;
  const sent = async (change: Partial<AuthnRequestContent> = {}) => {
    browser.cookie = undefined;
    const answer = await browser.post(pathOf('Plain'), postOf({ change, relayState: 'r' }));
    t.equal(answer.status, 303);
    t.match(answer.headers.get('location'), new RegExp(`^${issuer}/signin\\?stateToken=[\\w-]{43}$`));
    return answer.headers.get('location') as string;
  };
  const again = await sent({ id: '_again' });
  browser.cookie = cookie;
  const answer = await browser.get(again);
  const { relayState, verified } = verifiedIn(answer);
  t.equal(relayState, 'r');
  t.match(verified, { nameId: { value: ALICE }, response: { inResponseTo: '_again' } });
  const passive = await sent({ isPassive: true });
  t.strictSame(statusIn(await browser.get(passive)), ['Responder', 'NoPassive'], 'nobody is signed in there');
  t.ok(isSignInPage(await browser.get(await sent())));
  browser.cookie = cookie;
  t.ok(verifiedIn(await browser.post(pathOf('Plain'), postOf())), 'with the cookie at once');
  browser.cookie = 'stale';
  t.ok(
    isSignInPage(await browser.post(pathOf('Plain'), postOf())),
    'a cookie that is worth nothing is one all the same',
  );
  for (const query of ['', '?stateToken=x']) t.match((await org.fetch(`/signin${query}`)).text, 'no longer open');
});

t.test('an authorization request that waits goes on, too, if it is still good', async (t) => {
  const other = await startTestOrg({ org: orgWithSamlApps() });
  t.teardown(() => other.close());
  const query = { client_id: EXAMPLE.appId, redirect_uri: EXAMPLE.redirectUri, response_type: 'code', state: 's' };
  const browser = browserAt(other.issuer);
  const page = await browser.get('/oauth2/v1/authorize', { ...query, scope: 'openid' });
  const { stateToken = '' } = formIn(page.text).fields;
  await browser.get(`${pathOf('Plain')}?sessionToken=${await other.sessionToken(ALICE)}`);
  const answer = await browser.get('/signin', { stateToken });
  t.match(answer.headers.get('location'), `${EXAMPLE.redirectUri}?code=`);
  const headers = { authorization: `SSWS ${EXAMPLE.apiToken}` };
  await other.fetch(`/api/v1/apps/${EXAMPLE.appId}/lifecycle/deactivate`, { method: 'POST', headers });
  t.match((await browser.get('/signin', { stateToken })).text, 'Error Code: invalid_client');
});

t.test('where the response goes', async (t) => {
  const rows: [string, AppName, Partial<AuthnRequestContent>, string | undefined][] = [
    ['the usual one by URL', 'Plain', { assertionConsumerServiceUrl: ACS }, ACS],
    ['an index without others', 'Plain', { assertionConsumerServiceIndex: '0' }, undefined],
    ['the one that was overridden', 'Several', { assertionConsumerServiceUrl: ACS }, 'https://sp.example/override'],
    ['another by URL', 'Several', { assertionConsumerServiceUrl: OTHER_ACS }, OTHER_ACS],
    ['another by index', 'Several', { assertionConsumerServiceIndex: '7' }, OTHER_ACS],
    ['an index that is none', 'Several', { assertionConsumerServiceIndex: '1' }, undefined],
    [
      'both ways at once',
      'Several',
      { assertionConsumerServiceIndex: '7', assertionConsumerServiceUrl: OTHER_ACS },
      undefined,
    ],
    ['one in other case', 'Several', { assertionConsumerServiceUrl: OTHER_ACS.toUpperCase() }, undefined],
  ];
  for (const [what, app, change, expected] of rows) {
    const answer = await asUser({ app, change });
    if (expected === undefined) t.equal(answer.status, 400, what);
    else {
      const { action, verified } = verifiedIn(answer);
      t.equal(action, expected, what);
      t.match(verified, { bearers: [{ recipient: expected }], response: { destination: expected } }, what);
    }
  }
});

t.test('signatures', async (t) => {
  const good = { app: 'Signed' as const, signer: SIGNER };
  t.strictSame(statusIn(await asUser(good)), ['Success'], 'of the URL');
  t.strictSame(
    statusIn(await asUser({ ...good, change: { issuer: SP_ISSUER } })),
    ['Success'],
    'the SP issuer is one, too',
  );
  const post = async (form: Parameters, app: AppName = 'Signed') => org.post(pathOf(app), await withSessionToken(form));
  t.strictSame(statusIn(await post(postOf(good))), ['Success'], 'in the message');
  t.equal((await post(postOf({ app: 'Signed' }))).status, 400, 'none');
  t.equal((await post(postOf({ ...good, signer: OTHER_SIGNER }))).status, 400, 'of another');
  t.equal((await asUser({ ...good, signer: signerBy('rsa-sha1') })).status, 400, 'by SHA-1');
  t.equal((await asUser({ ...good, change: { destination: undefined } })).status, 400, 'a signed one says where to');
  t.strictSame(statusIn(await asUser({ change: { destination: undefined } })), ['Success'], 'another need not');
  const within = authnRequest({ issuer, ...good });
  t.equal((await asUser({ app: 'Signed', text: within })).status, 400, 'one within a message in a URL is none');
  const moved = (await withToken(redirectOf(good))).replace('SAMLRequest=', 'RelayState=x&SAMLRequest=');
  t.equal((await org.fetch(moved)).status, 400, 'what was not signed beside it');
  t.strictSame(statusIn(await asUser({ app: 'Several' })), ['Success'], 'a certificate alone demands none');
  t.equal((await asUser({ app: 'Several', signer: OTHER_SIGNER })).status, 400, 'but what is signed is verified');
  t.strictSame(statusIn(await asUser({ signer: OTHER_SIGNER })), ['Success'], 'without one nothing can be');
});

t.test('contexts and Name ID Formats that can be met', async (t) => {
  const rows: [string, string, readonly string[]][] = [
    ['PasswordProtectedTransport', 'exact', ['Success']],
    ['PasswordProtectedTransport', '', ['Success']],
    ['Password', '', ['Responder', 'NoAuthnContext']],
    ['Password', 'minimum', ['Success']],
    ['Password', 'better', ['Success']],
    ['Password', 'maximum', ['Responder', 'NoAuthnContext']],
    ['PasswordProtectedTransport', 'better', ['Responder', 'NoAuthnContext']],
    ['PasswordProtectedTransport', 'maximum', ['Success']],
    ['X509', 'minimum', ['Responder', 'NoAuthnContext']],
    ['PasswordProtectedTransport', 'odd', ['Responder', 'NoAuthnContext']],
  ];
  for (const [name, comparison, status] of rows) {
    t.strictSame(
      statusIn(await asUser({ text: context(classRef(name), comparison) })),
      status,
      `${comparison} ${name}`,
    );
  }
  const two = context(classRef('X509') + classRef('PasswordProtectedTransport'), 'minimum');
  t.strictSame(statusIn(await asUser({ text: two })), ['Success'], 'one of them');
  for (const format of ['unspecified', 'emailAddress']) {
    const answer = await asUser({ change: { nameIdPolicy: { format: FORMAT + format } } });
    t.strictSame(statusIn(answer), ['Success'], format);
  }
});

t.test('a request that comes twice is answered twice, each time with other ids', async (t) => {
  const browser = await signedIn();
  const request = redirectOf({ change: { id: '_twice' } });
  const ids = [await browser.get(request), await browser.get(request)].map(
    (answer) => (verifiedIn(answer).verified as { id: string }).id,
  );
  t.equal(new Set(ids).size, 2);
});

t.test('who loses the race for a sessionToken is asked to sign in', async (t) => {
  let lost = false;
  const open = await startOpenOrg((store) => ({
    ...store,
    async commit(...commit) {
      const loses = lost;
      lost = false;
      return loses ? { kind: 'changed', collection: 'sessionTokens', id: 'x' } : store.commit(...commit);
    },
  }));
  t.teardown(() => open.close());
  const own = driving(open, testClock());
  const { saml } = open.org.store.view().get(applications, '0oaClaudeSaml0000001') as SamlApp;
  const sessionToken = await own.sessionToken(ALICE);
  lost = true;
  const answer = await own.fetch(`/app/claude/${saml.externalKey}/sso/saml?sessionToken=${sessionToken}`);
  t.ok(isSignInPage(answer));
  t.notOk((await own.events()).some(({ eventType }) => eventType === 'user.authentication.sso'));
});

t.test('as the settings say', async (t) => {
  const attributes = [
    { type: 'EXPRESSION' as const, name: 'first', values: ['user.firstName'] },
    { type: 'GROUP' as const, name: 'groups', filterType: 'STARTS_WITH' as const, filterValue: 'Eng' },
  ];
  const other = await startTestOrg({
    org: orgWithSamlApps({
      Plain: {
        ...{ attributeStatements: attributes, responseSigned: false, digestAlgorithm: 'SHA1', recipient: ACS },
        ...{ authnContextClassRef: `${CLASS}X509`, spNameQualifier: true, destination: 'https://sp.example/elsewhere' },
      },
      Several: { assertionSigned: false, signatureAlgorithm: 'RSA_SHA1', recipient: 'https://sp.example/recipient' },
    }),
  });
  t.teardown(() => other.close());
  const ask = async (app: AppName) => other.fetch(`${pathOf(app)}?sessionToken=${await other.sessionToken(ALICE)}`);
  const plainly = verifiedIn(await ask('Plain'), { sha1: true });
  t.match(plainly.verified, {
    ...{ signed: 'assertion', nameId: { spNameQualifier: AUDIENCE }, authentication: { classRef: `${CLASS}X509` } },
    attributes: [
      { name: 'first', values: ['Alice'] },
      { name: 'groups', values: ['Engineering'] },
    ],
    bearers: [{ recipient: ACS }],
  });
  t.match(plainly.xml, 'Destination="https://sp.example/elsewhere"');
  t.match(plainly.xml, /rsa-sha256"\/>.*xmldsig#sha1"\/>/);
  const several = verifiedIn(await ask('Several'), { sha1: true });
  t.match(several.verified, { signed: 'response', bearers: [{ recipient: 'https://sp.example/recipient' }] });
  t.match(several.xml, /rsa-sha1"\/>.*xmlenc#sha256"\/>/);
  const denied = await other.fetch(byRedirect({ issuer: other.issuer, app: 'Plain', change: { isPassive: true } }));
  t.notMatch(responseIn(denied).xml, /Signature/, 'a refusal is signed as a response is');
});

t.test('metadata', async (t) => {
  const answer = await org.fetch(`/app/${exk('Signed')}/sso/saml/metadata`);
  t.equal(answer.status, 200);
  t.equal(answer.headers.get('content-type'), 'application/xml;charset=ISO-8859-1');
  const services = ['SingleLogoutService', 'SingleSignOnService'].flatMap((name) =>
    ['POST', 'Redirect'].map(
      (binding) =>
        `<md:${name} Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-${binding}" Location="${issuer}${pathOf('Signed', name === 'SingleLogoutService' ? 'slo' : 'sso')}"/>`,
    ),
  );
  const format = `<md:NameIDFormat>${FORMAT}emailAddress</md:NameIDFormat>`;
  t.match(answer.text, services.slice(0, 2).join('') + format + services.slice(2).join(''));
  t.match(answer.text, `entityID="http://www.okta.com/${exk('Signed')}"`);
  t.match(answer.text, 'WantAuthnRequestsSigned="true"');
  const plainly = (await org.fetch(`/app/${exk('Plain')}/sso/saml/metadata`)).text;
  t.match(plainly, 'WantAuthnRequestsSigned="false"');
  t.notMatch(plainly, /SingleLogout/);
  t.equal((await org.fetch('/app/exkNobody/sso/saml/metadata')).status, 404);
  const file = orgWithSamlApps({ Plain: { externalKey: 'exkÄ' } });
  const applications = (file.applications ?? []).map((app) => ({ ...app, origin: 'oin' as const }));
  const other = await startTestOrg({ org: { ...file, applications } });
  t.teardown(() => other.close());
  const odd = (await other.fetch(`/app/${encodeURIComponent('exkÄ')}/sso/saml/metadata`)).text;
  t.match(odd, 'entityID="http://www.okta.com/exk&#196;"');
  t.equal(odd.match(/NameIDFormat>urn/g)?.length, 2, 'of the integration network: two formats');
});

t.test('the page has one form, that the browser sends by itself', async (t) => {
  const { action, method, inputs } = formIn((await asUser()).text);
  t.strictSame([action, method], [ACS, 'post']);
  t.strictSame(
    inputs.map(({ name, type }) => [name, type]),
    [['SAMLResponse', 'hidden']],
  );
});
