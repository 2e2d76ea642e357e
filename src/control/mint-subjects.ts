/** Whom a minted token is about: the user, agent, application and server that the request names, or the first that fit. */
import { linkedAppOf } from '../admin/agent-parts.js';
import { isAdminRefusal } from '../admin/change.js';
import { askedCaller, type Caller, callersOf } from '../admin/readiness-exchanges.js';
import { findUser } from '../admin/users.js';
import type { Org } from '../org.js';
import { isMistake, type Mistake, mistake } from '../protocol/mistake.js';
import { type AiAgent, agents } from '../registry/ai-agent.js';
import { type Application, applications } from '../registry/application.js';
import { type AuthorizationServer, authorizationServers } from '../registry/authorization-server.js';
import { type User, users } from '../registry/user.js';
import type { View } from '../store/port.js';
import type { MintRequest } from './mint-request.js';

/** What a token of the org is minted from. */
export interface Subjects {
  readonly org: Org;
  readonly view: View;
  readonly user: User;
}

const quoted = (text: string) => JSON.stringify(text);
const isActive = ({ status }: { readonly status: string }) => status === 'ACTIVE';

export function userOf(view: View, asked: string | undefined): User | Mistake {
  if (asked === undefined) return view.list(users).find(isActive) ?? mistake('user', 'the org has no active user');
  const found = findUser(view, asked);
  return isAdminRefusal(found) ? mistake('user', `there is no user ${quoted(asked)}; give a login or an id`) : found;
}

/** The AI agent of that id or name. */
export function agentAsked(view: View, asked: string): AiAgent | undefined {
  return view.get(agents, asked) ?? view.findBy(agents, 'name', asked)[0];
}

export function agentOf(view: View, asked: string | undefined): AiAgent | Mistake {
  if (asked === undefined) {
    return view.list(agents).find(isActive) ?? mistake('agent', 'the org has no active AI agent');
  }
  return agentAsked(view, asked) ?? mistake('agent', `there is no AI agent ${quoted(asked)}; give an id or a name`);
}

/** The application of that id, label or client id. */
export function applicationAsked(view: View, asked: string): Application | undefined {
  return (
    view.get(applications, asked) ??
    view.findBy(applications, 'label', asked)[0] ??
    view.findBy(applications, 'clientId', asked)[0]
  );
}

function applicationOf(view: View, asked: string): Application | Mistake {
  return (
    applicationAsked(view, asked) ??
    mistake('application', `there is no application ${quoted(asked)}; give a label or an id`)
  );
}

/** The application that the user signed in to: the one asked for, or the agent's first caller that speaks OpenID Connect. */
export function callerOf(view: View, agent: AiAgent, asked: string | undefined): Caller | Mistake {
  if (asked === undefined) {
    const all = callersOf(view, agent);
    return all.find(({ app }) => app.oidc) ?? (all[0] as Caller);
  }
  const app = applicationOf(view, asked);
  return isMistake(app) ? app : askedCaller(view, agent, app);
}

/** The OpenID Connect application that a token is minted for: the one asked for, or one whose sign-ins the agent exchanges. */
export function oidcApplicationOf(view: View, asked: MintRequest): Application | Mistake {
  const agent = agentOf(view, asked.agent);
  if (asked.application === undefined && isMistake(agent)) return agent;
  const app =
    asked.application === undefined
      ? (linkedAppOf(view, agent as AiAgent) ?? callersOf(view, agent as AiAgent).find((one) => one.app.oidc)?.app)
      : applicationOf(view, asked.application);
  const says = 'is to be an OpenID Connect application: tokens of this kind are for none else';
  return app && (isMistake(app) || app.oidc) ? app : mistake('application', says);
}

export function serverAsked(view: View, asked: string | undefined): 'org' | AuthorizationServer | Mistake {
  if (asked === undefined || asked === 'org') return 'org';
  const found = view.get(authorizationServers, asked);
  return found ?? mistake('server', `there is no custom authorization server ${quoted(asked)}`);
}
