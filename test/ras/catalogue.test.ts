/**
 * Every edge case that bends the token, explained: what must be refused has a cross, what must be granted has none. What
 * explain cannot know, for it sees a token and nothing else, is listed with the reason.
 */
import t from 'tap';
import { EdgeCase, tokenEditsOf, verdictOf } from '../../src/edge-cases/edge-case.js';
import { ROWS } from '../../src/edge-cases/rows.js';
import { explainIdJag } from '../../src/ras/explain.js';
import { CLIENT_ID, edgeCaseOrg, ISSUER, MCP, minted, NOW, RAS } from '../support/edge-case-org.js';

const UNSEEN: Readonly<Record<string, readonly string[]>> = {
  'which users the server has': [
    ...['sub-unknown', 'sub-deprovisioned', 'sub-whitespace', 'sub-case', 'sub-unicode', 'sub-is-client-id'],
    ...['email-unverified', 'email-foreign-domain', 'aud-sub-wrong'],
  ],
  'which tenants the server has': [
    ...['client-tenant-mismatch', 'tenant-wrong', 'tenant-missing-multi', 'aud-tenant-wrong', 'aud-sub-without-tenant'],
  ],
  'by which NameID the server knows the user': [
    ...['sub-id-missing-required', 'sub-id-unknown-format', 'sub-id-underscore-format', 'sub-id-foreign-issuer'],
    ...['sub-id-unlinked-issuer', 'sub-id-other-sp', 'sub-id-nameid-only', 'sub-id-names-other-user'],
  ],
  'that the server trusts a second issuer': ['ok-second-trusted-issuer'],
  'that the server can enforce these authorization details': ['ok-rar'],
  'that the client is known by a URL': ['ok-client-cimd'],
  'which tokens were presented before': ['replay-in-leeway'],
  'whether a DPoP proof came with it': ['cnf-no-proof', 'cnf-other-key', 'cnf-unsupported-ras'],
  'whose certificate a published key has': ['jwks-x5c-mismatch'],
};
const unseen = Object.values(UNSEEN).flat();

const org = await edgeCaseOrg();
const rows = ROWS.map((row) => EdgeCase.parse(row)).filter((row) => Object.keys(tokenEditsOf(row)).length > 0);

async function explained(row: EdgeCase) {
  const { token, publish = [] } = await minted(org, { edgeCases: [row.name] });
  const keys = [...org.keys.published('org'), ...publish];
  const expected = { issuer: ISSUER, audience: RAS, clientId: CLIENT_ID, resource: MCP, now: NOW, leeway: 60 };
  return explainIdJag(token, { ...expected, keys });
}

t.test('explain agrees with the verdict of the rows', async (t) => {
  for (const row of rows.filter(({ name }) => !unseen.includes(name))) {
    const { accepted, refusedBy } = await explained(row);
    if (verdictOf(row) === 'reject') t.notOk(accepted, `${row.name} is refused: ${refusedBy}`);
    if (verdictOf(row) === 'accept') t.ok(accepted, `${row.name} is granted: ${refusedBy}`);
  }
});

t.test('tokens of other kinds are told by what they look like', async (t) => {
  const kinds: Record<string, string> = {
    'ok-baseline': 'an ID-JAG',
    'tok-id-token-client': 'an ID token',
    'tok-access-token': 'an access token',
    'tok-logout-token': 'a logout token',
    'tok-secevent': 'a security event',
    'tok-request-object': 'a request object',
    'tok-client-assertion': 'a client assertion',
    'tok-dpop-proof': 'a DPoP proof',
    'jwe-unsupported': 'an encrypted token (JWE)',
    'tok-saml-assertion': 'a SAML response or assertion',
    'tok-refresh-token': 'an opaque string, such as a refresh token, a code or a session token',
  };
  for (const [name, kind] of Object.entries(kinds)) {
    const row = ROWS.find((one) => one.name === name);
    t.equal((await explained(EdgeCase.parse(row))).looksLike, kind, name);
  }
});

t.test('what explain cannot know is not known, and no more', async (t) => {
  for (const row of rows.filter(({ name }) => unseen.includes(name))) {
    const { accepted } = await explained(row);
    t.equal(accepted, verdictOf(row) === 'reject', row.name);
  }
  t.strictSame(
    unseen.filter((name) => !rows.some((row) => row.name === name)),
    [],
  );
});
