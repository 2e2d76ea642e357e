/** What every page of the console has: who may see it, where its forms may come from, its frame, and what is no page. */
import { get } from 'node:http';
import t from 'tap';
import { more } from '../../src/console/parts.js';
import { consoleSessions } from '../../src/console-sessions.js';
import { start } from '../../src/index.js';
import { consoleAt } from '../support/console.js';
import { EXAMPLE, startTestOrg } from '../support/org.js';
import { editedOrg } from '../support/org-edits.js';

const READER = 'a-token-that-only-reads';
const file = editedOrg((file) => {
  file.apiTokens?.push({ name: 'Reader', token: READER, role: 'READ_ONLY_ADMIN' });
});
const org = await startTestOrg({ org: file });
t.teardown(() => org.close());

/** Somebody whose request a proxy passes on: not this machine. */
const FAR = { 'x-forwarded-for': '203.0.113.7' };
const LIST = '/console/ai-agents';

const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(org.issuer + path, { method: 'POST', body: new URLSearchParams(form), headers, redirect: 'manual' });

t.test('from this machine it is open, and leads to what people come for', async (t) => {
  const me = consoleAt(org);
  const page = await me.open('/');
  t.equal(page.status, 200);
  t.equal(page.title, 'Overview - Example');
  t.match(page.text, `Issuer${org.issuer}`);
  t.match(page.text, 'Behaves asprofile okta');
  t.match((await me.follow(page, 'AI Agents')).text, 'Claude (Requester App)');
  const draft = await startTestOrg({ profile: 'draft' });
  t.teardown(() => draft.close());
  t.match((await consoleAt(draft).open('/')).text, 'profile draft');
});

t.test('the headers of a page let in one style sheet and one script, and no frame', async (t) => {
  const { headers, document } = await consoleAt(org).open('/');
  const policy = headers.get('content-security-policy') ?? '';
  for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"]) {
    t.match(policy, part);
  }
  t.notMatch(policy, 'unsafe');
  t.equal(headers.get('referrer-policy'), 'same-origin', 'with no referrer, the forms would come from null');
  t.equal(headers.get('cache-control'), 'no-cache, no-store');
  const sheet = document.querySelector('link[rel=stylesheet]')?.getAttribute('href') as string;
  const script = document.querySelector('script')?.getAttribute('src') as string;
  for (const [path, type] of [
    [sheet, 'text/css'],
    [script, 'text/javascript'],
  ] as const) {
    const answer = await fetch(org.issuer + path, { headers: FAR });
    t.equal(answer.status, 200, 'anybody may have it');
    t.match(answer.headers.get('content-type'), type);
    t.match(answer.headers.get('cache-control'), 'immutable');
  }
});

t.test('from elsewhere it takes an API token, and goes on where one was', async (t) => {
  const far = consoleAt(org, FAR);
  const asked = await far.open(`${LIST}?q=claude`);
  t.match(asked.path, '/console/sign-in?to=');
  const wrong = await far.press(asked, 'Sign in', { 'API token': 'not-a-token-of-the-org' });
  t.equal(wrong.status, 401);
  t.match(wrong.text, 'This is no API token of the org, or it has expired.');
  t.notMatch(wrong.markup, 'not-a-token-of-the-org');
  t.match((await far.press(asked, 'Sign in')).text, 'This is no API token');
  const inside = await far.press(wrong, 'Sign in', { 'API token': EXAMPLE.apiToken });
  t.equal(inside.path, `${LIST}?q=claude`);
  t.match(inside.text, 'Claude (Requester App)');
  const out = await far.press(inside, 'Sign out');
  t.match(out.title, 'Sign in to the console');
  t.match((await far.open('/')).title, 'Sign in to the console');
  t.equal(
    (await post(`${LIST}/register`, {}, { ...FAR, origin: org.issuer })).headers.get('location'),
    '/console/sign-in',
  );
});

t.test('the cookie holds no token, and a page of another site cannot use it', async (t) => {
  const answer = await post('/console/sign-in', { token: EXAMPLE.apiToken }, { ...FAR, origin: org.issuer });
  const cookie = answer.headers.get('set-cookie') ?? '';
  t.match(cookie, /^console=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  t.equal(answer.headers.get('location'), '/');
  const held = cookie.split(';')[0] as string;
  t.equal((await fetch(`${org.issuer}/`, { headers: { ...FAR, cookie: held } })).status, 200);
  const old = await fetch(`${org.issuer}/`, { headers: { ...FAR, cookie: 'console=unknown' }, redirect: 'manual' });
  t.equal(old.status, 303);
});

t.test('after a sign-in nobody is sent to another server', async (t) => {
  for (const to of ['//evil.example', 'https://evil.example', '/\\evil.example', 'evil', '/console/x#y', '/a\n/b']) {
    const answer = await post('/console/sign-in', { token: EXAMPLE.apiToken, to }, { origin: org.issuer });
    t.equal(answer.headers.get('location'), '/', to);
  }
});

t.test('forms come from pages of this server', async (t) => {
  const form = { do: 'skip', name: 'Never made', description: '' };
  for (const headers of [{}, { origin: 'https://evil.example' }, { origin: 'null' }] as Record<string, string>[]) {
    for (const path of [`${LIST}/register`, '/console/sign-in', '/console/sign-out']) {
      const answer = await post(path, form, headers);
      t.equal(answer.status, 403, `${path} ${headers.origin}`);
      t.match(await answer.text(), 'page of another site');
      t.match(answer.headers.get('content-security-policy'), "script-src 'self'");
    }
  }
  const read = await fetch(`${org.issuer}/`, { headers: { origin: 'https://evil.example' } });
  t.equal(read.status, 403);
  t.notMatch((await consoleAt(org).open(LIST)).text, 'Never made');
});

t.test('a name that leads here is not this machine (DNS rebinding)', async (t) => {
  const { port } = new URL(org.issuer);
  const status = await new Promise((resolve) => {
    get({ port, host: '127.0.0.1', path: '/', headers: { host: `evil.example:${port}` } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
  });
  t.equal(status, 303);
});

t.test('who only reads sees, and changes nothing', async (t) => {
  const far = consoleAt(org, FAR);
  const inside = await far.press(await far.open(`${LIST}/register`), 'Sign in', { 'API token': READER });
  t.match(inside.text, 'Your API token only reads');
  const refused = await far.press(inside, 'Next', { Name: 'Never made' });
  t.equal(refused.status, 403);
  t.match(refused.text, 'The API token you signed in with only reads');
});

t.test('a token that is withdrawn ends the sessions that it began', async (t) => {
  const other = await startTestOrg({
    org: editedOrg(
      (file) =>
        file.apiTokens?.[0] &&
        Object.assign(file.apiTokens[0], { validUntil: new Date(Date.now() + 3_600_000).toISOString() }),
    ),
  });
  t.teardown(() => other.close());
  const far = consoleAt(other, FAR);
  const inside = await far.press(await far.open('/'), 'Sign in', { 'API token': EXAMPLE.apiToken });
  t.match(inside.title, 'Overview');
  other.advance(3_600_001);
  t.match((await far.open('/')).title, 'Sign in');
});

t.test('a session ends by itself, and the oldest make place', async (t) => {
  const other = await startTestOrg();
  t.teardown(() => other.close());
  const far = consoleAt(other, FAR);
  t.match((await far.press(await far.open('/'), 'Sign in', { 'API token': EXAMPLE.apiToken })).title, 'Overview');
  other.advance(12 * 3_600_000);
  t.match((await far.open('/')).title, 'Sign in');
  const sessions = consoleSessions();
  const cookies = Array.from({ length: 1001 }, (_, at) => sessions.begin(`token ${at}`, 0));
  t.equal(sessions.find(cookies[0], 1), undefined, 'the first of 1001');
  t.equal(sessions.find(cookies[1], 1), 'token 1');
  t.equal(sessions.find(undefined, 1), undefined);
});

t.test('a token of the main org opens every org, and that of a made one only that', async (t) => {
  const made = await org.fetch('/_mock/orgs', {
    ...{ method: 'POST', body: JSON.stringify({ id: 'second' }) },
    headers: { authorization: `SSWS ${EXAMPLE.apiToken}`, 'content-type': 'application/json' },
  });
  t.equal(made.status, 201);
  const far = consoleAt({ issuer: made.body.issuer }, FAR);
  const inside = await far.press(await far.open('/'), 'Sign in', { 'API token': EXAMPLE.apiToken });
  t.match(inside.text, `Issuer${org.issuer}/orgs/second`);
  t.equal(inside.path, '/');
});

t.test('a form without a button, and a button that there is not, do nothing', async (t) => {
  for (const act of ['', 'unknown', 'constructor']) {
    const answer = await post(`${LIST}/register`, { do: act }, { origin: org.issuer });
    t.equal(answer.status, 400);
    t.match(await answer.text(), 'The form does not say what is to be done');
    const several = await post('/console/applications/0oaClaudeSaml0000001', { do: act }, { origin: org.issuer });
    t.equal(several.status, 400, 'on a page of several forms, too');
  }
  const answer = await fetch(`${org.issuer}${LIST}/register`, { method: 'PUT' });
  t.equal(answer.status, 405);
});

t.test('what an address says is done is one of the known sentences', async (t) => {
  t.match((await consoleAt(org).open('/?done=saved')).text, 'Saved.');
  t.notMatch((await consoleAt(org).open('/?done=%3Cscript%3E')).markup, 'role="status"');
  t.notMatch((await consoleAt(org).open('/?done=constructor')).markup, 'role="status"');
});

t.test('the console is where the control API is', async (t) => {
  const without = await startTestOrg({ noControl: true });
  t.teardown(() => without.close());
  for (const path of ['/', LIST, '/console/sign-in']) t.equal((await without.fetch(path)).status, 404, path);
  const apart = await start({ controlPort: 0 });
  t.teardown(() => apart.close());
  t.equal((await fetch(apart.issuer)).status, 404);
  t.equal((await fetch(`${apart.controlUrl}/`)).status, 200);
});

t.test('a list says how many it leaves out, if any', async (t) => {
  t.match(more(1)?.markup, '1 more is not shown');
  t.match(more(2)?.markup, '2 more are not shown');
  t.equal(more(0), undefined);
});
