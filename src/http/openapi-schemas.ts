/** From zod to the JSON Schemas of the OpenAPI document: what has an id is printed once and referred to. */
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';

type Json = Readonly<Record<string, unknown>>;

/** Formats that say it all; zod's patterns for them are long. */
const PLAIN_FORMATS = ['date-time', 'date', 'email'];

type Printed = { readonly jsonSchema: z.core.JSONSchema.BaseSchema };

/** A number in a query is text to zod, and an integer to everybody else. */
function readable({ jsonSchema: json }: Printed): void {
  const isNumber = json.format === 'whole number';
  if (isNumber) json.type = 'integer';
  if (isNumber) delete json.format;
  if (isNumber || PLAIN_FORMATS.includes(json.format as string)) delete json.pattern;
}

/** An answer may have more members than are described: who reads it must not mind. */
function open(printed: Printed): void {
  readable(printed);
  const { jsonSchema: json } = printed;
  if (isDeepStrictEqual(json.additionalProperties, {}) || json.additionalProperties === false) {
    delete json.additionalProperties;
  }
}

const toComponents = (json: unknown): Json =>
  JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/'));

/** Prints schemas, and keeps those that have an id. */
export interface SchemaPrinter {
  /** @param io `input` for what is sent to the org, `output` for what it answers */
  readonly print: (schema: z.ZodType, io: 'input' | 'output') => Json;
  /** By id: what the printed ones refer to. */
  readonly components: Readonly<Record<string, Json>>;
}

export function schemaPrinter(): SchemaPrinter {
  const components: Record<string, Json> = {};
  return {
    components,
    print(schema, io) {
      const override = io === 'output' ? open : readable;
      const { $schema: _, $defs = {}, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any', override });
      for (const [id, component] of Object.entries($defs)) components[id] ??= toComponents(component);
      return toComponents(json);
    },
  };
}

/** The members of an object as parameters of the query, with what an absent one means. */
export function queryParameters({ print }: SchemaPrinter, schema: z.ZodType): object[] {
  const { properties = {}, required = [] } = print(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  const defaults = z.looseObject({}).catch({}).parse(schema.safeParse({}).data);
  return Object.entries(properties).map(([name, { description, ...member }]) => ({
    ...{ name, in: 'query', required: required.includes(name), ...(description !== undefined && { description }) },
    schema: { ...member, ...(defaults[name] !== undefined && { default: defaults[name] }) },
  }));
}
