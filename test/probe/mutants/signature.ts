/** Mutants of the signature: whether it is verified, with which algorithm, and with which kind of key. */
import { constants, createPublicKey, type JsonWebKey } from 'node:crypto';
import { before, bypass, instead, loosely, type Mutant, orElse, type Passes, reads, without } from './mutant.js';
import { hmacIs, keyOf, signedBy, verifiesRs256 } from './own-crypto.js';
import { CLIENT, RAS_KEY } from './playing.js';

const algIs =
  (...names: readonly unknown[]): Passes =>
  ({ header }) =>
    names.includes(header.alg);

/** The list of algorithms has one more, and it is verified like this. */
const alsoTakes = (isAlg: Passes, verifies: Passes) => [
  orElse('alg-allowed', isAlg),
  orElse('signature-verifies', async (idJag, context) => (await isAlg(idJag, context)) && verifies(idJag, context)),
];

/** An HMAC whose secret is made of the public key of the issuer. */
const hmacBy = (secretOf: (jwk: JsonWebKey) => string | Buffer) =>
  alsoTakes(algIs('HS256'), async (idJag, { trustedIssuer }) => {
    const jwk = await keyOf(idJag, trustedIssuer);
    return jwk !== undefined && hmacIs(idJag.compact, secretOf(jwk));
  });

const pemOf = (jwk: JsonWebKey) => createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'pem', type: 'spki' });

/** A verifier of its own for elliptic keys. */
const ecdsa = (how: { dsaEncoding: 'ieee-p1363' | 'der' }) =>
  orElse('signature-verifies', async (idJag, { trustedIssuer }) => {
    const jwk = await keyOf(idJag, trustedIssuer);
    return jwk?.kty === 'EC' && idJag.header.alg === 'ES256' && signedBy(idJag.compact, jwk, how);
  });

/** What the text says first, whatever a parser of JSON makes of it. */
const firstAlg = (compact: string) =>
  /"alg":"([^"]*)"/.exec(Buffer.from(String(compact.split('.')[0]), 'base64url').toString())?.[1];

const signatureOf = (compact: string) => Buffer.from(compact.split('.')[2] ?? '', 'base64url');

export const SIGNATURE: readonly Mutant[] = [
  {
    name: 'signature-never-verified',
    defect: 'It decodes the token where it should verify it.',
    killedBy: ['sig-tampered-payload', 'sig-tampered-header', 'sig-truncated', 'sig-attacker-key-real-kid'],
    edits: [without('signature-verifies')],
  },
  {
    name: 'empty-signature-skipped',
    defect: 'It verifies the signature if there is one.',
    killedBy: ['sig-empty'],
    edits: [reads(loosely), orElse('signature-verifies', ({ compact }) => compact.endsWith('.'))],
  },
  {
    name: 'alg-none-taken',
    defect: 'It takes "none" for one more algorithm, which any signature satisfies.',
    killedBy: ['alg-none', 'alg-none-kept-signature'],
    edits: [reads(loosely), ...alsoTakes(algIs('none'), () => true)],
  },
  {
    name: 'alg-none-filtered-by-case',
    defect: 'It filters out "none" in small letters, before a library that does not mind capitals.',
    killedBy: ['alg-none-mixed-case'],
    edits: [
      reads(loosely),
      ...alsoTakes(
        ({ header: { alg } }) => alg !== 'none' && /^none$/i.test(String(alg)),
        () => true,
      ),
    ],
  },
  {
    name: 'first-alg-checked-last-used',
    defect: 'Its filter sees the first alg of the header, and its verifier obeys the last.',
    killedBy: ['hdr-duplicate-alg'],
    edits: [
      reads(loosely),
      instead('alg-allowed', ({ compact }) => firstAlg(compact) === 'RS256'),
      orElse('signature-verifies', algIs('none')),
    ],
  },
  {
    name: 'hmac-keyed-by-pem',
    defect: 'It obeys the header, and uses the public key as PEM for the secret of an HMAC.',
    killedBy: ['alg-hs256-pem'],
    edits: hmacBy(pemOf),
  },
  {
    name: 'hmac-keyed-by-jwk-text',
    defect: 'It keeps JWKs as text in a cache, and feeds that text to the HMAC.',
    killedBy: ['alg-hs256-jwk'],
    edits: hmacBy(({ kty, alg, kid, use, e, n }: JsonWebKey & { kid?: string; alg?: string; use?: string }) =>
      JSON.stringify({ kty, alg, kid, use, e, n }),
    ),
  },
  {
    name: 'hmac-keyed-by-client-secret',
    defect: 'Its verifier for client_secret_jwt verifies grants as well.',
    killedBy: ['alg-hs256-client-secret'],
    edits: alsoTakes(algIs('HS256'), ({ compact }) => hmacIs(compact, CLIENT.secret)),
  },
  {
    name: 'unknown-alg-defaults-to-rs256',
    defect: 'The default branch of its switch over algorithms is RS256.',
    killedBy: ['alg-unknown', 'alg-missing'],
    edits: alsoTakes(({ header: { alg } }) => alg === undefined || alg === 'XX256', verifiesRs256),
  },
  {
    name: 'alg-of-the-jwk-ignored',
    defect: 'It reads n and e of a JWK and drops its alg, so that one key is good for RS256 and PS256.',
    killedBy: ['alg-mismatch-jwk-alg'],
    edits: alsoTakes(algIs('PS256'), async (idJag, { trustedIssuer }) => {
      return signedBy(idJag.compact, await keyOf(idJag, trustedIssuer), { padding: constants.RSA_PKCS1_PSS_PADDING });
    }),
  },
  {
    name: 'wrong-key-type-breaks-it',
    defect: 'A key of another type than the algorithm makes it answer 500.',
    killedBy: ['alg-family-swap'],
    edits: [
      before('signature-verifies', async (idJag, { trustedIssuer }) => {
        const jwk = await keyOf(idJag, trustedIssuer);
        if (idJag.header.alg === 'ES256' && jwk?.kty === 'RSA') throw new TypeError('Invalid key type');
      }),
    ],
  },
  {
    name: 'no-list-of-algorithms',
    defect: 'It gives its library no list of algorithms, so that all are taken which the library knows.',
    killedBy: ['ok-ps256', 'ok-rs512', 'ok-eddsa', 'alg-not-allow-listed'],
    edits: [without('alg-allowed')],
    probe: { settings: { algorithms: ['RS256', 'ES256'] } },
  },
  {
    name: 'short-rsa-keys-taken',
    defect: 'Its own verifier never measures the modulus of an RSA key.',
    killedBy: ['rsa-1024'],
    edits: [orElse('signature-verifies', verifiesRs256)],
  },
  {
    name: 'zero-signature-taken',
    defect: 'It has the bug of Java 15 to 18: r = s = 0 is a valid ECDSA signature of anything.',
    killedBy: ['ecdsa-zero-sig'],
    edits: [orElse('signature-verifies', ({ compact }) => signatureOf(compact).every((byte) => byte === 0))],
  },
  {
    name: 'der-signature-taken',
    defect: 'It hands the bytes of an ECDSA signature to OpenSSL as they come.',
    killedBy: ['ecdsa-der-sig'],
    edits: [ecdsa({ dsaEncoding: 'der' })],
  },
  {
    name: 'any-curve-taken',
    defect: 'It asks only whether the key is elliptic, and not on which curve.',
    killedBy: ['ecdsa-wrong-curve'],
    edits: [ecdsa({ dsaEncoding: 'ieee-p1363' })],
  },
  {
    name: 'own-key-in-the-pool',
    defect: 'The key that it signs access tokens with lies in the pool of keys for grants.',
    killedBy: ['sig-ras-own-key'],
    edits: [
      orElse('signature-verifies', ({ compact, header }) => {
        return header.kid === RAS_KEY.kid && signedBy(compact, RAS_KEY, { dsaEncoding: 'ieee-p1363' });
      }),
    ],
  },
  {
    name: 'trusts-itself',
    defect: 'Its own issuer is on the list of trusted ones, with its own key.',
    killedBy: ['iss-is-ras', 'sig-ras-own-key'],
    edits: [
      bypass(
        ({ compact, header }) =>
          header.kid === RAS_KEY.kid && signedBy(compact, RAS_KEY, { dsaEncoding: 'ieee-p1363' }),
      ),
    ],
  },
];
