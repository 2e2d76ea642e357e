/** The doors of *Reports > System Log*. They ask the log as `/api/v1/logs` does. */
import { isAdminRefusal, sentencesOf } from '../../admin/change.js';
import { allEvents, findEvent, findEvents, LogsQuery } from '../../admin/system-log.js';
import { findRule } from '../../authorization/rule-tables.js';
import { type EventShown, eventPage, ruleIn, SPANS, systemLogPage } from '../../console/system-log.js';
import type { Org } from '../../org.js';
import type { LogEvent } from '../../syslog/event.js';
import { EVENT_TYPES, type EventType } from '../../syslog/event-types.js';
import type { Endpoint } from '../endpoint.js';
import { asked, type ConsoleCall, consolePage } from './page.js';

/** The most rows. */
const ROWS = 50;

const LABELS = { q: 'Words', since: 'Since', until: 'Until', filter: 'SCIM filter' };

function eventShown({ exchanges }: Org, event: LogEvent): EventShown {
  const { id } = event.transaction as { readonly id: string };
  const rule = ruleIn(event);
  return {
    event,
    demands: rule === undefined ? undefined : findRule(rule)?.demands,
    exchange: exchanges.find(id)?.id,
  };
}

/** What is chosen from lists, said as a filter beside the one that is written. */
function filterIn({ query }: ConsoleCall): string | undefined {
  const [type, outcome, filter] = ['type', 'outcome', 'filter'].map((name) => query.get(name));
  const parts = [
    ...(filter === undefined ? [] : [`(${filter})`]),
    ...(type === undefined ? [] : [`eventType eq ${JSON.stringify(type)}`]),
    ...(outcome === undefined ? [] : [`outcome.result eq ${JSON.stringify(outcome)}`]),
  ];
  return parts.length > 0 ? parts.join(' and ') : undefined;
}

/** Since when: as written, or so far back. */
function sinceIn({ query, org }: ConsoleCall): string | undefined {
  const span = SPANS.find(({ value }) => value === query.get('span'));
  return query.get('since') ?? (span && new Date(org.clock.now() - span.ago).toISOString());
}

function queryIn(call: ConsoleCall) {
  const { query } = call;
  const sent = { q: query.get('q'), until: query.get('until'), after: query.get('after') };
  const wanted = {
    ...sent,
    since: sinceIn(call),
    filter: filterIn(call),
    limit: String(ROWS),
    sortOrder: 'DESCENDING',
  };
  return asked(LogsQuery, wanted, LABELS);
}

/** The types that occur, in the order in which they are declared. */
function typesIn(org: Org) {
  const occur = new Set(allEvents(org).map(({ eventType }) => eventType));
  return (Object.keys(EVENT_TYPES) as EventType[])
    .filter((type) => occur.has(type))
    .map((type) => ({ value: type, label: `${EVENT_TYPES[type]} (${type})` }));
}

/** The address of the page that goes on behind an event. */
function olderThan({ at, request }: ConsoleCall, uuid: string): string {
  const query = new URLSearchParams(request.url.split('?').slice(1).join('?'));
  query.set('after', uuid);
  return at(`/console/system-log?${query}`);
}

const LOG = consolePage({
  url: '/console/system-log',
  show(call) {
    const { org, at, value } = call;
    const query = queryIn(call);
    const page = isAdminRefusal(query) ? query : findEvents(org, query);
    const model = { at, value, types: typesIn(org) };
    if (isAdminRefusal(page)) {
      return systemLogPage({ ...model, shown: [], older: undefined, wrong: sentencesOf(page) });
    }
    const last = page.events.at(-1);
    const older = page.more && last ? olderThan(call, last.uuid) : undefined;
    return systemLogPage({ ...model, older, wrong: [], shown: page.events.map((event) => eventShown(org, event)) });
  },
});

const ONE = consolePage({
  url: '/console/system-log/:uuid',
  show({ org, at, param }) {
    const event = findEvent(org, param('uuid'));
    return isAdminRefusal(event) ? event : eventPage(at, eventShown(org, event));
  },
});

export const SYSTEM_LOG_PAGES: readonly Endpoint[] = [LOG, ONE];
