/** What a text that was given as an ID-JAG looks like, for whoever has the wrong token in hand. */
import { known, problemOf } from '../protocol/rule.js';
import { JWT_TYPE } from '../protocol/urns.js';
import type { Members } from '../tokens/read-json.js';
import type { TokenFacts } from './acceptance-facts.js';

interface Sight {
  readonly typ: string;
  readonly claims: Members;
}

interface Kind {
  /** As in "It looks like …". */
  readonly name: string;
  readonly is: (sight: Sight) => boolean;
  /** What to do instead. */
  readonly advice: string;
}

const EXCHANGE = 'Exchange it for an ID-JAG at the token endpoint of the org, and send that.';
const AT_RESOURCE = 'It is for a resource server; what is redeemed is the ID-JAG that the exchange answered.';
const NOT_A_GRANT = 'It has another purpose, and grants nothing.';

/** Of signed tokens, in the order in which they are asked. */
const KINDS: readonly Kind[] = [
  { name: 'an ID-JAG', is: ({ typ }) => typ === JWT_TYPE.idJag, advice: '' },
  {
    name: 'an access token',
    is: ({ typ, claims }) => /(^|[-/])at\+jwt$/.test(typ) || claims.has('scp') || claims.has('cid'),
    advice: AT_RESOURCE,
  },
  { name: 'a security event', is: ({ typ }) => typ === 'secevent+jwt', advice: NOT_A_GRANT },
  { name: 'a request object', is: ({ typ }) => typ === 'oauth-authz-req+jwt', advice: NOT_A_GRANT },
  { name: 'a DPoP proof', is: ({ typ, claims }) => typ === 'dpop+jwt' || claims.has('htu'), advice: NOT_A_GRANT },
  {
    name: 'a logout token',
    is: ({ typ, claims }) => typ === 'logout+jwt' || claims.has('events'),
    advice: NOT_A_GRANT,
  },
  {
    name: 'a client assertion',
    is: ({ typ, claims }) =>
      typ === 'client-authentication+jwt' || (claims.has('sub') && claims.get('iss') === claims.get('sub')),
    advice: 'Send it as client_assertion; assertion is for the ID-JAG.',
  },
  {
    name: 'an ID-JAG without its typ',
    is: ({ claims }) => claims.has('client_id') && !claims.has('nonce'),
    advice: 'Where it is made, the typ in its header must be set.',
  },
  { name: 'an ID token', is: ({ claims }) => claims.has('sub') && claims.has('aud'), advice: EXCHANGE },
  { name: 'some other JWT', is: () => true, advice: 'An ID-JAG is what the token exchange answers as access_token.' },
];

/** Form problem of what is no signed token -> what it is. */
const FORMS: Readonly<Record<string, readonly [string, string]>> = {
  empty: ['nothing at all', ''],
  json: ['JSON', 'If it is the answer to an exchange, its access_token is the ID-JAG.'],
  xml: ['a SAML response or assertion', 'SAML is exchanged, too, and the ID-JAG is what comes of it.'],
  encrypted: ['an encrypted token (JWE)', 'Only who has the key can read it.'],
  parts: [
    'an opaque string, such as a refresh token, a code or a session token',
    'An ID-JAG begins with "ey" and has two dots.',
  ],
};

export interface Likeness {
  readonly name: string;
  readonly advice: string;
}

/** A text in lower case, or nothing: whatever else stands there is no type. */
const typeIn = (header: Members) => {
  const typ = header.get('typ');
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\/(?=oauth-id-jag)/, '') : '';
};

/** What the token looks like. It is an ID-JAG by its typ, whatever else is wrong with it. */
export function looksLike({ form, header, payload }: Omit<TokenFacts, 'signature'>): Likeness {
  const [name, advice] = FORMS[problemOf(form) ?? ''] ?? [];
  if (name !== undefined) return { name, advice: advice as string };
  const members = known(header);
  if (!members) return { name: 'a token that cannot be read', advice: '' };
  const sight = { typ: typeIn(members), claims: known(payload) ?? new Map() };
  return KINDS.find(({ is }) => is(sight)) as Kind;
}
