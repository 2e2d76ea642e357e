/** How text becomes Markdown here: as text, whatever it says. No table, link, tag or mention comes of it. */
import { onOneLine } from './visible.js';

/** What means something to GitHub's Markdown inside a line, and the dot that makes a link of `www.`. */
const MEANS_SOMETHING = /[&<>"'\\`*_{}[\]()#!|~:@$^=]|(?<=www)\./gi;

/** On one line: what begins a line in Markdown is then out of reach. */
export function markdownText(text: string): string {
  return onOneLine(text).replace(MEANS_SOMETHING, (character) => `&#${character.charCodeAt(0)};`);
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Cells are Markdown already. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), `|${'---|'.repeat(head.length)}`, ...rows.map(row)].join('\n');
}
