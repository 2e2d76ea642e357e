/**
 * From an org file to the records of an org. References are resolved here, and everything that can be wrong with a file
 * is reported here, with the path of the offending value. The same file always gives the same records.
 */
import { createHash } from 'node:crypto';
import type * as z from 'zod';
import { idFromName } from '../protocol/ids.js';
import { agentBelongings, agentRecord } from './agent-records.js';
import { agents, credentials, delegations } from './ai-agent.js';
import { apiTokens } from './api-token.js';
import { applications } from './application.js';
import { applicationRecord, assignmentRecords, crossAppAccessRecord } from './application-records.js';
import { armedCases } from './armed-case.js';
import { fileArmed } from './armed-records.js';
import { assignments } from './assignment.js';
import { type AuthorizationServer, authorizationServers } from './authorization-server.js';
import type { AnyCollection, Entity } from './collection.js';
import { crossAppAccessConnections } from './cross-app-access.js';
import { activeFaults } from './fault.js';
import { groups, memberships } from './group.js';
import { type SigningKey, signingKeys } from './jwk.js';
import { keyHistories } from './key-history.js';
import { orgClocks } from './org-clock.js';
import { OrgFile } from './org-file.js';
import { introduce, ownId, type Reading, resolveAll, written } from './org-file-reading.js';
import { orgSettings } from './org-settings.js';
import { ownEdgeCases } from './own-edge-case.js';
import { publishedKeys } from './published-key.js';
import { resourceConnections } from './resource-connection.js';
import { unfriendlyModes } from './unfriendly.js';
import { users } from './user.js';

/** Every collection that an org file is read into. */
export const REGISTRY: readonly AnyCollection[] = [
  orgSettings,
  apiTokens,
  signingKeys,
  users,
  groups,
  memberships,
  authorizationServers,
  applications,
  assignments,
  agents,
  credentials,
  delegations,
  resourceConnections,
  crossAppAccessConnections,
  ownEdgeCases,
  armedCases,
];

/** What the control API sets while an org runs, and no org file has. */
export const SET_WHILE_RUNNING: readonly AnyCollection[] = [
  ...[activeFaults, orgClocks, unfriendlyModes],
  ...[publishedKeys, keyHistories],
];

function introduceAll(file: OrgFile, reading: Reading): void {
  file.users.forEach((user, at) => {
    introduce(reading, 'user', ['users', at, 'profile', 'login'], user.profile.login, user.id);
  });
  file.groups.forEach((group, at) => {
    introduce(reading, 'group', ['groups', at, 'name'], group.name, group.id);
  });
  file.authorizationServers.forEach((server, at) => {
    introduce(reading, 'authorizationServer', ['authorizationServers', at, 'name'], server.name, server.id);
  });
  file.applications.forEach((app, at) => {
    introduce(reading, 'application', ['applications', at, 'label'], app.label, app.id);
  });
  file.agents.forEach((agent, at) => {
    introduce(reading, 'agent', ['agents', at, 'name'], agent.name, agent.id);
  });
}

/**
 * Records whose unique keys collide, as mistakes. The store would refuse them, too, but could not say where they stand.
 * @param same what two of them may not share, where the name of the index does not say it
 */
function collisions(collection: AnyCollection, records: readonly Entity[], section: string, same?: string): string[] {
  return collection.unique.flatMap((index) => {
    const seen = new Set<string>();
    const keysOf = collection.indexes[index] as (record: Entity) => readonly string[];
    return records.flatMap((record, at) =>
      keysOf(record).flatMap((key) => {
        const taken = seen.has(key);
        seen.add(key);
        return taken ? [`${section}[${at}]: another one has the same ${same ?? index}`] : [];
      }),
    );
  });
}

function serverRecord(entry: OrgFile['authorizationServers'][number], created: string): AuthorizationServer {
  const scopes = entry.scopes.map((scope) => (typeof scope === 'string' ? { name: scope, description: '' } : scope));
  const policies = entry.policies.map((policy) => ({
    ...policy,
    id: policy.id ?? idFromName('policy', `${entry.id} ${policy.name}`),
    ...{ created, lastUpdated: created },
    rules: policy.rules.map((rule) => ({
      ...rule,
      id: rule.id ?? idFromName('policyRule', `${entry.id} ${policy.name} ${rule.name}`),
      ...{ created, lastUpdated: created },
    })),
  }));
  return { ...entry, scopes, policies, created, lastUpdated: created };
}

type Belongings = ReturnType<typeof agentBelongings>;

/** What stands twice in lists where it may stand once. */
function standingTwice(
  apps: readonly Entity[],
  belongings: readonly Belongings[],
  appToApp: readonly Entity[],
  edgeCases: readonly Entity[],
): string[] {
  return [
    ...collisions(applications, apps, 'applications'),
    ...belongings.flatMap((one, at) => [
      ...collisions(delegations, one.delegations, `agents[${at}].callers`, 'application'),
      ...collisions(resourceConnections, one.connections, `agents[${at}].resourceConnections`, 'target'),
    ]),
    ...collisions(crossAppAccessConnections, appToApp, 'crossAppAccessConnections', 'two applications'),
    ...collisions(ownEdgeCases, edgeCases, 'edgeCases'),
  ];
}

function records(file: OrgFile, reading: Reading): Record<string, readonly Entity[]> {
  introduceAll(file, reading);
  const { created } = reading;
  const apps = file.applications.map((_, at) => applicationRecord(file, at, reading));
  const agentRecords = file.agents.map((_, at) => agentRecord(file, at, reading));
  const belongings = agentRecords.map((agent, at) => agentBelongings(file, at, agent.id, apps, reading));
  const servers = file.authorizationServers.map((server) => serverRecord(server, created));
  const appToApp = file.crossAppAccessConnections.map((_, at) => crossAppAccessRecord(file, at, reading));
  const edgeCases = file.edgeCases.map((row) => ({ id: row.name, row }));
  const armed = [...belongings.flatMap((one) => one.armed), ...fileArmed(file.armed, reading)];
  reading.mistakes.push(...standingTwice(apps, belongings, appToApp, edgeCases));
  return {
    users: file.users.map((user) => ({
      ...user,
      id: ownId('user', user.profile.login, user.id),
      created,
      lastUpdated: created,
      statusChanged: created,
      ...(user.status !== 'STAGED' && { activated: created }),
      ...(user.password !== undefined && { passwordChanged: created }),
    })),
    groups: file.groups.map(({ members, ...group }) => ({
      ...group,
      id: ownId('group', group.name, group.id),
      created,
      lastUpdated: created,
    })),
    memberships: file.groups.flatMap((group, at) => {
      const groupId = ownId('group', group.name, group.id);
      return resolveAll(reading, 'user', ['groups', at, 'members'], group.members).map((userId) => ({
        id: `${groupId}:${userId}`,
        groupId,
        userId,
      }));
    }),
    authorizationServers: servers,
    applications: apps,
    assignments: file.applications.flatMap((_, at) => assignmentRecords(file, at, reading)),
    agents: agentRecords,
    credentials: belongings.flatMap((one) => one.credentials),
    delegations: belongings.flatMap((one) => one.delegations),
    resourceConnections: belongings.flatMap((one) => one.connections),
    crossAppAccessConnections: appToApp,
    ownEdgeCases: edgeCases,
    armedCases: armed,
    apiTokens: file.apiTokens.map((token) => ({ ...token, id: token.id ?? idFromName('apiToken', token.name) })),
  };
}

/** SHA-256 of the parsed file, whatever its spacing: the store remembers what it was seeded from. */
function seedOf(file: unknown): string {
  return createHash('sha256').update(JSON.stringify(file)).digest('hex');
}

/** What a file becomes. */
export interface SeededOrg {
  readonly records: Readonly<Record<string, readonly Entity[]>>;
  readonly seed: string;
}

/** Why a file becomes none. */
export interface Mistakes {
  readonly mistakes: readonly string[];
}

/**
 * Reads an org file (already parsed JSON) into records.
 * @param developmentKeys the signing keys of an org whose file names none
 * @param created the `created` of every record, ISO 8601
 * @returns the records, or every mistake in the file as a line with the path of the value
 */
export function seedOrg(
  content: unknown,
  developmentKeys: readonly SigningKey[],
  created: string,
): SeededOrg | Mistakes {
  const parsed = OrgFile.safeParse(content);
  if (!parsed.success) return { mistakes: parsed.error.issues.map(issueLine) };
  const file = parsed.data;
  const reading: Reading = { mistakes: [], ids: new Map(), created };
  const seed = seedOf(file);
  const org = { id: file.org.id ?? idFromName('org', file.org.name), ...withoutId(file.org), seed };
  const seeded = { ...records(file, reading), org: [org], signingKeys: file.signingKeys ?? developmentKeys };
  if (!seeded.signingKeys.some((key) => key.server === 'org' && key.status === 'ACTIVE')) {
    reading.mistakes.push('signingKeys: there is no ACTIVE key of the server "org"');
  }
  const mistakes = [...new Set(reading.mistakes)];
  return mistakes.length > 0 ? { mistakes } : { records: seeded, seed };
}

function withoutId({ id: _, ...rest }: OrgFile['org']): Omit<OrgFile['org'], 'id'> {
  return rest;
}

function issueLine(issue: z.core.$ZodIssue): string {
  return `${written(issue.path) || 'the file'}: ${issue.message}`;
}
