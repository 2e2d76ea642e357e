/**
 * Rate limits, as Okta has them: what is asked of the token endpoints in a minute, and of the management API, is counted,
 * every answer says how much is left, and an org with `settings.rateLimit` answers 429 to what is too much. Never limited
 * are what Okta exempts (keys and discovery), the pages of the browser, the control API below `/_mock`, and whatever no
 * endpoint takes. A minute is one of the org's clock; each server counts for itself, and forgets when it stops.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Org, settingsOf } from '../org.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Counted before anything else is done with the request. */
    rate: Rate;
  }
}

/** What the answer to one request says of the limit. */
export interface Rate {
  readonly limit: number;
  readonly remaining: number;
  /** End of the minute, in seconds since the epoch. */
  readonly reset: number;
  /** It is one too many. */
  readonly exceeded: boolean;
}

const MINUTE = 60_000;
/** What is shown where nothing is limited. */
const UNLIMITED = 1_000_000;

/** Bucket -> the routes that are counted in it. */
const BUCKETS = {
  tokens: /^\/oauth2\/(?::server\/)?v1\/(?:token|introspect|revoke|userinfo)$/,
  api: /^\/(?:api|workload-principals|governance)\//,
} as const;
type Bucket = keyof typeof BUCKETS;

/** The bucket in which a request to that route is counted. @param route path of the endpoint, parameters as `:name` */
export function bucketOf(route: string | undefined): Bucket | undefined {
  const names = Object.keys(BUCKETS) as Bucket[];
  return names.find((name) => route !== undefined && BUCKETS[name].test(route));
}

/** How many requests came in a minute, which is named by its number since the epoch. */
interface Count {
  readonly minute: number;
  /** Of the org's records: an org that was put into another state counts anew. */
  readonly generation: number;
  readonly requests: number;
}

function headersOf({ limit, remaining, reset, exceeded }: Rate, now: number): Record<string, number> {
  return {
    ...{ 'x-rate-limit-limit': limit, 'x-rate-limit-remaining': remaining, 'x-rate-limit-reset': reset },
    ...(exceeded && { 'retry-after': Math.ceil(reset - now / 1000) }),
  };
}

/** Counts the request, notes in it what came of that, and puts it in the headers of the answer. */
export type RateLimiter = (request: FastifyRequest, reply: FastifyReply, route: string | undefined) => void;

/** Makes what counts the requests to the orgs of one server, to each by itself. */
export function rateLimiter(): RateLimiter {
  const countsOf = new WeakMap<Org, Map<Bucket, Count>>();
  const countIn = (org: Org, bucket: Bucket | undefined, minute: number): number => {
    if (bucket === undefined) return 0;
    const counts = countsOf.get(org) ?? new Map<Bucket, Count>();
    const before = counts.get(bucket);
    const { generation } = org.store.view();
    const goesOn = before?.minute === minute && before.generation === generation;
    const requests = goesOn ? before.requests + 1 : 1;
    countsOf.set(org, counts.set(bucket, { minute, generation, requests }));
    return requests;
  };
  return (request, reply, route) => {
    const { org } = request;
    const now = org.clock.now();
    const minute = Math.floor(now / MINUTE);
    // A preflight is the browser's, not the client's.
    const bucket = request.method === 'OPTIONS' ? undefined : bucketOf(route);
    const requests = countIn(org, bucket, minute);
    const allowed = bucket && settingsOf(org).settings.rateLimit?.perMinute;
    const limit = allowed ?? UNLIMITED;
    request.rate = {
      limit,
      remaining: Math.max(0, limit - requests),
      reset: ((minute + 1) * MINUTE) / 1000,
      exceeded: allowed !== undefined && requests > allowed,
    };
    reply.headers(headersOf(request.rate, now));
  };
}
