/** The printed documents are fresh: docs/ holds what the code prints. And what is printed hangs together. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { generatedDocs, readTests, writeDocs } from '../docs/generated.js';
import { TABLES } from '../docs/tables.js';
import { type CatalogueRow, IDP_CATALOGUE } from './support/idp-catalogue.js';

/** Where the printed documents were written to, as `npm run docs` does it. */
const printed = t.testdir({});
writeDocs(printed);

for (const name of Object.keys(generatedDocs())) {
  t.test(`docs/${name} is fresh`, async (t) => {
    t.equal(readFileSync(`docs/${name}`, 'utf8'), readFileSync(join(printed, name), 'utf8'), 'run: npm run docs');
  });
}

const RULES = TABLES.flatMap((table) => table.rules.map((rule) => rule.name));

/** What stands in the list more than once. */
const repeated = (list: readonly string[]) => list.filter((one, at) => list.indexOf(one) !== at);

/** Whether the org judges such a request, so that a test can send it. */
const isJudged = ({ result }: CatalogueRow) => !('later' in result || 'notApplicable' in result);

t.test('names of rules are unique', async (t) => t.same(repeated(RULES), []));

t.test('ids of the catalogue are unique', async (t) => t.same(repeated(IDP_CATALOGUE.map(({ id }) => id)), []));

t.test('every rule that the catalogue names is in a table', async (t) => {
  const named = IDP_CATALOGUE.flatMap(({ result }) => ('refused' in result ? [result.refused] : []));
  t.same(
    [...new Set(named)].filter((name) => !RULES.includes(name)),
    [],
  );
});

t.test('every id of the catalogue that is judged stands in the title of a test', async (t) => {
  const testsOf = readTests();
  const missing = IDP_CATALOGUE.filter((row) => isJudged(row) && testsOf(row.id).length === 0);
  t.same(
    missing.map(({ id }) => id),
    [],
  );
});
