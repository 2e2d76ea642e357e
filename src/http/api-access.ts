/**
 * Who may use the management API: who holds an API token of the org (`Authorization: SSWS …`) whose role is enough, or an
 * access token of the org's own server with the scope that the operation asks for (`Authorization: Bearer …`).
 */
import type { FastifyRequest } from 'fastify';
import { accessTokenHolder, type TokenHolder } from '../grants/token-state.js';
import type { Org } from '../org.js';
import type { ManagementError } from '../protocol/management-errors.js';
import { type ApiToken, apiTokens } from '../registry/api-token.js';
import type { Party } from '../syslog/event.js';
import { type ErrorAnswer, managementError } from './bodies.js';
import { pathOf } from './calls.js';
import type { Operation } from './endpoint.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who was admitted to the management API. */
    actor?: Party;
  }
}

/** What a request presents of itself, and what the operation asks for. */
export interface ApiFacts {
  readonly scheme: 'SSWS' | 'Bearer' | 'other' | 'none';
  readonly apiToken: ApiToken | undefined;
  readonly holder: TokenHolder | undefined;
  /** Such as `okta.users.read` or `okta.users.manage`. */
  readonly scope: string;
}

interface ApiRule {
  readonly name: string;
  readonly demands: string;
  readonly holds: (facts: ApiFacts) => boolean;
  readonly error: ManagementError;
  /** `error` of the challenge, for who came with a Bearer token. RFC 6750 "Error Codes". */
  readonly challenge: 'invalid_token' | 'insufficient_scope';
}

const isRead = (scope: string) => scope.endsWith('.read');

/** Whether one of the scopes is enough. `…manage` includes `…read`, as at Okta. */
function suffices(scopes: readonly string[], asked: string): boolean {
  return scopes.includes(asked) || (isRead(asked) && scopes.includes(asked.replace(/\.read$/, '.manage')));
}

/** In the order in which refusals win. */
export const API_RULES: readonly ApiRule[] = [
  {
    name: 'api-credential-sent',
    demands: 'The request carries an API token or an access token.',
    holds: (f) => f.scheme !== 'none',
    error: 'E0000005',
    challenge: 'invalid_token',
  },
  {
    name: 'api-credential-valid',
    demands: 'The token is one of this org and has not expired.',
    holds: (f) => f.apiToken !== undefined || f.holder !== undefined,
    error: 'E0000011',
    challenge: 'invalid_token',
  },
  {
    name: 'api-role-allows',
    demands: 'An API token of a READ_ONLY_ADMIN only reads.',
    holds: (f) => f.apiToken?.role !== 'READ_ONLY_ADMIN' || isRead(f.scope),
    error: 'E0000006',
    challenge: 'insufficient_scope',
  },
  {
    name: 'api-scope-granted',
    demands: 'An access token has the scope of the operation, or the one that manages what the operation reads.',
    holds: (f) => f.holder === undefined || suffices(f.holder.scopes, f.scope),
    error: 'E0000006',
    challenge: 'insufficient_scope',
  },
];

/** The API token in an `Authorization: SSWS …`, if the org has it and it has not expired. */
export function findApiToken(org: Org, authorization: string | undefined): ApiToken | undefined {
  const token = /^SSWS (\S+)$/.exec(authorization ?? '')?.[1];
  const [found] = token === undefined ? [] : org.store.view().findBy(apiTokens, 'token', token);
  const { validUntil } = found ?? {};
  return validUntil === undefined || Date.parse(validUntil) > org.clock.now() ? found : undefined;
}

/** The same, of the org that is asked or of the main one: a token of that is one of every org. */
export function findTokenOfEither(
  { org, orgs }: Pick<FastifyRequest, 'org' | 'orgs'>,
  authorization: string | undefined,
): ApiToken | undefined {
  return findApiToken(org, authorization) ?? findApiToken(orgs.main, authorization);
}

function schemeOf(authorization: string | undefined): ApiFacts['scheme'] {
  if (authorization === undefined) return 'none';
  if (authorization.startsWith('SSWS ')) return 'SSWS';
  return /^Bearer /i.test(authorization) ? 'Bearer' : 'other';
}

async function gather({ org, headers }: FastifyRequest, scope: string): Promise<ApiFacts> {
  const { authorization } = headers;
  const bearer = /^Bearer ([\w~+/.=-]+)$/i.exec(authorization ?? '')?.[1];
  return {
    scheme: schemeOf(authorization),
    apiToken: findApiToken(org, authorization),
    holder: bearer === undefined ? undefined : await accessTokenHolder(org, bearer),
    scope,
  };
}

/** Okta's `WWW-Authenticate` of the management API. */
function challengeOf(request: FastifyRequest, rule: ApiRule, scope: string): string {
  const { issuer } = request.org;
  const parts = {
    authorization_uri: `${issuer}/oauth2/v1/authorize`,
    realm: issuer,
    scope,
    error: rule.challenge,
    error_description: rule.demands,
    resource: pathOf(request),
  };
  return `Bearer ${Object.entries(parts)
    .map(([name, value]) => `${name}="${value.replaceAll(/["\\]/g, '')}"`)
    .join(', ')}`;
}

export const partyOfToken = ({ id, name }: ApiToken): Party => ({
  id,
  type: 'ApiToken',
  alternateId: name,
  displayName: name,
  detailEntry: null,
});

/** The access of an operation that asks for a scope, and the question that is put before its body is read. */
export function apiAccess(scope: string): Pick<Operation, 'access' | 'admit'> {
  return {
    access: { scope },
    async admit(request): Promise<ErrorAnswer | undefined> {
      const facts = await gather(request, scope);
      const refused = API_RULES.find((rule) => !rule.holds(facts));
      if (refused) {
        const challenged = facts.scheme === 'Bearer' || facts.scheme === 'none';
        const headers = challenged ? { 'www-authenticate': challengeOf(request, refused, scope) } : {};
        return { ...managementError(refused.error), headers };
      }
      request.actor = facts.apiToken ? partyOfToken(facts.apiToken) : (facts.holder as TokenHolder).party;
      return undefined;
    },
  };
}
