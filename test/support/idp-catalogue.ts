/**
 * What the token endpoint of an identity provider must grant and what it must refuse: one row a kind of request, with
 * what this org answers. Within a section the rows stand by their answer; whoever changes an answer changes it here.
 */

/** What becomes of a request of this kind at this org, in profile `okta` unless it says otherwise. */
export type Result =
  /** Name of the rule that refuses. */
  | { readonly refused: string }
  /** Refused before any rule is asked, in words: '405', '413'. */
  | { readonly refusedAtDoor: string }
  /** Granted; how, in a few words. */
  | { readonly accepted: string }
  /** A self-check of every answer; where it is asserted. */
  | { readonly held: string }
  /** Why. */
  | { readonly notApplicable: string }
  /** Not judged yet. */
  | { readonly later: Capability };

/** What the org cannot do yet. */
export type Capability = 'SAML' | 'DPoP' | 'step-up' | 'authorization_details';

export interface CatalogueRow {
  readonly id: string;
  readonly group: 'B0' | 'B1' | 'B2' | 'B3' | 'B4' | 'B5' | 'B6' | 'B7' | 'B8' | 'B9';
  /** What the request does and what is demanded of the answer; for a self-check, what every answer must be like. */
  readonly statement: string;
  /** How strongly it is demanded. `E`: either answer is right. `profile`: by Okta alone. `-`: nobody says. */
  readonly level: string;
  readonly result: Result;
  /** What profile `draft` answers, where that is something else. */
  readonly draft?: string;
}

type Entry = readonly [id: string, level: string, statement: string, draft?: string];
type Answered = Omit<CatalogueRow, 'group'>;

function answered(result: Result, entries: readonly Entry[]): readonly Answered[] {
  return entries.map(([id, level, statement, draft]) => ({ id, statement, level, result, ...(draft && { draft }) }));
}

const refused = (rule: string, entries: readonly Entry[]) => answered({ refused: rule }, entries);
const refusedAtDoor = (how: string, entries: readonly Entry[]) => answered({ refusedAtDoor: how }, entries);
const accepted = (how: string, entries: readonly Entry[]) => answered({ accepted: how }, entries);
const held = (where: string, entries: readonly Entry[]) => answered({ held: where }, entries);
const notApplicable = (why: string, entries: readonly Entry[]) => answered({ notApplicable: why }, entries);
const later = (capability: Capability, entries: readonly Entry[]) => answered({ later: capability }, entries);

function section(group: CatalogueRow['group'], ...rows: readonly (readonly Answered[])[]): readonly CatalogueRow[] {
  return rows.flat().map((row) => ({ group, ...row }));
}

const EVERY_200 = 'every 200 of the token exchange in the test suite';
const NO_TENANTS =
  'nothing marks a resource as multi-tenant, and no capture shows Okta putting a tenant into an ID-JAG';

/** Good requests, and those where either answer is right: whoever refuses everything fails here. */
const CONTROLS = section(
  'B0',
  accepted('token_type N_A, expires_in, access_token, issued_token_type; nothing else', [
    ['ix-ok-baseline', 'MUST', 'The exchange as it should be: an ID-JAG for the audience.', 'scope, too; no act'],
  ]),
  accepted('without a resource claim', [
    ['ix-ok-no-resource', 'MUST', 'No resource: granted for the audience as a whole.'],
  ]),
  refused('resource-not-too-many', [
    ['ix-ok-two-resources', 'MUST', 'Two resources that differ: granted, or invalid_target; a connection has one.'],
  ]),
  accepted('the default scopes of the connection', [
    ['ix-ok-no-scope', 'MUST', 'No scope: the policy says what is granted.', 'reported in scope'],
  ]),
  refused('scope-allowed-by-connection', [
    ['ix-ok-scope-subset', 'MAY', 'One scope allowed, one not: may get the one.', 'narrowed, and reported in scope'],
  ]),
  accepted('like an ID token', [
    ['ix-ok-refresh-subject', 'MAY', 'The exchange of a refresh token instead of an ID token: need not be offered.'],
  ]),
  accepted('act.sub is the agent, and the jti is spent once', [
    ['ix-ok-actor-same-jwt', 'MUST', 'One JWT is client assertion and actor token: no replay of itself.'],
  ]),
  accepted('as the client is registered', [
    ['ix-ok-basic', 'MUST', 'The secret in the Authorization header, by a client registered so.'],
    ['ix-ok-post', 'MUST', 'The secret in the body, by a client registered so.'],
  ]),
  accepted('each time, with a jti of its own', [
    ['ix-ok-same-subject-twice', 'MUST', 'One ID token for many ID-JAGs: an exchange does not use it up.'],
  ]),
  refused('subject-token-not-expired', [
    ['ix-ok-idtoken-leeway', 'MAY', 'Expired seconds ago: no leeway here, so that a test sees exp to the second.'],
  ]),
  accepted('ignored', [['ix-ok-unknown-param', 'MUST', 'A parameter that nobody knows does no harm.']]),
  held(EVERY_200, [
    ['ix-ok-expires-in', 'RECOMMENDED', 'expires_in is the life of the ID-JAG, five minutes from iat to exp.'],
  ]),
  notApplicable('Okta has no audience aliases; one is refused like any unknown audience', [
    ['ix-ok-audience-alias', 'MAY', 'An alias of the audience: aud is the issuer all the same.'],
  ]),
  accepted('a refresh token in access_token, good for thirty days and any number of ID-JAGs', [
    ['ix-ok-saml-two-step', 'MAY', 'An assertion for a refresh token, and that for an ID-JAG.'],
  ]),
  refused('subject-token-type-exchangeable', [
    ['ix-either-saml-direct', 'E', 'An assertion for an ID-JAG in one step: granted or invalid_request.', 'granted'],
  ]),
  later('DPoP', [['ix-ok-dpop', 'MUST', 'A valid proof: the ID-JAG is bound to its key, and the type stays N_A.']]),
);

/** Whether the client is believed. */
const CLIENT = section(
  'B1',
  refused('client-uses-registered-method', [
    ['ix-client-none', 'MUST', 'No credential at all, by a client that has one to show.'],
    ['ix-client-method-downgrade', 'MUST', 'A client with keys sends a secret or its id alone: never taken instead.'],
  ]),
  refused('client-known', [
    ['ix-client-unknown', 'MUST', 'A client_id that nobody has registered.', 'OAuth error, 401'],
    ['ix-client-cimd-unsupported', 'MUST', 'A URL as client_id, which is not looked up.', 'OAuth error, 401'],
  ]),
  accepted('an agent known by its client id only', [
    ['ix-client-public', 'SHOULD', 'A client that proves nothing.', 'refused by client-is-confidential'],
  ]),
  refused('client-secret-right', [['ix-client-bad-secret', 'MUST', 'A wrong client secret.']]),
  refused('client-authenticates-once', [
    ['ix-client-two-methods', 'MUST', 'Two credentials in one request: neither counts.', '400 instead of 401'],
  ]),
  refused('client-credentials-in-body', [
    ['ix-client-creds-in-query', 'MUST', 'The secret or the assertion stands in the URL, where logs keep it.'],
  ]),
  refused('client-id-consistent', [
    ['ix-client-id-conflict', 'MUST', 'client_id in the body is another client than the one that authenticates.'],
  ]),
  refused('client-active', [
    ['ix-client-disabled', 'MUST', 'The application or the agent was deactivated; its credential is still right.'],
  ]),
  refused('grant-type-allowed', [
    ['ix-client-no-exchange-grant', 'MUST', 'The client is not registered for token exchange.'],
  ]),
  refused('client-assertion-type-known', [
    ['ix-ca-type-missing', 'MUST', 'An assertion without its type.'],
    ['ix-ca-type-unknown', 'MUST', 'An assertion of a type other than jwt-bearer.'],
  ]),
  refused('client-assertion-readable', [['ix-ca-not-jwt', 'MUST', 'Garbage in place of a client assertion.']]),
  refused('client-assertion-algorithm-allowed', [
    ['ix-ca-alg-none', 'MUST', 'An unsigned assertion, alg none.'],
    ['ix-ca-hs256-pubkey', 'MUST', "An HMAC keyed with the client's public key, which everybody knows."],
    ['ix-ca-hs256-secret', 'MUST', 'An HMAC with a secret, by a client that is registered with keys.'],
  ]),
  refused('client-assertion-signature-verifies', [
    ['ix-ca-bad-sig', 'MUST', 'Signed with another key under a kid that is known.'],
    ['ix-ca-sub-other-client', 'MUST', 'One client names another in iss and sub, and signs with its own key.'],
  ]),
  refused('client-assertion-key-known', [
    ['ix-ca-unknown-kid', 'MUST', 'A kid that none of the registered keys has, even after fetching them again.'],
    ['ix-ca-header-jwk', 'MUST', 'The token brings its key in jwk, jku, x5u or x5c: ignored, nothing fetched.'],
  ]),
  refused('client-assertion-key-for-signing', [
    ['ix-ca-enc-key', 'MUST', 'Signed with a key that is registered for encryption.'],
  ]),
  refused('client-assertion-issuer-is-client', [
    ['ix-ca-iss-missing', 'MUST', 'An assertion without iss.'],
    ['ix-ca-iss-ne-sub', 'MUST', 'iss and sub name different parties.'],
    ['ix-ca-is-id-token', 'MUST', 'An ID token of this org as client assertion: about a user, not from a client.'],
    ['ix-ca-is-id-jag', 'MUST', 'An ID-JAG of this org as client assertion: about a user, not from a client.'],
  ]),
  refused('client-assertion-audience-is-this-server', [
    ['ix-ca-aud-missing', 'MUST', 'An assertion addressed to nobody.'],
    ['ix-ca-aud-foreign', 'MUST', 'An assertion addressed to another server, which could send it on.'],
    ['ix-ca-aud-two', 'MUST/MAY', 'Addressed to this server and another one.'],
  ]),
  accepted('unless the org is strict; the log says that it was the issuer', [
    ['ix-ca-aud-issuer', 'E', 'Addressed to the issuer instead of the endpoint.', 'the one a strict org takes'],
  ]),
  accepted('also by a strict org', [
    ['ix-ca-aud-endpoint', 'E', 'Addressed to the endpoint called.', 'refused if strict'],
  ]),
  refused('client-assertion-has-expiry', [['ix-ca-exp-missing', 'MUST', 'An assertion that would be good forever.']]),
  refused('client-assertion-not-expired', [['ix-ca-expired', 'MUST', 'An assertion whose exp is past.']]),
  refused('client-assertion-lives-at-most-an-hour', [
    ['ix-ca-exp-far', 'MAY', 'An exp more than an hour ahead: may be called unreasonable.'],
  ]),
  refused('client-assertion-not-from-the-future', [
    ['ix-ca-iat-future', 'MAY', 'An iat that is yet to come.'],
    ['ix-ca-nbf-future', 'MUST', 'An nbf that is yet to come.'],
  ]),
  refused('client-assertion-unused', [['ix-ca-replay', 'MAY', 'The jti of an earlier request comes again.']]),
  accepted('again and again, until it expires', [
    ['ix-ca-no-jti', 'MAY', 'An assertion without jti: replay cannot be told, and need not be.'],
  ]),
);

/** Whether the request is one. */
const FORM = section(
  'B2',
  refusedAtDoor('405', [['ix-get', 'MUST', 'A GET: the endpoint takes POST only.']]),
  refusedAtDoor('413', [['ix-huge-body', 'SHOULD', 'Megabytes of body: not read to their end.']]),
  refused('request-is-form', [
    ['ix-json', 'MUST', 'The parameters come as JSON.'],
    ['ix-multipart', 'MUST', 'The parameters come as multipart/form-data.'],
  ]),
  refused('parameters-in-body', [['ix-params-in-query', 'MUST', 'The parameters stand in the URL.']]),
  refused('parameters-once', [
    ['ix-duplicate', 'MUST', 'A parameter stands twice that may stand once; audience and resource may repeat.'],
  ]),
  refused('grant-type-sent', [['ix-no-grant-type', 'MUST', 'No grant_type.']]),
  refused('grant-type-known', [['ix-unknown-grant', 'MUST', 'A grant_type misspelt or in capitals.']]),
  refused('requested-type-is-id-jag', [
    ['ix-no-requested-type', 'MUST', 'No requested_token_type: never answered with some other token.'],
    ['ix-requested-type-unknown', 'MUST', 'A requested_token_type misspelt, in capitals, or of any JWT.'],
    ['ix-requested-access-token', 'MAY', 'An access token is asked for, which this exchange need not offer.'],
  ]),
  refused('subject-token-sent', [
    ['ix-no-subject-token', 'MUST', 'No subject_token.'],
    ['ix-empty-subject-token', 'MUST', 'An empty subject_token is none.'],
  ]),
  refused('subject-token-type-sent', [['ix-no-subject-type', 'MUST', 'No subject_token_type: never guessed.']]),
  refused('subject-token-type-exchangeable', [
    ['ix-subject-type-unsupported', 'MUST', 'A subject_token_type that is not offered, or made up.'],
  ]),
  refused('audience-sent', [
    ['ix-no-audience', 'MUST', 'No audience: nobody to make the ID-JAG out to.', 'invalid_request'],
  ]),
  refused('actor-token-sent', [
    ['ix-actor-type-without-token', 'MUST', 'An actor_token_type with no actor_token to it.'],
  ]),
  refused('actor-token-typed', [['ix-actor-token-without-type', 'MUST', 'An actor_token whose type is not told.']]),
  refused('actor-token-verifies', [
    ['ix-actor-token-garbage', 'MUST', 'An actor token that is no signed JWT.'],
    ['ix-actor-equals-subject', 'MAY', 'The ID token is sent as actor token, too: the user is not the agent.'],
  ]),
  refused('actor-token-names-the-client', [
    ['ix-actor-token-other-agent', 'MUST', 'An actor token of another agent than the one that sends it.'],
  ]),
  refused('actor-token-not-expired', [['ix-actor-token-expired', 'MUST', 'An actor token whose exp is past.']]),
  refused('exchange-at-the-org', [
    ['ix-custom-as', 'profile', 'An exchange at a custom authorization server: only the org issues ID-JAGs.'],
  ]),
  accepted('ignored like any unknown parameter', [
    ['ix-prototype-param', 'MUST', 'Names that trip up a careless parser: neither a crash nor a meaning.'],
  ]),
);

/** For whom, for what and for how much the ID-JAG is asked. */
const TARGET = section(
  'B3',
  refused('audience-known', [
    ['ix-aud-unknown', 'SHOULD', 'An audience that nothing in the org goes by.'],
    ['ix-aud-trailing-slash', 'SHOULD', 'The Issuer URL with a slash more or less: issuers compare by the byte.'],
    ['ix-aud-token-endpoint', 'SHOULD', 'The token endpoint of the audience in place of its issuer.'],
    ['ix-aud-is-resource', 'SHOULD', 'The resource server as audience in place of its authorization server.'],
    ['ix-aud-swapped', 'SHOULD', 'audience and resource have changed places.'],
  ]),
  refused('agent-connected-to-audience', [
    ['ix-aud-no-connection', 'MUST', 'A known audience to which this agent has no connection.', 'access_denied'],
  ]),
  refused('audience-single', [
    ['ix-aud-two', 'MUST NOT', 'Two different audiences in one request: never one ID-JAG for both.'],
  ]),
  refused('audience-sent', [['ix-aud-empty', 'MUST', 'An empty audience is none.', 'invalid_request']]),
  refused('audience-is-another-server', [
    ['ix-aud-self', 'SHOULD', 'The org itself as audience: nobody redeems an ID-JAG where it was issued.'],
  ]),
  refused('resource-active', [['ix-aud-inactive-app', 'MUST', 'The resource application was deactivated.']]),
  refused('resource-is-the-connected-one', [
    ['ix-res-foreign', 'MUST', 'A resource that belongs to another authorization server than the audience.'],
    ['ix-res-unknown', 'SHOULD', 'A resource that no connection names.'],
    ['ix-res-sibling-prefix', 'MUST', 'A URL that only starts or resolves like the connected one: compared whole.'],
  ]),
  refused('resource-well-formed', [
    ['ix-res-relative', 'MUST', 'A resource without scheme and host.'],
    ['ix-res-fragment', 'MUST', 'A resource with a fragment.'],
    ['ix-res-not-uri', 'MUST', 'A resource that is no URI at all.'],
  ]),
  accepted('at a bare origin only; the claim has the configured form', [
    ['ix-res-slash', 'SHOULD', 'A bare origin with the slash that some clients add: means the same.'],
  ]),
  refused('resource-not-too-many', [['ix-res-many', 'MAY', 'More resources than the server handles: one, here.']]),
  refused('scope-allowed-by-connection', [
    ['ix-scope-ungranted', 'MUST', 'None of the scopes is allowed: no ID-JAG that could be read as granting one.'],
    ['ix-scope-plus-literal', 'MUST', 'A scope with a plus sign in it is one scope, not two.'],
  ]),
  refused('scope-well-formed', [
    ['ix-scope-malformed', 'MUST', 'Quotes, control characters or two spaces in a row in scope.'],
  ]),
  refused('scope-not-of-the-org', [
    ['ix-scope-openid', 'SHOULD', 'openid or offline_access for a resource: they mean something at the org only.'],
  ]),
  later('authorization_details', [
    ['ix-rar-not-json', 'MUST', 'authorization_details that do not parse.'],
    ['ix-rar-not-array', 'MUST', 'authorization_details that are no array.'],
    ['ix-rar-unknown-type', 'MUST', 'An authorization detail of a type that nobody offers.'],
    ['ix-rar-no-type', 'MUST', 'An authorization detail without type.'],
    ['ix-rar-foreign-locations', 'SHOULD', 'An authorization detail about a place outside of the audience.'],
    ['ix-rar-with-scope', 'SHOULD', 'scope and authorization_details contradict each other: the lesser counts.'],
  ]),
);

/** Whether an ID token stands for a user who may go there. */
const ID_TOKEN = section(
  'B4',
  refused('subject-token-valid', [
    ['ix-idt-garbage', 'MUST', 'No JWT at all.', 'invalid_grant'],
    ['ix-idt-bad-sig', 'MUST', 'Claims changed after signing.', 'invalid_grant'],
    ['ix-idt-foreign-key', 'MUST', "Signed with a stranger's key under the org's kid.", 'invalid_grant'],
    ['ix-idt-alg-none', 'MUST', 'Unsigned, alg none.', 'invalid_grant'],
    ['ix-idt-hs256', 'MUST', "An HMAC keyed with the org's public key.", 'invalid_grant'],
    [
      'ix-idt-retired-key',
      'MUST',
      'Signed with a key that was taken out of the key set: no longer believed.',
      'invalid_grant',
    ],
    ['ix-idt-header-key', 'MUST', 'The key comes with the token: ignored, not fetched.', 'invalid_grant'],
    ['ix-idt-multi-aud', 'SHOULD', 'Several audiences, issued to another of them.', 'invalid_grant'],
    ['ix-idt-no-sub', 'MUST', 'No sub: about nobody.', 'invalid_grant'],
    ['ix-idt-no-iat', 'MUST', 'No iat.', 'invalid_grant'],
    ['ix-idt-no-exp', 'MUST', 'No exp: would be good forever.', 'invalid_grant'],
    ['ix-idt-no-aud', 'MUST', 'No aud: for nobody.', 'invalid_grant'],
    ['ix-sub-is-access-token', 'MUST', 'An access token, called an ID token.', 'invalid_grant'],
    ['ix-sub-is-id-jag', 'MUST', 'An ID-JAG of this org, called an ID token.', 'invalid_grant'],
    ['ix-sub-is-client-assertion', 'MUST', 'A client assertion, called an ID token.', 'invalid_grant'],
    ['ix-sub-is-logout-token', 'MUST', 'A logout token, called an ID token.', 'invalid_grant'],
    ['ix-sub-type-mislabel', 'MUST', 'ID token and refresh token, each by the name of the other.', 'invalid_grant'],
  ]),
  refused('subject-token-issuer-known', [
    ['ix-idt-wrong-iss', 'MUST', 'An ID token of another identity provider.', 'invalid_grant'],
  ]),
  refused('caller-server-delegated', [
    [
      'ix-idt-custom-as',
      'E',
      'Of a custom server: good if the delegation names it, or the app is the linked one.',
      'invalid_grant',
    ],
  ]),
  refused('caller-delegated', [
    ['ix-idt-wrong-aud', 'MUST', 'An ID token for a client that is no caller of this one.', 'invalid_grant'],
    ['ix-idt-aud-ras', 'MUST', 'An ID token for the resource application itself.', 'invalid_grant'],
  ]),
  refused('machine-access-delegated', [
    ['ix-sub-access-token-type', 'MUST', 'An access token, so called: nobody delegated that.', 'invalid_grant'],
  ]),
  refused('subject-token-not-expired', [['ix-idt-expired', 'MUST', 'An ID token whose exp is past.']]),
  refused('subject-token-not-from-the-future', [
    ['ix-idt-future', 'SHOULD', 'iat or nbf lie further ahead than clocks differ.', 'invalid_grant'],
  ]),
  refused('subject-session-live', [
    ['ix-idt-session-ended', 'MAY', 'The user has signed out since: may count.', 'invalid_grant'],
  ]),
  refused('subject-act-depth', [
    ['ix-idt-act-deep', 'SHOULD', 'More actors, one within the other, than are allowed.', 'invalid_grant'],
  ]),
  refused('subject-act-well-formed', [
    ['ix-idt-act-malformed', 'SHOULD', 'An act claim that is no object.', 'invalid_grant'],
  ]),
  refused('user-known', [['ix-idt-unknown-user', 'MUST', 'A sub that is no user of the org.', 'invalid_grant']]),
  refused('user-active', [
    ['ix-idt-user-inactive', 'MUST', 'The user was suspended or removed after signing in.', 'invalid_grant'],
  ]),
  refused('user-assigned-to-caller', [
    ['ix-idt-unassigned-requester', 'MUST', 'Not assigned to the requesting app any more.', 'access_denied'],
  ]),
  refused('user-assigned-to-resource', [
    ['ix-idt-unassigned-resource', 'MUST', 'A user who is not assigned to the resource app.', 'access_denied'],
  ]),
  later('step-up', [
    ['ix-idt-auth-old', 'MAY/MUST', 'Signed in longer ago than the policy allows: sent back to sign in again.'],
    ['ix-idt-acr-weak', 'MAY/MUST', 'Signed in more weakly than the policy demands: sent back for more.'],
    ['ix-idt-stepup-pointless', 'proposal', 'Weak sign-in, and not entitled: not sent back for nothing.'],
  ]),
);

/** Whether a refresh token stands for one, too. */
const REFRESH_TOKEN = section(
  'B5',
  refused('subject-token-valid', [
    ['ix-rt-unknown', 'MUST', 'A refresh token that nobody has issued.', 'invalid_grant'],
    ['ix-rt-is-access-token', 'MUST', 'An access token, called a refresh token.', 'invalid_grant'],
  ]),
  refused('subject-refresh-token-of-a-caller', [
    ['ix-rt-other-client', 'MUST', 'Bound to a client that is neither linked to the agent nor its caller.'],
  ]),
  refused('subject-token-not-expired', [['ix-rt-expired', 'MUST', 'A refresh token whose time is over.']]),
  refused('subject-grant-not-revoked', [['ix-rt-revoked', 'MUST', 'A refresh token that was revoked.']]),
  refused('subject-refresh-token-not-rotated-out', [
    ['ix-rt-rotated-reuse', 'MUST', 'A refresh token replaced by a newer one: refused, and the family should end.'],
  ]),
  accepted('again: an exchange leaves the refresh token as it was', [
    ['ix-rt-must-not-rotate', 'implied', 'The same refresh token after an exchange: the answer brought no other.'],
  ]),
  refused('scope-allowed-by-connection', [
    ['ix-rt-scope-beyond', 'MUST', 'A scope beyond what the sign-in may be used for.'],
  ]),
  refused('agent-connected-to-audience', [
    ['ix-rt-aud-beyond', 'MUST', 'An audience beyond what the sign-in may be used for.', 'access_denied'],
  ]),
  refused('user-active', [
    ['ix-rt-user-inactive', 'MUST', 'The user was suspended since: what holds now counts.', 'invalid_grant'],
  ]),
  accepted('no refresh token is issued without offline_access', [
    ['ix-rt-no-offline', 'n/a', 'A refresh token from a sign-in without offline_access must not exist.'],
  ]),
  later('DPoP', [['ix-rt-dpop-unbound-proof', 'MUST', 'A bound refresh token, with no proof or one by another key.']]),
);

/** Whether a SAML assertion stands for one. */
const SAML = section(
  'B6',
  refused('saml-not-blank', [['ix-saml-blank', 'MUST', 'An empty assertion.', 'invalid_grant']]),
  refused('saml-readable', [
    ['ix-saml-not-xml', 'MUST', 'Something that does not parse as XML.', 'invalid_grant'],
    ['ix-saml-doctype', 'MUST', 'An assertion with a document type declaration.', 'invalid_grant'],
    ['ix-saml-xxe', 'MUST', 'An entity that points elsewhere: nothing is fetched.', 'invalid_grant'],
    ['ix-saml-bomb', 'MUST', 'Entities that multiply: refused in no time.', 'invalid_grant'],
    ['ix-saml-two-assertions', 'MUST', 'Two assertions in one token.', 'invalid_grant'],
  ]),
  refused('saml-signature-not-wrapped', [
    [
      'ix-saml-wrapping',
      'MUST',
      'A signed element to look at and another to read: what is read must be signed.',
      'invalid_grant',
    ],
  ]),
  refused('saml-issuer-sent', [['ix-saml-no-issuer', 'MUST', 'An assertion from nobody.', 'invalid_grant']]),
  refused('saml-issuer-of-an-application', [
    ['ix-saml-wrong-issuer', 'MUST', 'An assertion of another identity provider.', 'invalid_grant'],
  ]),
  refused('saml-source-app-is-saml', [
    ['ix-saml-source-not-saml', 'profile', 'The application it is for is no SAML application.', 'invalid_grant'],
  ]),
  refused('saml-signature-verifies', [
    ['ix-saml-unsigned', 'MUST', 'An assertion that nobody signed.', 'invalid_grant'],
    ['ix-saml-bad-sig', 'MUST', 'An assertion changed after signing.', 'invalid_grant'],
    [
      'ix-saml-wrong-cert',
      'MUST',
      'An assertion signed with a certificate that is not the trusted one.',
      'invalid_grant',
    ],
    [
      'ix-saml-sig-response-only',
      'MUST',
      'Only the response is signed, and the assertion in it was replaced.',
      'invalid_grant',
    ],
    ['ix-saml-sha1', 'SHOULD', 'A signature with SHA-1.', 'invalid_grant'],
    ['ix-saml-hmac', 'MUST', 'An HMAC keyed with the certificate, which everybody knows.', 'invalid_grant'],
  ]),
  refused('saml-has-id', [['ix-saml-no-id', 'MUST', 'An assertion without ID.', 'invalid_grant']]),
  refused('saml-not-from-the-future', [
    ['ix-saml-not-yet', 'MUST', 'The conditions of the assertion are not met yet.', 'invalid_grant'],
  ]),
  refused('saml-not-expired', [
    ['ix-saml-expired', 'MUST', 'The conditions of the assertion have run out.', 'invalid_grant'],
  ]),
  refused('saml-bearer-confirmed', [
    ['ix-saml-no-confirmation', 'MUST', 'Nothing says who may present the assertion.', 'invalid_grant'],
    ['ix-saml-not-bearer', 'MUST', 'The assertion is not for whoever bears it.', 'invalid_grant'],
  ]),
  refused('saml-recipient-is-source-app', [
    [
      'ix-saml-recipient',
      'MUST',
      'The recipient is neither the application nor this endpoint: one must be checked.',
      'invalid_grant',
    ],
  ]),
  refused('saml-confirmation-not-expired', [
    ['ix-saml-confirmation-expired', 'MUST', 'The time to present the assertion is over.', 'invalid_grant'],
  ]),
  refused('saml-audience-sent', [['ix-saml-no-audience', 'MUST', 'An assertion for nobody.', 'invalid_grant']]),
  refused('saml-audience-is-source-app', [
    ['ix-saml-other-sp', 'MUST', 'An assertion for an application that is not of this client.', 'invalid_grant'],
  ]),
  refused('saml-name-id-sent', [['ix-saml-no-nameid', 'MUST', 'An assertion about nobody.', 'invalid_grant']]),
  refused('saml-name-id-unique', [
    ['ix-saml-two-users', 'MUST', 'A NameID that two users answer to.', 'invalid_grant'],
  ]),
  refused('saml-not-replayed', [['ix-saml-replay', 'SHOULD', 'The same assertion a second time.', 'invalid_grant']]),
  refused('user-known', [
    [
      'ix-saml-nameid-comment',
      'MUST',
      'A comment within the NameID: never read as its first half alone.',
      'invalid_grant',
    ],
  ]),
  refused('user-active', [
    ['ix-saml-inactive-user', 'MUST', 'A good assertion about a user who is no longer active.', 'invalid_grant'],
  ]),
  refused('assertion-scope-offline-access', [
    ['ix-saml-rt-no-scope', 'MAY', 'A refresh token is asked for without openid and offline_access.'],
  ]),
  accepted('base64 and base64url, padded or not', [
    ['ix-saml-encoding', 'ambiguous', 'base64url is taken; plain base64 may be, and raw XML is not.'],
  ]),
  accepted('like the assertion in it', [
    ['ix-saml-is-response', 'SHOULD', 'The whole response instead of the assertion in it.'],
  ]),
);

/** Whether the administrator has set it up. */
const POLICY = section(
  'B7',
  refused('client-active', [['ix-agent-staged', 'profile', 'An agent that was registered and never activated.']]),
  refused('client-has-keys', [['ix-agent-no-key', 'profile', 'An assertion by an agent with no key registered.']]),
  refused('caller-delegated', [
    ['ix-agent-no-caller', 'profile', 'The requesting app is no caller of the agent.', 'invalid_grant'],
  ]),
  refused('agent-connected-to-audience', [
    ['ix-agent-no-connection', 'profile', 'An agent without any resource connection.', 'access_denied'],
  ]),
  refused('connection-has-client-id', [
    ['ix-conn-no-client-id', 'MUST NOT', 'The client id at the resource is not filled in, and never guessed.'],
  ]),
  refused('connection-issuer-current', [
    ['ix-conn-issuer-changed', 'profile', 'The Issuer URL was edited later: the connection must be made anew.'],
  ]),
  refused('scope-allowed-by-connection', [
    ['ix-conn-scope-condition', 'profile', 'A scope that the scope condition of the connection leaves out.'],
  ]),
  refused('resource-xaa-enabled', [['ix-app-xaa-disabled', 'profile', 'XAA is switched off at the resource app.']]),
  refused('org-has-xaa', [['ix-feature-off', 'profile', 'The org as a whole does not have Cross App Access.']]),
  refused('org-can-sign', [['ix-signing-down', '-', 'No active signing key: an error, never an unsigned token.']]),
  refused('rate-limit-kept', [['ix-rate-limit', 'SHOULD', 'More requests than are good: 429.']]),
  notApplicable(NO_TENANTS, [
    ['ix-tenant-unknown', 'MUST', 'A resource with many tenants, and nobody has said which.'],
  ]),
  refused('user-named-at-resource', [
    ['ix-nameid-missing', 'MUST NOT', 'A user without a NameID at the app: no sub_id with holes in it.'],
  ]),
);

/** The other grants, the endpoints around them, and proof of possession. */
const AROUND = section(
  'B8',
  refused('grant-type-known', [
    ['ix-jwt-bearer-own-jag', 'MUST', 'An ID-JAG is redeemed at the org that issued it, which redeems none.'],
  ]),
  refused('code-unspent', [['ix-code-reused', 'MUST', 'A code a second time; its tokens should be revoked.']]),
  refused('code-of-this-client', [['ix-code-other-client', 'MUST', 'A code by another client than it was issued to.']]),
  refused('code-redirect-uri-same', [
    ['ix-code-redirect-mismatch', 'MUST', 'A redirect_uri that is not the one the code was sent to.'],
  ]),
  refused('code-not-expired', [['ix-code-expired', 'MUST', 'A code that is too old.']]),
  refused('pkce-verifier-sent', [
    ['ix-pkce-no-verifier', 'MUST', 'A challenge was set, and no verifier comes.', 'invalid_grant'],
  ]),
  refused('pkce-verifier-expected', [
    ['ix-pkce-unexpected', 'MUST', 'A verifier comes, and no challenge was set.', 'invalid_grant'],
  ]),
  refused('pkce-verifier-matches', [['ix-pkce-mismatch', 'MUST', 'A verifier that does not hash to the challenge.']]),
  refused('pkce-verifier-well-formed', [
    ['ix-verifier-malformed', 'MUST', 'A verifier that is too short, too long or of wrong characters.'],
  ]),
  refused('authorize-pkce-s256', [['ix-pkce-plain', 'MUST', 'A plain challenge at the authorization endpoint.']]),
  refused('authorize-pkce-present', [
    ['ix-pkce-no-challenge', 'MUST', 'No challenge, by a client that must send one.'],
  ]),
  refused('authorize-redirect-uri-registered', [
    ['ix-authz-redirect-unregistered', 'MUST NOT', 'A redirect URI that is not registered: an error page instead.'],
  ]),
  refused('authorize-prompt-none-has-session', [
    ['ix-authz-prompt-none', 'MUST', 'Nobody may be asked, and nobody is signed in: login_required.'],
  ]),
  refused('refresh-token-not-rotated-out', [
    ['ix-rt-grant-rotated', 'MUST', 'A refresh token replaced by a newer one is refreshed: its family ends.'],
  ]),
  refused('refresh-scope-within-grant', [
    ['ix-rt-grant-widen', 'MUST', 'A refresh asks for a scope that was never granted.'],
  ]),
  later('DPoP', [
    ['ix-dpop-invalid', 'MUST', 'A proof with any one defect: never an ID-JAG that is not bound.'],
    ['ix-dpop-dropped', 'MUST', 'A good proof at a server that binds nothing: the client must be able to tell.'],
    ['ix-dpop-replay', 'SHOULD', 'The same proof a second time.'],
    ['ix-dpop-nonce', 'MUST', 'A proof without the nonce that is demanded: told which one to use.'],
  ]),
  refused('saml-acs-registered', [
    ['ix-saml-acs-unregistered', 'MUST', 'A sign-in request with a foreign ACS URL: an error page, no assertion.'],
  ]),
);

/** What must hold of every answer, whatever was asked. */
const SELF_CHECKS = section(
  'B9',
  held(EVERY_200, [
    ['iss-body-shape', 'MUST', 'The members of the answer, with token_type N_A to the letter.', 'scope, too'],
    ['iss-no-refresh', 'SHOULD NOT', 'Neither a refresh token nor an ID token comes with it.'],
    ['iss-no-store', 'MUST', 'JSON that no cache may keep.'],
    ['iss-typ-header', 'MUST', 'The type of the token stands in its header and not in its claims.'],
    ['iss-kid-published', 'MUST', 'The key it is signed with is published, for signing, with the same algorithm.'],
    ['iss-iss-exact', 'MUST', 'iss is the issuer of the metadata to the byte: no path, no slash behind it.'],
    ['iss-aud-single-issuer', 'MUST', 'aud is one string, the Issuer URL as it was typed in.'],
    ['iss-client-id-ras', 'MUST', 'client_id is what the agent is called at the resource.'],
    ['iss-sub-ras-view', 'MUST', 'sub is what the resource would know the user by, and stays the same.'],
    ['iss-sub-id-consistent', 'MUST', 'sub_id is the same user, as the NameID at that application says.'],
    ['iss-resource-granted', 'MUST', 'resource says what is granted, in the form that is configured.'],
    ['iss-scope-granted', 'MUST', 'scope says what is granted, whatever was asked for.'],
    ['iss-jti-unique', 'MUST', 'No jti ever comes twice, not even after a restart.'],
    ['iss-lifetime', 'profile', 'No ID-JAG lives longer than five minutes.'],
    ['iss-claims-minimal', 'SHOULD', 'Email and profile are in it only where a policy releases them.'],
  ]),
  held('every refusal in the test suite', [
    ['iss-error-shape', 'MUST', 'JSON, not cached, plain ASCII, and nothing of the request in it.'],
  ]),
  held('profile draft only: every 200 of the token exchange', [
    ['iss-narrowing-reported', 'MUST', 'scope in the answer where less was granted.', 'reported in scope'],
    ['iss-act-iff-actor', 'MUST', 'act where an actor token was accepted, and only there.', 'with an actor token only'],
  ]),
  held('profile draft only: the metadata of the org', [
    ['iss-metadata', 'SHOULD', 'The metadata says that ID-JAGs are issued here, and by which grant.', 'listed'],
  ]),
  notApplicable(NO_TENANTS, [['iss-tenant', 'MUST', 'A tenant is named where the resource has many.']]),
  later('authorization_details', [['iss-rar-granted', 'MUST', 'authorization_details are what was granted.']]),
  later('DPoP', [['iss-cnf-iff-proof', 'MUST', 'A key is bound where a valid proof came, and only there.']]),
);

/** Every row, by section. */
export const IDP_CATALOGUE: readonly CatalogueRow[] = [
  ...[...CONTROLS, ...CLIENT, ...FORM, ...TARGET, ...ID_TOKEN],
  ...[...REFRESH_TOKEN, ...SAML, ...POLICY, ...AROUND, ...SELF_CHECKS],
];
