/** A run of the probe: how far it is, what came of it, and the report as files. */
import { type Html, html } from '../html/html.js';
import { numbered } from '../probe/in-words.js';
import type { Report, Result, Status, Step } from '../probe/report.js';
import { STATUS_WORDS, titled, WORST_FIRST } from '../probe/reports/views.js';
import { cut, visible } from '../probe/reports/visible.js';
import type { ProbeRun } from '../probe/runs.js';
import { severityBadge } from './case-tabs.js';
import { button, choice, field, form, type Option, search, type Values } from './forms.js';
import type { At, Page } from './frame.js';
import type { Shown } from './listing.js';
import { card, empty, facts, moment, more, note, opening, records, table } from './parts.js';
import { IN_USE, PROBE_TRAIL } from './probe-form.js';
import { countsShown, isOpen, resultPath, runPath, stateBadge, statusBadge, titleOf } from './probe-words.js';

export interface RunModel {
  readonly at: At;
  readonly value: Values;
  readonly run: ProbeRun;
  /** Results that are shown: the worst first. */
  readonly found: Shown<Result>;
}

/** The forms of the report, by what their buttons do. */
export const REPORTS = {
  html: { label: 'HTML', type: 'text/html; charset=utf-8', extension: 'html' },
  json: { label: 'JSON', type: 'application/json', extension: 'json' },
  junit: { label: 'JUnit', type: 'application/xml', extension: 'xml' },
  sarif: { label: 'SARIF', type: 'application/json', extension: 'sarif' },
  markdown: { label: 'Markdown', type: 'text/markdown; charset=utf-8', extension: 'md' },
} as const;
export type ReportForm = keyof typeof REPORTS;

/** Of what the server did, in a row of the list. */
const SUMMARY = 240;

function progress({ at, run }: RunModel): Html {
  const { state, total, results } = run;
  const sofar =
    total === undefined
      ? html`<p>${stateBadge(run)} The server is looked for.</p>`
      : html`<p>${stateBadge(run)} ${results.length} of ${numbered(total, 'case')}: ${countsShown(run)}.</p>
<progress aria-label="Cases played" max="${total}" value="${results.length}"></progress>`;
  const ends = html`<p>It ends whatever it waits for, and then puts the org back as it was.</p>`;
  return html`${sofar}${state === 'stopping' ? ends : stopForm(at, run)}
<noscript><p>Reload the page to see how far it is.</p></noscript>
<p class="quiet">${IN_USE}</p>`;
}

/** The button keeps its place under the keyboard while what is around it is renewed. */
function stopForm(at: At, { id }: Pick<ProbeRun, 'id'>): Html {
  return form(at(runPath(id)), html`${button('stop', 'Stop', 'danger', 'stop')}`);
}

const STEP_WORDS: Readonly<Record<Step['outcome'], string>> = {
  ok: 'ok',
  failed: 'failed',
  'not-looked-at': 'not looked at',
};

function stepsShown({ preflight }: Report): Html {
  const rows = preflight.map(({ step, outcome, found, cause, advice }) => [
    step,
    STEP_WORDS[outcome],
    html`${cut(visible(found), 1000)}${cause !== undefined && html`<br>Likely cause: ${cause}`}${advice !== undefined && html`<br>What to do: ${advice}`}`,
  ]);
  const isWrong = preflight.some(({ outcome }) => outcome === 'failed');
  return opening('Before the first case', table('Steps', ['Step', 'Outcome', 'Found'], rows), 'plain', isWrong);
}

function verdict({ at, run }: RunModel, report: Report): Html {
  const forms = Object.keys(REPORTS) as ReportForm[];
  const buttons = forms.map((name) => button(name, REPORTS[name].label, name === 'html' ? 'main' : 'plain'));
  return html`<p class="lead">${stateBadge(run)} ${report.sentence}</p>
<p>${countsShown(run)}, by ${numbered(report.requests, 'request')} in ${report.seconds} s.</p>
${stepsShown(report)}
<h3 id="report">Report</h3>
<p class="quiet">All there is to know of each case, with what was sent and what came back. No secret stands in it.</p>
${form(at(runPath(run.id)), buttons, 'Report')}`;
}

/** How it stands, for as long as that changes and after. */
function course(model: RunModel): Html {
  const { report, problem, state } = model.run;
  if (isOpen(model.run)) return progress(model);
  if (report) return verdict(model, report);
  if (state === 'stopped') {
    const came = countsShown(model.run);
    return note(html`Stopped, and the org is as it was. There is no report. Before that came: ${came}.`, 'warn');
  }
  return html`<div class="notice wrong" role="alert"><p><strong>The probe broke off.</strong> ${problem}</p></div>
<p>Mend what it says, and probe again.</p>`;
}

function row(at: At, id: string, { name, status, severity, why, differs }: Result) {
  return [
    html`<a href="${at(resultPath(id, name))}"><code>${name}</code></a><br><span class="quiet">${differs}</span>`,
    html`${statusBadge(status)} ${severityBadge(severity)}`,
    cut(visible(why), SUMMARY),
  ];
}

/** What is shown where nothing is chosen. */
export const TO_BE_LOOKED_AT: readonly Status[] = ['fail', 'error', 'warn'];

const OUTCOME_OPTIONS: readonly Option[] = [
  { value: '', label: 'To be looked at: failed, went wrong, warned' },
  { value: 'all', label: 'All, the worst first' },
  ...WORST_FIRST.map((value) => ({ value, label: titled(STATUS_WORDS[value]) })),
];

function none({ value, run }: RunModel): Html {
  if (run.results.length === 0) return empty('No case has come to its end yet.');
  if (value('q') !== '' || value('outcome') !== '') return empty('No case is like that.');
  return empty('No case failed, went wrong, or was warned of.');
}

function results(model: RunModel): Html {
  const { at, run, found } = model;
  if (found.rows.length === 0) return none(model);
  const rows = found.rows.map((result) => row(at, run.id, result));
  return html`<div class="results">${records('Results', ['Case', 'Outcome', 'What the server did'], rows)}</div>${more(found.others)}`;
}

function resultsCard(model: RunModel): Html {
  const { at, value, run } = model;
  const filters = search(
    at(runPath(run.id)),
    html`${choice({ name: 'outcome', label: 'Outcome', value: value('outcome'), options: OUTCOME_OPTIONS })}
${field({ name: 'q', label: 'Words of the case', value: value('q'), type: 'search' })}`,
    'Show',
  );
  return card(
    'Cases',
    html`${filters}<div id="results"${isOpen(run) && html` data-every="2000"`}>${results(model)}</div>`,
  );
}

export function runPage(model: RunModel): Page {
  const { at, run } = model;
  const { id, target, began } = run;
  const about = facts([
    ['Server', html`<code>${target}</code>`],
    ['Began', moment(began)],
  ]);
  const again = html`<p><a class="button plain" href="${at(`/console/probe?from=${id}`)}">Change the options and probe again</a></p>
<p>In a pipeline: <code>mock-okta-xaa probe --config probe.json</code>, with the client secret in <code>XAA_CLIENT_SECRET</code>. The file holds the options of this run, without its secrets.</p>
${form(at(runPath(id)), button('options', 'probe.json', 'plain'), 'Options')}`;
  return {
    title: titleOf(run),
    trail: PROBE_TRAIL,
    body: html`<section id="course" class="card" aria-labelledby="stands"${isOpen(run) && html` data-every="1000"`}><h2 id="stands">How it stands</h2>${course(model)}${about}</section>
${(isOpen(run) || run.results.length > 0) && resultsCard(model)}
${card('Again', again)}`,
  };
}
