/** The things of an org at random, not yet referring to each other: odd names, names that are ids of others, every key. */
import fc, { type Arbitrary } from 'fast-check';
import type { OrgFileInput } from '../../src/index.js';
import { GRANT_TYPE } from '../../src/protocol/urns.js';
import { OPTIONAL_ATTRIBUTES, UserStatus } from '../../src/registry/user.js';

type Sections = 'users' | 'groups' | 'authorizationServers' | 'applications' | 'agents';
export type Section<N extends Sections> = NonNullable<OrgFileInput[N]>[number];
export type User = Section<'users'>;
export type Server = Section<'authorizationServers'>;
export type App = Section<'applications'>;
export type Agent = Section<'agents'>;
type Credential = NonNullable<Agent['credentials']>[number];

/** Some of the members, each with some value. */
export function some<T extends object>(members: { [K in keyof T]: Arbitrary<T[K]> }): Arbitrary<Partial<T>> {
  return fc.record(members, { requiredKeys: [] }) as Arbitrary<Partial<T>>;
}

export const pick = fc.constantFrom;
export const activity = pick('ACTIVE' as const, 'INACTIVE' as const);

/** Text of at most `max` UTF-16 units; seldom nice. */
export function text(max: number, min = 0): Arbitrary<string> {
  const odd = pick(
    '__proto__',
    'constructor',
    '"><script>',
    'ÜÑÏ😀 name',
    'ALL_CLIENTS',
    '{issuer}',
    ' a\tb\n',
    '￿\ud800x',
  );
  return fc
    .oneof(fc.string({ unit: 'binary', maxLength: max }), odd, fc.constant('x'.repeat(max)))
    .map((one) => one.slice(0, max - min) + '.'.repeat(min));
}

const words = fc.array(text(20, 1), { maxLength: 3 });
const scope = pick('mcp:read', 'mcp:write', 'openid', '*', 'a/b?c');
export const scopes = fc.array(scope, { maxLength: 3 });
const grantTypes = fc.uniqueArray(pick(...Object.values(GRANT_TYPE)), { maxLength: 3 });
export const url = pick(
  'https://a.example/b',
  'http://localhost:8976/callback?x=ü',
  'https://[::1]/',
  'https://a.example',
);
const secret = text(40, 8);

/** Ids of a kind are few, and names are often one of them. */
const idsOf = (prefix: string) => Array.from({ length: 6 }, (_, at) => `${prefix}${at}-of-6`);
const nameOf = (prefix: string, max: number, min = 1) => fc.oneof(text(max, min), pick(...idsOf(prefix)));
const idOf = (prefix: string) => fc.option(pick(...idsOf(prefix)), { nil: undefined });

/** Up to `most` things whose ids and names are unique. */
function named<T>(
  prefix: string,
  most: number,
  name: (thing: T) => string,
  thing: Arbitrary<T & { id?: string | undefined }>,
) {
  const whole = fc.tuple(idOf(prefix), thing).map(([id, rest]) => (id === undefined ? rest : { ...rest, id }));
  return fc.uniqueArray(whole, {
    maxLength: most,
    selector: (one) => one,
    comparator: (a, b) => name(a) === name(b) || (a.id !== undefined && a.id === b.id),
  });
}

const profile = fc
  .tuple(
    fc.record({
      login: nameOf('user', 100),
      email: pick('a@example.com', "o'brien+x@sub.example.org"),
      firstName: text(50),
      lastName: text(50),
    }),
    some(Object.fromEntries(['locale', 'timezone'].map((name) => [name, text(50)]))),
    some(Object.fromEntries(OPTIONAL_ATTRIBUTES.map((name) => [name, text(1024)]))),
  )
  .map(([required, ...more]) => Object.assign({}, required, ...more) as User['profile']);

export const users = named<User>(
  'user',
  4,
  (user) => user.profile.login.toLowerCase(),
  fc
    .tuple(fc.record({ profile }), some({ status: pick(...UserStatus.options), password: text(60) }))
    .map(([required, more]) => ({ ...required, ...more })),
);

const rule = fc
  .tuple(fc.record({ name: text(100, 1), grantTypes }), some({ id: text(20, 1), status: activity, scopes }))
  .map(([required, more]) => ({ ...required, ...more }));
const policy = fc
  .tuple(
    fc.record({ name: text(100, 1), rules: fc.array(rule, { maxLength: 2 }) }),
    some({ id: text(20, 1), description: text(1024), status: activity, clients: words }),
  )
  .map(([required, more]) => ({ ...required, ...more }));
const serverScope = fc.oneof(scope, fc.record({ name: scope, description: text(1024) }), fc.record({ name: scope }));
export const servers = named<Server>(
  'aus',
  3,
  (server) => server.name,
  fc
    .tuple(
      fc.record({ id: pick('default', ...idsOf('aus')), name: fc.oneof(nameOf('aus', 100), fc.constant('org')) }),
      some({
        ...{ description: text(1024), status: activity, audience: text(1024, 1) },
        ...{ scopes: fc.array(serverScope, { maxLength: 3 }), policies: fc.array(policy, { maxLength: 2 }) },
      }),
    )
    .map(([required, more]) => ({ ...required, ...more })),
);

const base64url = fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/);
const keyMembers = { kid: text(40, 1), ...{} };
const jwk = fc
  .tuple(
    fc.oneof(
      fc.record({ kty: fc.constant('RSA' as const), n: base64url, e: base64url, ...keyMembers }),
      fc.record({
        ...{ kty: fc.constant('EC' as const), crv: pick('P-256' as const, 'P-521' as const) },
        ...{ x: base64url, y: base64url, ...keyMembers },
      }),
    ),
    some({ alg: pick('RS256', 'ES256'), use: fc.constant('sig') }),
  )
  .map(([required, more]) => ({ ...required, ...more }));

const oidc = some<NonNullable<App['oidc']>>({
  clientId: fc.uuid(),
  clientSecret: text(60),
  otherSecrets: fc.array(fc.oneof(fc.record({ secret }), fc.record({ secret, status: activity })), { maxLength: 1 }),
  tokenEndpointAuthMethod: pick('client_secret_basic', 'client_secret_jwt', 'private_key_jwt', 'none'),
  jwks: fc.array(
    fc.tuple(jwk, some({ status: activity })).map(([key, more]) => ({ ...key, ...more })),
    { maxLength: 3 },
  ),
  jwksUri: url,
  applicationType: pick('web', 'browser', 'native', 'service'),
  grantTypes,
  redirectUris: fc.array(url, { maxLength: 2 }),
  postLogoutRedirectUris: fc.array(url, { maxLength: 2 }),
  pkceRequired: fc.boolean(),
  refreshToken: some({ rotationType: pick('STATIC', 'ROTATE'), leeway: fc.integer({ min: 0, max: 60 }) }),
  oktaScopes: fc.array(pick('okta.users.read', 'okta.apps.manage'), { maxLength: 2 }),
});
const userName = fc.oneof(
  fc.record({ usernameFormat: fc.constant('CUSTOM'), usernameExpression: pick('user.email', 'org.name + user.login') }),
  some({
    usernameFormat: pick('OKTA_USERNAME', 'EMAIL', 'EMAIL_PREFIX', 'EMAIL_LOWERCASE'),
    usernameSuffix: text(20, 1),
  }),
  fc.record({ usernameFormat: fc.constant('NONE') }),
);
const attributeStatement = fc.oneof(
  fc.record({ type: fc.constant('EXPRESSION'), name: fc.uuid(), values: fc.constant(['user.email']) }),
  fc.record({
    ...{
      type: fc.constant('GROUP'),
      name: fc.uuid(),
      filterType: pick('REGEX', 'EQUALS'),
      filterValue: pick('.*', 'A'),
    },
  }),
);
const saml = fc
  .tuple(
    fc.record({ ssoAcsUrl: url, audience: text(200) }),
    some({
      externalKey: fc.uuid().map((id) => `exk ä/${id}`),
      nameIdFormat: pick('urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' as const),
      spNameQualifier: fc.boolean(),
      ...{ recipient: url, destination: url, ssoAcsUrlOverride: url, defaultRelayState: text(100) },
      acsEndpoints: fc.uniqueArray(fc.record({ index: fc.nat(65_535), url }), {
        maxLength: 3,
        selector: (one) => one.index,
      }),
      ...{ allowMultipleAcsEndpoints: fc.boolean(), requestCompressed: fc.boolean(), honorForceAuthn: fc.boolean() },
      responseSigned: fc.boolean(),
      ...{ signatureAlgorithm: pick('RSA_SHA1', 'RSA_SHA256'), digestAlgorithm: pick('SHA1', 'SHA256') },
      slo: some({ issuer: text(40, 1), logoutUrl: url }),
      attributeStatements: fc.uniqueArray(attributeStatement, { maxLength: 3, selector: (one) => one.name }),
    }),
    userName,
  )
  .map((parts) => Object.assign({}, ...parts) as NonNullable<App['saml']>);
export const apps = named<App>(
  'app',
  4,
  (app) => app.label,
  fc
    .tuple(
      fc.record({ label: nameOf('app', 100) }),
      fc.oneof(fc.record({ oidc }), fc.record({ saml })),
      some({
        ...{ name: text(100), origin: pick('custom', 'oin'), status: activity },
        xaa: some({ enabled: fc.boolean(), issuerUrl: url, audienceTenantId: text(40), scopes: words }),
      }),
    )
    .map((parts) => Object.assign({}, ...parts) as App),
);

const proofs = {
  CLIENT_ID_ONLY: fc.record({ type: fc.constant('CLIENT_ID_ONLY' as const) }),
  CLIENT_SECRET: fc.record({ type: fc.constant('CLIENT_SECRET' as const), secret }),
  PUBLIC_KEY: fc.record({ type: fc.constant('PUBLIC_KEY' as const), jwk }),
  JWKS_URI: fc.record({ type: fc.constant('JWKS_URI' as const), uri: url }),
};
const proof: Arbitrary<Credential> = fc.oneof(...Object.values(proofs));
/** All active ones are of one type. */
const credentials = pick<Arbitrary<Credential>>(...Object.values(proofs)).chain((active) =>
  fc
    .tuple(fc.array(active, { maxLength: 2 }), fc.array(proof, { maxLength: 2 }), fc.array(fc.uuid(), { maxLength: 4 }))
    .map(([on, off, ids]) =>
      [...off.map((one) => ({ ...one, status: 'INACTIVE' as const })), ...on].map((one, at) => ({
        ...one,
        ...(ids[at] !== undefined && { id: ids[at] }),
      })),
    ),
);
export const agents = named<Agent>(
  'agent',
  3,
  (agent) => agent.name,
  fc
    .tuple(
      fc.record({ name: nameOf('agent', 100, 5) }),
      some({ description: text(1024), status: pick('STAGED', 'ACTIVE', 'INACTIVE'), credentials }),
    )
    .map((parts) => Object.assign({}, ...parts) as Agent),
);

export const groups = named<Section<'groups'>>(
  'group',
  3,
  (group) => group.name,
  fc
    .tuple(fc.record({ name: nameOf('group', 255) }), some({ description: text(1024) }))
    .map(([required, more]) => ({ ...required, ...more })),
);

export const apiTokens = fc.uniqueArray(
  fc
    .tuple(
      fc.record({ name: fc.uuid(), token: fc.uuid(), role: pick('SUPER_ADMIN' as const, 'READ_ONLY_ADMIN' as const) }),
      some({ id: fc.uuid(), validUntil: pick('2030-01-01T00:00:00Z') }),
    )
    .map(([required, more]) => ({ ...required, ...more })),
  { maxLength: 2, selector: ({ token }) => token },
);

export const org = some<NonNullable<OrgFileInput['org']>>({
  id: text(30, 1),
  name: text(60),
  features: some({ xaa: fc.boolean() }),
  settings: some({
    ...{ profile: pick('okta', 'draft'), strictClientAssertionAudience: fc.boolean(), explainErrors: fc.boolean() },
    ...{ operationDelay: fc.nat(60_000), rateLimit: fc.record({ perMinute: fc.integer({ min: 1, max: 1_000_000 }) }) },
  }),
});
