/** The baseline: failures that are accepted until their day, and entries that have had theirs. */
import t from 'tap';
import { acceptedBy, baselineReport, withBaseline } from '../../../src/probe/baseline.js';
import type { Status } from '../../../src/probe/report.js';
import { result } from '../reports/make.js';

const TODAY = '2026-11-28';
const entry = (name: string, expires = TODAY) => ({ name, reason: `Because of ${name}.`, expires });
const of = (...accepted: ReturnType<typeof entry>[]) => ({ accepted });

t.test('an entry counts until its day is over', async (t) => {
  const baseline = of(entry('exp-past'));
  t.equal(acceptedBy(baseline, 'exp-past', '2026-11-27'), baseline.accepted[0]);
  t.equal(acceptedBy(baseline, 'exp-past', TODAY), baseline.accepted[0]);
  t.equal(acceptedBy(baseline, 'exp-past', '2026-11-29'), undefined);
  t.equal(acceptedBy(baseline, 'alg-none', TODAY), undefined);
  t.equal(acceptedBy(undefined, 'exp-past', TODAY), undefined);
});

t.test('only a failure is accepted, and everything else is as it was', async (t) => {
  const baseline = of(entry('exp-past'));
  const failed = result({ name: 'exp-past' });
  const accepted = { reason: 'Because of exp-past.', expires: TODAY };
  t.strictSame(withBaseline(failed, baseline, TODAY), { ...failed, accepted });
  t.equal(withBaseline(failed, baseline, '2026-11-29'), failed);
  t.equal(withBaseline(failed, undefined, TODAY), failed);
  for (const status of ['pass', 'warn', 'either', 'not-run', 'error'] as const) {
    const one = result({ name: 'exp-past', status });
    t.equal(withBaseline(one, baseline, TODAY), one, status);
  }
});

t.test('what is accepted, stale and expired', async (t) => {
  const ended: readonly (readonly [string, Status])[] = [
    ...([
      ['exp-past', 'fail'],
      ['exp-missing', 'pass'],
      ['iat-future', 'either'],
    ] as const),
    ...([
      ['nbf-future', 'warn'],
      ['alg-none', 'not-run'],
      ['iss-missing', 'error'],
    ] as const),
    ['aud-missing', 'fail'],
  ];
  const names = [...ended.map(([name]) => name), 'not-selected'];
  const baseline = of(...names.map((name) => entry(name)), entry('gone'), entry('old', '2026-11-27'));
  baseline.accepted = baseline.accepted.map((one) =>
    one.name === 'aud-missing' ? entry(one.name, '2025-01-01') : one,
  );
  const results = ended.map(([name, status]) => withBaseline(result({ name, status }), baseline, TODAY));
  t.strictSame(baselineReport(baseline, results, new Set([...names, 'old']), TODAY), {
    accepted: ['exp-past'],
    stale: [
      { name: 'exp-missing', why: 'it passes now' },
      { name: 'iat-future', why: 'it passes now' },
      { name: 'nbf-future', why: 'it does not fail any more' },
      { name: 'gone', why: 'there is no such case' },
    ],
    expired: ['aud-missing', 'old'],
  });
  t.equal(baselineReport(undefined, results, new Set(names), TODAY), undefined);
});
