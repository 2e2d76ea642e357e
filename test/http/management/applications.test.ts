/** `/api/v1/apps`: shapes, settings both ways, lists, lifecycle, what keeps an application from being deleted. */
import t from 'tap';
import { applications } from '../../../src/registry/application.js';
import { developmentSamlKey } from '../../../src/shipped.js';
import { apiOf, causesOf, eventsOf, pagesOf, refusedWith } from '../../support/api.js';
import { oidcApp, samlApp } from '../../support/app-requests.js';
import { startOpenOrg } from '../../support/open-org.js';
import { type Answer, EXAMPLE, startTestOrg } from '../../support/org.js';
import { editedOrg } from '../../support/org-edits.js';

const FIGMA = '0oaFigma000000000001';
const CLAUDE_CODE = '0oaClaudeCode0000001';
const ENGINEERING = '00gEngineering000001';
const APPS = '/api/v1/apps';

const org = await startTestOrg({
  org: editedOrg((file) => {
    file.agents?.push({ name: 'Staged agent', status: 'STAGED', linkedApplication: 'Staged app' });
    file.applications?.push({ label: 'Staged app', oidc: { redirectUris: ['https://app.example/callback'] } });
  }),
});
t.teardown(() => org.close());
const api = apiOf(org);

const created = async (app: object, query = '') => (await api.post(`${APPS}${query}`, app)).body;
const labels = async (query: string) =>
  (await pagesOf(api, `${APPS}?${query}`)).map((page) => (page as { label: string }[]).map(({ label }) => label));
const filter = (text: string) => `filter=${encodeURIComponent(text)}`;

t.test('a SAML app has the shape of Okta', async (t) => {
  const { body } = await api.get(`${APPS}/${FIGMA}`);
  const at = `${org.issuer}${APPS}/${FIGMA}`;
  t.strictSame(Object.keys(body), [
    ...['id', 'orn', 'name', 'label', 'status', 'lastUpdated', 'created', 'accessibility', 'visibility', 'features'],
    ...['signOnMode', 'credentials', 'profile', 'settings', '_links'],
  ]);
  t.strictSame(
    [body.id, body.orn, body.name, body.label, body.status, body.signOnMode],
    [FIGMA, `orn:okta:idp:00oExampleOrg0000001:apps:figma:${FIGMA}`, 'figma', 'Figma', 'ACTIVE', 'SAML_2_0'],
  );
  t.match(body.created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  t.strictSame(body.credentials, {
    userNameTemplate: { template: '$'.concat('{source.email}'), type: 'BUILT_IN' },
    signing: { kid: developmentSamlKey().kid },
  });
  t.strictSame(body.profile, {
    xaa: { enabled: true, issuerUrl: EXAMPLE.figma, scopes: ['mcp:read', 'mcp:write'] },
    origin: 'custom',
  });
  t.match(body.settings.signOn, {
    ssoAcsUrl: 'https://figma.example/saml/acs',
    recipient: 'https://figma.example/saml/acs',
    destination: 'https://figma.example/saml/acs',
    audience: 'https://figma.example/saml',
    idpIssuer: 'http://www.okta.com/$'.concat('{org.externalKey}'),
    subjectNameIdTemplate: '$'.concat('{user.userName}'),
    subjectNameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
    signatureAlgorithm: 'RSA_SHA256',
  });
  t.strictSame(body._links.self, { href: at });
  t.strictSame(body._links.metadata, { href: `${at}/sso/saml/metadata`, type: 'application/xml' });
  t.strictSame(body._links.users, { href: `${at}/users` });
  t.strictSame(body._links.deactivate, { href: `${at}/lifecycle/deactivate`, hints: { allow: ['POST'] } });
  t.notOk(body._links.activate);
});

t.test('an OIDC app is created with a secret and its own id as client id', async (t) => {
  let body: Answer['body'];
  const events = await eventsOf(org, async () => {
    const answer = await api.post(APPS, oidcApp('Made'));
    t.equal(answer.status, 200);
    body = answer.body;
  });
  t.strictSame(events, [['application.lifecycle.create', body.id]]);
  t.match(body.id, /^0oa\w{17}$/);
  t.match(body.credentials.oauthClient.client_secret, /^[\w-]{64}$/);
  t.strictSame(body.credentials.oauthClient, {
    autoKeyRotation: true,
    client_id: body.id,
    client_secret: body.credentials.oauthClient.client_secret,
    token_endpoint_auth_method: 'client_secret_basic',
    pkce_required: false,
  });
  t.strictSame(body.profile, { xaa: { enabled: false, scopes: [] }, origin: 'custom' });
  t.strictSame(body.settings.oauthClient, {
    client_uri: null,
    logo_uri: null,
    redirect_uris: ['https://app.example/callback'],
    post_logout_redirect_uris: [],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    application_type: 'web',
    consent_method: 'TRUSTED',
    issuer_mode: 'ORG_URL',
    idp_initiated_login: { mode: 'DISABLED', default_scope: [] },
    wildcard_redirect: 'DISABLED',
    dpop_bound_access_tokens: false,
    participate_slo: false,
  });
  t.strictSame([body.name, body.status, body.signOnMode], ['oidc_client', 'ACTIVE', 'OPENID_CONNECT']);
  t.strictSame((await api.get(`${APPS}/${body.id}`)).body, body);
});

t.test('every OIDC setting is kept, and a replacement keeps client id and secret', async (t) => {
  const client = {
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:token-exchange'],
    redirect_uris: ['https://a.example/cb', 'com.example:/cb'],
    post_logout_redirect_uris: ['https://a.example/'],
    application_type: 'native',
    jwks_uri: 'https://a.example/jwks',
    refresh_token: { rotation_type: 'ROTATE', leeway: 5 },
  };
  const credentials = {
    client_id: 'my-client$1',
    client_secret: 'a-secret-of-my-own',
    token_endpoint_auth_method: 'client_secret_post',
    pkce_required: true,
  };
  const made = await created(oidcApp('Own', client, credentials), '?activate=false');
  t.equal(made.status, 'INACTIVE');
  t.ok(made._links.activate && !made._links.deactivate);
  t.match(made.settings.oauthClient, client);
  t.strictSame(made.credentials.oauthClient, { autoKeyRotation: true, ...credentials });

  const put = (label: string, more?: object, credentials?: object) =>
    api.put(`${APPS}/${made.id}`, oidcApp(label, more, credentials));
  let after: Answer['body'];
  t.strictSame(
    await eventsOf(org, async () => {
      after = (await put('Own 2')).body;
    }),
    [['application.lifecycle.update', made.id]],
  );
  t.strictSame(
    [after.label, after.status, after.created, after.credentials.oauthClient.client_id],
    ['Own 2', 'INACTIVE', made.created, 'my-client$1'],
  );
  t.equal(after.credentials.oauthClient.client_secret, 'a-secret-of-my-own');
  t.notOk(after.settings.oauthClient.refresh_token, 'what is left out is reset');
  t.notOk(after.settings.oauthClient.jwks_uri);
  t.equal(after.settings.oauthClient.application_type, 'web');
  const secretOf = async (sent?: string) =>
    (await put('Own 2', {}, { client_secret: sent })).body.credentials.oauthClient.client_secret;
  t.equal(await secretOf('another-secret-of-mine'), 'another-secret-of-mine');
  t.equal(await secretOf(), 'another-secret-of-mine');
  const secrets = (await api.get(`${APPS}/${made.id}/credentials/secrets`)).body;
  t.equal(secrets.length, 1, 'it took the place of the first');
  await api.post(`${APPS}/${made.id}/credentials/secrets`, { client_secret: 'the-second-secret' });
  t.equal(await secretOf('the-second-secret'), 'another-secret-of-mine', 'one of its own changes nothing');
  t.equal((await api.get(`${APPS}/${made.id}/credentials/secrets`)).body.length, 2);
  t.equal(await secretOf('the-third-secret!'), 'the-third-secret!');
  const { body: left } = await api.get(`${APPS}/${made.id}/credentials/secrets`);
  t.strictSame(left.map((one: { client_secret: string }) => one.client_secret).sort(), [
    ...['the-second-secret', 'the-third-secret!'],
  ]);
});

t.test('a public app has no secret, and gets one with the method that needs it', async (t) => {
  const made = await created(oidcApp('Single page', { application_type: 'browser' }));
  t.strictSame(made.credentials.oauthClient, {
    autoKeyRotation: true,
    client_id: made.id,
    token_endpoint_auth_method: 'none',
    pkce_required: true,
  });
  const basic = oidcApp('Single page', {}, { token_endpoint_auth_method: 'client_secret_jwt' });
  t.match((await api.put(`${APPS}/${made.id}`, basic)).body.credentials.oauthClient.client_secret, /^[\w-]{64}$/);
  const hidden = await api.put(`${APPS}/${made.id}`, oidcApp('Single page', { application_type: 'browser' }));
  t.notOk('client_secret' in hidden.body.credentials.oauthClient, 'one that is not in use is not shown');
  const service = oidcApp('Service', {
    ...{ application_type: 'service', grant_types: ['urn:ietf:params:oauth:grant-type:jwt-bearer'] },
    redirect_uris: null,
  });
  t.strictSame((await created(service)).settings.oauthClient.response_types, []);
  const machine = oidcApp('Machine', {
    ...{ application_type: 'service', grant_types: ['client_credentials'], response_types: ['token'] },
    redirect_uris: null,
  });
  t.strictSame((await created(machine)).settings.oauthClient.response_types, ['token']);
});

t.test('a SAML app: every setting both ways', async (t) => {
  const expression = (inner: string) => '$'.concat('{', inner, '}');
  const format = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';
  const signOn = { ssoAcsUrl: 'https://b.example/acs', audience: 'b', subjectNameIdFormat: format };
  const made = await created(
    samlApp('日本', {
      settings: { signOn },
      credentials: { userNameTemplate: { template: expression('fn:substringBefore(source.email, "@")') } },
      profile: { xaa: { enabled: true, issuerUrl: '', audienceTenantId: 'tenant', scopes: ['a'] }, origin: 'oin' },
    }),
  );
  t.equal(made.name, 'saml_app');
  t.match(made.settings.signOn, signOn);
  t.equal(made.credentials.userNameTemplate.template, expression('fn:substringBefore(source.email, "@")'));
  t.strictSame(made.profile, {
    xaa: { enabled: true, audienceTenantId: 'tenant', scopes: ['a'] },
    origin: 'oin',
  });
  const put = async (more: object) => (await api.put(`${APPS}/${made.id}`, samlApp('日本', more))).body;
  const reset = await put({ credentials: { userNameTemplate: { template: expression('source.email') } } });
  t.equal(reset.credentials.userNameTemplate.template, expression('source.email'));
  t.strictSame(reset.profile, { xaa: { enabled: false, scopes: [] }, origin: 'custom' }, 'PUT replaces');
  t.equal((await put({ profile: null })).credentials.userNameTemplate.template, expression('source.login'));
  t.equal(reset.settings.signOn.subjectNameIdFormat, 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified');
});

t.test('an Issuer URL is kept to the byte, and that of the org moves with the org', async (t) => {
  const urls = ['https://as.example:443/a%2fb/', `${org.issuer}/oauth2/mine`, 'HTTPS://no.example'];
  const answers = [];
  for (const issuerUrl of urls) {
    answers.push(await api.post(APPS, samlApp(`App ${answers.length}`, { profile: { xaa: { issuerUrl } } })));
  }
  t.strictSame(
    answers.map(({ status, body }) => [status, body.profile?.xaa.issuerUrl]),
    [
      [200, urls[0]],
      [200, urls[1]],
      [400, undefined],
    ],
  );
  const again = await api.post(APPS, samlApp('Again', { profile: { xaa: { issuerUrl: urls[1] } } }));
  t.strictSame(refusedWith(again), [400, 'E0000001', 'Api validation failed: issuerUrl']);
  t.match(causesOf(again)[0], /another application/);
  const id = answers[1]?.body.id;
  const same = await api.put(`${APPS}/${id}`, samlApp('App 1', { profile: { xaa: { issuerUrl: urls[1] } } }));
  t.equal(same.status, 200, 'its own is not in its way');

  const open = await startOpenOrg();
  t.teardown(open.close);
  const body = JSON.stringify(samlApp('Mine', { profile: { xaa: { issuerUrl: `${open.issuer}/oauth2/mine` } } }));
  const headers = { authorization: `SSWS ${EXAMPLE.apiToken}`, 'content-type': 'application/json' };
  const answer = await fetch(`${open.issuer}${APPS}`, { method: 'POST', headers, body });
  t.equal(((await answer.json()) as Answer['body']).profile.xaa.issuerUrl, `${open.issuer}/oauth2/mine`);
  const [mine] = open.org.store.view().findBy(applications, 'issuerUrl', '{issuer}/oauth2/mine');
  t.equal(mine?.label, 'Mine', 'stored relative to the issuer');
  // One that stands there in full, as an org file may have it, is the same Issuer URL.
  await open.change(applications, mine?.id as string, (app) => {
    return { ...app, xaa: { ...app.xaa, issuerUrl: `${open.issuer}/oauth2/mine` } };
  });
  const twin = body.replace('Mine', 'Twin');
  t.equal((await fetch(`${open.issuer}${APPS}`, { method: 'POST', headers, body: twin })).status, 400);
});

t.test('what is wrong with an application is named', async (t) => {
  const saml = (signOn: object, more: object = {}) =>
    samlApp('X', { settings: { signOn: { ssoAcsUrl: 'https://sp.example/acs', audience: 'x', ...signOn } }, ...more });
  const xaa = (members: object) => samlApp('X', { profile: { xaa: members } });
  const template = (text: string) => ({ credentials: { userNameTemplate: { template: text } } });
  const rows: [string, unknown, string, RegExp][] = [
    ['another mode', { label: 'X', signOnMode: 'BOOKMARK' }, 'signOnMode', /SAML_2_0 and OPENID_CONNECT only/],
    ['no label', samlApp(''), 'label', /^label: /],
    ['a long label', samlApp('x'.repeat(101)), 'label', /^label: /],
    ['no settings', { label: 'X', signOnMode: 'SAML_2_0' }, 'settings', /^settings: /],
    ['a script as ACS', saml({ ssoAcsUrl: 'javascript:alert(1)' }), 'settings', /no http or https URL/],
    ['a format', saml({ subjectNameIdFormat: 'x' }), 'settings', /subjectNameIdFormat/],
    ['an expression', saml({}, template('user.login + x')), 'credentials', /there is no x here/],
    ['an Issuer URL with a fragment', xaa({ issuerUrl: 'https://a.example/#x' }), 'profile', /issuerUrl: is no http/],
    ['with a query', xaa({ issuerUrl: 'https://a.example/?x' }), 'profile', /issuerUrl/],
    ['with a space', xaa({ issuerUrl: ' https://a.example' }), 'profile', /issuerUrl/],
    ['of the registry', xaa({ issuerUrl: '{issuer}/oauth2/x' }), 'profile', /issuerUrl/],
    ['that no URL is', xaa({ issuerUrl: 'https://:x' }), 'profile', /issuerUrl/],
    ['a scope with a space', xaa({ scopes: ['a b'] }), 'profile', /scopes\.0: is no scope/],
    ['101 scopes', xaa({ scopes: Array(101).fill('a') }), 'profile', /scopes/],
    ['a member that XAA has not', xaa({ issuerURL: 'https://a.example' }), 'profile', /issuerURL/],
    ['implicit', oidcApp('X', { grant_types: ['implicit'] }), 'settings', /grant_types/],
    ['no redirect URI', oidcApp('X', { redirect_uris: [] }), 'redirect_uris', /at least one/],
    ['a fragment', oidcApp('X', { redirect_uris: ['https://a.example/#x'] }), 'settings', /fragment/],
    ['DPoP', oidcApp('X', { dpop_bound_access_tokens: true }), 'settings', /dpop/],
    ['a blank label', oidcApp(' '), 'label', /is blank/],
    ['an ID token', oidcApp('X', { response_types: ['id_token'] }), 'settings', /response_types/],
    ['leeway', oidcApp('X', { refresh_token: { leeway: 61 } }), 'settings', /leeway/],
    ['keys missing', oidcApp('X', {}, { token_endpoint_auth_method: 'private_key_jwt' }), 'jwks', /needs public keys/],
    ['a short secret', oidcApp('X', {}, { client_secret: 'short' }), 'credentials', /client_secret/],
    ['a secret with a space', oidcApp('X', {}, { client_secret: 'a b a b a b a b' }), 'credentials', /ASCII/],
    ['a client id', oidcApp('X', {}, { client_id: 'a client' }), 'credentials', /client_id/],
    ["an agent's client id", oidcApp('X', {}, { client_id: EXAMPLE.agentId }), 'client_id', /AI agent has this/],
    ['a name', oidcApp('X', {}, {}, { name: 'salesforce' }), 'name', /^name: /],
    ['a taken label', samlApp('Figma'), 'label', /^label: another application .* has this label/],
    [
      'a taken client id',
      oidcApp('X', {}, { client_id: EXAMPLE.appId }),
      'client_id',
      /another app.* has this client id/,
    ],
    ['the own id of a linked app', oidcApp('X', {}, { client_id: CLAUDE_CODE }), 'client_id', /when it is unlinked/],
  ];
  for (const [what, body, about, cause] of rows) {
    const answer = await api.post(APPS, body);
    t.strictSame(refusedWith(answer), [400, 'E0000001', `Api validation failed: ${about}`], what);
    t.match(causesOf(answer).join('\n'), cause, what);
  }
  const once = { errorSummary: String, reason: 'UNIQUE_CONSTRAINT' };
  const taken: [object, string][] = [
    [samlApp('Figma'), 'label'],
    [oidcApp('X', {}, { client_id: EXAMPLE.appId }), 'credentials.oauthClient.client_id'],
    [oidcApp('X', {}, { client_id: EXAMPLE.agentId }), 'credentials.oauthClient.client_id'],
    [samlApp('X', { profile: { xaa: { enabled: true, issuerUrl: EXAMPLE.figma } } }), 'profile.xaa.issuerUrl'],
  ];
  for (const [body, location] of taken) {
    t.match((await api.post(APPS, body)).body.errorCauses, [{ ...once, location }], location);
  }
  const asana = (await api.get(`${APPS}?q=Asana`)).body[0];
  const renamed = await api.put(`${APPS}/${asana.id}`, { ...asana, label: 'Figma' });
  t.match([renamed.status, renamed.body.errorCauses], [400, [{ ...once, location: 'label' }]]);
  t.equal((await api.put(`${APPS}/${asana.id}`, asana)).status, 200, 'its own label it may keep');
  const email = oidcApp('X', {}, {}, { credentials: { userNameTemplate: { template: '$'.concat('{source.email}') } } });
  t.match(causesOf(await api.post(APPS, email))[0], /userNameTemplate\.template/);
  t.strictSame(await labels('q=X'), [[]], 'nothing was made');
  t.equal(
    (await api.post(`${APPS}?activate=maybe`, samlApp('X'))).body.errorSummary,
    'Api validation failed: activate',
  );
});

t.test('what an application links to is there', async (t) => {
  for (const id of [FIGMA, EXAMPLE.appId]) {
    const { appLinks: _, activate, deactivate, ...links } = (await api.get(`${APPS}/${id}`)).body._links;
    t.match([activate, deactivate], [undefined, { hints: { allow: ['POST'] } }]);
    for (const { href } of Object.values(links).flat() as { href: string }[]) {
      t.equal((await api.get(href)).status, 200, href);
    }
  }
});

t.test('mode and client id stay what they were', async (t) => {
  const path = `${APPS}/${EXAMPLE.appId}`;
  t.strictSame(refusedWith(await api.put(path, samlApp('X'))), [
    ...[400, 'E0000001', 'Api validation failed: signOnMode'],
  ]);
  const other = await api.put(path, oidcApp('X', {}, { client_id: 'another' }));
  t.strictSame([other.status, causesOf(other)], [400, ['client_id: an application keeps its client id']]);
  t.equal((await api.get(path)).body.label, 'Claude (OIDC)');
  const linked = await api.put(
    `${APPS}/${CLAUDE_CODE}`,
    oidcApp('Claude Code (OIDC)', {}, { client_id: EXAMPLE.linkedAgentId }),
  );
  t.equal(linked.body.credentials.oauthClient.client_id, EXAMPLE.linkedAgentId, "a linked app sends its agent's");
});

t.test('lists are narrowed and paged', async (t) => {
  const org = await startTestOrg();
  t.teardown(() => org.close());
  const api = apiOf(org);
  const labels = async (query: string) =>
    (await pagesOf(api, `${APPS}?${query}`)).map((page) => (page as { label: string }[]).map(({ label }) => label));
  t.strictSame(await labels('limit=3'), [
    ['Claude', 'Claude (OIDC)', 'Claude Code (OIDC)'],
    ['Figma', 'Asana', 'Atlassian'],
    ['Granola', 'Okta API client'],
  ]);
  t.strictSame(await labels('q=CLAUDE%20c'), [['Claude Code (OIDC)']]);
  t.strictSame(
    await labels('q=oidc_'),
    [['Claude (OIDC)', 'Claude Code (OIDC)', 'Atlassian', 'Okta API client']],
    'by name, too',
  );
  const rows: [string, string[]][] = [
    ['status eq "INACTIVE"', []],
    ['label sw "gran" or name eq "figma"', ['Figma', 'Granola']],
    [`id eq "${FIGMA}"`, ['Figma']],
    [`credentials.oauthClient.client_id eq "${EXAMPLE.linkedAgentId}"`, ['Claude Code (OIDC)']],
    ['user.id eq "00uDave000000000001x"', ['Figma', 'Asana']],
    ['user.id eq "00uBob00000000000001"', ['Claude', 'Claude (OIDC)', 'Claude Code (OIDC)', 'Asana', 'Atlassian']],
    [`group.id eq "${ENGINEERING}" and label sw "a"`, ['Asana', 'Atlassian']],
    ['user.id eq "00gEngineering000001"', []],
  ];
  for (const [text, wanted] of rows) t.strictSame(await labels(filter(text)), [wanted], text);
  for (const query of [filter('profile.origin eq "x"'), 'search=label%20pr']) {
    t.strictSame(refusedWith(await api.get(`${APPS}?${query}`)).slice(0, 2), [400, 'E0000031'], query);
  }
  for (let nth = 0; nth < 16; nth++) await api.post(APPS, samlApp(`More ${nth}`));
  t.strictSame(
    (await labels('')).map(({ length }) => length),
    [20, 4],
  );
  t.strictSame((await labels('limit=100000'))[0]?.length, 24);
});

t.test('activation goes both ways, once, and with the linked agent', async (t) => {
  const lifecycle = (id: string, step: string) => api.post(`${APPS}/${id}/lifecycle/${step}`);
  const path = `${APPS}/${FIGMA}`;
  const off = await eventsOf(org, async () => {
    for (const _ of [1, 2]) {
      const { status, body } = await lifecycle(FIGMA, 'deactivate');
      t.strictSame([status, body], [200, {}]);
    }
  });
  t.strictSame(off, [['application.lifecycle.deactivate', FIGMA]], 'the second time nothing is done');
  t.equal((await api.get(path)).body.status, 'INACTIVE');
  const on = await eventsOf(org, () => lifecycle(FIGMA, 'activate'));
  t.strictSame(on, [['application.lifecycle.activate', FIGMA]]);
  t.equal((await api.get(path)).body.status, 'ACTIVE');

  const agent = EXAMPLE.linkedAgentId;
  t.strictSame(await eventsOf(org, () => lifecycle(CLAUDE_CODE, 'deactivate')), [
    ['application.lifecycle.deactivate', CLAUDE_CODE],
    ['workload_principal.ai_agent.deactivate', agent],
  ]);
  const form = { grant_type: 'x', client_id: agent, client_secret: EXAMPLE.linkedSecret };
  t.equal((await org.post('/oauth2/v1/token', form)).body.error, 'invalid_client');
  t.strictSame(await eventsOf(org, () => lifecycle(CLAUDE_CODE, 'activate')), [
    ['application.lifecycle.activate', CLAUDE_CODE],
    ['workload_principal.ai_agent.activate', agent],
  ]);
  t.equal((await org.post('/oauth2/v1/token', form)).body.error, 'unsupported_grant_type');

  const [staged] = (await api.get(`${APPS}?q=Staged`)).body;
  t.strictSame(await eventsOf(org, () => lifecycle(staged.id, 'deactivate')), [
    ['application.lifecycle.deactivate', staged.id],
  ]);
  const incomplete = await lifecycle(staged.id, 'activate');
  t.match(
    causesOf(incomplete),
    [/^Owners: /, /^Credentials: /],
    'an agent that lacks something keeps its app inactive',
  );
  t.equal((await api.get(`${APPS}/${staged.id}`)).body.status, 'INACTIVE');
});

t.test('an application is deleted when it is inactive and no agent uses it', async (t) => {
  const deactivated = async (id: string) => {
    await api.post(`${APPS}/${id}/lifecycle/deactivate`);
    return api.delete(`${APPS}/${id}`);
  };
  t.strictSame(refusedWith(await api.delete(`${APPS}/${FIGMA}`)).slice(0, 2), [403, 'E0000056']);
  const uses: [string, RegExp][] = [
    [FIGMA, /"Claude \(Requester App\)" \(wlpClaude00000000001\) has the resource connection mcn\w+ to it/],
    [EXAMPLE.appId, /it is a caller of AI agent "Claude \(Requester App\)" .* by dlk/],
    [CLAUDE_CODE, /it is linked to AI agent "Claude Code \(linked\)"/],
  ];
  for (const [id, cause] of uses) {
    const answer = await deactivated(id);
    t.strictSame(refusedWith(answer), [400, 'E0000001', 'Api validation failed: application']);
    t.match(causesOf(answer)[0], cause);
    await api.post(`${APPS}/${id}/lifecycle/activate`);
  }
  const { id } = await created(samlApp('To be deleted'));
  const pairs: [string, string][] = [
    [id, FIGMA],
    [EXAMPLE.appId, id],
  ];
  for (const [requestingAppInstanceId, resourceAppInstanceId] of pairs) {
    await api.post(`${APPS}/${id}/cwo/connections`, { requestingAppInstanceId, resourceAppInstanceId });
  }
  await api.put(`${APPS}/${id}/groups/${ENGINEERING}`);
  await api.post(`${APPS}/${id}/users`, { id: '00uErin000000000001x' });
  await api.post(`${APPS}/${id}/lifecycle/deactivate`);
  const events = await eventsOf(org, async () => t.equal((await api.delete(`${APPS}/${id}`)).status, 204));
  t.strictSame(events, [['application.lifecycle.delete', id]]);
  t.notOk((await api.get(`/api/v1/groups/${ENGINEERING}/apps`)).body.some((app: { id: string }) => app.id === id));
  t.strictSame((await api.get(`${APPS}/${FIGMA}/cwo/connections`)).body, []);
  t.strictSame((await api.get(`${APPS}/${EXAMPLE.appId}/cwo/connections`)).body, []);
  for (const answer of [
    await api.get(`${APPS}/${id}`),
    await api.put(`${APPS}/${id}`, samlApp('X')),
    await api.delete(`${APPS}/${id}`),
    await api.post(`${APPS}/${id}/lifecycle/activate`),
  ]) {
    t.strictSame(refusedWith(answer), [404, 'E0000007', `Not found: Resource not found: ${id} (AppInstance)`]);
  }
});
