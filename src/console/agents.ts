/** *Directory > AI Agents*: the list, and the two steps by which an agent is registered. */
import { html } from '../html/html.js';
import type { AiAgent } from '../registry/ai-agent.js';
import type { User } from '../registry/user.js';
import { area, button, checks, field, form, hidden, search, type Values } from './forms.js';
import type { At, Page } from './frame.js';
import { nameWithLogin, type Shown } from './listing.js';
import { card, empty, moment, more, opening, status, table } from './parts.js';

const TRAIL = [{ label: 'AI Agents', to: '/console/ai-agents' }] as const;

export interface AgentsModel {
  readonly at: At;
  readonly value: Values;
  readonly found: Shown<AiAgent & { readonly complete: boolean }>;
}

export function agentsPage({ at, value, found }: AgentsModel): Page {
  const rows = found.rows.map(({ id, profile, status: is, complete, created }) => [
    html`<a href="${at(`/console/ai-agents/${id}`)}">${profile.name}</a>`,
    html`<code>${id}</code>`,
    status(is),
    complete ? 'all green' : 'not complete',
    moment(created),
  ]);
  const register = html`<a class="button" href="${at('/console/ai-agents/register')}">Register Manually</a>`;
  return {
    title: 'AI Agents',
    body: html`<div class="head"><p>An AI agent stands for a client such as Claude: it exchanges the sign-in of a user for ID-JAGs.</p>
${opening('Register AI Agent', register, 'menu')}</div>
${search(at('/console/ai-agents'), field({ name: 'q', label: 'Name or id', value: value('q'), type: 'search' }))}
${
  rows.length === 0
    ? empty(value('q') === '' ? 'There is no AI agent yet. Register one.' : 'No AI agent has this name or id.')
    : html`${table('AI agents', ['Name', 'AI Agent ID', 'Status', 'Checkmarks', 'Registered'], rows)}${more(found.others)}`
}`,
  };
}

/** The first step: what the agent is called. */
export function registerPage(at: At, value: Values): Page {
  return {
    title: 'Register AI Agent',
    trail: TRAIL,
    body: card(
      'Step 1 of 2: profile',
      form(
        at('/console/ai-agents/register'),
        html`${field({ name: 'name', label: 'Name', value: value('name'), required: true, hint: 'At least 5 characters, and no other agent has it. The guide’s example: Claude (Requester App).' })}
${area({ name: 'description', label: 'Description', value: value('description'), rows: 3 })}
${button('next', 'Next')}`,
      ),
    ),
  };
}

export interface OwnersStepModel {
  readonly at: At;
  readonly value: Values;
  /** Those that are chosen already, and those that were found. */
  readonly people: Shown<User>;
  readonly chosen: readonly string[];
}

/** The second step: who answers for it. */
export function ownersStepPage({ at, value, people, chosen }: OwnersStepModel): Page {
  const options = people.rows.map((user) => ({ value: user.id, label: nameWithLogin(user) }));
  const body = html`${hidden('step', 'owners')}${hidden('name', value('name'))}${hidden('description', value('description'))}
<p>Who answers for <strong>${value('name')}</strong>? You may skip this now; an agent without an owner cannot be activated.</p>
${field({ name: 'q', label: 'Search for people', value: value('q'), type: 'search' })}
<p><button class="plain" formmethod="get" formnovalidate>Search</button></p>
${options.length > 0 ? checks({ name: 'owner', label: 'Owners', values: chosen, options }) : empty('No one has this name or email.')}
${more(people.others)}
${button('register', 'Register')}${button('skip', 'Skip for now', 'plain')}`;
  return {
    title: 'Assign owners',
    trail: [...TRAIL, { label: 'Register AI Agent', to: '/console/ai-agents/register' }],
    body: card('Step 2 of 2: owners', form(at('/console/ai-agents/register'), body)),
  };
}
