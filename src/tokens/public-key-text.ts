/** A public key as people hand it to each other: PEM, a certificate, a JWK, or a key set with one key in it. */
import { createPublicKey } from 'node:crypto';

/** Why the text is no public key that could be registered. */
export type NoPublicKey = { readonly notPublicKey: string };

const PRIVATE = { notPublicKey: 'is the private half of a key, which only the agent may have. Paste the public half.' };
const UNREADABLE = {
  notPublicKey: 'is no public key that can be read. Paste PEM (-----BEGIN PUBLIC KEY----- …) or a JWK ({ "kty": … }).',
};

function fromPem(text: string): object {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return PRIVATE;
  try {
    return createPublicKey(text).export({ format: 'jwk' });
  } catch {
    return UNREADABLE;
  }
}

function fromJson(text: string): object {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return UNREADABLE;
  }
  const { keys } = (read ?? {}) as { keys?: unknown };
  if (!Array.isArray(keys)) return typeof read === 'object' && read !== null ? read : UNREADABLE;
  const [only] = keys as readonly object[];
  if (keys.length === 1 && only) return only;
  return { notPublicKey: `is a set of ${keys.length} keys. Paste one of them, and then the next.` };
}

/**
 * Reads the text. What kind of key it is and whether it is strong enough is judged where it is registered.
 * @returns the members of a JWK, as they came; or why there is none
 */
export function publicKeyFrom(text: string): object | NoPublicKey {
  const trimmed = text.trim();
  return trimmed.startsWith('-----BEGIN') ? fromPem(trimmed) : fromJson(trimmed);
}

export const isNoPublicKey = (read: object): read is NoPublicKey => 'notPublicKey' in read;
