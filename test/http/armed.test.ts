/** Armed cases, and edge cases that a request asks for: what comes out, for whom, how often, and what the records say. */
import t from 'tap';
import type { ClientCall } from '../../src/grants/call.js';
import type { ExchangeFacts } from '../../src/grants/exchange-facts.js';
import { gatherOnPurpose } from '../../src/grants/exchange-on-purpose.js';
import { agents } from '../../src/registry/ai-agent.js';
import { applications } from '../../src/registry/application.js';
import { users } from '../../src/registry/user.js';
import { controlOf } from '../support/control.js';
import { edgeCaseOrg } from '../support/edge-case-org.js';
import { parts } from '../support/forge.js';
import { EXAMPLE, exampleOrg, keepOrgs, startTestOrg, type TestOrg } from '../support/org.js';
import { editedOrg } from '../support/org-edits.js';
import { unchecking } from '../support/self-checks.js';

const { keep } = keepOrgs(t);
const org = keep(await startTestOrg());
const control = controlOf(org);
t.beforeEach(() => control.post('reset').then(() => undefined));

const tokenOf = async (login: string) => (await org.signIn(login)).id_token;
const exchanged = async (login: string, more = {}) => unchecking(async () => org.exchange(await tokenOf(login), more));
const isExpired = ({ body }: { body: { access_token: string } }) =>
  parts(body.access_token).claims.exp < Math.floor(Date.now() / 1000);

t.test('the next exchange of one user comes out wrong, and no other', async (t) => {
  const armed = await control.post('armed', { match: { user: 'alice@example.com' }, edgeCase: 'exp-past', times: 1 });
  t.match(armed, {
    status: 201,
    body: { match: { user: 'alice@example.com' }, edgeCase: ['exp-past'], applied: 0, remaining: 1, fault: null },
  });
  t.notOk(
    isExpired(await exchanged('bob@example.com', { audience: `${org.issuer}/oauth2/default` })),
    'of another user',
  );
  t.ok(isExpired(await exchanged('alice@example.com')));
  t.notOk(isExpired(await exchanged('alice@example.com')), 'once');
  t.match((await control.get('armed')).body, [{ id: armed.body.id, applied: 1, remaining: 0 }]);
  const [, applied] = (await control.get('exchanges?limit=3')).body.filter(
    ({ grantType }: { grantType: string }) => grantType === 'token-exchange',
  );
  t.match(applied, {
    onPurpose: { edgeCases: ['exp-past'], armed: armed.body.id, fault: null, impossible: null },
    result: 'granted',
  });
  const [event] = await org.events(`filter=debugContext.debugData.armed eq "${armed.body.id}"`);
  t.match(event, { eventType: /^app\.oauth2\.token\.grant/, debugContext: { debugData: { edgeCase: 'exp-past' } } });
  t.match(org.lines.join('\n'), /granted, wrong on purpose: exp-past/);
});

t.test('everything that it can be matched by, by name or id', async (t) => {
  const matches: Readonly<Record<string, readonly [string, string]>> = {
    agent: ['Claude (Requester App)', EXAMPLE.agentId],
    client: ['Claude (OIDC)', EXAMPLE.appId],
    user: ['alice@example.com', '00uAlice000000000001'],
    audience: [EXAMPLE.figma, EXAMPLE.figma],
    scope: ['mcp:read', 'mcp:read'],
  };
  for (const [member, names] of Object.entries(matches)) {
    for (const name of names) {
      const { id } = await control.done('armed', { match: { [member]: name }, edgeCase: 'exp-past', times: 1 });
      t.ok(isExpired(await exchanged('alice@example.com')), `${member} ${name}`);
      t.equal((await control.delete(`armed/${id}`)).status, 204);
    }
  }
  const others: Readonly<Record<string, string>> = {
    ...{ agent: 'Claude Code (linked)', client: 'Claude', user: 'bob@example.com', scope: 'mcp:write' },
    audience: `${org.issuer}/oauth2/default`,
  };
  for (const [member, name] of Object.entries(others)) {
    await control.done('armed', { match: { [member]: name }, edgeCase: 'exp-past' });
  }
  t.notOk(isExpired(await exchanged('alice@example.com')), 'each is of another');
  t.equal((await control.delete('armed')).status, 204);
  t.strictSame((await control.get('armed')).body, []);
});

t.test('several at once, the first that matches, and one that never ends', async (t) => {
  await control.done('armed', { edgeCase: ['exp-past', 'hdr-typ-jwt'], times: 1 });
  await control.done('armed', { edgeCase: 'hdr-typ-jwt' });
  const first = await exchanged('alice@example.com');
  t.match([isExpired(first), parts(first.body.access_token).header.typ], [true, 'JWT']);
  for (let more = 0; more < 2; more++) {
    const next = await exchanged('alice@example.com');
    t.match([isExpired(next), parts(next.body.access_token).header.typ], [false, 'JWT']);
  }
});

t.test('twenty at once: it is applied as often as it was to be', async (t) => {
  await control.done('armed', { edgeCase: 'exp-past', times: 7 });
  const token = await tokenOf('alice@example.com');
  const answers = await unchecking(() => Promise.all(Array.from({ length: 20 }, () => org.exchange(token))));
  t.equal(answers.filter((answer) => isExpired(answer)).length, 7);
});

t.test('another token of the org in place of the ID-JAG', async (t) => {
  for (const [edgeCase, jti] of [
    ['tok-id-token-client', /^ID\./],
    ['tok-access-token', /^AT\./],
  ] as const) {
    await control.done('armed', { edgeCase, times: 1 });
    const { body } = await exchanged('alice@example.com');
    t.match(parts(body.access_token).claims, { jti }, edgeCase);
  }
  await control.done('armed', { edgeCase: 'tok-refresh-token', times: 1 });
  const { body } = await exchanged('alice@example.com');
  t.match(body.access_token, /^[\w-]{43}$/);
});

t.test('a fault, alone or with an edge case', async (t) => {
  const status = { code: 503, body: { error: 'temporarily_unavailable' } };
  await control.done('armed', { match: { user: 'alice@example.com' }, fault: { status }, times: 1 });
  t.match(await exchanged('alice@example.com'), { status: 503, body: { error: 'temporarily_unavailable' } });
  t.equal((await exchanged('alice@example.com')).status, 200);
  await control.done('armed', { edgeCase: 'exp-past', fault: { contentType: 'text/plain' }, times: 1 });
  const both = await exchanged('alice@example.com');
  t.match([both.headers.get('content-type'), isExpired({ body: JSON.parse(both.text) })], ['text/plain', true]);
  const [last] = (await control.get('exchanges?limit=1')).body;
  t.match(last, { onPurpose: { edgeCases: ['exp-past'], fault: { contentType: 'text/plain' } } });
});

t.test('what cannot be armed is refused by name', async (t) => {
  const refused: readonly (readonly [object, RegExp])[] = [
    [{}, /neither edgeCase nor fault/],
    [{ edgeCase: 'exp-pst' }, /there is no edge case .*exp-past/],
    [{ edgeCase: ['exp-past', 'exp-missing'] }, /contradict each other/],
    [
      { edgeCase: 'exp-past', match: { agent: 'Claude' } },
      /match.agent: there is no AI agent.*Claude \(Requester App\)/,
    ],
    [{ edgeCase: 'exp-past', match: { client: 'Nobody' } }, /match.client: there is no application.*Figma/],
    [{ edgeCase: 'exp-past', match: { user: 'nobody' } }, /match.user: there is no user.*alice@example.com/],
    [{ edgeCase: 'exp-past', match: { audience: 'https://x' } }, /no resource connection leads to.*auth.figma.example/],
    [{ edgeCase: 'exp-past', times: 0 }, /times/],
    [{ edgeCase: 'exp-past', given: { nobody: 'x' } }, /given/],
    [{ fault: {} }, /says nothing/],
    [{ fault: { jwks: 'empty' } }, /fault: Unrecognized key: .*jwks/],
    [{ fault: { truncate: 1, oversize: 2 } }, /more than one of/],
    [{ fault: { latency: { fixed: '1h' } } }, /latency.fixed: is above/],
  ];
  for (const [body, says] of refused) {
    const answer = await control.post('armed', body);
    t.equal(answer.status, 400, JSON.stringify(body));
    t.match(answer.text, says);
  }
  t.equal((await control.delete('armed/nobody')).status, 404);
});

t.test('in an org that has none of what is named', async (t) => {
  const bare = controlOf(keep(await startTestOrg({ org: {} })));
  for (const match of [{ agent: 'Claude' }, { client: 'Claude' }, { user: 'alice' }, { audience: 'https://x' }]) {
    t.match((await bare.post('armed', { match, edgeCase: 'exp-past' })).text, /there are: none/);
  }
});

t.test('a row of the org that was taken away since refuses the exchange', async (t) => {
  const row = {
    ...{ name: 'mine', level: 'MUST', expect: ['invalid_grant'], severity: 'low', source: ['RFC 7519, Some section'] },
    ...{ differs: 'In something.', note: 'Some bug.', claims: { set: { a: 1 } } },
  };
  await control.done('edge-cases', row);
  await control.done('armed', { edgeCase: 'mine' });
  t.equal(parts((await exchanged('alice@example.com')).body.access_token).claims.a, 1);
  await control.delete('edge-cases/mine');
  t.equal((await exchanged('alice@example.com')).body.error, 'invalid_request');
  const [last] = (await control.get('exchanges?limit=1')).body;
  t.match(last.onPurpose.impossible, /^edgeCases: there is no edge case "mine"/);
});

t.test('a caller that speaks SAML has no tokens of its own', async (t) => {
  const inside = await edgeCaseOrg();
  const view = inside.store.view();
  const [agent] = view.list(agents);
  const [user] = view.list(users);
  const caller = view.list(applications).find(({ saml }) => saml);
  const call = { org: inside, view, now: 0, asked: ['tok-id-token-client'] } as unknown as ClientCall;
  const facts = { agent, user, caller, scopes: [] } as unknown as ExchangeFacts;
  const content = { issuer: 'i', audience: 'a', userId: 'u', clientId: 'c', scopes: [], now: 0 };
  const onPurpose = await gatherOnPurpose(call, facts, content);
  t.same(onPurpose, { problem: 'edgeCases: the caller is no OpenID Connect application' });
});

t.test('what is given is used, and never shown', async (t) => {
  const given = { otherClientId: 'client-of-somebody-else' };
  const armed = await control.done('armed', { edgeCase: 'client-id-other-registered', given });
  t.strictSame(armed.given, ['otherClientId']);
  const { body } = await exchanged('alice@example.com');
  t.equal(parts(body.access_token).claims.client_id, given.otherClientId);
});

t.test('one that cannot be made of this token refuses the exchange, and is not spent', async (t) => {
  const armed = await control.done('armed', { edgeCase: 'client-id-other-registered', times: 1 });
  const answer = await exchanged('alice@example.com');
  t.match(answer, { status: 400, body: { error: 'invalid_request', error_description: /exchanges says why/ } });
  const [last] = (await control.get('exchanges?limit=1')).body;
  t.match(last, { rule: 'edge-case-possible', onPurpose: { impossible: /^given\.otherClientId: is needed for/ } });
  t.match((await control.get('armed')).body, [{ id: armed.id, applied: 0, remaining: 1 }]);
});

t.test('of an exchange that is refused, nothing is spent', async (t) => {
  await control.done('armed', { edgeCase: 'exp-past', times: 1 });
  t.equal((await exchanged('alice@example.com', { audience: 'https://nowhere.example' })).status, 400);
  t.equal((await exchanged('bob@example.com', { scope: 'a  b' })).status, 400);
  t.match((await control.get('armed')).body, [{ remaining: 1 }]);
});

const form = async (at: TestOrg, more = {}) => ({
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  requested_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
  subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
  subject_token: (await at.signIn('alice@example.com')).id_token,
  ...{ audience: EXAMPLE.figma, scope: 'mcp:read' },
  ...(await at.asAgent()),
  ...more,
});

t.test('asked for in a header of the ordinary request', async (t) => {
  const ask = async (headers: Record<string, string>) =>
    unchecking(async () => org.post('/oauth2/v1/token', await form(org), headers));
  t.ok(isExpired(await ask({ 'x-mock-edge-case': 'exp-past' })));
  const both = await ask({ 'x-mock-edge-case': 'exp-past, hdr-typ-jwt' });
  t.match([isExpired(both), parts(both.body.access_token).header.typ], [true, 'JWT']);
  await control.done('armed', { edgeCase: 'hdr-typ-jwt', times: 1 });
  t.equal(parts((await ask({ 'x-mock-edge-case': 'exp-past' })).body.access_token).header.typ, 'oauth-id-jag+jwt');
  t.match((await control.get('armed')).body, [{ remaining: 1 }], 'what is armed waits');
  const [last] = (await control.get('exchanges?limit=1')).body;
  t.match(last, { onPurpose: { edgeCases: ['exp-past'], armed: null } });
});

t.test('under the guard of the control API', async (t) => {
  const ask = async (headers: Record<string, string>) =>
    unchecking(async () =>
      org.post('/oauth2/v1/token', await form(org), { 'x-mock-edge-case': 'exp-past', ...headers }),
    );
  const token = { 'x-mock-authorization': `SSWS ${EXAMPLE.apiToken}` };
  const forwarded = { 'x-forwarded-for': '192.0.2.1' };
  for (const [headers, status] of [
    [forwarded, 401],
    [{ 'x-mock-authorization': 'SSWS a-wrong-token-of-16' }, 401],
    [{ origin: 'https://evil.example' }, 403],
    [{ ...token, ...forwarded }, 200],
  ] as const) {
    const answer = await ask({ ...headers });
    t.equal(answer.status, status, JSON.stringify(headers));
    if (status !== 200) {
      t.match(answer.body, {
        error: 'access_denied',
        error_description: /x-mock-edge-case belongs to the control API/,
      });
    }
  }
  const closed = keep(await startTestOrg({ noControl: true }));
  const refused = await closed.post('/oauth2/v1/token', await form(closed), { 'x-mock-edge-case': 'exp-past' });
  t.match(refused, { status: 403, body: { error_description: 'This org runs without its control API.' } });
});

t.test('a header that names nothing, or too much, is no good token', async (t) => {
  for (const names of [',', '', Array.from({ length: 21 }, () => 'exp-past').join()]) {
    const headers = { 'x-mock-edge-case': names };
    const answer = await unchecking(async () => org.post('/oauth2/v1/token', await form(org), headers));
    t.match(answer, { status: 400, body: { error: 'invalid_request', error_description: /is empty|more than 20/ } });
    t.match(await control.post('mint', {}, headers), { status: 400, text: /is empty|more than 20/ });
  }
});

t.test('minting takes the header, too', async (t) => {
  const minted = await control.post('mint', { user: 'alice@example.com' }, { 'x-mock-edge-case': 'exp-past' });
  t.match(minted.body, { verdict: 'reject', edgeCases: [{ name: 'exp-past' }] });
  const both = await control.post('mint', { edgeCases: ['hdr-typ-jwt'] }, { 'x-mock-edge-case': 'exp-past' });
  t.strictSame(both.body.edgeCases.map(({ name }: { name: string }) => name).sort(), ['exp-past', 'hdr-typ-jwt']);
});

t.test('declared in the org file: on a connection, or for whatever matches', async (t) => {
  const file = editedOrg((edited) => {
    const [connection] = edited.agents?.[0]?.resourceConnections ?? [];
    if (!connection) throw new Error('the example has a connection');
    connection.armed = [{ edgeCase: 'exp-past', times: 1, user: 'alice@example.com' }, { edgeCase: 'hdr-typ-jwt' }];
    edited.armed = [
      { match: { agent: 'Claude Code (linked)', client: 'Claude Code (OIDC)' }, edgeCase: 'exp-past' },
      { match: { scope: 'nothing:asks-for-it' }, fault: { reset: 'after' } },
    ];
  });
  const own = keep(await startTestOrg({ org: file }));
  const armed = (await controlOf(own).get('armed')).body;
  t.match(armed, [
    { match: { agent: 'Claude (Requester App)', audience: String, user: 'alice@example.com' }, remaining: 1 },
    { match: { agent: 'Claude (Requester App)', audience: String }, edgeCase: ['hdr-typ-jwt'], remaining: null },
    { match: { agent: 'Claude Code (linked)', client: 'Claude Code (OIDC)' } },
  ]);
  const { audience } = armed[0].match;
  const again = async (login: string) =>
    unchecking(async () => own.exchange((await own.signIn(login)).id_token, { audience, scope: undefined }));
  t.ok(isExpired(await again('alice@example.com')));
  t.equal(parts((await again('alice@example.com')).body.access_token).header.typ, 'JWT');
  const exported = (await controlOf(own).get('org')).body;
  t.equal(exported.armed.length, 3, 'what is spent is not exported');
  t.match(exported.armed[2], { match: { scope: 'nothing:asks-for-it' }, fault: { reset: 'after' } });
  const wrong = exampleOrg();
  wrong.armed = [{ match: { user: 'nobody@example.com' }, edgeCase: 'exp-past' }];
  await t.rejects(startTestOrg({ org: wrong }), { message: /armed\[0\]\.match\.user: there is no user/ });
  wrong.armed = [{ edgeCase: 'exp-pst' }];
  await t.rejects(startTestOrg({ org: wrong }), { message: /there is no edge case exp-pst, which is armed/ });
  wrong.armed = [{ edgeCase: undefined } as never];
  await t.rejects(startTestOrg({ org: wrong }), { message: /armed\[0\]: has neither edgeCase nor fault/ });
});
