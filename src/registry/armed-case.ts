/** Armed cases: what the next exchanges of some agent, user or audience come out as, instead of as they should. */
import * as z from 'zod';
import { EdgeCaseName } from '../edge-cases/edge-case.js';
import { AnswerFault } from '../edge-cases/faults.js';
import { GIVEN_NAMES, type GivenName } from '../edge-cases/values.js';
import { collection } from './collection.js';

/** What is given for the edge cases, which only their user knows. */
export const GivenValues = z.partialRecord(z.enum(GIVEN_NAMES as [GivenName, ...GivenName[]]), z.string().max(2000));

/** How often. */
export const Times = z.int().min(1).max(1_000_000);

/** Ids; what is absent matches anything. */
export const ArmedMatch = z.strictObject({
  agent: z.string().optional(),
  /** Of the application that the user signed in to. */
  client: z.string().optional(),
  user: z.string().optional(),
  /** Issuer URL; one of the org itself relative to its issuer. */
  audience: z.string().optional(),
  /** One of those asked for. */
  scope: z.string().optional(),
});
export type ArmedMatch = z.infer<typeof ArmedMatch>;

export const ArmedCase = z.strictObject({
  id: z.string(),
  match: ArmedMatch,
  edgeCases: z.array(EdgeCaseName),
  given: GivenValues,
  fault: AnswerFault.optional(),
  /** How many exchanges it was applied to. */
  applied: z.int(),
  /** How many more it will be; absent: no limit. */
  left: z.int().optional(),
  created: z.string(),
});
export type ArmedCase = z.infer<typeof ArmedCase>;

export const armedCases = collection<ArmedCase>({ name: 'armedCases', lifetime: 'registry', schema: ArmedCase });

/** What an exchange is about, as far as it can be matched by. */
export interface Matched {
  readonly agent: string;
  readonly client: string | undefined;
  readonly user: string;
  readonly audience: string;
  readonly scopes: readonly string[];
}

/** Whether the armed case is still to be applied, and to this exchange. */
export function isArmedFor({ left, match }: ArmedCase, exchange: Matched): boolean {
  const { scope, ...exact } = match;
  const names = Object.keys(exact) as (keyof typeof exact)[];
  return (
    left !== 0 &&
    (scope === undefined || exchange.scopes.includes(scope)) &&
    names.every((name) => match[name] === undefined || match[name] === exchange[name])
  );
}
