/**
 * Where this mock's JSON says more than Okta's public JSON, because Okta's console has a field for which no public API
 * field is known. These names are ours. Everything else in the management API is spelled as Okta spells it.
 */

/**
 * - `profile.xaa` of an application: the *Resource Server* tab, `{ enabled, issuerUrl, audienceTenantId, scopes }`.
 * - `profile.origin` of an application: `custom`, or `oin` for one from the Okta Integration Network.
 */
export const APPLICATION_EXTENSIONS = { xaa: 'xaa', origin: 'origin' } as const;

/** Of a resource connection: *Client ID at resource*, the `client_id` of its ID-JAGs. */
export const CLIENT_ID_AT_RESOURCE = 'clientIdAtResource';

/** `tokenType` of the delegation link of a SAML caller; for others Okta's is known. */
export const SAML_TOKEN_TYPE = 'SAML_ASSERTION';
