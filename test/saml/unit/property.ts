/** Any text comes out as it went in, or is refused before it is written. */
import fc from 'fast-check';
import t from 'tap';
import { writeAssertion } from '../../../src/saml/assertion.js';
import { postFields, readPost } from '../../../src/saml/post-binding.js';
import { readRedirect, redirectUrl } from '../../../src/saml/redirect-binding.js';
import { good, judged, SIGNER } from '../../support/saml.js';

/** The production Char of XML 1.0. */
const WRITABLE = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 10 }),
  fc.string({
    unit: fc.constantFrom(...'<>&"\'\t\n\r ]]>{}-!\u0000\u0085\u2028\ufffe\u{1f600}\ud83da'),
    maxLength: 10,
  }),
);

t.test('NameID and attributes', async (t) => {
  await fc.assert(
    fc.asyncProperty(text, text, text, async (value, name, one) => {
      const content = good({ nameId: { value, format: one }, attributes: [{ name, values: [one, value] }] });
      const made = writeAssertion(content, SIGNER);
      if (![value, name, one].every((part) => WRITABLE.test(part))) {
        return typeof made === 'object' && made.problem === 'unwritable';
      }
      const facts = judged(made as string);
      const nameId = value.trim() === '' ? { problem: 'saml_nameid_missing' } : { value, format: one };
      return (
        t.match(facts.nameId, nameId) &&
        facts.attributes[0]?.name === name &&
        facts.attributes[0].values.join('|') === `${one}|${value}`
      );
    }),
    { numRuns: 60 },
  );
});

t.test('RelayState', async () => {
  // A URL carries no half of a surrogate pair.
  const wellFormed = text.map((one) => Buffer.from(one).toString());
  await fc.assert(
    fc.asyncProperty(wellFormed, async (relayState) => {
      const url = redirectUrl({
        destination: 'https://sp.example/acs',
        kind: 'SAMLResponse',
        text: '<a/>',
        relayState,
      });
      const fields = postFields('SAMLResponse', '<a/>', relayState);
      const post = readPost((name) => fields.filter(([one]) => one === name).map(([, value]) => value));
      return [readRedirect(url.slice(url.indexOf('?'))), post].every(
        (message) => !('problem' in message) && message.relayState === relayState,
      );
    }),
  );
});
