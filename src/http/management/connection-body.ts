/** A resource connection in Okta's JSON, as it is asked for in the current and the older shape, and as it is answered. */
import * as z from 'zod';
import type { ConnectionRequest } from '../../admin/connection-request.js';
import { type ConnectionTarget, type FoundConnection, targetOfConnection } from '../../admin/connections.js';
import { applicationOrn, connectionOrn, serverOrn } from '../../admin/orns.js';
import { expandIssuer, issuerOf, type Org } from '../../org.js';
import { Activity } from '../../registry/activity.js';
import type { Application } from '../../registry/application.js';
import type { AuthorizationServer } from '../../registry/authorization-server.js';
import { ConnectionExtensions } from '../../registry/okta-extensions.js';
import { ScopeCondition } from '../../registry/resource-connection.js';
import type { View } from '../../store/port.js';
import { AGENT_API } from './agent-body.js';

const Orn = z.string().min(1).max(500);
const Url = z.string().min(1).max(2000);
export const Scopes = z.array(z.string().min(1).max(255)).max(100);

const asked = { resourceIndicator: Url.nullish(), scopeCondition: ScopeCondition, protocolType: z.string().optional() };

/**
 * The shape of 2026 has the Issuer URL beside the application, and scopes; that of 2025 has Issuer URL and indicator below
 * the authorization server, and may leave scopes out. `clientIdAtResource` is ours.
 */
const ToApplication = z
  .object({
    connectionType: z.literal('IDENTITY_ASSERTION_APP_INSTANCE'),
    app: z.object({ orn: Orn }),
    issuerUrl: Url.optional(),
    authorizationServer: z.object({ issuerUrl: Url, resourceIndicator: Url.nullish() }).optional(),
    ...asked,
    scopes: Scopes.optional(),
    ...ConnectionExtensions.shape,
  })
  .refine(({ issuerUrl, authorizationServer: older }) => (issuerUrl === undefined) !== (older === undefined), {
    path: ['issuerUrl'],
    error: 'must be there: the Issuer URL of the application (or, as in 2025, authorizationServer.issuerUrl)',
  })
  .refine(({ authorizationServer: older, scopes }) => older !== undefined || scopes !== undefined, {
    path: ['scopes'],
    error: 'must be there: ["*"] with ALL_SCOPES, or names',
  });

const ToServer = z.object({
  connectionType: z.literal('IDENTITY_ASSERTION_CUSTOM_AS'),
  authorizationServer: z.object({ orn: Orn, resourceIndicator: Url.nullish() }),
  ...asked,
  scopes: Scopes.optional(),
});

export const ConnectionCreatable = z.discriminatedUnion('connectionType', [ToApplication, ToServer], {
  error: 'is neither IDENTITY_ASSERTION_APP_INSTANCE nor IDENTITY_ASSERTION_CUSTOM_AS; other types are not modelled',
});

/** What is asked for, whichever shape it came in. */
export function connectionRequest(body: z.infer<typeof ConnectionCreatable>): ConnectionRequest {
  const resourceIndicator = body.resourceIndicator ?? body.authorizationServer?.resourceIndicator ?? undefined;
  const scopes = body.scopes ?? (body.scopeCondition === 'ALL_SCOPES' ? ['*'] : []);
  const both = { resourceIndicator, scopeCondition: body.scopeCondition, scopes };
  if (body.connectionType === 'IDENTITY_ASSERTION_CUSTOM_AS') {
    return { connectionType: body.connectionType, targetOrn: body.authorizationServer.orn, ...both };
  }
  return {
    ...{ connectionType: body.connectionType, targetOrn: body.app.orn, ...both },
    // One of the two is there: the schema demands it.
    issuerUrl: (body.issuerUrl ?? body.authorizationServer?.issuerUrl) as string,
    clientIdAtResource: body.clientIdAtResource ?? undefined,
  };
}

export const ConnectionPatchBody = z.object({
  resourceIndicator: Url.nullish(),
  scopeCondition: ScopeCondition.optional(),
  scopes: Scopes.optional(),
  ...ConnectionExtensions.shape,
});

export const ConnectionBody = z.looseObject({
  connectionType: z.string(),
  protocolType: z.literal('IDENTITY_ASSERTION'),
  id: z.string(),
  orn: z.string(),
  status: Activity,
  resourceIndicator: z.string(),
  scopeCondition: ScopeCondition,
  scopes: z.array(z.string()),
  clientIdAtResource: z.string().optional(),
});

/** An application as a connection names it. */
export function appPart(org: Org, view: View, app: Application) {
  const self = { href: `${org.issuer}/api/v1/apps/${app.id}` };
  return { orn: applicationOrn(view, app), name: app.label, _links: { self } };
}

/** A custom authorization server as a connection names it. */
export function serverPart(org: Org, view: View, server: AuthorizationServer) {
  const self = { href: `${org.issuer}/api/v1/authorizationServers/${server.id}` };
  return { orn: serverOrn(view, server), name: server.name, issuerUrl: issuerOf(org, server.id), _links: { self } };
}

/** Application or server; a connection to a server shows its issuer within it. */
function targetPart(org: Org, view: View, { app, server }: ConnectionTarget, issuerUrl: string) {
  if (app) return { app: appPart(org, view, app), authorizationServer: { issuerUrl: expandIssuer(org, issuerUrl) } };
  return { authorizationServer: serverPart(org, view, server as AuthorizationServer) };
}

export function connectionBody(org: Org, { view, connection }: Pick<FoundConnection, 'view' | 'connection'>) {
  const { connectionType, id, status, agentId, issuerUrl, scopeCondition, scopes, clientIdAtResource } = connection;
  const target = targetOfConnection(view, connection);
  const part = targetPart(org, view, target, issuerUrl);
  const targetOrn = 'app' in part ? part.app.orn : part.authorizationServer.orn;
  return {
    ...{ connectionType, protocolType: 'IDENTITY_ASSERTION', id, orn: connectionOrn(view, connection), status },
    ...part,
    resourceIndicator: connection.resourceIndicator ?? targetOrn,
    ...{ scopeCondition, scopes: scopeCondition === 'ALL_SCOPES' ? ['*'] : scopes },
    ...(clientIdAtResource !== undefined && { clientIdAtResource }),
    _links: { self: { href: `${org.issuer}${AGENT_API}/ai-agents/${agentId}/connections/${id}` } },
  };
}
