/** The page on which somebody who does not sit at this machine brings an API token. */
import { html } from '../html/html.js';
import { button, field, form, hidden } from './forms.js';
import type { At, Page } from './frame.js';
import { card } from './parts.js';

/** @param to where to go on afterwards, at the org */
export function signInPage(at: At, to: string): Page {
  return {
    title: 'Sign in to the console',
    body: card(
      'API token',
      html`<p>From the machine that the org runs on, at the name <code>localhost</code> or a loopback address, the console is open. From elsewhere (a container's published port is elsewhere, too) it takes an API token of the org: one of <code>apiTokens</code> in its org file, or the one given with <code>--api-token</code>.</p>
${form(
  at('/console/sign-in'),
  html`${hidden('to', to)}${field({ name: 'token', label: 'API token', type: 'password', value: '', required: true })}${button('sign-in', 'Sign in')}`,
)}`,
    ),
  };
}
