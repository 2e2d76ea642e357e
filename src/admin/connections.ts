/** Resource connections of an AI agent: what there is, where it leads, and what could be connected. */
import type { AiAgent } from '../registry/ai-agent.js';
import { type Application, applications } from '../registry/application.js';
import { type AuthorizationServer, authorizationServers } from '../registry/authorization-server.js';
import { type ResourceConnection, resourceConnections } from '../registry/resource-connection.js';
import type { View } from '../store/port.js';
import { findAgent } from './agent-parts.js';
import { type AdminRefusal, isAdminRefusal, notFound } from './change.js';

/** What a connection leads to. */
export interface ConnectionTarget {
  readonly app?: Application | undefined;
  readonly server?: AuthorizationServer | undefined;
}

export function targetOfConnection(view: View, { targetId }: Pick<ResourceConnection, 'targetId'>): ConnectionTarget {
  return { app: view.get(applications, targetId), server: view.get(authorizationServers, targetId) };
}

/** A connection with its agent. */
export interface FoundConnection {
  /** In which they stand, and what the connection leads to. */
  readonly view: View;
  readonly agent: AiAgent;
  readonly connection: ResourceConnection;
}

/** The agent's connection with that id. */
export function findConnection(view: View, agentId: string, id: string): FoundConnection | AdminRefusal {
  const agent = findAgent(view, agentId);
  if (isAdminRefusal(agent)) return agent;
  const connection = view.get(resourceConnections, id);
  return connection?.agentId === agentId ? { view, agent, connection } : notFound(id, 'ManagedConnection');
}

export function listConnections(view: View, agentId: string): readonly ResourceConnection[] | AdminRefusal {
  const agent = findAgent(view, agentId);
  return isAdminRefusal(agent) ? agent : view.findBy(resourceConnections, 'agent', agentId);
}

/** The applications that a connection can be made to: *Application instance* of Add Resource Connection. */
export function connectableApplications(view: View): readonly Application[] {
  return view.list(applications).filter(({ xaa }) => xaa.enabled && xaa.issuerUrl !== undefined);
}
