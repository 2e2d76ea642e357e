/** From claims to facts: each claim with what is taken, and what is not and why. */
import t from 'tap';
import { problemOf } from '../../src/protocol/rule.js';
import { type ClaimFacts, claimFacts } from '../../src/ras/claim-facts.js';
import { GOOD_CLAIMS, GOOD_FACTS } from './good-facts.js';

type Claim = keyof ClaimFacts;

/** The claims as they come out of a token. */
const factsOf = (claims: object) => claimFacts(new Map(Object.entries(JSON.parse(JSON.stringify(claims)))));
const factOf = (claim: Claim, value: unknown) => factsOf({ [claim]: value })[claim];

t.test('good claims', async (t) => {
  const facts = factsOf({ ...GOOD_CLAIMS, unknown: {}, problem: 'a claim by an odd name' });
  t.strictSame(facts, Object.fromEntries(Object.keys(facts).map((name) => [name, GOOD_FACTS[name as Claim]])));
  t.strictSame(Object.keys(facts).sort(), Object.keys(GOOD_CLAIMS).sort());
});

t.test('what must be there is a fact also where it is not', async (t) => {
  const absent = Object.entries(factsOf({}));
  t.strictSame(absent.map(([name]) => name).sort(), ['aud', 'client_id', 'exp', 'iat', 'iss', 'jti', 'sub']);
  for (const [name, fact] of absent) t.strictSame(fact, { problem: 'absent' }, name);
});

t.test('what is not taken', async (t) => {
  const texts: Claim[] = ['iss', 'sub', 'client_id', 'jti', 'email', 'sub_profile', 'tenant', 'aud_tenant', 'aud_sub'];
  for (const claim of texts) {
    for (const value of ['', 1, null, true, {}, [], ['x']]) {
      t.strictSame(factOf(claim, value), { problem: 'type' }, `${claim} ${JSON.stringify(value)}`);
    }
  }
  for (const claim of ['iat', 'exp', 'nbf'] as const) {
    for (const value of ['1', null, true, {}, []]) t.strictSame(factOf(claim, value), { problem: 'type' }, claim);
    t.strictSame(
      claimFacts(new Map([[claim, Number.POSITIVE_INFINITY]]))[claim],
      { problem: 'type' },
      'as 1e400 is read',
    );
    for (const value of [0, -1, 1.5, 1e300]) t.equal(factOf(claim, value), value);
  }
  for (const value of [null, 1, {}, '', ['x', ''], ['x', 1], [['x']]]) {
    t.strictSame(factOf('aud', value), { problem: 'type' }, JSON.stringify(value));
  }
  t.strictSame(factOf('aud', ['a', 'b']), ['a', 'b']);
  t.strictSame(factOf('aud', []), []);
  for (const value of [1, null, ['a'], {}]) t.strictSame(factOf('scope', value), { problem: 'type' });
  for (const value of ['', ' ', 'a"b']) t.equal(factOf('scope', value), value, 'what it means, rules ask');
});

t.test('resources', async (t) => {
  const fine = [
    'https://a.example',
    'https://a.example/b?c=d&e',
    'api://default',
    'urn:a:b',
    'http://[::1]:80/%20(x)*!',
  ];
  for (const uri of fine) {
    t.strictSame(factOf('resource', uri), [uri]);
    t.strictSame(factOf('resource', [uri, uri]), [uri, uri]);
  }
  const bad: [unknown, string][] = [
    ...[1, null, {}, [1], [['https://a.example']], [fine[0], 1]].map((value): [unknown, string] => [value, 'type']),
    [[], 'none'],
    ...[
      '',
      '/mcp',
      'a.example/mcp',
      '//a.example',
      'https:',
      'https://',
      'https://a b',
      'https://ä.example',
      '1:x',
    ].map((uri): [unknown, string] => [uri, 'relative']),
    ...['https://a.example/"', 'https://a.example/<b>', 'https://a.example/\n', 'https://a.example/|'].map(
      (uri): [unknown, string] => [uri, 'relative'],
    ),
    [[fine[0], '/mcp'], 'relative'],
    ['https://a.example/#x', 'fragment'],
    ['https://a.example#', 'fragment'],
  ];
  for (const [value, problem] of bad) t.strictSame(factOf('resource', value), { problem }, JSON.stringify(value));
});

t.test('objects', async (t) => {
  const bad: [Claim, unknown, object][] = [
    ...[null, 'agent', [], 1, {}, { sub: '' }, { sub: 1 }].map((value): [Claim, unknown, object] => [
      'act',
      value,
      { problem: 'type' },
    ]),
    ...[null, {}, 'x', [1], [[]], [null]].map((value): [Claim, unknown, object] => [
      'authorization_details',
      value,
      { problem: 'type' },
    ]),
    ['authorization_details', [{ type: 'a' }, {}], { problem: 'no-type' }],
    ['authorization_details', [{ type: 1 }], { problem: 'no-type' }],
    ...[null, 'x', []].map((value): [Claim, unknown, object] => ['cnf', value, { problem: 'type' }]),
    ...[{}, { jkt: 1 }, { jkt: 'x'.repeat(42) }, { jkt: `${'x'.repeat(42)}=` }, { 'x5t#S256': 'x'.repeat(43) }].map(
      (value): [Claim, unknown, object] => ['cnf', value, { problem: 'no-jkt' }],
    ),
    ...[null, 'x', [], 1].map((value): [Claim, unknown, object] => ['sub_id', value, { problem: 'type' }]),
    ...[{}, { format: 1 }, { format: '' }].map((value): [Claim, unknown, object] => [
      'sub_id',
      value,
      { problem: 'no-format' },
    ]),
  ];
  for (const [claim, value, expected] of bad)
    t.strictSame(factOf(claim, value), expected, JSON.stringify([claim, value]));
  t.strictSame(factOf('authorization_details', [{ type: 'a', x: 1 }, { type: 'b' }]), ['a', 'b']);
  t.strictSame(factOf('act', { sub: 'x', act: {}, problem: 'odd' }), { actor: { sub: 'x', act: {}, problem: 'odd' } });
  t.equal(problemOf(factOf('act', { sub: 'x', problem: 'odd' })), undefined);
});

t.test('a SAML NameID', async (t) => {
  const good = GOOD_CLAIMS.sub_id;
  const all = {
    ...{ nameid_format: 'urn:x', name_qualifier: 'a', sp_name_qualifier: 'b', sp_provided_id: 'c' },
  };
  t.equal(factOf('sub_id', { ...good, ...all }), 'saml-nameid');
  t.equal(factOf('sub_id', { format: 'opaque', anything: 1 }), 'opaque');
  t.equal(factOf('sub_id', { format: 'saml_nameid' }), 'saml_nameid', 'a format that nobody defined');
  const bad: [object, object][] = [
    [
      { ...good, issuer: undefined },
      { problem: 'member-absent', member: 'issuer' },
    ],
    [
      { ...good, nameid: undefined },
      { problem: 'member-absent', member: 'nameid' },
    ],
    [
      { ...good, nameid: '' },
      { problem: 'member-type', member: 'nameid' },
    ],
    [
      { ...good, issuer: null },
      { problem: 'member-type', member: 'issuer' },
    ],
    [
      { ...good, nameid_format: 1 },
      { problem: 'member-type', member: 'nameid_format' },
    ],
    [
      { ...good, uid: 'u1' },
      { problem: 'member-unlisted', member: 'uid' },
    ],
  ];
  for (const [value, expected] of bad) t.strictSame(factOf('sub_id', value), expected, JSON.stringify(value));
});
