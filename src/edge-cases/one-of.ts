/** A word out of a table of words with their meanings, as a schema. */
import * as z from 'zod';

export function oneOf<N extends string>(table: Readonly<Record<N, unknown>>) {
  return z.enum(Object.keys(table) as [N, ...N[]]);
}
