/** JWEs around a token, as an attacker would send them: well made, and for nobody who could want them. RFC 7516. */
import { constants, createCipheriv, createPublicKey, type JsonWebKey, publicEncrypt, randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import type { Encryption } from '../../edge-cases/edits.js';
import { jsonOf, membersOf, patched } from './members.js';
import type { Known } from './written.js';

const KEY_BYTES = { A128GCM: 16, A256GCM: 32 } as const;
const BOMB_BYTES = 10_000_000;

function wrapped(contentKey: Buffer, jwk: JsonWebKey): Buffer {
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  return publicEncrypt({ key, oaepHash: 'sha256', padding: constants.RSA_PKCS1_OAEP_PADDING }, contentKey);
}

function plaintext({ what, zip }: Encryption, token: string, claims: Buffer): Buffer {
  const bytes = { token: () => Buffer.from(token), claims: () => claims, zeros: () => Buffer.alloc(BOMB_BYTES) };
  const plain = what === 'junk' ? randomBytes(64) : bytes[what]();
  return zip ? deflateRawSync(plain) : plain;
}

/**
 * The JWE in five segments. With PBES2 nobody derives a key: what stands there is random, and a reader who believes the
 * header would work on it for hours.
 * @param recipient public RSA key of the resource authorization server; where nobody gave one, one that it has not
 */
export function encrypted(
  edit: Encryption,
  token: string,
  claims: Buffer,
  known: Known,
  recipient?: JsonWebKey,
): string {
  const { alg, enc, zip } = edit;
  const plain = { alg, enc, ...(edit.what === 'token' && { cty: 'JWT' }), ...(zip && { zip }) };
  const header = Buffer.from(jsonOf(patched(membersOf(plain), edit.header, known))).toString('base64url');
  const [contentKey, iv] = [randomBytes(KEY_BYTES[enc]), randomBytes(12)];
  const key =
    alg === 'RSA-OAEP-256'
      ? wrapped(contentKey, recipient ?? known.keys.keys['enc-key'].jwk)
      : randomBytes(contentKey.length + 8);
  const cipher = createCipheriv(enc === 'A256GCM' ? 'aes-256-gcm' : 'aes-128-gcm', contentKey, iv);
  cipher.setAAD(Buffer.from(header));
  const text = Buffer.concat([cipher.update(plaintext(edit, token, claims)), cipher.final()]);
  const parts = [key, iv, text, cipher.getAuthTag()].map((bytes) => bytes.toString('base64url'));
  return [header, ...parts].join('.');
}
