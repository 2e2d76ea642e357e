/** The edge cases that a process knows: those that come with the program, and those in the files of whoever starts it. */
import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { shippedEdgeCases, shippedName } from './edge-cases/catalogue.js';
import { type EdgeCase, EdgeCaseList } from './edge-cases/edge-case.js';
import { issueSentences } from './protocol/issues.js';
import type { ArmedCase } from './registry/armed-case.js';
import type { OwnEdgeCase } from './registry/own-edge-case.js';
import { shippedEdgeCaseKeys } from './shipped.js';
import type { EdgeCaseKeys } from './tokens/bend/edge-case-keys.js';

type SeededRecords = Readonly<Record<string, readonly unknown[]>>;

export interface EdgeCaseLibrary {
  /** By name. Read when somebody asks, and kept. */
  readonly rows: () => Promise<ReadonlyMap<string, EdgeCase>>;
  readonly keys: () => EdgeCaseKeys;
  /** A private key from its JWK, made once for as long as the JWK is the same object. */
  readonly importKey: (jwk: JsonWebKey) => KeyObject;
}

/** A file of edge cases cannot be used; the message names it, and the path of the bad value. */
export class EdgeCaseFileError extends Error {
  override readonly name = 'EdgeCaseFileError';
}

/** Rows, checked. @param where they come from, for the message @throws {EdgeCaseFileError} */
export function parseEdgeCases(input: unknown, where = 'the options'): readonly EdgeCase[] {
  const parsed = EdgeCaseList.safeParse(input);
  if (parsed.success) return parsed.data;
  const mistakes = issueSentences(parsed.error, 'the list').map((sentence) => `  ${sentence}`);
  throw new EdgeCaseFileError(`The edge cases in ${where} cannot be used:\n${mistakes.join('\n')}`);
}

function rowsOfFile(path: string): readonly EdgeCase[] {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new EdgeCaseFileError(`The edge cases in ${path} cannot be read: ${(error as Error).message}`);
  }
  return parseEdgeCases(content, path);
}

/** The `.json` files of a folder, or the one file. */
function filesAt(path: string): readonly string[] {
  if (!existsSync(path)) throw new EdgeCaseFileError(`There are no edge cases at ${path}.`);
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => join(path, name));
}

/**
 * The rows of files, in the order of their names.
 * @param path a folder, or one file
 * @throws {EdgeCaseFileError}
 */
export function readEdgeCaseFiles(path: string): readonly EdgeCase[] {
  return filesAt(path).flatMap(rowsOfFile);
}

/** @throws {EdgeCaseFileError} when a name stands twice among the rows, or among those of the program */
async function checkNames(rows: readonly EdgeCase[]): Promise<void> {
  const names = rows.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at) ?? (await shippedName(names));
  if (twice) throw new EdgeCaseFileError(`Two edge cases have the name ${twice}; give yours another.`);
}

/** Those of the names that the library has; it is read only if there are names to look up. */
export async function namesTaken(names: readonly string[], library: EdgeCaseLibrary): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const rows = await library.rows();
  return names.filter((name) => rows.has(name));
}

/** What is wrong with the edge cases that the records of an org name, as a sentence; undefined: nothing. */
export async function edgeCaseMistake(records: SeededRecords, library: EdgeCaseLibrary): Promise<string | undefined> {
  const own = (records.ownEdgeCases as readonly OwnEdgeCase[]).map(({ id }) => id);
  const [twice] = await namesTaken(own, library);
  if (twice) return `there is an edge case ${twice} already; name yours otherwise`;
  const armed = (records.armedCases as readonly ArmedCase[]).flatMap(({ edgeCases }) => edgeCases);
  const there = [...own, ...(await namesTaken(armed, library))];
  const unknown = armed.find((name) => !there.includes(name));
  return unknown && `there is no edge case ${unknown}, which is armed; GET /_mock/edge-cases lists them`;
}

/**
 * Makes the library.
 * @param fromFiles rows of {@link readEdgeCaseFiles}
 * @throws {EdgeCaseFileError} when they have a name that is taken
 */
export async function edgeCaseLibrary(fromFiles: readonly EdgeCase[] = []): Promise<EdgeCaseLibrary> {
  if (fromFiles.length > 0) await checkNames(fromFiles);
  let rows: Promise<ReadonlyMap<string, EdgeCase>> | undefined;
  let keys: EdgeCaseKeys | undefined;
  const imported = new WeakMap<object, KeyObject>();
  const load = async () =>
    new Map([...(await shippedEdgeCases()), ...fromFiles.map((row) => [row.name, row] as const)]);
  return {
    rows: () => {
      rows ??= load();
      return rows;
    },
    keys: () => {
      keys ??= shippedEdgeCaseKeys();
      return keys;
    },
    importKey(jwk) {
      const key = imported.get(jwk) ?? createPrivateKey({ key: jwk, format: 'jwk' });
      imported.set(jwk, key);
      return key;
    },
  };
}
