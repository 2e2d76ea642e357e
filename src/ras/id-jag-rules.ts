/**
 * When a resource authorization server accepts an ID-JAG. These are Okta's own refusals as one; the `jwt-bearer` grant of
 * a custom authorization server is judged by them.
 */
import { isScope, words } from '../protocol/form.js';
import type { Profile } from '../protocol/profile.js';
import { type Fact, problemOf, type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import type { User } from '../registry/user.js';
import type { IdJagClaims, IdJagProblem } from '../tokens/id-jag.js';

/** What an ID-JAG and its redemption are judged by. Times in seconds. */
export interface IdJagFacts {
  readonly profile: Profile;
  readonly assertionSent: boolean;
  /** The request's `scope` parameter. */
  readonly scopeText: string | undefined;
  /** What is to be granted: the scopes of the ID-JAG, or those of them that were asked for. */
  readonly granted: readonly string[];
  /** The unverified `iss` is one this server trusts: settled before any signature is looked at. Absent: no JWT. */
  readonly issuerTrusted: boolean | undefined;
  readonly idJag: Fact<IdJagClaims, IdJagProblem> | undefined;
  readonly ownIssuer: string;
  readonly clientId: string;
  readonly user: User | undefined;
  /** Every `resource` of the request. */
  readonly resources: readonly string[];
  /** Scopes of this server's resources. */
  readonly offered: readonly string[];
  readonly spent: boolean;
  readonly policyAllows: boolean;
  readonly now: number;
}

/** Why a signature does not verify. */
const UNVERIFIED: readonly string[] = ['signature', 'no-such-key', 'key-use', 'algorithm'];

const rule = rulesOver<IdJagFacts>();
const LIFETIME = 300;
/** An ID-JAG may be this many seconds ahead of our clock. */
const SKEW = 30;
const okta = (reason: string) => cite.oktaErrors(reason);

export const ID_JAG_RULES: readonly Rule<IdJagFacts>[] = [
  rule({
    name: 'redeem-assertion-sent',
    demands: 'assertion is there.',
    holds: (f) => f.assertionSent,
    reason: 'missing_token_request_parameter',
    source: cite.jwtBearer('Using JWTs as Authorization Grants'),
  }),
  rule({
    name: 'redeem-without-scope',
    demands: 'The request has no scope parameter: the ID-JAG says what is granted (profile draft: it may narrow that).',
    holds: (f) => f.profile.redeemedScope === 'narrows' || f.scopeText === undefined,
    reason: 'id_jag_scopes_in_request',
    source: cite.oktaErrors('id_jag_scopes_in_request', 'captured'),
  }),
  rule({
    name: 'id-jag-readable',
    demands: 'The assertion is a JWT.',
    of: ['idJag'],
    holds: (f) => problemOf(f.idJag) !== 'malformed',
    reason: 'invalid_grant',
    source: okta('invalid_grant'),
  }),
  rule({
    name: 'id-jag-issuer-trusted',
    demands: 'The ID-JAG names an issuer that this server trusts.',
    needs: ['issuerTrusted'],
    holds: (f) => f.issuerTrusted,
    reason: 'id_jag_untrusted_issuer',
    source: okta('id_jag_untrusted_issuer'),
  }),
  rule({
    name: 'id-jag-signature-verifies',
    demands: 'A published key of the issuer made the signature.',
    of: ['idJag'],
    hiddenBy: ['malformed'],
    holds: (f) => !UNVERIFIED.includes(problemOf(f.idJag) ?? ''),
    reason: 'id_jag_invalid_signature',
    source: okta('id_jag_invalid_signature'),
  }),
  rule({
    name: 'id-jag-typed',
    demands: 'The typ is oauth-id-jag+jwt and every required claim is there.',
    of: ['idJag'],
    hiddenBy: ['malformed', ...UNVERIFIED],
    holds: (f) => problemOf(f.idJag) !== 'not-an-id-jag',
    reason: 'invalid_grant',
    source: cite.idJag('Identity Assertion JWT Authorization Grant', 'inferred'),
  }),
  rule({
    name: 'id-jag-audience-is-this-server',
    demands: 'The aud is the issuer of this server.',
    needs: ['idJag'],
    holds: (f) => f.idJag.aud === f.ownIssuer,
    reason: 'jwt_bearer_grant_invalid_audience',
    source: okta('jwt_bearer_grant_invalid_audience'),
  }),
  rule({
    name: 'id-jag-client-is-this-client',
    demands: 'The client_id is the authenticated client.',
    needs: ['idJag'],
    holds: (f) => f.idJag.client_id === f.clientId,
    reason: 'id_jag_client_mismatch',
    source: okta('id_jag_client_mismatch'),
  }),
  rule({
    name: 'id-jag-not-expired',
    demands: 'The ID-JAG has not expired.',
    needs: ['idJag'],
    holds: (f) => f.idJag.exp > f.now,
    reason: 'id_jag_expired',
    source: okta('id_jag_expired'),
  }),
  rule({
    name: 'id-jag-not-from-the-future',
    demands: 'The ID-JAG was issued at most half a minute in the future.',
    needs: ['idJag'],
    holds: (f) => f.idJag.iat <= f.now + SKEW,
    reason: 'id_jag_issued_in_future',
    source: okta('id_jag_issued_in_future'),
  }),
  rule({
    name: 'id-jag-lives-five-minutes-at-most',
    demands: 'Between iat and exp lie at most five minutes.',
    needs: ['idJag'],
    holds: (f) => f.idJag.exp - f.idJag.iat <= LIFETIME,
    reason: 'id_jag_lifetime_too_long',
    source: okta('id_jag_lifetime_too_long'),
  }),
  rule({
    name: 'id-jag-subject-is-active-user',
    demands: 'The sub is an active user.',
    needs: ['idJag'],
    holds: (f) => f.user?.status === 'ACTIVE',
    reason: 'id_jag_invalid_subject',
    source: okta('id_jag_invalid_subject'),
  }),
  rule({
    name: 'id-jag-grants-scope',
    demands: 'The ID-JAG grants at least one scope.',
    needs: ['idJag'],
    holds: (f) => words(f.idJag.scope).length > 0,
    reason: 'id_jag_lacking_scopes',
    source: okta('id_jag_lacking_scopes'),
  }),
  rule({
    name: 'redeem-scope-within-id-jag',
    demands: 'The scope parameter, where it may be sent, is well-formed and asks for nothing beyond the ID-JAG.',
    needs: ['idJag', 'scopeText'],
    holds: (f) => isScope(f.scopeText) && words(f.scopeText).every((scope) => words(f.idJag.scope).includes(scope)),
    reason: 'invalid_scope',
    source: cite.assertions('Using Assertions as Authorization Grants: scope'),
  }),
  rule({
    name: 'id-jag-scopes-offered',
    demands: 'The server offers every scope that is to be granted.',
    needs: ['idJag'],
    holds: (f) => f.granted.every((scope) => f.offered.includes(scope)),
    reason: 'invalid_scope',
    source: cite.oktaErrors('invalid_scope', 'inferred'),
  }),
  rule({
    name: 'id-jag-resource-matches',
    demands: 'Every resource parameter is one of the resources in the ID-JAG.',
    needs: ['idJag'],
    holds: (f) => f.resources.every((resource) => [f.idJag.resource].flat().includes(resource)),
    reason: 'id_jag_resource_mismatch',
    source: okta('id_jag_resource_mismatch'),
  }),
  rule({
    name: 'id-jag-unused',
    demands: 'The ID-JAG was not redeemed before (profile draft: it may be, until it expires).',
    needs: ['idJag'],
    holds: (f) => f.profile.redeemedTwice === 'accepted' || !f.spent,
    reason: 'id_jag_replayed',
    source: cite.oktaErrors('id_jag_replayed', 'captured'),
  }),
  rule({
    name: 'redeem-policy-allows',
    demands: 'An access policy of the server lets the client use jwt-bearer for these scopes.',
    needs: ['idJag'],
    holds: (f) => f.policyAllows,
    reason: 'no_matching_policy',
    source: cite.oktaErrors('no_matching_policy'),
  }),
];
