/**
 * The ten things about a real Okta org that implementers of Cross App Access get wrong most often, each with a test that
 * shows how this org does the same.
 */
import t from 'tap';
import { GRANT_TYPE, TOKEN_TYPE } from '../../src/protocol/urns.js';
import { forgeIdToken, parts } from '../support/forge.js';
import { type Answer, APP_BASIC, basic, EXAMPLE, startTestOrg } from '../support/org.js';
import { agentIn, editedOrg, xaaIn } from '../support/org-edits.js';
import { assertRefused, eventsOf, named } from '../support/refusals.js';
import { assertion, exchangeAssertion, exchangeRefreshToken } from '../support/saml-requester.js';

const org = await startTestOrg();
t.teardown(() => org.close());
const { issuer } = org;

const idToken = () => forgeIdToken(org, { email: 'alice@example.com' });
const granted = async (answer: Answer) => parts(answer.body.access_token);

t.test('Okta trap 1: only the org server issues ID-JAGs, and its issuer has no path and no slash', async (t) => {
  const { claims } = await granted(await org.exchange(await idToken()));
  t.equal(claims.iss, issuer);
  t.equal(new URL(claims.iss).origin, claims.iss);
  const endpoint = '/oauth2/default/v1/token';
  const form = {
    ...{ grant_type: GRANT_TYPE.tokenExchange, requested_token_type: TOKEN_TYPE.idJag, audience: EXAMPLE.figma },
    ...{ subject_token_type: TOKEN_TYPE.idToken, subject_token: await idToken() },
  };
  const custom = await org.post(endpoint, { ...form, ...(await org.asAgent({ endpoint })) });
  t.strictSame([custom.status, custom.body.error], [400, 'invalid_request']);
  t.equal((await eventsOf(org, custom))[0]?.outcome.reason, 'invalid_requested_token_type');
});

t.test('Okta trap 2: header, identifier and lifetime of an ID-JAG; no nbf, auth_time or amr', async (t) => {
  const { header, claims } = await granted(await org.exchange(await idToken()));
  t.same(Object.keys(header), ['kid', 'typ', 'alg']);
  t.match(header, { typ: 'oauth-id-jag+jwt', alg: 'RS256' });
  const { body } = await org.fetch('/oauth2/v1/keys');
  t.ok(
    body.keys.some((key: { kid: string }) => key.kid === header.kid),
    'verified with the keys of the org',
  );
  t.match(claims.jti, /^IDAAG\.[\w-]{43}$/);
  t.equal(claims.exp - claims.iat, 300);
  for (const name of ['nbf', 'auth_time', 'amr', 'acr', 'sid']) t.notOk(name in claims, name);
});

t.test('Okta trap 3: the answer has four members, without scope and without refresh_token', async (t) => {
  const { body } = await org.exchange(await idToken());
  t.same(Object.keys(body), ['token_type', 'expires_in', 'access_token', 'issued_token_type']);
  t.match(body, { token_type: 'N_A', expires_in: 300 });
});

t.test('Okta trap 4: sub is the user id, email a claim of its own, sub_id for a SAML resource app only', async (t) => {
  const { claims: saml } = await granted(await org.exchange(await idToken()));
  t.match(saml, { sub: '00uAlice000000000001', email: 'alice@example.com', sub_id: { format: 'saml-nameid' } });
  const atlassian = { audience: 'https://auth.atlassian.example', scope: 'read:jira' };
  const { claims: oidc } = await granted(await org.exchange(await idToken(), atlassian));
  t.equal(oidc.sub, '00uAlice000000000001');
  t.notOk('sub_id' in oidc);
});

t.test('Okta trap 5: client_id is what the connection says; the agent itself stands in act', async (t) => {
  const { claims } = await granted(await org.exchange(await idToken()));
  t.equal(claims.client_id, 'claude-at-figma');
  t.equal(claims.act.sub, EXAMPLE.agentId);
});

t.test('Okta trap 6: aud is the Issuer URL as it was typed, and audience must equal it', async (t) => {
  const typed = 'https://Auth.Figma.example/tenant/';
  const own = await startTestOrg({
    org: editedOrg((file) => {
      xaaIn(file, 'Figma').issuerUrl = typed;
    }),
  });
  t.teardown(() => own.close());
  const { claims } = await granted(await own.exchange(await forgeIdToken(own), { audience: typed }));
  t.equal(claims.aud, typed);
  for (const audience of [typed.slice(0, -1), typed.toLowerCase()]) {
    t.equal((await own.exchange(await forgeIdToken(own), { audience })).body.error, 'invalid_target', audience);
  }
});

t.test('Okta trap 7: one scope that is not permitted fails the whole request', async (t) => {
  const audience = 'https://auth.asana.example';
  const answer = await org.exchange(await idToken(), { audience, scope: 'tasks:read tasks:admin' });
  t.strictSame([answer.status, answer.body.error], [400, 'invalid_scope']);
  t.equal((await org.exchange(await idToken(), { audience, scope: 'tasks:read' })).status, 200);
});

t.test('Okta trap 8: unknown, unconnected, unconfigured and not assigned are one answer, to the byte', async (t) => {
  const alone = await startTestOrg({
    org: editedOrg((file) => {
      agentIn(file).resourceConnections = [];
    }),
  });
  const emptied = await startTestOrg({
    org: editedOrg((file) => {
      for (const { resourceConnections = [] } of file.agents ?? []) {
        for (const one of resourceConnections) if (one.application === 'Figma') one.issuerUrl = EXAMPLE.figma;
      }
      delete xaaIn(file, 'Figma').issuerUrl;
    }),
  });
  t.teardown(() => Promise.all([alone.close(), emptied.close()]));
  const answers = [
    await org.exchange(await idToken(), { audience: 'https://auth.nowhere.example' }),
    await alone.exchange(await forgeIdToken(alone)),
    await emptied.exchange(await forgeIdToken(emptied)),
    await org.exchange(await forgeIdToken(org, { sub: '00uCarol000000000001' })),
  ];
  t.same([...new Set(answers.map(({ status, text }) => `${status} ${text}`))].length, 1);
  t.match(answers[0], { status: 400, body: { error: 'invalid_target' } });
  const [unknown] = await eventsOf(org, answers[0] as Answer);
  const [unassigned] = await eventsOf(org, answers[3] as Answer);
  t.equal(unknown?.outcome.reason, unassigned?.outcome.reason);
  t.not(unknown?.debugContext.debugData.rule, unassigned?.debugContext.debugData.rule, 'our log tells them apart');
});

t.test('Okta trap 9: an unknown client gets a body of another shape than a wrong secret', async (t) => {
  const post = (authorization: string) =>
    org.post('/oauth2/v1/token', { grant_type: GRANT_TYPE.refreshToken }, { authorization });
  const unknown = await post(basic('nobody', 'a-secret-of-nobody'));
  t.match(unknown, { status: 401, body: { errorCode: 'invalid_client', errorCauses: [] } });
  t.notOk('error' in unknown.body);
  const wrong = await post(basic(EXAMPLE.appId, 'a-wrong-secret'));
  t.strictSame([wrong.status, wrong.body.error], [401, 'invalid_client']);
  t.same(Object.keys(wrong.body), ['error', 'error_description']);
  t.not((await post(APP_BASIC)).status, 401);
});

t.test(named('ix-either-saml-direct: Okta trap 10: by way of a refresh token only'), async (t) => {
  const once = assertion();
  const direct = await org.exchange(once, { subject_token_type: TOKEN_TYPE.saml2 });
  await assertRefused(t, org, direct, 'subject-token-type-exchangeable');
  const first = await exchangeAssertion(org, once);
  t.notOk('refresh_token' in first.body, 'it stands in access_token');
  const { claims } = await granted(await exchangeRefreshToken(org, first.body.access_token));
  t.same(claims.act, { sub: EXAMPLE.agentId, sub_profile: 'ai_agent' }, 'no application within the agent');
});
