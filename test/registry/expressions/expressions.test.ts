/** Okta's expression language as far as this org has it: Okta's own examples, what is refused, and what never happens. */
import fc from 'fast-check';
import t from 'tap';
import { isKnown } from '../../../src/protocol/rule.js';
import { evaluate } from '../../../src/registry/expressions/evaluate.js';
import { MOST_CHARACTERS, type Value } from '../../../src/registry/expressions/expression.js';
import { FUNCTIONS } from '../../../src/registry/expressions/functions.js';
import { parseExpression } from '../../../src/registry/expressions/parse.js';

/** Okta's sample user, with what other samples of Okta's name. */
const VALUES: ReadonlyMap<string, Value> = new Map([
  ...Object.entries({
    'user.firstName': 'Winston',
    'user.lastName': 'Churchill',
    'user.email': 'winston.churchill@gmail.com',
    'user.login': 'winston.churchill@gmail.com',
    'user.middleName': null,
    'user.honorificPrefix': 'Sir',
    'user.city': 'London',
    'user.employeeNumber': '1000001',
    'user.getInternalProperty("login")': 'winston.churchill@gmail.com',
    'source.firstName': 'Alexander',
  }),
]);
const NAMES = new Set(VALUES.keys());

const resultOf = (text: string, values = VALUES) => {
  const parsed = parseExpression(text, NAMES);
  return isKnown(parsed) ? evaluate(parsed, values) : parsed;
};

const problemIn = (text: string) => (resultOf(text) as { problem: string }).problem;

const templated = (inner: string) => '$'.concat('{', inner, '}');

/** Okta developer documentation, "Okta Expression Language overview": the tables of examples, function by function. */
const STRING_FUNCTIONS: readonly (readonly [string, string | number | boolean])[] = [
  ['String.append("This is", " a test")', 'This is a test'],
  ['String.join(",", "This", "is", "a", "test")', 'This,is,a,test'],
  ['String.join("", "This", "is", "a", "test")', 'Thisisatest'],
  ['String.len("This")', 4],
  ['String.removeSpaces("This is a test")', 'Thisisatest'],
  ['String.replace("This is a test", "is", "at")', 'That at a test'],
  ['String.replaceFirst("This is a test", "is", "at")', 'That is a test'],
  ['String.stringContains("This is a test", "test")', true],
  ['String.stringContains("This is a test", "doesn\'tExist")', false],
  ['String.stringSwitch("This is a test", "default", "key1", "value1")', 'default'],
  ['String.stringSwitch("This is a test", "default", "test", "value1")', 'value1'],
  [
    'String.stringSwitch("First match wins", "default", "absent", "value1", "wins", "value2", "match", "value3")',
    'value2',
  ],
  ['String.stringSwitch("Substrings count", "default", "ring", "value1")', 'value1'],
  ['String.substring("This is a test", 2, 9)', 'is is a'],
  ['String.substringAfter("abc@okta.com", "@")', 'okta.com'],
  ['String.substringBefore("abc@okta.com", "@")', 'abc'],
  ['String.toUpperCase("This")', 'THIS'],
  ['String.toLowerCase("ThiS")', 'this'],
  // Named in Okta's table without an example.
  ['String.startsWith("This is a test", "This")', true],
  ['String.startsWith("This is a test", "test")', false],
];

/** The same document: deprecated functions, constants and operators, popular expressions. */
const OTHER_SAMPLES: typeof STRING_FUNCTIONS = [
  ['toUpperCase(source.firstName)', 'ALEXANDER'],
  ['toLowerCase(source.firstName)', 'alexander'],
  ["substringBefore(user.email, '@')", 'winston.churchill'],
  ["substringAfter(user.email, '@')", 'gmail.com'],
  ['substring(source.firstName, 1, 4)', 'lex'],
  ["'Hello world'", 'Hello world'],
  ['1234', 1234],
  ['3.141', Number('3.141')],
  ['true', true],
  ['user.firstName + user.lastName', 'WinstonChurchill'],
  ['user.firstName + " " + user.lastName', 'Winston Churchill'],
  ["user.employeeNumber == 1000001 ? 'Sales' : 'Other'", 'Sales'],
  ["user.employeeNumber == 123 ? 'Sales' : 'Other'", 'Other'],
  ['user.firstName', 'Winston'],
  ['user.firstName + "." + user.lastName', 'Winston.Churchill'],
  ['substring(user.firstName, 0, 1) + user.lastName', 'WChurchill'],
  ['substring(user.firstName, 0, 1) + substring(user.lastName, 0, 6)', 'WChurch'],
  ['toLowerCase(substring( user.firstName, 0, 1)) + "." + toLowerCase(user.lastName)', 'w.churchill'],
  [
    'toUpperCase(substringBefore( substringAfter(user.email, "@"), ".")) + "\\" + substringBefore( user.email, "@")',
    'GMAIL\\winston.churchill',
  ],
  ['"XDOMAIN\\" + toLowerCase(substring( user.firstName, 0, 1)) + toLowerCase(user.lastName)', 'XDOMAIN\\wchurchill'],
  [
    'user.firstName + " " + (String.len(user.middleName) == 0 ? "" : (String.substring(user.middleName, 0, 1) + ". ")) + user.lastName',
    'Winston Churchill',
  ],
  [
    '(user.middleName != "" ? (user.middleName + " ") : user.honorificPrefix != "" ? (user.honorificPrefix + " ") : "") + user.firstName',
    'Sir Winston',
  ],
  ['user.city == "San Francisco"', false],
  ['user.employeeNumber >= 1000000', true],
  ['user.employeeNumber > 1000000 AND !String.stringContains(user.firstName, "dummy")', true],
  // Okta help, "Expressions" of smart card identity providers.
  ['String.substring(user.email, String.len(user.email)-9, String.len(user.email))', 'gmail.com'],
  [
    'String.stringContains(user.email, "@") ? String.substringBefore(user.email, "@") : user.email',
    'winston.churchill',
  ],
  // The guide for participants of the beta.
  ['user.getInternalProperty("login")', 'winston.churchill@gmail.com'],
  ["user.getInternalProperty('login')", 'winston.churchill@gmail.com'],
];

/** What follows from the documents, or is our own: see docs/decisions/0009-expressions.md. */
const OURS: readonly (readonly [string, string | number | boolean | null])[] = [
  ['String.stringSwitch("ab", "none", "x", "a", "b", "b of a pair")', 'b of a pair'],
  ['null', null],
  ['NULL', null],
  ['user.middleName', null],
  ['user.middleName == null', true],
  ['user.firstName + user.middleName', 'Winston'],
  ['substringBefore("none", "@")', ''],
  ['substringAfter("none", "@")', ''],
  ['String.replace("a.b.c", ".", "$&")', 'a$&b$&c'],
  ['String.replaceFirst("a.b.c", ".", "$&")', 'a$&b.c'],
  ["'it''s'", "it's"],
  ['"say ""so"""', 'say "so"'],
  ['1 + 2', 3],
  ['1 + "2"', '12'],
  ['5 - "2"', 3],
  ['-(2 - 5)', 3],
  ['- -2', 2],
  ['1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3', true],
  ['not false OR 1 == 2', true],
  ['true || "no condition"', true],
  ['false && "no condition"', false],
  ['true ? 1 : substring("", 1, 2)', 1],
  ['1 == 2 || 2 == 2', true],
  [templated('user.firstName'), 'Winston'],
  [templated('fn:substringBefore(user.email, "@")'), 'winston.churchill'],
  [templated('fn:toLowerCase(user.lastName)'), 'churchill'],
  [`CN=${templated('user.lastName + "}"')}, L=${templated('user.city')} }`, 'CN=Churchill}, L=London }'],
];

t.test("Okta's examples come to what Okta prints beside them", async (t) => {
  for (const [text, value] of [...STRING_FUNCTIONS, ...OTHER_SAMPLES]) t.equal(resultOf(text), value, text);
  const examples = STRING_FUNCTIONS.map(([text]) => text.slice(0, text.indexOf('(')));
  const functions = [...FUNCTIONS.keys()].filter((name) => name.startsWith('String.'));
  t.strictSame(
    functions.filter((name) => !examples.includes(name)),
    [],
    'no function is without an example',
  );
});

t.test('where Okta says nothing', async (t) => {
  for (const [text, value] of OURS) t.equal(resultOf(text), value, text);
});

/** What cannot be read: refused when it is saved, with the place. */
const UNREADABLE: readonly (readonly [string, string])[] = [
  ['', 'at character 1: a value is expected, and it ends'],
  ['user.email +', 'at character 13: a value is expected, and it ends'],
  ['user.email user.login', 'at character 12: its end is expected, and there is "user.login"'],
  ['"user.email', 'at character 1: a value is expected, and a text begins and has no end'],
  ["user.email + 'x", 'at character 14: a value is expected, and a text begins and has no end'],
  ['user.phone', 'at character 1: there is no user.phone here; a text stands in quotes'],
  ['Value', 'at character 1: there is no Value here; a text stands in quotes'],
  ['String.reverse("a")', 'at character 1: this org has no String.reverse("a") as a function'],
  [
    'user.getInternalProperty("password")',
    'at character 1: this org has no user.getInternalProperty("password") as a function',
  ],
  ['user.getInternalProperty(user.login)', 'at character 1: this org has no user.getInternalProperty as a function'],
  ['String.len()', 'at character 1: String.len takes one value'],
  ['String.append("a")', 'at character 1: String.append takes 2 values'],
  ['String.replace("a", "b")', 'at character 1: String.replace takes 3 values'],
  ['String.join(",")', 'at character 1: String.join takes a separator and at least one text'],
  [
    '1 + String.stringSwitch("a", "b", "c", "d", "e")',
    'at character 5: String.stringSwitch takes a text, what is given otherwise, and pairs of a key and its value',
  ],
  ['String.len("a"', 'at character 15: ")" is expected, and it ends'],
  ['(user.email', 'at character 12: ")" is expected, and it ends'],
  ['true ? 1', 'at character 9: ":" is expected, and it ends'],
  ['user.email = "a"', 'at character 12: its end is expected, and there is "="'],
  ['user.email # 1', 'at character 12: its end is expected, and there is "#"'],
  ['user["email"]', 'at character 1: there is no user here; a text stands in quotes'],
  [templated('user.email').slice(0, -1), 'at character 13: "}" is expected, and it ends'],
  [`a${templated('user.email x')}`, 'at character 15: "}" is expected, and there is "x"'],
];

t.test('what cannot be read is named, with its place', async (t) => {
  for (const [text, sentence] of UNREADABLE) t.equal(problemIn(text), sentence, text);
});

/** What comes to nothing for this user. */
const FAILING: readonly (readonly [string, string])[] = [
  [
    'substring(user.firstName, 0, 9)',
    'at character 1: substring: there is nothing from 0 to 9 in a text of 7 characters',
  ],
  [
    'substring(user.firstName, 3, 2)',
    'at character 1: substring: there is nothing from 3 to 2 in a text of 7 characters',
  ],
  ['substring("abc", 0 - 1, 2)', 'at character 1: substring: there is nothing from -1 to 2 in a text of 3 characters'],
  ['substring("abc", 0.5, 2)', 'at character 1: substring: there is nothing from 0.5 to 2 in a text of 3 characters'],
  ['user.email - 1', 'at character 12: -: needs a number on each side'],
  ['1 < true', 'at character 3: <: needs a number on each side'],
  ['-user.email', 'at character 1: -: needs a number'],
  ['!user.email', 'at character 1: !: needs true or false'],
  ['!substring("", 1, 1)', 'at character 2: substring: there is nothing from 1 to 1 in a text of 0 characters'],
  ['-substring("", 1, 1)', 'at character 2: substring: there is nothing from 1 to 1 in a text of 0 characters'],
  ['user.email ? 1 : 2', 'at character 12: what stands before it is neither true nor false'],
  ['user.email && true', 'at character 12: what stands before it is neither true nor false'],
  ['(1 - "x") == 1', 'at character 4: -: needs a number on each side'],
  ['String.len(1 - "x")', 'at character 14: -: needs a number on each side'],
  ['(1 - "x") ? 1 : 2', 'at character 4: -: needs a number on each side'],
  [templated('1 - "x"'), 'at character 5: -: needs a number on each side'],
];

t.test('what fails for a user is a sentence with its place', async (t) => {
  for (const [text, sentence] of FAILING) t.equal(problemIn(text), sentence, text);
});

t.test('hostile expressions are refused, fast, and reach nothing', async (t) => {
  const deep = (times: number) => `${'('.repeat(times)}1${')'.repeat(times)}`;
  t.equal(resultOf(deep(40)), 1);
  t.match(problemIn(deep(41)), /more than 40 levels/);
  t.match(problemIn('!'.repeat(1000)), /more than 40 levels/);
  t.match(problemIn('String.len('.repeat(90)), /more than 40 levels/);
  t.match(problemIn('true?'.repeat(200)), /more than 40 levels/);
  t.match(problemIn('x'.repeat(1_000_000)), /longer than 1024 characters/);
  t.match(problemIn(templated('1').repeat(300_000)), /longer than 1024 characters/);
  t.equal(resultOf(`1${'+1'.repeat(511)}`), 512, 'a long sum is no deep one');
  const names = [
    'constructor',
    '__proto__',
    'user',
    'user.constructor',
    'user.__proto__',
    'toString',
    'user.email.length',
  ];
  for (const name of [...names, 'process', 'String', 'String.constructor', 'hasOwnProperty']) {
    t.match(problemIn(name), /there is no/, name);
    t.match(problemIn(`${name}("x")`), /has no .* as a function/, name);
  }
  for (const text of ['T(java.lang.Runtime)', '#root', 'new String("x")', '@bean', 'user.email.{?true}', '{1,2}']) {
    t.match(problemIn(text), /^at character/, text);
  }
});

t.test('what grows is stopped before it is large', async (t) => {
  const long = new Map([...VALUES, ['user.email', 'a'.repeat(MOST_CHARACTERS)] as const]);
  for (const text of [
    'user.email + "a"',
    'String.replace(user.email, "a", user.email)',
    'String.join(user.email, "", user.email)',
    templated('user.email').repeat(2),
  ]) {
    t.match(resultOf(text, long), { problem: /gives more than 1024 characters/ }, text);
  }
  t.equal(resultOf('user.email', long), 'a'.repeat(MOST_CHARACTERS));
});

t.test('whatever is written: a bounded value or a sentence, never an exception', async (t) => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...FUNCTIONS.keys(),
      ...NAMES,
      '(',
      ')',
      ',',
      '?',
      ':',
      '+',
      '-',
      '==',
      '&&',
      '!',
      '"',
      "'",
      '$',
      '{',
      '}',
    ),
    fc.constantFrom('"a"', '1', '0.5', 'true', 'null', ' ', '\\', '""', 'AND', '(user.email)', '("a", 1, 2)'),
    fc.string(),
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 40 }).map((all) => all.join('')),
  );
  const property = fc.property(text, (written) => {
    const outcome = resultOf(written);
    if (isKnown(outcome)) return typeof outcome !== 'string' || outcome.length <= MOST_CHARACTERS;
    return /^at character \d+: ./.test(outcome.problem) && outcome.problem.length < 300;
  });
  t.doesNotThrow(() => fc.assert(property, { numRuns: 3000 }));
});
