/** Faults over TLS, where a connection cannot be reset but only closed. */
import { Agent, request } from 'node:https';
import t from 'tap';
import { start } from '../../src/index.js';

const file = (name: string) => new URL(`../support/tls/${name}`, import.meta.url).pathname;

t.test('the connection is closed in the middle', async (t) => {
  const org = await start({ tlsCert: file('loopback.pem'), tlsKey: file('loopback.key.pem') });
  t.teardown(() => org.close());
  const agent = new Agent({ rejectUnauthorized: false });
  const ask = (path: string, body?: object) =>
    new Promise<number>((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const sent = request(new URL(path, org.issuer), { agent, method: body ? 'POST' : 'GET', headers }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode as number));
        answer.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(body && JSON.stringify(body));
    });
  for (const fault of [{ reset: 'after' }, { truncate: 5 }]) {
    t.equal(await ask('/_mock/faults', { route: '/oauth2/v1/keys', fault, times: 1 }), 201);
    await t.rejects(ask('/oauth2/v1/keys'), { code: 'ECONNRESET' }, JSON.stringify(fault));
  }
  t.equal(await ask('/oauth2/v1/keys'), 200);
});
