/** The tab *Resource Connections* of an AI agent, and the form that adds or changes one. */
import type { ConnectionReadiness, ExchangeReadiness } from '../admin/readiness-exchanges.js';
import { type Html, html } from '../html/html.js';
import type { ResourceConnection } from '../registry/resource-connection.js';
import { type AgentFrame, agentPath, agentTabPage } from './agent-frame.js';
import { button, danger, field, form, hidden, radios, search, type Values } from './forms.js';
import type { Page } from './frame.js';
import type { Shown } from './listing.js';
import { card, empty, facts, more, note, opening, outcomeSign, status, tick } from './parts.js';

/** The guide's words for each condition. */
export const SCOPE_CONDITIONS: Readonly<Record<ResourceConnection['scopeCondition'], string>> = {
  ALL_SCOPES: 'Allow all',
  INCLUDE_ONLY: 'Only allow',
  EXCLUDE: 'Disallow',
};

/** A connection with what is known of where it leads. */
export interface ConnectionShown {
  readonly connection: ResourceConnection;
  readonly readiness: ConnectionReadiness;
  /** The Issuer URL of the application as it is now; undefined: it has none, or it is a server of this org. */
  readonly issuerNow: string | undefined;
  /** Path of the application's page. */
  readonly target: string | undefined;
}

export interface ConnectionsModel extends AgentFrame {
  readonly value: Values;
  readonly connections: Shown<ConnectionShown>;
  readonly logins: readonly string[];
}

const rule = ({ demands, outcome, name }: ExchangeReadiness['rules'][number]) =>
  html`<li>${outcomeSign(outcome)} ${demands} <code>${name}</code></li>`;

/** Whether an exchange would succeed, and which rules refuse it. */
function verdict({ caller, wouldSucceed, rules }: ExchangeReadiness): Html {
  const by = caller === null ? 'Without a caller' : `Signed in to ${caller}`;
  if (wouldSucceed) return html`<p>${outcomeSign('holds')} ${by}: the exchange would succeed.</p>`;
  const broken = rules.filter(({ outcome }) => outcome === 'broken');
  return html`<p>${outcomeSign('broken')} ${by}: the exchange would be refused, by the first of these.</p><ul class="rules">${broken.map(rule)}</ul>`;
}

/** Every rule that can be asked without a request. */
function everyRule({ exchanges }: ConnectionReadiness): Html[] {
  return exchanges.map(({ caller, rules }) => {
    const asked = rules.filter(({ outcome }) => outcome !== 'not-asked');
    const others = rules.length - asked.length;
    return card(
      caller === null ? 'Every rule, without a caller' : `Every rule, signed in to ${caller}`,
      html`<ul class="rules">${asked.map(rule)}</ul><p class="quiet">${others} more are asked only of a request, or of a person.</p>`,
    );
  });
}

/** The Issuer URL was changed behind the connection: the NOTE of the guide. */
function stale({ readiness, issuerNow }: ConnectionShown): Html | undefined {
  if (issuerNow === undefined || issuerNow === readiness.issuerUrl) return undefined;
  return note(
    html`The Issuer URL of ${readiness.resource} is <code>${issuerNow}</code> now, and was another when this connection was made. Delete the connection and add it again.`,
    'warn',
  );
}

function connectionCard({ at, agent }: AgentFrame, shown: ConnectionShown): Html {
  const { connection, readiness, target } = shown;
  const to = at(agentPath(agent.id, 'Resource Connections'));
  const which = hidden('connection', connection.id);
  const isActive = connection.status === 'ACTIVE';
  const advice = readiness.advice.filter(({ outcome }) => outcome === 'broken');
  return html`<section class="card"><div class="head"><h2>${tick(readiness.tick)} ${target === undefined ? readiness.resource : html`<a href="${at(target)}">${readiness.resource}</a>`}</h2>${status(connection.status)}</div>
${stale(shown)}
${facts([
  ['Issuer URL', html`<code>${readiness.issuerUrl}</code>`],
  ['Client ID at resource', html`<code>${connection.clientIdAtResource ?? 'none: the AI Agent ID'}</code>`],
  [
    'Scope Condition',
    `${SCOPE_CONDITIONS[connection.scopeCondition]}${connection.scopes.length > 0 ? `: ${connection.scopes.join(' ')}` : ''}`,
  ],
  ['Resource indicator', connection.resourceIndicator && html`<code>${connection.resourceIndicator}</code>`],
])}
${readiness.exchanges.map(verdict)}
<ul class="rules">${advice.map(({ demands, because }) => html`<li>${outcomeSign('broken')} ${demands} ${because}</li>`)}</ul>
<p><a class="button plain" href="${to}/${connection.id}">Edit, and every rule</a></p>
${form(to, html`${which}${isActive ? button('deactivate', 'Deactivate', 'plain') : button('activate', 'Activate', 'plain')}`, `Status of the connection to ${readiness.resource}`)}
${danger(to, 'delete', 'Delete connection', 'The agent reaches the resource no more.', which)}</section>`;
}

export function connectionsTab(model: ConnectionsModel): Page {
  const { at, agent, value, connections, logins } = model;
  const to = at(agentPath(agent.id, 'Resource Connections'));
  const unknown = value('user') !== '' && model.readiness.user === null;
  const add = html`<ul class="plain"><li><a href="${to}/add">Application</a></li><li><a href="${to}/add-server">Authorization server</a></li></ul>`;
  return agentTabPage(
    model,
    'Resource Connections',
    html`<div class="head"><p>What the agent may reach, as which client there, with which scopes.</p>${opening('Add Resource Connection', add, 'menu')}</div>
${search(to, field({ name: 'user', label: 'Would it work for', value: value('user'), offers: logins, hint: 'Login of a person: the rules about the user are asked, too.' }), 'Check')}
${unknown && note(html`No one has the login ${value('user')}: what follows is of nobody in particular.`, 'warn')}
${connections.rows.length === 0 ? empty('There is no resource connection yet: every audience would be refused.') : connections.rows.map((one) => connectionCard(model, one))}
${more(connections.others)}`,
  );
}

/** What a connection can be made to. */
export interface TargetOption {
  readonly id: string;
  readonly label: string;
  readonly issuerUrl: string;
}

export interface ConnectionFormModel extends AgentFrame {
  readonly value: Values;
  /** `server`: a custom authorization server of this org, where the agent is known by its own id. */
  readonly kind: 'application' | 'server';
  /** What can be connected to; undefined: the connection is there, and its target stays. */
  readonly targets: Shown<TargetOption> | undefined;
  readonly connection: ResourceConnection | undefined;
  /** Of the connection, if there is one. */
  readonly connectionReadiness: ConnectionReadiness | undefined;
  /** Path of this form below the tab. */
  readonly path: string;
}

function targetFields({ value, kind, targets }: ConnectionFormModel): Html | undefined {
  if (targets === undefined) return undefined;
  const name = kind === 'application' ? 'Application instance' : 'Authorization server';
  const options = targets.rows.map(({ id, label, issuerUrl }) => ({
    value: id,
    label,
    hint: html`<code>${issuerUrl}</code>`,
  }));
  const none =
    kind === 'application'
      ? 'No application with Enable XAA and an Issuer URL has this name. Both are set on its tab Resource Server.'
      : 'No authorization server of this org has this name.';
  return html`${field({ name: 'q', label: 'Search', value: value('q'), type: 'search' })}
<p><button class="plain" formmethod="get" formnovalidate>Search</button></p>
${options.length > 0 ? radios({ name: 'target', label: name, value: value('target'), options }) : empty(none)}
${more(targets.others)}`;
}

/** The form that adds a connection, or changes one. */
export function connectionFormPage(model: ConnectionFormModel): Page {
  const { at, agent, value, kind, connection, connectionReadiness, path } = model;
  const conditions = Object.entries(SCOPE_CONDITIONS).map(([id, label]) => ({ value: id, label }));
  const scopes = connection?.scopes.join(' ');
  const body = html`${targetFields(model)}
${
  kind === 'application' &&
  field({
    name: 'clientId',
    label: 'Client ID at resource',
    value: value('clientId', connection?.clientIdAtResource),
    hint: 'What the client is called at the provider’s authorization server: client_id of the ID-JAGs. Okta also says: AI agent’s client ID registered in this app.',
  })
}
${radios({ name: 'scopeCondition', label: 'Scope Condition', value: value('scopeCondition', connection?.scopeCondition ?? 'ALL_SCOPES'), options: conditions })}
${field({ name: 'scopes', label: 'Scopes', value: value('scopes', scopes), hint: 'For Only allow and Disallow: their names, with blanks between.' })}
${field({ name: 'resourceIndicator', label: 'Resource indicator', value: value('resourceIndicator', connection?.resourceIndicator), hint: 'What resource in an exchange must equal. Empty: the name that Okta gives the application.' })}
${connection ? button('save', 'Save') : button('add', 'Add')}`;
  const title = connection ? 'Edit Resource Connection' : 'Add Resource Connection';
  return {
    title,
    trail: [
      { label: 'AI Agents', to: '/console/ai-agents' },
      { label: agent.profile.name, to: agentPath(agent.id, 'Resource Connections') },
    ],
    body: html`${card(
      kind === 'application' ? 'Application' : 'Authorization server',
      form(at(`${agentPath(agent.id, 'Resource Connections')}${path}`), body),
    )}${connectionReadiness && everyRule(connectionReadiness)}`,
  };
}
