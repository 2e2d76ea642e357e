/** The identity provider set up for a case: what is proved before a key is withdrawn, what waits, and what of it counts. */
import t, { type Test } from 'tap';
import type { EdgeCaseInput } from '../../../src/edge-cases/edge-case.js';
import { awaitFetch, restored, staged } from '../../../src/probe/stage.js';
import { type BenchParts, bench, fakeIdp, fakeWire, GRANTED, REFUSED, row, tokenOf, withoutSleep } from './make.js';

type More = Partial<EdgeCaseInput>;
const CACHED: More = { sign: 'withdrawn', idp: { withdraw: ['withdrawn'], cached: true } };
const AGED: More = { ...CACHED, meanwhile: 'cache-expired' };
const FRESH: More = { idp: { jwks: 'empty', cached: false } };
const SINGLE: More = { idp: { only: ['active'] } };
const MOVED: More = { idp: { metadata: 'jwks-uri-moved', cached: true }, meanwhile: 'cache-expired' };

/** A clock that sleeping moves, and nothing else. */
function withClock(t: Test): void {
  let now = Date.now();
  withoutSleep(t, (milliseconds) => {
    now += milliseconds;
  });
  t.intercept(Date, 'now', { value: () => now });
}

/** What is done to the identity provider, in its order; tokens say who signed them. */
function play(takes: (sign: string, done: readonly string[]) => boolean, parts: BenchParts = {}) {
  const done: string[] = [];
  const note =
    (what: string) =>
    async (...said: readonly unknown[]) =>
      void done.push([what, ...said.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))].join(' '));
  const idp = fakeIdp({
    ...{ publish: note('publish'), unpublish: note('unpublish'), meet: note('meet'), rotate: note('rotate') },
    ...{ withdrawOthers: note('withdraw others'), takeBack: note('take back') },
    mint: async ({ sign = 'active', header }) => tokenOf({ sign, ...(header && { header }) }),
  });
  const wire = fakeWire(({ body }) => {
    const claims = new URLSearchParams(String(body)).get('assertion')?.split('.')[1] ?? '';
    const { sign } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    done.push(`sent ${sign}`);
    return takes(sign, done) ? GRANTED : REFUSED;
  });
  const made = bench({ idp, wire, ...parts });
  return { done, made };
}

t.test('a key is withdrawn only when the server has taken a token by it', async (t) => {
  const { done, made } = play(() => true);
  t.equal(await staged(made, row(CACHED)), undefined);
  t.strictSame(done, ['publish ["withdrawn"]', 'sent withdrawn', 'unpublish withdrawn', 'meet []']);
});

t.test('a server that never takes one has not held the key, and nothing is known', async (t) => {
  withClock(t);
  const never = play(() => false);
  t.match(await staged(never.made, row(CACHED)), /took no token by the key/);
  t.strictSame(never.done, ['publish ["withdrawn"]', 'sent withdrawn'], 'asked once, and nothing withdrawn');
  const late = play((_, done) => done.filter((one) => one === 'sent withdrawn').length > 2, {
    options: { patience: '10s' },
  });
  t.equal(await staged(late.made, row(AGED)), undefined, 'it is waited for where there is patience');
});

t.test('a key set of one key is all that a server fetches as it starts', async (t) => {
  const { done, made } = play(() => true);
  const again = { ...made, restart: async () => void done.push('restart') };
  const options = { ...again.options, restartCommand: 'restart' };
  await staged({ ...again, options }, row(SINGLE));
  t.strictSame(done.splice(0), ['meet []', 'withdraw others', 'restart']);
  await staged({ ...made, options: { ...made.options, patience: 1000 } }, row(SINGLE));
  t.strictSame(done.splice(0), ['meet []', 'rotate', 'withdraw others']);
  await staged(made, row());
  await restored(made, row());
  t.strictSame(done, [], 'most cases change nothing');
});

/** A server that fetches after so many of those tokens were sent, and what is fired in turn. */
async function fired(more: More, fetchesAt: number, answers: readonly string[], patience = '4s') {
  const { done, made } = play(() => false, { options: { patience } });
  let shots = 0;
  const count = () => done.filter((one) => one === 'sent unpublished').length + shots;
  const idp = {
    ...made.idp,
    fetches: async () => ({ keys: Number(count() >= fetchesAt), discovery: Number(count() >= fetchesAt) }),
  };
  const fire = async () => String(answers[Math.min(shots++, answers.length - 1)]);
  const answer = await awaitFetch({ ...made, idp }, row(more), fire, (one) => one === 'right');
  return { answer, shots, provoked: done.length };
}

t.test('an answer counts only after the fetch', async (t) => {
  withClock(t);
  const NEVER = Number.POSITIVE_INFINITY;
  t.match(await fired({}, NEVER, ['right']), { answer: 'right', shots: 1, provoked: 0 }, 'where nothing is waited for');
  t.match(await fired(FRESH, NEVER, ['right']), { answer: undefined });
  t.match(await fired(FRESH, 2, ['early', 'met', 'late']), { answer: 'met', shots: 2, provoked: 0 });
  for (const answer of ['right', 'wrong'])
    t.match(await fired(AGED, NEVER, [answer]), { answer: undefined }, `${answer} without a fetch says nothing`);
});

t.test('a copy that has to grow too old is fetched anew for a stranger, and then has the time there is', async (t) => {
  withClock(t);
  t.match(await fired(AGED, 1, ['early', 'right', 'late']), { answer: 'right', shots: 2, provoked: 1 });
  t.match(await fired(AGED, 1, ['early', 'wrong', 'early', 'right']), { answer: 'right', shots: 4, provoked: 2 });
  t.match(await fired(AGED, 1, ['early', 'wrong']), { answer: 'wrong' }, 'no longer than that');
  t.match(
    await fired(MOVED, 1, ['early', 'right']),
    { answer: 'right', provoked: 0 },
    'not where it is to look elsewhere',
  );
});
