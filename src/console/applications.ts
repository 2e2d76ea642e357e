/** *Applications*: the list, and *Create App Integration* in two steps. */
import { type Html, html } from '../html/html.js';
import type { Application } from '../registry/application.js';
import { applicationPath, kindOf } from './application-frame.js';
import {
  area,
  button,
  checks,
  choice,
  field,
  form,
  hidden,
  type Option,
  radios,
  search,
  type Values,
} from './forms.js';
import type { At, Page } from './frame.js';
import type { Shown } from './listing.js';
import { card, empty, more, status, table } from './parts.js';
import { GRANT_TYPES, NAME_ID_FORMATS, ORIGINS } from './words.js';

const LIST = '/console/applications';
const NEW = `${LIST}/new`;
const ANY = { value: '', label: 'Any' };

/** An application, with its Issuer URL as it is read. */
export interface ListedApplication {
  readonly app: Application;
  readonly issuerUrl: string | undefined;
}

export interface ApplicationsModel {
  readonly at: At;
  readonly value: Values;
  readonly found: Shown<ListedApplication>;
  /** Whether the org has any. */
  readonly some: boolean;
}

const FILTERS = {
  kind: [ANY, { value: 'saml', label: 'SAML' }, { value: 'oidc', label: 'OIDC' }],
  status: [ANY, { value: 'ACTIVE', label: 'Active' }, { value: 'INACTIVE', label: 'Inactive' }],
};

function xaaOf({ app, issuerUrl }: ListedApplication): Html | string {
  if (!app.xaa.enabled) return 'off';
  return issuerUrl === undefined ? 'on, without an Issuer URL' : html`on: <code>${issuerUrl}</code>`;
}

export function applicationsPage({ at, value, found, some }: ApplicationsModel): Page {
  const rows = found.rows.map((row) => [
    html`<a href="${at(applicationPath(row.app.id))}">${row.app.label}</a>`,
    kindOf(row.app),
    status(row.app.status),
    xaaOf(row),
  ]);
  const create = html`<a class="button" href="${at(NEW)}">Create App Integration</a>`;
  const fields = html`${field({ name: 'q', label: 'Label or id', value: value('q'), type: 'search' })}
${choice({ name: 'kind', label: 'Kind', value: value('kind'), options: FILTERS.kind })}
${choice({ name: 'status', label: 'Status', value: value('status'), options: FILTERS.status })}`;
  const none = some ? 'No application is like that. Search for less.' : 'There is no application yet.';
  return {
    title: 'Applications',
    body: html`<div class="head"><p>What people sign in to, and the MCP applications that agents reach for them.</p>${create}</div>
${search(at(LIST), fields)}
${rows.length === 0 ? empty(none, create) : html`${table('Applications', ['Label', 'Kind', 'Status', 'XAA'], rows)}${more(found.others)}`}`,
  };
}

/** What can be created: each is a sign-in method, or a type of OIDC application. */
export const NEW_KINDS = [
  { value: 'saml', label: 'SAML 2.0', hint: 'Claude and most MCP applications of the guide are such.' },
  { value: 'web', label: 'OIDC: web application', hint: 'A server that keeps a client secret.' },
  { value: 'browser', label: 'OIDC: single-page application', hint: 'Runs in a browser; PKCE, no secret.' },
  { value: 'native', label: 'OIDC: native application', hint: 'Runs on a computer or a phone; PKCE, no secret.' },
  { value: 'service', label: 'OIDC: service', hint: 'Calls APIs in its own name; nobody signs in to it.' },
] as const satisfies readonly Option[];
export type NewKind = (typeof NEW_KINDS)[number]['value'];

export const isNewKind = (kind: string): kind is NewKind => NEW_KINDS.some(({ value }) => value === kind);

const TRAIL = [{ label: 'Applications', to: LIST }] as const;

/** The first step. */
export function newApplicationPage(at: At): Page {
  const kinds = radios({ name: 'kind', label: 'Sign-in method', value: 'saml', options: NEW_KINDS });
  return {
    title: 'Create App Integration',
    trail: TRAIL,
    body: card(
      'Step 1 of 2: sign-in method',
      html`<form method="get" action="${at(NEW)}">${kinds}<button>Next</button></form>`,
    ),
  };
}

const samlFields = (value: Values) => html`${field({
  ...{ name: 'ssoAcsUrl', label: 'Single sign-on URL', value: value('ssoAcsUrl'), type: 'url', required: true },
  hint: 'The assertion consumer service of the application: where responses are sent.',
})}
${field({
  ...{ name: 'audience', label: 'Audience URI (SP Entity ID)', value: value('audience'), required: true },
  hint: 'What the application calls itself.',
})}
${choice({
  ...{ name: 'nameIdFormat', label: 'Name ID Format', value: value('nameIdFormat'), options: NAME_ID_FORMATS },
  hint: 'The guide wants EmailAddress.',
})}`;

const SIGN_INS = GRANT_TYPES.filter(({ value }) => value !== 'client_credentials');

const redirectFields = (value: Values, grantTypes: readonly string[]) => html`${area({
  ...{ name: 'redirectUris', label: 'Sign-in redirect URIs', value: value('redirectUris'), rows: 3, required: true },
  hint: 'Where a browser is sent back to, one in a line.',
})}
${checks({ name: 'grantTypes', label: 'Grant types', values: grantTypes, options: SIGN_INS })}`;

const serviceFields = (value: Values) =>
  area({
    ...{ name: 'key', label: 'Public key', value: value('key'), rows: 8 },
    hint: 'PEM or a JWK, for private_key_jwt. Empty: the service gets a client secret.',
  });

function fieldsOf(kind: NewKind, value: Values, grantTypes: readonly string[]): Html {
  if (kind === 'saml') return samlFields(value);
  return kind === 'service' ? serviceFields(value) : redirectFields(value, grantTypes);
}

export interface NewApplicationModel {
  readonly at: At;
  readonly value: Values;
  readonly kind: NewKind;
  readonly grantTypes: readonly string[];
}

/** The second step: the few settings that such an application must have. */
export function newApplicationOfKindPage({ at, value, kind, grantTypes }: NewApplicationModel): Page {
  const { label } = NEW_KINDS.find((one) => one.value === kind) as (typeof NEW_KINDS)[number];
  const body = html`${hidden('kind', kind)}
${field({ name: 'label', label: 'Application label', value: value('label'), required: true, hint: 'No other application has it.' })}
${fieldsOf(kind, value, grantTypes)}
${choice({ name: 'origin', label: 'Comes from', value: value('origin'), options: ORIGINS })}
${button('create', 'Create')}`;
  return {
    title: 'Create App Integration',
    trail: [...TRAIL, { label: 'Sign-in method', to: NEW }],
    body: card(`Step 2 of 2: ${label}`, form(at(NEW), body)),
  };
}
