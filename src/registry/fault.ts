/** Faults of an org: which endpoints they are of, and for how long. */
import * as z from 'zod';
import { Fault } from '../edge-cases/faults.js';
import { collection } from './collection.js';

/** A path below the issuer: `*` stands for one step of it, `**` for any number. */
export const RoutePattern = z
  .string()
  .max(200)
  .regex(/^\/[\w.*:~/-]*$/, 'is no path such as /oauth2/v1/keys or /oauth2/*/v1/token');

/** Whether one step is as the pattern has it, in which `*` is any text. Each text is looked for once, from left to right. */
function isStep(pattern: string, step: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  if (others.length === 0) return pattern === step;
  const last = others.pop() as string;
  if (!step.startsWith(first) || step.length < first.length + last.length || !step.endsWith(last)) return false;
  let at = first.length;
  for (const text of others) {
    const found = step.indexOf(text, at);
    if (found < 0) return false;
    at = found + text.length;
  }
  return at <= step.length - last.length;
}

/** Whether a path is one of the pattern's: step by step, so that no path takes long. */
export function isOnRoute(pattern: string, path: string): boolean {
  const steps = path.split('/');
  // For each number of steps from the left: whether the pattern so far takes in just those.
  let taken = [true, ...steps.map(() => false)];
  for (const part of pattern.split('/')) {
    const before = taken;
    taken = before.map(() => false);
    for (let count = 0; count <= steps.length; count++) {
      const longer = count > 0 && (taken[count - 1] as boolean);
      if (part === '**') taken[count] = (before[count] as boolean) || longer;
      else if (count > 0) taken[count] = (before[count - 1] as boolean) && isStep(part, steps[count - 1] as string);
    }
  }
  return taken[steps.length] as boolean;
}

export const ActiveFault = z.strictObject({
  id: z.string(),
  /** Absent: every endpoint that the fault is for. */
  route: RoutePattern.optional(),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
  fault: Fault,
  /** How many requests it has hit. */
  hits: z.int(),
  /** How many more it will; absent: no limit. */
  left: z.int().optional(),
  /** Epoch milliseconds by the time of the machine: the outside lives by that. */
  until: z.int().optional(),
  created: z.string(),
});
export type ActiveFault = z.infer<typeof ActiveFault>;

export const activeFaults = collection<ActiveFault>({ name: 'faults', lifetime: 'registry', schema: ActiveFault });
