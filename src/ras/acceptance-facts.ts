/**
 * What the acceptance rules go by: the token as it was read, what became of its signature, its claims, and what the server
 * that judges it expects. What is undefined is not there, was not expected, or is not believed.
 */
import { type Fact, isKnown } from '../protocol/rule.js';
import { type FindKey, type VerifyProblem, verifyJws } from '../tokens/jws.js';
import type { JsonFault, Members } from '../tokens/read-json.js';
import { type FormFault, readJws } from '../tokens/read-jws.js';
import type { ClaimFacts } from './claim-facts.js';

/** What can be said of any text that is given as an ID-JAG. */
export interface TokenFacts {
  readonly form: 'compact' | FormFault | undefined;
  /** Characters. */
  readonly size: number | undefined;
  readonly header: Members | JsonFault | undefined;
  /** The claims as they stand there. Only their shape is judged by this; see {@link ClaimFacts}. */
  readonly payload: Members | JsonFault | undefined;
  /** Undefined: nobody looked. */
  readonly signature: Fact<'verified', VerifyProblem> | undefined;
}

/** What a server expects. */
export interface Expected {
  /** The issuer whose ID-JAGs it takes. */
  readonly issuer: string | undefined;
  /** Its own issuer. */
  readonly audience: string | undefined;
  /** The client that presents the ID-JAG, by its id at this server. */
  readonly clientId: string | undefined;
  /** Each of them must be among the resources of the ID-JAG. */
  readonly resources: readonly string[] | undefined;
  /** Signature algorithms. */
  readonly algorithms: readonly string[];
  /** An ID-JAG must grant a scope. The draft leaves that to the server. */
  readonly scopeRequired: true | undefined;
  /** The presenter proved that it has the key of `cnf`. Undefined: nobody knows here. */
  readonly keyProved: boolean | undefined;
  /** Epoch seconds. */
  readonly now: number;
  /** Seconds that the clocks may differ. */
  readonly leeway: number;
}

/** A claim that is undefined is not there, or not believed. */
export interface AcceptanceFacts extends TokenFacts, ClaimFacts, Expected {
  /** Undefined: they cannot be read, or are not believed, for no key is known to have signed them. */
  readonly claims: Members | undefined;
}

/** Something that must be understood: `crit`, or a payload that is not encoded (RFC 7797). */
export function hasCritical(header: Members): boolean {
  return header.has('crit') || (header.get('b64') ?? true) !== true;
}

/** A `kid` that is no text would be passed over by a verifier. */
export function hasPlainKid(header: Members): boolean {
  return !header.has('kid') || typeof header.get('kid') === 'string';
}

/** Whether a verifier may act upon the header; where not, a rule says why. */
function mayBeVerified(header: Members, algorithms: readonly string[]): boolean {
  const isAllowed = algorithms.includes(header.get('alg') as string);
  return isAllowed && !hasCritical(header) && hasPlainKid(header);
}

/**
 * Reads a token and verifies its signature, if the header lets it. Never throws.
 * @param find the keys of the issuer, which must not be fetched; undefined: there are none to verify with
 */
export async function readToken(
  token: string,
  find: FindKey | undefined,
  algorithms: readonly string[],
): Promise<TokenFacts> {
  const { form, header, payload, text } = readJws(token);
  const facts = { form, size: token.length, header, payload, signature: undefined };
  if (!find || !isKnown(header) || !isKnown(payload) || !mayBeVerified(header, algorithms)) return facts;
  const verified = await verifyJws(text, find, [...algorithms]);
  return { ...facts, signature: isKnown(verified) ? 'verified' : verified };
}
