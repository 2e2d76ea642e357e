/**
 * Discovery: what a server says of itself, members in Okta's order. Only what answers is listed; docs/endpoints.md says
 * which of Okta's members are left out.
 */
import { type Call, serverId } from '../grants/call.js';
import { offeredScopes } from '../grants/server-scopes.js';
import { endpointBase, issuerOf, type Org } from '../org.js';
import { GRANT_TYPE, ID_JAG_PROFILE, TOKEN_TYPE } from '../protocol/urns.js';
import { ClientAuthenticationMethod } from '../registry/application.js';
import { RESPONSE_MODES } from './authorize-rules.js';

/** OpenID Connect Discovery, or RFC 8414. */
export type Kind = 'oidc' | 'oauth';

const OIDC_CLAIMS = [
  ...['iss', 'ver', 'sub', 'aud', 'iat', 'exp', 'jti', 'auth_time', 'amr', 'idp', 'nonce', 'name'],
  ...['preferred_username', 'given_name', 'family_name', 'email', 'email_verified', 'zoneinfo', 'locale'],
  ...['updated_at', 'at_hash'],
];
const OAUTH_CLAIMS = ['ver', 'jti', 'iss', 'aud', 'iat', 'exp', 'cid', 'uid', 'scp', 'sub'];

const GRANT_TYPES: readonly string[] = [GRANT_TYPE.authorizationCode, GRANT_TYPE.refreshToken, GRANT_TYPE.password];

/** Okta lists this one in its OAuth document only. */
const OAUTH_GRANT_TYPES: readonly string[] = [...GRANT_TYPES, GRANT_TYPE.clientCredentials];

/** What the profile lists beside Okta's members. RFC 9207; ID-JAG draft, "Authorization Server Metadata". */
function profileMembers(
  { profile }: Org,
  server: Call['server'],
  kind: Kind,
): { grantTypes: readonly string[]; more: object } {
  const issued = server === 'org' && profile.idpMetadata === 'listed';
  const redeemed = server !== 'org' && profile.rasMetadata === 'listed';
  return {
    grantTypes: [
      ...(kind === 'oauth' ? OAUTH_GRANT_TYPES : GRANT_TYPES),
      ...(issued ? [GRANT_TYPE.tokenExchange] : []),
      ...(redeemed ? [GRANT_TYPE.jwtBearer] : []),
    ],
    more: {
      ...(issued && { identity_chaining_requested_token_types_supported: [TOKEN_TYPE.idJag] }),
      ...(redeemed && { authorization_grant_profiles_supported: [ID_JAG_PROFILE] }),
      ...(profile.authorizationResponseIssuer === 'sent' && { authorization_response_iss_parameter_supported: true }),
    },
  };
}

/** The document of a server. */
export function metadata(org: Org, server: Call['server'], kind: Kind): object {
  const id = serverId({ server });
  const base = `${endpointBase(org, id)}/v1`;
  const methods = ClientAuthenticationMethod.options;
  const { grantTypes, more } = profileMembers(org, server, kind);
  // A custom server's OAuth document has no userinfo_endpoint and lists its access token's claims.
  const ofCustomOAuth = server !== 'org' && kind === 'oauth';
  return {
    issuer: issuerOf(org, id),
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/token`,
    ...(!ofCustomOAuth && { userinfo_endpoint: `${base}/userinfo` }),
    jwks_uri: `${base}/keys`,
    response_types_supported: ['code'],
    response_modes_supported: RESPONSE_MODES,
    grant_types_supported: grantTypes,
    subject_types_supported: ['public'],
    ...(!ofCustomOAuth && { id_token_signing_alg_values_supported: ['RS256'] }),
    scopes_supported: offeredScopes(server),
    token_endpoint_auth_methods_supported: methods,
    claims_supported: ofCustomOAuth ? OAUTH_CLAIMS : OIDC_CLAIMS,
    code_challenge_methods_supported: ['S256'],
    introspection_endpoint: `${base}/introspect`,
    introspection_endpoint_auth_methods_supported: methods,
    revocation_endpoint: `${base}/revoke`,
    revocation_endpoint_auth_methods_supported: methods,
    end_session_endpoint: `${base}/logout`,
    ...more,
  };
}
