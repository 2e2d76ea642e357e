/**
 * What a client sends beside an ID-JAG to prove something: a DPoP proof of its key (RFC 9449), and an assertion of who it is
 * (RFC 7523). Right, or wrong as an edge case has it.
 */
import { createHash, createHmac, createPrivateKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import type { DpopEdits } from '../../edge-cases/situations.js';
import { newSecret } from '../../protocol/ids.js';
import { publicHalfOf } from './edge-case-keys.js';
import { jsonOf, membersOf, patched } from './members.js';
import { SIGNATURE_EDITORS } from './signature-edits.js';
import { ofOthers, type Signer } from './signers.js';
import type { Known } from './written.js';

const importKey = (jwk: JsonWebKey) => createPrivateKey({ key: jwk, format: 'jwk' });
const base64url = (json: string) => Buffer.from(json).toString('base64url');

function compact(header: string, claims: string, sign: Signer['sign']): string {
  const input = `${base64url(header)}.${base64url(claims)}`;
  return `${input}.${sign(Buffer.from(input)).toString('base64url')}`;
}

/** A fresh private key on P-256. */
export function newProofKey(): JsonWebKey {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
}

/** Of such a key. RFC 7638 "JSON Web Key (JWK) Thumbprint". */
export function thumbprintOf({ crv, kty, x, y }: JsonWebKey): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}

/** Alg and signature of each way to sign a proof. */
function proofSigner(sign: DpopEdits['sign'], key: JsonWebKey): { alg: string; sign: Signer['sign'] } {
  if (sign === 'none') return { alg: 'none', sign: () => Buffer.alloc(0) };
  if (sign === 'hs256') {
    const { kty, crv, x, y } = key;
    const secret = JSON.stringify({ kty, crv, x, y });
    return { alg: 'HS256', sign: (input) => createHmac('sha256', secret).update(input).digest() };
  }
  return ofOthers({ kid: '', jwk: key }, { importKey });
}

/** The request that a proof is for. */
export interface Proved {
  readonly method: string;
  readonly url: string;
  /** As the server gave it. */
  readonly nonce?: string | undefined;
}

/**
 * A DPoP proof.
 * @param edits in what it differs from a good one
 * @param key private, of the client
 */
export function dpopProof({ method, url, nonce }: Proved, edits: DpopEdits, key: JsonWebKey, known: Known): string {
  if (edits.text !== undefined) return edits.text;
  const own = edits.sign === 'other-key' ? newProofKey() : key;
  const { alg, sign } = proofSigner(edits.sign, own);
  const header = { typ: 'dpop+jwt', alg, jwk: edits.privateJwk ? own : publicHalfOf(own) };
  const sent = edits.nonce === 'missing' ? undefined : nonce;
  // RFC 9449 "DPoP Proof JWT Syntax": without query and fragment.
  const htu = url.replace(/[?#].*$/s, '');
  const claims = { jti: newSecret(22), htm: method, htu, iat: known.now, nonce: sent };
  const edited = edits.signature && SIGNATURE_EDITORS[edits.signature];
  return compact(
    jsonOf(patched(membersOf(header), edits.header, known)),
    jsonOf(patched(membersOf(claims), edits.claims, known)),
    (input) => (edited ? edited(sign(input)) : sign(input)),
  );
}

/** What a client assertion says. `now` in seconds; `lifetime` in seconds, negative: it has expired. */
export interface Asserted {
  readonly clientId: string;
  readonly audience: string;
  readonly now: number;
  readonly lifetime?: number;
}

function assertionClaims({ clientId, audience, now, lifetime = 60 }: Asserted): string {
  const began = lifetime < 0 ? now + lifetime - 60 : now;
  const claims = { jti: newSecret(22), iss: clientId, sub: clientId, aud: audience, iat: began, exp: now + lifetime };
  return JSON.stringify(claims);
}

/** A client assertion, signed with the private key of the client. */
export function signedClientAssertion(asserted: Asserted, jwk: JsonWebKey & { kid?: string | undefined }): string {
  const signer = ofOthers({ kid: jwk.kid ?? '', jwk }, { importKey });
  const header = { typ: 'client-authentication+jwt', alg: signer.alg, kid: jwk.kid };
  return compact(JSON.stringify(header), assertionClaims(asserted), signer.sign);
}

/** The same with the client's secret: client_secret_jwt of OpenID Connect Core "Client Authentication". */
export function clientAssertionBySecret(asserted: Asserted, secret: string): string {
  const sign = (input: Buffer) => createHmac('sha256', secret).update(input).digest();
  return compact(JSON.stringify({ alg: 'HS256' }), assertionClaims(asserted), sign);
}
