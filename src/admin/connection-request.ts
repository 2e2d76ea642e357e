/** What a resource connection is asked for with, and whether it can lead there. */
import { expandIssuer, issuerOf, type Org, storedForms } from '../org.js';
import { applications } from '../registry/application.js';
import { authorizationServers } from '../registry/authorization-server.js';
import type { ResourceConnection } from '../registry/resource-connection.js';
import { type Change, keep, type View } from '../store/port.js';
import { type AdminRefusal, notFound, notValid } from './change.js';
import { applicationFromOrn, serverFromOrn } from './orns.js';

export type Scopes = Pick<ResourceConnection, 'scopeCondition' | 'scopes'>;

/** What every connection is made with. */
interface Asked extends Scopes {
  readonly resourceIndicator?: string | undefined;
}

/** To an application, by its ORN and its Issuer URL as it is now. */
export interface ApplicationConnectionRequest extends Asked {
  readonly connectionType: 'IDENTITY_ASSERTION_APP_INSTANCE';
  readonly targetOrn: string;
  readonly issuerUrl: string;
  readonly clientIdAtResource?: string | undefined;
}

/** To a custom authorization server of this org, where the agent is known by its own id. */
export interface ServerConnectionRequest extends Asked {
  readonly connectionType: 'IDENTITY_ASSERTION_CUSTOM_AS';
  readonly targetOrn: string;
}

export type ConnectionRequest = ApplicationConnectionRequest | ServerConnectionRequest;

/** `["*"]` goes with ALL_SCOPES, named scopes with the other two. */
export function scopesProblem({ scopeCondition, scopes }: Scopes): string | undefined {
  if (scopeCondition !== 'ALL_SCOPES') {
    return scopes.length > 0 && !scopes.includes('*') ? undefined : `scopes: ${scopeCondition} needs names of scopes`;
  }
  return scopes.every((scope) => scope === '*') ? undefined : 'scopes: with ALL_SCOPES they are ["*"]';
}

/** All scopes are kept as none named. */
export const keptScopes = ({ scopeCondition, scopes }: Scopes): string[] =>
  scopeCondition === 'ALL_SCOPES' ? [] : [...new Set(scopes)];

/** What a connection copies from its target, and what must stay for it to stand. */
type Found = Pick<ResourceConnection, 'targetId' | 'issuerUrl'> & { readonly kept: Change };

/** The application, if it can be connected to: an active one is not demanded, Enable XAA and the Issuer URL are. */
function applicationTarget(org: Org, view: View, request: ApplicationConnectionRequest): Found | AdminRefusal {
  const app = applicationFromOrn(view, request.targetOrn);
  if (!app) return notFound(request.targetOrn, 'AppInstance');
  const { enabled, issuerUrl } = app.xaa;
  if (!enabled) return notValid('app', `app: Enable XAA is off for "${app.label}" (Resource Server)`);
  if (issuerUrl === undefined) return notValid('app', `app: "${app.label}" has no Issuer URL (Resource Server)`);
  if (expandIssuer(org, issuerUrl) !== request.issuerUrl) {
    return notValid('issuerUrl', `issuerUrl: it is not the Issuer URL of "${app.label}", to the byte`);
  }
  return { targetId: app.id, issuerUrl, kept: keep(applications, app) };
}

function serverTarget(org: Org, view: View, request: ServerConnectionRequest): Found | AdminRefusal {
  const server = serverFromOrn(view, request.targetOrn);
  if (!server) return notFound(request.targetOrn, 'AuthorizationServer');
  const issuerUrl = storedForms(org, issuerOf(org, server.id)).at(-1) as string;
  return { targetId: server.id, issuerUrl, kept: keep(authorizationServers, server) };
}

/** The target that is asked for, if it can be connected to. */
export function requestedTarget(org: Org, view: View, request: ConnectionRequest): Found | AdminRefusal {
  return request.connectionType === 'IDENTITY_ASSERTION_APP_INSTANCE'
    ? applicationTarget(org, view, request)
    : serverTarget(org, view, request);
}
