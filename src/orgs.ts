/**
 * The orgs of a process: the main one, and those that are made while it runs, each at `/orgs/<id>` under an issuer, records,
 * keys, clock and logs of its own. These live in memory, and go when nobody has asked for them for a while.
 */
import { customAlphabet } from 'nanoid';
import { COLLECTIONS } from './collections.js';
import { type ConsoleSessions, consoleSessions } from './console-sessions.js';
import { makeOrg, type Org, type OrgParts } from './org.js';
import { type ProbeRuns, probeRuns } from './probe/runs.js';
import { openStore } from './store/open.js';
import type { Snapshot } from './store/port.js';
import { partyOf, UNKNOWN_PARTY } from './syslog/event.js';

/** An org that was made while the process runs. */
export interface MadeOrg {
  readonly id: string;
  readonly org: Org;
  /** Epoch milliseconds by the time of the machine. */
  readonly created: number;
  /** Goes when it was not asked for during so many milliseconds; undefined: never. */
  readonly ttl: number | undefined;
  /** When it was last asked for. */
  used: number;
}

/** What an org is made from. */
export interface Making {
  /** Chosen when absent. */
  readonly id?: string | undefined;
  readonly seed: Snapshot;
  readonly ttl: number | undefined;
}

export interface Orgs {
  readonly main: Org;
  /** The org at `/orgs/<id>`, which is used by that. */
  find(id: string): Org | undefined;
  /** Those that were made and are still there. */
  list(): readonly MadeOrg[];
  /** `taken`: there is one of that id. `full`: there are as many as may be. */
  make(making: Making): Promise<MadeOrg | 'taken' | 'full'>;
  /** Whether there was one. */
  remove(id: string): boolean;
  /** How many there may be, the main one not counted. */
  readonly most: number;
  /** Who is signed in to the console of any of them. */
  readonly consoleSessions: ConsoleSessions;
  /** Probes that were started from the console of any of them. */
  readonly probeRuns: ProbeRuns;
}

/** An event that no request has brought about. */
const BY_ITSELF = {
  eventType: 'mock.org.delete',
  result: 'SUCCESS',
  actor: UNKNOWN_PARTY,
  origin: { ip: '127.0.0.1', userAgent: '', requestId: 'none', path: '' },
} as const;

const newOrgId = customAlphabet('0123456789abcdefghijkmnpqrstuvwxyz', 12);

/** What all orgs of the process share. */
export type Shared = Pick<OrgParts, 'edgeCases' | 'say' | 'overrides'> & { readonly most: number };

export function makeOrgs(main: Org, { most, ...shared }: Shared): Orgs {
  const made = new Map<string, MadeOrg>();
  const now = () => main.realClock.now();

  // Who waits for exchanges, or follows them, uses the org.
  const isGone = ({ ttl, used, org }: MadeOrg) =>
    ttl !== undefined && used + ttl <= now() && org.exchanges.listening === 0;

  function end(one: MadeOrg): void {
    one.org.ending.abort();
    made.delete(one.id);
  }

  /** The org of that id; one that nobody has asked for during its time ends here. */
  function alive(id: string): MadeOrg | undefined {
    const one = made.get(id);
    if (!one || !isGone(one)) return one;
    end(one);
    const debug = { why: 'nobody has asked for it during its ttl' };
    main.log.write({ ...BY_ITSELF, targets: [partyOf('Org', id)], debug });
    return undefined;
  }

  const present = () => [...made.keys()].flatMap((id) => alive(id) ?? []);

  return {
    ...{ main, most, consoleSessions: consoleSessions(), probeRuns: probeRuns() },
    list: present,
    find(id) {
      const found = alive(id);
      if (!found) return undefined;
      found.used = now();
      return found.org;
    },
    async make({ id = newOrgId(), seed, ttl }) {
      const store = (await openStore('memory:', COLLECTIONS)).org('main');
      await store.swap(seed);
      // From here to the end nobody comes between.
      if (alive(id)) return 'taken';
      if (present().length >= most) return 'full';
      const issuer = () => `${main.issuer}/orgs/${id}`;
      const org = makeOrg({ ...shared, store, issuer, clock: main.realClock, seed });
      const one = { id, org, created: now(), ttl, used: now() };
      made.set(id, one);
      return one;
    },
    remove(id) {
      const found = alive(id);
      if (found) end(found);
      return found !== undefined;
    },
  };
}
