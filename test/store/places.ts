/**
 * Directories for the file tests: short names, because the length of a socket's path is one of the things tested.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';

/** A new directory that is removed after the test. */
export async function directory(t: Test): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'store-'));
  t.teardown(() => rm(made, { recursive: true, force: true }));
  return made;
}
