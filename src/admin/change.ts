/**
 * What every change by an administrator goes through: worked out from one view, committed whole or not at all, and written
 * to the System Log once it stands. A change that lost a race is worked out anew, so that none is lost.
 */
import type { Org } from '../org.js';
import { MANAGEMENT_ERRORS, type ManagementError } from '../protocol/management-errors.js';
import type { Change, Conflict, View } from '../store/port.js';
import type { Origin, Party } from '../syslog/event.js';
import type { EventType } from '../syslog/event-types.js';

/** Who asks for a change, of which org, from where. */
export interface AdminCall {
  readonly org: Org;
  /** The API token, service app or person behind it. */
  readonly actor: Party;
  readonly origin: Origin;
}

/** A cause with the members that Okta's newer APIs give it, such as `reason` and `location`. */
export interface Cause {
  readonly errorSummary: string;
  readonly [member: string]: string;
}

/** Why an administrator's request is refused, in the management API's terms. Nothing of it was done. */
export interface AdminRefusal {
  readonly refused: ManagementError;
  /** Replaces the code's own summary. */
  readonly summary?: string;
  readonly causes: readonly (string | Cause)[];
}

export function isAdminRefusal(outcome: unknown): outcome is AdminRefusal {
  return typeof outcome === 'object' && outcome !== null && 'refused' in outcome;
}

/** A refusal with Okta's code; `causes` say what to change. */
export function refusal(refused: ManagementError, ...causes: readonly (string | Cause)[]): AdminRefusal {
  return { refused, causes };
}

/** `E0000001`. @param about what was not valid: a field, or a kind of object */
export function notValid(about: string, ...causes: readonly (string | Cause)[]): AdminRefusal {
  return { refused: 'E0000001', summary: `Api validation failed: ${about}`, causes };
}

/** `E0000007`. @param kind Okta's name for the kind of object, as `User` or `AppInstance` */
export function notFound(id: string, kind: string): AdminRefusal {
  const shown = /^[\w.@+:-]{1,100}$/.test(id) ? id : '(unreadable id)';
  return { refused: 'E0000007', summary: `Not found: Resource not found: ${shown} (${kind})`, causes: [] };
}

/** What a refusal says, for where there is no place for its shape: its causes, or else what it is. */
export function sentencesOf({ refused, summary = MANAGEMENT_ERRORS[refused].summary, causes }: AdminRefusal): string[] {
  const sentences = causes.map((cause) => (typeof cause === 'string' ? cause : cause.errorSummary));
  return sentences.length > 0 ? sentences : [summary];
}

/** An event of the System Log that a change brings about. */
export interface ChangeEvent {
  readonly eventType: EventType;
  readonly targets: readonly Party[];
  readonly debug?: Readonly<Record<string, string>>;
}

/** A change worked out: what is written, what the log is told, and what the caller gets. */
export interface ChangePlan<T> {
  readonly changes: readonly Change[];
  readonly events: readonly ChangeEvent[];
  readonly value: T;
}

/** More races than this are not lost by chance. */
const RACES = 1000;

function takenRefusal({ collection, index }: Conflict): AdminRefusal {
  const errorSummary = `${index}: another of the ${collection} of this org has this value already`;
  return notValid(index as string, { errorSummary, reason: 'UNIQUE_CONSTRAINT', location: index as string });
}

/** Who came second with a value that may stand once: what the change itself says of it now, or else the store. */
function refusedNow(outcome: object, conflict: Conflict): AdminRefusal {
  return isAdminRefusal(outcome) ? outcome : takenRefusal(conflict);
}

/** Tells the System Log what was done. */
export function logEvents(call: AdminCall, events: readonly ChangeEvent[]): void {
  const { actor, origin } = call;
  for (const event of events) call.org.log.write({ ...event, result: 'SUCCESS', actor, origin });
}

/**
 * Carries a change out.
 * @param work pure: the change as worked out from a view at a moment (ISO 8601), or why it is refused
 * @returns the plan's value once it is on disk, or the refusal
 */
export async function carryOut<T>(
  call: AdminCall,
  work: (view: View, now: string) => ChangePlan<T> | AdminRefusal,
): Promise<T | AdminRefusal> {
  const { store, clock } = call.org;
  for (let race = 0; race < RACES; race++) {
    const view = store.view();
    const now = clock.now();
    const plan = work(view, new Date(now).toISOString());
    if (isAdminRefusal(plan)) return plan;
    const conflict = plan.changes.length > 0 ? await store.commit(plan.changes, now, view) : undefined;
    if (conflict?.kind === 'not-unique') return refusedNow(work(store.view(), new Date(now).toISOString()), conflict);
    if (conflict) continue;
    logEvents(call, plan.events);
    return plan.value;
  }
  throw new Error(`A change by an administrator lost ${RACES} races`);
}
