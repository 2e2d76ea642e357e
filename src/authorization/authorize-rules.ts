/**
 * What an authorization request is judged by. The first table is shown on a page, for its errors must not be sent to a
 * redirect URI that was not checked; everything after it goes to the redirect URI.
 */

import { isPkceValue } from '../protocol/pkce.js';
import { type Fact, problemOf, type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import { GRANT_TYPE } from '../protocol/urns.js';
import type { Client } from '../registry/client.js';

export interface AuthorizeFacts {
  readonly client: Fact<Client, 'unknown'>;
  readonly redirectUri: string | undefined;
  readonly registeredRedirectUris: readonly string[];
  readonly responseMode: string;
  readonly repeated: readonly string[];
  readonly responseType: string | undefined;
  readonly state: string | undefined;
  readonly scopes: readonly string[];
  readonly offeredScopes: readonly string[];
  readonly ofOrg: boolean;
  readonly prompts: readonly string[];
  readonly maxAge: string | undefined;
  readonly codeChallenge: string | undefined;
  readonly codeChallengeMethod: string | undefined;
  readonly pkceRequired: boolean;
  readonly policyAllows: boolean;
}

export const RESPONSE_MODES = ['query', 'fragment', 'form_post'];
const PROMPTS = ['none', 'login', 'consent'];

const rule = rulesOver<AuthorizeFacts>();
const okta = cite.oktaOidc('Authorize');

export const PAGE_RULES: readonly Rule<AuthorizeFacts>[] = [
  rule({
    name: 'authorize-client-known',
    demands: 'client_id is an OIDC application of the org.',
    of: ['client'],
    holds: (f) => problemOf(f.client) === undefined,
    reason: 'invalid_client_id',
    source: okta,
  }),
  rule({
    name: 'authorize-redirect-uri-registered',
    demands: 'redirect_uri is registered, to the byte.',
    holds: (f) => f.redirectUri !== undefined && f.registeredRedirectUris.includes(f.redirectUri),
    reason: 'illegal_redirect_uri',
    source: cite.oktaErrors('illegal_redirect_uri', 'captured'),
  }),
  rule({
    name: 'authorize-response-mode-offered',
    demands: 'response_mode is query, fragment or form_post.',
    holds: (f) => RESPONSE_MODES.includes(f.responseMode),
    reason: 'unsupported_response_mode',
    source: okta,
  }),
  rule({
    name: 'authorize-client-active',
    demands: 'The application is active.',
    needs: ['client'],
    holds: (f) => f.client.active,
    reason: 'invalid_client',
    source: cite.oktaOidc('Authorize', 'inferred'),
  }),
];

export const REDIRECT_RULES: readonly Rule<AuthorizeFacts>[] = [
  rule({
    name: 'authorize-parameters-once',
    demands: 'No parameter stands twice.',
    holds: (f) => f.repeated.length === 0,
    reason: 'duplicate_oauth_params',
    source: cite.oauth('Authorization Endpoint'),
  }),
  rule({
    name: 'authorize-response-type-offered',
    demands: 'response_type is code.',
    holds: (f) => f.responseType === 'code',
    reason: 'unsupported_response_type',
    source: okta,
  }),
  rule({
    name: 'authorize-code-grant-allowed',
    demands: 'The application is registered for authorization_code.',
    needs: ['client'],
    holds: (f) => f.client.grantTypes.includes(GRANT_TYPE.authorizationCode),
    reason: 'unauthorized_client',
    source: cite.oktaErrors('unauthorized_client'),
  }),
  rule({
    name: 'authorize-state-sent',
    demands: 'state is there, of letters, digits, comma, period, underscore and hyphen.',
    holds: (f) => /^[A-Za-z0-9,._-]+$/.test(f.state ?? ''),
    reason: 'invalid_state',
    source: okta,
  }),
  rule({
    name: 'authorize-scope-sent',
    demands: 'scope is there.',
    holds: (f) => f.scopes.length > 0,
    reason: 'missing_scopes',
    source: okta,
  }),
  rule({
    name: 'authorize-scope-offered',
    demands: 'The server offers every scope asked for.',
    holds: (f) => f.scopes.every((scope) => f.offeredScopes.includes(scope)),
    reason: 'invalid_scope',
    source: okta,
  }),
  rule({
    name: 'authorize-scope-openid',
    demands: 'A request to the org server asks for openid.',
    holds: (f) => !f.ofOrg || f.scopes.includes('openid'),
    reason: 'openid_scope_required',
    source: cite.oktaErrors('openid_scope_required', 'inferred'),
  }),
  rule({
    name: 'authorize-prompt-known',
    demands: 'prompt is none, or login and consent in any combination.',
    holds: (f) =>
      f.prompts.every((prompt) => PROMPTS.includes(prompt)) && (f.prompts.length < 2 || !f.prompts.includes('none')),
    reason: 'invalid_prompt',
    source: cite.oidc('Authentication Request'),
  }),
  rule({
    name: 'authorize-max-age-numeric',
    demands: 'max_age is a whole number of seconds.',
    needs: ['maxAge'],
    holds: (f) => /^\d{1,9}$/.test(f.maxAge),
    reason: 'invalid_max_age',
    source: cite.oktaErrors('invalid_max_age'),
  }),
  rule({
    name: 'authorize-pkce-present',
    demands: 'An application that must use PKCE, as every public one must, sends a code_challenge.',
    holds: (f) => !f.pkceRequired || f.codeChallenge !== undefined,
    reason: 'pkce_missing_challenge',
    source: cite.oktaErrors('pkce_missing_challenge'),
  }),
  rule({
    name: 'authorize-pkce-s256',
    demands: 'code_challenge_method is S256; without it a challenge would count as plain.',
    holds: (f) => (f.codeChallenge ?? f.codeChallengeMethod) === undefined || f.codeChallengeMethod === 'S256',
    reason: 'pkce_unsupported_code_challenge_method',
    source: cite.pkce('Client Sends the Code Challenge with the Authorization Request'),
  }),
  rule({
    name: 'authorize-pkce-well-formed',
    demands: 'code_challenge is 43 to 128 characters of the right kind.',
    needs: ['codeChallenge'],
    holds: (f) => isPkceValue(f.codeChallenge),
    reason: 'pkce_invalid_challenge',
    source: cite.oktaErrors('pkce_invalid_challenge'),
  }),
  rule({
    name: 'authorize-policy-allows',
    demands: 'An access policy of the custom authorization server lets the application use authorization_code.',
    holds: (f) => f.policyAllows,
    reason: 'no_matching_policy',
    source: cite.oktaErrors('no_matching_policy'),
  }),
];

/** Judged once it is known who the user is. */
export interface SignedInFacts {
  readonly signedIn: boolean;
  readonly mayAsk: boolean;
  readonly assigned: boolean;
}

const signedInRule = rulesOver<SignedInFacts>();

export const SIGNED_IN_RULES: readonly Rule<SignedInFacts>[] = [
  signedInRule({
    name: 'authorize-prompt-none-has-session',
    demands: 'A request that forbids asking comes with a session that is recent enough.',
    holds: (f) => f.signedIn || f.mayAsk,
    reason: 'login_required',
    source: cite.oktaErrors('login_required'),
  }),
  signedInRule({
    name: 'authorize-user-assigned',
    demands: 'The user is assigned to the application, directly or by a group.',
    holds: (f) => !f.signedIn || f.assigned,
    reason: 'user_not_assigned',
    source: cite.oktaErrors('user_not_assigned'),
  }),
];
