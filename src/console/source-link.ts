/** A source as a page cites it: document and section, and a link where the document has an address that lasts. Pure. */
import { type Html, html } from '../html/html.js';
import { documentUrl, type Source } from '../protocol/sources.js';

export function sourceLink({ document, section }: Pick<Source, 'document' | 'section'>): Html {
  const url = documentUrl(document);
  const name = url === undefined ? document : html`<a href="${url}">${document}</a>`;
  return html`<cite>${name}, ${section}</cite>`;
}
