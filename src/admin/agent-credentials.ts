/**
 * The credentials of an AI agent: public keys, client secrets, a JWKS URI. Several may be active at a time, so that one
 * can replace another without a gap, but all of one method.
 */
import { newId, newSecret } from '../protocol/ids.js';
import type { Activity } from '../registry/activity.js';
import { type AiAgent, agents, type Credential, credentials } from '../registry/ai-agent.js';
import type { Jwk } from '../registry/jwk.js';
import { insert, keep, remove, replace, type View } from '../store/port.js';
import { partyOf, partyOfAgent } from '../syslog/event.js';
import { additionProblem, type Held, KIND, type Method, statusProblem } from './agent-credential-rules.js';
import { credentialsOf, findAgent } from './agent-parts.js';
import {
  type AdminCall,
  type AdminRefusal,
  type ChangeEvent,
  type ChangePlan,
  carryOut,
  isAdminRefusal,
  notFound,
  notValid,
} from './change.js';

const EVENTS = {
  CREATED: 'workload_principal.ai_agent.credential.create',
  ACTIVE: 'workload_principal.ai_agent.credential.activate',
  INACTIVE: 'workload_principal.ai_agent.credential.deactivate',
  DELETED: 'workload_principal.ai_agent.credential.delete',
} as const;

function credentialEvent(happened: keyof typeof EVENTS, { agent, credential: { id, is } }: Held): ChangeEvent {
  return { eventType: EVENTS[happened], targets: [partyOfAgent(agent), partyOf(is.type, id)] };
}

/** Which credential is meant. */
interface Target {
  readonly agentId: string;
  readonly id: string;
  readonly method: Method;
}

function credentialIn(view: View, { agentId, id, method }: Target): Credential | AdminRefusal {
  const found = view.get(credentials, id);
  return found?.agentId === agentId && found.is.type === method ? found : notFound(id, KIND[method]);
}

/** The agent's credential with that id and of that method. */
export function findCredential(view: View, agentId: string, id: string, method: Method): Credential | AdminRefusal {
  const agent = findAgent(view, agentId);
  return isAdminRefusal(agent) ? agent : credentialIn(view, { agentId, id, method });
}

/** The agent's credentials of one method, in the order in which they were added. */
export function listCredentials(view: View, agentId: string, method: Method): readonly Credential[] | AdminRefusal {
  const agent = findAgent(view, agentId);
  if (isAdminRefusal(agent)) return agent;
  return credentialsOf(view, agentId).filter((one) => one.is.type === method);
}

/** The agent whose own credentials are to be changed: one with a linked application has those of the application. */
function findKeeper(view: View, agentId: string, method: Method): AiAgent | AdminRefusal {
  const agent = findAgent(view, agentId);
  if (isAdminRefusal(agent) || agent.linkedAppId === undefined) return agent;
  return notValid(KIND[method], 'the agent is one client with its linked application: change the credentials there');
}

/** A credential that is to be changed, with its agent. */
function findHeld(view: View, target: Target): Held | AdminRefusal {
  const agent = findKeeper(view, target.agentId, target.method);
  if (isAdminRefusal(agent)) return agent;
  const credential = credentialIn(view, target);
  return isAdminRefusal(credential) ? credential : { agent, credential };
}

/** One more credential, as it would be. */
type Addition = Pick<Credential, 'id' | 'agentId' | 'is' | 'status'>;

function planAddition(view: View, addition: Addition, now: string): ChangePlan<Credential> | AdminRefusal {
  const { agentId, is, status } = addition;
  const agent = findKeeper(view, agentId, is.type);
  if (isAdminRefusal(agent)) return agent;
  const wrong = additionProblem(credentialsOf(view, agentId), is, status);
  if (wrong !== undefined) return notValid(KIND[is.type], wrong);
  const credential: Credential = { ...addition, created: now, lastUpdated: now };
  return {
    // Whoever adds another at the same time works it out anew: one method, and not too many.
    changes: [keep(agents, agent), insert(credentials, credential)],
    events: [credentialEvent('CREATED', { agent, credential })],
    value: credential,
  };
}

function addCredential(call: AdminCall, agentId: string, is: Credential['is'], status: Activity) {
  const id = newId(is.type === 'CLIENT_SECRET' ? 'secret' : 'publicKey');
  return carryOut(call, (view, now) => planAddition(view, { id, agentId, is, status }, now));
}

/** Adds a public key. */
export function addAgentKey(call: AdminCall, agentId: string, jwk: Jwk, status: Activity) {
  return addCredential(call, agentId, { type: 'PUBLIC_KEY', jwk }, status);
}

/** Adds a client secret. It is shown by the answer to this call, and never again. @param secret absent: one is made */
export function addAgentSecret(
  call: AdminCall,
  agentId: string,
  secret: string = newSecret(64),
  status: Activity = 'ACTIVE',
) {
  return addCredential(call, agentId, { type: 'CLIENT_SECRET', secret }, status);
}

/** Activates or deactivates a credential. One that is so already stays so, and nothing is logged. */
export function setAgentCredentialStatus(call: AdminCall, target: Target, status: Activity) {
  return carryOut<Credential>(call, (view, now) => {
    const held = findHeld(view, target);
    if (isAdminRefusal(held)) return held;
    const { agent, credential: before } = held;
    if (before.status === status) return { changes: [], events: [], value: before };
    const wrong = statusProblem(view, held, status);
    if (wrong !== undefined) return notValid(KIND[target.method], wrong);
    const credential = { ...before, status, lastUpdated: now };
    return {
      // Whoever changes the same agent's credentials at the same time works it out anew: one method, never none.
      changes: [keep(agents, agent), replace(credentials, before, credential)],
      events: [credentialEvent(status, { agent, credential })],
      value: credential,
    };
  });
}

/** Deletes a credential that is not active. */
export function deleteAgentCredential(call: AdminCall, target: Target) {
  return carryOut<undefined>(call, (view) => {
    const held = findHeld(view, target);
    if (isAdminRefusal(held)) return held;
    const { agent, credential } = held;
    if (credential.status === 'ACTIVE')
      return notValid(KIND[target.method], 'status: it is active; deactivate it first');
    return {
      changes: [keep(agents, agent), remove(credentials, credential)],
      events: [credentialEvent('DELETED', held)],
      value: undefined,
    };
  });
}

const uriOf = (view: View, agentId: string) => credentialsOf(view, agentId).find((one) => one.is.type === 'JWKS_URI');

/** The agent's JWKS URI. */
export function findJwksUri(view: View, agentId: string): Credential | AdminRefusal {
  const agent = findAgent(view, agentId);
  return isAdminRefusal(agent) ? agent : (uriOf(view, agentId) ?? notFound(agentId, KIND.JWKS_URI));
}

/** Has the agent's keys fetched from a URL, in place of the one before. */
export function setJwksUri(call: AdminCall, agentId: string, uri: string): Promise<Credential | AdminRefusal> {
  const id = newId('publicKey');
  const is = { type: 'JWKS_URI', uri } as const;
  return carryOut<Credential>(call, (view, now) => {
    const before = uriOf(view, agentId);
    if (!before) return planAddition(view, { id, agentId, is, status: 'ACTIVE' }, now);
    const agent = findKeeper(view, agentId, 'JWKS_URI');
    if (isAdminRefusal(agent)) return agent;
    const credential: Credential = { ...before, is, lastUpdated: now };
    return {
      changes: [keep(agents, agent), replace(credentials, before, credential)],
      events: [credentialEvent('CREATED', { agent, credential })],
      value: credential,
    };
  });
}

/** Forgets the agent's JWKS URI. */
export function removeJwksUri(call: AdminCall, agentId: string): Promise<undefined | AdminRefusal> {
  return carryOut<undefined>(call, (view) => {
    const agent = findKeeper(view, agentId, 'JWKS_URI');
    if (isAdminRefusal(agent)) return agent;
    const credential = uriOf(view, agentId);
    if (!credential) return notFound(agentId, KIND.JWKS_URI);
    const held = { agent, credential };
    const wrong = statusProblem(view, held, 'INACTIVE');
    if (wrong !== undefined) return notValid(KIND.JWKS_URI, wrong);
    const changes = [keep(agents, agent), remove(credentials, credential)];
    return { changes, events: [credentialEvent('DELETED', held)], value: undefined };
  });
}
