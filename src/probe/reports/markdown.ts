/**
 * The report as the summary of a job of GitHub Actions. Cases are HTML on one line each: an empty line would end it, and
 * what follows would be Markdown.
 */
import { type Html, html } from '../../html/html.js';
import { numbered, type Reason } from '../in-words.js';
import type { Report, Result } from '../report.js';
import { answerOf, requirementOf } from './facts.js';
import { markdownTable, markdownText } from './markdown-text.js';
import {
  acceptedInWords,
  acceptedOf,
  countsInWords,
  decisive,
  failuresOf,
  groupsOf,
  notRunByReason,
  OUTCOME_WORDS,
  STATUS_WORDS,
  TESTING_ONLY,
  WORST_FIRST,
  warningsOf,
  withStatus,
} from './views.js';
import { cut, onOneLine, pretty, visible } from './visible.js';

/** GitHub drops a summary of 1 MiB; some room is left for what else a step writes. */
const LIMIT = 1000 * 1024;
const TEXT = 4000;
const NAMES = 400;

const MARKS: Readonly<Record<Report['outcome'], string>> = { conformant: '✅', failures: '❌', 'could-not-run': '⚠️' };

/** Looks as it was, and is one line. */
function block(text: string): Html {
  const lines = cut(visible(text), TEXT).split('\n');
  return html`<pre>${lines.map((line, at) => [at > 0 && { markup: '&#10;' }, line])}</pre>`;
}

function sent(result: Result): readonly Html[] {
  const exchange = decisive(result);
  if (!exchange) return [];
  const { token } = exchange.sent;
  const tokenParts = token
    ? [html`<p>Header and claims:</p>`, block(pretty(token.header)), block(pretty(token.claims))]
    : [];
  return [...tokenParts, html`<p>Came back:</p>`, block(answerOf(exchange))];
}

function fact(label: string, text: string): Html {
  return html`<p><b>${label}:</b> ${onOneLine(text)}</p>`;
}

function details(result: Result): string {
  const { name, severity, why, differs, expect, note, hint } = result;
  return html`<details><summary><code>${onOneLine(name)}</code> (${severity}): ${onOneLine(why)}</summary>${[
    fact('Sent', differs),
    sent(result),
    fact('Right', expect.join(' or ')),
    fact('Requirement', requirementOf(result)),
    fact('Why it matters', note),
    hint !== undefined && fact('Hint', hint),
  ]}</details>`.markup;
}

function line({ name, why }: Pick<Result, 'name' | 'why'>): string {
  return `- **${markdownText(name)}**: ${markdownText(why)}`;
}

function groupsTable(report: Report): string {
  const head = ['Group', ...WORST_FIRST.map((status) => STATUS_WORDS[status])];
  const rows = groupsOf(report).map(({ group, title, counts }) => [
    `${group} ${markdownText(title)}`,
    ...WORST_FIRST.map((status) => String(counts[status] || ' ')),
  ]);
  return markdownTable(head, rows);
}

function reasonLine({ why, names }: Reason): string {
  return line({ name: numbered(names.length, 'case'), why: `${why} ${cut(names.join(', '), NAMES)}` });
}

/** A heading and what it is over, if there is anything. */
function section(title: string, blocks: readonly string[]): readonly string[] {
  return blocks.length === 0 ? [] : [`### ${title}`, ...blocks];
}

/** What the baseline accepts, and what is to be taken out of it. */
function baselineLines(report: Report): readonly string[] {
  const accepted = acceptedOf(report).map(({ name, accepted: { reason, expires } }) => ({
    name,
    why: `accepted until ${expires}. ${reason}`,
  }));
  const stale = report.baseline?.stale.map(({ name, why }) => ({ name, why: `to be taken out. ${why}` })) ?? [];
  const expired = report.baseline?.expired.map((name) => ({ name, why: 'expired, so it counts again.' })) ?? [];
  return [...accepted, ...stale, ...expired].map(line);
}

function blocksOf(report: Report): readonly string[] {
  const { alike, single } = warningsOf(report);
  return [
    `## ${MARKS[report.outcome]} ID-JAG probe: ${OUTCOME_WORDS[report.outcome]}`,
    markdownText(report.sentence),
    `${numbered(report.results.length, 'case')} at ${markdownText(report.target.tokenEndpoint)}: ${countsInWords(report.counts)}.${acceptedInWords(report)} ${TESTING_ONLY}`,
    groupsTable(report),
    ...section('Failures', failuresOf(report).map(details)),
    ...section('Went wrong for another reason', withStatus(report, 'error').map(details)),
    ...section('Baseline', baselineLines(report)),
    ...section('Warnings', [...alike.map(reasonLine), ...single.map(line)]),
    ...section('Not run', notRunByReason(report).map(reasonLine)),
  ];
}

/** As many from the beginning as there is room for, and whether that is all. */
function fitting(blocks: readonly string[]): string {
  let room = LIMIT;
  const over = blocks.findIndex((text) => {
    room -= Buffer.byteLength(text) + 2;
    return room < 0;
  });
  if (over < 0) return `${blocks.join('\n\n')}\n`;
  return `${blocks.slice(0, over).join('\n\n')}\n\nThe rest is left out: GitHub takes no longer summary. The JSON report has all of it.\n`;
}

export function markdownReport(report: Report): string {
  return fitting(blocksOf(report));
}
