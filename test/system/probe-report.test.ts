/**
 * The HTML report of the probe in a real Chromium: what axe has to say of it, light and dark, on a phone and on a desk,
 * that nothing is cut off, nothing is fetched, and that paper shows what is to be mended.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import t from 'tap';
import { htmlReport } from '../../src/probe/reports/html.js';
import { CLEAN, HABIT, largeReport, SAMPLE } from '../probe/reports/sample.js';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const REPORTS = { sample: SAMPLE, clean: CLEAN, habit: HABIT, large: largeReport() };

if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is missing: apt-get install chromium`);

const directory = t.testdir(
  Object.fromEntries(Object.entries(REPORTS).map(([name, report]) => [`${name}.html`, htmlReport(report)])),
);
const urlOf = (name: string) => pathToFileURL(`${directory}/${name}.html`).href;

const browser: Browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS, headless: true });
t.teardown(() => browser.close());

/** The rules of axe that a page breaks. */
async function broken(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate('axe.run()')) as {
    violations: { id: string; nodes: { html: string }[] }[];
  };
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** All of it is to be seen, or the first few of it: a whole run is long. */
const openCases = (page: Page, most: number) =>
  page.evaluate(`[...document.querySelectorAll('details')].slice(0, ${most}).forEach((one) => { one.open = true; })`);

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [360, 1280]) {
    t.test(`axe finds nothing and nothing is cut off, ${colorScheme}, ${width} wide`, async (t) => {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 }, bypassCSP: true });
      t.teardown(() => page.close());
      for (const name of Object.keys(REPORTS)) {
        await page.goto(urlOf(name));
        await openCases(page, 40);
        t.strictSame(await broken(page), [], name);
        const [needed, there] = (await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')) as number[];
        t.equal(needed, there, `${name}: the page does not scroll sideways`);
      }
      const shown = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      t.equal(shown, colorScheme === 'light' ? 'rgb(245, 246, 248)' : 'rgb(15, 19, 23)', `is ${colorScheme}`);
    });
  }
}

t.test('its own policy lets the style in, nothing is fetched, and no token runs', async (t) => {
  const page = await browser.newPage();
  t.teardown(() => page.close());
  const requests: string[] = [];
  const said: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => said.push(message.text()));
  page.on('dialog', (dialog) => said.push(dialog.message()));
  await page.goto(urlOf('sample'));
  await openCases(page, 100);
  t.same(
    requests.filter((url) => url !== urlOf('sample') && !url.startsWith('data:')),
    [],
  );
  t.same(said, []);
  t.equal(
    await page.evaluate("getComputedStyle(document.querySelector('.banner')).borderRadius"),
    '12px',
    'has its style',
  );
  t.equal(await page.locator('script, img, iframe').count(), 0);
});

t.test('by keyboard: a case opens, and the navigation leads there', async (t) => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  t.teardown(() => page.close());
  await page.goto(urlOf('sample'));
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#failures$/);
  t.equal(new URL(page.url()).hash, '#failures');
  const first = page.locator('#failures summary').first();
  await first.focus();
  await page.keyboard.press('Enter');
  t.equal(await page.locator('#failures details').first().getAttribute('open'), '');
});

t.test('on paper, the failures stand in full and what passed in a line', async (t) => {
  const page = await browser.newPage({ colorScheme: 'dark' });
  t.teardown(() => page.close());
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await page.goto(urlOf('sample'));
  t.ok(await page.locator('#failures .facts').first().isVisible());
  t.notOk(await page.locator('#status-pass .facts').first().isVisible());
  t.notOk(await page.locator('nav').isVisible());
  t.equal(await page.evaluate('getComputedStyle(document.body).color'), 'rgb(27, 31, 36)', 'dark on white');
});
