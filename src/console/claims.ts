/**
 * What the claims and header members of tokens mean, one line each, and where that is written. Data: a page looks a name up
 * under the kind of its token, and else among those that mean the same everywhere.
 */
import { cite, type Source } from '../protocol/sources.js';

/** What a member of a token means. */
export interface Meaning {
  readonly says: string;
  readonly source: Source;
}

export type TokenSort = 'id-jag' | 'id-token' | 'access-token' | 'client-assertion' | 'other';

type Meanings = Readonly<Record<string, Meaning>>;

const of =
  (from: (section: string) => Source, section?: string) =>
  (says: string, own = section as string): Meaning => ({ says, source: from(own) });

const jwt = of(cite.jwt);
const idJag = of(cite.idJag, 'ID-JAG Claims');
const oidc = of(cite.oidc, 'ID Token');
const standard = of(cite.oidc, 'Standard Claims');
const okta = of(cite.oktaOidc, 'Tokens and claims');
const assertion = of(cite.jwtBearer, 'JWT Format and Processing Requirements');
const header = of(cite.jws);

const EVERYWHERE: Meanings = {
  iss: jwt('Who issued the token.', '"iss" (Issuer) Claim'),
  sub: jwt('Whom the token is about.', '"sub" (Subject) Claim'),
  aud: jwt('Whom the token is for. Anybody else must refuse it.', '"aud" (Audience) Claim'),
  exp: jwt('From this second on the token must be refused.', '"exp" (Expiration Time) Claim'),
  nbf: jwt('Before this second the token must be refused.', '"nbf" (Not Before) Claim'),
  iat: jwt('When the token was issued.', '"iat" (Issued At) Claim'),
  jti: jwt('Names this one token, so that a second use can be told.', '"jti" (JWT ID) Claim'),
  scope: { says: 'The scopes, separated by blanks.', source: cite.tokenExchange('"scope" (Scopes) Claim') },
  client_id: {
    says: 'The client that the token was issued to.',
    source: cite.tokenExchange('"client_id" (Client Identifier) Claim'),
  },
  act: {
    says: 'Who acts for the user: sub is the AI agent, and an act within it the application the user signed in to.',
    source: cite.tokenExchange('"act" (Actor) Claim'),
  },
  sub_profile: idJag(
    'What kind of party sub is: a user, an AI agent, a web application.',
    'Actor Delegation Extensions',
  ),
  auth_time: oidc('When the user signed in.'),
  acr: oidc('How well the user was authenticated.'),
  amr: oidc('How the user was authenticated: pwd is a password.'),
  cnf: {
    says: 'The key whose holder alone may use the token.',
    source: cite.proofOfPossession('Confirmation Claim'),
  },
  authorization_details: {
    says: 'What is granted more closely than scopes can say.',
    source: cite.authorizationDetails('Request Parameter "authorization_details"'),
  },
  email: standard('Email address of the user.'),
  groups: okta('Groups of the user.'),
};

const ID_JAG: Meanings = {
  iss: idJag('The org that issued it. The resource authorization server must trust it by name.'),
  sub: idJag('The user, by the id that the org has for them.'),
  aud: idJag('Issuer of the one resource authorization server that it is for, to the byte.'),
  exp: idJag('From this second on it must be refused. Okta gives an ID-JAG five minutes.'),
  iat: idJag('When it was issued.'),
  jti: idJag('Names this one ID-JAG, so that the server can refuse a second use.'),
  client_id: idJag('The requester as the resource authorization server knows it: it must be who redeems the ID-JAG.'),
  scope: idJag('What the requester may ask the resource authorization server for.'),
  resource: idJag('The protected resource, as the resource connection names it.'),
  email: idJag('Email address of the user, by which the server may find the account.'),
  auth_time: idJag('When the user signed in to the org.'),
  tenant: idJag('The tenant of the issuer, where one issuer serves several.'),
  sub_id: idJag(
    'The user as the resource application knows them by SAML.',
    'SAML NameID Subject Identifier: Subject Identifier Format',
  ),
};

const ID_TOKEN: Meanings = {
  iss: oidc('The org, or the custom authorization server, where the user signed in.'),
  sub: oidc('The user, by the id that the org has for them.'),
  aud: oidc('Client id of the application that the user signed in to.'),
  name: standard('Full name of the user.'),
  preferred_username: standard('Login of the user.'),
  given_name: standard('First name of the user.'),
  family_name: standard('Last name of the user.'),
  locale: standard('Language and region of the user.'),
  zoneinfo: standard('Time zone of the user.'),
  updated_at: standard('When the profile of the user was last changed.'),
  email_verified: standard('Whether the address is known to be the user’s. Okta says so of every address.'),
  ver: okta('Version of the token’s format.'),
  idp: okta('Id of the org, or of the identity provider where the user signed in.'),
  nonce: oidc('What the application sent with the sign-in, given back so that no answer can be played to it twice.'),
  at_hash: oidc('Half of the hash of the access token that was issued with it, so that the two cannot be parted.'),
};

const ACCESS_TOKEN: Meanings = {
  iss: okta('The org, or the custom authorization server, that issued it.'),
  sub: okta('Login of the user; the client id where no user stands behind it.'),
  aud: okta('Whom it is for. An access token of the org server is for the org alone.'),
  cid: okta('Client id of who asked for it.'),
  uid: okta('The user, by the id that the org has for them.'),
  scp: okta('The scopes that were granted.'),
  ver: okta('Version of the token’s format.'),
};

const CLIENT_ASSERTION: Meanings = {
  iss: assertion('Client id of who signed it.'),
  sub: assertion('The same client id: the client speaks for itself.'),
  aud: assertion('The token endpoint, or the issuer of the org.'),
  exp: assertion('From this second on it is refused. Okta takes none that lives longer than an hour.'),
  jti: assertion('Names this one assertion; the org takes it once.'),
};

const MEANINGS: Readonly<Record<TokenSort, Meanings>> = {
  'id-jag': ID_JAG,
  'id-token': ID_TOKEN,
  'access-token': ACCESS_TOKEN,
  'client-assertion': CLIENT_ASSERTION,
  other: {},
};

const HEADERS: Meanings = {
  alg: header('The algorithm of the signature.', '"alg" (Algorithm) Header Parameter'),
  kid: header('Names the key of the issuer’s key set that signed it.', '"kid" (Key ID) Header Parameter'),
  typ: header(
    'What kind of token it is: oauth-id-jag+jwt for an ID-JAG. ID tokens of Okta have none.',
    '"typ" (Type) Header Parameter',
  ),
  cty: jwt('What kind of content it carries.', '"cty" (Content Type) Header Parameter'),
  crit: header(
    'Header members that must be understood, or else the token be refused.',
    '"crit" (Critical) Header Parameter',
  ),
  jwk: header(
    'A key that the token brings along. It proves nothing: anybody can bring one.',
    '"jwk" (JSON Web Key) Header Parameter',
  ),
  jku: header(
    'Where a key set is said to be. A server that fetches it trusts the token’s writer.',
    '"jku" (JWK Set URL) Header Parameter',
  ),
  x5u: header(
    'Where a certificate is said to be. A server that fetches it trusts the token’s writer.',
    '"x5u" (X.509 URL) Header Parameter',
  ),
  x5c: header('Certificates that the token brings along.', '"x5c" (X.509 Certificate Chain) Header Parameter'),
};

const find = (meanings: Meanings, name: string) => (Object.hasOwn(meanings, name) ? meanings[name] : undefined);

/** What a claim of a token of that sort means; undefined: nothing that this org knows of. */
export function meaningOfClaim(sort: TokenSort, name: string): Meaning | undefined {
  return find(MEANINGS[sort], name) ?? find(EVERYWHERE, name);
}

export function meaningOfHeader(name: string): Meaning | undefined {
  return find(HEADERS, name);
}

/** Claims that are moments, in seconds since the epoch. */
export const MOMENTS: readonly string[] = ['exp', 'nbf', 'iat', 'auth_time', 'updated_at'];
