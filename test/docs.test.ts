/** The printed documents are fresh: docs/ holds what the code prints. And what is printed hangs together. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import t from 'tap';
import { generatedDocs, readTests, writeDocs } from '../docs/generated.js';
import { TABLES } from '../docs/tables.js';
import { Baseline, ProbeOptions } from '../src/probe/options.js';
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

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

/** The blocks of JSON in docs/probe.md. */
const [PROBE_EXAMPLE, BASELINE_EXAMPLE] = [
  ...readFileSync('docs/probe.md', 'utf8').matchAll(/^```json\n([\s\S]*?)^```$/gm),
].map(([, text]) => JSON.parse(text as string));

/** What zod takes, the schema in docs/, examples, and members that there must not be. */
const PROBE_FILES = [
  {
    // The secret comes from the environment.
    takes: (file: { client: object }) =>
      ProbeOptions.safeParse({ ...file, client: { ...file.client, secret: 's' } }).success,
    published: 'docs/probe.schema.json',
    examples: [PROBE_EXAMPLE, read('examples/ci/probe.json')],
    bad: [
      { scopes: 'x' },
      { settings: { replays: 'reject' } },
      { otherClients: { other: { secret: 'x' } } },
      { failOn: 'all' },
    ],
  },
  {
    takes: (file: object) => Baseline.safeParse(file).success,
    published: 'docs/probe-baseline.schema.json',
    examples: [BASELINE_EXAMPLE, read('examples/ci/probe-baseline.json')],
    bad: [
      { acceptd: [] },
      { accepted: [{ ...BASELINE_EXAMPLE.accepted[0], until: '2027-01-31' }] },
      { accepted: [{ name: 'x' }] },
    ],
  },
] as const;

for (const { takes, published, examples, bad } of PROBE_FILES) {
  t.test(`${published} takes the examples, and refuses what zod refuses`, async (t) => {
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    const validate = ajv.compile(read(published));
    for (const example of examples) {
      t.ok(validate(example), JSON.stringify(validate.errors));
      t.ok(takes(example));
      t.match(example.$schema, `./node_modules/mock-okta-xaa/${published}`, 'an editor finds it');
    }
    for (const one of bad) {
      const file = { ...examples[0], ...one };
      t.notOk(validate(file), JSON.stringify(one));
      t.notOk(takes(file), JSON.stringify(one));
    }
  });
}

t.test('probe.json may leave to flags which server and which client it is', async (t) => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(read('docs/probe.schema.json'));
  t.ok(validate({ client: { authentication: 'post' }, conditions: { dpop: false } }), JSON.stringify(validate.errors));
});
