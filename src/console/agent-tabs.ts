/** The tabs *Profile*, *Owners* and *Delegations* of an AI agent. */
import { html } from '../html/html.js';
import type { Delegation } from '../registry/ai-agent.js';
import type { Application } from '../registry/application.js';
import type { User } from '../registry/user.js';
import { type AgentFrame, agentDeletion, agentFacts, agentPath, agentTabPage } from './agent-frame.js';
import { kindOf } from './application-frame.js';
import { area, button, checks, choice, field, form, hidden, radios, type Values } from './forms.js';
import type { Page } from './frame.js';
import { nameWithLogin, personPath, type Shown } from './listing.js';
import { badge, card, empty, moment, more, note, table } from './parts.js';

export interface ProfileModel extends AgentFrame {
  readonly value: Values;
  readonly linked: Application | undefined;
}

export function profileTab(model: ProfileModel): Page {
  const { at, agent, value, linked } = model;
  const link = linked && html`<a href="${at(`/console/applications/${linked.id}`)}">${linked.label}</a>`;
  return agentTabPage(
    model,
    'Profile',
    html`${card('Agent', agentFacts(model, link))}
${card(
  'Name and description',
  form(
    at(agentPath(agent.id)),
    html`${field({ name: 'name', label: 'Name', value: value('name', agent.profile.name), required: true })}
${area({ name: 'description', label: 'Description', value: value('description', agent.profile.description), rows: 3 })}
${button('save', 'Save')}`,
  ),
)}
${agentDeletion(model)}`,
  );
}

export interface OwnersModel extends AgentFrame {
  readonly value: Values;
  readonly owners: readonly User[];
  /** Who could become one. */
  readonly people: Shown<User>;
}

export function ownersTab(model: OwnersModel): Page {
  const { at, agent, value, owners, people } = model;
  const to = at(agentPath(agent.id, 'Owners'));
  const rows = owners.map((user) => [
    html`<a href="${at(personPath(user.id))}">${nameWithLogin(user)}</a>`,
    form(to, html`${hidden('owner', user.id)}${button('remove', 'Remove', 'link')}`),
  ]);
  const options = people.rows.map((user) => ({ value: user.id, label: nameWithLogin(user) }));
  return agentTabPage(
    model,
    'Owners',
    html`${card('Owners', rows.length === 0 ? empty('Nobody answers for this agent yet.') : table('Owners', ['Person', 'Action'], rows))}
${card(
  'Assign owners',
  form(
    to,
    html`${field({ name: 'q', label: 'Search for people', value: value('q'), type: 'search' })}
<p><button class="plain" formmethod="get" formnovalidate>Search</button></p>
${options.length > 0 ? checks({ name: 'owner', label: 'People', values: [], options }) : empty('Nobody else has this name or email.')}
${more(people.others)}${button('assign', 'Assign')}`,
  ),
)}`,
  );
}

/** A caller as it is listed. */
export interface CallerShown {
  readonly link: Delegation;
  readonly app: Application;
  /** The server whose tokens it brings. */
  readonly server: string;
}

export interface DelegationsModel extends AgentFrame {
  readonly callers: readonly CallerShown[];
  readonly linked: Application | undefined;
}

const BROUGHT: Readonly<Record<Delegation['tokenType'], string>> = {
  ID_TOKEN: 'ID token',
  SAML_ASSERTION: 'SAML assertion, by way of a refresh token',
};

export function delegationsTab(model: DelegationsModel): Page {
  const { at, agent, callers, linked } = model;
  const to = at(agentPath(agent.id, 'Delegations'));
  const rows = callers.map(({ link, app, server }) => [
    html`<a href="${at(`/console/applications/${app.id}`)}">${app.label}</a>`,
    BROUGHT[link.tokenType],
    server,
    moment(link.created),
    form(to, html`${hidden('link', link.id)}${button('remove', 'Remove caller', 'link')}`),
  ]);
  return agentTabPage(
    model,
    'Delegations',
    html`${
      linked && note(html`${linked.label} is one client with the agent: its own sign-ins count, without a caller.`)
    }
${card(
  'Callers',
  html`<p>The applications whose sign-ins the agent may exchange.</p>
<p><a class="button" href="${to}/add">Add Caller</a></p>
${rows.length === 0 ? empty('There is no caller yet: the agent could exchange nobody’s sign-in.') : table('Callers', ['Caller', 'Brings', 'Authorization server', 'Added', 'Action'], rows)}`,
)}`,
  );
}

export interface AddCallerModel extends AgentFrame {
  readonly value: Values;
  readonly apps: Shown<Application>;
  readonly servers: readonly { readonly value: string; readonly label: string }[];
}

/** *Add Caller*. */
export function addCallerPage(model: AddCallerModel): Page {
  const { at, agent, value, apps, servers } = model;
  const options = apps.rows.map((app) => ({ value: app.id, label: app.label, hint: badge(kindOf(app)) }));
  const body = html`<p>The application that the users sign in to, such as Claude: the Requester.</p>
${field({ name: 'q', label: 'Search for an application', value: value('q'), type: 'search' })}
<p><button class="plain" formmethod="get" formnovalidate>Search</button></p>
${options.length > 0 ? radios({ name: 'app', label: 'Application', value: value('app'), options }) : empty('No application that could be a caller has this name.')}
${more(apps.others)}
${choice({ name: 'server', label: 'Authorization server', value: value('server', 'org'), options: servers, hint: 'Which issues the ID tokens. For SAML it is the org’s own.' })}
${button('add', 'Add Caller')}`;
  return {
    title: 'Add Caller',
    trail: [
      { label: 'AI Agents', to: '/console/ai-agents' },
      { label: agent.profile.name, to: agentPath(agent.id, 'Delegations') },
    ],
    body: card('Caller', form(at(`${agentPath(agent.id, 'Delegations')}/add`), body)),
  };
}
