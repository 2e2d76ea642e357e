/** Where an org comes from: an org file on disk, an object of the same shape, or the example that is shipped. */
import { readFileSync } from 'node:fs';
import { type EdgeCaseLibrary, edgeCaseMistake } from './edge-case-library.js';
import type { OrgFileInput } from './registry/org-file.js';
import { type SeededOrg, seedOrg } from './registry/org-records.js';
import type { OrgSettings } from './registry/org-settings.js';
import { orgSettings } from './registry/org-settings.js';
import { developmentKeys, EXAMPLE_ORG } from './shipped.js';
import { type OrgStore, StoreFailure } from './store/port.js';

/** The org file cannot be used; the message names it and, line by line, what is wrong. */
export class OrgFileError extends Error {
  override readonly name = 'OrgFileError';
}

function readOrgFile(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new OrgFileError(`The org file ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}.`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new OrgFileError(`The org file ${path} is not JSON: ${(error as Error).message}`);
  }
}

/**
 * Reads the org to start from.
 * @param source a path, an object, or nothing for the example org
 * @throws {OrgFileError} naming the file and every offending value
 */
export function readOrg(source: string | OrgFileInput | undefined, created: string): SeededOrg {
  const path = source ?? EXAMPLE_ORG;
  const name = typeof path === 'string' ? `org file ${path}` : 'org';
  const content = typeof path === 'string' ? readOrgFile(path) : path;
  const seeded = seedOrg(content, developmentKeys(), created);
  if ('records' in seeded) return seeded;
  throw new OrgFileError(`The ${name} cannot be used:\n${seeded.mistakes.map((line) => `  ${line}`).join('\n')}`);
}

/**
 * Edge cases in an org file must not have the names of others, and those that are armed must be there.
 * @throws {OrgFileError} naming the first that is wrong
 */
export async function checkEdgeCaseNames({ records }: SeededOrg, library: EdgeCaseLibrary): Promise<void> {
  const mistake = await edgeCaseMistake(records, library);
  if (mistake) throw new OrgFileError(`The org cannot be used: ${mistake}.`);
}

/** What was found in the store: nothing (now seeded), the same org, or an org from a file that has changed since. */
export type Found = 'seeded' | 'kept' | 'kept-though-changed';

/**
 * Seeds an empty store, or one that is to be reset; leaves any other as it is.
 * @param explicit the org was named by the person who starts the program: then a store of another org is refused
 */
export async function seedStore(store: OrgStore, seeded: SeededOrg, reset: boolean, explicit: boolean): Promise<Found> {
  const [settings]: readonly (OrgSettings | undefined)[] = store.view().list(orgSettings);
  if (!settings || reset) {
    await store.swap(seeded.records);
    return 'seeded';
  }
  if (settings.seed === seeded.seed) return 'kept';
  if (!explicit) return 'kept-though-changed';
  throw new StoreFailure(
    'The store was seeded from another org file, or from this one before it changed. Start with --reset to forget what ' +
      'the store holds and seed it anew, or name another --store.',
  );
}
