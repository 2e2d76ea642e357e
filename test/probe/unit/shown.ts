/** What the report shows of an exchange: everything that tells something, and nothing that is secret. */
import fc from 'fast-check';
import t from 'tap';
import type { Token } from '../../../src/probe/idp.js';
import { Exchange } from '../../../src/probe/report.js';
import { shownExchange } from '../../../src/probe/shown.js';
import type { Answer, Asked } from '../../../src/probe/wire.js';
import { answer, jwtOf, TOKEN_ENDPOINT, tokenOf } from './make.js';

const TOKEN = tokenOf({ iss: 'https://idp.example', sub: 'u-1' });
type Pairs = readonly (readonly [string, string])[];

interface Parts {
  readonly url?: string;
  readonly headers?: Pairs;
  readonly form?: Pairs;
  readonly token?: Token;
  readonly answer?: Answer;
}

const shown = ({ url = TOKEN_ENDPOINT, headers = [], form = [], token = TOKEN, answer: came = answer() }: Parts) => {
  const asked: Asked = { method: 'POST', url, headers };
  return Exchange.parse(shownExchange('the case', asked, form, token, came));
};

t.test('request and answer as a person reads them', async (t) => {
  const form: Pairs = [
    ['grant_type', 'jwt-bearer'],
    ['assertion', TOKEN.compact],
    ['client_secret', 'hunter2hunter2'],
    ['long', 'x'.repeat(400)],
  ];
  const headers: Pairs = [
    ['accept', 'application/json'],
    ['authorization', 'Basic YTpi'],
    ['DPoP', 'eyJ.eyJ.sig'],
  ];
  const json = { access_token: 'opaque', token_type: 'Bearer', expires_in: 3600, cnf: { jkt: 'x' }, list: [1, 'two'] };
  const came = answer({
    ...{ json, headers: { 'content-type': 'application/json', 'x-own': '1', date: 'now' }, milliseconds: 1.6 },
  });
  t.strictSame(shown({ form, headers, answer: came }), {
    what: 'the case',
    sent: {
      ...{ method: 'POST', url: TOKEN_ENDPOINT },
      headers: { accept: 'application/json', authorization: '(credentials)', DPoP: '(a proof)' },
      form: [
        ['grant_type', 'jwt-bearer'],
        ['assertion', '(the token)'],
        ['client_secret', '(a secret)'],
        ['long', `${'x'.repeat(300)}… (400 characters)`],
      ],
      token: { header: { alg: 'RS256' }, claims: { iss: 'https://idp.example', sub: 'u-1' } },
    },
    got: {
      ...{ status: 200, headers: { 'content-type': 'application/json' } },
      body: { ...json, access_token: '(an access token)' },
    },
    milliseconds: 2,
  });
});

t.test('no answer: the problem, and nothing else', async (t) => {
  const { got, problem } = shown({ answer: answer({ status: 0, problem: 'It did not answer within 1 s.' }) });
  t.equal(got, undefined);
  t.equal(problem, 'It did not answer within 1 s.');
});

t.test('the query of a URL, and no credentials before its host', async (t) => {
  const url = `${TOKEN_ENDPOINT}?assertion=${TOKEN.compact}&client_secret=abcdefgh&scope=a%20b`;
  t.equal(shown({ url }).sent.url, `${TOKEN_ENDPOINT}?assertion=(the%20token)&client_secret=(a%20secret)&scope=a%20b`);
  t.equal(shown({ url: 'https://user:pass@as.example/token' }).sent.url, TOKEN_ENDPOINT);
  t.match(shown({ url: `${TOKEN_ENDPOINT}?x=${'x'.repeat(299)}%F0%9F%98%80y` }).sent.url, /%EF%BF%BD/, 'half an emoji');
});

t.test('a token that is no JSON is a text, and a long one is cut', async (t) => {
  const token = { compact: 'not-a-token', header: null, claims: 'y'.repeat(301) };
  t.strictSame(shown({ token }).sent.token, { header: null, claims: `${'y'.repeat(300)}… (301 characters)` });
  const short = { compact: 'e30.', header: null, claims: null };
  t.equal(shown({ token: short, form: [['assertion', 'e30.']] }).sent.form[0]?.[1], '(the token)');
  t.equal(
    shown({ token: short, answer: answer({ text: 'e30. is bad' }) }).got?.body,
    'e30. is bad',
    'too short to tell',
  );
});

const body = (came: Partial<Answer>) => JSON.stringify(shown({ answer: answer(came) }).got?.body);

t.test('bodies of every kind', async (t) => {
  const deep = (depth: number): object => (depth === 0 ? { end: 'end' } : { in: deep(depth - 1) });
  t.match(body({ json: { a: deep(40) } as Answer['json'] }), /nested too deep to be shown/);
  t.notMatch(body({ json: { a: deep(40) } as Answer['json'] }), /end/);
  t.match(body({ json: { a: 'x'.repeat(30_000) } }), /^"\{.{300,320}… \(30008 characters\)"$/, 'large JSON is a text');
  t.equal(body({ text: '<h1>no</h1>' }), '"<h1>no</h1>"');
  t.match(body({ json: { access_token: { odd: 1 } } }), /"odd":1/, 'only texts are secret');
  for (const text of ['access_token=opaque&x=1', '[{"access_token":"opa\\"que"}]', "{'id_token': 'opaque'}"]) {
    t.notMatch(body({ text }), /opa|que/, text);
  }
});

t.test('no secret and no token, whoever repeats it, and wherever', async (t) => {
  let runs = 0;
  const letters = fc.constantFrom(...'abcXYZ019-_.~!"\'\\%&+=:/ <>{}ä€😀');
  const secret = fc.array(letters, { minLength: 12, maxLength: 40 }).map((some) => some.join(''));
  const signed = fc.uint8Array({ minLength: 16, maxLength: 64 }).map((bytes) => {
    const [header, claims] = jwtOf({ sub: 'u-1' }).split('.');
    return `${header}.${claims}.${Buffer.from(bytes).toString('base64url')}`;
  });
  const where = fc.constantFrom('member', 'nested', 'list', 'key', 'text', 'array', 'header', 'encoded', 'code');
  fc.assert(
    fc.property(secret, secret, secret, signed, signed, where, (own, issued, basic, token, other, place) => {
      const half = (text: string) => new URLSearchParams([['', text]]).toString().slice(1);
      const credentials = Buffer.from(`c-1:${half(basic)}`).toString('base64');
      const echo = `${own}, ${issued}, ${basic}, ${credentials}, ${token}, ${other}`;
      const bodies: Record<typeof place, Partial<Answer>> = {
        member: { json: { access_token: issued, error_description: echo } },
        nested: { json: { a: { refresh_token: issued, b: { c: echo } } } },
        list: { json: { access_token: issued, list: [[echo]] } },
        key: { json: { access_token: issued, [echo]: 1 } },
        text: { text: echo.replaceAll(issued, '') },
        array: { text: JSON.stringify([{ access_token: issued, echo: echo.replaceAll(issued, '') }]) },
        header: {
          json: { id_token: issued },
          headers: { location: `https://x.example/?${echo}`, 'www-authenticate': echo },
        },
        encoded: { json: { access_token: issued, error_uri: encodeURIComponent(echo) } },
        code: { status: 400, json: { id_token: issued, error: echo } },
      };
      const exchange = shown({
        url: `${TOKEN_ENDPOINT}?${new URLSearchParams([
          ['client_secret', own],
          ['note', own],
        ])}`,
        headers: [
          ['authorization', `Basic ${credentials}`],
          ['dpop', other],
          ['x-note', basic],
        ],
        form: [
          ['client_secret', own],
          ['client_assertion', other],
          ['assertion', token],
          ['note', `${own} ${token}`],
        ],
        token: { compact: token, header: {}, claims: {} },
        answer: answer(bodies[place]),
      });
      const text = JSON.stringify(exchange);
      for (const [name, one] of Object.entries({ own, issued, basic, token, other, credentials })) {
        for (const spelt of [JSON.stringify(one).slice(1, -1), encodeURIComponent(one), half(one)]) {
          if (text.includes(spelt)) throw new Error(`${name} is shown: ${spelt} in ${text}`);
        }
      }
      if (text.includes(String(token.split('.')[2]))) throw new Error('The signature is shown.');
      runs += 1;
    }),
    { numRuns: 300 },
  );
  t.equal(runs, 300);
});

t.test('letters that are halves of others break nothing', async (t) => {
  const came = answer({ json: { access_token: '\ud800 half', error: '\udc00' } });
  t.match(shown({ answer: came }).got?.body, { access_token: '(an access token)' });
});
