/** The vocabulary as tables: forms, scopes, PKCE, identifiers, reasons, and how rules are judged. */
import fc from 'fast-check';
import t from 'tap';
import { isScope, readForm, words } from '../../src/protocol/form.js';
import {
  grantIdOf,
  ID_PREFIX,
  type IdKind,
  idFromName,
  newId,
  newSecret,
  newTokenId,
  orn,
} from '../../src/protocol/ids.js';
import { isPkceValue, matchesChallenge } from '../../src/protocol/pkce.js';
import { REASONS, type Reason } from '../../src/protocol/reasons.js';
import { explain, type Fact, isKnown, judge, known, problem, problemOf, rulesOver } from '../../src/protocol/rule.js';
import { cite } from '../../src/protocol/sources.js';
import { isSystemScope } from '../../src/protocol/urns.js';

t.test('a form: names in order, values in order, empty ones absent', async (t) => {
  const form = readForm('a=1&b=&a=2&c=x+y%2Bz&=nameless&__proto__=p&d');
  t.same(form.names, ['a', 'c', '', '__proto__']);
  t.same(form.all('a'), ['1', '2']);
  t.equal(form.get('a'), '1');
  t.equal(form.get('c'), 'x y+z');
  t.equal(form.get('b'), undefined);
  t.same(form.all('toString'), []);
  t.equal(form.get('__proto__'), 'p');
  t.equal(form.isForm, true);
  t.equal(readForm('', false).isForm, false);
  t.same(readForm('%=x&%zz=%').names, ['%', '%zz']);
});

t.test('any text is a form', async () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const form = readForm(text);
      return form.names.every((name) => form.all(name).length > 0 && form.all(name).every((value) => value !== ''));
    }),
  );
});

t.test('words', async (t) => {
  const table: [string | undefined, string[]][] = [
    [undefined, []],
    ['', []],
    ['  ', []],
    ['a', ['a']],
    ['b a  b', ['b', 'a']],
    ['a\tb', ['a\tb']],
  ];
  for (const [text, expected] of table) t.same(words(text), expected);
});

t.test('scopes', async (t) => {
  for (const good of ['a', 'a b', '!', 'a:b/c.d+e', '~', '#', '[', ']', 'mcp:read mcp:write'])
    t.equal(isScope(good), true, good);
  for (const bad of ['', ' ', ' a', 'a ', 'a  b', 'a"', 'a\\b', 'a\tb', 'a\nb', 'ä', '\u007f', 'a\u0000']) {
    t.equal(isScope(bad), false, JSON.stringify(bad));
  }
  t.equal(isSystemScope('openid'), true);
  t.equal(isSystemScope('mcp:read'), false);
});

t.test('PKCE: the example of RFC 7636, Appendix B', async (t) => {
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
  t.equal(matchesChallenge(verifier, challenge), true);
  t.equal(matchesChallenge(`${verifier}x`, challenge), false);
  t.equal(matchesChallenge(verifier, `${challenge}=`), false);
  t.equal(matchesChallenge(challenge, challenge), false);
  t.equal(matchesChallenge('', '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU'), false, 'too short, though it hashes so');
  const lengths: [number, boolean][] = [
    [42, false],
    [43, true],
    [128, true],
    [129, false],
  ];
  for (const [length, good] of lengths) t.equal(isPkceValue('x'.repeat(length)), good);
  for (const bad of ['!', ' ', '+', '/', '=', 'ü', '\n']) t.equal(isPkceValue('x'.repeat(43) + bad), false);
  t.equal(isPkceValue('azAZ09._~-'.repeat(5)), true);
});

t.test('identifiers look as at Okta', async (t) => {
  for (const [kind, prefix] of Object.entries(ID_PREFIX)) {
    const [fresh, named] = [newId(kind as IdKind), idFromName(kind as IdKind, 'Name')];
    for (const id of [fresh, named]) t.match(id, new RegExp(`^${prefix}[0-9A-Za-z]{17}$`));
    t.not(fresh, newId(kind as IdKind));
    t.equal(named, idFromName(kind as IdKind, 'Name'));
    t.not(named, idFromName(kind as IdKind, 'name'));
  }
  t.not(idFromName('user', 'x').slice(3), idFromName('group', 'x').slice(3));
  t.match(newSecret(43), /^[\w-]{43}$/);
  const grant = newId('grant');
  t.match(newTokenId('ID', grant), /^ID\.[\w-]{43}$/);
  t.equal(grantIdOf(newTokenId('AT', grant)), grant);
});

t.test('resource names', async (t) => {
  const names: [string, string][] = [
    [orn.application('O', 'figma', 'A'), 'orn:okta:idp:O:apps:figma:A'],
    [orn.agent('O', 'A'), 'orn:okta:directory:O:workload-principals:ai-agents:A'],
    [orn.user('O', 'U'), 'orn:okta:directory:O:users:U'],
    [orn.authorizationServer('O', 'S'), 'orn:okta:idp:O:authorization_servers:S'],
    [orn.connection('O', 'C'), 'orn:okta:idp:O:connections:C'],
  ];
  for (const [name, expected] of names) t.equal(name, expected);
});

t.test('every reason can go on the wire', async (t) => {
  for (const [name, reason] of Object.entries(REASONS) as [string, Reason][]) {
    t.match(name, /^[a-z0-9_]+$/);
    t.match(reason.error, /^[a-z_]+$/);
    t.match(reason.text, /^[\x20-\x21\x23-\x5b\x5d-\x7e]+[.-]$/, `${name}: ASCII without quote and backslash`);
    t.ok([400, 401, 403, 404, 429, 500].includes(reason.status), name);
    if (reason.error === 'invalid_client') t.equal(reason.status, 401);
  }
});

t.test('facts', async (t) => {
  const table: [unknown, boolean, string | undefined][] = [
    [undefined, false, undefined],
    [problem('gone'), false, 'gone'],
    [null, true, undefined],
    ['', true, undefined],
    [0, true, undefined],
    [{ a: 1 }, true, undefined],
  ];
  for (const [fact, isValue, name] of table) {
    t.equal(isKnown(fact), isValue);
    t.same(known(fact), isValue ? fact : undefined);
    t.equal(problemOf(fact), name);
  }
});

interface Facts {
  readonly size: number;
  readonly colour: Fact<string, 'faded'> | undefined;
}

const rule = rulesOver<Facts>();
const source = cite.oauth('Error Response');
const RULES = [
  rule({ name: 'big-enough', demands: 'x', holds: (f) => f.size > 1, reason: 'invalid_request', source }),
  rule({
    name: 'red',
    demands: 'x',
    needs: ['colour'],
    holds: (f) => f.colour === 'red',
    reason: 'invalid_grant',
    source,
  }),
];

t.test('judging: in order, and a rule whose facts are missing is not asked', async (t) => {
  const outcomes = (facts: Facts) => explain(RULES, facts).map(({ outcome }) => outcome);
  const table: [Facts, string | undefined, string[]][] = [
    [{ size: 2, colour: 'red' }, undefined, ['holds', 'holds']],
    [{ size: 2, colour: 'blue' }, 'red', ['holds', 'broken']],
    [{ size: 1, colour: 'blue' }, 'big-enough', ['broken', 'broken']],
    [{ size: 1, colour: undefined }, 'big-enough', ['broken', 'not-asked']],
    [{ size: 2, colour: problem('faded') }, undefined, ['holds', 'not-asked']],
  ];
  for (const [facts, refusedBy, expected] of table) {
    t.equal(judge(RULES, facts)?.name, refusedBy);
    t.same(outcomes(facts), expected);
  }
  t.same(
    RULES.map(({ needs }) => needs),
    [[], ['colour']],
  );
  t.same(source, { document: 'RFC 6749', section: 'Error Response', certainty: 'documented' });
  t.equal(cite.oidc('ID Token', 'inferred').certainty, 'inferred');
});

t.test('a form with many values of one name keeps them all, in order', async (t) => {
  const form = readForm(Array.from({ length: 50_000 }, (_, at) => `a=${at}`).join('&'));
  t.equal(form.all('a').length, 50_000);
  t.strictSame([form.get('a'), form.all('a').at(-1)], ['0', '49999']);
});
