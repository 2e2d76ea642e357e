/** The acceptance rules over plain objects: each holds of good facts, is broken by the one that is wrong, and by no other. */
import t from 'tap';
import { explain, firstBroken, problem } from '../../src/protocol/rule.js';
import type { AcceptanceFacts } from '../../src/ras/acceptance-facts.js';
import { ACCEPTANCE_RULES } from '../../src/ras/acceptance-rules.js';
import { assertComplete } from '../support/refusals.js';
import { GOOD_FACTS, GOOD_HEADER, NOW } from './good-facts.js';

type Change = Partial<Record<keyof AcceptanceFacts, unknown>>;

const judged = (change: Change = {}) => explain(ACCEPTANCE_RULES, { ...GOOD_FACTS, ...change } as AcceptanceFacts);
const brokenBy = (change: Change) =>
  judged(change).flatMap(({ rule, outcome }) => (outcome === 'broken' ? [rule.name] : []));
const notAskedBy = (change: Change) =>
  judged(change).flatMap(({ rule, outcome }) => (outcome === 'not-asked' ? [rule.name] : []));
const header = (change: object) => ({
  header: new Map(Object.entries({ ...GOOD_HEADER, ...change }).filter(([, value]) => value !== undefined)),
});

interface Row {
  readonly rule: string;
  readonly change: Change;
  /** What is broken besides. */
  readonly also?: readonly string[];
}
const row = (rule: string, change: Change, also: readonly string[] = []): Row => ({ rule, change, also });
const absent = problem('absent');
const type = problem('type');

const ROWS: readonly Row[] = [
  row('id-jag-compact', { form: problem('parts') }),
  row('id-jag-bounded', { size: 64_001 }),
  row('id-jag-header-readable', { header: problem('not-json') }),
  row('id-jag-nothing-critical', header({ crit: ['exp'] })),
  row('id-jag-nothing-critical', header({ crit: [] })),
  row('id-jag-nothing-critical', header({ b64: false })),
  row('id-jag-nothing-critical', header({ b64: 'true' })),
  row('id-jag-claims-readable', { payload: problem('member-twice') }),
  row('id-jag-has-iss', { iss: absent }),
  row('id-jag-issuer-trusted', { iss: 'https://idp.example/' }),
  ...[7, null, {}, ['k1']].map((kid) => row('id-jag-kid-is-text', header({ kid }))),
  ...['none', 'None', 'HS256', 'rs256', 'ES256', undefined, null, ['RS256'], 5].map((alg) =>
    row('id-jag-algorithm-allowed', header({ alg })),
  ),
  row('id-jag-key-published', { signature: problem('no-such-key') }),
  row('id-jag-key-published', { signature: problem('key-use') }),
  ...['signature', 'malformed', 'unreachable', 'algorithm', 'anything'].map((name) =>
    row('id-jag-signature-verifies', { signature: problem(name) }),
  ),
  ...['JWT', 'OAuth-ID-JAG+JWT', 'application/oauth-id-jag+jwt', ' oauth-id-jag+jwt', undefined, [GOOD_HEADER.typ]].map(
    (typ) => row('id-jag-typed', header({ typ })),
  ),
  ...(['jti', 'sub', 'aud', 'client_id', 'iat', 'exp'] as const).flatMap((claim) => [
    row(`id-jag-has-${claim.replace('_', '-')}`, { [claim]: absent }),
    row(`id-jag-has-${claim.replace('_', '-')}`, { [claim]: type }),
  ]),
  ...(['scope', 'email', 'sub_profile', 'tenant', 'aud_tenant', 'aud_sub'] as const).map((claim) =>
    row(
      `id-jag-${claim.replace('_', '-')}-is-text`,
      { [claim]: type },
      claim === 'scope' ? ['id-jag-grants-scope'] : [],
    ),
  ),
  row('id-jag-resource-well-formed', { resource: problem('relative') }, ['id-jag-resource-matches']),
  row('id-jag-act-names-actor', { act: type }),
  row('id-jag-details-well-formed', { authorization_details: type }),
  row('id-jag-cnf-well-formed', { cnf: problem('no-jkt') }),
  row('id-jag-sub-id-well-formed', { sub_id: problem('no-format') }),
  row('id-jag-audience-single', { aud: [GOOD_FACTS.audience, GOOD_FACTS.audience] }),
  row('id-jag-audience-single', { aud: [GOOD_FACTS.audience, 'x'] }, ['id-jag-audience-is-this-server']),
  row('id-jag-audience-single', { aud: ['x', GOOD_FACTS.audience] }, ['id-jag-audience-is-this-server']),
  row('id-jag-audience-single', { aud: [] }, ['id-jag-audience-is-this-server']),
  ...[
    'https://as.ras.example/',
    'https://AS.ras.example',
    'https://as.ras.example/token',
    '*',
    'https://as.ras.exampl',
  ].map((aud) => row('id-jag-audience-is-this-server', { aud: [aud] })),
  row('id-jag-client-is-this-client', { client_id: 'C-at-ras' }),
  row('id-jag-not-expired', { now: NOW + 300 }),
  row('id-jag-not-expired', { now: NOW + 310, leeway: 10 }),
  row('id-jag-not-from-the-future', { iat: NOW + 30.5 }),
  row('id-jag-not-from-the-future', { iat: NOW + 61, leeway: 60 }),
  row('id-jag-not-before-passed', { nbf: NOW + 31 }),
  row('id-jag-not-before-passed', { nbf: type }),
  row('id-jag-expires-after-issue', { iat: NOW + 20, exp: NOW + 20 }),
  row('id-jag-expires-after-issue', { iat: NOW + 20, exp: NOW + 10 }),
  row('id-jag-lives-five-minutes-at-most', { exp: NOW + 300.5 }),
  row('id-jag-grants-scope', { scope: undefined }),
  row('id-jag-grants-scope', { scope: '' }, ['id-jag-scope-well-formed']),
  row('id-jag-grants-scope', { scope: '  ' }, ['id-jag-scope-well-formed']),
  ...['mcp:read  mcp:write', ' mcp:read', 'mcp:read ', 'mcp:"read"', 'mcp\\read', 'mcp:r\u00e9ad', 'a\tb', 'a\nb'].map(
    (scope) => row('id-jag-scope-well-formed', { scope }),
  ),
  row('id-jag-resource-matches', { resources: ['https://mcp.ras.example/mcp/'] }),
  row('id-jag-resource-matches', { resources: [...(GOOD_FACTS.resources ?? []), 'x'] }),
  row('id-jag-resource-matches', { resource: undefined }),
  row('id-jag-details-enforceable', { authorization_details: ['payment'] }),
  row('id-jag-key-proved', { keyProved: false }),
];

t.test('good facts', async (t) => {
  const outcomes = judged().map(({ outcome }) => outcome);
  t.strictSame(new Set(outcomes), new Set(['holds']), 'every rule is asked, and holds');
});

t.test('each rule is broken by what it is about, and refuses first', async (t) => {
  assertComplete(t, ACCEPTANCE_RULES, ROWS);
  for (const { rule, change, also = [] } of ROWS) {
    const what = JSON.stringify(change);
    t.equal(firstBroken(judged(change))?.name, rule, what);
    t.strictSame(brokenBy(change), [rule, ...also], what);
  }
});

t.test('what is let through', async (t) => {
  const fine: Change[] = [
    header({ kid: undefined }),
    header({ b64: true, x: 1, jku: 'https://attacker.example' }),
    ...[{ exp: NOW + 0.5 }, { now: NOW + 299 }, { now: NOW + 309, leeway: 10 }],
    ...[{ iat: NOW + 30 }, { iat: NOW + 60, leeway: 60 }, { iat: NOW + 30, leeway: 1 }, { nbf: NOW + 30 }, { nbf: 0 }],
    { aud: ['https://other.example'], audience: 'https://other.example' },
    { resources: [] },
    { resource: ['https://other.example/', ...(GOOD_FACTS.resources ?? [])] },
    { algorithms: ['RS256', 'ES256'] },
  ];
  for (const change of fine) t.strictSame(brokenBy(change), [], JSON.stringify(change));
});

t.test('a rule whose facts are not there is not asked', async (t) => {
  const table: [Change, string[]][] = [
    [{ issuer: undefined }, ['id-jag-issuer-trusted']],
    [{ audience: undefined }, ['id-jag-audience-is-this-server']],
    [{ clientId: undefined }, ['id-jag-client-is-this-client']],
    [{ resources: undefined }, ['id-jag-resource-matches']],
    [{ scopeRequired: undefined }, ['id-jag-grants-scope']],
    [{ keyProved: undefined }, ['id-jag-key-proved']],
    [{ signature: undefined }, ['id-jag-key-published', 'id-jag-signature-verifies']],
    [{ signature: problem('key-use') }, ['id-jag-signature-verifies']],
    [{ nbf: undefined }, ['id-jag-not-before-passed']],
    [
      { scope: undefined, scopeRequired: undefined },
      ['id-jag-scope-is-text', 'id-jag-grants-scope', 'id-jag-scope-well-formed'],
    ],
    [{ cnf: undefined }, ['id-jag-cnf-well-formed', 'id-jag-key-proved']],
    [{ authorization_details: undefined }, ['id-jag-details-well-formed', 'id-jag-details-enforceable']],
    [{ aud: type }, ['id-jag-audience-single', 'id-jag-audience-is-this-server']],
    [{ exp: absent }, ['id-jag-not-expired', 'id-jag-expires-after-issue', 'id-jag-lives-five-minutes-at-most']],
    [{ iat: type }, ['id-jag-not-from-the-future', 'id-jag-expires-after-issue', 'id-jag-lives-five-minutes-at-most']],
    [
      { header: problem('not-json') },
      ['id-jag-nothing-critical', 'id-jag-kid-is-text', 'id-jag-algorithm-allowed', 'id-jag-typed'],
    ],
  ];
  for (const [change, expected] of table) t.strictSame(notAskedBy(change), expected, JSON.stringify(change));
});

t.test('of nothing at all, nothing is asked', async (t) => {
  const nothing = Object.fromEntries(Object.keys(GOOD_FACTS).map((name) => [name, undefined]));
  t.strictSame(
    notAskedBy(nothing),
    ACCEPTANCE_RULES.map(({ name }) => name),
  );
});
