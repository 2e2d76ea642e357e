/** The way out: bounded, counted, to named hosts only; what a server does on the way, told as a problem. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { promisify } from 'node:util';
import t from 'tap';
import { HostRefusal } from '../../../src/probe/wire.js';
import { AUTHORITY, CERTIFICATE, KEY } from '../../journeys/loopback-tls.js';
import { json, small, wireTo, withoutSleep } from './make.js';

const get = (url: string) => ({ method: 'GET', url, headers: [] });

t.test('a request as it is said, and the answer as it came', async (t) => {
  const server = await small(t, (response) => {
    response.writeHead(201, { 'x-one': '1', 'set-cookie': ['a=1', 'b=2'] }).end('{"ä":"ö"}');
  });
  const wire = wireTo(t, [server.host]);
  const answer = await wire.send({
    ...{ method: 'POST', url: `${server.origin}/token?x=1`, body: 'a=ä' },
    headers: [
      ...([
        ['accept', 'application/json'],
        ['dpop', 'one'],
        ['dpop', 'two'],
        ['dpop', 'three'],
      ] as const),
    ],
  });
  const [came] = server.came;
  t.match(came, { method: 'POST', url: '/token?x=1', body: 'a=ä', headers: { accept: 'application/json' } });
  t.equal(came?.headers['content-length'], '4', 'in bytes');
  const raw = came?.rawHeaders ?? [];
  t.strictSame(
    raw.filter((_, at) => raw[at - 1]?.toLowerCase() === 'dpop'),
    ['one', 'two', 'three'],
    'a name that stands several times is sent as often',
  );
  t.match(answer, { status: 201, text: '{"ä":"ö"}', json: { ä: 'ö' }, problem: undefined });
  t.equal(answer.headers['x-one'], '1');
  t.equal(answer.headers['set-cookie'], 'a=1, b=2');
  t.type(answer.milliseconds, 'number');
  t.equal(wire.count(), 1);
});

t.test('an answer before all was sent is heard, also from a server that then hangs up', async (t) => {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write('HTTP/1.1 413 Content Too Large\r\ncontent-length: 4\r\n\r\nmuch');
      setImmediate(() => socket.destroy());
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const wire = wireTo(t, [host]);
  for (let times = 0; times < 5; times++) {
    const body = 'x'.repeat(5_000_000);
    const answer = await wire.send({ method: 'POST', url: `http://${host}/token`, headers: [], body });
    t.match(answer, { status: 413, text: 'much', problem: undefined });
  }
});

t.test('a large body arrives as it is', async (t) => {
  const server = await small(t, (response) => response.end());
  const body = Buffer.alloc(200_000, 'ab').toString();
  const wire = wireTo(t, [server.host]);
  t.match(await wire.send({ method: 'POST', url: server.origin, headers: [], body }), { status: 200 });
  t.ok(server.came[0]?.body === body);
});

t.test('only an object is JSON', async (t) => {
  const texts = ['[1]', 'null', '"x"', '<html>', ''];
  const server = await small(t, (response, _came, at) => response.end(texts[at]));
  const wire = wireTo(t, [server.host]);
  for (const text of texts) t.match(await wire.send(get(server.origin)), { text, json: undefined, problem: undefined });
  t.equal(server.came[0]?.headers['content-length'], undefined, 'no body, no length of one');
});

t.test('a host that nobody named is refused, and nothing is sent', async (t) => {
  const server = await small(t, (response) => response.end());
  const wire = wireTo(t, ['as.example', '127.0.0.1']);
  await t.rejects(
    wire.send(get(server.origin)),
    new HostRefusal(`${server.host} is not asked: nobody named it. Say --allow-host ${server.host} if it is yours.`),
  );
  t.equal(wire.count(), 0);
  t.strictSame(server.came, []);
  wire.allow(`${server.origin}/somewhere`);
  t.equal((await wire.send(get(server.origin))).status, 200, 'until somebody does');
});

t.test('redirects are told, and not followed', async (t) => {
  const server = await small(t, (response) => response.writeHead(302, { location: '/other' }).end());
  const wire = wireTo(t, [server.host]);
  t.match(await wire.send(get(server.origin)), { status: 302, headers: { location: '/other' } });
  t.equal(server.came.length, 1);
});

t.test('no answer in time, none at all, half of one, or too much of one', async (t) => {
  const server = await small(t, (response, { url }) => {
    if (url === '/reset') return response.destroy();
    if (url === '/half') {
      response.writeHead(200, { 'content-length': 100 }).write('half');
      return setImmediate(() => response.destroy());
    }
    if (url === '/large') return response.end('x'.repeat(1_000_001));
    if (url === '/fits') return response.end('x'.repeat(1_000_000));
    if (url === '/slow-body') return response.writeHead(200).write('x');
    return undefined;
  });
  const wire = wireTo(t, [server.host], { timeout: 300 });
  const ask = (path: string) => wire.send(get(`${server.origin}${path}`));
  t.match(await ask('/never'), { status: 0, text: '', problem: 'It did not answer within 0.3 s.' });
  t.match(await ask('/slow-body'), { status: 200, text: '', problem: 'It did not answer within 0.3 s.' });
  t.match(await ask('/reset'), { status: 0, problem: /^No answer came: .+/ });
  t.match(await ask('/half'), { status: 200, text: '', problem: /^No answer came: .+/ });
  t.match(await ask('/large'), {
    status: 200,
    text: '',
    json: undefined,
    problem: 'Its answer is larger than 1000000 bytes.',
  });
  t.match(await ask('/fits'), { status: 200, problem: undefined });
  t.equal(wire.count(), 6, 'each was sent once');
});

t.test('a kept connection that the server closes says nothing about the request on it', async (t) => {
  const connections: string[] = [];
  const server = await small(t, (response, { url }, at) => {
    connections.push(String(response.req.socket.remotePort));
    // After the answer the server hangs up as the next request comes, which it never reads to its end.
    if (url === '/first') return response.end('first');
    if (at === 1) return response.req.socket.resetAndDestroy();
    return url === '/always' ? response.req.socket.resetAndDestroy() : response.end('second');
  });
  const wire = wireTo(t, [server.host]);
  const ask = (path: string) => wire.send(get(`${server.origin}${path}`));
  t.match(await ask('/first'), { text: 'first' });
  t.match(await ask('/second'), { status: 200, text: 'second', problem: undefined });
  t.equal(connections[0], connections[1], 'the connection was kept');
  t.not(connections[1], connections[2], 'and the request was sent once more, on one of its own');
  await ask('/first');
  t.match(
    await ask('/always'),
    { status: 0, problem: /^No answer came: / },
    'once: a server that always does gives none',
  );
  t.strictSame(
    server.came.map(({ url }) => url),
    ['/first', '/second', '/second', '/first', '/always', '/always'],
  );
});

t.test('nobody listens, or it cannot be sent at all', async (t) => {
  const wire = wireTo(t, ['127.0.0.1:1']);
  t.match(await wire.send(get('http://127.0.0.1:1')), { status: 0, problem: /^No answer came: .*ECONNREFUSED/ });
  const odd = { ...get('http://127.0.0.1:1'), headers: [['x', 'a\nb'] as const] };
  t.match(await wire.send(odd), { status: 0, problem: /^It cannot be sent: .*header/ });
});

t.test('429 is waited out as long as the server asks, where somebody is patient', async (t) => {
  const soon = () => new Date(Date.now() - 1000).toUTCString();
  const asks: Record<string, () => string | undefined> = {
    ...{ '/seconds': () => '0', '/date': soon, '/negative': () => '-5', '/half-a-minute': () => '30' },
    ...{ '/absurd': () => 'soon', '/hour': () => '3600', '/infinite': () => '1e999' },
    '/far': () => new Date(Date.now() + 3_600_000).toUTCString(),
  };
  let limited = 1;
  const server = await small(t, (response, { url }) => {
    if (limited-- <= 0) return json(response, 200, {});
    const after = asks[url]?.();
    return json(response, 429, {}, after === undefined ? {} : { 'retry-after': after });
  });
  const wire = wireTo(t, [server.host]);
  const slept: number[] = [];
  withoutSleep(t, (time) => slept.push(time));
  const came = async (path: string, times = 1, patient?: boolean) => {
    limited = times;
    const before = server.came.length;
    const { status } = await wire.send(get(`${server.origin}${path}`), patient);
    return [status, server.came.length - before];
  };
  for (const path of ['/seconds', '/date', '/negative']) t.strictSame(await came(path), [200, 2], path);
  for (const path of ['/absurd', '/hour', '/infinite', '/far']) t.strictSame(await came(path), [429, 1], path);
  t.strictSame(await came('/seconds', 1, false), [429, 1], 'not patient');
  t.strictSame(await came('/seconds', 99), [429, 6], 'five waits at most');
  t.strictSame(await came('/nothing'), [200, 2], 'a second when it does not say');
  t.strictSame(await came('/half-a-minute'), [200, 2]);
  t.strictSame(slept, [...Array(8).fill(100), 1000, 30_000], 'a tenth of a second at least');
});

t.test('at most so many requests a second', async (t) => {
  const server = await small(t, (response) => response.end());
  const slept: number[] = [];
  withoutSleep(t, (time) => slept.push(time));
  const wire = wireTo(t, [server.host], { rate: 20 });
  let now = 1000;
  t.intercept(performance, 'now', { value: () => now });
  await Promise.all([1, 2, 3].map(() => wire.send(get(server.origin))));
  t.strictSame(slept, [0, 50, 100]);
  now += 125;
  await wire.send(get(server.origin));
  now += 1000;
  await wire.send(get(server.origin));
  t.strictSame(slept.slice(3), [25, 0], 'time that has passed counts');
  t.equal(server.came.length, 5);
});

/** Asks in a process of its own: whom node trusts is decided when it starts. */
async function askTrusting(host: string, authority: string): Promise<string> {
  const file = new URL('../../../src/probe/wire.ts', import.meta.url).href;
  const code = `import { makeWire } from ${JSON.stringify(file)};
    const wire = makeWire([${JSON.stringify(host)}], 5000);
    const answer = await wire.send({ method: 'POST', url: 'https://${host}/token', headers: [], body: 'a=b' });
    console.log(JSON.stringify(answer));
    wire.close();`;
  const args = [...process.execArgv, '--input-type=module', '-e', code];
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: authority };
  return (await promisify(execFile)(process.execPath, args, { env })).stdout;
}

t.test('over TLS, by an authority that is trusted only', async (t) => {
  const pems = { cert: readFileSync(CERTIFICATE), key: readFileSync(KEY) };
  const server = createServer(pems, (_, response) => response.end('{"tls":true}'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stranger = await wireTo(t, [host]).send(get(`https://${host}`));
  t.match(stranger, { status: 0, problem: /^No answer came: .*certificate/ });
  t.match(JSON.parse(await askTrusting(host, AUTHORITY)), { status: 200, json: { tls: true } });
});
