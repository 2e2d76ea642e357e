/** What stands where in a report. */
import t from 'tap';
import { numbered } from '../../../src/probe/in-words.js';
import {
  acceptedInWords,
  acceptedOf,
  countsAt,
  countsInWords,
  decisive,
  failuresOf,
  groupsOf,
  notRunByReason,
  withStatus,
} from '../../../src/probe/reports/views.js';
import { exchange, ODD, reportOf, result } from './make.js';
import { CLEAN, SAMPLE } from './sample.js';

const names = (results: readonly { name: string }[]) => results.map(({ name }) => name);

t.test('failures: the worst first, without those that the baseline accepts', async (t) => {
  t.same(names(failuresOf(SAMPLE)), ['alg-none', ODD, 'aud-of-another', 'header-no-json', 'scope-ignored']);
  t.same(names(acceptedOf(SAMPLE)), ['jti-replayed']);
  t.equal(acceptedInWords(SAMPLE), ' The baseline accepts 1 of the failures.');
  t.equal(acceptedInWords(CLEAN), '');
  t.same(names(withStatus(SAMPLE, 'error')), ['timed-out']);
});

t.test('what counts: that severity and above, and whoever turns good clients away', async (t) => {
  const report = reportOf([], { failOn: 'high' });
  t.ok(countsAt(report, 'critical'));
  t.ok(countsAt(report, 'high'));
  t.notOk(countsAt(report, 'medium'));
  t.ok(countsAt(report, 'interoperability'));
});

t.test('what was not run: by reason, the one of most cases first', async (t) => {
  const [first, second, ...rest] = notRunByReason(SAMPLE);
  t.match(first, {
    why: 'The keys cannot be swapped here.',
    names: ['k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7'].map((key) => `key-${key}`),
  });
  t.match(second, { names: ['dpop-nonce'] });
  t.same(rest, []);
});

t.test('the exchange that is the case; where none says so the last', async (t) => {
  const before = exchange({ what: 'what went before' });
  const played = exchange({ what: 'The case' });
  const twin = exchange({ what: 'the good twin after it' });
  t.equal(decisive(result({ name: 'a', exchanges: [before, played, twin] })), played);
  t.equal(decisive(result({ name: 'a', exchanges: [before, twin] })), twin);
  t.equal(decisive(result({ name: 'a', exchanges: [] })), undefined);
});

t.test('counts in words, groups of which there are cases', async (t) => {
  t.equal(countsInWords(SAMPLE.counts), '6 failed, 1 went wrong, 1 warned, 1 either way, 8 not run, 1 passed');
  t.equal(countsInWords(reportOf([]).counts), 'none');
  t.same(
    groupsOf(reportOf([result({ name: 'a', group: 'A3' })])).map(({ group }) => group),
    ['A3'],
  );
  t.equal(numbered(1, 'case'), '1 case');
  t.equal(numbered(0, 'case'), '0 cases');
});
