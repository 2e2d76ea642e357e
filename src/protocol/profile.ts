/**
 * Where a real Okta org and the drafts part. An org has one profile: `okta` answers as Okta does, `draft` as the ID-JAG
 * draft and the RFCs under it say. This table is the one list of their differences; who behaves differently asks for a
 * row of it by name, and never for the profile's own name. docs/profiles.md is printed from it.
 */
import { cite, type Source } from './sources.js';

/** What one profile does: the value that the code asks for, and the same in words. */
interface Choice<T> {
  readonly is: T;
  readonly words: string;
}

/** One difference. */
interface Difference<T> {
  readonly what: string;
  readonly okta: Choice<T>;
  readonly draft: Choice<T>;
  /** What the side that is not Okta's rests on. */
  readonly source: Source;
}

const choice = <const T>(is: T, words: string): Choice<T> => ({ is, words });

/** Keeps the values' literal types, whatever they are. */
function difference<O, D>(row: { what: string; okta: Choice<O>; draft: Choice<D>; source: Source }): Difference<O | D> {
  return row;
}

export const DIFFERENCES = {
  subjectTokenError: difference({
    what: 'A subject token that is refused',
    okta: choice(
      undefined,
      '`invalid_request`; `invalid_grant` when it has expired, was revoked or is a refresh token of others',
    ),
    draft: choice('invalid_grant', '`invalid_grant`'),
    source: cite.idJag('Error Response'),
  }),
  entitlementError: difference({
    what: 'A good subject token, but the agent is not connected or the user not assigned',
    okta: choice(undefined, '`invalid_target`, or `invalid_request` at the requesting application'),
    draft: choice('access_denied', '`access_denied`'),
    source: cite.idJag('Error Response: access_denied, proposed', 'inferred'),
  }),
  missingAudienceError: difference({
    what: 'An exchange without `audience`',
    okta: choice(undefined, '`invalid_target`'),
    draft: choice('invalid_request', '`invalid_request`'),
    source: cite.oauth('Error Response'),
  }),
  pkceVerifierError: difference({
    what: 'A `code_verifier` that is missing, or was not asked for',
    okta: choice(undefined, '`invalid_request`'),
    draft: choice('invalid_grant', '`invalid_grant`'),
    source: cite.pkce('Server Verifies code_verifier before Returning the Tokens'),
  }),
  errorStatus: difference({
    what: 'Status of an error of the token, introspection and revocation endpoints',
    okta: choice('catalogue', 'as in Okta’s catalogue: some `invalid_request` and `access_denied` are 401'),
    draft: choice('oauth', '401 for `invalid_client`, 400 for whatever else is the client’s fault'),
    source: cite.oauth('Error Response'),
  }),
  unknownClientShape: difference({
    what: 'Body of the error about an unknown `client_id` at these endpoints',
    okta: choice('management', 'the management API’s (`errorCode`, …), 400 when no credential came'),
    draft: choice('oauth', '`{"error":"invalid_client",…}`, 401'),
    source: cite.oauth('Error Response'),
  }),
  clientAssertionAudience: difference({
    what: 'The `aud` that a client assertion must have where `strictClientAssertionAudience` is on; else both are taken',
    okta: choice('endpoint', 'the endpoint called'),
    draft: choice('issuer', 'the issuer of the server'),
    source: cite.assertionBis('Audience of client assertions'),
  }),
  publicClients: difference({
    what: 'An exchange by a client that proves nothing: an agent registered with *Client ID only*, or linked to a public app',
    okta: choice('accepted', 'accepted'),
    draft: choice('refused', 'refused: `unauthorized_client`'),
    source: cite.idJag('Client Authentication'),
  }),
  partlyGrantedScope: difference({
    what: 'An exchange for some scopes that are allowed and some that are not',
    okta: choice('refused', 'refused: `invalid_scope`'),
    draft: choice(
      'narrowed',
      'narrowed to those that are allowed; a scope of the org itself, such as `openid`, is refused all the same',
    ),
    source: cite.idJag('Processing Rules'),
  }),
  assertionInOneHop: difference({
    what: 'A SAML assertion exchanged for an ID-JAG at once',
    okta: choice('refused', 'refused: `invalid_request`; it is exchanged for a refresh token, and that for ID-JAGs'),
    draft: choice('granted', 'granted; by way of a refresh token, too'),
    source: cite.idJag('Token Exchange Request'),
  }),
  responseScope: difference({
    what: '`scope` in the answer to an exchange',
    okta: choice('left out', 'never'),
    draft: choice('sent', 'what was granted, whenever something was'),
    source: cite.tokenExchange('Successful Response'),
  }),
  actor: difference({
    what: '`act` in the ID-JAG',
    okta: choice('always', 'always: the agent, and within it the application it acts for, unless the two are linked'),
    draft: choice('with actor_token', 'only when an `actor_token` was sent and accepted'),
    source: cite.idJag('ID-JAG Claims: act'),
  }),
  emailBesideOtherNameId: difference({
    what: '`email` in an ID-JAG for a custom SAML application whose *Name ID Format* is not EmailAddress',
    okta: choice(
      'left out',
      'left out: Okta’s troubleshooting article for the beta says so, though one capture of an org has it',
    ),
    draft: choice('sent', 'sent, if the sign-in had the scope `email`'),
    source: cite.idJag('ID-JAG Claims: email'),
  }),
  idpMetadata: difference({
    what: 'The org’s metadata about ID-JAGs',
    okta: choice('left out', 'none'),
    draft: choice(
      'listed',
      '`identity_chaining_requested_token_types_supported`, token exchange in `grant_types_supported`',
    ),
    source: cite.idJag('Authorization Server Metadata: IdP'),
  }),
  rasMetadata: difference({
    what: 'A custom server’s metadata about ID-JAGs',
    okta: choice('left out', 'none'),
    draft: choice('listed', '`authorization_grant_profiles_supported`, `jwt-bearer` in `grant_types_supported`'),
    source: cite.idJag('Authorization Server Metadata: resource authorization server'),
  }),
  authorizationResponseIssuer: difference({
    what: '`iss` in the authorization response, and the metadata member that announces it',
    okta: choice('left out', 'none'),
    draft: choice('sent', 'the issuer of the server'),
    source: cite.responseIssuer('Response Parameter iss'),
  }),
  redeemedScope: difference({
    what: '`scope` in a request that redeems an ID-JAG at a custom server',
    okta: choice('refused', 'refused: `invalid_request`'),
    draft: choice('narrows', 'narrows what is granted; `invalid_scope` beyond the ID-JAG'),
    source: cite.assertions('Using Assertions as Authorization Grants: scope'),
  }),
  redeemedTwice: difference({
    what: 'The same ID-JAG redeemed again at a custom server before it expires',
    okta: choice('refused', 'refused: `invalid_grant`'),
    draft: choice('accepted', 'accepted'),
    source: cite.idJag('Refresh Token'),
  }),
} as const;

type DifferenceName = keyof typeof DIFFERENCES;

/** The rows that word an error of some rules otherwise; a rule names its row in `wording`. */
export type Wording = 'subjectTokenError' | 'entitlementError' | 'missingAudienceError' | 'pkceVerifierError';

export const ProfileName = ['okta', 'draft'] as const;
export type ProfileName = (typeof ProfileName)[number];

/** What a profile says of each difference. */
export type Profile = {
  readonly [N in DifferenceName]: (typeof DIFFERENCES)[N] extends Difference<infer T> ? T : never;
};

function profileOf(name: ProfileName): Profile {
  return Object.fromEntries(Object.entries(DIFFERENCES).map(([row, choices]) => [row, choices[name].is])) as Profile;
}

export const PROFILES: Readonly<Record<ProfileName, Profile>> = { okta: profileOf('okta'), draft: profileOf('draft') };

/** Differences that come with a capability the org does not have yet. */
export const LATER_DIFFERENCES: readonly { readonly what: string; readonly with: string }[] = [
  { what: 'Step-up: `insufficient_user_authentication` with `max_age` and `acr_values`, 400 or 401', with: 'step-up' },
];
