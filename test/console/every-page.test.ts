/**
 * What must hold of every page of the console: valid HTML, small, its links lead somewhere, and whatever is stored or typed is
 * text on it. The pages are found by walking about, so that a new one is looked at, too.
 */
import { HtmlValidate } from 'html-validate';
import t from 'tap';
import type { OrgFileInput } from '../../src/index.js';
import { consoleAt, type Looked, type PageElement } from '../support/console.js';
import { crawl } from '../support/console-crawl.js';
import { EXAMPLE, exampleOrg, startTestOrg } from '../support/org.js';

const validator = new HtmlValidate({
  extends: ['html-validate:standard'],
  rules: {
    // How it is written, not what it is.
    ...{ 'no-trailing-whitespace': 'off', 'void-style': 'off', 'long-title': 'off', 'attribute-boolean-style': 'off' },
    ...{ 'no-implicit-button-type': 'off', 'require-sri': 'off', 'tel-non-breaking': 'off' },
  },
});

/** The one script that a page may have, and no attribute that would be one. */
function strange({ document }: Looked): string[] {
  const scripts = [...document.querySelectorAll('script')].filter(
    (one) => !one.getAttribute('src')?.includes('/console/console.js?') || one.textContent !== '',
  );
  const made = [...document.querySelectorAll('[onerror], [onclick], [onload], img, iframe, object, embed, b-hostile')];
  const links = [...document.querySelectorAll('a[href]')].filter((one) =>
    /^\s*(?:javascript|data):/i.test(one.getAttribute('href') ?? ''),
  );
  return [...scripts, ...made, ...links].map(({ tagName, textContent }) => `${tagName} ${textContent}`);
}

/** What is typed into a field: it would break out of text, of an attribute, or of a tag that holds text. */
const HOSTILE = `"'></title></textarea></select></option></pre><b-hostile><script>alert("x")</script><img src=x onerror=alert(1)>`;
/** What is typed, each in a field of its kind: the first time all of it into any; then what a field would take. */
const ROUNDS: readonly ((field: PageElement) => string)[] = [
  () => HOSTILE,
  (field) => {
    const name = `${field.getAttribute('name')} ${field.getAttribute('type')}`;
    if (/email|login/i.test(name)) return '"<b-hostile><script>"@hostile.example';
    return /ur[il]|issuer|endpoint|audience/i.test(name)
      ? `https://hostile.example/?${HOSTILE}`
      : 'javascript:alert(1)';
  },
];

/** The example org, all of whose names and descriptions are hostile. */
function hostileOrg(): OrgFileInput {
  const file = exampleOrg();
  for (const agent of file.agents ?? []) agent.description = HOSTILE;
  for (const group of file.groups ?? []) group.description = HOSTILE;
  for (const { profile } of file.users ?? []) {
    Object.assign(profile, { firstName: HOSTILE.slice(0, 50), lastName: HOSTILE.slice(30, 80) });
  }
  // Labels are named elsewhere in the file, too.
  const labels = (file.applications ?? []).map(({ label }) => label);
  const written = labels.reduce(
    (text, label) => text.replaceAll(JSON.stringify(label), JSON.stringify(`${label} ${HOSTILE}`.slice(0, 100))),
    JSON.stringify(file),
  );
  return JSON.parse(written) as OrgFileInput;
}

const org = await startTestOrg({ org: hostileOrg() });
t.teardown(() => org.close());
const me = consoleAt(org);

/** Requests of every kind, so that there is something to see of each. */
async function traffic(): Promise<void> {
  const { id_token } = await org.signIn('alice@example.com', 'openid email offline_access');
  await org.exchange(id_token);
  await org.exchange(id_token, { audience: 'https://hostile.example/<script>alert(1)</script>', scope: '<script>' });
  await org.post(
    '/oauth2/v1/token',
    { grant_type: HOSTILE, client_id: HOSTILE },
    { 'user-agent': '<script>alert(1)</script>' },
  );
}

/** A run of the probe that has ended. The server that it is of is the org's own. */
async function probed(): Promise<void> {
  const fields = { Issuer: `${org.issuer}/oauth2/default`, 'Client ID': HOSTILE, 'How it authenticates': 'none' };
  let page = await me.press(await me.open('/console/probe'), 'Start', fields);
  while (page.document.querySelector('[data-every]')) page = await me.open(page.path);
}

await traffic();
await probed();

async function lookedAt(
  t: {
    equal(found: unknown, wanted: unknown, name: string): unknown;
    strictSame(found: unknown, wanted: unknown, name: string): unknown;
    ok(is: boolean, name: string): unknown;
  },
  pages: readonly Looked[],
  validated = true,
) {
  for (const page of pages) {
    const { path, markup } = page;
    t.equal(page.status, 200, path);
    t.ok(Buffer.byteLength(markup) < 100_000, `${path} has ${Buffer.byteLength(markup)} bytes`);
    t.strictSame(strange(page), [], path);
    if (!validated) continue;
    const { results } = await validator.validateString(markup);
    const faults = results.flatMap(({ messages }) =>
      messages.map(({ ruleId, message, line, column }) => `${ruleId}: ${message} at ${line}:${column}`),
    );
    t.strictSame(faults, [], path);
  }
}

t.test('every page, of the org and of one made beside it', async (t) => {
  const pages = await crawl(me);
  t.ok(pages.length > 8, `${pages.length} kinds of page`);
  t.comment(pages.map(({ path }) => path).join('\n'));
  await lookedAt(t, pages);
  const made = await org.fetch('/_mock/orgs', {
    ...{ method: 'POST', body: JSON.stringify({ id: 'second', from: 'main' }) },
    headers: { authorization: `SSWS ${EXAMPLE.apiToken}`, 'content-type': 'application/json' },
  });
  t.equal(made.status, 201);
  const second = await crawl(consoleAt({ issuer: made.body.issuer }), ['/'], '/orgs/second');
  t.ok(second.length > 8, `${second.length} kinds of page`);
  await lookedAt(t, second, false);
});

const isText = (one: PageElement) =>
  one.tagName === 'TEXTAREA' || ['text', 'email', 'url', 'search', 'password'].includes(one.getAttribute('type') ?? '');

/** Presses every button of every form of the page, its fields filled in with this. */
async function pressed(page: Looked, typed: (field: PageElement) => string): Promise<readonly Looked[]> {
  const answers: Looked[] = [];
  for (const form of page.document.querySelectorAll('form')) {
    for (const button of form.querySelectorAll('button')) {
      const answer = await me.send(form, button, (field) => (isText(field) ? typed(field) : undefined));
      answers.push(answer);
    }
  }
  return answers;
}

t.test('what is typed into every field of every form stays text, there and wherever it is shown', async (t) => {
  const before = await crawl(me);
  let sent = 0;
  for (const typed of ROUNDS) {
    for (const page of before) {
      for (const answer of await pressed(page, typed)) {
        sent += 1;
        t.ok(answer.status < 500, `${page.path}: ${answer.status}`);
        // A file to be kept is no page.
        if (!answer.headers.has('content-disposition')) t.strictSame(strange(answer), [], page.path);
      }
    }
  }
  t.ok(sent > 50, `${sent} forms were sent`);
  for (const page of await crawl(me)) t.strictSame(strange(page), [], page.path);
});
