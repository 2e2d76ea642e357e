/**
 * The way of a Claude that is federated by SAML, without a stand-in anywhere: sign-in by SAML, its assertion for a refresh
 * token, that for an ID-JAG, which names the user as the resource's own sign-ins by SAML would.
 */
import { decodeJwt } from 'jose';
import t from 'tap';
import { GRANT_TYPE, TOKEN_TYPE } from '../../src/protocol/urns.js';
import { apiOf } from '../support/api.js';
import { startTestOrg } from '../support/org.js';
import { responseIn } from '../support/saml-provider.js';

const ALICE = 'alice@example.com';

t.test('SAML sign-in, refresh token, ID-JAG', async (t) => {
  const org = await startTestOrg();
  t.teardown(() => org.close());
  const metadataOf = async (app: string) => (await apiOf(org).get(`/api/v1/apps/${app}/sso/saml/metadata`)).text;
  const claude = await metadataOf('0oaClaudeSaml0000001');
  const [, url] = /HTTP-Redirect" Location="([^"]+)"/.exec(claude) as RegExpExecArray;
  const { xml } = responseIn(await org.fetch(`${url}?sessionToken=${await org.sessionToken(ALICE)}`));
  const assertion = xml.slice(xml.indexOf('<saml2:Assertion'), xml.indexOf('</saml2p:Response>'));
  const exchanged = await org.post('/oauth2/v1/token', {
    ...(await org.asAgent()),
    ...{ grant_type: GRANT_TYPE.tokenExchange, requested_token_type: TOKEN_TYPE.refreshToken },
    ...{ subject_token_type: TOKEN_TYPE.saml2, subject_token: Buffer.from(assertion).toString('base64url') },
    scope: 'openid offline_access email',
  });
  t.match(exchanged, { status: 200, body: { issued_token_type: TOKEN_TYPE.refreshToken, token_type: 'N_A' } });
  const refreshToken = exchanged.body.access_token;
  const { status, body } = await org.exchange(refreshToken, { subject_token_type: TOKEN_TYPE.refreshToken });
  t.equal(status, 200);
  const [, issuer] = /entityID="([^"]+)"/.exec(await metadataOf('0oaFigma000000000001')) as RegExpExecArray;
  t.match(decodeJwt(body.access_token), {
    ...{ sub: '00uAlice000000000001', email: ALICE },
    sub_id: { format: 'saml-nameid', issuer, nameid: ALICE },
  });
});
