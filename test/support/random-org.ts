/** Org files at random, with everything that a file may hold, for what must be true of any org. */
import fc, { type Arbitrary } from 'fast-check';
import type { OrgFileInput } from '../../src/index.js';
import { type IdKind, idFromName } from '../../src/protocol/ids.js';
import type { SigningKey } from '../../src/registry/jwk.js';
import {
  type Agent,
  type App,
  activity,
  agents,
  apiTokens,
  apps,
  groups,
  org,
  pick,
  type Section,
  type Server,
  scopes,
  servers,
  some,
  text,
  type User,
  url,
  users,
} from './random-things.js';

const withId =
  <T extends object>(kind: IdKind, name: (thing: T) => string) =>
  (thing: T & { id?: string | undefined }) =>
    thing.id ?? idFromName(kind, name(thing));

interface Things {
  readonly users: User[];
  readonly groups: Section<'groups'>[];
  readonly authorizationServers: Server[];
  readonly applications: App[];
  readonly agents: Agent[];
}

/** Has the things refer to each other, by their ids. */
function referring(things: Things): Arbitrary<Things & Pick<OrgFileInput, 'crossAppAccessConnections'>> {
  const userIds = things.users.map(withId<User>('user', (user) => user.profile.login));
  const groupIds = things.groups.map(withId<Section<'groups'>>('group', (group) => group.name));
  const appIds = things.applications.map(withId<App>('application', (app) => app.label));
  const serverIds = things.authorizationServers.map(({ id }) => id);
  const several = (ids: string[]) => fc.shuffledSubarray(ids);
  const each = <T, M>(list: T[], more: (thing: T, at: number) => Arbitrary<M>): Arbitrary<(T & M)[]> =>
    fc.tuple(...list.map((thing, at) => more(thing, at).map((one) => ({ ...thing, ...one }))));
  const connection = (target: { application: string } | { authorizationServer: string }) =>
    fc
      .tuple(
        some({ id: fc.uuid(), resourceIndicator: text(200), clientIdAtResource: text(50).map((one) => `${one}c`) }),
        some({
          scopeCondition: pick('ALL_SCOPES' as const, 'INCLUDE_ONLY' as const, 'EXCLUDE' as const),
          scopes,
          status: activity,
        }),
        // Always written for an app, which need not have one.
        'application' in target ? fc.record({ issuerUrl: url }) : some({ issuerUrl: url }),
      )
      .map((parts) => Object.assign({}, target, ...parts));
  return fc.record({
    users: fc.constant(things.users),
    groups: each(things.groups, () => fc.record({ members: several(userIds) })),
    authorizationServers: fc.constant(things.authorizationServers),
    applications: each(things.applications, () => fc.record({ users: several(userIds), groups: several(groupIds) })),
    agents: each(things.agents, () =>
      fc
        .tuple(several(appIds), several(appIds), several(serverIds), several(userIds))
        .chain(([callers, targets, servers, owners]) =>
          fc.record({
            owners: fc.constant(owners),
            callers: fc.tuple(
              ...callers.map((application) =>
                fc.record({ application: fc.constant(application), authorizationServer: pick('org', ...serverIds) }),
              ),
            ),
            resourceConnections: fc.tuple(
              ...targets.map((application) => connection({ application })),
              ...servers.map((authorizationServer) => connection({ authorizationServer })),
            ),
          }),
        ),
    ),
    crossAppAccessConnections: fc.tuple(several(appIds), several(appIds), activity).map(([from, to, status]) =>
      from.flatMap((requestingApplication, at) => {
        const resourceApplication = to[at];
        if (resourceApplication === undefined || resourceApplication === requestingApplication) return [];
        return [{ requestingApplication, resourceApplication, status }];
      }),
    ),
  });
}

/** Links agents to apps, and lets no two apps have one Issuer URL, or one key in their SAML issuers. */
function linked(file: OrgFileInput, links: readonly number[]): OrgFileInput {
  const { applications = [], agents: all = [] } = file;
  const apps = applications.map((app, at) => {
    const mine = links.indexOf(at);
    const { clientId: _, ...rest } = app.oidc ?? {};
    const issuerUrl = app.xaa?.issuerUrl && `${at % 2 ? '{issuer}' : 'https://as.example'}/${at}`;
    return {
      ...app,
      ...(app.saml?.externalKey !== undefined && {
        saml: { ...app.saml, externalKey: `${at}-${app.saml.externalKey}` },
      }),
      ...(app.xaa && { xaa: { ...app.xaa, ...(issuerUrl !== undefined && { issuerUrl }) } }),
      ...(app.oidc && mine >= 0 && mine < all.length && { oidc: rest }),
    };
  });
  const agentsLinked = all.map((agent, at) => {
    const app = apps[links[at] as number];
    return app ? { ...agent, linkedApplication: withId<App>('application', ({ label }) => label)(app) } : agent;
  });
  return { ...file, applications: apps, agents: agentsLinked };
}

/** @param key a signing key to make others of */
export function randomOrg(key: SigningKey): Arbitrary<OrgFileInput> {
  const keys = fc
    .uniqueArray(fc.tuple(fc.uuid(), pick('org', 'aus0-of-6'), pick('NEXT' as const, 'RETIRED' as const)), {
      maxLength: 2,
    })
    .map((more) => [key, ...more.map(([id, server, status]) => ({ ...key, id, server, status }))]);
  return fc
    .record({ users, groups, authorizationServers: servers, applications: apps, agents })
    .chain((things) =>
      fc.tuple(
        referring(things),
        some({ org, apiTokens, signingKeys: keys }),
        fc.array(fc.nat(7), { minLength: 3, maxLength: 3 }),
      ),
    )
    .map(([things, more, links]) => linked({ ...things, ...more } as OrgFileInput, links));
}
