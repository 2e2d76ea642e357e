/** The report for a terminal: the order of what it says, short where there is much, and no command of a terminal. */
import t from 'tap';
import { STATUSES, type Status } from '../../../src/probe/report.js';
import { consoleLine, consoleSummary } from '../../../src/probe/reports/console.js';
import { LONG, ODD, reportOf, result } from './make.js';
import { CLEAN, HABIT, largeReport, SAMPLE } from './sample.js';

const PLAIN = { color: false };
const text = consoleSummary(SAMPLE, PLAIN);
const lineOf = (status: Status) => consoleLine(result({ name: 'exp-past', status, why: 'So it is.' }), PLAIN);

t.test('a line for each finished case', async (t) => {
  t.same((Object.keys(STATUSES) as Status[]).map(lineOf), [
    '✓ exp-past',
    '✗ exp-past (critical): So it is.',
    '! exp-past: So it is.',
    '~ exp-past: So it is.',
    '· exp-past: So it is.',
    '? exp-past: So it is.',
  ]);
  const odd = consoleLine(result({ name: 'odd', why: `${ODD}${LONG}` }), PLAIN);
  t.notMatch(odd, '\n');
  t.ok(odd.length < 220, 'and no longer than a line or two');
  t.equal(
    consoleLine(result({ name: 'a' }), { color: true }),
    '\u001b[1;31m✗\u001b[0m a (critical): It was granted: the server issued an access token for it.',
  );
});

t.test('the sections in the order in which they are to be read, the outcome last', async (t) => {
  const titles = [
    'Before the first case',
    '5 failures',
    'Went wrong',
    'Baseline',
    'Warnings',
    'Observed',
    'Not run',
    '  Group ',
    '  Severity',
  ];
  const found = titles.map((title) => `\n${text}`.indexOf(`\n${title}`));
  t.notOk(found.includes(-1), String(found));
  t.same(
    found,
    [...found].sort((one, other) => one - other),
  );
  t.equal(text.slice(-SAMPLE.sentence.length - 2), `\n${SAMPLE.sentence}\n`);
  t.match(
    text,
    '\n18 cases: 6 failed, 1 went wrong, 1 warned, 1 either way, 8 not run, 1 passed. The baseline accepts 1 of the failures.\n',
  );
});

t.test('what a server is warned of everywhere is said once', async (t) => {
  const told = consoleSummary(HABIT, PLAIN);
  t.match(
    told,
    [
      'Warnings',
      '  8: It refused with "invalid_grant" (401); another HTTP status is expected.',
      '     case-a, case-b, case-c, case-d, case-e, case-f, …',
      '  ! another: It is warned of something else.',
      '  ! one-more: It is warned of that twice.',
      '  ! and-more: It is warned of that twice.',
      '',
    ].join('\n'),
  );
  t.match(told, '11 cases: 11 warned.', 'and every case counts');
});

t.test('a failure with all that is needed to mend it', async (t) => {
  t.match(
    text,
    [
      '✗ alg-none (critical)',
      '  It was granted: the server issued an access token for it.',
      '    Sent:        Nobody signed it, and its header says so.',
      '    Header:      {"alg":"none","typ":"oauth-id-jag+jwt","kid":"mock-1"}',
    ].join('\n'),
  );
  t.match(text, '    Claims:      {"iss":"https://acme.okta.example","sub":"00u1alice"');
  t.match(text, '    Form:        scope=todo.read\n    Came back:   200 {"access_token":"(left out)"');
  t.match(
    text,
    '    Right:       invalid_grant\n    Requirement: RFC 7523, JWT Format and Processing Requirements; RFC 8725,',
  );
  t.match(text, '    It matters:  Libraries once took "none"');
  t.match(text, '    Hint:        Allow the algorithms that you expect, and no other.');
  t.match(text, /Looked at: {3}\]\]>/, 'what was looked at besides and was broken');
  t.notMatch(text, 'no refresh token', 'what held is not told');
  t.match(text, '    Header:      {"alg":\n    Claims:      null\n', 'a header that is no JSON');
  t.match(text, '✗ header-no-json (low, does not count here)');
  t.match(text, /✗ scope-ignored \(interoperability\)/);
});

t.test('the rest in short', async (t) => {
  t.match(text, '  ! exp-wrong-error: Refused, but as invalid_request.');
  t.match(text, '  ? timed-out: No answer came within 10 s.');
  t.match(text, '  7: The keys cannot be swapped here.\n     key-k1, key-k2, key-k3, key-k4, key-k5, key-k6, …\n');
  t.match(text, /\n {5}dpop-nonce\n/);
  t.match(text, '  jti-replayed: until 2026-12-31. Known.');
  t.match(text, '  gone: to be taken out. It passes.');
  t.match(text, '  alg-none: expired, so it counts again.');
  t.match(
    text,
    /\n {2}a good token: .*\n {4}Keys\. .*\n {4}Let it fetch the keys\. .*\n {2}once more: invalid_client\n/,
  );
  t.notMatch(text, 'The server says what it is.', 'a step that went well');
  t.match(text, /A9 Keys and their distribution +· +· +· +· +7 +·\n/);
  t.match(text, /critical +2 +0\n/);
});

t.test('the wires of a terminal are not touched', async (t) => {
  t.notMatch(text, /(?!\n)\p{Cc}|\p{Cf}|\p{Cs}/u);
  const coloured = consoleSummary(SAMPLE, { color: true });
  const sequence = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
  t.equal(coloured.replace(sequence, ''), text);
  t.match(coloured, `\u001b[1;31m${SAMPLE.sentence}`);
});

t.test('many failures: the first ten in full, a line for each other', async (t) => {
  const large = largeReport();
  const summary = consoleSummary(large, PLAIN);
  t.ok(large.counts.fail > 20);
  t.equal(summary.match(/^✗ /gm)?.length, 10);
  t.equal(summary.match(/^ {2}✗ /gm)?.length, large.counts.fail - 10);
  t.match(summary, `And ${large.counts.fail - 10} more failures, in full in the written reports:`);
  t.notMatch(text, 'more failure');
});

t.test('nothing to tell: numbers and the outcome', async (t) => {
  const summary = consoleSummary(CLEAN, { color: true });
  t.match(summary, /^ {2}Group .*\n {2}A0 /);
  t.match(summary, '\u001b[32mThe server decided rightly in all cases.\u001b[0m');
  t.notMatch(summary, 'Baseline');
  t.match(consoleSummary(reportOf([]), PLAIN), '0 cases: none.');
});
