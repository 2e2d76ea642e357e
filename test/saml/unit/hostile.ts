/** Hostile XML: refused, fast, and without a look at any file or host. */
import { deflateRawSync } from 'node:zlib';
import t from 'tap';
import { openAssertion, openSubjectToken } from '../../../src/saml/read-assertion.js';
import { LIMITS, readXml } from '../../../src/saml/read-xml.js';
import { readRedirect } from '../../../src/saml/redirect-binding.js';
import { HOSTILE } from '../../support/hostile-xml.js';
import { assertionBy, good, SIGNER } from '../../support/saml.js';

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
