/** What stands in the fields of *Try it*, and what they offer: by the form, by what a step has yielded, else by the org. */
import { type Offer, type Played, type StepName, TOKENS, type TryItModel } from '../../console/try-it.js';
import { agentAsked } from '../../control/mint-subjects.js';
import { expandIssuer } from '../../org.js';
import { type AiAgent, agents, delegations } from '../../registry/ai-agent.js';
import { type Application, applications } from '../../registry/application.js';
import { resourceConnections } from '../../registry/resource-connection.js';
import { users } from '../../registry/user.js';
import { chosen } from './choosing.js';
import type { ConsoleCall } from './page.js';

/** The most that a list offers. */
const MOST = 50;

/** The longest value of a field, in characters: more than any token here has, and no more than a page can carry along. */
export const LONGEST = 16_000;

/** Whether users sign in to it. */
export const isSignedInTo = ({ oidc, saml }: Application) =>
  saml !== undefined || { redirectUris: [], ...oidc }.redirectUris.length > 0;

const isActive = ({ status }: { readonly status: string }) => status === 'ACTIVE';

/** The AI agent that exchanges sign-ins to the application: the one in the form, if it does, else the first. */
export function agentOf({ view, value }: ConsoleCall, app: Application): AiAgent | undefined {
  const callers = view.findBy(delegations, 'app', app.id).map(({ agentId }) => view.get(agents, agentId) as AiAgent);
  const all = [...callers, ...view.findBy(agents, 'linkedApp', app.id)];
  const named = agentAsked(view, value('agent'));
  return all.find((one) => one === named) ?? all.find(isActive) ?? all[0];
}

/** The audiences that the agent is connected to. */
export function audiencesOf({ org, view }: ConsoleCall, agentId: string): readonly string[] {
  return view.findBy(resourceConnections, 'agent', agentId).map(({ issuerUrl }) => expandIssuer(org, issuerUrl));
}

/** Applications that an agent has for a caller come first. */
function appsOffered({ view }: ConsoleCall): readonly Offer[] {
  const isCaller = ({ id }: Application) =>
    view.findBy(delegations, 'app', id).length + view.findBy(agents, 'linkedApp', id).length > 0;
  const all = view.list(applications).filter(isSignedInTo);
  return [...all.filter(isCaller), ...all.filter((app) => !isCaller(app))].map(({ id, label, saml }) => ({
    ...{ value: id, name: label, label: `${label}, by ${saml ? 'SAML' : 'OpenID Connect'}` },
  }));
}

const textsOf = ({ name }: Offer) => [name];

/** The page, as it is or with what a step came to. */
export function modelOf(call: ConsoleCall, played?: { readonly step: StepName } & Played): TryItModel {
  const { at, org, view, form } = call;
  const people = view.list(users);
  const apps = appsOffered(call);
  const first = view.list(agents)[0]?.id;
  const stored: Readonly<Record<string, string | undefined>> = {
    ...{ app: apps[0]?.value, user: people.find(isActive)?.profile.login, agent: first },
    audience: first === undefined ? undefined : audiencesOf(call, first)[0],
  };
  const typed = (name: string) => (TOKENS.includes(name) ? (form.get(name) ?? '') : call.value(name, stored[name]));
  const value = (name: string) => played?.yields[name] ?? (typed(name).length > LONGEST ? '' : typed(name));
  const own = audiencesOf(call, agentAsked(view, value('agent'))?.id ?? '');
  const others = view.list(resourceConnections).map(({ issuerUrl }) => expandIssuer(org, issuerUrl));
  return {
    ...{ at, value, played },
    apps: chosen(apps, '', textsOf, MOST),
    users: people.slice(0, MOST).map(({ profile }) => profile.login),
    agents: chosen(
      view.list(agents).map(({ id, profile: { name } }) => ({ value: id, name, label: name })),
      '',
      textsOf,
      MOST,
    ),
    audiences: [...new Set([...own, ...others])].slice(0, MOST),
  };
}
