/** Org: all that a request is handed. Nothing in the program lives outside one. */
import { setMaxListeners } from 'node:events';
import type { EdgeCaseLibrary } from './edge-case-library.js';
import { PROFILES, type Profile, type ProfileName } from './protocol/profile.js';
import { CLOCK_ID, orgClocks, orgTime } from './registry/org-clock.js';
import { type OrgSettings, orgSettings } from './registry/org-settings.js';
import { type SamlKeyRing, samlKeyRing } from './saml-keys.js';
import type { OrgStore, Snapshot } from './store/port.js';
import { type ExchangeLog, exchangeLog } from './syslog/exchange-log.js';
import { type FetchLog, fetchLog } from './syslog/fetch-log.js';
import { type SystemLog, systemLog } from './syslog/system-log.js';
import { type KeyRing, keyRing } from './tokens/keys.js';
import { makeTurns, type Turns } from './turns.js';

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

export interface Org {
  /** Byte-identical wherever it appears; configured, never taken from a request. No trailing slash. */
  readonly issuer: string;
  readonly store: OrgStore;
  /** The org's own time, by which everything is issued, judged and expires. */
  readonly clock: Clock;
  /** The time of the machine. */
  readonly realClock: Clock;
  readonly keys: KeyRing;
  /** By which assertions are signed. */
  readonly samlKeys: SamlKeyRing;
  readonly log: SystemLog;
  readonly exchanges: ExchangeLog;
  /** Who fetched key sets and discovery documents. */
  readonly fetches: FetchLog;
  /** What can be wrong on purpose; the rows of the org's own are in the store. */
  readonly edgeCases: EdgeCaseLibrary;
  /** A line for the person at the terminal. */
  readonly say: (line: string) => void;
  /** What the org does where Okta and the drafts part. */
  readonly profile: Profile;
  /** The bodies of errors say which rules were broken. */
  readonly explainErrors: boolean;
  readonly turns: Turns;
  /** Aborted when the org is there no more: whoever waits for it has waited long enough. */
  readonly ending: AbortController;
  readonly states: OrgStates;
}

/** The states that the org can be put back into. */
export interface OrgStates {
  /** As it was made. */
  readonly seed: Snapshot;
  /** By name; kept in memory. */
  readonly snapshots: Map<string, NamedSnapshot>;
}

export interface NamedSnapshot {
  /** ISO 8601, by the time of the machine. */
  readonly taken: string;
  readonly records: Snapshot;
}

/** Says nothing to anybody. */
export const SILENT = () => {};

/** What the person who starts the process sets above the org's own settings. */
export interface Overrides {
  readonly profile?: ProfileName | undefined;
  readonly explainErrors?: boolean | undefined;
}

/** What an org is made from. `issuer` is asked at each use: the port is known only once the server listens. */
export interface OrgParts extends Pick<Org, 'store' | 'edgeCases'> {
  readonly issuer: () => string;
  /** The time of the machine. */
  readonly clock: Clock;
  /** Default: nobody. */
  readonly say?: Org['say'];
  readonly overrides?: Overrides;
  /** What a reset makes of it; what the store holds now when absent. */
  readonly seed?: Snapshot;
  /** How many events the System Log keeps. */
  readonly logLimit?: number;
}

/** One listener for each request that waits; how many those may be is bounded elsewhere. */
function patient(controller: AbortController): AbortController {
  setMaxListeners(0, controller.signal);
  return controller;
}

export function makeOrg({ issuer, overrides = {}, ...parts }: OrgParts): Org {
  const { store, edgeCases, clock: realClock, say = SILENT, seed = store.snapshot() } = parts;
  const clock: Clock = { now: () => orgTime(store.view().get(orgClocks, CLOCK_ID), realClock.now()) };
  const settings = () => readSettings(store).settings;
  return {
    ...{ store, edgeCases, clock, realClock, say },
    keys: keyRing(store),
    samlKeys: samlKeyRing(),
    log: systemLog(clock, realClock, parts.logLimit),
    exchanges: exchangeLog(),
    fetches: fetchLog(clock, realClock),
    turns: makeTurns(),
    ending: patient(new AbortController()),
    states: { seed, snapshots: new Map() },
    get issuer() {
      return issuer();
    },
    get profile() {
      return PROFILES[overrides.profile ?? settings().profile];
    },
    get explainErrors() {
      return overrides.explainErrors ?? settings().explainErrors;
    },
  };
}

function readSettings(store: OrgStore): OrgSettings {
  return store.view().list(orgSettings)[0] as OrgSettings;
}

/** The org's one settings record. */
export function settingsOf(org: Org): OrgSettings {
  return readSettings(org.store);
}

/** Seconds since the epoch by the org's clock: the time of tokens. */
export function secondsNow(org: Org): number {
  return Math.floor(org.clock.now() / 1000);
}

/** URLs of the org itself are stored as `{issuer}/…`; this is how they are read. */
export function expandIssuer(org: Org, url: string): string {
  return url.startsWith('{issuer}') ? org.issuer + url.slice('{issuer}'.length) : url;
}

/** The ways in which a URL may stand in the registry: as it is, and relative to the issuer. */
export function storedForms(org: Org, url: string): readonly string[] {
  return url.startsWith(`${org.issuer}/`) ? [url, `{issuer}${url.slice(org.issuer.length)}`] : [url];
}

/** How a URL is written into the registry: relative to the issuer where it can be. The inverse of {@link expandIssuer}. */
export function storedForm(org: Org, url: string): string {
  return storedForms(org, url).at(-1) as string;
}

/** The issuer of one of the org's servers: `org`, or the id of a custom authorization server. */
export function issuerOf(org: Org, server: string): string {
  return server === 'org' ? org.issuer : `${org.issuer}/oauth2/${server}`;
}

/** The base of a server's endpoints: `{base}/v1/token`. */
export function endpointBase(org: Org, server: string): string {
  return `${org.issuer}/oauth2${server === 'org' ? '' : `/${server}`}`;
}
