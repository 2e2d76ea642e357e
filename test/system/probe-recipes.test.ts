/**
 * What a newcomer and a pipeline copy, done as they do it: the package is packed, installed into an empty folder from a
 * registry that has nothing but this checkout's modules, and then the README's section about the probe and the workflow of
 * examples/ci are carried out as they are written, but for their ports.
 */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { parse } from 'yaml';
import { laterPort } from '../support/later-port.js';

for (const program of ['bash', 'tar', 'openssl']) {
  if (spawnSync(program, ['--version']).error) throw new Error(`${program} is missing: apt-get install ${program}`);
}

// --- A registry, a home and free ports ------------------------------------------------------------------------------

/** What npm asks of a registry, answered from node_modules: so nothing is fetched, and what is not there is noticed. */
const registry = createServer(async ({ url = '', headers }, response) => {
  const [, name = '', tarball] = /^\/((?:@[^/]+\/)?[^/]+)(\/-\/.*)?$/.exec(decodeURIComponent(url)) ?? [];
  const folder = join('node_modules', name);
  if (!existsSync(join(folder, 'package.json'))) return response.writeHead(404).end('{}');
  if (tarball) {
    const flags = ['-C', folder, '--exclude=./node_modules', '--transform=s,^[.],package,', '-czf', '-', '.'];
    const packed = await promisify(execFile)('tar', flags, { encoding: 'buffer', maxBuffer: 2 ** 26 });
    return response.end(packed.stdout);
  }
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const dist = { tarball: `http://${headers.host}/${name}/-/it.tgz` };
  const versions = { [manifest.version]: { ...manifest, dist } };
  return response.end(JSON.stringify({ name, versions, 'dist-tags': { latest: manifest.version } }));
}).listen(0, '127.0.0.1');
await once(registry, 'listening');
t.teardown(() => registry.close());

// Not in the folders of the test runner, which lie in the checkout: node would look for modules above them.
const home = mkdtempSync(join(tmpdir(), 'xaa-recipes-'));
t.teardown(() => rmSync(home, { recursive: true, force: true }));
mkdirSync(join(home, 'home'));

// A clone: what git does not keep stays behind, and the modules are those that are here.
const LEFT_BEHIND = ['.git', '.tap', 'data', 'dist', 'node_modules'];
for (const entry of readdirSync('.').filter((one) => !LEFT_BEHIND.includes(one))) {
  cpSync(entry, join(home, 'mock-okta-xaa', entry), { recursive: true });
}
symlinkSync(resolve('node_modules'), join(home, 'mock-okta-xaa', 'node_modules'));

/** Nothing of the checkout is found by its name, and nothing of the person's settings counts. */
const ENV = {
  PATH: (process.env.PATH ?? '')
    .split(delimiter)
    .filter((one) => !one.includes('node_modules'))
    .join(delimiter),
  HOME: join(home, 'home'),
  npm_config_registry: `http://127.0.0.1:${(registry.address() as AddressInfo).port}`,
  ...{ npm_config_audit: 'false', npm_config_fund: 'false', npm_config_update_notifier: 'false' },
};

/** Port as it is written -> one that is free on this machine. */
const ports = Object.fromEntries(
  await Promise.all(
    ['8080', '9000', '8443', '9001'].map(async (written) => [written, String(await laterPort())] as const),
  ),
) as Record<string, string>;
const withPorts = (text: string) => text.replace(/\b(8080|9000|8443|9001)\b/g, (written) => String(ports[written]));

// --- Shells ----------------------------------------------------------------------------------------------------------

interface Ended {
  readonly code: number | null;
  readonly out: string;
  /** Ends what it has left running. */
  readonly stop: () => void;
}

/** `npm ci` in the clone would take the modules away from under this test; whoever runs it has just done that. */
const PREAMBLE = 'npm() { [ "$1" = ci ] && [ -f build.mjs ] || command npm "$@"; }\n';

const shell = (script: string, cwd: string, env: object = {}, flags: readonly string[] = []): ChildProcess =>
  spawn('bash', [...flags, '-c', PREAMBLE + withPorts(script)], {
    cwd,
    env: { ...ENV, XAA_PORT: ports['8080'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // With a process group of its own, so that what it starts ends with it.
    detached: true,
  });

const end = ({ pid }: ChildProcess) => {
  try {
    process.kill(-Number(pid), 'SIGTERM');
  } catch {
    // It has ended.
  }
};

/** Runs to the end, and says what was printed, errors among the rest. */
async function ran(script: string, cwd: string, env?: object, flags?: readonly string[]): Promise<Ended> {
  const child = shell(script, cwd, env, flags);
  t.teardown(() => end(child));
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      out += chunk;
    });
  }
  const [code] = await once(child, 'close');
  return { code, out, stop: () => end(child) };
}

/** Starts a server and waits for its line. @returns what ends it */
async function started(t: Test, script: string, cwd: string): Promise<() => Promise<unknown>> {
  const child = shell(script, cwd);
  t.teardown(() => end(child));
  const first = await Promise.race([
    once(child.stdout as NonNullable<typeof child.stdout>, 'data'),
    once(child, 'exit'),
  ]);
  t.match(String(first[0]), /"tokenEndpoint"/, 'the server prints its line');
  return () => {
    end(child);
    return once(child, 'exit');
  };
}

// --- The README ------------------------------------------------------------------------------------------------------

const SECTION = /^## Test your authorization server in five minutes\n([\s\S]*?)^## /m.exec(
  readFileSync('README.md', 'utf8'),
)?.[1] as string;
const fenced = (kind: string) =>
  [...SECTION.matchAll(new RegExp(`^\`\`\`${kind}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text]) => text as string);
const [PACK, INSTALL, EXAMPLE, PROBE, FETCH_CLOUDFLARE, CLOUDFLARE, PROBE_CLOUDFLARE, ...more] = fenced('sh') as [
  ...[string, string, string, string, string, string, string],
];
/** What is to be printed, where `…` stands for a number. */
const [ENDING] = fenced('text') as [string];
const ending = new RegExp(`${ENDING.replace(/[.?]/g, '\\$&').replaceAll('…', '\\d+')}$`);
const folder = join(home, 'probe-trial');

t.test('the README, step by step', async (t) => {
  t.strictSame(more, [], 'these are all blocks');
  const installed = await ran(`set -e\n${PACK}${INSTALL}`, home);
  t.equal(installed.code, 0, installed.out);
  t.notMatch(installed.out, /warn/i, 'nothing that frightens a newcomer');
  t.match(installed.out, /added 3 packages/);

  const stop = await started(t, EXAMPLE, folder);
  const probed = await ran(PROBE, folder);
  t.match(probed.out, /^Nothing was sent\. The probe would\n/);
  t.match(probed.out, ending);
  t.ok(statSync(join(folder, 'report.html')).size > 100_000);

  t.comment('what is missing, by its sentence in the table');
  const [issuer, client, user] = [...SECTION.matchAll(/^\|.*\| (The server .*) \|$/gm)].map(([, said]) => said);
  const missing = async (flags: string, sentence: string | undefined) => {
    const { code, out } = await ran(
      `npx mock-okta-xaa probe --mcp http://127.0.0.1:9000/mcp --case ok-baseline ${flags}`,
      folder,
      { XAA_CLIENT_SECRET: 'secret-for-testing-only' },
    );
    t.equal(code, 2, flags);
    t.match(out, `\nNo case was fired: ${sentence}`, flags);
  };
  await missing('--client-id nobody', client);
  await missing(`--client-id claude --port ${await laterPort()}`, issuer);
  await stop();
  const anew = await started(t, EXAMPLE, folder);
  await missing('--client-id claude --user 00uNobody', user);
  await anew();
});

t.test('the example server says how it is used, and what cannot be', async (t) => {
  const help = await ran('npx mock-okta-xaa-resource-app --help', folder);
  t.equal(help.code, 0);
  t.match(help.out, /--without .*\n[\s\S]*Checks: compact-jws, typ-exact/);
  const wrong = await ran('npx mock-okta-xaa-resource-app --without nothing', folder);
  t.match(wrong, { code: 2, out: 'mock-okta-xaa-resource-app: There is no check "nothing". See --help.\n' });
});

t.test("the README, with Cloudflare's provider", async (t) => {
  const fetched = await ran(`set -e\n${FETCH_CLOUDFLARE}`, folder);
  t.equal(fetched.code, 0, fetched.out);
  const stop = await started(t, CLOUDFLARE, folder);
  const { code, out } = await ran(PROBE_CLOUDFLARE, folder);
  t.equal(code, 0, out);
  t.match(out, /\nNo failure that counts in 1 case\.\n$/);
  await stop();
});

// --- The workflow ----------------------------------------------------------------------------------------------------

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly if?: string;
}

const { jobs } = parse(readFileSync('examples/ci/github-actions.yml', 'utf8'));
const { steps, env: jobEnv } = jobs.probe as { steps: readonly Step[]; env: Record<string, string> };

interface Played extends Omit<Ended, 'stop'> {
  readonly summary: string;
  /** Names of the steps that ran. */
  readonly steps: readonly (string | undefined)[];
}

/** What a runner does with a step's condition; there are no others in the file. */
const DUE: Readonly<Record<string, (failed: boolean) => boolean>> = {
  'always()': () => true,
  'failure()': (failed) => failed,
};
const isDue = (step: Step, failed: boolean) => (DUE[step.if ?? ''] ?? ((before: boolean) => !before))(failed);

/** The run steps in their order, each by `bash -e` as a runner does it. */
async function played(change: (step: string) => string = (step) => step): Promise<Played> {
  const summary = join(own, 'summary.md');
  const done: (Ended & { name: string | undefined })[] = [];
  const failure = () => done.find(({ code }) => code !== 0);
  // Once is enough of installing the same.
  const isDone = ({ name }: Step) => name === 'Install' && existsSync(join(own, 'node_modules'));
  for (const step of steps.filter(({ run }) => run !== undefined)) {
    if (isDone(step) || !isDue(step, failure() !== undefined)) continue;
    const ended = await ran(change(String(step.run)), own, { ...jobEnv, GITHUB_STEP_SUMMARY: summary }, ['-e']);
    done.push({ ...ended, name: step.name });
  }
  for (const { stop } of done) stop();
  const { code, out } = failure() ?? { code: 0, out: done.map((one) => one.out).join('') };
  const written = existsSync(summary) ? readFileSync(summary, 'utf8') : '';
  return { code, out, summary: written, steps: done.map(({ name }) => name) };
}

/** A repository that copied the recipe. The ports are in its probe.json, too. */
const own = join(home, 'repository');

function copyRecipe({ probe, baseline }: { probe?: object; baseline?: object } = {}): void {
  mkdirSync(own, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(folder, file), join(own, file));
  for (const result of ['summary.md', 'probe-report']) rmSync(join(own, result), { recursive: true, force: true });
  const changed = { 'probe.json': probe, 'probe-baseline.json': baseline };
  for (const [file, change] of Object.entries(changed)) {
    const copied = JSON.parse(withPorts(readFileSync(`examples/ci/${file}`, 'utf8')));
    writeFileSync(join(own, file), JSON.stringify({ ...copied, ...change }));
  }
}

t.test('the workflow of examples/ci, as it is', async (t) => {
  copyRecipe();
  const { code, out, summary, steps } = await played();
  t.equal(code, 0, out);
  t.match(summary, /No failure that counts in \d+ cases/);
  t.strictSame(steps, ['Install', 'Start the server', 'Probe it', 'Show the summary']);
  for (const file of ['report.html', 'probe.sarif', 'junit.xml']) {
    t.ok(statSync(join(own, 'probe-report', file)).size > 1000, file);
  }
});

const CASE = 'aud-other-ras';
/** Whether it fails, and where that shows, is the same for two cases as for all of them. */
const TWO = { select: { names: [CASE, 'ok-baseline'] } };
const weaker = (step: string) => step.replace('mock-okta-xaa-resource-app', '$& --without aud-own-issuer');
const accepting = (name: string, expires: string) => {
  return { name, reason: 'Known to the team of the server; mended in the next release.', expires };
};

t.test('the workflow, with a server that has a defect', async (t) => {
  copyRecipe({ probe: TWO });
  const failing = await played(weaker);
  t.equal(failing.code, 1, failing.out);
  t.match(failing.summary, /1 failure of 2 cases/);
  t.match(failing.summary, `<code>${CASE}</code> (critical): It granted an access token`);
  t.match(failing.steps.slice(-3), ['Probe it', 'Show the summary', 'Show the log of the server']);

  copyRecipe({ probe: TWO, baseline: { accepted: [accepting(CASE, '2020-01-31')] } });
  const expired = await played(weaker);
  t.equal(expired.code, 1, expired.out);
  t.match(expired.summary, `**${CASE}**: expired, so it counts again.`);

  const accepted = [accepting(CASE, '2999-12-31'), accepting('ok-baseline', '2999-12-31')];
  copyRecipe({ probe: TWO, baseline: { accepted } });
  const bearing = await played(weaker);
  t.equal(bearing.code, 0, bearing.out);
  t.match(bearing.summary, /1 failure accepted by the baseline/);
  t.match(bearing.summary, '**ok-baseline**: to be taken out. it passes now');
});

t.test('the workflow, with a server that does not start', async (t) => {
  copyRecipe({ probe: { wait: '0s' } });
  const { code, out, summary } = await played((step) =>
    step.replace(/^npx mock-okta-xaa-resource-app .*$/m, ': > server.log'),
  );
  t.equal(code, 2, out);
  t.match(out, /cannot be asked/);
  t.match(summary, 'The probe wrote no report: its log says why.');
});
