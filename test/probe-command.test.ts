/** `mock-okta-xaa probe`: flags and file become one set of options, reports are written, the exit code says how it went. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { startResourceApp } from '../examples/resource-app/resource-app.js';
import { readConfig } from '../src/config.js';
import { Baseline } from '../src/probe/options.js';
import { Report } from '../src/probe/report.js';
import { probeCommand } from '../src/probe-command.js';
import { laterPort } from './support/later-port.js';

const SECRET = 'secret-of-the-agent';
const ENV = { XAA_CLIENT_SECRET: SECRET };

async function command(argv: readonly string[], isTerminal = false, signal?: AbortSignal) {
  const config = readConfig(['probe', ...argv], ENV);
  if (config.command !== 'probe') throw new Error('that is no probe');
  const told: string[] = [];
  const terminal = { isTerminal, write: (text: string) => void told.push(text), ...(signal && { signal }) };
  const output = await probeCommand(config.settings, config.said, config.flags, terminal);
  return { ...output, told: told.join('') };
}

async function example(t: Test) {
  const port = String(await laterPort());
  const origin = `http://127.0.0.1:${port}`;
  const users = [{ iss: origin, sub: '00uSomebody000000001' }];
  const app = await startResourceApp({ trustedIssuer: origin, clientId: 'agent', clientSecret: SECRET, users });
  t.teardown(() => app.close());
  return { app, argv: ['--port', port, '--host', '127.0.0.1', '--client-id', 'agent', '--mcp', app.mcpUrl] };
}

const folder = mkdtempSync(join(tmpdir(), 'probe-'));
const file = (name: string) => join(folder, name);
const written = (name: string, value: object) => {
  writeFileSync(file(name), JSON.stringify(value));
  return file(name);
};

t.test('a run that passes: lines as they come, reports in files, exit 0', async (t) => {
  const { argv } = await example(t);
  const formats = ['json', 'junit', 'sarif', 'markdown', 'html'];
  const reports = formats.flatMap((format) => ['--report', `${format}=${file(format)}`]);
  const more = ['--user', '00uSomebody000000001,some@example.com', '--case', 'exp-past', '--case', 'ok-baseline'];
  const { out, told, exitCode } = await command([...argv, ...more, ...reports]);
  t.equal(exitCode, 0);
  t.match(told, /^Probing http.*For testing only\.\n/);
  t.match(told, 'exp-past');
  t.match(out, /No failure that counts in 2 cases/);
  const report = Report.parse(JSON.parse(readFileSync(file('json'), 'utf8')));
  t.match(report, { outcome: 'conformant', target: { clientId: 'agent', authentication: 'basic' } });
  for (const format of formats) {
    const text = readFileSync(file(format), 'utf8');
    t.match(text, format === 'markdown' ? 'A2' : 'exp-past', format);
    t.notMatch(text, SECRET, `${format} has no secret`);
  }
});

t.test(
  'failures exit with 1, on a terminal in one line that passes; a baseline is written, and then accepts them',
  async (t) => {
    const { argv } = await example(t);
    const config = written('probe.json', {
      client: { id: 'another' },
      user: { sub: '00uSomebody000000001' },
      select: { names: ['exp-past'] },
      given: { otherScope: 'x' },
    });
    // Nobody but the file says that cases that are right are to be granted: with a second use demanded, one fails.
    const failing = ['--config', config, '--case', 'either-replay-same-client', '--replay', 'allow'];
    const first = await command([...argv, ...failing, '--write-baseline', file('baseline.json')], true);
    t.equal(first.exitCode, 1);
    t.match(first.told, '\r\u001b[K1 cases so far');
    t.match(first.out, 'either-replay-same-client');
    const baseline = Baseline.parse(JSON.parse(readFileSync(file('baseline.json'), 'utf8')));
    t.match(baseline, { accepted: [{ name: 'either-replay-same-client', reason: 'To be explained.' }] });
    const accepting = [...failing, '--baseline', file('baseline.json'), '--json'];
    const second = await command([...argv, ...accepting, '--write-baseline', file('again.json')]);
    t.equal(second.exitCode, 0);
    t.match(JSON.parse(second.out), { outcome: 'conformant', baseline: { accepted: ['either-replay-same-client'] } });
    t.strictSame(JSON.parse(readFileSync(file('again.json'), 'utf8')).accepted[0].reason, 'To be explained.');
  },
);

t.test('a plan sends nothing; a run that is stopped says so', async (t) => {
  const flags = [
    '--condition',
    'several-issuers',
    '--condition',
    'dpop=false',
    '--param',
    'a=b',
    '--given',
    'otherScope=x',
  ];
  const rest = [
    '--other-user',
    'u2',
    '--whoami-tool',
    'whoami',
    '--leeway',
    '30s',
    '--algorithm',
    'RS256',
    '--resource',
    'r',
  ];
  const plan = await command([
    '--issuer',
    'https://as.example',
    '--client-id',
    'c',
    ...flags,
    ...rest,
    '--plan',
    '--rate',
    '5',
  ]);
  t.match(plan, { exitCode: 0, out: /^Nothing was sent/, told: '' });
  const { argv } = await example(t);
  const user = ['--user', '00uSomebody000000001'];
  const stopped = await command([...argv, ...user, '--group', 'A2'], false, AbortSignal.abort());
  t.match(stopped, { exitCode: 130, err: /Stopped/ });
});

t.test('what cannot be used is refused with a sentence', async (t) => {
  const base = ['--issuer', 'https://as.example', '--client-id', 'c'];
  const refused = (argv: readonly string[], message: RegExp) => t.rejects(command([...base, ...argv]), { message });
  await refused(['--report', 'pdf=x'], /--report pdf: there are json, junit/);
  await refused(['--param', 'nothing'], /--param nothing is not NAME=VALUE/);
  await refused(['--resource', 'a', '--resource', 'b'], /Give one/);
  await refused(['--baseline', file('no-such-file')], /cannot be read as JSON/);
  await refused(['--auth', 'magic'], /client\.authentication/);
  t.throws(() => readConfig(['probe', '--edge-case', 'x'], {}), { message: /--edge-case is no flag of probe/ });
  t.throws(() => readConfig(['serve', '--mcp', 'x'], {}), { message: /--mcp is no flag of serve/ });
});
