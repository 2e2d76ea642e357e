/** Client assertions (private_key_jwt and client_secret_jwt): verified with what the client has registered. RFC 7523. */
import * as z from 'zod';
import { type Fact, isKnown, type Problem, problem } from '../protocol/rule.js';
import type { Client } from '../registry/client.js';
import { type VerifyProblem, verifyJws } from './jws.js';
import type { KeyRing } from './keys.js';

/** Signature algorithms Okta takes for client assertions. */
const ASYMMETRIC = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
const SYMMETRIC = ['HS256', 'HS384', 'HS512'];

/**
 * The claims that are judged once they are verified, times in seconds; iss and sub were judged before, for they say whose
 * keys to verify with. A claim that must be there counts as absent when it has a wrong type; one that may be left out
 * makes the assertion malformed, for else it would escape judgement. An aud of one element is that element; any other
 * array names no endpoint.
 */
const Claims = z.object({
  aud: z
    .union([z.string(), z.tuple([z.string()]).transform(([only]) => only)])
    .optional()
    .catch(undefined),
  exp: z.number().optional().catch(undefined),
  iat: z.number().optional(),
  nbf: z.number().optional(),
  jti: z.string().optional(),
});
export type ClientAssertion = z.infer<typeof Claims>;

export type AssertionProblem = VerifyProblem | 'no-keys';

/** The verified claims of a client assertion, or why there are none. The assertion is not yet judged by them. */
export async function verifyClientAssertion(
  token: string,
  client: Client,
  keys: KeyRing,
): Promise<Fact<ClientAssertion, AssertionProblem>> {
  const verified = await verifyWith(token, client, keys);
  if (!isKnown(verified)) return verified as Problem<AssertionProblem>;
  const claims = Claims.safeParse(verified.claims);
  return claims.success ? claims.data : problem('malformed');
}

async function verifyWith(token: string, client: Client, keys: KeyRing) {
  const { proof } = client;
  if (proof.kind === 'none' || (proof.kind === 'keys' && proof.jwks.length === 0)) return problem('no-keys');
  if (proof.kind !== 'secret') {
    const find = keys.ofClient({ ...client, proof });
    return verifyJws(token, find, ASYMMETRIC, proof.kind === 'jwks-uri');
  }
  const bytes = new TextEncoder();
  const tries = await Promise.all(proof.secrets.map((secret) => verifyJws(token, bytes.encode(secret), SYMMETRIC)));
  return tries.find((verified) => isKnown(verified)) ?? tries[0] ?? problem('no-keys');
}
