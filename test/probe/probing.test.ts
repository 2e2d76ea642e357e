/** Whole runs of the probe, in process: against the example RAS, which is the model answer, and against servers that break. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { type ResourceAppOptions, startResourceApp } from '../../examples/resource-app/resource-app.js';
import { probePlan } from '../../src/driven-probe.js';
import { type ProbeOptionsInput, probe, type Report, type Result, start } from '../../src/index.js';
import { askControl } from '../../src/probing.js';
import { laterPort } from '../support/later-port.js';

const CLIENT = { id: 'agent-at-ras', secret: 'secret-of-the-agent' };
const OTHER = { id: 'other-at-ras', secret: 'secret-of-the-other' };
const USER = '00uProbe000000000001';
const SHORT = { cacheMaxAge: 1500, cooldownDuration: 300 };

/** The example RAS, which trusts the org that a probe opens at that port. */
async function example(t: Test, more: { [N in keyof ResourceAppOptions]?: ResourceAppOptions[N] | undefined } = {}) {
  const port = await laterPort();
  const issuer = `http://127.0.0.1:${port}`;
  const app = await startResourceApp({
    ...{ trustedIssuer: issuer, clientId: CLIENT.id, clientSecret: CLIENT.secret, otherClients: [OTHER] },
    ...{ users: [{ iss: issuer, sub: USER }], keyCaching: SHORT, ...more },
  } as ResourceAppOptions);
  t.teardown(() => app.close());
  const options = { mcp: app.mcpUrl, client: CLIENT, idp: { port } } satisfies ProbeOptionsInput;
  return { app, port, issuer, options };
}

async function run(options: ProbeOptionsInput): Promise<Report> {
  return probe(options).report();
}

const byName = ({ results }: Report) => new Map(results.map((result) => [result.name, result]));
const statusOf = (report: Report, name: string) => byName(report).get(name)?.status;

t.test('the model answer passes: no failure, no error, in all that needs no waiting', async (t) => {
  const { options } = await example(t);
  const seen: Result[] = [];
  const probing = probe({ ...options, otherClients: { other: OTHER } });
  for await (const result of probing) seen.push(result);
  const report = await probing.report();
  t.match(report, { outcome: 'conformant', counts: { fail: 0, error: 0 } });
  t.strictSame(report.results, seen);
  t.ok((report.counts.pass ?? 0) > 180, `${report.counts.pass} passed`);
  const text = JSON.stringify(report);
  t.notOk(text.includes(CLIENT.secret) || text.includes(OTHER.secret), 'no secret stands in the report');
  t.equal(statusOf(report, 'ok-second-key-after-rotation'), 'pass');
  t.ok(report.preflight.every(({ outcome }) => outcome === 'ok'));
});

t.test('with patience, the cases are played that wait for the server to fetch anew', async (t) => {
  const waiting = async (...names: string[]) => {
    const { options } = await example(t);
    return run({ ...options, patience: '7s', select: { names } });
  };
  // At the same time, each at a server of its own: most of it is waiting.
  const [keys, others] = await Promise.all([
    waiting('jwks-empty', 'jwks-down', 'key-withdrawn', 'metadata-jwks-uri-changed'),
    waiting('either-replay-same-client', 'replay-in-leeway', 'ok-no-kid-single-key'),
  ]);
  const told = (report: Report) => JSON.stringify(report.results.map((one) => one.why));
  t.match(keys, { counts: { fail: 0, error: 0, 'not-run': 0 } }, told(keys));
  t.match(others, { counts: { fail: 0, error: 0, 'not-run': 0 } }, told(others));
});

t.test('with a command that starts the server anew, and for want of a fetch', async (t) => {
  const { options } = await example(t);
  const select = { names: ['replay-after-restart', 'either-replay-same-client', 'ok-es256'] };
  const report = await run({ ...options, restartCommand: 'exit 0', select });
  t.match(report, { counts: { fail: 0, error: 0, 'not-run': 0 } });
  t.equal(statusOf(report, 'replay-after-restart'), 'pass');
  // Long enough for the copy that the server keeps to grow too old: what a start anew does to it.
  const slowly = { ...options, restartCommand: 'sleep 1.7', select: { names: ['jwks-down'] } };
  t.equal(statusOf(await run(slowly), 'jwks-down'), 'pass');
  const { options: kept } = await example(t, { keyCaching: { cacheMaxAge: 600_000, cooldownDuration: 600_000 } });
  const impatient = await run({ ...kept, patience: '1s', select: { names: ['jwks-down'] } });
  t.match(byName(impatient).get('jwks-down'), { status: 'not-run', why: /did not fetch/ });
});

t.test('a running org is driven by its control API, and left as it was', async (t) => {
  const org = await start({ apiToken: 'a-token-for-this-test', controlPort: 0 });
  t.teardown(() => org.close());
  const url = String(org.controlUrl);
  const user = '00uAlice000000000001';
  const { options } = await example(t, { trustedIssuer: org.issuer, users: [{ iss: org.issuer, sub: user }] });
  const ask = askControl(url, 'a-token-for-this-test');
  const select = {
    names: ['ok-baseline', 'exp-past', 'ok-es256', 'key-withdrawn-cached', 'sig-other-trusted-issuer-key'],
  };
  const more = { user: { sub: user }, conditions: { 'several-issuers': true }, select };
  const report = await run({ ...options, ...more, idp: { url, apiToken: 'a-token-for-this-test' } });
  t.match(report, { outcome: 'conformant', setup: { issuer: org.issuer, otherIssuer: `${org.issuer}/orgs/second` } });
  t.match(await ask('GET', '/_mock/keys'), [{ published: [] }]);
  t.strictSame(await ask('GET', '/_mock/faults'), []);
  await t.rejects(ask('POST', '/_mock/mint', { user: 'nobody' }), { name: 'IdpRefusal', message: /there is no user/ });
  await t.rejects(ask('GET', '/nowhere'), { name: 'IdpRefusal' });
  const { issuer: elsewhere } = await server(t, () => ({ status: 500, body: {} }));
  await t.rejects(askControl(elsewhere, undefined)('POST', '/', {}), { message: 'the control API answered 500' });
  await t.rejects(askControl('http://127.0.0.1:1', undefined)('GET', '/'), {
    name: 'ProbeFailure',
    message: /cannot be asked/,
  });
});

/** A token endpoint that answers as told. */
async function server(t: Test, answer: (form: URLSearchParams) => { status: number; body: object }) {
  const http = createServer(async (request, response) => {
    const chunks = await request.toArray();
    if (request.method === 'GET') return response.writeHead(404).end();
    const { status, body } = answer(new URLSearchParams(Buffer.concat(chunks).toString()));
    return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve));
  t.teardown(() => http.close());
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return {
    issuer: origin,
    tokenEndpoint: `${origin}/token`,
    client: CLIENT,
    idp: { port: 0 },
  } satisfies ProbeOptionsInput;
}

const GRANT = { status: 200, body: { access_token: 'opaque-access-token', token_type: 'Bearer' } };
const REFUSE = { status: 400, body: { error: 'invalid_grant' } };

t.test('a server that refuses everything is told so before any case', async (t) => {
  const report = await run(await server(t, () => REFUSE));
  t.match(report, { outcome: 'could-not-run', results: [], sentence: /asked nothing of the identity provider/ });
});

t.test('a server that grants everything fails, and cases of keys are not run where it never fetches', async (t) => {
  const options = await server(t, () => GRANT);
  const names = [
    'ok-baseline',
    'exp-past',
    'jti-burned-by-wrong-client',
    'either-replay-same-client',
    'sub-email-swap',
  ];
  const report = await run({
    ...options,
    select: { names },
    settings: { replay: 'reject' },
    otherClients: { other: OTHER },
  });
  t.match(report, { outcome: 'failures', counts: { fail: 2, error: 0, 'not-run': 3 } });
  t.match(byName(report).get('exp-past'), { status: 'fail', hint: /Demand exp/ });
  t.match(byName(report).get('jti-burned-by-wrong-client'), { status: 'not-run', why: /goes before it was granted/ });
});

t.test('what was used is sent again, and other servers are asked, where a case has it so', async (t) => {
  const second = await server(t, () => GRANT);
  const options = await server(t, () => GRANT);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = { ...privateKey.export({ format: 'jwk' }), kty: 'EC' };
  const names = [
    ...[
      'client-assertion-replayed',
      'dpop-replay',
      'ok-same-jti-other-issuer',
      'replay-other-node',
      'replay-concurrent',
    ],
    ...['exp-crosses-processing', 'ok-es256', 'tok-id-jag-of-other-ras-replayed'],
    ...['jwe-unsigned', 'meta-no-profile'],
  ];
  const recipient = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
  const report = await run({
    ...options,
    ...{ otherNode: second.tokenEndpoint, otherRas: second.tokenEndpoint, patience: '1s', select: { names } },
    client: { id: 'agent', authentication: 'private_key_jwt', key },
    conditions: { dpop: true, 'several-issuers': true, encryption: true },
    keys: { encryption: { ...recipient, kty: 'RSA' } },
    settings: { replay: 'reject' },
  });
  const statuses = Object.fromEntries(report.results.map(({ name, status }) => [name, status]));
  t.strictSame(statuses, {
    ...{ 'client-assertion-replayed': 'either', 'dpop-replay': 'warn', 'ok-same-jti-other-issuer': 'pass' },
    ...{ 'replay-other-node': 'warn', 'replay-concurrent': 'warn', 'tok-id-jag-of-other-ras-replayed': 'fail' },
    ...{
      'exp-crosses-processing': 'not-run',
      'ok-es256': 'not-run',
      'jwe-unsigned': 'fail',
      'meta-no-profile': 'not-run',
    },
  });
});

t.test('a server that breaks on the way is left alone, and nothing is known of the rest', async (t) => {
  let good = 2;
  const options = await server(t, () => (good-- > 0 ? GRANT : REFUSE));
  const report = await run({ ...options, select: { groups: ['A2'] } });
  t.match(report, { outcome: 'could-not-run', counts: { error: 5, fail: 0 } });
  t.match(report.results.at(-1), { status: 'not-run', why: /was left alone/ });
});

t.test('a server that breaks at a case fails it, unless it takes no good token after it either', async (t) => {
  const after = async (twin: object) => {
    const answers = [GRANT, { status: 500, body: {} }, twin];
    const options = await server(t, (form) =>
      form.get('assertion')?.startsWith('no-') ? REFUSE : ((answers.shift() ?? REFUSE) as typeof REFUSE),
    );
    return (await run({ ...options, select: { names: ['exp-past'] } })).results;
  };
  t.match(await after(GRANT), [{ name: 'exp-past', status: 'fail', why: /broke: it answered with status 500/ }]);
  t.match(await after(REFUSE), [{ status: 'error', why: /broke: .* refused with .* nothing is known\.$/ }]);
});

t.test('what the baseline accepts does not fail, until its day', async (t) => {
  const options = await server(t, () => GRANT);
  const accepted = [{ name: 'exp-past', reason: 'Known, and on the list.', expires: '2999-01-01' }];
  const report = await run({ ...options, select: { names: ['ok-no-email', 'exp-past'] }, baseline: { accepted } });
  t.match(report, { outcome: 'conformant', baseline: { accepted: ['exp-past'], stale: [] } });
});

t.test('a run that is stopped early closes what it opened, and has no report', async (t) => {
  const { options, port } = await example(t);
  const probing = probe({ ...options, select: { groups: ['A2'] } });
  for await (const result of probing) if (result.name === 'exp-past') break;
  await t.rejects(probing.report(), { name: 'ProbeFailure', message: /stopped before its report/ });
  const again = await start({ port });
  await again.close();
});

t.test('a running org that goes away on the way ends the run', async (t) => {
  const org = await start();
  const options = await server(t, () => GRANT);
  const probing = probe({
    ...options,
    user: { sub: '00uAlice000000000001' },
    idp: { url: org.issuer },
    select: { groups: ['A2'] },
  });
  const iterate = async () => {
    for await (const _result of probing) await org.close();
  };
  await t.rejects(iterate(), { name: 'ProbeFailure', message: /cannot be asked/ });
});

t.test('options that cannot be used say why', async (t) => {
  t.throws(() => probe({ client: CLIENT }), { name: 'ProbeFailure', message: /nothing to probe/ });
  const named = { issuer: 'http://127.0.0.1:1', client: CLIENT, select: { names: ['no-such-case'] } };
  await t.rejects(run(named), { name: 'ProbeFailure', message: /There is no case no-such-case/ });
  await t.rejects(run({ mcp: 'http://127.0.0.1:1/mcp', client: CLIENT }), { name: 'NotFound' });
});

t.test('a plan says what would be done, and sends nothing', async (t) => {
  const issuer = 'https://as.example';
  const plan = await probePlan({
    issuer,
    client: CLIENT,
    otherUser: { sub: 'u2', email: 'u2@example.com' },
    patience: '2m',
  });
  t.match(plan, /ask these hosts and no others: as\.example\n/);
  t.match(plan, /fire \d{3} of 373 cases/);
  t.match(plan, / 2 min {2}key-withdrawn\n/);
  t.match(plan, / 7 s {2}replay-in-leeway\n|say conditions\.single-use/);
  const named = (name: string) => ({ id: `https://${name}.example/client`, secret: 'a-secret' });
  const otherClients = {
    ...{ other: named('other'), public: named('public'), disabled: named('disabled'), cimd: named('cimd') },
    'without-grant': named('grantless'),
  };
  t.notMatch(await probePlan({ issuer, client: CLIENT, otherClients }), /say otherClients\.(other|disabled|without)/);
  const all = { tokenEndpoint: `${issuer}/token`, client: CLIENT, select: { names: ['exp-past'] } };
  t.notMatch(await probePlan(all), /Left out|Waits/);
});

t.test('a server that creates users may grant strangers a token, but not that of the user', async (t) => {
  const { options } = await example(t, { users: undefined });
  const select = { names: ['sub-unknown', 'sub-case', 'exp-past'] };
  const plain = await run({ ...options, select });
  t.equal(statusOf(plain, 'sub-case'), 'fail');
  const jit = await run({ ...options, select, conditions: { jit: true } });
  t.match(byName(jit).get('sub-case'), {
    status: 'either',
    looked: [{ check: 'subject-is-another-user', outcome: 'held' }],
  });
  t.equal(statusOf(jit, 'exp-past'), 'pass');
});
