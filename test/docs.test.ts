/** The printed documents are fresh: what stands in docs/ is what the code prints. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { generatedDocs } from '../docs/generated.js';

for (const [name, content] of Object.entries(generatedDocs())) {
  t.test(`docs/${name} is fresh`, async (t) => {
    t.equal(readFileSync(`docs/${name}`, 'utf8'), content, 'run: npm run docs');
  });
}
