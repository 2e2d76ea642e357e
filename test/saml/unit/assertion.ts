/** What an assertion says, each thing as a value or as the problem in its place. */
import t from 'tap';
import type { AssertionContent } from '../../../src/saml/assertion.js';
import { writeAssertion } from '../../../src/saml/assertion.js';
import { isFor } from '../../../src/saml/assertion-facts.js';
import { BEARER, PASSWORD_OVER_TLS } from '../../../src/saml/names.js';
import { openAssertion } from '../../../src/saml/read-assertion.js';
import { signatureOf } from '../../../src/saml/sign.js';
import { readMoment } from '../../../src/saml/times.js';
import {
  ATTRIBUTES,
  assertionBy,
  good,
  judged,
  NOW,
  RESPONSE,
  responseWith,
  SIGN_IN,
  SIGNER,
} from '../../support/saml.js';

const facts = (content: AssertionContent) => judged(assertionBy(content, SIGNER));

/** The assertion with a change in its markup, signed over that. */
function changed(from: string | RegExp, to: string, content = good()) {
  const text = assertionBy(content).replace(from, to);
  const signature = signatureOf({ id: content.id as string, text }, SIGNER).markup;
  return judged(text.replace('</saml2:Issuer>', `$&${signature}`));
}

t.test('everything is read as it was written', async (t) => {
  const content = good({ attributes: ATTRIBUTES });
  const until = NOW + 3_600_000;
  const authentication = { instant: NOW, sessionIndex: 's', sessionNotOnOrAfter: until, classRef: 'urn:c' };
  const nameId = { value: 'a', format: 'urn:f', nameQualifier: 'q', spNameQualifier: 's', spProvidedId: 'p' };
  t.same(facts({ ...content, authentication, nameId }), {
    ...{ id: SIGN_IN.id, issuer: SIGN_IN.issuer, issueInstant: NOW, nameId, authentication },
    bearers: [
      {
        method: BEARER,
        recipient: SIGN_IN.recipient,
        inResponseTo: '_request1',
        notBefore: undefined,
        notOnOrAfter: NOW + 300_000,
      },
    ],
    ...{ validity: { notBefore: NOW - 300_000, notOnOrAfter: NOW + 300_000 }, audiences: [[SIGN_IN.audience]] },
    ...{ strangeConditions: [], signed: 'assertion', response: undefined },
    attributes: ATTRIBUTES.map((one) => ({
      ...one,
      nameFormat: 'urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified',
    })),
  });
  t.match(facts(good()), {
    authentication: { instant: NOW - 1000, sessionIndex: '_request1', classRef: PASSWORD_OVER_TLS },
  });
});

t.test('what is missing has Okta’s name', async (t) => {
  const content = good();
  t.match(facts({ ...content, issuer: undefined }).issuer, { problem: 'saml_issuer_missing', because: 'missing' });
  t.match(facts({ ...content, nameId: undefined }).nameId, { problem: 'saml_nameid_missing', because: 'missing' });
  t.match(facts({ ...content, nameId: { value: '' } }).nameId, { because: 'empty' });
  t.match(facts({ ...content, confirmations: [] }).bearers, {
    problem: 'saml_subject_confirmation_missing',
    because: 'missing',
  });
  const keys = [{ method: 'urn:oasis:names:tc:SAML:2.0:cm:holder-of-key' }];
  t.match(facts({ ...content, confirmations: keys }).bearers, { because: 'not-bearer' });
  t.match(facts({ ...content, audiences: [] }).audiences, {
    problem: 'saml_source_app_audience_missing',
    because: 'missing',
  });
  const timeless = facts({ ...content, notBefore: undefined, notOnOrAfter: undefined, authentication: undefined });
  t.same(timeless.validity, { notBefore: undefined, notOnOrAfter: undefined });
  t.equal(timeless.authentication, undefined);
});

t.test('an assertion without an id is known by that before anybody looks for its signature', async (t) => {
  const text = assertionBy({ ...good(), id: undefined });
  t.match(openAssertion(text), { claimed: { id: { problem: 'saml_assertion_id_missing' } } });
  t.match(judged(text), { problem: 'saml_signature_invalid', because: 'unsigned' });
  const inSigned = judged(responseWith({ ...good(), id: undefined }, { response: SIGNER }));
  t.match(inSigned.id, { problem: 'saml_assertion_id_missing' });
  t.match(openAssertion(assertionBy({ ...good(), issuer: undefined })), {
    claimed: { issuer: { problem: 'saml_issuer_missing' } },
  });
  t.match(openAssertion(assertionBy(good())), {
    claimed: { id: SIGN_IN.id, issuer: SIGN_IN.issuer, audiences: [[SIGN_IN.audience]] },
  });
});

t.test('what stands twice where the schema has one is none', async (t) => {
  t.match(changed(/<saml2:Issuer.*<\/saml2:Issuer>/, '$&<!-- -->').issuer, SIGN_IN.issuer);
  t.match(changed(/<saml2:NameID.*<\/saml2:NameID>/, '$&$&').nameId, { because: 'several' });
  const subjects = changed(/<saml2:Subject .*<\/saml2:Subject>/, '$&$&');
  t.match(subjects, { nameId: { because: 'several' }, bearers: { because: 'several' } });
  const conditions = changed(/<saml2:Conditions.*<\/saml2:Conditions>/, '$&$&');
  t.match(conditions.audiences, { problem: 'saml_source_app_audience_missing', because: 'several' });
  t.match(conditions.validity, { problem: 'saml_parse_failed', because: 'several' });
  const none = changed(/<saml2:Conditions.*<\/saml2:Conditions>/, '');
  t.match(none, { audiences: { because: 'missing' }, validity: { notBefore: undefined } });
  t.match(changed(/<saml2:Subject .*<\/saml2:Subject>/, ''), {
    nameId: { because: 'missing' },
    bearers: { because: 'missing' },
  });
  const inside = changed(/<saml2:SubjectConfirmationData[^>]*>/, '$&$&');
  t.match(inside.bearers, { problem: 'saml_subject_confirmation_missing', because: 'malformed' });
});

t.test('a NameID is its whole text, across comments, or none', async (t) => {
  const name = '>alice@example.com<';
  t.match(changed(name, '>alice@example.com<!-- x -->.evil.example<').nameId, {
    value: 'alice@example.com.evil.example',
  });
  t.match(changed(name, '>alice<![CDATA[@example]]>.com<').nameId, { value: 'alice@example.com' });
  t.match(changed(name, '> alice <').nameId, { value: ' alice ' }, 'blanks are part of it');
  t.match(changed(name, '>alice<a/>@example.com<').nameId, { problem: 'saml_nameid_missing', because: 'not-text' });
  const encrypted = '<saml2:EncryptedID/>';
  t.match(changed(/<saml2:NameID.*<\/saml2:NameID>/, encrypted).nameId, { because: 'encrypted' });
});

t.test('times that are none, conditions that nobody knows', async (t) => {
  t.match(changed(/NotBefore="[^"]*"/, 'NotBefore="yesterday"').validity, {
    problem: 'saml_parse_failed',
    because: 'malformed',
  });
  const conditions = /(<saml2:Conditions[^>]*)NotOnOrAfter="[^"]*"/;
  t.match(changed(conditions, '$1NotOnOrAfter="2026-07-29"').validity, { because: 'malformed' });
  t.match(changed(/(<saml2:SubjectConfirmationData.*?)NotOnOrAfter="[^"]*"/, '$1NotOnOrAfter="x"').bearers, {
    because: 'malformed',
  });
  t.match(changed(/IssueInstant="[^"]*"/, '').issueInstant, { problem: 'saml_parse_failed', because: 'malformed' });
  t.match(changed(/AuthnInstant="[^"]*"/, '').authentication, { because: 'malformed' });
  t.match(changed(/<saml2:AuthnContext>.*<\/saml2:AuthnContext>/, '').authentication, { because: 'malformed' });
  t.match(changed(/<saml2:AuthnContextClassRef>.*<\/saml2:AuthnContextClassRef>/, '').authentication, {
    because: 'malformed',
  });
  t.match(changed('SessionIndex=', 'SessionNotOnOrAfter="x" SessionIndex=').authentication, { because: 'malformed' });
  const strange = changed('<saml2:AudienceRestriction>', '<saml2:OneTimeUse/><x xmlns="urn:x"/><saml2:Condition/>$&');
  t.same(strange.strangeConditions, ['x', 'Condition']);
  const one = changed(/<saml2:SubjectConfirmationData[^>]*>/, '').bearers;
  t.same(one, [{ method: BEARER }]);
});

t.test('moments', async (t) => {
  t.equal(readMoment('2026-07-29T08:00:00Z'), Date.parse('2026-07-29T08:00:00Z'));
  t.equal(readMoment('2026-07-29T08:00:00.123456789Z'), Date.parse('2026-07-29T08:00:00.123Z'));
  t.equal(readMoment('2026-07-29T08:00:00.5Z'), Date.parse('2026-07-29T08:00:00.500Z'));
  const bad = [
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-07-29T08:00:00',
    '2026-07-29T08:00:00+02:00',
    '2026-07-29',
    '',
    '1',
  ];
  for (const text of bad) t.same(readMoment(text), { problem: 'not-a-moment' }, text);
});

t.test('audiences: every restriction must name it', async (t) => {
  t.ok(isFor([['a', 'b']], 'b'));
  t.ok(isFor([['a'], ['b', 'a']], 'a'));
  t.notOk(isFor([['a'], ['b']], 'a'));
  t.notOk(isFor([], 'a'));
  t.notOk(isFor([[]], 'a'));
  const two = facts({ ...good(), audiences: [['a', 'b'], ['c']] });
  t.same(two.audiences, [['a', 'b'], ['c']]);
  t.same(changed('>https://sp.example/saml<', '><').audiences, [[]]);
});

t.test('attributes: those with a name, and values that are text', async (t) => {
  const content = good({ attributes: [{ name: 'a', values: ['1'], nameFormat: 'urn:n' }] });
  const text = assertionBy(content).replace(' Name="a"', '');
  t.match(openAssertion(text), { within: 'nothing' });
  const signed = (from: string, to: string) => {
    const unsigned = assertionBy(content).replace(from, to);
    const signature = signatureOf({ id: content.id as string, text: unsigned, prefixes: ['xs'] }, SIGNER).markup;
    return judged(unsigned.replace('</saml2:Issuer>', `$&${signature}`));
  };
  t.same(signed(' Name="a"', '').attributes, []);
  t.same(signed('>1<', '><b/><').attributes, [{ name: 'a', nameFormat: 'urn:n', values: [] }]);
});

t.test('what is no assertion of SAML 2.0', async (t) => {
  const alone = assertionBy(good(), SIGNER);
  const within = responseWith(good(), { assertion: SIGNER });
  const because = (text: string) => (judged(text) as { because?: string }).because;
  t.equal(because(alone.replaceAll('SAML:2.0:assertion', 'SAML:1.0:assertion')), 'not-saml');
  t.equal(because('<a/>'), 'not-saml');
  t.equal(because(alone.replace('Version="2.0"', 'Version="1.1"')), 'version');
  t.equal(because(within.replace('Version="2.0"', 'Version="1.1"')), 'version');
  t.equal(because(within.replace(/<saml2:Assertion.*<\/saml2:Assertion>/, '')), 'no-assertion');
  t.equal(because(within.replace(/<saml2:Assertion.*<\/saml2:Assertion>/, '$&$&')), 'several-assertions');
  t.equal(because(within.replace(/<saml2:Assertion.*<\/saml2:Assertion>/, '<x>$&</x>')), 'wrapped');
  const encrypted = '<saml2:EncryptedAssertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"/>';
  t.equal(because(within.replace('</saml2p:Response>', `${encrypted}$&`)), 'encrypted');
});

t.test('a response around a signed assertion is believed in nothing', async (t) => {
  const text = responseWith(good(), { assertion: SIGNER });
  const other = judged(
    text.replace(/^.*?<saml2:Issuer/, (head) => head.replace(/ (Destination|InResponseTo)="[^"]*"/g, '')),
  );
  t.match(other.response, { signed: false, destination: undefined, inResponseTo: undefined });
  const nobody = judged(
    text.replace(/<saml2:Issuer.*?<\/saml2:Issuer>/, '').replace(/<saml2p:Status .*?<\/saml2p:Status>/, ''),
  );
  t.match(nobody.response, { signed: false, issuer: undefined, status: undefined, id: RESPONSE.id });
  const empty = judged(text.replace(/(<saml2:Issuer[^>]*>)[^<]*/, '$1'));
  t.match(empty.response, { issuer: undefined });
});

t.test('what XML cannot carry is not written', async (t) => {
  const nameId = { value: 'a\ufffe' };
  t.same(writeAssertion(good({ nameId })), {
    problem: 'unwritable',
    path: 'assertion.nameId.value',
    character: 'U+FFFE',
  });
});
