/**
 * The image, as a person runs it: built by a real engine and started read-only, without capabilities and as nobody special.
 * Uses the engine that answers `docker info`, else starts one of its own (root and Debian's docker.io); uses the
 * Dockerfile's own base image if it can be had, else the stand-in beside this file.
 */
import { type ChildProcess, type ExecFileOptions, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const IMAGE = `mock-okta-xaa-test:${process.pid}`;
/** How the image promises to run; host networking, because an engine of our own has no bridge. */
const LOCKED_DOWN = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--network', 'host'];

const began = performance.now();
const workspace = await mkdtemp(join(tmpdir(), 'xaa-docker-'));
const environment: NodeJS.ProcessEnv = { ...process.env, DOCKER_BUILDKIT: '1' };

interface Ended {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, however it ends. `code` is a string when it could not be started. */
function run(file: string, args: readonly string[], options: ExecFileOptions = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const settings = { cwd: ROOT, env: environment, maxBuffer: 2 ** 26, ...options };
    execFile(file, args, settings, (error, stdout, stderr) =>
      resolve({
        code: error ? (error.code ?? 'killed') : 0,
        stdout: String(stdout).trim(),
        stderr: String(stderr).trim(),
      }),
    );
  });
}

/** Runs a program that has to succeed, for what it prints. */
async function output(file: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(file, args);
  if (code === 0) return stdout;
  throw new Error(`${file} ${args.join(' ')}: exit code ${code}\n${stdout.slice(-4000)}\n${stderr.slice(-4000)}`);
}

const docker = (...args: readonly string[]) => output(client, ...args);

async function seconds<T>(work: Promise<T>): Promise<[T, string]> {
  const start = performance.now();
  const result = await work;
  return [result, `${((performance.now() - start) / 1000).toFixed(1)} s`];
}

// --- The engine ------------------------------------------------------------------------------------------------------

/** Debian's client builds with BuildKit by itself; a newer one needs the buildx plugin, and one without it comes in vain. */
async function findClient(): Promise<string> {
  for (const candidate of ['docker', '/usr/bin/docker']) {
    const { code, stdout } = await run(candidate, ['--version']);
    const major = Number(stdout.match(/version (\d+)/)?.[1]);
    if (code === 0 && (major < 23 || (await run(candidate, ['buildx', 'version'])).code === 0)) return candidate;
  }
  throw new Error('no docker client that can build: apt-get install docker.io (and docker-buildx where Debian has it)');
}

/** An engine of our own, under the workspace, with no network but the host's: it touches nothing else on the machine. */
async function startEngine(): Promise<ChildProcess> {
  if (process.getuid?.() !== 0) throw new Error('no docker engine answers, and only root can start one');
  const [socket, log] = [join(workspace, 'sock'), join(workspace, 'engine.log')];
  const flags = ['--storage-driver=overlay2', '--iptables=false', '--ip6tables=false', '--bridge=none'];
  const places = ['--data-root', join(workspace, 'root'), '--exec-root', join(workspace, 'exec')];
  const out = await open(log, 'w');
  const own = ['--pidfile', join(workspace, 'pid'), '-H', `unix://${socket}`];
  const engine = spawn('dockerd', [...flags, ...places, ...own], { stdio: ['ignore', out.fd, out.fd] });
  await out.close();
  const failed = new Promise<string>((resolve) => {
    engine.once('error', () => resolve('dockerd is missing: apt-get install docker.io'));
    engine.once('exit', (code) => resolve(`dockerd ended with ${code}`));
  });
  environment.DOCKER_HOST = `unix://${socket}`;
  for (let tries = 0; tries < 150; tries += 1) {
    const problem = await Promise.race([failed, sleep(200)]);
    if (problem) throw new Error(`${problem}\n${(await readFile(log, 'utf8')).slice(-4000)}`);
    if ((await run(client, ['info'])).code === 0) return engine;
  }
  engine.kill();
  throw new Error(`dockerd does not answer\n${(await readFile(log, 'utf8')).slice(-4000)}`);
}

let engine: ChildProcess | undefined;
// A test run that is cut short must not leave an engine behind.
process.once('exit', () => (engine ? engine.kill() : rmSync(workspace, { recursive: true, force: true })));

const client = await findClient();
if ((await run(client, ['info'])).code !== 0) engine = await startEngine();
t.comment(engine ? 'engine: started for this test' : 'engine: the one that was running');

const containers: string[] = [];
const volume = `xaa-test-${process.pid}`;

t.teardown(async () => {
  for (const name of containers) await run(client, ['rm', '--force', '--volumes', name]);
  await run(client, ['volume', 'rm', volume]);
  await run(client, ['image', 'rm', IMAGE]);
  if (engine) {
    engine.kill();
    await once(engine, 'exit');
    // The engine leaves the host's network namespace mounted, and a mount point cannot be removed.
    await run('umount', [join(workspace, 'exec/netns/default')]);
  }
  await rm(workspace, { recursive: true, force: true });
  t.comment(`the docker test took ${((performance.now() - began) / 1000).toFixed(0)} s`);
});

// --- The image -------------------------------------------------------------------------------------------------------

/** The base that the Dockerfile names, or the stand-in: under that very name if the engine is ours, else under its own. */
async function findBase(t: Test, named: string): Promise<string> {
  const present = (await run(client, ['image', 'inspect', named])).code === 0;
  if (present || (await run(client, ['pull', '--quiet', named], { timeout: 180_000 })).code === 0) {
    t.comment(`base: ${named} itself`);
    return named;
  }
  const base = engine ? named : 'mock-okta-xaa-stand-in:24';
  const [tarball, took] = await seconds(output(join(ROOT, 'test/system/stand-in-base.sh')));
  await docker('import', '--change', 'CMD ["node"]', tarball, base);
  t.comment(`base: a STAND-IN for ${named}, which can be neither found nor pulled (${took})`);
  return base;
}

/** The package registry and certificate authority that npm is set to here, for npm in the build. */
async function buildSecrets(): Promise<string[]> {
  const settings = ['globalconfig', 'userconfig', 'cafile'].map((name) => output('npm', 'config', 'get', name));
  const [globalFile, userFile, authority] = await Promise.all(settings);
  const texts = [globalFile, userFile].map((file) => readFile(file as string, 'utf8').catch(() => ''));
  const lines = (await Promise.all(texts)).join('\n').split('\n');
  // What names a place on this machine means nothing inside the build.
  const portable = lines.filter((line) => !/^\s*(cafile|prefix|cache|nodedir)\s*=/.test(line));
  const npmrc = join(workspace, 'npmrc');
  const hasAuthority = authority !== 'null' && authority !== '';
  await writeFile(npmrc, [...portable, hasAuthority ? 'cafile=/run/secrets/ca' : '', ''].join('\n'), { mode: 0o600 });
  const secrets = ['--secret', `id=npmrc,src=${npmrc}`];
  return hasAuthority ? [...secrets, '--secret', `id=ca,src=${authority}`] : secrets;
}

const dockerfile = await readFile(join(ROOT, 'Dockerfile'), 'utf8');
const namedBase = dockerfile.match(/^ARG BASE=(\S+)$/m)?.[1] as string;

let built = false;
await t.test('the image builds', async (t) => {
  const base = await findBase(t, namedBase);
  const args = base === namedBase ? [] : ['--build-arg', `BASE=${base}`];
  const build = docker('build', '--network', 'host', '--tag', IMAGE, ...args, ...(await buildSecrets()), '.');
  const [, took] = await seconds(build);
  const size = Number(await docker('image', 'inspect', '--format', '{{.Size}}', IMAGE));
  const below = Number(await docker('image', 'inspect', '--format', '{{.Size}}', base));
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  t.comment(`built in ${took}: ${megabytes(size)}, of which ${megabytes(size - below)} on top of the base`);
  built = true;
});
const onceBuilt = { skip: built ? false : 'there is no image' };

t.test('its configuration', onceBuilt, async (t) => {
  const [image] = JSON.parse(await docker('image', 'inspect', IMAGE));
  t.equal(image.Config.User, 'node');
  t.same(image.Config.Volumes, { '/data': {} });
  t.same(image.Config.ExposedPorts, { '8080/tcp': {} });
  t.same(image.Config.Entrypoint, ['node', '/app/dist/main.js']);
  t.same(image.Config.Healthcheck.Test, ['CMD', 'node', '/app/dist/main.js', 'health']);
  t.equal(image.Config.Labels['org.opencontainers.image.licenses'], 'MIT');
});

t.test('it holds the bundle, and nothing that built it', onceBuilt, async (t) => {
  const find = ['find', '/app', '/data', '/root', '-mindepth', '1', '-printf', '%u %m %p\n'];
  const asRoot = ['--rm', '--network', 'host', '--user', '0', '--entrypoint', find[0] as string];
  const lines = (await docker('run', ...asRoot, IMAGE, ...find.slice(1))).split('\n');
  const paths = lines.map((line) => line.split(' ')[2] as string);
  const app = new Set(paths.filter((path) => path.startsWith('/app/')).map((path) => path.split('/')[2]));
  t.same([...app].sort(), ['.compile-cache', 'LICENSE', 'dist', 'fixtures', 'package.json']);
  t.ok(paths.includes('/app/dist/main.js'));
  t.ok(paths.includes('/app/fixtures/org.json'));
  t.notOk(paths.some((path) => path.includes('node_modules') || path.endsWith('.ts') || path.endsWith('npmrc')));
  // Whatever takes over the program cannot rewrite it.
  t.notOk(lines.some((line) => line.includes('/app/') && !line.startsWith('root ')));
  t.notOk(
    paths.some((path) => path.startsWith('/data/')),
    'no store is baked in',
  );
});

// --- A container -----------------------------------------------------------------------------------------------------

interface Running {
  readonly name: string;
  readonly port: number;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '0.0.0.0');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}

/** Starts a container on a free port and waits until the engine calls it healthy. */
async function start(...options: readonly string[]): Promise<Running> {
  const name = `xaa-test-${process.pid}-${containers.length}`;
  const port = await freePort();
  containers.push(name);
  const own = ['--detach', '--name', name, '--health-interval', '500ms', '--env', `XAA_PORT=${port}`];
  await docker('run', ...own, ...LOCKED_DOWN, ...options, IMAGE);
  for (let tries = 0; tries < 150; tries += 1) {
    const state = JSON.parse(await docker('inspect', '--format', '{{json .State}}', name));
    if (state.Health.Status === 'healthy') return { name, port };
    if (!state.Running || state.Health.Status === 'unhealthy') break;
    await sleep(200);
  }
  const { stdout, stderr } = await run(client, ['logs', name]);
  throw new Error(`${name} did not get healthy\n${stdout}\n${stderr}`);
}

/** Runs a container that should come to its end by itself. */
async function attempt(...optionsAndCommand: readonly string[]): Promise<Ended> {
  const name = `xaa-test-${process.pid}-${containers.length}`;
  containers.push(name);
  return run(client, ['run', '--name', name, ...LOCKED_DOWN, ...optionsAndCommand], { timeout: 30_000 });
}

/** Stops a container as `docker stop` does, and answers with its exit code: 0 when it heard the signal, 137 when killed. */
async function stop(t: Test, { name }: Running): Promise<number> {
  const [, took] = await seconds(docker('stop', name));
  t.comment(`docker stop took ${took}`);
  return Number(await docker('inspect', '--format', '{{.State.ExitCode}}', name));
}

/** The example org's "Claude Code (OIDC)", whose client id is that of the agent it is linked to. */
const CLIENT = { client_id: 'wlpClaudeCode0000001', client_secret: 'claude-code-client-secret-for-testing-only' };

/** A refresh token for what is posted. It outlives the process if the store does, and a fresh org has never heard of it. */
async function refreshToken({ port }: Running, form: Record<string, string>): Promise<string | undefined> {
  const body = new URLSearchParams({ ...CLIENT, scope: 'openid offline_access', ...form });
  const answer = await ask(port, '/oauth2/v1/token', { method: 'POST', body });
  return ((await answer.json()) as { refresh_token?: string }).refresh_token;
}

const signIn = (org: Running) =>
  refreshToken(org, { grant_type: 'password', username: 'alice@example.com', password: 'xaa-Test-1234!' });
const renew = (org: Running, token = '') => refreshToken(org, { grant_type: 'refresh_token', refresh_token: token });

const ask = (port: number, path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);

t.test('it runs locked down, answers from outside, keeps its store and stops when told', onceBuilt, async (t) => {
  const kept = ['--volume', `${volume}:/data`];
  const first = await start(...kept);

  t.equal((await ask(first.port, '/_mock/health')).status, 200);
  const discovery = await ask(first.port, '/.well-known/openid-configuration');
  t.equal(discovery.status, 200);
  t.match(await discovery.json(), { issuer: String });
  // A server that listens on 127.0.0.1 only does not answer here; one that a published port can reach does.
  t.equal((await fetch(`http://127.0.0.2:${first.port}/_mock/health`)).status, 200, 'listens on all addresses');
  t.equal(await docker('exec', first.name, 'id', '-un'), 'node');

  const signedIn = await signIn(first);
  t.type(signedIn, 'string');
  t.equal(await stop(t, first), 0);

  const second = await start(...kept);
  const renewed = await renew(second, signedIn);
  t.type(renewed, 'string', 'the store is on the volume');
  const intruder = await attempt(...kept, '--env', `XAA_PORT=${await freePort()}`, IMAGE);
  t.equal(intruder.code, 2, 'a second process on the same volume is refused');
  t.match(intruder.stderr, 'Another process uses the store file /data/store.json');
  await docker('kill', second.name);

  const third = await start(...kept);
  const again = await renew(third, renewed);
  t.type(again, 'string', 'a killed process leaves nothing in the way');
  t.equal(await stop(t, third), 0);

  const fourth = await start();
  t.equal(await renew(fourth, again), undefined, 'a container without that volume is a fresh org');
  t.type(await signIn(fourth), 'string');
  t.equal(await stop(t, fourth), 0);
});

t.test('an org file of your own', onceBuilt, async (t) => {
  const example = JSON.parse(await readFile(join(ROOT, 'fixtures/org.json'), 'utf8'));
  const file = join(workspace, 'org.json');
  await writeFile(file, JSON.stringify({ ...example, org: { ...example.org, name: 'Mine' } }), { mode: 0o644 });
  const own = await start(
    '--volume',
    `${file}:/org.json:ro`,
    '--env',
    'XAA_ORG=/org.json',
    '--env',
    'XAA_STORE=memory:',
  );
  t.match(await (await ask(own.port, '/_mock/health')).json(), { org: 'Mine' });
  t.equal(await stop(t, own), 0);
});

t.test('what must not work', onceBuilt, async (t) => {
  const deaf = await attempt('--env', `XAA_PORT=${await freePort()}`, IMAGE, 'health');
  t.equal(deaf.code, 1, 'nobody answers: not healthy');
  const wrong = await attempt('--env', 'XAA_PORT=banana', IMAGE);
  t.equal(wrong.code, 2, 'a wrong setting stops the program');
  t.match(wrong.stderr, 'XAA_PORT');
});
