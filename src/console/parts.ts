/** What pages are made of: cards, tables, ticks, tabs, texts to copy, times. Pure; every one escapes what it is handed. */
import { type Html, html, type Interpolation } from '../html/html.js';

/** A part of a page under a heading. */
export function card(title: string, body: Interpolation, id?: string): Html {
  return html`<section class="card"${id !== undefined && html` id="${id}"`}><h2>${title}</h2>${body}</section>`;
}

/** Names and values. A value of undefined is left out. */
export function facts(rows: readonly (readonly [string, Interpolation])[]): Html {
  const shown = rows.filter(([, value]) => value !== undefined && value !== false);
  return html`<dl class="facts">${shown.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

type Rows = readonly (readonly Interpolation[])[];

function scrolling(caption: string, heads: readonly string[], rows: readonly Html[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption class="unseen">${caption}</caption>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

/** A table that scrolls by itself where it is wider than the page. @param caption what it is a table of; not seen */
export function table(caption: string, heads: readonly string[], rows: Rows): Html {
  const shown = rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`);
  return scrolling(caption, heads, shown);
}

/** The same for rows that are records: on a phone, each is a block of lines that begin with their heads. */
export function records(caption: string, heads: readonly string[], rows: Rows): Html {
  const shown = rows.map(
    (cells) => html`<tr>${cells.map((cell, at) => html`<td data-head="${heads[at]}">${cell}</td>`)}</tr>`,
  );
  return html`<div class="stack">${scrolling(caption, heads, shown)}</div>`;
}

/** In place of a list that has nothing in it: why, and what to do. */
export function empty(says: string, then?: Html): Html {
  return html`<div class="empty"><p>${says}</p>${then}</div>`;
}

/** A remark beside the text. */
export function note(body: Interpolation, kind: 'quiet' | 'warn' = 'quiet'): Html {
  return html`<p class="notice ${kind}">${body}</p>`;
}

const TICKS = {
  green: { sign: '✓', says: 'complete' },
  hollow: { sign: '○', says: 'not complete' },
  red: { sign: '✗', says: 'to be mended' },
} as const;

/** A checkmark. The sign and its word say what the colour says. */
export function tick(colour: keyof typeof TICKS): Html {
  const { sign, says } = TICKS[colour];
  return html`<span class="tick ${colour}" role="img" aria-label="${says}" title="${says}">${sign}</span>`;
}

const OUTCOMES = {
  holds: { sign: '✓', says: 'holds' },
  broken: { sign: '✗', says: 'broken' },
  'not-asked': { sign: '–', says: 'not asked' },
} as const;

/** What a rule came to. */
export function outcomeSign(outcome: keyof typeof OUTCOMES): Html {
  const { sign, says } = OUTCOMES[outcome];
  return html`<span class="outcome ${outcome}" role="img" aria-label="${says}" title="${says}">${sign}</span>`;
}

/** A word in a coloured frame, such as a status. */
export function badge(word: string, kind: 'good' | 'bad' | 'warn' | 'plain' = 'plain'): Html {
  return html`<span class="badge ${kind}">${word}</span>`;
}

/** The status of a record of the registry. */
export function status(word: string): Html {
  return badge(word, word === 'ACTIVE' ? 'good' : word === 'SUSPENDED' || word === 'INACTIVE' ? 'warn' : 'plain');
}

/** Text to be copied: the button is there where a script can do it. @param id of its own on the page */
export function copyable(id: string, text: string): Html {
  return html`<span class="copyable"><code id="${id}">${text}</code> <button type="button" class="small" data-copy="${id}" hidden>Copy</button></span>`;
}

/** Text of several lines, with a button that copies it. @param label says what it is */
export function block(id: string, label: string, text: string): Html {
  return html`<figure class="block"><figcaption>${label} <button type="button" class="small" data-copy="${id}" hidden>Copy</button></figcaption><pre id="${id}" tabindex="0">${text}</pre></figure>`;
}

/** A moment as a person reads it, and as it stands in the record. @param at ISO 8601 */
export function moment(at: string): Html {
  return html`<time datetime="${at}">${at.replace('T', ' ').replace(/\.\d+Z$|Z$/, ' UTC')}</time>`;
}

/** The same in two lines, for a narrow column. @param at ISO 8601 */
export function dayAndTime(at: string): Html {
  return html`<time datetime="${at}">${at.slice(11, 19)} UTC</time> <br><span class="quiet">${at.slice(0, 10)}</span>`;
}

/** The tabs of a page. @param here label of the one that is shown */
export function tabs(
  label: string,
  here: string,
  all: readonly { readonly label: string; readonly to: string; readonly mark?: Html | undefined }[],
): Html {
  const shown = all.map(
    (one) =>
      html`<li><a href="${one.to}"${one.label === here && html` aria-current="page"`}>${one.mark}${one.mark && ' '}${one.label}</a></li>`,
  );
  return html`<nav class="tabs" aria-label="${label}"><ul>${shown}</ul></nav>`;
}

/** What opens at a click. @param kind `menu`: it lies over the page. @param isOpen it has something to be seen at once */
export function opening(
  summary: Interpolation,
  body: Interpolation,
  kind: 'plain' | 'menu' = 'plain',
  isOpen = false,
): Html {
  return html`<details class="${kind}"${isOpen && ' open'}><summary>${summary}</summary><div>${body}</div></details>`;
}

/** Says that a list goes on. */
export function more(others: number): Html | undefined {
  if (others <= 0) return undefined;
  return html`<p class="quiet">${others} more ${others === 1 ? 'is' : 'are'} not shown: search to narrow the list.</p>`;
}
