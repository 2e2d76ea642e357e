/**
 * The identifiers the flow is spelled with: grant types, token types, media types and the ID-JAG profile, each as the
 * wire has it.
 */

/** Grant types. RFC 6749; RFC 8693 "Request"; RFC 7523 "Using JWTs as Authorization Grants". */
export const GRANT_TYPE = {
  authorizationCode: 'authorization_code',
  refreshToken: 'refresh_token',
  password: 'password',
  clientCredentials: 'client_credentials',
  tokenExchange: 'urn:ietf:params:oauth:grant-type:token-exchange',
  jwtBearer: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
} as const;

/** Token types. RFC 8693 "Token Type Identifiers"; the ID-JAG's own from the ID-JAG draft, "IANA Considerations". */
export const TOKEN_TYPE = {
  idJag: 'urn:ietf:params:oauth:token-type:id-jag',
  idToken: 'urn:ietf:params:oauth:token-type:id_token',
  refreshToken: 'urn:ietf:params:oauth:token-type:refresh_token',
  accessToken: 'urn:ietf:params:oauth:token-type:access_token',
  jwt: 'urn:ietf:params:oauth:token-type:jwt',
  saml2: 'urn:ietf:params:oauth:token-type:saml2',
} as const;

/** RFC 7523 "Using JWTs for Client Authentication". */
export const CLIENT_ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The profile a resource authorization server lists in its metadata. ID-JAG draft, "Authorization Server Metadata". */
export const ID_JAG_PROFILE = 'urn:ietf:params:oauth:grant-profile:id-jag';

/** JOSE `typ` values. An Okta ID token and a custom server's access token carry none. */
export const JWT_TYPE = {
  idJag: 'oauth-id-jag+jwt',
  orgAccessToken: 'application/okta-internal-at+jwt',
} as const;

/** Scopes that belong to the org itself and never to a resource, in the order in which the org lists them. */
export const SYSTEM_SCOPES = ['openid', 'email', 'profile', 'address', 'phone', 'offline_access', 'groups'] as const;

export function isSystemScope(scope: string): boolean {
  return SYSTEM_SCOPES.some((system) => system === scope);
}
