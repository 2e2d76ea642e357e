/** What belongs to an AI agent, as its page shows it: the facts that activation and the ticks are judged by. */
import type { AgentParts } from '../registry/activation.js';
import { type AiAgent, agents, type Credential, credentials, delegations } from '../registry/ai-agent.js';
import { type Application, applications } from '../registry/application.js';
import { secretsOf } from '../registry/application-secrets.js';
import { resourceConnections } from '../registry/resource-connection.js';
import type { View } from '../store/port.js';
import { type AdminRefusal, notFound } from './change.js';

/** The agent, or that there is none. */
export function findAgent(view: View, id: string): AiAgent | AdminRefusal {
  return view.get(agents, id) ?? notFound(id, 'AIAgent');
}

export function credentialsOf(view: View, agentId: string): readonly Credential[] {
  return view.findBy(credentials, 'agent', agentId);
}

/** The application that shares the agent's client id and credentials, if it has one. */
export function linkedAppOf(view: View, { linkedAppId }: AiAgent): Application | undefined {
  return linkedAppId === undefined ? undefined : view.get(applications, linkedAppId);
}

/** How the linked application proves who it is: an agent with one has the credentials of that application. */
function methodsOfApp({ oidc }: Application): string[] {
  if (!oidc || oidc.tokenEndpointAuthMethod === 'none') return ['CLIENT_ID_ONLY'];
  if (oidc.tokenEndpointAuthMethod !== 'private_key_jwt') {
    return secretsOf(oidc).some(({ status }) => status === 'ACTIVE') ? ['CLIENT_SECRET'] : [];
  }
  if (oidc.jwksUri !== undefined) return ['JWKS_URI'];
  return oidc.jwks.some(({ status }) => status === 'ACTIVE') ? ['PUBLIC_KEY'] : [];
}

function methodsOf(view: View, agent: AiAgent): readonly string[] {
  const linked = linkedAppOf(view, agent);
  if (linked) return methodsOfApp(linked);
  const active = credentialsOf(view, agent.id).filter(({ status }) => status === 'ACTIVE');
  return [...new Set(active.map(({ is }) => is.type))];
}

export function partsOf(view: View, agent: AiAgent): AgentParts {
  return {
    name: agent.profile.name,
    owners: agent.ownerIds.length,
    methods: methodsOf(view, agent),
    callers: view.findBy(delegations, 'agent', agent.id).length + (agent.linkedAppId === undefined ? 0 : 1),
    connections: view.findBy(resourceConnections, 'agent', agent.id).length,
  };
}
