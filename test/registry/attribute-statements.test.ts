/** Attribute statements: what they give of a user, and which are refused. */
import t from 'tap';
import { type AttributedPerson, AttributeStatement, attributesOf } from '../../src/registry/attribute-statements.js';
import { problemOfPattern } from '../../src/registry/group-filter.js';
import type { User } from '../../src/registry/user.js';

const profile: User['profile'] = {
  ...{
    login: 'alice',
    email: 'alice@example.com',
    firstName: 'Alice',
    lastName: 'Adams',
    locale: 'en',
    timezone: 'UTC',
  },
};
const user: User = {
  ...{ id: '00uAlice', status: 'ACTIVE', profile, created: '', lastUpdated: '', statusChanged: '' },
};
const groups = ['Everyone', 'Team-A', 'Team-B', 'My Team-A'];
const ALICE: AttributedPerson = { user, orgName: 'Acme', userName: 'a.adams', groups };
const BASIC = 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic';
const UNSPECIFIED = 'urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified';

const expressions = (name: string, ...values: string[]) =>
  AttributeStatement.parse({ type: 'EXPRESSION', name, values });
const group = (filterType: string, filterValue: string) =>
  AttributeStatement.parse({ type: 'GROUP', name: 'groups', namespace: BASIC, filterType, filterValue });

const problemsOf = (sent: object) =>
  AttributeStatement.safeParse(sent).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

t.test('expressions give values, in their order; what gives none is left out', async (t) => {
  const { attributes, problems } = attributesOf(
    [
      expressions('mail', 'user.email'),
      expressions('names', 'user.firstName', 'user.nickName', '"and"', 'user.lastName'),
      expressions('account', 'appuser.userName'),
      expressions('nick', 'user.nickName'),
      expressions('short', 'user.login == "alice"', 'substring(user.firstName, 0, 9)'),
    ],
    ALICE,
  );
  t.strictSame(attributes, [
    { name: 'mail', nameFormat: UNSPECIFIED, values: ['alice@example.com'] },
    { name: 'names', nameFormat: UNSPECIFIED, values: ['Alice', 'and', 'Adams'] },
    { name: 'account', nameFormat: UNSPECIFIED, values: ['a.adams'] },
    { name: 'short', nameFormat: UNSPECIFIED, values: ['true'] },
  ]);
  t.strictSame(problems, [
    'attribute "short": at character 1: substring: there is nothing from 0 to 9 in a text of 5 characters',
  ]);
  const nobody = { ...ALICE, userName: { problem: 'x' } };
  t.strictSame(attributesOf([expressions('account', 'appuser.userName')], nobody), { attributes: [], problems: [] });
});

t.test('groups by each kind of filter', async (t) => {
  const filters: [string, string, string[]][] = [
    ['STARTS_WITH', 'Team-', ['Team-A', 'Team-B']],
    ['EQUALS', 'Team-A', ['Team-A']],
    ['CONTAINS', 'Team', ['Team-A', 'Team-B', 'My Team-A']],
    ['REGEX', '.*', groups],
    ['REGEX', 'Team-[AC]', ['Team-A']],
    ['REGEX', '(My )?Team-A|Every.+', ['Everyone', 'Team-A', 'My Team-A']],
  ];
  for (const [type, value, values] of filters) {
    t.strictSame(attributesOf([group(type, value)], ALICE).attributes, [{ name: 'groups', nameFormat: BASIC, values }]);
  }
  t.strictSame(attributesOf([group('EQUALS', 'None')], ALICE).attributes, [], 'none of them is no attribute');
});

t.test('what is saved anyhow gives a sentence', async (t) => {
  const statement = { ...expressions('x', 'user.email'), values: ['user.'] };
  t.match(attributesOf([statement], ALICE), { attributes: [], problems: [/^attribute "x": at character \d/] });
  const broken = { type: 'GROUP', name: 'x', namespace: UNSPECIFIED, filterType: 'REGEX', filterValue: '(' } as const;
  t.strictSame(attributesOf([broken], ALICE), { attributes: [], problems: [] });
});

t.test('what is wrong with a statement is named', async (t) => {
  const sent = { type: 'EXPRESSION', name: 'x', values: ['user.email'] };
  t.equal(problemsOf(sent), undefined);
  t.strictSame(problemsOf({ ...sent, name: ' ' }), ['name: is blank']);
  t.match(problemsOf({ ...sent, namespace: 'x' }), [/^namespace: /]);
  t.match(problemsOf({ ...sent, values: [] }), [/^values: /]);
  t.strictSame(problemsOf({ ...sent, values: ['user.email', 'Value'] }), [
    'values.1: at character 1: there is no Value here; a text stands in quotes',
  ]);
  t.match(problemsOf({ ...sent, filterType: 'REGEX' }), [/filterType/], 'of the other type');
  t.strictSame(problemsOf({ type: 'GROUP', name: 'x', filterType: 'REGEX', filterValue: '(' }), [
    'filterValue: is no regular expression',
  ]);
});

t.test('a pattern that could take long is refused', async (t) => {
  const patterns: [string, string | undefined][] = [
    ['^app_.*$', undefined],
    ['a*b+c{2,3}', undefined],
    ['(a|b)?', undefined],
    ['[*+{]\\*\\+\\{\\(\\)\\)*', undefined],
    ['a*b*c*d*', 'repeats more than 3 times'],
    ['(a+)+', 'repeats a bracket'],
    ['(a|a)*$', 'repeats a bracket'],
    ['(?:a){2}', 'repeats a bracket'],
    ['(a)\\1', 'refers back within the pattern'],
    ['(?<x>a)\\k<x>', 'refers back within the pattern'],
    ['a**', 'is no regular expression'],
    [')', 'is no regular expression'],
  ];
  for (const [pattern, problem] of patterns) t.equal(problemOfPattern(pattern), problem, pattern);
  const worst = group('REGEX', '.*.*.*x');
  const before = performance.now();
  attributesOf([worst], { ...ALICE, groups: ['a'.repeat(255)] });
  t.ok(performance.now() - before < 2000, 'the worst that is let through is quick');
});
