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
  decodeProtectedHeader,
  errors,
  type JSONWebKeySet,
} from 'jose';
import { isJsonObject } from '../protocol/json-objects.js';
import { type Fact, problem } from '../protocol/rule.js';

export type { CryptoKey };

/** Finds the key that a token's header asks for; `jwks` shows the keys it has to choose from. */
export type FindKey = CompactVerifyGetKey & { readonly jwks?: () => JSONWebKeySet | undefined };

export interface VerifiedJws {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * Why a token did not verify. `no-such-key`: its `kid` names none; `key-use`: it names one that is not for signatures;
 * `unreachable`: the key set could not be fetched.
 */
export type VerifyProblem = 'malformed' | 'algorithm' | 'no-such-key' | 'key-use' | 'signature' | 'unreachable';

/** A resolver over the given public keys. */
export function localKeys(keys: readonly object[]): FindKey {
  return createLocalJWKSet({ keys: [...keys] } as JSONWebKeySet);
}

/** A resolver that fetches a client's registered JWKS URI: 5 s, no redirects, cached 10 min, at most one fetch in 30 s. */
export function remoteKeys(uri: string): FindKey {
  return createRemoteJWKSet(new URL(uri));
}

/** Signs `claims` as they stand, members in their order. */
export async function signJws(
  header: Readonly<Record<string, unknown>> & { alg: string },
  claims: object,
  key: CryptoKey,
): Promise<string> {
  const payload = new TextEncoder().encode(JSON.stringify(claims));
  return assertSigned(await new CompactSign(payload).setProtectedHeader(header).sign(key));
}

/** The token itself, if it has three parts and none is empty. @throws otherwise: no unsigned token ever leaves here */
export function assertSigned(token: string): string {
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) throw new Error('A token without a signature was about to be issued.');
  return token;
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

/** jose passes over keys that are not for signatures; this tells one of those from a key that is not there. */
function namesOtherUse(token: string, find: FindKey | Uint8Array): boolean {
  const { kid } = decodeProtectedHeader(token);
  // Who says that a key is not there is a resolver over a key set, and can show it.
  const { keys } = (find as { jwks: () => JSONWebKeySet }).jwks();
  return kid !== undefined && keys.some((key) => key.kid === kid && key.use !== undefined && key.use !== 'sig');
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
    if (!isJsonObject(claims)) return problem('malformed');
    return { header: { ...protectedHeader }, claims };
  } catch (error) {
    if (error instanceof SyntaxError) return problem('malformed');
    const found = problemBehind(error, remote);
    return problem(found === 'no-such-key' && namesOtherUse(token, key) ? 'key-use' : found);
  }
}

/** Reads a JWT's claims without believing them: only to learn whose keys to verify it with. Undefined: it is no JWT. */
export function peekOrNothing(token: string): VerifiedJws['claims'] | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return isJsonObject(payload) ? payload : undefined;
  } catch {
    return undefined;
  }
}

/** The same, with no claims where there is no JWT. */
export function peek(token: string): VerifiedJws['claims'] {
  return peekOrNothing(token) ?? {};
}
