/**
 * Explain: any ID-JAG, of this org or another, judged rule by rule against what a server expects of it. A diagnosis, and no
 * acceptance: the claims are judged also where the signature does not verify, and it says so. Nothing is fetched.
 */
import { explain, firstBroken, isKnown, type Judged, known, type Outcome } from '../protocol/rule.js';
import type { Source } from '../protocol/sources.js';
import { type FindKey, localKeys } from '../tokens/jws.js';
import type { Members } from '../tokens/read-json.js';
import { type AcceptanceFacts, readToken, type TokenFacts } from './acceptance-facts.js';
import { ACCEPTANCE_RULES } from './acceptance-rules.js';
import { BINDING_WORDS } from './binding-words.js';
import { claimFacts } from './claim-facts.js';
import { CLAIM_WORDS } from './claim-words.js';
import { type Likeness, looksLike } from './looks-like.js';
import { TOKEN_WORDS } from './token-words.js';
import { notExpected, whyNotAsked } from './unasked.js';
import type { Told, Words } from './words.js';

/** Algorithms by which only the holder of a private key can sign. */
export const ASYMMETRIC_ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
] as const;

/** What the server expects that the token is given to. What is left out is not asked for. */
export interface Expectations {
  readonly issuer?: string | undefined;
  /** Its own issuer. */
  readonly audience?: string | undefined;
  /** The client's id at it. */
  readonly clientId?: string | undefined;
  /** The MCP server that must be among the resources. */
  readonly resource?: string | undefined;
  /** Epoch seconds. */
  readonly now: number;
  /** Seconds that the clocks may differ; 0 unless told. */
  readonly leeway?: number | undefined;
  /** The public keys of the issuer: JWKs, or a resolver that does not fetch. */
  readonly keys?: readonly object[] | FindKey | undefined;
  /** Algorithms that are taken, in place of RS256. Any but those above are passed over. */
  readonly algorithms?: readonly string[] | undefined;
}

export interface ExplainedRule {
  readonly name: string;
  readonly outcome: 'tick' | 'cross' | 'not asked';
  readonly demands: string;
  /** A sentence or two about this token. */
  readonly found: string;
  /** Okta's reason where it is broken. */
  readonly reason: string;
  readonly source: Source;
}

export interface Explanation {
  /** The signature verifies, and no rule is crossed. What was not asked may still speak against the token. */
  readonly accepted: boolean;
  /** The first rule that is crossed. */
  readonly refusedBy: string | null;
  /** What the token is, by its looks: `an ID-JAG`, `an ID token`. */
  readonly looksLike: string;
  /** Decoded; null where it cannot be read. */
  readonly header: object | null;
  /** Decoded, and believed only if the signature is verified. */
  readonly claims: object | null;
  readonly signature: 'verified' | 'not verified' | 'not checked';
  /** What was not asked because nobody said what is expected: each as a sentence. */
  readonly notAsked: readonly string[];
  readonly rules: readonly ExplainedRule[];
}

const WORDS: Readonly<Record<string, Words>> = { ...TOKEN_WORDS, ...CLAIM_WORDS, ...BINDING_WORDS };

const OUTCOMES: Readonly<Record<Outcome, ExplainedRule['outcome']>> = {
  holds: 'tick',
  broken: 'cross',
  'not-asked': 'not asked',
};

function keysOf({ keys }: Expectations): FindKey | undefined {
  return typeof keys === 'function' || keys === undefined ? (keys as FindKey | undefined) : localKeys(keys);
}

function factsOf(token: TokenFacts, algorithms: readonly string[], expected: Expectations): AcceptanceFacts {
  const { issuer, audience, clientId, resource, now, leeway = 0 } = expected;
  const claims = known(token.payload);
  return {
    ...token,
    ...(claims && claimFacts(claims)),
    ...{ claims, issuer, audience, clientId, now, leeway, algorithms, keyProved: undefined, scopeRequired: undefined },
    resources: resource === undefined ? undefined : [resource],
  };
}

function foundBy({ rule, outcome }: Judged, told: Told, keysGiven: boolean): string {
  if (outcome === 'not-asked') return whyNotAsked(rule, told.facts, keysGiven);
  const { tick, cross } = WORDS[rule.name] as Words;
  return outcome === 'holds' ? tick(told) : cross(told);
}

function explained(judged: Judged, told: Told, keysGiven: boolean): ExplainedRule {
  const { name, demands, reason, source } = judged.rule;
  const found = foundBy(judged, told, keysGiven);
  return { name, outcome: OUTCOMES[judged.outcome], demands, found, reason, source };
}

/** Says at the first cross what the token looks like, where it is no ID-JAG at all. */
function withLikeness(rules: readonly ExplainedRule[], { name, advice }: Likeness): readonly ExplainedRule[] {
  if (advice === '') return rules;
  const first = rules.find(({ outcome }) => outcome === 'cross');
  return rules.map((rule) =>
    rule === first ? { ...rule, found: `${rule.found} It looks like ${name}. ${advice}` } : rule,
  );
}

const asObject = (members: Members | undefined) => (members ? Object.fromEntries(members) : null);

/**
 * Judges a token by every acceptance rule. Never throws, whatever the token is, and never repeats it.
 * @param token the ID-JAG, or what somebody takes for one
 * @throws when a list of keys has something in it that is no object
 */
export async function explainIdJag(token: string, expected: Expectations): Promise<Explanation> {
  const { algorithms: asked = ['RS256'] } = expected;
  const algorithms = asked.filter((one) => ASYMMETRIC_ALGORITHMS.some((asymmetric) => asymmetric === one));
  const find = keysOf(expected);
  const read = await readToken(token, find, algorithms);
  const facts = factsOf(read, algorithms, expected);
  const judged = explain(ACCEPTANCE_RULES, facts);
  const [header, claims] = [known(read.header), known(read.payload)];
  const told = { facts, header, claims, keys: (find?.jwks?.()?.keys ?? []) as Told['keys'] };
  const like = looksLike(read);
  const refusedBy = firstBroken(judged)?.name ?? null;
  const unasked = judged.filter(({ outcome }) => outcome === 'not-asked');
  return {
    ...{ accepted: refusedBy === null && read.signature === 'verified', refusedBy, looksLike: like.name },
    ...{ header: asObject(header), claims: asObject(claims) },
    signature: read.signature === undefined ? 'not checked' : isKnown(read.signature) ? 'verified' : 'not verified',
    notAsked: [
      ...new Set(unasked.flatMap(({ rule }) => notExpected(rule, facts) ?? [])),
      ...(find ? [] : ['No keys were given, so the signature was not checked.']),
    ],
    rules: withLikeness(
      judged.map((one) => explained(one, told, find !== undefined)),
      like,
    ),
  };
}
