/** Debian's Chromium for system tests: started once a file, a fresh profile for each page, errors of the console noted. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { Test } from 'tap';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A page with what went wrong on it. */
export interface Window {
  readonly page: Page;
  /** What the console of the browser called an error, but for the status of a page that refuses. */
  readonly errors: string[];
}

export interface Chromium {
  open(t: Test, options?: BrowserContextOptions): Promise<Window>;
}

/** Starts the browser; it is closed with the test. */
export async function startChromium(t: Test): Promise<Chromium> {
  if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is missing: apt-get install chromium`);
  const browser: Browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS, headless: true });
  t.teardown(() => browser.close());
  return {
    async open(t, options = {}) {
      const context = await browser.newContext(options);
      t.teardown(() => context.close());
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      const errors: string[] = [];
      page.on('console', (message) => {
        const ofStatus = /Failed to load resource: the server responded with a status of 4\d\d/.test(message.text());
        if (message.type() === 'error' && !ofStatus) errors.push(message.text());
      });
      page.on('pageerror', (error) => errors.push(error.message));
      return { page, errors };
    },
  };
}

/** What axe has against the page. The context must have been opened with `bypassCSP`. */
export async function axeOn(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate("axe.run({ resultTypes: ['violations'], iframes: false })")) as {
    violations: { id: string; nodes: { html: string }[] }[];
  };
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
