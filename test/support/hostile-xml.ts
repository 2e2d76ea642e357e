/** XML that nobody means well with, for every place where some is read. */
import { LIMITS } from '../../src/saml/read-xml.js';

const BOMB = `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 12 }, (_, at) => `<!ENTITY a${at} "${`&a${at - 1};`.repeat(10)}">`).join('')}]><a>&a11;</a>`;

/** What it is -> the text, and why it is refused. */
export const HOSTILE: Readonly<Record<string, readonly [text: string | Buffer, problem: string]>> = {
  'a document type': ['<!DOCTYPE a><a/>', 'doctype'],
  'a document type of its own': ['<!DOCTYPE a [<!ELEMENT a ANY>]><a/>', 'doctype'],
  'an external document type': ['<!DOCTYPE a SYSTEM "http://127.0.0.1:1/evil.dtd"><a/>', 'doctype'],
  'an external entity': ['<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 'doctype'],
  'a parameter entity': ['<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:1/">%x;]><a/>', 'doctype'],
  'a billion laughs': [BOMB, 'doctype'],
  'a document type without an end': ['<!DOCTYPE a [', 'not-xml'],
  'an entity that nobody declared': ['<a>&x;</a>', 'not-xml'],
  'an entity that only HTML has': ['<a>&nbsp;</a>', 'not-xml'],
  'a processing instruction': ['<a><?php evil() ?></a>', 'processing-instruction'],
  'a stylesheet': ['<?xml-stylesheet href="http://127.0.0.1:1/"?><a/>', 'processing-instruction'],
  'XML 1.1': ['<?xml version="1.1"?><a/>', 'xml-version'],
  'another encoding': ['<?xml version="1.0" encoding="UTF-7"?><a/>', 'encoding'],
  'UTF-16': [Buffer.from('\ufeff<a/>', 'utf16le'), 'not-utf8'],
  'a byte that UTF-8 does not have': [Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e]), 'not-utf8'],
  'ten megabytes': [`<a>${'x'.repeat(10_000_000)}</a>`, 'too-large'],
  'ten thousand levels': ['<a>'.repeat(10_000) + '</a>'.repeat(10_000), 'too-deep'],
  'levels without an end': ['<a>'.repeat(100_000), 'too-deep'],
  'a level too many': ['<a>'.repeat(LIMITS.depth + 1) + '</a>'.repeat(LIMITS.depth + 1), 'too-deep'],
  'elements without end': [`<a>${'<b/>'.repeat(100_000)}</a>`, 'too-many-elements'],
  'attributes without end': [
    `<a ${Array.from({ length: 30_000 }, (_, at) => `a${at}=""`).join(' ')}/>`,
    'too-many-attributes',
  ],
  'comments without end': [`<a>${'<!---->'.repeat(50_000)}</a>`, 'too-many-asides'],
  'CDATA sections without end': [`<a>${'<![CDATA[]]>'.repeat(30_000)}</a>`, 'too-many-asides'],
  'a name as long as the text': [`<${'a'.repeat(400_000)}`, 'not-xml'],
  'an attribute twice': ['<a b="1" b="2"/>', 'not-xml'],
  'an attribute twice by its namespace': ['<a xmlns:x="u" xmlns:y="u" x:b="1" y:b="2"/>', 'not-xml'],
  'a prefix that nobody declared': ['<x:a/>', 'not-xml'],
  'two roots': ['<a/><b/>', 'not-xml'],
  'text behind the root': ['<a/>b', 'not-xml'],
  'a tag that nobody closes': ['<a><b></a>', 'not-xml'],
  'an element cut off': ['<a', 'not-xml'],
  'a control character': ['<a>\u0000</a>', 'not-xml'],
  'a reference to a control character': ['<a>&#0;</a>', 'not-xml'],
  'no XML at all': ['{"a":1}', 'not-xml'],
  blanks: ['  ', 'not-xml'],
  nothing: ['', 'not-xml'],
};
