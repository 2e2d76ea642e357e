/** Mutants of key distribution: which keys of the set are taken, when it is fetched, and what a set that fails comes to. */
import { instead, insteadAnew, type Mutant, orElse, type Passes } from './mutant.js';
import { hmacIs, type Jwk, keyOf, keysOf, signedBy, verifiesRs256 } from './own-crypto.js';

const SIGNATURE = 'signature-verifies';
/** So long may a case wait for the server to fetch the key set. */
const PATIENT = { patience: '1s' } as const;

const discovered = async (issuer: string) =>
  (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as { jwks_uri: string };

/** The key set as it comes; undefined: it did not. */
async function keySet(issuer: string): Promise<readonly Jwk[] | undefined> {
  const { jwks_uri } = await discovered(issuer);
  try {
    return ((await (await fetch(jwks_uri)).json()) as { keys: readonly Jwk[] }).keys;
  } catch {
    return undefined;
  }
}

const firstKeyOnly: Passes = async ({ compact }, { trustedIssuer }) => {
  const [first] = await keysOf(trustedIssuer);
  return signedBy(compact, first);
};

const withoutKeysAnything: Passes = async (_idJag, { trustedIssuer }) => {
  const keys = await keySet(trustedIssuer);
  return keys === undefined || keys.length === 0;
};

/** Keys by kid, each kept as it was first seen. */
function keptForEver(): Passes {
  const kept = new Map<unknown, Jwk>();
  return async ({ compact, header }, { trustedIssuer }) => {
    if (!kept.has(header.kid))
      for (const jwk of await keysOf(trustedIssuer)) kept.set(jwk.kid, kept.get(jwk.kid) ?? jwk);
    return signedBy(compact, kept.get(header.kid));
  };
}

/** The set of the first fetch; it is fetched again, and the new one thrown away. */
function firstSetOnly(): Passes {
  let first: readonly Jwk[] | undefined;
  return async ({ compact, header }, { trustedIssuer }) => {
    const now = await keysOf(trustedIssuer);
    first ??= now;
    return signedBy(
      compact,
      first.find(({ kid }) => kid === header.kid),
    );
  };
}

/** Keys are imported all at once, whenever one is missing, and kept for a second. */
function allOrNothing(): Passes {
  let kept: readonly Jwk[] = [];
  let until = 0;
  return async ({ compact, header }, { trustedIssuer }) => {
    const named = () => kept.find(({ kid }) => kid === header.kid);
    if (!named() && performance.now() > until) {
      const fetched = await keysOf(trustedIssuer);
      const isKnown = fetched.every(({ kty }) => ['RSA', 'EC', 'OKP', 'oct'].includes(String(kty)));
      kept = isKnown ? fetched : [];
      until = isKnown ? 0 : performance.now() + 1000;
    }
    return signedBy(compact, named());
  };
}

export const KEYS: readonly Mutant[] = [
  {
    name: 'first-key-only',
    defect: 'It keeps the first key of the set and no other.',
    killedBy: ['ok-old-key-still-published', 'ok-second-key-after-rotation'],
    edits: [instead(SIGNATURE, firstKeyOnly)],
  },
  {
    name: 'first-set-only',
    defect: 'It never takes the keys that were published after its start.',
    killedBy: ['ok-second-key-after-rotation'],
    edits: [insteadAnew(SIGNATURE, firstSetOnly)],
  },
  {
    name: 'stranger-breaks-the-set',
    defect: 'It imports all keys of the set at once, and one of an unknown kind leaves it without any.',
    // The second, although the stranger cost it the key at first.
    killedBy: ['ok-jwks-foreign-members', 'jwks-enc-key-signed'],
    edits: [insteadAnew(SIGNATURE, allOrNothing)],
  },
  {
    name: 'fetches-for-every-kid',
    defect: 'It fetches the key set for each kid that it does not know.',
    killedBy: ['key-unknown-kid-flood'],
    edits: [instead(SIGNATURE, verifiesRs256)],
  },
  {
    name: 'symmetric-key-taken',
    defect: 'It verifies HMACs with a symmetric key that stands in the key set for all to read.',
    killedBy: ['jwks-oct-key'],
    edits: [
      orElse('alg-allowed', ({ header }) => header.alg === 'HS256'),
      orElse(SIGNATURE, async (idJag, { trustedIssuer }) => {
        const k = (await keyOf(idJag, trustedIssuer))?.k;
        return k !== undefined && hmacIs(idJag.compact, Buffer.from(k, 'base64url'));
      }),
    ],
  },
  {
    name: 'use-of-the-key-ignored',
    defect: 'It verifies signatures with a key that is published for encryption.',
    killedBy: ['jwks-enc-key-signed'],
    edits: [orElse(SIGNATURE, verifiesRs256)],
  },
  {
    name: 'no-keys-no-check',
    defect: 'It lets tokens in while it has no keys to verify them with.',
    killedBy: ['jwks-down', 'jwks-empty', 'jwks-not-json'],
    edits: [orElse(SIGNATURE, withoutKeysAnything)],
    probe: PATIENT,
  },
  {
    name: 'discovery-believed',
    defect: 'It never asks whether the metadata are of the issuer that it asked for them.',
    killedBy: ['metadata-issuer-mismatch'],
    edits: [
      orElse(SIGNATURE, async ({ compact, header }, { trustedIssuer }) => {
        return signedBy(
          compact,
          (await keySet(trustedIssuer))?.find(({ kid }) => kid === header.kid),
        );
      }),
    ],
    probe: PATIENT,
  },
  {
    name: 'key-set-of-any-size',
    defect: 'It reads a key set of fifty million bytes to its end.',
    killedBy: ['jwks-huge'],
    edits: [orElse(SIGNATURE, verifiesRs256)],
    probe: PATIENT,
  },
  {
    name: 'redirects-followed',
    defect: 'It fetches the key set with a client that follows redirects to anywhere.',
    killedBy: ['jwks-redirect'],
    edits: [orElse(SIGNATURE, verifiesRs256)],
    probe: PATIENT,
  },
  {
    name: 'keys-kept-for-ever',
    defect: 'It keeps a key for as long as it runs, also when the issuer has withdrawn it.',
    killedBy: ['key-withdrawn'],
    edits: [insteadAnew(SIGNATURE, keptForEver)],
    probe: PATIENT,
  },
];
