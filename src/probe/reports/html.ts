/** The report as one HTML page that needs nothing else: to be read, attached to a ticket, and printed. No script. */
import { type Html, html } from '../../html/html.js';
import { numbered, type Reason } from '../in-words.js';
import type { Report, Result, Status } from '../report.js';
import { caseMarkup } from './html-case.js';
import { groupsSection, overview, targetSection } from './html-overview.js';
import { code, factList, list, type Section, sectionMarkup, text } from './html-parts.js';
import { POLICY, STYLE } from './html-style.js';
import {
  acceptedOf,
  failuresOf,
  notRunByReason,
  SEVERITY_NAMES,
  TESTING_ONLY,
  titled,
  warningsOf,
  withStatus,
} from './views.js';
import { visible } from './visible.js';

/** So many failures are open from the beginning. */
const FEW = 3;

function failuresSection(report: Report): Section {
  const failures = failuresOf(report);
  const bySeverity = SEVERITY_NAMES.flatMap((severity) => {
    const results = failures.filter((result) => result.severity === severity);
    const open = failures.length <= FEW;
    return results.length === 0
      ? []
      : [
          html`<h3>${titled(severity)}: ${numbered(results.length, 'failure')}</h3>`,
          ...results.map((one) => caseMarkup(one, open)),
        ];
  });
  const none = failures.length === 0 ? [html`<p>No failure.</p>`] : [];
  return {
    id: 'failures',
    title: 'Failures',
    short: 'Failures',
    body: [...none, ...bySeverity],
  };
}

const PREFLIGHT_WORDS = { ok: 'ok', failed: 'failed', 'not-looked-at': 'not looked at' } as const;

function preflightSection({ preflight }: Report): Section {
  const steps = preflight.map(({ step, outcome, found, cause, advice }): [string, Html] => [
    step,
    html`<b>${PREFLIGHT_WORDS[outcome]}</b>: ${text(found)}${[cause, advice].map((more) => more !== undefined && html`<br>${text(more)}`)}`,
  ]);
  return {
    id: 'preflight',
    title: 'Before the first case',
    short: 'Preflight',
    body: preflight.length > 0 ? [factList(steps)] : [],
  };
}

function baselineSection(report: Report): Section {
  const stale =
    report.baseline?.stale.map(({ name, why }) => html`${code(name)} is to be taken out: ${text(why)}`) ?? [];
  const expired =
    report.baseline?.expired.map((name) => html`${code(name)} has expired: the failure counts again.`) ?? [];
  const entries = [...stale, ...expired];
  const body = [
    ...acceptedOf(report).map((result) => caseMarkup(result)),
    ...(entries.length > 0 ? [list(entries)] : []),
  ];
  return { id: 'baseline', title: 'Accepted by the baseline', short: 'Baseline', body };
}

/** Cases of which the same is said. */
function alikeMarkup(status: Status, { why, names }: Reason, inside: Html): Html {
  return html`<details class="${status}"><summary><b>${numbered(names.length, 'case')}</b>: ${text(why)}</summary>
${inside}</details>
`;
}

function warningsSection(report: Report): Section {
  const { alike, single } = warningsOf(report);
  const together = alike.map((reason) => {
    const cases = withStatus(report, 'warn').filter(({ why }) => why === reason.why);
    return alikeMarkup('warn', reason, html`<div class="inside">${cases.map((one) => caseMarkup(one))}</div>`);
  });
  const body = [...together, ...single.map((one) => caseMarkup(one))];
  return { id: 'status-warn', title: 'Warnings', short: 'Warnings', body };
}

function notRunSection(report: Report): Section {
  const body = notRunByReason(report).map((reason) => {
    const names = reason.names.map((name) => [code(name), ' ']);
    return alikeMarkup('not-run', reason, html`<div class="inside small">${names}</div>`);
  });
  return { id: 'not-run', title: 'Not run: nothing is known', short: 'Not run', body };
}

function observedSection({ observed }: Report): Section {
  const body = observed.length > 0 ? [factList(observed.map(({ what, seen }) => [what, text(seen)]))] : [];
  return { id: 'observed', title: 'Observed, where both are right', short: 'Observed', body };
}

function casesSection(report: Report, status: Status, title: string, short: string): Section {
  const body = withStatus(report, status).map((result: Result) => caseMarkup(result));
  return { id: `status-${status}`, title, short, body };
}

/** In the order in which they are to be read; what there is nothing of is left out. */
function sectionsOf(report: Report): readonly Section[] {
  return [
    failuresSection(report),
    casesSection(report, 'error', 'Went wrong for another reason: nothing is known', 'Errors'),
    groupsSection(report),
    baselineSection(report),
    warningsSection(report),
    casesSection(report, 'either', 'Right either way', 'Either'),
    observedSection(report),
    notRunSection(report),
    preflightSection(report),
    targetSection(report),
    casesSection(report, 'pass', 'Passed', 'Passed'),
  ].filter(({ body }) => body.length > 0);
}

export function htmlReport(report: Report): string {
  const sections = sectionsOf(report);
  const links = sections.map(({ id, short }) => html`<li><a href="#${id}">${short}</a></li>`);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>ID-JAG probe of ${visible(report.target.tokenEndpoint)}</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
${overview(report)}<nav aria-label="Sections"><ul>${links}</ul></nav>
<main>
${sections.map(sectionMarkup)}</main>
<footer><p>${TESTING_ONLY} No secret and no signature stands on this page.</p></footer>
</body>
</html>
`.markup;
}
