/**
 * An ID-JAG of the org redeemed at a Resource Authorization Server that somebody else wrote: Cloudflare's OAuth provider,
 * which trusts https issuers only. It runs in a process of its own, and so does its TLS trust.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { exampleOrgWithFigmaAt } from '../../examples/demo/example-org.js';
import { start } from '../../src/index.js';
import { laterPort } from '../support/later-port.js';
import { AUTHORITY, CERTIFICATE, fetchLoopback, KEY } from './loopback-tls.js';
import { ALICE, basic, exchange, JWT_BEARER, LINKED_AGENT, postForm, signIn } from './sign-in.js';

const START = fileURLToPath(new URL('../../examples/probe-targets/cloudflare/start.mjs', import.meta.url));
const CLIENT = { clientId: 'probed-client', clientSecret: 'probed-client-secret-for-testing-only' };

type Line = Partial<Record<'issuer' | 'mcpUrl' | 'tokenEndpoint' | 'clientId' | 'clientSecret' | 'refused', string>>;

/** The lines that the provider prints, one per call; an error when it ends instead. */
function linesOf(child: ChildProcess): () => Promise<Line> {
  if (child.stdout === null) throw new Error('no standard output');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async () => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error("Cloudflare's provider ended");
    return JSON.parse(value) as Line;
  };
}

/** Starts the provider, in trust of this issuer; it is ready when it has said where it is. */
async function startCloudflare(t: Test, issuer: string, port: number, ...more: readonly string[]) {
  const child = spawn(process.execPath, [START, '--issuer', issuer, '--port', String(port), ...more], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: AUTHORITY },
    // Its standard error would tell that a feature nobody uses here is off.
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  t.teardown(() => child.kill());
  const next = linesOf(child);
  return { said: await next(), next };
}

/** The token with another subject under the same signature. */
function tamper(token: string): string {
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'somebody-else' })).toString('base64url');
  return [header, forged, signature].join('.');
}

t.test("Cloudflare's provider accepts a good ID-JAG and refuses a tampered one", async (t) => {
  const port = await laterPort();
  const audience = `http://127.0.0.1:${port}`;
  const resource = `${audience}/mcp`;
  const file = exampleOrgWithFigmaAt({ issuer: audience, mcpUrl: resource }, CLIENT.clientId);
  const org = await start({ org: file, tlsCert: CERTIFICATE, tlsKey: KEY });
  t.teardown(() => org.close());
  t.match(org.issuer, /^https:/);
  const cloudflare = await startCloudflare(t, org.issuer, port);
  const tokenEndpoint = `${audience}/oauth/token`;
  t.strictSame(cloudflare.said, { issuer: audience, mcpUrl: resource, tokenEndpoint, ...CLIENT });

  const { id_token: idToken } = await signIn(org.issuer, LINKED_AGENT, { fetchFn: fetchLoopback });
  const target = { audience, resource, scope: 'mcp:read' };
  const idJag = await exchange(org.issuer, LINKED_AGENT, idToken, target, fetchLoopback);
  const redeem = (assertion: string) => postForm(tokenEndpoint, { grant_type: JWT_BEARER, assertion }, basic(CLIENT));

  t.match(await redeem(tamper(idJag)), { status: 400, body: { error: 'invalid_grant' } });
  t.strictSame(await cloudflare.next(), { refused: 'signature_failed' });

  const { status, body } = await redeem(idJag);
  t.equal(status, 200);
  t.match(body, { token_type: 'bearer', scope: 'mcp:read', resource });
  const answer = await fetch(resource, { headers: { authorization: `Bearer ${body.access_token}` } });
  t.match(await answer.json(), { sub: /^00u/, email: ALICE.username, scope: ['mcp:read'] });

  t.match(await redeem(idJag), { status: 400, body: { error: 'invalid_grant' } });
  t.strictSame(await cloudflare.next(), { refused: 'replayed' });
});

t.test('who is not on its list is refused, and so is an issuer that it does not trust', async (t) => {
  const port = await laterPort();
  const audience = `http://127.0.0.1:${port}`;
  const file = exampleOrgWithFigmaAt({ issuer: audience, mcpUrl: `${audience}/mcp` }, CLIENT.clientId);
  const org = await start({ org: file, tlsCert: CERTIFICATE, tlsKey: KEY });
  t.teardown(() => org.close());
  const cloudflare = await startCloudflare(t, org.issuer, port, '--users', 'somebody-else');
  const good = { audience, agent: LINKED_AGENT.clientId, user: ALICE.username };
  const redeem = async (more: Parameters<typeof org.mint>[0]) => {
    const { token: assertion } = await org.mint({ ...good, ...more });
    return postForm(`${audience}/oauth/token`, { grant_type: JWT_BEARER, assertion }, basic(CLIENT));
  };
  t.match(await redeem({}), { status: 400, body: { error: 'invalid_grant' } });
  t.ok((await cloudflare.next()).refused);
  t.match(await redeem({ claims: { set: { iss: 'https://other.example' } } }), { status: 400 });
  t.ok((await cloudflare.next()).refused);
  // A target that is no URL: the answer is an error, and the server lives on.
  const broken = request({ host: '127.0.0.1', port, path: '//' }).end();
  const [response] = await once(broken, 'response');
  t.equal(response.resume().statusCode, 500);
  t.equal((await fetch(`${audience}/.well-known/oauth-authorization-server`)).status, 200);
});

t.test('without an issuer to trust it does not start', async (t) => {
  const child = spawn(process.execPath, [START], { stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  t.equal(code, 1);
});

t.test('its store lists what begins alike, and finds nothing past its time', async (t) => {
  const { createKeyValueStore } = await import(new URL('key-value-store.mjs', `file://${START}`).href);
  let now = 100;
  const store = createKeyValueStore(() => now);
  await store.put('a:1', '{"one":1}', { expirationTtl: 10 });
  await store.put('b:1', 'two');
  t.strictSame(await store.list({ prefix: 'a:' }), { keys: [{ name: 'a:1' }], list_complete: true });
  t.strictSame(await store.get('a:1', { type: 'json' }), { one: 1 });
  now = 111;
  t.strictSame([await store.get('a:1'), await store.get('b:1')], [null, 'two']);
});
