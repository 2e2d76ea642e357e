/**
 * The org as its own Resource Authorization Server: an ID-JAG for the custom authorization server is redeemed there by
 * the agent, once, and without a scope parameter.
 */
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import t from 'tap';
import { EXAMPLE, startTestOrg } from '../support/org.js';
import { ALICE } from './sign-in.js';

t.test('an ID-JAG is redeemed once at the custom authorization server', async (t) => {
  const org = await startTestOrg();
  t.teardown(() => org.close());
  const issuer = `${org.issuer}/oauth2/default`;
  const scope = 'mcp:read';
  const { id_token: idToken } = await org.signIn(ALICE.username);
  const { status: exchanged, body: grant } = await org.exchange(idToken, { audience: issuer, scope });
  t.equal(exchanged, 200);
  const idJag: string = grant.access_token;
  t.match(decodeJwt(idJag), { iss: org.issuer, aud: issuer, client_id: EXAMPLE.agentId, scope });

  t.match(await org.redeem(idJag, { scope }), { status: 400, body: { error: 'invalid_request' } });
  const { status, body } = await org.redeem(idJag);
  t.equal(status, 200);
  t.match(body, { token_type: 'Bearer', expires_in: 3600, scope });
  t.notOk('refresh_token' in body);
  const keys = createRemoteJWKSet(new URL(`${issuer}/v1/keys`));
  const { payload } = await jwtVerify(body.access_token, keys, { issuer, algorithms: ['RS256'] });
  t.match(payload, { cid: EXAMPLE.agentId, scp: [scope], sub: ALICE.username });
  t.match(await org.redeem(idJag), { status: 400, body: { error: 'invalid_grant' } });

  const { body: other } = await org.exchange(idToken, { audience: issuer, scope });
  const racing = await Promise.all([org.redeem(other.access_token), org.redeem(other.access_token)]);
  t.strictSame(racing.map((answer) => answer.status).sort(), [200, 400], 'two at a time: one wins');
});
