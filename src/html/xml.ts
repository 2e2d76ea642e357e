/**
 * The escaping template for XML. Owns the only way text becomes XML: whatever is interpolated is escaped unless it
 * already is {@link Xml}, and what XML 1.0 has no place for is dropped.
 */

/**
 * So that text and quoted attributes read back as they were, line ends too: also those that only XML 1.1 has, which the parser
 * below XML signatures takes for line ends in any XML.
 */
const ESCAPES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
  ...{ '\t': '&#9;', '\n': '&#10;', '\r': '&#13;', '\u0085': '&#133;', '\u2028': '&#8232;' },
};

/** All but the production Char of XML 1.0. */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** Markup that has been through the template. The brand keeps plain strings out. */
export interface Xml {
  readonly markup: string;
}

export type XmlInterpolation = string | number | Xml | readonly XmlInterpolation[] | undefined;

function render(value: XmlInterpolation): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') {
    return value
      .replace(FORBIDDEN, '')
      .replace(/[&<>"'\t\n\r\u0085\u2028]/g, (character) => ESCAPES[character] as string);
  }
  return 'markup' in value ? value.markup : value.map(render).join('');
}

/** Tagged template: xml`<a b="${anything}">${anything}</a>`. */
export function xml(strings: TemplateStringsArray, ...values: XmlInterpolation[]): Xml {
  return { markup: strings.reduce((all, part, at) => all + render(values[at - 1]) + part) };
}

/** The first character of a text that no XML can carry, if there is one. */
export function unwritableIn(text: string): string | undefined {
  return text.match(FORBIDDEN)?.[0];
}
