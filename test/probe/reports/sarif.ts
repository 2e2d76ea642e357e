/** The report as SARIF, held against the JSON schema of OASIS and against what GitHub asks for. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import t from 'tap';
import { sarifReport } from '../../../src/probe/reports/sarif.js';
import { CLEAN, largeReport, SAMPLE } from './sample.js';

/** It is of draft 04, of which it uses nothing that draft 07 reads otherwise but the name of its id. */
const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync('test/support/schemas/sarif-2.1.0.json', 'utf8'));
const ajv = new Ajv({ strict: false, unicodeRegExp: false });
formats.default(ajv);
const validate = ajv.compile(schema);
const read = (report: typeof SAMPLE) => JSON.parse(sarifReport(report));
const run = read(SAMPLE).runs[0];
const { rules } = run.tool.driver;
const of = (name: string) => run.results.find(({ ruleId }: { ruleId: string }) => ruleId === name);

t.test('valid by the schema', async (t) => {
  for (const report of [SAMPLE, CLEAN, largeReport()]) t.ok(validate(read(report)), JSON.stringify(validate.errors));
  const log = read(SAMPLE);
  log.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = 'not a uri';
  t.notOk(validate(log), 'the formats are looked at');
  t.notOk(validate({ ...log, version: '2.0.0' }));
});

t.test('a rule for each case, with what GitHub shows', async (t) => {
  t.equal(rules.length, SAMPLE.results.length);
  t.match(rules[1], {
    id: 'alg-none',
    shortDescription: { text: 'Nobody signed it, and its header says so.' },
    fullDescription: { text: /^Libraries once took/ },
    help: { text: /Requirement: RFC 7523, .*\n.*\nHint: Allow/, markdown: /\*\*Hint&#58;\*\*|\*\*Hint:\*\* Allow/ },
    properties: {
      tags: ['security', 'xaa', 'A1', 'MUST', 'critical'],
      'security-severity': '9.5',
      conformance: ['sep-990-alg'],
    },
  });
  const untidy = rules.find(({ id }: { id: string }) => id === 'scope-ignored');
  t.match(untidy.properties, { tags: ['xaa', 'A6', 'MUST', 'interoperability'], 'problem.severity': 'error' });
  t.notOk('security-severity' in untidy.properties, 'turning good clients away is not insecure');
  for (const { name, shortDescription, fullDescription, help, properties } of rules) {
    t.ok(name.length <= 255 && shortDescription.text.length <= 1024 && fullDescription.text.length <= 1024);
    t.ok(name && shortDescription.text && fullDescription.text && help.text && properties.tags.length <= 20);
    t.notMatch(help.markdown, /<script|\[link\]\(|@octocat/);
  }
});

t.test('a result for what is to be looked at, and for nothing else', async (t) => {
  const levels = Object.fromEntries(run.results.map(({ ruleId, level }: Record<string, string>) => [ruleId, level]));
  t.match(levels, { 'alg-none': 'error', 'jti-replayed': 'error', 'exp-wrong-error': 'warning', 'timed-out': 'note' });
  for (const name of ['good-control', 'typ-missing', 'dpop-nonce']) t.notOk(name in levels, name);
  for (const { ruleId, ruleIndex } of run.results) t.equal(rules[ruleIndex].id, ruleId);
  t.match(of('alg-none').message.text, /^It was granted: .*\nSent: {8}Nobody signed it/);
});

t.test('each has a path of its own, relative and the same at every server', async (t) => {
  const [{ physicalLocation, logicalLocations }] = of('alg-none').locations;
  t.same(physicalLocation.artifactLocation, { uri: 'probe/alg-none' });
  t.same(logicalLocations, [{ fullyQualifiedName: 'https://as.todo.example/oauth2/token', kind: 'resource' }]);
  const elsewhere = read({ ...SAMPLE, target: { ...SAMPLE.target, tokenEndpoint: 'http://localhost:1/' } }).runs[0];
  const prints = (results: { partialFingerprints: object }[]) =>
    results.map(({ partialFingerprints }) => partialFingerprints);
  t.same(prints(elsewhere.results), prints(run.results));
  t.match(of('alg-none').partialFingerprints.primaryLocationLineHash, /^[0-9a-f]{16}:1$/);
  t.equal(new Set(prints(run.results).map((print) => JSON.stringify(print))).size, run.results.length);
  for (const { locations } of run.results)
    t.match(locations[0].physicalLocation.artifactLocation.uri, /^probe\/[\w.-]+$/);
});

t.test('what the baseline accepts is suppressed; the run says how it went', async (t) => {
  t.match(of('jti-replayed').suppressions, [
    { kind: 'external', status: 'accepted', justification: /^Known\. .*\(until 2026-12-31\)$/ },
  ]);
  t.notOk('suppressions' in of('alg-none'));
  t.match(run.invocations, [
    {
      executionSuccessful: true,
      startTimeUtc: '2026-07-29T08:00:00.000Z',
      endTimeUtc: '2026-07-29T08:01:01.200Z',
      exitCodeDescription: SAMPLE.sentence,
    },
  ]);
  t.match(read({ ...SAMPLE, outcome: 'could-not-run' }).runs[0].invocations, [{ executionSuccessful: false }]);
  t.match(run.automationDetails, { id: 'mock-okta-xaa/probe/' });
});
