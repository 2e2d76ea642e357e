/** From the armed cases of an org file to their records, and back: those of the file as a whole, and of a connection. */
import * as z from 'zod';
import { EdgeCaseName } from '../edge-cases/edge-case.js';
import { AnswerFault } from '../edge-cases/faults.js';
import { idFromName } from '../protocol/ids.js';
import { type ArmedCase, type ArmedMatch, GivenValues, Times } from './armed-case.js';
import { type Path, type Reading, resolve } from './org-file-reading.js';
import type { ResourceConnection } from './resource-connection.js';

/** One edge case, or several that are made to one token. */
const EdgeCaseNames = z
  .union([EdgeCaseName, z.array(EdgeCaseName).min(1).max(20)])
  .describe('Name of an edge case, or of several that are made to one token.');

/** What is done to the exchanges. */
export const armedEffect = {
  edgeCase: EdgeCaseNames.optional(),
  given: GivenValues.default({}).describe('What only you know, for edge cases that need it.'),
  fault: AnswerFault.optional().describe('What the answer meets on its way; alone, or beside an edge case.'),
  times: Times.optional().describe('How many exchanges; any number when absent.'),
};

const effect = { id: z.string().min(1).optional(), ...armedEffect };

type Effect = z.infer<z.ZodObject<typeof effect>>;

/** Arguments of a schema's `refine`. */
export const doesSomething = [
  ({ edgeCase, fault }: Pick<Effect, 'edgeCase' | 'fault'>) => edgeCase !== undefined || fault !== undefined,
  'has neither edgeCase nor fault',
] as const;

const user = z.string().optional().describe("A user's login or id.");
const client = z.string().optional().describe('The application that the user signed in to: its label or id.');
const scope = z.string().optional().describe('One of the scopes that are asked for.');

/** What the exchanges over one resource connection come out as. */
export const ConnectionArmed = z.strictObject({ ...effect, user, client, scope }).refine(...doesSomething);
type ConnectionArmed = z.infer<typeof ConnectionArmed>;

/** What any exchanges come out as. */
export const OrgFileArmed = z
  .strictObject({
    ...effect,
    match: z
      .strictObject({
        ...{ agent: z.string().optional().describe("An AI agent's name or id."), client, user, scope },
        audience: z.string().optional().describe('Issuer URL of the resource.'),
      })
      .prefault({}),
  })
  .refine(...doesSomething);
type OrgFileArmed = z.infer<typeof OrgFileArmed>;

type Who = Pick<OrgFileArmed['match'], 'client' | 'user' | 'scope'>;

function whoIn(reading: Reading, path: Path, { client: app, user: login, scope: one }: Who): ArmedMatch {
  return {
    ...(app !== undefined && { client: resolve(reading, 'application', [...path, 'client'], app) }),
    ...(login !== undefined && { user: resolve(reading, 'user', [...path, 'user'], login) }),
    ...(one !== undefined && { scope: one }),
  };
}

function recordOf(entry: Effect, name: string, match: ArmedMatch, created: string): ArmedCase {
  const { id = idFromName('armedCase', name), edgeCase = [], given, fault, times } = entry;
  return {
    ...{ id, match, edgeCases: [edgeCase].flat(), given },
    ...(fault && { fault }),
    ...{ applied: 0, ...(times !== undefined && { left: times }), created },
  };
}

/** Those of one connection, the path of which is given. */
export function connectionArmed(
  entries: readonly ConnectionArmed[],
  path: Path,
  { id, agentId, issuerUrl }: ResourceConnection,
  reading: Reading,
): readonly ArmedCase[] {
  return entries.map((entry, at) => {
    const match = { agent: agentId, audience: issuerUrl, ...whoIn(reading, [...path, at], entry) };
    return recordOf(entry, `${id} ${at}`, match, reading.created);
  });
}

/** Those of the file as a whole. */
export function fileArmed(entries: readonly OrgFileArmed[], reading: Reading): readonly ArmedCase[] {
  return entries.map((entry, at) => {
    const { agent, audience, ...who } = entry.match;
    const path = ['armed', at, 'match'] as const;
    const match = {
      ...(agent !== undefined && { agent: resolve(reading, 'agent', [...path, 'agent'], agent) }),
      ...(audience !== undefined && { audience }),
      ...whoIn(reading, path, who),
    };
    return recordOf(entry, `of the file ${at}`, match, reading.created);
  });
}

/** How things are referred to by name. */
interface References {
  readonly agent: (id: string) => string;
  readonly application: (id: string) => string;
  readonly user: (id: string) => string;
}

/** As an entry of a file; undefined for one that is spent. */
export function armedEntry({ id, match, edgeCases, given, fault, left }: ArmedCase, to: References) {
  if (left === 0) return [];
  const { agent, client: app, user: person, ...rest } = match;
  const entry: OrgFileArmed = {
    ...{ id, edgeCase: edgeCases.length > 0 ? edgeCases : undefined, given, fault, times: left },
    match: {
      ...(agent !== undefined && { agent: to.agent(agent) }),
      ...(app !== undefined && { client: to.application(app) }),
      ...(person !== undefined && { user: to.user(person) }),
      ...rest,
    },
  };
  return [entry];
}
