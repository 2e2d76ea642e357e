/** Orgs of one's own for as long as a test takes: made from the example, another org or an org file; listed; deleted. */
import * as z from 'zod';
import { type AdminCall, type AdminRefusal, logEvents, notFound, notValid } from '../admin/change.js';
import { edgeCaseMistake } from '../edge-case-library.js';
import type { MadeOrg, Orgs } from '../orgs.js';
import { Duration } from '../protocol/duration.js';
import { type SigningKey, signingKeys } from '../registry/jwk.js';
import { keyHistories } from '../registry/key-history.js';
import { seedOrg } from '../registry/org-records.js';
import { orgSettings } from '../registry/org-settings.js';
import { developmentKeys } from '../shipped.js';
import type { Snapshot } from '../store/port.js';
import { partyOf } from '../syslog/event.js';
import { newSigningKey } from '../tokens/new-signing-key.js';

const DAY = 86_400_000;

/** `main` means the main org. */
export const OrgId = z
  .string()
  .regex(/^(?!main$)[a-z0-9][a-z0-9-]{0,62}$/, 'is not of small letters, digits and -, or is "main"');

export const OrgRequest = z
  .strictObject({
    id: OrgId.optional().describe('Stands in its issuer; chosen when absent.'),
    from: z
      .string()
      .max(64)
      .optional()
      .describe('Id of another org, or main: as that is now. Without it: as the main one was made.'),
    file: z.looseObject({}).optional().describe('An org file.'),
    ttl: Duration(1000, 7 * DAY)
      .nullable()
      .default(3_600_000)
      .describe('It goes when nobody has asked it for so long; null: it stays until it is deleted.'),
    freshKeys: z
      .boolean()
      .default(false)
      .describe(
        'A signing key of its own, made for it, in place of those of the org it is made from; takes about 0.2 s.',
      ),
  })
  .refine(({ from, file }) => from === undefined || file === undefined, 'has both from and file');
export type OrgRequest = z.infer<typeof OrgRequest>;

/** An org as it is shown. */
export interface OrgShown {
  readonly id: string;
  readonly issuer: string;
  readonly name: string;
  /** ISO 8601. */
  readonly created: string;
  /** When it goes if nobody asks it any more; null: never. */
  readonly expires: string | null;
}

const iso = (at: number) => new Date(at).toISOString();

export function orgShown({ id, org, created, used, ttl }: MadeOrg): OrgShown {
  const name = org.store.view().list(orgSettings)[0]?.name as string;
  return { id, issuer: org.issuer, name, created: iso(created), expires: ttl === undefined ? null : iso(used + ttl) };
}

async function recordsOfFile({ main }: Orgs, file: object): Promise<Snapshot | AdminRefusal> {
  const seeded = seedOrg(file, developmentKeys(), iso(main.realClock.now()));
  if ('mistakes' in seeded) return notValid('file', ...seeded.mistakes.slice(0, 50).map((line) => `file: ${line}`));
  const mistake = await edgeCaseMistake(seeded.records, main.edgeCases);
  return mistake ? notValid('file', `file: ${mistake}`) : seeded.records;
}

/** What the org is made from; a sentence for each thing that is wrong. */
async function recordsFor(orgs: Orgs, { from, file }: OrgRequest): Promise<Snapshot | AdminRefusal> {
  const { main } = orgs;
  if (file !== undefined) return recordsOfFile(orgs, file);
  if (from === undefined) return main.states.seed;
  const source = from === 'main' ? main : orgs.find(from);
  return source ? source.store.snapshot() : notValid('from', `from: there is no org ${JSON.stringify(from)}`);
}

/** The records with one fresh key of the org, which all its servers sign with. */
async function withFreshKeys(records: Snapshot): Promise<Snapshot> {
  const { kid, jwk } = await newSigningKey();
  const key: SigningKey = { id: kid, server: 'org', status: 'ACTIVE', jwk };
  // What it copies may be rolled back there; here it would bring the keys of another org.
  return { ...records, [signingKeys.name]: [key], [keyHistories.name]: [] };
}

/** Makes an org. */
export async function createOrg(call: AdminCall, orgs: Orgs, request: OrgRequest): Promise<MadeOrg | AdminRefusal> {
  const records = await recordsFor(orgs, request);
  if ('refused' in records) return records as AdminRefusal;
  const seed = request.freshKeys ? await withFreshKeys(records as Snapshot) : (records as Snapshot);
  const made = await orgs.make({ id: request.id, seed, ttl: request.ttl ?? undefined });
  if (made === 'taken')
    return notValid('id', `id: there is an org ${request.id} already; delete it, or choose another id`);
  if (made === 'full') {
    return notValid('orgs', `there are ${orgs.most} orgs already; delete some, or start with a higher --max-orgs`);
  }
  logEvents(call, [{ eventType: 'mock.org.create', targets: [partyOf('Org', made.id)] }]);
  return made;
}

export function findOrg(orgs: Orgs, id: string): MadeOrg | AdminRefusal {
  return orgs.list().find((one) => one.id === id) ?? notFound(id, 'Org');
}

export function deleteOrg(call: AdminCall, orgs: Orgs, id: string): undefined | AdminRefusal {
  if (!orgs.remove(id)) return notFound(id, 'Org');
  logEvents(call, [{ eventType: 'mock.org.delete', targets: [partyOf('Org', id)] }]);
  return undefined;
}
