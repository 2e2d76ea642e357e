/** The application that is made for an AI agent when it is registered, and what linking any application comes to. */
import { newId } from '../protocol/ids.js';
import type { AiAgent } from '../registry/ai-agent.js';
import { type Application, applications, OidcSettings } from '../registry/application.js';
import { type Change, insert, type View } from '../store/port.js';
import { partyOfAgent, partyOfApp, partyOfInstance } from '../syslog/event.js';
import { type AdminRefusal, type Cause, type ChangeEvent, notValid } from './change.js';

/** What linking or parting an agent and an application comes to, beside the agent's own record. */
export interface Linking {
  /** The application, if it was made for the agent. */
  readonly app?: Application;
  readonly changes: readonly Change[];
  readonly events: readonly ChangeEvent[];
}

/** Says of the name of an agent that something else has it. */
export const nameTaken = (errorSummary: string): Cause => ({
  ...{ errorSummary, reason: 'UNIQUE_CONSTRAINT', location: 'profile.name', locationType: 'body' },
});

/** Okta's NEW_OIDC_APP: an application made for the agent; inactive until the agent is activated. */
function appFor(agent: AiAgent, now: string): Application {
  return {
    id: newId('application'),
    name: 'oidc_client',
    label: agent.profile.name,
    origin: 'custom',
    status: 'INACTIVE',
    oidc: OidcSettings.parse({ clientId: agent.id, tokenEndpointAuthMethod: 'private_key_jwt' }),
    xaa: { enabled: false, scopes: [] },
    created: now,
    lastUpdated: now,
  };
}

/** The application with all that comes of making it, or that its label is taken: it is the agent's name. */
export function newApp(view: View, agent: AiAgent, now: string): Linking | AdminRefusal {
  const app = appFor(agent, now);
  if (view.findBy(applications, 'label', app.label).length > 0) {
    return notValid(
      'label',
      nameTaken('label: the new application gets the name of the agent, and another one has it'),
    );
  }
  const targets = [partyOfAgent(agent), partyOfApp(app)];
  const events = [
    { eventType: 'application.lifecycle.create', targets: [partyOfInstance(app)] },
    { eventType: 'workload_principal.ai_agent.sign_on_provider.add', targets },
  ] as const;
  return { app, changes: [insert(applications, app)], events };
}
