/**
 * The ID-JAG: the short signed grant that the org addresses to one resource authorization server. Header, claim order and
 * lifetime are those of a real org.
 */
import { newSecret } from '../protocol/ids.js';
import { JWT_TYPE } from '../protocol/urns.js';
import type { KeyRing } from './keys.js';
import { signFor, type UnsignedJws } from './unsigned-jws.js';

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
  readonly sp_name_qualifier?: string;
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
  readonly resource?: string | readonly string[] | undefined;
  readonly act?: Actor | undefined;
  readonly subId?: SamlSubjectId | undefined;
  readonly now: number;
}

/** The claims in Okta's order. */
function idJagClaims(content: IdJagContent): object {
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
 * The ID-JAG, not yet signed.
 * @throws when a claim that names somebody is missing or empty: a fault of ours, and no token
 */
export function idJagJws(content: IdJagContent): UnsignedJws {
  const missing = REQUIRED.find((name) => !content[name]);
  if (missing) throw new Error(`An ID-JAG without ${missing} was about to be issued.`);
  return { typ: JWT_TYPE.idJag, claims: idJagClaims(content) };
}

/** Signed with the org's key: only the org server issues them. */
export async function issueIdJag(content: IdJagContent, keys: KeyRing): Promise<string> {
  return signFor('org', idJagJws(content), keys);
}
