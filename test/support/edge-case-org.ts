/**
 * The org and the resource authorization server that edge cases are proved with: an org at https://idp.example that
 * nobody listens at, and beside it all that only the resource authorization server knows.
 */
import { generateKeyPairSync } from 'node:crypto';
import { COLLECTIONS } from '../../src/collections.js';
import { type Minted, mint } from '../../src/control/mint.js';
import { MintRequest, type MintRequestInput } from '../../src/control/mint-request.js';
import { edgeCaseLibrary } from '../../src/edge-case-library.js';
import { makeOrg, type Org } from '../../src/org.js';
import { readOrg } from '../../src/org-source.js';
import { isMistake } from '../../src/protocol/mistake.js';
import { memoryStore } from '../../src/store/memory.js';
import { exampleOrg } from './org.js';

export const ISSUER = 'https://idp.example';
export const RAS = 'https://as.ras.example';
export const MCP = 'https://mcp.ras.example/mcp';
export const CLIENT_ID = 'c-at-ras';
/** A fixed time, in seconds: every token of a test is of the same moment. */
export const NOW = 1_800_000_000;

const freshJwk = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });

const ras = freshJwk();

/** Private keys of the resource authorization server and of the client; and its public one, for JWEs. */
export const KEYS = {
  ras: { ...ras, kid: 'ras-1' },
  encryption: { kty: ras.kty, n: ras.n, e: ras.e },
  client: { ...freshJwk(), kid: 'client-1' },
} as unknown as NonNullable<MintRequestInput['keys']>;

/** What only the resource authorization server knows. */
export const GIVEN = {
  publicClientId: 'public-at-ras',
  otherClientId: 'c2-at-ras',
  grantlessClientId: 'c-without-grant',
  disabledClientId: 'c-disabled',
  otherSubject: '00uBob00000000000001',
  otherEmail: 'bob@ras.example',
  deprovisionedSubject: '00uDora0000000000001',
  deprovisionedEmail: 'dora@ras.example',
  otherIssuer: 'https://idp-two.example',
  revokedIssuer: 'https://idp-revoked.example',
  otherTenantsIssuer: 'https://idp-of-another-customer.example',
  siblingAudience: 'https://as.ras.example/tenants/two',
  tokenEndpoint: 'https://as.ras.example/token',
  secondResource: 'https://mcp.ras.example/second',
  otherScope: 'mcp:extra',
  privilegedScope: 'mcp:admin',
  jitEmail: 'newcomer@ras.example',
  foreignEmail: 'somebody@customer-two.example',
  tenant: 'tenant-one',
  otherClientsTenant: 'tenant-three',
  otherTenant: 'tenant-two',
  audTenant: 'ras-tenant-one',
  otherAudTenant: 'ras-tenant-two',
  audSub: 'local-alice',
  otherAudSub: 'local-bob',
  samlIssuer: 'https://saml.idp.example',
  otherSamlIssuer: 'https://saml.of-another-connection.example',
  nameId: 'alice-name-id',
  nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  otherNameId: 'bob-name-id',
  spNameQualifier: 'https://sp.ras.example',
  rarType: 'mcp_tool',
  relyingPartyId: 'ras-as-relying-party',
  clientSecret: 'the-secret-of-the-client-at-the-ras',
  accessToken: 'eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJpc3MiOiJodHRwczovL2FzLnJhcy5leGFtcGxlIn0.c2lnbmF0dXJl',
  cimdClientId: 'https://client.example/oauth/client.json',
  thumbprint: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I',
  internalUrl: 'http://169.254.169.254/latest/meta-data',
  attackerUrl: 'https://attacker.example',
} as const satisfies NonNullable<MintRequestInput['given']>;

/** The example org with the resource application of the tests, to which Alice is assigned and the agent connected. */
function orgFile() {
  const file = exampleOrg();
  file.applications?.push({
    label: 'RAS',
    oidc: { clientSecret: 'a-secret-for-testing-only' },
    xaa: { enabled: true, issuerUrl: RAS, scopes: ['mcp:read', 'mcp:write'] },
    users: ['alice@example.com'],
  });
  file.agents?.[0]?.resourceConnections?.push({
    ...{ application: 'RAS', clientIdAtResource: CLIENT_ID, resourceIndicator: MCP, scopeCondition: 'ALL_SCOPES' },
  });
  return file;
}

export async function edgeCaseOrg(): Promise<Org> {
  const clock = { now: () => NOW * 1000 };
  const store = memoryStore(COLLECTIONS).org('main');
  await store.swap(readOrg(orgFile(), new Date(clock.now()).toISOString()).records);
  return makeOrg({ issuer: () => ISSUER, store, clock, edgeCases: await edgeCaseLibrary() });
}

/** Mints for Alice and the resource authorization server of the tests. @throws when the request is refused */
export async function minted(org: Org, request: MintRequestInput = {}): Promise<Minted> {
  const whole = { user: 'alice@example.com', audience: RAS, given: GIVEN, keys: KEYS, ...request };
  const outcome = await mint(org, MintRequest.parse(whole));
  if (isMistake(outcome)) throw new Error(`${outcome.path}: ${outcome.mistake}`);
  return outcome;
}

/** The sentence by which a request is refused. @throws when it is not */
export async function refusalOf(org: Org, request: MintRequestInput): Promise<string> {
  const outcome = await mint(org, MintRequest.parse({ user: 'alice@example.com', audience: RAS, ...request }));
  if (isMistake(outcome)) return `${outcome.path}: ${outcome.mistake}`;
  throw new Error('minted, though it was to be refused');
}
