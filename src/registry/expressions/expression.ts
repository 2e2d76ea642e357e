/** What an expression of Okta's language is once it has been read: a tree of small parts, each with its place in the text. */
import { type Fact, problem } from '../../protocol/rule.js';

export type Value = string | number | boolean | null;

/** A value, or the sentence that says why there is none. */
export type Outcome = Fact<Value, string>;

export type Expression =
  | { readonly kind: 'constant'; readonly value: Value }
  /** A thing that the expression is given: `user.email`. */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'call'; readonly of: string; readonly given: readonly Expression[]; readonly at: number }
  | { readonly kind: 'binary'; readonly sign: string; readonly sides: readonly Expression[]; readonly at: number }
  | { readonly kind: 'unary'; readonly sign: string; readonly of: Expression; readonly at: number }
  | {
      readonly kind: 'choice';
      readonly if: Expression;
      readonly yes: Expression;
      readonly no: Expression;
      readonly at: number;
    }
  /** Texts and expressions side by side: `${user.login}.example`. */
  | { readonly kind: 'template'; readonly parts: readonly Expression[] };

/** Of an expression, and of every text that stands in it or comes out of it. */
export const MOST_CHARACTERS = 1024;

/** @param at where in the text, counted from 0 */
export function problemAt(at: number, says: string): { readonly problem: string } {
  return problem(`at character ${at + 1}: ${says}`);
}

/** How a value reads as text. What is not there reads as nothing. */
export function asText(value: Value): string {
  return value === null ? '' : String(value);
}
