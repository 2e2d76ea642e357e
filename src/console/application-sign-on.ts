/** The tab *Sign On* of an application: who people are there, what the guide advises, and what a service provider is set up with. */
import { type Html, html } from '../html/html.js';
import type { Advice } from '../registry/advice.js';
import type { SamlSettings } from '../registry/saml-settings.js';
import { type ApplicationFrame, applicationPath, applicationTabPage } from './application-frame.js';
import { button, choice, field, form, type Values } from './forms.js';
import type { Page } from './frame.js';
import { block, card, copyable, facts, moment, note, tick } from './parts.js';
import { USER_NAME_FORMATS } from './words.js';

/** What a service provider must know of the org. */
export interface IdentityProvider {
  readonly saml: SamlSettings;
  readonly metadataUrl: string;
  readonly issuer: string;
  readonly ssoUrl: string;
  /** undefined: the application may sign nobody out. */
  readonly sloUrl: string | undefined;
  readonly certificate: string;
  /** ISO 8601 */
  readonly expires: string;
}

export interface SignOnModel extends ApplicationFrame {
  readonly value: Values;
  readonly advice: readonly Advice[];
  /** undefined for an OIDC application. */
  readonly identityProvider: IdentityProvider | undefined;
}

/** Where each piece of advice is followed. */
const FOLLOWED_AT: Readonly<Record<string, { readonly label: string; readonly path: string }>> = {
  'saml-username-is-email': { label: 'Change the Application username format', path: '/sign-on#format' },
  'saml-name-id-is-email': { label: 'Change the Name ID Format', path: '/saml-settings' },
};

function advised({ at, app }: ApplicationFrame, { row, because }: Advice): Html {
  const where = FOLLOWED_AT[row.name] as (typeof FOLLOWED_AT)[string];
  const link = html`<a href="${at(applicationPath(app.id) + where.path)}">${where.label}</a>`;
  return html`<li>${tick(because === null ? 'green' : 'red')} ${row.advises}${because !== null && html`<br>${because} ${link}`}</li>`;
}

function adviceCard(model: SignOnModel): Html {
  const { advice } = model;
  return card(
    'What the guide advises',
    advice.length === 0
      ? html`<p>Nothing: applications from the OIN are set up by their vendor.</p>`
      : html`<p>So that the application knows people by their email address, in its assertions and in ID-JAGs.</p>
<ul class="rules">${advice.map((one) => advised(model, one))}</ul>`,
  );
}

function formatCard({ at, app, value }: SignOnModel, { saml }: IdentityProvider): Html {
  const { usernameFormat, usernameExpression, usernameSuffix } = saml;
  return card(
    'Credentials details',
    form(
      at(applicationPath(app.id, 'Sign On')),
      html`${choice({ name: 'format', label: 'Application username format', value: value('format', usernameFormat), options: USER_NAME_FORMATS, hint: 'What the application knows a person by: the NameID. A user name in an assignment goes before it.' })}
${field({ name: 'expression', label: 'Custom expression', value: value('expression', usernameExpression), hint: html`For Custom, such as <code>user.getInternalProperty("email")</code> or <code>user.login</code>.` })}
${field({ name: 'suffix', label: 'Suffix', value: value('suffix', usernameSuffix), hint: 'Put behind what a format other than Custom gives.' })}
${button('save', 'Save')}`,
    ),
  );
}

function setupCard({ at }: ApplicationFrame, provider: IdentityProvider): Html {
  const { externalKey } = provider.saml;
  const { metadataUrl, issuer, ssoUrl, sloUrl, certificate, expires } = provider;
  const metadata = at(`/app/${encodeURIComponent(externalKey)}/sso/saml/metadata`);
  return card(
    'SAML setup',
    html`<p>What the service provider of the application is set up with. The metadata has all of it.</p>
${facts([
  ['Metadata URL', copyable('metadata-url', metadataUrl)],
  ['Issuer', copyable('idp-issuer', issuer)],
  ['Sign on URL', copyable('sso-url', ssoUrl)],
  ['Sign out URL', sloUrl !== undefined && copyable('slo-url', sloUrl)],
  ['Certificate is good until', moment(expires)],
])}
<p><a class="button plain" href="${metadata}">View the metadata</a></p>
${block('certificate', 'Signing certificate', certificate)}`,
  );
}

export function signOnTab(model: SignOnModel): Page {
  const { at, app, identityProvider } = model;
  const assignments = html`<a href="${at(applicationPath(app.id, 'Assignments'))}">Assignments</a>`;
  const ofOidc = note(
    html`Application username format: Okta username. An OIDC application knows people by their login, unless ${assignments} say otherwise.`,
  );
  const body = identityProvider
    ? html`${adviceCard(model)}${formatCard(model, identityProvider)}${setupCard(model, identityProvider)}`
    : ofOidc;
  return applicationTabPage(model, 'Sign On', body);
}
