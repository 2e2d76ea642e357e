/**
 * The actor token of an exchange: a JWT that the agent has signed as it signs a client assertion, and usually the very
 * assertion of the request. Okta takes it and does not need it.
 */
import { type Fact, known, problem } from '../protocol/rule.js';
import { findClient } from '../registry/client.js';
import type { Change } from '../store/port.js';
import { verifyClientAssertion } from '../tokens/client-assertion.js';
import { peek } from '../tokens/jws.js';
import type { ClientCall } from './call.js';
import { audiencesOf, isAssertionSpent, spendAssertion } from './client-authentication.js';

/** What a verified actor token says. Times in epoch milliseconds. */
export interface ActorToken {
  readonly forThisServer: boolean;
  /** The later of iat and nbf; 0 when it has neither. */
  readonly notBefore: number;
  /** 0 when it has no exp. */
  readonly expiresAt: number;
  /** Used before, other than as the client assertion of this request. */
  readonly spent: boolean;
  /** What using it takes: a token that is not the client assertion of the request is spent, too. */
  readonly spending: readonly Change[];
}

/**
 * `unverified`: it is no JWT, does not name itself as a client of this org does, or the client's keys do not verify it.
 * `of-another`: it names another client; then it is refused whether it is good or not, and nothing of it is verified or
 * fetched.
 */
export type ActorTokenProblem = 'unverified' | 'of-another';

export async function readActorToken(call: ClientCall): Promise<Fact<ActorToken, ActorTokenProblem> | undefined> {
  const { org, form, client, now } = call;
  const token = form.get('actor_token');
  if (token === undefined) return undefined;
  const { iss, sub } = peek(token);
  if (typeof sub !== 'string' || iss !== sub || !findClient(call.view, sub)) return problem('unverified');
  if (sub !== client.clientId) return problem('of-another');
  const claims = known(await verifyClientAssertion(token, client, org.keys));
  if (!claims) return problem('unverified');
  const { aud, exp = 0, iat = 0, nbf = 0, jti } = claims;
  const isClientAssertion = token === form.get('client_assertion');
  return {
    forThisServer: aud !== undefined && audiencesOf(call).includes(aud),
    notBefore: Math.max(iat, nbf) * 1000,
    expiresAt: exp * 1000,
    spent: !isClientAssertion && isAssertionSpent(org, sub, jti, now),
    spending: jti === undefined || isClientAssertion ? [] : [spendAssertion(sub, jti, exp)],
  };
}
