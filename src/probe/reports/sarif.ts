/**
 * The report as SARIF 2.1.0, as GitHub code scanning takes it: a rule for each case, a result for whatever is to be
 * looked at. Each case has a path of its own that exists in no repository: GitHub turns away a file with a URL of another
 * scheme as location, and would open all alerts anew if the path went with the host.
 */
import { createHash } from 'node:crypto';
import type { Severity } from '../../edge-cases/edge-case.js';
import type { Report, Result } from '../report.js';
import { type Fact, factLines, factsOf, requirementOf } from './facts.js';
import { markdownText } from './markdown-text.js';
import { cut, onOneLine } from './visible.js';

/** GitHub reads critical above 9, high from 7, medium from 4. Who turns good clients away is not insecure. */
const SCORES: Readonly<Record<Severity, string | undefined>> = {
  ...{ critical: '9.5', high: '8.0', medium: '5.5', low: '2.0', interoperability: undefined },
};

const LEVELS = { fail: 'error', warn: 'warning', error: 'note' } as const;

/** What GitHub takes of a description. */
const DESCRIPTION = 1024;
const NAME = 255;
const FACT = 1500;

function description(text: string): { text: string } {
  return { text: cut(onOneLine(text), DESCRIPTION - 50) };
}

function helpFor(result: Result) {
  const { expect, note, hint } = result;
  const parts: readonly Fact[] = [
    ['Right', expect.join(' or ')],
    ['Requirement', requirementOf(result)],
    ['Why it matters', note],
    ...(hint === undefined ? [] : ([['Hint', hint]] as const)),
  ];
  return {
    text: parts.map(([label, text]) => `${label}: ${onOneLine(text)}`).join('\n'),
    markdown: parts.map(([label, text]) => `**${label}:** ${markdownText(text)}`).join('\n\n'),
  };
}

function propertiesOf({ severity, group, level, conformance = [] }: Result) {
  const score = SCORES[severity];
  const grade =
    score === undefined
      ? { tags: ['xaa', group, level, severity], 'problem.severity': 'error' }
      : { tags: ['security', 'xaa', group, level, severity], 'security-severity': score };
  return { ...grade, precision: 'very-high', conformance };
}

function ruleOf(result: Result) {
  const id = onOneLine(result.name);
  return {
    id,
    name: cut(id, NAME - 50),
    shortDescription: description(result.differs),
    fullDescription: description(result.note),
    help: helpFor(result),
    defaultConfiguration: { level: 'error' },
    properties: propertiesOf(result),
  };
}

/** The same in every run and at every deployment. */
function fingerprint(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 16);
}

function locationOf({ name }: Result, { target }: Report) {
  return {
    physicalLocation: {
      artifactLocation: { uri: `probe/${name.replace(/[^\w.-]/g, '-')}` },
      region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
    },
    logicalLocations: [{ fullyQualifiedName: onOneLine(target.tokenEndpoint), kind: 'resource' }],
  };
}

function suppressionsOf({ accepted }: Result) {
  if (accepted === undefined) return {};
  const justification = `${onOneLine(accepted.reason)} (until ${onOneLine(accepted.expires)})`;
  return { suppressions: [{ kind: 'external', status: 'accepted', justification }] };
}

function isTold({ status }: Result): boolean {
  return status in LEVELS;
}

function resultOf(result: Result, report: Report) {
  return {
    ruleId: onOneLine(result.name),
    ruleIndex: report.results.indexOf(result),
    level: LEVELS[result.status as keyof typeof LEVELS],
    message: { text: `${onOneLine(result.why)}\n${factLines(factsOf(result, FACT))}` },
    locations: [locationOf(result, report)],
    partialFingerprints: { primaryLocationLineHash: `${fingerprint(result.name)}:1` },
    ...suppressionsOf(result),
  };
}

export function sarifReport(report: Report): string {
  const { tool, results, began, seconds, outcome, sentence } = report;
  const ended = new Date(Date.parse(began) + seconds * 1000).toISOString();
  const driver = { name: `${tool.name} probe`, semanticVersion: tool.version, rules: results.map(ruleOf) };
  const invocation = {
    executionSuccessful: outcome !== 'could-not-run',
    exitCodeDescription: onOneLine(sentence),
    startTimeUtc: new Date(began).toISOString(),
    endTimeUtc: ended,
  };
  const run = {
    tool: { driver },
    automationDetails: { id: `${tool.name}/probe/` },
    invocations: [invocation],
    columnKind: 'utf16CodeUnits',
    results: results.filter(isTold).map((result) => resultOf(result, report)),
  };
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${JSON.stringify(log, null, 2)}\n`;
}
