/** Judging: what each answer comes to, at each verdict and level, with and without checks. */
import t from 'tap';
import { LEVELS, type Level, type Verdict } from '../../../src/edge-cases/edge-case.js';
import type { Looked, Status } from '../../../src/probe/report.js';
import { decisionOf, entryOf, judge } from '../../../src/probe/verdict.js';
import type { Answer } from '../../../src/probe/wire.js';
import { answer, GRANTED, REFUSED, row } from './make.js';

const TOKEN = { access_token: 'at' };

const ANSWERS = {
  granted: GRANTED,
  refused: REFUSED,
  'refused, another status': answer({ status: 401, json: { error: 'invalid_grant' } }),
  'refused, another code': answer({ status: 400, json: { error: 'invalid_request' } }),
  'refused, status only': answer({ status: 400, text: 'no' }),
  broke: answer({ status: 500, text: 'oops' }),
  'broke with a code': answer({ status: 503, json: { error: 'invalid_grant' } }),
  '200 with an error': answer({ json: { error: 'invalid_grant' } }),
  '200 with both': answer({ json: { ...TOKEN, error: 'invalid_grant' } }),
  '200 with nothing': answer({ json: {} }),
  '200 with an empty token': answer({ json: { access_token: '' } }),
  '400 with a token': answer({ status: 400, json: TOKEN }),
  silence: answer({ status: 0, problem: 'It did not answer within 1 s.' }),
} satisfies Record<string, Answer>;
type Kind = keyof typeof ANSWERS;

t.test('what each answer says', async (t) => {
  const told: Record<Kind, readonly [kind: string, code: string, found: RegExp]> = {
    granted: ['granted', 'ok', /^granted an access token$/],
    refused: ['refused', 'invalid_grant', /^refused with "invalid_grant" \(400\)$/],
    'refused, another status': ['refused', 'invalid_grant', /\(401\)$/],
    'refused, another code': ['refused', 'invalid_request', /"invalid_request"/],
    'refused, status only': ['refused', '400', /^refused with status 400 and no error code$/],
    broke: ['broken', '500', /^broke: it answered with status 500 and no error code$/],
    'broke with a code': ['broken', 'invalid_grant', /^broke: it answered with "invalid_grant" \(503\)$/],
    '200 with an error': ['broken', '200', /status 200, and without a token/],
    '200 with both': ['broken', '200', /status 200, and without a token/],
    '200 with nothing': ['broken', '200', /without a token/],
    '200 with an empty token': ['broken', '200', /without a token/],
    '400 with a token': ['broken', '400', /^answered with status 400, and with an access token$/],
    silence: ['broken', 'none', /^gave no answer: It did not answer/],
  };
  for (const name of Object.keys(told) as Kind[]) {
    const { kind, code, found, status } = decisionOf(ANSWERS[name]);
    const [wanted, wantedCode, words] = told[name];
    t.strictSame([kind, code, status], [wanted, wantedCode, ANSWERS[name].status], name);
    t.match(found, words, name);
  }
});

t.test('an error that is no code is not repeated: it may hold anything', async (t) => {
  const { found, kind } = decisionOf(answer({ status: 400, json: { error: 'the secret hunter2 is wrong' } }));
  t.equal(kind, 'refused');
  t.notMatch(found, /hunter2/);
  t.match(found, /a text in place of an error code \(400\)/);
  t.equal(decisionOf(answer({ status: 400, json: { error: { message: 'no' } } })).code, '400');
});

const EXPECT = { accept: ['ok'], reject: ['invalid_grant'], either: ['ok', 'invalid_grant'] } as const;

/** What is right or half right whoever demands it; `wrong`: that depends on level and demand. */
const COMES_TO: Record<Verdict, Partial<Record<Kind, Status | 'wrong'>>> = {
  accept: {
    ...{ granted: 'pass', refused: 'wrong', 'refused, another status': 'wrong', 'refused, status only': 'wrong' },
    'refused, another code': 'wrong',
  },
  reject: {
    ...{ granted: 'wrong', refused: 'pass', 'refused, another status': 'warn', 'refused, status only': 'warn' },
    'refused, another code': 'warn',
  },
  either: {
    ...{ granted: 'either', refused: 'either', 'refused, another status': 'warn', 'refused, status only': 'warn' },
    'refused, another code': 'warn',
  },
};

t.test('every answer at every verdict, level, and demand', async (t) => {
  for (const verdict of Object.keys(EXPECT) as Verdict[])
    for (const level of Object.keys(LEVELS) as Level[])
      for (const demanded of [false, true])
        for (const name of Object.keys(ANSWERS) as Kind[]) {
          const one = row({ level, expect: [...EXPECT[verdict]] });
          const { status } = judge(one, decisionOf(ANSWERS[name]), [], demanded);
          // What is no answer at all is a failure whatever is expected.
          const wanted = COMES_TO[verdict][name] ?? 'fail';
          const isDemanded = level === 'MUST' || demanded;
          t.equal(
            status,
            wanted === 'wrong' ? (isDemanded ? 'fail' : 'warn') : wanted,
            `${verdict} ${level} ${demanded} ${name}`,
          );
        }
});

t.test('the sentence says what came and what was expected', async (t) => {
  const why = (expect: string[], one: Answer) => judge(row({ expect }), decisionOf(one), []).why;
  t.equal(why(['invalid_grant'], REFUSED), 'It refused with "invalid_grant" (400).');
  t.equal(why(['invalid_grant', '401'], GRANTED), 'It granted an access token; expected: invalid_grant or 401.');
  t.equal(why(['ok'], REFUSED), 'It refused with "invalid_grant" (400); expected: an access token.');
  t.match(why(['ok', 'invalid_target'], REFUSED), /which is right; but the error is to be invalid_target\.$/);
  t.match(why(['invalid_grant'], ANSWERS['refused, another status']), /expects that error with another HTTP status/);
  t.match(
    why(['invalid_grant'], ANSWERS.silence),
    /^It gave no answer: It did not answer within 1 s; expected: invalid_grant\.$/,
  );
});

t.test('statuses that are expected, and those that go with a code', async (t) => {
  const table: readonly (readonly [expect: string[], Answer, Status])[] = [
    [['405'], answer({ status: 405, text: '' }), 'pass'],
    [['405'], answer({ status: 405, json: { error: 'invalid_request' } }), 'pass'],
    [['405'], answer({ status: 404, text: '' }), 'warn'],
    [['invalid_request'], answer({ status: 405, json: { error: 'invalid_request' } }), 'warn'],
    [['invalid_grant', '503'], answer({ status: 503, text: '' }), 'pass'],
    [['invalid_grant'], answer({ status: 503, text: '' }), 'fail'],
    [['invalid_grant'], answer({ status: 503, json: { error: 'invalid_grant' } }), 'fail'],
    [['invalid_grant', '503'], answer({ status: 500, json: { error: 'invalid_grant' } }), 'fail'],
    [['405'], answer({ status: 405, json: TOKEN }), 'fail'],
    [['invalid_client'], answer({ status: 401, json: { error: 'invalid_client' } }), 'pass'],
    [['invalid_client'], answer({ status: 400, json: { error: 'invalid_client' } }), 'pass'],
    [['invalid_client'], answer({ status: 403, json: { error: 'invalid_client' } }), 'warn'],
    [['invalid_grant', '401'], answer({ status: 401, json: { error: 'invalid_grant' } }), 'pass'],
  ];
  for (const [expect, one, status] of table) {
    t.equal(judge(row({ expect }), decisionOf(one), []).status, status, `${expect} ${one.status} ${one.text}`);
  }
});

const look = (outcome: Looked['outcome'], found: string): Looked => ({ check: 'x', demands: 'y', outcome, found });

t.test('checks decide where the decision is right', async (t) => {
  const broken = [look('held', 'Good.'), look('broken', 'A is bad.'), look('broken', 'B is bad.')];
  const unseen = [look('not-looked-at', 'C was not seen.'), look('held', 'Good.')];
  const judged = (looked: Looked[], one = REFUSED, more = {}, demanded = false) =>
    judge(row(more), decisionOf(one), looked, demanded);
  t.equal(judged([look('held', 'Good.')]).status, 'pass');
  t.strictSame(judged(broken), {
    status: 'fail',
    why: 'It refused with "invalid_grant" (400). But: A is bad. B is bad.',
  });
  t.equal(judged(broken, REFUSED, { level: 'SHOULD' }).status, 'warn');
  t.equal(judged(broken, REFUSED, { level: 'SHOULD' }, true).status, 'fail', 'demanded by the user');
  t.notMatch(judged(broken, GRANTED).why, /But:/, 'a wrong decision is told alone');
  t.strictSame(judged(unseen), {
    status: 'not-run',
    why: 'It refused with "invalid_grant" (400). That is as it should be, but not all of it: C was not seen.',
  });
  t.equal(judged(unseen, GRANTED).status, 'fail', 'a failure is one, seen or not');
  t.equal(judged(unseen, ANSWERS['refused, another status']).status, 'warn');
  t.equal(judged([...broken, ...unseen]).status, 'fail');
  t.equal(judged(unseen, REFUSED, { expect: ['ok', 'invalid_grant'] }).status, 'not-run');
});

t.test('endpoints that issue no tokens let in, turn away, or break', async (t) => {
  const table: readonly (readonly [Partial<Answer>, kind: string, code: string, found: RegExp])[] = [
    [{ status: 200 }, 'granted', 'ok', /^let it in \(200\)$/],
    [{ status: 302 }, 'refused', '302', /^turned it away \(302\)$/],
    [{ status: 401 }, 'refused', '401', /^turned it away \(401\)$/],
    [{ status: 500 }, 'broken', '500', /^broke: it answered with status 500$/],
    [{ status: 0, problem: 'No answer came: x.' }, 'broken', 'none', /^gave no answer: No answer came: x$/],
  ];
  for (const [one, kind, code, found] of table) {
    const decision = entryOf(answer(one));
    t.strictSame([decision.kind, decision.code], [kind, code]);
    t.match(decision.found, found);
  }
});
