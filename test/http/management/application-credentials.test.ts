/** Credentials of OIDC apps: client secrets, public keys, Okta API scopes; and that they let in whom they should. */
import { exportJWK, generateKeyPair } from 'jose';
import t from 'tap';
import { apiOf, causesOf, eventsOf, refusedWith } from '../../support/api.js';
import { oidcApp } from '../../support/app-requests.js';
import { type Answer, basic, EXAMPLE, startTestOrg } from '../../support/org.js';
import { editedOrg, oidcIn } from '../../support/org-edits.js';

const APPS = '/api/v1/apps';
const FIGMA = '0oaFigma000000000001';
const ATLASSIAN = '0oaAtlassian00000001';

const org = await startTestOrg({
  org: editedOrg((file) => {
    const oidc = oidcIn(file, 'Atlassian');
    oidc.clientSecret = undefined;
    oidc.otherSecrets = [{ secret: 'only-inactive-secret', status: 'INACTIVE' }];
  }),
});
t.teardown(() => org.close());
const api = apiOf(org);
const path = (what: string, appId: string = EXAMPLE.appId) => `${APPS}/${appId}/${what}`;
const isLetIn = async (secret: string, clientId: string = EXAMPLE.appId) => {
  const { body } = await org.post('/oauth2/v1/token', { grant_type: 'x' }, { authorization: basic(clientId, secret) });
  return body.error === 'unsupported_grant_type';
};
type Key = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
const event = (step: string) => `app.oauth2.credentials.lifecycle.${step}`;

t.test('a client secret is replaced without a gap', async (t) => {
  const secrets = path('credentials/secrets');
  const old = EXAMPLE.appSecret;
  const [first] = (await api.get(secrets)).body;
  t.strictSame([first.client_secret, first.status, first.created], [old, 'ACTIVE', first.lastUpdated]);
  t.strictSame(first._links, {
    deactivate: {
      href: `${org.issuer}${secrets}/${first.id}/lifecycle/deactivate`,
      hints: { allow: ['POST'] },
    },
  });
  let made: Answer['body'];
  const events = await eventsOf(org, async () => {
    const answer = await api.post(secrets);
    t.equal(answer.status, 201);
    made = answer.body;
  });
  t.strictSame(events, [[event('create'), made.id, EXAMPLE.appId]]);
  t.match(made.id, /^ocs\w{17}$/);
  t.match(made.client_secret, /^[\w-]{64}$/);
  t.match(made.secret_hash, /^[\w-]{22}$/);
  t.strictSame(Object.keys(made), [
    ...['id', 'status', 'client_secret', 'secret_hash', 'created', 'lastUpdated', '_links'],
  ]);
  t.strictSame([await isLetIn(old), await isLetIn(made.client_secret)], [true, true], 'both');
  t.match(causesOf(await api.post(secrets))[0], /at most 2 client secrets/);
  t.strictSame(refusedWith(await api.delete(`${secrets}/${first.id}`)), [
    ...[400, 'E0000001', 'Api validation failed: OAuth2ClientSecret'],
  ]);

  const off = await eventsOf(org, async () => {
    for (const _ of [1, 2]) {
      const { status, body } = await api.post(`${secrets}/${first.id}/lifecycle/deactivate`);
      t.strictSame([status, body.id, body.status], [200, first.id, 'INACTIVE']);
      t.strictSame(Object.keys(body._links), ['activate', 'delete']);
    }
  });
  t.strictSame(off, [[event('deactivate'), first.id, EXAMPLE.appId]]);
  t.strictSame([await isLetIn(old), await isLetIn(made.client_secret)], [false, true]);
  t.match(causesOf(await api.post(`${secrets}/${made.id}/lifecycle/deactivate`))[0], /the only active one/);
  t.equal((await api.get(`${APPS}/${EXAMPLE.appId}`)).body.credentials.oauthClient.client_secret, made.client_secret);

  const on = await eventsOf(org, () => api.post(`${secrets}/${first.id}/lifecycle/activate`));
  t.strictSame(on, [[event('activate'), first.id, EXAMPLE.appId]]);
  t.ok(await isLetIn(old), 'and back');
  await api.post(`${secrets}/${first.id}/lifecycle/deactivate`);
  const gone = await eventsOf(org, async () => t.equal((await api.delete(`${secrets}/${first.id}`)).status, 204));
  t.strictSame(gone, [[event('delete'), first.id, EXAMPLE.appId]]);
  const left = (await api.get(secrets)).body;
  t.strictSame(left, [(await api.get(`${secrets}/${made.id}`)).body]);
  t.strictSame([left[0].id, left[0].created], [made.id, made.created]);
  t.notOk(await isLetIn(old));
  for (const answer of [
    await api.get(`${secrets}/${first.id}`),
    await api.delete(`${secrets}/${first.id}`),
    await api.post(`${secrets}/${first.id}/lifecycle/activate`),
  ]) {
    t.strictSame(refusedWith(answer), [
      404,
      'E0000007',
      `Not found: Resource not found: ${first.id} (OAuth2ClientSecret)`,
    ]);
  }
});

t.test('a secret of your own, and what is refused', async (t) => {
  const { id, credentials } = (await api.post(APPS, oidcApp('Own secret'))).body;
  const secrets = path('credentials/secrets', id);
  const { client_secret } = credentials.oauthClient;
  t.match(causesOf(await api.post(secrets, { client_secret }))[0], /has this client secret already/);
  const sent = { client_secret: 'another-secret-of-mine', status: 'INACTIVE' };
  const made = (await api.post(secrets, sent)).body;
  t.match(made, sent);
  t.notOk(await isLetIn(sent.client_secret, id));
  await api.post(`${secrets}/${made.id}/lifecycle/activate`);
  t.ok(await isLetIn(sent.client_secret, id));
  for (const [body, about] of [
    [{ client_secret: 'short' }, 'client_secret'],
    [{ client_secret: 'x'.repeat(101) }, 'client_secret'],
    [{ status: 'STAGED' }, 'status'],
  ] as const) {
    t.strictSame(refusedWith(await api.post(secrets, body)), [400, 'E0000001', `Api validation failed: ${about}`]);
  }
  t.match(causesOf(await api.get(path('credentials/secrets', FIGMA)))[0], /only an OPENID_CONNECT app/);
  t.equal((await api.post(path('credentials/secrets', 'no'))).status, 404);
  t.equal((await api.get(path('credentials/secrets/x', 'no'))).status, 404);
});

t.test('an app that has only an inactive secret', async (t) => {
  const secrets = path('credentials/secrets', ATLASSIAN);
  const [only] = (await api.get(secrets)).body;
  t.equal(only.status, 'INACTIVE');
  t.match(causesOf(await api.post(secrets, { status: 'INACTIVE' }))[0], /must be ACTIVE/);
  const answers = await Promise.all([api.delete(`${secrets}/${only.id}`), api.post(secrets), api.post(secrets)]);
  t.strictSame(
    answers.map(({ status }) => status),
    [204, 201, 201],
  );
  t.equal((await api.get(secrets)).body.length, 2, 'all at once, none lost');
});

t.test('public keys: added, used, replaced, removed', async (t) => {
  const pair = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(pair.publicKey);
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const rsa = await exportJWK(publicKey);
  const client = { jwks: { keys: [{ ...jwk, kid: 'one' }] }, redirect_uris: ['https://app.example/callback'] };
  const { id } = (await api.post(APPS, oidcApp('Keys', client, { token_endpoint_auth_method: 'private_key_jwt' })))
    .body;
  const keys = path('credentials/jwks', id);
  const isIn = async (kid: string, key: Key, alg: string) => {
    const assertion = await org.asAgent({ key, header: { kid, alg }, claims: { iss: id, sub: id } });
    return (await org.post('/oauth2/v1/token', { grant_type: 'x', ...assertion })).body.error;
  };
  t.equal(await isIn('one', pair.privateKey, 'ES256'), 'unsupported_grant_type');
  const [first] = (await api.get(keys)).body.keys;
  t.strictSame(Object.keys(first).sort(), [
    ...['_links', 'created', 'crv', 'id', 'kid', 'kty', 'lastUpdated', 'status', 'use', 'x', 'y'],
  ]);
  t.match(first.id, /^pks\w{17}$/);
  t.strictSame((await api.get(`${keys}/${first.id}`)).body, first);
  t.match(causesOf(await api.post(`${keys}/${first.id}/lifecycle/deactivate`))[0], /only active one/);
  let second: Answer['body'];
  const events = await eventsOf(org, async () => {
    const answer = await api.post(keys, { ...rsa, alg: 'RS256', use: 'sig', e: 'AQAB', x5c: null });
    t.equal(answer.status, 201);
    second = answer.body;
  });
  t.strictSame(events, [[event('create'), second.id, id]]);
  t.match(second.kid, /^[0-9a-f]{32}$/, 'a kid is made');
  t.equal(await isIn(second.kid, privateKey, 'RS256'), 'unsupported_grant_type');
  const off = await eventsOf(org, () => api.post(`${keys}/${first.id}/lifecycle/deactivate`));
  t.strictSame(off, [[event('deactivate'), first.id, id]]);
  t.equal(await isIn('one', pair.privateKey, 'ES256'), 'invalid_client');
  t.match(causesOf(await api.delete(`${keys}/${second.id}`))[0], /deactivate it before/);
  const app = (await api.get(`${APPS}/${id}`)).body;
  t.strictSame(
    app.settings.oauthClient.jwks.keys.map(({ kid, status }: { kid: string; status: string }) => [kid, status]),
    [
      ['one', 'INACTIVE'],
      [second.kid, 'ACTIVE'],
    ],
  );
  const put = await api.put(`${APPS}/${id}`, app);
  t.strictSame(put.body.settings.oauthClient.jwks, app.settings.oauthClient.jwks, 'sent back, they stay as they are');
  t.equal((await api.delete(`${keys}/${first.id}`)).status, 204);
  t.strictSame((await api.get(keys)).body.keys, [second]);
  t.strictSame(refusedWith(await api.get(`${keys}/${first.id}`)), [
    ...[404, 'E0000007', `Not found: Resource not found: ${first.id} (JsonWebKey)`],
  ]);
  await api.put(`${APPS}/${id}`, oidcApp('Keys', client));
  const dispensable = (await api.get(keys)).body.keys[0];
  t.equal((await api.post(`${keys}/${dispensable.id}/lifecycle/deactivate`)).status, 200, 'the app has a secret now');
});

t.test('keys that are refused', async (t) => {
  const keys = path('credentials/jwks');
  const es = await exportJWK((await generateKeyPair('ES256')).publicKey);
  const octets = (length: number, first = 0x80) =>
    Buffer.from([first, ...Array(length - 1).fill(1)]).toString('base64url');
  const rsa = (n: string, more: object = {}) => ({ kty: 'RSA', kid: 'k', n, e: 'AQAB', ...more });
  const rows: [string, object, RegExp][] = [
    ['a private key', { ...es, d: es.x }, /private half/],
    ['a secret key', { kty: 'oct', k: 'AAAA' }, /kty/],
    ['2047 bits', rsa(octets(256, 0x40)), /2047 bits/],
    [
      '1024 bits behind zeros',
      rsa(Buffer.concat([Buffer.alloc(128), Buffer.alloc(128, 255)]).toString('base64url')),
      /1024/,
    ],
    ['no bits', rsa('AAAA'), /of 0 bits/],
    ['too many bits', rsa(octets(2049)), /16392 bits/],
    ['a long exponent', rsa(octets(256), { e: octets(9) }), /exponent/],
    ['a coordinate too short', { ...es, x: 'AAAA' }, /no point of P-256/],
    ['of another curve', { ...es, crv: 'P-521' }, /no point of P-521/],
    ['for encryption', { ...es, use: 'enc' }, /encrypts nothing/],
    ['a long kid', { ...es, kid: 'x'.repeat(256) }, /kid: /],
    ['an alg of another curve', { ...es, alg: 'ES384' }, /alg: does not fit the key, which signs with ES256$/],
    ['an alg that is no signature', rsa(octets(256), { alg: 'RSA-OAEP' }), /alg: does not fit/],
    ['no key', [], /object/],
  ];
  for (const [what, body, cause] of rows) {
    const answer = await api.post(keys, body);
    t.strictSame([answer.status, answer.body.errorCode], [400, 'E0000001'], what);
    t.match(causesOf(answer).join(), cause, what);
  }
  t.equal((await api.post(keys, rsa(octets(256)))).status, 201, '2048 bits');
  t.match(causesOf(await api.post(keys, rsa(octets(256))))[0], /a key with this kid already/);
  const more = Array.from({ length: 60 }, (_, nth) => api.post(keys, { ...es, kid: `key ${nth}` }));
  const made = (await Promise.all(more)).filter(({ status }) => status === 201);
  t.strictSame([made.length, (await api.get(keys)).body.keys.length], [49, 50], 'fifty and no more, all at once');
  t.match(causesOf(await api.post(keys, { ...es, kid: 'z' }))[0], /at most 50 keys/);
  const twice = oidcApp('Twice', { jwks: { keys: [rsa(octets(256)), rsa(octets(256))] } });
  t.match(causesOf(await api.post(APPS, twice))[0], /a kid of its own/);
  t.match(causesOf(await api.get(path('credentials/jwks', FIGMA)))[0], /only an OPENID_CONNECT app/);
  t.equal((await api.post(path('credentials/jwks', 'no'), es)).status, 404);
});

t.test('scopes of the API are granted and revoked', async (t) => {
  const grants = path('grants');
  const sent = { scopeId: 'okta.users.read', issuer: org.issuer };
  let grant: Answer['body'];
  const events = await eventsOf(org, async () => {
    for (const _ of [1, 2]) {
      const { status, body } = await api.post(grants, sent);
      t.equal(status, 201);
      grant = body;
    }
  });
  t.strictSame(events, [['app.oauth2.admin.consent.grant.success', grant.id, EXAMPLE.appId]]);
  const app = { href: `${org.issuer}${APPS}/${EXAMPLE.appId}`, title: 'Claude (OIDC)' };
  t.match(grant.id, /^oag\w{17}$/);
  t.strictSame(grant, {
    ...{ id: grant.id, status: 'ACTIVE', created: grant.created, lastUpdated: grant.lastUpdated },
    ...{ issuer: org.issuer, clientId: EXAMPLE.appId, scopeId: 'okta.users.read', source: 'ADMIN' },
    _links: { self: { href: `${org.issuer}${grants}/${grant.id}` }, app, client: app },
  });
  const both = await Promise.all(
    ['okta.apps.manage', 'okta.groups.read'].map((scopeId) => api.post(grants, { ...sent, scopeId })),
  );
  t.strictSame((await api.get(grants)).body.map(({ scopeId }: { scopeId: string }) => scopeId).sort(), [
    'okta.apps.manage',
    'okta.groups.read',
    'okta.users.read',
  ]);
  t.strictSame((await api.get(`${grants}/${grant.id}`)).body.scopeId, 'okta.users.read');
  const revoked = await eventsOf(org, async () => t.equal((await api.delete(`${grants}/${grant.id}`)).status, 204));
  t.strictSame(revoked, [['app.oauth2.admin.consent.revoke.success', grant.id, EXAMPLE.appId]]);
  t.strictSame((await api.get(grants)).body.length, both.length);
  for (const gone of [await api.get(`${grants}/${grant.id}`), await api.delete(`${grants}/${grant.id}`)]) {
    t.match(gone.body.errorSummary, /\(OAuth2ScopeConsentGrant\)$/);
  }
  t.match(causesOf(await api.post(grants, { ...sent, issuer: 'https://other.example' }))[0], /must be that of the org/);
  t.match(causesOf(await api.post(grants, { ...sent, scopeId: 'openid' }))[0], /is not a scope such as/);
  t.equal((await api.post(path('grants', FIGMA), sent)).body.errorCode, 'E0000001');
  t.equal((await api.get(path('grants', 'no'))).status, 404);
  t.equal((await api.get(path('grants/x', 'no'))).status, 404);
});
