/**
 * An ID-JAG of the org redeemed at a Resource Authorization Server that somebody else wrote: Cloudflare's OAuth provider,
 * which trusts https issuers only. It runs in a process of its own, and so does its TLS trust.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { exampleOrgWithFigmaAt } from '../../examples/demo/example-org.js';
import { start } from '../../src/index.js';
import { AUTHORITY, CERTIFICATE, fetchLoopback, KEY } from './loopback-tls.js';
import { ALICE, basic, type ClientSecret, exchange, JWT_BEARER, LINKED_AGENT, postForm, signIn } from './sign-in.js';

const SUPPORT = new URL('../support/cloudflare/', import.meta.url);

type Message = Partial<Record<'issuer' | 'mcpUrl' | 'tokenEndpoint' | 'clientId' | 'clientSecret' | 'refused', string>>;

/** What the provider says next; an error when it ends instead. */
const nextMessage = (child: ChildProcess) =>
  new Promise<Message>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Message));
    child.once('exit', (code) => reject(new Error(`Cloudflare's provider ended with code ${code}`)));
  });

/** Starts the provider; it is ready when it has said where it is and which client it knows. */
async function startCloudflare(t: Test) {
  const child = fork(fileURLToPath(new URL('resource-authorization-server.mjs', SUPPORT)), {
    execArgv: ['--import', new URL('workers-module.mjs', SUPPORT).href],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: AUTHORITY },
    // Its standard error would tell that a feature nobody uses here is off.
    stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
  });
  t.teardown(() => child.disconnect());
  const { issuer = '', mcpUrl = '', tokenEndpoint = '', ...client } = await nextMessage(child);
  return { child, issuer, mcpUrl, tokenEndpoint, client: client as ClientSecret };
}

/** The token with another subject under the same signature. */
function tamper(token: string): string {
  const [header, payload = '', signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'somebody-else' })).toString('base64url');
  return [header, forged, signature].join('.');
}

t.test("Cloudflare's provider accepts a good ID-JAG and refuses a tampered one", async (t) => {
  const cloudflare = await startCloudflare(t);
  const { issuer: audience, mcpUrl: resource, client } = cloudflare;
  const file = exampleOrgWithFigmaAt({ issuer: audience, mcpUrl: resource }, client.clientId);
  const org = await start({ org: file, tlsCert: CERTIFICATE, tlsKey: KEY });
  t.teardown(() => org.close());
  t.match(org.issuer, /^https:/);
  cloudflare.child.send({ issuer: org.issuer, jwksUri: `${org.issuer}/oauth2/v1/keys` });
  await nextMessage(cloudflare.child);

  const { id_token: idToken } = await signIn(org.issuer, LINKED_AGENT, { fetchFn: fetchLoopback });
  const target = { audience, resource, scope: 'mcp:read' };
  const idJag = await exchange(org.issuer, LINKED_AGENT, idToken, target, fetchLoopback);
  const redeem = (assertion: string) =>
    postForm(cloudflare.tokenEndpoint, { grant_type: JWT_BEARER, assertion }, basic(client));

  const refusal = nextMessage(cloudflare.child);
  t.match(await redeem(tamper(idJag)), { status: 400, body: { error: 'invalid_grant' } });
  t.strictSame(await refusal, { refused: 'signature_failed' });

  const { status, body } = await redeem(idJag);
  t.equal(status, 200);
  t.match(body, { token_type: 'bearer', scope: 'mcp:read', resource });
  const answer = await fetch(resource, { headers: { authorization: `Bearer ${body.access_token}` } });
  t.match(await answer.json(), { sub: /^00u/, email: ALICE.username, scope: ['mcp:read'] });

  const replay = nextMessage(cloudflare.child);
  t.match(await redeem(idJag), { status: 400, body: { error: 'invalid_grant' } });
  t.strictSame(await replay, { refused: 'replayed' });
});
