/** How to mend what a case finds: by the beginning of its name, the longest that fits. A table. */

const HINTS: Readonly<Record<string, string>> = {
  ok: 'The specification allows this token. Look for a check that demands more than the draft does: a schema without room for further members, a comparison of lists with texts, a claim that is optional.',
  'ok-aud': 'aud may be a text or a list of one; normalize it before you compare.',
  'ok-resource': 'resource may be a text or a list of texts; take each of them for itself.',
  'ok-second-key': 'Fetch the key set anew when a kid is not in it, at most once in half a minute or so.',
  'ok-old-key': 'Keep every key of the key set, not the first.',
  'ok-jwks': 'Skip keys that you cannot use (RFC 7517, JWK Set Format), and go on with the others.',
  'ok-sub-id': 'Where you find users by iss and sub, leave sub_id alone.',
  'ok-client': 'Let the client authenticate in each way that your metadata list.',
  either: 'Decide what your server does, and say so with the setting of that name, so that a change is noticed.',
  alg: 'Give the verifier a fixed list of asymmetric algorithms (RS256, ES256) and the key; never let the header choose.',
  'alg-hs256':
    'Give the verifier a fixed list of asymmetric algorithms; with a public key, HS256 must not be possible.',
  sig: 'Verify the signature over the bytes as they came, with the keys of the issuer that is configured, before any claim is read.',
  rsa: 'Refuse RSA keys below 2048 bits when you import them (RFC 7518, section on RSASSA-PKCS1-v1_5).',
  ecdsa: 'Verify ES256 by a maintained library, with a key on P-256 and a signature of 64 bytes.',
  hdr: 'Demand of the header what you know and ignore the rest; nothing in it may decide which key is used, but kid within the key set of the issuer.',
  'hdr-typ': 'Demand typ to be oauth-id-jag+jwt: that is what tells an ID-JAG from every other JWT of that issuer.',
  'hdr-jwk': 'Never take a key from the token itself.',
  'hdr-jku': 'Never fetch what a header names: the key set comes from the configured issuer only.',
  'hdr-x5u': 'Never fetch what a header names: the key set comes from the configured issuer only.',
  'hdr-x5c': 'Never take a key from the token itself; ignore x5c.',
  'hdr-kid':
    'kid is a text that is looked up in the key set in memory, and goes nowhere else: no path, no query, no URL.',
  'hdr-crit': 'Refuse a token whose crit names what you do not implement, or is empty.',
  'hdr-b64': 'Refuse b64: JWTs must not use it (RFC 7797).',
  exp: 'Demand exp to be a number in seconds, in the future (a leeway of a minute at most), and not further away than you want a grant to live.',
  iat: 'Demand iat to be a number, not in the future beyond the leeway.',
  nbf: 'Where nbf stands, demand a number that has been reached.',
  auth: 'Hold auth_time against your own limit, where you have one.',
  iss: 'Compare iss with the configured issuer letter by letter, before a key is looked up, and fetch nothing for one that you do not know.',
  aud: 'Demand that aud is your own issuer identifier, letter by letter: a text, or a list with that as its only member.',
  client: 'Authenticate the client first, and then demand that client_id in the ID-JAG is that client.',
  'client-assertion': 'Verify client assertions for themselves: their own keys, aud you, exp, and a jti that is new.',
  'client-cimd':
    'Fetch client metadata only over https and from public addresses, and demand that client_id in it is its URL.',
  stolen:
    'Demand that client_id in the ID-JAG is the client that authenticated: without that, whoever gets hold of a grant can use it.',
  id: 'A client assertion is issued by the client: iss and sub are its id. An ID-JAG is neither.',
  sub: 'Find the user by iss and sub together, compared letter by letter; refuse whom you do not know.',
  'sub-id':
    'Compare every member of sub_id that belongs to your key, and only of the SAML issuer that is linked to iss.',
  email: 'Treat email as a hint: link by it only what is verified and of a domain that this issuer may speak for.',
  act: 'The user is sub. act says who acts, and gives no rights.',
  tenant: 'With an issuer of several tenants, iss and tenant together are who speaks: demand the pair.',
  'aud-tenant': 'Demand aud_tenant to be the tenant to which issuer and client belong.',
  'aud-sub': 'aud_sub counts within aud_tenant only; where it and sub name two accounts, refuse.',
  resource: 'Demand that every resource is one of yours, compared as a whole URL, and bind the access token to it.',
  scope:
    'Grant at most what the claim says, what the request asks for, and what policy lets this user have; report what was granted.',
  rar: 'Where you do not process authorization_details, refuse a token that has them: they limit what it grants.',
  resp: 'The answer is of RFC 6749: no-store, the scope that was granted, no refresh token, a short life.',
  replay: 'Remember iss and jti until exp plus leeway, in one atomic step, where all processes see it.',
  jti: 'Demand jti to be a text; spend it only after everything else has passed, and under iss and jti together.',
  jwt: 'Take a compact JWS and nothing else: three parts of base64url without padding.',
  payload:
    'The payload is one JSON object in UTF-8, with each member once, of a bounded size; read claims as own members only.',
  header: 'The header is one JSON object.',
  jwe: 'Where you do not decrypt, five parts are no ID-JAG. Where you do, verify the signature of what comes out.',
  key: 'Replace the key set as a whole when you fetch it, and let a copy grow ten minutes old at most.',
  jwks: 'Without a usable key set there is no grant: bound the fetch in time, size and redirects, and keep the last good copy for its time.',
  no: 'Try the keys that fit, or refuse; never the first of the set.',
  metadata: 'Demand that issuer in the metadata is the issuer that you asked.',
  tok: 'Demand typ oauth-id-jag+jwt, your issuer as aud, and client_id: other tokens of that issuer lack one of them.',
  req: 'The token endpoint takes POST with a form in the body, each parameter once; anything else is invalid_request.',
  meta: 'List the profile in authorization_grant_profiles_supported and the grant in grant_types_supported, and say nothing of whom you trust.',
  cnf: 'A token with cnf may be redeemed only with a proof of that key. Where you cannot check one, refuse it.',
  dpop: 'Check the proof in every point of RFC 9449, Checking DPoP Proofs, before the grant.',
};

const BEGINNINGS = Object.keys(HINTS).sort((one, other) => other.length - one.length);

/** What to do about it; undefined for cases of the user's own. */
export function hintFor(name: string): string | undefined {
  const beginning = BEGINNINGS.find((one) => name === one || name.startsWith(`${one}-`));
  return beginning && HINTS[beginning];
}
