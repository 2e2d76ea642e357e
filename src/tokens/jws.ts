/**
 * Signing and verifying compact JWS. The only place where a signature is made or judged; what a token means is the
 * business of the files beside it.
 */
import {
  CompactSign,
  type CompactVerifyGetKey,
  type CryptoKey,
  compactVerify,
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
} from 'jose';
import { type Fact, problem } from '../protocol/rule.js';

export type { CryptoKey };

/** Finds the key that a token's header asks for. */
export type FindKey = CompactVerifyGetKey;

export interface VerifiedJws {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Why a token did not verify. `no-such-key`: its `kid` names none; `unreachable`: the key set could not be fetched. */
export type VerifyProblem = 'malformed' | 'algorithm' | 'no-such-key' | 'signature' | 'unreachable';

/** A resolver over the given public keys. */
export function localKeys(keys: readonly object[]): FindKey {
  return createLocalJWKSet({ keys: [...keys] } as JSONWebKeySet);
}

/** A resolver that fetches a client's registered JWKS URI: 5 s, no redirects, cached 10 min, at most one fetch in 30 s. */
export function remoteKeys(uri: string): FindKey {
  return createRemoteJWKSet(new URL(uri));
}

/** Signs `claims` as they stand, members in their order. */
export function signJws(
  header: Readonly<Record<string, unknown>> & { alg: string },
  claims: object,
  key: CryptoKey,
): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims))).setProtectedHeader(header).sign(key);
}

const PROBLEMS: readonly (readonly [new (...args: never[]) => Error, VerifyProblem])[] = [
  [errors.JOSEAlgNotAllowed, 'algorithm'],
  [errors.JWKSNoMatchingKey, 'no-such-key'],
  [errors.JWKSMultipleMatchingKeys, 'no-such-key'],
  [errors.JWSSignatureVerificationFailed, 'signature'],
  [errors.JWSInvalid, 'malformed'],
  [errors.JOSENotSupported, 'malformed'],
  [TypeError, 'malformed'],
];

function problemBehind(error: unknown, remote: boolean): VerifyProblem {
  const found = PROBLEMS.find(([kind]) => error instanceof kind)?.[1];
  // A fetch that fails throws a TypeError, too; a resolver that never fetches cannot be unreachable.
  if (remote && (found === undefined || error instanceof TypeError)) return 'unreachable';
  return found ?? 'malformed';
}

/**
 * Verifies a compact JWS whose payload is a JSON object.
 * @param key the key, or a resolver that finds it by the header's `kid`
 * @param remote whether the resolver may fetch
 */
export async function verifyJws(
  token: string,
  key: FindKey | Uint8Array,
  algorithms: string[],
  remote = false,
): Promise<Fact<VerifiedJws, VerifyProblem>> {
  try {
    const { payload, protectedHeader } = await compactVerify(token, key as FindKey, { algorithms });
    const claims: unknown = JSON.parse(new TextDecoder().decode(payload));
    if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return problem('malformed');
    return { header: { ...protectedHeader }, claims: claims as Record<string, unknown> };
  } catch (error) {
    return problem(error instanceof SyntaxError ? 'malformed' : problemBehind(error, remote));
  }
}

/** Reads a JWT's claims without believing them: only to learn whose keys to verify it with. */
export function peek(token: string): Record<string, unknown> {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
