/** The report as a page: all of it is there, nothing is fetched, and no text of a token becomes markup. */
import { createHash } from 'node:crypto';
import t from 'tap';
import { htmlReport } from '../../../src/probe/reports/html.js';
import { unescaped } from '../../support/browser.js';
import { ODD } from './make.js';
import { CLEAN, HABIT, largeReport, SAMPLE } from './sample.js';

const page = htmlReport(SAMPLE);
const section = (id: string) =>
  new RegExp(`<section id="${id}"[^]*?</section>`.replace('[^]', '[\\s\\S]')).exec(page)?.[0] ?? '';
const style = /<style>([\s\S]*)<\/style>/.exec(page)?.[1] ?? '';

t.test('nothing is fetched and nothing runs', async (t) => {
  for (const text of [page, htmlReport(CLEAN), htmlReport(largeReport())]) {
    const references = [...text.matchAll(/\s(?:src|href|srcset|action|data|poster|background)="([^"]*)"/g)];
    t.same(
      references.filter(([, url = '']) => !url.startsWith('#') && url !== 'data:,'),
      [],
    );
    t.notMatch(text, /<(script|img|iframe|object|embed|form|base|audio|video)/i);
    t.notMatch(text, /\son\w+="|\sstyle="/);
  }
  t.notMatch(style, /url\(|@import|@font-face|<|image-set/);
  t.match(page, '<link rel="icon" href="data:,">');
});

t.test('the policy lets this style in and nothing else', async (t) => {
  const policy = unescaped(/content-security-policy" content="([^"]*)"/.exec(page)?.[1] ?? '');
  const hash = createHash('sha256').update(style).digest('base64');
  t.equal(policy, `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`);
});

t.test('every link of the page has its place, and no id stands twice', async (t) => {
  const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
  t.equal(new Set(ids).size, ids.length);
  const links = [...page.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
  t.equal(links.length, 11);
  t.same(
    links.filter((id) => !ids.includes(id)),
    [],
  );
});

t.test('the top: outcome, numbers, groups to scale', async (t) => {
  t.match(page, `<div class="banner failures"><p class="outcome">Failures</p><p>${SAMPLE.sentence}</p></div>`);
  t.match(page, /<div class="fail" title="it did not"><dt>Failed<\/dt><dd>6<\/dd>/);
  t.match(
    page,
    '18 cases with 36 requests in 61 s, begun <time datetime="2026-07-29T08:00:00.000Z">2026-07-29 08:00:00 UTC',
  );
  t.match(page, '</time>. The baseline accepts 1 of the failures.</p>');
  t.match(page, 'For testing only');
  t.match(
    section('groups'),
    /<b>A9<\/b> <span>Keys and their distribution<\/span><\/span><svg class="bar" viewBox="0 0 7 1"/,
  );
  t.match(section('groups'), '<rect class="not-run" x="0" y="0" width="7" height="1"/>');
  t.notMatch(section('groups'), '<b>A4</b>');
  t.match(section('groups'), /Low <span class="quiet small">\(does not count\)<\/span><\/th><td>1<\/td><td>1<\/td>/);
  t.match(htmlReport(CLEAN), /<div class="banner conformant">.*\n<dl class="numbers"><div class="none"/);
});

t.test('a case with all there is to know', async (t) => {
  const failures = section('failures');
  const alg = failures.slice(failures.indexOf('<code>alg-none'), failures.indexOf('</details>'));
  for (const piece of [
    '<span class="chip grave">critical</span>',
    '<dt>What was sent</dt><dd>Nobody signed it, and its header says so.</dd>',
    '<dt>Right answers</dt><dd><ul class="plain"><li><code>invalid_grant</code></li></ul></dd>',
    '<dt>Requirement</dt><dd><ul class="plain"><li>RFC 7523, JWT Format',
    '<dt>Why it matters</dt><dd>Libraries once took &quot;none&quot;',
    '<div class="hint">Allow the algorithms that you expect, and no other.</div>',
    '<code>sep-990-alg</code>',
    '2 requests in 0.08 s',
    'Token: claims</p><pre>{\n  &quot;iss&quot;: &quot;https://acme.okta.example&quot;,\n',
    'POST https://as.todo.example/oauth2/token\ncontent-type: application/x-www-form-urlencoded\n',
    '\n\ngrant_type=urn:ietf:params:oauth:grant-type:jwt-bearer\n',
    'HTTP 200\ncontent-type: application/json',
    '&quot;error_description&quot;: &quot;The assertion has expired.&quot;',
    '42 ms',
  ])
    t.ok(alg.includes(piece), piece);
  t.match(failures, '<h3>Critical: 2 failures</h3>');
  t.match(failures, '<pre>{&quot;alg&quot;:</pre>', 'a header that is no JSON');
  t.match(failures, ', broken: ]]&gt;');
  t.match(failures, '<b>no refresh token</b>, held: none');
  t.match(failures, '<b>the MCP server</b>, not looked at: no token');
  t.match(failures, 'characters more)</span></summary>', 'a long sentence is cut in the line of the case');
});

t.test('what a server is warned of everywhere is said once, with the cases inside', async (t) => {
  const page = htmlReport(HABIT);
  const warned = page.slice(
    page.indexOf('id="status-warn"'),
    page.indexOf('</section>', page.indexOf('id="status-warn"')),
  );
  const [summary, ...others] = warned.split('<b>8 cases</b>');
  t.equal(others.length, 1);
  t.match(summary, '<details class="warn"><summary>');
  t.match(
    others[0],
    /^: It refused with &quot;invalid_grant&quot; \(401\); another HTTP status is expected\.<\/summary>/,
  );
  t.equal(warned.match(/<code>case-[a-h]<\/code>/g)?.length, 8);
  for (const name of ['another', 'one-more', 'and-more']) t.match(warned, `<code>${name}</code>`);
});

t.test('the other sections', async (t) => {
  t.match(section('status-error'), 'None came.</pre><p class="label">Problem</p><pre>The connection was reset.</pre>');
  t.match(section('baseline'), /Until 2026-12-31: Known\. /);
  t.match(section('baseline'), '<code>gone</code> is to be taken out: It passes.');
  t.match(section('baseline'), '<code>alg-none</code> has expired');
  t.match(section('status-warn'), 'Refused, but as invalid_request.');
  t.match(section('status-either'), '<code>typ-missing</code>');
  t.match(
    section('not-run'),
    /<b>7 cases<\/b>: The keys cannot be swapped here\.<\/summary>\s*<div class="inside small"><code>key-k1<\/code> <code>key-k2/,
  );
  t.match(section('preflight'), '<b>failed</b>: ]]&gt;');
  t.match(section('preflight'), '<br>Keys. ');
  t.match(section('preflight'), '<b>not looked at</b>: No token came.');
  t.match(section('setup'), '<dt>JWKS URI</dt><dd><code>https://acme.okta.example/oauth2/v1/keys</code>');
  t.match(section('setup'), '<code>00u1alice (alice@example.com), 00u2bob</code>');
  t.match(section('setup'), '<dt>Resource</dt>');
  t.match(section('setup'), '<dt>leeway</dt><dd><code>60</code>');
  t.match(section('status-pass'), '<code>good-control</code>');
});

t.test('what there is nothing of is left out; few failures are open at once', async (t) => {
  const clean = htmlReport(CLEAN);
  t.same(
    [...clean.matchAll(/<section id="([\w-]*)"/g)].map(([, id]) => id),
    ['failures', 'groups', 'setup', 'status-pass'],
  );
  t.match(clean, '<p>No failure.</p>');
  t.notMatch(clean, '<dt>Resource</dt>');
  t.notMatch(page, '<details class="fail" open>');
  const few = { ...SAMPLE, results: SAMPLE.results.filter(({ name }) => name === 'alg-none') };
  const { baseline: _, ...without } = few;
  t.match(htmlReport(without), '<details class="fail" open>');
});

t.test('no text of a token becomes markup, and none is unseen', async (t) => {
  t.notMatch(page, /<script|<img|onerror=alert\(1\)>/);
  t.notMatch(page, /(?![\n])\p{Cc}|\p{Cf}|\p{Cs}/u);
  t.ok(unescaped(page).includes('</pre></details></script><script>alert(1)</script>'), 'it is there as text');
  t.ok(ODD.includes('\u202e') && page.includes('\\u{202e}'));
});
