/**
 * What stands on every tab of an AI agent's page: its status, *Actions*, the tabs with their checkmarks, and what is missing.
 * The checkmarks are readiness as the API has it.
 */
import type { Readiness } from '../admin/readiness.js';
import type { TabReadiness } from '../admin/readiness-tabs.js';
import { type Html, html } from '../html/html.js';
import type { AgentTab } from '../registry/activation.js';
import type { AiAgent } from '../registry/ai-agent.js';
import { button, danger, form } from './forms.js';
import type { At, Page } from './frame.js';
import { facts, note, opening, outcomeSign, status, tabs, tick } from './parts.js';

export interface AgentFrame {
  readonly at: At;
  readonly agent: AiAgent;
  readonly readiness: Readiness;
}

/** Path of each tab below the agent's. */
export const TAB_PATHS: Readonly<Record<AgentTab, string>> = {
  Profile: '',
  Owners: '/owners',
  Credentials: '/credentials',
  Delegations: '/delegations',
  'Resource Connections': '/resource-connections',
};

/** What a tab is called at Okta today, where the guide has another word. */
const RENAMED: Partial<Record<AgentTab, string>> = {
  Credentials: 'Okta calls this tab “Client registration” since August 2026.',
  Delegations:
    'Okta calls this tab “User access” since August 2026; callers of another kind stand under “Machine access”.',
};

export const agentPath = (id: string, tab: AgentTab = 'Profile') => `/console/ai-agents/${id}${TAB_PATHS[tab]}`;

function actions({ at, agent, readiness }: AgentFrame): Html {
  const to = at(agentPath(agent.id));
  const hollow = readiness.complete ? undefined : html`<p class="hint">Not every checkmark is green.</p>`;
  const body =
    agent.status === 'ACTIVE'
      ? form(to, button('deactivate', 'Deactivate', 'plain'))
      : html`${hollow}${form(to, button('activate', 'Activate', 'plain'))}`;
  return opening('Actions', body, 'menu');
}

/** What the checkmarks of this tab want, each with whether it is so. */
function demands({ readiness }: AgentFrame, here: AgentTab): Html {
  const { rows } = readiness.tabs.find(({ tab }) => tab === here) as TabReadiness;
  return html`<ul class="rules">${rows.map(({ demands, outcome }) => html`<li>${outcomeSign(outcome)} ${demands}</li>`)}</ul>`;
}

const LACKS = {
  red: 'Needed before the agent can be activated, or advised by the guide',
  hollow: 'Not needed for activation',
};

/** What is missing on the other tabs, so that nobody has to look for it. */
function missing({ at, agent, readiness }: AgentFrame): Html | undefined {
  const lacking = readiness.tabs.filter((one) => one.tick !== 'green');
  if (lacking.length === 0) return undefined;
  return note(
    html`${agent.status === 'ACTIVE' ? 'The agent is active, but exchanges may be refused.' : 'The agent is not complete.'} ${lacking.map(
      ({ tab, tick }) =>
        html`<a href="${at(agentPath(agent.id, tab))}">${tab}</a> (${LACKS[tick as keyof typeof LACKS].toLowerCase()}). `,
    )}`,
    'warn',
  );
}

/** The page of a tab. */
export function agentTabPage(frame: AgentFrame, here: AgentTab, body: Html): Page {
  const { at, agent, readiness } = frame;
  const marked = readiness.tabs.map(({ tab, tick: colour }) => ({
    ...{ label: tab, to: at(agentPath(agent.id, tab)), mark: tick(colour) },
  }));
  const renamed = RENAMED[here];
  return {
    title: agent.profile.name,
    trail: [{ label: 'AI Agents', to: '/console/ai-agents' }],
    body: html`<div class="head"><p>${status(agent.status)} <code>${agent.id}</code></p>${actions(frame)}</div>
${missing(frame)}
${tabs('Tabs of the AI agent', here, marked)}
<h2 class="unseen">${here}</h2>
${demands(frame, here)}
${renamed !== undefined && note(renamed)}
${body}`,
  };
}

/** *Delete*, which Okta offers for an agent that is not active. */
export function agentDeletion({ at, agent }: AgentFrame): Html {
  return danger(
    at(agentPath(agent.id)),
    'delete',
    'Delete AI agent',
    'Its credentials, callers and resource connections go with it. An active agent must be deactivated first.',
  );
}

/** What is known of the agent and cannot be changed. */
export function agentFacts({ agent }: AgentFrame, linked: Html | undefined): Html {
  return facts([
    ['AI Agent ID', html`<code>${agent.id}</code>`],
    ['Status', status(agent.status)],
    ['Linked application', linked],
    ['Registered', agent.created],
    ['Last changed', agent.lastUpdated],
  ]);
}
