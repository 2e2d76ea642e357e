/**
 * openid-client as the requesting application: sign-in with PKCE, userinfo and refresh through its OIDC app, then the
 * exchange for an ID-JAG by the AI agent, which authenticates with its private key.
 */
import { createRemoteJWKSet, importJWK, jwtVerify } from 'jose';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientSecretBasic,
  type CryptoKey,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  genericGrantRequest,
  PrivateKeyJwt,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
} from 'openid-client';
import t from 'tap';
import { readFixture } from '../../examples/demo/example-org.js';
import { start } from '../../src/index.js';
import { EXAMPLE } from '../support/org.js';
import { ALICE, authorize, CLAUDE, EXCHANGE } from './sign-in.js';

const mcpUrl = 'https://mcp.figma.example/mcp';

t.test('openid-client: discovery, code flow, userinfo, refresh, and the exchange with a private key', async (t) => {
  const org = await start();
  t.teardown(() => org.close());
  const discover = (clientId: string, clientAuth: ClientAuth) =>
    discovery(new URL(org.issuer), clientId, undefined, clientAuth, { execute: [allowInsecureRequests] });

  const config = await discover(CLAUDE.clientId, ClientSecretBasic(CLAUDE.clientSecret));
  const checks = {
    pkceCodeVerifier: randomPKCECodeVerifier(),
    expectedState: randomState(),
    expectedNonce: randomNonce(),
  };
  const request = buildAuthorizationUrl(config, {
    redirect_uri: EXAMPLE.redirectUri,
    scope: 'openid profile email offline_access',
    code_challenge: await calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
  });
  const tokens = await authorizationCodeGrant(config, await authorize(org.issuer, request.href), checks);
  const sub = tokens.claims()?.sub ?? '';
  t.match(sub, /^00u/);

  const profile = await fetchUserInfo(config, tokens.access_token, sub);
  t.match(profile, { sub, email: ALICE.username, preferred_username: ALICE.username });

  const refreshed = await refreshTokenGrant(config, tokens.refresh_token ?? '');
  t.equal(refreshed.claims()?.sub, sub);
  t.not(refreshed.access_token, tokens.access_token);

  const jwk = readFixture('keys/claude-agent.jwk.json');
  const key = (await importJWK(jwk, jwk.alg)) as CryptoKey;
  const agent = await discover(EXAMPLE.agentId, PrivateKeyJwt({ key, kid: jwk.kid }));
  const { grant_type: grantType, ...exchange } = EXCHANGE;
  const response = await genericGrantRequest(agent, grantType, {
    ...exchange,
    subject_token: refreshed.id_token ?? '',
    audience: EXAMPLE.figma,
    resource: mcpUrl,
    scope: 'mcp:read',
  });
  t.match(response, { token_type: 'n_a', issued_token_type: EXCHANGE.requested_token_type, expires_in: Number });

  const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri ?? ''));
  const expected = { issuer: org.issuer, audience: EXAMPLE.figma, typ: 'oauth-id-jag+jwt', algorithms: ['RS256'] };
  const { payload } = await jwtVerify(response.access_token, keys, expected);
  t.match(payload, { sub, client_id: 'claude-at-figma', resource: mcpUrl, scope: 'mcp:read' });
  const caller = { sub: CLAUDE.clientId, sub_profile: 'web_app' };
  t.strictSame(payload.act, { sub: EXAMPLE.agentId, sub_profile: 'ai_agent', act: caller });
});
