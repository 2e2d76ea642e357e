/**
 * Resource connections: which resource an agent may reach, as which client there, with which scopes. The Issuer URL is
 * copied when the connection is made, so a later change of the app's Issuer URL breaks it.
 */
import * as z from 'zod';
import { isSystemScope } from '../protocol/urns.js';
import { Activity } from './activity.js';
import { collection } from './collection.js';

export const ScopeCondition = z.enum(['ALL_SCOPES', 'INCLUDE_ONLY', 'EXCLUDE']);

/** Never blank: an ID-JAG would name nobody. */
export const ClientIdAtResource = z.string().regex(/\S/, 'is blank');

export const ResourceConnection = z.strictObject({
  id: z.string(),
  agentId: z.string(),
  connectionType: z.enum(['IDENTITY_ASSERTION_APP_INSTANCE', 'IDENTITY_ASSERTION_CUSTOM_AS']),
  /** Id of the application, or of the custom authorization server, by `connectionType`. */
  targetId: z.string(),
  /** The target's issuer as it was when the connection was made. */
  issuerUrl: z.string(),
  /** What `resource` of an exchange must equal; absent: the ORN of the application. */
  resourceIndicator: z.string().optional(),
  /** *Client ID at resource*: the ID-JAG's `client_id`. */
  clientIdAtResource: ClientIdAtResource.optional(),
  scopeCondition: ScopeCondition,
  scopes: z.array(z.string()),
  status: Activity,
  created: z.string(),
});
export type ResourceConnection = z.infer<typeof ResourceConnection>;

export const resourceConnections = collection({
  name: 'resourceConnections',
  lifetime: 'registry',
  schema: ResourceConnection,
  indexes: {
    agent: (row) => [row.agentId],
    to: (row) => [row.targetId],
    target: (row) => [`${row.agentId}:${row.targetId}`],
    issuerUrl: (row) => [`${row.agentId}:${row.issuerUrl}`],
  },
  unique: ['target'],
});

/** Whether the connection lets the agent ask for the scope. */
export function allowsScope(connection: ResourceConnection, scope: string): boolean {
  if (connection.scopeCondition === 'ALL_SCOPES') return true;
  return connection.scopes.includes(scope) === (connection.scopeCondition === 'INCLUDE_ONLY');
}

/**
 * What an exchange without `scope` is granted, given the scopes the target declares. Inferred; Okta does not say. A scope
 * of the org itself is never granted, even if the target declares it, as a custom authorization server may.
 */
export function defaultScopes(connection: ResourceConnection, declared: readonly string[]): readonly string[] {
  const candidates = connection.scopeCondition === 'INCLUDE_ONLY' ? connection.scopes : declared;
  return candidates.filter((scope) => allowsScope(connection, scope) && !isSystemScope(scope));
}
