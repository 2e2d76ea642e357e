/** The report as JSON, and the schema that is published for it. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import { Report } from '../../../src/probe/report.js';
import { jsonReport } from '../../../src/probe/reports/json.js';
import { reportJsonSchema } from '../../../src/probe/reports/schema.js';
import { CLEAN, largeReport, SAMPLE } from './sample.js';

const ajv = new Ajv2020({ strict: false, validateFormats: false });

t.test('reads back as the same report, odd characters and all', async (t) => {
  for (const report of [SAMPLE, CLEAN, largeReport()]) {
    const text = jsonReport(report);
    t.match(text, /^\{\n {2}"version": 1,.*\}\n$/s);
    t.same(Report.parse(JSON.parse(text)), JSON.parse(JSON.stringify(report)));
  }
});

t.test('is valid by the published schema, and a report without outcome is not', async (t) => {
  const schema = reportJsonSchema();
  t.match(schema, { title: 'Report of mock-okta-xaa probe', $schema: 'https://json-schema.org/draft/2020-12/schema' });
  const validate = ajv.compile(schema);
  const read = JSON.parse(jsonReport(SAMPLE));
  t.ok(validate(read), JSON.stringify(validate.errors));
  t.notOk(validate({ ...read, outcome: undefined }));
  t.notOk(validate({ ...read, results: [{ name: 'x' }] }));
});
