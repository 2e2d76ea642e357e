/** The control API's edge cases: the catalogue is searched, rows are added and taken away, tokens are minted. */
import t from 'tap';
import type { EdgeCaseInput } from '../../src/edge-cases/edge-case.js';
import { parts } from '../support/forge.js';
import { EXAMPLE, exampleOrg, startTestOrg } from '../support/org.js';
import { sendBytes, wireRequest } from '../support/wire.js';

const org = await startTestOrg();
t.teardown(() => org.close());

const OWN: EdgeCaseInput = {
  ...{ name: 'own-one', level: 'MAY', severity: 'low', expect: ['ok'], source: ['Our book, Chapter one'] },
  ...{ differs: 'It has a claim of ours.', note: 'Nothing else.', claims: { set: { own: '{audience}' } } },
};

async function send(method: string, path: string, body?: unknown, at = org, headers: Record<string, string> = {}) {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  return at.fetch(path, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...json,
  });
}
const mint = (body: unknown = {}) => send('POST', '/_mock/mint', body);
const causes = (answer: { body: { errorCauses: { errorSummary: string }[] } }) =>
  answer.body.errorCauses.map(({ errorSummary }) => errorSummary);
const namesOf = (answer: { body: { name: string }[] }) => answer.body.map(({ name }) => name);

t.test('the catalogue is listed by group, and searched', async (t) => {
  const all = await org.fetch('/_mock/edge-cases');
  t.equal(all.status, 200);
  t.equal(all.headers.get('cache-control'), 'no-cache, no-store');
  const groups = all.body.map(({ group }: { group: string }) => group);
  t.ok(groups.indexOf('A1') < groups.indexOf('A2'));
  t.equal(groups.at(-1), 'A12');
  const bad = await org.fetch('/_mock/edge-cases?group=A2&verdict=reject&severity=high&level=MUST&q=EXPIRE');
  t.ok(namesOf(bad).includes('exp-past'));
  for (const row of bad.body) t.match(row, { group: 'A2', verdict: 'reject', severity: 'high', level: 'MUST' });
  t.strictSame(namesOf(await org.fetch('/_mock/edge-cases?q=no-such-words')), []);
  for (const query of ['group=A99', 'verdict=perhaps', 'colour=red', 'q=']) {
    t.match(await org.fetch(`/_mock/edge-cases?${query}`), { status: 400, body: { errorCode: 'E0000001' } }, query);
  }
  const one = await org.fetch('/_mock/edge-cases/sig-ras-own-key');
  t.match(one.body, { name: 'sig-ras-own-key', verdict: 'reject', needs: ['rasKey'] });
  t.match(await org.fetch('/_mock/edge-cases/none'), { status: 404, body: { errorCode: 'E0000007' } });
});

t.test('rows are added, one or several, minted from, and taken away', async (t) => {
  const added = await send('POST', '/_mock/edge-cases', OWN);
  t.match(added, { status: 201, body: [{ name: 'own-one', group: 'own', verdict: 'accept' }] });
  const { token } = (await mint({ edgeCases: ['own-one'] })).body;
  t.equal(parts(token).claims.own, parts(token).claims.aud);
  const twice = await send('POST', '/_mock/edge-cases', [{ ...OWN, name: 'own-two' }, OWN]);
  t.match(twice, { status: 400, body: { errorCode: 'E0000001' } });
  t.match(causes(twice), ['[1].name: there is an edge case own-one already; name it otherwise']);
  t.equal((await org.fetch('/_mock/edge-cases/own-two')).status, 404, 'all of them or none');
  const shipped = await send('POST', '/_mock/edge-cases', { ...OWN, name: 'exp-past' });
  t.match(causes(shipped), [/exp-past already/]);
  const two = [
    { ...OWN, name: 'own-two' },
    { ...OWN, name: 'own-two' },
  ];
  t.match(causes(await send('POST', '/_mock/edge-cases', two)), [/^\[1\]\.name/]);
  const file = (await org.fetch('/_mock/org')).body;
  t.match(file.edgeCases, [{ name: 'own-one', claims: { set: { own: '{audience}' } } }], 'the org file has it');
  t.equal((await send('DELETE', '/_mock/edge-cases/own-one')).status, 204);
  t.equal((await send('DELETE', '/_mock/edge-cases/own-one')).status, 404);
  t.match(causes(await send('DELETE', '/_mock/edge-cases/exp-past')), [/stays/]);
});

const BAD_ROWS: readonly (readonly [change: object, cause: RegExp])[] = [
  [{ name: 'Not So' }, /^0\.name: is not in lower case/],
  [{ expect: [] }, /^0\.expect: /],
  [{ expect: ['yes please'] }, /^0\.expect\.0: is neither ok/],
  [{ level: 'must' }, /^0\.level: /],
  [{ source: ['somewhere'] }, /^0\.source\.0: is not a document and a section/],
  [{ claims: { set: { exp: { $soon: 1 } } } }, /^0\.claims\.set\.exp\.\$soon: is none of/],
  [{ claims: { set: { a: ['{nobody}'] } } }, /^0\.claims\.set\.a\.0: names no value/],
  [{ claims: {} }, /^0\.claims: changes nothing/],
  [{ sign: 'me' }, /^0\.sign: /],
  [{ payload: { text: 'a', within: 'b' } }, /^0\.payload: is one of/],
  [{ colour: 'red' }, /^0.*colour/],
  [{ text: '{nobody}' }, /^0\.text: names no value/],
  [{ claims: undefined, expect: ['invalid_grant'] }, /^0\.expect: refuses a good token/],
  [{ payload: { text: 'x' } }, /^0\.claims: is lost/],
  [{ shape: 'empty-segments', header: { set: { a: 1 } } }, /^0\.header: is lost/],
  [{ headerText: '[]', tamper: { header: { set: { a: 1 } } } }, /^0\.tamper: is lost/],
  [{ tamper: {} }, /^0\.tamper: changes nothing/],
  [{ claims: { set: {} } }, /^0\.claims\.set: is empty/],
  [{ claims: { set: Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [`c${at}`, at])) } }, /more than 1000/],
  [{ request: { client: 'stranger' } }, /^0\.request\.client: /],
];

t.test('a bad row is refused with the path of the bad value', async (t) => {
  for (const [change, cause] of BAD_ROWS) {
    const answer = await send('POST', '/_mock/edge-cases', { ...OWN, ...change });
    t.match(answer, { status: 400, body: { errorCode: 'E0000001' } });
    t.match(causes(answer)[0], cause);
  }
  const raw = JSON.stringify({ ...OWN, claims: { set: { a: 1 } } }).replace('"a"', '"__proto__"');
  const headers = { 'content-type': 'application/json' };
  const proto = await org.fetch('/_mock/edge-cases', { method: 'POST', headers, body: raw });
  t.match(causes(proto), [/^0\.claims\.set: has a member __proto__/]);
  t.strictSame((await org.fetch('/_mock/edge-cases?group=own')).body.length, 0, 'nothing was kept');
});

t.test('minting answers with the token and what is to be known about it', async (t) => {
  const { status, headers, body } = await mint({ edgeCases: ['exp-past'], user: 'alice@example.com' });
  t.equal(status, 200);
  t.equal(headers.get('cache-control'), 'no-cache, no-store');
  t.match(body, {
    ...{ kind: 'id-jag', verdict: 'reject', expect: ['invalid_grant'], header: { typ: 'oauth-id-jag+jwt' } },
    claims: { iss: org.issuer, sub: '00uAlice000000000001' },
    edgeCases: [{ name: 'exp-past', source: [String, String], note: String }],
  });
  t.strictSame(parts(body.token).claims, body.claims);
  const answer = await mint({ edgeCases: ['exp-past', 'exp-missing'] });
  t.match(answer, { status: 400, body: { errorCode: 'E0000001', errorSummary: 'Api validation failed: edgeCases' } });
  t.match(causes(answer), [/contradict each other/]);
  t.match(causes(await mint({ lifetime: 'long' })), [/^lifetime: /]);
  t.match(causes(await mint({ given: { tennant: 'a' } })), [/tennant/]);
});

t.test('only who may use the control API is answered', async (t) => {
  for (const [method, path] of [
    ['GET', '/_mock/edge-cases'],
    ['GET', '/_mock/edge-cases/exp-past'],
    ['POST', '/_mock/mint'],
  ] as const) {
    const ask = (headers: Record<string, string>) => sendBytes(org.issuer, [wireRequest(method, path, headers)]);
    t.equal((await ask({ Host: 'evil.example' })).status, 401, path);
  }
  const reader = exampleOrg();
  reader.apiTokens?.push({ name: 'reader', token: 'a-token-that-only-reads', role: 'READ_ONLY_ADMIN' });
  const read = await startTestOrg({ org: reader });
  t.teardown(() => read.close());
  const asReader = { authorization: 'SSWS a-token-that-only-reads' };
  t.equal((await send('GET', '/_mock/edge-cases', undefined, read, asReader)).status, 200);
  for (const [method, path] of [
    ['POST', '/_mock/edge-cases'],
    ['DELETE', '/_mock/edge-cases/own-one'],
    ['POST', '/_mock/mint'],
  ] as const) {
    t.equal((await send(method, path, method === 'POST' ? OWN : undefined, read, asReader)).status, 403, path);
  }
  const admin = { authorization: `SSWS ${EXAMPLE.apiToken}` };
  t.equal((await send('POST', '/_mock/mint', {}, read, admin)).status, 200);
});

t.test('the org file brings edge cases; one with a name that is taken is refused', async (t) => {
  const file = { ...exampleOrg(), edgeCases: [OWN] };
  const own = await startTestOrg({ org: file });
  t.teardown(() => own.close());
  t.equal((await own.fetch('/_mock/edge-cases/own-one')).status, 200);
  const taken = startTestOrg({ org: { ...file, edgeCases: [{ ...OWN, name: 'exp-past' }] } });
  await t.rejects(taken, { name: 'StartFailure', message: /there is an edge case exp-past already/ });
  const twice = startTestOrg({ org: { ...file, edgeCases: [OWN, OWN] } });
  await t.rejects(twice, { name: 'StartFailure', message: /edgeCases\[1\]: another one has the same name/ });
  const bad = { ...OWN, claims: { set: { exp: { $soon: 1 } } } } as EdgeCaseInput;
  await t.rejects(startTestOrg({ org: { ...file, edgeCases: [bad] } }), {
    message: /edgeCases\[0\]\.claims\.set\.exp/,
  });
});

t.test('rows can be given at start, in files or as they are', async (t) => {
  const dir = t.testdir({
    'a.json': JSON.stringify([OWN]),
    'b.json': JSON.stringify({ ...OWN, name: 'own-two' }),
    'c.txt': 'x',
  });
  for (const edgeCases of [dir, [OWN, { ...OWN, name: 'own-two' }]]) {
    const given = await startTestOrg({ edgeCases });
    t.teardown(() => given.close());
    t.strictSame(namesOf(await given.fetch('/_mock/edge-cases?group=own')), ['own-one', 'own-two']);
    t.match(causes(await send('DELETE', '/_mock/edge-cases/own-one', undefined, given)), [/from a file, and stays/]);
  }
  const bad = t.testdir({ 'bad.json': JSON.stringify([{ ...OWN, sign: 'me' }]) });
  const says = { name: 'StartFailure', message: /bad\.json cannot be used:\n {2}0\.sign: / };
  await t.rejects(startTestOrg({ edgeCases: bad }), says);
  await t.rejects(startTestOrg({ edgeCases: [{ ...OWN, sign: 'me' } as never] }), { message: /the options/ });
  const taken = startTestOrg({ edgeCases: [{ ...OWN, name: 'exp-past' }] });
  await t.rejects(taken, { name: 'StartFailure', message: /Two edge cases have the name exp-past/ });
  await t.rejects(startTestOrg({ edgeCases: [OWN, OWN] }), { message: /Two edge cases have the name own-one/ });
});
