/**
 * grant_type=client_credentials: a client in its own name, without a user. At the org it is for service apps that use the
 * management API with the Okta API scopes granted to them; at a custom server, for the server's own scopes.
 */
import { words } from '../protocol/form.js';
import { type Rule, rulesOver } from '../protocol/rule.js';
import { cite } from '../protocol/sources.js';
import { GRANT_TYPE } from '../protocol/urns.js';
import type { Application, OidcSettings } from '../registry/application.js';
import { policyAllows } from '../registry/authorization-server.js';
import type { Client } from '../registry/client.js';
import { insert } from '../store/port.js';
import type { ClientCall, GrantType } from './call.js';
import { issueTokens, newGrant } from './issue-tokens.js';
import { grants } from './records.js';
import { ownScopes } from './server-scopes.js';

export interface ClientCredentialsFacts {
  readonly ofOrg: boolean;
  readonly proof: Client['proof']['kind'];
  readonly scopes: readonly string[];
  /** What the client may ask for here. */
  readonly offered: readonly string[];
  /** An access policy of the custom server allows the grant type for all these scopes. */
  readonly policyAllows: boolean;
}

const rule = rulesOver<ClientCredentialsFacts>();

const RULES: readonly Rule<ClientCredentialsFacts>[] = [
  rule({
    name: 'client-credentials-by-private-key',
    demands: 'At the org, the client proves itself with private_key_jwt.',
    holds: (f) => !f.ofOrg || f.proof === 'keys' || f.proof === 'jwks-uri',
    reason: 'unsupported_auth_method_client_creds',
    source: cite.oktaErrors('unsupported_auth_method_client_creds'),
  }),
  rule({
    name: 'client-credentials-of-confidential-client',
    demands: 'The client proves who it is.',
    holds: (f) => f.proof !== 'none',
    reason: 'confidential_client_required',
    source: cite.oauth('Client Credentials Grant'),
  }),
  rule({
    name: 'client-credentials-scope-sent',
    demands: 'scope is there.',
    holds: (f) => f.scopes.length > 0,
    reason: 'missing_scopes',
    source: cite.oktaErrors('missing_scopes'),
  }),
  rule({
    name: 'client-credentials-scope-granted',
    demands:
      'At the org, every scope is an Okta API scope granted to the application; at a custom server, one of its own.',
    holds: (f) => f.scopes.every((scope) => f.offered.includes(scope)),
    reason: 'invalid_scope',
    source: cite.oktaErrors('invalid_scope', 'inferred'),
  }),
  rule({
    name: 'client-credentials-policy-allows',
    demands: 'An access policy of the custom authorization server lets the client use the grant type for the scopes.',
    holds: (f) => f.policyAllows,
    reason: 'no_matching_policy',
    source: cite.oktaErrors('no_matching_policy'),
  }),
];

/** Agents are not allowed the grant type: whoever asks in its own name is an OIDC app. */
function oidcOf({ client }: ClientCall): OidcSettings {
  return (client.app as Application & { oidc: OidcSettings }).oidc;
}

export const clientCredentials: GrantType<ClientCredentialsFacts> = {
  grantType: GRANT_TYPE.clientCredentials,
  rules: RULES,
  async gather(call) {
    const { server, client } = call;
    const scopes = words(call.form.get('scope'));
    return {
      ofOrg: server === 'org',
      proof: client.proof.kind,
      scopes,
      offered: server === 'org' ? oidcOf(call).oktaScopes : ownScopes(server),
      policyAllows: server === 'org' || policyAllows(server, client.clientId, GRANT_TYPE.clientCredentials, scopes),
    };
  },
  plan({ scopes }, call) {
    const grant = newGrant(call, { scopes, authTime: Math.floor(call.now / 1000) });
    return { changes: [insert(grants, grant)], issue: () => issueTokens(call, { grant, scopes }) };
  },
  subject: () => ({}),
};
