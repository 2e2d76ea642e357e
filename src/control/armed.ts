/** Arming: what the next matching exchanges come out as. Added, listed, removed; names are looked up when a case is armed. */
import * as z from 'zod';
import { type AdminCall, type AdminRefusal, carryOut, isAdminRefusal, notValid } from '../admin/change.js';
import { findUser } from '../admin/users.js';
import type { EdgeCase } from '../edge-cases/edge-case.js';
import type { SignerName } from '../edge-cases/edits.js';
import { editedBy } from '../on-purpose/bent-token.js';
import { findEdgeCaseList } from '../on-purpose/edge-cases.js';
import { publishedRecords, signersToPublish } from '../on-purpose/published.js';
import { expandIssuer, type Org, storedForm } from '../org.js';
import { newId } from '../protocol/ids.js';
import { isMistake } from '../protocol/mistake.js';
import { agents } from '../registry/ai-agent.js';
import { applications } from '../registry/application.js';
import { type ArmedCase, type ArmedMatch, armedCases } from '../registry/armed-case.js';
import { armedEffect, doesSomething } from '../registry/armed-records.js';
import { type PublishedKey, publishedKeys } from '../registry/published-key.js';
import { resourceConnections } from '../registry/resource-connection.js';
import { users } from '../registry/user.js';
import { insert, type View } from '../store/port.js';
import { partyOf } from '../syslog/event.js';
import { agentAsked, applicationAsked } from './mint-subjects.js';
import { newAmong, publishedEvents } from './published-keys.js';
import { removeAll, removeOne } from './removal.js';

const name = z.string().min(1).max(2000).optional();

export const ArmRequest = z
  .strictObject({
    match: z
      .strictObject({
        agent: name.describe('Id or name of the AI agent.'),
        client: name.describe('Label, id or client id of the application that the user signed in to.'),
        user: name.describe('Login or id.'),
        audience: name.describe('Issuer URL of the resource, to the byte.'),
        scope: name.describe('One of the scopes that are asked for.'),
      })
      .default({})
      .describe('What is left out matches anything.'),
    ...armedEffect,
    publish: z
      .boolean()
      .default(true)
      .describe('Keys that the edge cases need come into the key set of the org, and stay there.'),
  })
  .refine(...doesSomething);
export type ArmRequest = z.infer<typeof ArmRequest>;

type Match = ArmRequest['match'];

/** The id of what is asked for by name or id, where something is; or that there is none, and what there is. */
function idAsked(
  member: keyof Match,
  asked: string | undefined,
  what: string,
  find: (asked: string) => { readonly id: string } | undefined,
  names: () => readonly string[],
): ArmedMatch | AdminRefusal {
  if (asked === undefined) return {};
  const found = find(asked);
  if (found) return { [member]: found.id };
  const there = names().slice(0, 20).join(', ') || 'none';
  return notValid(
    `match.${member}`,
    `match.${member}: there is no ${what} ${JSON.stringify(asked)}; there are: ${there}`,
  );
}

/** The audience as it is stored, if a resource connection leads there. */
function audienceAsked(org: Org, view: View, asked: string | undefined): ArmedMatch | AdminRefusal {
  if (asked === undefined) return {};
  const stored = storedForm(org, asked);
  const all = [...new Set(view.list(resourceConnections).map(({ issuerUrl }) => issuerUrl))];
  if (all.includes(stored) || all.includes(asked)) return { audience: stored };
  const there = all.map((url) => expandIssuer(org, url)).join(', ') || 'none';
  return notValid('match.audience', `match.audience: no resource connection leads to ${asked}; there are: ${there}`);
}

function userAsked(view: View, asked: string) {
  const found = findUser(view, asked);
  return isAdminRefusal(found) ? undefined : found;
}

/** Names and ids, as ids; or the first that names nothing. */
function matchIn(org: Org, view: View, { agent, client, user, audience, scope }: Match): ArmedMatch | AdminRefusal {
  const parts = [
    idAsked(
      'agent',
      agent,
      'AI agent',
      (name) => agentAsked(view, name),
      () => view.list(agents).map((one) => one.profile.name),
    ),
    idAsked(
      'client',
      client,
      'application',
      (name) => applicationAsked(view, name),
      () => view.list(applications).map((one) => one.label),
    ),
    idAsked(
      'user',
      user,
      'user',
      (name) => userAsked(view, name),
      () => view.list(users).map((one) => one.profile.login),
    ),
    audienceAsked(org, view, audience),
    scope === undefined ? {} : { scope },
  ];
  return parts.find(isAdminRefusal) ?? Object.assign({}, ...parts);
}

/** What arming did. */
export interface Armed {
  readonly armed: ArmedCase;
  /** Whose keys the cases need in the key set of the org, where they stand now. */
  readonly published: readonly SignerName[];
}

/** The keys that the cases need in the key set, unless nobody wants them there. */
function keysFor({ edgeCases }: Org, rows: readonly EdgeCase[], wanted: boolean): readonly PublishedKey[] {
  const signers = wanted ? signersToPublish(rows, undefined, edgeCases.keys) : [];
  return signers.length > 0 ? publishedRecords('org', signers, edgeCases.keys()) : [];
}

/** What the event says of the fault, and how often. */
function howOf({ fault, times }: ArmRequest): Record<string, string> {
  return { ...(fault && { fault: JSON.stringify(fault).slice(0, 500) }), times: String(times ?? 'any number') };
}

/** Arms a case. What it publishes is no change of keys that could be rolled back. */
export async function armCase(call: AdminCall, request: ArmRequest): Promise<Armed | AdminRefusal> {
  const { given, fault, times } = request;
  const edgeCases = [request.edgeCase ?? []].flat();
  const rows = await findEdgeCaseList(call.org, edgeCases);
  const edited = isMistake(rows) ? rows : editedBy(rows);
  if (isMistake(edited)) return notValid('edgeCase', `edgeCase: ${edited.mistake}`);
  const id = newId('armedCase');
  const keys = keysFor(call.org, rows as readonly EdgeCase[], request.publish);
  const published = keys.map(({ signer }) => signer);
  return carryOut<Armed>(call, (view, created) => {
    const match = matchIn(call.org, view, request.match);
    if (isAdminRefusal(match)) return match;
    const armed = { id, match, edgeCases, given, ...(fault && { fault }), applied: 0, left: times, created };
    const debug = {
      ...(edgeCases.length > 0 && { edgeCase: edgeCases.join(' ') }),
      match: JSON.stringify(match),
      ...howOf(request),
    };
    const added = newAmong(view, keys);
    const target = partyOf('ArmedCase', id);
    return {
      changes: [insert(armedCases, armed), ...added.map((key) => insert(publishedKeys, key))],
      events: [{ eventType: 'mock.armed_case.add', targets: [target], debug }, ...publishedEvents(added)],
      value: { armed, published },
    };
  });
}

/** An armed case as it is shown: whom it is for by name, and how often it was applied. */
export interface ArmedShown {
  readonly id: string;
  /** Names, where there are any; what is undefined matches anything. */
  readonly match: { readonly [N in keyof ArmedMatch]: string | undefined };
  readonly edgeCase: readonly string[];
  /** Only what they are called: values may be secrets. */
  readonly given: readonly string[];
  readonly fault: ArmedCase['fault'] | null;
  readonly applied: number;
  /** null: any number. */
  readonly remaining: number | null;
  readonly created: string;
}

export function armedShown(org: Org, { match, edgeCases, given, fault, left, ...armed }: ArmedCase): ArmedShown {
  const view = org.store.view();
  const { agent = '', client = '', user = '', audience, scope } = match;
  const names = {
    agent: view.get(agents, agent)?.profile.name,
    client: view.get(applications, client)?.label,
    user: view.get(users, user)?.profile.login,
    audience: audience === undefined ? undefined : expandIssuer(org, audience),
    scope,
  };
  const shown = (asked: string | undefined, named: string | undefined) => named ?? asked;
  return {
    id: armed.id,
    match: {
      ...{ agent: shown(match.agent, names.agent), client: shown(match.client, names.client) },
      ...{ user: shown(match.user, names.user), audience: names.audience, scope },
    },
    edgeCase: edgeCases,
    given: Object.keys(given),
    fault: fault ?? null,
    ...{ applied: armed.applied, remaining: left ?? null, created: armed.created },
  };
}

export function listArmed(org: Org): readonly ArmedCase[] {
  return org.store.view().list(armedCases);
}

const ARMED = { collection: armedCases, kind: 'ArmedCase', eventType: 'mock.armed_case.remove' } as const;

export function disarm(call: AdminCall, id: string): Promise<undefined | AdminRefusal> {
  return removeOne(call, ARMED, id);
}

export function disarmAll(call: AdminCall): Promise<undefined | AdminRefusal> {
  return removeAll(call, ARMED);
}
