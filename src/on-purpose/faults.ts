/** Which fault a request meets, and what meeting it leaves behind. */
import type { Fault } from '../edge-cases/faults.js';
import { type ActiveFault, activeFaults, isOnRoute } from '../registry/fault.js';
import { type Change, replace, type View } from '../store/port.js';

/** What is published at an endpoint, for faults that are of nothing else. */
export type Published = 'jwks' | 'metadata';

/** What an endpoint publishes, by its address with parameters as `:name`. */
export function publishedAt(url: string): Published | undefined {
  if (/\/v1\/keys(\/moved)?$/.test(url)) return 'jwks';
  return url.includes('/.well-known/') ? 'metadata' : undefined;
}

/** A request as a fault sees it. */
export interface Faultable {
  readonly method: string;
  /** Below the issuer. */
  readonly path: string;
  /** The endpoint that it came to, with parameters as `:name`. */
  readonly route: string;
}

/** What a fault is of, beside its route: undefined for one that is of any endpoint. */
export function subjectOf({ jwks, metadata }: Fault): Published | undefined {
  if (jwks !== undefined) return 'jwks';
  return metadata === undefined ? undefined : 'metadata';
}

/** Whether the fault still hits. @param real epoch milliseconds by the time of the machine */
export function isActive({ left, until }: ActiveFault, real: number): boolean {
  return left !== 0 && (until === undefined || until > real);
}

function hits({ route, method, fault }: ActiveFault, request: Faultable): boolean {
  const subject = subjectOf(fault);
  return (
    (method === undefined || method === request.method) &&
    (route === undefined || isOnRoute(route, request.path)) &&
    (subject === undefined || subject === publishedAt(request.route))
  );
}

/** The first fault that the request meets. */
export function faultFor(view: View, request: Faultable, real: number): ActiveFault | undefined {
  return view.list(activeFaults).find((fault) => isActive(fault, real) && hits(fault, request));
}

/** The change that counts one more hit. */
export function hitting(fault: ActiveFault): Change {
  const { hits: before, left } = fault;
  return replace(activeFaults, fault, { ...fault, hits: before + 1, ...(left !== undefined && { left: left - 1 }) });
}

/** Whether a fault has moved the key sets of the org. */
export function keySetsMoved(view: View, real: number): boolean {
  return view.list(activeFaults).some((one) => one.fault.metadata === 'jwks-uri-moved' && isActive(one, real));
}
