/** The org file that an org is exported as: loads back to the same org, and reads like one that a person wrote. */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import type * as z from 'zod';
import type { EdgeCaseInput } from '../../src/edge-cases/edge-case.js';
import { GIVEN_NAMES } from '../../src/edge-cases/values.js';
import type { Entity } from '../../src/registry/collection.js';
import { exportOrg, LEFT_OUT, type Records } from '../../src/registry/org-export.js';
import { OrgFile, type OrgFileInput } from '../../src/registry/org-file.js';
import { REGISTRY, seedOrg } from '../../src/registry/org-records.js';
import { developmentKeys, developmentSamlKey } from '../../src/shipped.js';
import { memoryStore } from '../../src/store/memory.js';
import { apiOf } from '../support/api.js';
import { EXAMPLE, exampleOrg, startTestOrg } from '../support/org.js';
import { appIn, editedOrg, oidcIn, samlIn } from '../support/org-edits.js';
import { randomOrg } from '../support/random-org.js';
import { SP_CERTIFICATE } from '../support/sp-certificate.js';
import { sendBytes, wireRequest } from '../support/wire.js';

const KEYS = developmentKeys();
type Snapshot = Readonly<Record<string, readonly Entity[]>>;

function seed(file: unknown, created = '2026-01-01T00:00:00.000Z'): Snapshot {
  const seeded = seedOrg(file, KEYS, created);
  if ('mistakes' in seeded) throw new Error(seeded.mistakes.join('\n'));
  return seeded.records;
}

/** The records as a store shows them. */
async function stored(records: Snapshot): Promise<Records> {
  const org = memoryStore(REGISTRY).org('main');
  await org.swap(records);
  return org.view();
}

/** Exports records; what comes out has been JSON. */
async function exported(records: Snapshot): Promise<OrgFileInput> {
  return JSON.parse(JSON.stringify(exportOrg(await stored(records), KEYS)));
}

/** Without times and seed, as JSON. */
const timeless = (records: Snapshot) =>
  JSON.parse(JSON.stringify(records), (name, value) =>
    LEFT_OUT.some((one) => one === name) && typeof value === 'string' ? undefined : value,
  );

/** What the first value has, of the second: an export has more ids than a person writes. */
function asFarAs(written: unknown, read: unknown): unknown {
  if (Array.isArray(written) && Array.isArray(read)) {
    return read.map((one, at) => (at in written ? asFarAs(written[at], one) : one));
  }
  if (typeof written !== 'object' || written === null || typeof read !== 'object' || read === null) return read;
  const made = ['id', 'externalKey'];
  const members = Object.entries(read).filter(([name]) => name in written || !made.includes(name));
  return Object.fromEntries(members.map(([name, one]) => [name, asFarAs(written[name as keyof object], one)]));
}

t.test('the example is exported as it was written, but for the ids that were not', async (t) => {
  const { $schema: _, ...example } = OrgFile.parse(exampleOrg());
  const file = await exported(seed(exampleOrg()));
  t.strictSame(asFarAs(example, OrgFile.parse(file)), example);
  t.strictSame(timeless(seed(file, '2027-01-01T00:00:00.000Z')), timeless(seed(exampleOrg())));
});

t.test('it reads like one that a person wrote', async (t) => {
  const { signingKeys, groups, agents, applications, authorizationServers, org } = await exported(seed(exampleOrg()));
  t.strictSame([signingKeys, org], [undefined, { id: '00oExampleOrg0000001', name: 'Example' }]);
  t.strictSame(groups?.[0]?.members, ['alice@example.com', 'bob@example.com']);
  t.strictSame(authorizationServers?.[0]?.scopes, ['mcp:read', 'mcp:write']);
  const [claude, linked] = agents ?? [];
  t.match(
    claude?.callers?.map(({ application }) => application),
    ['Claude', 'Claude (OIDC)'],
  );
  t.strictSame(claude?.resourceConnections?.[4], {
    id: claude?.resourceConnections?.[4]?.id,
    authorizationServer: 'default',
  });
  t.strictSame(Object.keys(claude?.credentials?.[0] ?? {}), ['type', 'jwk', 'id'], 'what is the default is left out');
  t.equal(linked?.linkedApplication, 'Claude Code (OIDC)');
  for (const { oidc, name } of applications ?? []) t.strictSame([oidc?.clientId, name], [undefined, undefined]);
  t.strictSame(await exported(seed({})), { org: { id: (await exported(seed({}))).org?.id } });
});

t.test('any org loads back to the same records, and is exported again as the same file', async (t) => {
  const property = fc.asyncProperty(randomOrg(KEYS[0] as (typeof KEYS)[number]), async (written) => {
    const records = seed(written);
    const file = await exported(records);
    const again = seed(file, '2027-01-01T00:00:00.000Z');
    return isDeepStrictEqual(timeless(again), timeless(records)) && isDeepStrictEqual(await exported(again), file);
  });
  await t.resolves(fc.assert(property, { numRuns: 300 }));
});

const profile = (login: string) => ({ login, email: 'a@example.com', firstName: 'A', lastName: 'B' });
const ISSUER_URL = 'https://as.example';

/** Each name is the id of another one of the kind, and one server is called like the org's own. */
const MISLEADING: OrgFileInput = {
  users: [
    { id: 'u1', profile: profile('u2') },
    { id: 'u2', profile: profile('u1') },
    { id: 'u3', profile: profile('u3') },
  ],
  groups: [
    { id: 'g1', name: 'g2', members: ['u1', 'u3'] },
    { id: 'g2', name: 'g1', members: ['u2'] },
  ],
  authorizationServers: [
    { id: 's1', name: 's2' },
    { id: 's2', name: 's1' },
    { id: 's3', name: 'org' },
  ],
  applications: [
    { id: 'a1', label: 'a2', oidc: {}, users: ['u1'], groups: ['g1'] },
    { id: 'a2', label: 'a1', oidc: {}, users: ['u2'], groups: ['g2'] },
  ],
  agents: [
    {
      ...{ id: 'agent-1', name: 'agent-2', owners: ['u1', 'u2'], linkedApplication: 'a1' },
      callers: [
        { application: 'a1', authorizationServer: 's1' },
        { application: 'a2', authorizationServer: 's3' },
      ],
      resourceConnections: [{ application: 'a2', issuerUrl: ISSUER_URL }, { authorizationServer: 's2' }],
    },
    { id: 'agent-2', name: 'agent-1' },
  ],
  crossAppAccessConnections: [{ requestingApplication: 'a1', resourceApplication: 'a2' }],
};

t.test('a name that is the id of another is no mistake, and is not referred to by', async (t) => {
  const records = seed(MISLEADING);
  const file = await exported(records);
  t.strictSame(timeless(seed(file)), timeless(records));
  t.strictSame(
    file.groups?.map(({ members }) => members),
    [['u1', 'u3'], ['u2']],
  );
  t.strictSame(
    file.agents?.[0]?.callers?.map((caller) => caller.authorizationServer),
    ['s1', 's3'],
  );
  t.equal(records.agents?.length, 2);
  t.match(records.applications, [
    { id: 'a1', oidc: { clientId: 'agent-1' } },
    { id: 'a2', oidc: { clientId: 'a2' } },
  ]);
});

t.test('what an administrator may change afterwards', async (t) => {
  // biome-ignore lint/suspicious/noExplicitAny: records of every kind are changed
  const edited = (edit: (records: Record<string, any[]>) => void) => {
    const records = structuredClone(seed(exampleOrg()));
    edit(records as never);
    return records;
  };
  const states = {
    'a SAML app that was renamed': edited(({ applications }) => Object.assign(applications?.[0], { label: 'Renamed' })),
    'an OIDC app whose agent is gone': edited(({ agents, delegations, resourceConnections }) => {
      const gone = EXAMPLE.linkedAgentId;
      agents?.splice(
        agents.findIndex(({ id }) => id === gone),
        1,
      );
      for (const rows of [delegations, resourceConnections]) {
        rows?.splice(0, rows.length, ...rows.filter(({ agentId }) => agentId !== gone));
      }
    }),
    'an Issuer URL that has changed': edited(({ applications }) => {
      for (const app of applications ?? []) if (app.xaa.issuerUrl) app.xaa.issuerUrl += '/new';
    }),
    'an Issuer URL that was taken away': edited(({ applications }) => {
      for (const { xaa } of applications ?? []) delete xaa.issuerUrl;
    }),
    'no authorization server': edited((records) => {
      const { resourceConnections } = records;
      records.authorizationServers = [];
      records.resourceConnections = resourceConnections?.filter(({ targetId }) => targetId !== 'default') ?? [];
    }),
    'keys that were rotated': edited(({ signingKeys }) => signingKeys?.reverse()),
  };
  for (const [what, records] of Object.entries(states)) {
    t.notSame(timeless(records), timeless(seed(exampleOrg())), what);
    t.strictSame(timeless(seed(await exported(records))), timeless(records), what);
  }
});

t.test('what refers to nothing is exported by its id, and told when it is loaded', async (t) => {
  const { users: _, ...rest } = seed(exampleOrg());
  const { mistakes } = seedOrg(await exported({ ...rest, users: [] }), KEYS, '') as { mistakes: string[] };
  t.match(mistakes.sort(), [/^agents\[0\]\.owners\[0\]: there is no user "00uOlivia00000000001" in this file$/]);
});

/** Members that a record has besides those of the file: they follow from others. */
const FOLLOWS = ['memberships.id', 'assignments.id', 'delegations.tokenType', 'ownEdgeCases.id'];

/** Not what an org was seeded from. */
const SEED_OF_CHANCE = 'armedCases.fault.latency.seed';

/** The path of every member of the schema, and of the objects and lists of objects in it. */
function membersOf(schema: z.core.$ZodType, path: readonly string[] = []): string[][] {
  const inner = (schema as { unwrap?: () => z.core.$ZodType }).unwrap?.();
  if (inner) return membersOf(inner, path);
  const { shape } = schema as { shape?: Record<string, z.core.$ZodType> };
  if (!shape) return [[...path]];
  return Object.entries(shape).flatMap(([name, member]) => membersOf(member, [...path, name]));
}

/** A copy in which the value at the path, of the first one in a list, is another; undefined when there is no object. */
function changed<T extends Entity>(record: T, path: readonly string[]): T | undefined {
  const whole = structuredClone(record);
  const copy = whole as unknown as Record<string, unknown>;
  let at = copy;
  for (const step of path.slice(0, -1)) {
    const [inner] = [at[step]].flat();
    if (inner === undefined) return undefined;
    at = inner as Record<string, unknown>;
  }
  const last = path.at(-1) as string;
  const value = at[last];
  at[last] = Array.isArray(value)
    ? [...value, ...value, 'another']
    : typeof value === 'boolean'
      ? !value
      : otherText(value);
  return whole;
}

const OTHERS: Record<string, string> = {
  IDENTITY_ASSERTION_APP_INSTANCE: 'IDENTITY_ASSERTION_CUSTOM_AS',
  ...{ ACTIVE: 'INACTIVE', SUSPENDED: 'ACTIVE', SUPER_ADMIN: 'READ_ONLY_ADMIN', custom: 'oin', oin: 'custom' },
};
const otherText = (value: unknown) => (typeof value === 'number' ? value + 1 : (OTHERS[`${value}`] ?? `${value}-x`));

const everyPatch = () => ({
  ...{ only: { a: 1 }, set: { b: 2 }, remove: ['c'] },
  ...{ prepend: [['d', 4]] as [string, number][], append: [['e', 5]] as [string, number][] },
});

/** With every member that there is, whatever sense it makes. */
const EVERY_EDGE_CASE: EdgeCaseInput = {
  ...{
    name: 'every-member',
    group: 'own',
    level: 'MUST',
    expect: ['ok'],
    severity: 'low',
    source: ['RFC 1, All of it'],
  },
  ...{ differs: 'In everything.', note: 'Nothing at all.', token: 'id-token', sign: 'attacker' },
  ...{ header: everyPatch(), claims: everyPatch(), tamper: { header: everyPatch(), claims: everyPatch() } },
  payload: { within: 'w' },
  ...{ signature: 'der', shape: 'padded', text: 'x' },
  encrypt: { to: 'server', what: 'token', alg: 'RSA-OAEP-256', enc: 'A128GCM', header: everyPatch(), zip: 'DEF' },
  request: {
    ...{ method: 'GET', at: 'metadata', body: 'json', params: everyPatch(), inQuery: ['q'], headers: { h: 'v' } },
    client: 'none',
    dpop: {
      ...{ header: everyPatch(), claims: everyPatch(), sign: 'none', signature: 'der', copies: 2, text: 'x' },
      ...{ replayed: true, nonce: 'missing' },
    },
  },
  before: [{ token: 'the-same', client: 'none', times: 2, expect: ['ok'] }],
  meanwhile: 'restart',
  idp: {
    ...{ publish: ['es256'], publishLate: ['es256'], withdraw: ['es256'], only: ['es256'] },
    ...{ jwks: 'down', metadata: 'issuer-mismatch', cached: true },
  },
  ...{ checks: ['short-lifetime'], requires: ['dpop'] },
};
const PAYLOADS = [{ encoding: 'bom' }, { compressed: true }, { jws: 'unsigned' }];
const EVERY_PAYLOAD = PAYLOADS.map((payload, at) => ({ ...EVERY_EDGE_CASE, name: `payload-${at}`, payload }));
const { header: _, claims: __, tamper: ___, payload: ____, ...PLAIN } = EVERY_EDGE_CASE;
/** What cannot stand beside patches. */
const EVERY_TEXT = [{ headerText: 'h' }, { payload: { text: 't' } }, { payload: { base64url: 'aa' } }].map(
  (edits, at) => ({
    ...PLAIN,
    ...edits,
    name: `text-${at}`,
  }),
);

const EVERY_ARMED: NonNullable<OrgFileInput['armed']>[number] = {
  match: {
    ...{ agent: 'Claude (Requester App)', client: 'Claude', user: 'alice@example.com' },
    ...{ audience: 'https://auth.figma.example', scope: 'mcp:read' },
  },
  ...{ edgeCase: ['exp-past', 'nbf-future'], times: 3 },
  given: Object.fromEntries(GIVEN_NAMES.map((name) => [name, 'given'])),
};
const EVERY_FAULT: readonly NonNullable<typeof EVERY_ARMED.fault>[] = [
  { latency: { fixed: '1s', jitter: '2s', seed: 3 }, status: { code: 500, body: 'b', headers: { h: 'v' } } },
  ...([
    { reset: 'after' },
    { redirect: 'https://a.example' },
    { truncate: 1 },
    { drip: { bytes: 2, every: '3s' } },
  ] as const),
  ...([{ contentType: 'text/html' }, { oversize: 9 }] as const),
];

const EVERY_SAML_SETTING: Partial<NonNullable<NonNullable<OrgFileInput['applications']>[number]['saml']>> = {
  ...{ usernameFormat: 'CUSTOM', usernameExpression: 'user.email', spNameQualifier: true },
  ...{ recipient: 'https://a.example/1', destination: 'https://a.example/2' },
  ...{ ssoAcsUrlOverride: 'https://a.example/3', defaultRelayState: 'state' },
  ...{ allowMultipleAcsEndpoints: true, acsEndpoints: [{ index: 3, url: 'https://a.example/4' }] },
  ...{ responseSigned: false, signatureAlgorithm: 'RSA_SHA1', digestAlgorithm: 'SHA1', honorForceAuthn: false },
  authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:Password',
  ...{ requestCompressed: true, samlSignedRequestEnabled: true, spCertificate: SP_CERTIFICATE },
  slo: { enabled: true, issuer: 'sp', logoutUrl: 'https://a.example/5' },
  attributeStatements: [{ type: 'EXPRESSION', name: 'mail', values: ['user.email'] }],
  ...{ signingKeys: [developmentSamlKey()], signingKeyId: developmentSamlKey().kid },
};

t.test('no member of a record is forgotten', async (t) => {
  const whole = editedOrg((file) => {
    file.org = { ...file.org, settings: { rateLimit: { perMinute: 5 } } };
    oidcIn(file).otherSecrets = [{ secret: 'another-secret', created: '2026-01-01', lastUpdated: '2026-01-01' }];
    oidcIn(file).clientSecretDates = { created: '2026-01-01', lastUpdated: '2026-01-01' };
    oidcIn(file, 'Okta API client').jwks = oidcIn(file, 'Okta API client').jwks?.map((jwk) => ({
      ...{ ...jwk, created: '2026-01-01', lastUpdated: '2026-01-01' },
    }));
    appIn(file, 'Asana').groups = [{ group: 'Engineering', priority: 3 }];
    Object.assign(samlIn(file, 'Claude'), EVERY_SAML_SETTING);
    file.armed = EVERY_FAULT.map((fault) => ({ ...EVERY_ARMED, fault }));
    file.crossAppAccessConnections = [{ requestingApplication: 'Claude', resourceApplication: 'Figma' }];
    file.edgeCases = [EVERY_EDGE_CASE, ...([...EVERY_PAYLOAD, ...EVERY_TEXT] as EdgeCaseInput[])];
  });
  const records = seed(whole);
  const before = JSON.stringify(exportOrg(await stored(records), []));
  for (const { name, schema } of REGISTRY) {
    for (const path of membersOf(schema)) {
      const member = `${name}.${path.join('.')}`;
      const others = (records[name] ?? []).map((record) => changed(record, path));
      const has = (record: Entity) => JSON.stringify(record).includes(`"${path.at(-1)}":`);
      const own = (records[name] ?? []).findIndex((record, nth) => others[nth] !== undefined && has(record));
      const at = own >= 0 ? own : others.findIndex((one) => one !== undefined);
      t.ok(at >= 0, `the example has ${member}`);
      const edited = (records[name] ?? []).with(at, others[at] as Entity);
      const after = JSON.stringify(exportOrg(await stored({ ...records, [name]: edited }), []));
      const named = LEFT_OUT.some((one) => one === path.at(-1)) && member !== SEED_OF_CHANCE;
      const leftOut = named || FOLLOWS.includes(member);
      t.equal(after === before, leftOut, `${member} is ${leftOut ? 'left out' : 'exported'}`);
    }
  }
});

t.test('over HTTP: an org is started again from what it says of itself', async (t) => {
  const first = await startTestOrg();
  t.teardown(() => first.close());
  await apiOf(first).post('/api/v1/groups', { profile: { name: 'Sales', description: 'Made since' } });
  const answer = await first.fetch('/_mock/org');
  t.equal(answer.status, 200);
  t.match(Object.fromEntries(answer.headers), {
    'content-type': 'application/json; charset=utf-8',
    'content-disposition': 'attachment; filename="org.json"',
    'cache-control': 'no-cache, no-store',
  });
  const path = `${t.testdir({ 'org.json': answer.text })}/org.json`;
  for (const org of [answer.body, path]) {
    const second = await startTestOrg({ org });
    t.teardown(() => second.close());
    const { id_token } = await second.signIn('alice@example.com');
    t.equal((await second.exchange(id_token)).status, 200);
    t.equal((await second.fetch('/_mock/org')).text, readFileSync(path, 'utf8'));
    t.match((await apiOf(second).get('/api/v1/groups?q=sales')).body, [{ profile: { description: 'Made since' } }]);
  }
  const ask = (headers: Record<string, string>) => sendBytes(first.issuer, [wireRequest('GET', '/_mock/org', headers)]);
  const refused = await ask({ Host: 'evil.example' });
  t.equal(refused.status, 401);
  t.notMatch(refused.raw, EXAMPLE.password);
  const allowed = await ask({ Host: 'evil.example', Authorization: `SSWS ${EXAMPLE.apiToken}` });
  t.strictSame([allowed.status, allowed.body], [200, answer.text]);
});
