/**
 * The operations behind Okta's asynchronous agent API: each change of an agent is answered by 202 and an operation to
 * poll. Without a delay the change and its finished operation are one commit; with one, it is carried out later.
 */
import * as z from 'zod';
import { type Org, settingsOf } from '../org.js';
import { newId } from '../protocol/ids.js';
import { AgentStatus, type AiAgent, agents } from '../registry/ai-agent.js';
import { collection } from '../registry/collection.js';
import { type Change, insert, replace, type View } from '../store/port.js';
import {
  type AdminCall,
  type AdminRefusal,
  type ChangePlan,
  carryOut,
  isAdminRefusal,
  notFound,
  sentencesOf,
} from './change.js';

export const OperationType = z.enum([
  ...['ai-agent:Register', 'ai-agent:Replace', 'ai-agent:Patch'],
  ...['ai-agent:Delete', 'ai-agent:Activate', 'ai-agent:Deactivate'],
] as const);
export type OperationType = z.infer<typeof OperationType>;

export const AgentOperation = z.strictObject({
  id: z.string(),
  type: OperationType,
  status: z.enum(['SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'FAILED']),
  agentId: z.string(),
  /** Status of the agent once the operation was completed; absent before, and after a deletion. */
  agentStatus: AgentStatus.optional(),
  /** ISO 8601. */
  created: z.string(),
  started: z.string().optional(),
  completed: z.string().optional(),
  errorDetails: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  expiresAt: z.number(),
});
export type AgentOperation = z.infer<typeof AgentOperation>;

export const agentOperations = collection({ name: 'agentOperations', lifetime: 'transient', schema: AgentOperation });

/** How long an operation can be polled, in milliseconds. */
const REMEMBERED = 24 * 3_600_000;

/** A change of one agent, worked out from a view at a moment. */
export type AgentWork = (view: View, now: string) => ChangePlan<unknown> | AdminRefusal;

interface AgentChange {
  readonly type: OperationType;
  readonly agentId: string;
  readonly work: AgentWork;
}

function scheduled(org: Org, { type, agentId }: AgentChange): AgentOperation {
  const now = org.clock.now();
  const created = new Date(now).toISOString();
  return { id: newId('operation'), type, status: 'SCHEDULED', agentId, created, expiresAt: now + REMEMBERED };
}

/** What the agent's status will be once the plan is committed; what the plan leaves alone stays as it is in the view. */
function statusAfter(view: View, { changes }: ChangePlan<unknown>, agentId: string): AgentOperation['agentStatus'] {
  const idOf = (change: Change) => (change.kind === 'remove' ? change.before : change.record).id;
  const last = changes.findLast((change) => change.collection === agents && idOf(change) === agentId);
  if (last === undefined) return view.get(agents, agentId)?.status;
  return last.kind === 'remove' ? undefined : (last.record as AiAgent).status;
}

/** The operation, once the plan that was worked out from the view is carried out. */
function finished(operation: AgentOperation, view: View, plan: ChangePlan<unknown>, now: string): AgentOperation {
  const agentStatus = statusAfter(view, plan, operation.agentId);
  const times = { started: operation.started ?? now, completed: now };
  return { ...operation, status: 'COMPLETED', ...times, ...(agentStatus && { agentStatus }) };
}

/** The change and its finished operation, in one commit. */
async function atOnce(call: AdminCall, change: AgentChange): Promise<AgentOperation | AdminRefusal> {
  const operation = scheduled(call.org, change);
  return carryOut(call, (view, now) => {
    const plan = change.work(view, now);
    if (isAdminRefusal(plan)) return plan;
    const done = finished(operation, view, plan, now);
    return { ...plan, changes: [...plan.changes, insert(agentOperations, done)], value: done };
  });
}

/** Changes the record of an operation that is under way. */
async function record(call: AdminCall, id: string, change: Partial<AgentOperation>): Promise<void> {
  const { store, clock } = call.org;
  const before = store.live.get(agentOperations, id);
  if (before) await store.commit([replace(agentOperations, before, { ...before, ...change })], clock.now());
}

const instant = (org: Org) => new Date(org.clock.now()).toISOString();

/** Carries out what was accepted, now that its time has come; what then stands against it fails the operation. */
async function carryOutLater(call: AdminCall, { id }: AgentOperation, change: AgentChange): Promise<void> {
  const outcome = await carryOut(call, (view, now) => {
    const plan = change.work(view, now);
    if (isAdminRefusal(plan)) return plan;
    const before = call.org.store.live.get(agentOperations, id);
    // The org was reset meanwhile: what was asked of the one before is not done to this one.
    if (!before) return notFound(id, 'Operation');
    return { ...plan, changes: [...plan.changes, replace(agentOperations, before, finished(before, view, plan, now))] };
  });
  if (!isAdminRefusal(outcome)) return;
  const message = sentencesOf(outcome).join(' ');
  const completed = instant(call.org);
  await record(call, id, { status: 'FAILED', completed, errorDetails: { code: outcome.refused, message } });
}

/** Runs a step of an operation after a while; a process that ends meanwhile forgets it. */
function after(delay: number, call: AdminCall, step: () => Promise<void>): void {
  const forgotten = (error: Error) =>
    call.org.say(`an operation of the agent API was not carried out: ${error.message}`);
  setTimeout(() => step().catch(forgotten), delay).unref();
}

async function later(call: AdminCall, change: AgentChange, delay: number): Promise<AgentOperation | AdminRefusal> {
  const { store, clock } = call.org;
  const plan = change.work(store.view(), instant(call.org));
  if (isAdminRefusal(plan)) return plan;
  const operation = scheduled(call.org, change);
  await store.commit([insert(agentOperations, operation)], clock.now());
  after(delay / 2, call, () => record(call, operation.id, { status: 'IN_PROGRESS', started: instant(call.org) }));
  after(delay, call, () => carryOutLater(call, operation, change));
  return operation;
}

/**
 * Starts an operation. What stands against it now is refused now.
 * @returns the operation: completed, or scheduled when the org delays operations
 */
export function startOperation(call: AdminCall, change: AgentChange): Promise<AgentOperation | AdminRefusal> {
  const { operationDelay } = settingsOf(call.org).settings;
  return operationDelay === 0 ? atOnce(call, change) : later(call, change, operationDelay);
}

export function findOperation({ store, clock }: Org, id: string): AgentOperation | AdminRefusal {
  const found = store.live.get(agentOperations, id);
  return found && found.expiresAt > clock.now() ? found : notFound(id, 'Operation');
}

/** The operations of the last day, in order. */
export function listOperations({ store, clock }: Org): readonly AgentOperation[] {
  return store.live.list(agentOperations).filter(({ expiresAt }) => expiresAt > clock.now());
}
