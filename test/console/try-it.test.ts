/** *Try it*: the requester played step by step, by every kind of client, to the access token; and what is refused on the way. */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { openPort, startResourceApp } from '../../examples/resource-app/resource-app.js';
import { start } from '../../src/index.js';
import { exampleAgentKey } from '../../src/shipped.js';
import { apiOf } from '../support/api.js';
import { consoleAt, type Looked, type PageElement, textOf } from '../support/console.js';
import { EXAMPLE, startTestOrg } from '../support/org.js';
import { editedOrg } from '../support/org-edits.js';

const OTHER_KEY = readFileSync('fixtures/keys/api-client.jwk.json', 'utf8');

/** The public half. */
function publicOf(key: string): object {
  const { d, p, q, dp, dq, qi, ...half } = JSON.parse(key);
  return half;
}

const org = await startTestOrg();
t.teardown(() => org.close());
const me = consoleAt(org);
const PATH = '/console/try-it';
const ALICE = 'alice@example.com';

const fieldOf = (page: Looked, name: string) => {
  const field = page.document.querySelector(`#${name}`) as PageElement;
  return field.tagName === 'TEXTAREA' ? textOf(field) : (field.getAttribute('value') ?? '');
};
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString());

const chosenIn = (page: Looked, name: string) =>
  page.document.querySelector(`#${name} option[selected]`)?.getAttribute('value');
const ssoOf = async (id: string) => {
  const { text } = await apiOf(org).get(`/api/v1/apps/${id}/sso/saml/metadata`);
  return /HTTP-Redirect" Location="([^"]+)"/.exec(text)?.[1];
};

const signedIn = async (app: string, user = 'alice@example.com', at = me) =>
  at.press(await at.open(PATH), 'Sign in', { Application: app, User: user });

t.test('the flow of the guide, to the access token of the org’s own server', async (t) => {
  const first = await me.open(PATH);
  t.equal(fieldOf(first, 'user'), 'alice@example.com');
  const second = await me.press(first, 'Sign in', { Application: 'Claude Code (OIDC), by OpenID Connect' });
  t.match(second.text, 'Code for an ID token 200');
  t.match(claimsOf(fieldOf(second, 'subjectToken')), { aud: EXAMPLE.linkedAgentId, email: 'alice@example.com' });
  t.notMatch(second.markup, EXAMPLE.linkedSecret, 'no secret is shown');
  t.match(second.text, 'code_verifier');
  const audience = `${org.issuer}/oauth2/default`;
  const third = await me.press(second, 'Exchange', {
    'AI agent': 'Claude Code (linked)',
    Audience: audience,
    Scope: 'mcp:read',
  });
  t.match(third.text, 'Sign-in for an ID-JAG 200');
  t.match(third.text, '"token_type": "N_A"');
  t.equal(claimsOf(fieldOf(third, 'idJag')).aud, audience);
  t.equal(fieldOf(third, 'tokenEndpoint'), `${audience}/v1/token`);
  t.equal(fieldOf(third, 'user'), 'alice@example.com', 'the fields of the other steps stay');
  const last = await me.press(third, 'Redeem');
  t.match(last.text, 'ID-JAG for an access token 200');
  t.match(last.text, '"access_token"');
  const rules = await me.follow(third, 'every rule');
  t.match(rules.path, /^\/console\/exchanges\//);
  t.equal(rules.status, 200);
});

t.test(
  'an agent whose key is the published one, and a confidential application, at somebody else’s server',
  async (t) => {
    const place = await openPort();
    const figma = await startResourceApp({
      place,
      trustedIssuer: org.issuer,
      clientId: 'claude-at-figma',
      clientSecret: 'its-secret',
    });
    t.teardown(() => figma.close());
    const file = editedOrg((file) => {
      for (const app of file.applications ?? [])
        if (app.label === 'Figma') Object.assign(app.xaa as object, { issuerUrl: figma.issuer });
    });
    const other = await startTestOrg({ org: file, issuer: org.issuer });
    t.teardown(() => other.close());
    const at = consoleAt({ issuer: `http://127.0.0.1:${/:(\d+)\s*$/.exec(other.banner)?.[1]}` });
    const second = await signedIn('Claude (OIDC), by OpenID Connect', 'alice@example.com', at);
    t.notMatch(second.markup, EXAMPLE.appSecret);
    t.match(second.text, '$CLIENT_ID_AND_SECRET');
    const third = await at.press(second, 'Exchange', {
      'AI agent': 'Claude (Requester App)',
      Audience: figma.issuer,
      Scope: 'files:read',
    });
    t.match(third.text, 'Sign-in for an ID-JAG 200');
    t.equal(fieldOf(third, 'clientId'), 'claude-at-figma');
    const missing = await at.press(third, 'Redeem', { 'Token endpoint': figma.tokenEndpoint });
    t.equal(missing.status, 400);
    t.match(missing.text, 'Client secret: it is missing');
    const wrong = await at.press(missing, 'Redeem', { 'Client secret': 'not-its-secret' });
    t.match(wrong.text, 'ID-JAG for an access token 401');
    t.notMatch(wrong.markup, 'not-its-secret');
    for (const method of ['client_secret_basic', 'client_secret_post']) {
      const sent = await at.press(wrong, 'Redeem', { 'Client secret': 'its-secret', 'Client authentication': method });
      t.notMatch(sent.text, 'ID-JAG for an access token 401', method);
      t.match(
        sent.text,
        method === 'client_secret_post' ? 'client_secret=$CLIENT_SECRET' : 'Basic $CLIENT_ID_AND_SECRET',
      );
    }
    const alone = await at.press(wrong, 'Redeem', { 'Client authentication': 'none' });
    t.match(alone.text, 'ID-JAG for an access token 401');
  },
);

t.test('a caller by SAML: response, refresh token, ID-JAG', async (t) => {
  const second = await signedIn('Claude, by SAML');
  t.match(second.text, 'Sign-in by SAML, in the browser of the user 200');
  t.match(second.text, '<saml2:NameID');
  t.match(second.text, 'SAML response for a refresh token 200');
  t.match(second.text, 'signed with the key of the example agent, which is published');
  t.equal(chosenIn(second, 'subjectTokenType'), 'refresh_token');
  t.equal(chosenIn(second, 'agent'), EXAMPLE.agentId);
  t.equal(fieldOf(second, 'audience'), EXAMPLE.figma);
  for (const again of [1, 2]) {
    const third = await me.press(second, 'Exchange');
    t.match(claimsOf(fieldOf(third, 'idJag')), { aud: EXAMPLE.figma, sub_id: { format: 'saml-nameid' } }, `${again}`);
  }
});

t.test('a SAML response that is pasted is exchanged for a refresh token first, and once', async (t) => {
  const login = await org.fetch(`${await ssoOf('0oaClaudeSaml0000001')}?sessionToken=${await org.sessionToken(ALICE)}`);
  const response = /name="SAMLResponse" value="([^"]+)"/.exec(login.text)?.[1] as string;
  const page = await me.open(PATH);
  const asked = { 'Kind of token': 'saml2', 'Subject token': response, 'AI agent': 'Claude (Requester App)' };
  const third = await me.press(page, 'Exchange', { ...asked, Audience: 'https://nobody.example' });
  t.match(third.text, 'SAML response for a refresh token 200');
  t.match(third.text, 'Refused by audience-known');
  t.equal(chosenIn(third, 'subjectTokenType'), 'refresh_token', 'what was bought is not lost');
  t.match((await me.press(third, 'Exchange', { Audience: EXAMPLE.figma })).text, 'Sign-in for an ID-JAG 200');
  const again = await me.press(page, 'Exchange', asked);
  t.match(again.text, 'Refused by', 'a response is good once');
  t.notMatch(again.text, 'Sign-in for an ID-JAG');
});

t.test('what is refused is shown with the rule that refused', async (t) => {
  const second = await signedIn('Claude (OIDC), by OpenID Connect');
  const third = await me.press(second, 'Exchange', {
    'AI agent': 'Claude (Requester App)',
    Audience: 'https://nobody.example',
  });
  t.match(third.text, 'Sign-in for an ID-JAG 400');
  t.match(third.text, /Refused by audience-known: .*Okta’s reason: /);
  t.equal(fieldOf(third, 'subjectToken'), fieldOf(second, 'subjectToken'), 'the token stays');
  const dave = await signedIn('Claude (OIDC), by OpenID Connect', 'dave@example.com');
  t.match(dave.text, 'error=access_denied');
  const frank = await signedIn('Claude, by SAML', 'frank@example.com');
  t.notMatch(fieldOf(frank, 'subjectToken'), /\S/, 'he is suspended');
  const nobody = await signedIn('Claude, by SAML', 'nobody@example.com');
  t.match(nobody.text, 'User: no one has the login nobody@example.com');
});

t.test('tokens that are pasted, and fields that make no sense', async (t) => {
  const page = await me.open(PATH);
  const pasted = await me.press(page, 'Exchange', {
    'Subject token': 'no token',
    'AI agent': 'Claude (Requester App)',
  });
  t.match(pasted.text, 'Refused by');
  for (const [url, says] of [
    ...['nonsense', 'ftp://x.example', 'javascript:alert(1)', 'file:///etc/passwd', '//x.example', 'http://'].map(
      (url) => [url, 'it is no http or https URL'] as const,
    ),
    ['https://me:secret@x.example/token', 'a user name and a password do not belong into a URL'],
    ['https://me@x.example/token', 'a user name and a password do not belong into a URL'],
    ['https://:secret@x.example/token', 'a user name and a password do not belong into a URL'],
  ] as const) {
    const refused = await me.press(page, 'Redeem', { 'ID-JAG': 'a.b.c', 'Token endpoint': url });
    t.equal(refused.status, 400);
    t.match(refused.text, `Token endpoint: ${says}`, url);
    t.equal(fieldOf(refused, 'tokenEndpoint'), url, 'what was typed stays');
  }
  const strange = await me.open(PATH);
  for (const option of strange.document.querySelectorAll('#subjectTokenType option')) option.setAttribute('value', 'x');
  t.match((await me.press(strange, 'Exchange', { 'Subject token': 'x' })).text, 'token-type:id_token');
  const [agentCarried] = [...page.document.querySelectorAll('#redeem input[name=agent]')] as [PageElement];
  agentCarried.setAttribute('value', 'gone');
  const asked = { 'ID-JAG': 'a.b.c', 'Token endpoint': `${org.issuer}/x`, 'Client authentication': 'as-agent' };
  t.match((await me.press(page, 'Redeem', asked)).text, 'AI agent: there is none of this name');
  for (const [name, says] of [
    ['app', 'Application: there is none of this name'],
    ['agent', 'AI agent: there is none of this name'],
  ] as const) {
    const changed = await me.open(PATH);
    for (const option of changed.document.querySelectorAll(`#${name} option`)) option.setAttribute('value', 'gone');
    const refused = await me.press(
      changed,
      name === 'app' ? 'Sign in' : 'Exchange',
      name === 'app' ? {} : { 'Subject token': 'x' },
    );
    t.match(refused.text, says);
  }
});

t.test('a server that does not answer, or not with JSON', async (t) => {
  const server = createServer((_, answer) => answer.end('<b>no JSON</b>'));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  const page = await me.open(PATH);
  const asked = { 'ID-JAG': 'a.b.c', 'Token endpoint': url, 'Client authentication': 'none', 'Client ID': 'c' };
  t.match((await me.press(page, 'Redeem', asked)).text, '<b>no JSON</b>');
  await new Promise((closed) => server.close(closed));
  t.match((await me.press(page, 'Redeem', asked)).text, 'no answer');
});

t.test('clients of which only they have the key, or that have none', async (t) => {
  const jwk = JSON.stringify(exampleAgentKey());
  const file = editedOrg((file) => {
    const [agent] = file.agents ?? [];
    const jwk = { ...publicOf(OTHER_KEY), kid: 'other' };
    Object.assign(agent as object, { credentials: [{ type: 'PUBLIC_KEY', jwk }] });
  });
  const own = await startTestOrg({ org: file });
  t.teardown(() => own.close());
  const at = consoleAt(own);
  const second = await signedIn('Claude, by SAML', 'alice@example.com', at);
  t.match(second.text, 'paste its private JWK. The response is exchanged in the next step, with that key.');
  t.equal(chosenIn(second, 'subjectTokenType'), 'saml2');
  const asked = { 'AI agent': 'Claude (Requester App)', Audience: EXAMPLE.figma };
  const label = 'Private key of the AI agent';
  t.match(
    (await at.press(second, 'Exchange', asked)).text,
    `${label}: the client proves itself with a key that only it has`,
  );
  t.match(
    (await at.press(second, 'Exchange', { ...asked, 'Kind of token': 'id_token', 'Subject token': 'x' })).text,
    `${label}: the client proves itself`,
  );
  t.match(
    (await at.press(second, 'Exchange', { ...asked, [label]: 'x' })).text,
    `${label}: is no private key that can be read`,
  );
  const half = await at.press(second, 'Exchange', { ...asked, [label]: JSON.stringify(publicOf(OTHER_KEY)) });
  t.match(half.text, `${label}: cannot sign`);
  const wrong = await at.press(second, 'Exchange', { ...asked, [label]: jwk });
  t.match(wrong.text, 'Refused by');
  t.notMatch(wrong.markup, JSON.parse(jwk).d);
  const right = await at.press(await signedIn('Claude, by SAML', 'alice@example.com', at), 'Exchange', {
    ...asked,
    [label]: OTHER_KEY,
  });
  t.match(right.text, 'Sign-in for an ID-JAG 200');

  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const several = await startTestOrg({
    org: editedOrg((file) => {
      const [agent, other] = file.agents ?? [];
      const jwk = { ...curve.publicKey.export({ format: 'jwk' }), kid: 'curve' };
      Object.assign(agent as object, { credentials: [{ type: 'PUBLIC_KEY', jwk }] });
      const credentials = [{ type: 'JWKS_URI', uri: 'https://agent.example/jwks' }];
      Object.assign(other as object, { linkedApplication: undefined, credentials });
    }),
  });
  t.teardown(() => several.close());
  const with2 = consoleAt(several);
  const oidc = await signedIn('Claude (OIDC), by OpenID Connect', ALICE, with2);
  const ecKey = JSON.stringify(curve.privateKey.export({ format: 'jwk' }));
  t.match((await with2.press(oidc, 'Exchange', { [label]: ecKey })).text, 'Sign-in for an ID-JAG 200');
  const elsewhere = await with2.press(oidc, 'Exchange', { 'AI agent': 'Claude Code (linked)' });
  t.match(elsewhere.text, `${label}: the client proves itself with a key that only it has`);

  const free = await startTestOrg({
    org: editedOrg((file) => {
      const [agent, linked] = file.agents ?? [];
      Object.assign(agent as object, { credentials: [{ type: 'CLIENT_ID_ONLY' }] });
      Object.assign(linked as object, {
        linkedApplication: undefined,
        credentials: [{ type: 'CLIENT_SECRET', secret: 'x'.repeat(20) }],
      });
    }),
  });
  t.teardown(() => free.close());
  const open = consoleAt(free);
  const exchanged = await open.press(
    await signedIn('Claude (OIDC), by OpenID Connect', 'alice@example.com', open),
    'Exchange',
    asked,
  );
  t.match(exchanged.text, 'Sign-in for an ID-JAG 200');
});

t.test('at a port of its own, the console plays at the orgs’ server', async (t) => {
  const apart = await start({ controlPort: 0 });
  t.teardown(() => apart.close());
  const at = consoleAt({ issuer: apart.controlUrl as string });
  const page = await signedIn('Claude (OIDC), by OpenID Connect', 'alice@example.com', at);
  t.equal(claimsOf(fieldOf(page, 'subjectToken')).iss, apart.issuer);
});

t.test('in an org of its own, it plays at that, and meets its faults', async (t) => {
  const headers = { authorization: `SSWS ${EXAMPLE.apiToken}`, 'content-type': 'application/json' };
  const made = await org.fetch('/_mock/orgs', { method: 'POST', body: JSON.stringify({ id: 'second' }), headers });
  const at = consoleAt({ issuer: made.body.issuer });
  const page = await signedIn('Claude (OIDC), by OpenID Connect', 'alice@example.com', at);
  t.equal(claimsOf(fieldOf(page, 'subjectToken')).iss, made.body.issuer);
  for (const [fault, says, app = 'Claude (OIDC), by OpenID Connect'] of [
    [{ status: { code: 503, body: 'busy' } }, 'Code for an ID token 503'],
    [{ reset: 'before' }, '(the connection would be reset)'],
    [{ status: { code: 503, body: '[]' } }, 'Code for an ID token 503'],
    [{ truncate: 10 }, 'No whole answer came: it was cut off'],
    [{ status: { code: 429 } }, 'SAML response for a refresh token 429', 'Claude, by SAML'],
  ] as const) {
    const body = JSON.stringify({ route: '/oauth2/v1/token', fault });
    const added = await org.fetch('/orgs/second/_mock/faults', { method: 'POST', body, headers });
    t.equal(added.status, 201, added.text);
    const met = await signedIn(app, ALICE, at);
    t.match(met.text, says);
    t.equal(fieldOf(met, 'subjectToken'), '');
    await org.fetch('/orgs/second/_mock/faults', {
      method: 'DELETE',
      headers: { authorization: headers.authorization },
    });
  }
});

/** What arrived at a server of nobody in particular, which sends whoever asks elsewhere. */
async function elsewhere(t: Test) {
  const arrived: { readonly headers: IncomingHttpHeaders; readonly form: URLSearchParams }[] = [];
  const server = createServer(async (request, answer) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    arrived.push({ headers: request.headers, form: new URLSearchParams(Buffer.concat(parts).toString()) });
    answer.writeHead(302, { location: `http://${request.headers.host}/further` }).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.teardown(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`, arrived };
}

t.test('a request that goes out: no redirect is followed, no secret of the org goes along', async (t) => {
  const { url, arrived } = await elsewhere(t);
  const page = await me.open(PATH);
  const asked = { 'ID-JAG': 'a.b.c', 'Token endpoint': url, 'Client ID': 'the-client' };
  const agent = (name: string) => ({ 'AI agent': name });
  const inStep2 = async (name: string) => me.press(page, 'Exchange', { ...agent(name), 'Subject token': 'x' });
  const linked = await inStep2('Claude Code (linked)');
  const kept = await me.press(linked, 'Redeem', { ...asked, 'Client authentication': 'as-agent' });
  t.equal(kept.status, 400);
  t.match(kept.text, 'the secret that this org has of the agent is sent to this org alone');
  t.equal(arrived.length, 0);
  const claude = await inStep2('Claude (Requester App)');
  for (const [method, sub] of [
    ['as-agent', EXAMPLE.agentId],
    ['private_key_jwt', 'the-client'],
  ] as const) {
    const sent = await me.press(claude, 'Redeem', { ...asked, 'Client authentication': method });
    t.match(sent.text, 'ID-JAG for an access token 302');
    t.match(sent.text, `Location: ${url.replace('token', 'further')}`);
    t.match(sent.text, 'which is published');
    const [{ form }] = arrived.splice(0) as [(typeof arrived)[0]];
    t.match(claimsOf(form.get('client_assertion') as string), { sub, aud: url });
    t.equal(form.get('assertion'), 'a.b.c');
  }
  const pasted = { ...asked, 'Client authentication': 'private_key_jwt', 'Private key for the redemption': OTHER_KEY };
  t.match((await me.press(page, 'Redeem', pasted)).text, 'signed with the key that you pasted');
  const [{ form, headers }] = arrived.splice(0) as [(typeof arrived)[0]];
  const [header] = (form.get('client_assertion') as string).split('.') as [string];
  t.equal(JSON.parse(Buffer.from(header, 'base64url').toString()).kid, JSON.parse(OTHER_KEY).kid);
  t.match(headers.via, 'mock-okta-xaa');
});

t.test('what is sent is not taken for a request of somebody at this machine', async (t) => {
  const { id_token } = await org.signIn(ALICE);
  await org.exchange(id_token);
  const before = (await apiOf(org).get('/_mock/exchanges')).body.length;
  t.ok(before > 0);
  const page = await me.open(PATH);
  const { origin } = new URL(org.issuer);
  const made = consoleAt({ issuer: `${origin}/orgs/second` });
  for (const [who, url] of [
    [me, `${origin}/_mock/reset`],
    [made, `${origin}/orgs/second/../../_mock/reset`],
    [made, `${origin}/_mock/reset`],
  ] as const) {
    const asked = { 'ID-JAG': 'a.b.c', 'Token endpoint': url, 'Client authentication': 'none' };
    const sent = await who.press(await who.open(PATH), 'Redeem', asked);
    t.match(sent.text, 'ID-JAG for an access token 401', url);
  }
  t.equal((await apiOf(org).get('/_mock/exchanges')).body.length, before);
  t.match(page.text, 'Nothing of it is kept here');
});

t.test('an application that cannot prove itself: its ID token is minted, and marked', async (t) => {
  const file = editedOrg((file) => {
    for (const app of file.applications ?? []) {
      if (app.label === 'Claude (OIDC)') {
        const jwks = [{ ...publicOf(OTHER_KEY), kid: 'other' }];
        const how = { tokenEndpointAuthMethod: 'private_key_jwt', clientSecret: undefined, jwks };
        Object.assign(app.oidc as object, how);
      }
    }
  });
  const own = await startTestOrg({ org: file });
  t.teardown(() => own.close());
  const at = consoleAt(own);
  const app = 'Claude (OIDC), by OpenID Connect';
  const stuck = await signedIn(app, ALICE, at);
  t.match(stuck.text, 'Private key of the application: the client proves itself with a key that only it has');
  t.match(stuck.text, 'Its ID token can be minted instead');
  t.equal(fieldOf(stuck, 'subjectToken'), '');
  t.notMatch((await at.open(PATH)).text, 'Mint the ID token', 'it is offered to nobody else');
  const minted = await at.press(stuck, 'Mint the ID token');
  t.match(minted.text, 'The subject token of the next step was minted: nobody signed in.');
  t.equal(chosenIn(minted, 'subjectTokenType'), 'minted');
  t.match(claimsOf(fieldOf(minted, 'subjectToken')), { email: ALICE, aud: EXAMPLE.appId });
  const third = await at.press(minted, 'Exchange');
  t.match(third.text, 'Sign-in for an ID-JAG 200');
  t.equal(chosenIn(third, 'subjectTokenType'), 'minted', 'the mark stays');
  const label = 'Private key of the application';
  const bad = await at.press(stuck, 'Sign in', { [label]: '{}' });
  t.match(bad.text, `${label}: is no private key that can be read`);
  t.notMatch(bad.text, 'Mint the ID token');
  const signed = await at.press(stuck, 'Sign in', { [label]: OTHER_KEY });
  t.match(signed.text, 'Code for an ID token 200');
  t.match(signed.text, 'private_key_jwt, signed with the key that you pasted');
  t.notMatch(signed.markup, JSON.parse(OTHER_KEY).d);
  const nobody = await at.press(stuck, 'Mint the ID token', { User: 'nobody' });
  t.match(nobody.text, 'User: no one has the login nobody');
  const bySaml = await at.press(stuck, 'Mint the ID token', { Application: 'Claude, by SAML' });
  t.match(bySaml.text, 'Application: is to be an OpenID Connect application');
});

t.test('every way in which an application may prove itself, at the server that signs its users in', async (t) => {
  const way = (method: string, more: object = {}) => ({
    label: `By ${method}`,
    oidc: { tokenEndpointAuthMethod: method, redirectUris: ['https://app.example/callback'], ...more },
    groups: ['Engineering'],
  });
  const file = editedOrg((file) => {
    const clientSecret = 'a-client-secret-for-testing-only-1234';
    file.applications?.push(
      way('client_secret_jwt', { clientSecret }) as never,
      way('client_secret_basic', { clientSecret }) as never,
      way('none') as never,
      way('client_secret_post') as never,
    );
    file.agents?.[0]?.callers?.push({ application: 'By none', authorizationServer: 'default' } as never);
  });
  const own = await startTestOrg({ org: file });
  t.teardown(() => own.close());
  const at = consoleAt(own);
  for (const method of ['client_secret_jwt', 'client_secret_basic', 'none']) {
    const page = await signedIn(`By ${method}, by OpenID Connect`, ALICE, at);
    t.match(page.text, 'Code for an ID token 200', method);
    t.match(page.text, `Client authentication: ${method}`);
    const { iss } = claimsOf(fieldOf(page, 'subjectToken'));
    t.equal(iss, method === 'none' ? `${own.issuer}/oauth2/default` : own.issuer, 'as the agent has it');
  }
  const secretless = await signedIn('By client_secret_post, by OpenID Connect', ALICE, at);
  t.match(
    secretless.text,
    'has no active secret: add one to it first. Without it the application cannot sign anybody in',
  );
  t.ok(secretless.document.querySelector('button[value=mint]'));
  const page = await at.open(PATH);
  for (const option of page.document.querySelectorAll('#app option')) option.setAttribute('value', 'Okta API client');
  t.match((await at.press(page, 'Sign in')).text, 'Application: nobody signs in to this one');
});

t.test('who exchanges the sign-in: the caller’s agent, the one chosen, or none', async (t) => {
  const code = await signedIn('Claude Code (OIDC), by OpenID Connect');
  t.equal(chosenIn(code, 'agent'), EXAMPLE.linkedAgentId);
  t.equal(fieldOf(code, 'audience'), EXAMPLE.figma, 'it is connected there, too');
  const named = await me.press(await me.open(`${PATH}?audience=https://nobody.example`), 'Sign in', {
    Application: 'Claude (OIDC), by OpenID Connect',
  });
  t.equal(fieldOf(named, 'audience'), EXAMPLE.figma, 'an audience that the agent cannot reach is replaced');
  const none = await signedIn('Figma, by SAML');
  t.match(none.text, 'No AI agent has this application for a caller');
  t.equal(chosenIn(none, 'subjectTokenType'), 'saml2');
  t.equal(chosenIn(none, 'agent'), EXAMPLE.agentId, 'it stays as it was');
  t.match((await signedIn('Atlassian, by OpenID Connect')).text, 'Code for an ID token 200');
  t.match(
    (await signedIn('Claude, by SAML', 'frank@example.com')).text,
    /Sign in to Claude Username Password/,
    'no tags',
  );

  const bare = await startTestOrg({
    org: editedOrg((file) => {
      const [, agent] = file.agents ?? [];
      Object.assign(agent as object, { status: 'INACTIVE', resourceConnections: [] });
      file.agents?.shift();
    }),
  });
  t.teardown(() => bare.close());
  const at = consoleAt(bare);
  const page = await signedIn('Claude Code (OIDC), by OpenID Connect', ALICE, at);
  t.equal(chosenIn(page, 'agent'), EXAMPLE.linkedAgentId);
  t.equal(fieldOf(page, 'audience'), '', 'it is connected to nothing');
});

t.test('an org without anything, and one with more than a list can hold', async (t) => {
  const empty = await startTestOrg({
    org: editedOrg((file) => Object.assign(file, { agents: [], applications: [], users: [], groups: [] })),
  });
  t.teardown(() => empty.close());
  const page = await consoleAt(empty).open(PATH);
  t.equal(page.status, 200);
  t.equal(fieldOf(page, 'user'), '');
  const full = await startTestOrg({
    org: editedOrg((file) => {
      const redirectUris = ['https://app.example/callback'];
      for (let at = 0; at < 60; at += 1) {
        const clientSecret = 'a-client-secret-for-testing-only-1234';
        const app = { label: `App ${at}`, oidc: { clientSecret, redirectUris }, groups: ['Engineering'] };
        file.applications?.push(app as never);
        file.agents?.push({ name: `Agent ${at}`, owners: ['olivia.admin@example.com'] } as never);
      }
    }),
  });
  t.teardown(() => full.close());
  const at = consoleAt(full);
  const listed = await at.open(PATH);
  t.match(listed.text, 'more are not shown');
  t.ok(listed.markup.length < 100_000);
  const named = await at.press(listed, 'Sign in', { Application: 'App 59' });
  t.match(named.text, 'Code for an ID token 200');
  const caller = await at.press(listed, 'Sign in', { Application: 'Claude Code (OIDC)' });
  t.match((await at.press(caller, 'Exchange', { 'AI agent': 'Claude Code (linked)' })).text, 'for an ID-JAG 200');
});

t.test('what a page carries along', async (t) => {
  const page = await me.open(`${PATH}?subjectToken=from-an-address&idJag=too&scope=mcp:read`);
  t.equal(fieldOf(page, 'subjectToken'), '', 'no token is taken from an address');
  t.equal(fieldOf(page, 'idJag'), '');
  t.equal(fieldOf(page, 'scope'), 'mcp:read');
  const long = 'x'.repeat(16_001);
  const refused = await me.press(page, 'Exchange', { 'Subject token': long });
  t.equal(refused.status, 400);
  t.match(refused.text, 'A field held more than 16000 characters');
  t.equal(fieldOf(refused, 'subjectToken'), '');
  t.equal(fieldOf(refused, 'scope'), 'mcp:read');
  const most = await me.press(page, 'Redeem', {
    'ID-JAG': long.slice(1),
    'Token endpoint': `${org.issuer}/x/v1/token`,
  });
  t.ok(most.markup.length < 100_000, `${most.markup.length}`);
  const second = await signedIn('Claude (OIDC), by OpenID Connect');
  const third = await me.press(second, 'Exchange');
  const anew = await me.press(third, 'Sign in', { User: 'nobody@example.com' });
  t.equal(fieldOf(anew, 'idJag'), '', 'a new sign-in begins anew');
  const shell = await me.press(second, 'Exchange', { Scope: '$HOME' });
  t.match(shell.text, `--data-urlencode 'scope=$HOME'`, 'no variable but those of secrets');
  t.match(shell.text, '--data-urlencode "client_assertion=$CLIENT_ASSERTION"');
  t.match(second.text, '--data-urlencode "sessionToken=$SESSION_TOKEN"');
});
