/** `/workload-principals/api/v1/delegation-links`: the callers of an AI agent. */
import t from 'tap';
import { applications } from '../../../src/registry/application.js';
import { apiOf, causesOf, eventsOf, lastRule, refusedWith } from '../../support/api.js';
import { EXAMPLE, startTestOrg } from '../../support/org.js';
import { agentOrn, appOrn, ORN, serverOrn } from '../../support/orns.js';
import { startOvertakenOrg } from '../../support/overtaken.js';

const org = await startTestOrg();
t.teardown(() => org.close());
const api = apiOf(org);
const LINKS = '/workload-principals/api/v1/delegation-links';

const filtered = (text: string) => `${LINKS}?filter=${encodeURIComponent(text)}`;
const linksTo = async (clientOrn: string) => (await api.get(filtered(`from.clientOrn eq "${clientOrn}"`))).body.data;
const request = (clientOrn: string, more: object = {}, to: object = {}) => ({
  from: { type: 'OKTA_AUTHORIZATION_SERVER', clientOrn, tokenType: 'ID_TOKEN', ...more },
  to: { resourceOrn: ORN.agent, authorizationServerOrn: serverOrn('org'), ...to },
});

t.test('a caller is taken away and added again', async (t) => {
  const { id_token } = await org.signIn('alice@example.com');
  const [link] = await linksTo(ORN.claudeOidc);
  const path = `${LINKS}/${link.id}`;
  t.strictSame(link, {
    id: link.id,
    from: { type: 'OKTA_AUTHORIZATION_SERVER', clientOrn: ORN.claudeOidc, tokenType: 'ID_TOKEN' },
    to: { resourceOrn: ORN.agent, authorizationServerOrn: serverOrn('org') },
    created: link.created,
    _links: { self: { href: org.issuer + path } },
  });
  t.strictSame((await api.get(path)).body, link);
  const removed = await eventsOf(org, async () => t.equal((await api.delete(path)).status, 204));
  t.strictSame(removed, [['workload_principal.delegation_link.delete', EXAMPLE.agentId, link.id]]);
  t.equal((await org.exchange(id_token)).status, 400);
  t.equal(await lastRule(org), 'caller-delegated');
  for (const answer of [await api.get(path), await api.delete(path)]) {
    t.strictSame(refusedWith(answer), [404, 'E0000007', `Not found: Resource not found: ${link.id} (DelegationLink)`]);
  }
  let id = '';
  const added = await eventsOf(org, async () => {
    const { status, body } = await api.post(LINKS, request(ORN.claudeOidc));
    t.equal(status, 201);
    id = body.id;
  });
  t.strictSame(added, [['workload_principal.delegation_link.create', EXAMPLE.agentId, '0oaClaudeOidc0000001', id]]);
  t.equal((await org.exchange(id_token)).status, 200);
});

t.test('the server that the tokens come from', async (t) => {
  const [link] = await linksTo(ORN.claudeOidc);
  await api.delete(`${LINKS}/${link.id}`);
  const answer = await api.post(LINKS, request(ORN.claudeOidc, {}, { authorizationServerOrn: serverOrn('default') }));
  t.equal(answer.body.to.authorizationServerOrn, serverOrn('default'));
  const { id_token } = await org.signIn('alice@example.com');
  t.equal((await org.exchange(id_token)).status, 400);
  t.equal(await lastRule(org), 'caller-server-delegated');
  await api.delete(`${LINKS}/${answer.body.id}`);
  const bare = { from: { clientOrn: ORN.claudeOidc }, to: { resourceOrn: ORN.agent } };
  t.match(
    (await api.post(LINKS, bare)).body,
    link.from && { from: link.from, to: link.to },
    'the org, unless another is named',
  );
});

t.test('links that are refused', async (t) => {
  const rows: [string, object, unknown[]][] = [
    ['an unknown agent', request(ORN.claudeCode, {}, { resourceOrn: agentOrn('wlpNone') }), [404, 'E0000007']],
    ['an unknown application', request(ORN.claudeOidc.replace('0oaC', '0oaX')), [404, 'E0000007']],
    ['an application by half its ORN', request('0oaClaudeOidc0000001'), [404, 'E0000007']],
    [
      'an unknown server',
      request(ORN.claudeCode, {}, { authorizationServerOrn: serverOrn('none') }),
      [404, 'E0000007'],
    ],
    ['an ID token of a SAML application', request(ORN.claudeSaml), [400, 'E0000001']],
    ['an OIDC application of the OIN', request(appOrn('oidc_client', '0oaAtlassian00000001')), [400, 'E0000001']],
    ['an access token', request(ORN.claudeCode, { tokenType: 'ACCESS_TOKEN' }), [400, 'E0000001']],
    ['no from', { to: { resourceOrn: ORN.agent } }, [400, 'E0000001']],
    ['another kind of from', request(ORN.claudeCode, { type: 'OTHER' }), [400, 'E0000001']],
    ['an ORN that is too long', request('x'.repeat(501)), [400, 'E0000001']],
  ];
  const before = (await api.get(LINKS)).body.data;
  for (const [title, body, expected] of rows) {
    t.strictSame(refusedWith(await api.post(LINKS, body)).slice(0, 2), expected, title);
  }
  const linked = await api.post(LINKS, request(ORN.claudeCode, {}, { resourceOrn: agentOrn(EXAMPLE.linkedAgentId) }));
  t.match(causesOf(linked), [/linked application needs no link/]);
  t.strictSame((await api.get(LINKS)).body.data, before);
  const cause = {
    errorSummary: 'the application is a caller of the agent already; to change the link, delete it first',
    ...{ reason: 'DUPLICATE', location: 'from.clientOrn', locationType: 'body' },
  };
  const twice = await api.post(LINKS, request(ORN.claudeOidc));
  t.strictSame(
    [twice.status, twice.body.errorSummary, twice.body.errorCauses],
    [400, 'Api validation failed: DelegationLink', [cause]],
  );
  const both = await Promise.all([1, 2].map(() => api.post(LINKS, request(ORN.claudeCode))));
  t.strictSame(both.map(({ status }) => status).sort(), [201, 400], 'of two at once, one is made');
  t.strictSame(both.find(({ status }) => status === 400)?.body.errorCauses, [cause]);
});

t.test('a link is answered for, even when its caller is gone by then', async (t) => {
  const { api, open, overtaken } = await startOvertakenOrg(t);
  const answer = await overtaken(
    () => api.post(LINKS, request(ORN.claudeCode)),
    () => open.remove(applications, '0oaClaudeCode0000001'),
  );
  t.match([answer.status, answer.body.from], [201, { clientOrn: ORN.claudeCode }]);
  t.strictSame(open.failures, []);
});

t.test('a SAML caller', async (t) => {
  const [link] = await linksTo(ORN.claudeSaml);
  t.equal(link.from.tokenType, 'SAML_ASSERTION');
  await api.delete(`${LINKS}/${link.id}`);
  t.equal((await api.post(LINKS, request(ORN.claudeSaml, { tokenType: 'SAML_ASSERTION' }))).status, 201);
});

t.test('lists of links are filtered and paged', async (t) => {
  const of = async (text: string) => (await api.get(filtered(text))).body.data.length;
  t.ok((await of(`to.resourceOrn eq "${ORN.agent}"`)) >= 2);
  t.equal(await of(`to.resourceOrn eq "${agentOrn('wlpNone')}"`), 0);
  t.equal((await api.get(filtered('created pr'))).body.errorCode, 'E0000031');
  const first = (await api.get(`${LINKS}?limit=1`)).body;
  t.equal(first.data.length, 1);
  const second = (await api.get(first._links.next.href.slice(org.issuer.length))).body;
  t.not(second.data[0].id, first.data[0].id);
});
