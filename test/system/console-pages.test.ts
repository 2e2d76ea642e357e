/**
 * Every page of the console in a real Chromium, found by walking about: what axe has to say of it, light and dark, on a desk and
 * on a phone; that nothing is cut off and no error is reported; the live views; the menu of a phone; and how many clicks it
 * takes to an expired token.
 */
import t from 'tap';
import { axeOn, startChromium } from '../support/chromium.js';
import { consoleAt } from '../support/console.js';
import { crawl } from '../support/console-crawl.js';
import { startTestOrg } from '../support/org.js';

const org = await startTestOrg();
t.teardown(() => org.close());
const chromium = await startChromium(t);

const { id_token: idToken } = await org.signIn('alice@example.com', 'openid email');
await org.exchange(idToken);
await org.exchange(idToken, { audience: 'https://nobody.example' });

/** What a page looks like to somebody. */
const LOOKS = [
  { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 390, height: 800 } },
] as const;

t.test('axe finds nothing, nothing is cut off, no error is reported', async (t) => {
  const paths = (await crawl(consoleAt(org))).map(({ path }) => path);
  t.ok(paths.length > 20, `${paths.length} kinds of page`);
  for (const [index, look] of LOOKS.entries()) {
    const { page, errors } = await chromium.open(t, { ...look, bypassCSP: true });
    // Half of the pages each way: what differs between two looks is the style sheet, which they share.
    for (const path of paths.filter((_, at) => at % LOOKS.length === index)) {
      await page.goto(org.issuer + path);
      await page.evaluate('document.querySelectorAll("details").forEach((one, at) => { one.open = at < 10; })');
      t.strictSame(await axeOn(page), [], `${path} ${look.colorScheme}`);
      const [needed, there] = (await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')) as number[];
      t.ok((needed as number) <= (there as number), `${path} does not scroll sideways: ${needed} of ${there}`);
    }
    t.strictSame(errors, []);
  }
});

t.test('with the policy in force, the style and the script are let in', async (t) => {
  const { page, errors } = await chromium.open(t);
  await page.goto(org.issuer);
  t.not(await page.evaluate('getComputedStyle(document.querySelector("main")).maxWidth'), 'none');
  t.ok(await page.getByRole('button', { name: 'Copy' }).first().isVisible(), 'the script has shown the button');
  t.strictSame(errors, []);
});

t.test('on a phone the menu opens and leads on, also without script', async (t) => {
  const { page } = await chromium.open(t, { viewport: { width: 390, height: 800 }, javaScriptEnabled: false });
  await page.goto(org.issuer);
  t.notOk(await page.getByRole('link', { name: 'AI Agents', exact: true }).isVisible());
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('link', { name: 'AI Agents', exact: true }).click();
  t.match(await page.title(), 'AI Agents');
});

t.test('by keyboard: the first stop leads to the content', async (t) => {
  const { page } = await chromium.open(t);
  await page.goto(org.issuer);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#content$/);
  t.match(page.url(), /#content$/);
});

t.test('the exchanges come in by themselves', async (t) => {
  const { page, errors } = await chromium.open(t);
  await page.goto(`${org.issuer}/console/exchanges`);
  t.notOk(await page.getByText('https://live.example').first().isVisible());
  await org.exchange(idToken, { audience: 'https://live.example' });
  await page.getByText('https://live.example').first().waitFor();
  t.strictSame(errors, []);
});

t.test('an expired token for one\u2019s audience: from the start page, in under five clicks', async (t) => {
  const { page } = await chromium.open(t, { javaScriptEnabled: false });
  let clicks = 0;
  const click = async (role: 'button' | 'link', name: string | RegExp) => {
    clicks += 1;
    await page.getByRole(role, { name }).first().click();
  };
  await page.goto(org.issuer);
  await page.getByLabel('Audience').fill('https://auth.mine.example');
  await page.getByLabel('What should be wrong with it').fill('expired');
  await click('button', 'Find');
  await click('link', /^Get this token/);
  await click('button', /^Mint/);
  const tokens = (await page.locator('main').textContent())?.match(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g) ?? [];
  t.ok(tokens.length > 0, 'a token is shown');
  const claims = JSON.parse(Buffer.from(tokens[0]?.split('.')[1] as string, 'base64url').toString());
  t.equal(claims.aud, 'https://auth.mine.example');
  t.ok(claims.exp * 1000 < Date.now(), 'it has expired');
  t.ok(clicks < 5, `${clicks} clicks`);
});
