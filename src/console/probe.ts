/** *Probe*: the form that starts one, and the page on which it is watched and read. */
import { type Html, html } from '../html/html.js';
import type { Result, Status } from '../probe/report.js';
import type { ProbeRun, RunState } from '../probe/runs.js';
import { area, button, choice, field, form, type Option, type Values } from './forms.js';
import type { At, Page } from './frame.js';
import { badge, card, empty, facts, moment, note, opening, table } from './parts.js';

export interface ProbeModel {
  readonly at: At;
  readonly value: Values;
  readonly issuer: string;
  readonly users: readonly string[];
  readonly agents: readonly Option[];
  readonly runs: readonly ProbeRun[];
}

export const runPath = (id: string) => `/console/probe/${id}`;

const STATES: Readonly<Record<RunState, { readonly says: string; readonly kind: 'good' | 'bad' | 'warn' | 'plain' }>> =
  {
    running: { says: 'running', kind: 'plain' },
    stopping: { says: 'stopping after this case', kind: 'plain' },
    stopped: { says: 'stopped', kind: 'warn' },
    done: { says: 'done', kind: 'good' },
    failed: { says: 'could not run', kind: 'bad' },
  };

const stateOf = ({ state }: ProbeRun) => badge(STATES[state].says, STATES[state].kind);

const runRow = (at: At) => (run: ProbeRun) => [
  html`<a href="${at(runPath(run.id))}">${run.target}</a>`,
  moment(run.began),
  stateOf(run),
  run.report?.sentence ?? run.problem ?? `${run.results.length} cases`,
];

function server({ value }: ProbeModel): Html {
  return html`<p>One of these three is enough: the rest is discovered from it, as a client would.</p>
${field({ name: 'mcp', label: 'MCP server', value: value('mcp'), hint: 'Its URL.' })}
${field({ name: 'issuer', label: 'Issuer', value: value('issuer'), hint: 'Of your authorization server: what aud says.' })}
${field({ name: 'tokenEndpoint', label: 'Token endpoint', value: value('tokenEndpoint') })}`;
}

function client({ value, users, agents }: ProbeModel): Html {
  return html`${field({ name: 'clientId', label: 'Client ID', value: value('clientId'), required: true, hint: 'Of the client at your server: Client ID at resource.' })}
${field({ name: 'clientSecret', label: 'Client secret', value: '', type: 'password', hint: 'Not kept beyond the run. Without one, the client id is all that is sent.' })}
${field({ name: 'user', label: 'User', value: value('user'), offers: users, required: true, hint: 'Login of a person of this org whom your server knows, or creates.' })}
${choice({ name: 'agent', label: 'AI agent', value: value('agent'), options: agents })}
${field({ name: 'scope', label: 'Scope', value: value('scope'), hint: 'Empty: as your metadata say.' })}`;
}

function more({ value }: ProbeModel): Html {
  return html`${field({ name: 'names', label: 'Only these cases', value: value('names'), hint: 'Names, with blanks between. Empty: all of them.' })}
${field({ name: 'rate', label: 'Requests a second', value: value('rate'), type: 'number', hint: 'At most.' })}
${area({ name: 'json', label: 'All other options', value: value('json'), hint: 'JSON, as in probe.json (docs/probe.md). What is said above wins.' })}`;
}

export function probePage(model: ProbeModel): Page {
  const { at, issuer, runs } = model;
  return {
    title: 'Probe',
    body: html`<p>Fires every edge case at your authorization server and reports what it let through. Your server must trust this org: issuer <code>${issuer}</code>.</p>
${note('While it runs, keys of strangers are published here, keys rotate, and the key set may fail for a moment; in the end all of it is taken back.')}
${card(
  'Start a probe',
  form(
    at('/console/probe'),
    html`<h3>Your server</h3>${server(model)}<h3>Client and user</h3>${client(model)}<h3>More</h3>${more(model)}${button('start', 'Start')}`,
  ),
)}
${card('Probes', runs.length === 0 ? empty('None was started yet, since this process began.') : table('Probes', ['Server', 'Began', 'State', 'Outcome'], runs.map(runRow(at))))}`,
  };
}

const KINDS: Readonly<Record<Status, 'good' | 'bad' | 'warn' | 'plain'>> = {
  ...{ fail: 'bad', error: 'bad', warn: 'warn', pass: 'good', either: 'plain', 'not-run': 'plain' },
};

/** In the order in which a person wants to see them. */
const ORDER = Object.keys(KINDS) as readonly Status[];

/** The most results that are listed; the report has them all. */
const MOST = 150;

const resultRow = (at: At) => (result: Result) => [
  badge(result.status, KINDS[result.status]),
  html`<a href="${at(`/console/edge-cases/${result.name}`)}">${result.name}</a>`,
  result.severity,
  html`${result.why}${result.hint !== undefined && html`<br><span class="quiet">${result.hint}</span>`}`,
];

function resultsOf(at: At, { results }: ProbeRun): Html {
  const sorted = ORDER.flatMap((status) => results.filter((result) => result.status === status));
  if (sorted.length === 0) return empty('No case was played yet.');
  return html`<p>${ORDER.map((status) => {
    const count = results.filter((result) => result.status === status).length;
    return count > 0 && html`${badge(`${count} ${status}`, KINDS[status])} `;
  })}</p>
${table('Results', ['Result', 'Edge case', 'Severity', 'What your server did'], sorted.slice(0, MOST).map(resultRow(at)))}
${sorted.length > MOST && html`<p class="quiet">${sorted.length - MOST} more stand in the report.</p>`}`;
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

/** The page of one run. It renews itself while the run lasts. */
export function runPage(at: At, run: ProbeRun): Page {
  const { id, target, began, state, total, results, problem, report } = run;
  const isUnderWay = state === 'running' || state === 'stopping';
  const count = `${results.length}${total === undefined ? '' : ` of ${total}`}`;
  const forms = (Object.keys(REPORTS) as ReportForm[]).map((name) => button(name, REPORTS[name].label, 'plain'));
  return {
    title: 'Probe of a server',
    trail: [{ label: 'Probe', to: '/console/probe' }],
    body: html`<div id="run"${isUnderWay && html` data-every="1000"`}>
${facts([
  ['Server', html`<code>${target}</code>`],
  ['Began', moment(began)],
  ['State', stateOf(run)],
  ['Cases', html`<span role="status">${count}</span>`],
])}
${problem !== undefined && note(problem, 'warn')}
${report && note(html`<strong>${report.outcome}</strong>: ${report.sentence}`, report.outcome === 'conformant' ? 'quiet' : 'warn')}
${report && form(at(runPath(id)), html`<p>Download the report:</p>${forms}`, 'Report')}
${
  report &&
  opening(
    'Before the first case',
    table(
      'Steps',
      ['Step', 'Outcome', 'Found'],
      report.preflight.map(({ step, outcome, found, cause, advice }) => [
        step,
        outcome,
        [found, cause, advice].filter(Boolean).join(' '),
      ]),
    ),
  )
}
${isUnderWay && form(at(runPath(id)), button('stop', 'Stop', 'plain'))}
${resultsOf(at, run)}
</div>`,
  };
}
