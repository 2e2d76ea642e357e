/**
 * The escaping template. Owns the only way text becomes HTML: whatever is interpolated is escaped unless it already is
 * {@link Html}, so a page cannot forget to.
 */

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Markup that has been through the template. The brand keeps plain strings out. */
export interface Html {
  readonly markup: string;
}

/** What may stand in a template: text, a number, markup, a list of these, or nothing. */
export type Interpolation = string | number | Html | readonly Interpolation[] | false | null | undefined;

function render(value: Interpolation): string {
  if (value === undefined || value === null || value === false) return '';
  if (typeof value === 'string') return value.replace(/[&<>"']/g, (character) => ESCAPES[character] as string);
  if (typeof value === 'number') return String(value);
  return 'markup' in value ? value.markup : value.map(render).join('');
}

/** Tagged template: html`<p>${anything}</p>`. Safe in text and in double-quoted attributes. */
export function html(strings: TemplateStringsArray, ...values: Interpolation[]): Html {
  return { markup: strings.reduce((all, part, at) => all + render(values[at - 1]) + part) };
}
