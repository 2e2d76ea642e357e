/** What zod has against a value, in sentences with the path of what is wrong. */
import type * as z from 'zod';

/**
 * One sentence for each bad value, such as `claims.set.exp: is no JSON value`.
 * @param whole what is named where the value as a whole is bad
 */
export function issueSentences({ issues }: z.ZodError, whole = 'request'): readonly string[] {
  return issues.map(({ path, message }) => `${path.join('.') || whole}: ${message}`);
}
