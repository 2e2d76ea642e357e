/** Applications: what an administrator does to them. Who may use them is in `assignments.ts`. */
import { type Org, storedForm } from '../org.js';
import { newId } from '../protocol/ids.js';
import type { Activity } from '../registry/activity.js';
import { agents, delegations } from '../registry/ai-agent.js';
import { type Application, applications, isSamlApp } from '../registry/application.js';
import { applicationName } from '../registry/application-records.js';
import { assignments } from '../registry/assignment.js';
import { crossAppAccessConnections } from '../registry/cross-app-access.js';
import { resourceConnections } from '../registry/resource-connection.js';
import type { SamlSettings } from '../registry/saml-settings.js';
import { type Change, insert, remove, replace, type View } from '../store/port.js';
import { partyOfInstance } from '../syslog/event.js';
import { type ApplicationContent, contentOf, judgeContent, oidcFrom } from './application-content.js';
import {
  type AdminCall,
  type AdminRefusal,
  type ChangeEvent,
  carryOut,
  isAdminRefusal,
  notFound,
  notValid,
  refusal,
} from './change.js';
import { withEndedClients } from './ended-clients.js';
import { mayActivateAgent, statusChange, withItsAgent } from './linked-activation.js';

/** The application, or that there is none. */
export function findApplication(view: View, id: string): Application | AdminRefusal {
  return view.get(applications, id) ?? notFound(id, 'AppInstance');
}

/** What the org gives the app stays; a key that is named signs from now on. */
function samlFrom(content: ApplicationContent, before: SamlSettings | undefined): SamlSettings | undefined {
  const settings = content.oidc ? undefined : (content.saml ?? before);
  if (!settings) return undefined;
  const { externalKey = newId('samlKey'), signingKeys = [] } = before ?? {};
  const named = signingKeys.some(({ kid }) => kid === content.signingKid) ? content.signingKid : before?.signingKeyId;
  return { ...settings, externalKey, signingKeys, ...(named !== undefined && { signingKeyId: named }) };
}

/** Settings from what is asked for; `before` is what they replace. */
function settingsFrom(
  { org }: AdminCall,
  content: ApplicationContent,
  before: Application | undefined,
  id: string,
  now: string,
): Pick<Application, 'label' | 'origin' | 'xaa' | 'oidc' | 'saml'> {
  const { label, origin, xaa, oidc } = content;
  const { issuerUrl } = xaa;
  const saml = samlFrom(content, before?.saml);
  return {
    ...{ label, origin },
    xaa: { ...xaa, ...(issuerUrl !== undefined && { issuerUrl: storedForm(org, issuerUrl) }) },
    ...(oidc && { oidc: oidcFrom(oidc, before?.oidc, id, now) }),
    ...(saml && { saml }),
  };
}

/** @param activate whether it is ACTIVE from the start */
export function createApplication(
  call: AdminCall,
  content: ApplicationContent,
  activate: boolean,
): Promise<Application | AdminRefusal> {
  return carryOut(call, (view, now) => {
    const refused = judgeContent({ content, before: undefined, org: call.org, view });
    if (refused) return refused;
    const id = newId('application');
    const app: Application = {
      ...{ id, name: applicationName(content) },
      ...settingsFrom(call, content, undefined, id, now),
      ...{ status: activate ? 'ACTIVE' : 'INACTIVE', created: now, lastUpdated: now },
    };
    const event = { eventType: 'application.lifecycle.create', targets: [partyOfInstance(app)] } as const;
    return { changes: [insert(applications, app)], events: [event], value: app };
  });
}

function isRotated({ samlKeys }: Org, before: Application, after: Application): boolean {
  return isSamlApp(before) && isSamlApp(after) && samlKeys.active(before.saml).kid !== samlKeys.active(after.saml).kid;
}

/** Replaces all settings; client id, secrets, granted scopes and status have ways of their own. Connections stay as they are. */
export function replaceApplication(
  call: AdminCall,
  id: string,
  content: ApplicationContent,
): Promise<Application | AdminRefusal> {
  return changeApplication(call, id, () => content);
}

/** Replaces some of the settings. @param change the settings as they shall be, from what they are when it is carried out */
export function changeApplication(
  call: AdminCall,
  id: string,
  change: (content: ApplicationContent) => ApplicationContent,
): Promise<Application | AdminRefusal> {
  return carryOut(call, (view, now) => {
    const before = findApplication(view, id);
    if (isAdminRefusal(before)) return before;
    const content = change(contentOf(call.org, before));
    const refused = judgeContent({ content, before, org: call.org, view });
    if (refused) return refused;
    const app: Application = { ...before, ...settingsFrom(call, content, before, id, now), lastUpdated: now };
    const targets = [partyOfInstance(app)];
    const events: ChangeEvent[] = [{ eventType: 'application.lifecycle.update', targets }];
    if (isRotated(call.org, before, app)) events.push({ eventType: 'app.keys.rotate', targets });
    return { changes: [replace(applications, before, app)], events, value: app };
  });
}

/** What leans on an application. Only the first three keep it from being deleted. */
function leaningOn(view: View, id: string) {
  return {
    connected: view.findBy(resourceConnections, 'to', id),
    calling: view.findBy(delegations, 'app', id),
    linked: view.findBy(agents, 'linkedApp', id),
    assigned: view.findBy(assignments, 'app', id),
    requesting: view.findBy(crossAppAccessConnections, 'requesting', id),
    called: view.findBy(crossAppAccessConnections, 'resource', id),
  };
}
type Leaning = ReturnType<typeof leaningOn>;

/** What would dangle without the application, one sentence each. */
function usesOf(view: View, { connected, calling, linked }: Leaning): string[] {
  const nameOf = (agentId: string) => `AI agent "${view.get(agents, agentId)?.profile.name}" (${agentId})`;
  return [
    ...connected.map((row) => `application: ${nameOf(row.agentId)} has the resource connection ${row.id} to it`),
    ...calling.map((row) => `application: it is a caller of ${nameOf(row.agentId)}, by ${row.id}`),
    ...linked.map((agent) => `application: it is linked to ${nameOf(agent.id)}`),
  ];
}

/** Removes the application with what leans on it. Who lets something lean on it meanwhile has kept it: one of the two is first. */
function removal(app: Application, { assigned, requesting, called }: Leaning): Change[] {
  return [
    remove(applications, app),
    ...assigned.map((row) => remove(assignments, row)),
    // A connection of an app to itself stands on both sides.
    ...[...new Set([...requesting, ...called])].map((row) => remove(crossAppAccessConnections, row)),
  ];
}

/** Deletes an inactive application that no agent uses, with its assignments, app-to-app connections and tokens. */
export function deleteApplication(call: AdminCall, id: string): Promise<undefined | AdminRefusal> {
  return carryOut(call, (view, now) => {
    const app = findApplication(view, id);
    if (isAdminRefusal(app)) return app;
    if (app.status === 'ACTIVE') return refusal('E0000056');
    const leaning = leaningOn(view, id);
    const uses = usesOf(view, leaning);
    if (uses.length > 0) return notValid('application', ...uses);
    const event = { eventType: 'application.lifecycle.delete', targets: [partyOfInstance(app)] } as const;
    const plan = { changes: removal(app, leaning), events: [event], value: undefined };
    return withEndedClients(view, call.org.store.live, plan, now);
  });
}

/** Activates or deactivates the application, and the AI agent that is linked to it. */
export function setApplicationStatus(call: AdminCall, id: string, status: Activity): Promise<object | AdminRefusal> {
  return carryOut(call, (view, now) => {
    const app = findApplication(view, id);
    if (isAdminRefusal(app)) return app;
    const linked = withItsAgent(view, app);
    const refused = status === 'ACTIVE' && linked.agent ? mayActivateAgent(view, linked.agent) : undefined;
    return refused ?? { ...statusChange(linked, status, now), value: {} };
  });
}
