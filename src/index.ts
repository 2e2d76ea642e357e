/** The library's door: starts an org and stops it. The command line, the demo and every test come in here. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createSecureContext } from 'node:tls';
import { listOperations } from './admin/operations.js';
import { COLLECTIONS } from './collections.js';
import {
  EdgeCaseFileError,
  type EdgeCaseLibrary,
  edgeCaseLibrary,
  namesTaken,
  parseEdgeCases,
  readEdgeCaseFiles,
} from './edge-case-library.js';
import type { EdgeCaseInput } from './edge-cases/edge-case.js';
import { closerOf } from './http/closing.js';
import { makeServer } from './http/server.js';
import { callsOn, type InProcess } from './in-process.js';
import { listenProblem, originOf } from './listening.js';
import { type Clock, makeOrg, type Org, SILENT } from './org.js';
import { checkEdgeCaseNames, type Found, OrgFileError, readOrg, seedStore } from './org-source.js';
import { newId } from './protocol/ids.js';
import { ProfileName } from './protocol/profile.js';
import { type ApiToken, apiTokens } from './registry/api-token.js';
import type { OrgFileInput } from './registry/org-file.js';
import { type OrgSettings, orgSettings } from './registry/org-settings.js';
import { ownEdgeCases } from './registry/own-edge-case.js';
import { users } from './registry/user.js';
import { EDGE_CASE_FOLDER } from './shipped.js';
import { openStore } from './store/open.js';
import { insert, type OrgStore, replace, StoreFailure } from './store/port.js';
import { exchangeLog } from './syslog/exchange-log.js';
import { systemLog } from './syslog/system-log.js';

export type { Minted } from './control/mint.js';
export type { MintRequestInput } from './control/mint-request.js';
export type { EdgeCaseInput } from './edge-cases/edge-case.js';
export { RequestError } from './in-process.js';
export type { Explanation } from './ras/explain.js';
export { explainIdJag } from './ras/explain.js';
export type { OrgFileInput } from './registry/org-file.js';

/** Every member may be left out. */
export interface StartOptions {
  /** Default 127.0.0.1. */
  readonly host?: string | undefined;
  /** Default 0: any free port. */
  readonly port?: number | undefined;
  /** Public origin of the org; default the address listened on. */
  readonly issuer?: string | undefined;
  /** Path of an org file, or its content; default the example org. */
  readonly org?: string | OrgFileInput | undefined;
  /** `memory:` (the default) or `file:PATH`. */
  readonly store?: string | undefined;
  /** Seed the store anew, whatever it holds. */
  readonly reset?: boolean | undefined;
  /** An API token with role SUPER_ADMIN, beside those of the org file. */
  readonly apiToken?: string | undefined;
  /** Paths of PEM files; both, or neither for plain http. */
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
  /** `okta` or `draft`, whatever the org file says. */
  readonly profile?: ProfileName | undefined;
  /** Say in the body of an error which rules were broken, whatever the org file says. */
  readonly explainErrors?: boolean | undefined;
  /** Path of a file or folder with edge cases of your own, or the rows; default the folder that is shipped. */
  readonly edgeCases?: string | readonly EdgeCaseInput[] | undefined;
  readonly logLevel?: 'silent' | 'info' | 'debug' | undefined;
  /** Takes the lines meant for a terminal; default: nobody. */
  readonly say?: ((line: string) => void) | undefined;
  readonly clock?: Clock | undefined;
}

export interface RunningOrg extends InProcess {
  readonly issuer: string;
  /** What it is, whom one can sign in as, and last the URL it listens on. Ends with a newline. */
  readonly banner: string;
  /** Finishes the requests in flight, writes what is to be written, and lets go of port and store. */
  close(): Promise<void>;
}

/** The org could not start; the message says why and what to do. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}

/** The one org of the process, in the store. */
const ORG_KEY = 'main';

async function admitApiToken(store: OrgStore, token: string, now: number): Promise<void> {
  const name = 'given at start';
  const record: ApiToken = { id: newId('apiToken'), name, token, role: 'SUPER_ADMIN' };
  const before = store
    .view()
    .list(apiTokens)
    .find((one) => one.name === name);
  const change = before ? replace(apiTokens, before, { ...record, id: before.id }) : insert(apiTokens, record);
  const conflict = await store.commit([change], now);
  if (conflict) throw new StartFailure('The API token given at start stands in the org file already; leave out one.');
}

function readTls(options: StartOptions) {
  const { tlsCert, tlsKey } = options;
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  try {
    const pair = { cert: readFileSync(tlsCert), key: readFileSync(tlsKey) };
    createSecureContext(pair);
    return pair;
  } catch (error) {
    const why = (error as Error).message;
    throw new StartFailure(
      `The TLS certificate ${tlsCert} and key ${tlsKey} cannot be used: ${why}. Both must be PEM.`,
    );
  }
}

const FOUND: Record<Found, string> = {
  seeded: 'seeded from the org file',
  kept: 'as it was left',
  'kept-though-changed':
    'as it was left; it was seeded from another file, or the example has changed since (--reset seeds it anew)',
};

/** What the person at the terminal is told once the org listens. */
interface Started {
  readonly storeUrl: string;
  readonly found: Found;
  readonly profile: ProfileName | undefined;
  readonly issuer: string;
  readonly url: string;
}

function banner(store: OrgStore, { storeUrl, found, profile, issuer, url }: Started): string {
  const { settings } = store.view().list(orgSettings)[0] as OrgSettings;
  const able = store
    .view()
    .list(users)
    .filter((user) => user.status === 'ACTIVE' && user.password !== undefined);
  const names = able.slice(0, 5).map((user) => user.profile.login);
  return [
    'mock-okta-xaa: a mock Okta org for Cross App Access. FOR TESTING ONLY.',
    `Store: ${storeUrl}, ${FOUND[found]}`,
    `Sign in as: ${names.join(', ') || 'nobody; the org has no active user with a password'} (passwords: see the org file)`,
    `Profile: ${profile ?? settings.profile}`,
    `Issuer: ${issuer}`,
    `Listening on ${url}`,
    '',
  ].join('\n');
}

/** From JavaScript, anything may come. */
function checkProfile(profile: string | undefined): void {
  if (profile === undefined || ProfileName.some((name) => name === profile)) return;
  throw new StartFailure(`The profile ${JSON.stringify(profile)} is none of ${ProfileName.join(', ')}.`);
}

/** Turns the failures a person can mend into one kind. */
function asStartFailure(error: unknown): unknown {
  const mendable = [OrgFileError, EdgeCaseFileError, StoreFailure].some((kind) => error instanceof kind);
  return mendable ? new StartFailure((error as Error).message) : error;
}

/**
 * Starts an org and listens.
 * @throws {StartFailure} for anything the person who starts it can mend
 */
export async function start(options: StartOptions = {}): Promise<RunningOrg> {
  try {
    return await open(options);
  } catch (error) {
    throw asStartFailure(error);
  }
}

function libraryFor({ edgeCases = EDGE_CASE_FOLDER }: StartOptions): Promise<EdgeCaseLibrary> {
  return edgeCaseLibrary(typeof edgeCases === 'string' ? readEdgeCaseFiles(edgeCases) : parseEdgeCases(edgeCases));
}

/** Own edge cases of a store that was kept, whose names an edge case of the program or of a file has got since. */
async function tellHidden({ store, edgeCases, say }: Pick<Org, 'store' | 'edgeCases' | 'say'>): Promise<void> {
  const own = store.view().list(ownEdgeCases);
  const names = own.map(({ id }) => id);
  for (const name of await namesTaken(names, edgeCases)) {
    say(`hidden: the org's own edge case ${name}, for there is another of that name now; add it under a new one`);
  }
}

async function open(options: StartOptions): Promise<RunningOrg> {
  const clock = options.clock ?? { now: () => Date.now() };
  checkProfile(options.profile);
  const tls = readTls(options);
  const edgeCases = await libraryFor(options);
  const seeded = readOrg(options.org, new Date(clock.now()).toISOString());
  await checkEdgeCaseNames(seeded, edgeCases);
  const storeUrl = options.store ?? 'memory:';
  const all = await openStore(storeUrl, COLLECTIONS);
  try {
    const store = all.org(ORG_KEY);
    const found = await seedStore(store, seeded, options.reset ?? false, options.org !== undefined);
    if (options.apiToken !== undefined) await admitApiToken(store, options.apiToken, clock.now());
    await tellHidden({ store, edgeCases, say: options.say ?? SILENT });
    const listening = await listen(options, { store, clock, edgeCases }, tls);
    const close = () => listening.close().then(() => all.close());
    const { issuer, url, org } = listening;
    const { profile } = options;
    return {
      issuer,
      banner: banner(store, { storeUrl, found, profile, issuer, url }),
      ...callsOn(org),
      close,
    };
  } catch (error) {
    await all.close();
    throw error;
  }
}

/** Operations of the agent API that were accepted and are not carried out any more are not passed over in silence. */
function tellForgotten(org: Org): void {
  const open = listOperations(org).filter(({ status }) => status === 'SCHEDULED' || status === 'IN_PROGRESS');
  for (const { id, type } of open)
    org.say(`forgotten: the operation ${id} (${type}) was accepted and is not carried out`);
}

type ListenParts = Pick<Org, 'store' | 'clock' | 'edgeCases'>;

async function listen(options: StartOptions, parts: ListenParts, tls: ReturnType<typeof readTls>) {
  const { host = '127.0.0.1', port = 0, logLevel = 'info', say = SILENT } = options;
  let url = '';
  const issuer = () => options.issuer ?? url;
  const log = systemLog(() => parts.clock.now());
  const { profile, explainErrors } = options;
  const exchanges = exchangeLog();
  const overrides = { profile, explainErrors };
  const org = makeOrg({ ...parts, issuer, log, exchanges, overrides, say: logLevel === 'silent' ? SILENT : say });
  const app = makeServer(org, {
    tls,
    onFailure: (error) => say(`failure: ${error.stack}`),
    onRequest: logLevel === 'debug' ? say : undefined,
  });
  const close = closerOf(app);
  // Runs before any connection is looked at, so no request ever meets an org without an issuer.
  app.server.once('listening', () => {
    const address = app.server.address() as AddressInfo;
    url = originOf(tls ? 'https' : 'http', host, address.port);
  });
  try {
    await app.listen({ host, port });
  } catch (error) {
    await close();
    const problem = listenProblem(error as NodeJS.ErrnoException, host, port);
    throw problem ? new StartFailure(problem) : error;
  }
  return {
    ...{ issuer: issuer(), url, org },
    async close() {
      await close();
      tellForgotten(org);
    },
  };
}
