/**
 * Okta's guide, followed word for word in a real Chromium: from an org that holds its prerequisites only, by the labels that it
 * names, to an AI agent all of whose checkmarks are green; then the flow that it describes, to the tool call; then its NOTE.
 */
import { generateKeyPairSync, type JsonWebKey, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { importJWK, SignJWT } from 'jose';
import type { Locator, Page } from 'playwright-core';
import t from 'tap';
import { openPort, startResourceApp } from '../../examples/resource-app/resource-app.js';
import { CLIENT_ASSERTION_TYPE, GRANT_TYPE, TOKEN_TYPE } from '../../src/protocol/urns.js';
import { apiOf } from '../support/api.js';
import { samlApp } from '../support/app-requests.js';
import { startChromium } from '../support/chromium.js';
import { formOf, startTestOrg, type Parameters as Wire } from '../support/org.js';

const API_TOKEN = '00-example-api-token-for-testing-only';
const PASSWORD = 'xaa-Test-1234!';
const EMAIL = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';

// Claude: a web server that the org's sign-ins arrive at, and an agent with a key pair of which it hands out one half.
const arrived: URLSearchParams[] = [];
const claude = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  if (request.method === 'POST') arrived.push(new URLSearchParams(body));
  response.setHeader('content-type', 'text/html');
  response.end('<!doctype html><html lang="en"><title>Claude</title><link rel="icon" href="data:,"><h1>Signed in</h1>');
});
await new Promise<void>((listening) => claude.listen(0, '127.0.0.1', listening));
t.teardown(() => claude.close());
const acs = `http://127.0.0.1:${(claude.address() as AddressInfo).port}/acs`;
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }) as string;

// The prerequisites, made by the management API in an org that holds nothing but an administrator's token.
const org = await startTestOrg({
  org: {
    org: { name: 'Guide', features: { xaa: true } },
    apiTokens: [{ name: 'Super Admin', token: API_TOKEN, role: 'SUPER_ADMIN' }],
  },
});
t.teardown(() => org.close());
const api = apiOf(org, `SSWS ${API_TOKEN}`);

async function made(path: string, body: object): Promise<{ id: string }> {
  const answer = await api.post(path, body);
  if (answer.status !== 200) throw new Error(`${path}: ${answer.text}`);
  return answer.body;
}

const person = (login: string, firstName: string) =>
  made('/api/v1/users?activate=true', {
    profile: { login, email: login, firstName, lastName: 'Adams' },
    credentials: { password: { value: PASSWORD } },
  });
const alice = await person('alice@example.com', 'Alice');
await person('olivia@example.com', 'Olivia');
const signOn = { ssoAcsUrl: acs, audience: 'https://claude.example/saml', subjectNameIdFormat: EMAIL };
const claudeApp = await made('/api/v1/apps', samlApp('Claude', { settings: { signOn } }));
const mcpApp = await made('/api/v1/apps', samlApp('Figma'));
for (const { id } of [claudeApp, mcpApp]) {
  const assigned = await api.post(`/api/v1/apps/${id}/users`, { id: alice.id });
  if (assigned.status !== 200) throw new Error(assigned.text);
}

// The MCP under test: it hands out its Issuer URL and the client that Claude is there.
const place = await openPort();
const client = { clientId: 'claude-at-figma', clientSecret: 'secret-of-claude-at-figma' };
const figma = await startResourceApp({ place, trustedIssuer: org.issuer, ...client });
t.teardown(() => figma.close());

const chromium = await startChromium(t);
const { page, errors } = await chromium.open(t);

/** One step of the guide: its labels, and the click or what is typed. */
interface Step {
  readonly section: string;
  /** In the guide's words; each must be on the page before the step is done. */
  readonly labels: readonly string[];
  readonly act: (page: Page) => Promise<unknown>;
}

const link = (name: string) => (page: Page) => page.getByRole('link', { name, exact: true }).click();
const press = (name: string) => (page: Page) => page.getByRole('button', { name, exact: true }).click();
const within = (page: Page, list: string): Locator => page.getByRole('list', { name: list });
const applications = (page: Page) => within(page, 'Applications').getByRole('link').click();
const tab = (name: string) => (page: Page) =>
  page.getByRole('navigation', { name: /^Tabs/ }).getByRole('link', { name }).click();
const fill = (label: string, text: string) => (page: Page) =>
  page.getByLabel(label, { exact: false }).first().fill(text);
const menu =
  (summary: string, item: string, role: 'link' | 'button' = 'link') =>
  async (page: Page) => {
    await page.locator('summary', { hasText: summary }).click();
    await page.locator('details[open]').getByRole(role, { name: item, exact: true }).click();
  };

const RESOURCE_APP = 'Updating the Okta Resource Application to Use XAA';
const USERNAME = 'Updating the SAML Application Username Format';
const AGENT = 'Registering and Configuring the AI Agent';
const AGENT_NAME = 'Claude (Requester App)';

/** *Okta Tenant Setup*, in the guide's order. */
const STEPS: readonly Step[] = [
  { section: RESOURCE_APP, labels: ['Applications'], act: applications },
  { section: RESOURCE_APP, labels: ['Figma'], act: link('Figma') },
  { section: RESOURCE_APP, labels: ['Resource Server'], act: tab('Resource Server') },
  { section: RESOURCE_APP, labels: ['Enable XAA'], act: (page) => page.getByLabel('Enable XAA').check() },
  { section: RESOURCE_APP, labels: ['Issuer URL'], act: fill('Issuer URL', figma.issuer) },
  { section: RESOURCE_APP, labels: ['Save'], act: press('Save') },
  { section: USERNAME, labels: ['Sign On'], act: tab('Sign On') },
  { section: USERNAME, labels: ['Application username format', 'Okta username'], act: async () => undefined },
  { section: USERNAME, labels: ['General'], act: tab('General') },
  { section: USERNAME, labels: ['SAML Settings', 'Name ID Format', 'Edit'], act: link('Edit') },
  {
    ...{ section: USERNAME, labels: ['Name ID Format', 'EmailAddress'] },
    act: (page) => page.getByLabel('Name ID Format').selectOption({ label: 'EmailAddress' }),
  },
  { section: USERNAME, labels: ['Next'], act: press('Next') },
  { section: USERNAME, labels: ['Finish'], act: press('Finish') },
  {
    ...{ section: AGENT, labels: ['Directory', 'AI Agents'] },
    act: (page) => within(page, 'Directory').getByRole('link', { name: 'AI Agents' }).click(),
  },
  {
    ...{ section: AGENT, labels: ['Register AI Agent', 'Register Manually'] },
    act: menu('Register AI Agent', 'Register Manually'),
  },
  { section: AGENT, labels: ['Name'], act: fill('Name', AGENT_NAME) },
  { section: AGENT, labels: ['Next'], act: press('Next') },
  { section: AGENT, labels: ['Assign owners', 'Register', 'Skip for now'], act: press('Skip for now') },
  {
    ...{ section: AGENT, labels: ['AI Agents'] },
    act: (page) => within(page, 'Directory').getByRole('link', { name: 'AI Agents' }).click(),
  },
  { section: AGENT, labels: [AGENT_NAME], act: link(AGENT_NAME) },
  { section: AGENT, labels: ['Profile'], act: tab('Profile') },
  // The NOTE: owners that were skipped are required later.
  { section: AGENT, labels: ['Owners'], act: tab('Owners') },
  { section: AGENT, labels: ['Assign'], act: (page) => page.getByLabel('Olivia').check() },
  { section: AGENT, labels: ['Assign'], act: press('Assign') },
  { section: AGENT, labels: ['Credentials'], act: tab('Credentials') },
  { section: AGENT, labels: ['AI Agent ID', 'Add public key'], act: link('Add public key') },
  { section: AGENT, labels: ['Public key'], act: fill('Public key', publicKeyPem) },
  { section: AGENT, labels: ['Done'], act: press('Done') },
  { section: AGENT, labels: ['Delegations'], act: tab('Delegations') },
  { section: AGENT, labels: ['Add Caller'], act: link('Add Caller') },
  { section: AGENT, labels: ['Search'], act: fill('Search for an application', 'Claude') },
  { section: AGENT, labels: ['Search'], act: press('Search') },
  { section: AGENT, labels: ['Claude'], act: (page) => page.getByLabel('Claude', { exact: true }).check() },
  { section: AGENT, labels: ['Add Caller'], act: press('Add Caller') },
  { section: AGENT, labels: ['Resource Connections'], act: tab('Resource Connections') },
  {
    ...{ section: AGENT, labels: ['Add Resource Connection', 'Application'] },
    act: menu('Add Resource Connection', 'Application'),
  },
  {
    section: AGENT,
    labels: ['Application instance'],
    act: (page) => page.getByLabel('Figma', { exact: true }).check(),
  },
  { section: AGENT, labels: ['Client ID at resource'], act: fill('Client ID at resource', client.clientId) },
  {
    ...{ section: AGENT, labels: ['Scope Condition', 'Allow all'] },
    act: (page) => page.getByLabel('Allow all').check(),
  },
  { section: AGENT, labels: ['Add'], act: press('Add') },
];

/** Whether a word of the guide is to be seen, in a menu too that is not open yet. */
async function isShown(page: Page, label: string): Promise<boolean> {
  return (await page.locator('main, nav', { hasText: label }).count()) > 0;
}

async function follow(steps: readonly Step[], t: { ok(is: boolean, name: string): unknown }): Promise<void> {
  for (const { section, labels, act } of steps) {
    for (const label of labels) t.ok(await isShown(page, label), `${section}: ${label}`);
    await act(page);
    await page.waitForLoadState();
  }
}

const agentId = () => /wlp\w+/.exec(page.url())?.[0] as string;

/** What is in the tabs of the agent's page: the words that its signs are read out as. */
const checkmarks = () =>
  page
    .getByRole('navigation', { name: /^Tabs/ })
    .getByRole('img')
    .evaluateAll((all) =>
      (all as unknown as { getAttribute(name: string): string }[]).map((one) => one.getAttribute('aria-label')),
    );

/** Proves to be the agent, as Claude does. */
async function proof(id: string): Promise<Wire> {
  const key = await importJWK(privateKey.export({ format: 'jwk' }) as JsonWebKey & { kty: string }, 'RS256');
  const [{ kid }] = (await api.get(`/workload-principals/api/v1/ai-agents/${id}/credentials/jwks`)).body.data;
  const assertion = new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: 'RS256', kid })
    .setIssuer(id)
    .setSubject(id)
    .setAudience(`${org.issuer}/oauth2/v1/token`)
    .setIssuedAt()
    .setExpirationTime('1 min');
  return { client_assertion_type: CLIENT_ASSERTION_TYPE, client_assertion: await assertion.sign(key) };
}

/** The flow of the guide, from the sign-in to the tool call. @returns what each hop was answered */
async function flow(agent: string) {
  const { page } = await chromium.open(t);
  const { body: app } = await api
    .get(`/api/v1/apps/${claudeApp.id}/sso/saml/metadata`)
    .then(({ text }) => ({ body: text }));
  await page.goto(/HTTP-Redirect" Location="([^"]+)"/.exec(app)?.[1] as string);
  await page.getByLabel('Username').fill('alice@example.com');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Signed in' }).waitFor();
  const response = arrived.pop()?.get('SAMLResponse') as string;
  const signedIn = await org.post('/oauth2/v1/token', {
    ...(await proof(agent)),
    ...{ grant_type: GRANT_TYPE.tokenExchange, requested_token_type: TOKEN_TYPE.refreshToken },
    ...{ subject_token_type: TOKEN_TYPE.saml2, subject_token: response, scope: 'openid offline_access email' },
  });
  const exchanged = await org.post('/oauth2/v1/token', {
    ...(await proof(agent)),
    ...{ grant_type: GRANT_TYPE.tokenExchange, requested_token_type: TOKEN_TYPE.idJag },
    ...{ subject_token_type: TOKEN_TYPE.refreshToken, subject_token: signedIn.body.access_token },
    ...{ audience: figma.issuer, scope: 'mcp.read' },
  });
  return exchanged;
}

async function redeemed(idJag: string): Promise<{ status: number; body: { access_token: string } }> {
  const answer = await fetch(figma.tokenEndpoint, {
    method: 'POST',
    body: formOf({
      ...{ grant_type: GRANT_TYPE.jwtBearer, assertion: idJag },
      ...{ client_id: client.clientId, client_secret: client.clientSecret },
    }),
  });
  return { status: answer.status, body: (await answer.json()) as { access_token: string } };
}

const call = (accessToken: string) =>
  fetch(figma.mcpUrl, {
    method: 'POST',
    headers: {
      ...{ authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami', arguments: {} } }),
  });

let agent = '';

t.test('Okta Tenant Setup, by the labels of the guide', async (t) => {
  await page.goto(org.issuer);
  await follow(STEPS, t);
  agent = agentId();
  t.strictSame(await checkmarks(), Array(5).fill('complete'), 'all checkmarks are green');
  await menu('Actions', 'Activate', 'button')(page);
  t.match(await page.getByRole('status').textContent(), 'AI agent activated successfully.');
  t.strictSame(await checkmarks(), Array(5).fill('complete'));
});

t.test('How the EMA with XAA Authentication Flow Works', async (t) => {
  const exchanged = await flow(agent);
  t.match(exchanged, { status: 200, body: { issued_token_type: TOKEN_TYPE.idJag } });
  const { status, body } = await redeemed(exchanged.body.access_token);
  t.equal(status, 200, JSON.stringify(body));
  const called = await call(body.access_token);
  t.equal(called.status, 200);
  t.match(await called.text(), /alice|00u/);
});

t.test(
  'the NOTE: an Issuer URL that is changed breaks the connection, until it is deleted and made anew',
  async (t) => {
    const changeIssuer = (to: string): readonly Step[] => [
      { section: RESOURCE_APP, labels: ['Applications'], act: applications },
      { section: RESOURCE_APP, labels: ['Figma'], act: link('Figma') },
      { section: RESOURCE_APP, labels: ['Resource Server'], act: tab('Resource Server') },
      { section: RESOURCE_APP, labels: ['Issuer URL'], act: fill('Issuer URL', to) },
      { section: RESOURCE_APP, labels: ['Save'], act: press('Save') },
    ];
    const openConnections: readonly Step[] = [
      {
        ...{ section: AGENT, labels: ['Directory', 'AI Agents'] },
        act: (page) => within(page, 'Directory').getByRole('link', { name: 'AI Agents' }).click(),
      },
      { section: AGENT, labels: [AGENT_NAME], act: link(AGENT_NAME) },
      { section: AGENT, labels: ['Resource Connections'], act: tab('Resource Connections') },
    ];
    // The connection is made for another issuer; what the server is called has not changed.
    await follow(changeIssuer(`${figma.issuer}/other`), t);
    t.match(await page.locator('main').textContent(), AGENT_NAME, 'the page names whose connections are broken');
    await follow(openConnections, t);
    t.not((await checkmarks()).at(-1), 'complete');
    t.match(await page.locator('main').textContent(), 'Delete the connection and add it again.');
    const recreate: readonly Step[] = [
      { section: AGENT, labels: ['Delete connection'], act: menu('Delete connection', 'Delete connection', 'button') },
      ...STEPS.slice(STEPS.findIndex(({ labels }) => labels[0] === 'Add Resource Connection')),
    ];
    await follow(changeIssuer(figma.issuer), t);
    t.match(await flow(agent), { status: 200 }, 'back to the old Issuer URL, the old connection is good again');
    await follow(changeIssuer(`${figma.issuer}/`), t);
    t.match(await flow(agent), { status: 400, body: { error: 'invalid_target' } });
    await follow([...openConnections, ...recreate], t);
    t.match(await flow(agent), { status: 400 }, 'for the old Issuer URL there is no connection any more');
    await follow([...changeIssuer(figma.issuer), ...openConnections, ...recreate], t);
    t.strictSame(await checkmarks(), Array(5).fill('complete'));
    const exchanged = await flow(agent);
    t.equal(exchanged.status, 200, 'made anew, it works');
    t.equal((await redeemed(exchanged.body.access_token)).status, 200);
  },
);

t.test('the browser had nothing to say against any of it', async (t) => {
  t.strictSame(errors, []);
});
