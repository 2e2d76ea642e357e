/**
 * The documents that are printed from the code: `npm run docs` writes them, and a test fails when one is stale.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { orgFileJsonSchema } from '../src/registry/org-file.js';

/** File name below docs/ -> its content. */
export function generatedDocs(): Readonly<Record<string, string>> {
  return { 'org-file.schema.json': `${JSON.stringify(orgFileJsonSchema(), null, 2)}\n` };
}

/** Writes them all to a directory. */
export function writeDocs(directory: string): void {
  for (const [name, content] of Object.entries(generatedDocs())) writeFileSync(join(directory, name), content);
}
