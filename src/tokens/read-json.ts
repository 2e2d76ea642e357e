/**
 * Reads a JSON object out of a token as a verifier should: UTF-8 and nothing else, no member twice, no nesting without end.
 * RFC 7515 "JOSE Header", RFC 7519 "JWT Claims". Nothing is believed, and nothing that was sent makes it throw.
 */
import { isJsonObject } from '../protocol/json-objects.js';
import type { Problem } from '../protocol/rule.js';

/** More levels than these are nothing that an issuer writes. */
const DEEPEST = 64;

/** A map, so that a member named `problem` or `__proto__` is a member like any other. */
export type Members = ReadonlyMap<string, unknown>;

export type JsonProblem = 'not-utf8' | 'byte-order-mark' | 'not-json' | 'not-an-object' | 'too-deep' | 'member-twice';

/** Why there is no object; `member` names the one that stands twice, such as `act.sub`. */
export interface JsonFault extends Problem<JsonProblem> {
  readonly member?: string;
}

/** An object or array that the scan is inside of. */
interface Level {
  /** Names met so far; undefined: an array. */
  readonly names: Set<string> | undefined;
  /** The member that the scan is at. */
  name: string;
  /** The next string is a name, and no value. */
  awaitsName: boolean;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

/** Takes note of a name; the path to it, if the object has it already. */
function repeated(levels: readonly Level[], level: Level, quoted: string): string | undefined {
  level.name = quoted.includes('\\') ? JSON.parse(quoted) : quoted.slice(1, -1);
  level.awaitsName = false;
  const names = level.names as Set<string>;
  if (!names.has(level.name)) {
    names.add(level.name);
    return undefined;
  }
  return levels.flatMap(({ names: ofObject, name }) => (ofObject ? [name] : [])).join('.');
}

/** Goes once over a text that is known to be JSON: what a parser hides by its silence. */
function faultIn(text: string): JsonFault | undefined {
  const levels: Level[] = [];
  let twice: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const [char, level] = [text[at], levels.at(-1)];
    if (char === '{') levels.push({ names: new Set(), name: '', awaitsName: true });
    else if (char === '[') levels.push({ names: undefined, name: '', awaitsName: false });
    else if (char === '}' || char === ']') levels.pop();
    else if (char === ',' && level?.names) level.awaitsName = true;
    else if (char === '"') {
      const end = endOfString(text, at);
      if (level?.awaitsName) twice ??= repeated(levels, level, text.slice(at, end + 1));
      at = end;
    }
    if (levels.length > DEEPEST) return { problem: 'too-deep' };
  }
  return twice === undefined ? undefined : { problem: 'member-twice', member: twice };
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** The members of the JSON object that the bytes are, or why they are none. */
export function readJsonObject(bytes: Uint8Array): Members | JsonFault {
  const text = decoded(bytes);
  if (text === undefined) return { problem: 'not-utf8' };
  if (text.startsWith('\uFEFF')) return { problem: 'byte-order-mark' };
  const json = parsed(text);
  if (!json) return { problem: 'not-json' };
  const { value } = json;
  if (!isJsonObject(value)) return { problem: 'not-an-object' };
  return faultIn(text) ?? new Map(Object.entries(value));
}
