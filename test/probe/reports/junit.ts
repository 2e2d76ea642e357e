/** The report as JUnit XML, held against the XML schema of others. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { validateXML } from 'xmllint-wasm';
import { xml } from '../../../src/html/xml.js';
import { junitReport } from '../../../src/probe/reports/junit.js';
import { ODD, reportOf } from './make.js';
import { CLEAN, largeReport, SAMPLE } from './sample.js';

/** As it is, and what its authors have added since: see test/support/schemas/README.md. */
const ADDED = [
  ['<xs:choice minOccurs="0">', '<xs:choice minOccurs="0"><xs:element name="skipped"/>'],
  [
    '<xs:attribute name="errors" type="xs:int" use="required">',
    '<xs:attribute name="skipped" type="xs:int"/><xs:attribute name="errors" type="xs:int" use="required">',
  ],
] as const;
const OLD = readFileSync('test/support/schemas/junit.xsd', 'utf8');
const SCHEMA = ADDED.reduce((schema, [old, added]) => schema.replace(old, added), OLD);

async function errorsOf(contents: string): Promise<readonly string[]> {
  const { errors } = await validateXML({
    xml: [{ fileName: 'report.xml', contents }],
    schema: [{ fileName: 'junit.xsd', contents: SCHEMA }],
  });
  return errors.map(({ rawMessage }) => rawMessage);
}

t.test('valid by the schema, whatever the report says', async (t) => {
  for (const report of [SAMPLE, CLEAN, reportOf([]), largeReport()]) t.same(await errorsOf(junitReport(report)), []);
  t.not((await errorsOf(junitReport(SAMPLE).replace(/ hostname="[^"]*"/, ''))).length, 0, 'the schema is asked');
  t.not((await errorsOf(junitReport(SAMPLE).replace('&lt;', '<'))).length, 0);
});

t.test('a suite for each group with its numbers, a case for each result', async (t) => {
  const text = junitReport(SAMPLE);
  t.equal(text.match(/<testcase /g)?.length, SAMPLE.results.length);
  t.match(
    text,
    '<testsuite name="A9 Keys and their distribution" package="mock-okta-xaa.probe" id="7" timestamp="2026-07-29T08:00:00" hostname="as.todo.example" tests="7" failures="0" errors="0" skipped="7" time="0.588">',
  );
  t.match(text, /name="A7 [^>]*tests="1" failures="0" errors="0" skipped="1"/, 'what the baseline accepts is skipped');
  t.match(text, /name="A11 [^>]*tests="1" failures="0" errors="1" skipped="0"/);
  t.match(text, '<property name="leeway" value="60"/>');
  t.match(text, '<property name="tenants" value="[&quot;acme&quot;]"/>');
  t.notMatch(text, '<testsuite name="own Your own" package="mock-okta-xaa.probe" id="0"');
  t.match(junitReport(CLEAN), 'hostname="localhost"');
});

t.test('failures, errors, what was skipped, and what is worth saying', async (t) => {
  const text = junitReport(SAMPLE);
  t.match(
    text,
    /<testcase name="alg-none" [^>]*><failure type="critical" message="It was granted: the server issued an access token for it\.">/,
  );
  t.match(text, 'Hint:        Allow the algorithms that you expect, and no other.');
  t.match(text, /<testcase name="timed-out" [^>]*><error type="error" message="No answer came within 10 s\.">/);
  t.match(text, 'Came back:   no answer: The connection was reset.');
  t.match(text, '<skipped message="Accepted until 2026-12-31: Known. ');
  t.match(text, /<testcase name="key-k1" [^>]*><skipped message="The keys cannot be swapped here\."\/>/);
  t.match(text, '<testcase name="good-control" classname="probe.A0" time="0.084"></testcase>');
  t.match(text, '<system-out>warning exp-wrong-error: Refused, but as invalid_request.');
  t.match(text, 'either typ-missing: It was refused.');
});

t.test('the template escapes, and drops what XML has no place for', async (t) => {
  t.equal(
    xml`<a b="${'<&>"\'\t\n\r'}">${['x', 1, xml`<c/>`]}${undefined}</a>`.markup,
    '<a b="&lt;&amp;&gt;&quot;&#39;&#9;&#10;&#13;">x1<c/></a>',
  );
  t.equal(xml`${'a\u0000\u0001\u001b\ud83d\ufffe\uffffb\u{1f600}\ue000'}`.markup, 'ab\u{1f600}\ue000');
  t.same(await errorsOf(xml`<testsuites>${xml`<!-- ${'x'} -->`}</testsuites>`.markup), []);
  t.notMatch(junitReport(SAMPLE), '<script>');
  t.notMatch(xml`${ODD}`.markup, ']]>');
});
