/** Starting an org and stopping it: what the command line, the library and every test come down to. */
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
import type { ServerOptions } from './http/server.js';
import { callsOn, type InProcess } from './in-process.js';
import { type Clock, makeOrg, type Org, type OrgParts, SILENT } from './org.js';
import { checkEdgeCaseNames, type Found, OrgFileError, readOrg, seedStore } from './org-source.js';
import { makeOrgs } from './orgs.js';
import type { PlanProbe, StartProbe } from './probe/runs.js';
import { VIA } from './probe/wire.js';
import { newId } from './protocol/ids.js';
import { ProfileName } from './protocol/profile.js';
import { type ApiToken, apiTokens } from './registry/api-token.js';
import type { OrgFileInput } from './registry/org-file.js';
import type { SeededOrg } from './registry/org-records.js';
import { type OrgSettings, orgSettings } from './registry/org-settings.js';
import { ownEdgeCases } from './registry/own-edge-case.js';
import { users } from './registry/user.js';
import { readTls, serve } from './serving.js';
import { EDGE_CASE_FOLDER } from './shipped.js';
import { StartFailure } from './start-failure.js';
import { openStore } from './store/open.js';
import { insert, type OrgStore, replace, StoreFailure } from './store/port.js';

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
  /** A listener of its own for the control API, on the same host; 0: any free port. */
  readonly controlPort?: number | undefined;
  /** Without the control API. */
  readonly noControl?: boolean | undefined;
  /** How many orgs may be made beside the main one; default 500. */
  readonly maxOrgs?: number | undefined;
  readonly logLevel?: 'silent' | 'info' | 'debug' | undefined;
  /** Takes the lines meant for a terminal; default: nobody. */
  readonly say?: ((line: string) => void) | undefined;
  readonly clock?: Clock | undefined;
}

export interface RunningOrg extends InProcess {
  readonly issuer: string;
  /** Where the control API listens, if not with the org. */
  readonly controlUrl: string | undefined;
  /** What it is, whom one can sign in as, and last the URL it listens on. Ends with a newline. */
  readonly banner: string;
  /** Finishes the requests in flight, writes what is to be written, and lets go of port and store. */
  close(): Promise<void>;
}

/** The one org of the process, in the store. */
const ORG_KEY = 'main';

const GIVEN_AT_START = 'given at start';

/** The records with the API token that was given at start, so that a reset keeps it. */
function withApiToken({ records, seed }: SeededOrg, token: string | undefined): SeededOrg {
  if (token === undefined) return { records, seed };
  const tokens = records.apiTokens as readonly ApiToken[];
  if (tokens.some((one) => one.token === token)) {
    throw new StartFailure('The API token given at start stands in the org file already; leave out one.');
  }
  const given: ApiToken = { id: newId('apiToken'), name: GIVEN_AT_START, token, role: 'SUPER_ADMIN' };
  return { records: { ...records, apiTokens: [...tokens, given] }, seed };
}

/** Lets the API token given at start into a store that was kept, in place of the one before. */
async function admitApiToken(store: OrgStore, { records }: SeededOrg, now: number): Promise<void> {
  const isGiven = ({ name }: ApiToken) => name === GIVEN_AT_START;
  const given = (records.apiTokens as readonly ApiToken[]).find(isGiven) as ApiToken;
  const before = store.view().list(apiTokens).find(isGiven);
  const change = before ? replace(apiTokens, before, { ...given, id: before.id }) : insert(apiTokens, given);
  const conflict = await store.commit([change], now);
  if (conflict) throw new StartFailure('The API token given at start stands in the org already; leave it out.');
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
  /** Where the control API is. */
  readonly control: string;
}

function banner(store: OrgStore, { storeUrl, found, profile, issuer, url, control }: Started): string {
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
    ...(control === url ? [] : [`Control API: ${control}`]),
    `Listening on ${url}`,
    '',
  ].join('\n');
}

/** From JavaScript, anything may come. */
function checkProfile(profile: string | undefined): void {
  if (profile === undefined || ProfileName.some((name) => name === profile)) return;
  throw new StartFailure(`The profile ${JSON.stringify(profile)} is none of ${ProfileName.join(', ')}.`);
}

function checkControl({ controlPort, noControl = false, maxOrgs = 0 }: StartOptions): void {
  if (noControl && controlPort !== undefined)
    throw new StartFailure('controlPort and noControl contradict each other.');
  if (!Number.isInteger(maxOrgs) || maxOrgs < 0) throw new StartFailure('maxOrgs is no whole number of 0 or more.');
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
  checkControl(options);
  const tls = readTls(options.tlsCert, options.tlsKey);
  const edgeCases = await libraryFor(options);
  const read = readOrg(options.org, new Date(clock.now()).toISOString());
  await checkEdgeCaseNames(read, edgeCases);
  const seeded = withApiToken(read, options.apiToken);
  const storeUrl = options.store ?? 'memory:';
  const all = await openStore(storeUrl, COLLECTIONS);
  try {
    const store = all.org(ORG_KEY);
    const found = await seedStore(store, seeded, options.reset ?? false, options.org !== undefined);
    if (options.apiToken !== undefined && found !== 'seeded') await admitApiToken(store, seeded, clock.now());
    await tellHidden({ store, edgeCases, say: options.say ?? SILENT });
    const listening = await listen(options, { store, clock, edgeCases, seed: seeded.records }, tls);
    const close = () => listening.close().then(() => all.close());
    const { issuer, url, controlUrl, org } = listening;
    const { profile, noControl = false } = options;
    return {
      ...{ issuer, controlUrl },
      banner: banner(store, {
        storeUrl,
        found,
        profile,
        issuer,
        url,
        control: noControl ? 'none' : (controlUrl ?? url),
      }),
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

/** Loaded when the first is asked for: it is as large as the server. */
const startProbe: StartProbe = async (input, heard, given) => {
  const { drivenProbe } = await import('./driven-probe.js');
  return drivenProbe(input, heard, async () => ({ ...given, close: async () => undefined }), [VIA]);
};

const planProbe: PlanProbe = async (input) => (await import('./driven-probe.js')).probePlan(input);

type ListenParts = Pick<OrgParts, 'store' | 'clock' | 'edgeCases' | 'seed'>;

async function listen(options: StartOptions, parts: ListenParts, tls: ServerOptions['tls']) {
  const { host = '127.0.0.1', port = 0, logLevel = 'info', say = SILENT } = options;
  let url = '';
  const issuer = () => options.issuer ?? url;
  const { profile, explainErrors, maxOrgs = 500, controlPort, noControl = false } = options;
  const shared = { overrides: { profile, explainErrors }, say: logLevel === 'silent' ? SILENT : say };
  const org = makeOrg({ ...parts, ...shared, issuer });
  const orgs = makeOrgs(org, { ...shared, edgeCases: parts.edgeCases, most: maxOrgs });
  const told = {
    ...{ tls, onFailure: (error: Error) => say(`failure: ${error.stack}`) },
    onRequest: logLevel === 'debug' ? say : undefined,
    ...{ startProbe, planProbe },
  };
  const serving = await serve(orgs, { host, port, controlPort, noControl }, told, (origin) => {
    url = origin;
  });
  return {
    ...{ issuer: issuer(), url, controlUrl: serving.controlUrl, org },
    async close() {
      // What a probe has changed of an org is undone by its control API: that has to be there still.
      await orgs.probeRuns.end();
      await serving.close();
      tellForgotten(org);
    },
  };
}
