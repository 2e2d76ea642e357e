/** What the commands read besides flags: JSON from files and flags, numbers, standard input. */
import { readFileSync } from 'node:fs';
import type * as z from 'zod';
import { ConfigError } from './config.js';
import { issueSentences } from './protocol/issues.js';

/** What a command leaves behind. */
export interface Output {
  readonly out: string;
  readonly err: string;
  readonly exitCode: number;
}

/** JSON in a flag. @throws {ConfigError} */
export function jsonIn(flag: string, text: unknown): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(String(text));
  } catch (error) {
    throw new ConfigError(`--${flag} is not JSON: ${(error as Error).message}`);
  }
}

/** JSON from the file that a flag names. @throws {ConfigError} */
export function jsonFile(flag: string, path: unknown): unknown {
  if (path === undefined) return undefined;
  try {
    return JSON.parse(readFileSync(String(path), 'utf8'));
  } catch (error) {
    throw new ConfigError(`--${flag} ${path} cannot be read as JSON: ${(error as Error).message}`);
  }
}

/** `NAME=VALUE` of a flag that may stand several times; undefined when it does not. @throws {ConfigError} */
export function pairsIn(flag: string, given: unknown): Record<string, string> | undefined {
  if (given === undefined) return undefined;
  return Object.fromEntries(
    (given as readonly string[]).map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new ConfigError(`--${flag} ${pair} is not NAME=VALUE.`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

/** A number; what is none is left to the schema, which says so. */
export function numeric(text: unknown): unknown {
  return text === undefined || String(text).trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
}

/** @throws {ConfigError} with the path of each bad value */
export function checked<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new ConfigError(issueSentences(parsed.error).join('. '));
}
