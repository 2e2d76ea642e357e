/** Custom authorization servers, their scopes and keys in Okta's JSON: what is taken and what is answered. */
import * as z from 'zod';
import type { ListedScope } from '../../admin/server-scopes.js';
import { issuerOf, type Org } from '../../org.js';
import { Activity } from '../../registry/activity.js';
import { AuthorizationServer, ServerScope } from '../../registry/authorization-server.js';
import type { KeyInUse } from '../../registry/jwk.js';
import { activeAmong, keysOf, publicHalf } from '../../tokens/keys.js';
import { lifecycleLink, link } from './links.js';

/** Where the servers stand, and what they and all below them ask for. */
export const SERVERS = '/api/v1/authorizationServers';
export const READ = 'okta.authorizationServers.read';
export const MANAGE = 'okta.authorizationServers.manage';

/** A description, which Okta takes to be empty when it is null or missing. */
export const Description = z
  .string()
  .max(1024)
  .nullish()
  .transform((text) => text ?? '');

export const ServerRequest = z
  .object({
    name: AuthorizationServer.shape.name,
    description: Description,
    audiences: z
      .array(z.string().min(1).max(1024))
      .length(1, 'must hold exactly one value: the aud of the access tokens of this server'),
  })
  .transform(({ audiences: [audience], ...rest }) => ({ ...rest, audience: audience as string }));

export const ScopeRequest = z
  .object({
    name: ServerScope.shape.name,
    description: Description,
    default: z
      .literal(false, 'is not modelled: a client asks for each scope by name, so leave it out or say false')
      .nullish(),
  })
  .transform(({ name, description }) => ({ name, description }));

export const RotateRequest = z.object({ use: z.literal('sig') });

const Links = z.looseObject({ self: z.looseObject({ href: z.string() }) });

export const ServerBody = z.looseObject({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  audiences: z.tuple([z.string()]),
  issuer: z.string(),
  status: Activity,
  created: z.string(),
  lastUpdated: z.string(),
  credentials: z.object({ signing: z.looseObject({ kid: z.string().optional() }) }),
  _links: Links,
});

export const ScopeBody = z.looseObject({
  id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  system: z.boolean(),
  _links: Links,
});

export const KeyBody = z.looseObject({
  status: z.enum(['ACTIVE', 'NEXT', 'EXPIRED']),
  alg: z.string(),
  kid: z.string(),
  kty: z.string(),
  _links: Links,
});

/** The address of a server in the management API. */
export const serverUrl = (org: Org, id: string) => `${org.issuer}${SERVERS}/${id}`;

function linksOf(org: Org, { id, status }: AuthorizationServer) {
  const at = serverUrl(org, id);
  const document = (name: string) => ({ name, ...link(`${issuerOf(org, id)}/.well-known/${name}`, 'GET') });
  return {
    rotateKey: link(`${at}/credentials/lifecycle/keyRotate`, 'POST'),
    metadata: [document('oauth-authorization-server'), document('openid-configuration')],
    self: link(at, 'GET', 'PUT', 'DELETE'),
    scopes: link(`${at}/scopes`, 'GET'),
    policies: link(`${at}/policies`, 'GET'),
    ...lifecycleLink(status, at),
  };
}

/** Nothing rotates by itself here, so the mode is MANUAL. */
export function serverBody(org: Org, server: AuthorizationServer) {
  const { id, name, description, audience, status, created, lastUpdated } = server;
  const active = activeAmong(keysOf(org.store.view(), id));
  return {
    ...{ id, name, description: description || null, audiences: [audience], issuer: issuerOf(org, id) },
    ...{ issuerMode: 'ORG_URL', status, created, lastUpdated },
    credentials: {
      signing: {
        ...(active && { kid: publicHalf(active).kid }),
        ...{ use: 'sig', rotationMode: 'MANUAL', lastRotated: active?.rotatedAt ?? created },
      },
    },
    _links: linksOf(org, server),
  };
}

/** There is no consent, every scope is in the metadata, and none is granted that was not asked for. */
export function scopeBody(org: Org, serverId: string, { id, name, description, system }: ListedScope) {
  return {
    ...{ id, name, displayName: name, description: description || null, system, default: false, optional: false },
    ...{ consent: 'IMPLICIT', metadataPublish: 'ALL_CLIENTS' },
    _links: {
      self: link(`${serverUrl(org, serverId)}/scopes/${id}`, ...(system ? ['GET'] : ['GET', 'PUT', 'DELETE'])),
    },
  };
}

const KEY_STATUS = { ACTIVE: 'ACTIVE', NEXT: 'NEXT', RETIRED: 'EXPIRED' } as const;

export function keyBody(org: Org, serverId: string, key: KeyInUse) {
  const { kid, ...jwk } = publicHalf(key);
  const self = link(`${serverUrl(org, serverId)}/credentials/keys/${kid}`, 'GET');
  return { status: KEY_STATUS[key.status], kid, ...jwk, _links: { self } };
}

/** Okta's order: the key that signs, the next one, those of the past. */
export function keyBodies(org: Org, serverId: string, keys: readonly KeyInUse[]) {
  const statuses = Object.keys(KEY_STATUS);
  const rank = ({ status }: KeyInUse) => statuses.indexOf(status);
  return [...keys].sort((one, other) => rank(one) - rank(other)).map((key) => keyBody(org, serverId, key));
}
