/**
 * The checks an ID-JAG must pass at a Resource Authorization Server: one ordered list, read from top to bottom, where the
 * first check that does not pass refuses the token. Each entry asks one question and says which document asks it.
 */
import * as z from 'zod';
import type { IdJag } from './id-jag.js';
import { isTransient, readSubId, type SubId } from './sub-id.js';

/** What the checks may ask of the server that runs them, for one request of an authenticated client. */
export interface CheckContext {
  /** This server's own RFC 8414 issuer identifier. */
  readonly issuer: string;
  readonly mcpUrl: string;
  readonly trustedIssuer: string;
  /** The client that authenticated; never a name taken from the ID-JAG. */
  readonly clientId: string;
  readonly scopesSupported: readonly string[];
  /** The `scope` parameter of the request, which can only narrow what the ID-JAG grants. */
  readonly requestedScope: string | undefined;
  readonly tenant: string | undefined;
  readonly audienceTenant: string | undefined;
  /** Seconds since 1970. */
  readonly now: () => number;
  readonly signatureVerifies: (idJag: IdJag) => Promise<boolean>;
  readonly knowsUser: (iss: unknown, sub: unknown) => boolean;
  /** The SAML issuer that is linked to the trusted issuer; with it, people are known here by the NameID in sub_id. */
  readonly samlIssuer: string | undefined;
  /** The sub of the account with that NameID. */
  readonly subOf: (iss: unknown, name: SubId | undefined) => string | undefined;
  /** Spends an ID-JAG: true for the first caller only. */
  readonly claimJti: (iss: unknown, jti: unknown, exp: unknown) => boolean;
}

export interface Check {
  readonly name: string;
  readonly source: string;
  readonly error: 'invalid_grant' | 'invalid_scope';
  readonly passes: (idJag: IdJag, context: CheckContext) => boolean | Promise<boolean>;
}

const PROCESSING = 'draft-ietf-oauth-identity-assertion-authz-grant, Processing Rules';
const CLAIMS = 'draft-ietf-oauth-identity-assertion-authz-grant, ID-JAG';
const SUB_ID = 'draft-ietf-oauth-identity-assertion-authz-grant, SAML NameID Subject Identifier Format';
const STABLE = 'draft-ietf-oauth-identity-assertion-authz-grant, Stability of the SAML NameID (proposed)';
const JWT = 'RFC 7519, Registered Claim Names';
const GRANT = 'RFC 7523, JWT Format and Processing Requirements';
const BCP = 'RFC 8725, JSON Web Token Best Current Practices';
const SCOPE = 'RFC 6749, Access Token Scope';
const EMA = 'MCP Enterprise-Managed Authorization, Security Considerations (proposed)';

const CLOCK_TOLERANCE_SECONDS = 30;
const MAX_LIFETIME_SECONDS = 300;
const ALGORITHMS: readonly unknown[] = ['RS256', 'ES256'];
const SCOPE_SYNTAX = /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/;

const filled = (value: unknown): boolean => typeof value === 'string' && value !== '';
const finite = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** Claims that need not be there, but may not be something else when they are. */
const OptionalClaims = z.object({
  email: z.string().optional(),
  act: z.looseObject({ sub: z.string() }).optional(),
  sub_id: z.looseObject({ format: z.string() }).optional(),
  aud_sub: z.string().optional(),
  auth_time: z.number().optional(),
  resource: z.union([z.string(), z.array(z.string()).nonempty()]).optional(),
});

/** True for one spelling of a scope list: text in RFC 6749 syntax. */
export function isScope(value: unknown): value is string {
  return typeof value === 'string' && SCOPE_SYNTAX.test(value);
}

/** A URL without a path may be written with or without its slash; no other two spellings are the same resource. */
export function sameResource(one: unknown, other: string): boolean {
  const spelled = (url: unknown) => String(url).replace(/^(https?:\/\/[^/?#]+)\/$/, '$1');
  return typeof one === 'string' && spelled(one) === spelled(other);
}

/** The scopes to grant: what the ID-JAG carries, this server knows, and the request, if it says anything, asks for. */
export function grantedScopes(claims: IdJag['claims'], context: CheckContext): string[] {
  const carried = isScope(claims.scope) ? claims.scope.split(' ') : [];
  const asked = context.requestedScope?.split(' ') ?? carried;
  return [...new Set(carried)].filter((scope) => asked.includes(scope) && context.scopesSupported.includes(scope));
}

type Passes = Check['passes'];
const check = (name: string, source: string, passes: Passes): Check => ({
  name,
  source,
  error: 'invalid_grant',
  passes,
});

/** Asked where people are known by SAML only; any other server goes by iss and sub, and leaves sub_id alone. */
const bySaml = (
  name: string,
  source: string,
  passes: (subId: SubId | undefined, ...rest: Parameters<Passes>) => boolean,
) =>
  check(name, source, (idJag, context) => {
    return context.samlIssuer === undefined || passes(readSubId(idJag.claims.sub_id), idJag, context);
  });

/** The list. Order matters twice: `iss` is bound before a key is looked up, and `jti` is spent after all else passed. */
export const checks: readonly Check[] = [
  check('compact-jws', 'RFC 7515, JWS Compact Serialization', ({ wellFormed }) => wellFormed),
  check('typ-exact', PROCESSING, ({ header }) => header.typ === 'oauth-id-jag+jwt'),
  check('alg-allowed', BCP, ({ header }) => ALGORITHMS.includes(header.alg)),
  check('no-crit', 'RFC 7515, "crit" (Critical) Header Parameter', ({ header }) => header.crit === undefined),
  check('kid-present', BCP, ({ header }) => filled(header.kid)),
  check('iss-trusted', PROCESSING, ({ claims }, { trustedIssuer }) => claims.iss === trustedIssuer),
  check('signature-verifies', GRANT, (idJag, { signatureVerifies }) => signatureVerifies(idJag)),
  check('aud-own-issuer', PROCESSING, ({ claims }, { issuer }) => {
    const audiences = listed(claims.aud);
    return audiences.length === 1 && audiences[0] === issuer;
  }),
  check('client-id-authenticated', PROCESSING, ({ claims }, { clientId }) => claims.client_id === clientId),
  check('sub-present', CLAIMS, ({ claims }) => filled(claims.sub)),
  check('sub-not-client', 'RFC 9700, Client Impersonating Resource Owner', ({ claims }, { clientId }) => {
    return claims.sub !== clientId;
  }),
  check('jti-present', CLAIMS, ({ claims }) => filled(claims.jti)),
  check('iat-present', CLAIMS, ({ claims }) => finite(claims.iat)),
  check('exp-present', CLAIMS, ({ claims }) => finite(claims.exp)),
  check('exp-not-passed', GRANT, ({ claims }, { now }) => Number(claims.exp) > now()),
  check('iat-not-in-future', EMA, ({ claims }, { now }) => Number(claims.iat) <= now() + CLOCK_TOLERANCE_SECONDS),
  check('nbf-not-in-future', JWT, ({ claims: { nbf } }, { now }) => {
    return nbf === undefined || (finite(nbf) && nbf <= now() + CLOCK_TOLERANCE_SECONDS);
  }),
  check('lifetime-short', EMA, ({ claims }) => {
    const lifetime = Number(claims.exp) - Number(claims.iat);
    return lifetime > 0 && lifetime <= MAX_LIFETIME_SECONDS;
  }),
  check('optional-claims-typed', CLAIMS, ({ claims }) => OptionalClaims.safeParse(claims).success),
  check('tenant-expected', 'draft-ietf-oauth-identity-assertion-authz-grant, Tenant', ({ claims }, context) => {
    return claims.tenant === context.tenant && claims.aud_tenant === context.audienceTenant;
  }),
  check('resource-own', PROCESSING, ({ claims: { resource } }, { mcpUrl }) => {
    const resources = listed(resource);
    return resource === undefined || resources.some((one) => sameResource(one, mcpUrl));
  }),
  check('scope-syntax', SCOPE, ({ claims: { scope } }) => scope === undefined || isScope(scope)),
  {
    ...check('scope-granted', SCOPE, ({ claims }, context) => {
      const nothingAsked = claims.scope === undefined && context.requestedScope === undefined;
      return nothingAsked || grantedScopes(claims, context).length > 0;
    }),
    error: 'invalid_scope',
  },
  // What this server cannot enforce it must not accept: the client would get more than the issuer granted.
  check('no-authorization-details', PROCESSING, ({ claims }) => claims.authorization_details === undefined),
  check('no-cnf', 'RFC 7800, Confirmation Claim', ({ claims }) => claims.cnf === undefined),
  bySaml('sub-id-present', SUB_ID, (_, { claims }) => claims.sub_id !== undefined),
  bySaml('sub-id-well-formed', SUB_ID, (subId) => subId !== undefined),
  // The issuer that signed is trusted for one SAML issuer, whatever others are known here.
  bySaml('sub-id-issuer-linked', SUB_ID, (subId, _, { samlIssuer }) => subId?.issuer === samlIssuer),
  bySaml('sub-id-not-transient', STABLE, (subId) => subId !== undefined && !isTransient(subId)),
  bySaml('sub-id-known', SUB_ID, (subId, { claims }, { subOf }) => subOf(claims.iss, subId) !== undefined),
  bySaml('sub-id-names-the-subject', CLAIMS, (subId, { claims }, { subOf }) => subOf(claims.iss, subId) === claims.sub),
  check('subject-known', PROCESSING, ({ claims }, { knowsUser }) => knowsUser(claims.iss, claims.sub)),
  check('jti-unused', EMA, ({ claims }, { claimJti }) => claimJti(claims.iss, claims.jti, claims.exp)),
];

/** The first check that the ID-JAG does not pass, or undefined when it may be redeemed. */
export async function findRefusal(
  idJag: IdJag,
  context: CheckContext,
  ordered: readonly Check[],
): Promise<Check | undefined> {
  for (const one of ordered) if (!(await one.passes(idJag, context))) return one;
  return undefined;
}
