/**
 * The keys of one org: the signing keys of its servers, and the key sets of its clients, imported once and remembered
 * for as long as the records they come from stand.
 */
import { importJWK } from 'jose';
import type { Client } from '../registry/client.js';
import { kidOf, type SigningKey, signingKeys } from '../registry/jwk.js';
import type { OrgStore, View } from '../store/port.js';
import { type CryptoKey, type FindKey, localKeys, remoteKeys } from './jws.js';

/** A published signing key, members in Okta's order. */
export interface PublishedJwk {
  readonly kty: 'RSA';
  readonly alg: 'RS256';
  readonly kid: string;
  readonly use: 'sig';
  readonly e: string;
  readonly n: string;
}

export interface KeyRing {
  /**
   * The key that signs for a server (`org` or a custom server's id) now. A custom server without keys of its own has
   * those of the org. @throws when there is none
   */
  signingKey(server: string): Promise<{ kid: string; alg: 'RS256'; key: CryptoKey }>;
  /** Whether there is such a key. */
  canSign(server: string): boolean;
  /** The JWK Set of a server. */
  published(server: string): readonly PublishedJwk[];
  /** Verifies what a server signed. */
  ofServer(server: string): FindKey;
  /** Verifies what a client signed with its registered keys or its JWKS URI. */
  ofClient(client: Client & { proof: { kind: 'keys' | 'jwks-uri' } }): FindKey;
}

/** Remembers what was made from some records until one of them is another. */
function remembering() {
  const made = new Map<string, { parts: readonly unknown[]; value: unknown }>();
  return <T>(name: string, parts: readonly unknown[], make: () => T): T => {
    const last = made.get(name);
    if (last && last.parts.length === parts.length && last.parts.every((part, at) => part === parts[at])) {
      return last.value as T;
    }
    const value = make();
    made.set(name, { parts, value });
    return value;
  };
}

export function publicHalf(key: SigningKey): PublishedJwk {
  return { kty: 'RSA', alg: 'RS256', kid: kidOf(key), use: 'sig', e: key.jwk.e, n: key.jwk.n };
}

/** The signing keys of a server; a custom server without keys of its own has those of the org. */
export function keysOf(view: View, server: string): readonly SigningKey[] {
  const own = view.findBy(signingKeys, 'server', server);
  return own.length > 0 ? own : view.findBy(signingKeys, 'server', 'org');
}

/** The key among them that signs. */
export function activeAmong(keys: readonly SigningKey[]): SigningKey | undefined {
  return keys.find((key) => key.status === 'ACTIVE');
}

/** The key ring of an org, reading the registry as it stands at each call. */
export function keyRing(store: OrgStore): KeyRing {
  const remember = remembering();
  const activeKey = (server: string) => activeAmong(keysOf(store.view(), server));
  const published = (server: string) => {
    const keys = keysOf(store.view(), server);
    return remember(`published ${server}`, keys, () => keys.map(publicHalf));
  };
  return {
    published,
    canSign: (server) => activeKey(server) !== undefined,
    async signingKey(server) {
      const active = activeKey(server);
      if (!active) throw new Error(`The authorization server "${server}" has no active signing key.`);
      const key = await remember(`private ${server}`, [active], () => importJWK({ ...active.jwk, alg: 'RS256' }));
      return { kid: kidOf(active), alg: 'RS256', key: key as CryptoKey };
    },
    ofServer(server) {
      const keys = published(server);
      return remember(`public ${server}`, keys, () => localKeys(keys));
    },
    ofClient({ clientId, proof }) {
      if (proof.kind === 'jwks-uri') return remember(`client ${clientId}`, [proof.uri], () => remoteKeys(proof.uri));
      const { jwks } = proof as { jwks: readonly object[] };
      return remember(`client ${clientId}`, jwks, () => localKeys(jwks));
    },
  };
}
