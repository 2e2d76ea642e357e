/** The pieces that the sections of the HTML report are made of. */
import { type Html, html } from '../../html/html.js';
import { cut, pretty, visible } from './visible.js';

export function text(value: string): Html {
  return html`${visible(value)}`;
}

export function code(value: string): Html {
  return html`<code>${visible(value)}</code>`;
}

/** Claims can be as long as a request may be; the JSON report has them whole. */
const BLOCK = 6000;

/** JSON, or a text that is none, under what it is. */
export function block(label: string, value: unknown): Html {
  return html`<p class="label">${label}</p><pre>${cut(pretty(value), BLOCK)}</pre>`;
}

export type FactMarkup = readonly [label: string, value: Html | readonly Html[]];

export function factList(facts: readonly FactMarkup[]): Html {
  return html`<dl class="facts">${facts.map(([label, value]) => html`<dt>${visible(label)}</dt><dd>${value}</dd>`)}</dl>`;
}

export function list(items: readonly Html[]): Html {
  return html`<ul class="plain">${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}

export interface Section {
  /** The anchor. */
  readonly id: string;
  readonly title: string;
  /** In the navigation, where there is little room. */
  readonly short: string;
  readonly body: readonly Html[];
}

export function sectionMarkup({ id, title, body }: Section): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
${body}</section>
`;
}
