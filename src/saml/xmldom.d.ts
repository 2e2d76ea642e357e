/**
 * The parser that xml-crypto works on, typed by what is used of it here. Its own types would bring the DOM's into the whole
 * program; its inner module has none.
 */
declare module '@xmldom/xmldom/lib/dom-parser.js' {
  export interface DomNode {
    readonly nodeType: number;
    readonly localName: string | null;
    readonly namespaceURI: string | null;
    readonly childNodes: ArrayLike<DomNode>;
  }
  export interface DomDocument extends DomNode {
    readonly documentElement: DomNode;
  }
  export class DOMParser {
    constructor(options: { errorHandler: (level: string, message: string) => void });
    parseFromString(text: string, type: 'text/xml'): DomDocument;
  }
}
