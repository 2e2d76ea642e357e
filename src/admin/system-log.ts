/** What is asked of the System Log, and how: the management API and the console ask it alike. */
import * as z from 'zod';
import type { Org } from '../org.js';
import { isKnown } from '../protocol/rule.js';
import type { LogEvent } from '../syslog/event.js';
import { LOG_LIMIT, type LogPage } from '../syslog/system-log.js';
import { type AdminRefusal, notFound, refusal } from './change.js';

const timestamp = z.iso
  .datetime({ offset: true })
  .or(z.iso.date())
  .transform((text) => Date.parse(text));

const wholeNumber = z.stringFormat('whole number', /^\d{1,9}$/).transform(Number);

export const LogsQuery = z.object({
  since: timestamp.optional(),
  until: timestamp.optional(),
  filter: z.string().optional(),
  q: z.string().max(40).optional(),
  limit: wholeNumber.transform((limit) => Math.min(limit, 1000)).default(100),
  sortOrder: z.enum(['ASCENDING', 'DESCENDING']).default('ASCENDING'),
  after: z.string().optional(),
});
export type LogsQuery = z.infer<typeof LogsQuery>;

const UNREADABLE_FILTER =
  'filter: is no SCIM filter over the members of an event, such as: outcome.result eq "FAILURE"';

/** The events that are asked for. A page that is full may have a next one, which begins `after` its last event. */
export function findEvents({ log }: Org, { sortOrder, ...query }: LogsQuery): LogPage | AdminRefusal {
  const page = log.query({ ...query, descending: sortOrder === 'DESCENDING' });
  return isKnown(page) ? page : refusal('E0000031', UNREADABLE_FILTER);
}

/** Every event that is kept, the newest first. */
export function allEvents({ log }: Org): readonly LogEvent[] {
  return (log.query({ limit: LOG_LIMIT, descending: true }) as LogPage).events;
}

/** The event with that uuid, or that there is none, or no more. */
export function findEvent(org: Org, uuid: string): LogEvent | AdminRefusal {
  return allEvents(org).find((event) => event.uuid === uuid) ?? notFound(uuid, 'LogEvent');
}
