/** Assertions that are no subject tokens, each with the rule that refuses it. */
import type { SamlEdits } from '../../src/edge-cases/saml/saml-edits.js';
import type { Answer, TestOrg } from './org.js';
import { type Edit, samlIn } from './org-edits.js';
import type { Row } from './refusals.js';
import { assertion, assertionWith, CLAUDE, exchangeAssertion, type Made } from './saml-requester.js';

export interface SamlRow extends Row<TestOrg> {
  readonly edit?: Edit;
}

/** A response whose assertion is signed, and it too where it says so. */
const RESPONSE: Made['good'] = { within: 'response', sign: { assertion: true, response: false } };
const SIGNED_RESPONSE: Made['good'] = { within: 'response', sign: { assertion: false, response: true } };

const row = (title: string, rule: string, make: () => string, edit?: Edit): SamlRow => ({
  ...{ title, rule, breakIt: (org: TestOrg): Promise<Answer> => exchangeAssertion(org, make()) },
  ...(edit && { edit }),
});

const bent = (title: string, rule: string, made: Made, edit?: Edit) => row(title, rule, () => assertion(made), edit);

const rewritten = (title: string, rule: string, from: string | RegExp, to: string) =>
  row(title, rule, () => assertionWith((text) => text.replace(from, to)));

const XSW = (['xsw1', 'xsw2', 'xsw3', 'xsw4', 'xsw5', 'xsw6', 'xsw7', 'xsw8'] as const).map((assemble) =>
  bent(`ix-saml-wrapping: ${assemble}`, 'saml-signature-not-wrapped', {
    assemble,
    good: assemble < 'xsw3' ? { within: 'response', sign: { assertion: true, response: true } } : RESPONSE,
  }),
);

const HOSTILE: readonly (readonly [title: string, edits: SamlEdits])[] = [
  ['ix-saml-not-xml', { tamper: 'cut-off' }],
  ['ix-saml-doctype', { tamper: 'doctype' }],
  ['ix-saml-xxe', { tamper: 'entity-external' }],
  ['ix-saml-bomb', { tamper: 'entity-bomb' }],
  ['an entity of its own', { tamper: 'entity-internal' }],
  ['ten thousand levels', { tamper: 'deep-nesting' }],
  ['an instruction within the NameID', { tamper: 'nameid-instruction' }],
  ['no base64', { travel: 'bad-base64' }],
  ['XML as it is, which is no base64', { travel: 'xml' }],
  ['deflated', { travel: 'deflated' }],
];

export const SAML_ROWS: readonly SamlRow[] = [
  row('ix-saml-blank', 'saml-not-blank', () => ' \n '),
  ...HOSTILE.map(([title, edits]) => bent(title, 'saml-readable', edits)),
  bent('ix-saml-two-assertions', 'saml-readable', { assemble: 'both-signed', good: RESPONSE }),
  ...XSW,
  bent('ix-saml-no-issuer', 'saml-issuer-sent', { assertion: { issuer: null } }),
  bent('ix-saml-wrong-issuer', 'saml-issuer-of-an-application', { assertion: { issuer: 'https://idp.example' } }),
  bent('an application of another org', 'saml-source-app-known', {
    assertion: { issuer: 'http://www.okta.com/exkElsewhere00000001' },
  }),
  bent('a SAML application by its id', 'saml-source-app-known', {
    assertion: { issuer: `http://www.okta.com/${CLAUDE.id}` },
  }),
  bent('ix-saml-source-not-saml', 'saml-source-app-is-saml', {
    assertion: { issuer: 'http://www.okta.com/0oaClaudeOidc0000001' },
  }),
  bent('ix-saml-unsigned', 'saml-signature-verifies', { sign: { assertion: 'none' } }),
  bent('ix-saml-bad-sig', 'saml-signature-verifies', { tamper: 'signature-flipped' }),
  bent('ix-saml-bad-sig: the digest', 'saml-signature-verifies', { tamper: 'digest-flipped' }),
  bent('ix-saml-bad-sig: another NameID under it', 'saml-signature-verifies', { tamper: 'nameid-changed' }),
  bent('ix-saml-wrong-cert', 'saml-signature-verifies', { sign: { assertion: 'attacker' } }),
  bent('ix-saml-wrong-cert: with the right one beside it', 'saml-signature-verifies', {
    sign: { assertion: 'attacker-as-active' },
  }),
  bent('ix-saml-sig-response-only', 'saml-signature-verifies', { assemble: 'replaced', good: SIGNED_RESPONSE }),
  bent('ix-saml-sha1', 'saml-signature-verifies', { sign: { assertion: 'sha1' } }),
  bent('ix-saml-hmac', 'saml-signature-verifies', { sign: { assertion: 'hmac-certificate' } }),
  bent('ix-saml-hmac: keyed with the public key', 'saml-signature-verifies', { sign: { assertion: 'hmac-key' } }),
  bent('a response that says it failed', 'saml-response-is-success', {
    good: RESPONSE,
    response: { status: 'urn:oasis:names:tc:SAML:2.0:status:Responder' },
  }),
  rewritten(
    'a condition of nobody',
    'saml-conditions-understood',
    '</saml2:Conditions>',
    '<x xmlns="urn:x"/></saml2:Conditions>',
  ),
  bent('ix-saml-no-id', 'saml-has-id', { assertion: { id: null }, good: SIGNED_RESPONSE }),
  rewritten('a time without zone', 'saml-times-readable', /Z"( NotOnOrAfter)/, '"$1'),
  rewritten('no IssueInstant', 'saml-times-readable', / IssueInstant="[^"]*"/, ''),
  bent('ix-saml-not-yet', 'saml-not-from-the-future', { assertion: { notBefore: 61 } }),
  bent('issued tomorrow', 'saml-not-from-the-future', { assertion: { issued: 86_400 } }),
  bent('ix-saml-expired', 'saml-not-expired', { assertion: { notOnOrAfter: 0 } }),
  bent('ix-saml-no-confirmation', 'saml-bearer-confirmed', { assertion: { confirmations: 'none' } }),
  bent('ix-saml-not-bearer', 'saml-bearer-confirmed', {
    assertion: { method: 'urn:oasis:names:tc:SAML:2.0:cm:sender-vouches' },
  }),
  bent('a confirmation that never ends', 'saml-confirmation-complete', { assertion: { confirmedUntil: null } }),
  bent('a confirmation for anywhere', 'saml-confirmation-complete', { assertion: { recipient: null } }),
  bent('a confirmation with NotBefore', 'saml-confirmation-complete', { assertion: { confirmedFrom: -60 } }),
  bent('ix-saml-recipient', 'saml-recipient-is-source-app', { assertion: { recipient: 'https://evil.example/acs' } }),
  bent('ix-saml-confirmation-expired', 'saml-confirmation-not-expired', { assertion: { confirmedUntil: 0 } }),
  bent('ix-saml-no-audience', 'saml-audience-sent', { assertion: { audiences: [] } }),
  bent('ix-saml-other-sp', 'saml-audience-is-source-app', {
    assertion: { audiences: [['https://figma.example/saml']] },
  }),
  bent('ix-saml-other-sp: each restriction must hold', 'saml-audience-is-source-app', {
    assertion: { audiences: [['{audience}'], ['https://figma.example/saml']] },
  }),
  bent('ix-saml-no-nameid', 'saml-name-id-sent', { assertion: { nameId: null } }),
  bent('ix-saml-two-users', 'saml-name-id-unique', { assertion: { nameId: 'team' } }, (file) => {
    Object.assign(samlIn(file, 'Claude'), { usernameFormat: 'CUSTOM', usernameExpression: '"team"' });
  }),
  {
    ...{ title: 'ix-saml-replay', rule: 'saml-not-replayed' },
    async breakIt(org) {
      const once = assertion();
      await exchangeAssertion(org, once);
      return exchangeAssertion(org, once);
    },
  },
];
