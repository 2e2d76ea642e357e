/** The start page: what this is, where to point a server at, and the way to each thing that people come for. */
import { html } from '../html/html.js';
import { field } from './forms.js';
import type { At, Page } from './frame.js';
import { card, copyable, facts } from './parts.js';

export interface OverviewModel {
  readonly at: At;
  readonly issuer: string;
  readonly profile: string;
  readonly counts: Readonly<Record<'applications' | 'people' | 'agents' | 'exchanges', number>>;
  /** Issuer URLs of the applications, to choose from. */
  readonly audiences: readonly string[];
}

/** What people come for, and where it is. */
const TASKS = [
  { label: 'Set up Cross App Access', to: '/console/ai-agents', says: 'what an Okta administrator does, step by step' },
  { label: 'See what arrived', to: '/console/exchanges', says: 'each token request, and every rule it was judged by' },
  { label: 'Play the requester', to: '/console/try-it', says: 'sign in, exchange, redeem, one step after the other' },
  { label: 'Probe your server', to: '/console/probe', says: 'fire every edge case at it and read what it let through' },
  { label: 'Make something fail', to: '/console/faults', says: 'slow answers, vanished keys, a clock that is wrong' },
] as const;

export function overviewPage({ at, issuer, profile, counts, audiences }: OverviewModel): Page {
  return {
    title: 'Overview',
    body: html`<p>A mock Okta org for Cross App Access. It signs people in, exchanges the sign-in for ID-JAGs, and does each of these wrong when asked to.</p>
${card(
  'Get a token for your server, right or wrong',
  html`<p>An ID-JAG addressed to your authorization server: valid, expired, signed by a stranger, and some hundred other ways.</p>
<form method="get" action="${at('/console/edge-cases')}">
${field({ name: 'audience', label: 'Audience', value: '', hint: 'The issuer of your authorization server, as it stands in aud.', offers: audiences })}
${field({ name: 'q', label: 'What should be wrong with it', value: '', hint: 'Such as: expired, audience, signature. Empty: show everything.' })}
<button>Find</button></form>`,
)}
${card(
  'What you may want to do',
  html`<ul>${TASKS.map(({ label, to, says }) => html`<li><a href="${at(to)}">${label}</a>: ${says}</li>`)}</ul>`,
)}
${card(
  'This org',
  facts([
    ['Issuer', copyable('issuer', issuer)],
    ['Keys', copyable('jwks', `${issuer}/oauth2/v1/keys`)],
    ['Token endpoint', copyable('token-endpoint', `${issuer}/oauth2/v1/token`)],
    ['Behaves as', `profile ${profile}`],
    ['Applications', html`<a href="${at('/console/applications')}">${counts.applications}</a>`],
    ['People', html`<a href="${at('/console/people')}">${counts.people}</a>`],
    ['AI agents', html`<a href="${at('/console/ai-agents')}">${counts.agents}</a>`],
    ['Exchanges kept', html`<a href="${at('/console/exchanges')}">${counts.exchanges}</a>`],
  ]),
)}`,
  };
}
