/**
 * Who fetched the key sets and the discovery documents of an org, and how often: the last fetches, and counts of all since
 * the process began. In memory, and bounded.
 */

/** How many fetches are kept; the oldest go first. */
const LIMIT = 1000;

/** The most user agents that are counted apart for one document. */
const MOST_AGENTS = 50;
/** Under this name all further ones are counted. */
const OTHERS = '(others)';
const LONGEST_AGENT = 200;

export const DOCUMENTS = ['jwks', 'oidc', 'oauth'] as const;
export type FetchedDocument = (typeof DOCUMENTS)[number];

/** One fetch, as it comes to the door. */
export interface Fetching {
  readonly document: FetchedDocument;
  /** `org`, or the id of a custom authorization server. */
  readonly server: string;
  readonly userAgent: string;
  readonly ip: string;
}

/** A fetch with its times in ISO 8601: by the org's clock, and by that of the machine. */
export interface Fetched extends Fetching {
  readonly at: string;
  readonly realTime: string;
}

interface AgentCount {
  readonly count: number;
  readonly first: string;
  readonly last: string;
}

/** Counts of one document of one server. Times are those of the machine. */
export interface FetchCount {
  readonly count: number;
  readonly last: string | null;
  readonly byUserAgent: Readonly<Record<string, AgentCount>>;
  /** The most within any one second. */
  readonly storm: number;
}

/** Which of them. */
export interface FetchesAsked {
  readonly document?: FetchedDocument | undefined;
  readonly server?: string | undefined;
}

export interface FetchLog {
  write(fetch: Fetching): void;
  /** Forgets fetches and counts. */
  clear(): void;
  /** The newest first. */
  last(limit: number, of?: FetchesAsked): readonly Fetched[];
  count(server: string, document: FetchedDocument): FetchCount;
}

/** A count as it goes on. */
interface Counting {
  count: number;
  last: string | null;
  storm: number;
  readonly agents: Map<string, AgentCount>;
  /** Epoch milliseconds of the fetches of the last second. */
  readonly recent: number[];
}

const nothingYet = (): Counting => ({ count: 0, last: null, storm: 0, agents: new Map(), recent: [] });

function countOne(counting: Counting, userAgent: string, now: number): void {
  const realTime = new Date(now).toISOString();
  const { agents } = counting;
  const agent = agents.has(userAgent) || agents.size < MOST_AGENTS ? userAgent : OTHERS;
  const before = agents.get(agent);
  agents.set(agent, { count: (before?.count ?? 0) + 1, first: before?.first ?? realTime, last: realTime });
  const { recent } = counting;
  recent.push(now);
  // Either way: a clock may be set back.
  while (Math.abs((recent[0] as number) - now) >= 1000) recent.shift();
  counting.storm = Math.max(counting.storm, recent.length);
  counting.count++;
  counting.last = realTime;
}

/** Epoch milliseconds. */
interface Time {
  now(): number;
}

/** An empty log. @param clock the org's @param realClock that of the machine */
export function fetchLog(clock: Time, realClock: Time): FetchLog {
  const fetches: Fetched[] = [];
  const counts = new Map<string, Counting>();
  const keyOf = (server: string, document: FetchedDocument) => `${document} ${server}`;
  return {
    write(fetch) {
      const now = realClock.now();
      const userAgent = fetch.userAgent.slice(0, LONGEST_AGENT);
      const [at, realTime] = [clock.now(), now].map((time) => new Date(time).toISOString()) as [string, string];
      fetches.push({ at, realTime, ...fetch, userAgent });
      if (fetches.length > LIMIT) fetches.shift();
      const key = keyOf(fetch.server, fetch.document);
      const counting = counts.get(key) ?? nothingYet();
      counts.set(key, counting);
      countOne(counting, userAgent, now);
    },
    clear() {
      fetches.length = 0;
      counts.clear();
    },
    last(limit, { document, server } = {}) {
      const matches = (fetch: Fetched) =>
        (document === undefined || fetch.document === document) && (server === undefined || fetch.server === server);
      return fetches.toReversed().filter(matches).slice(0, limit);
    },
    count(server, document) {
      const { count, last, agents, storm } = counts.get(keyOf(server, document)) ?? nothingYet();
      return { count, last, byUserAgent: Object.fromEntries(agents), storm };
    },
  };
}
