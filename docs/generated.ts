/**
 * The documents that are printed from the code: `npm run docs` writes them, and a test fails when one is stale.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { EdgeCase, EdgeCaseList } from '../src/edge-cases/edge-case.js';
import { ROWS } from '../src/edge-cases/rows.js';
import { Baseline, ProbeOptions } from '../src/probe/options.js';
import { reportJsonSchema } from '../src/probe/reports/schema.js';
import { DIFFERENCES, LATER_DIFFERENCES } from '../src/protocol/profile.js';
import { orgFileJsonSchema } from '../src/registry/org-file.js';
import { IDP_CATALOGUE } from '../test/support/idp-catalogue.js';
import { NOT_EXPRESSED } from './edge-case-counts.js';
import { adminRulesDocument } from './print-admin-rules.js';
import { edgeCasesDocument } from './print-edge-cases.js';
import { profilesDocument } from './print-profiles.js';
import { refusalsDocument } from './print-refusals.js';
import { rulesDocument } from './print-rules.js';
import { TABLES } from './tables.js';

const TESTS = fileURLToPath(new URL('../test/', import.meta.url));
const ENDING = '.test.ts';
const COMMENT = /^\s*(\/\/|\/?\*)/;
/** To the same quote again, or to the end of the line. */
const STRING = /(['"`])(?:\\.|(?!\1).)*/g;
const ID = /(?<![\w-])(ix|iss)-[a-z0-9-]+/g;

/** The ids of the catalogue that stand in the strings of a test file. */
function idsIn(source: string): ReadonlySet<string> {
  const lines = source.split('\n').filter((line) => !COMMENT.test(line));
  const strings = lines.flatMap((line) => line.match(STRING) ?? []);
  return new Set(strings.flatMap((text) => text.match(ID) ?? []));
}

/** Finds the test files that have an id in a string, as in a title, by name below test/: `grants/token-exchange`. */
export function readTests(): (id: string) => readonly string[] {
  const names = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(ENDING));
  const files = names.sort().map((name) => ({
    name: name.slice(0, -ENDING.length),
    ids: idsIn(readFileSync(join(TESTS, name), 'utf8')),
  }));
  return (id) => files.filter(({ ids }) => ids.has(id)).map(({ name }) => name);
}

const json = (schema: object) => `${JSON.stringify(schema, null, 2)}\n`;

/** A file as a person writes it, for editors and for whoever writes one by program. */
function fileSchema(title: string, schema: z.ZodType): z.core.JSONSchema.BaseSchema {
  const { $schema, ...members } = z.toJSONSchema(schema, { io: 'input' });
  return { ...($schema && { $schema }), title, ...members };
}

/** What flags and environment can say, the file need not: which server it is, and which client. */
function probeFileSchema(): object {
  const schema = fileSchema('probe.json of mock-okta-xaa', ProbeOptions);
  for (const one of [schema, schema.properties?.client]) if (typeof one === 'object') delete one.required;
  return schema;
}

/** File name below docs/ -> its content. */
export function generatedDocs(): Readonly<Record<string, string>> {
  const rules = TABLES.flatMap((table) => table.rules);
  return {
    'org-file.schema.json': json(orgFileJsonSchema()),
    'edge-case.schema.json': json(z.toJSONSchema(EdgeCaseList, { io: 'input' })),
    'probe-report.schema.json': json(reportJsonSchema()),
    'probe.schema.json': json(probeFileSchema()),
    'probe-baseline.schema.json': json(fileSchema('Baseline of mock-okta-xaa probe', Baseline)),
    'edge-cases.md': edgeCasesDocument(
      ROWS.map((row) => EdgeCase.parse(row)),
      NOT_EXPRESSED,
    ),
    'rules.md': rulesDocument(TABLES),
    'admin-rules.md': adminRulesDocument(),
    'refusals.md': refusalsDocument({ catalogue: IDP_CATALOGUE, rules, testsOf: readTests() }),
    'profiles.md': profilesDocument(DIFFERENCES, LATER_DIFFERENCES),
  };
}

/** Writes them all to a directory. */
export function writeDocs(directory: string): void {
  for (const [name, content] of Object.entries(generatedDocs())) writeFileSync(join(directory, name), content);
}
