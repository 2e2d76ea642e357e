/**
 * Which org a request addresses: the main one, or the one at `/orgs/<id>`. The prefix is taken off the URL before a route is
 * looked for, so that no endpoint knows of it. Pure.
 */
import type { FastifyRequest } from 'fastify';
import type { Org } from '../org.js';
import type { Orgs } from '../orgs.js';

/** A URL in two: whose it is, and what it addresses there. */
export interface OrgUrl {
  /** Undefined for the main org. */
  readonly orgId: string | undefined;
  readonly url: string;
}

/** A request target without the host that a client may put before it. */
export function withoutHost(url: string): string {
  return url.replace(/^https?:\/\/[^/?]*/i, '');
}

/** The prefix comes first, or behind the name of a document, where RFC 8414 "Obtaining Metadata" inserts it. */
const PREFIXED =
  /^(\/\.well-known\/(?:oauth-authorization-server|openid-configuration))?\/orgs\/([\w-]{1,64})(?![^/?])/;

/**
 * Takes the prefix off a request target. It is read as it was sent: what is percent-encoded is no prefix, and no second
 * prefix is looked for behind the first.
 */
export function splitOrg(target: string): OrgUrl {
  const url = withoutHost(target);
  const [prefix = '', document = '', orgId] = PREFIXED.exec(url) ?? [];
  if (orgId === undefined) return { orgId, url: target };
  const rest = document + url.slice(prefix.length);
  return { orgId, url: rest.startsWith('/') ? rest : `/${rest}` };
}

/** The org that a request addresses; undefined when there is none of that id. */
export function orgOf(orgs: Pick<Orgs, 'main' | 'find'>, { originalUrl }: FastifyRequest): Org | undefined {
  const { orgId } = splitOrg(originalUrl);
  return orgId === undefined ? orgs.main : orgs.find(orgId);
}
