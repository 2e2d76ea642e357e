/** Mutants of the header: parameters that lead to a key or ask for something, and typ. */
import { createPublicKey, type JsonWebKey, X509Certificate } from 'node:crypto';
import type { IdJag } from '../../../examples/resource-app/id-jag.js';
import { before, instead, loosely, type Mutant, orElse, type Passes, reads, without } from './mutant.js';
import { hmacIs, type Jwk, keysAt, signedBy, verifiesRs256 } from './own-crypto.js';

const isUrl = (value: unknown): value is string => typeof value === 'string' && value.startsWith('http');

/** Signed by one of the keys that are to be had at a URL of the token's own. */
const byKeysAt =
  (urlOf: (idJag: IdJag) => unknown): Passes =>
  async (idJag) => {
    const url = urlOf(idJag);
    return isUrl(url) && (await keysAt(url)).some((jwk) => signedBy(idJag.compact, jwk));
  };

const asked = (url: unknown) => (isUrl(url) ? fetch(url).then((response) => response.text()) : undefined);

function certified({ compact, header: { x5c } }: IdJag): boolean {
  if (!Array.isArray(x5c)) return false;
  const { publicKey } = new X509Certificate(Buffer.from(x5c[0], 'base64'));
  return signedBy(compact, publicKey.export({ format: 'jwk' }) as Jwk);
}

const named = (object: Readonly<Record<string, JsonWebKey>>, name: unknown) => object[String(name)];

const TYP = 'oauth-id-jag+jwt';
const typ = (passes: Passes) => instead('typ-exact', passes);

const KEY_NAMING: readonly Mutant[] = [
  {
    name: 'jku-followed',
    defect: 'It fetches its keys from the jku of the token.',
    killedBy: ['hdr-jku-attacker'],
    edits: [
      orElse(
        'signature-verifies',
        byKeysAt(({ header }) => header.jku),
      ),
    ],
  },
  {
    name: 'jku-prefetched',
    defect: 'It fills its cache from jku first, and only then refuses the key.',
    killedBy: ['hdr-jku-attacker', 'hdr-jku-internal'],
    edits: [before('signature-verifies', async ({ header }) => void (await asked(header.jku)))],
  },
  {
    name: 'embedded-key-taken',
    defect: 'It verifies with the jwk that the header brings along.',
    killedBy: ['hdr-jwk-embedded'],
    edits: [orElse('signature-verifies', ({ compact, header: { jwk } }) => signedBy(compact, jwk as Jwk | undefined))],
  },
  {
    name: 'x5c-taken',
    defect: 'It verifies with the certificate in x5c, whoever issued that.',
    killedBy: ['hdr-x5c-self-signed'],
    edits: [orElse('signature-verifies', certified)],
  },
  {
    name: 'x5u-fetched',
    defect: 'It fetches the certificate that x5u names.',
    killedBy: ['hdr-x5u-attacker'],
    edits: [before('signature-verifies', async ({ header }) => void (await asked(header.x5u)))],
  },
  {
    name: 'kid-fetched',
    defect: 'It takes a kid that looks like a URL for the place of the key.',
    killedBy: ['hdr-kid-url'],
    edits: [
      orElse(
        'signature-verifies',
        byKeysAt(({ header }) => header.kid),
      ),
    ],
  },
  {
    name: 'kid-as-file-name',
    defect: 'It reads the key from the file that kid names, and an empty file makes an HMAC without a secret.',
    killedBy: ['hdr-kid-path-traversal'],
    edits: [
      orElse('alg-allowed', ({ header }) => header.alg === 'HS256'),
      orElse(
        'signature-verifies',
        ({ compact, header }) => String(header.kid).endsWith('/dev/null') && hmacIs(compact, ''),
      ),
    ],
  },
  {
    name: 'kid-in-a-query',
    defect: 'It puts the kid into a query as it is, and a quotation mark breaks the query.',
    killedBy: ['hdr-kid-sql'],
    edits: [
      before('kid-present', ({ header }) => {
        if (String(header.kid).includes("'")) throw new SyntaxError('unterminated quoted string');
      }),
    ],
  },
  {
    name: 'kid-that-is-no-text-breaks-it',
    defect: 'It calls a method of texts on whatever kid is.',
    killedBy: ['hdr-kid-not-string'],
    edits: [before('kid-present', ({ header }) => (header.kid as string | undefined)?.toLowerCase())],
  },
  {
    name: 'kid-as-property',
    defect: 'Its keys are properties of an object, which has a __proto__ as well.',
    killedBy: ['hdr-kid-proto'],
    edits: [
      before('signature-verifies', ({ header }) => {
        const jwk = named({}, header.kid);
        if (jwk !== undefined) createPublicKey({ key: jwk, format: 'jwk' });
      }),
    ],
  },
];

const DEMANDS: readonly Mutant[] = [
  {
    name: 'crit-ignored',
    defect: 'Its own verifier has never heard of crit.',
    killedBy: ['hdr-crit-unknown', 'hdr-crit-absent-member'],
    edits: [without('no-crit'), instead('signature-verifies', verifiesRs256)],
  },
  {
    name: 'b64-half-heeded',
    defect: 'It knows b64 as an extension, and reads the payload as encoded all the same.',
    killedBy: ['hdr-b64-false'],
    edits: [
      orElse('no-crit', ({ header }) => String(header.crit) === 'b64'),
      orElse('signature-verifies', ({ header }) => header.b64 === false),
    ],
  },
  {
    name: 'nested-token-peeled',
    defect: 'It peels off layers of JWTs until it meets claims, and verifies only the outermost.',
    killedBy: ['hdr-cty-jwt-nested'],
    edits: [
      reads((compact) => {
        const payload = Buffer.from(String(compact.split('.')[1]), 'base64url').toString();
        if (!payload.startsWith('ey')) return loosely(compact);
        return { header: loosely(`${compact.split('.')[0]}.e30`).header, claims: loosely(payload).claims };
      }),
    ],
  },
];

const TYPING: readonly Mutant[] = [
  {
    name: 'typ-unchecked',
    defect: 'It never looks at typ.',
    killedBy: ['hdr-typ-missing', 'hdr-typ-jwt', 'tok-plain-7523-grant'],
    edits: [without('typ-exact')],
  },
  {
    name: 'typ-checked-where-it-stands',
    defect: 'It checks typ only if the header has one.',
    killedBy: ['hdr-typ-missing'],
    edits: [typ(({ header }) => header.typ === undefined || header.typ === TYP)],
  },
  {
    name: 'typ-by-ending',
    defect: 'It asks whether typ ends in id-jag+jwt.',
    killedBy: ['hdr-typ-near-miss'],
    edits: [typ(({ header }) => typeof header.typ === 'string' && header.typ.endsWith('id-jag+jwt'))],
  },
  {
    name: 'typ-by-includes',
    defect: 'It calls typ.includes(), which lists have as well.',
    killedBy: ['hdr-typ-array'],
    edits: [typ(({ header }) => (header.typ as string | undefined)?.includes(TYP) ?? false)],
  },
  {
    name: 'typ-from-the-payload',
    defect: 'It takes the typ among the claims for that of the header.',
    killedBy: ['hdr-typ-in-payload-only'],
    edits: [typ(({ header, claims }) => (claims.typ ?? header.typ) === TYP)],
  },
  {
    name: 'any-token-of-the-issuer',
    defect: 'It takes whatever the issuer signed for it, and needs no more than a user.',
    killedBy: ['tok-access-token', 'tok-id-token-aud-issuer', 'tok-userinfo-jwt'],
    edits: [
      without('typ-exact', 'client-id-authenticated', 'jti-present', 'iat-present', 'exp-present', 'exp-not-passed'),
      without('iat-not-in-future', 'lifetime-short', 'jti-unused', 'scope-granted'),
    ],
  },
];

export const HEADER: readonly Mutant[] = [...KEY_NAMING, ...DEMANDS, ...TYPING];
