/** Shortens a value to what a person would write: what its zod schema puts there by itself is left out. */
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';

type Schema = z.core.$ZodType;

/** Whether a value reads the same when it is not there at all. */
function isDefault(schema: Schema, value: unknown): boolean {
  const [absent, present] = [z.safeParse(schema, undefined), z.safeParse(schema, value)];
  return absent.success && present.success && isDeepStrictEqual(absent.data, present.data);
}

function shortMembers(shape: Readonly<Record<string, Schema>>, value: Readonly<Record<string, unknown>>): object {
  const members = Object.entries(shape).flatMap(([name, schema]) => {
    const member = withoutDefaults(schema, value[name]);
    return isDefault(schema, member) ? [] : [[name, member] as const];
  });
  return Object.fromEntries(members);
}

/**
 * The shortest value that the schema parses to the same result. Members that the schema does not know are left out, too,
 * and the members stand in the order of the schema. A value that the schema refuses stays refused.
 */
export function withoutDefaults(schema: Schema, value: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return withoutDefaults(schema.unwrap(), value);
  }
  if (schema instanceof z.ZodUnion) {
    const option = schema.options.find((one) => z.safeParse(one, value).success);
    return option ? withoutDefaults(option, value) : value;
  }
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((one) => withoutDefaults(schema.element, one));
  }
  const isObject = typeof value === 'object' && value !== null;
  return isObject && schema instanceof z.ZodObject ? shortMembers(schema.shape, { ...value }) : value;
}
