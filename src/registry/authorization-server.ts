/**
 * Custom authorization servers: own issuer, own scopes, access policies. The org's own server is not a record; it has
 * the org's issuer and fixed scopes.
 */
import * as z from 'zod';
import { ApplicationGrantType } from './application.js';
import { collection } from './collection.js';

export const AccessPolicyRule = z.strictObject({
  name: z.string(),
  grantTypes: z.array(ApplicationGrantType),
  scopes: z.array(z.string()).default(['*']).describe('Scope names, or ["*"] for all.'),
});

export const AccessPolicy = z.strictObject({
  name: z.string(),
  clients: z.array(z.string()).default(['ALL_CLIENTS']).describe('Client ids, or ["ALL_CLIENTS"].'),
  rules: z.array(AccessPolicyRule),
});

export const AuthorizationServer = z.strictObject({
  id: z.string(),
  name: z.string(),
  status: z.enum(['ACTIVE', 'INACTIVE']),
  /** The aud of its access tokens. */
  audience: z.string(),
  scopes: z.array(z.string()),
  policies: z.array(AccessPolicy),
  created: z.string(),
  lastUpdated: z.string(),
});
export type AuthorizationServer = z.infer<typeof AuthorizationServer>;

export const authorizationServers = collection({
  name: 'authorizationServers',
  lifetime: 'registry',
  schema: AuthorizationServer,
  indexes: { name: (server) => [server.name] },
  unique: ['name'],
});

/** Whether an access policy of the server lets the client use the grant type for all the scopes. */
export function policyAllows(
  server: AuthorizationServer,
  clientId: string,
  grantType: string,
  scopes: readonly string[],
): boolean {
  const policies = server.policies.filter(
    (policy) => policy.clients.includes('ALL_CLIENTS') || policy.clients.includes(clientId),
  );
  return policies
    .flatMap((policy) => policy.rules)
    .some(
      (rule) =>
        rule.grantTypes.some((granted) => granted === grantType) &&
        (rule.scopes.includes('*') || scopes.every((scope) => rule.scopes.includes(scope))),
    );
}
