/**
 * The text of a store file: what is written, one record on a line, and the check of whatever is read, which a person
 * may have edited.
 */
import { isJsonObject } from '../protocol/json-objects.js';
import type { AnyCollection, Entity } from '../registry/collection.js';
import { type Snapshot, StoreFailure } from './port.js';

const FORMAT = 'mock-okta-xaa-store';
const VERSION = 1;

/** Org ids and their records, in the order of the file. Not an object: an org may be called `__proto__`. */
export type StoreContent = readonly (readonly [org: string, records: Snapshot])[];

/**
 * Makes the text of one store's file: compact JSON with a line for each record, so that a person finds one and a diff
 * shows one. Remembers each record's line, for a record never changes and making the lines is most of the cost of a
 * write.
 */
export function textWriter(): (content: StoreContent) => string {
  const lines = new WeakMap<Entity, string>();
  const line = (record: Entity) => {
    const known = lines.get(record);
    if (known !== undefined) return known;
    const made = JSON.stringify(record);
    lines.set(record, made);
    return made;
  };
  const member = (name: string, text: string) => `${JSON.stringify(name)}:${text}`;
  return (content) => {
    const orgs = content.map(([org, records]) => {
      const lists = Object.entries(records).map(([name, some]) => member(name, `[\n${some.map(line).join(',\n')}\n]`));
      return member(org, `{\n${lists.join(',\n')}\n}`);
    });
    return `{"format":"${FORMAT}","version":${VERSION},"orgs":{\n${orgs.join(',\n')}\n}}\n`;
  };
}

/**
 * Reads a store file's bytes.
 * @param path only named in the error
 * @throws {StoreFailure} naming the file, the place in it and the reason
 */
export function contentOf(bytes: Uint8Array, path: string, collections: readonly AnyCollection[]): StoreContent {
  const refuse: Refuse = (why) => {
    throw new StoreFailure(
      `The store file ${path} cannot be used: ${why}. Nothing was changed. Correct the file, or choose another one.`,
    );
  };
  const file = membersOf(parsed(bytes, refuse), 'it', refuse);
  if (file.get('format') !== FORMAT) refuse(`it is not a store of this program (format is not "${FORMAT}")`);
  const version = file.get('version');
  if (version !== VERSION) {
    refuse(`it has version ${JSON.stringify(version)} of the format, and this program knows version ${VERSION} only`);
  }
  const extra = [...file.keys()].find((name) => !['format', 'version', 'orgs'].includes(name));
  if (extra !== undefined) refuse(`${JSON.stringify(extra)} does not belong beside format, version and orgs`);
  const kept = new Map(collections.filter((each) => each.lifetime !== 'transient').map((each) => [each.name, each]));
  return [...membersOf(file.get('orgs'), 'orgs', refuse)].map(
    ([org, lists]) => [org, recordsOf(lists, `orgs[${JSON.stringify(org)}]`, kept, refuse)] as const,
  );
}

type Refuse = (why: string) => never;

function parsed(bytes: Uint8Array, refuse: Refuse): unknown {
  try {
    // Fatal: a byte that is not UTF-8 must not be replaced silently and then be written back. Drops an editor's BOM.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    return refuse(`it is not JSON (${(error as Error).message})`);
  }
}

function membersOf(value: unknown, where: string, refuse: Refuse): Map<string, unknown> {
  if (!isJsonObject(value)) return refuse(`${where} is not an object`);
  return new Map(Object.entries(value));
}

function recordsOf(lists: unknown, where: string, kept: Map<string, AnyCollection>, refuse: Refuse): Snapshot {
  const checked = [...membersOf(lists, where, refuse)].map(([name, records]) => {
    const collection = kept.get(name);
    if (collection === undefined)
      return refuse(`${where} holds ${JSON.stringify(name)}, which this program does not know`);
    if (!Array.isArray(records)) return refuse(`${where}.${name} is not a list`);
    return [name, records.map((each, i) => recordOf(each, `${where}.${name}[${i}]`, collection, refuse))] as const;
  });
  return Object.fromEntries(checked);
}

function recordOf(value: unknown, where: string, collection: AnyCollection, refuse: Refuse): Entity {
  const result = collection.schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return refuse(`${where}${place} is wrong (${issue?.message})`);
}
