/** *On purpose > Faults*: what becomes of answers on their way: those that are on, one click for what is wanted most, a form. */
import type { FaultShown } from '../control/faults.js';
import type { Fault } from '../edge-cases/faults.js';
import { type Html, html, type Interpolation } from '../html/html.js';
import { FAULT_KINDS, faultForm } from './fault-form.js';
import { PRESETS } from './fault-presets.js';
import { button, form, hidden, type Values } from './forms.js';
import type { At, Page } from './frame.js';
import type { Shown } from './listing.js';
import { badge, card, empty, moment, records } from './parts.js';

export interface FaultsModel {
  readonly at: At;
  readonly value: Values;
  readonly faults: Shown<FaultShown>;
  /** Of the endpoints that a fault may be of. */
  readonly paths: readonly string[];
}

const PATH = '/console/faults';

const inBytes = (count: number) => `${count} byte${count === 1 ? '' : 's'}`;
const texts = (part: string | number) => String(part);

/** What each part of a fault does, in words. */
const SAYS: { readonly [Name in keyof Fault]-?: (part: NonNullable<Fault[Name]>) => string } = {
  latency: ({ fixed, jitter }) => `late by ${fixed}${jitter === '0s' ? '' : `, and by chance up to ${jitter} more`}`,
  status: ({ code }) => String(code),
  ...{ reset: texts, redirect: texts, contentType: texts, jwks: texts, metadata: texts, leadsTo: texts },
  truncate: (bytes) => `after ${inBytes(bytes)}`,
  drip: ({ bytes, every }) => `${inBytes(bytes)} every ${every}`,
  oversize: inBytes,
};

/** What the fault does, by the words of the form. */
function inWords(fault: Fault): Html[] {
  return Object.entries(fault).map(([name, part]) => {
    const says = (SAYS[name as keyof Fault] as (part: unknown) => string)(part).slice(0, 200);
    const kind = name === 'leadsTo' ? 'Leads to' : FAULT_KINDS[name as keyof typeof FAULT_KINDS];
    return html`<li>${kind && `${kind}: `}${says}</li>`;
  });
}

function endOf({ remaining, until }: FaultShown): Interpolation {
  if (remaining === null && until === null) return 'when it is turned off';
  return [
    remaining !== null && `after ${remaining} more`,
    until !== null && html`${remaining !== null && ', or '}at ${moment(until)}`,
  ];
}

const HEADS = ['Where', 'What', 'Now', 'Requests hit', 'Ends', 'Action'] as const;

function rowOf({ at }: FaultsModel, fault: FaultShown): readonly Interpolation[] {
  const { id, route, method, active, hits } = fault;
  return [
    html`${method !== null && `${method} `}${route === null ? 'wherever it belongs' : html`<code>${route}</code>`}`,
    html`<ul class="plain">${inWords(fault.fault)}</ul>`,
    active ? badge('on', 'warn') : badge('over'),
    hits,
    endOf(fault),
    form(at(PATH), html`${hidden('id', id)}${button('off', 'Turn off', 'plain', `off-${id}`)}`),
  ];
}

/** Those that are on, counted as they hit. */
function listCard(model: FaultsModel): Html {
  const { at, faults } = model;
  const { rows, others } = faults;
  if (rows.length === 0) {
    return card('Faults', empty('No fault is on: every answer comes as it should. Turn one on below.'), 'faults');
  }
  return html`<section class="card" id="faults" data-every="2000"><h2>Faults</h2>${records(
    'Faults',
    HEADS,
    rows.map((fault) => rowOf(model, fault)),
  )}
${others > 0 && html`<p class="quiet">${others} more are not shown: turn all off, or some of these.</p>`}
${form(at(PATH), button('off-all', 'Turn all off', 'main', 'off-all'))}</section>`;
}

function presetsCard({ at }: FaultsModel): Html {
  const shown = Object.entries(PRESETS).map(
    ([name, { label, says }]) => html`<li>${button(name, label, 'plain')}<span class="hint">${says}</span></li>`,
  );
  return card('One click', form(at(PATH), html`<ul class="presets">${shown}</ul>`, 'One click'));
}

export function faultsPage(model: FaultsModel): Page {
  const { at, value, paths } = model;
  return {
    title: 'Faults',
    body: html`<p>Make answers of the org fail, to see what your server and your client do then. A request meets the first fault of this list that is of it. The console and the control API meet none.</p>
${listCard(model)}${presetsCard(model)}${card('Another fault', faultForm(at(PATH), value, paths))}`,
  };
}
