/** The org file: how it becomes records, what is refused and with which path, and that the example is what it says. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import type { AnyCollection } from '../../src/registry/collection.js';
import type { SigningKey } from '../../src/registry/jwk.js';
import type { OrgFileInput } from '../../src/registry/org-file.js';
import { type Mistakes, REGISTRY, type SeededOrg, seedOrg } from '../../src/registry/org-records.js';
import { exampleOrg } from '../support/org.js';

const CREATED = '2026-01-01T00:00:00.000Z';
const profile = (login: string) => ({ login, email: login, firstName: 'A', lastName: 'B' });
const KEYS: SigningKey[] = JSON.parse(readFileSync('fixtures/keys/development-signing-keys.json', 'utf8')).keys;
const seed = (file: OrgFileInput) => seedOrg(file, KEYS, CREATED) as SeededOrg;
const mistakesOf = (file: unknown) => (seedOrg(file, KEYS, CREATED) as Mistakes).mistakes;
// biome-ignore lint/suspicious/noExplicitAny: tests look at records of every kind
const recordsOf = (file: OrgFileInput) => seed(file).records as Record<string, any[]>;

t.test('every record of the example fits the schema of its collection', async (t) => {
  const records = recordsOf(exampleOrg());
  t.strictSame(Object.keys(records).sort(), REGISTRY.map((one: AnyCollection) => one.name).sort());
  for (const { name, schema } of REGISTRY) {
    for (const record of records[name] ?? []) t.same(schema.parse(record), record, `${name} ${record.id}`);
  }
});

t.test('the example has what the guide names', async (t) => {
  const { agents, delegations, resourceConnections, users } = recordsOf(exampleOrg());
  const claude = agents?.find((agent) => agent.profile.name === 'Claude (Requester App)');
  t.match(claude, { id: /^wlp.{17}$/, status: 'ACTIVE', ownerIds: [/^00u/] });
  const callers = delegations?.filter((one) => one.agentId === claude?.id);
  t.strictSame(callers?.map((one) => one.tokenType).sort(), ['ID_TOKEN', 'SAML_ASSERTION']);
  const labels = recordsOf(exampleOrg()).applications?.map((app) => app.label);
  for (const label of ['Claude', 'Figma', 'Asana', 'Atlassian', 'Granola']) t.ok(labels?.includes(label), label);
  t.equal(resourceConnections?.filter((one) => one.agentId === claude?.id).length, 5);
  t.ok(users?.some((user) => user.status === 'SUSPENDED'));
});

t.test('loading is idempotent: the same file, however it is spaced, gives the same records and seed', async (t) => {
  const again = JSON.parse(JSON.stringify(exampleOrg(), null, 7)) as OrgFileInput;
  t.strictSame(seed(exampleOrg()), seed(again));
  t.not(seed({}).seed, seed(exampleOrg()).seed);
});

t.test('an empty file is an empty org', async (t) => {
  const records = recordsOf({});
  t.match(records.org, [{ id: /^00o.{17}$/, name: 'Example org', features: { xaa: true } }]);
  t.same(records.users, []);
});

t.test('ids are made from names when they are left out, and references take a name or an id', async (t) => {
  const file = (app: string, user: string): OrgFileInput => ({
    users: [{ profile: profile('a@example.com') }],
    groups: [{ name: 'G', members: [user] }],
    applications: [
      { label: 'OIDC', oidc: {}, xaa: { issuerUrl: 'https://as.example' }, users: [user], groups: ['G'] },
      { label: 'My SAML App!', saml: { ssoAcsUrl: 'https://sp.example/acs', audience: 'sp' } },
    ],
    authorizationServers: [{ id: 'aus1', name: 'Mine' }],
    agents: [
      {
        name: 'Agent',
        owners: [user],
        credentials: [
          { type: 'CLIENT_SECRET', secret: 'a-secret-of-some-length' },
          { type: 'CLIENT_ID_ONLY', status: 'INACTIVE' },
        ],
        callers: [{ application: app, authorizationServer: 'Mine' }, { application: 'My SAML App!' }],
        resourceConnections: [{ application: app, clientIdAtResource: 'c' }, { authorizationServer: 'aus1' }],
      },
    ],
  });
  const records = recordsOf(file('OIDC', 'a@example.com'));
  const [user, app] = [records.users?.[0], records.applications?.[0]];
  t.match(user, { id: /^00u\w{17}$/, status: 'ACTIVE', created: CREATED });
  t.match(app, {
    id: /^0oa\w{17}$/,
    name: 'oidc_client',
    oidc: { clientId: app.id, grantTypes: ['authorization_code'] },
  });
  t.match(records.applications?.[1], { name: 'mysamlapp', saml: { externalKey: /^exk/ } });
  t.match(records.delegations, [
    { server: 'aus1', tokenType: 'ID_TOKEN' },
    { server: 'org', tokenType: 'SAML_ASSERTION' },
  ]);
  t.match(records.credentials, [{ id: /^ocs/ }, { id: /^pks/, status: 'INACTIVE' }]);
  t.match(records.resourceConnections, [
    { id: /^mcn/, issuerUrl: 'https://as.example', connectionType: 'IDENTITY_ASSERTION_APP_INSTANCE' },
    { issuerUrl: '{issuer}/oauth2/aus1', connectionType: 'IDENTITY_ASSERTION_CUSTOM_AS' },
  ]);
  const byId = recordsOf({ ...file(app.id, user.id), org: { id: records.org?.[0].id } });
  for (const name of ['memberships', 'assignments', 'delegations', 'resourceConnections']) {
    t.same(byId[name], records[name], name);
  }
});

t.test('a native app may use a scheme of its own', async (t) => {
  t.ok(recordsOf({ applications: [app('A', { oidc: { redirectUris: ['com.example.app:/callback'] } })] }).applications);
});

t.test('a linked app has the client id of its agent', async (t) => {
  const file = (reference: string): OrgFileInput => ({
    applications: [{ id: '0oaLinked', label: 'Linked', oidc: {} }],
    agents: [{ name: 'Agent', linkedApplication: reference }],
  });
  for (const reference of ['Linked', '0oaLinked']) {
    const records = recordsOf(file(reference));
    t.equal(records.applications?.[0].oidc.clientId, records.agents?.[0].id);
    t.equal(records.agents?.[0].linkedAppId, '0oaLinked');
  }
});

const app = (label: string, more: object = {}) => ({ label, oidc: {}, ...more });
const key = { kty: 'RSA', kid: 'k', n: 'AQAB', e: 'AQAB' } as const;
const agentWith = (more: object) => ({ agents: [{ name: 'Agent', ...more }] }) as OrgFileInput;

const MISTAKES: Record<string, [file: unknown, says: RegExp]> = {
  'not an object': [[], /^the file: /],
  'unknown member': [{ user: [] }, /^the file: .*"user"/],
  'bad value deep down': [
    { users: [{ profile: { ...profile('a@b.example'), email: 'no' } }] },
    /^users\[0\]\.profile\.email: /,
  ],
  'app of no kind': [{ applications: [{ label: 'A' }] }, /^applications\[0\]: needs either "oidc" or "saml"$/],
  'unknown user assigned': [
    { applications: [app('A', { users: ['nobody'] })] },
    /^applications\[0\]\.users\[0\]: there is no user "nobody"/,
  ],
  'unknown group assigned': [
    { applications: [app('A', { groups: ['G'] })] },
    /^applications\[0\]\.groups\[0\]: there is no group "G"/,
  ],
  'unknown member of a group': [{ groups: [{ name: 'G', members: ['nobody'] }] }, /^groups\[0\]\.members\[0\]: /],
  'two users of one login': [
    { users: [{ profile: profile('a@b.example') }, { profile: profile('a@b.example') }] },
    /^users\[1\]\.profile\.login: there is another user/,
  ],
  'two apps of one label': [
    { applications: [app('A'), app('A')] },
    /^applications\[1\]\.label: there is another application "A"/,
  ],
  'two apps of one Issuer URL': [
    {
      applications: [
        app('A', { xaa: { issuerUrl: 'https://as.example' } }),
        app('B', { xaa: { issuerUrl: 'https://as.example' } }),
      ],
    },
    /^applications\[1\]: another one has the same issuerUrl$/,
  ],
  'two methods active': [
    agentWith({ credentials: [{ type: 'CLIENT_ID_ONLY' }, { type: 'PUBLIC_KEY', jwk: key }] }),
    /^agents\[0\]\.credentials: only one method may be active, these are: CLIENT_ID_ONLY, PUBLIC_KEY$/,
  ],
  'private key of a client': [
    agentWith({ credentials: [{ type: 'PUBLIC_KEY', jwk: { ...key, d: 'AQAB' } }] }),
    /^agents\[0\]\.credentials\[0\]\.jwk\.d: .*public half/,
  ],
  'unknown caller': [agentWith({ callers: [{ application: 'X' }] }), /^agents\[0\]\.callers\[0\]\.application: /],
  'unknown server of a caller': [
    { ...agentWith({ callers: [{ application: 'A', authorizationServer: 'X' }] }), applications: [app('A')] },
    /^agents\[0\]\.callers\[0\]\.authorizationServer: there is no authorizationServer "X"/,
  ],
  'connection to nothing': [
    agentWith({ resourceConnections: [{}] }),
    /^agents\[0\]\.resourceConnections\[0\]: needs either/,
  ],
  'connection to an unknown app': [
    agentWith({ resourceConnections: [{ application: 'X' }] }),
    /resourceConnections\[0\]\.application: there is no/,
  ],
  'connection to an app without Issuer URL': [
    { ...agentWith({ resourceConnections: [{ application: 'A' }] }), applications: [app('A')] },
    /resourceConnections\[0\]\.application: "A" has no Issuer URL/,
  ],
  'linked app with another client id': [
    { ...agentWith({ linkedApplication: 'A' }), applications: [app('A', { oidc: { clientId: 'mine' } })] },
    /^applications\[0\]\.oidc\.clientId: a linked app has its agent's client id/,
  ],
  'a caller twice': [
    { ...agentWith({ callers: [{ application: 'A' }, { application: 'A' }] }), applications: [app('A')] },
    /^agents\[0\]\.callers\[1\]: another one has the same application$/,
  ],
  'a resource connected twice': [
    {
      ...agentWith({ resourceConnections: [{ application: 'A' }, { application: 'A' }] }),
      applications: [app('A', { xaa: { issuerUrl: 'https://as.example' } })],
    },
    /^agents\[0\]\.resourceConnections\[1\]: another one has the same target$/,
  ],
  'an app connected to itself': [
    {
      applications: [app('A', { id: '0oaA' })],
      crossAppAccessConnections: [{ requestingApplication: 'A', resourceApplication: '0oaA' }],
    },
    /^crossAppAccessConnections\[0\]: an application needs no connection to itself$/,
  ],
  'two apps connected twice': [
    {
      applications: [app('A'), app('B')],
      crossAppAccessConnections: [1, 2].map(() => ({ requestingApplication: 'A', resourceApplication: 'B' })),
    },
    /^crossAppAccessConnections\[1\]: another one has the same two applications$/,
  ],
  'unknown linked app': [agentWith({ linkedApplication: 'X' }), /^agents\[0\]\.linkedApplication: /],
  'unknown owner': [agentWith({ owners: ['X'] }), /^agents\[0\]\.owners\[0\]: /],
  'no key for the org': [{ signingKeys: [] }, /^signingKeys: there is no ACTIVE key of the server "org"$/],
  'server with a reserved id': [
    { authorizationServers: [{ id: 'org', name: 'A' }] },
    /^authorizationServers\[0\]\.id: /,
  ],
  'server with an id that is a path': [
    { authorizationServers: [{ id: 'a/b', name: 'A' }] },
    /^authorizationServers\[0\]\.id: /,
  ],
  'redirect URI that is a script': [
    { applications: [app('A', { oidc: { redirectUris: ['javascript:alert(1)'] } })] },
    /redirectUris\[0\]: is not a URL/,
  ],
  'redirect URI with a fragment': [
    { applications: [app('A', { oidc: { redirectUris: ['https://a.example/#b'] } })] },
    /redirectUris\[0\]: has a fragment/,
  ],
  'client id at resource that is blank': [
    agentWith({ resourceConnections: [{ application: 'A', clientIdAtResource: ' ' }] }),
    /^agents\[0\]\.resourceConnections\[0\]\.clientIdAtResource: is blank$/,
  ],
  'profile that there is not': [{ org: { settings: { profile: 'x' } } }, /^org\.settings\.profile: .*"okta"/],
  'Issuer URL that is none': [
    { applications: [app('A', { xaa: { issuerUrl: 7 } })] },
    /^applications\[0\]\.xaa\.issuerUrl: /,
  ],
};

for (const [what, [file, says]] of Object.entries(MISTAKES)) {
  t.test(`refused: ${what}`, async (t) => {
    t.match(mistakesOf(file), [says]);
  });
}

t.test('every mistake is told, each on its line', async (t) => {
  t.equal(mistakesOf({ applications: [app('A', { users: ['x'], groups: ['y'] })] }).length, 2);
});

t.test('the published JSON Schema takes the example and refuses what zod refuses', async (t) => {
  const schema = JSON.parse(readFileSync('docs/org-file.schema.json', 'utf8'));
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  t.ok(validate(exampleOrg()), JSON.stringify(validate.errors));
  t.notOk(validate({ users: [{}] }));
  t.notOk(validate({ user: [] }));
});
