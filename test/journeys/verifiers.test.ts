/**
 * Verifiers that others wrote accept the org's tokens, with nothing but an issuer to start from: Okta's own for the
 * tokens it was made for, jose for every kind.
 */
import OktaJwtVerifier from '@okta/jwt-verifier';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import t from 'tap';
import { start } from '../../src/index.js';
import { ALICE, CLAUDE, signIn } from './sign-in.js';

const audience = 'api://default';
const org = await start();
t.teardown(() => org.close());
const customIssuer = `${org.issuer}/oauth2/default`;
const ofOrg = await signIn(org.issuer, CLAUDE);
const ofCustomServer = await signIn(org.issuer, CLAUDE, { server: 'oauth2/default' });

t.test("Okta's verifier", async (t) => {
  // It says on the console that https is not checked; that is about this test only.
  t.capture(console, 'warn', () => {});
  const testing = { disableHttpsCheck: true };
  const custom = new OktaJwtVerifier({ issuer: customIssuer, clientId: CLAUDE.clientId, testing });
  const { claims } = await custom.verifyAccessToken(ofCustomServer.access_token, audience);
  t.match(claims, { sub: ALICE.username, cid: CLAUDE.clientId });
  t.ok(claims.scp?.includes('openid'));
  await t.rejects(custom.verifyAccessToken(ofCustomServer.access_token, 'api://other'), /audience/);
  await t.rejects(custom.verifyAccessToken(ofOrg.id_token, audience), 'a key or an issuer of another server');
  t.match((await custom.verifyIdToken(ofCustomServer.id_token, CLAUDE.clientId, '')).claims, { email: ALICE.username });

  // For the org's own server it has to be told where the keys are, as with Okta itself.
  const own = new OktaJwtVerifier({ issuer: org.issuer, jwksUri: `${org.issuer}/oauth2/v1/keys`, testing });
  t.match((await own.verifyIdToken(ofOrg.id_token, CLAUDE.clientId, '')).claims, { iss: org.issuer });
  await t.rejects(own.verifyIdToken(ofOrg.id_token, 'another client', ''), /client id/);
});

t.test('jose', async (t) => {
  const metadataOf = async (issuer: string) => {
    const response = await fetch(`${issuer}/.well-known/openid-configuration`);
    return (await response.json()) as { issuer: string; jwks_uri: string };
  };
  const cases: [string, string, string][] = [
    [org.issuer, ofOrg.id_token, CLAUDE.clientId],
    [customIssuer, ofCustomServer.id_token, CLAUDE.clientId],
    [customIssuer, ofCustomServer.access_token, audience],
  ];
  for (const [issuer, token, aud] of cases) {
    const metadata = await metadataOf(issuer);
    t.equal(metadata.issuer, issuer);
    const keys = createRemoteJWKSet(new URL(metadata.jwks_uri));
    const { payload } = await jwtVerify(token, keys, { issuer, audience: aud, algorithms: ['RS256'] });
    t.ok(payload.sub);
    await t.rejects(jwtVerify(`${token.slice(0, -6)}AAAAAA`, keys, { algorithms: ['RS256'] }), /signature/);
  }
});
