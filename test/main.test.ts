/** The process: what it prints, how it stops, and with which code it exits. Few starts, for each costs a second or two. */
import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import t from 'tap';
import { run } from './support/process.js';

const LISTENING = /Listening on (\S+)\n$/;
const MEMORY = ['--port', '0', '--store', 'memory:'];

t.test('help and version', async (t) => {
  const [help, version] = [run(['--help']), run(['--version'])];
  t.equal(await help.ended, 0);
  t.match(help.out(), /^mock-okta-xaa: .*For testing only/);
  t.equal(await version.ended, 0);
  t.equal(version.out(), `${JSON.parse(readFileSync('package.json', 'utf8')).version}\n`);
});

t.test('starts, says what it is, answers, is healthy, and stops on SIGTERM', async (t) => {
  const server = run([...MEMORY, '--log-level', 'debug']);
  const url = await server.printed(LISTENING);
  for (const said of [
    /FOR TESTING ONLY/,
    /Store: memory:, seeded/,
    /alice@example\.com/,
    /Profile: okta/,
    `Issuer: ${url}`,
  ]) {
    t.match(server.out(), said);
  }
  t.match(await (await fetch(`${url}/_mock/health`)).json(), { status: 'UP', issuer: url });
  await server.printed(/GET \/_mock\/health 200 \d+ ms/);
  const healthy = run(['health', '--port', new URL(url).port]);
  t.equal(await healthy.ended, 0);
  t.match(healthy.out(), /^up: /);

  server.child.kill('SIGTERM');
  t.equal(await server.ended, 0);
  const down = run(['health'], { XAA_PORT: new URL(url).port });
  t.equal(await down.ended, 1);
  t.match(down.out(), /^down \(.*ECONNREFUSED/);
});

t.test('SIGINT stops, too; a request in flight is answered, a silent connection does not hold it up', async (t) => {
  const server = run(MEMORY);
  const url = new URL(await server.printed(LISTENING));
  const body = new URLSearchParams({ grant_type: 'password', client_id: 'nobody' }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length };
  const pending = request(`${url.origin}/oauth2/v1/token`, { method: 'POST', headers });
  const status = new Promise<number | undefined>((resolve, reject) => {
    pending.on('response', (answer) => resolve(answer.resume().statusCode));
    pending.on('error', reject);
  });
  pending.write(body.slice(0, 5));
  // The server has the head of that request once one that came later is answered.
  await fetch(`${url.origin}/_mock/health`);
  const knock = () => connect(Number(url.port), '127.0.0.1');
  knock().on('error', () => {});
  server.child.kill('SIGINT');
  await new Promise((resolve) => {
    const again = () => knock().on('connect', again).on('error', resolve);
    again();
  });
  pending.end(body.slice(5));
  t.equal(await status, 400, 'it was answered after the port was closed');
  t.equal(await server.ended, 0);
});

t.test('a mistake of the person who starts it: one sentence, exit 2', async (t) => {
  const cases: [string[], RegExp][] = [
    [['--prot'], /^mock-okta-xaa: Unknown option '--prot'\. See --help\.\n$/],
    [[...MEMORY, '--org', 'none.json'], /^mock-okta-xaa: The org file none\.json cannot be read: ENOENT\.\n$/],
  ];
  for (const [args, says] of cases) {
    const process = run(args);
    t.equal(await process.ended, 2);
    t.match(process.err(), says);
  }
});

t.test('a failure that nobody foresaw: its stack, exit 1', async (t) => {
  const server = run(MEMORY, { NODE_OPTIONS: '--require ./test/support/broken-listen.cjs' });
  t.equal(await server.ended, 1);
  t.match(server.err(), /broken on purpose\n\s+at /);
});

t.test(
  'a probe that is told to stop ends at once, and says so; one without anything to probe is refused',
  async (t) => {
    const grants = createServer((incoming, outgoing) => {
      const answer = () => outgoing.end(JSON.stringify({ access_token: 'opaque', token_type: 'Bearer' }));
      incoming.resume().on('end', () => setTimeout(answer, 20));
    });
    await new Promise<void>((resolve) => void grants.listen(0, '127.0.0.1', resolve));
    t.teardown(() => grants.close());
    const { port } = grants.address() as AddressInfo;
    const at = ['--issuer', `http://127.0.0.1:${port}`, '--token-endpoint', `http://127.0.0.1:${port}/token`];
    const probe = run(['probe', '--port', '0', '--client-id', 'agent', '--group', 'A2', ...at]);
    while (!probe.err().includes('exp-past')) await new Promise((resolve) => setTimeout(resolve, 20));
    probe.child.kill('SIGINT');
    t.equal(await probe.ended, 130);
    t.match(probe.err(), /Stopped; the org is as it was\.\n$/);
    const nothing = run(['probe', '--client-id', 'agent']);
    t.equal(await nothing.ended, 2);
    t.match(nothing.err(), /^mock-okta-xaa: .*there is nothing to probe\n$/);
  },
);
