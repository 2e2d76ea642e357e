/** The facts about an ID-JAG that nothing speaks against, with every claim that there is, to be broken one by one. */
import type { AcceptanceFacts } from '../../src/ras/acceptance-facts.js';

export const NOW = 1_800_000_000;
const THUMBPRINT = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I';

/** The header and the claims as they are sent. */
export const GOOD_HEADER = { alg: 'RS256', kid: 'k1', typ: 'oauth-id-jag+jwt' };

export const GOOD_CLAIMS = {
  ...{ jti: 'IDAAG.1', iss: 'https://idp.example', aud: 'https://as.ras.example', sub: 'u1', client_id: 'c-at-ras' },
  ...{ iat: NOW, exp: NOW + 300, nbf: NOW, scope: 'mcp:read mcp:write', resource: 'https://mcp.ras.example/mcp' },
  ...{ email: 'u1@example.com', sub_profile: 'user', tenant: 't1', aud_tenant: 't2', aud_sub: 'local-1' },
  ...{ act: { sub: 'wlp1', sub_profile: 'ai_agent' }, authorization_details: [], cnf: { jkt: THUMBPRINT } },
  sub_id: { format: 'saml-nameid', issuer: 'https://idp.example/saml', nameid: 'u1@example.com' },
};

export const EXPECTED = {
  ...{ issuer: 'https://idp.example', audience: 'https://as.ras.example', clientId: 'c-at-ras', leeway: 0, now: NOW },
} as const;

/** Facts as they would be gathered, written down. */
export const GOOD_FACTS: AcceptanceFacts = {
  ...{
    form: 'compact',
    size: 1000,
    header: new Map(Object.entries(GOOD_HEADER)),
    payload: new Map(),
    claims: new Map(),
  },
  ...{ signature: 'verified', ...EXPECTED, resources: [GOOD_CLAIMS.resource], algorithms: ['RS256'] },
  ...{ scopeRequired: true, keyProved: true },
  ...{ jti: 'IDAAG.1', iss: EXPECTED.issuer, aud: [EXPECTED.audience], sub: 'u1', client_id: EXPECTED.clientId },
  ...{ iat: NOW, exp: NOW + 300, nbf: NOW, scope: GOOD_CLAIMS.scope, resource: [GOOD_CLAIMS.resource] },
  ...{ email: 'u1@example.com', sub_profile: 'user', tenant: 't1', aud_tenant: 't2', aud_sub: 'local-1' },
  ...{ act: { actor: GOOD_CLAIMS.act }, authorization_details: [], cnf: THUMBPRINT, sub_id: 'saml-nameid' },
};
