/**
 * The example resource application against a tiny IdP made here: a good ID-JAG is redeemed and used, and every check of
 * the list, and nothing before it, refuses the token that is wrong in its way.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CompactJWSHeaderParameters, CompactSign, exportJWK, generateKeyPair } from 'jose';
import t, { type Test } from 'tap';
import { checks } from '../../examples/resource-app/checks.js';
import { openPort, type ResourceAppOptions, startResourceApp } from '../../examples/resource-app/resource-app.js';

const clientId = 'the client';
const clientSecret = 's+cret%:';
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

const idpKey = await generateKeyPair('ES256');
const strangerKey = await generateKeyPair('ES256');
const keySet = { keys: [{ ...(await exportJWK(idpKey.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }] };

const NO_KEYS = { keys: [] };
const documents: Record<string, unknown> = {};
const fetched: string[] = [];
const idp: Server = createServer((request, response) => {
  fetched.push(String(request.url));
  const document = documents[String(request.url)];
  response.statusCode = document === undefined ? 500 : 200;
  response.end(typeof document === 'string' ? document : JSON.stringify(document));
});
idp.listen(0, '127.0.0.1');
await once(idp, 'listening');
t.teardown(() => idp.close());
const trustedIssuer = `http://127.0.0.1:${(idp.address() as AddressInfo).port}`;
const metadata = { issuer: trustedIssuer, jwks_uri: `${trustedIssuer}/keys` };
t.beforeEach(() => {
  documents['/.well-known/openid-configuration'] = metadata;
  documents['/keys'] = keySet;
  fetched.length = 0;
});

/** A running app with the name of the check that refused last. */
async function running(t: Test, options: Partial<ResourceAppOptions> = {}) {
  const refused: string[] = [];
  const onRefusal: ResourceAppOptions['onRefusal'] = ({ name }) => refused.push(name);
  const app = await startResourceApp({ trustedIssuer, clientId, clientSecret, onRefusal, ...options });
  t.teardown(app.close);
  return { ...app, refused };
}
type App = Awaited<ReturnType<typeof running>>;

const now = () => Math.floor(Date.now() / 1000);
let jtis = 0;

const goodClaims = (app: App) => ({
  iss: trustedIssuer,
  sub: 'u1',
  aud: app.issuer,
  client_id: clientId,
  jti: `jti-${jtis++}`,
  iat: now(),
  exp: now() + 300,
  resource: app.mcpUrl,
  scope: 'mcp.read',
  email: 'alice@example.com',
});

const goodHeader = { alg: 'ES256', kid: 'k1', typ: 'oauth-id-jag+jwt' };

/** An ID-JAG that is good but for the edits; a member set to undefined is left out. */
async function idJag(app: App, claims: object = {}, header: object = {}, key = idpKey.privateKey): Promise<string> {
  const payload = JSON.stringify({ ...goodClaims(app), ...claims });
  return signText(payload, header, key);
}

async function signText(payload: string, header: object = {}, key = idpKey.privateKey): Promise<string> {
  return new CompactSign(new TextEncoder().encode(payload))
    .setProtectedHeader({ ...goodHeader, ...header } as CompactJWSHeaderParameters)
    .sign(key);
}

const formEncoded = (text: string) => new URLSearchParams([['', text]]).toString().slice(1);
const basic = (id = clientId, secret = clientSecret) =>
  `Basic ${Buffer.from(`${formEncoded(id)}:${formEncoded(secret)}`).toString('base64')}`;

async function post(url: string, body: string, headers: Record<string, string> = {}) {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await fetch(url, { method: 'POST', headers: { ...form, ...headers }, body });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, string>,
  };
}

const redeem = async (app: App, assertion: string, more: Record<string, string> = {}) =>
  post(app.tokenEndpoint, new URLSearchParams({ grant_type: JWT_BEARER, assertion, ...more }).toString(), {
    authorization: basic(),
  });

async function callWhoami(app: App, token: string | undefined, headers: Record<string, string> = {}) {
  const response = await fetch(app.mcpUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami', arguments: {} } }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

t.test('a good ID-JAG becomes an access token that names the user at the MCP server', async (t) => {
  const app = await running(t);
  const { status, headers, body } = await redeem(app, await idJag(app));
  t.strictSame(app.refused, []);
  t.equal(status, 200);
  t.equal(headers.get('cache-control'), 'no-store');
  const { access_token: token, ...rest } = body;
  t.strictSame(rest, { token_type: 'Bearer', expires_in: 600, scope: 'mcp.read', resource: app.mcpUrl });
  const { status: called, text } = await callWhoami(app, token);
  t.equal(called, 200);
  t.match(text, '"sub":"u1"');
  t.match(text, 'alice@example.com');
  t.match(text, clientId);
  t.match(text, 'mcp.read');
});

t.test('what else is good', async (t) => {
  const app = await running(t, { keyCaching: { cooldownDuration: 0 } });
  const good: [string, object, Record<string, string>, string | undefined][] = [
    ['an audience list of one', { aud: [app.issuer] }, {}, 'mcp.read'],
    ['required claims only', { resource: undefined, scope: undefined, email: undefined }, {}, undefined],
    ['a resource list with ours in it', { resource: [app.mcpUrl, 'https://elsewhere.example'] }, {}, 'mcp.read'],
    ['a scope nobody knows beside one we know', { scope: 'mcp.write admin' }, {}, 'mcp.write'],
    ['a request that narrows', { scope: 'mcp.read mcp.write' }, { scope: 'mcp.write' }, 'mcp.write'],
    ['a request that tries to widen', {}, { scope: 'mcp.read mcp.write' }, 'mcp.read'],
    ['the resource named in the request too', {}, { resource: app.mcpUrl }, 'mcp.read'],
    [
      'nbf, fractions, an actor, unknown claims',
      { nbf: now() - 0.5, act: { sub: 'wlp1' }, groups: [{}] },
      {},
      'mcp.read',
    ],
    ['an issuer clock ten seconds ahead', { iat: now() + 10, exp: now() + 310 }, {}, 'mcp.read'],
  ];
  for (const [what, claims, request, scope] of good) {
    const { status, body } = await redeem(app, await idJag(app, claims), request);
    t.strictSame([status, body.scope], [200, scope], what);
  }
  const { body } = await redeem(app, await idJag(app, { scope: undefined, email: undefined }));
  const { text } = await callWhoami(app, body.access_token);
  t.match(text, '"scope":""');
  const posted = { client_id: clientId, client_secret: clientSecret, resource: '', assertion: await idJag(app) };
  const form = new URLSearchParams({ grant_type: JWT_BEARER, ...posted }).toString();
  t.equal((await post(app.tokenEndpoint, form)).status, 200, 'client_secret_post, and an empty parameter');
});

t.test('every check refuses the ID-JAG that is wrong in its way', async (t) => {
  const app = await running(t, { users: [{ iss: trustedIssuer, sub: 'u1', email: 'one@example.com' }] });
  const good = await idJag(app);
  const [header, payload, signature] = good.split('.') as [string, string, string];
  const withClaims = (claims: object) => idJag(app, claims);
  const withHeader = (edit: object) => idJag(app, {}, edit);
  const twice = JSON.stringify(goodClaims(app)).replace('{', `{"aud":"https://other.example",`);
  const wrong: Record<string, (string | Promise<string>)[]> = {
    'compact-jws': [
      'not a token',
      `${header}.${payload}`,
      `${good}=`,
      ` ${good}`,
      `${good}.x`,
      `${header}x.${payload}.${signature}`,
      `${header}.${'a'.repeat(17_000)}.${signature}`,
      signText(twice),
      signText('["a list"]'),
      signText('null'),
      signText(`\ufeff${JSON.stringify(goodClaims(app))}`),
      signText('\x00'),
    ],
    'typ-exact': ['JWT', 'OAuth-ID-JAG+JWT', 'application/oauth-id-jag+jwt', undefined].map((typ) =>
      withHeader({ typ }),
    ),
    'alg-allowed': [{ alg: 'none' }, { alg: 'HS256' }, { alg: undefined }].map(
      (edit) =>
        `${Buffer.from(JSON.stringify({ ...goodHeader, ...edit })).toString('base64url')}.${payload}.${signature}`,
    ),
    'no-crit': [
      `${Buffer.from(JSON.stringify({ ...goodHeader, crit: ['x'] })).toString('base64url')}.${payload}.${signature}`,
    ],
    'kid-present': [withHeader({ kid: undefined }), withHeader({ kid: '' })],
    'iss-trusted': [withClaims({ iss: undefined }), withClaims({ iss: `${trustedIssuer}/` })],
    'signature-verifies': [
      idJag(app, {}, {}, strangerKey.privateKey),
      idJag(app, {}, { kid: 'k2' }, strangerKey.privateKey),
      `${header}.${payload}.${signature.slice(0, -4)}`,
    ],
    'aud-own-issuer': [undefined, `${app.issuer}/`, [], [app.issuer, app.issuer], [[app.issuer]], app.mcpUrl].map(
      (aud) => withClaims({ aud }),
    ),
    'client-id-authenticated': [withClaims({ client_id: 'another' }), withClaims({ client_id: [clientId] })],
    'sub-present': [withClaims({ sub: undefined }), withClaims({ sub: '' }), withClaims({ sub: 7 })],
    'sub-not-client': [withClaims({ sub: clientId })],
    'jti-present': [withClaims({ jti: undefined }), withClaims({ jti: {} })],
    'iat-present': [withClaims({ iat: undefined }), withClaims({ iat: '1' })],
    'exp-present': [withClaims({ exp: undefined }), withClaims({ exp: null })],
    'exp-not-passed': [withClaims({ iat: now() - 300, exp: now() })],
    'iat-not-in-future': [withClaims({ iat: now() + 60, exp: now() + 120 })],
    'nbf-not-in-future': [withClaims({ nbf: now() + 60 }), withClaims({ nbf: 'soon' })],
    'lifetime-short': [withClaims({ exp: now() + 3600 }), withClaims({ iat: now() + 20, exp: now() + 15 })],
    'optional-claims-typed': [withClaims({ email: ['a'] }), withClaims({ resource: [] }), withClaims({ resource: {} })],
    'tenant-expected': [withClaims({ tenant: 't' }), withClaims({ aud_tenant: 't' })],
    'resource-own': [`${app.mcpUrl}/`, `${app.mcpUrl}-admin`, app.issuer].map((resource) => withClaims({ resource })),
    'scope-syntax': [['mcp.read'], '', 'mcp.read  x', 'mcp.r\\ead'].map((scope) => withClaims({ scope })),
    'scope-granted': [withClaims({ scope: 'admin' })],
    'no-authorization-details': [withClaims({ authorization_details: [] })],
    'no-cnf': [withClaims({ cnf: { jkt: 'x' } })],
    'subject-known': [withClaims({ sub: 'U1' })],
  };
  for (const [name, tokens] of Object.entries(wrong)) {
    for (const token of await Promise.all(tokens)) {
      app.refused.length = 0;
      const { status, headers, body } = await redeem(app, token);
      t.strictSame(app.refused, [name]);
      t.equal(status, 400);
      t.equal(headers.get('cache-control'), 'no-store');
      const error = checks.find((check) => check.name === name)?.error;
      t.strictSame(body, { error, error_description: 'The assertion was not accepted.' });
    }
  }
  t.equal((await redeem(app, good)).status, 200, 'none of these spent the jti of the good one');
  t.equal((await redeem(app, good)).status, 400);
  t.strictSame(app.refused.at(-1), 'jti-unused');
  t.strictSame(
    Object.keys(wrong).concat('jti-unused'),
    checks.map(({ name }) => name).filter((name) => !name.startsWith('sub-id-')),
    'no check was left out but those of SAML',
  );
});

const EMAIL_FORMAT = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
const SAML_ISSUER = 'http://www.okta.com/exk1';
const subId = (changes: object = {}) => ({
  ...{ format: 'saml-nameid', issuer: SAML_ISSUER, nameid: 'alice@example.com', nameid_format: EMAIL_FORMAT },
  ...changes,
});

t.test('where people are known by SAML, every check of sub_id refuses the one that is wrong in its way', async (t) => {
  const name = { nameid: 'alice@example.com', nameid_format: EMAIL_FORMAT };
  const app = await running(t, {
    samlIssuer: SAML_ISSUER,
    users: [
      { iss: 'https://other.example', sub: 'u1', nameId: name },
      { iss: trustedIssuer, sub: 'u0' },
      { iss: trustedIssuer, sub: 'u1', nameId: name },
      { iss: trustedIssuer, sub: 'u2', nameId: { ...name, nameid: 'bob', sp_name_qualifier: 'https://sp.example' } },
    ],
  });
  const wrong: Readonly<Record<string, readonly unknown[]>> = {
    'sub-id-present': [undefined],
    'optional-claims-typed': ['alice@example.com', [subId()], null],
    'sub-id-well-formed': [
      ...[{ format: 'saml_nameid' }, { format: 'opaque' }, { issuer: undefined }, { issuer: '' }].map(subId),
      ...[{ nameid: undefined }, { nameid: '' }, { nameid: ['x'] }, { nameid_format: 7 }, { department: 'x' }].map(
        subId,
      ),
    ],
    'sub-id-issuer-linked': [subId({ issuer: `${SAML_ISSUER}/` }), subId({ issuer: 'http://www.okta.com/exk2' })],
    'sub-id-not-transient': [subId({ nameid_format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' })],
    'sub-id-known': [
      ...[{ nameid: 'Alice@example.com' }, { nameid_format: undefined }, { nameid_format: 'urn:x' }].map(subId),
      ...[{ sp_name_qualifier: 'x' }, { name_qualifier: 'x' }, { sp_provided_id: 'x' }, { nameid: 'bob' }].map(subId),
    ],
    'sub-id-names-the-subject': [subId({ nameid: 'bob', sp_name_qualifier: 'https://sp.example' })],
  };
  for (const [check, subIds] of Object.entries(wrong)) {
    for (const sub_id of subIds) {
      app.refused.length = 0;
      const { status, body } = await redeem(app, await idJag(app, { sub_id }));
      t.strictSame([app.refused, status, body.error], [[check], 400, 'invalid_grant'], JSON.stringify(sub_id));
    }
  }
  const { body } = await redeem(app, await idJag(app, { sub_id: subId(), email: 'bob@example.com' }));
  t.match((await callWhoami(app, body.access_token)).text, '"sub":"u1"');
  t.strictSame(
    checks.map((check) => check.name).filter((check) => check.startsWith('sub-id-')),
    Object.keys(wrong).filter((check) => check.startsWith('sub-id-')),
    'none was left out',
  );
  const other = await running(t, { users: [{ iss: trustedIssuer, sub: 'u1' }] });
  t.equal(
    (await redeem(other, await idJag(other, { sub_id: { format: 'x' } }))).status,
    200,
    'elsewhere it is left alone',
  );
});

t.test('an account is found by issuer and subject; its own email counts', async (t) => {
  const users = [
    { iss: 'https://other.example', sub: 'u1', email: 'other@example.com' },
    { iss: trustedIssuer, sub: 'u1', email: 'own@example.com' },
  ];
  const app = await running(t, { users });
  const { body } = await redeem(app, await idJag(app));
  const { text } = await callWhoami(app, body.access_token);
  t.match(text, 'own@example.com');
});

t.test('an ID-JAG is redeemed once, also by two at a time', async (t) => {
  let clock = now();
  const app = await running(t, { now: () => clock });
  const token = await idJag(app);
  const answers = await Promise.all([redeem(app, token), redeem(app, token)]);
  t.strictSame(answers.map(({ status }) => status).sort(), [200, 400]);
  clock += 301;
  const later = { iat: clock, exp: clock + 60 };
  t.equal(
    (await redeem(app, await idJag(app, { ...later, jti: `jti-${jtis - 1}` }))).status,
    200,
    'forgotten when expired',
  );
});

t.test('signing keys', async (t) => {
  t.test('are found only through the metadata of the configured issuer', async (t) => {
    const hostile: Record<string, unknown>[] = [
      { '/.well-known/openid-configuration': undefined },
      { '/.well-known/openid-configuration': { ...metadata, issuer: 'https://other.example' } },
      { '/.well-known/openid-configuration': { ...metadata, jwks_uri: 'ftp://127.0.0.1/keys' } },
      { '/keys': '<html>' },
      { '/keys': NO_KEYS },
      { '/keys': JSON.stringify({ ...keySet, padding: 'x'.repeat(300_000) }) },
    ];
    for (const change of hostile) {
      const app = await running(t);
      Object.assign(documents, { '/.well-known/openid-configuration': metadata, '/keys': keySet }, change);
      t.equal((await redeem(app, await idJag(app))).body.error, 'invalid_grant');
      t.strictSame(app.refused, ['signature-verifies']);
      Object.assign(documents, { '/.well-known/openid-configuration': metadata, '/keys': keySet });
      const empty = change['/keys'] === NO_KEYS;
      t.equal(
        (await redeem(app, await idJag(app))).status,
        empty ? 400 : 200,
        'no key set is not kept, an empty one is',
      );
    }
  });

  t.test('are not fetched for another issuer, and not again for every unknown kid', async (t) => {
    const app = await running(t);
    await redeem(app, await idJag(app, { iss: 'https://other.example' }));
    t.strictSame(fetched, []);
    await redeem(app, await idJag(app));
    await redeem(app, await idJag(app, {}, { kid: 'invented' }));
    t.strictSame(fetched, ['/.well-known/openid-configuration', '/keys']);
  });

  t.test('may be rotated', async (t) => {
    const app = await running(t, { keyCaching: { cooldownDuration: 0 } });
    t.equal((await redeem(app, await idJag(app))).status, 200);
    documents['/keys'] = { keys: [{ ...(await exportJWK(strangerKey.publicKey)), kid: 'k2' }] };
    t.equal((await redeem(app, await idJag(app, {}, { kid: 'k2' }, strangerKey.privateKey))).status, 200);
  });
});

t.test('the token request', async (t) => {
  const app = await running(t);
  const assertion = await idJag(app);
  const form = (more: [string, string][]) =>
    new URLSearchParams([['grant_type', JWT_BEARER], ['assertion', assertion], ...more]).toString();
  const authorization = basic();
  const raw = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`;
  const plain = form([]);
  const assertionOf = (grant: string) => new URLSearchParams({ grant_type: grant, assertion }).toString();
  const cases: [string, number, string, string, Record<string, string>][] = [
    ['no client', 401, 'invalid_client', plain, {}],
    ['a public client', 401, 'invalid_client', form([['client_id', clientId]]), {}],
    ['a wrong secret', 401, 'invalid_client', plain, { authorization: basic(clientId, 'wrong') }],
    ['a wrong id', 401, 'invalid_client', plain, { authorization: basic('wrong') }],
    ['another scheme', 401, 'invalid_client', plain, { authorization: 'Bearer x' }],
    ['no colon', 401, 'invalid_client', plain, { authorization: raw('no colon') }],
    ['a broken escape', 401, 'invalid_client', plain, { authorization: raw('a%zz:b') }],
    ['not form-encoded', 401, 'invalid_client', plain, { authorization: raw(`${clientId}:${clientSecret}`) }],
    ['two ways', 400, 'invalid_request', form([['client_secret', clientSecret]]), { authorization }],
    ['an assertion too', 400, 'invalid_request', form([['client_assertion', 'x']]), { authorization }],
    ['two clients', 400, 'invalid_request', form([['client_id', 'another']]), { authorization }],
    ['no grant', 400, 'invalid_request', assertionOf(''), { authorization }],
    ['another grant', 400, 'unsupported_grant_type', assertionOf(JWT_BEARER.toUpperCase()), { authorization }],
    ['no assertion', 400, 'invalid_request', `grant_type=${JWT_BEARER}`, { authorization }],
    ['two assertions', 400, 'invalid_request', form([['assertion', 'x']]), { authorization }],
    ['a malformed scope', 400, 'invalid_scope', form([['scope', '"']]), { authorization }],
    ['a scope not carried', 400, 'invalid_scope', form([['scope', 'mcp.write']]), { authorization }],
    ['a foreign resource', 400, 'invalid_target', form([['resource', app.issuer]]), { authorization }],
    ['JSON', 415, 'invalid_request', '{}', { authorization, 'content-type': 'application/json' }],
    ['a large body', 413, 'invalid_request', form([['x', 'x'.repeat(70_000)]]), { authorization }],
  ];
  for (const [what, status, error, body, headers] of cases) {
    const answer = await post(app.tokenEndpoint, body, headers);
    t.strictSame([answer.status, answer.body.error], [status, error], what);
    t.equal(answer.headers.has('www-authenticate'), status === 401);
    t.equal(answer.headers.get('cache-control'), 'no-store');
  }
  t.equal((await post(`${app.tokenEndpoint}?assertion=x`, plain, { authorization })).status, 400, 'in the query');
  t.equal((await fetch(app.tokenEndpoint)).status, 405);
  t.equal((await fetch(app.tokenEndpoint, { method: 'POST' })).status, 400, 'no body');
  t.equal((await redeem(app, assertion, { scope: 'mcp.read' })).status, 200, 'none of these spent the ID-JAG');
});

t.test('a check that breaks is an error of the server, without details', async (t) => {
  const name = 'broken';
  const passes = () => {
    throw new Error('detail');
  };
  const app = await running(t, { checks: [{ name, source: '', error: 'invalid_grant', passes }] });
  const { status, body } = await redeem(app, await idJag(app));
  t.strictSame([status, body], [500, { error: 'server_error', error_description: 'Something went wrong here.' }]);
});

t.test('the MCP server', async (t) => {
  const app = await running(t);
  const metadataUrl = new URL('/.well-known/oauth-protected-resource/mcp', app.issuer).href;
  const own = (await redeem(app, await idJag(app))).body.access_token;
  const sibling = await running(t);
  const foreign = (await redeem(sibling, await idJag(sibling))).body.access_token;
  for (const token of [undefined, 'x', await idJag(app), foreign]) {
    const { status, headers } = await callWhoami(app, token);
    t.equal(status, 401);
    t.match(headers.get('www-authenticate'), `resource_metadata="${metadataUrl}"`);
  }
  t.equal((await callWhoami(app, own, { origin: 'https://evil.example' })).status, 403);
  t.equal((await callWhoami(app, own, { 'content-type': 'text/plain' })).status, 415);
  t.equal((await fetch(app.mcpUrl, { headers: { authorization: `Bearer ${own}` } })).status, 405);
});

t.test('the metadata lead from the MCP server to the token endpoint', async (t) => {
  const get = async (url: string) => (await fetch(url)).json();
  const app = await running(t, { scopes: ['chat'] });
  const protectedResource = await get(`${app.issuer}/.well-known/oauth-protected-resource/mcp`);
  t.match(protectedResource, { resource: app.mcpUrl, authorization_servers: [app.issuer], scopes_supported: ['chat'] });
  const server = await get(`${app.issuer}/.well-known/oauth-authorization-server`);
  t.match(server, {
    issuer: app.issuer,
    token_endpoint: app.tokenEndpoint,
    grant_types_supported: [JWT_BEARER],
    authorization_grant_profiles_supported: ['urn:ietf:params:oauth:grant-profile:id-jag'],
  });
});

t.test('place, issuer, path and tenant can be given', async (t) => {
  const first = await startResourceApp({ trustedIssuer, clientId, clientSecret });
  await first.close();
  const place = await openPort(Number(new URL(first.issuer).port));
  const given = { issuer: 'https://ras.example/one', mcpPath: '/' };
  const app = await running(t, { ...given, place, tenant: 'a', audienceTenant: 'b' });
  t.match(app, {
    issuer: given.issuer,
    mcpUrl: 'https://ras.example/',
    tokenEndpoint: 'https://ras.example/one/token',
  });
  const server = await fetch(`${first.issuer}/.well-known/oauth-authorization-server/one`);
  t.match(await server.json(), { issuer: given.issuer });
  const resource = await fetch(`${first.issuer}/.well-known/oauth-protected-resource`);
  t.match(await resource.json(), { resource: app.mcpUrl });
  const here = { ...app, tokenEndpoint: `${first.issuer}/one/token` };
  const tenants = { tenant: 'a', aud_tenant: 'b', resource: 'https://ras.example' };
  t.equal((await redeem(here, await idJag(app, tenants))).status, 200, 'and a bare origin needs no slash');
});
