/** Hostile XML: refused, fast, and without a look at any file or host. */
import { deflateRawSync } from 'node:zlib';
import t from 'tap';
import { openAssertion, openSubjectToken } from '../../../src/saml/read-assertion.js';
import { LIMITS, readXml } from '../../../src/saml/read-xml.js';
import { readRedirect } from '../../../src/saml/redirect-binding.js';
import { assertionBy, good, SIGNER } from '../../support/saml.js';

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

for (const [what, [text, problem]] of Object.entries(HOSTILE)) {
  t.test(`${what}: ${problem}`, async (t) => {
    const began = performance.now();
    t.same(readXml(text), { problem });
    t.same(openAssertion(text), { problem: 'saml_parse_failed', because: problem });
    t.ok(performance.now() - began < 5000, 'fast');
  });
}

t.test('the limits themselves are allowed', async (t) => {
  t.notMatch(readXml('<a>'.repeat(LIMITS.depth) + '</a>'.repeat(LIMITS.depth)), { problem: /./ });
  t.notMatch(readXml(`<a>${'<b/>'.repeat(LIMITS.elements - 1)}</a>`), { problem: /./ });
  t.notMatch(readXml(`<a>${'x'.repeat(LIMITS.characters - 7)}</a>`), { problem: /./ });
});

t.test('what XML is made of is read', async (t) => {
  const read = readXml(
    Buffer.from(
      '\ufeff<?xml version="1.0" encoding="utf-8"?>\n<!-- c --><p:a xmlns:p="u" b="1&#10;2" p:b="3">x<!-- y -->z<c/><![CDATA[<]]>&#x41;&lt;</p:a>\n',
    ),
  );
  if ('problem' in read) throw new Error(read.problem);
  const { root } = read;
  t.match(root, { namespace: 'u', name: 'a', text: 'xz<A<' });
  t.same(
    [...root.attributes],
    [
      ['b', '1\n2'],
      ['{u}b', '3'],
    ],
  );
  t.match(root.elements, [{ namespace: '', name: 'c', text: '' }]);
  t.match(readXml('<?xml version="1.0"?><a/>'), { root: { name: 'a' } });
});

const ALONE = assertionBy(good(), SIGNER);

t.test('base64 of any kind is read as a subject token, and nothing that is none', async (t) => {
  const bytes = Buffer.from(`${ALONE}${' '.repeat(3 - (ALONE.length % 3) + 1)}`);
  const [standard, url] = [bytes.toString('base64'), bytes.toString('base64url')];
  t.match(standard, /==$/, 'padded');
  const lines = standard.replace(/.{76}/g, '$&\r\n');
  for (const text of [standard, standard.replace(/=+$/, ''), url, `${url}==`, lines]) {
    t.match(openSubjectToken(text), { within: 'nothing', claimed: { id: good().id } });
  }
  const bad = [
    `${standard}=`,
    `${url}=`,
    standard.slice(0, -1),
    `${standard.replace(/=+$/, '').slice(0, -1)}`,
    '-_+/',
    'a!b=',
    ALONE,
  ];
  for (const text of bad)
    t.match(openSubjectToken(text), { problem: 'saml_parse_failed', because: 'not-base64' }, text.slice(-9));
  for (const text of ['', ' \n']) t.match(openSubjectToken(text), { problem: 'saml_blank', because: 'blank' });
  t.match(openSubjectToken('A'.repeat(10_000_000)), { problem: 'saml_parse_failed', because: 'too-large' });
  t.match(openSubjectToken('AAAA'), { problem: 'saml_parse_failed', because: 'not-xml' });
});

const redirected = (bytes: Buffer) => readRedirect(`SAMLRequest=${encodeURIComponent(bytes.toString('base64'))}`);

t.test('deflate: a bomb goes off no further than a message may be', async (t) => {
  const before = process.memoryUsage().arrayBuffers;
  const bomb = deflateRawSync(Buffer.alloc(300_000_000, 'a'), { level: 9 });
  t.same(redirected(bomb.subarray(0, 370_000)), { problem: 'too-large' });
  t.ok(process.memoryUsage().arrayBuffers - before < 350_000_000);
  t.same(redirected(Buffer.from('not deflated at all')), { problem: 'not-deflated' });
  t.same(redirected(deflateRawSync('<a/>').subarray(0, 3)), { problem: 'not-deflated' });
  t.match(redirected(deflateRawSync('<a/>')), { bytes: Buffer.from('<a/>') });
});
