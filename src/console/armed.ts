/** What is armed: which exchanges come out wrong, for whom, and how many more. */
import { type Html, html } from '../html/html.js';
import { casePath, caseTabs } from './case-tabs.js';
import { EDGE_CASES_TRAIL } from './edge-case.js';
import { button, form, hidden } from './forms.js';
import type { At, Page } from './frame.js';
import { empty, moment, more, table } from './parts.js';

/** One that is armed; what its match leaves out matches anything. */
export interface ArmedRow {
  readonly id: string;
  readonly match: Readonly<Record<string, string | undefined>>;
  readonly edgeCase: readonly string[];
  readonly given: readonly string[];
  readonly fault?: object | null | undefined;
  readonly applied: number;
  /** null: any number. */
  readonly remaining: number | null;
  readonly created: string;
}

export interface ArmedModel {
  readonly at: At;
  readonly rows: readonly ArmedRow[];
  readonly others: number;
}

const PATH = '/console/edge-cases/armed';

const WHOM = {
  agent: 'AI agent',
  client: 'Application',
  user: 'User',
  audience: 'Audience',
  scope: 'Scope',
} as const;

function whom({ match }: ArmedRow): Html | string {
  const said = Object.entries(WHOM).filter(([name]) => match[name] !== undefined);
  return said.length === 0
    ? 'any exchange'
    : html`<ul class="plain">${said.map(([name, label]) => html`<li>${label}: ${match[name]}</li>`)}</ul>`;
}

function what({ at }: ArmedModel, { edgeCase, fault, given }: ArmedRow): Html {
  const links = edgeCase.map((name, index) => html`${index > 0 && ' + '}<a href="${at(casePath(name))}">${name}</a>`);
  return html`${links}${fault ? html` <code>${JSON.stringify(fault)}</code>` : undefined}${given.length > 0 && html`<br>given: ${given.join(', ')}`}`;
}

function rowOf(model: ArmedModel, row: ArmedRow) {
  const { id, applied, remaining, created } = row;
  return [
    what(model, row),
    whom(row),
    applied,
    remaining === null ? 'any number' : remaining === 0 ? 'none: spent' : remaining,
    moment(created),
    form(model.at(PATH), html`${hidden('id', id)}${button('disarm', 'Disarm', 'plain')}`),
  ];
}

const HEADS = ['What', 'For whom', 'Applied', 'Still to come', 'Armed', 'Disarm'] as const;

export function armedPage(model: ArmedModel): Page {
  const { at, rows, others } = model;
  const list =
    rows.length === 0
      ? empty(
          'Nothing is armed: every exchange comes out as it should.',
          html`<p><a href="${at('/console/edge-cases')}">Choose an edge case</a> and press Arm.</p>`,
        )
      : html`${table(
          'What is armed',
          HEADS,
          rows.map((row) => rowOf(model, row)),
        )}${more(others)}
${form(at(PATH), button('disarm-all', 'Disarm all'))}`;
  return {
    title: 'Armed',
    trail: EDGE_CASES_TRAIL,
    body: html`${caseTabs(at, 'Armed')}
<p>An exchange that would be granted, and matches, comes out as its edge case. Of several that match, the first is applied.</p>
<section id="armed" aria-label="Armed" data-events="${at('/console/exchanges/events')}">${list}</section>`,
  };
}
