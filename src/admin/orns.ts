/** Okta resource names of this org's records, and from such a name back to the record. */
import { orn } from '../protocol/ids.js';
import { type AiAgent, agents } from '../registry/ai-agent.js';
import { type Application, applications } from '../registry/application.js';
import { type AuthorizationServer, authorizationServers } from '../registry/authorization-server.js';
import type { Collection, Entity } from '../registry/collection.js';
import { orgSettings } from '../registry/org-settings.js';
import type { ResourceConnection } from '../registry/resource-connection.js';
import { type User, users } from '../registry/user.js';
import type { View } from '../store/port.js';

/** The org's own id, which stands in every ORN. */
function orgIdOf(view: View): string {
  return (view.list(orgSettings)[0] as { id: string }).id;
}

/** The record whose ORN this is, to the byte; undefined for any other text. */
function fromOrn<T extends Entity>(
  view: View,
  collection: Collection<T>,
  text: string,
  ornOf: (record: T) => string,
): T | undefined {
  const found = view.get(collection, text.split(':').at(-1) as string);
  return found && ornOf(found) === text ? found : undefined;
}

export function applicationOrn(view: View, { name, id }: Application): string {
  return orn.application(orgIdOf(view), name, id);
}

export function serverOrn(view: View, { id }: Pick<AuthorizationServer, 'id'>): string {
  return orn.authorizationServer(orgIdOf(view), id);
}

export function agentOrn(view: View, { id }: Pick<AiAgent, 'id'>): string {
  return orn.agent(orgIdOf(view), id);
}

export function userOrn(view: View, { id }: Pick<User, 'id'>): string {
  return orn.user(orgIdOf(view), id);
}

export function connectionOrn(view: View, { id }: Pick<ResourceConnection, 'id'>): string {
  return orn.connection(orgIdOf(view), id);
}

export function applicationFromOrn(view: View, text: string): Application | undefined {
  return fromOrn(view, applications, text, (app) => applicationOrn(view, app));
}

export function serverFromOrn(view: View, text: string): AuthorizationServer | undefined {
  return fromOrn(view, authorizationServers, text, (server) => serverOrn(view, server));
}

export function agentFromOrn(view: View, text: string): AiAgent | undefined {
  return fromOrn(view, agents, text, (agent) => agentOrn(view, agent));
}

export function userFromOrn(view: View, text: string): User | undefined {
  return fromOrn(view, users, text, (user) => userOrn(view, user));
}
