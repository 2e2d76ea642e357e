/** Where the control API answers: with the org, at a listener of its own, or nowhere. */
import { createServer } from 'node:net';
import t from 'tap';
import { start } from '../src/index.js';

const status = async (url: string, init?: RequestInit) => (await fetch(url, init)).status;

t.test('with the org, unless somebody says otherwise', async (t) => {
  const org = await start();
  t.teardown(() => org.close());
  t.equal(org.controlUrl, undefined);
  t.equal(await status(`${org.issuer}/_mock/clock`), 200);
  t.notMatch(org.banner, /Control API/);
});

t.test('at a listener of its own, which has nothing else but health', async (t) => {
  const org = await start({ controlPort: 0 });
  t.teardown(() => org.close());
  const control = org.controlUrl as string;
  t.not(control, org.issuer);
  t.match(org.banner, `Control API: ${control}\n`);
  const made = await fetch(`${control}/_mock/orgs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"id":"one"}',
  });
  t.match(await made.json(), { issuer: `${org.issuer}/orgs/one` }, 'orgs are at the listener of the orgs');
  for (const prefix of ['', '/orgs/one']) {
    t.equal(await status(`${control}${prefix}/_mock/clock`), 200);
    t.equal(await status(`${org.issuer}${prefix}/_mock/clock`), 404);
    t.equal(await status(`${control}${prefix}/oauth2/v1/keys`), 404);
    t.equal(await status(`${org.issuer}${prefix}/oauth2/v1/keys`), 200);
    for (const base of [control, org.issuer]) t.equal(await status(`${base}${prefix}/_mock/health`), 200);
  }
  t.equal(await status(`${control}/api/v1/users`), 404);
  const asked = await fetch(`${org.issuer}/oauth2/v1/token`, {
    method: 'POST',
    headers: { 'x-mock-edge-case': 'exp-past' },
  });
  t.match(await asked.json(), { error: 'invalid_request' }, 'the header stays with the requests it is about');
});

t.test('nowhere', async (t) => {
  const org = await start({ noControl: true });
  t.teardown(() => org.close());
  t.match(org.banner, 'Control API: none\n');
  for (const path of ['clock', 'org', 'openapi.json', 'mint', 'exchanges']) {
    t.equal(await status(`${org.issuer}/_mock/${path}`), 404, path);
  }
  t.equal(await status(`${org.issuer}/_mock/health`), 200);
  t.match(await org.mint({ edgeCases: ['exp-past'] }), { verdict: 'reject' }, 'the process itself goes on minting');
});

t.test('what contradicts itself is refused', async (t) => {
  await t.rejects(start({ controlPort: 0, noControl: true }), { name: 'StartFailure', message: /contradict/ });
  for (const maxOrgs of [Number.NaN, -1, 1.5]) {
    await t.rejects(start({ maxOrgs }), { name: 'StartFailure', message: /maxOrgs is no whole number/ });
  }
});

t.test('a port for it that is taken: nothing is held', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  t.teardown(() => taken.close());
  const { port } = taken.address() as { port: number };
  await t.rejects(start({ controlPort: port }), { name: 'StartFailure', message: RegExp(`port ${port}`) });
});
