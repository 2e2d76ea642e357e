/** Reading a compact JWS: to the letter, leniently where it is not one, and never with an exception. */
import t from 'tap';
import { known, problemOf } from '../../src/protocol/rule.js';
import { readJsonObject } from '../../src/tokens/read-json.js';
import { readJws } from '../../src/tokens/read-jws.js';
import { freshKey, sign } from '../support/forge.js';

const { key } = await freshKey();
const good = await sign({ sub: 'u1' }, { alg: 'RS256', typ: 'x' }, key);
const [header = '', payload = '', signature = ''] = good.split('.');
const b64 = (text: string) => Buffer.from(text).toString('base64url');

t.test('a compact JWS', async (t) => {
  const read = readJws(good);
  t.equal(read.form, 'compact');
  t.equal(read.text, good);
  t.strictSame(
    [...(known(read.header) ?? [])],
    [
      ['alg', 'RS256'],
      ['typ', 'x'],
    ],
  );
  t.strictSame([...(known(read.payload) ?? [])], [['sub', 'u1']]);
  t.equal(readJws(`${header}.${payload}.`).form, 'compact', 'one without a signature is one, too');
});

t.test('what is none, and why', async (t) => {
  const table: [string, object][] = [
    ['', { problem: 'empty' }],
    [' \n', { problem: 'empty' }],
    ['{"access_token":"a.b.c"}', { problem: 'json' }],
    ['[]', { problem: 'json' }],
    [`"${good}"`, { problem: 'json' }],
    ['<saml:Assertion/>', { problem: 'xml' }],
    [`Bearer ${good}`, { problem: 'scheme' }],
    [`dpop ${good}`, { problem: 'scheme' }],
    [`${good}\n`, { problem: 'blanks' }],
    [`${header}. ${payload}.${signature}`, { problem: 'blanks' }],
    [`${good} ${good}`, { problem: 'blanks' }],
    ['a.b.c.d.e', { problem: 'encrypted' }],
    ['opaque', { problem: 'parts', parts: 1 }],
    [`${header}.${payload}`, { problem: 'parts', parts: 2 }],
    [`${good}.x`, { problem: 'parts', parts: 4 }],
    ['.'.repeat(100_000), { problem: 'parts', parts: 6 }],
    ['..', { problem: 'empty-part', part: 'header' }],
    [`${header}..${signature}`, { problem: 'empty-part', part: 'payload' }],
    [`${header}.${payload}.${signature}==`, { problem: 'padding', part: 'signature' }],
    [`${header}.${payload}=.${signature}`, { problem: 'padding', part: 'payload' }],
    [`${header}.${payload}===.${signature}`, { problem: 'alphabet', part: 'payload', character: '=' }],
    [`+${header}.${payload}.${signature}`, { problem: 'alphabet', part: 'header', character: '+' }],
    [`${header}.${payload}.${signature}/`, { problem: 'alphabet', part: 'signature', character: '/' }],
    [`${header}.${payload}.ü`, { problem: 'alphabet', part: 'signature', character: 'ü' }],
    [`${header}.${payload}.abcde`, { problem: 'length', part: 'signature' }],
    [`${header}.${payload}.AB`, { problem: 'spare-bits', part: 'signature' }],
    [`${header}.${payload}.AAB`, { problem: 'spare-bits', part: 'signature' }],
  ];
  for (const [token, expected] of table) t.strictSame(readJws(token).form, expected, token.slice(0, 40));
  for (const fine of ['', 'AA', 'AAA', 'AAAA', 'AQ', 'AAE']) {
    t.equal(readJws(`${header}.${payload}.${fine}`).form, 'compact', fine);
  }
});

t.test('what can be read is read, though it should not stand there so', async (t) => {
  const wrapped = `${good.slice(0, 10)}\n  ${good.slice(10)}`;
  for (const token of [`Bearer ${good}`, ` ${good} `, wrapped]) {
    const read = readJws(token);
    t.equal(read.text, good);
    t.equal(known(read.payload)?.get('sub'), 'u1', token.slice(0, 20));
  }
  t.equal(known(readJws(`${header}.${payload}=.${signature}`).payload)?.get('sub'), 'u1');
  for (const none of ['', 'x', `${good}.${good}`, '{"a":"x.y.z"}', '<a.b.c>', `${good}.a.b`, `${header}.${payload}`]) {
    t.match(readJws(none), { header: undefined, payload: undefined }, none.slice(0, 20));
  }
});

const problem = (json: string | Uint8Array) => readJsonObject(typeof json === 'string' ? Buffer.from(json) : json);

t.test('a JSON object, and no member twice', async (t) => {
  const twice = (member: string) => ({ problem: 'member-twice', member });
  const table: [string | Uint8Array, object][] = [
    [new Uint8Array([0x7b, 0x7d, 0xff]), { problem: 'not-utf8' }],
    [Buffer.from('{}', 'utf16le'), { problem: 'not-json' }],
    ['\uFEFF{}', { problem: 'byte-order-mark' }],
    ['', { problem: 'not-json' }],
    ['{', { problem: 'not-json' }],
    ['{"a":1,}', { problem: 'not-json' }],
    ["{'a':1}", { problem: 'not-json' }],
    ['{"a":NaN}', { problem: 'not-json' }],
    ['{}{}', { problem: 'not-json' }],
    ...['[]', 'null', '1', '"x"', 'true'].map((json): [string, object] => [json, { problem: 'not-an-object' }]),
    ['{"a":1,"a":1}', twice('a')],
    ['{"a":1,"b":{},"\\u0061":2}', twice('a')],
    ['{"a":{"b":[1,{"c":1,"d":[],"c":2}]}}', twice('a.b.c')],
    ['{"":1,"":2}', twice('')],
    ['{"__proto__":1,"__proto__":2}', twice('__proto__')],
    ['{"\\"":1,"\\"":2}', twice('"')],
    ['{"a\\\\":1, "a\\\\":2}', twice('a\\')],
    [' {"a" : {"x":1,"y":2} , "b":3, "b" :4,"c":5,"c":6}', twice('b')],
  ];
  for (const [json, expected] of table) t.strictSame(problem(json), expected, String(json));
});

t.test('the same name in different objects, and as a value, is not twice', async (t) => {
  const fine = [
    '{}',
    '{"a":{"a":{"a":1}},"b":{"a":1}}',
    '{"l":[{"a":1},{"a":1}]}',
    '{"a":"a","b":"a","c":["a","a","a"]}',
    '{"a":"{\\"a\\":1,","b":"\\\\"}',
    '{"a":[[],[1,2],{}],"b":{}}',
    '{"A":1,"a":2,"ä":3,"a\u0308":4}',
  ];
  for (const json of fine) {
    const members = problem(json);
    t.strictSame(problemOf(members), undefined, json);
    t.strictSame(Object.fromEntries(known(members) ?? []), JSON.parse(json));
  }
});

t.test('depth is bounded, and hostile texts do not throw', async (t) => {
  const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  const inArray = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;
  t.equal(problemOf(problem(nested(64))), undefined);
  t.equal(problemOf(problem(inArray(63))), undefined);
  for (const json of [nested(65), inArray(64), nested(10_000), inArray(300_000)]) {
    t.equal(problemOf(problem(json)), 'too-deep');
  }
  t.equal(problemOf(problem('{'.repeat(1_000_000))), 'not-json');
  const own = problem('{"__proto__":{"isAdmin":true},"constructor":1,"problem":"x"}');
  t.strictSame([...(known(own)?.keys() ?? [])], ['__proto__', 'constructor', 'problem']);
  t.equal(({} as Record<string, unknown>).isAdmin, undefined);
  const large = [
    `{"a":"${'x'.repeat(1_000_000)}"}`,
    `{"a":"${'\\\\'.repeat(400_000)}"}`,
    `{${'"a":1,'.repeat(150_000)}"b":2}`,
  ];
  for (const json of large) {
    const began = performance.now();
    const read = readJws(`${b64('{}')}.${b64(json)}.${'A'.repeat(1_000_000)}`);
    t.equal(read.form, 'compact');
    t.ok(performance.now() - began < 2000);
  }
});
