/** The facts of an exchange: what its request says, what its tokens are, and what the policy needs to know. */
import type { Fact } from '../protocol/rule.js';
import type { PolicyFacts } from '../registry/policy.js';
import type { ActorToken, ActorTokenProblem } from './actor-token.js';
import type { OnPurpose } from './exchange-on-purpose.js';
import type { SamlFacts } from './saml-assertion.js';
import type { SubjectToken, SubjectTokenProblem } from './subject-token.js';

export interface ExchangeFacts extends PolicyFacts, SamlFacts {
  readonly server: string;
  /** The client proves nothing: it is known by its id only. */
  readonly publicClient: boolean;
  readonly requestedTokenType: string | undefined;
  readonly subjectTokenSent: boolean;
  readonly subjectTokenType: string | undefined;
  /** Undefined for a SAML assertion, too: that is read into facts of its own. */
  readonly subject: Fact<SubjectToken, SubjectTokenProblem> | undefined;
  readonly actorTokenSent: boolean;
  readonly actorTokenType: string | undefined;
  readonly actor: Fact<ActorToken, ActorTokenProblem> | undefined;
  readonly scopeText: string | undefined;
  /** The org has an active signing key. */
  readonly canSign: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
  /** What is done to it on purpose, or the sentence that says why that cannot be done. */
  readonly onPurpose?: Fact<OnPurpose, string> | undefined;
}

/** A token may be this many milliseconds ahead of our clock. */
export const TOKEN_SKEW = 60_000;
