/** The pieces of markdown that the printed documents are made of. */
import type { Source } from '../src/protocol/sources.js';

/** Stands below the title of each. */
export const PRINTED = 'Printed by `npm run docs`. Not to be edited by hand.';

/** As written, not as prose. */
export function code(text: string): string {
  return `\`${text}\``;
}

function line(cells: readonly string[]): string {
  const padded = cells.map((cell) => (cell === '' ? ' ' : ` ${cell.replaceAll('|', '\\|')} `));
  return `|${padded.join('|')}|`;
}

/** A table; every row has as many cells as the head. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** Parts of a document, a blank line between each two. */
export function document(...parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`;
}

/** Document and section: `RFC 6749, "Error Response"`. */
export function sourceWords({ document, section }: Source): string {
  return `${document}, "${section}"`;
}
