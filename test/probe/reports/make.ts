/** What reports to print are made of: an exchange, a result, a report whose numbers follow from its results. */
import { GROUPS, type Group, SEVERITIES, type Severity } from '../../../src/edge-cases/edge-case.js';
import { type Exchange, type Report, type Result, STATUSES, type Status } from '../../../src/probe/report.js';

/** Whatever could break out of a format: XML, HTML, a table or link of Markdown, a terminal, UTF-16. */
export const ODD = [
  ']]> <!-- --> </pre></details></script><script>alert(1)</script><img src=x onerror=alert(1)>',
  '| `code` ``` **bold** [link](https://evil.example/) ![image](https://evil.example/i.png) @octocat #1 www.evil.example',
  'NUL \u0000 ESC \u001b[31m bell \u0007 C1 \u009b CR \r bidi \u202e half \ud83d other \udc00 non \uffff \u2028',
  'emoji \u{1f469}\u{200d}\u{1f4bb} "quoted" \'single\' & &amp; $x$ \\ :smile: <https://evil.example>\n\n# heading\n\n- item',
].join('\n');

export const LONG = `long ${'ab '.repeat(3000)}end`;
export const ENDPOINT = 'https://as.todo.example/oauth2/token';

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

export const refused: Partial<Exchange> = {
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
