/** From an org file's applications to their records: the application, who is assigned to it, and which ones it calls. */
import { idFromName } from '../protocol/ids.js';
import type { Application } from './application.js';
import type { Assignment } from './assignment.js';
import type { CrossAppAccessConnection } from './cross-app-access.js';
import type { OrgFile } from './org-file.js';
import { lookUp, ownId, type Reading, resolve, resolveAll, written } from './org-file-reading.js';

/** Okta's name for an app of that kind: what stands in its ORN. A later change of the label does not change it. */
export function applicationName({ label, oidc }: { label: string; oidc?: object | undefined }): string {
  return oidc ? 'oidc_client' : label.toLowerCase().replace(/[^a-z0-9]+/g, '') || 'saml_app';
}

export function applicationRecord(file: OrgFile, at: number, reading: Reading): Application {
  const entry = file.applications[at] as OrgFile['applications'][number];
  const id = ownId('application', entry.label, entry.id);
  const linked = file.agents.find(
    ({ linkedApplication: reference }) => reference !== undefined && lookUp(reading, 'application', reference) === id,
  );
  const linkedId = linked && ownId('agent', linked.name, linked.id);
  if (linkedId && entry.oidc?.clientId && entry.oidc.clientId !== linkedId) {
    reading.mistakes.push(`applications[${at}].oidc.clientId: a linked app has its agent's client id; leave it out`);
  }
  return {
    id,
    name: entry.name ?? applicationName(entry),
    label: entry.label,
    origin: entry.origin,
    status: entry.status,
    oidc: entry.oidc && { ...entry.oidc, clientId: entry.oidc.clientId ?? linkedId ?? id },
    saml: entry.saml && { ...entry.saml, externalKey: entry.saml.externalKey ?? idFromName('samlKey', entry.label) },
    xaa: entry.xaa,
    created: reading.created,
    lastUpdated: reading.created,
  };
}

export function assignmentRecords(file: OrgFile, at: number, reading: Reading): Assignment[] {
  const entry = file.applications[at] as OrgFile['applications'][number];
  const appId = ownId('application', entry.label, entry.id);
  const row = (principalType: 'USER' | 'GROUP', principalId: string) => ({
    id: `${appId}:${principalId}`,
    appId,
    principalType,
    principalId,
    created: reading.created,
    lastUpdated: reading.created,
  });
  const people = entry.users.map((one) => (typeof one === 'string' ? { user: one, userName: undefined } : one));
  const groups = entry.groups.map((one) => (typeof one === 'string' ? { group: one, priority: undefined } : one));
  const path = ['applications', at] as const;
  const userIds = resolveAll(
    reading,
    'user',
    [...path, 'users'],
    people.map(({ user }) => user),
  );
  const groupIds = resolveAll(
    reading,
    'group',
    [...path, 'groups'],
    groups.map(({ group }) => group),
  );
  return [
    ...userIds.map((id, nth) => {
      const userName = people[nth]?.userName;
      return { ...row('USER', id), ...(userName !== undefined && { userName }) };
    }),
    ...groupIds.map((id, nth) => ({ ...row('GROUP', id), priority: groups[nth]?.priority ?? nth })),
  ];
}

export function crossAppAccessRecord(file: OrgFile, at: number, reading: Reading): CrossAppAccessConnection {
  const entry = file.crossAppAccessConnections[at] as OrgFile['crossAppAccessConnections'][number];
  const path = ['crossAppAccessConnections', at] as const;
  const app = (name: 'requestingApplication' | 'resourceApplication') =>
    resolve(reading, 'application', [...path, name], entry[name]);
  const [requestingAppId, resourceAppId] = [app('requestingApplication'), app('resourceApplication')];
  if (requestingAppId !== '' && requestingAppId === resourceAppId) {
    reading.mistakes.push(`${written(path)}: an application needs no connection to itself`);
  }
  return {
    ...{ id: entry.id ?? idFromName('crossAppAccess', `${requestingAppId} ${resourceAppId}`) },
    ...{ requestingAppId, resourceAppId, status: entry.status },
    ...{ created: reading.created, lastUpdated: reading.created },
  };
}
