/**
 * The policy of Cross App Access: what an administrator must have set up for an agent to reach a resource for a user.
 * Rows in the order in which refusals win, by stage of the exchange; the exchange, readiness and dry run share them.
 */
import type { Profile } from '../protocol/profile.js';
import { type Fact, problemOf, type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import { isSystemScope } from '../protocol/urns.js';
import type { AiAgent, Delegation } from './ai-agent.js';
import type { Application } from './application.js';
import type { AuthorizationServer } from './authorization-server.js';
import type { NameId } from './name-id.js';
import { allowsScope, type ResourceConnection } from './resource-connection.js';
import type { User } from './user.js';

/** What a connection leads to, with its issuer as it is now. */
export interface Target {
  readonly app?: Application;
  readonly server?: AuthorizationServer;
  readonly active: boolean;
  readonly xaaEnabled: boolean;
  readonly issuerUrl: string | undefined;
  readonly declaredScopes: readonly string[];
  /** The resource indicator of a connection that names none. */
  readonly defaultResource: string;
}

/** What the policy is judged by. */
export interface PolicyFacts {
  readonly profile: Profile;
  /** Issuer of the org. */
  readonly orgIssuer: string;
  readonly xaaFeature: boolean;
  readonly agent: AiAgent | undefined;
  /** The application that the subject token was minted for. */
  readonly caller: Fact<Application, 'unknown'> | undefined;
  readonly delegation: Delegation | undefined;
  /** The caller is the agent's linked application: one client, no delegation needed. */
  readonly callerIsLinked: boolean;
  /** The server that issued the subject token: `org` or a custom one's id. */
  readonly issuedBy: string | undefined;
  readonly user: Fact<User, 'unknown'> | undefined;
  readonly userAssignedToCaller: boolean;
  readonly audiences: readonly string[];
  /** The audience, where there is exactly one. */
  readonly audience: string | undefined;
  /** The agent's connection to the audience; `unknown-audience`: nothing in the org goes by that Issuer URL. */
  readonly connection: Fact<ResourceConnection, 'unknown-audience' | 'not-connected'> | undefined;
  readonly target: Target | undefined;
  readonly userAssignedToResource: boolean;
  /** Who the user is at a resource application with SAML, or the sentence that says why nobody. */
  readonly nameIdAtResource?: Fact<NameId, string> | undefined;
  /** `issuerUrl` of the connection, expanded. */
  readonly connectedIssuer: string | undefined;
  readonly resources: readonly string[];
  readonly scopes: readonly string[];
}

const rule = rulesOver<PolicyFacts>();

const OFF = 'token_exchange_incomplete_resource_configuration';

const GRANT_STAGE: readonly Rule<PolicyFacts>[] = [
  rule({
    name: 'org-has-xaa',
    demands: 'Cross App Access is enabled in the org.',
    holds: (f) => f.xaaFeature,
    reason: 'unsupported_grant_type_token_exchange',
    source: cite.xaaGuide('Prerequisites for Okta Setup', 'inferred'),
  }),
];

const TYPE_STAGE: readonly Rule<PolicyFacts>[] = [
  rule({
    name: 'client-is-an-agent',
    demands: 'The client is an AI agent.',
    holds: (f) => f.agent !== undefined,
    reason: 'invalid_requested_token_type',
    source: cite.oktaXaa('Token exchange, troubleshooting', 'captured'),
  }),
];

const SUBJECT_STAGE: readonly Rule<PolicyFacts>[] = [
  rule({
    name: 'caller-known',
    demands: 'The subject token was minted for an application of this org.',
    of: ['caller'],
    holds: (f) => problemOf(f.caller) !== 'unknown',
    reason: 'invalid_subject_token',
    wording: 'subjectTokenError',
    source: cite.idJag('Processing Rules'),
  }),
  rule({
    name: 'caller-delegated',
    demands: "The application is a caller of the agent (Delegations), or the agent's linked application.",
    needs: ['agent', 'caller'],
    holds: (f) => f.callerIsLinked || f.delegation !== undefined,
    reason: 'invalid_subject_token_no_delegation_link',
    wording: 'subjectTokenError',
    source: cite.xaaGuide('Registering and Configuring the AI Agent: Delegations', 'captured'),
  }),
  rule({
    name: 'caller-server-delegated',
    demands: 'The subject token was issued by the authorization server named in the delegation.',
    needs: ['delegation', 'issuedBy'],
    holds: (f) => f.callerIsLinked || f.delegation.server === f.issuedBy,
    reason: 'invalid_subject_token_authorization_server',
    wording: 'subjectTokenError',
    source: cite.oktaErrors('invalid_subject_token_authorization_server', 'inferred'),
  }),
  rule({
    name: 'caller-active',
    demands: 'The application that the user signed in to is active.',
    needs: ['caller'],
    holds: (f) => f.caller.status === 'ACTIVE',
    reason: 'invalid_subject_token_client_inactive',
    wording: 'subjectTokenError',
    source: cite.oktaErrors('invalid_subject_token_client_inactive'),
  }),
  rule({
    name: 'user-known',
    demands: 'Whom the subject token names is a user of this org.',
    of: ['user'],
    holds: (f) => problemOf(f.user) !== 'unknown',
    reason: 'invalid_subject_token',
    wording: 'subjectTokenError',
    source: cite.idJag('Processing Rules'),
  }),
  rule({
    name: 'user-active',
    demands: 'The user is active.',
    needs: ['user'],
    holds: (f) => f.user.status === 'ACTIVE',
    reason: 'invalid_subject_token_user_inactive',
    wording: 'subjectTokenError',
    source: cite.oktaErrors('invalid_subject_token_user_inactive'),
  }),
  rule({
    name: 'user-assigned-to-caller',
    demands: 'The user is assigned to the requesting application, directly or by a group.',
    needs: ['user', 'caller'],
    holds: (f) => f.userAssignedToCaller,
    reason: 'invalid_subject_token_user_not_assigned',
    wording: 'entitlementError',
    source: cite.xaaGuide('Prerequisites for Okta Setup', 'captured'),
  }),
];

const AUDIENCE_STAGE: readonly Rule<PolicyFacts>[] = [
  rule({
    name: 'audience-is-another-server',
    demands: 'The audience is not the org itself: nobody redeems an ID-JAG where it was issued.',
    needs: ['audience'],
    holds: (f) => f.audience !== f.orgIssuer,
    reason: OFF,
    source: cite.idJag('Cross-Domain Use', 'inferred'),
  }),
  rule({
    name: 'audience-known',
    demands: 'The audience is the Issuer URL, to the byte, of a resource application or a custom authorization server.',
    of: ['connection'],
    holds: (f) => problemOf(f.connection) !== 'unknown-audience',
    reason: OFF,
    source: cite.oktaErrors(OFF, 'captured'),
  }),
  rule({
    name: 'agent-connected-to-audience',
    demands: 'The agent has a resource connection to the audience.',
    of: ['connection'],
    hiddenBy: ['unknown-audience'],
    holds: (f) => problemOf(f.connection) !== 'not-connected',
    reason: OFF,
    wording: 'entitlementError',
    source: cite.oktaErrors(OFF, 'captured'),
  }),
  rule({
    name: 'resource-well-formed',
    demands: 'Each resource is an absolute URI without a fragment.',
    holds: (f) => f.resources.every((resource) => /^[a-z][a-z0-9+.-]*:[^#\s]+$/i.test(resource)),
    reason: 'token_exchange_invalid_resource',
    source: cite.resourceIndicators('Resource Parameter', 'inferred'),
  }),
  rule({
    name: 'resource-not-too-many',
    demands: 'The request names one resource at most: a connection has one resource indicator.',
    holds: (f) => new Set(f.resources.map(withoutOriginSlash)).size < 2,
    reason: 'too_many_resources',
    source: cite.oktaErrors('too_many_resources', 'inferred'),
  }),
  rule({
    name: 'resource-is-the-connected-one',
    demands:
      'resource, when sent, is the resource indicator of the connection; one slash behind a bare origin is let pass.',
    needs: ['connection', 'target'],
    holds: (f) => f.resources.every((resource) => isIndicator(resource, f.connection, f.target)),
    reason: 'token_exchange_invalid_resource',
    source: cite.resourceIndicators('Resource Parameter', 'captured'),
  }),
  rule({
    name: 'connection-active',
    demands: 'The resource connection is active.',
    needs: ['connection'],
    holds: (f) => f.connection.status === 'ACTIVE',
    reason: OFF,
    source: cite.oktaErrors(OFF, 'inferred'),
  }),
  rule({
    name: 'resource-active',
    demands: 'The resource application is active.',
    needs: ['target'],
    holds: (f) => f.target.active,
    reason: OFF,
    source: cite.oktaErrors(OFF, 'inferred'),
  }),
  rule({
    name: 'resource-xaa-enabled',
    demands: 'Resource Server > Enable XAA is on.',
    needs: ['target'],
    holds: (f) => f.target.xaaEnabled,
    reason: OFF,
    source: cite.xaaGuide('Updating the Okta Resource Application to Use XAA', 'inferred'),
  }),
  rule({
    name: 'resource-has-issuer-url',
    demands: 'Resource Server > Issuer URL is filled in.',
    needs: ['target'],
    holds: (f) => f.target.issuerUrl !== undefined,
    reason: OFF,
    source: cite.oktaErrors(OFF, 'captured'),
  }),
  rule({
    name: 'connection-issuer-current',
    demands: 'The Issuer URL has not changed since the connection was made; else delete and recreate the connection.',
    needs: ['connection', 'target'],
    holds: (f) => f.target.issuerUrl === undefined || f.connectedIssuer === f.target.issuerUrl,
    reason: OFF,
    source: cite.xaaGuide('Updating the Okta Resource Application to Use XAA: NOTE'),
  }),
  rule({
    name: 'connection-has-client-id',
    demands: 'Client ID at resource is filled in; it is never guessed.',
    needs: ['connection', 'target'],
    holds: (f) => f.target.app === undefined || f.connection.clientIdAtResource !== undefined,
    reason: OFF,
    source: cite.idJag('Client ID Mapping', 'inferred'),
  }),
  rule({
    name: 'user-assigned-to-resource',
    demands: 'The user is assigned to the resource application, directly or by a group.',
    needs: ['user', 'target'],
    holds: (f) => f.userAssignedToResource,
    reason: OFF,
    wording: 'entitlementError',
    source: cite.xaaGuide('Prerequisites for Okta Setup', 'captured'),
  }),
  rule({
    name: 'user-named-at-resource',
    demands: 'The Application username format, or the assignment, gives the user a name at a resource with SAML.',
    needs: ['user', 'target'],
    holds: (f) => problemOf(f.nameIdAtResource) === undefined,
    reason: OFF,
    source: cite.idJag('SAML NameID Subject Identifier Format', 'ours'),
  }),
];

const SCOPE_STAGE: readonly Rule<PolicyFacts>[] = [
  rule({
    name: 'scope-not-of-the-org',
    demands: 'No scope of the org itself, such as openid or offline_access, is asked for a resource.',
    holds: (f) => !f.scopes.some(isSystemScope),
    reason: 'no_matching_scope',
    source: cite.oktaXaa('Third-party token exchange', 'captured'),
  }),
  rule({
    name: 'scope-allowed-by-connection',
    demands: 'The scope condition of the connection allows every scope asked for (profile draft: at least one).',
    needs: ['connection'],
    holds: (f) => f.scopes.length === 0 || enoughAllowed(f.profile, f.scopes, (one) => allowsScope(f.connection, one)),
    reason: 'no_matching_scope',
    source: cite.oktaErrors('no_matching_scope', 'captured'),
  }),
];

/** Whether enough of the scopes are allowed for the profile. */
function enoughAllowed(profile: Profile, scopes: readonly string[], allowed: (scope: string) => boolean): boolean {
  return profile.partlyGrantedScope === 'refused' ? scopes.every(allowed) : scopes.some(allowed);
}

/** The rows by stage, in order. */
export const POLICY = {
  grant: GRANT_STAGE,
  type: TYPE_STAGE,
  subject: SUBJECT_STAGE,
  audience: AUDIENCE_STAGE,
  scope: SCOPE_STAGE,
} as const;

/** RFC 3986 "Scheme-Based Normalization" makes a bare origin with and without its slash the same; clients add it. */
function withoutOriginSlash(url: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]+\/$/i.test(url) ? url.slice(0, -1) : url;
}

function isIndicator(resource: string, connection: ResourceConnection, target: Target): boolean {
  return withoutOriginSlash(resource) === withoutOriginSlash(resourceIndicatorOf(connection, target));
}

/** What `resource` of an exchange must equal: the connection's indicator, or the target's ORN. */
export function resourceIndicatorOf(connection: ResourceConnection, target: Target): string {
  return connection.resourceIndicator ?? target.defaultResource;
}
