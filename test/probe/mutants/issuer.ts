/** Mutants of the issuer: by what it is recognized, and whom the server asks about it. */
import type { CheckContext } from '../../../examples/resource-app/checks.js';
import { before, claim, instead, type Mutant, orElse, type Passes, without } from './mutant.js';
import { keysAt, signedBy } from './own-crypto.js';

const isText = (value: unknown): value is string => typeof value === 'string';

/** The issuer is recognized like this, and its users are those of the trusted one. */
const issuer = (passes: Passes) => [
  instead('iss-trusted', passes),
  before('signature-verifies', (idJag, { trustedIssuer }) => claim(idJag, { iss: trustedIssuer })),
];

const metadataOf = async (iss: unknown) => {
  const response = await fetch(`${iss}/.well-known/openid-configuration`);
  return (await response.json()) as { jwks_uri: string };
};

/** Signed by a key that the issuer itself names, whoever that is. */
const bySelfNamedIssuer: Passes = async ({ compact, claims: { iss } }) => {
  if (!isText(iss) || !iss.startsWith('http://127.0.0.1')) return false;
  return (await keysAt((await metadataOf(iss)).jwks_uri)).some((jwk) => signedBy(compact, jwk));
};

const hostOf = (url: unknown) => (URL.canParse(String(url)) ? new URL(String(url)).hostname : '');

const isTrusted = (iss: unknown, { trustedIssuer }: CheckContext) => iss === trustedIssuer;

export const ISSUER: readonly Mutant[] = [
  {
    name: 'issuer-not-compared',
    defect: 'It has one issuer configured, and believes that every token is of that one.',
    killedBy: ['iss-missing', 'iss-empty', 'iss-extra-path', 'iss-lookalike-suffix', 'iss-host-case'],
    edits: issuer(() => true),
  },
  {
    name: 'issuer-by-prefix',
    defect: 'It asks whether iss begins with the trusted issuer.',
    killedBy: ['iss-userinfo', 'iss-extra-path'],
    edits: issuer(({ claims: { iss } }, { trustedIssuer }) => isText(iss) && iss.startsWith(trustedIssuer)),
  },
  {
    name: 'issuer-by-beginning-of-host',
    defect: 'It asks whether the host of iss begins with that of the trusted issuer.',
    killedBy: ['iss-lookalike-suffix'],
    edits: issuer(({ claims: { iss } }, { trustedIssuer }) => hostOf(iss).startsWith(hostOf(trustedIssuer))),
  },
  {
    name: 'issuer-in-any-case',
    defect: 'It compares issuers without regard to case.',
    killedBy: ['iss-host-case'],
    edits: issuer(({ claims: { iss } }, { trustedIssuer }) => isText(iss) && iss.toLowerCase() === trustedIssuer),
  },
  {
    name: 'issuer-in-a-list',
    defect: 'It makes a text of a list of issuers with one member.',
    killedBy: ['iss-not-string'],
    edits: issuer(({ claims: { iss } }, { trustedIssuer }) => String(iss) === trustedIssuer),
  },
  {
    name: 'missing-issuer-is-the-default',
    defect: 'A token without iss is of the issuer that is configured first.',
    killedBy: ['iss-missing'],
    edits: issuer(({ claims: { iss } }, { trustedIssuer }) => (iss ?? trustedIssuer) === trustedIssuer),
  },
  {
    name: 'issuer-that-is-no-text-breaks-it',
    defect: 'It takes a slash off iss before it knows that it is a text.',
    killedBy: ['iss-not-string', 'iss-missing'],
    edits: [
      instead('iss-trusted', ({ claims }, context) => isTrusted((claims.iss as string).replace(/\/$/, ''), context)),
    ],
  },
  {
    name: 'any-issuer-trusted',
    defect: 'It asks whatever issuer the token names for its keys, and trusts them.',
    killedBy: ['iss-untrusted'],
    edits: [
      orElse('iss-trusted', bySelfNamedIssuer),
      orElse('signature-verifies', (idJag, context) => !isTrusted(idJag.claims.iss, context)),
      without('subject-known'),
    ],
  },
  {
    name: 'asks-before-it-refuses',
    defect: 'It fetches the metadata of an issuer before it asks whether that one is trusted.',
    killedBy: ['iss-untrusted', 'iss-internal-url'],
    edits: [
      before('iss-trusted', async ({ claims: { iss } }) => {
        if (isText(iss) && /^http:\/\/127/.test(iss)) await metadataOf(iss).catch(() => undefined);
      }),
    ],
  },
];
