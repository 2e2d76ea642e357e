/**
 * Okta's internal reasons, as its public error catalogue names them (release 2026.08.1), with the status and the error
 * code each has on the wire. The sentences are ours: short, and never made from input. A reason of the management API's
 * shape says so, for Okta answers an unknown client that way. `invalid_id_token_hint` is ours: the catalogue has no name
 * for it, and none for those of SAML.
 */

/** How a reason looks on the wire. `shape: 'management'` is Okta's `{errorCode, errorSummary, …}` body. */
export interface Reason {
  readonly status: number;
  readonly error: string;
  readonly text: string;
  readonly shape?: 'management';
}

const invalidClient = (text: string): Reason => ({ status: 401, error: 'invalid_client', text });
const invalidRequest = (text: string): Reason => ({ status: 400, error: 'invalid_request', text });
const invalidGrant = (text: string): Reason => ({ status: 400, error: 'invalid_grant', text });
const invalidTarget = (text: string): Reason => ({ status: 400, error: 'invalid_target', text });
const invalidScope = (text: string): Reason => ({ status: 400, error: 'invalid_scope', text });

/** An assertion is refused in one sentence, whatever is wrong with it: only the System Log has the reason. */
const INVALID_ASSERTION = invalidRequest("The 'subject_token' is not valid.");

export const REASONS = {
  // The client
  missing_client_credentials: invalidClient('The request carries no client credentials.'),
  invalid_basic_auth_creds: invalidClient('The Authorization header is not a readable Basic credential.'),
  invalid_client_id: { ...invalidClient("The value of 'client_id' is not a client of this org."), shape: 'management' },
  invalid_client: invalidClient('The client could not be authenticated.'),
  invalid_token_endpoint_auth_method: invalidClient('The client is registered for another authentication method.'),
  invalid_client_secret: invalidClient('The client secret is wrong.'),
  client_assertion_invalid_jwt: invalidClient('The client assertion is not a readable JWT.'),
  client_assertion_invalid_issuer: invalidClient('The iss of the client assertion is not the client id.'),
  client_assertion_invalid_subject: invalidClient(
    'The client that authenticates is not the one that the request names.',
  ),
  client_assertion_invalid_audience: invalidClient('The aud of the client assertion is not this server.'),
  client_assertion_expiration_required: invalidClient('The client assertion has no exp in seconds.'),
  client_assertion_expired_token: invalidClient('The client assertion has expired.'),
  client_assertion_expires_too_far_in_future: invalidClient('The client assertion lives longer than an hour.'),
  client_assertion_issued_at_in_future: invalidClient('The client assertion was issued in the future.'),
  client_assertion_already_used: invalidClient('The jti of the client assertion was used before.'),
  client_assertion_invalid_signature: invalidClient('The signature of the client assertion does not verify.'),
  client_assertion_invalid_signature_algorithm: invalidClient(
    'The client assertion is signed with a refused algorithm.',
  ),
  client_assertion_invalid_kid: invalidClient('The kid of the client assertion names no key of the client.'),
  client_assertion_invalid_key_use: invalidClient('The key of the client assertion is not registered for signing.'),
  client_assertion_jwks_not_configured: invalidClient('The client has no registered key to verify the assertion with.'),
  jwks_uri_error: invalidClient("The client's JWKS URI could not be read."),
  client_assertion_type_invalid: invalidRequest('The client_assertion_type is missing or unknown.'),
  multiple_client_credentials: {
    ...invalidRequest('The request authenticates the client in more than one way.'),
    status: 401,
  },
  client_credentials_in_query: invalidRequest('Client credentials do not belong in the URL.'),
  unsupported_auth_method_client_creds: invalidClient(
    'At the org, a client that asks in its own name authenticates with private_key_jwt.',
  ),
  unauthorized_client: { status: 400, error: 'unauthorized_client', text: 'The client may not use this grant type.' },
  confidential_client_required: {
    status: 400,
    error: 'unauthorized_client',
    text: 'Only a client that proves who it is may use this grant type.',
  },

  // The request
  invalid_request: invalidRequest(
    'The parameters must stand in the body, as a form (application/x-www-form-urlencoded), not in the URL.',
  ),
  duplicate_oauth_params: invalidRequest('A parameter that may stand once stands several times.'),
  token_request_missing_grant_type: invalidRequest("The parameter 'grant_type' is missing."),
  unsupported_grant_type: {
    status: 400,
    error: 'unsupported_grant_type',
    text: 'This server does not know the grant type.',
  },
  unsupported_grant_type_token_exchange: {
    status: 400,
    error: 'unsupported_grant_type',
    text: 'Cross App Access is not enabled in this org.',
  },
  user_rate_limited: {
    ...invalidGrant('There were too many requests in this minute. Wait for the next.'),
    status: 429,
  },
  missing_token_request_parameter: invalidRequest('A required parameter is missing.'),
  no_matching_policy: {
    status: 401,
    error: 'access_denied',
    text: 'No access policy of this server allows the request.',
  },

  // Codes, PKCE, refresh tokens, passwords
  invalid_authorization_code: invalidGrant('The authorization code is unknown, used or expired.'),
  mismatched_client: invalidGrant('The grant was issued to another client.'),
  mismatched_redirect_uri: invalidGrant("The 'redirect_uri' is not the one of the authorization request."),
  pkce_missing_verifier: invalidRequest("The parameter 'code_verifier' is missing."),
  pkce_missing_challenge_verifier_present: invalidRequest(
    'A code_verifier was sent for a code that was asked for without code_challenge.',
  ),
  pkce_verification_failed: invalidGrant('The code_verifier does not match the code_challenge.'),
  invalid_refresh_token: invalidGrant('The refresh token is unknown, used, revoked or expired.'),
  invalid_password_credentials: invalidGrant('The user name or password is wrong.'),

  // Token exchange
  invalid_requested_token_type: invalidRequest("The 'requested_token_type' is not offered here."),
  invalid_subject_token_type: invalidRequest("The 'subject_token_type' is not offered here."),
  invalid_subject_token: invalidRequest("The 'subject_token' is not valid."),
  invalid_subject_token_act_claim_malformed: invalidRequest("The act claim of the 'subject_token' is not an actor."),
  invalid_subject_token_act_claim_depth: invalidRequest("The act claim of the 'subject_token' is nested too deeply."),
  invalid_actor_token: invalidRequest("The 'actor_token' is not valid."),
  invalid_actor_token_type: invalidRequest("The 'actor_token_type' is not offered here."),
  invalid_subject_actor_token_match: invalidRequest("The 'actor_token' is not from the agent that sends it."),
  token_exchange_subject_token_expired: invalidGrant("The 'subject_token' has expired or its session has ended."),
  invalid_subject_token_issuer_not_allowed: invalidRequest("The issuer of the 'subject_token' is not allowed here."),
  invalid_subject_token_authorization_server: invalidRequest(
    "The authorization server that issued the 'subject_token' is not active.",
  ),
  invalid_subject_token_no_delegation_link: invalidRequest(
    "The 'subject_token' comes from an application that is no caller of this agent.",
  ),
  invalid_subject_token_client_inactive: invalidRequest("The application named in the 'subject_token' is not active."),
  invalid_subject_token_session_expired: invalidRequest("The session behind the 'subject_token' is no longer active."),
  invalid_subject_token_user_inactive: invalidRequest("The user of the 'subject_token' is not active."),
  invalid_subject_token_user_not_assigned: invalidRequest(
    "The user of the 'subject_token' is not assigned to the requesting application.",
  ),
  token_exchange_invalid_audience: invalidTarget("The exchange needs exactly one 'audience'."),
  token_exchange_incomplete_resource_configuration: invalidTarget(
    'The resource application is not fully configured, or the user is not assigned to it.',
  ),
  token_exchange_invalid_resource: invalidTarget("The 'resource' is not the one of the resource connection."),
  too_many_resources: invalidTarget("A resource connection has one 'resource', and the request names several."),
  invalid_scope: invalidScope('A requested scope is malformed or unknown.'),
  no_matching_scope: invalidScope('The resource connection does not allow a requested scope.'),
  required_scope_combination: invalidScope('A scope that this takes was not requested.'),
  missing_scopes: invalidScope('No scope was requested.'),

  // Token exchange of a SAML assertion
  invalid_subject_token_saml_blank: INVALID_ASSERTION,
  invalid_subject_token_saml_parse_failed: INVALID_ASSERTION,
  invalid_subject_token_saml_issuer_missing: INVALID_ASSERTION,
  invalid_subject_token_saml_source_app_instance_missing: INVALID_ASSERTION,
  invalid_subject_token_saml_source_app_not_saml: INVALID_ASSERTION,
  invalid_subject_token_saml_signature_invalid: INVALID_ASSERTION,
  invalid_subject_token_saml_assertion_id_missing: INVALID_ASSERTION,
  invalid_subject_token_saml_expired: INVALID_ASSERTION,
  invalid_subject_token_saml_subject_confirmation_missing: INVALID_ASSERTION,
  invalid_subject_token_saml_source_app_audience_missing: INVALID_ASSERTION,
  invalid_subject_token_saml_nameid_missing: INVALID_ASSERTION,
  invalid_subject_token_saml_nameid_not_unique: INVALID_ASSERTION,
  invalid_subject_token_saml_replay_detected: INVALID_ASSERTION,

  // jwt-bearer at a custom authorization server
  jwt_bearer_grant_invalid_audience: invalidGrant('The aud of the ID-JAG is not the issuer of this server.'),
  id_jag_client_mismatch: invalidGrant('The client_id of the ID-JAG is not the authenticated client.'),
  id_jag_untrusted_issuer: invalidGrant('The issuer of the ID-JAG is not trusted here.'),
  id_jag_expired: invalidGrant('The ID-JAG has expired.'),
  id_jag_issued_in_future: invalidGrant('The ID-JAG was issued in the future.'),
  id_jag_lifetime_too_long: invalidGrant('The ID-JAG lives longer than five minutes.'),
  id_jag_invalid_signature: invalidGrant('The signature of the ID-JAG does not verify.'),
  id_jag_replayed: invalidGrant('The ID-JAG was used before.'),
  id_jag_invalid_subject: invalidGrant('The sub of the ID-JAG is no active user here.'),
  id_jag_lacking_scopes: invalidGrant('The ID-JAG grants no scope.'),
  id_jag_resource_mismatch: invalidGrant("The resource of the ID-JAG is not the 'resource' of the request."),
  id_jag_scopes_in_request: invalidRequest("Redeeming an ID-JAG takes no 'scope' parameter."),
  invalid_grant: invalidGrant('The assertion is not a valid ID-JAG.'),

  // Authorize
  illegal_redirect_uri: invalidRequest("The 'redirect_uri' is not a sign-in redirect URI of the application."),
  invalid_id_token_hint: invalidRequest("The 'id_token_hint' is missing or not an ID token of this server."),
  illegal_post_logout_redirect_uri: invalidRequest(
    "The 'post_logout_redirect_uri' is not a sign-out redirect URI of the application.",
  ),
  unsupported_response_mode: {
    status: 400,
    error: 'unsupported_response_mode',
    text: 'The response_mode is not offered here: query, fragment or form_post.',
  },
  unsupported_response_type: {
    status: 400,
    error: 'unsupported_response_type',
    text: 'The response_type is not offered here: code.',
  },
  invalid_state: invalidRequest(
    "The 'state' parameter is missing or has characters other than letters, digits, comma, . _ -",
  ),
  invalid_prompt: invalidRequest("The 'prompt' value is not offered here: none, login, consent."),
  invalid_max_age: invalidRequest("The 'max_age' is not a number of seconds."),
  pkce_missing_challenge: invalidRequest('The application demands a PKCE code_challenge.'),
  pkce_unsupported_code_challenge_method: invalidRequest('The code_challenge_method is not offered here: S256.'),
  pkce_invalid_challenge: invalidRequest('The code_challenge is not 43 to 128 base64url characters.'),
  openid_scope_required: invalidScope("The scope 'openid' is required."),
  user_not_assigned: { status: 400, error: 'access_denied', text: 'The user is not assigned to the application.' },
  login_required: { status: 400, error: 'login_required', text: 'Nobody is signed in and the request forbids asking.' },

  // SAML sign-in and sign-out
  saml_application_unknown: { status: 404, error: 'not_found', text: 'There is no such SAML application.' },
  saml_application_inactive: { status: 403, error: 'access_denied', text: 'The application is not active.' },
  saml_logout_disabled: { status: 403, error: 'access_denied', text: 'Single logout is off for the application.' },
  saml_message_not_carried: invalidRequest('The SAML message cannot be read out of the request.'),
  saml_message_malformed: invalidRequest('The SAML message is not what it should be.'),
  saml_message_version: invalidRequest('The SAML message is not of SAML 2.0.'),
  saml_message_unsigned: invalidRequest('The SAML message must be signed.'),
  saml_message_signature: invalidRequest('The signature of the SAML message does not verify.'),
  saml_message_issuer: invalidRequest('The issuer of the SAML message is not the one of the application.'),
  saml_message_destination: invalidRequest('The destination of the SAML message is not this endpoint.'),
  saml_acs_unregistered: invalidRequest(
    'The assertion consumer service that the SAML request names is not one of the application.',
  ),
  saml_relay_state_too_long: invalidRequest('The RelayState is longer than 1024 bytes.'),
  saml_message_stale: invalidRequest('The SAML message was not issued within the last five minutes.'),
  saml_response_binding: invalidRequest('The SAML request asks for an answer by another binding than HTTP-POST.'),
  saml_name_id_policy: invalidRequest('The SAML request asks for another Name ID Format than the application has.'),
  saml_context_not_met: invalidRequest('The SAML request asks for a sign-in of another kind than this org has.'),
  saml_passive: {
    status: 400,
    error: 'login_required',
    text: 'Nobody is signed in, and the SAML request forbids asking.',
  },
  saml_user_not_assigned: {
    status: 403,
    error: 'access_denied',
    text: 'User is not assigned to this application.',
  },
  failed_username_transform: {
    status: 403,
    error: 'access_denied',
    text: 'The application username format gives the user no name at the application.',
  },
  saml_not_written: {
    status: 500,
    error: 'server_error',
    text: 'The user has a value that XML cannot carry.',
  },

  // Of the mock, not of Okta
  edge_case_unknown: invalidRequest('The header x-mock-edge-case names an edge case that there is not.'),
  edge_case_not_of_exchange: invalidRequest('An edge case can be asked for in a token exchange at the org only.'),
  edge_case_impossible: invalidRequest(
    'The edge case that is armed or asked for cannot be made of this ID-JAG; /_mock/exchanges says why.',
  ),

  // The server
  id_jag_not_generated: { status: 500, error: 'server_error', text: 'The org has no key to sign an ID-JAG with.' },
  server_error: { status: 500, error: 'server_error', text: 'The org could not complete the request.' },
} as const satisfies Record<string, Reason>;

/** Okta's internal name of why a request was refused; the System Log's `outcome.reason`. */
export type ReasonName = keyof typeof REASONS;
