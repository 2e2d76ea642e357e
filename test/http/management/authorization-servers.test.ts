/** `/api/v1/authorizationServers`: shapes, lists, scopes, the rotation of keys, refusals, events, races. */
import { createRemoteJWKSet, jwtVerify } from 'jose';
import t from 'tap';
import { GRANT_TYPE } from '../../../src/protocol/urns.js';
import { apiOf, eventsOf, pagesOf, refusalOf } from '../../support/api.js';
import { parts } from '../../support/forge.js';
import { startOpenOrg } from '../../support/open-org.js';
import { type Answer, APP_BASIC, driving, EXAMPLE, exampleOrg, startTestOrg, testClock } from '../../support/org.js';
import { editedOrg } from '../../support/org-edits.js';

const org = await startTestOrg();
t.teardown(() => org.close());
const api = apiOf(org);
const SERVERS = '/api/v1/authorizationServers';
const settings = { name: 'Reports', description: 'Of reports', audiences: ['api://reports'] };

const noServer = (id: string) => [404, 'E0000007', `Not found: Resource not found: ${id} (AuthorizationServer)`];

async function created(body: object = settings, at = api): Promise<string> {
  const answer = await at.post(SERVERS, body);
  t.equal(answer.status, 201, `created: ${answer.body.name}`);
  return answer.body.id;
}

const hints = (...allow: string[]) => ({ hints: { allow } });

t.test('a server has the shape of Okta', async (t) => {
  const { body } = await api.get(`${SERVERS}/default`);
  const at = `${org.issuer}${SERVERS}/default`;
  const issuer = `${org.issuer}/oauth2/default`;
  const { keys } = (await org.fetch('/oauth2/default/v1/keys')).body;
  t.strictSame(body, {
    ...{ id: 'default', name: 'default', description: null, audiences: ['api://default'], issuer },
    ...{ issuerMode: 'ORG_URL', status: 'ACTIVE', created: body.created, lastUpdated: body.created },
    credentials: {
      signing: { kid: keys[0].kid, use: 'sig', rotationMode: 'MANUAL', lastRotated: body.created },
    },
    _links: {
      rotateKey: { href: `${at}/credentials/lifecycle/keyRotate`, ...hints('POST') },
      metadata: ['oauth-authorization-server', 'openid-configuration'].map((name) => ({
        ...{ name, href: `${issuer}/.well-known/${name}`, ...hints('GET') },
      })),
      self: { href: at, ...hints('GET', 'PUT', 'DELETE') },
      scopes: { href: `${at}/scopes`, ...hints('GET') },
      policies: { href: `${at}/policies`, ...hints('GET') },
      deactivate: { href: `${at}/lifecycle/deactivate`, ...hints('POST') },
    },
  });
  for (const { href } of [...body._links.metadata, body._links.scopes, body._links.policies]) {
    t.equal((await api.get(href)).status, 200, href);
  }
});

t.test('created, replaced, deactivated and deleted, each with its event', async (t) => {
  let id = '';
  const creation = await eventsOf(org, async () => {
    id = await created();
  });
  t.match(id, /^aus\w{17}$/);
  t.strictSame(creation, [['oauth2.as.created', id]]);
  const path = `${SERVERS}/${id}`;
  t.match((await api.get(path)).body, { id, ...settings, status: 'ACTIVE', issuer: `${org.issuer}/oauth2/${id}` });
  t.equal(
    (await org.fetch(`/oauth2/${id}/.well-known/openid-configuration`)).body.issuer,
    `${org.issuer}/oauth2/${id}`,
  );

  const put = await eventsOf(org, async () => {
    const { status, body } = await api.put(path, {
      name: 'Figures',
      audiences: ['api://figures'],
      issuerMode: 'DYNAMIC',
    });
    t.match([status, body], [200, { id, name: 'Figures', description: null, audiences: ['api://figures'] }]);
  });
  t.strictSame(put, [['oauth2.as.updated', id]]);

  const twice = async (act: string) => {
    for (const _ of [1, 2]) t.equal((await api.post(`${path}/lifecycle/${act}`)).status, 204);
  };
  t.strictSame(await eventsOf(org, () => twice('deactivate')), [['oauth2.as.deactivated', id]]);
  const { body: inactive } = await api.get(path);
  t.match(inactive, { status: 'INACTIVE', _links: { activate: { href: `${org.issuer}${path}/lifecycle/activate` } } });
  t.notOk('deactivate' in inactive._links);
  t.equal((await org.fetch(`/oauth2/${id}/v1/keys`)).status, 404);
  t.strictSame(await eventsOf(org, () => twice('activate')), [['oauth2.as.activated', id]]);
  t.equal((await org.fetch(`/oauth2/${id}/v1/keys`)).status, 200);

  const deletion = await eventsOf(org, async () => t.equal((await api.delete(path)).status, 204));
  t.strictSame(deletion, [['oauth2.as.deleted', id]]);
  const scope = `${path}/scopes/scpNone`;
  const calls: Promise<Answer>[] = [
    ...[path, `${path}/scopes`, scope, `${path}/credentials/keys`, `${path}/credentials/keys/kid`].map(api.get),
    ...[api.put(path, settings), api.delete(path), api.post(`${path}/scopes`, { name: 'x' })],
    ...[api.put(scope, { name: 'x' }), api.delete(scope), api.post(`${path}/lifecycle/activate`)],
    ...[api.post(`${path}/lifecycle/deactivate`), api.post(`${path}/credentials/lifecycle/keyRotate`, { use: 'sig' })],
  ];
  for (const answer of await Promise.all(calls)) t.strictSame(refusalOf(answer), noServer(id));
});

t.test('times are those of the changes', async (t) => {
  const path = `${SERVERS}/${await created({ ...settings, name: 'Timed' })}`;
  const { body: first } = await api.get(path);
  org.advance(60_000);
  await api.put(path, { ...settings, name: 'Timed' });
  const { body: second } = await api.get(path);
  t.equal(second.created, first.created);
  t.ok(Date.parse(second.lastUpdated) >= Date.parse(first.lastUpdated) + 60_000);
  await api.delete(path);
});

t.test('lists are narrowed by name and audience, and paged', async (t) => {
  const ids = [];
  for (const n of [1, 2, 3]) ids.push(await created({ name: `List ${n}`, audiences: [`api://n${n}`] }));
  const names = async (query: string) =>
    (await pagesOf(api, `${SERVERS}?${query}`)).map((page) => (page as { name: string }[]).map(({ name }) => name));
  t.strictSame(await names('q=LIST&limit=2'), [['List 1', 'List 2'], ['List 3']]);
  t.strictSame(await names('q=api://n2'), [['List 2']]);
  t.strictSame((await names(''))[0]?.[0], 'default');
  t.match(refusalOf(await api.get(`${SERVERS}?filter=name%20pr`)), [400, 'E0000031']);
  for (const id of ids) await api.delete(`${SERVERS}/${id}`);
});

t.test('refused bodies', async (t) => {
  const valid = { name: 'x', audiences: ['api://x'] };
  const one = 'audiences: must hold exactly one value: the aud of the access tokens of this server';
  const rows: [unknown, ...(string | RegExp)[]][] = [
    [{ ...valid, audiences: [] }, one],
    [{ ...valid, audiences: ['api://a', 'api://b'] }, one],
    [{ ...valid, audiences: 'api://x' }, /^audiences: /],
    [{ ...valid, audiences: [''] }, /^audiences.0: /],
    [{ ...valid, audiences: ['x'.repeat(1025)] }, /^audiences.0: /],
    [{ name: 'x' }, /^audiences: /],
    [{ ...valid, name: '' }, /^name: /],
    [{ ...valid, name: 'x'.repeat(101) }, /^name: /],
    [{ ...valid, description: 'x'.repeat(1025) }, /^description: /],
    [{ ...valid, name: 'default' }, 'name: another of the authorizationServers of this org has this value already'],
  ];
  for (const [body, ...causes] of rows) {
    t.match(refusalOf(await api.post(SERVERS, body)), [400, 'E0000001', ...causes]);
  }
  const path = `${SERVERS}/${await created({ ...valid, name: 'Renamed' })}`;
  t.match((await api.put(path, { ...valid, name: 'default' })).body.errorSummary, 'Api validation failed: name');
  t.match((await api.put(path, { ...valid, audiences: [] })).body.errorSummary, 'Api validation failed: audiences');
  t.match((await api.get(path)).body, { name: 'Renamed' });
  await api.delete(path);
});

t.test('what is in use stays, and so does the default', async (t) => {
  const id = 'ausUsed0000000000001';
  const used = await startTestOrg({
    org: editedOrg((file) => {
      file.authorizationServers?.push({ id, name: 'Used' }, { id: 'free', name: 'Free' });
      const agent = file.agents?.[0];
      agent?.resourceConnections?.push({ id: 'mcnUsed', authorizationServer: 'Used' });
      agent?.callers?.push({ id: 'dlkUsed', application: 'Claude Code (OIDC)', authorizationServer: 'Used' });
    }),
  });
  t.teardown(() => used.close());
  const at = apiOf(used);
  const events = await eventsOf(used, async () => {
    t.strictSame(refusalOf(await at.delete(`${SERVERS}/${id}`)), [
      ...[400, 'E0000001'],
      `authServerId: the server is used by the resource connection mcnUsed of the AI agent ${EXAMPLE.agentId}; delete that first`,
      `authServerId: the server is used by the delegation dlkUsed of the AI agent ${EXAMPLE.agentId}; delete that first`,
    ]);
    t.strictSame(refusalOf(await at.delete(`${SERVERS}/default`)), [
      ...[400, 'E0000001', 'authServerId: the server "default" cannot be deleted; deactivate it instead'],
    ]);
  });
  t.strictSame(events, []);
  t.equal((await at.get(`${SERVERS}/${id}`)).status, 200);
  t.equal((await at.delete(`${SERVERS}/free`)).status, 204);
});

t.test('scopes: those of the system, and its own', async (t) => {
  const id = await created({ ...settings, name: 'Scoped' });
  const path = `${SERVERS}/${id}/scopes`;
  const names = async (query = '') => (await api.get(`${path}${query}`)).body.map(({ name }: { name: string }) => name);
  const SYSTEM = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access'];
  t.strictSame(await names(), SYSTEM);
  let scopeId = '';
  const creation = await eventsOf(org, async () => {
    const { status, body } = await api.post(path, { name: 'reports:read', description: 'Reads', consent: 'IMPLICIT' });
    scopeId = body.id;
    t.strictSame(
      [status, body],
      [
        201,
        {
          ...{ id: scopeId, name: 'reports:read', displayName: 'reports:read', description: 'Reads', system: false },
          ...{ default: false, optional: false, consent: 'IMPLICIT', metadataPublish: 'ALL_CLIENTS' },
          _links: { self: { href: `${org.issuer}${path}/${scopeId}`, ...hints('GET', 'PUT', 'DELETE') } },
        },
      ],
    );
  });
  t.match(scopeId, /^scp\w{17}$/);
  t.strictSame(creation, [['oauth2.scope.created', scopeId, id]]);
  t.strictSame(await names(), [...SYSTEM, 'reports:read']);
  t.strictSame(await names('?q=REPORTS'), ['reports:read']);
  t.strictSame(await names(`?filter=${encodeURIComponent('system eq true')}&limit=2`), ['openid', 'profile']);
  const discovery = await org.fetch(`/oauth2/${id}/.well-known/oauth-authorization-server`);
  t.strictSame(discovery.body.scopes_supported, [...SYSTEM, 'reports:read'], 'the list is what the server offers');
  await api.post(path, { name: 'reports:write' });

  const update = await eventsOf(org, async () => {
    const { status, body } = await api.put(`${path}/${scopeId}`, { name: 'reports:read', default: false });
    t.match([status, body], [200, { id: scopeId, name: 'reports:read', description: null }]);
  });
  t.strictSame(update, [['oauth2.scope.updated', scopeId, id]]);
  t.strictSame((await api.get(`${path}/${scopeId}`)).body.description, null);
  t.strictSame(await names(), [...SYSTEM, 'reports:read', 'reports:write']);

  const openid = (await api.get(path)).body[0];
  t.match(openid, { system: true, name: 'openid', _links: { self: hints('GET') } });
  const ofSystem = 'scopeId: "openid" is a scope of the system, which cannot be changed or deleted';
  const taken = 'name: the server has a scope of this name already';
  const kept = 'name: a scope keeps its name, "reports:read"; create another and delete this one';
  const rows: [Promise<Answer>, ...(string | RegExp)[]][] = [
    [api.put(`${path}/${openid.id}`, { name: 'openid' }), ofSystem],
    [api.delete(`${path}/${openid.id}`), ofSystem],
    [api.post(path, { name: 'openid' }), taken],
    [api.post(path, { name: 'reports:read' }), taken],
    [api.put(`${path}/${scopeId}`, { name: 'reports:see' }), kept],
    [api.post(path, { name: 'two words' }), /^name: /],
    [api.post(path, { name: 'x'.repeat(256) }), /^name: /],
    [api.post(path, { name: 'x', description: 'x'.repeat(1025) }), /^description: /],
    [api.post(path, { name: 'x', default: true }), /^default: is not modelled/],
  ];
  for (const [answer, ...causes] of rows) t.match(refusalOf(await answer), [400, 'E0000001', ...causes]);

  const deletion = await eventsOf(org, async () => t.equal((await api.delete(`${path}/${scopeId}`)).status, 204));
  t.strictSame(deletion, [['oauth2.scope.deleted', scopeId, id]]);
  t.strictSame(await names(), [...SYSTEM, 'reports:write']);
  const gone = [404, 'E0000007', `Not found: Resource not found: ${scopeId} (OAuth2Scope)`];
  t.strictSame(refusalOf(await api.get(`${path}/${scopeId}`)), gone);
  t.strictSame(refusalOf(await api.delete(`${path}/${scopeId}`)), gone);
});

t.test('a scope of the system that an org file declares is listed once', async (t) => {
  const file = exampleOrg();
  file.authorizationServers?.push({ id: 'odd', name: 'Odd', scopes: ['openid', { name: 'a', description: 'A' }] });
  const odd = await startTestOrg({ org: file });
  t.teardown(() => odd.close());
  const { body } = await apiOf(odd).get(`${SERVERS}/odd/scopes?q=open`);
  t.match(body, [{ name: 'openid', system: true }]);
  t.equal(body.length, 1);
});

t.test('races: nothing is lost', async (t) => {
  const id = await created({ ...settings, name: 'Raced' });
  const path = `${SERVERS}/${id}`;
  const same = await Promise.all([1, 2].map(() => api.post(`${path}/scopes`, { name: 'same' })));
  t.strictSame(same.map(({ status }) => status).sort(), [201, 400]);
  const [put, ...scopes] = await Promise.all([
    api.put(path, { ...settings, name: 'Raced and renamed' }),
    ...[1, 2, 3, 4].map((n) => api.post(`${path}/scopes`, { name: `raced:${n}` })),
    api.put(`${SERVERS}/default`, { name: 'default', audiences: ['api://default'] }),
  ]);
  t.strictSame([put?.status, ...scopes.map(({ status }) => status)], [200, 201, 201, 201, 201, 200]);
  t.match((await api.get(path)).body, { name: 'Raced and renamed' });
  const own = (await api.get(`${path}/scopes`)).body.filter(({ system }: { system: boolean }) => !system);
  t.strictSame(own.map(({ name }: { name: string }) => name).sort(), [
    ...['raced:1', 'raced:2', 'raced:3', 'raced:4', 'same'],
  ]);
  const names = await Promise.all([1, 2].map(() => api.post(SERVERS, { ...settings, name: 'Twins' })));
  t.strictSame(names.map(({ status }) => status).sort(), [201, 400]);
  const deletes = await Promise.all([1, 2].map(() => api.delete(path)));
  t.strictSame(deletes.map(({ status }) => status).sort(), [204, 404]);
});

t.test('the default of an org file that names no server, and who may ask', async (t) => {
  const token = '00-another-api-token-for-testing';
  const tokens = [
    { name: 'CI', token, role: 'SUPER_ADMIN' as const },
    { name: 'Reader', token: `${token}-reader`, role: 'READ_ONLY_ADMIN' as const },
  ];
  const bare = await startTestOrg({ org: { apiTokens: tokens } });
  t.teardown(() => bare.close());
  const at = apiOf(bare, `SSWS ${token}`);
  t.match((await at.get(SERVERS)).body, [{ id: 'default', audiences: ['api://default'], status: 'ACTIVE' }]);
  t.strictSame((await at.get(`${SERVERS}/default/policies`)).body, []);
  const reader = apiOf(bare, `SSWS ${token}-reader`);
  t.equal((await reader.get(`${SERVERS}/default`)).status, 200);
  t.strictSame(refusalOf(await reader.post(SERVERS, settings)).slice(0, 2), [403, 'E0000006']);
  t.strictSame(refusalOf(await apiOf(bare, 'SSWS wrong').get(SERVERS)).slice(0, 2), [401, 'E0000011']);
});

/** An org whose inside is at hand, driven like any other. */
async function startDriven() {
  const clock = testClock();
  const open = await startOpenOrg((store) => store, clock.now);
  t.teardown(() => open.close());
  return { open, driven: driving(open, clock) };
}

/** An access token of the server for the example user, by password. */
async function passwordToken(at: typeof org, server: string): Promise<string> {
  const form = { grant_type: GRANT_TYPE.password, username: 'alice@example.com', password: EXAMPLE.password };
  const answer = await at.post(
    `/oauth2/${server}/v1/token`,
    { ...form, scope: 'reports:read' },
    { authorization: APP_BASIC },
  );
  t.equal(answer.status, 200, 'signed in');
  return answer.body.access_token;
}

async function reportsServer(at: typeof org, id: string): Promise<void> {
  const api = apiOf(at);
  await api.post(`${SERVERS}/${id}/scopes`, { name: 'reports:read' });
  const policies = `${SERVERS}/${id}/policies`;
  const policy = await api.post(policies, { name: 'All', conditions: { clients: { include: ['ALL_CLIENTS'] } } });
  const people = { groups: { include: ['EVERYONE'] } };
  const conditions = { people, grantTypes: { include: ['password'] } };
  await api.post(`${policies}/${policy.body.id}/rules`, { name: 'All', conditions });
}

t.test('a server that is made has a key of its own: what the org signs does not verify at it', async (t) => {
  const ids = [await created({ ...settings, name: 'Own key 1' }), await created({ ...settings, name: 'Own key 2' })];
  const keysAt = async (base: string) =>
    (await org.fetch(`${base}/v1/keys`)).body.keys.map(({ kid }: { kid: string }) => kid);
  const kids = [...(await keysAt('/oauth2')), ...(await Promise.all(ids.map((id) => keysAt(`/oauth2/${id}`)))).flat()];
  t.equal(new Set(kids).size, kids.length);
  const { id_token } = await org.signIn('alice@example.com');
  for (const id of ids) {
    const keys = createRemoteJWKSet(new URL(`${org.issuer}/oauth2/${id}/v1/keys`));
    await t.rejects(jwtVerify(id_token, keys), { code: 'ERR_JWKS_NO_MATCHING_KEY' });
  }
});

t.test('rotation: what was signed before verifies, what is signed after has the new key', async (t) => {
  // One that came with the org, and has no keys of its own yet.
  const id = 'shared';
  const file = editedOrg(({ authorizationServers }) => {
    authorizationServers?.push({ id, name: 'Rotated', audience: 'api://rotated' });
  });
  const org = await startTestOrg({ org: file });
  t.teardown(() => org.close());
  const api = apiOf(org);
  await reportsServer(org, id);
  const path = `${SERVERS}/${id}`;
  const list = `${path}/credentials/keys`;
  const rotate = () => api.post(`${path}/credentials/lifecycle/keyRotate`, { use: 'sig' });
  const shown = (answer: Answer) => answer.body.map(({ status, kid }: Record<string, string>) => [status, kid]);
  const verifies = (token: string) =>
    jwtVerify(token, createRemoteJWKSet(new URL(`${org.issuer}/oauth2/${id}/v1/keys`)));
  const ofOrg = (await org.fetch('/oauth2/v1/keys')).body.keys;
  const [signs, next] = ofOrg.map(({ kid }: { kid: string }) => kid);

  t.strictSame(
    shown(await api.get(list)),
    [...[['ACTIVE', signs]], ['NEXT', next]],
    "the org's, as long as it has none",
  );
  const { body: one } = await api.get(`${list}/${next}`);
  t.strictSame(one, {
    ...{ status: 'NEXT', kid: next, ...ofOrg[1] },
    _links: { self: { href: `${org.issuer}${list}/${next}`, ...hints('GET') } },
  });
  t.strictSame(refusalOf(await api.get(`${list}/none`)), [
    ...[404, 'E0000007', 'Not found: Resource not found: none (JsonWebKey)'],
  ]);
  for (const body of [{}, { use: 'enc' }, { use: 1 }]) {
    const answer = await api.post(`${path}/credentials/lifecycle/keyRotate`, body);
    t.match(refusalOf(answer), [400, 'E0000001', /^use: /]);
  }

  const before = await passwordToken(org, id);
  t.equal(parts(before).header.kid, signs);
  let first: string[][] = [];
  const events = await eventsOf(org, async () => {
    const answer = await rotate();
    t.equal(answer.status, 200);
    first = shown(answer);
  });
  t.strictSame(events, [['app.oauth2.as.key.rollover', id]]);
  t.strictSame(
    first.map(([status]) => status),
    ['ACTIVE', 'NEXT', 'EXPIRED'],
  );
  t.equal(first[2]?.[1], signs, 'the key of the org that the server signed with until now');
  t.match(first[0]?.[1], /^[\w-]{43}$/);
  t.equal(new Set([signs, next, first[0]?.[1], first[1]?.[1]]).size, 4, 'both are fresh');

  const middle = await passwordToken(org, id);
  t.equal(parts(middle).header.kid, first[0]?.[1]);
  for (const token of [before, middle]) await verifies(token);
  const introspected = { token: before };
  const { body: state } = await org.post(`/oauth2/${id}/v1/introspect`, introspected, { authorization: APP_BASIC });
  t.equal(state.active, true, 'the server itself knows it, too');

  org.advance(60_000);
  const second = shown(await rotate());
  t.strictSame(second.slice(0, 1), [['ACTIVE', first[1]?.[1]]], 'the next one is what it was said to be');
  t.strictSame(
    second.map(([status]: string[]) => status),
    ['ACTIVE', 'NEXT', 'EXPIRED', 'EXPIRED'],
  );
  const after = await passwordToken(org, id);
  t.equal(parts(after).header.kid, first[1]?.[1]);
  for (const token of [before, middle, after]) await verifies(token);
  t.strictSame(shown(await api.get(list)), second);
  const { body: server } = await api.get(path);
  t.equal(server.credentials.signing.kid, first[1]?.[1]);
  t.ok(Date.parse(server.credentials.signing.lastRotated) >= Date.parse(server.created) + 60_000);
  t.strictSame((await org.fetch('/oauth2/v1/keys')).body.keys, ofOrg, 'the org keeps its own');
  t.equal((await org.fetch(`/oauth2/${id}/v1/keys`)).body.keys.length, 4);
});

t.test('rotation of a server with one key of its own, and two rotations at once', async (t) => {
  const { open, driven } = await startDriven();
  const at = apiOf(driven);
  const keys = `${SERVERS}/default/credentials/keys`;
  const rotate = () => at.post(`${SERVERS}/default/credentials/lifecycle/keyRotate`, { use: 'sig' });
  const shown = async () => (await at.get(keys)).body.map(({ status, kid }: Record<string, string>) => [status, kid]);
  const [[, own]] = await shown();
  const racing = await Promise.all([rotate(), rotate()]);
  t.strictSame(
    racing.map(({ status }) => status),
    [200, 200],
  );
  const after = await shown();
  t.strictSame(
    after.map(([status]: string[]) => status),
    ['ACTIVE', 'NEXT', 'EXPIRED', 'EXPIRED'],
    'both took place',
  );
  t.equal(new Set(after.map(([, kid]: string[]) => kid)).size, 4);
  t.ok(after.some(([status, kid]: string[]) => status === 'EXPIRED' && kid === own));

  const id = await created({ ...settings, name: 'Deleted' }, at);
  const rotateIt = () => at.post(`${SERVERS}/${id}/credentials/lifecycle/keyRotate`, { use: 'sig' });
  await Promise.all([rotateIt(), rotateIt()]);
  const all = (await at.get(`${SERVERS}/${id}/credentials/keys`)).body.map(({ status }: { status: string }) => status);
  t.strictSame(all, ['ACTIVE', 'NEXT', 'EXPIRED', 'EXPIRED'], "the org's key became the past of this server once");
  const held = () => JSON.stringify(open.org.store.snapshot()).includes(`"server":"${id}"`);
  t.ok(held());
  t.equal((await at.delete(`${SERVERS}/${id}`)).status, 204);
  t.notOk(held(), 'its keys went with it');
});

t.test('a server that is deleted while its keys are rotated leaves none', async (t) => {
  // What happens between the working out of a change and its commit, or after the commit.
  let meanwhile: (() => Promise<unknown>) | undefined;
  let afterwards: (() => Promise<unknown>) | undefined;
  const taken = (act: typeof meanwhile) => {
    meanwhile = afterwards = undefined;
    return act?.();
  };
  let commits = 0;
  const open = await startOpenOrg((store) => ({
    ...store,
    async commit(...commit) {
      if (meanwhile) await taken(meanwhile);
      commits++;
      const conflict = await store.commit(...commit);
      if (afterwards) await taken(afterwards);
      return conflict;
    },
  }));
  t.teardown(() => open.close());
  const at = apiOf(driving(open, testClock()));
  const left = (id: string) => JSON.stringify(open.org.store.snapshot()).includes(id);
  const rotate = (id: string) => at.post(`${SERVERS}/${id}/credentials/lifecycle/keyRotate`, { use: 'sig' });
  const id = await created({ ...settings, name: 'Vanishing' }, at);
  meanwhile = () => at.delete(`${SERVERS}/${id}`);
  t.strictSame(refusalOf(await rotate(id)), noServer(id));
  t.notOk(left(id));

  const late = await created({ ...settings, name: 'Rotated first' }, at);
  meanwhile = () => rotate(late);
  t.equal((await at.delete(`${SERVERS}/${late}`)).status, 204);
  t.notOk(left(late), 'the fresh keys went, too');

  const gone = await created({ ...settings, name: 'Rotated, then deleted' }, at);
  afterwards = () => at.delete(`${SERVERS}/${gone}`);
  const { status, body } = await rotate(gone);
  t.equal(status, 200, 'the rotation stood, and is what is answered');
  t.match(body, [{ status: 'ACTIVE', kid: /^[\w-]{43}$/ }, { status: 'NEXT' }, { status: 'EXPIRED' }]);
  t.ok(body.every(({ _links }: { _links: { self: { href: string } } }) => _links.self.href.includes(gone)));

  commits = 0;
  t.equal((await at.post(`${SERVERS}/default/lifecycle/activate`)).status, 204);
  t.equal(commits, 0, 'a status that is so already is not written');
});

t.test('a server that nobody can sign for says no kid', async (t) => {
  const file = exampleOrg();
  const keys = (await startDriven()).open.org.store.snapshot().signingKeys as NonNullable<typeof file.signingKeys>;
  file.signingKeys = keys.map((key) => (key.server === 'org' ? key : { ...key, status: 'RETIRED' as const }));
  const silent = await startTestOrg({ org: file });
  t.teardown(() => silent.close());
  const { signing } = (await apiOf(silent).get(`${SERVERS}/default`)).body.credentials;
  t.strictSame(Object.keys(signing), ['use', 'rotationMode', 'lastRotated']);
  t.match((await apiOf(silent).post(`${SERVERS}/default/credentials/lifecycle/keyRotate`, { use: 'sig' })).body, [
    ...[{ status: 'ACTIVE' }, { status: 'NEXT' }, { status: 'EXPIRED' }],
  ]);
});
