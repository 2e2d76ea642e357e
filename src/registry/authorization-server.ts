/**
 * Custom authorization servers: own issuer, own scopes, access policies. The org's own server is not a record; it has
 * the org's issuer and fixed scopes.
 */
import * as z from 'zod';
import { Activity } from './activity.js';
import { ApplicationGrantType } from './application.js';
import { collection } from './collection.js';

const id = z.string().min(1).optional().describe('Okta-style id; made from the name when absent.');

const Name = z.string().max(100).regex(/\S/, 'is blank');

export const AccessPolicyRule = z.strictObject({
  id,
  name: Name,
  status: Activity.default('ACTIVE'),
  grantTypes: z.array(ApplicationGrantType),
  scopes: z.array(z.string()).default(['*']).describe('Scope names, or ["*"] for all.'),
});

export const AccessPolicy = z.strictObject({
  id,
  name: Name,
  description: z.string().max(1024).default(''),
  status: Activity.default('ACTIVE'),
  clients: z.array(z.string()).default(['ALL_CLIENTS']).describe('Client ids, or ["ALL_CLIENTS"].'),
  rules: z.array(AccessPolicyRule),
});

export const ServerScope = z.strictObject({
  name: z
    .string()
    .max(255)
    .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'is not a scope: printable ASCII without space, quote and backslash'),
  description: z.string().max(1024).default(''),
});
export type ServerScope = z.infer<typeof ServerScope>;

/** A rule as the org holds it. */
export const AccessPolicyRuleRecord = AccessPolicyRule.extend({
  id: z.string(),
  created: z.string(),
  lastUpdated: z.string(),
});
export type AccessPolicyRuleRecord = z.infer<typeof AccessPolicyRuleRecord>;

/** A policy as the org holds it; its rules in order of priority. */
export const AccessPolicyRecord = AccessPolicy.extend({
  id: z.string(),
  rules: z.array(AccessPolicyRuleRecord),
  created: z.string(),
  lastUpdated: z.string(),
});
export type AccessPolicyRecord = z.infer<typeof AccessPolicyRecord>;

export const AuthorizationServer = z.strictObject({
  id: z.string(),
  name: Name,
  description: z.string(),
  status: Activity,
  /** The aud of its access tokens. */
  audience: z.string(),
  scopes: z.array(ServerScope),
  /** In order of priority. */
  policies: z.array(AccessPolicyRecord),
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

/** The names of the scopes that the server has of its own. */
export function scopeNames(server: AuthorizationServer): string[] {
  return server.scopes.map((scope) => scope.name);
}

/** Whether an access policy of the server lets the client use the grant type for all the scopes. */
export function policyAllows(
  server: AuthorizationServer,
  clientId: string,
  grantType: string,
  scopes: readonly string[],
): boolean {
  const policies = server.policies.filter(
    (policy) =>
      policy.status === 'ACTIVE' && (policy.clients.includes('ALL_CLIENTS') || policy.clients.includes(clientId)),
  );
  return policies
    .flatMap((policy) => policy.rules)
    .some(
      (rule) =>
        rule.status === 'ACTIVE' &&
        rule.grantTypes.some((granted) => granted === grantType) &&
        (rule.scopes.includes('*') || scopes.every((scope) => rule.scopes.includes(scope))),
    );
}
