/**
 * What is wrong around a token: the request that presents it, what went before, what the identity provider publishes,
 * and what the answer is looked at for. Data for who presents tokens; making a token does not ask for it.
 */
import * as z from 'zod';
import { Patch, SIGNATURES, SignerName } from './edits.js';
import { oneOf } from './one-of.js';

/** Who presents the token, and how it proves who it is. */
export const CLIENTS = {
  none: 'nobody: no credentials at all',
  other: 'another registered client, as itself',
  'wrong-secret': 'the client with a wrong secret',
  'id-only': 'the client by its client_id alone, though it has a secret',
  public: 'a client that is registered without credentials',
  'two-methods': 'the client by Basic and by client_secret in the body, both right',
  'basic-with-other-client-id': 'the client by Basic, beside the client_id of another in the body',
  'malformed-basic': 'a Basic header that cannot be read, beside the client_id in the body',
  'secret-in-query': 'the client with its secret in the URL, and its client_id in the body',
  disabled: 'a client that is switched off',
  'without-grant': 'a client that may not use jwt-bearer',
  'private-key-jwt': 'the client by an assertion that its key signed',
  'assertion-wrong-aud': 'the client by an assertion for another server',
  'assertion-expired': 'the client by an assertion that has expired',
  'assertion-replayed': 'the client by an assertion that was used before',
  'assertion-is-the-id-jag': 'the ID-JAG itself as client assertion',
  cimd: 'a client whose id is the URL of its metadata document',
  'cimd-mismatched': 'such a client whose document says another client_id',
  'cimd-internal': 'such a client whose URL leads to an address of the inside',
} as const;
export type ClientEdit = keyof typeof CLIENTS;
const ClientEdit = oneOf(CLIENTS);

/** Where the token is presented, if not at the token endpoint. */
export const PLACES = {
  'token-endpoint-over-http': 'the token endpoint without TLS',
  'idp-token-endpoint': 'the token endpoint of the org itself',
  'other-ras': 'a resource authorization server that the token is not for',
  'resource-server': 'the MCP server, as bearer token',
  'login-callback': 'the login callback of the provider, as id_token',
  metadata: 'nowhere: the metadata of the resource authorization server is read',
} as const;
export type Place = keyof typeof PLACES;

/** A DPoP proof that goes with the request. RFC 9449 "Checking DPoP Proofs". */
export const DpopEdits = z.strictObject({
  header: Patch.optional(),
  claims: Patch.optional(),
  sign: z.enum(['client', 'other-key', 'none', 'hs256']).default('client'),
  signature: oneOf(SIGNATURES).optional(),
  privateJwk: z.literal(true).optional().describe('The jwk in the header is the private one.'),
  copies: z.int().min(1).max(2).default(1),
  text: z.string().max(1000).optional().describe('The whole header, in place of a proof.'),
  replayed: z.literal(true).optional().describe('The same proof was sent once before.'),
  nonce: z.literal('missing').optional().describe('The server asked for a nonce, and the proof has none.'),
});
export type DpopEdits = z.infer<typeof DpopEdits>;

export const RequestEdits = z
  .strictObject({
    method: z.enum(['GET']),
    at: oneOf(PLACES),
    body: z.enum(['json', 'multipart', 'form-with-charset']),
    params: Patch.describe('Changes the parameters of the form; texts only.'),
    inQuery: z.array(z.string()).min(1).describe('Parameters that stand in the URL instead.'),
    headers: z.record(z.string(), z.string()),
    client: ClientEdit,
    dpop: DpopEdits,
  })
  .partial()
  .refine((edits) => Object.keys(edits).length > 0, 'changes nothing');
export type RequestEdits = z.infer<typeof RequestEdits>;

export const ANSWER = /^(ok|[a-z][a-z_]*|[345]\d\d)$/;
/** `ok`, an OAuth error code, or an HTTP status. */
export const Answer = z.string().regex(ANSWER, 'is neither ok, nor an error code, nor an HTTP status');

/** What is presented before the token of the row, and what is to come of it. */
const Earlier = z.strictObject({
  token: z.enum([
    'the-same',
    'another-good-one',
    'the-same-jti',
    'the-same-jti-of-other-issuer',
    'the-same-jti-forged',
    'another-like-it',
  ]),
  client: ClientEdit.optional(),
  times: z.int().min(1).max(1000).default(1),
  expect: z.array(Answer).min(1),
});
export type Earlier = z.infer<typeof Earlier>;

/** What is waited for, or done, between that and the token of the row. */
export const MEANWHILE = {
  'nothing-at-once': 'both are sent at the same time',
  'expired-within-leeway': 'the token expires, by less than the leeway',
  'expires-in-processing': 'the token expires while the key set is being fetched',
  'cache-expired': 'what the server keeps of the key set grows too old',
  restart: 'the server is started again',
  'other-node': 'another node of the server is asked',
} as const;

/** What becomes of the JWK Set of the org. */
export const KEY_SETS = {
  down: 'it cannot be fetched',
  empty: 'it has no keys',
  'not-json': 'it is no JSON',
  html: 'it is a page of HTML, with status 200',
  redirect: 'it redirects to another host',
  huge: 'it has 50 MB',
  'foreign-members': 'it also has keys of an unknown kind, for encryption, and for other operations',
  'duplicate-kid': 'two keys have one kid, and only one of them is right',
  'missing-kid': 'its keys have no kid',
  'enc-only': 'its keys are for encryption',
  oct: 'it also has a symmetric key',
  'private-members': 'its keys are there with their private halves',
  'kid-reused': 'its kid now names another key',
  rollback: 'an old version comes back, with a key that was withdrawn',
  attacker: 'the attacker serves one of its own, and metadata, at the address that the token names',
} as const;

/** What becomes of the metadata of the org. */
export const METADATA = {
  'issuer-mismatch': 'it names another issuer',
  'jwks-uri-moved': 'its jwks_uri leads to a new address, where the key set is',
  'jwks-uri-http': 'its jwks_uri is not https',
} as const;

/** What the identity provider publishes. */
export const IdpEdits = z
  .strictObject({
    publish: z.array(SignerName).min(1).describe('Keys that the key set has besides.'),
    publishLate: z.array(SignerName).min(1).describe('Keys that come only after the server has fetched the key set.'),
    withdraw: z
      .array(SignerName)
      .min(1)
      .describe('Keys that the key set has no more, after the server has fetched it.'),
    only: z.array(SignerName).min(1).describe('Keys that the key set has, and no others.'),
    jwks: oneOf(KEY_SETS),
    metadata: oneOf(METADATA),
    cached: z.boolean().describe('Whether the server holds a good key set from before.'),
  })
  .partial()
  .refine((edits) => Object.keys(edits).length > 0, 'changes nothing');
export type IdpEdits = z.infer<typeof IdpEdits>;

/** What an answer, or what follows from it, is looked at for besides. */
export const CHECKS = {
  'token-usable': 'the access token opens the resource server',
  'token-restricted-to-resource': 'the access token does not open a sibling of the resource server',
  'scope-reported': 'the answer says which scopes were granted, where they are not those asked for',
  'scope-not-widened': 'no scope is granted beyond the claim',
  'scope-as-without': 'no scope is granted beyond what a token without any gets',
  'scope-within-request': 'no scope is granted beyond those asked for',
  'scope-without-privilege': 'the scope that the user may not have is not granted',
  'no-refresh-token': 'the answer has no refresh token',
  'not-cacheable': 'the answer has Cache-Control: no-store',
  'short-lifetime': 'the access token lives hours at most',
  'no-detail-leaked': 'an error repeats neither the token nor the issuers that are trusted',
  'details-reported': 'the answer has the authorization_details that were granted',
  'subject-is-the-users': 'whoever the access token stands for is the user of the good token',
  'subject-is-another-user': 'whoever the access token stands for is not the user of the good token',
  'no-foreign-resource': 'the access token is for none but resources of the server',
  'scope-within-details': 'no scope is granted beyond the authorization_details',
  'next-good-one-accepted': 'a good token right after it is granted as ever',
  'resource-within-claim': 'the access token is for the resource in the claim only',
  'bound-to-key': 'the answer has token_type DPoP',
  'at-most-one-ok': 'of those sent at once, exactly one is granted',
  'no-request-to-attacker': 'nothing was asked of an address that the token names, or of the attacker',
  'one-key-fetch': 'the key set is fetched once at most',
  'no-credentialed-cors': 'no answer lets a foreign page read it with credentials',
  'lists-profile': 'the metadata lists the ID-JAG profile',
  'lists-grant-with-profile': 'where the metadata lists the profile, it lists jwt-bearer, too',
  'names-itself': 'the metadata name the very issuer at whose address they stand',
  'resource-names-itself': 'the metadata of the MCP server name the very URL at which it is called',
  'hides-issuers': 'the metadata does not say which issuers are trusted',
  'challenge-sent': 'an answer to Basic credentials has a WWW-Authenticate header',
  'nonce-sent': 'the answer has a DPoP-Nonce header',
} as const;
export const Check = oneOf(CHECKS);
export type Check = keyof typeof CHECKS;

/** What the resource authorization server must be or have for a row to mean anything there. */
export const CONDITIONS = {
  dpop: 'supports DPoP',
  'no-dpop': 'does not support DPoP',
  'no-jwt-dpop': 'does not know the grant type jwt-dpop',
  'dpop-required': 'gives no access token that is not bound to a key',
  'dpop-nonce': 'demands a nonce in DPoP proofs',
  rar: 'supports authorization_details',
  'no-rar': 'does not support authorization_details',
  'known-at-both': 'knows a user of the same id at a second identity provider',
  'several-issuers': 'trusts a second identity provider, whose keys it holds',
  'single-use': 'takes an ID-JAG once only',
  'multi-tenant-issuer': 'tells the tenants of the issuer apart',
  'multi-tenant-ras': 'has tenants of its own',
  'no-sub-id': 'finds its users by iss and sub, and never looks at sub_id',
  'client-keys': 'knows a client that signs assertions',
  'saml-subject': 'finds its users by the SAML NameID in sub_id',
  jit: 'creates unknown users by their email address',
  'resource-required': 'demands a resource',
  'auth-age-limited': 'limits the age of the sign-in',
  cimd: 'takes URLs as client ids',
  'public-clients': 'has a client without credentials',
  'several-nodes': 'runs as several processes',
  restartable: 'can be started again by who tests it',
  'leeway-of-a-minute': 'allows the clock a leeway of a minute at most',
  encryption: 'decrypts ID-JAGs',
  'encryption-unsupported': 'does not decrypt',
  'aud-sub': 'finds its users by aud_sub where it stands',
  'xaa-off': 'has Cross App Access switched off',
  'openid-login': 'signs users in at the org by OpenID Connect',
} as const;
export const Condition = oneOf(CONDITIONS);
export type Condition = keyof typeof CONDITIONS;

/** All that is around the token. */
export const Situation = z
  .strictObject({
    request: RequestEdits,
    before: z.array(Earlier).min(1),
    meanwhile: oneOf(MEANWHILE),
    idp: IdpEdits,
    checks: z.array(Check).min(1),
    requires: z.array(Condition).min(1),
  })
  .partial();
export type Situation = z.infer<typeof Situation>;

/** Members of a request that decide one thing: how it is sent. */
const HOW = ['method', 'body', 'at', 'inQuery'];

/** What a situation decides, as paths: two that decide the same cannot be played at once. */
export function placesAround({ request = {}, before, meanwhile, idp = {} }: Situation): readonly (readonly string[])[] {
  const { params, ...others } = request;
  const sent = Object.keys(others).map((name) => ['request', HOW.includes(name) ? 'sending' : name]);
  const form = Object.keys({ ...params?.set, ...params?.only }).map((name) => ['request', `parameter ${name}`]);
  const published = [idp.jwks && 'key set', idp.metadata && 'metadata', idp.only && 'key set'].filter(Boolean);
  return [
    ...[...sent, ...form, ...published.map((name) => ['org', name as string])],
    ...(before || meanwhile ? [['what goes before']] : []),
  ];
}
