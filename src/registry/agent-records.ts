/** From an org file's agents to their records: the agent, and its credentials, callers and resource connections. */
import { idFromName } from '../protocol/ids.js';
import type { AiAgent } from './ai-agent.js';
import type { Application } from './application.js';
import { connectionArmed } from './armed-records.js';
import type { OrgFile } from './org-file.js';
import { ownId, type Path, type Reading, resolve, resolveAll, written } from './org-file-reading.js';
import type { ResourceConnection } from './resource-connection.js';

export function agentRecord(file: OrgFile, at: number, reading: Reading): AiAgent {
  const entry = file.agents[at] as OrgFile['agents'][number];
  const { name, description } = entry;
  const types = new Set(entry.credentials.filter(({ status }) => status === 'ACTIVE').map(({ type }) => type));
  if (types.size > 1) {
    reading.mistakes.push(
      `agents[${at}].credentials: only one method may be active, these are: ${[...types].join(', ')}`,
    );
  }
  return {
    id: ownId('agent', name, entry.id),
    status: entry.status,
    profile: { name, description },
    ownerIds: resolveAll(reading, 'user', ['agents', at, 'owners'], entry.owners),
    linkedAppId:
      entry.linkedApplication &&
      resolve(reading, 'application', ['agents', at, 'linkedApplication'], entry.linkedApplication),
    created: reading.created,
    lastUpdated: reading.created,
  };
}

function connectionRecord(
  entry: OrgFile['agents'][number]['resourceConnections'][number],
  path: Path,
  agentId: string,
  apps: readonly Application[],
  reading: Reading,
): ResourceConnection {
  const isApp = entry.application !== undefined;
  const targetId = isApp
    ? resolve(reading, 'application', [...path, 'application'], entry.application as string)
    : resolve(reading, 'authorizationServer', [...path, 'authorizationServer'], entry.authorizationServer as string);
  const present = isApp ? apps.find((app) => app.id === targetId)?.xaa.issuerUrl : `{issuer}/oauth2/${targetId}`;
  const issuerUrl = entry.issuerUrl ?? present;
  if (targetId && !issuerUrl) {
    reading.mistakes.push(`${written(path)}.application: "${entry.application}" has no Issuer URL (xaa.issuerUrl)`);
  }
  return {
    id: entry.id ?? idFromName('connection', `${agentId} ${targetId}`),
    agentId,
    connectionType: isApp ? 'IDENTITY_ASSERTION_APP_INSTANCE' : 'IDENTITY_ASSERTION_CUSTOM_AS',
    targetId,
    issuerUrl: issuerUrl ?? '',
    resourceIndicator: entry.resourceIndicator,
    clientIdAtResource: entry.clientIdAtResource,
    scopeCondition: entry.scopeCondition,
    scopes: entry.scopes,
    status: entry.status,
    created: reading.created,
  };
}

/** What belongs to one agent: credentials, callers, connections, and what is armed for them. */
export function agentBelongings(
  file: OrgFile,
  at: number,
  agentId: string,
  apps: readonly Application[],
  reading: Reading,
) {
  const entry = file.agents[at] as OrgFile['agents'][number];
  const path = ['agents', at] as const;
  const { created } = reading;
  const connections = entry.resourceConnections.map((connection, nth) =>
    connectionRecord(connection, [...path, 'resourceConnections', nth], agentId, apps, reading),
  );
  return {
    credentials: entry.credentials.map(({ id, status, ...is }, nth) => ({
      id: id ?? idFromName(is.type === 'CLIENT_SECRET' ? 'secret' : 'publicKey', `${agentId} ${nth}`),
      agentId,
      status,
      is,
      created,
      lastUpdated: created,
    })),
    delegations: entry.callers.map((caller, nth) => {
      const appId = resolve(reading, 'application', [...path, 'callers', nth, 'application'], caller.application);
      const saml = apps.some((app) => app.id === appId && app.saml);
      return {
        id: caller.id ?? idFromName('delegation', `${agentId} ${appId}`),
        agentId,
        appId,
        server:
          caller.authorizationServer === 'org'
            ? 'org'
            : resolve(
                reading,
                'authorizationServer',
                [...path, 'callers', nth, 'authorizationServer'],
                caller.authorizationServer,
              ),
        tokenType: saml ? 'SAML_ASSERTION' : 'ID_TOKEN',
        created,
      };
    }),
    connections,
    armed: entry.resourceConnections.flatMap(({ armed }, nth) => {
      const at = [...path, 'resourceConnections', nth, 'armed'];
      return connectionArmed(armed, at, connections[nth] as ResourceConnection, reading);
    }),
  };
}
