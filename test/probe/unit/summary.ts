/** Counts, and what a run comes to. */
import t from 'tap';
import { SEVERITIES, type Severity } from '../../../src/edge-cases/edge-case.js';
import type { Result, Step } from '../../../src/probe/report.js';
import { counts, summarized } from '../../../src/probe/summary.js';
import { result } from '../reports/make.js';

const GOOD: Step = { step: 'A good token is granted', outcome: 'ok', found: 'It was.' };
const pass = result({ name: 'a-pass', status: 'pass' });
const fail = (severity: Severity, more: Partial<Result> = {}) => result({ name: `f-${severity}`, severity, ...more });
const warn = result({ name: 'a-warning', status: 'warn', severity: 'low' });
const notRun = result({ name: 'not-run', status: 'not-run' });
const error = result({ name: 'an-error', status: 'error' });
const accepted = { reason: 'We know it.', expires: '2030-01-01' };

t.test('failures count from a severity on; of interoperability always', async (t) => {
  const ranks: readonly Severity[] = ['critical', 'high', 'medium', 'low'];
  for (const failOn of ranks)
    for (const severity of ranks)
      t.equal(counts(severity, failOn), ranks.indexOf(severity) <= ranks.indexOf(failOn), `${severity} at ${failOn}`);
  for (const severity of Object.keys(SEVERITIES) as Severity[]) {
    t.ok(counts('interoperability', severity));
    t.equal(counts(severity, 'interoperability'), severity === 'interoperability');
  }
});

const ended = (results: readonly Result[], failOn: Severity = 'low', steps: readonly Step[] = [GOOD]) => {
  const { outcome, sentence } = summarized(results, steps, failOn);
  return [outcome, sentence];
};

t.test('the outcome, and the sentence that tells it', async (t) => {
  const table: readonly (readonly [readonly Result[], Severity, outcome: string, sentence: string])[] = [
    [[pass], 'low', 'conformant', 'No failure that counts in 1 case.'],
    [
      [pass, warn, notRun],
      'low',
      'conformant',
      'No failure that counts in 2 cases. 1 case could not be run here; the report says why.',
    ],
    [[pass, fail('low')], 'high', 'conformant', 'No failure that counts in 2 cases, 1 failure below high.'],
    [
      [pass, fail('high', { accepted })],
      'low',
      'conformant',
      'No failure that counts in 2 cases, 1 failure accepted by the baseline.',
    ],
    [[pass, fail('high')], 'high', 'failures', '1 failure of 2 cases, from high severity on.'],
    [
      [fail('interoperability'), fail('low'), notRun, notRun],
      'critical',
      'failures',
      '1 failure of 2 cases, from critical severity on. 2 cases could not be run here; the report says why.',
    ],
    [[fail('critical'), error], 'low', 'failures', '1 failure of 1 case, from low severity on.'],
    [[pass, error], 'low', 'could-not-run', '1 case went wrong for another reason: nothing is known of them.'],
    [[error], 'low', 'could-not-run', '1 case went wrong for another reason: nothing is known of them.'],
    [
      [notRun],
      'low',
      'could-not-run',
      'No case could be run: nothing is known of them. 1 case could not be run here; the report says why.',
    ],
    [[], 'low', 'could-not-run', 'No case could be run: nothing is known of them.'],
  ];
  for (const [results, failOn, outcome, sentence] of table) t.strictSame(ended(results, failOn), [outcome, sentence]);
});

t.test('a preflight that failed stops everything; another step that failed does not', async (t) => {
  const failed: Step = { ...GOOD, outcome: 'failed', cause: 'It is off.', advice: 'Switch it on.' };
  t.strictSame(ended([], 'low', [failed]), ['could-not-run', 'No case was fired: It is off. Switch it on.']);
  const other: Step = { ...failed, step: 'resource_metadata' };
  t.equal(ended([pass], 'low', [other, GOOD])[0], 'conformant');
});

t.test('counts by status, group and severity', async (t) => {
  const results = [
    pass,
    fail('high'),
    fail('high', { accepted }),
    warn,
    result({ name: 'other', group: 'A3', status: 'either' }),
  ];
  const { counts: all, groups, severities } = summarized(results, [GOOD], 'low');
  const none = { pass: 0, fail: 0, warn: 0, either: 0, 'not-run': 0, error: 0 };
  t.strictSame(all, { ...none, pass: 1, fail: 2, warn: 1, either: 1 });
  t.strictSame(groups, [
    { group: 'A1', title: 'Signature and header', counts: { ...none, pass: 1, fail: 2, warn: 1 } },
    { group: 'A3', title: 'Issuer and audience', counts: { ...none, either: 1 } },
  ]);
  t.strictSame(
    severities.map(({ severity }) => severity),
    Object.keys(SEVERITIES),
  );
  t.strictSame(
    severities.filter(({ failed, warned }) => failed + warned > 0),
    [
      { severity: 'high', failed: 1, warned: 0 },
      { severity: 'low', failed: 0, warned: 1 },
    ],
  );
});
