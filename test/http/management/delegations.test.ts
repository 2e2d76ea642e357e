/** Who belongs to an AI agent: its callers and its owners. */
import t from 'tap';
import { apiOf, causesOf, eventsOf, lastRule, refusedWith } from '../../support/api.js';
import { EXAMPLE, startTestOrg } from '../../support/org.js';
import { editedOrg } from '../../support/org-edits.js';
import { agentOrn, ORN, serverOrn, userOrn } from '../../support/orns.js';

const org = await startTestOrg();
t.teardown(() => org.close());
const api = apiOf(org);
const LINKS = '/workload-principals/api/v1/delegation-links';
const OWNERS = '/governance/api/v1/resource-owners';

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
    ['the same caller twice', request(ORN.claudeOidc), [400, 'E0000001']],
    ['an ID token of a SAML application', request(ORN.claudeSaml), [400, 'E0000001']],
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
  const both = await Promise.all([1, 2].map(() => api.post(LINKS, request(ORN.claudeCode))));
  t.strictSame(both.map(({ status }) => status).sort(), [201, 400], 'of two at once, one is made');
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

const ownersOf = async (orn: string) =>
  (await api.get(`${OWNERS}?filter=${encodeURIComponent(`parentResourceOrn eq "${orn}"`)}`)).body;

t.test('owners are set, added and removed', async (t) => {
  t.strictSame(await ownersOf(ORN.agent), {
    data: [{ resourceOrn: ORN.agent, principals: [{ orn: ORN.olivia, name: 'Olivia Owens' }] }],
  });
  const code = agentOrn(EXAMPLE.linkedAgentId);
  const events = await eventsOf(org, async () => {
    const { status, body } = await api.post(OWNERS, {
      resourceOrns: [ORN.agent, code],
      principalOrns: [ORN.alice, ORN.bob, ORN.bob],
    });
    t.equal(status, 200);
    t.strictSame(
      body.data.map(({ resourceOrn }: { resourceOrn: string }) => resourceOrn),
      [ORN.agent, code],
    );
  });
  t.strictSame(events, [
    ['resource.owner.update', EXAMPLE.agentId, '00uAlice000000000001', '00uBob00000000000001'],
    ['resource.owner.update', EXAMPLE.linkedAgentId, '00uAlice000000000001', '00uBob00000000000001'],
  ]);
  const orns = async () => (await ownersOf(ORN.agent)).data[0].principals.map(({ orn }: { orn: string }) => orn);
  const step = (op: string, value: string) => ({ op, path: '/principalOrn', value });
  const patch = (...data: object[]) => api.patch(OWNERS, { resourceOrn: ORN.agent, data }, 'application/json');
  t.equal((await patch(step('REMOVE', ORN.alice), step('ADD', ORN.olivia))).status, 200);
  t.strictSame(await orns(), [ORN.bob, ORN.olivia]);
  await Promise.all([patch(step('REMOVE', ORN.bob)), patch(step('ADD', ORN.alice))]);
  t.strictSame(await orns(), [ORN.olivia, ORN.alice], 'two at once: none is lost');
  await api.post(OWNERS, { resourceOrns: [ORN.agent], principalOrns: [] });
  t.strictSame(await orns(), []);
});

t.test('owners that are refused', async (t) => {
  await api.post(OWNERS, { resourceOrns: [ORN.agent], principalOrns: [ORN.olivia] });
  const rows: [object, number, string][] = [
    [{ resourceOrns: [ORN.agent], principalOrns: [userOrn('00uNone')] }, 404, 'E0000007'],
    [{ resourceOrns: [ORN.agent, agentOrn('wlpNone')], principalOrns: [ORN.alice] }, 404, 'E0000007'],
    [{ resourceOrns: [ORN.figma], principalOrns: [ORN.alice] }, 404, 'E0000007'],
    [{ resourceOrns: [], principalOrns: [ORN.alice] }, 400, 'E0000001'],
    [{ resourceOrns: [ORN.agent], principalOrns: Array(101).fill(ORN.alice) }, 400, 'E0000001'],
    [{ resourceOrns: Array(10_000).fill(ORN.agent), principalOrns: [] }, 400, 'E0000001'],
    [{ principalOrns: [ORN.alice] }, 400, 'E0000001'],
  ];
  for (const [body, ...expected] of rows) {
    t.strictSame(refusedWith(await api.post(OWNERS, body)).slice(0, 2), expected, JSON.stringify(body).slice(0, 80));
  }
  for (const data of [
    [],
    [{ op: 'REPLACE', path: '/principalOrn', value: ORN.alice }],
    [{ op: 'ADD', path: '/x', value: ORN.alice }],
  ]) {
    t.equal((await api.patch(OWNERS, { resourceOrn: ORN.agent, data }, 'application/json')).status, 400);
  }
  t.equal((await api.patch(OWNERS, { resourceOrn: ORN.agent, data: [] })).body.errorCode, 'E0000021');
  t.strictSame((await ownersOf(ORN.agent)).data[0].principals.length, 1, 'nothing was written');
  t.equal((await ownersOf(agentOrn('wlpNone'))).errorCode, 'E0000007');
  for (const filter of ['', 'x', `resourceOrn ne "${ORN.agent}"`]) {
    t.equal((await api.get(`${OWNERS}?filter=${encodeURIComponent(filter)}`)).body.errorCode, 'E0000031', filter);
  }
  t.equal((await api.get(OWNERS)).body.errorCode, 'E0000001');
});

t.test('an agent has a hundred owners at most', async (t) => {
  const file = editedOrg(({ users }) => {
    for (let at = 0; at < 101; at++) {
      const login = `owner${at}@example.com`;
      users?.push({ id: `00uOwner${at}`, profile: { login, email: login, firstName: 'O', lastName: `${at}` } });
    }
  });
  const org = await startTestOrg({ org: file });
  t.teardown(() => org.close());
  const api = apiOf(org);
  const orns = Array.from({ length: 101 }, (_, at) => userOrn(`00uOwner${at}`));
  t.equal((await api.post(OWNERS, { resourceOrns: [ORN.agent], principalOrns: orns.slice(0, 100) })).status, 200);
  const data = [{ op: 'ADD', path: '/principalOrn', value: orns[100] }];
  const answer = await api.patch(OWNERS, { resourceOrn: ORN.agent, data }, 'application/json');
  t.match(causesOf(answer), [/more than 100 owners/]);
});
