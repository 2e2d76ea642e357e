/** Org: all that a request is handed. Nothing in the program lives outside one. */
import { type OrgSettings, orgSettings } from './registry/org-settings.js';
import type { OrgStore } from './store/port.js';
import type { SystemLog } from './syslog/system-log.js';
import { type KeyRing, keyRing } from './tokens/keys.js';

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

export interface Org {
  /** Byte-identical wherever it appears; configured, never taken from a request. No trailing slash. */
  readonly issuer: string;
  readonly store: OrgStore;
  readonly clock: Clock;
  readonly keys: KeyRing;
  readonly log: SystemLog;
  /** A line for the person at the terminal. */
  readonly say: (line: string) => void;
}

/** @param parts `issuer` is asked at each use: the port is known only once the server listens */
export function makeOrg(parts: Omit<Org, 'keys' | 'issuer'> & { readonly issuer: () => string }): Org {
  const keys = keyRing(parts.store);
  return {
    ...parts,
    keys,
    get issuer() {
      return parts.issuer();
    },
  };
}

/** The org's one settings record. */
export function settingsOf(org: Org): OrgSettings {
  return org.store.view().list(orgSettings)[0] as OrgSettings;
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

/** The issuer of one of the org's servers: `org`, or the id of a custom authorization server. */
export function issuerOf(org: Org, server: string): string {
  return server === 'org' ? org.issuer : `${org.issuer}/oauth2/${server}`;
}

/** The base of a server's endpoints: `{base}/v1/token`. */
export function endpointBase(org: Org, server: string): string {
  return `${org.issuer}/oauth2${server === 'org' ? '' : `/${server}`}`;
}
