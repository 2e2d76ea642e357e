/** The report as a job summary: what it says, and that no text of a token becomes more than text. */
import t from 'tap';
import { markdownReport } from '../../../src/probe/reports/markdown.js';
import { markdownTable, markdownText } from '../../../src/probe/reports/markdown-text.js';
import { exchange, LONG, ODD, reportOf, result } from './make.js';
import { CLEAN, HABIT, largeReport, SAMPLE } from './sample.js';

const text = markdownReport(SAMPLE);
const lines = text.split('\n');

t.test('text stays text', async (t) => {
  t.equal(markdownText('a | b `c`'), 'a &#124; b &#96;c&#96;');
  t.equal(
    markdownText('[x](y) <b> &amp; @z #1 www.a.b'),
    '&#91;x&#93;&#40;y&#41; &#60;b&#62; &#38;amp; &#64;z &#35;1 www&#46;a.b',
  );
  t.equal(markdownText('one\n\n# two'), 'one &#35; two');
  t.equal(markdownText('https://a.example \u0000'), 'https&#58;//a.example &#92;u&#123;0&#125;');
  t.notMatch(markdownText(ODD).replace(/&#\d+;/g, ''), /[<>|`*[\]()@#!$]/, 'but for the entities');
  t.equal(markdownTable(['A', 'B'], [['1', '2']]), '| A | B |\n|---|---|\n| 1 | 2 |');
});

t.test('outcome, counts, failures, and the rest in short', async (t) => {
  t.match(text, /^## ❌ ID-JAG probe: Failures\n\nThe server took 4 tokens/);
  t.match(markdownReport(CLEAN), /^## ✅ ID-JAG probe: Conformant\n/);
  t.match(markdownReport({ ...SAMPLE, outcome: 'could-not-run' }), /^## ⚠️ ID-JAG probe: Could not run\n/);
  t.match(text, 'For testing only');
  t.match(text, '| A9 Keys and their distribution |   |   |   |   | 7 |   |');
  t.equal(lines.filter((line) => line.startsWith('<details>')).length, 6, 'five failures and an error');
  t.match(
    text,
    '<details><summary><code>alg-none</code> (critical): It was granted: the server issued an access token for it.</summary><p><b>Sent:</b> Nobody signed it, and its header says so.</p><p>Header and claims:</p><pre>{&#10;  &quot;alg&quot;: &quot;none&quot;,&#10;',
  );
  t.match(text, '<p><b>Hint:</b> Allow the algorithms that you expect, and no other.</p></details>\n');
  t.match(text, '- **jti-replayed**: accepted until 2026-12-31. Known.');
  t.match(text, '- **exp-wrong-error**: Refused, but as invalid&#95;request.');
  t.match(text, '- **7 cases**: The keys cannot be swapped here. key-k1, key-k2');
  t.match(text, '<pre>no answer: The connection was reset.</pre>');
  t.notMatch(markdownReport(CLEAN), '###');
});

t.test('what a server is warned of everywhere is said once', async (t) => {
  const told = markdownReport(HABIT).split('### Warnings\n\n')[1] as string;
  t.match(told, /^- \*\*8 cases\*\*: It refused with .* case-a, case-b, .*, case-h\n\n- \*\*another\*\*/);
  t.equal(told.match(/^- /gm)?.length, 4);
});

t.test('no text of a token breaks out', async (t) => {
  for (const line of lines.filter((one) => one.startsWith('<details>'))) {
    t.match(line, /<\/details>$/, 'a case is one line, so that its HTML does not end in it');
    const tags = line.match(/<\/?[^>]*>/g) ?? [];
    t.same(
      [...new Set(tags.map((tag) => tag.replace('/', '')))].sort(),
      ['<b>', '<code>', '<details>', '<p>', '<pre>', '<summary>'].filter((tag) => line.includes(tag)),
    );
  }
  const others = lines.filter((line) => !line.startsWith('<details>')).join('\n');
  t.notMatch(others, /<|`|\[|@octocat|https:|www\./);
  t.notOk(lines.some((line) => /^(# |- item)/.test(line)));
});

t.test('a summary that GitHub takes: cut at 1 MiB with a sentence', async (t) => {
  t.ok(Buffer.byteLength(markdownReport(largeReport())) < 2 ** 20);
  const full = exchange({ got: { status: 200, headers: {}, body: LONG } });
  const results = Array.from({ length: 200 }, (_, at) => result({ name: `long-${at}`, note: LONG, exchanges: [full] }));
  const cutText = markdownReport(reportOf(results));
  t.ok(Buffer.byteLength(cutText) < 2 ** 20, 'below the limit');
  t.ok(Buffer.byteLength(cutText) > 2 ** 19, 'and not for nothing');
  t.match(cutText, /<\/details>\n\nThe rest is left out: .*\n$/);
  t.match(cutText, 'characters more)');
});
