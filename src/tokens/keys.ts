/**
 * The keys of one org: the signing keys of its servers, and the key sets of its clients, imported once and remembered
 * for as long as the records they come from stand.
 */
import { importJWK } from 'jose';
import { type Dice, dice, pick } from '../protocol/seeded.js';
import type { Client } from '../registry/client.js';
import { isInUse, type KeyInUse, kidOf, type SigningKey, signingKeys } from '../registry/jwk.js';
import { publishedKeys } from '../registry/published-key.js';
import { UNFRIENDLY_ID, unfriendlyModes } from '../registry/unfriendly.js';
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
   * those of the org. An unfriendly org takes the one before, too.
   * @throws when there is none
   */
  signingKey(server: string, throwing?: Dice): Promise<{ kid: string; alg: 'RS256'; key: CryptoKey }>;
  /** The dice of the next thing that the org writes; undefined: it is not unfriendly. */
  unfriendly(): Dice | undefined;
  /** How many things it has written since it is unfriendly. */
  readonly turn: number;
  /** Whether there is such a key. */
  canSign(server: string): boolean;
  /** The JWK Set of a server, keys that stand there on purpose among them. */
  published(server: string): readonly object[];
  /** Verifies what a server signed. What is published on purpose only, it does not believe. */
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

/** All signing keys of a server, withdrawn ones too; a custom server without keys of its own has those of the org. */
export function allKeysOf(view: View, server: string): readonly SigningKey[] {
  const own = view.findBy(signingKeys, 'server', server);
  return own.length > 0 ? own : view.findBy(signingKeys, 'server', 'org');
}

/** Those of them that are published. */
export function keysOf(view: View, server: string): readonly KeyInUse[] {
  return allKeysOf(view, server).filter(isInUse);
}

/** The one that was filed last goes first: the clock that a rotation is timed by may have been set back since. */
export function newestFirst<K extends SigningKey>(keys: readonly K[]): readonly K[] {
  return keys.toReversed();
}

/** The key among them that signs. */
export function activeAmong(keys: readonly SigningKey[]): SigningKey | undefined {
  return keys.find((key) => key.status === 'ACTIVE');
}

/** The key that signs: the active one; or the one that was active before, which will be published for long yet. */
function signerAmong(keys: readonly SigningKey[], throwing: Dice | undefined): SigningKey | undefined {
  const active = activeAmong(keys);
  if (!active || !throwing) return active;
  const retired = newestFirst(keys.filter(({ status }) => status === 'RETIRED'));
  return pick([active, ...retired.slice(0, 1)], throwing);
}

/** Counts what an unfriendly org writes, from one each time it is switched on. */
function unfriendlyTurns(store: OrgStore) {
  let [counted, turn] = ['', 0];
  // An org that was put into another state begins anew, too, so that a failure repeats.
  const begun = () => {
    const view = store.view();
    const mode = view.get(unfriendlyModes, UNFRIENDLY_ID);
    return { mode, name: `${view.generation} ${mode?.since}` };
  };
  return {
    get turn() {
      return begun().name === counted ? turn : 0;
    },
    next(): Dice | undefined {
      const { mode, name } = begun();
      if (!mode) return undefined;
      turn = name === counted ? turn + 1 : 1;
      counted = name;
      return dice(mode.seed, turn);
    },
  };
}

/** The key ring of an org, reading the registry as it stands at each call. */
export function keyRing(store: OrgStore): KeyRing {
  const remember = remembering();
  // By the record, so that none is kept longer than its record stands.
  const imported = new WeakMap<SigningKey, ReturnType<typeof importJWK>>();
  const turns = unfriendlyTurns(store);
  const activeKey = (server: string) => activeAmong(keysOf(store.view(), server));
  return {
    published(server) {
      const view = store.view();
      const keys = keysOf(view, server);
      const onPurpose = view.findBy(publishedKeys, 'server', server);
      return remember(`published ${server}`, [...keys, ...onPurpose], (): readonly object[] => [
        ...keys.map(publicHalf),
        ...onPurpose.map(({ jwk }) => jwk),
      ]);
    },
    canSign: (server) => activeKey(server) !== undefined,
    unfriendly: turns.next,
    get turn() {
      return turns.turn;
    },
    async signingKey(server, throwing) {
      const signer = signerAmong(keysOf(store.view(), server), throwing);
      if (!signer) throw new Error(`The authorization server "${server}" has no active signing key.`);
      const key = imported.get(signer) ?? importJWK({ ...signer.jwk, alg: 'RS256' });
      imported.set(signer, key);
      return { kid: kidOf(signer), alg: 'RS256', key: (await key) as CryptoKey };
    },
    ofServer(server) {
      const keys = keysOf(store.view(), server);
      return remember(`public ${server}`, keys, () => localKeys(keys.map(publicHalf)));
    },
    ofClient({ clientId, proof }) {
      if (proof.kind === 'jwks-uri') return remember(`client ${clientId}`, [proof.uri], () => remoteKeys(proof.uri));
      const { jwks } = proof as { jwks: readonly object[] };
      return remember(`client ${clientId}`, jwks, () => localKeys(jwks));
    },
  };
}
