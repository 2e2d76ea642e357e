/** `mock-okta-xaa explain`: tokens of this org and of others, from the command line and from standard input. */
import { createPublicKey } from 'node:crypto';
import t from 'tap';
import { readConfig } from '../src/config.js';
import { explainCommand } from '../src/explain-command.js';
import { mintCommand } from '../src/mint-command.js';
import { shippedEdgeCaseKeys } from '../src/shipped.js';
import { startTestOrg } from './support/org.js';
import { run as runProcess } from './support/process.js';

const FIGMA = 'https://auth.figma.example';

async function explain(argv: readonly string[]) {
  const config = readConfig(['explain', ...argv], {});
  if (config.command !== 'explain') throw new Error('no explain');
  return explainCommand(config.settings, config.flags, config.args);
}

async function mint(argv: readonly string[]): Promise<string> {
  const config = readConfig(['mint', '--user', 'alice@example.com', ...argv], {});
  if (config.command !== 'mint') throw new Error('no mint');
  return (await mintCommand(config.settings, config.flags)).out.trim();
}

t.test('a good token is acceptable, a bad one is refused by name and says why', async (t) => {
  const expected = [
    '--audience',
    FIGMA,
    '--client-id',
    'claude-at-figma',
    '--resource',
    'https://mcp.figma.example/mcp',
  ];
  const good = await explain([await mint([]), ...expected]);
  t.equal(good.exitCode, 0, good.out);
  t.match(good.out, /✓ id-jag-audience-is-this-server/);
  t.match(good.out, /Acceptable, as far as it was asked\.\n$/);
  t.notMatch(good.out, '✗');
  const bad = await explain([await mint(['--edge-case', 'exp-past']), ...expected]);
  t.equal(bad.exitCode, 1);
  t.match(bad.out, /✗ id-jag-not-expired: exp is .*\n {4}The ID-JAG has not expired\.\n {4}Okta/);
  t.match(bad.out, /To be refused, first of all by id-jag-not-expired\.\n$/);
  t.match((await explain([await mint([])])).out, /Not asked:\n {2}No audience/);
});

t.test('what is expected can be said', async (t) => {
  const attacker = shippedEdgeCaseKeys().keys.attacker;
  const jwk = { ...createPublicKey({ key: attacker.jwk, format: 'jwk' }).export({ format: 'jwk' }), kid: attacker.kid };
  const dir = t.testdir({ 'keys.json': JSON.stringify({ keys: [{ ...jwk, alg: 'RS256' }] }) });
  const iss = 'https://elsewhere.example';
  const token = await mint(['--sign', 'attacker', '--claims', JSON.stringify({ set: { iss } })]);
  const now = String(Math.floor(Date.now() / 1000) + 320);
  const expected = ['--iss', iss, '--keys', `${dir}/keys.json`, '--now', now];
  const late = JSON.parse((await explain([token, ...expected, '--json'])).out);
  t.match(late, { accepted: false, refusedBy: 'id-jag-not-expired', signature: 'verified' });
  const kind = JSON.parse(
    (await explain([token, ...expected, '--leeway', '60', '--algorithm', 'RS256', '--json'])).out,
  );
  t.match(kind, { accepted: true, refusedBy: null });
  const other = JSON.parse(
    (await explain([token, ...expected, '--leeway', '60', '--algorithm', 'ES256', '--json'])).out,
  );
  t.match(other, { refusedBy: 'id-jag-algorithm-allowed' });
});

t.test('a running org is asked by its control API', async (t) => {
  const org = await startTestOrg();
  t.teardown(() => org.close());
  const token = await mint(['--url', org.issuer]);
  t.match(await explain([token, '--url', org.issuer, '--audience', FIGMA]), {
    exitCode: 0,
    out: /✓ id-jag-signature-verifies/,
  });
  t.match(await explain([token]), { exitCode: 1, out: /✗ id-jag-issuer-trusted/ }, 'of an org in memory it is not');
});

t.test('without a signature that was checked, nothing is acceptable', async (t) => {
  const token = await mint(['--claims', '{"set":{"iss":"https://elsewhere.example"}}']);
  const { out, exitCode } = await explain([token, '--iss', 'https://elsewhere.example']);
  t.equal(exitCode, 1);
  t.match(out, /Undecided: nobody checked the signature\.\n$/);
});

t.test('mistakes', async (t) => {
  await t.rejects(explain(['x', '--algorithm', 'HS256']), { name: 'ConfigError', message: /^algorithms/ });
  await t.rejects(explain(['x', '--now', 'soon']), { message: /^now: / });
  await t.rejects(explain(['x', '--keys', '/nowhere.json']), { message: /--keys .* cannot be read/ });
  t.throws(() => readConfig(['explain', 'one', 'two'], {}), { message: 'explain takes one token. See --help.' });
});

t.test('as processes: mint prints the token alone, and explain reads it from standard input', async (t) => {
  const minting = runProcess(['mint', '--user', 'alice@example.com', '--edge-case', 'hdr-typ-jwt']);
  t.equal(await minting.ended, 0);
  const explaining = runProcess(['explain', '--audience', FIGMA]);
  explaining.child.stdin?.end(minting.out());
  t.equal(await explaining.ended, 1);
  t.match(explaining.out(), /✗ id-jag-typed: typ is "JWT"/);
  const refused = runProcess(['mint', '--user', 'nobody']);
  t.equal(await refused.ended, 2);
  t.match(refused.err(), /^mock-okta-xaa: user: there is no user "nobody"/);
});
