/** The tab *Credentials* of an AI agent: its id, and how it proves who it is. */
import { type Html, html } from '../html/html.js';
import type { Credential } from '../registry/ai-agent.js';
import type { Application } from '../registry/application.js';
import { type AgentFrame, agentPath, agentTabPage } from './agent-frame.js';
import { area, button, danger, field, form, hidden, type Values } from './forms.js';
import type { Page } from './frame.js';
import { block, card, copyable, empty, moment, note, status, table } from './parts.js';

export interface CredentialsModel extends AgentFrame {
  readonly value: Values;
  readonly credentials: readonly Credential[];
  /** The application whose credentials the agent has, if it is one client with it. */
  readonly linked: Application | undefined;
}

const METHODS: Readonly<Record<Credential['is']['type'], string>> = {
  PUBLIC_KEY: 'Public key',
  CLIENT_SECRET: 'Client secret',
  JWKS_URI: 'External JWKS URI',
  CLIENT_ID_ONLY: 'Client ID only',
};

/** What tells a credential from another of its kind. Never a secret. */
function named({ is }: Credential): Html | string {
  if (is.type === 'PUBLIC_KEY') return html`<code>${is.jwk.kid}</code> (${is.jwk.kty})`;
  if (is.type === 'JWKS_URI') return html`<code>${is.uri}</code>`;
  return is.type === 'CLIENT_SECRET' ? 'shown when it was made' : 'proves nothing';
}

const CHANGEABLE: readonly string[] = ['PUBLIC_KEY', 'CLIENT_SECRET'];

function changes(to: string, { id, is, status: now }: Credential): Html | undefined {
  const which = html`${hidden('credential', id)}${hidden('method', is.type)}`;
  if (is.type === 'JWKS_URI') return form(to, button('remove-uri', 'Remove', 'link'));
  if (!CHANGEABLE.includes(is.type)) return undefined;
  return now === 'ACTIVE'
    ? form(to, html`${which}${button('deactivate', 'Deactivate', 'link')}`)
    : html`${form(to, html`${which}${button('activate', 'Activate', 'link')}`)}${danger(to, 'delete', 'Delete', 'What it signed or proved is refused from now on.', which)}`;
}

export function credentialsTab(model: CredentialsModel): Page {
  const { at, agent, value, credentials, linked } = model;
  const to = at(agentPath(agent.id, 'Credentials'));
  const rows = credentials.map((one) => [
    METHODS[one.is.type],
    named(one),
    status(one.status),
    moment(one.created),
    changes(to, one),
  ]);
  const own = html`<p><a class="button" href="${to}/add-public-key">Add public key</a></p>
${rows.length === 0 ? empty('The agent has no credential yet. The guide adds the public key that Anthropic returns for its AI Agent ID.') : table('Credentials', ['Method', 'Credential', 'Status', 'Added', 'Action'], rows)}`;
  return agentTabPage(
    model,
    'Credentials',
    html`${card('AI Agent ID', html`<p>This is the agent’s Client ID. Hand it to whoever runs the client; they return a public key.</p>${copyable('agent-id', agent.id)}`)}
${
  linked
    ? note(
        html`The agent is one client with <a href="${at(`/console/applications/${linked.id}`)}">${linked.label}</a> and proves who it is by the credentials of that application. Change them there.`,
      )
    : html`${card('Credentials', own)}
${card('Client secret', html`<p>In place of a key. It is shown once.</p>${form(to, button('add-secret', 'Add client secret', 'plain'))}`)}
${card('External JWKS URI', form(to, html`${field({ name: 'uri', label: 'JWKS URI', value: value('uri'), type: 'url', required: true, hint: 'The org fetches the agent’s public keys there.' })}${button('set-uri', 'Save', 'plain')}`))}`
}`,
  );
}

/** *Add public key*. */
export function addPublicKeyPage({ at, agent, value }: AgentFrame & { readonly value: Values }): Page {
  return {
    title: 'Add public key',
    trail: [
      { label: 'AI Agents', to: '/console/ai-agents' },
      { label: agent.profile.name, to: agentPath(agent.id, 'Credentials') },
    ],
    body: card(
      'Public key',
      form(
        at(`${agentPath(agent.id, 'Credentials')}/add-public-key`),
        html`${area({ name: 'key', label: 'Public key', value: value('key'), rows: 12, required: true, hint: 'PEM, a certificate, or a JWK. Never the private half.' })}
${field({ name: 'kid', label: 'Key ID', value: value('kid'), hint: 'What the header of the client assertion calls it. Empty: the kid of the JWK, or a new one.' })}
${button('done', 'Done')}`,
      ),
    ),
  };
}

/** A secret, the one time that it is shown. */
export function secretPage({ at, agent }: Pick<AgentFrame, 'at' | 'agent'>, secret: string): Page {
  return {
    title: 'Client secret added',
    trail: [{ label: agent.profile.name, to: agentPath(agent.id, 'Credentials') }],
    body: card(
      'Copy it now',
      html`<p>This page is the only place that shows it.</p>${block('secret', 'Client secret', secret)}
<p><a class="button" href="${at(agentPath(agent.id, 'Credentials'))}">Back to Credentials</a></p>`,
    ),
  };
}
