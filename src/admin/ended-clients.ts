/**
 * What ends with a client id: when an application or an AI agent is deleted, linked or unlinked, the tokens that were handed
 * out to the client id it had end, and whoever gets that id later is not let through by what named the one before.
 */
import { revocation } from '../grants/authorization-code.js';
import { grants } from '../grants/records.js';
import { agents } from '../registry/ai-agent.js';
import { type Application, applications } from '../registry/application.js';
import { type AuthorizationServer, authorizationServers } from '../registry/authorization-server.js';
import { type Change, type Reader, replace, type View } from '../store/port.js';
import { type AdminRefusal, type ChangePlan, isAdminRefusal } from './change.js';

/** What grants know the application by: a SAML application has no client id. */
const clientIdOf = ({ id, oidc }: Application) => oidc?.clientId ?? id;

/** The client id that a change takes from an application or an agent. */
function takenBy(change: Change): string | undefined {
  const after = change.kind === 'replace' ? change.record : undefined;
  if (change.kind === 'insert') return undefined;
  if (change.collection === agents) return after ? undefined : change.before.id;
  if (change.collection !== applications) return undefined;
  const [taken, kept] = [change.before, after].map((app) => app && clientIdOf(app as Application));
  return [taken].find((id) => id !== kept);
}

/** The server without that client in its access policies; the same object when none names it. */
function without(server: AuthorizationServer, clientIds: ReadonlySet<string>, now: string): AuthorizationServer {
  const isEnded = (id: string) => clientIds.has(id);
  if (!server.policies.some(({ clients }) => clients.some(isEnded))) return server;
  const policies = server.policies.map((policy) =>
    policy.clients.some(isEnded)
      ? { ...policy, clients: policy.clients.filter((id) => !isEnded(id)), lastUpdated: now }
      : policy,
  );
  return { ...server, policies };
}

/** Whether an agent goes on being the client: the app that was linked to it has left. */
const isAgentStill = (view: View, { changes }: ChangePlan<unknown>, id: string) =>
  view.get(agents, id) !== undefined &&
  !changes.some((change) => change.kind === 'remove' && change.collection === agents && change.before.id === id);

/**
 * The plan, and what ends with the client ids that it takes away: their grants, and their places in access policies. A
 * client id that an agent keeps, when its application is unlinked, keeps its places, but not what the application signed
 * people in for.
 * @param live where the grants are
 */
export function withEndedClients<T>(
  view: View,
  live: Reader,
  plan: ChangePlan<T> | AdminRefusal,
  now: string,
): ChangePlan<T> | AdminRefusal {
  if (isAdminRefusal(plan)) return plan;
  const taken = new Set(plan.changes.flatMap((change) => takenBy(change) ?? []));
  const ended = new Set([...taken].filter((id) => !isAgentStill(view, plan, id)));
  const servers = view.list(authorizationServers).flatMap((server) => {
    const after = without(server, ended, now);
    return after === server ? [] : [replace(authorizationServers, server, after)];
  });
  const revoked = [...taken].flatMap((id) => live.findBy(grants, 'client', id).flatMap(revocation));
  return { ...plan, changes: [...plan.changes, ...servers, ...revoked] };
}
