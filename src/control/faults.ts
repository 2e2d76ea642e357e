/** Faults: switched on for a route, listed, switched off. Off by default, and never of the control API itself. */
import * as z from 'zod';
import { type AdminCall, type AdminRefusal, carryOut, notValid } from '../admin/change.js';
import { Fault } from '../edge-cases/faults.js';
import { isActive, publishedAt, subjectOf } from '../on-purpose/faults.js';
import type { Org } from '../org.js';
import { Duration } from '../protocol/duration.js';
import { newId } from '../protocol/ids.js';
import { Times } from '../registry/armed-case.js';
import { ActiveFault, activeFaults, isOnRoute, RoutePattern } from '../registry/fault.js';
import { insert } from '../store/port.js';
import { partyOf } from '../syslog/event.js';
import { removeAll, removeOne } from './removal.js';

export const FaultRequest = z.strictObject({
  route: RoutePattern.optional().describe(
    'Path below the issuer; * is any one step, ** any number. May be left out for jwks and metadata: all of them.',
  ),
  method: ActiveFault.shape.method,
  fault: Fault,
  times: Times.optional().describe('How many requests; any number when absent.'),
  seconds: Duration(1, 86_400_000).optional().describe('For how long, by the time of the machine.'),
});
export type FaultRequest = z.infer<typeof FaultRequest>;

/** An endpoint that a fault may be of: its address with parameters as `:name`. */
export type Route = string;

/** A path that the address stands for. */
const examplePath = (route: Route) => route.replaceAll(/:\w+/g, 'x');

/** Whether a pattern takes in some path of the endpoint: parameters are matched as they stand in it. */
function takesIn(pattern: string, route: Route): boolean {
  const steps = pattern.split('/');
  const own = route.split('/');
  // A pattern that spells out a parameter's value, such as /oauth2/default/v1/keys.
  const spelled = own.map((step, at) => (step.startsWith(':') ? (steps[at] ?? step) : step)).join('/');
  return isOnRoute(pattern, examplePath(route)) || isOnRoute(pattern, spelled);
}

/** What is wrong with where the fault is to be. */
function routeProblem({ route, method, fault, times }: FaultRequest, routes: readonly Route[]): string | undefined {
  const subject = subjectOf(fault);
  if (fault.metadata === 'jwks-uri-moved' && [route, method, times].some((one) => one !== undefined)) {
    return 'fault.metadata: jwks-uri-moved moves every key set, until it is over: give neither route nor method nor times';
  }
  if (route === undefined) {
    return subject
      ? undefined
      : 'route: is needed; only jwks and metadata faults know where they belong. /** is everywhere';
  }
  const taken = routes.filter((one) => takesIn(route, one));
  if (taken.length === 0) return `route: no endpoint is at ${route}; /oauth2/v1/keys and /oauth2/*/v1/token are some`;
  if (!subject || taken.some((one) => publishedAt(one) === subject)) return undefined;
  return `route: what is at ${route} is no ${subject === 'jwks' ? 'key set' : 'metadata document'}`;
}

/** A fault as it is shown. */
export interface FaultShown extends Pick<ActiveFault, 'id' | 'fault' | 'hits' | 'created'> {
  /** null: every endpoint that it is for. */
  readonly route: string | null;
  readonly method: string | null;
  /** Whether it still hits. */
  readonly active: boolean;
  /** null: any number. */
  readonly remaining: number | null;
  /** ISO 8601, by the time of the machine; null: until it is switched off. */
  readonly until: string | null;
}

export function faultShown({ realClock }: Org, active: ActiveFault): FaultShown {
  const { id, route, method, fault, hits, left, until, created } = active;
  return {
    ...{ id, route: route ?? null, method: method ?? null, fault, active: isActive(active, realClock.now()) },
    ...{ hits, remaining: left ?? null, until: until === undefined ? null : new Date(until).toISOString(), created },
  };
}

/** Switches a fault on. @param routes the endpoints that it may be of */
export async function addFault(
  call: AdminCall,
  request: FaultRequest,
  routes: readonly Route[],
): Promise<ActiveFault | AdminRefusal> {
  const wrong = routeProblem(request, routes);
  if (wrong !== undefined) return notValid('route', wrong);
  const { route, method, fault, times, seconds } = request;
  const id = newId('fault');
  const until = seconds === undefined ? undefined : call.org.realClock.now() + seconds;
  return carryOut<ActiveFault>(call, (_, created) => {
    const record = { id, route, method, fault, hits: 0, left: times, until, created };
    const debug = { route: route ?? 'all', fault: JSON.stringify(fault) };
    const event = { eventType: 'mock.fault.add', targets: [partyOf('Fault', id)], debug } as const;
    return { changes: [insert(activeFaults, record)], events: [event], value: record };
  });
}

export function listFaults(org: Org): readonly ActiveFault[] {
  return org.store.view().list(activeFaults);
}

const FAULTS = { collection: activeFaults, kind: 'Fault', eventType: 'mock.fault.remove' } as const;

export function removeFault(call: AdminCall, id: string): Promise<undefined | AdminRefusal> {
  return removeOne(call, FAULTS, id);
}

export function removeFaults(call: AdminCall): Promise<undefined | AdminRefusal> {
  return removeAll(call, FAULTS);
}
