/** *Reports > System Log*: what happened in the org, the newest first, and one event as it is. */
import { type Html, html } from '../html/html.js';
import type { LogEvent, Party } from '../syslog/event.js';
import { exchangePath } from './exchange-model.js';
import { choice, field, type Option, search, type Values } from './forms.js';
import type { At, Page } from './frame.js';
import { badge, block, card, dayAndTime, empty, facts, moment, table } from './parts.js';

/** An event with what its names mean. */
export interface EventShown {
  readonly event: LogEvent;
  /** What the rule that refused demands. */
  readonly demands: string | undefined;
  /** Id of the exchange it tells of, if that is still kept. */
  readonly exchange: string | undefined;
}

export interface SystemLogModel {
  readonly at: At;
  readonly value: Values;
  readonly shown: readonly EventShown[];
  /** Where the older ones are. */
  readonly older: string | undefined;
  /** Why the choice could not be read. */
  readonly wrong: readonly string[];
  /** Event types that occur, to choose from. */
  readonly types: readonly Option[];
}

export const eventPath = (uuid: string) => `/console/system-log/${encodeURIComponent(uuid)}`;

const OUTCOMES: readonly Option[] = ['SUCCESS', 'FAILURE'].map((value) => ({ value, label: value }));
const ANY: Option = { value: '', label: 'Any' };

/** How far back, by the clock of the org. `ago` in milliseconds. */
export const SPANS = [
  { value: 'hour', label: 'The last hour', ago: 3_600_000 },
  { value: 'day', label: 'The last day', ago: 86_400_000 },
] as const;

function filters({ at, value, types }: SystemLogModel): Html {
  const expert = ['since', 'until', 'filter'].some((name) => value(name) !== '');
  return search(
    at('/console/system-log'),
    html`${field({ name: 'q', label: 'Words', value: value('q'), type: 'search' })}
${choice({ name: 'type', label: 'What', value: value('type'), options: [ANY, ...types] })}
${choice({ name: 'outcome', label: 'Outcome', value: value('outcome'), options: [ANY, ...OUTCOMES] })}
${choice({ name: 'span', label: 'When', value: value('span'), options: [ANY, ...SPANS] })}
<details class="wide"${expert && ' open'}><summary>More</summary><div>
${field({ name: 'since', label: 'Since', value: value('since'), hint: 'Such as 2026-11-28T20:00:00Z, or a day.' })}
${field({ name: 'until', label: 'Until', value: value('until'), hint: 'What happened before this moment.' })}
${field({ name: 'filter', label: 'SCIM filter', value: value('filter'), hint: html`As <code>filter</code> of <code>/api/v1/logs</code>: <code>actor.displayName co "Claude"</code>` })}
</div></details>`,
    'Show',
  );
}

/** Its other name, where that says more than its id. */
const partyName = ({ id, displayName, alternateId, type }: Party) =>
  html`${displayName}${![displayName, id].includes(alternateId) && html` <span class="quiet">${alternateId}</span>`} <span class="quiet">(${type})</span>`;

/** The most targets that a row names. */
const TARGETS = 4;

function targetsOf(targets: readonly Party[]): Html {
  const named = targets.slice(0, TARGETS).map((target) => html`<li>${partyName(target)}</li>`);
  const others = targets.length - named.length;
  return html`${named.length > 0 && html`<ul class="plain">${named}</ul>`}${others > 0 && `and ${others} more`}`;
}

/** The rule that refused, in the words of the log. */
export function ruleIn({ debugContext }: LogEvent): string | undefined {
  return (debugContext as { readonly debugData: Readonly<Record<string, string | undefined>> }).debugData.rule;
}

interface Outcome {
  readonly result: 'SUCCESS' | 'FAILURE';
  readonly reason: string | null;
}

const outcomeBadge = ({ result }: Outcome) => badge(result, result === 'SUCCESS' ? 'good' : 'bad');

function outcomeOf({ event, demands }: EventShown): Html {
  const outcome = event.outcome as Outcome;
  const rule = ruleIn(event);
  return html`${outcomeBadge(outcome)} ${outcome.reason !== null && html`<code>${outcome.reason}</code>`}
${rule !== undefined && html`<br>${demands} <span class="quiet"><code>${rule}</code></span>`}`;
}

function row(shown: EventShown, at: At) {
  const { event, exchange } = shown;
  return [
    html`<a href="${at(eventPath(event.uuid))}">${dayAndTime(event.published)}</a>`,
    html`${String(event.displayMessage)}<br><code class="quiet">${event.eventType}</code>${exchange !== undefined && html`<br><a href="${at(exchangePath(exchange))}">Exchange ${exchange.slice(0, 8)}</a>`}`,
    partyName(event.actor as Party),
    targetsOf(event.target as readonly Party[]),
    outcomeOf(shown),
  ];
}

function list({ at, shown, older, wrong }: SystemLogModel): Html | undefined {
  if (wrong.length > 0) return undefined;
  if (shown.length === 0) {
    return empty(
      'No event is like this.',
      html`<p>The org writes one for every token request, sign-in and change. <a href="${at('/console/system-log')}">Show all</a></p>`,
    );
  }
  return html`<div class="listing events">${table(
    'Events',
    ['Time', 'What', 'Actor', 'Targets', 'Outcome'],
    shown.map((one) => row(one, at)),
  )}</div>
${older !== undefined && html`<p><a class="button plain" href="${older}">Older</a></p>`}`;
}

export function systemLogPage(model: SystemLogModel): Page {
  const { wrong } = model;
  return {
    title: 'System Log',
    body: html`<p>What happened in the org, the newest first, in the event types of Okta; those that begin with <code>mock.</code> are of this mock alone. The last 10,000 are kept.</p>
${wrong.length > 0 && html`<div class="notice wrong" role="alert"><ul>${wrong.map((sentence) => html`<li>${sentence}</li>`)}</ul></div>`}
${filters(model)}${list(model)}`,
  };
}

/** One event, whole. */
export function eventPage(at: At, shown: EventShown): Page {
  const { event, exchange } = shown;
  const targets = event.target as readonly Party[];
  return {
    title: String(event.displayMessage),
    trail: [{ label: 'System Log', to: '/console/system-log' }],
    body: html`${card(
      'In short',
      facts([
        ['Time', moment(event.published)],
        ['Event type', html`<code>${event.eventType}</code>`],
        ['Actor', partyName(event.actor as Party)],
        ['Targets', targets.length > 0 && targetsOf(targets)],
        ['Outcome', outcomeOf(shown)],
        ['Exchange', exchange !== undefined && html`<a href="${at(exchangePath(exchange))}">${exchange}</a>`],
      ]),
    )}${card('As /api/v1/logs answers it', block('event', 'JSON', JSON.stringify(event, null, 2)))}`,
  };
}
