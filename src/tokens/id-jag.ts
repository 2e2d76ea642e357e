/**
 * The ID-JAG: the short signed grant that the org addresses to one resource authorization server. Header, claim order and
 * lifetime are those of a real org.
 */
import * as z from 'zod';
import { newSecret } from '../protocol/ids.js';
import { type Fact, isKnown, problem } from '../protocol/rule.js';
import { JWT_TYPE } from '../protocol/urns.js';
import { signJws, type VerifyProblem, verifyJws } from './jws.js';
import type { KeyRing } from './keys.js';

export const ID_JAG_SECONDS = 300;

/** An actor; a delegated agent nests the application it acts for. RFC 8693 "act (Actor) Claim". */
export interface Actor {
  readonly sub: string;
  readonly sub_profile: string;
  readonly act?: Actor;
}

/** The user in the namespace of a SAML application. ID-JAG draft, "SAML NameID Subject Identifier Format". */
export interface SamlSubjectId {
  readonly format: 'saml-nameid';
  readonly issuer: string;
  readonly nameid: string;
  readonly nameid_format: string;
}

/** What an ID-JAG says; absent members are left out. `now` in seconds. */
export interface IdJagContent {
  readonly issuer: string;
  /** Issuer of the resource authorization server, verbatim. */
  readonly audience: string;
  readonly userId: string;
  readonly email?: string | undefined;
  /** The client's id at the resource authorization server. */
  readonly clientId: string | undefined;
  readonly scopes: readonly string[];
  readonly resource?: string | undefined;
  readonly act?: Actor | undefined;
  readonly subId?: SamlSubjectId | undefined;
  readonly now: number;
}

/** The claims in Okta's order. */
export function idJagClaims(content: IdJagContent): object {
  return {
    jti: `IDAAG.${newSecret(43)}`,
    iss: content.issuer,
    aud: content.audience,
    iat: content.now,
    exp: content.now + ID_JAG_SECONDS,
    sub: content.userId,
    email: content.email,
    client_id: content.clientId,
    sub_profile: 'user',
    scope: content.scopes.length > 0 ? content.scopes.join(' ') : undefined,
    resource: content.resource,
    act: content.act,
    sub_id: content.subId,
  };
}

/** What must never be guessed or missing, whatever the rules before let through. */
const REQUIRED = ['issuer', 'audience', 'userId', 'clientId'] as const;

/**
 * Signs an ID-JAG with the org's key: only the org server issues them.
 * @throws when a claim that names somebody is missing or empty: a fault of ours, and no token
 */
export async function issueIdJag(content: IdJagContent, keys: KeyRing): Promise<string> {
  const missing = REQUIRED.find((name) => !content[name]);
  if (missing) throw new Error(`An ID-JAG without ${missing} was about to be issued.`);
  const { kid, alg, key } = await keys.signingKey('org');
  return signJws({ kid, typ: JWT_TYPE.idJag, alg }, idJagClaims(content), key);
}

const IdJagClaims = z.object({
  jti: z.string().min(1),
  iss: z.string(),
  aud: z.union([z.string(), z.tuple([z.string()]).transform(([only]) => only)]),
  iat: z.number(),
  exp: z.number(),
  sub: z.string(),
  client_id: z.string(),
  sub_profile: z.string().optional(),
  scope: z.string().optional(),
  resource: z.union([z.string(), z.array(z.string())]).optional(),
  act: z.looseObject({}).optional(),
});
export type IdJagClaims = z.infer<typeof IdJagClaims>;

/** `not-an-id-jag`: signed by the org, but of another type or without the claims an ID-JAG must have. */
export type IdJagProblem = VerifyProblem | 'not-an-id-jag';

/** The claims of an ID-JAG that this org signed, or why there are none. Its times and audience are for the rules. */
export async function verifyIdJag(token: string, keys: KeyRing): Promise<Fact<IdJagClaims, IdJagProblem>> {
  const verified = await verifyJws(token, keys.ofServer('org'), ['RS256']);
  if (!isKnown(verified)) return verified;
  const claims = IdJagClaims.safeParse(verified.claims);
  return verified.header.typ === JWT_TYPE.idJag && claims.success ? claims.data : problem('not-an-id-jag');
}
