/** The page in place of one that cannot be shown. */
import { html } from '../html/html.js';
import type { At, Page } from './frame.js';

export function refusedPage(at: At, sentences: readonly string[]): Page {
  return {
    title: 'This page cannot be shown',
    body: html`<ul>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul><p><a href="${at('/')}">Back to the overview</a></p>`,
  };
}
