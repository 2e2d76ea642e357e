/**
 * Reads XML that anybody may have sent: one strict parser, few levels, few nodes, no document type, no entity, no processing
 * instruction. Nothing outside the text is ever looked at, and nothing that was sent makes it throw.
 */
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { type Problem, problem } from '../protocol/rule.js';

/**
 * More than these is nothing that a SAML party writes. Characters of the text; everything else but the depth of all of it.
 * Comments and CDATA sections count because the library that drops them takes a time that grows with their square.
 */
export const LIMITS = { characters: 500_000, depth: 40, elements: 5_000, attributes: 10_000, asides: 100 } as const;

/** How much is read before the fault of what was read is looked at. */
const PIECE = 2_048;

/** An element without its comments. */
export interface XmlElement {
  /** Empty: it is in none. */
  readonly namespace: string;
  /** Without prefix. */
  readonly name: string;
  /** By name, and by `{namespace}name` where the attribute is in one. Declarations of namespaces are none. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly elements: readonly XmlElement[];
  /** All its own text, also where comments or elements stand between. */
  readonly text: string;
}

export interface XmlDocument {
  readonly root: XmlElement;
  /** What was read, without a byte order mark. */
  readonly text: string;
}

export type XmlProblem =
  | 'too-large'
  | 'not-utf8'
  | 'not-xml'
  | 'xml-version'
  | 'encoding'
  | 'doctype'
  | 'processing-instruction'
  | 'too-deep'
  | 'too-many-elements'
  | 'too-many-attributes'
  /** Comments and CDATA sections. */
  | 'too-many-asides';

interface Growing extends XmlElement {
  readonly elements: XmlElement[];
  text: string;
}

const NAMESPACE_OF_DECLARATIONS = 'http://www.w3.org/2000/xmlns/';

function attributesOf(tag: SaxesTagNS): ReadonlyMap<string, string> {
  const named = Object.values(tag.attributes).filter(({ uri }) => uri !== NAMESPACE_OF_DECLARATIONS);
  return new Map(named.map(({ uri, local, value }) => [uri === '' ? local : `{${uri}}${local}`, value]));
}

/** Grows a tree of what the parser tells, and remembers the first fault. */
function growing() {
  const open: Growing[] = [];
  const count = { elements: 0, attributes: 0, asides: 0 };
  let root: XmlElement | undefined;
  let fault: XmlProblem | undefined;
  const parser = new SaxesParser({ xmlns: true, position: false });
  const refuse = (why: XmlProblem) => () => {
    fault ??= why;
  };
  const tooMany = (what: keyof typeof count, why: XmlProblem) => {
    if (++count[what] > LIMITS[what]) fault ??= why;
  };
  const write = (text: string) => {
    const innermost = open.at(-1);
    if (innermost) innermost.text += text;
  };
  parser.on('error', refuse('not-xml'));
  parser.on('doctype', refuse('doctype'));
  parser.on('processinginstruction', refuse('processing-instruction'));
  parser.on('xmldecl', ({ version, encoding = 'utf-8' }) => {
    if (version !== '1.0') fault ??= 'xml-version';
    if (!/^(utf-8|us-ascii)$/i.test(encoding)) fault ??= 'encoding';
  });
  parser.on('opentagstart', () => tooMany('elements', 'too-many-elements'));
  parser.on('attribute', () => tooMany('attributes', 'too-many-attributes'));
  parser.on('opentag', (tag) => {
    const element: Growing = {
      ...{ namespace: tag.uri, name: tag.local, attributes: attributesOf(tag) },
      ...{ elements: [], text: '' },
    };
    open.at(-1)?.elements.push(element);
    root ??= element;
    if (open.push(element) > LIMITS.depth) fault ??= 'too-deep';
  });
  parser.on('closetag', () => open.pop());
  parser.on('text', write);
  parser.on('cdata', (text) => {
    tooMany('asides', 'too-many-asides');
    write(text);
  });
  parser.on('comment', () => tooMany('asides', 'too-many-asides'));
  return { parser, fault: () => fault, root: () => root };
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * The document that the bytes are, or why they are none that is read here. `not-xml` is also an entity that nobody
 * declared.
 */
export function readXml(sent: Uint8Array | string): XmlDocument | Problem<XmlProblem> {
  if (sent.length > LIMITS.characters) return problem('too-large');
  const text = typeof sent === 'string' ? sent : decoded(sent);
  if (text === undefined) return problem('not-utf8');
  const { parser, fault, root } = growing();
  for (let at = 0; at < text.length && fault() === undefined; at += PIECE) parser.write(text.slice(at, at + PIECE));
  if (fault() === undefined) parser.close();
  const why = fault();
  return why === undefined ? { root: root() as XmlElement, text } : problem(why);
}
