/**
 * Each row of SAML, bent and judged by two parties: a strict one must answer as the row says, and for the reason that it says;
 * node-saml is recorded where it does not.
 */
import t from 'tap';
import {
  type SamlEdgeCase,
  SamlEdgeCase as SamlEdgeCaseSchema,
  samlEditsOf,
} from '../../../src/edge-cases/saml/saml-edge-case.js';
import { SamlEdits } from '../../../src/edge-cases/saml/saml-edits.js';
import { writeAssertion } from '../../../src/saml/assertion.js';
import { bendSaml, type GoodSaml } from '../../../src/saml/bend/bend.js';
import { writeResponse } from '../../../src/saml/response.js';
import { NOW, SIGN_IN, SIGNER } from '../../support/saml.js';
import { bendingAt, bentAt, goodAt, nodeSaml, ROWS, strictParty, VICTIM } from '../../support/saml-party.js';

/** Why the strict party refuses a row. What is not here, it accepts. */
const REFUSED: Readonly<Record<string, string>> = {
  'saml-either-unsolicited': 'response-asked',
  'saml-either-session-ended': 'signed-in',
  'saml-unsigned': 'saml_signature_invalid unsigned',
  'saml-wrong-certificate': 'saml_signature_invalid mismatch',
  'saml-wrong-key': 'saml_signature_invalid mismatch',
  'saml-signature-flipped': 'saml_signature_invalid mismatch',
  'saml-signature-empty': 'saml_signature_invalid mismatch',
  'saml-digest-flipped': 'saml_signature_invalid mismatch',
  'saml-nameid-changed': 'saml_signature_invalid mismatch',
  'saml-attribute-added': 'saml_signature_invalid mismatch',
  'saml-sha1': 'saml_signature_invalid algorithm',
  'saml-hmac-certificate': 'saml_signature_invalid algorithm',
  'saml-hmac-key': 'saml_signature_invalid algorithm',
  'saml-one-of-two-wrong': 'saml_signature_invalid mismatch',
  'saml-xsw1': 'saml_signature_invalid wrapped',
  'saml-xsw2': 'saml_signature_invalid wrapped',
  'saml-xsw3': 'saml_signature_invalid wrapped',
  'saml-xsw4': 'saml_signature_invalid wrapped',
  'saml-xsw5': 'saml_signature_invalid wrapped',
  'saml-xsw6': 'saml_signature_invalid wrapped',
  'saml-xsw7': 'saml_signature_invalid wrapped',
  'saml-xsw8': 'saml_signature_invalid wrapped',
  'saml-forged-last': 'saml_signature_invalid wrapped',
  'saml-assertion-replaced': 'saml_signature_invalid mismatch',
  'saml-two-assertions': 'saml_parse_failed several-assertions',
  'saml-expired': 'conditions',
  'saml-conditions-expired': 'conditions',
  'saml-confirmation-expired': 'confirmation',
  'saml-not-yet': 'conditions',
  'saml-confirmation-from': 'confirmation',
  'saml-no-end': 'confirmation',
  'saml-issuer-missing': 'issuer',
  'saml-issuer-other': 'issuer',
  'saml-response-issuer-other': 'response-issuer',
  'saml-audience-other': 'audience',
  'saml-audience-prefix': 'audience',
  'saml-audience-missing': 'audience',
  'saml-audience-two-restrictions': 'audience',
  'saml-recipient-other': 'confirmation',
  'saml-recipient-missing': 'confirmation',
  'saml-destination-other': 'destination',
  'saml-in-response-to-other': 'response-asked',
  'saml-in-response-to-contradicts': 'confirmation',
  'saml-status-not-success': 'status',
  'saml-confirmation-missing': 'bearer',
  'saml-confirmation-not-bearer': 'bearer',
  'saml-authn-statement-missing': 'signed-in',
  'saml-id-missing': 'id',
  'saml-nameid-missing': 'nameId',
  'saml-nameid-empty': 'nameId',
  'saml-nameid-instruction': 'saml_parse_failed processing-instruction',
  'saml-doctype': 'saml_parse_failed doctype',
  'saml-entity-internal': 'saml_parse_failed doctype',
  'saml-entity-external': 'saml_parse_failed doctype',
  'saml-entity-bomb': 'saml_parse_failed doctype',
  'saml-instruction-before': 'saml_parse_failed processing-instruction',
  'saml-deep': 'saml_parse_failed too-deep',
  'saml-large': 'saml_parse_failed too-large',
  'saml-cut-off': 'saml_parse_failed not-xml',
  'saml-raw-xml': 'saml_parse_failed not-base64',
  'saml-deflated': 'saml_parse_failed not-utf8',
  'saml-bad-base64': 'saml_parse_failed not-base64',
  'saml-blank': 'saml_blank blank',
};

/** What node-saml 5.1.0 accepts though it must be refused, at least by a SHOULD, and as whom. */
const ACCEPTED_BY_NODE_SAML: Readonly<Record<string, string>> = {
  // It takes the algorithm that the message names, and knows SHA-1.
  'saml-sha1': SIGN_IN.nameId.value,
  // A signature that verifies is enough; another is not looked at.
  'saml-one-of-two-wrong': SIGN_IN.nameId.value,
  'saml-confirmation-from': SIGN_IN.nameId.value,
  // `idpIssuer` is compared in logout messages only.
  'saml-issuer-missing': SIGN_IN.nameId.value,
  'saml-issuer-other': SIGN_IN.nameId.value,
  'saml-response-issuer-other': SIGN_IN.nameId.value,
  // It knows neither Recipient nor Destination.
  'saml-recipient-other': SIGN_IN.nameId.value,
  'saml-recipient-missing': SIGN_IN.nameId.value,
  'saml-destination-other': SIGN_IN.nameId.value,
  // Where there is an assertion, the status is not read.
  'saml-status-not-success': SIGN_IN.nameId.value,
  // A confirmation is checked where there is one that it knows.
  'saml-confirmation-missing': SIGN_IN.nameId.value,
  'saml-confirmation-not-bearer': SIGN_IN.nameId.value,
  'saml-authn-statement-missing': SIGN_IN.nameId.value,
  'saml-id-missing': SIGN_IN.nameId.value,
  // A profile without a nameID: whoever calls it has to look.
  'saml-nameid-missing': 'undefined',
  'saml-nameid-empty': 'undefined',
  'saml-doctype': SIGN_IN.nameId.value,
};

/** Whom a row may be accepted as. */
const acceptedAs = ({ acceptedAs: who = '{nameId}' }: SamlEdgeCase) =>
  who.replace('{nameId}', SIGN_IN.nameId.value).replace('{victim}', VICTIM);

function allowed(row: SamlEdgeCase, answer: string): boolean {
  const accepted = answer === `accepted: ${acceptedAs(row)}`;
  if (row.verdict === 'either') return accepted || answer.startsWith('refused: ');
  return row.verdict === 'accept' ? accepted : answer.startsWith('refused: ');
}

/** As a sign-in, and as a subject token. */
const FORMS: readonly Partial<GoodSaml>[] = [{}, { within: 'assertion', sign: { assertion: true, response: false } }];

t.test('the strict party answers as each row says, for its reason', async (t) => {
  for (const row of ROWS.values()) {
    const answer = strictParty(bentAt(NOW, samlEditsOf(row)), NOW);
    const expected = REFUSED[row.name];
    t.equal(answer, expected ? `refused: ${expected}` : `accepted: ${acceptedAs(row)}`, row.name);
    for (const form of FORMS) {
      t.ok(allowed(row, strictParty(bentAt(NOW, samlEditsOf(row), form), NOW)), `${row.name} ${form.within ?? ''}`);
    }
  }
  t.same(
    Object.keys(REFUSED).filter((name) => !ROWS.has(name)),
    [],
  );
});

t.test('node-saml answers as each row says, but for what is listed', async (t) => {
  const now = Date.now();
  for (const row of ROWS.values()) {
    const answer = await nodeSaml(bentAt(now, samlEditsOf(row)), { response: false, assertion: false });
    const listed = ACCEPTED_BY_NODE_SAML[row.name];
    if (listed) t.equal(answer, `accepted: ${listed}`, row.name);
    t.equal(allowed(row, answer), listed === undefined, `${row.name}: ${answer}`);
    t.not(answer, `accepted: ${VICTIM}`, row.name);
  }
  t.same(
    Object.keys(ACCEPTED_BY_NODE_SAML).filter((name) => !ROWS.has(name)),
    [],
  );
});

t.test('node-saml takes what we sign, however it wants it signed', async (t) => {
  const now = Date.now();
  const wants = [
    { response: true, assertion: false },
    { response: false, assertion: true },
    { response: true, assertion: true },
  ];
  for (const want of wants) {
    t.equal(await nodeSaml(bentAt(now, {}, { sign: want }), want), `accepted: ${SIGN_IN.nameId.value}`);
  }
  const other = await nodeSaml(bentAt(now, {}, { sign: { response: false, assertion: true } }), {
    response: true,
    assertion: false,
  });
  t.match(other, 'refused: Invalid document signature', 'and it does look');
});

t.test('without edits the bender makes, byte for byte, what the org writes', async (t) => {
  const { assertion, response } = goodAt(NOW);
  const bent = (good: Partial<GoodSaml>) => bentAt(NOW, {}, good).xml;
  for (const [signsResponse, signsAssertion] of [
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ] as const) {
    const signers = { response: signsResponse ? SIGNER : undefined, assertion: signsAssertion ? SIGNER : undefined };
    const sign = { response: signsResponse, assertion: signsAssertion };
    t.equal(bent({ sign }), writeResponse({ ...response, assertion }, signers));
  }
  t.equal(bent({ within: 'assertion' }), writeAssertion(assertion, SIGNER));
  t.equal(bent({ within: 'assertion', sign: { assertion: false, response: true } }), writeAssertion(assertion));
});

t.test('edits that make nothing of it are told, not made', async (t) => {
  const bend = (edits: SamlEdits, good: Partial<GoodSaml> = {}) => bendSaml(goodAt(NOW, good), edits, bendingAt(NOW));
  t.same(bend({ assertion: { issuer: '{issuer}' } }), { problem: 'it would not change: it says so already' });
  t.notMatch(bend({ assertion: { issuer: '{issuer}' }, travel: 'xml' }), { problem: /./ });
  t.notMatch(
    bend({ assertion: { spNameQualifier: null, attributes: 'none' } }),
    { problem: /./ },
    'what is not there may be taken away',
  );
  const unsigned = { sign: { assertion: false, response: false } };
  t.match(bend({ tamper: 'signature-flipped' }, unsigned), { problem: /signature-flipped makes nothing of it/ });
  const value = 'a\u0000';
  const bad = { ...goodAt(NOW).assertion, nameId: { value } };
  t.same(bend({}, { assertion: bad }), { problem: 'XML cannot carry U+0000 in saml[0].nameId.value' });
});

t.test('patches that no shipped row has', async (t) => {
  const bend = (edits: SamlEdits) => bentAt(NOW, SamlEdits.parse(edits)).xml;
  t.match(
    bend({ assertion: { spNameQualifier: '{audience}', nameIdFormat: null } }),
    '<saml2:NameID SPNameQualifier="https://sp.example/saml">',
  );
  t.match(
    bend({ response: { id: 'x', issued: -60, destination: null } }),
    '<saml2p:Response ID="x" InResponseTo="_request1" IssueInstant="2026-07-29T07:59:00.123Z"',
  );
  t.match(bend({ assertion: { id: 'idx', issued: 60 } }), 'ID="idx" IssueInstant="2026-07-29T08:01:00.123Z"');
  const signedOut = goodAt(NOW).assertion;
  const { authentication: _, nameId: __, ...least } = signedOut;
  const bent = bendSaml(goodAt(NOW, { assertion: least }), { assertion: { sessionUntil: 5 } }, bendingAt(NOW));
  t.match(bent, { problem: 'it would not change: it says so already' });
  const named = bendSaml(
    goodAt(NOW, { assertion: least }),
    { assertion: { nameId: '{victim}' }, tamper: 'nameid-comment' },
    bendingAt(NOW),
  );
  t.match(named, { xml: /<saml2:NameID>admin@example.com<!-- --><\/saml2:NameID>/ });
  t.match(bentAt(NOW, { tamper: 'nameid-comment' }).xml, 'alice@example.com<!-- --></saml2:NameID>');
  t.match(bendSaml(goodAt(NOW, { assertion: least }), { tamper: 'entity-bomb' }, bendingAt(NOW)), {
    xml: /<!ENTITY a9/,
  });
  const flipped = bentAt(NOW, { tamper: 'signature-flipped' }).xml;
  t.match(bendSaml(goodAt(NOW), { sign: { assertion: 'none' }, tamper: 'digest-flipped' }, bendingAt(NOW)), {
    sent: /./,
  });
  t.not(flipped, bentAt(NOW, {}).xml);
});

t.test('rows that are none', async (t) => {
  const row = ROWS.get('saml-unsigned') as SamlEdgeCase;
  const { sign: _, ...nothing } = row;
  const faults = (input: unknown) => SamlEdgeCaseSchema.safeParse(input).error?.issues.map(({ message }) => message);
  t.same(faults(nothing), ['refuses a good assertion: the row changes nothing']);
  t.same(faults({ ...row, assertion: { issuer: '{nobody}' } }), ['names no value']);
  t.same(faults({ ...row, assertion: {} }), ['changes nothing']);
  t.match(faults({ ...row, tamper: 'other' }), [/Invalid option/]);
  t.equal(faults({ ...row, assertion: { issuer: '{issuer}x', notBefore: null } }), undefined);
});
