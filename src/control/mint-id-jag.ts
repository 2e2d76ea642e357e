/** What a minted ID-JAG says: what an exchange would be given, with what the request asks for otherwise. */
import { imagineIdJag } from '../grants/dry-run.js';
import { expandIssuer, secondsNow } from '../org.js';
import { words } from '../protocol/form.js';
import { isMistake, type Mistake, mistake } from '../protocol/mistake.js';
import type { AiAgent } from '../registry/ai-agent.js';
import { resourceConnections } from '../registry/resource-connection.js';
import type { Change } from '../store/port.js';
import { type IdJagContent, idJagJws } from '../tokens/id-jag.js';
import type { UnsignedJws } from '../tokens/unsigned-jws.js';
import type { MintRequest } from './mint-request.js';
import { agentOf, callerOf, type Subjects } from './mint-subjects.js';

/** A token that is not signed yet, or is never signed, and what is known about it besides. */
export interface Minting {
  /** Absent: the token is opaque. */
  readonly unsigned?: UnsignedJws;
  readonly opaque?: string;
  /** The server whose key signs. */
  readonly server: string;
  /** Client id of the AI agent, or of the application. */
  readonly clientId: string;
  /** What the org must remember of it. */
  readonly changes?: readonly Change[];
  /** The rule by which the org would refuse the exchange. Absent for tokens of other kinds. */
  readonly refusedBy?: () => { readonly name: string; readonly demands: string } | undefined;
}

function connectionsOf({ org, view }: Subjects, agent: AiAgent) {
  return view.findBy(resourceConnections, 'agent', agent.id).map(({ issuerUrl, resourceIndicator }) => ({
    ...{ audience: expandIssuer(org, issuerUrl), resource: resourceIndicator },
  }));
}

/** What the exchange gives, or for want of a connection what the request says. */
function contentFor(
  request: MintRequest,
  { org, user }: Subjects,
  audience: string,
  imagined: ReturnType<typeof imagineIdJag>,
): IdJagContent | Mistake {
  if (imagined.content?.clientId !== undefined) return imagined.content;
  if (request.clientId === undefined) {
    return mistake('clientId', `is needed: the agent has no connection to ${audience} that says who it is there`);
  }
  return {
    ...{ issuer: org.issuer, audience, userId: user.id, email: user.profile.email, clientId: request.clientId },
    ...{ scopes: [], act: imagined.actor, now: secondsNow(org) },
  };
}

/** What was asked for stands in the token, whether an exchange would have granted it or not. */
function asAsked(content: IdJagContent, request: MintRequest, resource: MintRequest['resource']): IdJagContent {
  return {
    ...content,
    ...(request.clientId !== undefined && { clientId: request.clientId }),
    ...(request.scope !== undefined && { scopes: words(request.scope) }),
    ...(resource !== undefined && { resource }),
  };
}

export function mintIdJag(request: MintRequest, subjects: Subjects): Minting | Mistake {
  const { org, view, user } = subjects;
  const agent = agentOf(view, request.agent);
  if (isMistake(agent)) return agent;
  const caller = callerOf(view, agent, request.application);
  if (isMistake(caller)) return caller;
  const connections = connectionsOf(subjects, agent);
  const audience = request.audience ?? connections[0]?.audience;
  if (audience === undefined) return mistake('audience', 'is needed: the agent has no resource connection');
  const resource = request.resource ?? connections.find((one) => one.audience === audience)?.resource;
  const imagined = imagineIdJag({
    ...{ org, view, agent, caller: caller.app, server: caller.server, userId: user.id, audience },
    ...{ resources: [resource ?? []].flat(), scopes: words(request.scope) },
  });
  const content = contentFor(request, subjects, audience, imagined);
  if (isMistake(content)) return content;
  return {
    unsigned: idJagJws(asAsked(content, request, resource)),
    ...{ server: 'org', clientId: agent.id, refusedBy: imagined.refusedBy },
  };
}
