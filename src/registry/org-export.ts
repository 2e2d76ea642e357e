/**
 * From the records of an org to an org file that loads back to the same records, their times apart: the other way of
 * `org-records.ts`. Ids are always written; references are names, as a person would write them.
 */
import { isDeepStrictEqual } from 'node:util';
import { type AiAgent, agents, credentials, delegations } from './ai-agent.js';
import { apiTokens } from './api-token.js';
import { type Application, applications } from './application.js';
import { applicationName } from './application-records.js';
import { armedCases } from './armed-case.js';
import { armedEntry } from './armed-records.js';
import { type Assignment, assignments } from './assignment.js';
import { type AuthorizationServer, authorizationServers } from './authorization-server.js';
import type { Collection, Entity } from './collection.js';
import { crossAppAccessConnections } from './cross-app-access.js';
import { type Group, groups, memberships } from './group.js';
import { type SigningKey, signingKeys } from './jwk.js';
import { OrgFile, type OrgFileInput } from './org-file.js';
import { type OrgSettings, orgSettings } from './org-settings.js';
import { ownEdgeCases } from './own-edge-case.js';
import { type ResourceConnection, resourceConnections } from './resource-connection.js';
import { users } from './user.js';
import { withoutDefaults } from './without-defaults.js';

/** The part of a view that is needed here; lists are in order of insertion. */
export interface Records {
  get<T extends Entity>(collection: Collection<T>, id: string): T | undefined;
  list<T extends Entity>(collection: Collection<T>): readonly T[];
  findBy<T extends Entity>(collection: Collection<T>, index: string, key: string): readonly T[];
}

/** What a record has, however deep, and the file has not: times, and what the org was seeded from. */
export const LEFT_OUT = [
  ...['created', 'lastUpdated', 'statusChanged', 'passwordChanged', 'activated', 'clientSecretDates', 'seed'],
  'applied',
] as const satisfies readonly string[];
type LeftOut = 'created' | 'lastUpdated' | 'statusChanged' | 'passwordChanged' | 'activated' | 'seed';

const isLeftOut = (name: string) => LEFT_OUT.some((one) => one === name);

function withoutTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTimes);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !isLeftOut(name));
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutTimes(member)]));
}

const written = <T extends object>(record: T) => withoutTimes(record) as Omit<T, LeftOut>;

/** From an id to what refers to the thing. */
type Reference = (id: string) => string;

/**
 * Things are referred to by name; by id where the name is the id of another, for an id goes first, or means something else.
 * @param reserved names that mean something else
 */
function referencesTo<T extends Entity>(
  things: readonly T[],
  nameOf: (thing: T) => string,
  ...reserved: readonly string[]
): Reference {
  const names = new Map(things.map((thing) => [thing.id, nameOf(thing)]));
  return (id) => {
    const name = names.get(id);
    return name === undefined || names.has(name) || reserved.includes(name) ? id : name;
  };
}

/** The records of the org, and how to refer to them. */
interface Exporting {
  readonly records: Records;
  readonly user: Reference;
  readonly group: Reference;
  readonly application: Reference;
  readonly authorizationServer: Reference;
}

type Entry<N extends 'applications' | 'agents' | 'groups' | 'authorizationServers'> = OrgFile[N][number];
type ConnectionEntry = Entry<'agents'>['resourceConnections'][number];

function groupEntry({ records, user }: Exporting, group: Group): Entry<'groups'> {
  return { ...written(group), members: records.findBy(memberships, 'group', group.id).map((row) => user(row.userId)) };
}

function serverEntry(server: AuthorizationServer): Entry<'authorizationServers'> {
  const scopes = server.scopes.map((scope) => (scope.description === '' ? scope.name : scope));
  return { ...written(server), scopes };
}

/** Left out where reading the file makes it: the linked agent's id, or the app's own. */
function clientIdEntry({ records }: Exporting, { id, oidc }: Application): string | undefined {
  const linked = records.list(agents).find((agent) => agent.linkedAppId === id);
  return oidc?.clientId === (linked?.id ?? id) ? undefined : oidc?.clientId;
}

function applicationEntry(exporting: Exporting, app: Application): Entry<'applications'> {
  const { records, user, group } = exporting;
  const rows = records.findBy(assignments, 'app', app.id);
  const of = (type: Assignment['principalType']) => rows.filter((row) => row.principalType === type);
  return {
    ...written(app),
    name: app.name === applicationName(app) ? undefined : app.name,
    oidc: app.oidc && { ...written(app.oidc), clientId: clientIdEntry(exporting, app) },
    users: of('USER').map(({ principalId, userName }) =>
      userName === undefined ? user(principalId) : { user: user(principalId), userName },
    ),
    groups: of('GROUP').map(({ principalId, priority }, at) =>
      priority === undefined || priority === at ? group(principalId) : { group: group(principalId), priority },
    ),
  };
}

/** The Issuer URL as it is now at what the connection leads to. */
function presentIssuer({ records }: Exporting, { connectionType, targetId }: ResourceConnection): string | undefined {
  if (connectionType === 'IDENTITY_ASSERTION_CUSTOM_AS') return `{issuer}/oauth2/${targetId}`;
  return records.get(applications, targetId)?.xaa.issuerUrl;
}

function connectionEntry(exporting: Exporting, connection: ResourceConnection): ConnectionEntry {
  const { agentId: _, connectionType, targetId, issuerUrl, ...rest } = written(connection);
  const target =
    connectionType === 'IDENTITY_ASSERTION_CUSTOM_AS'
      ? { authorizationServer: exporting.authorizationServer(targetId) }
      : { application: exporting.application(targetId) };
  const present = issuerUrl === presentIssuer(exporting, connection);
  // What is armed for it stands with the file as a whole.
  return { ...rest, ...target, issuerUrl: present ? undefined : issuerUrl, armed: [] };
}

function agentEntry(exporting: Exporting, agent: AiAgent): Entry<'agents'> {
  const { records, user, application, authorizationServer } = exporting;
  const { profile, ownerIds, linkedAppId, ...rest } = written(agent);
  return {
    ...rest,
    ...profile,
    owners: ownerIds.map(user),
    linkedApplication: linkedAppId === undefined ? undefined : application(linkedAppId),
    credentials: records.findBy(credentials, 'agent', agent.id).map(({ id, status, is }) => ({ id, status, ...is })),
    callers: records.findBy(delegations, 'agent', agent.id).map(({ id, appId, server }) => ({
      id,
      application: application(appId),
      authorizationServer: server === 'org' ? server : authorizationServer(server),
    })),
    resourceConnections: records
      .findBy(resourceConnections, 'agent', agent.id)
      .map((connection) => connectionEntry(exporting, connection)),
  };
}

/** `undefined` when they are the development keys, which a file without keys means. */
function signingKeysEntry(records: Records, developmentKeys: readonly SigningKey[]): SigningKey[] | undefined {
  const keys = records.list(signingKeys);
  return isDeepStrictEqual(keys, developmentKeys) ? undefined : [...keys];
}

/**
 * Writes an org as an org file: passwords, secrets and private keys included, times left out, and what is the default left
 * out. The assignments of an application are written users first; else the order of insertion is kept.
 * @param developmentKeys the signing keys of an org whose file names none
 */
export function exportOrg(records: Records, developmentKeys: readonly SigningKey[]): OrgFileInput {
  const exporting: Exporting = {
    records,
    user: referencesTo(records.list(users), (user) => user.profile.login),
    group: referencesTo(records.list(groups), (group) => group.name),
    application: referencesTo(records.list(applications), (app) => app.label),
    // A caller of the server "org" is one of the org itself.
    authorizationServer: referencesTo(records.list(authorizationServers), (server) => server.name, 'org'),
  };
  const { application } = exporting;
  const agent = referencesTo(records.list(agents), (one) => one.profile.name);
  const file: OrgFile = {
    org: written(records.list(orgSettings)[0] as OrgSettings),
    apiTokens: [...records.list(apiTokens)],
    signingKeys: signingKeysEntry(records, developmentKeys),
    users: records.list(users).map(written),
    groups: records.list(groups).map((group) => groupEntry(exporting, group)),
    authorizationServers: records.list(authorizationServers).map(serverEntry),
    applications: records.list(applications).map((app) => applicationEntry(exporting, app)),
    agents: records.list(agents).map((agent) => agentEntry(exporting, agent)),
    armed: records.list(armedCases).flatMap((armed) => armedEntry(armed, { agent, application, user: exporting.user })),
    edgeCases: records.list(ownEdgeCases).map(({ row }) => row),
    crossAppAccessConnections: records.list(crossAppAccessConnections).map((row) => ({
      ...{ id: row.id, status: row.status },
      requestingApplication: application(row.requestingAppId),
      resourceApplication: application(row.resourceAppId),
    })),
  };
  return withoutDefaults(OrgFile, file) as OrgFileInput;
}
