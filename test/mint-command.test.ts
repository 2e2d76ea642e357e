/** `mock-okta-xaa mint`: an org in memory or a running one, what goes to which output, and the sentences for mistakes. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { decodeJwt } from 'jose';
import t from 'tap';
import { askRunningOrg } from '../src/asked-org.js';
import type { Flags } from '../src/command-flags.js';
import { readConfig } from '../src/config.js';
import { mintCommand } from '../src/mint-command.js';
import { parts } from './support/forge.js';
import { startJwksServer } from './support/jwks-server.js';
import { EXAMPLE, startTestOrg } from './support/org.js';

const dir = t.testdir({
  'cases.json': JSON.stringify([
    {
      ...{ name: 'own-one', level: 'MAY', severity: 'low', expect: ['ok'], source: ['Our book, Chapter one'] },
      ...{ differs: 'It has a claim of ours.', note: 'Nothing else.', claims: { set: { own: '{subject}' } } },
    },
  ]),
  'bad.json': JSON.stringify({ name: 'own-two', claims: { set: { exp: { $soon: 1 } } } }),
  'not.json': '{',
  'key.json': readFileSync('fixtures/keys/claude-agent.jwk.json', 'utf8'),
});

async function run(argv: readonly string[], env: Record<string, string> = {}) {
  const config = readConfig(['mint', ...argv], env);
  if (config.command !== 'mint') throw new Error('no mint');
  return mintCommand(config.settings, config.flags);
}

t.test('the token alone goes to standard output, the rest to standard error', async (t) => {
  const { out, err, exitCode } = await run(['--edge-case', 'exp-past', '--user', 'alice@example.com']);
  t.equal(exitCode, 0);
  t.match(out, /^ey[\w-]+\.[\w-]+\.[\w-]+\n$/);
  for (const said of [
    /testing only/,
    /"iss": "http:\/\/127\.0\.0\.1:8080"/,
    /exp-past \(MUST\)/,
    /Expected: reject, by invalid_grant/,
  ]) {
    t.match(err, said);
  }
  t.notMatch(err, out.trim());
  t.match((await run(['--user', 'bob@example.com'])).err, /would not issue it: user-assigned/);
  t.match((await run(['--sign', 'attacker'])).err, /No row says/);
});

t.test('every flag finds its place', async (t) => {
  const { out } = await run([
    ...['--json', '--issuer', 'https://okta.example', '--token', 'id-jag', '--user', 'carol@example.com'],
    ...['--agent', 'Claude (Requester App)', '--application', 'Claude', '--audience', 'https://as.example'],
    ...['--client-id', 'c1', '--resource', 'https://one.example', '--resource', 'https://two.example'],
    ...['--scope', 'a b', '--lifetime=-5', '--header', '{"set":{"x":1}}', '--claims', '{"remove":["email"]}'],
    ...['--given', 'tenant=a=b', '--sign', 'client', '--client-key', `${dir}/key.json`],
  ]);
  const { header, claims } = JSON.parse(out);
  t.match(header, { x: 1, kid: JSON.parse(readFileSync(`${dir}/key.json`, 'utf8')).kid });
  t.match(claims, {
    ...{ iss: 'https://okta.example', aud: 'https://as.example', client_id: 'c1', scope: 'a b', email: undefined },
    resource: ['https://one.example', 'https://two.example'],
  });
  t.equal(claims.exp - claims.iat, -5);
  const given = await run(['--given', 'tenant=a=b', '--claims', '{"set":{"tenant":"{tenant}"}}', '--json']);
  t.equal(JSON.parse(given.out).claims.tenant, 'a=b');
  const named = await run(['--user', 'explain', '--json']).catch((error: Error) => error);
  t.match(named, { message: /there is no user "explain"/ }, 'a value may be the name of a command');
  const one = await run(['--resource', 'https://one.example', '--json']);
  t.equal(JSON.parse(one.out).claims.resource, 'https://one.example');
  const token = await run(['--token', 'access-token', '--server', 'default']);
  t.match(parts(token.out).claims.iss, /\/oauth2\/default$/);
});

t.test('edge cases of one’s own come from a file', async (t) => {
  const { out } = await run([
    '--edge-cases',
    `${dir}/cases.json`,
    '--edge-case',
    'own-one',
    '--user',
    'alice@example.com',
  ]);
  t.equal(parts(out).claims.own, '00uAlice000000000001');
});

t.test('a running org is asked by its control API', async (t) => {
  const org = await startTestOrg();
  t.teardown(() => org.close());
  const { out, err } = await run(['--url', org.issuer, '--edge-case', 'exp-past']);
  t.equal(parts(out).claims.iss, org.issuer);
  t.match(err, /Expected: reject/);
  const env = { XAA_URL: org.issuer, XAA_API_TOKEN: EXAMPLE.apiToken };
  t.equal(parts((await run([], env)).out).claims.iss, org.issuer);
  const refused = { name: 'ConfigError', message: /refuses: user: there is no user "nobody"/ };
  const made = await fetch(`${org.issuer}/_mock/orgs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"id":"of-a-test"}',
  });
  t.equal(made.status, 201);
  const there = await run(['--url', `${org.issuer}/orgs/of-a-test`]);
  t.equal(decodeJwt(there.out.trim()).iss, `${org.issuer}/orgs/of-a-test`);
  await t.rejects(run(['--url', org.issuer, '--user', 'nobody']), refused);
  const unknown = { message: /refuses: Invalid token provided/ };
  await t.rejects(run(['--url', org.issuer, '--api-token', 'x'.repeat(20)]), unknown);
  await t.rejects(run(['--url', 'http://127.0.0.1:1']), {
    name: 'ConfigError',
    message: /cannot be asked: .*Is it running/,
  });
});

const MISTAKES: Record<string, { readonly argv: readonly string[]; readonly says: RegExp }> = {
  'unknown user': { argv: ['--user', 'nobody'], says: /^user: there is no user "nobody"/ },
  'unknown kind': { argv: ['--token', 'bread'], says: /^token: / },
  'claims that are no JSON': { argv: ['--claims', '{'], says: /^--claims is not JSON/ },
  'a patch that is none': { argv: ['--claims', '{"put":1}'], says: /^claims: .*put/ },
  'a value that is none': { argv: ['--claims', '{"set":{"a":{"$x":1}}}'], says: /^claims\.set\.a\.\$x: / },
  'a value that looks like a flag': { argv: ['--lifetime', '-5'], says: /begins with a dash: write --lifetime=-5/ },
  'a lifetime that is no number': { argv: ['--lifetime', 'long'], says: /^lifetime: / },
  'given without a value': { argv: ['--given', 'tenant'], says: /^--given tenant is not NAME=VALUE/ },
  'given under no such name': { argv: ['--given', 'tennant=a'], says: /^given: .*tennant/ },
  'a key file that is not there': {
    argv: ['--ras-key', `${dir}/none.json`],
    says: /^--ras-key .*none\.json cannot be read/,
  },
  'edge cases that are not there': { argv: ['--edge-cases', `${dir}/none`], says: /There are no edge cases at/ },
  'edge cases that are no JSON': { argv: ['--edge-cases', `${dir}/not.json`], says: /not\.json cannot be read/ },
  'an edge case that is none': {
    argv: ['--edge-cases', `${dir}/bad.json`],
    says: /0\.claims\.set\.exp\.\$soon: is none of/,
  },
};

for (const [what, { argv, says }] of Object.entries(MISTAKES)) {
  t.test(what, async (t) => t.rejects(run(argv), { message: says }));
}

t.test('flags of another command are refused', async (t) => {
  t.throws(() => readConfig(['serve', '--user', 'x'], {}), { message: '--user is no flag of serve. See --help.' });
  t.throws(() => readConfig(['mint', '--leeway', '3'], {}), { message: /--leeway is no flag of mint/ });
  t.throws(() => readConfig(['mint', 'more'], {}), { message: /^mint takes nothing but flags/ });
  const flags: Flags = (readConfig(['mint', '--json'], {}) as { flags: Flags }).flags;
  t.strictSame({ ...flags }, { json: true });
});

t.test(
  'what is around the token, and keys to publish, are told; and that no org knows a token of memory',
  async (t) => {
    const { err } = await run(['--edge-case', 'ok-es256']);
    t.match(err, /The key set must have besides: \[\{.*"edge-es256"/);
    t.match(
      (await run(['--edge-case', 'client-bad-secret'])).err,
      /Around the token: \{"request":\{"client":"wrong-secret"\}/,
    );
    t.match((await run(['--token', 'access-token'])).err, /No running org knows it: with --url, one would/);
    const https = await run(['--tls-cert', 'c', '--tls-key', 'k']);
    t.match(parts(https.out).claims.iss, /^https:/);
  },
);

t.test('what answers at --url and is no org', async (t) => {
  const server = await startJwksServer(t);
  const url = new URL(server.uri).origin;
  const answers: [status: number, body: string, says: RegExp][] = [
    [200, '<html>', /is no org of this kind/],
    [200, '{}', /is no org of this kind/],
    [200, 'null', /is no org of this kind/],
    [500, 'oops', /refuses: it answered 500, and not like an org/],
    [403, '{"errorSummary":"Not you.","errorCauses":[]}', /refuses: Not you\./],
  ];
  for (const [status, body, says] of answers) {
    server.answer = { status, body };
    await t.rejects(run(['--url', url]), { name: 'ConfigError', message: says });
  }
  const silent = createServer();
  t.teardown(() => silent.close());
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const asked = { url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`, apiToken: undefined };
  const never = askRunningOrg(asked, '/_mock/mint', {}, [], 100);
  await t.rejects(never, { name: 'ConfigError', message: /cannot be asked: .*timeout/ });
  await t.rejects(run(['--url', url, '--edge-cases', dir]), { message: /--edge-cases goes with an org in memory/ });
  await t.rejects(run(['--url', 'http://user:secret@127.0.0.1']), { message: /^--url .*must be the issuer of an org/ });
});

t.test('an org file with an edge case of a name that is taken is refused here, too', async (t) => {
  const file = JSON.parse(readFileSync('fixtures/org.json', 'utf8'));
  const [row] = JSON.parse(readFileSync(`${dir}/cases.json`, 'utf8'));
  const place = t.testdir({ 'org.json': JSON.stringify({ ...file, edgeCases: [{ ...row, name: 'exp-past' }] }) });
  await t.rejects(run(['--org', `${place}/org.json`]), {
    name: 'OrgFileError',
    message: /there is an edge case exp-past already/,
  });
});
