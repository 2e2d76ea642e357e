/** The pictures of the console in the README, taken of a running org: `npm run screenshots`. Needs Chromium. */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { startTestOrg } from '../test/support/org.js';

const FOLDER = fileURLToPath(new URL('./console', import.meta.url));
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars'];

/** Name of the file -> the way to what is on it. */
const PICTURES: Readonly<Record<string, (page: Page, issuer: string) => Promise<unknown>>> = {
  'ai-agent': (page, issuer) => page.goto(`${issuer}/console/ai-agents/wlpClaude00000000001/resource-connections`),
  async exchange(page, issuer) {
    await page.goto(`${issuer}/console/exchanges`);
    await page.locator('main table a').first().click();
  },
  'edge-case': (page, issuer) =>
    page.goto(`${issuer}/console/edge-cases?audience=https://auth.figma.example&q=expired`),
};

const org = await startTestOrg({ port: 8080 });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS, headless: true });
try {
  const { id_token: idToken } = await org.signIn('alice@example.com', 'openid email');
  await org.exchange(idToken);
  await mkdir(FOLDER, { recursive: true });
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, colorScheme: 'light' });
  for (const [name, open] of Object.entries(PICTURES)) {
    await open(page, org.issuer);
    await page.screenshot({ path: `${FOLDER}/${name}.png` });
  }
} finally {
  await browser.close();
  await org.close();
}
