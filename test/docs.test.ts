/** The printed documents are fresh: what stands in docs/ is what the code prints. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { generatedDocs, writeDocs } from '../docs/generated.js';

/** Where the printed documents were written to, as `npm run docs` does it. */
const printed = t.testdir({});
writeDocs(printed);

for (const name of Object.keys(generatedDocs())) {
  t.test(`docs/${name} is fresh`, async (t) => {
    t.equal(readFileSync(`docs/${name}`, 'utf8'), readFileSync(join(printed, name), 'utf8'), 'run: npm run docs');
  });
}
