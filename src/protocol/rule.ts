/**
 * Judging. A fact is a value or the problem that kept it from being one; a rule is a row that holds or does not hold of
 * the facts; a table of rules is judged in order. Everything here is pure.
 */
import type { Wording } from './profile.js';
import type { ReasonName } from './reasons.js';
import type { Source } from './sources.js';

/** Why a fact has no value. */
export interface Problem<P extends string = string> {
  readonly problem: P;
}

/** A value, or the problem that stands in its place. */
export type Fact<T, P extends string = string> = T | Problem<P>;

/** Marks a fact as not to be had. */
export function problem<P extends string>(name: P): Problem<P> {
  return { problem: name };
}

/** Whether the fact has a value. `undefined` is no value: the thing was not there. */
export function isKnown<T>(fact: T): fact is Exclude<T, Problem | undefined> {
  return fact !== undefined && !(typeof fact === 'object' && fact !== null && 'problem' in fact);
}

/** The fact's value, or undefined. */
export function known<T>(fact: T): Exclude<T, Problem | undefined> | undefined {
  return isKnown(fact) ? fact : undefined;
}

/** The name of the fact's problem, or undefined when it has a value or was not there. */
export function problemOf(fact: unknown): string | undefined {
  return fact !== undefined && !isKnown(fact) ? (fact as Problem).problem : undefined;
}

/** One demand on a request. The order of rules in a table is the order in which refusals win. */
export interface Rule<F> {
  /** Ours, unique, subject first: `user-assigned-to-resource-app`. */
  readonly name: string;
  /** What must hold, as one sentence. */
  readonly demands: string;
  /** Facts that must have a value for the rule to be asked at all. */
  readonly needs: readonly (keyof F)[];
  /** Facts that must be there, as a value or as the problem in its place: for rules that demand that there is no problem. */
  readonly of: readonly (keyof F)[];
  /** Problems of an earlier step in the facts of `of`: where one stands, this rule's step was not come to. */
  readonly hiddenBy: readonly string[];
  readonly holds: (facts: F) => boolean;
  /** Okta's internal reason when it does not hold. */
  readonly reason: ReasonName;
  /** Where the profiles differ: the row that may put another error on the wire than the reason's. */
  readonly wording?: Wording;
  readonly source: Source;
}

type WithValues<F, N extends keyof F> = Omit<F, N> & { [K in N]-?: Exclude<F[K], Problem | undefined> };

/** Declares rules over facts `F`; `holds` sees the facts in `needs` as values. */
export function rulesOver<F>() {
  return <const N extends keyof F = never>(
    row: Omit<Rule<F>, 'needs' | 'of' | 'hiddenBy' | 'holds'> & {
      needs?: readonly N[];
      of?: readonly (keyof F)[];
      hiddenBy?: readonly string[];
      holds: (facts: WithValues<F, N>) => boolean;
    },
  ): Rule<F> => ({ needs: [], of: [], hiddenBy: [], ...row }) as unknown as Rule<F>;
}

/** Whether a rule holds, is broken, or could not be asked because a fact it needs has no value. */
export type Outcome = 'holds' | 'broken' | 'not-asked';

function outcome<F>(rule: Rule<F>, facts: F): Outcome {
  const given = rule.needs.every((name) => isKnown(facts[name])) && rule.of.every((name) => facts[name] !== undefined);
  const hidden = rule.of.some((name) => rule.hiddenBy.includes(problemOf(facts[name]) ?? ''));
  if (!given || hidden) return 'not-asked';
  return rule.holds(facts) ? 'holds' : 'broken';
}

/** One rule with what came of it. */
export interface Judged {
  // biome-ignore lint/suspicious/noExplicitAny: rules of every table stand side by side in the record of a request
  readonly rule: Rule<any>;
  readonly outcome: Outcome;
}

/** Every rule of the table with its outcome, in order: the "why" behind a refusal. */
export function explain<F>(rules: readonly Rule<F>[], facts: F): readonly Judged[] {
  return rules.map((rule) => ({ rule, outcome: outcome(rule, facts) }));
}

/** The rule that refuses: the first broken one, or undefined when nothing speaks against the request. */
export function firstBroken(judged: readonly Judged[]): Judged['rule'] | undefined {
  return judged.find((one) => one.outcome === 'broken')?.rule;
}

/** The first broken rule of the table, where nobody asks for the others. */
export function judge<F>(rules: readonly Rule<F>[], facts: F): Rule<F> | undefined {
  return rules.find((rule) => outcome(rule, facts) === 'broken');
}
