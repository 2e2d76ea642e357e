/** *Try it*: the requester played step by step, by every kind of client, to the access token; and what is refused on the way. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { openPort, startResourceApp } from '../../examples/resource-app/resource-app.js';
import { start } from '../../src/index.js';
import { exampleAgentKey } from '../../src/shipped.js';
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

const fieldOf = (page: Looked, name: string) => {
  const field = page.document.querySelector(`#${name}`) as PageElement;
  return field.tagName === 'TEXTAREA' ? textOf(field) : (field.getAttribute('value') ?? '');
};
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString());

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
  const asked = { 'AI agent': 'Claude (Requester App)', Audience: EXAMPLE.figma };
  const third = await me.press(second, 'Exchange', asked);
  t.match(third.text, 'SAML response for a refresh token 200');
  t.match(claimsOf(fieldOf(third, 'idJag')), { aud: EXAMPLE.figma, sub_id: { format: 'saml-nameid' } });
  const again = await me.press(second, 'Exchange', asked);
  t.match(again.text, 'Refused by', 'an assertion is good once');
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
  for (const url of ['nonsense', 'ftp://x.example', 'javascript:alert(1)']) {
    const refused = await me.press(page, 'Redeem', { 'ID-JAG': 'a.b.c', 'Token endpoint': url });
    t.match(refused.text, 'Token endpoint: it is no http or https URL');
  }
  for (const [name, says] of [
    ['app', 'Application: there is none of this id'],
    ['agent', 'There is no client "gone" in this org.'],
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
  const asked = { 'AI agent': 'Claude (Requester App)', Audience: EXAMPLE.figma };
  const label = 'Private key of the AI agent';
  t.match(
    (await at.press(second, 'Exchange', asked)).text,
    `${label}: the client proves itself with a key that only it has`,
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
  for (const [fault, says] of [
    [{ status: { code: 503, body: 'busy' } }, 'Code for an ID token 503'],
    [{ reset: 'before' }, '(the connection would be reset)'],
    [{ truncate: 10 }, 'The answer was cut off before its end'],
  ] as const) {
    const body = JSON.stringify({ route: '/oauth2/v1/token', fault });
    const added = await org.fetch('/orgs/second/_mock/faults', { method: 'POST', body, headers });
    t.equal(added.status, 201, added.text);
    t.match((await signedIn('Claude (OIDC), by OpenID Connect', 'alice@example.com', at)).text, says);
    await org.fetch('/orgs/second/_mock/faults', {
      method: 'DELETE',
      headers: { authorization: headers.authorization },
    });
  }
});
