/**
 * The System Log: the last events of an org, bounded in memory, and the query that `GET /api/v1/logs` answers.
 */
import { type Fact, isKnown } from '../protocol/rule.js';
import { scimFilter } from '../protocol/scim-filter.js';
import { type EventContent, type LogEvent, logEvent } from './event.js';

/** How many events are kept; the oldest go first. */
export const LOG_LIMIT = 10_000;

/** Query of the log. Times in epoch milliseconds; `after` is the uuid of the last event of the previous page. */
export interface LogQuery {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly filter?: string | undefined;
  readonly q?: string | undefined;
  readonly limit: number;
  readonly descending: boolean;
  readonly after?: string | undefined;
}

export interface LogPage {
  readonly events: readonly LogEvent[];
  /** Whether there are more events behind the last one. */
  readonly more: boolean;
}

export interface SystemLog {
  write(content: EventContent): void;
  /** Forgets every event. */
  clear(): void;
  query(query: LogQuery): Fact<LogPage, 'unreadable-filter'>;
}

/** What a filter may ask of an event. */
const LOG_ATTRIBUTES = [
  ...['uuid', 'published', 'eventType', 'severity', 'displayMessage', 'version', 'legacyEventType'],
  ...['actor.*', 'target.*', 'client.*', 'outcome.*', 'transaction.*', 'debugContext.*', 'authenticationContext.*'],
  ...['securityContext.*', 'request.*'],
];

type Predicate = (event: LogEvent) => boolean;

/** The values of an event, without the names of its members. */
function textOf(value: unknown): string {
  return typeof value === 'object'
    ? Object.values(value ?? {})
        .map(textOf)
        .join('\n')
    : String(value);
}

/** Okta's `q`: every word occurs in some value of the event, in any case. */
function searchPredicate(text: string | undefined): Predicate {
  const words = (text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return (event) => {
    const whole = words.length > 0 ? textOf(event).toLowerCase() : '';
    return words.every((word) => whole.includes(word));
  };
}

/** The events behind the last one of the page before. One that is no longer held was older than any that is. */
function following(events: readonly LogEvent[], { after, descending }: LogQuery): readonly LogEvent[] {
  const ordered = descending ? events.toReversed() : events;
  if (after === undefined) return ordered;
  const last = ordered.findIndex((event) => event.uuid === after);
  if (last < 0) return descending ? [] : ordered;
  return ordered.slice(last + 1);
}

function select(events: readonly LogEvent[], query: LogQuery): Fact<LogPage, 'unreadable-filter'> {
  const { since = 0, until = Number.POSITIVE_INFINITY, limit } = query;
  const matches = query.filter === undefined ? () => true : scimFilter(query.filter, LOG_ATTRIBUTES);
  if (!isKnown(matches)) return matches;
  const searched = searchPredicate(query.q);
  const found = following(events, query).filter((event) => {
    const at = Date.parse(event.published);
    return at >= since && at < until && matches(event) && searched(event);
  });
  return { events: found.slice(0, limit), more: found.length > limit };
}

/** Epoch milliseconds. */
interface Time {
  now(): number;
}

/** An empty log. @param clock the org's @param realClock that of the machine */
export function systemLog(clock: Time, realClock: Time = clock, limit = LOG_LIMIT): SystemLog {
  const events: LogEvent[] = [];
  return {
    write(content) {
      events.push(logEvent(content, clock.now(), realClock.now()));
      if (events.length > limit) events.shift();
    },
    clear() {
      events.length = 0;
    },
    query: (query) => select(events, query),
  };
}
