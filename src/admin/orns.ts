/** From an Okta resource name back to the record it names. */
import { orn } from '../protocol/ids.js';
import { type Application, applications } from '../registry/application.js';
import { type AuthorizationServer, authorizationServers } from '../registry/authorization-server.js';
import type { Collection, Entity } from '../registry/collection.js';
import { orgSettings } from '../registry/org-settings.js';
import type { View } from '../store/port.js';

/** The org's own id, which stands in every ORN. */
export function orgIdOf(view: View): string {
  return (view.list(orgSettings)[0] as { id: string }).id;
}

/** The record whose ORN this is, to the byte; undefined for any other text. */
export function fromOrn<T extends Entity>(
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

export function applicationFromOrn(view: View, text: string): Application | undefined {
  return fromOrn(view, applications, text, (app) => applicationOrn(view, app));
}

export function serverFromOrn(view: View, text: string): AuthorizationServer | undefined {
  return fromOrn(view, authorizationServers, text, (server) => serverOrn(view, server));
}
