/**
 * *Try it*: a debugger that plays the requester, in the steps of the guide. The server keeps nothing of it: what a step yields
 * stands in the fields of the next one.
 */
import { type Html, html, type Interpolation } from '../html/html.js';
import { area, button, choice, field, form, hidden, type Option, type Values } from './forms.js';
import type { At, Page } from './frame.js';
import { type Hop, hopShown } from './hop.js';
import type { Shown } from './listing.js';
import { card, more, note } from './parts.js';

export const STEPS = ['sign-in', 'exchange', 'redeem'] as const;
export type StepName = (typeof STEPS)[number];

/** The fields of each step that the others carry along; secrets are not among them. */
const FIELDS: Readonly<Record<StepName, readonly string[]>> = {
  'sign-in': ['app', 'user'],
  exchange: ['subjectTokenType', 'subjectToken', 'agent', 'audience', 'scope', 'resource'],
  redeem: ['idJag', 'tokenEndpoint', 'clientId', 'clientAuth', 'redeemResource'],
};

/** The fields that stand in no address. */
export const TOKENS: readonly string[] = ['subjectToken', 'idJag'];

/** What a step does not carry along: the tokens that it makes anew. */
const MADE_ANEW: Readonly<Record<StepName, readonly string[]>> = {
  'sign-in': TOKENS,
  exchange: ['idJag'],
  redeem: [],
};

/** The kinds of token that can be exchanged. */
export const SUBJECT_TOKENS: readonly Option[] = [
  { value: 'id_token', label: 'ID token' },
  { value: 'minted', label: 'ID token, minted: nobody signed in' },
  { value: 'refresh_token', label: 'Refresh token' },
  { value: 'saml2', label: 'SAML response or assertion' },
];

/** How the client proves itself to the provider’s token endpoint. */
export const CLIENT_AUTH: readonly Option[] = [
  { value: 'client_secret_basic', label: 'Secret in the Authorization header (client_secret_basic)' },
  { value: 'client_secret_post', label: 'Secret in the form (client_secret_post)' },
  { value: 'private_key_jwt', label: 'Assertion signed with a key (private_key_jwt)' },
  { value: 'none', label: 'Client ID alone (none)' },
  { value: 'as-agent', label: 'As the agent does at this org' },
];

/** What a step came to. */
export interface Played {
  readonly hops: readonly Hop[];
  /** What it puts into fields. */
  readonly yields: Readonly<Record<string, string>>;
  /** What else is to be known of it, in sentences. */
  readonly remarks?: readonly string[];
  /** The application cannot prove itself: its ID token can only be minted. */
  readonly unproved?: boolean;
}

/** One of a list, which may also be named by hand. */
export interface Offer extends Option {
  readonly name: string;
}

export interface TryItModel {
  readonly at: At;
  readonly value: Values;
  readonly apps: Shown<Offer>;
  readonly users: readonly string[];
  readonly agents: Shown<Offer>;
  readonly audiences: readonly string[];
  /** The step that was just played. */
  readonly played: ({ readonly step: StepName } & Played) | undefined;
}

/** What the other steps have in their fields. */
function carried({ value }: TryItModel, own: StepName): Html[] {
  const names = STEPS.flatMap((step) => (step === own ? [] : FIELDS[step]));
  return names.filter((name) => !MADE_ANEW[own].includes(name)).map((name) => hidden(name, value(name)));
}

function step(model: TryItModel, name: StepName, title: string, fields: Html): Html {
  const { at, played } = model;
  const { hops = [], remarks = [] } = played?.step === name ? played : {};
  return card(
    title,
    html`${form(at(`/console/try-it#${name}`), html`${carried(model, name)}${fields}`, title)}
${hops.map((hop, index) => hopShown(at, hop, `${name}-${index}`))}
${remarks.map((remark) => note(remark, 'warn'))}`,
    name,
  );
}

/** A list to choose from; where it would be too long, a field for the name. */
function oneOf(
  one: { readonly name: string; readonly label: string; readonly value: string; readonly hint?: Interpolation },
  { rows, others }: Shown<Offer>,
): Html {
  if (others === 0) return choice({ ...one, options: rows });
  return html`${field({ ...one, offers: rows.map(({ name }) => name), required: true })}${more(others)}`;
}

function signInFields({ value, apps, users, played }: TryItModel): Html {
  return html`${oneOf({ name: 'app', label: 'Application', value: value('app'), hint: 'The Requester: what the user signs in to.' }, apps)}
${field({ name: 'user', label: 'User', value: value('user'), offers: users, required: true, hint: 'Login. No password is needed: the org opens the session, as its Authentication API would.' })}
${area({ name: 'appKey', label: 'Private key of the application', value: '', rows: 3, hint: 'A JWK; only where it authenticates with a key. Used once, and never kept.' })}
${button('sign-in', 'Sign in')}${played?.unproved && button('mint', 'Mint the ID token', 'plain')}`;
}

function exchangeFields({ value, agents, audiences }: TryItModel): Html {
  return html`${choice({ name: 'subjectTokenType', label: 'Kind of token', value: value('subjectTokenType'), options: SUBJECT_TOKENS })}
${area({ name: 'subjectToken', label: 'Subject token', value: value('subjectToken'), rows: 4, required: true, hint: 'Of the sign-in above, or one that you paste.' })}
${oneOf({ name: 'agent', label: 'AI agent', value: value('agent') }, agents)}
${field({ name: 'audience', label: 'Audience', value: value('audience'), offers: audiences, required: true, hint: 'Issuer URL of the resource application, to the byte.' })}
${field({ name: 'scope', label: 'Scope', value: value('scope'), hint: 'Names with blanks between. Empty: what the resource connection allows.' })}
${field({ name: 'resource', label: 'Resource', value: value('resource'), hint: 'Resource indicator of the resource connection. Empty: none is sent.' })}
${area({ name: 'agentKey', label: 'Private key of the AI agent', value: '', rows: 3, hint: 'A JWK; not needed for the agents of the example org, whose key is published. Used once, and never kept.' })}
${button('exchange', 'Exchange')}`;
}

function redeemFields({ value }: TryItModel): Html {
  return html`${area({ name: 'idJag', label: 'ID-JAG', value: value('idJag'), rows: 4, required: true, hint: 'Of the exchange above, or one that you paste.' })}
${field({ name: 'tokenEndpoint', label: 'Token endpoint', value: value('tokenEndpoint'), required: true, hint: 'Of the provider’s authorization server. This org sends the request from where it runs, waits 10 s, and follows no redirect.' })}
${field({ name: 'clientId', label: 'Client ID', value: value('clientId'), hint: 'Client ID at resource.' })}
${choice({ name: 'clientAuth', label: 'Client authentication', value: value('clientAuth'), options: CLIENT_AUTH })}
${field({ name: 'clientSecret', label: 'Client secret', value: '', type: 'password', hint: 'Used once, and never kept.' })}
${area({ name: 'redeemKey', label: 'Private key for the redemption', value: '', rows: 3, hint: 'A JWK, for private_key_jwt and for an agent with a key of its own. Empty: the published key of the example agent. Used once, and never kept.' })}
${field({ name: 'redeemResource', label: 'Resource at the token endpoint', value: value('redeemResource') })}
${button('redeem', 'Redeem')}`;
}

export function tryItPage(model: TryItModel): Page {
  return {
    title: 'Try it',
    body: html`<p>Plays Claude, one step after the other, with real requests. Nothing of it is kept here: what a step yields stands in the fields of the next, where you may change it, or paste a token of your own.</p>
${step(model, 'sign-in', '1. The user signs in', signInFields(model))}
${step(model, 'exchange', '2. XAA token exchange', exchangeFields(model))}
${step(model, 'redeem', '3. The ID-JAG is redeemed', redeemFields(model))}
${note('Tokens that you see here are real for this org: they work until they expire.')}`,
  };
}
