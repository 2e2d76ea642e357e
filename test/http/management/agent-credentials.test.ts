/** The credentials of an AI agent: shapes, the documented refusals, one method at a time, and that they work at once. */
import { createHash } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import t from 'tap';
import { apiOf, causesOf, eventsOf, refusedWith } from '../../support/api.js';
import { oidcApp } from '../../support/app-requests.js';
import { basic, EXAMPLE, startTestOrg } from '../../support/org.js';
import { agentIn, editedOrg } from '../../support/org-edits.js';
import { agentOrn, ORN } from '../../support/orns.js';

const org = await startTestOrg();
t.teardown(() => org.close());
const api = apiOf(org);
const AGENT = `/workload-principals/api/v1/ai-agents/${EXAMPLE.agentId}`;
const JWKS = `${AGENT}/credentials/jwks`;
const SECRETS = `${AGENT}/credentials/secrets`;
const URI = `${AGENT}/credentials/jwks-uri`;
const EXAMPLE_KEY = 'pksClaude00000000001';

const pair = await generateKeyPair('ES256', { extractable: true });
const ec = { ...(await exportJWK(pair.publicKey)), alg: 'ES256' };
const { id_token } = await org.signIn('alice@example.com');
const eventTypes = async (act: () => Promise<unknown>) => (await eventsOf(org, act)).map(([type, , id]) => [type, id]);
const credential = 'workload_principal.ai_agent.credential';

const invalidKey = [400, 'E0000001', 'Api validation failed: JsonWebKey'];

t.test('a key is added, used, deactivated and deleted', async (t) => {
  const added = await api.post(JWKS, { ...ec, kid: 'second', use: 'sig' });
  const { id, created, lastUpdated } = added.body;
  t.match(id, /^pks\w{17}$/);
  const self = `${org.issuer}${JWKS}/${id}`;
  t.strictSame(
    [added.status, added.body],
    [
      201,
      {
        ...{ id, kid: 'second', kty: 'EC', alg: 'ES256', crv: 'P-256', x: ec.x, y: ec.y, use: 'sig', status: 'ACTIVE' },
        ...{ created, lastUpdated },
        _links: { deactivate: { href: `${self}/lifecycle/deactivate`, hints: { allow: ['POST'] } } },
      },
    ],
  );
  t.strictSame((await api.get(`${JWKS}/${id}`)).body, added.body);
  const { data } = (await api.get(JWKS)).body;
  t.strictSame(
    data.map((key: { id: string }) => key.id),
    [EXAMPLE_KEY, id],
  );

  const asSecond = () => org.asAgent({ key: pair.privateKey, header: { alg: 'ES256', kid: 'second' } });
  t.equal((await org.exchange(id_token, await asSecond())).status, 200);
  t.equal((await org.exchange(id_token)).status, 200, 'and the first one still works');
  const events = await eventTypes(async () => {
    const { body } = await api.post(`${JWKS}/${id}/lifecycle/deactivate`);
    t.strictSame([body.status, Object.keys(body._links)], ['INACTIVE', ['activate', 'delete']]);
    t.equal((await org.exchange(id_token, await asSecond())).status, 401);
    t.equal((await api.post(`${JWKS}/${id}/lifecycle/activate`)).body.status, 'ACTIVE');
    t.equal((await api.post(`${JWKS}/${id}/lifecycle/activate`)).status, 200);
    t.equal((await org.exchange(id_token, await asSecond())).status, 200);
  });
  t.strictSame(
    events.filter(([type]) => type?.startsWith(credential)),
    [
      [`${credential}.deactivate`, id],
      [`${credential}.activate`, id],
    ],
  );
  t.match(causesOf(await api.delete(`${JWKS}/${id}`)), [/it is active; deactivate it first/]);
  await api.post(`${JWKS}/${id}/lifecycle/deactivate`);
  t.strictSame(await eventTypes(() => api.delete(`${JWKS}/${id}`)), [[`${credential}.delete`, id]]);
  for (const answer of [
    await api.get(`${JWKS}/${id}`),
    await api.delete(`${JWKS}/${id}`),
    await api.post(`${JWKS}/${id}/lifecycle/activate`),
  ]) {
    t.strictSame(refusedWith(answer), [404, 'E0000007', `Not found: Resource not found: ${id} (JsonWebKey)`]);
  }
});

t.test('keys that are refused', async (t) => {
  const rsa = (bits: number) => ({
    kty: 'RSA',
    e: 'AQAB',
    n: Buffer.concat([Buffer.from([0x80]), Buffer.alloc(bits / 8 - 1, 1)]).toString('base64url'),
  });
  const rows: [string, object, RegExp][] = [
    ['RSA of 1024 bits', { ...rsa(1024), kid: 'a' }, /^n: is a modulus of 1024 bits; it must have 2048/],
    ['RSA of 2040 bits', { ...rsa(2040), kid: 'a' }, /modulus of 2040 bits/],
    ['RSA whose modulus is zero', { kty: 'RSA', e: 'AQAB', n: 'AAAA', kid: 'a' }, /modulus of 0 bits/],
    ['an even modulus', { ...rsa(2048), n: `${rsa(2048).n.slice(0, -2)}AA`, kid: 'a' }, /^n: .*even/],
    ...['A', 'AA', 'AQ', 'Ag', 'AAAB'].map((e): [string, object, RegExp] => [
      ...([`e of ${e}`, { ...rsa(2048), e, kid: 'a' }, /^e: is no public exponent/] as const),
    ]),
    ['a point beside its curve', { ...ec, y: ec.x, kid: 'a' }, /^x: .* lie on the curve/],
    ['a secret for RSA', { ...rsa(2048), alg: 'HS256' }, /^alg: does not fit the key, which signs with RS256, /],
    ['RSA for EC', { ...ec, alg: 'RS256' }, /^alg: .* ES256$/],
    ['for encryption', { ...ec, use: 'enc' }, /^use: .* encrypts nothing/],
    ['another private member', { ...rsa(2048), p: 'AAAA' }, /^p: is the private half/],
  ];
  for (const [title, body, cause] of rows) {
    const answer = await api.post(JWKS, body);
    t.equal(answer.status, 400, title);
    t.match(causesOf(answer), [cause], title);
  }
  const twice = await api.post(JWKS, { ...ec, kid: '39c2d362301cebe99b2540f479fa90a8' });
  t.strictSame(refusedWith(twice), invalidKey);
  t.match(causesOf(twice), [/kid: .* a kid of its own/]);
  for (const body of [
    ...[
      { ...ec, kid: '' },
      { ...ec, crv: 'secp256k1' },
      { ...ec, kty: 'oct', k: 'AAAA' },
      { ...ec, use: 'enc' },
      {},
      [],
    ],
    ...[
      { ...ec, d: 'AAAA' },
      { ...ec, x: 'not base64url!' },
      { ...ec, status: 'MAYBE' },
      { ...ec, x: 'A'.repeat(3000) },
    ],
  ]) {
    t.equal((await api.post(JWKS, body)).body.errorCode, 'E0000001', JSON.stringify(body).slice(0, 60));
  }
  t.equal((await api.post(JWKS, { ...rsa(2048), kid: 'long enough', alg: 'PS256', use: null })).status, 201);
  t.match((await api.post(JWKS, { ...ec, status: 'INACTIVE' })).body, { kid: /^[0-9a-f]{32}$/, status: 'INACTIVE' });
  t.equal((await api.get(JWKS)).body.data.length, 3);
});

t.test('fifty keys are kept', async (t) => {
  const path = `/workload-principals/api/v1/ai-agents/${await newAgent('Fifty keys')}/credentials/jwks`;
  const answers = await Promise.all(
    Array.from({ length: 52 }, (_, at) => api.post(path, { ...ec, kid: `key ${at}`, status: 'INACTIVE' })),
  );
  t.equal(answers.filter(({ status }) => status === 201).length, 50);
  const refused = answers.filter(({ status }) => status !== 201);
  for (const answer of refused) t.match(causesOf(answer), [/more than 50 are not kept/]);
  t.equal((await api.get(path)).body.data.length, 50);
  const same = await Promise.all(Array.from({ length: 5 }, () => api.get(path)));
  t.equal(same.length, 5);
});

async function newAgent(name: string): Promise<string> {
  const answer = await api.post('/workload-principals/api/v1/ai-agents', { profile: { name } });
  return (await api.get(new URL(answer.headers.get('location') as string).pathname)).body.resource.id;
}

t.test('one method is active at a time', async (t) => {
  const path = `/workload-principals/api/v1/ai-agents/${await newAgent('Of one method')}/credentials`;
  const key = (await api.post(`${path}/jwks`, { ...ec, kid: 'k' })).body.id;
  const other = await api.post(`${path}/secrets`, {});
  t.strictSame(refusedWith(other), [400, 'E0000001', 'Api validation failed: OAuth2ClientSecret']);
  t.match(causesOf(other), [/of the method PUBLIC_KEY; deactivate them first/]);
  t.match(causesOf(await api.put(`${path}/jwks-uri`, { jwks_uri: 'https://agent.example/jwks' })), [/PUBLIC_KEY/]);
  const secret = (await api.post(`${path}/secrets`, { status: 'INACTIVE' })).body.id;
  t.match(causesOf(await api.post(`${path}/secrets/${secret}/lifecycle/activate`)), [/PUBLIC_KEY/]);
  await api.post(`${path}/jwks/${key}/lifecycle/deactivate`);
  t.equal((await api.post(`${path}/secrets/${secret}/lifecycle/activate`)).status, 200);
  t.match(causesOf(await api.post(`${path}/jwks/${key}/lifecycle/activate`)), [/CLIENT_SECRET/]);
  t.match(causesOf(await api.post(`${path}/jwks`, { ...ec, kid: 'l' })), [/CLIENT_SECRET/]);
  t.equal((await api.get(`${path}/jwks/${secret}`)).status, 404, 'a secret is not found among the keys');

  const raced = `/workload-principals/api/v1/ai-agents/${await newAgent('Of a raced method')}/credentials`;
  const both = await Promise.all([api.post(`${raced}/jwks`, { ...ec, kid: 'k' }), api.post(`${raced}/secrets`, {})]);
  t.strictSame(both.map(({ status }) => status).sort(), [201, 400], 'two methods at once: one of them');
});

t.test('a secret is shown once', async (t) => {
  const id = await newAgent('With secrets');
  const path = `/workload-principals/api/v1/ai-agents/${id}/credentials/secrets`;
  const made = (await api.post(path)).body;
  t.match(made, { id: /^ocs\w{17}$/, client_secret: /^[\w-]{64}$/, status: 'ACTIVE' });
  const { client_secret, ...rest } = made;
  t.strictSame((await api.get(`${path}/${made.id}`)).body, rest);
  t.strictSame((await api.get(path)).body.data, [rest]);
  t.equal(made.secret_hash, createHash('sha256').update(client_secret).digest('base64url').slice(0, 22));
  const own = await api.post(path, { client_secret: 'chosen-by-hand' });
  t.strictSame([own.status, own.body.client_secret], [201, 'chosen-by-hand']);
  t.match(causesOf(await api.post(path)), [/more than 2 are not kept/]);
  for (const client_secret of ['thirteen-long', 'with a space in it', 'x'.repeat(101)]) {
    t.equal((await api.post(path, { client_secret })).status, 400, client_secret);
  }

  await api.post('/governance/api/v1/resource-owners', {
    resourceOrns: [`orn:okta:directory:00oExampleOrg0000001:workload-principals:ai-agents:${id}`],
    principalOrns: ['orn:okta:directory:00oExampleOrg0000001:users:00uOlivia00000000001'],
  });
  await api.post(`/workload-principals/api/v1/ai-agents/${id}/lifecycle/activate`);
  const tries = async (secret: string) => {
    const none = { client_assertion: undefined, client_assertion_type: undefined };
    const form = { grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', ...none };
    return (await org.post('/oauth2/v1/token', form, { authorization: basic(id, secret) })).body.error;
  };
  t.strictSame(
    [await tries(client_secret), await tries('chosen-by-hand'), await tries('wrong')],
    [...['invalid_request', 'invalid_request', 'invalid_client']],
  );
  await api.post(`${path}/${own.body.id}/lifecycle/deactivate`);
  t.equal(await tries('chosen-by-hand'), 'invalid_client');
  t.match(causesOf(await api.post(`${path}/${made.id}/lifecycle/deactivate`)), [
    /only active credential of an active agent/,
  ]);
  t.equal((await api.delete(`${path}/${own.body.id}`)).status, 204);
  const off = [api.post(`${path}/${made.id}/lifecycle/deactivate`), api.post(path, { status: 'INACTIVE' })];
  t.strictSame(
    (await Promise.all(off)).map(({ status }) => status),
    [400, 201],
  );
});

t.test('of two keys of an active agent that are deactivated at once, one stays', async (t) => {
  const second = (await api.post(JWKS, { ...ec, kid: 'raced' })).body.id;
  for (const { id, status } of (await api.get(JWKS)).body.data) {
    if (status === 'ACTIVE' && ![EXAMPLE_KEY, second].includes(id))
      await api.post(`${JWKS}/${id}/lifecycle/deactivate`);
  }
  const answers = await Promise.all([EXAMPLE_KEY, second].map((id) => api.post(`${JWKS}/${id}/lifecycle/deactivate`)));
  t.strictSame(answers.map(({ status }) => status).sort(), [200, 400]);
  await api.post(`${JWKS}/${EXAMPLE_KEY}/lifecycle/activate`);
});

t.test('a JWKS URI', async (t) => {
  const id = await newAgent('With a JWKS URI');
  const path = `/workload-principals/api/v1/ai-agents/${id}/credentials/jwks-uri`;
  t.strictSame(refusedWith(await api.get(path)), [404, 'E0000007', `Not found: Resource not found: ${id} (JwksUri)`]);
  t.equal((await api.delete(path)).status, 404);
  const first = { jwks_uri: 'https://agent.example/jwks' };
  t.strictSame((await api.put(path, first)).body, { ...first, status: 'ACTIVE' });
  const second = { jwks_uri: 'https://agent.example/other' };
  t.strictSame((await api.put(path, second)).body, { ...second, status: 'ACTIVE' });
  t.strictSame((await api.get(path)).body, { ...second, status: 'ACTIVE' });
  for (const jwks_uri of ['ftp://agent.example/', 'no url', '', 7, `https://a.example/${'x'.repeat(2000)}`]) {
    t.equal((await api.put(path, { jwks_uri })).status, 400, `${jwks_uri}`.slice(0, 40));
  }
  const events = await eventTypes(async () => {
    t.equal((await api.delete(path)).status, 204);
    t.equal((await api.get(path)).status, 404);
  });
  t.strictSame(
    events.map(([type]) => type),
    [`${credential}.delete`],
  );
  await api.put(path, first);
  const [, set] = await Promise.all([api.delete(path), api.put(path, second)]);
  t.equal(set.status, 200, 'set while it is deleted');
  await api.put(path, first);
  t.strictSame((await api.get(path)).body, { ...first, status: 'ACTIVE' }, 'and set again');
});

t.test('an active agent keeps its JWKS URI, if that is all it has', async (t) => {
  const id = await newAgent('Active by URI');
  const path = `/workload-principals/api/v1/ai-agents/${id}`;
  await api.post('/governance/api/v1/resource-owners', { resourceOrns: [agentOrn(id)], principalOrns: [ORN.olivia] });
  await api.put(`${path}/credentials/jwks-uri`, { jwks_uri: 'https://agent.example/jwks' });
  await api.post(`${path}/lifecycle/activate`);
  t.match(causesOf(await api.delete(`${path}/credentials/jwks-uri`)), [/only active credential of an active agent/]);
  await api.post(`${path}/lifecycle/deactivate`);
  t.equal((await api.delete(`${path}/credentials/jwks-uri`)).status, 204);
});

t.test('the credentials of a linked agent are those of its application', async (t) => {
  const agents = '/workload-principals/api/v1/ai-agents';
  const id = await newAgent('Linked with a past');
  const path = `${agents}/${id}/credentials`;
  const key = (await api.post(`${path}/jwks`, { ...ec, kid: 'k' })).body.id;
  await api.post(`${path}/jwks/${key}/lifecycle/deactivate`);
  await api.put(`${path}/jwks-uri`, { jwks_uri: 'https://agent.example/jwks' });
  const app = (await api.post('/api/v1/apps', oidcApp('To be linked'))).body.id;
  const link = (appId: string | null) => api.patch(`${agents}/${id}`, { appId });
  const refused = await link(app);
  t.strictSame(refusedWith(refused), [400, 'E0000001', 'Api validation failed: appId']);
  t.match(causesOf(refused), [/active credentials of its own; deactivate or remove them first/]);
  await api.delete(`${path}/jwks-uri`);
  t.equal((await link(app)).status, 202);

  const one = `${path}/jwks/${key}`;
  const changes = [
    () => api.post(`${path}/jwks`, { ...ec, kid: 'l' }),
    () => api.post(`${path}/secrets`),
    () => api.post(`${one}/lifecycle/activate`),
    () => api.post(`${one}/lifecycle/deactivate`),
    () => api.delete(one),
    () => api.put(`${path}/jwks-uri`, { jwks_uri: 'https://agent.example/jwks' }),
    () => api.delete(`${path}/jwks-uri`),
  ];
  for (const change of changes) {
    t.match(causesOf(await change()), [/one client with its linked application: change the credentials there/]);
  }
  t.equal((await api.get(one)).body.status, 'INACTIVE', 'it is shown still');
  await link(null);
  t.equal((await api.post(`${one}/lifecycle/activate`)).status, 200);

  const uri = 'https://agent.example/jwks';
  const file = editedOrg((one) => {
    agentIn(one, 'Claude Code (linked)').credentials = [{ type: 'JWKS_URI', uri }];
  });
  const other = await startTestOrg({ org: file });
  t.teardown(() => other.close());
  const ofFile = `${agents}/${EXAMPLE.linkedAgentId}/credentials/jwks-uri`;
  t.equal((await apiOf(other).put(ofFile, { jwks_uri: 'https://agent.example/other' })).status, 400);
  t.strictSame((await apiOf(other).get(ofFile)).body, { jwks_uri: uri, status: 'ACTIVE' });
});

t.test('an agent that is not there', async (t) => {
  const path = '/workload-principals/api/v1/ai-agents/wlpNone/credentials';
  for (const answer of [
    await api.get(`${path}/jwks`),
    await api.get(`${path}/secrets/x`),
    await api.post(`${path}/jwks`, { ...ec, kid: 'k' }),
    await api.get(`${path}/jwks-uri`),
    await api.put(`${path}/jwks-uri`, { jwks_uri: 'https://agent.example/' }),
    await api.delete(`${path}/jwks-uri`),
    await api.delete(`${path}/jwks/x`),
    await api.post(`${path}/secrets/x/lifecycle/activate`),
  ]) {
    t.strictSame(refusedWith(answer), [404, 'E0000007', 'Not found: Resource not found: wlpNone (AIAgent)']);
  }
  t.equal((await api.get(`${URI}?x=1`)).status, 404);
  t.equal((await api.get(SECRETS)).body.data.length, 0);
});
