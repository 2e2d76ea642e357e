/** "May this agent reach that audience for this user?": gathers from one view what the policy is judged by. */
import { expandIssuer, issuerOf, type Org, settingsOf, storedForms } from '../org.js';
import { orn } from '../protocol/ids.js';
import { known, problem } from '../protocol/rule.js';
import { type AiAgent, type Delegation, delegations } from '../registry/ai-agent.js';
import { type Application, applications } from '../registry/application.js';
import { authorizationServers, scopeNames } from '../registry/authorization-server.js';
import type { PolicyFacts, Target } from '../registry/policy.js';
import { type ResourceConnection, resourceConnections } from '../registry/resource-connection.js';
import { users } from '../registry/user.js';
import type { View } from '../store/port.js';
import { isAssigned } from './assignment-check.js';
import { nameIdAt } from './saml-subject.js';

/** A question to the policy. What is not known yet is left out; the rules that need it are then not asked. */
export interface AccessQuestion {
  readonly org: Org;
  readonly view: View;
  readonly agent: AiAgent | undefined;
  /** Client id that the subject token was minted for; of a SAML application, which has none, its id. */
  readonly callerId: string | undefined;
  readonly issuedBy: string | undefined;
  readonly userId: string | undefined;
  readonly audiences: readonly string[];
  readonly resources: readonly string[];
  readonly scopes: readonly string[];
}

function targetOf(org: Org, view: View, connection: ResourceConnection): Target | undefined {
  const app = view.get(applications, connection.targetId);
  if (app) {
    const { issuerUrl } = app.xaa;
    return {
      app,
      active: app.status === 'ACTIVE',
      xaaEnabled: app.xaa.enabled,
      issuerUrl: issuerUrl && expandIssuer(org, issuerUrl),
      declaredScopes: app.xaa.scopes,
      defaultResource: orn.application(settingsOf(org).id, app.name, app.id),
    };
  }
  const server = view.get(authorizationServers, connection.targetId);
  return (
    server && {
      server,
      active: server.status === 'ACTIVE',
      xaaEnabled: true,
      issuerUrl: issuerOf(org, server.id),
      declaredScopes: scopeNames(server),
      defaultResource: orn.authorizationServer(settingsOf(org).id, server.id),
    }
  );
}

interface Connected {
  readonly connection?: PolicyFacts['connection'];
  readonly target?: Target | undefined;
}

/**
 * The connection that an audience means: one that copied this Issuer URL, best one whose target has it still; or else the
 * one to the application whose Issuer URL it is now, so that a connection left behind by a change is found and named.
 */
function connectionTo(question: AccessQuestion, agentId: string, audience: string): Connected {
  const { org, view } = question;
  // The registry's own spelling is for the registry alone.
  const forms = audience.startsWith('{issuer}') ? [] : storedForms(org, audience);
  const apps = forms.flatMap((form) => view.findBy(applications, 'issuerUrl', form));
  const found = [
    ...forms.flatMap((form) => view.findBy(resourceConnections, 'issuerUrl', `${agentId}:${form}`)),
    ...apps.flatMap((app) => view.findBy(resourceConnections, 'target', `${agentId}:${app.id}`)),
  ].flatMap((connection) => {
    const target = targetOf(org, view, connection);
    return target ? [{ connection, target }] : [];
  });
  const best = found.find(({ target }) => target.issuerUrl === audience) ?? found[0];
  if (best) return best;
  const isIssuer = apps.length > 0 || view.list(authorizationServers).some(({ id }) => issuerOf(org, id) === audience);
  return { connection: problem(isIssuer ? 'not-connected' : 'unknown-audience') };
}

function callerOf({ view, callerId }: AccessQuestion): Application | undefined {
  if (callerId === undefined) return undefined;
  const [client] = view.findBy(applications, 'clientId', callerId);
  const app = view.get(applications, callerId);
  return client ?? (app?.saml && app);
}

function delegationOf(view: View, agent: AiAgent | undefined, caller: Application | undefined): Delegation | undefined {
  return agent && caller && view.findBy(delegations, 'link', `${agent.id}:${caller.id}`)[0];
}

export function gatherPolicyFacts(question: AccessQuestion): PolicyFacts {
  const { org, view, agent, userId } = question;
  const audience = question.audiences.length === 1 ? question.audiences[0] : undefined;
  const caller = callerOf(question);
  const user = userId === undefined ? undefined : view.get(users, userId);
  const { connection, target }: Connected =
    agent && audience !== undefined ? connectionTo(question, agent.id, audience) : {};
  const connected = known(connection);
  return {
    profile: org.profile,
    orgIssuer: org.issuer,
    xaaFeature: settingsOf(org).features.xaa,
    agent,
    caller: question.callerId === undefined ? undefined : (caller ?? problem('unknown')),
    delegation: delegationOf(view, agent, caller),
    callerIsLinked: caller !== undefined && agent?.linkedAppId === caller.id,
    issuedBy: question.issuedBy,
    user: userId === undefined ? undefined : (user ?? problem('unknown')),
    userAssignedToCaller: user !== undefined && caller !== undefined && isAssigned(view, caller.id, user.id),
    audiences: question.audiences,
    audience,
    connection,
    target,
    userAssignedToResource:
      user !== undefined && (target?.app === undefined || isAssigned(view, target.app.id, user.id)),
    nameIdAtResource: target?.app && user && nameIdAt(view, target.app, user),
    connectedIssuer: connected && expandIssuer(org, connected.issuerUrl),
    resources: question.resources,
    scopes: question.scopes,
  };
}
