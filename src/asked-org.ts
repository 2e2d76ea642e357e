/**
 * The org that a command asks: a running one by its control API, or one in memory that was made from the org file. The
 * store of a running org is never opened.
 */
import * as z from 'zod';
import { COLLECTIONS } from './collections.js';
import { ConfigError, type Settings } from './config.js';
import { requestControl } from './control-request.js';
import { edgeCaseLibrary, readEdgeCaseFiles } from './edge-case-library.js';
import { originOf } from './listening.js';
import { makeOrg, type Org } from './org.js';
import { checkEdgeCaseNames, readOrg } from './org-source.js';
import { EDGE_CASE_FOLDER } from './shipped.js';
import { openStore } from './store/open.js';

/** An org that nobody else sees, in memory, under the issuer that a running one would have with the same settings. */
export async function orgInMemory({ org: file, host, port, tlsCert, ...settings }: Settings): Promise<Org> {
  const clock = { now: Date.now };
  const store = (await openStore('memory:', COLLECTIONS)).org('main');
  const edgeCases = await edgeCaseLibrary(readEdgeCaseFiles(settings.edgeCases ?? EDGE_CASE_FOLDER));
  const seeded = readOrg(file, new Date(clock.now()).toISOString());
  await checkEdgeCaseNames(seeded, edgeCases);
  await store.swap(seeded.records);
  const issuer = settings.issuer ?? originOf(tlsCert === undefined ? 'http' : 'https', host, port);
  return makeOrg({ store, clock, edgeCases, issuer: () => issuer, overrides: { profile: settings.profile } });
}

const Refusal = z.looseObject({
  errorSummary: z.string(),
  errorCauses: z.array(z.looseObject({ errorSummary: z.string() })),
});

/** What the control API says to a refusal, as the sentences in it. */
function sentences(body: unknown, status: number): string {
  const parsed = Refusal.safeParse(body);
  if (!parsed.success) return `it answered ${status}, and not like an org of this kind`;
  const causes = parsed.data.errorCauses.map((cause) => cause.errorSummary);
  return causes.length > 0 ? causes.join('. ') : parsed.data.errorSummary;
}

/**
 * Posts to the control API of a running org.
 * @param members what the answer must have
 * @param within milliseconds to wait for it
 * @throws {ConfigError} when it cannot be reached, refuses, or is something else
 */
export async function askRunningOrg<T>(
  { url = '', apiToken }: Pick<Settings, 'url' | 'apiToken'>,
  path: string,
  body: object,
  members: readonly (keyof T)[],
  within = 30_000,
): Promise<T> {
  const answer = await requestControl({ url, apiToken }, 'POST', path, body, within).catch((error: Error) => {
    throw new ConfigError(`The org at ${url} cannot be asked: ${error.message}. Is it running?`);
  });
  const said: unknown = await answer.json().catch(() => undefined);
  if (!answer.ok) throw new ConfigError(`The org at ${url} refuses: ${sentences(said, answer.status)}`);
  const isIt = typeof said === 'object' && said !== null && members.every((name) => name in said);
  if (!isIt) throw new ConfigError(`What answers at ${url} is no org of this kind.`);
  return said as T;
}
