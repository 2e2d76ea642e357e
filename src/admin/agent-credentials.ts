/**
 * The credentials of an AI agent: public keys, client secrets, a JWKS URI. Several may be active at a time, so that one
 * can replace another without a gap, but all of one method.
 */
import { newId, newSecret } from '../protocol/ids.js';
import type { Activity } from '../registry/activity.js';
import { type AiAgent, agents, type Credential, credentials } from '../registry/ai-agent.js';
import type { Jwk } from '../registry/jwk.js';
import { keyWeakness } from '../registry/key-strength.js';
import { type Change, insert, keep, remove, replace, type View } from '../store/port.js';
import { partyOf, partyOfAgent } from '../syslog/event.js';
import type { EventType } from '../syslog/event-types.js';
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

/** Okta's limits: keys, and secrets while one replaces the other. */
const MOST = { PUBLIC_KEY: 50, CLIENT_SECRET: 2, JWKS_URI: 1, CLIENT_ID_ONLY: 1 } as const;

type Method = Credential['is']['type'];

/** What a refusal calls each kind of credential: Okta's name for what was not valid, and for what was not found. */
const KIND: Record<Method, string> = {
  PUBLIC_KEY: 'JsonWebKey',
  CLIENT_SECRET: 'OAuth2ClientSecret',
  JWKS_URI: 'JwksUri',
  CLIENT_ID_ONLY: 'ClientIdOnly',
};

/** What stands against one more credential of that method. */
function additionProblem(present: readonly Credential[], is: Credential['is'], status: Activity): string | undefined {
  const same = present.filter((one) => one.is.type === is.type);
  if (same.length >= MOST[is.type]) {
    return `the agent has ${same.length} of this kind already, and more than ${MOST[is.type]} are not kept; delete one`;
  }
  const unfit = is.type === 'PUBLIC_KEY' ? unfitKey(same, is.jwk) : undefined;
  return unfit ?? (status === 'ACTIVE' ? methodProblem(present, is.type) : undefined);
}

function unfitKey(keys: readonly Credential[], jwk: Jwk): string | undefined {
  const weakness = keyWeakness(jwk);
  const taken = keys.some(({ is }) => is.type === 'PUBLIC_KEY' && is.jwk.kid === jwk.kid);
  return taken
    ? `kid: the agent has a key "${jwk.kid}" already; every key needs a kid of its own`
    : weakness && `the key ${weakness}`;
}

/** One method is active at a time. */
function methodProblem(present: readonly Credential[], method: Method): string | undefined {
  const other = present.find((one) => one.status === 'ACTIVE' && one.is.type !== method);
  return other && `the active credentials of the agent are of the method ${other.is.type}; deactivate them first`;
}

function credentialEvent(verb: string, agent: AiAgent, { id, is }: Credential): ChangeEvent {
  const eventType = `workload_principal.ai_agent.credential.${verb}` as EventType;
  return { eventType, targets: [partyOfAgent(agent), partyOf(is.type, id)] };
}

/** The agent's credential with that id and of that method. */
export function findCredential(view: View, agentId: string, id: string, method: Method): Credential | AdminRefusal {
  const agent = findAgent(view, agentId);
  if (isAdminRefusal(agent)) return agent;
  const found = view.get(credentials, id);
  return found?.agentId === agentId && found.is.type === method ? found : notFound(id, KIND[method]);
}

/** The agent's credentials of one method, in the order in which they were added. */
export function listCredentials(view: View, agentId: string, method: Method): readonly Credential[] | AdminRefusal {
  const agent = findAgent(view, agentId);
  if (isAdminRefusal(agent)) return agent;
  return credentialsOf(view, agentId).filter((one) => one.is.type === method);
}

/** One more credential, as it would be. */
type Addition = Pick<Credential, 'id' | 'agentId' | 'is' | 'status'>;

function planAddition(view: View, addition: Addition, now: string): ChangePlan<Credential> | AdminRefusal {
  const { agentId, is, status } = addition;
  const agent = findAgent(view, agentId);
  if (isAdminRefusal(agent)) return agent;
  if (agent.linkedAppId !== undefined) {
    return notValid(KIND[is.type], 'the agent is one client with its linked application: add the credential there');
  }
  const wrong = additionProblem(credentialsOf(view, agentId), is, status);
  if (wrong !== undefined) return notValid(KIND[is.type], wrong);
  const credential: Credential = { ...addition, created: now, lastUpdated: now };
  return {
    // Whoever adds another at the same time works it out anew: one method, and not too many.
    changes: [replace(agents, agent, { ...agent }), insert(credentials, credential)],
    events: [credentialEvent('create', agent, credential)],
    value: credential,
  };
}

function addCredential(call: AdminCall, agentId: string, is: Credential['is'], status: Activity) {
  const id = newId(is.type === 'CLIENT_SECRET' ? 'secret' : 'publicKey');
  return carryOut(call, (view, now) => planAddition(view, { id, agentId, is, status }, now));
}

/** Adds a public key of 2048 bits or more (RSA), or on P-256, P-384 or P-521 (EC). */
export function addPublicKey(call: AdminCall, agentId: string, jwk: Jwk, status: Activity = 'ACTIVE') {
  return addCredential(call, agentId, { type: 'PUBLIC_KEY', jwk }, status);
}

/** Makes a client secret. It is shown by the answer to this call, and never again. */
export function addSecret(
  call: AdminCall,
  agentId: string,
  secret: string = newSecret(64),
  status: Activity = 'ACTIVE',
) {
  return addCredential(call, agentId, { type: 'CLIENT_SECRET', secret }, status);
}

interface Target {
  readonly agentId: string;
  readonly id: string;
  readonly method: Method;
}

/** An active agent keeps at least one way to prove who it is. */
function isLastOfActive(view: View, agent: AiAgent, credential: Credential): boolean {
  const others = credentialsOf(view, agent.id).filter((one) => one.status === 'ACTIVE' && one.id !== credential.id);
  return agent.status === 'ACTIVE' && others.length === 0;
}

function statusProblem(view: View, agent: AiAgent, credential: Credential, status: Activity): string | undefined {
  if (status === 'ACTIVE') return methodProblem(credentialsOf(view, agent.id), credential.is.type);
  return isLastOfActive(view, agent, credential)
    ? 'status: this is the only active credential of an active agent; add another or deactivate the agent first'
    : undefined;
}

/** Activates or deactivates a credential. One that is so already stays so, and nothing is logged. */
export function setCredentialStatus(call: AdminCall, { agentId, id, method }: Target, status: Activity) {
  return carryOut<Credential>(call, (view, now) => {
    const before = findCredential(view, agentId, id, method);
    if (isAdminRefusal(before)) return before;
    if (before.status === status) return { changes: [], events: [], value: before };
    const agent = findAgent(view, agentId) as AiAgent;
    const wrong = statusProblem(view, agent, before, status);
    if (wrong !== undefined) return notValid(KIND[method], wrong);
    const credential = { ...before, status, lastUpdated: now };
    // Whoever changes the same agent's credentials at the same time works it out anew: one method, never none.
    const changes: Change[] = [replace(agents, agent, { ...agent }), replace(credentials, before, credential)];
    return {
      changes,
      events: [credentialEvent(status === 'ACTIVE' ? 'activate' : 'deactivate', agent, credential)],
      value: credential,
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
    const credential: Credential = { ...before, is, lastUpdated: now };
    const agent = findAgent(view, agentId) as AiAgent;
    return {
      changes: [replace(credentials, before, credential)],
      events: [credentialEvent('create', agent, credential)],
      value: credential,
    };
  });
}

/** Forgets the agent's JWKS URI. */
export function removeJwksUri(call: AdminCall, agentId: string): Promise<undefined | AdminRefusal> {
  return carryOut<undefined>(call, (view) => {
    const credential = findJwksUri(view, agentId);
    if (isAdminRefusal(credential)) return credential;
    const agent = findAgent(view, agentId) as AiAgent;
    const wrong = statusProblem(view, agent, credential, 'INACTIVE');
    if (wrong !== undefined) return notValid(KIND.JWKS_URI, wrong);
    const changes = [replace(agents, agent, { ...agent }), remove(credentials, credential)];
    return { changes, events: [credentialEvent('delete', agent, credential)], value: undefined };
  });
}

/** Deletes a credential that is not active. */
export function deleteCredential(call: AdminCall, { agentId, id, method }: Target) {
  return carryOut<undefined>(call, (view) => {
    const credential = findCredential(view, agentId, id, method);
    if (isAdminRefusal(credential)) return credential;
    if (credential.status === 'ACTIVE') return notValid(KIND[method], 'status: it is active; deactivate it first');
    const agent = findAgent(view, agentId) as AiAgent;
    return {
      changes: [keep(agents, agent), remove(credentials, credential)],
      events: [credentialEvent('delete', agent, credential)],
      value: undefined,
    };
  });
}
