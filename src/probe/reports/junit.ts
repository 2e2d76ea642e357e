/**
 * The report as JUnit XML, by the schema of Apache Ant: a suite for each group, a test case for each case. What is no
 * failure but worth saying stands in the output of the suite: the schema gives a test case none.
 */

import { type Xml, xml } from '../../html/xml.js';
import type { Report, Result } from '../report.js';
import { factLines, factsOf } from './facts.js';
import { acceptedOf, failuresOf, groupsOf, withStatus } from './views.js';
import { compact, onOneLine } from './visible.js';

const LIMIT = 4000;

function textOf(result: Result): string {
  return `${onOneLine(result.why)}\n${factLines(factsOf(result, LIMIT))}\n`;
}

function skipped(message: string): Xml {
  return xml`<skipped message="${message}"/>`;
}

function failure(result: Result): Xml {
  const { accepted, severity, why } = result;
  if (accepted) return skipped(`Accepted until ${accepted.expires}: ${accepted.reason}`);
  return xml`<failure type="${severity}" message="${why}">${textOf(result)}</failure>`;
}

const nothing = (): Xml => xml``;

/** What stands in the test case. */
const BODIES: Readonly<Record<Result['status'], (result: Result) => Xml>> = {
  pass: nothing,
  warn: nothing,
  either: nothing,
  fail: failure,
  error: (result) => xml`<error type="error" message="${result.why}">${textOf(result)}</error>`,
  'not-run': ({ why }) => skipped(why),
};

function testcase(result: Result): Xml {
  const { name, group, seconds, status } = result;
  return xml`<testcase name="${name}" classname="probe.${group}" time="${seconds.toFixed(3)}">${BODIES[status](result)}</testcase>
`;
}

/** For a warning all of it, for what is right either way what it did. */
function output(report: Report): string {
  const warnings = withStatus(report, 'warn').map((result) => `warning ${result.name}: ${textOf(result)}`);
  const either = withStatus(report, 'either').map(({ name, why }) => `either ${name}: ${why}\n`);
  return [...warnings, ...either].join('');
}

function properties({ target, tool, failOn, settings }: Report): Xml {
  const values = { ...target, version: tool.version, failOn, ...settings };
  return xml`<properties>${Object.entries(values).map(
    ([name, value]) => xml`<property name="${name}" value="${compact(value)}"/>`,
  )}</properties>`;
}

/** The schema wants a name, and takes this for an unknown one. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'localhost';
}

function suite(report: Report, { group, title }: Report['groups'][number], id: number): Xml {
  const results = report.results.filter((result) => result.group === group);
  const part: Report = { ...report, results };
  const failures = failuresOf(part).length;
  const left = withStatus(part, 'not-run').length + acceptedOf(part).length;
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0).toFixed(3);
  const began = new Date(report.began).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length);
  return xml`<testsuite name="${group} ${title}" package="mock-okta-xaa.probe" id="${id}" timestamp="${began}" hostname="${hostOf(report.target.tokenEndpoint)}" tests="${results.length}" failures="${failures}" errors="${withStatus(part, 'error').length}" skipped="${left}" time="${seconds}">
${properties(report)}
${results.map(testcase)}<system-out>${output(part)}</system-out>
<system-err></system-err>
</testsuite>
`;
}

export function junitReport(report: Report): string {
  const suites = groupsOf(report).map((group, id) => suite(report, group, id));
  return xml`<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
${suites}</testsuites>
`.markup;
}
