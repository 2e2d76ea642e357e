/** What is demanded of the credentials of an AI agent: how many of a kind, one method at a time, never none of an active one. */
import type { Activity } from '../registry/activity.js';
import type { AiAgent, Credential } from '../registry/ai-agent.js';
import { MOST_SECRETS } from '../registry/application-secrets.js';
import { type Jwk, MOST_KEYS } from '../registry/jwk.js';
import type { View } from '../store/port.js';
import { credentialsOf } from './agent-parts.js';
import { type AdminRefusal, notValid } from './change.js';

/** Okta's limits: keys, and secrets while one replaces the other. */
const MOST = { PUBLIC_KEY: MOST_KEYS, CLIENT_SECRET: MOST_SECRETS, JWKS_URI: 1, CLIENT_ID_ONLY: 1 } as const;

export type Method = Credential['is']['type'];

/** What a refusal calls each kind of credential: Okta's name for what was not valid, and for what was not found. */
export const KIND: Record<Method, string> = {
  PUBLIC_KEY: 'JsonWebKey',
  CLIENT_SECRET: 'OAuth2ClientSecret',
  JWKS_URI: 'JwksUri',
  CLIENT_ID_ONLY: 'ClientIdOnly',
};

/** What stands against one more credential of that method. */
export function additionProblem(
  present: readonly Credential[],
  is: Credential['is'],
  status: Activity,
): string | undefined {
  const same = present.filter((one) => one.is.type === is.type);
  if (same.length >= MOST[is.type]) {
    return `the agent has ${same.length} of this kind already, and more than ${MOST[is.type]} are not kept; delete one`;
  }
  const taken = is.type === 'PUBLIC_KEY' ? takenKid(same, is.jwk) : undefined;
  return taken ?? (status === 'ACTIVE' ? methodProblem(present, is.type) : undefined);
}

function takenKid(keys: readonly Credential[], { kid }: Jwk): string | undefined {
  const taken = keys.some(({ is }) => is.type === 'PUBLIC_KEY' && is.jwk.kid === kid);
  return taken ? `kid: the agent has a key "${kid}" already; every key needs a kid of its own` : undefined;
}

/** One method is active at a time. */
function methodProblem(present: readonly Credential[], method: Method): string | undefined {
  const other = present.find((one) => one.status === 'ACTIVE' && one.is.type !== method);
  return other && `the active credentials of the agent are of the method ${other.is.type}; deactivate them first`;
}

/** A credential, and the agent it belongs to. */
export interface Held {
  readonly agent: AiAgent;
  readonly credential: Credential;
}

/** An active agent keeps at least one way to prove who it is. */
function isLastOfActive(view: View, { agent, credential }: Held): boolean {
  const others = credentialsOf(view, agent.id).filter((one) => one.status === 'ACTIVE' && one.id !== credential.id);
  return agent.status === 'ACTIVE' && others.length === 0;
}

/** What stands against giving the credential that status. */
export function statusProblem(view: View, held: Held, status: Activity): string | undefined {
  if (status === 'ACTIVE') return methodProblem(credentialsOf(view, held.agent.id), held.credential.is.type);
  return isLastOfActive(view, held)
    ? 'status: this is the only active credential of an active agent; add another or deactivate the agent first'
    : undefined;
}

/** Why no application can be linked to the agent: the two have one set of credentials, which is the application's. */
export function ownCredentialsRefusal(view: View, { id }: AiAgent): AdminRefusal | undefined {
  const active = credentialsOf(view, id).filter(({ status }) => status === 'ACTIVE');
  if (active.length === 0) return undefined;
  return notValid('appId', 'appId: the agent has active credentials of its own; deactivate or remove them first');
}
