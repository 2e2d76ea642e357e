/**
 * The browser leg in a real Chromium: the code flow to the redirect URI with and without script, by keyboard alone, in
 * every response mode, and what axe has to say of each page, light and dark.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import t, { type Test } from 'tap';
import { APP_BASIC, EXAMPLE, exampleOrg, formOf, startTestOrg, type Parameters as Wire } from '../support/org.js';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ALICE = 'alice@example.com';
const { password } = EXAMPLE;

if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is missing: apt-get install chromium`);

/** The application: whatever reaches its redirect URI, by GET or POST, is remembered and answered with a page. */
const arrivals: { method: string; url: string; params: URLSearchParams }[] = [];
const application = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const url = new URL(request.url ?? '/', 'http://application.example');
  const { method = '' } = request;
  arrivals.push({ method, url: url.href, params: method === 'POST' ? new URLSearchParams(body) : url.searchParams });
  response.setHeader('content-type', 'text/html');
  response.end(
    '<!doctype html><html lang="en"><title>Application</title><link rel="icon" href="data:,"><h1>Arrived</h1>',
  );
});
await new Promise<void>((listening) => application.listen(0, '127.0.0.1', listening));
t.teardown(() => application.close());
const home = `http://127.0.0.1:${(application.address() as AddressInfo).port}/`;
const redirectUri = `${home}callback`;

const file = exampleOrg();
const applications = (file.applications ?? []).map((app) =>
  app.id === EXAMPLE.appId
    ? { ...app, oidc: { ...app.oidc, redirectUris: [redirectUri], postLogoutRedirectUris: [home] } }
    : app,
);
const org = await startTestOrg({ org: { ...file, applications } });
t.teardown(() => org.close());

const authorizeUrl = (more: Wire = {}) =>
  `${org.issuer}/oauth2/v1/authorize?${formOf({
    ...{ client_id: EXAMPLE.appId, redirect_uri: redirectUri, response_type: 'code', scope: 'openid', state: 's1' },
    ...more,
  })}`;

type LaunchOptions = NonNullable<Parameters<typeof chromium.launchPersistentContext>[1]>;

interface Window {
  readonly page: Page;
  /** What the console called an error, but for the status of a page that is an error. */
  readonly errors: string[];
}

/** A browser that has never been used, closed at the end of the test. */
async function open(t: Test, options: LaunchOptions = {}): Promise<Window> {
  const profile = await mkdtemp(join(tmpdir(), 'xaa-chromium-'));
  const settings = { executablePath: CHROMIUM, args: FLAGS, headless: true, ...options };
  const context: BrowserContext = await chromium.launchPersistentContext(profile, settings);
  t.teardown(async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const errors: string[] = [];
  page.on('console', (message) => {
    const ofStatus = /Failed to load resource: the server responded with a status of 40[01]/.test(message.text());
    if (message.type() === 'error' && !ofStatus) errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  return { page, errors };
}
async function fillIn(page: Page, name = ALICE, secret: string = password): Promise<void> {
  await page.getByLabel('Username').fill(name);
  await page.getByLabel('Password').fill(secret);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Waits until the browser is at the application, and takes what it brought. */
async function arrival(page: Page) {
  await page.getByRole('heading', { name: 'Arrived' }).waitFor();
  return arrivals.splice(0).find(({ url }) => url.includes('/callback'));
}

for (const javaScriptEnabled of [true, false]) {
  t.test(`the code flow, ${javaScriptEnabled ? 'with' : 'without'} script`, async (t) => {
    const { page, errors } = await open(t, { javaScriptEnabled });
    await page.goto(authorizeUrl());
    t.equal(await page.title(), 'Example - Sign In');
    await fillIn(page, ALICE, 'wrong');
    t.equal(await page.getByLabel('Username').inputValue(), ALICE);
    t.equal(await page.getByLabel('Password').inputValue(), '');
    t.match(await page.getByRole('alert').textContent(), 'Unable to sign in');
    await fillIn(page);
    const query = await arrival(page);
    t.match(query, { method: 'GET', url: /\/callback\?code=[\w-]{43}&state=s1$/ });
    t.equal(page.url(), query?.url.replace('http://application.example/', home));

    await page.goto(authorizeUrl({ response_mode: 'form_post', prompt: 'none' }));
    if (!javaScriptEnabled) await page.getByRole('button', { name: 'Continue' }).click();
    const post = await arrival(page);
    t.match(post, { method: 'POST', url: /\/callback$/ });
    t.strictSame([post?.params.get('code')?.length, post?.params.get('state')], [43, 's1']);

    await page.goto(authorizeUrl({ response_mode: 'form_post', prompt: 'login', state: 's2' }));
    await fillIn(page);
    if (!javaScriptEnabled) await page.getByRole('button', { name: 'Continue' }).click();
    t.equal((await arrival(page))?.params.get('state'), 's2', 'from the form of one page to that of the next');

    await page.goto(authorizeUrl({ response_mode: 'fragment', prompt: 'none' }));
    await arrival(page);
    t.match(new URL(page.url()).hash, /^#code=[\w-]{43}&state=s1$/);
    t.strictSame(errors, []);
  });
}

t.test('the session cookie is the browser\u2019s own, and no script of a page can read it', async (t) => {
  const { page } = await open(t);
  await page.goto(authorizeUrl());
  await fillIn(page);
  await arrival(page);
  const [cookie] = await page.context().cookies(org.issuer);
  t.match(cookie, { name: 'idx', httpOnly: true, sameSite: 'Lax', path: '/', expires: -1 });
  await page.goto(authorizeUrl({ prompt: 'login' }));
  t.equal(await page.evaluate('document.cookie'), '');
});

t.test('by keyboard alone', async (t) => {
  const { page, errors } = await open(t);
  await page.goto(authorizeUrl());
  const focused = () => page.evaluate('document.activeElement.id || document.activeElement.tagName');
  await page.keyboard.press('Tab');
  t.equal(await focused(), 'username');
  await page.keyboard.type(ALICE);
  await page.keyboard.press('Tab');
  t.equal(await focused(), 'password');
  await page.keyboard.type('wrong');
  await page.keyboard.press('Tab');
  t.equal(await focused(), 'BUTTON');
  const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
  t.equal(outline, 'solid', 'one sees where one is');
  await page.keyboard.press('Space');
  await page.getByRole('alert').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  t.equal(await focused(), 'password');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  t.ok((await arrival(page))?.params.get('code'));
  t.strictSame(errors, []);
});

/** The rules of axe that a page breaks. */
async function broken(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate('axe.run()')) as {
    violations: { id: string; nodes: { html: string }[] }[];
  };
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

for (const colorScheme of ['light', 'dark'] as const) {
  t.test(`axe finds nothing, ${colorScheme}`, async (t) => {
    const { page, errors } = await open(t, { colorScheme, viewport: { width: 360, height: 640 } });
    const isFine = async (what: string) => {
      t.strictSame(await broken(page), [], what);
      const overflow = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
      t.notOk(overflow, `${what}: nothing is cut off on a small screen`);
      const shown = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      t.equal(shown === 'rgb(255, 255, 255)', colorScheme === 'light', `${what} is ${colorScheme}`);
    };
    await page.goto(authorizeUrl({ login_hint: ALICE }));
    await isFine('the sign-in page');
    await fillIn(page, ALICE, 'wrong');
    await isFine('the sign-in page after a wrong password');
    await page.goto(authorizeUrl({ redirect_uri: 'https://evil.example/' }));
    await isFine('the error page');
    const { id_token } = await signedInElsewhere();
    await page.goto(`${org.issuer}/oauth2/v1/logout?id_token_hint=${id_token}`);
    t.match(await page.textContent('h1'), 'You are signed out.');
    await isFine('the signed-out page');
    await page.goto(`${org.issuer}/oauth2/v1/logout?id_token_hint=${id_token}&post_logout_redirect_uri=${home}`);
    await page.getByRole('heading', { name: 'Arrived' }).waitFor();
    t.strictSame(errors, []);
  });
}

/** The page that carries a form_post is only seen without script; axe, which is script, looks at a copy. */
t.test('axe finds nothing on the page that posts to the application', async (t) => {
  const first = await open(t, { javaScriptEnabled: false });
  await first.page.goto(authorizeUrl({ response_mode: 'form_post' }));
  await fillIn(first.page);
  const markup = (await first.page.content()).replace(/<script>.*<\/script>/s, '');
  const second = await open(t);
  await second.page.setContent(markup);
  t.strictSame(await broken(second.page), []);
});

async function signedInElsewhere(): Promise<{ id_token: string }> {
  const form = { grant_type: 'password', username: ALICE, password, scope: 'openid' };
  return (await org.post('/oauth2/v1/token', form, { authorization: APP_BASIC })).body;
}
