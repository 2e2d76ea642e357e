/** Reports to print: one with every status and every odd character, one with nothing, one as large as a whole run. */
import {
  EdgeCase,
  GROUPS,
  type Group,
  SEVERITIES,
  type Severity,
  verdictOf,
} from '../../../src/edge-cases/edge-case.js';
import { ROWS } from '../../../src/edge-cases/rows.js';
import { type Exchange, Report, type Result, STATUSES, type Status } from '../../../src/probe/report.js';

/** Whatever could break out of a format: XML, HTML, a table or link of Markdown, a terminal, UTF-16. */
export const ODD = [
  ']]> <!-- --> </pre></details></script><script>alert(1)</script><img src=x onerror=alert(1)>',
  '| `code` ``` **bold** [link](https://evil.example/) ![image](https://evil.example/i.png) @octocat #1 www.evil.example',
  'NUL \u0000 ESC \u001b[31m bell \u0007 C1 \u009b CR \r bidi \u202e half \ud83d other \udc00 non \uffff \u2028',
  'emoji \u{1f469}\u{200d}\u{1f4bb} "quoted" \'single\' & &amp; $x$ \\ :smile: <https://evil.example>\n\n# heading\n\n- item',
].join('\n');

export const LONG = `long ${'ab '.repeat(3000)}end`;
const ENDPOINT = 'https://as.todo.example/oauth2/token';

export function exchange(more: Partial<Exchange> = {}): Exchange {
  return {
    what: 'the case',
    sent: {
      method: 'POST',
      url: ENDPOINT,
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: 'Basic (left out)' },
      form: [
        ['grant_type', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
        ['assertion', '(the token, 902 characters)'],
        ['scope', 'todo.read'],
      ],
      token: {
        header: { alg: 'none', typ: 'oauth-id-jag+jwt', kid: 'mock-1' },
        claims: {
          ...{ iss: 'https://acme.okta.example', sub: '00u1alice', aud: 'https://as.todo.example' },
          ...{ client_id: 'todo-agent', resource: 'https://mcp.todo.example/', scope: 'todo.read' },
          ...{ jti: 'ID.4kX0ePZk2c', iat: 1785312000, exp: 1785312300 },
        },
      },
    },
    got: {
      status: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: { access_token: '(left out)', token_type: 'Bearer', expires_in: 3600 },
    },
    milliseconds: 41.6,
    ...more,
  };
}

const refused: Partial<Exchange> = {
  what: 'the good twin after it',
  got: { status: 400, headers: {}, body: { error: 'invalid_grant', error_description: 'The assertion has expired.' } },
};

/** A failure, unless said otherwise. */
export function result(more: Partial<Result> & Pick<Result, 'name'>): Result {
  return {
    ...{ group: 'A1', level: 'MUST', severity: 'critical', verdict: 'reject', expect: ['invalid_grant'] },
    source: ['RFC 7523, JWT Format and Processing Requirements', 'RFC 8725, Perform Algorithm Verification'],
    differs: 'Nobody signed it, and its header says so.',
    note: 'Libraries once took "none" for one more algorithm, so whoever could write JSON could be any user.',
    status: 'fail',
    why: 'It was granted: the server issued an access token for it.',
    looked: [],
    exchanges: [exchange(), exchange(refused)],
    seconds: 0.084,
    ...more,
  };
}

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

function countsOf(results: readonly Result[]): Report['counts'] {
  const names = Object.keys(STATUSES) as Status[];
  return Object.fromEntries(
    names.map((status) => [status, results.filter((one) => one.status === status).length]),
  ) as Report['counts'];
}

function severitiesOf(results: readonly Result[]): Report['severities'] {
  const count = (severity: Severity, status: Status) =>
    results.filter((one) => one.severity === severity && one.status === status && !one.accepted).length;
  return (Object.keys(SEVERITIES) as Severity[]).map((severity) => ({
    severity,
    failed: count(severity, 'fail'),
    warned: count(severity, 'warn'),
  }));
}

/** What is not said of it follows from its results. */
export function reportOf(results: readonly Result[], more: Partial<Report> = {}): Report {
  return {
    version: 1,
    tool: { name: 'mock-okta-xaa', version: '0.2.0' },
    ...{ began: '2026-07-29T08:00:00.000Z', seconds: 61.2, requests: 2 * results.length },
    target: {
      tokenEndpoint: ENDPOINT,
      issuer: 'https://as.todo.example',
      mcp: 'https://mcp.todo.example/',
      clientId: 'todo-agent',
      authentication: 'client_secret_basic',
    },
    setup: {
      issuer: 'https://acme.okta.example',
      discovery: 'https://acme.okta.example/.well-known/openid-configuration',
      jwksUri: 'https://acme.okta.example/oauth2/v1/keys',
      algorithm: 'RS256',
      audience: 'https://as.todo.example',
      clientId: 'todo-agent',
      users: [{ sub: '00u1alice', email: 'alice@example.com' }, { sub: '00u2bob' }],
      scopes: ['todo.read', 'todo.write'],
      resource: 'https://mcp.todo.example/',
    },
    settings: { leeway: 60, replay: 'refused', tenants: ['acme'], note: ODD },
    preflight: [{ step: 'metadata', outcome: 'ok', found: 'The server says what it is.' }],
    observed: [{ what: 'A token without typ', seen: 'is refused' }],
    results: [...results],
    counts: countsOf(results),
    groups: (Object.keys(GROUPS) as Group[]).map((group) => ({
      group,
      title: GROUPS[group],
      counts: countsOf(results.filter((one) => one.group === group)),
    })),
    severities: severitiesOf(results),
    ...{ failOn: 'medium', outcome: 'failures' },
    sentence: 'The server took 4 tokens that it must refuse, the worst of them critical.',
    ...more,
  };
}

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
