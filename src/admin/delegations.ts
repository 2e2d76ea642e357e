/** Delegation links: the callers of an AI agent, whose sign-ins it may exchange. */
import { newId } from '../protocol/ids.js';
import { type AiAgent, agents, type Delegation, delegations } from '../registry/ai-agent.js';
import { type Application, applications } from '../registry/application.js';
import { authorizationServers } from '../registry/authorization-server.js';
import { SAML_TOKEN_TYPE } from '../registry/okta-extensions.js';
import { type Change, insert, keep, remove, type View } from '../store/port.js';
import { partyOf, partyOfAgent, partyOfApp } from '../syslog/event.js';
import {
  type AdminCall,
  type AdminRefusal,
  type Cause,
  carryOut,
  isAdminRefusal,
  notFound,
  notValid,
} from './change.js';
import { agentFromOrn, applicationFromOrn, serverFromOrn, serverOrn } from './orns.js';

/** The org's own server in an ORN. Okta's spelling is not known; this one is ours. */
const ORG_SERVER = { id: 'org' } as const;

/** What a link is made from. */
export interface LinkRequest {
  readonly clientOrn: string;
  /** `ID_TOKEN`, or for a SAML application `SAML_ASSERTION`; absent: what fits the application. */
  readonly tokenType?: string | undefined;
  readonly resourceOrn: string;
  /** Absent: the org's own server. */
  readonly authorizationServerOrn?: string | undefined;
}

/** A link with what it joins. */
export interface FoundDelegation {
  /** In which they stand. */
  readonly view: View;
  readonly link: Delegation;
  readonly agent: AiAgent;
  readonly app: Application;
}

/** The link with what it joins, which the view is sure to hold. */
export function withEnds(view: View, link: Delegation): FoundDelegation {
  const [agent, app] = [view.get(agents, link.agentId) as AiAgent, view.get(applications, link.appId) as Application];
  return { view, link, agent, app };
}

export function findDelegation(view: View, id: string): FoundDelegation | AdminRefusal {
  const link = view.get(delegations, id);
  return link ? withEnds(view, link) : notFound(id, 'DelegationLink');
}

/** ORN of the server whose tokens the link is about. */
export function delegationServerOrn(view: View, { server }: Delegation): string {
  return serverOrn(view, { id: server });
}

interface Ends {
  readonly agent: AiAgent;
  readonly app: Application;
  /** `org`, or a custom server's id. */
  readonly server: string;
  /** What must stay for the link to stand. */
  readonly kept: readonly Change[];
}

function serverNamed(view: View, text: string | undefined): string | undefined {
  if (text === undefined || text === serverOrn(view, ORG_SERVER)) return ORG_SERVER.id;
  return serverFromOrn(view, text)?.id;
}

function endsOf(view: View, request: LinkRequest): Ends | AdminRefusal {
  const agent = agentFromOrn(view, request.resourceOrn);
  if (!agent) return notFound(request.resourceOrn, 'AIAgent');
  const app = applicationFromOrn(view, request.clientOrn);
  if (!app) return notFound(request.clientOrn, 'AppInstance');
  const server = serverNamed(view, request.authorizationServerOrn);
  if (server === undefined) return notFound(request.authorizationServerOrn as string, 'AuthorizationServer');
  const custom = view.get(authorizationServers, server);
  const keptServer = custom ? [keep(authorizationServers, custom)] : [];
  return { agent, app, server, kept: [keep(agents, agent), keep(applications, app), ...keptServer] };
}

const DUPLICATE = {
  errorSummary: 'the application is a caller of the agent already; to change the link, delete it first',
  reason: 'DUPLICATE',
  location: 'from.clientOrn',
  locationType: 'body',
} as const;

/** What stands against the link, the two ends being there. */
function linkProblem(view: View, { agent, app }: Ends, tokenType: string | undefined): string | Cause | undefined {
  if (agent.linkedAppId === app.id)
    return "from.clientOrn: the agent's linked application needs no link; it is the agent";
  if (app.oidc && app.origin === 'oin') {
    return 'from.clientOrn: an OpenID Connect application of the OIN is no caller; a custom one, or one by SAML, may be';
  }
  const fitting = app.saml ? SAML_TOKEN_TYPE : 'ID_TOKEN';
  if (tokenType !== undefined && tokenType !== fitting) {
    return `from.tokenType: for an application of this kind it is ${fitting}`;
  }
  return view.findBy(delegations, 'link', `${agent.id}:${app.id}`).length > 0 ? DUPLICATE : undefined;
}

/** Adds a caller to an agent. */
export function createDelegation(call: AdminCall, request: LinkRequest): Promise<FoundDelegation | AdminRefusal> {
  const id = newId('delegation');
  return carryOut<FoundDelegation>(call, (view, now) => {
    const ends = endsOf(view, request);
    if (isAdminRefusal(ends)) return ends;
    const wrong = linkProblem(view, ends, request.tokenType);
    if (wrong !== undefined) return notValid('DelegationLink', wrong);
    const { agent, app, server, kept } = ends;
    const link: Delegation = {
      ...{ id, agentId: agent.id, appId: app.id, server },
      tokenType: app.saml ? SAML_TOKEN_TYPE : 'ID_TOKEN',
      created: now,
    };
    const targets = [partyOfAgent(agent), partyOfApp(app), partyOf('DelegationLink', id)];
    const event = { eventType: 'workload_principal.delegation_link.create', targets } as const;
    return { changes: [...kept, insert(delegations, link)], events: [event], value: { view, link, agent, app } };
  });
}

/** Removes a caller: its users' tokens are no longer exchanged. */
export function deleteDelegation(call: AdminCall, id: string): Promise<undefined | AdminRefusal> {
  return carryOut<undefined>(call, (view) => {
    const found = findDelegation(view, id);
    if (isAdminRefusal(found)) return found;
    const { link, agent } = found;
    const targets = [partyOfAgent(agent), partyOf('DelegationLink', id)];
    const event = { eventType: 'workload_principal.delegation_link.delete', targets } as const;
    return { changes: [remove(delegations, link)], events: [event], value: undefined };
  });
}
