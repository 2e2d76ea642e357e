/** Whole runs at a server that is a few lines: when it is made to fetch, and what is known where it takes no good token. */
import t, { type Test } from 'tap';
import type { EdgeCase, EdgeCaseInput } from '../../../src/edge-cases/edge-case.js';
import type { Report } from '../../../src/probe/report.js';
import { run } from '../../../src/probe/running.js';
import type { Answer } from '../../../src/probe/wire.js';
import { answer, bench, fakeIdp, fakeWire, GRANTED, REFUSED, row, tokenOf, withoutSleep } from './make.js';

const COOLDOWN = 30_000;
const BROKE = answer({ status: 500, text: 'oops' });

/** A clock that sleeping moves, and nothing else. */
function clock(t: Test) {
  const at = { now: Date.now() };
  withoutSleep(t, (milliseconds) => {
    at.now += milliseconds;
  });
  t.intercept(Date, 'now', { value: () => at.now });
  return at;
}

/** What it does with a key set; `answers`: in place of that, to the token of a case and to those after it. */
interface Server {
  readonly chokes?: boolean;
  /** It has its keys from an earlier run, and asks for others as it starts only. */
  readonly warm?: boolean;
  readonly restartable?: boolean;
  readonly answers?: readonly Answer[];
}

async function played(t: Test, rows: readonly Partial<EdgeCaseInput>[], server: Server): Promise<Report & Seen> {
  const at = clock(t);
  const cases = new Map(rows.map((more) => [String(more.name), row(more)] as const));
  const org = { published: new Set(['active']), strange: false, fetches: 0 };
  const keys = { held: server.warm ? new Set(['active']) : undefined, fetched: 0 };
  const asked: string[] = [];
  const answers = [...(server.answers ?? [])];
  const fetchKeys = () => {
    Object.assign(keys, { fetched: at.now, held: new Set(org.strange && server.chokes ? [] : org.published) });
    org.fetches += 1;
  };
  const idp = fakeIdp({
    publish: async (signers) => signers.forEach((one) => void org.published.add(one)),
    unpublish: async (signer) => void org.published.delete(signer),
    meet: async (faults) => void Object.assign(org, { strange: JSON.stringify(faults).includes('foreign-members') }),
    mint: async ({ sign, edgeCases: [name = ''] = [] }) =>
      tokenOf({ sign: sign ?? cases.get(name)?.sign ?? 'active', name }),
    fetches: async () => ({ keys: org.fetches, discovery: 0 }),
  });
  const wire = fakeWire(({ body }) => {
    const [, claims = ''] = new URLSearchParams(String(body)).get('assertion')?.split('.') ?? [];
    if (claims === '') return REFUSED;
    const { sign, name } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    asked.push(name || sign);
    const isDue = asked.some((one) => cases.has(one));
    if (isDue && answers.length > 0) return answers.shift() as Answer;
    const mayFetch = !server.warm && at.now - keys.fetched >= COOLDOWN;
    if (!keys.held || (!keys.held.has(sign) && mayFetch)) fetchKeys();
    return keys.held?.has(sign) ? GRANTED : REFUSED;
  });
  const restart = server.restartable ? async () => void Object.assign(keys, { held: undefined }) : undefined;
  const made = bench({ idp, wire, restart });
  const begun = { bench: made, rows: cases as ReadonlyMap<string, EdgeCase>, discovered: [], version: '1' };
  const running = run({ ...begun, began: new Date() });
  for (;;) {
    const { done, value } = await running.next();
    if (done) return { ...(value as Report), asked, fetches: org.fetches };
  }
}

interface Seen {
  /** Cases by their names, and other tokens by who signed them. */
  readonly asked: readonly string[];
  readonly fetches: number;
}

const statuses = ({ results }: Report) => Object.fromEntries(results.map(({ name, status }) => [name, status]));

const GOOD: Partial<EdgeCaseInput> = { group: 'A0', level: 'SHOULD', severity: 'interoperability', expect: ['ok'] };
const ODD: Partial<EdgeCaseInput> = { ...GOOD, name: 'odd', sign: 'es256', idp: { publish: ['es256'] } };
const STRANGE: Partial<EdgeCaseInput> = { ...GOOD, name: 'strange', idp: { jwks: 'foreign-members' } };

t.test('one fetch serves the strange keys and the odd ones where the server bears them', async (t) => {
  const report = await played(t, [ODD, STRANGE], {});
  t.strictSame(statuses(report), { strange: 'pass', odd: 'pass' });
  t.equal(report.fetches, 2, 'the first, and one more');
});

t.test('a server that a strange key costs all others fails that case, and no other', async (t) => {
  const report = await played(t, [ODD, STRANGE], { chokes: true });
  t.strictSame(statuses(report), { strange: 'warn', odd: 'pass' });
  t.equal(report.fetches, 3);
  const anew = await played(t, [ODD, STRANGE], { chokes: true, restartable: true });
  t.strictSame(statuses(anew), { strange: 'warn', odd: 'pass' });
});

t.test('a server that has its keys from an earlier run fetches them when it is started anew', async (t) => {
  t.strictSame(statuses(await played(t, [ODD], { warm: true, restartable: true })), { odd: 'pass' });
  const kept = await played(t, [ODD, STRANGE], { warm: true });
  t.match(kept.results, [{ status: 'not-run', why: /did not fetch the key set again/ }, { status: 'not-run' }]);
  t.equal(kept.asked.filter((one) => one === 'newcomer').length, 1, 'one that never fetched is asked once');
});

t.test('where the good token after a case is refused or breaks it, too, nothing is known', async (t) => {
  const told = async (answers: readonly Answer[], more: Partial<EdgeCaseInput> = {}) =>
    (await played(t, [{ name: 'bad', ...more }], { answers })).results[0]?.status;
  t.equal(await told([REFUSED, GRANTED]), 'pass');
  t.equal(await told([BROKE, GRANTED]), 'fail');
  for (const first of [REFUSED, BROKE])
    for (const twin of [REFUSED, BROKE]) t.equal(await told([first, twin]), 'error', `${first.status} ${twin.status}`);
  t.equal(await told([GRANTED, BROKE]), 'fail', 'what was granted was granted');
  const lasting: Partial<EdgeCaseInput> = { checks: ['next-good-one-accepted'] };
  t.equal(await told([BROKE, BROKE], lasting), 'fail', 'unless it is about what lasts');
  t.equal(await told([REFUSED, BROKE], lasting), 'fail');
});

t.test('what goes before a case and is granted against expectation is not the fault of the case', async (t) => {
  const told = async (answers: readonly Answer[], expect: string[]) => {
    const before: EdgeCaseInput['before'] = [{ token: 'the-same', expect }];
    return (await played(t, [{ ...GOOD, name: 'later', before }], { answers })).results[0];
  };
  t.match(await told([GRANTED], ['invalid_grant']), { status: 'not-run', why: /goes before it was granted/ });
  t.match(await told([REFUSED], ['ok']), { status: 'error', why: /before it went wrong: the server refused/ });
  t.match(await told([REFUSED, GRANTED, GRANTED], ['invalid_grant']), { status: 'pass' });
});

t.test('a key that the server never took is not withdrawn', async (t) => {
  const gone: Partial<EdgeCaseInput> = {
    name: 'gone',
    sign: 'withdrawn',
    idp: { withdraw: ['withdrawn'], cached: true },
  };
  t.match((await played(t, [gone], { warm: true })).results, [{ status: 'not-run', why: /nothing to forget/ }]);
  t.match(
    (await played(t, [gone], {})).results,
    [{ status: 'fail', why: /granted/ }],
    'one that took it and still does',
  );
});
