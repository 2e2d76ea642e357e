/** Who may use the control API: from this machine without a token, from elsewhere with one, and never for a foreign page. */
import t from 'tap';
import { CONTROL_RULES, type ControlFacts } from '../../src/http/control-access.js';
import { EXAMPLE, startTestOrg } from '../support/org.js';
import { editedOrg } from '../support/org-edits.js';
import { sendBytes, wireRequest } from '../support/wire.js';

const org = await startTestOrg();
t.teardown(() => org.close());

const TOKEN = { Authorization: `SSWS ${EXAMPLE.apiToken}` };
const PATH = '/_mock/exchanges';

/** The status, and Okta's error code on a refusal. */
async function ask(headers: Record<string, string>) {
  const { status, body } = await sendBytes(org.issuer, [wireRequest('GET', PATH, headers)]);
  return [status, status === 200 ? undefined : JSON.parse(body).errorCode];
}

const { port } = new URL(org.issuer);
const ALLOWED = [200, undefined];
const NO_TOKEN = [401, 'E0000011'];
const FOREIGN = [403, 'E0000006'];

t.test('from this machine, to this machine by name, no token is needed', async (t) => {
  for (const Host of ['127.0.0.1', `127.0.0.1:${port}`, 'localhost', `localhost:${port}`, '[::1]:80', '127.8.9.10']) {
    t.strictSame(await ask({ Host }), ALLOWED, Host);
  }
});

t.test('by another name, or passed on by somebody, it is', async (t) => {
  for (const Host of [
    'evil.example',
    `evil.example:${port}`,
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '0.0.0.0',
  ]) {
    t.strictSame(await ask({ Host }), NO_TOKEN, Host);
    t.strictSame(await ask({ Host, ...TOKEN }), ALLOWED, Host);
  }
  const headers = [
    'Forwarded',
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'X-Forwarded-Server',
    'X-Real-IP',
    'Via',
    'X-Client-IP',
  ];
  for (const name of headers) {
    t.strictSame(await ask({ [name]: 'x' }), NO_TOKEN, name);
    t.strictSame(await ask({ [name]: 'x', ...TOKEN }), ALLOWED, name);
  }
});

t.test('a token that is wrong is refused even from this machine', async (t) => {
  for (const Authorization of ['SSWS wrong', 'SSWS', `ssws ${EXAMPLE.apiToken}`, `Bearer ${EXAMPLE.apiToken}`, 'x']) {
    t.strictSame(await ask({ Authorization }), NO_TOKEN, Authorization);
  }
});

t.test('a page of this server may ask, a page of another may not, even with the token', async (t) => {
  const Host = `localhost:${port}`;
  t.strictSame(await ask({ Host, Origin: `http://${Host}` }), ALLOWED);
  for (const Origin of [
    'http://evil.example',
    'null',
    `https://${Host}`,
    'http://localhost',
    `http://${Host}.evil.example`,
  ]) {
    t.strictSame(await ask({ Host, Origin }), FOREIGN, Origin);
    t.strictSame(await ask({ Host, Origin, ...TOKEN }), FOREIGN, Origin);
  }
  // A name that was made to lead here: its pages are of the same origin, but not of this machine.
  t.strictSame(await ask({ Host: 'rebound.example', Origin: 'http://rebound.example' }), NO_TOKEN);
});

t.test('behind TLS and another name, a page of the issuer is a page of this server', async (t) => {
  const behind = await startTestOrg({ issuer: 'https://okta.example' });
  t.teardown(() => behind.close());
  const at = /Listening on (\S+)/.exec(behind.banner)?.[1] as string;
  const from = async (Origin: string, more: object) =>
    (await fetch(at + PATH, { headers: { Origin, 'X-Forwarded-Proto': 'https', ...more } })).status;
  t.equal(await from('https://okta.example', TOKEN), 200);
  t.equal(await from('https://okta.example', {}), 401);
  t.equal(await from('https://evil.example', TOKEN), 403);
});

t.test('whoever is not at this machine needs the token', async (t) => {
  const facts = (peer: string, token: ControlFacts['token'] = 'none'): ControlFacts => ({
    ...{
      peer,
      token,
      readOnly: false,
      powerful: false,
      host: 'localhost',
      forwarded: false,
      origin: undefined,
      ownOrigins: ['http://localhost'],
    },
  });
  const refusal = (of: ControlFacts) => CONTROL_RULES.find((rule) => !rule.holds(of))?.name;
  for (const peer of ['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1'])
    t.equal(refusal(facts(peer)), undefined);
  for (const peer of ['10.0.0.1', '172.17.0.1', '::ffff:10.0.0.1', 'fe80::1', '128.0.0.1', '1127.0.0.1', '']) {
    t.equal(refusal(facts(peer)), 'control-token-or-loopback', peer);
    t.equal(refusal(facts(peer, 'known')), undefined, peer);
  }
});

t.test('a token that only reads gets at no secret', async (t) => {
  const file = editedOrg((file) =>
    file.apiTokens?.push({ name: 'Reader', token: 'a-token-that-only-reads', role: 'READ_ONLY_ADMIN' }),
  );
  const readers = await startTestOrg({ org: file });
  t.teardown(() => readers.close());
  const from = async (path: string, token: string) =>
    (await readers.fetch(path, { headers: { authorization: `SSWS ${token}`, via: 'somebody' } })).status;
  t.strictSame(
    [await from('/_mock/org', 'a-token-that-only-reads'), await from('/_mock/org', EXAMPLE.apiToken)],
    [403, 200],
  );
  t.equal(await from('/_mock/exchanges', 'a-token-that-only-reads'), 200);
});

t.test('health is open to anyone', async (t) => {
  const answer = await sendBytes(org.issuer, [wireRequest('GET', '/_mock/health', { Host: 'evil.example', Via: 'x' })]);
  t.equal(answer.status, 200);
});
