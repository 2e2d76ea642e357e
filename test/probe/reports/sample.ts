/** Reports to print: one with every status and every odd character, one with nothing, one as large as a whole run. */
import { EdgeCase, verdictOf } from '../../../src/edge-cases/edge-case.js';
import { ROWS } from '../../../src/edge-cases/rows.js';
import { Report, type Result, type Status } from '../../../src/probe/report.js';
import { ENDPOINT, exchange, LONG, ODD, refused, reportOf, result } from './make.js';

/** All statuses, and what is odd in each place where text can be. */
export const RESULTS: readonly Result[] = [
  result({
    name: 'good-control',
    group: 'A0',
    status: 'pass',
    verdict: 'accept',
    expect: ['ok'],
    why: 'It was granted.',
  }),
  result({
    name: 'alg-none',
    hint: 'Allow the algorithms that you expect, and no other.',
    conformance: ['sep-990-alg'],
  }),
  result({
    ...{ name: 'aud-of-another', group: 'A3', severity: 'high', why: ODD, differs: ODD, note: ODD, hint: ODD },
    ...{ source: [ODD, ODD], expect: ['invalid_grant', 'invalid_client'] },
    looked: [
      { check: ODD, demands: ODD, outcome: 'broken', found: ODD },
      { check: 'no refresh token', demands: 'There is none.', outcome: 'held', found: 'none' },
      { check: 'the MCP server', demands: 'It refuses.', outcome: 'not-looked-at', found: 'no token' },
    ],
    exchanges: [
      exchange({ what: 'went before it' }),
      exchange({
        what: ODD,
        sent: {
          method: 'POST',
          url: ODD,
          headers: { [ODD]: ODD },
          form: [[ODD, ODD]],
          token: { header: ODD, claims: { [ODD]: ODD } },
        },
        got: { status: 500, headers: { [ODD]: ODD }, body: ODD },
        problem: ODD,
      }),
    ],
  }),
  result({
    name: 'header-no-json',
    group: 'A8',
    severity: 'low',
    why: LONG,
    exchanges: [exchange({ sent: { ...exchange().sent, form: [], token: { header: '{"alg":', claims: null } } })],
  }),
  result({ name: 'scope-ignored', group: 'A6', severity: 'interoperability', why: 'A good client was turned away.' }),
  result({
    name: 'jti-replayed',
    group: 'A7',
    severity: 'medium',
    accepted: { reason: `Known. ${ODD}`, expires: '2026-12-31' },
  }),
  result({
    name: 'exp-wrong-error',
    group: 'A2',
    severity: 'low',
    status: 'warn',
    why: 'Refused, but as invalid_request.',
  }),
  result({ name: 'typ-missing', group: 'A1', status: 'either', level: 'E', verdict: 'either', why: 'It was refused.' }),
  result({
    name: 'dpop-nonce',
    group: 'A12',
    status: 'not-run',
    why: `The server says nothing of DPoP. ${ODD}`,
    exchanges: [],
  }),
  ...['k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7'].map((key) =>
    result({
      name: `key-${key}`,
      group: 'A9',
      status: 'not-run',
      why: 'The keys cannot be swapped here.',
      exchanges: [],
    }),
  ),
  result({
    ...{ name: 'timed-out', group: 'A11', status: 'error', why: 'No answer came within 10 s.' },
    exchanges: [
      {
        what: 'the case',
        sent: { method: 'GET', url: ENDPOINT, headers: {}, form: [] },
        problem: 'The connection was reset.',
        milliseconds: 10_000,
      },
    ],
  }),
  result({ name: `${ODD}`, group: 'own', status: 'fail', exchanges: [] }),
];

export const SAMPLE: Report = reportOf(RESULTS, {
  observed: [{ what: ODD, seen: ODD }],
  preflight: [
    { step: 'metadata', outcome: 'ok', found: 'The server says what it is.' },
    {
      step: 'a good token',
      outcome: 'failed',
      found: ODD,
      cause: `Keys. ${ODD}`,
      advice: `Let it fetch the keys. ${ODD}`,
    },
    { step: 'once more', outcome: 'failed', found: 'invalid_client' },
    { step: 'the MCP server', outcome: 'not-looked-at', found: 'No token came.' },
  ],
  baseline: { accepted: ['jti-replayed'], stale: [{ name: 'gone', why: `It passes. ${ODD}` }], expired: ['alg-none'] },
});

/** A server that got everything right: nothing to tell. */
export const CLEAN: Report = reportOf(
  RESULTS.filter(({ status }) => status === 'pass'),
  {
    ...{ outcome: 'conformant', sentence: 'The server decided rightly in all cases.', observed: [], preflight: [] },
    target: { tokenEndpoint: 'no URL', issuer: 'x', clientId: 'c', authentication: 'none' },
    setup: (({ resource: _, ...rest }) => rest)(reportOf([]).setup),
    baseline: { accepted: [], stale: [], expired: [] },
  },
);

const ENDS: readonly Status[] = [
  'pass',
  'pass',
  'pass',
  'either',
  'pass',
  'pass',
  'fail',
  'pass',
  'pass',
  'warn',
  'pass',
  'not-run',
];
const WHYS: Readonly<Record<Status, string>> = {
  pass: 'It was refused with invalid_grant, and a good token was granted after it.',
  fail: 'It was granted: the server issued an access token for it.',
  warn: 'It was refused, but with invalid_request instead of invalid_grant.',
  either: 'It was refused; granting it would have been right as well.',
  'not-run': 'The server does not name DPoP in its metadata.',
  error: 'No answer came within 10 s.',
};

/** All rows of the catalogue, every few of them a failure. */
export function largeReport(failEvery = 1): Report {
  const results = ROWS.map((input, at) => {
    const row = EdgeCase.parse(input);
    const { name, group, level, severity, expect, source, differs, note } = row;
    const end = ENDS[(at * 7) % ENDS.length] as Status;
    const status = end === 'fail' && at % failEvery !== 0 ? 'pass' : end;
    const played = status === 'not-run' ? [] : [exchange(), exchange(refused)];
    return result({
      ...{ name, group, level, severity, verdict: verdictOf(row), expect, source, differs, note },
      ...{
        status,
        why: WHYS[status],
        exchanges: played,
        hint: 'Check it before anything is believed that the token says.',
      },
    });
  });
  return Report.parse(reportOf(results, { settings: { leeway: 60, replay: 'refused' } }));
}

const STATUS = 'It refused with "invalid_grant" (401); another HTTP status is expected.';

/** A server that has one habit, for which it is warned at every case but one. */
export const HABIT = reportOf([
  ...['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((letter) =>
    result({ name: `case-${letter}`, status: 'warn', severity: 'low', why: STATUS }),
  ),
  result({ name: 'another', status: 'warn', why: 'It is warned of something else.' }),
  result({ name: 'one-more', status: 'warn', why: 'It is warned of that twice.' }),
  result({ name: 'and-more', status: 'warn', why: 'It is warned of that twice.' }),
]);
