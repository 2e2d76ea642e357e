/**
 * *Try it*: a debugger that plays the requester, in the steps of the guide. The server keeps nothing of it: what a step yields
 * stands in the fields of the next one.
 */
import { type Html, html } from '../html/html.js';
import { area, button, choice, field, form, hidden, type Option, type Values } from './forms.js';
import type { At, Page } from './frame.js';
import { type Hop, hopShown } from './hop.js';
import { card, note } from './parts.js';

export const STEPS = ['sign-in', 'exchange', 'redeem'] as const;
export type StepName = (typeof STEPS)[number];

/** The fields of each step that the others carry along; secrets are not among them. */
export const CARRIED: Readonly<Record<StepName, readonly string[]>> = {
  'sign-in': ['app', 'user'],
  exchange: ['subjectTokenType', 'subjectToken', 'agent', 'audience', 'scope', 'resource'],
  redeem: ['idJag', 'tokenEndpoint', 'clientId', 'clientAuth', 'redeemResource'],
};

/** The kinds of token that can be exchanged. */
export const SUBJECT_TOKENS: readonly Option[] = [
  { value: 'id_token', label: 'ID token' },
  { value: 'refresh_token', label: 'Refresh token' },
  { value: 'saml2', label: 'SAML response or assertion' },
];

/** How the client proves itself to the provider’s token endpoint. */
export const CLIENT_AUTH: readonly Option[] = [
  { value: 'client_secret_basic', label: 'Secret in the Authorization header (client_secret_basic)' },
  { value: 'client_secret_post', label: 'Secret in the form (client_secret_post)' },
  { value: 'none', label: 'Client id alone (none)' },
  { value: 'as-agent', label: 'As the agent does at this org' },
];

export interface TryItModel {
  readonly at: At;
  readonly value: Values;
  readonly apps: readonly Option[];
  readonly users: readonly string[];
  readonly agents: readonly Option[];
  readonly audiences: readonly string[];
  /** The step that was just played, and its hops. */
  readonly played?: { readonly step: StepName; readonly hops: readonly Hop[] } | undefined;
}

/** What the other steps have in their fields. */
function carried({ value }: TryItModel, own: StepName): Html[] {
  return STEPS.filter((step) => step !== own).flatMap((step) => CARRIED[step].map((name) => hidden(name, value(name))));
}

function step(model: TryItModel, name: StepName, title: string, fields: Html): Html {
  const { at, played } = model;
  const hops = played?.step === name ? played.hops : [];
  return card(
    title,
    html`${form(at(`/console/try-it#${name}`), html`${carried(model, name)}${fields}`, title)}
${hops.map((hop, index) => hopShown(at, hop, `${name}-${index}`))}`,
    name,
  );
}

export function tryItPage(model: TryItModel): Page {
  const { value, apps, users, agents, audiences } = model;
  return {
    title: 'Try it',
    body: html`<p>Plays Claude, one step after the other, with real requests. Nothing of it is kept here: what a step yields stands in the fields of the next, where you may change it, or paste a token of your own.</p>
${step(
  model,
  'sign-in',
  '1. The user signs in',
  html`${choice({ name: 'app', label: 'Application', value: value('app'), options: apps, hint: 'The Requester: what the user signs in to.' })}
${field({ name: 'user', label: 'User', value: value('user'), offers: users, required: true, hint: 'Login. No password is needed: the org opens the session, as its Authentication API would.' })}
${area({ name: 'appKey', label: 'Private key of the application', value: '', rows: 3, hint: 'A JWK; only where it authenticates with a key. Used once, and never kept.' })}
${button('sign-in', 'Sign in')}`,
)}
${step(
  model,
  'exchange',
  '2. XAA token exchange',
  html`${choice({ name: 'subjectTokenType', label: 'Kind of token', value: value('subjectTokenType'), options: SUBJECT_TOKENS })}
${area({ name: 'subjectToken', label: 'Subject token', value: value('subjectToken'), rows: 4, required: true })}
${choice({ name: 'agent', label: 'AI agent', value: value('agent'), options: agents })}
${field({ name: 'audience', label: 'Audience', value: value('audience'), offers: audiences, required: true, hint: 'Issuer URL of the resource application, to the byte.' })}
${field({ name: 'scope', label: 'Scope', value: value('scope') })}
${field({ name: 'resource', label: 'Resource', value: value('resource') })}
${area({ name: 'agentKey', label: 'Private key of the AI agent', value: '', rows: 3, hint: 'A JWK; not needed for the agents of the example org, whose key is published. Used once, and never kept.' })}
${button('exchange', 'Exchange')}`,
)}
${step(
  model,
  'redeem',
  '3. The ID-JAG is redeemed',
  html`${area({ name: 'idJag', label: 'ID-JAG', value: value('idJag'), rows: 4, required: true })}
${field({ name: 'tokenEndpoint', label: 'Token endpoint', value: value('tokenEndpoint'), required: true, hint: 'Of the provider’s authorization server. This org sends the request, from where it runs.' })}
${field({ name: 'clientId', label: 'Client ID', value: value('clientId'), hint: 'Client ID at resource.' })}
${choice({ name: 'clientAuth', label: 'Client authentication', value: value('clientAuth'), options: CLIENT_AUTH })}
${field({ name: 'clientSecret', label: 'Client secret', value: '', type: 'password', hint: 'Used once, and never kept.' })}
${area({ name: 'redeemKey', label: 'Private key for the redemption', value: '', rows: 3, hint: 'A JWK; only for an agent with a key of its own, at a server of this org.' })}
${field({ name: 'redeemResource', label: 'Resource at the token endpoint', value: value('redeemResource') })}
${button('redeem', 'Redeem')}`,
)}
${note('Tokens that you see here are real for this org: they work until they expire.')}`,
  };
}
