/**
 * The verdict of every row that a token alone decides, proved by the reference verifier in its two minds: what must be
 * refused is refused by both, what must be granted is granted by both, and where either is right, strict refuses and
 * lenient grants. Rows that are situations are proved by whoever plays them.
 */
import t from 'tap';
import { EdgeCase, tokenEditsOf, verdictOf } from '../../src/edge-cases/edge-case.js';
import { ROWS } from '../../src/edge-cases/rows.js';
import type { Condition } from '../../src/edge-cases/situations.js';
import { publishedFor } from '../../src/tokens/bend/edge-case-keys.js';
import { CLIENT_ID, edgeCaseOrg, GIVEN, ISSUER, MCP, minted, NOW, RAS } from '../support/edge-case-org.js';
import {
  type KnownUser,
  type Presented,
  type TrustedIssuer,
  type Verifier,
  verifyIdJag,
} from '../support/reference-verifier.js';

const org = await edgeCaseOrg();
const rows = ROWS.map((row) => EdgeCase.parse(row));
const otherKey = publishedFor('other-issuer', org.edgeCases.keys()) as Record<string, unknown>;

const NAME_ID = { nameid: GIVEN.nameId, issuer: GIVEN.samlIssuer, nameid_format: GIVEN.nameIdFormat };

const MAY = ['mcp:read', 'mcp:write', GIVEN.otherScope];

/** Alice, who is signed in; Bob, the other user; Dora, who has left. */
const USERS: readonly KnownUser[] = [
  { sub: '00uAlice000000000001', email: 'alice@example.com', audSub: GIVEN.audSub, samlNameId: NAME_ID, scopes: MAY },
  {
    sub: GIVEN.otherSubject,
    email: GIVEN.otherEmail,
    audSub: GIVEN.otherAudSub,
    samlNameId: { ...NAME_ID, nameid: GIVEN.otherNameId },
  },
  { sub: GIVEN.deprovisionedSubject, email: GIVEN.deprovisionedEmail, status: 'deprovisioned' },
];

const published = (row: EdgeCase) =>
  [row.idp?.publish, row.idp?.publishLate]
    .flatMap((signers) => signers ?? [])
    .map((signer) => {
      return publishedFor(signer, org.edgeCases.keys()) as Record<string, unknown>;
    });

const FOREIGN_MEMBERS = [
  { kty: 'FUTURE', kid: 'one-day', alg: 'X1' },
  { kty: 'RSA', kid: 'for-encryption', use: 'enc', n: 'AQAB', e: 'AQAB' },
  { kty: 'RSA', kid: 'for-wrapping', key_ops: ['wrapKey'], n: 'AQAB', e: 'AQAB' },
  { kid: 'no-kind' },
];

/** The org as the resource authorization server knows it. */
function trustedOrg(row: EdgeCase): TrustedIssuer {
  const all = org.keys.published('org').map((key) => ({ ...key }));
  const [active] = all;
  // A key set of one key, or of both that the org publishes.
  const own = row.idp?.only && !row.idp.only.includes('retired') ? [active as (typeof all)[number]] : all;
  const junk = row.idp?.jwks === 'foreign-members' ? FOREIGN_MEMBERS : [];
  return {
    jwks: { keys: [...junk, ...own, ...published(row)] },
    users: USERS,
    samlIssuers: [GIVEN.samlIssuer],
    emailDomains: ['example.com', 'ras.example'],
  };
}

/** The second identity provider: the same id is somebody else there. A lenient server does not look at its domains. */
const second = (mind: Mind): TrustedIssuer => ({
  jwks: { keys: [otherKey] },
  users: [{ sub: '00uAlice000000000001', email: GIVEN.otherEmail }],
  samlIssuers: [GIVEN.otherSamlIssuer],
  ...(mind === 'strict' && { emailDomains: ['ras.example'] }),
});

type Mind = 'strict' | 'lenient';
type Change = (verifier: Verifier) => Verifier;

const withOrg = (verifier: Verifier, change: Partial<TrustedIssuer>): Verifier => ({
  ...verifier,
  trusted: { ...verifier.trusted, [ISSUER]: { ...(verifier.trusted[ISSUER] as TrustedIssuer), ...change } },
});

/** What the server is like where a row is about such a server only. Conditions that change nothing here are left out. */
const CONDITIONS: Partial<Record<Condition, Change>> = {
  'multi-tenant-issuer': (verifier) => ({
    ...withOrg(verifier, { tenants: [GIVEN.tenant, GIVEN.otherClientsTenant] }),
    clientTenants: { [CLIENT_ID]: [GIVEN.tenant] },
  }),
  'multi-tenant-ras': (verifier) => ({ ...verifier, tenants: [GIVEN.audTenant] }),
  'saml-subject': (verifier) => ({ ...verifier, needsSamlSubject: true }),
  'resource-required': (verifier) => ({ ...verifier, needsResource: true }),
  rar: (verifier) => ({ ...verifier, supportsRar: [GIVEN.rarType] }),
};

function verifierFor(row: EdgeCase, mind: Mind): Verifier {
  const base: Verifier = {
    ...{ issuer: RAS, resources: [MCP, GIVEN.secondResource], leeway: 60 },
    scopes: ['mcp:read', 'mcp:write', GIVEN.privilegedScope, GIVEN.otherScope],
    algorithms: ['RS256', 'RS512', 'PS256', 'ES256', 'EdDSA'],
    clientIds: [CLIENT_ID, GIVEN.otherClientId, GIVEN.publicClientId, GIVEN.cimdClientId, GIVEN.grantlessClientId],
    trusted: {
      [ISSUER]: trustedOrg(row),
      [GIVEN.otherIssuer]: second(mind),
      [GIVEN.revokedIssuer]: { ...second(mind), revoked: true },
    },
    ...(row.request?.dpop && !row.requires?.includes('no-dpop') && { dpopThumbprint: GIVEN.thumbprint }),
  };
  return (row.requires ?? []).reduce<Verifier>(
    (verifier, condition) => CONDITIONS[condition]?.(verifier) ?? verifier,
    base,
  );
}

/** Who presents it; nobody is undefined. Whether they can prove who they are is not for a verifier of tokens. */
const PRESENTERS: Readonly<Record<string, string | undefined>> = {
  none: undefined,
  other: GIVEN.otherClientId,
  cimd: GIVEN.cimdClientId,
};

function presentedBy(row: EdgeCase, assertion: string): Presented {
  return { assertion, now: NOW, clientId: row.request?.client ? PRESENTERS[row.request.client] : CLIENT_ID };
}

/** Whether nothing is wrong with the request: it may come from one of those above, with a proof that is good. */
function isPlainRequest({ request = {} }: EdgeCase): boolean {
  const { client, dpop, ...others } = request;
  const { sign, copies, ...defects } = dpop ?? { sign: 'client', copies: 1 };
  const goodProof = sign === 'client' && copies === 1 && Object.keys(defects).length === 0;
  return Object.keys(others).length === 0 && goodProof && (client === undefined || Object.hasOwn(PRESENTERS, client));
}

/** Key sets that a verifier without a network sees as they are, or never looks at. */
const STILL: readonly (string | undefined)[] = [undefined, 'foreign-members', 'attacker'];

/** Good tokens as they are. */
const PLAIN = ['ok-baseline', 'ok-jwks-foreign-members'];

/** Rows whose point is what a server does beside judging the token, and why no verifier decides them. */
const NOT_DECIDED: Readonly<Record<string, string>> = {
  'rar-scope-conflict': 'how scopes and details go together is policy, and its check looks at the answer',
};

/** Whether the token alone decides, and the server as it is: not what went before, who proves what, or what fails. */
function isDecidedByToken(row: EdgeCase): boolean {
  if (row.name in NOT_DECIDED || row.before || row.meanwhile || row.group === 'A11') return false;
  const { withdraw, cached, metadata, jwks } = row.idp ?? {};
  const stillKeys = !withdraw && cached === undefined && !metadata && STILL.includes(jwks);
  const bent = Object.keys(tokenEditsOf(row)).length > 0;
  const { client, dpop } = row.request ?? {};
  const isSeen = bent || client === 'other' || dpop !== undefined || PLAIN.includes(row.name);
  return stillKeys && isPlainRequest(row) && isSeen;
}

const decided = rows.filter(isDecidedByToken);

for (const row of decided) {
  t.test(`${row.name}: ${row.differs}`, async (t) => {
    const { token } = await minted(org, { edgeCases: [row.name] });
    const [strict, lenient] = (['strict', 'lenient'] as const).map((mind) =>
      verifyIdJag(verifierFor(row, mind), presentedBy(row, token), mind),
    );
    const verdict = verdictOf(row);
    t.equal(strict?.accepted, verdict === 'accept', `strict: ${JSON.stringify(strict)}`);
    t.equal(lenient?.accepted, verdict !== 'reject', `lenient: ${JSON.stringify(lenient)}`);
  });
}

t.test('the rows of tokens are decided, and those of situations are not', async (t) => {
  const of = (group: string) => decided.filter((row) => row.group === group).length;
  t.ok(decided.length >= 270, `${decided.length} of ${rows.length} are decided by the token`);
  for (const group of ['A1', 'A3', 'A5', 'A8'])
    t.equal(of(group), rows.filter((row) => row.group === group).length, group);
});
