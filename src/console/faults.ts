/** *On purpose > Faults*: what becomes of answers on their way: switches for what is wanted most, and a form for the rest. */
import type { FaultShown } from '../control/faults.js';
import { KEY_SETS, METADATA } from '../edge-cases/situations.js';
import { type Html, html } from '../html/html.js';
import { PRESETS, ROUTES } from './fault-presets.js';
import { button, choice, field, form, hidden, radios, type Values } from './forms.js';
import type { At, Page } from './frame.js';
import { badge, card, empty, moment, more, table } from './parts.js';

export interface FaultsModel {
  readonly at: At;
  readonly value: Values;
  readonly rows: readonly FaultShown[];
  readonly others: number;
}

const PATH = '/console/faults';

/** What can become of an answer; each has the fields of its own, whose names are below. */
export const FAULT_KINDS = {
  status: 'Another status',
  reset: 'The connection is reset',
  truncate: 'Cut off',
  drip: 'Slow, bit by bit',
  contentType: 'Another Content-Type',
  oversize: 'Too large',
  redirect: 'A redirect',
  jwks: 'A key set that is wrong',
  metadata: 'Metadata that are wrong',
  late: 'Only late',
} as const;
export type FaultKind = keyof typeof FAULT_KINDS;

/** What fields are called, by the member of the request that they become. */
export const FAULT_LABELS = {
  ...{ route: 'Path', method: 'Method', times: 'How many requests', seconds: 'For how long' },
  ...{ 'fault.status.code': 'Status', 'fault.status.body': 'Body', 'fault.reset': 'When' },
  ...{ 'fault.truncate': 'Bytes', 'fault.drip.bytes': 'Bytes at a time', 'fault.drip.every': 'One every' },
  ...{ 'fault.contentType': 'Content-Type', 'fault.oversize': 'Bytes in all', 'fault.redirect': 'Leads to' },
  ...{
    'fault.jwks': 'The key set',
    'fault.metadata': 'The metadata',
    'fault.latency.fixed': 'Late by',
    fault: 'Fault',
  },
  'fault.leadsTo': 'Leads to',
} as const;

const wordOptions = (words: Readonly<Record<string, string>>) =>
  Object.entries(words).map(([value, says]) => ({ value, label: `${value}: ${says}` }));

/** The fields that belong to one kind of fault. */
function partsOf(value: Values): Readonly<Partial<Record<FaultKind, Html>>> {
  const text = (name: keyof typeof FAULT_LABELS, stored: string, hint?: string) =>
    field({ name, label: FAULT_LABELS[name], value: value(name, stored), ...(hint !== undefined && { hint }) });
  const one = (name: keyof typeof FAULT_LABELS, stored: string, options: { value: string; label: string }[]) =>
    choice({ name, label: FAULT_LABELS[name], value: value(name, stored), options });
  return {
    status: html`${text('fault.status.code', '503')}${text('fault.status.body', '')}`,
    reset: one('fault.reset', 'before', [
      { value: 'before', label: 'before the request is carried out' },
      { value: 'after', label: 'after it, so that its answer is lost' },
    ]),
    truncate: text('fault.truncate', '20', 'So many come; more were announced.'),
    drip: html`${text('fault.drip.bytes', '1')}${text('fault.drip.every', '100ms')}`,
    contentType: text('fault.contentType', 'text/html'),
    oversize: text('fault.oversize', '50000000', 'Blanks behind the right body, 200 MB at most.'),
    redirect: text('fault.redirect', 'https://elsewhere.example/'),
    jwks: one('fault.jwks', value('jwks', 'empty'), wordOptions(KEY_SETS)),
    metadata: one('fault.metadata', value('metadata', 'issuer-mismatch'), wordOptions(METADATA)),
  };
}

function whatFields(value: Values): Html {
  const options = Object.entries(FAULT_KINDS).map(([kind, label]) => ({ value: kind, label }));
  const parts = Object.entries(partsOf(value)).map(
    ([kind, fields]) =>
      html`<fieldset class="kind kind-${kind}"><legend>${FAULT_KINDS[kind as FaultKind]}</legend>${fields}</fieldset>`,
  );
  return html`<div class="kinds">${radios({ name: 'what', label: 'What becomes of the answer', value: value('what', 'status'), options })}
<div>${parts}</div></div>`;
}

function addForm({ at, value }: FaultsModel): Html {
  const places = [
    { value: '', label: 'Wherever it belongs (key sets and metadata only)' },
    ...ROUTES,
    { value: 'other', label: 'The path below' },
  ];
  return form(
    at(PATH),
    html`${choice({ name: 'place', label: 'Where', value: value('place', value('jwks') || value('metadata') ? '' : ROUTES[0].value), options: places })}
${field({ name: 'route', label: 'Path', value: value('route'), hint: 'Below the issuer, where you chose it above. * is any text within one step, ** any number of steps.' })}
${whatFields(value)}
${field({ name: 'fault.latency.fixed', label: FAULT_LABELS['fault.latency.fixed'], value: value('fault.latency.fixed'), hint: 'Such as 300ms or 5s; goes with any of the others, too. Empty: at once.' })}
${field({ name: 'times', label: FAULT_LABELS.times, value: value('times'), type: 'number', hint: 'Empty: any number.' })}
${field({ name: 'seconds', label: FAULT_LABELS.seconds, value: value('seconds'), hint: 'Such as 30s or 5m, by the time of the machine. Empty: until it is switched off.' })}
${button('add', 'Switch on')}`,
    'Switch a fault on',
  );
}

const HEADS = ['Where', 'What', 'Now', 'Hit', 'Ends', 'Switch off'] as const;

function rowOf({ at }: FaultsModel, { id, route, method, fault, active, hits, remaining, until }: FaultShown) {
  const ends = [
    remaining !== null && `after ${remaining} more`,
    until !== null && html`${remaining !== null && ', or '}at ${moment(until)}`,
    remaining === null && until === null && 'when it is switched off',
  ];
  return [
    html`${method ?? undefined} <code>${route ?? 'wherever it belongs'}</code>`,
    html`<code>${JSON.stringify(fault).slice(0, 300)}</code>`,
    active ? badge('on', 'warn') : badge('spent'),
    hits,
    ends,
    form(at(PATH), html`${hidden('id', id)}${button('off', 'Switch off', 'plain')}`),
  ];
}

function listPart(model: FaultsModel): Html {
  const { at, rows, others } = model;
  if (rows.length === 0) return empty('No fault is on: every answer comes as it should.');
  return html`${table(
    'Faults',
    HEADS,
    rows.map((row) => rowOf(model, row)),
  )}${more(others)}
${form(at(PATH), button('off-all', 'Switch all off'))}`;
}

function presetsCard({ at }: FaultsModel): Html {
  const shown = Object.entries(PRESETS).map(
    ([name, { label, says }]) => html`<li>${button(name, label, 'plain')}<span class="hint">${says}</span></li>`,
  );
  return card('One click', form(at(PATH), html`<ul class="presets">${shown}</ul>`, 'One click'));
}

export function faultsPage(model: FaultsModel): Page {
  return {
    title: 'Faults',
    body: html`<p>What becomes of answers on their way. A request meets the first fault that is of it; the console and the control API meet none.</p>
<section id="faults" aria-label="Faults that are on" data-events="${model.at('/console/exchanges/events')}">${listPart(model)}</section>
${presetsCard(model)}
${card('Another fault', addForm(model))}`,
  };
}
