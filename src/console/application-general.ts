/** The tab *General* of an application: its label, how it is an OIDC client, and *SAML Settings* as they stand. */
import { type Html, html } from '../html/html.js';
import type { OidcSettings, SamlApp } from '../registry/application.js';
import { type ApplicationFrame, applicationPath, applicationTabPage } from './application-frame.js';
import { area, button, check, checks, choice, danger, field, form, type Values } from './forms.js';
import type { Page } from './frame.js';
import { card, copyable, facts, moment } from './parts.js';
import { samlFacts } from './saml-settings.js';
import { APPLICATION_TYPES, AUTHENTICATION_METHODS, GRANT_TYPES, ORIGINS, ROTATIONS } from './words.js';

export interface GeneralModel extends ApplicationFrame {
  readonly value: Values;
  /** Which grant types are ticked. */
  readonly grantTypes: readonly string[];
  /** Client secrets and public keys of an OIDC application. */
  readonly credentials: Html | undefined;
  /** The AI agent that is one client with it. */
  readonly agent: { readonly id: string; readonly name: string } | undefined;
}

const inLines = (uris: readonly string[]) => uris.join('\n');

function oidcFields({ value, grantTypes }: GeneralModel, oidc: OidcSettings): Html {
  const { refreshToken } = oidc;
  return html`${choice({ name: 'applicationType', label: 'Application type', value: value('applicationType', oidc.applicationType), options: APPLICATION_TYPES })}
${choice({ name: 'method', label: 'Client authentication', value: value('method', oidc.tokenEndpointAuthMethod), options: AUTHENTICATION_METHODS })}
${check({ name: 'pkce', label: 'Require PKCE', checked: value('pkce', oidc.pkceRequired ? 'on' : '') === 'on' })}
${checks({ name: 'grantTypes', label: 'Grant types', values: grantTypes, options: GRANT_TYPES })}
${area({ name: 'redirectUris', label: 'Sign-in redirect URIs', value: value('redirectUris', inLines(oidc.redirectUris)), rows: 4, hint: 'One in a line. Compared letter by letter.' })}
${area({ name: 'logoutUris', label: 'Sign-out redirect URIs', value: value('logoutUris', inLines(oidc.postLogoutRedirectUris)), rows: 2 })}
${choice({ name: 'rotation', label: 'Refresh token behavior', value: value('rotation', refreshToken.rotationType), options: ROTATIONS })}
${field({ name: 'leeway', label: 'Grace period for token rotation', value: value('leeway', String(refreshToken.leeway)), type: 'number', required: true, hint: 'Seconds for which a token that was replaced still works: 0 to 60.' })}
${field({ name: 'jwksUri', label: 'JWKS URI', value: value('jwksUri', oidc.jwksUri), type: 'url', hint: 'Where the application publishes its keys, for private_key_jwt.' })}`;
}

function settings(model: GeneralModel): Html {
  const { at, app, value } = model;
  const body = html`${field({ name: 'label', label: 'Application label', value: value('label', app.label), required: true })}
${choice({ name: 'origin', label: 'Comes from', value: value('origin', app.origin), options: ORIGINS, hint: 'The guide’s advice on user names is for custom SAML applications only.' })}
${app.oidc && oidcFields(model, app.oidc)}
${button('save', 'Save')}`;
  return card('App Settings', form(at(applicationPath(app.id)), body, 'App Settings'));
}

/** *SAML Settings*, to be read; *Edit* leads to where they are changed. */
function samlCard({ at, app }: ApplicationFrame, saml: SamlApp['saml']): Html {
  const edit = at(`${applicationPath(app.id)}/saml-settings`);
  return html`<section class="card"><div class="head"><h2>SAML Settings</h2><a class="button plain" href="${edit}">Edit</a></div>
${samlFacts(saml)}</section>`;
}

function identity({ at, app, agent }: GeneralModel): Html {
  return card(
    'Application',
    facts([
      ['Application ID', copyable('app-id', app.id)],
      ['Name', html`<code>${app.name}</code>`],
      ['Client ID', app.oidc && copyable('client-id', app.oidc.clientId)],
      [
        'AI agent',
        agent && html`<a href="${at(`/console/ai-agents/${agent.id}`)}">${agent.name}</a>, one client with it`,
      ],
      ['Okta API scopes', app.oidc && app.oidc.oktaScopes.length > 0 && app.oidc.oktaScopes.join(' ')],
      ['Created', moment(app.created)],
      ['Last changed', moment(app.lastUpdated)],
    ]),
  );
}

function deletion({ at, app }: ApplicationFrame): Html {
  return danger(
    at(applicationPath(app.id)),
    'delete',
    'Delete application',
    'Its assignments and the tokens that it was given go with it. An active application, or one that an AI agent uses, is kept: deactivate it, and take it from the agent, first.',
  );
}

export function generalTab(model: GeneralModel): Page {
  const { app, credentials } = model;
  return applicationTabPage(
    model,
    'General',
    html`${identity(model)}${settings(model)}${app.saml && samlCard(model, app.saml)}${credentials}${deletion(model)}`,
  );
}
