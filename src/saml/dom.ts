/** A DOM of a text that `read-xml.ts` has read before, for the library that canonicalises. Nothing is read from it. */
import { DOMParser, type DomNode } from '@xmldom/xmldom/lib/dom-parser.js';

/** @throws where the two parsers do not agree that it is XML. */
export function domOf(text: string): DomNode {
  const parser = new DOMParser({
    errorHandler: (level, message) => {
      throw new Error(`${level}: ${message}`);
    },
  });
  return parser.parseFromString(text, 'text/xml').documentElement;
}

/** The first child element of that namespace and name. */
export function domChild(node: DomNode, namespace: string, name: string): DomNode | undefined {
  return Array.from(node.childNodes).find((child) => child.namespaceURI === namespace && child.localName === name);
}
